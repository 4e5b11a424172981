//! What other cores sent: batches to run, and the replies to batches of ours.

use shards::{
    command::{Args, Run, Waiting},
    message::{Call, Envelope, Modes, Note, Token},
    resp::{Out, Reply},
    shard::Admission,
    tx::{Claim, Hop},
};

use super::{blocking::wait, core::Core};
use crate::{
    commands::{Caller, NodeRun},
    session::SessionId,
};

/// Spreads that a core keeps to use again.
const SPREADS_MAX: usize = 256;

impl Core {
    /// Runs what was laid aside and has become runnable. To be called once a turn; `published` gives a core's last published turn.
    pub fn release(&mut self, published: impl Fn(u16) -> u64) {
        while let Some(envelope) = self.arrivals.released(&published) {
            self.answer(envelope);
        }
    }

    /// Takes an envelope from the inbox. What was laid aside before and has become runnable runs first.
    pub fn arrive(&mut self, envelope: Box<Envelope>, published: impl Fn(u16) -> u64) {
        if !self.arrivals.is_empty() {
            self.release(&published);
        }
        match self.arrivals.arrive(envelope, &published) {
            Some(envelope) if envelope.answered => self.settle(envelope),
            Some(envelope) => {
                let frees = matches!(envelope.hop, Some(Hop::Release(_)));
                self.answer(envelope);
                // What others sent while this core was held comes before anything that its own clients ask.
                if frees {
                    self.release(published);
                }
            }
            None => {}
        }
    }

    /// Runs a batch and owes its sender the replies; or goes on with one that a script kept waiting.
    pub(super) fn answer(&mut self, mut envelope: Box<Envelope>) {
        let releases = matches!(envelope.hop, Some(Hop::Release(_)));
        if envelope.hop.is_some() {
            self.run_hop(&mut envelope);
        }
        if !envelope.is_empty() {
            self.before_commands();
        }
        let from = envelope.from;
        let reading = self.node.shard.prepare(&envelope, self.commands.registry());
        let mut claims = std::mem::take(&mut envelope.claims).into_iter();
        // What a held core gets back and the commands that come with it are of one transaction.
        let mut transaction = if envelope.hop.is_some() { envelope.first_transaction() } else { 0 };
        let is_whole = envelope.answer(&reading, |call, args, out| {
            // Not between the commands of one transaction.
            if self.node.shard.has_ready() && (call.transaction == 0 || call.transaction != transaction) {
                self.serve();
            }
            transaction = call.transaction;
            self.run_call(from, call, args, &mut claims, out)
        });
        self.node.shard.memory.set_admission(Admission::Asked);
        self.node.shard.prepared(reading);
        if !is_whole {
            envelope.claims = claims.collect();
            return self.lay_by(envelope);
        }
        for note in envelope.notes.drain(..) {
            self.take_note(note);
        }
        if let Some(Hop::Step(_, keys)) = envelope.hop.take_if(|hop| matches!(hop, Hop::Step(..))) {
            envelope.hop = Some(self.lend_again(&keys));
        }
        if self.node.shard.has_ready() && (releases || !self.arrivals.is_held()) {
            self.serve();
        }
        if releases {
            self.freed();
        }
        if envelope.from == self.me { self.settle(envelope) } else { self.outbox.reply(envelope) }
    }

    /// False for a script that has not ended: its reply comes later.
    #[inline]
    fn run_call(
        &mut self,
        from: u16,
        call: &Call,
        args: &Args<'_>,
        claims: &mut impl Iterator<Item = Claim>,
        out: &mut Out,
    ) -> bool {
        let row = self.commands.row(call.command);
        if self.node.shard.memory.is_limited() {
            self.node.shard.memory.set_admission(admission(call));
        }
        match row.run {
            Run::Waiting(how) if call.token.part == Token::MAY_WAIT => {
                let Some(claim) = claims.next() else { unreachable!("a call waits without a claim") };
                let what = (call.command, row, how.handler);
                if claim.begin_try() && self.try_call(from, call, what, args, out) && claim.end_try() {
                    self.node.shard.begin_wait(wait(from, call, (row, how), args, claim));
                }
            }
            Run::Waiting(&Waiting { handler, .. })
            | Run::Local(handler)
            | Run::Split(handler, _)
            | Run::Every(handler, _)
            | Run::Cursor(handler) => {
                let what = (call.command, row, handler);
                let shard = &mut self.node.shard;
                if !call.modes.is_plain() {
                    self.run_call_specially(from, call, what, args, out);
                    return true;
                }
                match call.token.part {
                    0 => {
                        shard.execute(what, call.database, args, call.resp3(), out);
                    }
                    _ => shard.execute_part(what, call.database, args, call.resp3(), out),
                }
            }
            Run::Session | Run::Container(_) => return self.run_node_call(from, call, args, out),
        }
        true
    }

    /// Runs a machine's command for a client of another core, whose number is the last argument.
    #[cold]
    fn run_node_call(&mut self, from: u16, call: &Call, args: &Args<'_>, out: &mut Out) -> bool {
        match self.commands.node(call.command).map(|command| command.run) {
            Some(NodeRun::Transaction(_)) => {
                self.run_watch_call(from, call, args, out);
                return true;
            }
            Some(NodeRun::Script(given)) => return self.run_script_call(from, call, given, args, out),
            _ => {}
        }
        let client = args.integer(args.len() - 1).unwrap_or_default() as u64;
        let caller = Caller { client, database: call.database, sequence: call.token.sequence };
        let args = &args.without_last();
        let run = match self.commands.node(call.command).map(|command| command.run) {
            Some(NodeRun::Chosen { choose, .. }) => choose(args).ok(),
            run => run,
        };
        let Some(
            NodeRun::Every { run, .. }
            | NodeRun::Among { run, .. }
            | NodeRun::AtSlot { run, .. }
            | NodeRun::AtKey { run, .. },
        ) = run
        else {
            unreachable!("{} does not run on other cores", self.commands.name(call.command));
        };
        let start = out.mark();
        let timing = self.node.shard.begin_timing(call.command);
        let result = run(&mut self.node, caller, args, &mut Reply::new(out, call.resp3()));
        self.node.shard.end_timing(call.command, &timing);
        self.count_part(call, result.is_err());
        if let Err(error) = result {
            out.truncate(start);
            self.answer_part_error(call, &error, out);
        }
        true
    }

    /// Heeds what another core said.
    pub(super) fn take_note(&mut self, note: Note) {
        match note {
            Note::MakeRoom(bytes) => self.node.give_back(bytes),
            Note::EndWatch(watch) => {
                self.node.shard.end_watch(watch);
            }
            Note::EndWait(wait) => self.node.shard.end_wait(wait),
            Note::Served(token, reply) => self.served(token, &reply),
            Note::Ready(token) => self.is_ready(token),
            Note::Stale(stale) => self.node.take_stale(&stale),
            Note::Redirected(redirected) => self.node.take_redirected(&redirected),
            Note::RedirectBroken { client, target } => self.node.take_broken_redirect(client, target),
        }
    }

    /// Hands the replies of a batch of ours to the sessions that wait for them.
    fn settle(&mut self, mut envelope: Box<Envelope>) {
        let held = envelope.hop.take_if(|hop| matches!(hop, Hop::Held { .. }));
        let own = u32::from(envelope.to == self.me);
        for answer in envelope.replies() {
            let id = SessionId::from(answer.token);
            let Some(session) = self.node.sessions.get_mut(id) else { continue };
            session.own_missing -= own * answer.replies.count() as u32;
            if answer.token.is_of_a_try() {
                let mut reply = Out::new();
                reply.append_range(answer.replies.run(), answer.replies.start(), answer.replies.end());
                match answer.token.part {
                    Token::MAY_WAIT => self.tried(id, &reply),
                    _ => self.script_answered(id, &reply),
                }
            } else if let Some(mut spread) = session.replies.fulfil(&answer)
                && self.spreads.len() < SPREADS_MAX
            {
                spread.clear();
                self.spreads.push(spread);
            }
            self.mark_dirty(id);
        }
        let number = envelope.transaction;
        self.answered_us[usize::from(envelope.to)] = self.node.now_us;
        self.outbox.settled(envelope);
        match held {
            Some(Hop::Held { entries, touched, now_ms }) => self.held(number, (entries, touched, now_ms)),
            _ => self.relieved = true,
        }
    }
}

/// What is asked about a command from another core that may need memory.
#[inline]
fn admission(call: &Call) -> Admission {
    if call.transaction != 0 {
        Admission::Running
    } else if call.modes.has(Modes::GRANTED) {
        Admission::Granted
    } else {
        Admission::Asked
    }
}

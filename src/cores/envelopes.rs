//! What other cores sent: batches to run, and the replies to batches of ours.

use shards::{
    command::{Args, Run},
    message::{Call, Envelope, Note},
    resp::{Out, Reply},
    tx::Hop,
};

use super::core::Core;
use crate::{
    commands::{Caller, NodeRun},
    session::SessionId,
};

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
        match self.arrivals.arrive(envelope, published) {
            Some(envelope) if envelope.answered => self.settle(envelope),
            Some(envelope) => self.answer(envelope),
            None => {}
        }
    }

    /// Runs a batch and owes its sender the replies.
    fn answer(&mut self, mut envelope: Box<Envelope>) {
        let releases = matches!(envelope.hop, Some(Hop::Release { .. }));
        if envelope.hop.is_some() {
            self.run_hop(&mut envelope);
        }
        let from = envelope.from;
        let hashes = self.node.shard.prepare(&envelope);
        envelope.answer(&hashes, |call, args, out| self.run_call(from, call, args, out));
        self.node.shard.prepared(hashes);
        for note in envelope.notes.drain(..) {
            self.take_note(note);
        }
        if releases {
            self.freed();
        }
        if envelope.from == self.me { self.settle(envelope) } else { self.outbox.reply(envelope) }
    }

    #[inline]
    fn run_call(&mut self, from: u16, call: &Call, args: &Args<'_>, out: &mut Out) {
        let row = self.commands.row(call.command);
        match row.run {
            Run::Local(handler) | Run::Split(handler, _) | Run::Every(handler, _) | Run::Cursor(handler) => {
                let what = (call.command, row, handler);
                let shard = &mut self.node.shard;
                if !call.modes.is_plain() {
                    return self.run_call_specially(from, call, what, args, out);
                }
                match call.token.part {
                    0 => shard.execute(what, call.database, args, call.resp3(), out),
                    _ => shard.execute_part(what, call.database, args, call.resp3(), out),
                }
            }
            Run::Session | Run::Container(_) => self.run_node_call(from, call, args, out),
        }
    }

    /// Runs a machine's command for a client of another core, whose number is the last argument.
    #[cold]
    fn run_node_call(&mut self, from: u16, call: &Call, args: &Args<'_>, out: &mut Out) {
        if let Some(NodeRun::Transaction(_)) = self.commands.node(call.command).map(|command| command.run) {
            return self.run_watch_call(from, call, args, out);
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
        let result = run(&mut self.node, caller, args, &mut Reply::new(out, call.resp3()));
        self.count_part(call, result.is_err());
        if let Err(error) = result {
            out.truncate(start);
            self.answer_part_error(call, &error, out);
        }
    }

    /// Heeds what another core said.
    fn take_note(&mut self, note: Note) {
        match note {
            Note::EndWatch(watch) => {
                self.node.shard.end_watch(watch);
            }
            note => self.node.take_stale_note(note),
        }
    }

    /// Hands the replies of a batch of ours to the sessions that wait for them.
    fn settle(&mut self, mut envelope: Box<Envelope>) {
        if let Some(Hop::Held { entries, touched }) =
            envelope.hop.take_if(|hop| matches!(hop, Hop::Held { .. }))
        {
            let number = envelope.transaction;
            self.outbox.settled(envelope);
            return self.held(number, entries, touched);
        }
        let mut last = None;
        let own = envelope.to == self.me;
        for (token, out, start, end) in envelope.replies() {
            let id = SessionId { index: token.session, generation: token.generation };
            let Some(session) = self.node.sessions.get_mut(id) else { continue };
            session.own_missing -= u32::from(own);
            session.replies.fulfil(token.sequence, token.part, out, start, end);
            if last != Some(id) {
                last = Some(id);
                self.mark_dirty(id);
            }
        }
        self.outbox.settled(envelope);
        self.relieved = true;
    }
}

//! Commands of this core's clients that wait (BLPOP and its like, WAIT), from the first try to the reply. What the owners of their
//! keys do is told in [`shards::tx`].

use shards::{
    command::{Args, Command, Handler, Waiting as How, registry::Id},
    commands::timeout::timeout_ms,
    keyspace::slot::slot_of,
    message::{Call, Note, Token},
    resp::{Out, Reply},
    tx::{Claim, Interest, Wait},
};
use smallvec::SmallVec;

use super::{
    core::Core,
    execute::{Flow, modes},
    holding::Running,
    staged::Staged,
};
use crate::session::{Blocked, SessionId, Unblock, Waiting};

impl Core {
    /// Runs a command that waits where it finds nothing.
    pub(super) fn run_waiting(
        &mut self,
        id: SessionId,
        what: (Id, &'static Command, &'static How),
        staged: &Staged,
        args: &Args<'_>,
    ) -> Flow {
        let (command, row, how) = what;
        let owners = self.routes.owners(row, args);
        let (Ok(timeout_ms), false) = (timeout_ms(args, how.timeout), owners.is_empty()) else {
            // The handler says what is wrong.
            return self.run_at_shard(id, (command, row, how.handler), self.me, staged, args);
        };
        let deadline_ms = (timeout_ms > 0).then(|| self.node.now_ms().saturating_add(timeout_ms));
        let [owner] = owners[..] else { return self.run_across(id, (command, Some(how)), args, deadline_ms) };
        let blocked = Blocked::new(command, owners, deadline_ms);
        let behind = self.node.sessions.get(id).is_some_and(|session| session.own_missing > 0);
        if owner == self.me && !behind {
            self.try_here(id, what, blocked, args)
        } else {
            self.try_there(id, row, owner, blocked, args)
        }
    }

    /// The first try, on this core.
    fn try_here(
        &mut self,
        id: SessionId,
        (command, row, how): (Id, &'static Command, &'static How),
        mut blocked: Blocked,
        args: &Args<'_>,
    ) -> Flow {
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let shard = &mut self.node.shard;
        let what: (Id, &Command, Handler) = (command, row, how.handler);
        let (database, resp3, modes) = (session.database, session.resp3, modes(session, row));
        let token = id.token(0);
        let waits = session.replies.write(|out| {
            shard.as_tracked((self.me, token, modes), row.keys, args, |shard| {
                shard.try_waiting(what, database, args, resp3, out)
            })
        });
        if !waits {
            return Flow::Next;
        }
        blocked.sequence = session.replies.expect();
        blocked.state = Waiting::Begun;
        let call =
            Call { database, modes, ..Call::new(Token { sequence: blocked.sequence, ..token }, command) };
        let wait = wait(self.me, &call, (row, how), args, blocked.claim.clone());
        self.node.shard.begin_wait(wait);
        self.block(id, blocked);
        Flow::Wait
    }

    /// The first try, at the owner of the keys.
    fn try_there(
        &mut self,
        id: SessionId,
        row: &'static Command,
        owner: u16,
        mut blocked: Blocked,
        args: &Args<'_>,
    ) -> Flow {
        if !self.has_room_in(id, &[owner]) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        blocked.sequence = session.replies.expect();
        let token = Token { part: Token::MAY_WAIT, ..id.token(blocked.sequence) };
        let call = Call {
            database: session.database,
            modes: modes(session, row),
            ..Call::new(token, blocked.command)
        };
        let (base, spans, large) = args.parts();
        let envelope = self.outbox.envelope(owner);
        envelope.push(call, base, spans, large);
        envelope.claims.push(blocked.claim.clone());
        if owner == self.me {
            session.own_missing += 1;
        } else {
            self.node.statistics.forwarded += 1;
        }
        self.block(id, blocked);
        Flow::Wait
    }

    /// The first try, or a later one, holding all shards that have keys of the command. What was found is the reply; if nothing
    /// was, the command waits, and what its owners have to know is returned by core.
    pub(super) fn try_borrowing(&mut self, running: &Running, how: &'static How) -> Vec<(u16, Box<Wait>)> {
        let id = running.client;
        let Some(queued) = running.commands.first() else { return Vec::new() };
        let (command, args) = (queued.command, &queued.args());
        let row = self.commands.row(command);
        let Some(session) = self.node.sessions.get_mut(id) else { return Vec::new() };
        let (database, modes) = (session.database, modes(session, row));
        if running.again && session.blocked.as_ref().is_none_or(|blocked| blocked.claim.is_taken()) {
            // It was given up while its shards were being held.
            return Vec::new();
        }
        let resp3 = session.resp3;
        let mut out = Out::new();
        let what: (Id, &Command, Handler) = (command, row, how.handler);
        let waits = self.node.shard.try_waiting(what, database, args, resp3, &mut out);
        if !waits && running.again {
            self.answer_blocked(id, &out, false);
            return Vec::new();
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return Vec::new() };
        if !waits {
            session.replies.write(|replies| replies.append(&out));
            return Vec::new();
        }
        if let Some(blocked) = &mut session.blocked {
            blocked.state = Waiting::Begun;
        } else {
            let sequence = session.replies.expect();
            // Who waits for several keys can be served by the owner of any. Who moves something cannot.
            let mut owners = running.cores.clone();
            if how.moves {
                owners.retain(|core| *core == self.routes.owner(slot_of(args.get(1))));
            }
            let mut blocked = Blocked::new(command, owners.into(), running.deadline_ms);
            (blocked.sequence, blocked.state) = (sequence, Waiting::Begun);
            blocked.again = how.moves.then(|| args.into());
            self.block(id, blocked);
        }
        let Some(blocked) = self.node.sessions.get(id).and_then(|session| session.blocked.as_ref()) else {
            return Vec::new();
        };
        let token = id.token(blocked.sequence);
        let call = Call { database, modes, ..Call::new(token, command) };
        let mut waits = Vec::new();
        for owner in &blocked.owners {
            let mut wait = wait(self.me, &call, (row, how), args, blocked.claim.clone());
            wait.keys.retain(|index| self.routes.owner(slot_of(args.get(*index))) == *owner);
            wait.elsewhere = how.moves;
            waits.push((*owner, Box::new(wait)));
        }
        waits
    }

    /// WAIT: there are no replicas to wait for, so who wants one waits for the time.
    pub(super) fn wait_for_replicas(
        &mut self,
        id: SessionId,
        command: Id,
        wanted: i64,
        timeout_ms: i64,
    ) -> Flow {
        let now_ms = self.node.now_ms();
        let nothing = |out: &mut Reply<'_>| out.integer(0);
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        if wanted <= 0 || self.executing > 0 {
            session.replies.write(|out| nothing(&mut Reply::new(out, false)));
            return Flow::Next;
        }
        let sequence = session.replies.expect();
        let deadline_ms = (timeout_ms > 0).then(|| now_ms.saturating_add(timeout_ms));
        let mut blocked = Blocked::new(command, SmallVec::new(), deadline_ms);
        (blocked.sequence, blocked.state, blocked.nothing) = (sequence, Waiting::Begun, nothing);
        self.block(id, blocked);
        Flow::Wait
    }

    /// The client runs nothing more until its command is answered.
    fn block(&mut self, id: SessionId, blocked: Blocked) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        session.stalled = true;
        let begun = blocked.state == Waiting::Begun;
        session.blocked = Some(Box::new(blocked));
        if begun {
            self.begun(id);
        }
    }

    /// The client's command has found nothing: its time runs, and messages may overtake its reply.
    fn begun(&mut self, id: SessionId) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        session.replies.set_overtaken(true);
        if let Some(deadline_ms) = session.blocked.as_ref().and_then(|blocked| blocked.deadline_ms) {
            self.deadlines.insert((deadline_ms, id));
        }
        // What it was answered before goes out now.
        self.mark_dirty(id);
    }

    /// The client's command is answered: it goes on.
    fn unblock(&mut self, id: SessionId) -> Option<Box<Blocked>> {
        if self.reserved == Some(id) {
            // It was the next to send, and sends nothing now.
            self.reserved = None;
            self.relieved = true;
        }
        let session = self.node.sessions.get_mut(id)?;
        let blocked = session.blocked.take()?;
        session.replies.set_overtaken(false);
        if let Some(deadline_ms) = blocked.deadline_ms {
            self.deadlines.remove(&(deadline_ms, id));
        }
        self.stalled.push(id);
        self.unblocked = true;
        self.mark_dirty(id);
        Some(blocked)
    }

    /// Answers a waiting command, which waits nowhere any more. The owner that served it, if one did, knows.
    fn answer_blocked(&mut self, id: SessionId, reply: &Out, served: bool) {
        let Some(blocked) = self.unblock(id) else { return };
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.fulfil_here(blocked.sequence, 0, reply);
        }
        if !served || blocked.owners.len() > 1 {
            self.end_wait(id, &blocked);
        }
    }

    /// Tells the owners that the client's command waits no more.
    fn end_wait(&mut self, id: SessionId, blocked: &Blocked) {
        let interest = Interest {
            core: self.me,
            session: id.index,
            generation: id.generation,
            number: blocked.sequence,
        };
        for owner in &blocked.owners {
            self.node.posts.add_note(*owner, Note::EndWait(interest));
        }
    }

    /// The client is gone: whatever it waits for is for others.
    pub(super) fn abandon_wait(&mut self, id: SessionId) {
        if let Some(blocked) = self.unblock(id) {
            blocked.claim.abandon();
            self.end_wait(id, &blocked);
        }
    }

    /// The owner's answer to a first try.
    #[cold]
    pub(super) fn tried(&mut self, id: SessionId, reply: &Out) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let Some(blocked) = &mut session.blocked else { return };
        if reply.is_empty() {
            blocked.state = Waiting::Begun;
            return self.begun(id);
        }
        self.answer_blocked(id, reply, true);
    }

    /// An owner has served a command that waited.
    pub(super) fn served(&mut self, token: Token, reply: &Out) {
        let id = SessionId::from(token);
        if self.blocked_at(id, token.sequence).is_some() {
            self.answer_blocked(id, reply, true);
        }
    }

    /// An owner has what a command waits for that only this core can run.
    pub(super) fn is_ready(&mut self, token: Token) {
        let id = SessionId::from(token);
        if let Some(blocked) = self.blocked_at(id, token.sequence) {
            blocked.state = Waiting::Ready;
            self.ready.push(id);
            self.unblocked = true;
        }
    }

    fn blocked_at(&mut self, id: SessionId, sequence: u32) -> Option<&mut Blocked> {
        let blocked = self.node.sessions.get_mut(id)?.blocked.as_deref_mut()?;
        (blocked.sequence == sequence).then_some(blocked)
    }

    /// Runs waiting commands for which there is something now, as far as there is room.
    pub(super) fn run_ready(&mut self) {
        for id in std::mem::take(&mut self.ready) {
            let Some(session) = self.node.sessions.get(id) else { continue };
            // One that CLIENT UNBLOCK has ended is answered at the end of the turn.
            let can_run = |blocked: &&Blocked| blocked.state == Waiting::Ready && !blocked.claim.is_taken();
            let Some(blocked) = session.blocked.as_deref().filter(can_run) else { continue };
            let Some(args) = blocked.again.clone() else { continue };
            let command = blocked.command;
            let how = self.commands.row(command).run.waiting();
            if self.run_across(id, (command, how), &args.args(), None) == Flow::Stall {
                self.ready.push(id);
            }
        }
    }

    /// Ends what has waited long enough.
    pub(super) fn time_out(&mut self) {
        let now_ms = self.node.now_ms();
        while let Some((deadline_ms, id)) = self.deadlines.first().copied()
            && deadline_ms <= now_ms
        {
            self.deadlines.pop_first();
            self.give_up(id, Unblock::Timeout);
        }
    }

    /// Answers a waiting command that nobody serves. One that this core is about to run again finds that its claim is taken.
    fn give_up(&mut self, id: SessionId, why: Unblock) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let Some(blocked) = &session.blocked else { return };
        if blocked.claim.take() {
            self.answer_given_up(id, why);
        }
    }

    /// As [`Core::give_up`], where the claim is taken already.
    pub(super) fn answer_given_up(&mut self, id: SessionId, why: Unblock) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let Some(blocked) = &session.blocked else { return };
        let mut out = Out::new();
        let mut reply = Reply::new(&mut out, session.resp3);
        match why {
            Unblock::Timeout => (blocked.nothing)(&mut reply),
            Unblock::Error => reply.error(b"UNBLOCKED client unblocked via CLIENT UNBLOCK"),
        }
        self.answer_blocked(id, &out, false);
    }

    /// Serves those who wait for keys that were touched here.
    #[cold]
    pub(super) fn serve(&mut self) {
        let mut told = Vec::new();
        self.node.shard.serve(|core, note| told.push((core, note)));
        for (core, note) in told {
            if core == self.me {
                self.take_note(note);
            } else {
                self.node.posts.add_note(core, note);
            }
        }
    }

    /// When the next command has waited long enough, milliseconds since 1970.
    pub fn next_deadline_ms(&self) -> Option<i64> {
        self.deadlines.first().map(|(deadline_ms, _)| *deadline_ms)
    }
}

/// The waiting command of a call, at the owner of all its keys.
pub(super) fn wait(
    core: u16,
    call: &Call,
    (row, how): (&Command, &'static How),
    args: &Args<'_>,
    claim: Claim,
) -> Wait {
    let keys = row.keys.places(args).take(if how.moves { 1 } else { usize::MAX }).collect();
    Wait {
        core,
        token: Token { part: 0, ..call.token },
        database: call.database,
        modes: call.modes,
        args: args.into(),
        places: row.keys,
        keys,
        how,
        elsewhere: false,
        claim,
    }
}

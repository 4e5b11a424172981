//! One command of one client: gates, then here, at its owner, or in several parts.

use shards::{
    command::{Args, Command, Error, Flags, Handler, Merge, Run, Waiting, args::Routed, registry::Id},
    keyspace::{Cursor, slot::slot_of},
    message::{Call, Modes, Token},
    resp::Out,
};

use super::{
    core::Core, pushes::restriction, staged::Staged, tracked::special_modes, transactions::runs_in_multi,
};
use crate::{
    commands::{Node, NodeRun, Verb, busy},
    session::{How, Merging, Session, SessionId},
};

/// A core that has not answered for this long stands still.
const STANDS_STILL_US: i64 = 20_000;

/// What becomes of the client after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Next,
    /// The command has had no effect and must wait for another core.
    Stall,
    /// The command has begun to wait: its client runs nothing more until it is answered.
    Wait,
    /// It runs nothing more.
    Close,
}

impl Core {
    /// Runs one command.
    #[inline]
    pub(super) fn execute(&mut self, id: SessionId, staged: &Staged, args: &Args<'_>) -> Flow {
        if self.arrivals.is_held() && !self.node.pause.is_busy() {
            return Flow::Stall;
        }
        let Some(command) = staged.id else {
            if self.node.sessions.get(id).is_some_and(|session| session.transaction.is_open()) {
                return self.execute_in_transaction(id, staged, args);
            }
            self.refuse(id, &unknown(args));
            return self.refused(id);
        };
        let row = self.commands.row(command);
        if self.node.pause.is_on()
            && let Some(flow) = self.pause(id, command, args)
        {
            return flow;
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        if session.transaction.is_open()
            && (session.transaction.running || !runs_in_multi(self.commands, command))
        {
            return self.execute_in_transaction(id, staged, args);
        }
        if !row.arity.takes(args.len()) {
            let error = Error::Arity(self.commands.name(command).to_owned());
            self.reject(id, command, &error);
            return self.refused(id);
        }
        if !session.authenticated && !row.flags.has(Flags::NO_AUTH) {
            self.reject_stranger(id, command, args);
            return self.refused(id);
        }
        if session.restricted
            && let Some(error) = restriction(session, self.commands, command, args)
        {
            self.reject(id, command, &error);
            return self.refused(id);
        }
        let flow = match row.run {
            Run::Local(handler) if row.keys.is_one() => {
                if staged.owner == self.me {
                    let argument = u32::from(staged.key_index);
                    args.set_routed(Routed { argument, slot: staged.slot, hash: staged.hash });
                }
                self.run_at_shard(id, (command, row, handler), staged.owner, staged, args)
            }
            run => self.execute_elsewhere(id, (command, row, run), staged, args),
        };
        if flow != Flow::Stall {
            self.node.statistics.commands += 1;
            if let Some(session) = self.node.sessions.get_mut(id) {
                session.commands += 1;
                session.last_command = Some(command);
                session.replies.command_ran();
            }
            if self.node.server.audience.has_monitors() {
                self.feed_monitors(id, command, args, false);
            }
            // Not in the middle of a script that goes on later.
            if self.node.shard.has_ready() && !self.arrivals.is_held() {
                self.serve();
            }
        }
        flow
    }

    /// Goes on behind a command that was refused before anything ran.
    #[cold]
    fn refused(&mut self, id: SessionId) -> Flow {
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.command_ran();
        }
        self.node.end_caching(id);
        Flow::Next
    }

    /// What becomes of a command while a pause may hold it, or a script that takes too long has it refused; nothing if it runs. As in
    /// Redis, what would be refused anyway is refused for that.
    #[cold]
    fn pause(&mut self, id: SessionId, command: Id, args: &Args<'_>) -> Option<Flow> {
        let row = self.commands.row(command);
        let session = self.node.sessions.get_mut(id)?;
        if session.transaction.running {
            return Some(Flow::Stall);
        }
        if !row.arity.takes(args.len()) || !session.authenticated && !row.flags.has(Flags::NO_AUTH) {
            return None;
        }
        let command = self.commands.meant(command, args).ok()?;
        let row = self.commands.row(command);
        if self.node.pause.is_busy() && !row.flags.has(Flags::ALLOW_BUSY) {
            self.unreserve(id);
            let error = busy(&self.node.server);
            self.reject(id, command, &error);
            return Some(self.refused(id));
        }
        // A script may write, unless it says that it does not.
        let is_held = self.node.pause.holds(row)
            || self.node.pause.holds_writes()
                && match self.commands.node(command).map(|node_command| node_command.run) {
                    Some(NodeRun::Script(given)) => self.node.may_write(row, given, args),
                    _ => row.flags.has(Flags::MAY_REPLICATE),
                };
        if let Some(session) = self.node.sessions.get_mut(id).filter(|_| is_held) {
            session.paused = true;
        }
        is_held.then_some(Flow::Stall)
    }

    pub(super) fn execute_elsewhere(
        &mut self,
        id: SessionId,
        (command, row, run): (Id, &'static Command, Run),
        staged: &Staged,
        args: &Args<'_>,
    ) -> Flow {
        match run {
            // A last key without its value is for the handler to refuse.
            Run::Local(handler) if row.keys.is_ragged(args.len()) => {
                self.run_at_shard(id, (command, row, handler), self.me, staged, args)
            }
            run if let Some(handler) = run.on_its_keys()
                && self.node.shard.keyspace.is_borrowing() =>
            {
                self.run_here(id, (command, row, handler), args)
            }
            Run::Local(_) if self.reads_beyond(row, args) => self.run_across(id, (command, None), args, None),
            Run::Waiting(how) if self.executing == 0 => {
                self.run_waiting(id, (command, row, how), staged, args)
            }
            Run::Local(handler) | Run::Waiting(&Waiting { handler, .. }) => {
                match self.common_owner(row, args) {
                    Some(owner) => self.run_at_shard(id, (command, row, handler), owner, staged, args),
                    None => self.run_across(id, (command, None), args, None),
                }
            }
            Run::Cursor(handler) => {
                self.run_at_shard(id, (command, row, handler), self.cursor_owner(args), staged, args)
            }
            Run::Split(handler, merge) => self.split(id, (command, row, handler, merge), staged, args),
            Run::Every(handler, merge) => self.every(id, (command, row, handler, merge), staged, args),
            Run::Container(_) => self.run_subcommand(id, command, args),
            Run::Session => match self.commands.node(command) {
                Some(node_command) => {
                    if row.name == "RESET" {
                        self.forget_transaction(id);
                    }
                    self.run_node_command(id, command, node_command, args)
                }
                None => unreachable!("{} runs nowhere", row.name),
            },
        }
    }

    /// Answers an error to a command that did not run.
    #[cold]
    pub(super) fn refuse(&mut self, id: SessionId, error: &Error) -> Flow {
        let Node { sessions, shard, statistics, .. } = &mut self.node;
        statistics.errors += 1;
        if let Some(session) = sessions.get_mut(id) {
            session.replies.write(|out| shard.answer_error(error, out));
        }
        Flow::Next
    }

    /// As [`Core::refuse`], counted for the command. The client's transaction will not run; if the command was to run it, it ends.
    #[cold]
    pub(super) fn reject(&mut self, id: SessionId, command: Id, error: &Error) -> Flow {
        self.node.shard.calls[usize::from(command)].rejected += 1;
        let run = self.commands.node(command).map(|node_command| node_command.run);
        if let Some(NodeRun::Transaction(Verb::Exec)) = run {
            self.forget_transaction(id);
            let error = error.to_string();
            let why = error.strip_prefix("ERR ").unwrap_or(&error);
            let text = format!("EXECABORT Transaction discarded because of: {why}");
            return self.refuse(id, &Error::Message(text));
        }
        self.abort_queue(id);
        self.refuse(id, error)
    }

    /// Runs a command of the data engine where its keys are.
    pub(super) fn run_at_shard(
        &mut self,
        id: SessionId,
        what: (Id, &Command, Handler),
        owner: u16,
        staged: &Staged,
        args: &Args<'_>,
    ) -> Flow {
        let behind = self.node.sessions.get(id).is_some_and(|session| session.own_missing > 0);
        if self.node.shard.keyspace.is_borrowing() || owner == self.me && !behind {
            return self.run_here(id, what, args);
        }
        self.forward(id, what.0, owner, staged, args)
    }

    /// Runs a command of the data engine on this core.
    fn run_here(&mut self, id: SessionId, what: (Id, &Command, Handler), args: &Args<'_>) -> Flow {
        let shard = &mut self.node.shard;
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        if !session.plain {
            let modes = modes(session, what.1);
            return self.run_specially(id, what, modes, args);
        }
        let (database, resp3) = (session.database, session.resp3);
        session.replies.write(|out| shard.execute(what, database, args, resp3, out));
        Flow::Next
    }

    /// Whether the client may have one more reply under way.
    #[inline]
    pub(super) fn has_room_for_reply(&self, id: SessionId) -> bool {
        let limit = if self.executing > 0 { usize::MAX } else { self.node.settings.client_pipeline_limit };
        self.node.sessions.get(id).is_some_and(|session| session.replies.missing() < limit)
    }

    /// Sends a command to its owner.
    #[inline]
    fn forward(&mut self, id: SessionId, command: Id, owner: u16, staged: &Staged, args: &Args<'_>) -> Flow {
        let waits = || {
            self.reserved.is_some_and(|first| first != id)
                || !self.outbox.has_room(owner)
                || !self.has_room_for_reply(id)
        };
        if self.executing == 0 && waits() {
            return Flow::Stall;
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let token = id.token(session.replies.expect());
        let call = Call {
            token,
            command,
            database: session.database,
            modes: modes(session, self.commands.row(command)),
            transaction: self.executing,
            slot: staged.slot,
            // A command that is refused for its form may come to a core that its key is not of.
            key_index: if self.routes.owner(staged.slot) == owner { staged.key_index } else { 0 },
        };
        let (base, spans, large) = args.parts();
        self.outbox.envelope(owner).push(call, base, spans, large);
        if owner == self.me {
            session.own_missing += 1;
        } else {
            self.node.statistics.forwarded += 1;
        }
        Flow::Next
    }

    /// The core that owns all keys of a command, if one does; a command without keys runs here.
    fn common_owner(&self, row: &Command, args: &Args<'_>) -> Option<u16> {
        let mut owners = row.keys.places(args).map(|index| self.routes.owner(slot_of(args.get(index))));
        let first = owners.next().unwrap_or(self.me);
        owners.all(|owner| owner == first).then_some(first)
    }

    /// The core that owns the slot in a cursor. Where there is none, any core gives the error.
    fn cursor_owner(&self, args: &Args<'_>) -> u16 {
        let number = shards::commands::keys::cursor_number(args.get(1)).ok();
        number.and_then(Cursor::from_number).map_or(self.me, |cursor| self.routes.owner(cursor.slot))
    }

    /// Runs a command whose keys may be spread: each owner runs it on its own keys.
    fn split(
        &mut self,
        id: SessionId,
        (command, row, handler, merge): (Id, &'static Command, Handler, Merge),
        staged: &Staged,
        args: &Args<'_>,
    ) -> Flow {
        let step = row.keys.step as usize;
        let keys = row.keys.indexes(args.len());
        // A last key without its value is for the handler to refuse.
        if row.keys.is_ragged(args.len()) || self.routes.shards() == 1 {
            return self.run_at_shard(id, (command, row, handler), self.me, staged, args);
        }
        let mut owners: Vec<u16> = Vec::new();
        let mut part_of_core = vec![u16::MAX; self.routes.shards()];
        let order: Vec<u16> = keys
            .clone()
            .map(|index| {
                let owner = self.routes.owner(slot_of(args.get(index)));
                let part = &mut part_of_core[usize::from(owner)];
                if *part == u16::MAX {
                    *part = owners.len() as u16;
                    owners.push(owner);
                }
                *part
            })
            .collect();
        if let [owner] = owners.as_slice() {
            return self.run_at_shard(id, (command, row, handler), *owner, staged, args);
        }
        if !self.has_room_in(id, &owners) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        // Asked once for all parts: none is refused by itself.
        if self.node.shard.lacks_room(row) {
            return self.reject(id, command, &Error::OutOfMemory);
        }
        let seed = self.node.shard.keyspace.rng.next_u64();
        let how = How::Row { merge, order: order.clone(), seed };
        let Some(call) = self.expect_parts(id, command, how, owners.len()) else { return Flow::Close };
        for (part, owner) in owners.into_iter().enumerate() {
            let call = Call { token: Token { part: part as u16, ..call.token }, ..call };
            let own = keys.clone().zip(&order).filter(|(_, of)| usize::from(**of) == part);
            let selected = std::iter::once(0).chain(own.flat_map(|(index, _)| index..index + step));
            self.outbox.envelope(owner).push_selected(call, args, selected);
            self.sent_part(id, owner);
        }
        Flow::Next
    }

    /// Runs a command that every shard must run.
    fn every(
        &mut self,
        id: SessionId,
        (command, row, handler, merge): (Id, &'static Command, Handler, Merge),
        staged: &Staged,
        args: &Args<'_>,
    ) -> Flow {
        if self.routes.shards() == 1 && merge.is_whole() {
            return self.run_at_shard(id, (command, row, handler), self.me, staged, args);
        }
        let cores: Vec<u16> = self.routes.all().collect();
        if !self.has_room_in(id, &cores) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        let at_once = self.runs_at_once(id);
        let seed = self.node.shard.keyspace.rng.next_u64();
        let how = How::Row { merge, order: Vec::new(), seed };
        let Some(call) = self.expect_parts(id, command, how, cores.len()) else { return Flow::Close };
        if at_once {
            let mut out = Out::new();
            let what = (command, row, handler);
            self.node.shard.execute(what, call.database, args, call.resp3(), &mut out);
            self.fulfil_here(id, &call, &out);
            return Flow::Next;
        }
        for core in cores {
            let call = Call { token: Token { part: core, ..call.token }, ..call };
            let (base, spans, large) = args.parts();
            self.outbox.envelope(core).push(call, base, spans, large);
            self.sent_part(id, core);
        }
        Flow::Next
    }

    /// Whether a command that goes to all cores runs here and now: there is only this one, and the client waits for nothing of it.
    pub(super) fn runs_at_once(&self, id: SessionId) -> bool {
        self.routes.shards() == 1
            && self.executing > 0
            && self.node.sessions.get(id).is_some_and(|session| session.own_missing == 0)
    }

    /// Keeps count of a part of a command that goes to several cores in one group.
    pub(super) fn sent_part(&mut self, id: SessionId, core: u16) {
        self.outbox.group();
        if core != self.me {
            self.node.statistics.forwarded += 1;
        } else if let Some(session) = self.node.sessions.get_mut(id) {
            session.own_missing += 1;
        }
    }

    /// Whether commands may be sent to all of `cores` in this turn. Under load, room at many cores at once is rare: a session that
    /// has been refused often is the next to send, whoever else waits. The credits come back meanwhile, so it does.
    pub(super) fn has_room_in(&mut self, id: SessionId, cores: &[u16]) -> bool {
        let lacking = cores.iter().copied().find(|core| !self.outbox.has_room(*core));
        self.executing > 0 || self.may_send(id, lacking)
    }

    /// As [`Core::has_room_in`], for steps of transactions that hold shards.
    pub(super) fn has_room_for_holds(&mut self, id: SessionId, cores: &[u16]) -> bool {
        let lacking = cores.iter().copied().find(|core| !self.outbox.has_room_for_hold(*core));
        self.may_send(id, lacking)
    }

    /// `lacking` is a core where there is no room, if there is one.
    fn may_send(&mut self, id: SessionId, lacking: Option<u16>) -> bool {
        /// Refusals after which a session goes first.
        const PATIENCE: u32 = 8;
        let first = self.reserved.is_none_or(|first| first == id);
        let Some(session) = self.node.sessions.get_mut(id) else { return false };
        if lacking.is_none() && first {
            session.refusals = 0;
            self.relieved |= self.reserved.take().is_some();
            return true;
        }
        session.refusals += 1;
        // A core that stands still, since keys of it are on their way to another server, has no room for anybody for a while.
        let stands_still = lacking
            .is_some_and(|core| self.node.now_us - self.answered_us[usize::from(core)] > STANDS_STILL_US);
        if session.refusals > PATIENCE && self.reserved.is_none() && !stands_still {
            (self.reserved, self.reserved_us) = (Some(id), self.node.now_us);
        }
        false
    }

    /// Lets others send before a session that has been the first for long: what it waits for does not come back.
    #[cold]
    pub(super) fn look_at_reserved(&mut self) {
        if self.node.now_us - self.reserved_us > STANDS_STILL_US
            && let Some(id) = self.reserved.take()
        {
            self.relieved = true;
            if let Some(session) = self.node.sessions.get_mut(id) {
                session.refusals = 0;
            }
        }
    }

    /// The session's command needs no room at other cores any more: others may send.
    pub(super) fn unreserve(&mut self, id: SessionId) {
        if self.reserved == Some(id) {
            self.reserved = None;
            self.relieved = true;
        }
    }

    /// Keeps the place of a reply in several parts; the call is that of part 0.
    pub(super) fn expect_parts(
        &mut self,
        id: SessionId,
        command: Id,
        how: How,
        parts: usize,
    ) -> Option<Call> {
        let session = self.node.sessions.get_mut(id)?;
        let merging = Merging::new(how, parts, session.resp3);
        let sequence = session.replies.expect_parts(merging);
        let token = id.token(sequence);
        let modes = modes(session, self.commands.row(command)).with(Modes::GRANTED, true);
        Some(Call {
            database: session.database,
            modes,
            transaction: self.executing,
            ..Call::new(token, command)
        })
    }

    pub(super) fn fulfil_here(&mut self, id: SessionId, call: &Call, out: &Out) {
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.fulfil_here(call.token.sequence, call.token.part, out);
        }
    }
}

/// How a client's command is to be run.
#[inline]
pub(super) fn modes(session: &Session, row: &Command) -> Modes {
    let modes = Modes::default().with(Modes::RESP3, session.resp3);
    if session.plain { modes } else { special_modes(session, row, modes) }
}

fn unknown(args: &Args<'_>) -> Error {
    Error::unknown_command(args.get(0), args.iter_from(1))
}

//! Scripts: where one runs, and what becomes of it and its client when it has to wait.
//!
//! A script is a transaction whose commands come one by one out of its engine (`script_calls`). With one shard it runs where it is
//! asked for. With several, a script that has used no other keys than those that it was called with runs where these are, as a command
//! with one key does; any other holds all shards (see [`shards::tx`]): the keys that it was called with are lent with the hold, and
//! what else its commands need while it stands still.
//!
//! A script that computes for long lets its core take turns. The core is held meanwhile: by a transaction if the script holds all
//! shards, else by the script itself. Nobody's command runs there; past `busy-reply-threshold` they are refused, here and on all cores.

use shards::{
    command::{Args, Error, error::wire_bytes, registry::Id},
    keyspace::slot::slot_of,
    message::{Call, Envelope, Modes, Token},
    resp::{Out, Reply},
    tx::Reader,
};

use super::{
    core::Core,
    execute::Flow,
    holding::{Borrowed, Running},
};
use crate::{
    commands::{FIRST_KEY, Given, NodeRun, Prepared},
    scripting::Reach,
    session::{Principal, Queue, Queued, SessionId},
};

pub(super) use super::script_calls::{Ground, Script, Stop};

/// A script that goes on in the next turn.
#[derive(Debug)]
pub enum Paused {
    /// That of the transaction with this number.
    Transaction(u64),
    /// That of a call by another core, or by this one through its inbox.
    Call {
        /// The command that runs it.
        command: Id,
        /// The script.
        script: Box<Script>,
        /// The batch that it is a part of.
        envelope: Option<Box<Envelope>>,
    },
}

/// For whom a script runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    pub(super) principal: Principal,
    pub(super) database: u16,
    pub(super) resp3: bool,
}

impl Core {
    /// Whether a command runs a script.
    #[inline]
    pub(super) fn is_script(&self, command: Id) -> bool {
        self.given(command).is_some()
    }

    /// How a command says which script it runs, if it runs one.
    fn given(&self, command: Id) -> Option<Given> {
        match self.commands.node(command)?.run {
            NodeRun::Script(given) => Some(given),
            _ => None,
        }
    }

    /// EVAL, FCALL and their relatives, for a client of this core.
    pub(super) fn run_script(&mut self, id: SessionId, command: Id, given: Given, args: &Args<'_>) -> Flow {
        let row = self.commands.row(command);
        let prepared = match self.node.prepare_script(row, given, args, false) {
            Ok(prepared) => prepared,
            Err(Error::OutOfMemory) => {
                self.unreserve(id);
                return self.reject(id, command, &Error::OutOfMemory);
            }
            Err(error) => {
                self.unreserve(id);
                self.show_script(id, args);
                self.node.shard.count_call(command, true);
                return self.refuse(id, &error);
            }
        };
        let behind = self.node.sessions.get(id).is_some_and(|session| session.own_missing > 0);
        match self.owner_of_script(&prepared, args) {
            Some(owner) if owner == self.me && !behind => self.run_script_here(id, command, prepared, args),
            Some(owner) => self.send_script(id, command, owner, args),
            None => self.run_across(id, (command, None), args, None),
        }
    }

    /// The core on which a script can run alone.
    fn owner_of_script(&mut self, prepared: &Prepared, args: &Args<'_>) -> Option<u16> {
        if self.routes.shards() == 1 {
            return Some(self.me);
        }
        let reach = self.node.scripts.reach(&self.node.server.library, &prepared.program);
        if reach != Reach::Declared {
            return None;
        }
        let mut owners =
            (FIRST_KEY..FIRST_KEY + prepared.keys).map(|index| self.routes.owner(slot_of(args.get(index))));
        let first = owners.next().unwrap_or(self.me);
        // Who monitors sees a script and then its commands: one core says both.
        let is_shown = self.node.server.audience.has_monitors();
        owners.all(|owner| owner == first).then_some(first).filter(|owner| *owner == self.me || !is_shown)
    }

    /// For whom a script of this core's client runs.
    fn asker(&self, id: SessionId) -> Asker {
        let client = Reader { core: self.me, session: id.index, generation: id.generation };
        let Some(session) = self.node.sessions.get(id) else {
            let principal = Principal { client, modes: Modes::default() };
            return Asker { principal, database: 0, resp3: false };
        };
        let caching = session.caching.as_ref();
        let modes = Modes::default()
            .with(Modes::NO_TOUCH, session.no_touch)
            .with(Modes::TRACKS, caching.is_some())
            .with(Modes::REMEMBER, caching.is_some_and(|caching| caching.keeps_read_keys()));
        Asker { principal: Principal { client, modes }, database: session.database, resp3: session.resp3 }
    }

    /// Shows a script to who monitors, before its commands.
    fn show_script(&mut self, id: SessionId, args: &Args<'_>) {
        if self.node.server.audience.has_monitors() {
            self.show(id, args);
        }
    }

    /// What a script may use, unless it holds all shards.
    fn own_ground(&self) -> Ground {
        if self.routes.shards() == 1 { Ground::Whole } else { Ground::Declared }
    }

    /// Runs a script on this core's own keys.
    fn run_script_here(&mut self, id: SessionId, command: Id, prepared: Prepared, args: &Args<'_>) -> Flow {
        // It may have waited for room at all cores, until somebody found out that it needs only this one.
        self.unreserve(id);
        self.show_script(id, args);
        let asker = self.asker(id);
        let (script, stop) = self.start_alone(command, prepared, &asker, args);
        match stop {
            Stop::Done(reply) => {
                self.end_script(command, &script, &reply);
                self.write_reply(id, &reply);
                Flow::Next
            }
            Stop::Strays => {
                self.drop_script(&script);
                self.run_across(id, (command, None), args, None)
            }
            _ => {
                let commands = vec![Queued::new(command, args)];
                let mut running = Running::new(id, commands, Vec::new(), self.node.now_us);
                (running.direct, running.script) = (true, Some(script));
                let number = self.number_transaction();
                self.hold_alone(number, running);
                Flow::Next
            }
        }
    }

    /// Begins a script on this core's own keys, and runs it as far as it comes in this turn; timed so far.
    fn start_alone(
        &mut self,
        command: Id,
        prepared: Prepared,
        asker: &Asker,
        args: &Args<'_>,
    ) -> (Box<Script>, Stop) {
        let timing = self.node.shard.begin_timing(command);
        let ground = self.own_ground();
        let mut script = self.begin_script(prepared, asker, ground, args);
        let stop = self.drive_alone(&mut script);
        self.node.shard.end_timing(command, &timing);
        (script, stop)
    }

    /// Goes on with a script as far as it comes in this turn, on this core's own keys.
    fn drive_alone(&mut self, script: &mut Script) -> Stop {
        self.begin_executing();
        let stop = self.drive(script, None);
        self.end_executing();
        stop
    }

    pub(super) fn write_reply(&mut self, id: SessionId, reply: &[u8]) {
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.write(|out| out.buffer().extend_from_slice(reply));
        }
    }

    /// Sends a script to the owner of its keys. Until that has answered, its client runs nothing else: if the script uses other keys,
    /// it is run once more, before anything that the client asked behind it.
    fn send_script(&mut self, id: SessionId, command: Id, owner: u16, args: &Args<'_>) -> Flow {
        if !self.has_room_in(id, &[owner]) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        self.show_script(id, args);
        let asker = self.asker(id);
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        session.transaction.running = true;
        session.transaction.script = Some(Box::new(Queued::new(command, args)));
        let call = Call {
            database: asker.database,
            modes: asker.principal.modes.with(Modes::RESP3, asker.resp3),
            ..Call::new(Token { part: Token::SCRIPT, ..id.token(0) }, command)
        };
        if owner == self.me {
            session.own_missing += 1;
        } else {
            self.node.statistics.forwarded += 1;
        }
        let (base, spans, large) = args.parts();
        self.outbox.envelope(owner).push(call, base, spans, large);
        Flow::Next
    }

    /// The owner's answer to a script that was sent there.
    pub(super) fn script_answered(&mut self, id: SessionId, reply: &Out) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        if reply.is_empty() && !session.orphaned {
            self.scripts_again.push(id);
            self.relieved = true;
            return;
        }
        session.transaction.script = None;
        session.replies.write(|out| out.append(reply));
        self.end_running(id);
    }

    /// Runs scripts once more that used other keys than those that they were called with, as far as there is room.
    pub(super) fn run_scripts_again(&mut self) {
        for id in std::mem::take(&mut self.scripts_again) {
            let Some(session) = self.node.sessions.get_mut(id) else { continue };
            let Some(queued) = session.transaction.script.take() else { continue };
            if session.orphaned {
                self.end_running(id);
                continue;
            }
            let cores = self.routes.all().collect();
            let mut running = Running::new(id, vec![*queued], cores, self.node.now_us);
            (running.borrows, running.shown) = (true, true);
            if let Err(mut running) = self.hold(running, &[])
                && let Some(session) = self.node.sessions.get_mut(id)
            {
                session.transaction.script = running.commands.pop().map(Box::new);
                self.scripts_again.push(id);
            }
        }
    }

    /// A script sent by the core of its client. False if it goes on in the next turn.
    pub(super) fn run_script_call(
        &mut self,
        from: u16,
        call: &Call,
        given: Given,
        args: &Args<'_>,
        out: &mut Out,
    ) -> bool {
        let command = call.command;
        let prepared = match self.node.prepare_script(self.commands.row(command), given, args, false) {
            Ok(prepared) => prepared,
            Err(error) => {
                self.node.shard.count_call(command, true);
                self.node.statistics.errors += 1;
                self.node.shard.answer_error(&error, out);
                return true;
            }
        };
        let reach = self.node.scripts.reach(&self.node.server.library, &prepared.program);
        if self.routes.shards() > 1 && reach != Reach::Declared {
            // It has become known since it was sent; or what its name means now has not run yet, and could write before it shows.
            return true;
        }
        let Token { session, generation, .. } = call.token;
        let client = Reader { core: from, session, generation };
        let principal = Principal { client, modes: call.modes.without(Modes::RESP3) };
        let asker = Asker { principal, database: call.database, resp3: call.resp3() };
        let (mut script, stop) = self.start_alone(command, prepared, &asker, args);
        match stop {
            Stop::Done(reply) => {
                self.end_script(command, &script, &reply);
                out.buffer().extend_from_slice(&reply);
                true
            }
            Stop::Strays => {
                self.drop_script(&script);
                true
            }
            _ => {
                self.begin_pause(&mut script);
                self.paused_script = Some(Paused::Call { command, script, envelope: None });
                false
            }
        }
    }

    /// Lays a batch by in which a script has not ended. Nothing else runs on this core until it has.
    pub(super) fn lay_by(&mut self, batch: Box<Envelope>) {
        let Some(Paused::Call { envelope, .. }) = &mut self.paused_script else {
            unreachable!("a batch waits for no script")
        };
        *envelope = Some(batch);
        let number = self.number_transaction();
        self.arrivals.hold(self.me, number);
    }

    /// Goes on with the script that could not end in the last turn.
    pub(super) fn continue_script(&mut self) {
        match self.paused_script.take() {
            Some(Paused::Transaction(number)) => {
                let Some(running) = self.running.remove(&number) else { return };
                if running.direct {
                    self.proceed_alone(number, running);
                } else {
                    self.proceed(number, running);
                }
            }
            Some(Paused::Call { command, mut script, envelope }) => {
                let reply = match self.drive_alone(&mut script) {
                    Stop::Done(reply) => {
                        self.end_script(command, &script, &reply);
                        reply
                    }
                    Stop::Strays => {
                        self.drop_script(&script);
                        Vec::new()
                    }
                    _ => {
                        self.paused_script = Some(Paused::Call { command, script, envelope });
                        return;
                    }
                };
                self.freed();
                if let Some(mut envelope) = envelope {
                    envelope.answer_last(&reply);
                    self.answer(envelope);
                }
            }
            None => {}
        }
    }

    /// A transaction's script goes on in the next turn.
    pub(super) fn pause_script(&mut self, number: u64, mut running: Box<Running>) {
        if let Some(script) = &mut running.script {
            self.begin_pause(script);
        }
        if let Some(session) = self.node.sessions.get_mut(running.client) {
            session.replies.begin_pieces();
        }
        self.running.insert(number, running);
        self.paused_script = Some(Paused::Transaction(number));
    }

    /// A transaction on this core's own keys goes on in the next turn. Nothing else runs on this core until it has ended.
    fn hold_alone(&mut self, number: u64, mut running: Box<Running>) {
        if !std::mem::replace(&mut running.begun, true) {
            self.arrivals.hold(self.me, number);
            if let Some(session) = self.node.sessions.get_mut(running.client) {
                session.transaction.running = true;
            }
        }
        self.pause_script(number, running);
    }

    /// EXEC of a transaction with scripts, where there is one shard.
    pub(super) fn exec_scripts(
        &mut self,
        id: SessionId,
        exec: Id,
        queue: Queue,
        watched: &[u16],
        behind: bool,
    ) -> Flow {
        if behind {
            return self.queue_again(id, queue);
        }
        self.node.shard.count_call(exec, false);
        if self.end_own_watch(id, watched) {
            self.run_queue(id, &[], true, false);
            return Flow::Next;
        }
        let mut running = Running::new(id, queue.commands, Vec::new(), self.node.now_us);
        (running.is_exec, running.direct) = (true, true);
        let number = self.number_transaction();
        self.proceed_alone(number, running);
        Flow::Next
    }

    /// Runs a transaction on this core's own keys as far as it comes in this turn.
    fn proceed_alone(&mut self, number: u64, mut running: Box<Running>) {
        match self.run_commands(&mut running) {
            Borrowed::Pauses => return self.hold_alone(number, running),
            Borrowed::Strays => return self.hold_all_instead(running),
            _ => {}
        }
        let id = running.client;
        if running.is_exec {
            self.node.end_caching(id);
        }
        if running.begun {
            self.freed();
            if running.is_exec {
                self.show_exec(id);
            }
            self.end_running(id);
            if self.node.shard.has_ready() {
                self.serve();
            }
        }
    }

    /// A script that computed for long on this core's own keys now uses others: it begins once more, holding all shards.
    fn hold_all_instead(&mut self, mut running: Box<Running>) {
        debug_assert!(running.begun && !running.is_exec, "a script alone, which has gone on in a later turn");
        self.freed();
        let id = running.client;
        if let (Some(queued), Some(session)) = (running.commands.pop(), self.node.sessions.get_mut(id)) {
            session.replies.end_pieces();
            session.transaction.script = Some(Box::new(queued));
            self.scripts_again.push(id);
            self.relieved = true;
        }
    }

    /// Runs the script that is a transaction's next command. Nothing if that has ended.
    pub(super) fn run_queued_script(&mut self, running: &mut Running) -> Option<Borrowed> {
        let queued = running.commands.get(running.done)?;
        let (id, command) = (running.client, queued.command);
        let begun = match running.script.take() {
            Some(script) => Ok(script),
            None => self.begin_queued_script(running, queued),
        };
        let mut script = match begun {
            Ok(script) => script,
            Err(error) => {
                self.node.shard.count_call(command, true);
                self.refuse(id, &error);
                return None;
            }
        };
        let lent = if running.direct { None } else { Some(&running.lent) };
        let borrowed = match self.drive(&mut script, lent) {
            Stop::Done(reply) => {
                self.end_script(command, &script, &reply);
                self.write_reply(id, &reply);
                return None;
            }
            Stop::Strays => {
                self.drop_script(&script);
                return Some(Borrowed::Strays);
            }
            Stop::Slice => Borrowed::Pauses,
            Stop::Wants(keys) => Borrowed::Wants(keys),
            Stop::Spreads => Borrowed::Spreads,
        };
        running.script = Some(script);
        Some(borrowed)
    }

    fn begin_queued_script(&mut self, running: &Running, queued: &Queued) -> Result<Box<Script>, Error> {
        let (id, args) = (running.client, &queued.args());
        if !running.shown {
            self.show_script(id, args);
        }
        let row = self.commands.row(queued.command);
        let given = self.given(queued.command).unwrap_or(Given::Body);
        let prepared = self.node.prepare_script(row, given, args, running.is_exec)?;
        let ground = if running.direct { Ground::Whole } else { Ground::Borrowed };
        let asker = self.asker(id);
        Ok(self.begin_script(prepared, &asker, ground, args))
    }

    /// Runs the command for which a transaction's script waits, on all shards, which are held.
    pub(super) fn spread_called(&mut self, running: &mut Running) {
        if let Some(script) = &mut running.script {
            self.run_called_on_all(script);
        }
    }
}

/// An error reply.
pub(super) fn error_reply(error: &Error) -> Vec<u8> {
    let mut out = Out::new();
    Reply::new(&mut out, false).error(&wire_bytes(&error.to_string()));
    out.to_vec()
}

//! One command of the machine: on the client's core, on every core, or on the one that owns a slot or a key.

use shards::{
    command::{Args, Error, Flags, registry::Id},
    keyspace::slot::slot_of,
    message::{Call, Modes},
    resp::{Out, Reply},
    shard::write_error,
};

use super::{core::Core, execute::Flow, staged::Staged};
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun, wait_arguments},
    session::{Closing, SessionId},
};

impl Core {
    /// Runs a command of the machine.
    pub(super) fn run_node_command(
        &mut self,
        id: SessionId,
        command: Id,
        node_command: &'static NodeCommand,
        args: &Args<'_>,
    ) -> Flow {
        match node_command.run {
            NodeRun::Chosen { check, choose } => {
                match check(&mut self.here(id), args).and_then(|()| choose(args)) {
                    Ok(run) => self.run_at(id, command, run, args),
                    Err(error) => {
                        self.node.shard.count_call(command, true);
                        self.refuse(id, &error)
                    }
                }
            }
            run => self.run_at(id, command, run, args),
        }
    }

    /// Runs a command of the machine where `run` says.
    fn run_at(&mut self, id: SessionId, command: Id, run: NodeRun, args: &Args<'_>) -> Flow {
        match run {
            NodeRun::Chosen { .. } => unreachable!("{} chose to choose", self.commands.name(command)),
            NodeRun::Container(_) => self.run_subcommand(id, command, args),
            NodeRun::Transaction(verb) => self.run_transaction_command(id, command, verb, args),
            NodeRun::Migrate => self.run_migrate(id, command, args),
            NodeRun::Script(given) => self.run_script(id, command, given, args),
            NodeRun::Wait => {
                let parsed = wait_arguments(args);
                self.node.shard.count_call(command, parsed.is_err());
                match parsed {
                    Ok((replicas, timeout_ms)) => self.wait_for_replicas(id, command, replicas, timeout_ms),
                    Err(error) => self.refuse(id, &error),
                }
            }
            NodeRun::Shard => self.run_by_row(id, command, args),
            NodeRun::Alone { .. } if args.len() > 1 => self.run_subcommand(id, command, args),
            NodeRun::Here(run) | NodeRun::Alone { run, .. } => {
                let mut out = std::mem::take(&mut self.scratch);
                out.clear();
                let timing = self.node.shard.begin_timing(command);
                let result = self.run_on_client(id, args, &mut out, run);
                self.node.shard.end_timing(command, &timing);
                self.finish_node_command(id, command, result, &mut out);
                self.scratch = out;
                self.flow_of(id)
            }
            NodeRun::Every { check, run, merge } => {
                let cores: Vec<u16> = self.routes.all().collect();
                if !self.has_room_in(id, &cores) || !self.has_room_for_reply(id) {
                    return Flow::Stall;
                }
                if let Err(error) = check(&mut self.here(id), args) {
                    self.node.shard.count_call(command, true);
                    return self.refuse(id, &error);
                }
                self.run_among(id, command, &cores, args, (run, merge))
            }
            NodeRun::Among { cores, run, merge } => {
                let cores = cores(&self.node, args);
                self.run_among(id, command, &cores, args, (run, merge))
            }
            NodeRun::AtSlot { argument, run } => {
                // A number that is no slot is refused by any core.
                let slot = args
                    .integer(argument)
                    .ok()
                    .and_then(|slot| u16::try_from(slot).ok())
                    .filter(|slot| *slot < 16384);
                let owner = slot.map_or(self.me, |slot| self.routes.owner(slot));
                self.run_at_owner(id, command, owner, args, run)
            }
            NodeRun::AtKey { argument, run } => {
                let owner = self.routes.owner(slot_of(args.get(argument)));
                self.run_at_owner(id, command, owner, args, run)
            }
        }
    }

    fn here(&mut self, client: SessionId) -> Here<'_> {
        Here { executing: self.executing > 0, client, node: &mut self.node }
    }

    /// Whether the client goes on behind a command of the machine, which may have ended it.
    pub(super) fn flow_of(&self, id: SessionId) -> Flow {
        let closing = self.node.sessions.get(id).is_none_or(|session| session.closing != Closing::No);
        if closing { Flow::Close } else { Flow::Next }
    }

    /// Runs a machine's command on one core.
    fn run_at_owner(
        &mut self,
        id: SessionId,
        command: Id,
        owner: u16,
        args: &Args<'_>,
        run: fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
    ) -> Flow {
        if !self.has_room_in(id, &[owner]) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let sequence = session.replies.expect();
        let token = id.token(sequence);
        let caller = session.id;
        let modes = Modes::default().with(Modes::RESP3, session.resp3);
        let call = Call {
            database: session.database,
            modes,
            transaction: self.executing,
            ..Call::new(token, command)
        };
        self.at_core(id, owner, caller, &call, args, run);
        Flow::Next
    }

    /// Runs a machine's command on a core: here, or with the caller's number as one more argument elsewhere.
    pub(super) fn at_core(
        &mut self,
        id: SessionId,
        core: u16,
        caller: u64,
        call: &Call,
        args: &Args<'_>,
        run: fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
    ) {
        let ordered = self.commands.row(call.command).flags.has(Flags::PUBSUB) && !self.runs_at_once(id);
        // What a transaction has borrowed comes back with a step of it, before the commands of that step run.
        if core == self.me && !ordered && !self.outbox.is_stepping() {
            let mut out = Out::new();
            let caller = Caller { client: caller, database: call.database, sequence: call.token.sequence };
            let timing = self.node.shard.begin_timing(call.command);
            let result = run(&mut self.node, caller, args, &mut Reply::new(&mut out, call.resp3()));
            self.node.shard.end_timing(call.command, &timing);
            if let Err(error) = &result {
                out.clear();
                self.answer_part_error(call, error, &mut out);
            }
            self.count_part(call, result.is_err());
            return self.fulfil_here(id, call, &out);
        }
        let caller = caller.to_string();
        self.outbox.envelope(core).push_selected_with(*call, args, 0..args.len(), caller.as_bytes());
        if ordered || core == self.me {
            self.sent_part(id, core);
        } else {
            self.node.statistics.forwarded += 1;
        }
    }

    /// Counts a run of a machine's command once, however many cores it runs on.
    pub(super) fn count_part(&mut self, call: &Call, failed: bool) {
        if call.token.part == 0 {
            self.node.shard.count_call(call.command, failed);
        }
    }

    /// Answers the error of a part of a machine's command; it counts once.
    pub(super) fn answer_part_error(&mut self, call: &Call, error: &Error, out: &mut Out) {
        match call.token.part {
            0 => self.node.shard.answer_error(error, out),
            _ => write_error(error, out),
        }
    }

    fn run_on_client(
        &mut self,
        id: SessionId,
        args: &Args<'_>,
        out: &mut Out,
        run: fn(&mut Here<'_>, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let resp3 = self.node.sessions.get(id).is_some_and(|session| session.resp3);
        run(&mut self.here(id), args, &mut Reply::new(out, resp3))
    }

    fn finish_node_command(&mut self, id: SessionId, command: Id, result: Result<(), Error>, out: &mut Out) {
        self.node.shard.count_call(command, result.is_err());
        if let Err(error) = result {
            self.node.statistics.errors += 1;
            out.clear();
            self.node.shard.answer_error(&error, out);
        }
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.write(|replies| replies.append(out));
        }
    }

    /// Refuses a command of a client that has not given its password. As in Redis, a form that is wrong comes before that.
    #[cold]
    pub(super) fn reject_stranger(&mut self, id: SessionId, command: Id, args: &Args<'_>) -> Flow {
        match self.commands.meant(command, args) {
            Ok(command) => self.reject(id, command, &Error::NoAuth),
            Err((Some(command), error)) => self.reject(id, command, &error),
            Err((None, error)) => self.refuse(id, &error),
        }
    }

    pub(super) fn run_subcommand(&mut self, id: SessionId, container: Id, args: &Args<'_>) -> Flow {
        let command = match self.commands.meant(container, args) {
            Ok(command) => command,
            Err((Some(command), error)) => return self.reject(id, command, &error),
            Err((None, error)) => return self.refuse(id, &error),
        };
        let row = self.commands.row(command);
        if self.node.shard.lacks_room(row) {
            return self.reject(id, command, &Error::OutOfMemory);
        }
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.last_subcommand = Some(row.name);
        }
        match self.commands.node(command) {
            Some(node_command) => self.run_node_command(id, command, node_command, args),
            None => self.run_by_row(id, command, args),
        }
    }

    /// Runs a subcommand of the data engine. What was staged is its container, which has no key: its own comes behind its word.
    fn run_by_row(&mut self, id: SessionId, command: Id, args: &Args<'_>) -> Flow {
        let row = self.commands.row(command);
        let key = row.keys.indexes(args.len()).next();
        let slot = key.map_or(0, |index| slot_of(args.get(index)));
        let staged = Staged {
            id: Some(command),
            handler: None,
            start: 0,
            end: 0,
            first_span: 0,
            span_count: args.len(),
            key_index: key.unwrap_or(0) as u16,
            slot,
            owner: key.map_or(self.me, |_| self.routes.owner(slot)),
            hash: 0,
        };
        self.execute_elsewhere(id, (command, row, row.run), &staged, args)
    }
}

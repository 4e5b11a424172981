//! Transactions of this core's clients: MULTI's queue, EXEC and watched keys. How they take effect at one instant is told in
//! [`shards::tx`].

use shards::{
    command::{Args, Command, Error, Flags, Merge, Run, args::Routed, registry::Id},
    keyspace::slot::slot_of,
    message::{Call, Note, Token},
    resp::{Out, Reply, Span},
    tx::Interest,
};

use super::{core::Core, execute::Flow, holding::Running, staged::Staged};
use crate::{
    commands::{Commands, NodeRun, Verb},
    session::{How, Queue, Queued, SessionId},
};

/// What a few commands need.
#[derive(Debug, Default)]
pub struct Needs {
    /// The cores they run on, ascending.
    pub cores: Vec<u16>,
    /// A command has keys on several shards and reads some to write others.
    pub across: bool,
}

impl Needs {
    fn add(&mut self, core: u16) {
        if let Err(place) = self.cores.binary_search(&core) {
            self.cores.insert(place, core);
        }
    }
}

impl Core {
    /// A command of a client that is in MULTI, or whose transaction is running.
    #[cold]
    pub(super) fn execute_in_transaction(&mut self, id: SessionId, staged: &Staged, args: &Args<'_>) -> Flow {
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        if session.transaction.running {
            return Flow::Stall;
        }
        let checked = match staged.id {
            None => Err((None, Error::unknown_command(args.get(0), args.iter_from(1)))),
            Some(command) => self.check_queued(command, args),
        };
        let command = match checked {
            Ok(command) => command,
            Err((command, error)) => {
                if let Some(command) = command {
                    return self.reject(id, command, &error);
                }
                self.abort_queue(id);
                return self.refuse(id, &error);
            }
        };
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let Some(queue) = &mut session.transaction.queue else { return Flow::Close };
        let Staged { key_index, slot, hash, .. } = *staged;
        // What is queued behind an error will not run, and is not kept.
        if !queue.aborted {
            queue.commands.push(Queued { command, key_index, slot, hash, kept: args.into() });
        }
        session.replies.write(|out| Reply::new(out, false).simple("QUEUED"));
        Flow::Next
    }

    /// EXEC will not run what the client queues.
    pub(super) fn abort_queue(&mut self, id: SessionId) {
        if let Some(session) = self.node.sessions.get_mut(id)
            && let Some(queue) = &mut session.transaction.queue
        {
            queue.aborted = true;
        }
    }

    /// Whether a command may be queued. What is wrong with its form is found now.
    fn check_queued(&mut self, command: Id, args: &Args<'_>) -> Result<Id, (Option<Id>, Error)> {
        let row = self.commands.row(command);
        if !row.arity.takes(args.len()) {
            return Err((Some(command), Error::Arity(self.commands.name(command).to_owned())));
        }
        let meant = self.commands.meant(command, args)?;
        if self.commands.row(meant).flags.has(Flags::NO_MULTI) {
            return Err((Some(meant), Error::Text("ERR Command not allowed inside a transaction")));
        }
        // A queue needs memory, whatever is in it.
        if self.node.shard.is_out_of_memory() {
            return Err((Some(command), Error::OutOfMemory));
        }
        Ok(command)
    }

    /// MULTI, EXEC, DISCARD, WATCH or UNWATCH; timed as far as it goes on this core now.
    pub(super) fn run_transaction_command(
        &mut self,
        id: SessionId,
        command: Id,
        verb: Verb,
        args: &Args<'_>,
    ) -> Flow {
        let timing = self.node.shard.begin_timing(command);
        let flow = self.run_verb(id, command, verb, args);
        if flow != Flow::Stall {
            self.node.shard.end_timing(command, &timing);
        }
        flow
    }

    fn run_verb(&mut self, id: SessionId, command: Id, verb: Verb, args: &Args<'_>) -> Flow {
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let queue = &mut session.transaction.queue;
        let error = match verb {
            Verb::Multi if queue.is_some() => Some("ERR MULTI calls can not be nested"),
            Verb::Watch if queue.is_some() => Some("ERR WATCH inside MULTI is not allowed"),
            Verb::Exec if queue.is_none() => Some("ERR EXEC without MULTI"),
            Verb::Discard if queue.is_none() => Some("ERR DISCARD without MULTI"),
            _ => None,
        };
        if let Some(error) = error {
            self.node.shard.count_call(command, true);
            return self.refuse(id, &Error::Text(error));
        }
        match verb {
            Verb::Multi => *queue = Some(Queue::default()),
            Verb::Discard => {
                *queue = None;
                self.unwatch(id);
            }
            // Within EXEC the watch has ended already.
            Verb::Unwatch => self.unwatch(id),
            Verb::Watch => return self.watch(id, command, args),
            Verb::Exec => return self.exec(id, command),
        }
        self.node.shard.count_call(command, false);
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.write(|out| Reply::new(out, false).ok());
        }
        Flow::Next
    }

    /// Has the owners of these keys mark the client when one is touched. Those on this core wait as the others do, behind what
    /// the client asked before.
    fn watch(&mut self, id: SessionId, command: Id, args: &Args<'_>) -> Flow {
        let row = self.commands.row(command);
        let cores = self.routes.owners(row, args);
        if !self.has_room_in(id, &cores) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let number = session.transaction.watch.to_string();
        let how = How::Row { merge: Merge::AllOk, order: Vec::new(), seed: 0 };
        let Some(call) = self.expect_parts(id, command, how, cores.len()) else { return Flow::Close };
        for (part, core) in cores.iter().enumerate() {
            let call = Call { token: Token { part: part as u16, ..call.token }, ..call };
            let keys =
                row.keys.places(args).filter(|index| self.routes.owner(slot_of(args.get(*index))) == *core);
            let selected: Vec<usize> = std::iter::once(0).chain(keys).collect();
            self.outbox.envelope(*core).push_selected_with(
                call,
                args,
                selected.into_iter(),
                number.as_bytes(),
            );
            self.sent_part(id, *core);
        }
        if let Some(session) = self.node.sessions.get_mut(id) {
            for core in cores {
                if !session.transaction.watched.contains(&core) {
                    session.transaction.watched.push(core);
                }
            }
        }
        Flow::Next
    }

    /// WATCH at an owner of keys. The number of the client's watch is the last argument.
    pub(super) fn run_watch_call(&mut self, from: u16, call: &Call, args: &Args<'_>, out: &mut Out) {
        let Token { session, generation, .. } = call.token;
        let number = args.integer(args.len() - 1).unwrap_or_default() as u32;
        let interest = Interest { core: from, session, generation, number };
        for key in args.without_last().iter_from(1) {
            self.node.shard.watch(interest, call.database, key);
        }
        self.count_part(call, false);
        Reply::new(out, call.resp3()).ok();
    }

    /// The client's watch that is on now.
    pub(super) fn watch_of(&self, id: SessionId) -> Interest {
        let number = self.node.sessions.get(id).map_or(0, |session| session.transaction.watch);
        Interest { core: self.me, session: id.index, generation: id.generation, number }
    }

    /// Forgets which cores have keys that the client watches; they do so themselves, or are told.
    pub(super) fn take_watched(&mut self, id: SessionId) -> Vec<u16> {
        let Some(session) = self.node.sessions.get_mut(id) else { return Vec::new() };
        session.transaction.watch = session.transaction.watch.wrapping_add(1);
        std::mem::take(&mut session.transaction.watched)
    }

    /// Ends the client's watch, whose keys are all this core's; whether one of them was touched.
    pub(super) fn end_own_watch(&mut self, id: SessionId, watched: &[u16]) -> bool {
        if watched.is_empty() {
            return false;
        }
        let interest = self.watch_of(id);
        self.take_watched(id);
        self.node.shard.end_watch(interest)
    }

    /// Lets the client's watched keys go, at their owners as soon as there is room.
    pub(super) fn unwatch(&mut self, id: SessionId) {
        let interest = self.watch_of(id);
        for core in self.take_watched(id) {
            self.node.posts.add_note(core, Note::EndWatch(interest));
        }
    }

    /// RESET: no queue, no watched keys.
    pub(super) fn forget_transaction(&mut self, id: SessionId) {
        self.unwatch(id);
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.transaction.queue = None;
        }
    }

    /// Runs the queue: at once where that is possible, else holding its shards.
    fn exec(&mut self, id: SessionId, exec: Id) -> Flow {
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let Some(queue) = session.transaction.queue.take() else { return Flow::Close };
        let watched = session.transaction.watched.clone();
        let behind = session.own_missing > 0;
        if queue.commands.iter().any(|queued| self.lacks_memory(queued)) {
            return self.reject(id, exec, &Error::OutOfMemory);
        }
        if queue.aborted {
            self.unwatch(id);
            self.node.shard.count_call(exec, true);
            return self
                .refuse(id, &Error::Text("EXECABORT Transaction discarded because of previous errors."));
        }
        if self.routes.shards() == 1 && queue.commands.iter().any(|queued| self.is_script(queued.command)) {
            return self.exec_scripts(id, exec, queue, &watched, behind);
        }
        let needs = self.needs(&queue.commands);
        let is_here = |cores: &[u16]| cores.iter().all(|core| *core == self.me);
        let at_once = watched.is_empty() || is_here(&watched) && is_here(&needs.cores) && !behind;
        if !needs.across && at_once {
            // What this core's part is asked behind other commands goes through its inbox, and needs room there.
            let is_sent = behind || !is_here(&needs.cores);
            if is_sent && !self.has_room_in(id, &needs.cores) {
                return self.queue_again(id, queue);
            }
            self.node.shard.count_call(exec, false);
            let touched = self.end_own_watch(id, &watched);
            self.run_queue(id, &queue.commands, touched, needs.cores.len() > 1);
            return Flow::Next;
        }
        let mut cores = needs;
        for core in &watched {
            cores.add(*core);
        }
        let mut running = Running::new(id, queue.commands, cores.cores, self.node.now_us);
        (running.is_exec, running.borrows) = (true, cores.across);
        match self.hold(running, &watched) {
            Ok(()) => {
                self.node.shard.count_call(exec, false);
                Flow::Next
            }
            Err(running) => self.queue_again(id, Queue { commands: running.commands, aborted: false }),
        }
    }

    /// Whether a queued command may not run since it may need memory, and there is none.
    fn lacks_memory(&mut self, queued: &Queued) -> bool {
        let args = &queued.args();
        let run = self.commands.node(queued.command).map(|node_command| node_command.run);
        if let Some(NodeRun::Script(given)) = run {
            return self.node.shard.is_out_of_memory() && self.node.needs_memory(given, args);
        }
        let row = self.meant(queued.command, args);
        self.node.shard.lacks_room(row)
    }

    /// EXEC must wait for room: it has had no effect.
    pub(super) fn queue_again(&mut self, id: SessionId, queue: Queue) -> Flow {
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.transaction.queue = Some(queue);
        }
        Flow::Stall
    }

    /// What these commands of a client need to run.
    pub(super) fn needs(&self, commands: &[Queued]) -> Needs {
        let mut needs = Needs::default();
        if self.routes.shards() == 1 {
            needs.add(self.me);
            needs.across = commands.iter().any(|queued| self.migrates(queued.command));
            return needs;
        }
        for queued in commands {
            let args = &queued.args();
            let row = self.meant(queued.command, args);
            match row.run {
                Run::Local(_) if queued.key_index > 0 && row.keys.is_one() => {
                    needs.add(self.routes.owner(queued.slot));
                }
                Run::Local(_) | Run::Split(..) | Run::Waiting(_) => {
                    let mut owners = self.routes.owners(row, args);
                    let beyond = self.reads_beyond(row, args);
                    needs.across |= beyond || !matches!(row.run, Run::Split(..)) && owners.len() > 1;
                    if beyond {
                        owners = self.routes.all().collect();
                    }
                    if owners.is_empty() {
                        owners.push(self.me);
                    }
                    for owner in owners {
                        needs.add(owner);
                    }
                }
                _ if self.migrates(queued.command) => {
                    needs.across = true;
                    for owner in self.routes.owners(row, args) {
                        needs.add(owner);
                    }
                    if needs.cores.is_empty() {
                        needs.add(self.me);
                    }
                }
                _ if self.runs_on_its_keys(queued.command, args) => {}
                _ if self.is_script(queued.command) => {
                    needs.cores = self.routes.all().collect();
                    needs.across = true;
                }
                _ => needs.cores = self.routes.all().collect(),
            }
        }
        needs
    }

    /// Whether a command needs no other keys than those that it names, or none, and no other core.
    pub(super) fn runs_on_its_keys(&self, command: Id, args: &Args<'_>) -> bool {
        let is_here = |run| {
            matches!(
                run,
                NodeRun::Here(_)
                    | NodeRun::Alone { .. }
                    | NodeRun::Transaction(_)
                    | NodeRun::Wait
                    | NodeRun::Migrate
            )
        };
        self.meant(command, args).run.on_its_keys().is_some()
            || self.commands.node(command).is_some_and(|node_command| is_here(node_command.run))
    }

    /// Whether a command may read keys that it does not name, on any shard.
    pub(super) fn reads_beyond(&self, row: &Command, args: &Args<'_>) -> bool {
        self.routes.shards() > 1 && row.beyond.is_some_and(|beyond| (beyond.asked)(args))
    }

    /// The row of a command, or of the subcommand that its arguments name.
    pub(super) fn meant(&self, command: Id, args: &Args<'_>) -> &'static Command {
        self.commands.row(self.commands.meant(command, args).unwrap_or(command))
    }

    /// Runs queued commands as one: everything they send goes in this turn's group, and their replies come one after the other,
    /// behind the head of an array.
    pub(super) fn run_queue(&mut self, id: SessionId, commands: &[Queued], touched: bool, spread: bool) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let resp3 = session.resp3;
        if touched {
            return session.replies.write(|out| Reply::new(out, resp3).null_array());
        }
        self.begin_replies(id, commands.len());
        if spread {
            self.keep_behind(id, true);
            self.outbox.group();
        }
        self.begin_executing();
        for queued in commands {
            self.run_queued(id, queued);
            self.show_queued(id, queued);
        }
        self.end_executing();
        if spread {
            self.keep_behind(id, false);
        }
        self.node.end_caching(id);
    }

    /// While this is on, what the client asks of this core's keys goes through its inbox, as what it asks of others' does.
    pub(super) fn keep_behind(&mut self, id: SessionId, on: bool) {
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.own_missing = if on { session.own_missing + 1 } else { session.own_missing - 1 };
        }
    }

    /// The head of EXEC's reply.
    pub(super) fn begin_replies(&mut self, id: SessionId, commands: usize) {
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.write(|out| Reply::new(out, false).array(commands));
        }
    }

    /// Shows a command of EXEC to who monitors.
    #[inline]
    pub(super) fn show_queued(&mut self, id: SessionId, queued: &Queued) {
        if self.node.server.audience.has_monitors() {
            self.feed_monitors(id, queued.command, &queued.args(), false);
        }
    }

    /// Shows an EXEC that held shards to who monitors.
    pub(super) fn show_exec(&mut self, id: SessionId) {
        const NAME: &[u8] = b"EXEC";
        let spans = [Span { start: 0, len: NAME.len() as u32 }];
        if self.node.server.audience.has_monitors()
            && let Some(exec) = self.commands.registry().find(NAME)
        {
            self.feed_monitors(id, exec, &Args::new(NAME, &spans, &[]), true);
        }
    }

    pub(super) fn run_queued(&mut self, id: SessionId, queued: &Queued) {
        let args = &queued.args();
        let Queued { command, key_index, slot, hash, .. } = *queued;
        let row = self.commands.row(command);
        let owner = if key_index > 0 { self.routes.owner(slot) } else { self.me };
        let staged = Staged {
            id: Some(command),
            handler: None,
            start: 0,
            end: 0,
            first_span: 0,
            span_count: args.len(),
            key_index,
            slot,
            owner,
            hash,
        };
        self.node.statistics.commands += 1;
        let flow = match row.run {
            Run::Local(handler)
                if key_index > 0 && row.keys.is_one() && !self.node.shard.keyspace.is_borrowing() =>
            {
                if owner == self.me {
                    args.set_routed(Routed { argument: u32::from(key_index), slot, hash });
                }
                self.run_at_shard(id, (command, row, handler), owner, &staged, args)
            }
            run => self.execute_elsewhere(id, (command, row, run), &staged, args),
        };
        debug_assert!(flow != Flow::Stall, "a queued command waits for room");
    }
}

/// Whether a client in MULTI runs this command at once.
#[cold]
pub fn runs_in_multi(commands: &Commands, command: Id) -> bool {
    match commands.node(command).map(|node_command| node_command.run) {
        Some(NodeRun::Transaction(verb)) => verb != Verb::Unwatch,
        _ => matches!(commands.row(command).name, "QUIT" | "RESET"),
    }
}

//! Holding shards: transactions that move something between them, or rest on watched keys. How that works is told in
//! [`shards::tx`].

use std::collections::{BTreeMap, HashSet};

use shards::{
    command::{Args, Command, Error, Waiting, registry::Id},
    keyspace::{Entry, KeptKey, Touched, slot::slot_of},
    message::Envelope,
    shard::Admission,
    tx::{Hold, Hop, LentKey, Release, Wait},
};

use super::{core::Core, execute::Flow, scripts::Script};
use crate::{
    courier::Shipment,
    session::{Queued, SessionId},
};

/// A transaction that holds shards.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub struct Running {
    pub(super) client: SessionId,
    pub(super) commands: Vec<Queued>,
    /// Whether EXEC began it; else it is one command.
    pub(super) is_exec: bool,
    /// How its command waits where it finds nothing.
    pub(super) how: Option<&'static Waiting>,
    /// For how long, milliseconds since 1970.
    pub(super) deadline_ms: Option<i64>,
    /// Whether the command has waited already, and is tried again.
    pub(super) again: bool,
    /// Whether the commands run here, on borrowed entries.
    pub(super) borrows: bool,
    /// Whether the commands run here, on this core's own entries: it is the only one.
    pub(super) direct: bool,
    /// Whether all owners have been held.
    pub(super) begun: bool,
    /// Whether the head of EXEC's reply is written.
    pub(super) headed: bool,
    /// Whether monitors have seen its command.
    pub(super) shown: bool,
    /// The next command is a script that has begun.
    pub(super) script: Option<Box<Script>>,
    pub(super) cores: Vec<u16>,
    /// Owners that have not answered.
    pub(super) missing: usize,
    pub(super) entries: Vec<(u16, Entry)>,
    /// Keys that were asked for, there or not.
    pub(super) lent: HashSet<LentKey>,
    /// Commands that have run.
    pub(super) done: usize,
    /// Keys that they touched.
    pub(super) changed: Vec<LentKey>,
    /// Keys that they read for a client that tracks keys, each with how many had been touched then.
    pub(super) reads: Vec<(usize, KeptKey)>,
    /// What it has sent to another server, until it is known what has become of that.
    pub(super) sent: Option<Sent>,
    /// The number of its reply, where a place for it was kept.
    pub(super) reply: Option<u32>,
    /// Whether a watched key was touched.
    pub(super) touched: bool,
    /// Its time: the latest of those of its owners, milliseconds since 1970.
    pub(super) now_ms: i64,
    pub(super) since_us: i64,
    /// Whether the log has said that it is stuck.
    pub(super) reported: bool,
}

impl Running {
    /// A transaction that is going to hold `cores`.
    pub(super) fn new(client: SessionId, commands: Vec<Queued>, cores: Vec<u16>, now_us: i64) -> Box<Self> {
        Box::new(Self {
            client,
            commands,
            is_exec: false,
            how: None,
            again: false,
            deadline_ms: None,
            borrows: false,
            direct: false,
            begun: false,
            headed: false,
            shown: false,
            script: None,
            cores,
            missing: 0,
            entries: Vec::new(),
            lent: HashSet::new(),
            done: 0,
            changed: Vec::new(),
            reads: Vec::new(),
            sent: None,
            reply: None,
            touched: false,
            now_ms: 0,
            since_us: now_us,
            reported: false,
        })
    }
}

/// Keys that have been sent to another server.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// The database that they are of.
    pub(super) database: u16,
    /// Whether they stay here, too.
    pub(super) copies: bool,
}

/// How running on borrowed entries ended.
pub(super) enum Borrowed {
    /// All commands have run.
    Done,
    /// The command found nothing, and waits there.
    Waits(Vec<(u16, Box<Wait>)>),
    /// The next command has to read these keys, too.
    Wants(Vec<LentKey>),
    /// The next command concerns all keys there are.
    Spreads,
    /// The next command sends these to another server.
    Ships(Shipment, Sent),
    /// The next command is a script that goes on in the next turn.
    Pauses,
    /// It is a script that held this core alone, has written nothing, and uses keys that it was not called with.
    Strays,
}

impl Core {
    /// Runs a command whose keys are on several shards, holding these.
    pub(super) fn run_across(
        &mut self,
        id: SessionId,
        (command, how): (Id, Option<&'static Waiting>),
        args: &Args<'_>,
        deadline_ms: Option<i64>,
    ) -> Flow {
        // One that waits is run again: its reply is expected already.
        let again = self.node.sessions.get(id).is_some_and(|session| session.blocked.is_some());
        if !again && !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        // What runs on borrowed keys is refused nothing.
        if !again && self.node.shard.lacks_room(self.commands.row(command)) {
            return self.reject(id, command, &Error::OutOfMemory);
        }
        let commands = vec![Queued::new(command, args)];
        let cores = self.needs(&commands).cores;
        let mut running = Running::new(id, commands, cores, self.node.now_us);
        (running.how, running.again, running.deadline_ms, running.borrows) = (how, again, deadline_ms, true);
        match self.hold(running, &[]) {
            Ok(()) => Flow::Next,
            Err(_) => Flow::Stall,
        }
    }

    /// Begins to hold the shards of a transaction.
    ///
    /// # Errors
    /// The transaction, if there is no room for it in this turn.
    pub(super) fn hold(&mut self, mut running: Box<Running>, watched: &[u16]) -> Result<(), Box<Running>> {
        let id = running.client;
        if !self.has_room_for_holds(id, &running.cores) {
            return Err(running);
        }
        let number = self.number_transaction();
        let mut keys = if running.borrows { self.lent_keys(id, &running.commands) } else { BTreeMap::new() };
        let interest = self.watch_of(id);
        running.lent = keys.values().flatten().cloned().collect();
        for core in &running.cores {
            let keys = keys.remove(core).unwrap_or_default();
            let watch = watched.contains(core).then_some(interest);
            self.outbox.hold(*core, number, Hold { keys, watch });
        }
        running.missing = running.cores.len();
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.transaction.running = true;
        }
        // A command between WATCH and EXEC leaves the watch as it is.
        if running.is_exec {
            self.take_watched(id);
        }
        self.running.insert(number, running);
        Ok(())
    }

    /// A number for a transaction that holds cores.
    pub(super) fn number_transaction(&mut self) -> u64 {
        let number = self.next_transaction;
        self.next_transaction += 1;
        number
    }

    /// The keys of commands by their owners, each once per database.
    fn lent_keys(&self, id: SessionId, commands: &[Queued]) -> BTreeMap<u16, Vec<LentKey>> {
        let mut keys: BTreeMap<u16, Vec<LentKey>> = BTreeMap::new();
        let mut database = self.node.sessions.get(id).map_or(0, |session| session.database);
        for queued in commands {
            let args = &queued.args();
            let row = self.meant(queued.command, args);
            if row.name == "SELECT" {
                database = self.database_in(args, 1).unwrap_or(database);
            }
            for key in self.named_keys(database, row, args) {
                keys.entry(self.routes.owner(slot_of(&key.bytes))).or_default().push(key);
            }
        }
        for keys in keys.values_mut() {
            keys.sort_unstable();
            keys.dedup();
        }
        keys
    }

    /// The keys that a command of this database names, in all databases where it uses them.
    pub(super) fn named_keys(&self, database: u16, row: &Command, args: &Args<'_>) -> Vec<LentKey> {
        let other = match row.name {
            "MOVE" => self.database_in(args, 2),
            "COPY" => (3..args.len().saturating_sub(1))
                .find(|index| args.get(*index).eq_ignore_ascii_case(b"DB"))
                .and_then(|index| self.database_in(args, index + 1)),
            _ => None,
        };
        let databases = [Some(database), other];
        let keys = row.keys.places(args).flat_map(|index| {
            let databases = databases.into_iter().flatten();
            databases.map(move |database| LentKey { database, bytes: args.get(index).into() })
        });
        keys.collect()
    }

    fn database_in(&self, args: &Args<'_>, index: usize) -> Option<u16> {
        let number = u16::try_from(args.integer(index).ok()?).ok()?;
        (usize::from(number) < self.node.settings.databases).then_some(number)
    }

    /// One step of a transaction, at an owner: what it asks, before the commands of the envelope.
    pub(super) fn run_hop(&mut self, envelope: &mut Envelope) {
        match envelope.hop.take() {
            Some(Hop::Hold(Hold { keys, watch })) => {
                let touched = watch.is_some_and(|watch| self.node.shard.end_watch(watch));
                let entries = self.lend(&keys);
                self.arrivals.hold(envelope.from, envelope.transaction);
                envelope.hop = Some(self.answer_of_held(entries, touched));
            }
            Some(Hop::Lend { keys, now_ms }) => {
                self.node.shard.keyspace.set_now_ms(now_ms);
                envelope.hop = Some(self.lend_again(&keys));
            }
            Some(Hop::Step(back, keys)) => {
                self.take_back(back);
                envelope.hop = Some(Hop::Step(Release::default(), keys));
            }
            Some(Hop::Release(back)) => self.take_back(back),
            other => envelope.hop = other,
        }
    }

    /// Takes back what was lent, and what has become of it.
    fn take_back(&mut self, Release { now_ms, entries, touched, wait, reads }: Release) {
        let shard = &mut self.node.shard;
        shard.keyspace.set_now_ms(now_ms);
        for (database, entry) in entries {
            shard.keyspace.take_back(database, entry);
        }
        shard.tell_touched();
        for key in &touched {
            shard.touch(key);
        }
        shard.end_borrowed(&touched, reads);
        if let Some(wait) = wait {
            shard.begin_wait(*wait);
        }
    }

    /// Lends more to the transaction that holds this core.
    pub(super) fn lend_again(&mut self, keys: &[LentKey]) -> Hop {
        let entries = self.lend(keys);
        self.answer_of_held(entries, false)
    }

    fn answer_of_held(&self, entries: Vec<(u16, Entry)>, touched: bool) -> Hop {
        Hop::Held { entries, touched, now_ms: self.node.shard.keyspace.now_ms() }
    }

    fn lend(&mut self, keys: &[LentKey]) -> Vec<(u16, Entry)> {
        let keyspace = &mut self.node.shard.keyspace;
        let lend = |key: &LentKey| Some((key.database, keyspace.lend(key.database, &key.bytes)?));
        keys.iter().filter_map(lend).collect()
    }

    /// The release has run: the owner goes on with its clients.
    pub(super) fn freed(&mut self) {
        self.arrivals.free();
        let now_ms = self.node.now_ms();
        let keyspace = &mut self.node.shard.keyspace;
        // The transaction's time may be that of a core whose turn began later.
        keyspace.set_now_ms(keyspace.now_ms().max(now_ms));
        self.relieved = true;
    }

    /// An owner's answer to a hold.
    pub(super) fn held(&mut self, number: u64, (entries, touched, now_ms): (Vec<(u16, Entry)>, bool, i64)) {
        let Some(running) = self.running.get_mut(&number) else { return };
        running.entries.extend(entries);
        running.touched |= touched;
        running.now_ms = running.now_ms.max(now_ms);
        running.missing -= 1;
        if running.missing == 0
            && let Some(running) = self.running.remove(&number)
        {
            self.proceed(number, running);
        }
    }

    /// All owners are held: runs the transaction and releases them.
    pub(super) fn proceed(&mut self, number: u64, mut running: Box<Running>) {
        let id = running.client;
        let is_gone = self.node.sessions.get(id).is_none_or(|session| session.orphaned);
        let mut waits = Vec::new();
        // What has begun is done to its end, whether or not its client is there to see it.
        if !std::mem::replace(&mut running.begun, true) && (is_gone || running.touched) {
            self.run_queue(id, &[], true, false);
            self.release_with(number, &mut running, waits);
        } else if running.borrows {
            match self.run_borrowing(&mut running) {
                Borrowed::Done => {}
                Borrowed::Waits(at) => waits = at,
                Borrowed::Wants(keys) => return self.lend_more(number, running, keys),
                Borrowed::Spreads => return self.spread(number, running),
                Borrowed::Ships(shipment, sent) => return self.ship(number, running, shipment, sent),
                Borrowed::Pauses => return self.pause_script(number, running),
                Borrowed::Strays => unreachable!("a script that holds all shards used others"),
            }
            self.release_with(number, &mut running, waits);
            if running.is_exec {
                self.node.end_caching(id);
            }
        } else {
            self.outbox.begin_step();
            self.run_queue(id, &running.commands, false, true);
            let now_ms = running.now_ms;
            let release = |core: &u16| (*core, Hop::Release(Release { now_ms, ..Release::default() }));
            self.outbox.end_step(number, running.cores.iter().map(release));
        }
        if running.is_exec {
            self.show_exec(id);
        }
        self.end_running(id);
    }

    /// Asks owners, which are held, for more of their entries.
    fn lend_more(&mut self, number: u64, mut running: Box<Running>, keys: Vec<LentKey>) {
        let keys_of = self.by_owner(keys.into_iter().filter(|key| running.lent.insert(key.clone())));
        running.missing = keys_of.len();
        for (core, keys) in keys_of {
            debug_assert!(running.cores.contains(&core), "a key of a core that is not held");
            self.outbox.tell_held(core, number, Hop::Lend { keys, now_ms: running.now_ms });
        }
        if let Some(session) = self.node.sessions.get_mut(running.client) {
            session.replies.begin_pieces();
        }
        self.running.insert(number, running);
    }

    fn by_owner(&self, keys: impl Iterator<Item = LentKey>) -> BTreeMap<u16, Vec<LentKey>> {
        let mut keys_of: BTreeMap<u16, Vec<LentKey>> = BTreeMap::new();
        for key in keys {
            keys_of.entry(self.routes.owner(slot_of(&key.bytes))).or_default().push(key);
        }
        keys_of
    }

    /// Runs a command that concerns all keys there are: gives the borrowed ones back for it, and has them lent again.
    fn spread(&mut self, number: u64, mut running: Box<Running>) {
        let id = running.client;
        let mut keys_of = self.by_owner(running.lent.iter().cloned());
        let back = self.give_back(&mut running);
        self.outbox.begin_step();
        self.begin_executing();
        if running.script.is_some() {
            self.spread_called(&mut running);
        } else if let Some(queued) = running.commands.get(running.done) {
            self.keep_behind(id, true);
            self.run_queued(id, queued);
            self.keep_behind(id, false);
            self.show_queued(id, queued);
            running.done += 1;
        }
        self.end_executing();
        running.missing = back.len();
        let step = |(core, back)| (core, Hop::Step(back, keys_of.remove(&core).unwrap_or_default()));
        self.outbox.end_step(number, back.into_iter().map(step));
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.begin_pieces();
        }
        self.running.insert(number, running);
    }

    /// Runs the commands on the borrowed entries, as far as these are enough.
    fn run_borrowing(&mut self, running: &mut Running) -> Borrowed {
        self.borrowing(running, |core, running| match running.how {
            Some(how) => Borrowed::Waits(core.try_borrowing(running, how)),
            None => core.run_commands(running),
        })
    }

    /// Works on the borrowed entries.
    pub(super) fn borrowing<R>(
        &mut self,
        running: &mut Running,
        work: impl FnOnce(&mut Self, &mut Running) -> R,
    ) -> R {
        self.node.shard.tell_touched();
        let keyspace = &mut self.node.shard.keyspace;
        keyspace.set_recording(true);
        let own_now_ms = keyspace.now_ms();
        keyspace.set_now_ms(running.now_ms);
        let own = keyspace.borrow(std::mem::take(&mut running.entries));
        self.node.shard.memory.set_admission(Admission::Running);
        let outcome = work(self, running);
        self.node.shard.memory.set_admission(Admission::Asked);
        let keyspace = &mut self.node.shard.keyspace;
        running.entries = keyspace.unborrow(own);
        keyspace.set_now_ms(own_now_ms);
        let touched = keyspace.take_touched().filter_map(|touched| match touched {
            Touched::Key { database, key } => Some(LentKey { database, bytes: key.as_slice().into() }),
            Touched::Flushed { .. } | Touched::FlushedAll | Touched::Swapped { .. } => None,
        });
        let before = running.changed.len();
        running.changed.extend(touched);
        let reads = std::mem::take(&mut self.node.stales.borrowed);
        running.reads.extend(reads.into_iter().map(|(changes, key)| (before + changes, key)));
        self.node.shard.record_if_needed();
        outcome
    }

    /// Runs those of the commands that have not run, up to one for which what is borrowed is not enough.
    pub(super) fn run_commands(&mut self, running: &mut Running) -> Borrowed {
        let id = running.client;
        if running.is_exec && !std::mem::replace(&mut running.headed, true) {
            self.begin_replies(id, running.commands.len());
        }
        self.begin_executing();
        while let Some(queued) = running.commands.get(running.done) {
            if self.is_script(queued.command) {
                if let Some(borrowed) = self.run_queued_script(running) {
                    self.end_executing();
                    return borrowed;
                }
                running.done += 1;
                continue;
            }
            if !running.direct {
                if !self.runs_on_its_keys(queued.command, &queued.args()) {
                    self.end_executing();
                    return Borrowed::Spreads;
                }
                let wanted = self.wanted(&running.lent, id, queued.command, &queued.args());
                if !wanted.is_empty() {
                    self.end_executing();
                    return Borrowed::Wants(wanted);
                }
            }
            if self.migrates(queued.command) {
                // What is sent is shown when it has arrived.
                if let Some((shipment, sent)) = self.pack(running) {
                    self.end_executing();
                    return Borrowed::Ships(shipment, sent);
                }
            } else {
                self.run_queued(id, queued);
            }
            if running.is_exec {
                self.show_queued(id, queued);
            }
            running.done += 1;
        }
        self.end_executing();
        Borrowed::Done
    }

    /// Keys that a command will read and that were not asked for.
    pub(super) fn wanted(
        &mut self,
        lent: &HashSet<LentKey>,
        id: SessionId,
        command: Id,
        args: &Args<'_>,
    ) -> Vec<LentKey> {
        let Some(beyond) = self.meant(command, args).beyond else { return Vec::new() };
        let Some(session) = self.node.sessions.get(id) else { return Vec::new() };
        let database = session.database;
        let keyspace = &mut self.node.shard.keyspace;
        keyspace.select(usize::from(database));
        let named = |bytes: &[u8]| LentKey { database, bytes: bytes.into() };
        let missing = (beyond.missing)(keyspace, args, &|key| lent.contains(&named(key)));
        missing.iter().map(|key| named(key)).collect()
    }

    /// Releases the owners. `waits` is for those at which the command waits now.
    fn release_with(&mut self, number: u64, running: &mut Running, waits: Vec<(u16, Box<Wait>)>) {
        let mut back = self.give_back(running);
        for (core, wait) in waits {
            back.entry(core).or_default().wait = Some(wait);
        }
        for (core, release) in back {
            self.outbox.tell_held(core, number, Hop::Release(release));
        }
    }

    /// What each owner gets back: what is left of its entries, and what has become of its keys.
    fn give_back(&mut self, running: &mut Running) -> BTreeMap<u16, Release> {
        let changed = std::mem::take(&mut running.changed);
        let reads = std::mem::take(&mut running.reads);
        let mut reads = self.reads_by_owner(running.client, &running.cores, &changed, reads);
        let now_ms = running.now_ms;
        let release =
            |core: &u16| (*core, Release { now_ms, reads: reads.remove(core), ..Release::default() });
        let mut back: BTreeMap<u16, Release> = running.cores.iter().map(release).collect();
        for (database, entry) in std::mem::take(&mut running.entries) {
            let owner = self.routes.owner(slot_of(entry.key()));
            back.entry(owner).or_default().entries.push((database, entry));
        }
        for key in changed {
            back.entry(self.routes.owner(slot_of(&key.bytes))).or_default().touched.push(key);
        }
        debug_assert_eq!(back.len(), running.cores.len(), "an entry of a core that is not held");
        back
    }

    /// Names transactions that hold shards for far longer than a round trip: that is a defect, or a core that stands still. One that
    /// waits for another server has a time of its own.
    pub(super) fn report_stuck(&mut self) {
        const STUCK_US: i64 = 1_000_000;
        let Self { running, node, commands, .. } = self;
        for running in running.values_mut() {
            let held_us = node.now_us - running.since_us;
            if running.sent.is_some()
                || running.script.is_some()
                || held_us < STUCK_US
                || std::mem::replace(&mut running.reported, true)
            {
                continue;
            }
            let names: Vec<&str> =
                running.commands.iter().map(|queued| commands.name(queued.command)).collect();
            let client = node.sessions.get(running.client).map(|session| session.id);
            tracing::warn!(
                "a transaction holds shards {:?} for {} ms: {} of client {client:?}, {} owners have not answered",
                running.cores,
                held_us / 1_000,
                names.join(" "),
                running.missing
            );
        }
    }
}

//! Holding shards: transactions that move something between them, or rest on watched keys. How that works is told in
//! [`shards::tx`].

use std::collections::BTreeMap;

use shards::{
    command::{Args, OwnedArgs, Waiting, registry::Id},
    keyspace::{Entry, Touched, slot::slot_of},
    message::Envelope,
    tx::{Hold, Hop, LentKey, Wait},
};

use super::{core::Core, execute::Flow};
use crate::session::SessionId;

/// A transaction that holds shards.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub struct Running {
    pub(super) client: SessionId,
    pub(super) commands: Vec<(Id, OwnedArgs)>,
    /// Whether EXEC began it; else it is one command.
    pub(super) is_exec: bool,
    /// How its command waits where it finds nothing.
    pub(super) how: Option<&'static Waiting>,
    /// For how long, milliseconds since 1970.
    pub(super) deadline_ms: Option<i64>,
    /// Whether the commands run here, on borrowed entries.
    pub(super) borrows: bool,
    pub(super) cores: Vec<u16>,
    /// Owners that have not answered.
    pub(super) missing: usize,
    pub(super) entries: Vec<(u16, Entry)>,
    pub(super) touched: bool,
    pub(super) since_us: i64,
    /// Whether the log has said that it is stuck.
    pub(super) reported: bool,
}

/// What is to be given back to owners.
#[derive(Default)]
struct Left {
    entries: Vec<(u16, Entry)>,
    /// Keys that were touched.
    touched: Vec<LentKey>,
    /// The command found nothing, and waits there.
    waits: Vec<(u16, Box<Wait>)>,
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
        let waits = self.node.sessions.get(id).is_some_and(|session| session.blocked.is_some());
        if !waits && !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        let commands = vec![(command, args.into())];
        let cores = self.needs(&commands).cores;
        let running = Running {
            client: id,
            commands,
            is_exec: false,
            how,
            deadline_ms,
            borrows: true,
            cores,
            missing: 0,
            entries: Vec::new(),
            touched: false,
            since_us: self.node.now_us,
            reported: false,
        };
        match self.hold(running, &[]) {
            Ok(()) => Flow::Next,
            Err(_) => Flow::Stall,
        }
    }

    /// Begins to hold the shards of a transaction.
    ///
    /// # Errors
    /// The transaction, if there is no room for it in this turn.
    pub(super) fn hold(&mut self, mut running: Running, watched: &[u16]) -> Result<(), Running> {
        let id = running.client;
        if !self.has_room_for_holds(id, &running.cores) {
            return Err(running);
        }
        let number = self.next_transaction;
        self.next_transaction += 1;
        let mut keys = if running.borrows { self.lent_keys(id, &running.commands) } else { BTreeMap::new() };
        let interest = self.watch_of(id);
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

    /// The keys of commands by their owners, each once per database.
    fn lent_keys(&self, id: SessionId, commands: &[(Id, OwnedArgs)]) -> BTreeMap<u16, Vec<LentKey>> {
        let mut keys: BTreeMap<u16, Vec<LentKey>> = BTreeMap::new();
        let mut database = self.node.sessions.get(id).map_or(0, |session| session.database);
        for (command, kept) in commands {
            let args = &kept.args();
            let row = self.meant(*command, args);
            if row.name == "SELECT" {
                database = self.database_in(args, 1).unwrap_or(database);
            }
            let other = match row.name {
                "MOVE" => self.database_in(args, 2),
                "COPY" => (3..args.len().saturating_sub(1))
                    .find(|index| args.get(*index).eq_ignore_ascii_case(b"DB"))
                    .and_then(|index| self.database_in(args, index + 1)),
                _ => None,
            };
            for index in row.keys.places(args) {
                let key = args.get(index);
                let lent = keys.entry(self.routes.owner(slot_of(key))).or_default();
                for database in [Some(database), other].into_iter().flatten() {
                    lent.push(LentKey { database, bytes: key.into() });
                }
            }
        }
        for keys in keys.values_mut() {
            keys.sort_unstable();
            keys.dedup();
        }
        keys
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
                let keyspace = &mut self.node.shard.keyspace;
                let lend = |key: &LentKey| Some((key.database, keyspace.lend(key.database, &key.bytes)?));
                let entries = keys.iter().filter_map(lend).collect();
                self.arrivals.hold(envelope.from, envelope.transaction);
                envelope.hop = Some(Hop::Held { entries, touched });
            }
            Some(Hop::Release { entries, touched, wait }) => {
                for (database, entry) in entries {
                    self.node.shard.keyspace.take_back(database, entry);
                }
                self.node.shard.tell_touched();
                for key in &touched {
                    self.node.shard.touch(key);
                }
                if let Some(wait) = wait {
                    self.node.shard.begin_wait(*wait);
                }
                envelope.hop = Some(Hop::Release { entries: Vec::new(), touched: Vec::new(), wait: None });
            }
            other => envelope.hop = other,
        }
    }

    /// The release has run: the owner goes on with its clients.
    pub(super) fn freed(&mut self) {
        self.arrivals.free();
        self.relieved = true;
    }

    /// An owner's answer to a hold.
    pub(super) fn held(&mut self, number: u64, entries: Vec<(u16, Entry)>, touched: bool) {
        let Some(running) = self.running.get_mut(&number) else { return };
        running.entries.extend(entries);
        running.touched |= touched;
        running.missing -= 1;
        if running.missing == 0
            && let Some(running) = self.running.remove(&number)
        {
            self.proceed(number, running);
        }
    }

    /// All owners are held: runs the transaction and releases them.
    fn proceed(&mut self, number: u64, mut running: Running) {
        let id = running.client;
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.transaction.running = false;
        }
        self.relieved = true;
        let is_gone = self.node.sessions.get(id).is_none();
        if is_gone || running.touched || running.borrows {
            let left = if is_gone || running.touched {
                if !is_gone {
                    self.run_queue(id, &[], true, false);
                }
                Left { entries: running.entries, ..Left::default() }
            } else {
                self.run_borrowing(&mut running)
            };
            self.release_with(number, &running.cores, left);
        } else {
            self.outbox.begin_release();
            self.run_queue(id, &running.commands, false, true);
            self.outbox.end_release(number, &running.cores);
        }
        self.mark_dirty(id);
    }

    /// Runs the commands on the borrowed entries.
    fn run_borrowing(&mut self, running: &mut Running) -> Left {
        let (id, entries) = (running.client, std::mem::take(&mut running.entries));
        self.node.shard.tell_touched();
        let keyspace = &mut self.node.shard.keyspace;
        let was_recording = keyspace.is_recording();
        keyspace.set_recording(true);
        let own = keyspace.borrow(entries);
        let mut waits = Vec::new();
        if let Some(how) = running.how {
            waits = self.try_borrowing(running, how);
        } else if running.is_exec {
            self.run_queue(id, &running.commands, false, false);
        } else {
            self.begin_executing();
            for (command, kept) in &running.commands {
                self.run_queued(id, *command, kept);
            }
            self.executing = 0;
        }
        let keyspace = &mut self.node.shard.keyspace;
        let entries = keyspace.unborrow(own);
        let touched = keyspace.take_touched().filter_map(|touched| match touched {
            Touched::Key { database, key } => Some(LentKey { database, bytes: key.as_slice().into() }),
            Touched::Flushed { .. } | Touched::FlushedAll | Touched::Swapped { .. } => None,
        });
        let touched = touched.collect();
        keyspace.set_recording(was_recording);
        Left { entries, touched, waits }
    }

    fn release_with(&mut self, number: u64, cores: &[u16], left: Left) {
        let Left { entries, touched, waits } = left;
        let mut wait_at: BTreeMap<u16, Box<Wait>> = waits.into_iter().collect();
        let mut entries_of: BTreeMap<u16, Vec<(u16, Entry)>> = BTreeMap::new();
        for (database, entry) in entries {
            let owner = self.routes.owner(slot_of(entry.key()));
            entries_of.entry(owner).or_default().push((database, entry));
        }
        let mut touched_of: BTreeMap<u16, Vec<LentKey>> = BTreeMap::new();
        for key in touched {
            touched_of.entry(self.routes.owner(slot_of(&key.bytes))).or_default().push(key);
        }
        for core in cores {
            let entries = entries_of.remove(core).unwrap_or_default();
            let touched = touched_of.remove(core).unwrap_or_default();
            let wait = wait_at.remove(core);
            self.outbox.release(*core, number, Hop::Release { entries, touched, wait });
        }
        debug_assert!(entries_of.is_empty(), "an entry of a core that is not held");
    }

    /// Names transactions that hold shards for far longer than a round trip: that is a defect, or a core that stands still.
    pub(super) fn report_stuck(&mut self) {
        const STUCK_US: i64 = 1_000_000;
        let Self { running, node, commands, .. } = self;
        for running in running.values_mut() {
            let held_us = node.now_us - running.since_us;
            if held_us < STUCK_US || std::mem::replace(&mut running.reported, true) {
                continue;
            }
            let names: Vec<&str> =
                running.commands.iter().map(|(command, _)| commands.name(*command)).collect();
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

//! A shard's keyspace: its databases, the turn's clock, and what handlers may ask of it.

use std::ops::Range;

use super::{
    Entry, EventClasses, Frequency, Key, Touched, Usage, access::Access, database::Database, events::Events,
    free::Graveyard, touched::Recorder,
};
use crate::{
    command::Args,
    structures::{hash::HashSeed, random::Rng},
    types::Limits,
};

#[cfg(test)]
mod tests;

/// What a shard needs to know before it can hold keys.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The hash slots it owns.
    pub slots: Range<u16>,
    /// How many logical databases there are.
    pub databases: usize,
    /// Seed of its hash function and of its random choices; secret in production.
    pub seed: u64,
}

/// What happened to a shard's keys since the start or since CONFIG RESETSTAT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Reads that found their key.
    pub hits: u64,
    /// Reads that did not.
    pub misses: u64,
    /// Keys removed because their time had come.
    pub expired: u64,
    /// Keys removed to make room.
    pub evicted: u64,
    /// Commands that changed something.
    pub changes: u64,
    /// Compact forms of values that were looked through before they were taken (`sanitize-dump-payload`).
    pub sanitized: u64,
}

/// How values go out as bytes and come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dumps {
    /// Whether strings are compressed where that helps (`rdbcompression`).
    pub compress: bool,
    /// Whether what a client hands in must be in perfect order (`sanitize-dump-payload`), or is put in order.
    pub strict: bool,
    /// Likewise for what the server itself wrote.
    pub strict_images: bool,
}

/// One shard's keys. Exactly one command runs on it at a time, in the database last selected, at the time last set.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub struct Keyspace {
    pub(super) slots: Range<u16>,
    /// Whether the entries are others', on loan.
    pub(super) borrowed: bool,
    pub(super) databases: Vec<Option<Box<Database>>>,
    pub(super) selected: usize,
    pub(super) now_ms: i64,
    pub(super) seed: HashSeed,
    pub(super) graveyard: Graveyard,
    pub(super) lazy_expire: bool,
    pub(super) touching: bool,
    /// The keys that changed, where somebody asked.
    pub(super) touched: Recorder,
    /// What happened to keys, where the operator asked.
    pub(super) events: Events,
    /// Where the background pass over expired keys is.
    pub(super) pass_database: usize,
    pub(super) access: Access,
    /// Encoding thresholds.
    pub limits: Limits,
    /// The source of random choices.
    pub rng: Rng,
    /// What happened so far.
    pub counters: Counters,
    /// How values go out as bytes and come back.
    pub dumps: Dumps,
    /// Whether a script runs the command: it finds the members of a set in the same order on every server.
    pub is_scripted: bool,
    /// Whether small integers count as shared: not where each key is evicted by its own use.
    pub shares_integers: bool,
    /// `proto-max-bulk-len`: no string grows beyond it, bytes.
    pub string_max_bytes: usize,
}

impl Keyspace {
    /// An empty keyspace.
    pub fn new(settings: &Settings) -> Self {
        let seed = HashSeed::new(settings.seed);
        Self {
            slots: settings.slots.clone(),
            borrowed: false,
            databases: std::iter::repeat_with(|| None).take(settings.databases).collect(),
            selected: 0,
            now_ms: 0,
            graveyard: Graveyard::default(),
            lazy_expire: true,
            touching: true,
            touched: Recorder::default(),
            events: Events::default(),
            pass_database: 0,
            access: Access::new(settings.seed),
            limits: Limits::with_seed(seed.clone()),
            rng: Rng::new(settings.seed),
            counters: Counters::default(),
            dumps: Dumps { compress: true, strict: false, strict_images: false },
            is_scripted: false,
            shares_integers: true,
            string_max_bytes: 512 << 20,
            seed,
        }
    }

    /// Sets the time of the commands that follow, milliseconds since 1970.
    pub fn set_now_ms(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
        self.access.set_now_ms(now_ms);
    }

    /// The time of the current command, milliseconds since 1970.
    #[inline]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// The access clock: seconds, 24 bits wide.
    #[inline]
    pub fn clock(&self) -> u32 {
        self.access.seconds()
    }

    /// Counts from now on how often entries are used, or else notes when they last were. What their stamps say takes some time to
    /// become true.
    pub fn set_frequency(&mut self, frequency: Option<Frequency>) {
        self.access.frequency = frequency;
    }

    /// What an entry's stamp says.
    pub fn usage(&self, stamp: u32) -> Usage {
        self.access.usage(stamp)
    }

    /// The stamp of an entry of which this is said; if stamps do not say such things, that of a new one.
    pub fn stamp(&self, usage: Usage) -> u32 {
        self.access.stamp(usage)
    }

    /// Chooses the database of the commands that follow; it exists, since SELECT checked it.
    #[inline]
    pub fn select(&mut self, database: usize) {
        debug_assert!(database < self.databases.len());
        self.selected = database;
    }

    /// The slots this shard owns.
    pub fn slots(&self) -> Range<u16> {
        self.slots.clone()
    }

    /// How many logical databases there are.
    pub fn database_count(&self) -> usize {
        self.databases.len()
    }

    /// The hash of a key, as this shard's tables have it.
    #[inline]
    pub fn hash(&self, key: &[u8]) -> u64 {
        self.seed.hash(key)
    }

    /// Argument `index` as a key: slot and hash are computed unless routing did.
    #[inline]
    pub fn key<'a>(&self, args: &Args<'a>, index: usize) -> Key<'a> {
        let bytes = args.get(index);
        let (slot, hash) = match args.routed(index) {
            Some(routed) => (routed.slot, routed.hash),
            None => (super::slot::slot_of(bytes), self.seed.hash(bytes)),
        };
        debug_assert!(
            self.slots.contains(&slot),
            "a key of slot {slot} reached the shard of {:?}",
            self.slots
        );
        Key { bytes, slot, hash }
    }

    /// Asks the processor to fetch the table of a key about to be looked up (first pass over a batch).
    #[inline]
    pub fn prefetch_table(&self, database: usize, slot: u16, hash: u64) {
        if let Some(Some(database)) = self.databases.get(database) {
            database.prefetch(slot, hash);
        }
    }

    /// Asks the processor to fetch the entry of a key about to be looked up (second pass over a batch).
    #[inline]
    pub fn prefetch_entry(&self, database: usize, slot: u16, hash: u64) {
        if let Some(Some(database)) = self.databases.get(database) {
            database.prefetch_entry(slot, hash);
        }
    }

    #[inline]
    pub(super) fn database(&self) -> Option<&Database> {
        self.databases[self.selected].as_deref()
    }

    #[inline]
    pub(super) fn database_mut(&mut self) -> &mut Database {
        let slots = &self.slots;
        Database::at(&mut self.databases[self.selected], slots)
    }

    /// Removes `key` if its time has come.
    #[inline(always)]
    pub(super) fn expire_if_due(&mut self, key: &Key<'_>) {
        if let Some(database) = self.database()
            && database.expiring > 0
            && self.lazy_expire
        {
            self.look_whether_due(key);
        }
    }

    fn look_whether_due(&mut self, key: &Key<'_>) {
        let Some(database) = self.database() else { return };
        let due = database.find(key).and_then(Entry::expire_at_ms).is_some_and(|at| at <= self.now_ms);
        if due {
            self.expire(key);
        }
    }

    #[cold]
    fn expire(&mut self, key: &Key<'_>) {
        if self.take_away(key) {
            self.counters.expired += 1;
            self.touched.changed(self.selected, key.bytes);
            self.notify(EventClasses::EXPIRED, "expired", key);
        }
    }

    /// The live entry of `key`; counts a hit or a miss and marks the access.
    #[inline]
    pub fn find(&mut self, key: &Key<'_>) -> Option<&Entry> {
        self.expire_if_due(key);
        let found = self.databases[self.selected].as_deref().and_then(|database| database.find(key));
        if let Some(entry) = found {
            self.counters.hits += 1;
            if self.touching {
                self.access.mark(entry);
            }
        } else {
            self.counters.misses += 1;
            self.events.add(EventClasses::KEY_MISS, "keymiss", self.selected, key.bytes);
        }
        found
    }

    /// As [`Keyspace::find`], without marking the access.
    #[inline]
    pub fn look(&mut self, key: &Key<'_>) -> Option<&Entry> {
        self.expire_if_due(key);
        let found = self.databases[self.selected].as_deref().and_then(|database| database.find(key));
        if found.is_some() {
            self.counters.hits += 1;
        } else {
            self.counters.misses += 1;
            self.events.add(EventClasses::KEY_MISS, "keymiss", self.selected, key.bytes);
        }
        found
    }

    /// As [`Keyspace::look`], of which nobody who listens to missed keys hears.
    pub fn look_unheard(&mut self, key: &Key<'_>) -> Option<&Entry> {
        self.expire_if_due(key);
        let found = self.databases[self.selected].as_deref().and_then(|database| database.find(key));
        match found {
            Some(_) => self.counters.hits += 1,
            None => self.counters.misses += 1,
        }
        found
    }

    /// The live entry of `key` without marking an access or counting it.
    #[inline]
    pub fn peek(&mut self, key: &Key<'_>) -> Option<&Entry> {
        self.expire_if_due(key);
        self.database()?.find(key)
    }

    /// Whether there is a live entry of `key`, to a command that would write it: marks the access, and counts no hit.
    pub fn holds(&mut self, key: &Key<'_>) -> bool {
        self.expire_if_due(key);
        let found = self.database().and_then(|database| database.find(key));
        if let Some(entry) = found.filter(|_| self.touching) {
            self.access.mark(entry);
        }
        found.is_some()
    }

    /// The entry of `key`, expired or not; nothing counts, and nothing is removed.
    pub fn inspect(&self, key: &Key<'_>) -> Option<&Entry> {
        self.database()?.find(key)
    }

    /// The live entry of `key`, to change its value. Expiry is changed with [`Keyspace::set_expiry`].
    #[inline]
    pub fn find_mut(&mut self, key: &Key<'_>) -> Option<&mut Entry> {
        self.expire_if_due(key);
        let entry = self.databases[self.selected].as_deref_mut()?.find_mut(key)?;
        self.touched.may_change(self.selected, key.bytes);
        if self.touching {
            self.access.mark(entry);
        }
        Some(entry)
    }

    /// The live entry of `key`, or a new one that `make` gives (from its access stamp). The flag tells whether it is new.
    #[inline]
    pub fn find_or_insert(&mut self, key: &Key<'_>, make: impl FnOnce(u32) -> Entry) -> (&mut Entry, bool) {
        self.expire_if_due(key);
        let slots = &self.slots;
        let database = Database::at(&mut self.databases[self.selected], slots);
        let (entry, new) = database.find_or_insert(key, &self.seed, || make(self.access.first()));
        self.touched.may_change(self.selected, key.bytes);
        if new {
            self.events.add(EventClasses::NEW, "new", self.selected, key.bytes);
        } else if self.touching {
            self.access.mark(entry);
        }
        (entry, new)
    }

    /// Exchanges two databases, which exist.
    pub fn swap(&mut self, one: usize, other: usize) {
        self.databases.swap(one, other);
        for database in [one, other] {
            self.touched.changed_many(Touched::Swapped { database: database as u16 });
        }
        // A background pass within a slot holds what the slot's database does not know meanwhile: it goes along.
        if self.pass_database == one {
            self.pass_database = other;
        } else if self.pass_database == other {
            self.pass_database = one;
        }
    }

    /// Sets when `key` expires, milliseconds since 1970, or that it does not. The key exists.
    pub fn set_expiry(&mut self, key: &Key<'_>, at_ms: Option<i64>) {
        let Some(database) = self.databases[self.selected].as_deref_mut() else { return };
        let Some(entry) = database.find_mut(key) else { return };
        self.touched.may_change(self.selected, key.bytes);
        let before = entry.expire_at_ms();
        entry.set_expire_at_ms(at_ms);
        database.note_expiry(key.slot, before, at_ms);
    }

    /// Removes `key`; a large value is freed piece by piece later. Says whether it was there (expired or not).
    pub fn remove(&mut self, key: &Key<'_>) -> bool {
        let removed = self.take_away(key);
        if removed {
            self.touched.may_change(self.selected, key.bytes);
        }
        removed
    }

    pub(super) fn take_away(&mut self, key: &Key<'_>) -> bool {
        let Some(database) = self.databases[self.selected].as_deref_mut() else { return false };
        match database.remove(key, &self.seed) {
            Some(entry) => {
                self.graveyard.bury(entry);
                true
            }
            None => false,
        }
    }

    /// Removes `key` if it is live.
    pub fn remove_live(&mut self, key: &Key<'_>) -> bool {
        self.expire_if_due(key);
        self.remove(key)
    }

    /// Keys of the selected database, expired ones that nothing has removed yet included.
    pub fn len(&self) -> usize {
        self.database().map_or(0, Database::len)
    }

    /// Whether the selected database is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys of `slot` in the selected database.
    pub fn slot_len(&self, slot: u16) -> usize {
        self.database().map_or(0, |database| database.slot_len(slot))
    }

    /// Up to `max` keys of `slot` in the selected database.
    pub fn slot_keys(&self, slot: u16, max: usize) -> impl Iterator<Item = &[u8]> {
        self.database()
            .into_iter()
            .flat_map(move |database| database.slot_entries(slot))
            .take(max)
            .map(Entry::key)
    }

    /// Per database with keys in it: (its number, keys, keys with an expiry).
    pub fn sizes(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let databases = self.databases.iter().enumerate();
        databases.filter_map(|(number, database)| {
            let database = database.as_ref().filter(|database| database.len() > 0)?;
            Some((number, database.len(), database.expiring))
        })
    }

    /// Empties the selected database. Its memory is freed piece by piece later.
    pub fn flush(&mut self) {
        self.touched.changed_many(Touched::Flushed { database: self.selected as u16 });
        if let Some(database) = self.databases[self.selected].take() {
            self.graveyard.bury_tables(database.into_tables());
        }
    }

    /// Empties all databases.
    pub fn flush_all(&mut self) {
        self.touched.changed_many(Touched::FlushedAll);
        for database in &mut self.databases {
            if let Some(database) = database.take() {
                self.graveyard.bury_tables(database.into_tables());
            }
        }
    }

    /// Frees up to `max` elements of values and databases that are gone; true when none is left.
    pub fn free_step(&mut self, max: usize) -> bool {
        self.graveyard.free_step(max)
    }

    /// Whether something waits to be freed.
    pub fn has_garbage(&self) -> bool {
        !self.graveyard.is_empty()
    }

    /// Values that wait to be freed.
    pub fn garbage_len(&self) -> usize {
        self.graveyard.len()
    }

    /// Turns expiry on access and in the background off and on (DEBUG SET-ACTIVE-EXPIRE concerns only the latter).
    pub fn set_lazy_expire(&mut self, on: bool) {
        self.lazy_expire = on;
    }

    /// Whether looking a key up counts as using it (not for clients that said CLIENT NO-TOUCH).
    #[inline]
    pub fn set_touching(&mut self, on: bool) {
        self.touching = on;
    }

    /// Bytes of all tables, entries left out.
    pub fn table_bytes(&self) -> usize {
        self.databases.iter().flatten().map(|database| database.table_bytes()).sum()
    }
}

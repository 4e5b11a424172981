//! One logical database of a shard: a table per hash slot that the shard owns.

use std::ops::Range;

use super::{Entry, Key, expire::SLOT_REST_MS};
use crate::structures::{
    hash::HashSeed,
    table::{self, Table},
};

/// The tables of one database. `occupied` has a bit per slot with keys in it, so that walks pass empty slots 64 at a time.
#[derive(Debug)]
pub struct Database {
    first_slot: usize,
    tables: Vec<Table<Entry>>,
    occupied: Vec<u64>,
    /// Per slot, no key is due before this time; allocated with the first key that expires.
    due_ms: Vec<i64>,
    len: usize,
    /// Keys with an expiry.
    pub(super) expiring: usize,
}

/// "Nothing in this slot expires."
pub const NEVER_MS: i64 = i64::MAX;

impl Database {
    /// An empty database over `slots`.
    pub fn new(slots: &Range<u16>) -> Self {
        let count = slots.len();
        Self {
            first_slot: usize::from(slots.start),
            tables: std::iter::repeat_with(Table::new).take(count).collect(),
            occupied: vec![0; count.div_ceil(64)],
            due_ms: Vec::new(),
            len: 0,
            expiring: 0,
        }
    }

    /// Keys, expired ones that nothing has removed yet included.
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn index(&self, slot: u16) -> usize {
        usize::from(slot) - self.first_slot
    }

    /// The table of `slot`.
    #[inline]
    pub fn table(&self, slot: u16) -> &Table<Entry> {
        &self.tables[self.index(slot)]
    }

    /// The entry of `key`, expired or not.
    #[inline]
    pub fn find(&self, key: &Key<'_>) -> Option<&Entry> {
        self.table(key.slot).find(key.hash, |entry| entry.key() == key.bytes)
    }

    /// The entry of `key`, expired or not, to change. Its expiry is changed with [`Database::note_expiry`] only.
    #[inline]
    pub fn find_mut(&mut self, key: &Key<'_>) -> Option<&mut Entry> {
        let index = self.index(key.slot);
        self.tables[index].find_mut(key.hash, |entry| entry.key() == key.bytes)
    }

    /// The entry of `key`, or a new one that `make` gives. The flag tells whether it is new.
    #[inline]
    pub fn find_or_insert(
        &mut self,
        key: &Key<'_>,
        seed: &HashSeed,
        make: impl FnOnce() -> Entry,
    ) -> (&mut Entry, bool) {
        let index = self.index(key.slot);
        let rehash = |entry: &Entry| seed.hash(entry.key());
        match self.tables[index].entry(key.hash, |entry| entry.key() == key.bytes, rehash) {
            table::Entry::Occupied(entry) => (entry, false),
            table::Entry::Vacant(place) => {
                self.occupied[index / 64] |= 1 << (index % 64);
                self.len += 1;
                (place.insert(make()), true)
            }
        }
    }

    /// Takes the entry of `key` out.
    pub fn remove(&mut self, key: &Key<'_>, seed: &HashSeed) -> Option<Entry> {
        let index = self.index(key.slot);
        let rehash = |entry: &Entry| seed.hash(entry.key());
        let entry = self.tables[index].remove(key.hash, |entry| entry.key() == key.bytes, rehash)?;
        if self.tables[index].is_empty() {
            self.occupied[index / 64] &= !(1 << (index % 64));
        }
        self.len -= 1;
        self.expiring -= usize::from(entry.expire_at_ms().is_some());
        Some(entry)
    }

    /// Keeps count of an expiry that changed from `before` to `after`.
    #[inline]
    pub fn note_expiry(&mut self, slot: u16, before: Option<i64>, after: Option<i64>) {
        self.expiring = self.expiring + usize::from(after.is_some()) - usize::from(before.is_some());
        if let Some(after) = after {
            self.lower_due(slot, after);
        }
    }

    /// Has `slot` looked at for expired keys as soon as one that expires at `at_ms` does, in multiples of [`SLOT_REST_MS`];
    /// [`NEVER_MS`] changes nothing.
    pub fn lower_due(&mut self, slot: u16, at_ms: i64) {
        if at_ms == NEVER_MS {
            return;
        }
        if self.due_ms.is_empty() {
            self.due_ms = vec![NEVER_MS; self.tables.len()];
        }
        let index = self.index(slot);
        let rounded_ms = at_ms.saturating_add(SLOT_REST_MS - 1).div_euclid(SLOT_REST_MS) * SLOT_REST_MS;
        self.due_ms[index] = self.due_ms[index].min(rounded_ms);
    }

    /// Takes the time away at which `slot` is to be looked at: who does so looks at it now.
    pub fn take_due(&mut self, slot: u16) {
        let index = self.index(slot);
        if let Some(due) = self.due_ms.get_mut(index) {
            *due = NEVER_MS;
        }
    }

    /// The first slot from `from` on that holds a key due at `now_ms`, with the time since when.
    pub fn next_due(&self, from: u16, now_ms: i64) -> Option<(u16, i64)> {
        let start = self.index(from).min(self.due_ms.len());
        let offset = self.due_ms[start..].iter().position(|due| *due <= now_ms)?;
        Some(((self.first_slot + start + offset) as u16, self.due_ms[start + offset]))
    }

    /// The first slot from `from` on with keys in it.
    pub fn next_occupied(&self, from: u16) -> Option<u16> {
        let start = self.index(from);
        let mut word = start / 64;
        let mut bits = self.occupied.get(word)? & (u64::MAX << (start % 64));
        while bits == 0 {
            word += 1;
            bits = *self.occupied.get(word)?;
        }
        Some((self.first_slot + word * 64 + bits.trailing_zeros() as usize) as u16)
    }

    /// All slots with keys in them, ascending.
    pub fn occupied_slots(&self) -> impl Iterator<Item = u16> {
        let mut next = Some(self.first_slot as u16);
        std::iter::from_fn(move || {
            let slot = self.next_occupied(next?)?;
            next = (self.index(slot) + 1 < self.tables.len()).then_some(slot + 1);
            Some(slot)
        })
    }

    /// All entries, expired ones included.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.occupied_slots().flat_map(|slot| self.table(slot).iter())
    }

    /// The tables with keys in them, to be freed.
    pub fn into_tables(self) -> Vec<Table<Entry>> {
        self.tables.into_iter().filter(|table| !table.is_empty()).collect()
    }

    /// Bytes that the tables hold on the heap, entries left out.
    pub fn table_bytes(&self) -> usize {
        self.tables.capacity() * size_of::<Table<Entry>>()
            + self.due_ms.capacity() * 8
            + self.tables.iter().map(Table::allocated_bytes).sum::<usize>()
    }
}

//! One logical database of a shard: the entries of its slots, in segments that neighbouring slots share.
//!
//! ```text
//! slots       0 .. 3      4 .. 5      6       7
//! stretches [ segment ] [ segment ] [ ... ] [ directory of segments ]
//! ```
//!
//! A *stretch* is a run of slots whose entries are in one table. While that table is one segment it may cover many slots; when
//! the segment is full the stretch is cut in two halves of its slots, and only the table of a single slot grows into an
//! extendible directory (see [`Table`]). Few keys thus take few segments, and all segments of a large database have the same
//! size, so that growing leaves no holes of smaller sizes behind.
//!
//! All entries have a *position*: the slot, then the scan order of the key's hash. Cutting and joining stretches, as splitting
//! and merging segments, moves nothing across a position, which is what SCAN's guarantee rests on.

use std::ops::Range;

use super::{Entry, Key, expire::STRETCH_REST_MS, slot::slot_of};
use crate::structures::{
    hash::{HashSeed, ORDER_BITS, scan_order},
    prefetch::{NEAR_MAX, prefetch, prefetch_block},
    random::Rng,
    table::{Lines, SEGMENT_MAX, Table, scan_segment},
};

#[cfg(test)]
mod tests;

/// A table of entries.
pub type Entries = Table<Entry, Lines<Entry>>;

/// "Nothing in this stretch expires."
pub const NEVER_MS: i64 = i64::MAX;

/// Two neighbouring stretches become one when together they have at most this many entries: half of what cuts one.
const JOIN_MAX: usize = SEGMENT_MAX / 2;

/// A run of slots with one table for their entries.
#[derive(Debug)]
pub struct Stretch {
    entries: Entries,
    /// No key is due before this time.
    due_ms: i64,
    first: u16,
    /// The slot behind the last.
    end: u16,
}

impl Stretch {
    /// Its entries.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// No key is due before this time, milliseconds since 1970.
    pub fn due_ms(&self) -> i64 {
        self.due_ms
    }

    /// Its slots.
    pub fn slots(&self) -> Range<u16> {
        self.first..self.end
    }
}

/// The entries of one database.
#[derive(Debug)]
pub struct Database {
    first_slot: u16,
    /// For each slot, the number of its stretch.
    numbers: Vec<u16>,
    /// In no particular order.
    stretches: Vec<Stretch>,
    len: usize,
    /// Keys with an expiry.
    pub(super) expiring: usize,
}

/// The position of a slot's first possible entry.
#[inline]
pub fn start_of(slot: u16) -> u64 {
    u64::from(slot) << ORDER_BITS
}

/// The slot of a position.
#[inline]
fn slot_at(position: u64) -> u16 {
    (position >> ORDER_BITS) as u16
}

impl Database {
    /// An empty database over `slots`.
    pub fn new(slots: &Range<u16>) -> Self {
        let all = Stretch { entries: Table::new(), due_ms: NEVER_MS, first: slots.start, end: slots.end };
        Self {
            first_slot: slots.start,
            numbers: vec![0; slots.len()],
            stretches: vec![all],
            len: 0,
            expiring: 0,
        }
    }

    /// The database in a place for one; it comes into being there.
    #[inline]
    pub fn at<'a>(place: &'a mut Option<Box<Self>>, slots: &Range<u16>) -> &'a mut Self {
        place.get_or_insert_with(|| Box::new(Self::new(slots)))
    }

    /// Keys, expired ones that nothing has removed yet included.
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn number(&self, slot: u16) -> usize {
        usize::from(self.numbers[usize::from(slot - self.first_slot)])
    }

    /// The stretch that `slot` is in.
    #[inline]
    pub fn stretch(&self, slot: u16) -> &Stretch {
        &self.stretches[self.number(slot)]
    }

    #[inline]
    fn stretch_mut(&mut self, slot: u16) -> &mut Stretch {
        let number = self.number(slot);
        &mut self.stretches[number]
    }

    /// The stretches that `slots` lie in, ascending.
    fn stretches_of(&self, slots: Range<u16>) -> impl Iterator<Item = &Stretch> {
        let mut slot = slots.start;
        std::iter::from_fn(move || {
            let stretch = (slot < slots.end).then(|| self.stretch(slot))?;
            slot = stretch.end;
            Some(stretch)
        })
    }

    /// The entry of `key`, expired or not.
    #[inline]
    pub fn find(&self, key: &Key<'_>) -> Option<&Entry> {
        self.stretch(key.slot).entries.find(key.hash, |entry| entry.has_key(key.bytes))
    }

    /// The entry of `key`, expired or not, to change. Its expiry is changed with [`Database::note_expiry`] only.
    #[inline]
    pub fn find_mut(&mut self, key: &Key<'_>) -> Option<&mut Entry> {
        self.stretch_mut(key.slot).entries.find_mut(key.hash, |entry| entry.has_key(key.bytes))
    }

    /// The entry of `key`, or a new one that `make` gives. The flag tells whether it is new.
    #[inline]
    pub fn find_or_insert(
        &mut self,
        key: &Key<'_>,
        seed: &HashSeed,
        make: impl FnOnce() -> Entry,
    ) -> (&mut Entry, bool) {
        let number = self.number(key.slot);
        match self.stretches[number].entries.place_of(key.hash, |entry| entry.has_key(key.bytes)) {
            Some(place) => (self.stretches[number].entries.at_mut(key.hash, place), false),
            None => (self.insert_new(key.slot, key.hash, make(), seed), true),
        }
    }

    /// Adds an entry whose key is not there.
    pub fn insert_new(&mut self, slot: u16, hash: u64, entry: Entry, seed: &HashSeed) -> &mut Entry {
        if self.stretch(slot).entries.is_full_segment() {
            self.cut(slot, seed);
        }
        self.len += 1;
        self.stretch_mut(slot).entries.insert_unique(hash, entry, |entry| seed.hash(entry.key()))
    }

    /// Takes the entry of `key` out.
    pub fn remove(&mut self, key: &Key<'_>, seed: &HashSeed) -> Option<Entry> {
        let rehash = |entry: &Entry| seed.hash(entry.key());
        let stretch = self.stretch_mut(key.slot);
        let entry = stretch.entries.remove(key.hash, |entry| entry.has_key(key.bytes), rehash)?;
        if stretch.entries.len() <= JOIN_MAX {
            self.join(key.slot, seed);
        }
        self.len -= 1;
        self.expiring -= usize::from(entry.expire_at_ms().is_some());
        Some(entry)
    }

    /// Cuts the stretch of `slot` in two until the one with `slot` has room or no other slot.
    #[cold]
    fn cut(&mut self, slot: u16, seed: &HashSeed) {
        loop {
            let number = self.number(slot);
            let stretch = &mut self.stretches[number];
            if stretch.end - stretch.first < 2 || !stretch.entries.is_full_segment() {
                return;
            }
            let middle = stretch.first + (stretch.end - stretch.first) / 2;
            let mut all = std::mem::take(&mut stretch.entries);
            prefetch_all(&all);
            let below = all.iter().filter(|entry| slot_of(entry.key()) < middle).count();
            let mut low = Table::for_about(below);
            let mut high = Table::for_about(all.len() - below);
            all.drain_step(usize::MAX, |entry| {
                let side = if slot_of(entry.key()) < middle { &mut low } else { &mut high };
                side.insert_unique(seed.hash(entry.key()), entry, |entry| seed.hash(entry.key()));
            });
            let upper = Stretch { entries: high, due_ms: stretch.due_ms, first: middle, end: stretch.end };
            stretch.entries = low;
            stretch.end = middle;
            self.stretches.push(upper);
            self.point_at(self.stretches.len() - 1);
        }
    }

    /// Joins the stretch of `slot` with its neighbours while two have few entries together.
    fn join(&mut self, slot: u16, seed: &HashSeed) {
        while let Some(other) = self.neighbour_to_join(slot) {
            let number = self.number(slot);
            let (into, from) = if self.stretches[number].entries.len() >= self.stretches[other].entries.len()
            {
                (number, other)
            } else {
                (other, number)
            };
            let mut smaller = std::mem::take(&mut self.stretches[from].entries);
            let Stretch { due_ms, first, end, .. } = self.stretches[from];
            let larger = &mut self.stretches[into];
            smaller.drain_step(usize::MAX, |entry| {
                let hash = seed.hash(entry.key());
                larger.entries.insert_unique(hash, entry, |entry| seed.hash(entry.key()));
            });
            larger.due_ms = larger.due_ms.min(due_ms);
            larger.first = larger.first.min(first);
            larger.end = larger.end.max(end);
            self.point_at(into);
            self.stretches.swap_remove(from);
            if from < self.stretches.len() {
                self.point_at(from);
            }
            if self.stretches.len() < self.stretches.capacity() / 4 {
                self.stretches.shrink_to(self.stretches.len() * 2);
            }
        }
    }

    fn neighbour_to_join(&self, slot: u16) -> Option<usize> {
        let stretch = self.stretch(slot);
        stretch.entries.only_segment()?;
        let last_end = self.first_slot + self.numbers.len() as u16;
        let before = (stretch.first > self.first_slot).then(|| self.number(stretch.first - 1));
        let behind = (stretch.end < last_end).then(|| self.number(stretch.end));
        before.into_iter().chain(behind).find(|&other| {
            let entries = &self.stretches[other].entries;
            entries.only_segment().is_some() && entries.len() + stretch.entries.len() <= JOIN_MAX
        })
    }

    fn point_at(&mut self, number: usize) {
        let Stretch { first, end, .. } = self.stretches[number];
        let slots = usize::from(first - self.first_slot)..usize::from(end - self.first_slot);
        self.numbers[slots].fill(number as u16);
    }

    /// Whether there are so few keys that the processor has most likely kept them near: nothing has to be fetched ahead.
    #[inline]
    pub fn is_near(&self) -> bool {
        self.len <= NEAR_MAX
    }

    /// Asks the processor for what a lookup of a key touches first, unless it is near.
    #[inline]
    pub fn prefetch(&self, slot: u16, hash: u64) {
        if !self.is_near() {
            self.stretch(slot).entries.prefetch(hash);
        }
    }

    /// The entry that a lookup most likely finds: the first whose tag fits. Nearly always it is the key's, and its block is not read
    /// here.
    #[inline]
    pub fn probable(&self, slot: u16, hash: u64) -> Option<&Entry> {
        self.stretch(slot).entries.find(hash, |_| true)
    }

    /// Asks the processor for the entry that a lookup most likely finds, unless it is near; reads what [`Database::prefetch`] asked
    /// for.
    #[inline]
    pub fn prefetch_entry(&self, slot: u16, hash: u64) {
        if !self.is_near()
            && let Some(entry) = self.probable(slot, hash)
        {
            prefetch_block(entry.address() as usize);
        }
    }

    /// Visits about `count` entries within a range of positions, ascending; returns where to go on, the end of the range if
    /// there is nothing left in it. What is there from the first call to the last is visited exactly once.
    pub fn scan(
        &self,
        range: Range<u64>,
        count: usize,
        seed: &HashSeed,
        mut visit: impl FnMut(&Entry),
    ) -> u64 {
        let mut position = range.start;
        let mut seen = 0;
        while position < range.end && seen < count.max(1) {
            let stretch = self.stretch(slot_at(position));
            let wanted = count.max(1) - seen;
            let end = range.end.min(start_of(stretch.end));
            if stretch.end - stretch.first == 1 {
                let base = start_of(stretch.first);
                let order_of = |entry: &Entry| scan_order(seed.hash(entry.key()));
                let counted = |entry: &Entry| {
                    seen += 1;
                    visit(entry);
                };
                let next = stretch.entries.scan(position - base, wanted, order_of, counted);
                position = next.map_or(end, |order| base + order);
            } else if let Some(segment) = stretch.entries.only_segment() {
                let position_of =
                    |entry: &Entry| start_of(slot_of(entry.key())) | scan_order(seed.hash(entry.key()));
                prefetch_all(&stretch.entries);
                let (visited, next) = scan_segment(segment, position..end, wanted, &position_of, &mut visit);
                seen += visited;
                position = next;
            }
        }
        position
    }

    /// Keys of `slot`.
    pub fn slot_len(&self, slot: u16) -> usize {
        let stretch = self.stretch(slot);
        if stretch.end - stretch.first == 1 {
            return stretch.entries.len();
        }
        self.slot_entries(slot).count()
    }

    /// The entries of `slot`.
    pub fn slot_entries(&self, slot: u16) -> impl Iterator<Item = &Entry> {
        self.stretch(slot).entries.iter().filter(move |entry| slot_of(entry.key()) == slot)
    }

    /// A random entry, each as likely as any other. Takes time in proportion to the number of stretches.
    pub fn sample(&self, rng: &mut Rng) -> Option<&Entry> {
        if self.len == 0 {
            return None;
        }
        let mut rank = rng.below(self.len);
        let stretch = self.stretches.iter().find(|stretch| {
            let len = stretch.entries.len();
            let here = rank < len;
            rank = rank.wrapping_sub(len);
            here
        })?;
        stretch.entries.sample(rng)
    }

    /// Keeps count of an expiry that changed from `before` to `after`.
    #[inline]
    pub fn note_expiry(&mut self, slot: u16, before: Option<i64>, after: Option<i64>) {
        self.expiring = self.expiring + usize::from(after.is_some()) - usize::from(before.is_some());
        if let Some(after) = after {
            self.stretch_mut(slot).lower_due(after);
        }
    }

    /// Has all stretches that lie in `slots` looked at for expired keys as soon as one that expires at `at_ms` does.
    pub fn lower_due(&mut self, slots: Range<u16>, at_ms: i64) {
        let mut slot = slots.start;
        while slot < slots.end {
            let stretch = self.stretch_mut(slot);
            stretch.lower_due(at_ms);
            slot = stretch.end;
        }
    }

    /// Takes the time away at which the stretch of `slot` is to be looked at: who does so looks at it now.
    pub fn take_due(&mut self, slot: u16) {
        self.stretch_mut(slot).due_ms = NEVER_MS;
    }

    /// The first stretch from that of `from` on which holds a key due at `now_ms`: its slots, and since when.
    pub fn next_due(&self, from: u16, now_ms: i64) -> Option<(Range<u16>, i64)> {
        let end = self.first_slot + self.numbers.len() as u16;
        let due = self.stretches_of(from..end).find(|stretch| stretch.due_ms <= now_ms)?;
        Some((due.slots(), due.due_ms))
    }

    /// All entries, expired ones included.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.stretches.iter().flat_map(|stretch| stretch.entries.iter())
    }

    /// The tables with keys in them, to be freed.
    pub fn into_tables(self) -> Vec<Entries> {
        let tables = self.stretches.into_iter().map(|stretch| stretch.entries);
        tables.filter(|entries| !entries.is_empty()).collect()
    }

    /// Bytes that the tables hold on the heap, entries left out.
    pub fn table_bytes(&self) -> usize {
        self.numbers.capacity() * size_of::<u16>()
            + self.stretches.capacity() * size_of::<Stretch>()
            + self.stretches.iter().map(|stretch| stretch.entries.allocated_bytes()).sum::<usize>()
    }
}

impl Stretch {
    /// Rounds up to multiples of [`STRETCH_REST_MS`]; [`NEVER_MS`] changes nothing.
    fn lower_due(&mut self, at_ms: i64) {
        if at_ms != NEVER_MS {
            let rest = STRETCH_REST_MS;
            let rounded_ms = at_ms.saturating_add(rest - 1).div_euclid(rest) * rest;
            self.due_ms = self.due_ms.min(rounded_ms);
        }
    }
}

/// Asks the processor for all entries of a segment, which are about to be read one by one.
fn prefetch_all(entries: &Entries) {
    entries.iter().for_each(|entry| prefetch(entry.address() as usize));
}

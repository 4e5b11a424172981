//! Walking the keyspace: SCAN, KEYS and RANDOMKEY.
//!
//! A SCAN cursor is a position: (slot, scan order of the key's hash). As tables' growth and shrinkage only refine or coarsen
//! that order, every key that is there from the first call to the last is returned exactly once.

use super::{Entry, Keyspace, database::start_of};
use crate::structures::{hash::ORDER_BITS, random::Rng};

#[cfg(test)]
mod tests;

/// Where a SCAN goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The slot.
    pub slot: u16,
    /// The position in the slot's scan order.
    pub order: u64,
}

impl Cursor {
    /// From the number that the client holds. A number beyond the last slot starts nowhere.
    pub fn from_number(number: u64) -> Option<Self> {
        let slot = u16::try_from(number >> ORDER_BITS)
            .ok()
            .filter(|slot| usize::from(*slot) < super::slot::SLOTS)?;
        Some(Self { slot, order: number & ((1 << ORDER_BITS) - 1) })
    }

    /// The number that the client holds.
    pub fn number(self) -> u64 {
        u64::from(self.slot) << ORDER_BITS | self.order
    }
}

impl Keyspace {
    /// Visits about `count` live entries of the selected database from `cursor` on; returns the cursor to go on with, the start
    /// of the next shard's slots at the end of this one's, and 0 at the end of all.
    pub fn scan(&mut self, cursor: Cursor, count: usize, mut visit: impl FnMut(&Entry)) -> u64 {
        let end = self.slots.end;
        let next_shard =
            if usize::from(end) == super::slot::SLOTS { 0 } else { Cursor { slot: end, order: 0 }.number() };
        let now_ms = self.now_ms;
        let Some(database) = self.database() else { return next_shard };
        let all = cursor.number().max(start_of(self.slots.start))..start_of(end);
        let live = |entry: &Entry| {
            if entry.expire_at_ms().is_none_or(|at_ms| at_ms > now_ms) {
                visit(entry);
            }
        };
        let next = database.scan(all.clone(), count, &self.seed, live);
        if next < all.end { next } else { next_shard }
    }

    /// Visits all live entries of the selected database.
    pub fn for_each(&self, mut visit: impl FnMut(&Entry)) {
        let live = |entry: &&Entry| entry.expire_at_ms().is_none_or(|at_ms| at_ms > self.now_ms);
        self.database()
            .into_iter()
            .flat_map(super::database::Database::entries)
            .filter(live)
            .for_each(&mut visit);
    }

    /// A random live key of the selected database, every key as likely as any other. Expired keys met on the way are left to
    /// the background pass; where only such keys come up in a hundred draws, the first live one is returned, if there is one.
    /// Takes time in proportion to the number of segments.
    pub fn random_key(&mut self) -> Option<&[u8]> {
        const DRAWS: usize = 100;
        let mut rng = Rng::new(self.rng.next_u64());
        let now_ms = self.now_ms;
        let database = self.database().filter(|database| database.len() > 0)?;
        let live = |entry: &&Entry| entry.expire_at_ms().is_none_or(|at_ms| at_ms > now_ms);
        let mut draws = (0..DRAWS).filter_map(|_| database.sample(&mut rng));
        draws.find(live).or_else(|| database.entries().find(live)).map(Entry::key)
    }
}

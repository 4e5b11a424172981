//! Walking the keyspace: SCAN, KEYS and RANDOMKEY.
//!
//! A SCAN cursor is (slot, position in the scan order of the slot's table). As a table's growth and shrinkage only refine or
//! coarsen that order, every key that is there from the first call to the last is returned exactly once.

use super::{Entry, Keyspace};
use crate::structures::{
    hash::{HashSeed, ORDER_BITS, scan_order},
    random::Rng,
};

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

/// The scan order of an entry, as [`Table::scan`](crate::structures::table::Table::scan) wants it.
pub(super) fn order_of(seed: &HashSeed) -> impl Fn(&Entry) -> u64 {
    move |entry| scan_order(seed.hash(entry.key()))
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
        let (mut slot, mut order, mut seen) = (cursor.slot.max(self.slots.start), cursor.order, 0);
        while slot < end {
            let Some(occupied) = database.next_occupied(slot) else { break };
            if occupied != slot {
                (slot, order) = (occupied, 0);
            }
            if seen >= count {
                return Cursor { slot, order }.number();
            }
            let wanted = count - seen;
            let live = |entry: &Entry| {
                seen += 1;
                if entry.expire_at_ms().is_none_or(|at_ms| at_ms > now_ms) {
                    visit(entry);
                }
            };
            let next = database.table(slot).scan(order, wanted, order_of(&self.seed), live);
            (slot, order) = next.map_or((slot + 1, 0), |order| (slot, order));
        }
        next_shard
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
    /// the background pass; where only such keys come up in a hundred draws, one of them is returned, as Redis does. Takes time
    /// in proportion to the number of slots.
    pub fn random_key(&mut self) -> Option<&[u8]> {
        const DRAWS: usize = 100;
        let mut rng = Rng::new(self.rng.next_u64());
        let now_ms = self.now_ms;
        let database = self.database().filter(|database| database.len() > 0)?;
        let mut draw = || {
            let mut rank = rng.below(database.len());
            let slot = database.occupied_slots().find(|slot| {
                let len = database.table(*slot).len();
                let here = rank < len;
                rank = rank.wrapping_sub(len);
                here
            })?;
            database.table(slot).sample(&mut rng)
        };
        let mut drawn = draw()?;
        for _ in 1..DRAWS {
            if drawn.expire_at_ms().is_none_or(|at_ms| at_ms > now_ms) {
                break;
            }
            drawn = draw()?;
        }
        Some(drawn.key())
    }
}

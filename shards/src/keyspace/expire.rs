//! The background pass over keys whose time has come.
//!
//! Each slot knows a time before which none of its keys expires. The pass looks only at slots whose time has come, a bounded
//! number of keys per step. When it begins with a slot it takes the slot's time away, and when it is through it puts the
//! earliest expiry it saw back; keys that get an expiry meanwhile lower the slot's time themselves, so that none is lost.
//! Times of slots are rounded up to multiples of [`SLOT_REST_MS`]: a slot full of short-lived keys is not read once per key.

use super::{Entry, Key, Keyspace, database::NEVER_MS, scan::order_of};

#[cfg(test)]
mod tests;

/// A slot is looked at for expired keys at most this often, milliseconds.
pub(super) const SLOT_REST_MS: i64 = 100;

/// How far a pass has come. One per shard, kept between steps. The database that it is in is the keyspace's to know, as SWAPDB
/// may give that another number.
#[derive(Debug, Default)]
pub struct ExpirePass {
    slot: u16,
    /// The slot, where a step ended within it.
    within: Option<Within>,
    lag_ms: i64,
    oldest_seen_ms: i64,
}

/// How far a pass has come within a slot.
#[derive(Clone, Copy, Debug)]
struct Within {
    /// Scan position.
    cursor: u64,
    /// Earliest expiry of the keys seen and kept.
    earliest_ms: i64,
    /// Since when the slot was due.
    since_ms: i64,
}

impl ExpirePass {
    /// How late the background pass was at most in its last full round, milliseconds, counted from the time to which the
    /// expiry of a slot's keys is rounded up.
    pub fn lag_ms(&self) -> i64 {
        self.lag_ms
    }
}

impl Keyspace {
    /// Looks at about `max` keys for expired ones and removes these; true when no slot is due.
    pub fn expire_step(&mut self, pass: &mut ExpirePass, max: usize) -> bool {
        let mut left = max;
        pass.slot = pass.slot.max(self.slots.start);
        while left > 0 {
            if self.pass_database >= self.databases.len() {
                pass.lag_ms = std::mem::take(&mut pass.oldest_seen_ms);
                self.pass_database = 0;
                pass.slot = self.slots.start;
                return true;
            }
            let Some(within) = self.slot_to_expire(pass) else {
                self.pass_database += 1;
                pass.slot = self.slots.start;
                continue;
            };
            left = left.saturating_sub(self.expire_slot(pass, within, left));
            // A slot that holds still more due keys is late already, so its lag counts from its first step on.
            pass.oldest_seen_ms = pass.oldest_seen_ms.max(self.now_ms - within.since_ms);
        }
        false
    }

    /// Where to go on in the pass's database; moves the pass to the next slot that is due, if it is not within one.
    fn slot_to_expire(&mut self, pass: &mut ExpirePass) -> Option<Within> {
        let within = pass.within.take();
        let now_ms = self.now_ms;
        let database =
            self.databases[self.pass_database].as_deref_mut().filter(|database| database.expiring > 0)?;
        if within.is_some() {
            return within;
        }
        let (slot, since_ms) = database.next_due(pass.slot, now_ms)?;
        database.take_due(slot);
        pass.slot = slot;
        Some(Within { cursor: 0, earliest_ms: NEVER_MS, since_ms })
    }

    /// Looks at about `max` keys of the pass's slot; returns how many it looked at, and counts the slot as one more.
    fn expire_slot(&mut self, pass: &mut ExpirePass, mut within: Within, max: usize) -> usize {
        let Some(database) = self.databases[self.pass_database].as_deref_mut() else { return 1 };
        let (seed, now_ms) = (&self.seed, self.now_ms);
        let mut seen = 1;
        let mut due: Vec<Box<[u8]>> = Vec::new();
        let visit = |entry: &Entry| {
            seen += 1;
            match entry.expire_at_ms() {
                Some(at_ms) if at_ms <= now_ms => due.push(entry.key().into()),
                Some(at_ms) => within.earliest_ms = within.earliest_ms.min(at_ms),
                None => {}
            }
        };
        match database.table(pass.slot).scan(within.cursor, max, order_of(seed), visit) {
            Some(cursor) => pass.within = Some(Within { cursor, ..within }),
            None => database.lower_due(pass.slot, within.earliest_ms),
        }
        for bytes in due {
            let key = Key { bytes: &bytes, slot: pass.slot, hash: seed.hash(&bytes) };
            if let Some(entry) = database.remove(&key, seed) {
                self.graveyard.bury(entry);
                self.counters.expired += 1;
            }
        }
        seen
    }
}

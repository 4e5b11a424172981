//! The background pass over keys whose time has come.
//!
//! Each slot knows a time before which none of its keys expires. The pass looks only at slots whose time has come, a bounded
//! number of keys per step, and then sets the slot's time to the earliest expiry it saw. Between two looks at one slot lies at
//! least [`SLOT_REST_MS`], so that a slot full of short-lived keys is not read once per key.

use super::{Entry, Keyspace, database::NEVER_MS, scan::order_of};

/// A slot is looked at for expired keys at most this often, milliseconds.
const SLOT_REST_MS: i64 = 100;

/// How far a pass has come. One per shard, kept between steps.
#[derive(Debug, Default)]
pub struct ExpirePass {
    database: usize,
    slot: u16,
    /// Scan position within the slot, when a step ended there.
    cursor: Option<u64>,
    earliest_ms: Option<i64>,
    lag_ms: i64,
    oldest_seen_ms: i64,
}

impl ExpirePass {
    /// How late the background pass was at most in its last full round, milliseconds.
    pub fn lag_ms(&self) -> i64 {
        self.lag_ms
    }
}

impl Keyspace {
    /// Looks at up to `max` keys for expired ones and removes these; true when no slot is due.
    pub fn expire_step(&mut self, pass: &mut ExpirePass, max: usize) -> bool {
        let mut budget = max as i64;
        while budget > 0 {
            if pass.database >= self.databases.len() {
                pass.lag_ms = std::mem::take(&mut pass.oldest_seen_ms);
                pass.database = 0;
                pass.slot = self.slots.start;
                return true;
            }
            pass.slot = pass.slot.max(self.slots.start);
            let due = match &self.databases[pass.database] {
                Some(database) if database.expiring > 0 => database.next_due(pass.slot, self.now_ms),
                _ => None,
            };
            let Some((slot, since_ms)) = due else {
                pass.database += 1;
                pass.slot = self.slots.start;
                pass.cursor = None;
                continue;
            };
            if slot != pass.slot || pass.cursor.is_none() {
                pass.cursor = Some(0);
                pass.earliest_ms = None;
                pass.slot = slot;
            }
            pass.oldest_seen_ms = pass.oldest_seen_ms.max(self.now_ms - since_ms);
            budget -= self.expire_slot(pass, budget as usize);
        }
        false
    }

    /// Looks at about `max` keys of the pass's slot; returns how many it looked at.
    fn expire_slot(&mut self, pass: &mut ExpirePass, max: usize) -> i64 {
        let Some(database) = self.databases[pass.database].as_deref_mut() else { return 1 };
        let (seed, now_ms) = (&self.seed, self.now_ms);
        let mut seen = 1;
        let mut due: Vec<Box<[u8]>> = Vec::new();
        let visit = |entry: &Entry| {
            seen += 1;
            match entry.expire_at_ms() {
                Some(at_ms) if at_ms <= now_ms => due.push(entry.key().into()),
                Some(at_ms) => {
                    pass.earliest_ms = Some(pass.earliest_ms.map_or(at_ms, |earliest| earliest.min(at_ms)));
                }
                None => {}
            }
        };
        pass.cursor = database.table(pass.slot).scan(pass.cursor.unwrap_or(0), max, order_of(seed), visit);
        if pass.cursor.is_none() {
            let earliest_ms = pass.earliest_ms.map_or(NEVER_MS, |at_ms| at_ms.max(now_ms + SLOT_REST_MS));
            database.set_due(pass.slot, earliest_ms);
        }
        for bytes in due {
            let key = super::Key { bytes: &bytes, slot: pass.slot, hash: seed.hash(&bytes) };
            if let Some(entry) = database.remove(&key, seed) {
                self.graveyard.bury(entry);
                self.counters.expired += 1;
            }
        }
        seen
    }
}

//! The background pass over keys whose time has come.
//!
//! Each stretch of slots (see [`Database`](super::database)) knows a time before which none of its keys expires. The pass looks
//! only at stretches whose time has come, a bounded number of keys per step. When it begins with a stretch it takes its time
//! away, and when it is through it puts the earliest expiry it saw back; keys that get an expiry meanwhile lower the time
//! themselves, so that none is lost. Times are rounded up to multiples of [`STRETCH_REST_MS`]: a stretch full of short-lived
//! keys is not read once per key. Stretches may be cut and joined between steps: the pass goes by positions.

use std::ops::Range;

use super::{
    Entry, EventClasses, Key, Keyspace,
    database::{NEVER_MS, start_of},
    slot::slot_of,
};

#[cfg(test)]
mod tests;

/// A stretch is looked at for expired keys at most this often, milliseconds.
pub(super) const STRETCH_REST_MS: i64 = 100;

/// How far a pass has come. One per shard, kept between steps. The database that it is in is the keyspace's to know, as SWAPDB
/// may give that another number.
#[derive(Debug, Default)]
pub struct ExpirePass {
    /// The slot to go on with.
    slot: u16,
    /// The stretch, where a step ended within it.
    within: Option<Within>,
    lag_ms: i64,
    oldest_seen_ms: i64,
}

/// How far a pass has come within a stretch.
#[derive(Clone, Debug)]
struct Within {
    slots: Range<u16>,
    /// Position to go on with.
    position: u64,
    /// Earliest expiry of the keys seen and kept.
    earliest_ms: i64,
    /// Since when the stretch was due.
    since_ms: i64,
}

impl ExpirePass {
    /// How late the background pass was at most in its last full round, milliseconds, counted from the time to which the
    /// expiry of a stretch's keys is rounded up.
    pub fn lag_ms(&self) -> i64 {
        self.lag_ms
    }
}

impl Keyspace {
    /// Looks at about `max` keys for expired ones and removes these; true when no stretch is due.
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
            let Some(within) = self.stretch_to_expire(pass) else {
                self.pass_database += 1;
                pass.slot = self.slots.start;
                continue;
            };
            // A stretch that holds still more due keys is late already, so its lag counts from its first step on.
            pass.oldest_seen_ms = pass.oldest_seen_ms.max(self.now_ms - within.since_ms);
            left = left.saturating_sub(self.expire_stretch(pass, within, left));
        }
        false
    }

    /// Where to go on in the pass's database: within a stretch, or with the next one that is due.
    fn stretch_to_expire(&mut self, pass: &mut ExpirePass) -> Option<Within> {
        let within = pass.within.take();
        let now_ms = self.now_ms;
        let end = self.slots.end;
        let database =
            self.databases[self.pass_database].as_deref_mut().filter(|database| database.expiring > 0)?;
        if within.is_some() {
            return within;
        }
        if pass.slot >= end {
            return None;
        }
        let (slots, since_ms) = database.next_due(pass.slot, now_ms)?;
        database.take_due(slots.start);
        Some(Within { position: start_of(slots.start), slots, earliest_ms: NEVER_MS, since_ms })
    }

    /// Looks at about `max` keys of a stretch; returns how many it looked at, and counts the stretch as one more.
    fn expire_stretch(&mut self, pass: &mut ExpirePass, mut within: Within, max: usize) -> usize {
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
        let end = start_of(within.slots.end);
        within.position = database.scan(within.position..end, max, seed, visit);
        if within.position < end {
            pass.within = Some(within);
        } else {
            pass.slot = within.slots.end;
            database.lower_due(within.slots, within.earliest_ms);
        }
        for bytes in due {
            let key = Key { bytes: &bytes, slot: slot_of(&bytes), hash: seed.hash(&bytes) };
            if let Some(entry) = database.remove(&key, seed) {
                self.graveyard.bury(entry);
                self.counters.expired += 1;
                self.touched.changed(self.pass_database, key.bytes);
                self.events.add(EventClasses::EXPIRED, "expired", self.pass_database, key.bytes);
            }
        }
        seen
    }
}

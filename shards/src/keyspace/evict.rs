//! Making room: keys that the policy can do without are removed, the best of a few drawn at random each time (as Redis's
//! documentation on key eviction describes it; there is no pool of candidates between steps).
//!
//! A draw takes a database in proportion to its candidates, then a slot, then entries that are neighbours in the table of the
//! stretch that the slot is in: a stretch has about as many keys per slot as any other, so that every key is about as likely, and
//! who is whose neighbour is a matter of hashes. Of neighbours, one place of the table is waited for, and then all entries at once.
//! Where only keys with an expiry may go, stretches that have none are passed by the hints of the expiry pass.

use smallvec::SmallVec;

use super::{
    Entry, EventClasses, Frequency, Key, Keyspace,
    database::{Database, NEVER_MS, Stretch},
    slot::slot_of,
};
use crate::structures::{prefetch::prefetch, random::Rng};

/// Neighbours looked at before all entries of a stretch are looked at for one that may go.
const NEIGHBOURS_MAX: usize = 64;

/// Neighbours asked for together.
const TOGETHER: usize = 16;

/// Which of the drawn keys goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvictionOrder {
    /// The one not used for the longest time.
    LeastRecent,
    /// The one least often used, as its counter of uses says.
    LeastFrequent(Frequency),
    /// The one that expires soonest.
    Soonest,
    /// Any.
    Random,
}

/// Which keys may be evicted, and which go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvictionPolicy {
    /// Which of the drawn keys goes.
    pub order: EvictionOrder,
    /// Only keys with an expiry may go.
    pub only_expiring: bool,
    /// Keys drawn for each one evicted; at least one.
    pub samples: usize,
}

/// A drawn key. The higher its rank, the sooner it goes.
struct Candidate {
    rank: i64,
    database: usize,
    slot: u16,
    key: Box<[u8]>,
}

impl Keyspace {
    /// Evicts one key, of which a large value is freed only later; `None` if the policy finds nothing that may go. Returns by how
    /// much what the thread holds, which `held_bytes` tells, shrank: the news of it, which takes memory, is not for that to count.
    pub fn evict_one(&mut self, policy: &EvictionPolicy, held_bytes: fn() -> i64) -> Option<i64> {
        let Candidate { database, slot, key, .. } = self.choose(policy)?;
        let key = Key { bytes: &key, slot, hash: self.seed.hash(&key) };
        let before = held_bytes();
        let entry = self.databases[database].as_deref_mut()?.remove(&key, &self.seed)?;
        self.graveyard.bury(entry);
        let given_back = before - held_bytes();
        self.counters.evicted += 1;
        self.touched.changed(database, key.bytes);
        self.events.add(EventClasses::EVICTED, "evicted", database, key.bytes);
        Some(given_back)
    }

    /// The best of a few drawn keys.
    fn choose(&mut self, policy: &EvictionPolicy) -> Option<Candidate> {
        let mut best: Option<Candidate> = None;
        let mut left = if policy.order == EvictionOrder::Random { 1 } else { policy.samples.max(1) };
        while left > 0 {
            let (candidate, compared) = self.draw(policy, left)?;
            left = left.saturating_sub(compared);
            if best.as_ref().is_none_or(|best| candidate.rank > best.rank) {
                best = Some(candidate);
            }
        }
        best
    }

    /// Draws up to `most` keys that may go, all from one place. Returns the best of them, and how many there were.
    fn draw(&mut self, policy: &EvictionPolicy, most: usize) -> Option<(Candidate, usize)> {
        let count = |database: &Database| {
            if policy.only_expiring { database.expiring } else { database.len() }
        };
        let total: usize = self.databases.iter().flatten().map(|database| count(database)).sum();
        if total == 0 {
            return None;
        }
        let mut rank = self.rng.below(total);
        let number = self.databases.iter().position(|database| {
            let candidates = database.as_deref().map_or(0, count);
            let here = rank < candidates;
            rank = rank.wrapping_sub(candidates);
            here
        })?;
        let (slots, access) = (self.slots.clone(), &self.access);
        let database = self.databases[number].as_deref_mut()?;
        let from = slots.start + self.rng.below(slots.len()) as u16;
        // Stretches that the hints of the expiry pass leave out come last: the pass has taken the hint of one it is in. Hints
        // may be stale: a stretch that turns out to have no candidate loses its own.
        let rounds: &[Option<bool>] = if policy.only_expiring { &[Some(true), Some(false)] } else { &[None] };
        for hinted in rounds {
            let (mut slot, mut walked) = (from, 0);
            while walked < slots.len() {
                let stretch = database.stretch(slot);
                let (first, end) = (slot, stretch.slots().end);
                if hinted.is_none_or(|hinted| hinted == (stretch.due_ms() < NEVER_MS)) {
                    let rank = |entry: &Entry| match policy.order {
                        EvictionOrder::LeastRecent => i64::from(access.idle_s(entry.clock())),
                        EvictionOrder::LeastFrequent(frequency) => {
                            -i64::from(access.counter(entry.clock(), frequency))
                        }
                        EvictionOrder::Soonest => entry.expire_at_ms().map_or(i64::MIN, |at_ms| -at_ms),
                        EvictionOrder::Random => 0,
                    };
                    let may_go = |entry: &&Entry| !policy.only_expiring || entry.expire_at_ms().is_some();
                    if let Some((rank, entry, compared)) = best_of(stretch, most, &mut self.rng, rank, may_go)
                    {
                        let (slot, key) = (slot_of(entry.key()), entry.key().into());
                        return Some((Candidate { rank, database: number, slot, key }, compared));
                    }
                    if *hinted == Some(true) {
                        database.take_due(slot);
                    }
                }
                walked += usize::from(end - first);
                slot = if end == slots.end { slots.start } else { end };
            }
        }
        None
    }
}

/// The highest rank of up to `most` neighbours in a stretch that may go, whose it is, and how many these were.
fn best_of<'a>(
    stretch: &'a Stretch,
    most: usize,
    rng: &mut Rng,
    rank: impl Fn(&Entry) -> i64,
    may_go: impl Fn(&&Entry) -> bool,
) -> Option<(i64, &'a Entry, usize)> {
    let entries = stretch.entries();
    let mut neighbours = entries.from_random_place(rng).take(NEIGHBOURS_MAX);
    let mut best: Option<(i64, &Entry)> = None;
    let mut compared = 0;
    while compared < most {
        let together: SmallVec<[&Entry; TOGETHER]> =
            neighbours.by_ref().take((most - compared).min(TOGETHER)).collect();
        if together.is_empty() {
            break;
        }
        for entry in &together {
            prefetch(entry.address() as usize);
        }
        for entry in together.into_iter().filter(&may_go) {
            compared += 1;
            let own = rank(entry);
            if best.is_none_or(|(highest, _)| own > highest) {
                best = Some((own, entry));
            }
        }
    }
    match best {
        Some((highest, entry)) => Some((highest, entry, compared)),
        None => entries.iter().find(may_go).map(|entry| (rank(entry), entry, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::{Settings, slot::slot_of};

    const LRU: EvictionPolicy =
        EvictionPolicy { order: EvictionOrder::LeastRecent, only_expiring: false, samples: 10 };

    fn held_bytes() -> i64 {
        0
    }

    fn keyspace() -> Keyspace {
        Keyspace::new(&Settings { slots: 0..16384, databases: 4, seed: 7 })
    }

    fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
        Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
    }

    /// Sets `k0` .. and gives every one of `expiring` an expiry.
    fn fill(keyspace: &mut Keyspace, count: usize, expiring: impl Fn(usize) -> Option<i64>) {
        for number in 0..count {
            let name = format!("k{number}");
            let key = key(keyspace, name.as_bytes());
            keyspace.set_string(&key, b"value", None, false);
            keyspace.set_expiry(&key, expiring(number));
        }
    }

    fn exists(keyspace: &mut Keyspace, number: usize) -> bool {
        let name = format!("k{number}");
        let key = key(keyspace, name.as_bytes());
        keyspace.peek(&key).is_some()
    }

    #[test]
    fn least_recently_used_keys_go_first() {
        let mut keyspace = keyspace();
        keyspace.set_now_ms(1_000_000);
        fill(&mut keyspace, 1000, |_| None);
        keyspace.set_now_ms(2_000_000);
        for number in 0..500 {
            let name = format!("k{number}");
            let key = key(&keyspace, name.as_bytes());
            keyspace.find(&key);
        }
        for _ in 0..400 {
            assert!(keyspace.evict_one(&LRU, held_bytes).is_some());
        }
        let kept = (0..500).filter(|number| exists(&mut keyspace, *number)).count();
        // Random choice would keep 300.
        assert!(kept > 440, "only {kept} of 500 fresh keys are left");
        assert_eq!((keyspace.len(), keyspace.counters.evicted), (600, 400));
    }

    #[test]
    fn least_frequently_used_keys_go_first() {
        let mut keyspace = keyspace();
        let frequency = Frequency { log_factor: 10, decay_min: 1 };
        keyspace.set_frequency(Some(frequency));
        fill(&mut keyspace, 1000, |_| None);
        for _ in 0..30 {
            for number in 0..500 {
                let name = format!("k{number}");
                let key = key(&keyspace, name.as_bytes());
                keyspace.find(&key);
            }
        }
        let order = EvictionOrder::LeastFrequent(frequency);
        let policy = EvictionPolicy { order, only_expiring: false, samples: 10 };
        for _ in 0..400 {
            assert!(keyspace.evict_one(&policy, held_bytes).is_some());
        }
        let kept = (0..500).filter(|number| exists(&mut keyspace, *number)).count();
        // Random choice would keep 300.
        assert!(kept > 440, "only {kept} of 500 keys in use are left");
    }

    #[test]
    fn only_keys_with_an_expiry_go_where_the_policy_says_so() {
        let mut keyspace = keyspace();
        fill(&mut keyspace, 1000, |number| (number % 100 == 0).then_some(5_000_000 + number as i64));
        let policy = EvictionPolicy { order: EvictionOrder::Soonest, only_expiring: true, samples: 10 };
        for _ in 0..10 {
            assert!(keyspace.evict_one(&policy, held_bytes).is_some());
        }
        assert_eq!(keyspace.evict_one(&policy, held_bytes), None);
        assert_eq!(keyspace.len(), 990);
    }

    #[test]
    fn what_expires_soonest_goes_first() {
        let mut keyspace = keyspace();
        fill(&mut keyspace, 1000, |number| Some(5_000_000 + number as i64 * 1_000));
        let policy = EvictionPolicy { order: EvictionOrder::Soonest, only_expiring: true, samples: 20 };
        for _ in 0..100 {
            keyspace.evict_one(&policy, held_bytes);
        }
        let late = (500..1000).filter(|number| exists(&mut keyspace, *number)).count();
        assert_eq!(late, 500);
    }

    #[test]
    fn every_database_is_drawn_from_and_the_selected_one_stays_selected() {
        let mut keyspace = keyspace();
        for database in 0..4 {
            keyspace.select(database);
            fill(&mut keyspace, 50, |_| None);
        }
        let policy = EvictionPolicy { order: EvictionOrder::Random, only_expiring: false, samples: 5 };
        for _ in 0..200 {
            assert!(keyspace.evict_one(&policy, held_bytes).is_some());
        }
        assert_eq!(keyspace.evict_one(&policy, held_bytes), None);
        assert_eq!(keyspace.sizes().count(), 0);
    }
}

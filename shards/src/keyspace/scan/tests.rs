//! SCAN over several shards while keys come, go and expire; and the evenness of random keys.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::keyspace::{ExpirePass, Key, Settings, slot};

const START_MS: i64 = 1_000_000_000_000;
const DATABASES: usize = 3;

/// A keyspace per shard, the slots dealt in contiguous ranges.
struct Shards(Vec<Keyspace>);

impl Shards {
    fn new(count: u16, seed: u64) -> Self {
        let share = 16384 / count;
        let shard = |number: u16| {
            let slots = number * share..(number + 1) * share;
            let mut keyspace =
                Keyspace::new(&Settings { slots, databases: DATABASES, seed: seed ^ u64::from(number) });
            keyspace.set_now_ms(START_MS);
            keyspace
        };
        Self((0..count).map(shard).collect())
    }

    fn owner(&mut self, slot: u16) -> &mut Keyspace {
        let found = self.0.iter_mut().find(|shard| shard.slots().contains(&slot));
        found.expect("every slot has an owner")
    }

    fn with_key<R>(
        &mut self,
        database: usize,
        bytes: &[u8],
        run: impl FnOnce(&mut Keyspace, &Key<'_>) -> R,
    ) -> R {
        let slot = slot::slot_of(bytes);
        let shard = self.owner(slot);
        shard.select(database);
        let hash = shard.hash(bytes);
        run(shard, &Key { bytes, slot, hash })
    }

    fn set(&mut self, database: usize, bytes: &[u8], expire_at_ms: Option<i64>) {
        self.with_key(database, bytes, |shard, key| {
            shard.set_string(key, b"value", None, false);
            shard.set_expiry(key, expire_at_ms);
        });
    }

    /// One call of SCAN, at the shard that owns the cursor's slot.
    fn scan(&mut self, database: usize, number: u64, count: usize, visit: impl FnMut(&Entry)) -> u64 {
        let cursor = Cursor::from_number(number).expect("a cursor that SCAN gave");
        let shard = self.owner(cursor.slot);
        shard.select(database);
        shard.scan(cursor, count, visit)
    }
}

/// What happens between two calls of SCAN.
#[derive(Clone, Debug)]
enum Event {
    /// So many new keys, a part of them with a short life.
    Grow(u16),
    /// Removes so many of the newest.
    Shrink(u16),
    Expire(i64),
    Nothing,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (1_u16..600).prop_map(Event::Grow),
        (1_u16..600).prop_map(Event::Shrink),
        (1_i64..50).prop_map(Event::Expire),
        Just(Event::Nothing),
    ]
}

/// Half of the keys share four hash tags, so that some tables have directories; the others are spread thinly.
fn name(number: usize) -> Vec<u8> {
    if number.is_multiple_of(2) { format!("{{{}}}:{number}", number % 8) } else { format!("key:{number}") }
        .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_lasting_key_is_returned_exactly_once(
        shards in prop::sample::select(vec![1_u16, 4]),
        seed: u64,
        database in 0..DATABASES,
        lasting in 0_usize..3_000,
        count in 1_usize..200,
        events in prop::collection::vec(event(), 1..40),
    ) {
        let mut shards = Shards::new(shards, seed);
        let mut now_ms = START_MS;
        for number in 0..lasting {
            shards.set(database, &name(number), (number % 3 == 0).then_some(START_MS + 1_000_000));
            // A key of the same name elsewhere must not be taken for it.
            shards.set((database + 1) % DATABASES, &name(number + 1), None);
        }
        let mut passing: Vec<usize> = Vec::new();
        let mut born = 1_000_000;
        let mut passes: Vec<ExpirePass> = shards.0.iter().map(|_| ExpirePass::default()).collect();
        let mut events = events.into_iter().cycle();
        // Of keys that come and go, each life may be seen once.
        let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut cursor = 0;
        for call in 0.. {
            prop_assert!(call < 100_000, "SCAN does not end");
            let mut found = 0;
            cursor = shards.scan(database, cursor, count, |entry| {
                found += 1;
                *seen.entry(entry.key().to_vec()).or_default() += 1;
                assert!(entry.expire_at_ms().is_none_or(|at_ms| at_ms > now_ms), "an expired key is returned");
            });
            prop_assert!(found <= 2 * count + 1, "{} keys in a call for {}", found, count);
            if cursor == 0 {
                break;
            }
            // Only some calls see a change, and changes end, or growth could go on for ever.
            match events.next().filter(|_| call % 3 == 0 && call < 300) {
                Some(Event::Grow(keys)) => {
                    for _ in 0..keys {
                        shards.set(database, &name(born), (born % 3 == 0).then_some(now_ms + 20));
                        passing.push(born);
                        born += 1;
                    }
                }
                Some(Event::Shrink(keys)) => {
                    for number in passing.drain(passing.len().saturating_sub(usize::from(keys))..) {
                        shards.with_key(database, &name(number), Keyspace::remove);
                    }
                }
                Some(Event::Expire(ms)) => {
                    now_ms += ms;
                    for (shard, pass) in shards.0.iter_mut().zip(&mut passes) {
                        shard.set_now_ms(now_ms);
                        shard.expire_step(pass, 200);
                    }
                }
                Some(Event::Nothing) | None => {}
            }
        }
        for number in 0..lasting {
            prop_assert_eq!(seen.get(&name(number)).copied(), Some(1), "key {}", number);
        }
        // No name was used for two lives here, so nothing at all may come up twice.
        prop_assert!(seen.values().all(|times| *times == 1));
    }
}

#[test]
fn a_scan_of_nothing_passes_all_shards() {
    let mut shards = Shards::new(4, 1);
    let (mut cursor, mut calls) = (0, 0);
    loop {
        cursor = shards.scan(0, cursor, 10, |_| panic!("there is no key"));
        calls += 1;
        if cursor == 0 {
            break;
        }
    }
    assert_eq!(calls, 4);
}

#[test]
fn cursors_fit_the_numbers_that_clients_hold() {
    let last = Cursor { slot: 16383, order: (1 << ORDER_BITS) - 1 };
    assert!(last.number() < 1 << 52);
    assert_eq!(Cursor::from_number(last.number()), Some(last));
    assert_eq!(Cursor::from_number(last.number() + 1), None);
    assert_eq!(Cursor::from_number(u64::MAX), None);
}

#[test]
fn a_cursor_of_an_earlier_or_later_slot_than_the_shards_own_is_harmless() {
    let mut keyspace = Keyspace::new(&Settings { slots: 4096..8192, databases: 1, seed: 1 });
    let bytes = b"bar";
    let key = Key { bytes, slot: slot::slot_of(bytes), hash: keyspace.hash(bytes) };
    keyspace.set_string(&key, b"value", None, false);
    let mut seen = 0;
    let end = Cursor { slot: 8192, order: 0 }.number();
    assert_eq!(keyspace.scan(Cursor { slot: 0, order: 99 }, 10, |_| seen += 1), end);
    assert_eq!(seen, 1);
    assert_eq!(keyspace.scan(Cursor { slot: 9000, order: 99 }, 10, |_| panic!("not this shard's")), end);
}

#[test]
fn random_keys_are_even() {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 1, seed: 11 });
    assert_eq!(keyspace.random_key(), None);
    // One slot with a directory, the rest with a key here and there.
    let names: Vec<_> = (0..2_000)
        .map(|number| {
            if number < 1_200 { format!("{{one}}:{number}") } else { format!("key:{number}") }.into_bytes()
        })
        .collect();
    for bytes in &names {
        let key = Key { bytes, slot: slot::slot_of(bytes), hash: keyspace.hash(bytes) };
        keyspace.set_string(&key, b"value", None, false);
    }
    const DRAWS: usize = 40_000;
    let mut drawn: HashMap<Vec<u8>, usize> = HashMap::new();
    for _ in 0..DRAWS {
        let key = keyspace.random_key().expect("there are keys").to_vec();
        *drawn.entry(key).or_default() += 1;
    }
    let expected = DRAWS as f64 / names.len() as f64;
    let chi_square: f64 = names
        .iter()
        .map(|name| (drawn.get(name).copied().unwrap_or(0) as f64 - expected).powi(2) / expected)
        .sum();
    // 1,999 degrees of freedom: mean 1,999, standard deviation 63. Eight of these leave room for nothing but a bias.
    assert!((1_500.0..2_500.0).contains(&chi_square), "chi-square {chi_square}");
}

#[test]
fn random_keys_are_live_where_there_are_live_ones() {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 1, seed: 5 });
    keyspace.set_now_ms(START_MS);
    for number in 0..200 {
        let bytes = format!("key:{number}").into_bytes();
        let key = Key { bytes: &bytes, slot: slot::slot_of(&bytes), hash: keyspace.hash(&bytes) };
        keyspace.set_string(&key, b"value", None, false);
        if number % 2 == 0 {
            keyspace.set_expiry(&key, Some(START_MS + 1));
        }
    }
    keyspace.set_now_ms(START_MS + 1);
    let mut drawn = HashSet::new();
    for _ in 0..2_000 {
        drawn.insert(keyspace.random_key().expect("there are keys").to_vec());
    }
    assert!(drawn.iter().all(|key| key.last().is_some_and(|digit| digit % 2 == 1)));
    assert_eq!(drawn.len(), 100);
}

//! A database against a `BTreeMap`, with keys that spread over the slots and keys that crowd into a few.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::structures::random::Rng;

const SLOTS: Range<u16> = 3_000..9_000;

struct Model {
    database: Database,
    seed: HashSeed,
    keys: BTreeMap<Vec<u8>, Option<i64>>,
}

/// The names that steps are about: of one slot, of a dozen, or of all.
fn name(crowd: u8, number: u32) -> Vec<u8> {
    match crowd {
        0 => format!("{{one}}{number}").into_bytes(),
        1 => format!("{{{}}}{number}", number % 12).into_bytes(),
        _ => format!("key:{number}").into_bytes(),
    }
}

impl Model {
    fn new() -> Self {
        Self { database: Database::new(&SLOTS), seed: HashSeed::new(1), keys: BTreeMap::new() }
    }

    fn key<'a>(&self, bytes: &'a [u8]) -> Option<Key<'a>> {
        let slot = slot_of(bytes);
        SLOTS.contains(&slot).then(|| Key { bytes, slot, hash: self.seed.hash(bytes) })
    }

    fn insert(&mut self, bytes: Vec<u8>, expire_at_ms: Option<i64>) {
        let Some(key) = self.key(&bytes) else { return };
        let make = || Entry::string(&bytes, b"value", 0);
        let (entry, new) = self.database.find_or_insert(&key, &self.seed, make);
        assert_eq!(entry.key(), bytes);
        assert_eq!(new, !self.keys.contains_key(&bytes));
        let before = entry.expire_at_ms();
        entry.set_expire_at_ms(expire_at_ms);
        self.database.note_expiry(key.slot, before, expire_at_ms);
        self.keys.insert(bytes, expire_at_ms);
    }

    fn remove(&mut self, bytes: &[u8]) {
        let Some(key) = self.key(bytes) else { return };
        let removed = self.database.remove(&key, &self.seed);
        assert_eq!(removed.is_some(), self.keys.remove(bytes).is_some());
    }

    fn check(&self) {
        let database = &self.database;
        assert_eq!(database.len(), self.keys.len());
        assert_eq!(database.expiring, self.keys.values().flatten().count());
        let mut covered = 0;
        for (number, stretch) in database.stretches.iter().enumerate() {
            assert!(stretch.slots().all(|slot| database.number(slot) == number));
            assert!(stretch.slots().len() == 1 || stretch.entries.only_segment().is_some());
            for entry in stretch.entries.iter() {
                assert!(stretch.slots().contains(&slot_of(entry.key())));
                assert!(entry.expire_at_ms().is_none_or(|at_ms| at_ms >= stretch.due_ms - STRETCH_REST_MS));
            }
            covered += stretch.slots().len();
        }
        assert_eq!(covered, SLOTS.len());
        assert_eq!(database.stretches_of(SLOTS).count(), database.stretches.len());
        for bytes in self.keys.keys() {
            let found = self.key(bytes).and_then(|key| database.find(&key));
            assert_eq!(found.map(Entry::key), Some(&bytes[..]));
        }
        for slot in self.keys.keys().map(|bytes| slot_of(bytes)).collect::<BTreeSet<_>>() {
            let expected = self.keys.keys().filter(|bytes| slot_of(bytes) == slot).count();
            assert_eq!(database.slot_len(slot), expected);
        }
    }

    /// All keys by a scan in steps of `count`, checked to come in the order of positions.
    fn scanned(&self, count: usize) -> BTreeSet<Vec<u8>> {
        let (mut position, mut last, mut seen) = (start_of(SLOTS.start), 0, BTreeSet::new());
        while position < start_of(SLOTS.end) {
            let visit = |entry: &Entry| {
                let here = start_of(slot_of(entry.key())) | scan_order(self.seed.hash(entry.key()));
                assert!(here >= last && here >= position);
                last = here;
                assert!(seen.insert(entry.key().to_vec()));
            };
            let next = self.database.scan(position..start_of(SLOTS.end), count, &self.seed, visit);
            assert!(next > position);
            position = next;
        }
        seen
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn behaves_as_a_map_whatever_slots_the_keys_are_in(
        steps in prop::collection::vec((any::<bool>(), 0..3u8, 0..3_000u32, 0..3_000u32), 1..12),
        count in 1..400usize,
    ) {
        let mut pair = Model::new();
        for (insert, crowd, from, len) in steps {
            for number in from..from + len {
                if insert {
                    let expire_at_ms = (number % 7 == 0).then_some(i64::from(number) * 50 + 1_000);
                    pair.insert(name(crowd, number), expire_at_ms);
                } else {
                    pair.remove(&name(crowd, number));
                }
            }
            pair.check();
        }
        prop_assert_eq!(pair.scanned(count), pair.keys.keys().cloned().collect());
    }
}

#[test]
fn an_emptied_database_is_one_stretch_again() {
    let mut pair = Model::new();
    (0..30_000).for_each(|number| pair.insert(name(2, number), None));
    assert!(pair.database.stretches.len() > 15);
    (0..30_000).for_each(|number| pair.remove(&name(2, number)));
    pair.check();
    assert_eq!(pair.database.stretches.len(), 1);
    assert!(pair.database.table_bytes() < 16 << 10, "{}", pair.database.table_bytes());
}

#[test]
fn every_key_is_drawn_about_as_often() {
    let mut pair = Model::new();
    (0..600).for_each(|number| pair.insert(name(0, number), None));
    (0..3_000).for_each(|number| pair.insert(name(2, number), None));
    let mut rng = Rng::new(3);
    let mut drawn: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    for _ in 0..pair.keys.len() * 100 {
        let entry = pair.database.sample(&mut rng).expect("there are keys");
        *drawn.entry(entry.key().to_vec()).or_default() += 1;
    }
    assert_eq!(drawn.len(), pair.keys.len());
    assert!(drawn.values().all(|&times| (50..170).contains(&times)));
}

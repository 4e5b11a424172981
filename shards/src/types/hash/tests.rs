//! The hash against a standard map.

#![allow(clippy::unwrap_used)] // A test may panic.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::structures::hash::HashSeed;
use crate::structures::random::Rng;
use crate::types::Encodings;

fn limits() -> Limits {
    Encodings { hash_max_listpack_entries: 8, hash_max_listpack_value: 10, ..Encodings::default() }
        .limits(HashSeed::new(5))
}

fn large(limits: &Limits) -> Hash {
    let mut hash = Hash::new();
    for number in 0..1_000 {
        assert!(hash.set(format!("f{number}").as_bytes(), number.to_string().as_bytes(), limits));
    }
    hash
}

#[test]
fn a_value_that_no_listpack_has_room_for_makes_a_table() {
    let limits =
        Encodings { hash_max_listpack_value: usize::MAX, ..Encodings::default() }.limits(HashSeed::new(5));
    let mut hash = Hash::new();
    let long = vec![b'v'; Listpack::BYTES_MAX / 2 - 100];
    for field in [&b"a"[..], b"b", b"c"] {
        assert!(hash.set(field, b"1", &limits));
    }
    assert!(!hash.set(b"a", &long, &limits));
    assert!(!hash.set(b"b", &long, &limits));
    assert_eq!(hash.encoding(), "listpack");
    assert!(!hash.set(b"c", &long, &limits));
    assert_eq!((hash.encoding(), hash.len()), ("hashtable", 3));
    assert_eq!(hash.value_len(b"c", &limits), long.len());
}

#[test]
fn encodings_follow_the_rules_of_redis() {
    let limits = limits();
    let mut hash = Hash::new();
    for number in 0..8 {
        hash.set(format!("f{number}").as_bytes(), b"v", &limits);
    }
    hash.set(b"f0", b"w", &limits);
    assert_eq!(hash.encoding(), "listpack");
    hash.set(b"f8", b"v", &limits);
    assert_eq!((hash.encoding(), hash.len()), ("hashtable", 9));
    let mut hash = Hash::new();
    hash.set(b"f", b"eleven byte", &limits);
    assert_eq!(hash.encoding(), "hashtable");
    hash.set(b"f", b"", &limits);
    assert_eq!(hash.encoding(), "hashtable", "it never goes back");
}

#[test]
fn an_unwanted_long_value_converts_nothing() {
    let limits = limits();
    let mut hash = Hash::new();
    hash.set(b"f", b"v", &limits);
    assert!(!hash.set_if_absent(b"f", b"eleven byte", &limits));
    assert_eq!((hash.encoding(), hash.value_len(b"f", &limits)), ("listpack", 1));
}

#[test]
fn random_fields_come_with_their_values() {
    let limits = limits();
    for hash in [large(&limits), {
        let mut hash = Hash::new();
        hash.set(b"f1", b"1", &limits);
        hash.set(b"f2", b"2", &limits);
        hash
    }] {
        let mut rng = Rng::new(9);
        for count in [1, 2, 300, 999, 1_001] {
            let mut seen = HashMap::new();
            hash.random_distinct(count, &mut rng, |field, value| {
                assert!(seen.insert(field.to_vec(), value.to_vec()).is_none());
            });
            assert_eq!(seen.len(), count.min(hash.len()));
            assert!(seen.iter().all(|(field, value)| field[1..] == value[..]));
        }
        let (field, value) = hash.random(&mut rng).unwrap();
        assert!(value == field.to_vec()[1..]);
    }
    assert!(Hash::new().random(&mut Rng::new(1)).is_none());
}

#[test]
fn repeated_draws_reach_every_field_and_stop_where_told() {
    let limits = limits();
    let mut small = Hash::new();
    for number in 0..8 {
        small.set(format!("f{number}").as_bytes(), number.to_string().as_bytes(), &limits);
    }
    for hash in [small, large(&limits)] {
        let mut rng = Rng::new(3);
        for count in [0, 1, 2, 3, 50, 20_000] {
            let (mut seen, mut draws) = (HashMap::new(), 0);
            let done: Result<(), ()> = hash.random_repeated(count, &mut rng, |field, value| {
                draws += 1;
                seen.insert(field.to_vec(), value.to_vec());
                Ok(())
            });
            assert_eq!((done, draws), (Ok(()), count));
            assert!(seen.iter().all(|(field, value)| field[1..] == value[..]));
            assert!(seen.len() == hash.len() || count < 20_000);
        }
        let mut draws = 0;
        let failed = hash.random_repeated(1_000, &mut rng, |_, _| {
            draws += 1;
            if draws < 7 { Ok(()) } else { Err("enough") }
        });
        assert_eq!((failed, draws), (Err("enough"), 7));
    }
    let none: Result<(), ()> = Hash::new().random_repeated(5, &mut Rng::new(1), |_, _| Err(()));
    assert_eq!(none, Ok(()));
}

#[test]
fn a_scan_returns_each_field_once() {
    let limits = limits();
    let hash = large(&limits);
    let (mut seen, mut cursor) = (HashMap::new(), 0);
    loop {
        cursor = hash.scan(cursor, 10, &limits, |field, value| {
            assert!(seen.insert(field.to_vec(), value.to_vec()).is_none());
        });
        if cursor == 0 {
            break;
        }
    }
    assert_eq!(seen.len(), 1_000);
}

#[test]
fn a_scan_returns_lasting_fields_once_while_others_come_and_go() {
    let limits = limits();
    for seed in 0..20 {
        let mut rng = Rng::new(seed);
        let mut hash = large(&limits);
        let (mut seen, mut cursor) = (HashMap::new(), 0);
        loop {
            cursor = hash.scan(cursor, 20, &limits, |field, _| *seen.entry(field.to_vec()).or_insert(0) += 1);
            if cursor == 0 {
                break;
            }
            // Fields below 500 stay.
            for _ in 0..rng.below(200) {
                let number = rng.below(3_000) + 500;
                if rng.below(2) == 0 {
                    hash.remove(format!("f{number}").as_bytes(), &limits);
                } else {
                    hash.set(format!("f{number}").as_bytes(), b"v", &limits);
                }
            }
        }
        assert!((0..500).all(|number| seen.get(format!("f{number}").as_bytes()) == Some(&1)), "seed {seed}");
    }
}

#[test]
fn a_large_hash_frees_in_steps() {
    let mut hash = large(&limits());
    assert!(!hash.drain_step(999));
    assert_eq!(hash.len(), 1);
    assert!(hash.drain_step(1));
    assert_eq!(hash.allocated_bytes(), 0);
}

proptest! {
    #[test]
    fn every_sequence_of_operations_matches_a_standard_map(
        steps in prop::collection::vec((0..6u8, "[a-c]{1,2}|[0-9]{1,2}", "-?[0-9]{1,3}|[a-z]{0,6}|[a-z]{9,30}"), 1..150),
    ) {
        let limits = limits();
        let mut hash = Hash::new();
        let mut model: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
        for (step, field, value) in steps {
            let (field, value) = (field.into_bytes(), value.into_bytes());
            match step {
                0 | 1 => prop_assert_eq!(hash.remove(&field, &limits), model.remove(&field).is_some()),
                2 => {
                    prop_assert_eq!(hash.set_if_absent(&field, &value, &limits), !model.contains_key(&field));
                    model.entry(field.clone()).or_insert(value);
                }
                _ => {
                    prop_assert_eq!(hash.set(&field, &value, &limits), !model.contains_key(&field));
                    model.insert(field.clone(), value);
                }
            }
            prop_assert_eq!(hash.len(), model.len());
            prop_assert_eq!(hash.get(&field, &limits).map(|item| item.to_vec()), model.get(&field).cloned());
            prop_assert_eq!(hash.contains(&field, &limits), model.contains_key(&field));
            prop_assert_eq!(hash.value_len(&field, &limits), model.get(&field).map_or(0, Vec::len));
        }
        let all: HashMap<_, _> = hash.iter().map(|(field, value)| (field.to_vec(), value.to_vec())).collect();
        prop_assert_eq!(&all, &model);
        prop_assert_eq!(hash.fields().count(), model.len());
        prop_assert_eq!(hash.values().count(), model.len());
    }
}

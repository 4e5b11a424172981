//! Large values and flushed databases are freed in steps of bounded size.

use super::*;
use crate::{
    keyspace::{Key, Keyspace, Settings, slot::slot_of},
    types::{
        hash::Hash,
        list::List,
        set::Set,
        zset::{Rule, ZSet},
    },
};

fn keyspace() -> Keyspace {
    Keyspace::new(&Settings { slots: 0..16384, databases: 4, seed: 3 })
}

fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
    Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
}

fn fill(keyspace: &mut Keyspace, kind: &str, elements: usize) -> Result<(), crate::command::Error> {
    let key = key(keyspace, kind.as_bytes());
    for number in 0..elements {
        let element = format!("element:{number}").into_bytes();
        match kind {
            "list" => {
                let list = keyspace.get_or_create::<List>(&key)?;
                list.value.push_back(&element, list.limits);
            }
            "set" => {
                let set = keyspace.get_or_create::<Set>(&key)?;
                set.value.add(&element, set.limits);
            }
            "hash" => {
                let hash = keyspace.get_or_create::<Hash>(&key)?;
                hash.value.set(&element, b"value", hash.limits);
            }
            _ => {
                let zset = keyspace.get_or_create::<ZSet>(&key)?;
                let added = zset.value.add(&element, number as f64, Rule::default(), zset.limits);
                assert!(added.is_ok());
            }
        }
    }
    Ok(())
}

fn steps(keyspace: &mut Keyspace, max: usize) -> usize {
    (1..1_000_000).find(|_| keyspace.free_step(max)).expect("all is freed")
}

#[test]
fn a_large_value_is_freed_in_steps() {
    for kind in ["list", "set", "hash", "zset"] {
        let mut keyspace = keyspace();
        fill(&mut keyspace, kind, 10_000).expect("a new key");
        let key = key(&keyspace, kind.as_bytes());
        assert!(keyspace.remove(&key) && keyspace.is_empty());
        assert_eq!((keyspace.has_garbage(), keyspace.garbage_len()), (true, 1), "{kind}");
        let steps = steps(&mut keyspace, 256);
        // A list is freed in blocks of hundreds of elements; a sorted set from its order, then from its table.
        let least = if kind == "list" { 1 } else { 10_000 / 256 };
        assert!((least..=2 * 10_000 / 256 + 3).contains(&steps), "{steps} steps for a {kind}");
        assert!(!keyspace.has_garbage());
    }
}

#[test]
fn a_small_value_is_freed_at_once() {
    let mut keyspace = keyspace();
    for kind in ["list", "set", "hash", "zset"] {
        fill(&mut keyspace, kind, AT_ONCE_MAX).expect("a new key");
        let key = key(&keyspace, kind.as_bytes());
        keyspace.remove(&key);
        assert!(!keyspace.has_garbage(), "{kind}");
    }
}

#[test]
fn what_is_overwritten_is_freed_in_steps() {
    let mut keyspace = keyspace();
    fill(&mut keyspace, "set", 1_000).expect("a new key");
    let key = key(&keyspace, b"set");
    keyspace.set_string(&key, b"value", None, false);
    assert_eq!(keyspace.garbage_len(), 1);
    assert!(steps(&mut keyspace, 100) >= 10);
}

#[test]
fn a_flushed_database_is_empty_at_once_and_freed_in_steps() {
    let mut keyspace = keyspace();
    for database in [0, 2] {
        keyspace.select(database);
        for number in 0..10_000 {
            let bytes = format!("key:{number}").into_bytes();
            let key = key(&keyspace, &bytes);
            keyspace.set_string(&key, b"value", None, false);
        }
        fill(&mut keyspace, "hash", 1_000).expect("a new key");
    }
    keyspace.flush_all();
    assert!(keyspace.is_empty() && keyspace.sizes().next().is_none());
    assert_eq!(keyspace.garbage_len(), 2 * 10_001);
    let before = keyspace.garbage_len();
    keyspace.free_step(256);
    let freed = before - keyspace.garbage_len();
    assert!((100..=256 + ENTRIES_AT_ONCE).contains(&freed), "{freed} entries in a step");
    // Twice 10,000 entries and 1,000 fields, in some 16,000 tables.
    let steps = steps(&mut keyspace, 256);
    assert!((22_000 / (256 + ENTRIES_AT_ONCE) - 2..=300).contains(&steps), "{steps} steps");
    assert_eq!((keyspace.has_garbage(), keyspace.garbage_len()), (false, 0));
}

#[test]
fn values_within_flushed_tables_count_their_elements() {
    let mut keyspace = keyspace();
    for number in 0..1_000 {
        let bytes = format!("{{one}}:{number}").into_bytes();
        let key = key(&keyspace, &bytes);
        let set = keyspace.get_or_create::<Set>(&key).expect("a new key");
        for member in 0..50 {
            set.value.add(format!("member:{member}").as_bytes(), set.limits);
        }
    }
    keyspace.flush();
    keyspace.free_step(256);
    let freed = 1_000 - keyspace.garbage_len();
    assert!(freed <= 256 / 51 + 1 + ENTRIES_AT_ONCE, "{freed} sets of 50 members in a step of 256");
    steps(&mut keyspace, 256);
}

#[test]
fn keys_of_another_database_stay_when_one_is_flushed() {
    let mut keyspace = keyspace();
    let key = key(&keyspace, b"key");
    for database in 0..4 {
        keyspace.select(database);
        keyspace.set_string(&key, b"value", None, false);
    }
    keyspace.select(1);
    keyspace.flush();
    assert_eq!(keyspace.sizes().map(|(number, ..)| number).collect::<Vec<_>>(), [0, 2, 3]);
    keyspace.set_string(&key, b"again", None, false);
    steps(&mut keyspace, 1);
    assert_eq!(keyspace.len(), 1);
}

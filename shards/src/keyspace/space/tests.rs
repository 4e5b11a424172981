//! Counters, databases and expiry as handlers see them.

use super::*;
use crate::{
    command::Error,
    keyspace::slot::slot_of,
    types::{list::List, set::Set},
};

const START_MS: i64 = 1_000_000_000_000;

fn keyspace() -> Keyspace {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 2, seed: 9 });
    keyspace.set_now_ms(START_MS);
    keyspace
}

fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
    Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
}

#[test]
fn reads_count_hits_and_misses_and_writes_do_not() {
    let mut keyspace = keyspace();
    let [a, b] = [key(&keyspace, b"a"), key(&keyspace, b"b")];
    keyspace.set_string(&a, b"value", None, false);
    assert!(keyspace.find(&a).is_some() && keyspace.find(&b).is_none());
    assert!(keyspace.string(&a).is_ok_and(|value| value.is_some()));
    assert_eq!(keyspace.get::<List>(&a).err(), Some(Error::WrongType));
    assert!(keyspace.get::<List>(&b).is_ok_and(|list| list.is_none()));
    let counted = Counters { hits: 3, misses: 2, ..Counters::default() };
    assert_eq!(keyspace.counters, counted);
    assert!(keyspace.peek(&a).is_some() && keyspace.find_mut(&b).is_none());
    assert!(keyspace.get_mut::<List>(&b).is_ok_and(|list| list.is_none()));
    assert!(keyspace.get_or_create::<List>(&b).is_ok());
    assert_eq!(keyspace.counters, counted);
}

#[test]
fn an_expired_key_is_a_miss_and_counted_once() {
    let mut keyspace = keyspace();
    let a = key(&keyspace, b"a");
    keyspace.set_string(&a, b"value", None, false);
    keyspace.set_expiry(&a, Some(START_MS + 1));
    keyspace.set_now_ms(START_MS + 1);
    assert!(keyspace.find(&a).is_none() && keyspace.find(&a).is_none());
    assert_eq!(keyspace.counters, Counters { misses: 2, expired: 1, ..Counters::default() });
}

#[test]
fn a_string_takes_the_place_of_whatever_was_there() {
    let mut keyspace = keyspace();
    let a = key(&keyspace, b"a");
    let set = keyspace.get_or_create::<Set>(&a).expect("a new key");
    set.value.add(b"member", set.limits);
    keyspace.set_expiry(&a, Some(START_MS + 50));
    keyspace.set_string(&a, b"first", None, true);
    assert_eq!(keyspace.find(&a).and_then(Entry::expire_at_ms), Some(START_MS + 50));
    assert_eq!(keyspace.sizes().collect::<Vec<_>>(), [(0, 1, 1)]);
    keyspace.set_string(&a, b"second", None, false);
    assert_eq!(keyspace.find(&a).and_then(Entry::expire_at_ms), None);
    assert_eq!(keyspace.sizes().collect::<Vec<_>>(), [(0, 1, 0)]);
    assert_eq!(keyspace.get_or_create::<Set>(&a).err(), Some(Error::WrongType));
}

#[test]
fn databases_do_not_see_each_other() {
    let mut keyspace = keyspace();
    let a = key(&keyspace, b"a");
    keyspace.select(1);
    keyspace.set_string(&a, b"value", None, false);
    keyspace.set_expiry(&a, Some(START_MS + 5));
    keyspace.select(0);
    assert!(keyspace.is_empty() && keyspace.find(&a).is_none() && !keyspace.remove(&a));
    assert_eq!(keyspace.sizes().collect::<Vec<_>>(), [(1, 1, 1)]);
}

#[test]
fn slots_know_their_keys() {
    let mut keyspace = keyspace();
    for bytes in [&b"{x}1"[..], b"{x}2", b"{x}3", b"other"] {
        let key = key(&keyspace, bytes);
        keyspace.set_string(&key, b"value", None, false);
    }
    let slot = slot_of(b"x");
    assert_eq!((keyspace.len(), keyspace.slot_len(slot)), (4, 3));
    assert_eq!(keyspace.slot_keys(slot, 2).count(), 2);
    assert!(keyspace.slot_keys(slot, 9).all(|key| key.starts_with(b"{x}")));
}

#[test]
fn walks_over_slots_find_all_of_them_at_any_distance() {
    for slots in [0..16384, 4096..8192, 8191..8193, 16383..16384] {
        let mut keyspace = Keyspace::new(&Settings { slots: slots.clone(), databases: 1, seed: 2 });
        let mut owned = 0;
        for number in 0..400 {
            let bytes = format!("key:{number}").into_bytes();
            let key = key(&keyspace, &bytes);
            if slots.contains(&key.slot) {
                keyspace.set_string(&key, b"value", None, false);
                owned += 1;
            }
        }
        let mut seen = 0;
        keyspace.for_each(|_| seen += 1);
        assert_eq!((seen, keyspace.len()), (owned, owned), "{slots:?}");
    }
}

#[test]
fn a_renamed_value_takes_its_expiry_along_and_the_place_of_another() {
    let mut keyspace = keyspace();
    let [a, b] = [key(&keyspace, b"a"), key(&keyspace, b"b")];
    for (key, value) in [(&a, "one"), (&b, "two")] {
        keyspace.set_string(key, value.as_bytes(), None, false);
        keyspace.set_expiry(key, Some(START_MS + 5));
    }
    keyspace.rename(&a, &b);
    assert!(keyspace.peek(&a).is_none());
    assert_eq!(keyspace.peek(&b).map(Entry::expire_at_ms), Some(Some(START_MS + 5)));
    assert_eq!(keyspace.sizes().collect::<Vec<_>>(), [(0, 1, 1)]);
    keyspace.set_expiry(&b, None);
    keyspace.rename(&b, &a);
    assert_eq!(keyspace.peek(&a).map(Entry::expire_at_ms), Some(None));
    assert_eq!(keyspace.sizes().collect::<Vec<_>>(), [(0, 1, 0)]);
}

#[test]
fn swapped_databases_have_each_others_keys() {
    let mut keyspace = keyspace();
    let a = key(&keyspace, b"a");
    keyspace.set_string(&a, b"value", None, false);
    keyspace.swap(0, 1);
    assert!(keyspace.peek(&a).is_none());
    keyspace.select(1);
    assert!(keyspace.peek(&a).is_some());
    keyspace.swap(1, 1);
    assert!(keyspace.peek(&a).is_some());
}

use super::*;
use crate::{
    keyspace::{EvictionOrder, EvictionPolicy, ExpirePass, Settings, slot::slot_of},
    types::set::Set,
};

fn keyspace() -> Keyspace {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 4, seed: 7 });
    keyspace.set_now_ms(1_000_000);
    keyspace.set_recording(true);
    keyspace
}

fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
    Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
}

fn of(database: u16, key: &str) -> Touched {
    Touched::Key { database, key: KeptKey::from_slice(key.as_bytes()) }
}

fn set(keyspace: &mut Keyspace, name: &str) {
    let key = key(keyspace, name.as_bytes());
    keyspace.set_string(&key, b"value", None, false);
}

fn taken(keyspace: &mut Keyspace, changed: bool) -> Vec<Touched> {
    keyspace.settle_touched(changed);
    keyspace.take_touched().collect()
}

#[test]
fn a_key_that_a_command_changed_is_touched_once() {
    let mut keyspace = keyspace();
    set(&mut keyspace, "a");
    let a = key(&keyspace, b"a");
    keyspace.set_expiry(&a, Some(2_000_000));
    assert_eq!(taken(&mut keyspace, true), [of(0, "a")]);
    assert!(!keyspace.has_touched());
}

#[test]
fn a_key_that_was_asked_for_and_left_is_not_touched() {
    let mut keyspace = keyspace();
    let a = key(&keyspace, b"a");
    keyspace.get_or_create::<Set>(&a).unwrap();
    assert_eq!(taken(&mut keyspace, false), []);
    set(&mut keyspace, "a");
    keyspace.settle_touched(true);
    keyspace.get_mut::<Set>(&a).unwrap_err();
    assert_eq!(taken(&mut keyspace, false), [of(0, "a")]);
}

#[test]
fn a_missing_key_is_not_touched_by_a_look_or_a_removal() {
    let mut keyspace = keyspace();
    let a = key(&keyspace, b"a");
    assert!(keyspace.get_mut::<Set>(&a).unwrap().is_none());
    assert!(keyspace.find_mut(&a).is_none());
    assert!(!keyspace.remove(&a));
    keyspace.set_expiry(&a, Some(5));
    assert_eq!(taken(&mut keyspace, true), []);
}

#[test]
fn a_reading_command_that_finds_its_key_expired_touches_it() {
    let mut keyspace = keyspace();
    set(&mut keyspace, "a");
    let a = key(&keyspace, b"a");
    keyspace.set_expiry(&a, Some(1_000_500));
    assert_eq!(taken(&mut keyspace, true), [of(0, "a")]);
    keyspace.set_now_ms(1_001_000);
    assert!(keyspace.find(&a).is_none());
    assert_eq!(taken(&mut keyspace, false), [of(0, "a")]);
}

#[test]
fn the_background_pass_touches_what_it_removes_in_its_database() {
    let mut keyspace = keyspace();
    keyspace.select(2);
    set(&mut keyspace, "a");
    let a = key(&keyspace, b"a");
    keyspace.set_expiry(&a, Some(1_000_500));
    taken(&mut keyspace, true);
    keyspace.select(0);
    keyspace.set_now_ms(1_002_000);
    let mut pass = ExpirePass::default();
    while !keyspace.expire_step(&mut pass, 100) {}
    assert_eq!(keyspace.take_touched().collect::<Vec<_>>(), [of(2, "a")]);
}

#[test]
fn an_evicted_key_is_touched_even_if_the_command_then_changes_nothing() {
    let mut keyspace = keyspace();
    set(&mut keyspace, "a");
    taken(&mut keyspace, true);
    let policy = EvictionPolicy { order: EvictionOrder::Random, only_expiring: false, samples: 1 };
    assert!(keyspace.evict_one(&policy, || 0).is_some());
    assert_eq!(taken(&mut keyspace, false), [of(0, "a")]);
}

#[test]
fn a_rename_touches_both_keys() {
    let mut keyspace = keyspace();
    set(&mut keyspace, "a");
    taken(&mut keyspace, true);
    let (a, b) = (key(&keyspace, b"a"), key(&keyspace, b"b"));
    keyspace.rename(&a, &b);
    assert_eq!(taken(&mut keyspace, true), [of(0, "a"), of(0, "b")]);
}

#[test]
fn whole_databases_are_one_mark_each() {
    let mut keyspace = keyspace();
    keyspace.select(3);
    keyspace.flush();
    keyspace.flush_all();
    keyspace.swap(0, 1);
    let marks = [
        Touched::Flushed { database: 3 },
        Touched::FlushedAll,
        Touched::Swapped { database: 0 },
        Touched::Swapped { database: 1 },
    ];
    assert_eq!(taken(&mut keyspace, true), marks);
}

#[test]
fn one_of_two_keys_can_be_said_to_be_as_it_was() {
    let mut keyspace = keyspace();
    set(&mut keyspace, "a");
    set(&mut keyspace, "b");
    let a = key(&keyspace, b"a");
    keyspace.left_as_it_was(&a);
    assert_eq!(taken(&mut keyspace, true), [of(0, "b")]);
}

#[test]
fn nothing_is_noted_unless_asked_for() {
    let mut keyspace = keyspace();
    set(&mut keyspace, "a");
    keyspace.set_recording(false);
    set(&mut keyspace, "b");
    keyspace.flush_all();
    assert_eq!(taken(&mut keyspace, true), []);
}

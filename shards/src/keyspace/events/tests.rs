use super::*;
use crate::keyspace::{EvictionOrder, EvictionPolicy, ExpirePass, Settings, slot::slot_of};

fn keyspace(letters: &str) -> Keyspace {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 4, seed: 7 });
    keyspace.set_now_ms(1_000_000);
    keyspace.set_event_classes(EventClasses::parse(letters.as_bytes()).unwrap());
    keyspace
}

fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
    Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
}

fn taken(keyspace: &mut Keyspace) -> Vec<(u16, &'static str)> {
    keyspace.take_events().map(|event| (event.database, event.name)).collect()
}

#[test]
fn letters_are_shown_as_redis_shows_them() {
    let cases = [
        ("KEA", "AKE"),
        ("AKEn", "AKE"),
        ("mKE", "KEm"),
        ("g$lshzxetdnmKE", "AKEm"),
        ("EKz", "zKE"),
        ("nEg", "gnE"),
        ("", ""),
    ];
    for (given, shown) in cases {
        let classes = EventClasses::parse(given.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(classes.letters()).unwrap(), shown, "{given}");
    }
    assert_eq!(EventClasses::parse(b"KEq"), None);
    assert_eq!(EventClasses::parse(b"K E"), None);
}

#[test]
fn nothing_is_kept_without_a_channel_to_go_over() {
    let mut keyspace = keyspace("An");
    let a = key(&keyspace, b"a");
    keyspace.set_string(&a, b"value", None, false);
    keyspace.notify(EventClasses::STRING, "set", &a);
    assert!(!keyspace.has_events());
}

#[test]
fn a_class_that_is_off_is_not_kept() {
    let mut keyspace = keyspace("Kg");
    let a = key(&keyspace, b"a");
    keyspace.notify(EventClasses::STRING, "set", &a);
    keyspace.notify_gone(&a);
    assert_eq!(taken(&mut keyspace), [(0, "del")]);
}

#[test]
fn new_and_missed_keys_are_told_by_the_keyspace() {
    let mut keyspace = keyspace("Enm");
    let (a, b) = (key(&keyspace, b"a"), key(&keyspace, b"b"));
    keyspace.select(1);
    assert!(keyspace.find(&a).is_none());
    keyspace.set_string(&a, b"value", None, false);
    keyspace.set_string(&a, b"value", None, false);
    assert!(keyspace.look(&b).is_none());
    keyspace.rename(&a, &b);
    assert_eq!(taken(&mut keyspace), [(1, "keymiss"), (1, "new"), (1, "keymiss"), (1, "new")]);
}

#[test]
fn keys_that_go_by_themselves_are_told_in_their_database() {
    let mut keyspace = keyspace("KA");
    keyspace.select(2);
    for name in [b"a", b"b", b"c"] {
        let key = key(&keyspace, name);
        keyspace.set_string(&key, b"value", None, false);
        keyspace.set_expiry(&key, Some(1_000_500 + i64::from(name == b"c") * 10_000));
    }
    let a = key(&keyspace, b"a");
    keyspace.set_now_ms(1_002_000);
    assert!(keyspace.find(&a).is_none());
    keyspace.select(0);
    while !keyspace.expire_step(&mut ExpirePass::default(), 100) {}
    let policy = EvictionPolicy { order: EvictionOrder::Random, only_expiring: false, samples: 1 };
    keyspace.evict_one(&policy, || 0);
    assert_eq!(taken(&mut keyspace), [(2, "expired"), (2, "expired"), (2, "evicted")]);
}

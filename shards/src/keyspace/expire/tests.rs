//! Keys with a time to live: invisible at once, removed by the pass, never forgotten by it.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::keyspace::{Settings, slot::slot_of};

const START_MS: i64 = 1_000_000_000_000;

fn keyspace() -> Keyspace {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 3, seed: 7 });
    keyspace.set_now_ms(START_MS);
    keyspace
}

fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
    Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
}

fn set(keyspace: &mut Keyspace, bytes: &[u8], expire_at_ms: Option<i64>) {
    let key = key(keyspace, bytes);
    keyspace.set_string(&key, b"value", None, false);
    keyspace.set_expiry(&key, expire_at_ms);
}

/// Runs the pass until no slot is due; returns the number of steps.
fn run_pass(keyspace: &mut Keyspace, pass: &mut ExpirePass, max: usize) -> usize {
    (1..100_000).find(|_| keyspace.expire_step(pass, max)).expect("the pass ends")
}

#[test]
fn an_expired_key_is_gone_for_every_look() {
    let mut keyspace = keyspace();
    for bytes in [&b"a"[..], b"b", b"c", b"d"] {
        set(&mut keyspace, bytes, Some(START_MS + 10));
    }
    keyspace.set_now_ms(START_MS + 9);
    let a = key(&keyspace, b"a");
    assert!(keyspace.find(&a).is_some());
    keyspace.set_now_ms(START_MS + 10);
    let mut seen = 0;
    keyspace.for_each(|_| seen += 1);
    keyspace.scan(crate::keyspace::Cursor { slot: 0, order: 0 }, 100, |_| seen += 1);
    assert_eq!(seen, 0);
    let [b, c, d] = [key(&keyspace, b"b"), key(&keyspace, b"c"), key(&keyspace, b"d")];
    assert!(keyspace.find(&a).is_none());
    assert!(keyspace.find_mut(&b).is_none());
    assert!(!keyspace.remove_live(&c));
    assert!(keyspace.find_or_insert(&d, |clock| Entry::string(b"d", b"new", clock)).1);
    assert_eq!((keyspace.len(), keyspace.counters.expired), (1, 4));
}

#[test]
fn the_pass_removes_what_nobody_asks_for() {
    let mut keyspace = keyspace();
    for number in 0..5_000 {
        let expire_at_ms = (number % 5 != 0).then_some(START_MS + number % 1_000);
        keyspace.select(number as usize % 3);
        set(&mut keyspace, format!("key:{number}").as_bytes(), expire_at_ms);
    }
    let mut pass = ExpirePass::default();
    keyspace.set_now_ms(START_MS + 1_000);
    run_pass(&mut keyspace, &mut pass, 256);
    assert_eq!(keyspace.counters.expired, 4_000);
    let sizes = keyspace.sizes().map(|(_, keys, expiring)| (keys, expiring));
    assert_eq!(sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1)), (1_000, 0));
}

#[test]
fn a_step_keeps_to_its_budget() {
    let mut keyspace = keyspace();
    for number in 0..20_000 {
        let bytes = if number % 2 == 0 { format!("{{one}}:{number}") } else { format!("key:{number}") };
        set(&mut keyspace, bytes.as_bytes(), Some(START_MS + 5));
    }
    keyspace.set_now_ms(START_MS + 100);
    let mut pass = ExpirePass::default();
    for max in [1, 10, 100, 1_000] {
        let before = keyspace.counters.expired;
        keyspace.expire_step(&mut pass, max);
        let removed = keyspace.counters.expired - before;
        assert!((1..=2 * max as u64).contains(&removed), "{removed} of {max}");
    }
    let steps = run_pass(&mut keyspace, &mut pass, 256);
    assert!(steps >= 18_000 / 512 && keyspace.is_empty());
}

#[test]
fn a_key_that_comes_behind_the_pass_is_not_forgotten() {
    let mut keyspace = keyspace();
    let bytes: Vec<String> = (0..2_000).map(|number| format!("{{one}}:{number}")).collect();
    for bytes in &bytes {
        set(&mut keyspace, bytes.as_bytes(), Some(START_MS + 10_000));
    }
    set(&mut keyspace, b"{one}:first", Some(START_MS));
    keyspace.set_now_ms(START_MS + 100);
    let mut pass = ExpirePass::default();
    assert!(!keyspace.expire_step(&mut pass, 100), "the pass is within the slot");
    // All keys get an earlier expiry now, those that the pass has seen already, too.
    for bytes in &bytes {
        set(&mut keyspace, bytes.as_bytes(), Some(START_MS + 300));
    }
    run_pass(&mut keyspace, &mut pass, 100);
    keyspace.set_now_ms(START_MS + 300);
    run_pass(&mut keyspace, &mut pass, 100);
    assert!(keyspace.is_empty());
}

#[test]
fn the_lag_is_how_late_the_pass_came() {
    let mut keyspace = keyspace();
    let mut pass = ExpirePass::default();
    set(&mut keyspace, b"a", Some(START_MS + 100));
    set(&mut keyspace, b"b", Some(START_MS + 700));
    keyspace.set_now_ms(START_MS + 900);
    assert!(!keyspace.expire_step(&mut pass, 1));
    assert_eq!(pass.lag_ms(), 0, "the round is not over");
    run_pass(&mut keyspace, &mut pass, 256);
    assert_eq!(pass.lag_ms(), 800);
    run_pass(&mut keyspace, &mut pass, 256);
    assert_eq!(pass.lag_ms(), 0);
}

#[test]
fn a_slot_of_short_lived_keys_is_not_read_once_per_key() {
    let mut keyspace = keyspace();
    for number in 0..1_000 {
        set(&mut keyspace, format!("{{one}}:{number}").as_bytes(), Some(START_MS + number));
    }
    let mut pass = ExpirePass::default();
    let mut looks = 0;
    for now_ms in START_MS..START_MS + 1_100 {
        keyspace.set_now_ms(now_ms);
        let before = keyspace.counters.expired;
        run_pass(&mut keyspace, &mut pass, 10_000);
        looks += usize::from(keyspace.counters.expired > before);
    }
    assert!(keyspace.is_empty() && looks <= 12, "{looks} looks");
}

#[derive(Clone, Debug)]
enum Event {
    Set(u16, Option<i64>),
    Remove(u16),
    Persist(u16),
    Flush,
    Swap,
    Pass(usize),
    Wait(i64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0_u16..300, prop::option::weighted(0.8, 1_i64..800)).prop_map(|(key, ttl)| Event::Set(key, ttl)),
        2 => (0_u16..300).prop_map(Event::Remove),
        1 => (0_u16..300).prop_map(Event::Persist),
        1 => Just(Event::Flush),
        1 => Just(Event::Swap),
        6 => (1_usize..40).prop_map(Event::Pass),
        6 => (1_i64..200).prop_map(Event::Wait),
    ]
}

proptest! {
    /// Whatever happens between its steps, a pass that ends leaves no key behind that is due for 100 ms or more, and takes none
    /// that is not due.
    #[test]
    fn hints_lose_no_key(events in prop::collection::vec(event(), 1..400), seed: u64) {
        let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 2, seed });
        let mut now_ms = START_MS;
        keyspace.set_now_ms(now_ms);
        let mut pass = ExpirePass::default();
        let mut model: HashMap<Vec<u8>, Option<i64>> = HashMap::new();
        // Three hash tags: slots with many keys, so that steps end within them.
        let name = |key: u16| format!("{{{}}}:{key}", key % 3).into_bytes();
        let mut selected = 1;
        keyspace.select(selected);
        for event in events {
            match event {
                Event::Set(number, ttl_ms) => {
                    let expire_at_ms = ttl_ms.map(|ttl_ms| now_ms + ttl_ms);
                    set(&mut keyspace, &name(number), expire_at_ms);
                    model.insert(name(number), expire_at_ms);
                }
                Event::Remove(number) => {
                    let name = name(number);
                    let key = key(&keyspace, &name);
                    keyspace.remove(&key);
                    model.remove(&name);
                }
                Event::Persist(number) => {
                    let name = name(number);
                    let key = key(&keyspace, &name);
                    if keyspace.peek(&key).is_some() {
                        keyspace.set_expiry(&key, None);
                        model.insert(name, None);
                    }
                }
                Event::Flush => {
                    keyspace.flush();
                    model.clear();
                }
                Event::Swap => {
                    keyspace.swap(0, 1);
                    selected = 1 - selected;
                    keyspace.select(selected);
                }
                Event::Pass(max) => {
                    keyspace.expire_step(&mut pass, max);
                }
                Event::Wait(ms) => {
                    now_ms += ms;
                    keyspace.set_now_ms(now_ms);
                }
            }
        }
        // The round that is under way, and a whole one.
        run_pass(&mut keyspace, &mut pass, 64);
        run_pass(&mut keyspace, &mut pass, 64);
        model.retain(|_, at_ms| at_ms.is_none_or(|at_ms| at_ms > now_ms));
        let expiring = model.values().flatten().count();
        let (mut live, mut stale) = (0, 0);
        for slot in 0..16384 {
            for bytes in keyspace.slot_keys(slot, usize::MAX) {
                if model.contains_key(bytes) { live += 1 } else { stale += 1 }
            }
        }
        prop_assert_eq!(live, model.len());
        let late = keyspace.sizes().map(|(_, _, expiring)| expiring).sum::<usize>() - expiring;
        prop_assert_eq!(stale, late);
        now_ms += SLOT_REST_MS;
        keyspace.set_now_ms(now_ms);
        run_pass(&mut keyspace, &mut pass, 64);
        model.retain(|_, at_ms| at_ms.is_none_or(|at_ms| at_ms > now_ms - SLOT_REST_MS));
        prop_assert!(keyspace.len() <= model.len());
        now_ms += 1_000;
        keyspace.set_now_ms(now_ms);
        run_pass(&mut keyspace, &mut pass, 64);
        model.retain(|_, at_ms| at_ms.is_none());
        prop_assert_eq!(keyspace.len(), model.len());
    }
}

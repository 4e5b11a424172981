//! The set against a standard one.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::structures::random::Rng;
use crate::types::Encodings;

fn limits() -> Limits {
    Encodings {
        set_max_intset_entries: 8,
        set_max_listpack_entries: 16,
        set_max_listpack_value: 10,
        ..Encodings::default()
    }
    .limits(HashSeed::new(3))
}

fn set_of(members: &[&str], limits: &Limits) -> Set {
    let mut set = Set::for_members(members[0].as_bytes(), members.len(), limits);
    for member in members {
        set.add(member.as_bytes(), limits);
    }
    set
}

#[test]
fn encodings_follow_the_rules_of_redis_7_2() {
    let limits = limits();
    let numbers: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    let numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
    assert_eq!(set_of(&numbers[..8], &limits).encoding(), "intset");
    assert_eq!(set_of(&numbers[..9], &limits).encoding(), "listpack", "too many at once for an intset");
    assert_eq!(set_of(&numbers[..17], &limits).encoding(), "hashtable");
    let mut set = set_of(&numbers[..8], &limits);
    set.add(b"8", &limits);
    assert_eq!(set.encoding(), "hashtable", "an intset that overflows has no use for a listpack");
    let mut set = set_of(&["1", "2", "x"], &limits);
    assert_eq!(set.encoding(), "listpack");
    set.add(b"eleven byte", &limits);
    assert_eq!(set.encoding(), "hashtable");
    set.remove(b"eleven byte", &limits);
    assert_eq!(set.encoding(), "hashtable", "it never goes back");
    assert_eq!(set_of(&["1", "eleven byte"], &limits).encoding(), "hashtable");
    assert_eq!(set_of(&["12345678901", "x"], &limits).encoding(), "hashtable");
}

#[test]
fn popping_is_even_and_ends() {
    let limits = limits();
    for count in [5, 12, 500] {
        let mut rng = Rng::new(count);
        let mut set = Set::new();
        for number in 0..count {
            set.add(format!("{}{number}", if count == 5 { "" } else { "m" }).as_bytes(), &limits);
        }
        let mut popped = HashSet::new();
        while let Some(member) = set.pop(&mut rng, &limits, |item| item.to_vec()) {
            assert!(popped.insert(member));
        }
        assert_eq!(popped.len() as u64, count);
        assert!(set.random(&mut rng).is_none());
    }
}

#[test]
fn distinct_random_members_are_distinct() {
    let limits = limits();
    let mut set = Set::new();
    for number in 0..300 {
        set.add(format!("m{number}").as_bytes(), &limits);
        for count in [1, set.len() / 3, set.len(), set.len() + 1] {
            let mut seen = HashSet::new();
            set.random_distinct(count, &mut Rng::new(number), |item| assert!(seen.insert(item.to_vec())));
            assert_eq!(seen.len(), count.min(set.len()));
            assert!(seen.iter().all(|member| set.contains(member, &limits)));
        }
    }
}

#[test]
fn repeated_draws_reach_every_member_and_stop_where_told() {
    let limits = limits();
    let numbers: Vec<_> = (0..100).map(|number| number.to_string()).collect();
    let numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
    for set in [set_of(&numbers[..8], &limits), set_of(&numbers[..16], &limits), set_of(&numbers, &limits)] {
        let mut rng = Rng::new(5);
        for count in [0, 1, 2, 3, 50, 20_000] {
            let (mut seen, mut draws) = (HashSet::new(), 0);
            let done: Result<(), ()> = set.random_repeated(count, &mut rng, |item| {
                draws += 1;
                seen.insert(item.to_vec());
                Ok(())
            });
            assert_eq!((done, draws), (Ok(()), count));
            assert!(seen.iter().all(|member| set.contains(member, &limits)));
            assert!(seen.len() == set.len() || count < 20_000);
        }
        let mut draws = 0;
        let failed = set.random_repeated(1_000, &mut rng, |_| {
            draws += 1;
            if draws < 7 { Ok(()) } else { Err("enough") }
        });
        assert_eq!((failed, draws), (Err("enough"), 7));
    }
    let none: Result<(), ()> = Set::new().random_repeated(5, &mut Rng::new(1), |_| Err(()));
    assert_eq!(none, Ok(()));
}

#[test]
fn single_draws_are_even_in_every_encoding() {
    const DRAWS: usize = 40_000;
    let limits = limits();
    let numbers: Vec<_> = (0..100).map(|number| number.to_string()).collect();
    let numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
    for set in [set_of(&numbers[..8], &limits), set_of(&numbers[..16], &limits), set_of(&numbers, &limits)] {
        let mut rng = Rng::new(7);
        let mut drawn = HashMap::new();
        for _ in 0..DRAWS {
            let member = set.random(&mut rng).map(|item| item.to_vec());
            *drawn.entry(member).or_insert(0_usize) += 1;
        }
        let expected = DRAWS / set.len();
        // Five standard deviations of a share of at least 400 draws.
        assert!(drawn.values().all(|count| count.abs_diff(expected) < expected / 4), "{}", set.encoding());
        assert_eq!(drawn.len(), set.len());
    }
}

#[test]
fn a_scan_returns_what_stays_once_while_the_set_grows() {
    let limits = limits();
    let mut set = Set::new();
    for number in 0..2_000 {
        set.add(format!("m{number}").as_bytes(), &limits);
    }
    let (mut seen, mut cursor, mut extra) = (Vec::new(), 0, 0);
    loop {
        cursor = set.scan(cursor, 10, &limits, |item| seen.push(item.to_vec()));
        for _ in 0..50 {
            extra += 1;
            set.add(format!("n{extra}").as_bytes(), &limits);
        }
        if cursor == 0 {
            break;
        }
    }
    let mut seen: Vec<_> = seen.into_iter().filter(|member| member[0] == b'm').collect();
    seen.sort_unstable();
    assert_eq!(seen.len(), 2_000);
    seen.dedup();
    assert_eq!(seen.len(), 2_000);
}

#[test]
fn a_scan_returns_lasting_members_once_while_others_come_and_go() {
    let limits = limits();
    for seed in 0..20 {
        let mut rng = Rng::new(seed);
        let mut set = Set::new();
        for number in 0..2_000 {
            set.add(format!("m{number}").as_bytes(), &limits);
        }
        let (mut seen, mut cursor) = (HashMap::new(), 0);
        loop {
            let count = 1 + rng.below(40);
            cursor = set.scan(cursor, count, &limits, |item| *seen.entry(item.to_vec()).or_insert(0) += 1);
            if cursor == 0 {
                break;
            }
            // Members below 300 stay.
            for _ in 0..rng.below(200) {
                let member = format!("m{}", rng.below(3_000) + 300);
                if rng.below(3) == 0 {
                    set.add(member.as_bytes(), &limits);
                } else {
                    set.remove(member.as_bytes(), &limits);
                }
            }
        }
        assert!((0..300).all(|number| seen.get(format!("m{number}").as_bytes()) == Some(&1)), "seed {seed}");
    }
}

#[test]
fn a_large_set_frees_in_steps() {
    let limits = limits();
    let mut set = Set::new();
    for number in 0..1_000 {
        set.add(format!("m{number}").as_bytes(), &limits);
    }
    assert!(!set.drain_step(400));
    assert_eq!(set.len(), 600);
    while !set.drain_step(400) {}
    assert_eq!((set.len(), set.allocated_bytes()), (0, 0));
}

proptest! {
    #[test]
    fn every_sequence_of_operations_matches_a_standard_set(
        steps in prop::collection::vec((0..3u8, "[0-9]{1,2}|[a-c]{1,2}|[a-z]{11}"), 1..200),
        hint in 0..20usize,
    ) {
        let limits = limits();
        let mut set = Set::for_members(steps[0].1.as_bytes(), hint, &limits);
        let mut model = HashSet::new();
        for (step, member) in steps {
            let member = member.into_bytes();
            if step == 0 {
                prop_assert_eq!(set.remove(&member, &limits), model.remove(&member));
            } else {
                prop_assert_eq!(set.add(&member, &limits), model.insert(member.clone()));
            }
            prop_assert_eq!(set.contains(&member, &limits), model.contains(&member));
            prop_assert_eq!(set.len(), model.len());
        }
        let mut scanned = Vec::new();
        prop_assert_eq!(set.scan(0, usize::MAX >> 8, &limits, |item| scanned.push(item.to_vec())), 0);
        prop_assert_eq!(scanned.len(), model.len());
        let all: HashSet<_> = set.iter().map(|item| item.to_vec()).collect();
        prop_assert_eq!(&all, &model);
        prop_assert_eq!(&scanned.into_iter().collect::<HashSet<_>>(), &model);
    }
}

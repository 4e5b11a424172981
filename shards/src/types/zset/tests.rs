//! The type against a sorted `Vec`, in both forms and across the change from one to the other.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::structures::hash::HashSeed;
use crate::structures::random::Rng;
use crate::types::Encodings;

fn limits(entries: usize, value: usize) -> Limits {
    Encodings { zset_max_listpack_entries: entries, zset_max_listpack_value: value, ..Encodings::default() }
        .limits(HashSeed::new(3))
}

const PLAIN: Rule = Rule { presence: Presence::Any, direction: Direction::Any, increment: false };

/// Members and scores in order, each as plain as can be.
#[derive(Default)]
struct Model(Vec<(f64, Vec<u8>)>);

impl Model {
    fn rank(&self, member: &[u8]) -> Option<usize> {
        self.0.iter().position(|(_, other)| other == member)
    }

    fn add(&mut self, member: &[u8], score: f64, rule: Rule) -> Result<Change, NotANumber> {
        let present = self.rank(member);
        let change = match present.map(|rank| self.0[rank].0) {
            None if rule.presence == Presence::Present => return Ok(Change::Refused),
            None => Change::Added(score),
            Some(_) if rule.presence == Presence::Absent => return Ok(Change::Refused),
            Some(old) => {
                let new = if rule.increment { old + score } else { score };
                if new.is_nan() {
                    return Err(NotANumber);
                }
                let allowed = match rule.direction {
                    Direction::Any => true,
                    Direction::Up => new > old,
                    Direction::Down => new < old,
                };
                match new.partial_cmp(&old) {
                    _ if !allowed => return Ok(Change::Refused),
                    Some(std::cmp::Ordering::Equal) => return Ok(Change::Unchanged(old)),
                    _ => Change::Updated(new),
                }
            }
        };
        if let Some(rank) = present {
            self.0.remove(rank);
        }
        if let Change::Added(new) | Change::Updated(new) = change {
            self.0.push((new, member.to_vec()));
            self.0.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
        }
        Ok(change)
    }
}

fn plain((member, score): (Item<'_>, f64)) -> (f64, Vec<u8>) {
    (score, member.to_vec())
}

fn check(zset: &ZSet, model: &Model, limits: &Limits) {
    assert_eq!(zset.len(), model.0.len());
    assert_eq!(zset.is_empty(), model.0.is_empty());
    assert_eq!(zset.iter().len(), model.0.len());
    assert!(zset.iter().map(plain).eq(model.0.iter().cloned()));
    assert!(zset.iter().rev().map(plain).eq(model.0.iter().rev().cloned()));
    for (rank, (score, member)) in model.0.iter().enumerate() {
        assert_eq!(zset.score(member, limits), Some(*score));
        assert_eq!(zset.rank(member, limits), Some((rank, *score)));
    }
    assert_eq!(zset.score(b"nobody", limits), None);
    assert_eq!(zset.rank(b"nobody", limits), None);
}

fn member() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (-20..200i64).prop_map(|number| number.to_string().into_bytes()),
        "[a-c]{0,3}".prop_map(String::into_bytes),
        (0..5usize).prop_map(|len| vec![b'x'; 60 + len]),
    ]
}

fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-8..8i32).prop_map(|number| f64::from(number) / 2.0),
        1 => any::<f64>().prop_filter("a number", |score| !score.is_nan()),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let presence =
        prop_oneof![4 => Just(Presence::Any), 1 => Just(Presence::Absent), 1 => Just(Presence::Present)];
    let direction =
        prop_oneof![4 => Just(Direction::Any), 1 => Just(Direction::Up), 1 => Just(Direction::Down)];
    (presence, direction, any::<bool>()).prop_map(|(presence, direction, increment)| Rule {
        presence,
        direction,
        increment,
    })
}

fn score_bound() -> impl Strategy<Value = ScoreBound> {
    (score(), any::<bool>()).prop_map(|(score, inclusive)| {
        if inclusive { ScoreBound::Inclusive(score) } else { ScoreBound::Exclusive(score) }
    })
}

fn lex_bound((name, kind): &(String, u8)) -> LexBound<'_> {
    match kind {
        0 => LexBound::Lowest,
        1 => LexBound::Highest,
        2 => LexBound::Inclusive(name.as_bytes()),
        _ => LexBound::Exclusive(name.as_bytes()),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Add(Vec<(Vec<u8>, f64, Rule)>),
    Remove(Vec<Vec<u8>>),
    RemoveRange(usize, usize),
    PopMin(usize),
    PopMax(usize),
    ByScore(ScoreBound, ScoreBound),
    ByIndex(i64, i64),
    Compact,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec((member(), score(), rule()), 1..60).prop_map(Step::Add),
        2 => prop::collection::vec(member(), 1..20).prop_map(Step::Remove),
        1 => (0..40usize, 0..30usize).prop_map(|(start, len)| Step::RemoveRange(start, start + len)),
        1 => (0..6usize).prop_map(Step::PopMin),
        1 => (0..6usize).prop_map(Step::PopMax),
        2 => (score_bound(), score_bound()).prop_map(|(min, max)| Step::ByScore(min, max)),
        2 => (-60..60i64, -60..60i64).prop_map(|(start, stop)| Step::ByIndex(start, stop)),
        1 => Just(Step::Compact),
    ]
}

fn by_score(model: &Model, range: ScoreRange) -> Vec<(f64, Vec<u8>)> {
    let above = |score: f64| match range.min {
        ScoreBound::Inclusive(min) => score >= min,
        ScoreBound::Exclusive(min) => score > min,
    };
    let below = |score: f64| match range.max {
        ScoreBound::Inclusive(max) => score <= max,
        ScoreBound::Exclusive(max) => score < max,
    };
    model.0.iter().filter(|(score, _)| above(*score) && below(*score)).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn behaves_as_a_sorted_vec(
        steps in prop::collection::vec(step(), 1..20),
        entries in prop_oneof![Just(0usize), Just(16), Just(128)],
        value in prop_oneof![Just(2usize), Just(64)],
    ) {
        let limits = limits(entries, value);
        let (mut zset, mut model) = (ZSet::new(), Model::default());
        for step in steps {
            match step {
                Step::Add(all) => for (member, score, rule) in all {
                    let was_large = zset.encoding() == "skiplist";
                    let answer = zset.add(&member, score, rule, &limits);
                    prop_assert_eq!(answer, model.add(&member, score, rule));
                    let outgrown = matches!(answer, Ok(Change::Added(_)))
                        && (model.0.len() > entries || member.len() > value);
                    prop_assert_eq!(zset.encoding() == "skiplist", was_large || outgrown);
                },
                Step::Remove(members) => for member in members {
                    let expected = model.rank(&member).map(|rank| model.0.remove(rank).0);
                    prop_assert_eq!(zset.remove(&member, &limits), expected);
                },
                Step::RemoveRange(start, end) => {
                    let mut removed = Vec::new();
                    zset.remove_range(start..end, &limits, |member, score| removed.push(plain((member, score))));
                    let end = end.min(model.0.len());
                    let expected: Vec<_> = model.0.drain(start.min(end)..end).collect();
                    prop_assert_eq!(removed, expected);
                }
                Step::PopMin(count) => {
                    let mut popped = Vec::new();
                    zset.pop_min(count, &limits, |member, score| popped.push(plain((member, score))));
                    let expected: Vec<_> = model.0.drain(..count.min(model.0.len())).collect();
                    prop_assert_eq!(popped, expected);
                }
                Step::PopMax(count) => {
                    let mut popped = Vec::new();
                    zset.pop_max(count, &limits, |member, score| popped.push(plain((member, score))));
                    let keep = model.0.len() - count.min(model.0.len());
                    let expected: Vec<_> = model.0.drain(keep..).rev().collect();
                    prop_assert_eq!(popped, expected);
                }
                Step::ByScore(min, max) => {
                    let range = ScoreRange { min, max };
                    let found: Vec<_> = zset.range(zset.ranks_by_score(range)).map(plain).collect();
                    prop_assert_eq!(found, by_score(&model, range));
                }
                Step::ByIndex(start, stop) => {
                    let ranks = zset.ranks_by_index(start, stop);
                    let len = model.0.len() as i64;
                    let clamp = |index: i64| if index < 0 { (index + len).max(0) } else { index };
                    let stop = if stop < 0 { stop + len } else { stop };
                    let expected: Vec<_> = (clamp(start)..=stop.min(len - 1)).collect();
                    prop_assert!(ranks.clone().map(|rank| rank as i64).eq(expected.iter().copied()));
                    let from_the_top: Vec<_> = zset.range(zset.reversed(ranks)).rev().map(plain).collect();
                    let wanted: Vec<_> =
                        expected.iter().map(|&index| model.0[(len - 1 - index) as usize].clone()).collect();
                    prop_assert_eq!(from_the_top, wanted);
                }
                Step::Compact => {
                    zset.compact(&limits);
                    let fits = model.0.len() <= entries && model.0.iter().all(|(_, member)| member.len() <= value);
                    prop_assert!(!fits || zset.encoding() == "listpack");
                }
            }
            check(&zset, &model, &limits);
        }
    }

    #[test]
    fn lexical_ranges_are_those_of_the_names(
        names in prop::collection::btree_set("[a-c]{0,3}|1[0-9]?", 0..30),
        ends in prop::collection::vec(("[a-c]{0,3}|1[0-9]?", 0..4u8), 2),
        entries in prop_oneof![Just(0usize), Just(128)],
    ) {
        let limits = limits(entries, 64);
        let mut zset = ZSet::new();
        for name in &names {
            zset.add(name.as_bytes(), 1.0, PLAIN, &limits).expect("a number");
        }
        let (min, max) = (lex_bound(&ends[0]), lex_bound(&ends[1]));
        let (low, high) = (&ends[0].0, &ends[1].0);
        let above = |name: &String| match min {
            LexBound::Lowest => true,
            LexBound::Highest => false,
            LexBound::Inclusive(_) => name >= low,
            LexBound::Exclusive(_) => name > low,
        };
        let below = |name: &String| match max {
            LexBound::Lowest => false,
            LexBound::Highest => true,
            LexBound::Inclusive(_) => name <= high,
            LexBound::Exclusive(_) => name < high,
        };
        let found: Vec<_> = zset
            .range(zset.ranks_by_lex(LexRange { min, max }))
            .map(|(member, _)| String::from_utf8(member.to_vec()).expect("ASCII"))
            .collect();
        let expected: Vec<_> = names.iter().filter(|name| above(name) && below(name)).cloned().collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_large_set_scans_samples_and_drains() {
    let limits = limits(128, 64);
    let mut zset = ZSet::new();
    for number in 0..5_000i32 {
        zset.add(number.to_string().as_bytes(), f64::from(number % 70), PLAIN, &limits).expect("a number");
    }
    assert_eq!(zset.encoding(), "skiplist");
    let (mut cursor, mut seen) = (0, HashSet::new());
    loop {
        cursor = zset.scan(cursor, 100, &limits, |member, score| {
            assert_eq!(zset.score(&member.to_vec(), &limits), Some(score));
            assert!(seen.insert(member.to_vec()));
        });
        if cursor == 0 {
            break;
        }
    }
    assert_eq!(seen.len(), 5_000);
    let mut rng = Rng::new(1);
    let (member, score) = zset.random(&mut rng).expect("not empty");
    assert_eq!(zset.score(&member.to_vec(), &limits), Some(score));
    for count in [10, 4_000, 9_000] {
        let mut drawn = HashSet::new();
        zset.random_distinct(count, &mut rng, |member, _| assert!(drawn.insert(member.to_vec())));
        assert_eq!(drawn.len(), count.min(5_000));
    }
    let full = zset.allocated_bytes();
    assert!(full > 5_000 * 40, "{full}");
    let mut steps = 0;
    while !zset.drain_step(300) {
        steps += 1;
    }
    assert_eq!(steps, 2 * 5_000 / 300);
    assert_eq!((zset.len(), zset.allocated_bytes()), (0, 0));
}

#[test]
fn repeated_draws_reach_every_member_and_stop_where_told() {
    for entries in [0, 128] {
        let limits = limits(entries, 64);
        let mut zset = ZSet::new();
        for number in 0..100i32 {
            zset.add(number.to_string().as_bytes(), f64::from(number), PLAIN, &limits).expect("a number");
        }
        assert_eq!(zset.is_compact(), entries > 0);
        let mut rng = Rng::new(3);
        for count in [0, 1, 2, 3, 5_000] {
            let (mut seen, mut draws) = (HashSet::new(), 0);
            let done: Result<(), ()> = zset.random_repeated(count, &mut rng, |member, score| {
                assert_eq!(zset.score(&member.to_vec(), &limits), Some(score));
                seen.insert(member.to_vec());
                draws += 1;
                Ok(())
            });
            assert_eq!((done, draws), (Ok(()), count));
            assert!(seen.len() == 100 || count < 5_000);
        }
        assert_eq!(zset.random_repeated(9, &mut rng, |_, _| Err("enough")), Err("enough"));
    }
}

#[test]
fn a_range_taken_out_of_a_large_set_is_gone_from_table_and_order() {
    let limits = limits(0, 64);
    let name = |number: i32| format!("member:{number}").into_bytes();
    for ranks in
        [0..1usize, 0..5_000, 1..2, 100..163, 100..164, 100..165, 2_500..7_499, 9_999..10_000, 1..9_999]
    {
        let mut zset = ZSet::new();
        for number in 0..10_000 {
            zset.add(&name(number), f64::from(number), PLAIN, &limits).expect("a number");
        }
        zset.remove_range(ranks.clone(), &limits, |_, _| ());
        let left: Vec<i32> = (0..10_000).filter(|number| !ranks.contains(&(*number as usize))).collect();
        assert_eq!(zset.len(), left.len());
        let in_order: Vec<_> = zset.iter().map(|(member, score)| (member.to_vec(), score)).collect();
        let expected: Vec<_> = left.iter().map(|&number| (name(number), f64::from(number))).collect();
        assert_eq!(in_order, expected);
        let (mut cursor, mut in_table) = (0, HashSet::new());
        loop {
            cursor = zset.scan(cursor, 1_000, &limits, |member, _| assert!(in_table.insert(member.to_vec())));
            if cursor == 0 {
                break;
            }
        }
        assert_eq!(in_table.len(), left.len());
        for number in ranks {
            assert_eq!(zset.score(&name(number as i32), &limits), None);
        }
        for (rank, &number) in left.iter().enumerate().step_by(97) {
            assert_eq!(zset.rank(&name(number), &limits), Some((rank, f64::from(number))));
        }
    }
}

#[test]
fn a_large_set_may_be_dropped_half_drained() {
    let limits = limits(0, 64);
    for steps in 0..6 {
        let mut zset = ZSet::new();
        for number in 0..1_000i32 {
            zset.add(number.to_string().as_bytes(), 0.0, PLAIN, &limits).expect("a number");
        }
        for _ in 0..steps {
            zset.drain_step(400);
        }
    }
}

#[test]
fn an_increment_of_one_infinity_by_the_other_is_no_number() {
    for entries in [0, 128] {
        let limits = limits(entries, 64);
        let mut zset = ZSet::new();
        let increment = Rule { increment: true, ..PLAIN };
        assert_eq!(zset.add(b"a", f64::INFINITY, increment, &limits), Ok(Change::Added(f64::INFINITY)));
        assert_eq!(zset.add(b"a", f64::NEG_INFINITY, increment, &limits), Err(NotANumber));
        assert_eq!(zset.add(b"a", f64::NAN, PLAIN, &limits), Err(NotANumber));
        assert_eq!(zset.score(b"a", &limits), Some(f64::INFINITY));
    }
}

#[test]
fn a_negative_zero_loses_its_sign_in_the_compact_form_as_in_redis() {
    for (entries, negative) in [(0, true), (128, false)] {
        let limits = limits(entries, 64);
        let mut zset = ZSet::new();
        zset.add(b"a", -0.0, PLAIN, &limits).expect("a number");
        assert_eq!(zset.score(b"a", &limits).map(f64::is_sign_negative), Some(negative));
    }
}

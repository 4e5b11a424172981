//! The index against a sorted `Vec`.

use proptest::prelude::*;

use super::super::random::Rng;
use super::*;

/// A member that is a number, in big-endian bytes so that both sort alike.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Id([u8; 4]);

impl Member for Id {
    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn id(number: u32) -> Id {
    Id(number.to_be_bytes())
}

#[derive(Default)]
struct Model {
    index: Ordered<Id>,
    sorted: Vec<(f64, u32)>,
}

impl Model {
    fn find(&self, score: f64, member: u32) -> Result<usize, usize> {
        self.sorted.binary_search_by(|&(s, m)| s.partial_cmp(&score).expect("no NaN").then(m.cmp(&member)))
    }

    fn insert(&mut self, score: f64, member: u32) {
        if let Err(rank) = self.find(score, member) {
            assert_eq!(self.index.rank(score, id(member).bytes()), None);
            assert_eq!(self.index.insert(score, id(member)), rank);
            self.sorted.insert(rank, (score, member));
        }
    }

    fn remove(&mut self, score: f64, member: u32) {
        let removed = self.index.remove(score, id(member).bytes());
        match self.find(score, member) {
            Ok(rank) => {
                self.sorted.remove(rank);
                assert_eq!(removed.map(|item| item.member), Some(id(member)));
            }
            Err(_) => assert!(removed.is_none()),
        }
    }

    fn remove_range(&mut self, ranks: ops::Range<usize>) {
        let mut removed = Vec::new();
        self.index.remove_range(ranks.clone(), |item| removed.push((item.score, item.member)));
        let end = ranks.end.min(self.sorted.len());
        let expected: Vec<_> =
            self.sorted.drain(ranks.start.min(end)..end).map(|(score, member)| (score, id(member))).collect();
        assert_eq!(removed, expected);
    }

    fn check(&self) {
        if let Form::Tree(tree) = &self.index.0 {
            assert!(tree.root.check() >= 1);
            assert_eq!(tree.len, self.sorted.len());
        }
        let plain = |item: Item<Id>| (item.score, u32::from_be_bytes(item.member.0));
        assert_eq!(self.index.len(), self.sorted.len());
        assert!(self.index.iter().map(plain).eq(self.sorted.iter().copied()));
        assert!(self.index.iter().rev().map(plain).eq(self.sorted.iter().rev().copied()));
        for (rank, &(score, member)) in self.sorted.iter().enumerate().step_by(7) {
            assert_eq!(self.index.rank(score, id(member).bytes()), Some(rank));
            assert_eq!(self.index.get(rank).map(plain), Some((score, member)));
            let below = self.index.partition_point(|item| item.score < score);
            assert_eq!(below, self.sorted.partition_point(|&(s, _)| s < score));
        }
        assert!(self.index.get(self.sorted.len()).is_none());
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// Members from a seed, with scores that tie often.
    Insert(u64, usize),
    Ascending(u32, u32),
    Descending(u32, u32),
    Remove(u64, usize),
    RemoveRange(usize, usize),
    PopFirst(usize),
    PopLast(usize),
    Drain(usize),
    Rescore(u64, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4u64, 1..3_000usize).prop_map(|(seed, n)| Step::Insert(seed, n)),
        1 => (0..50u32, 1..3_000u32).prop_map(|(from, n)| Step::Ascending(from, n)),
        1 => (0..50u32, 1..3_000u32).prop_map(|(from, n)| Step::Descending(from, n)),
        4 => (0..4u64, 1..3_000usize).prop_map(|(seed, n)| Step::Remove(seed, n)),
        2 => (0..4_000usize, 1..1_500usize).prop_map(|(from, n)| Step::RemoveRange(from, n)),
        1 => (1..500usize).prop_map(Step::PopFirst),
        1 => (1..500usize).prop_map(Step::PopLast),
        1 => (1..2_000usize).prop_map(Step::Drain),
        1 => (0..100u64, 1..100usize).prop_map(|(seed, n)| Step::Rescore(seed, n)),
    ]
}

/// A sequence of pairs that the same seed repeats.
fn pairs(seed: u64, n: usize) -> impl Iterator<Item = (f64, u32)> {
    let mut rng = Rng::new(seed);
    (0..n).map(move |_| (rng.below(40) as f64 - 20.0, rng.below(500) as u32))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn behaves_as_a_sorted_vec(steps in prop::collection::vec(step(), 1..16)) {
        let mut pair = Model::default();
        for step in steps {
            match step {
                Step::Insert(seed, n) => pairs(seed, n).for_each(|(score, member)| pair.insert(score, member)),
                Step::Ascending(from, n) => {
                    (from..from + n).for_each(|member| pair.insert(f64::from(member), member));
                }
                Step::Descending(from, n) => {
                    (from..from + n).for_each(|member| pair.insert(-f64::from(member), member));
                }
                Step::Remove(seed, n) => pairs(seed, n).for_each(|(score, member)| pair.remove(score, member)),
                Step::RemoveRange(from, n) => pair.remove_range(from..from + n),
                Step::PopFirst(n) => {
                    for _ in 0..n.min(pair.sorted.len()) {
                        let expected = pair.sorted.remove(0);
                        let popped = pair.index.pop_first().expect("not empty");
                        prop_assert_eq!((popped.score, popped.member), (expected.0, id(expected.1)));
                    }
                }
                Step::PopLast(n) => {
                    for _ in 0..n {
                        let popped = pair.index.pop_last().map(|item| (item.score, item.member));
                        prop_assert_eq!(popped, pair.sorted.pop().map(|(score, member)| (score, id(member))));
                    }
                }
                Step::Drain(n) => {
                    let keep = pair.sorted.len().saturating_sub(n);
                    let mut drained = 0;
                    let empty = pair.index.drain_step(n, |_| drained += 1);
                    prop_assert_eq!(drained, pair.sorted.len() - keep);
                    prop_assert_eq!(empty, keep == 0);
                    pair.sorted.truncate(keep);
                }
                Step::Rescore(seed, n) => {
                    let mut rng = Rng::new(seed);
                    for _ in 0..n.min(pair.sorted.len()) {
                        let rank = rng.below(pair.sorted.len());
                        let (old, member) = pair.sorted[rank];
                        let score = old + (rng.below(5) as f64 - 2.0) / 4.0;
                        let mut changed = pair.sorted.clone();
                        changed[rank].0 = score;
                        let fits = changed.is_sorted_by(|a, b| a.partial_cmp(b).is_some_and(std::cmp::Ordering::is_lt));
                        prop_assert_eq!(pair.index.rescore_in_place(rank, score), fits, "{} to {}", member, score);
                        if fits {
                            pair.sorted = changed;
                        }
                    }
                }
            }
            pair.check();
        }
    }

    #[test]
    fn ranges_from_both_sides_meet(len in 0..1_000u32, start in 0..1_100usize, n in 0..1_100usize, turns in any::<u64>()) {
        let mut pair = Model::default();
        (0..len).for_each(|member| pair.insert(0.0, member));
        let mut range = pair.index.range(start..start + n);
        let end = (start + n).min(len as usize);
        let mut expected = start.min(end)..end;
        prop_assert_eq!(range.len(), expected.len());
        for turn in 0.. {
            let (got, want) = if turns >> (turn % 64) & 1 == 0 {
                (range.next(), expected.next())
            } else {
                (range.next_back(), expected.next_back())
            };
            prop_assert_eq!(got.map(|item| item.member), want.map(|rank| id(rank as u32)));
            if want.is_none() {
                break;
            }
        }
    }
}

#[test]
fn infinities_and_both_zeros_have_their_places() {
    let mut pair = Model::default();
    for (member, score) in [f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, f64::MIN_POSITIVE].iter().enumerate()
    {
        pair.insert(*score, member as u32);
    }
    pair.check();
    let order: Vec<_> = pair.index.iter().map(|item| item.member).collect();
    assert_eq!(order, [id(1), id(2), id(3), id(4), id(0)]);
}

#[test]
fn ordered_insertions_fill_the_leaves() {
    for sign in [1.0, -1.0] {
        let mut index = Ordered::new();
        for number in 0..100_000 {
            index.insert(sign * f64::from(number), id(number));
        }
        let bytes = index.allocated_bytes() as f64 / 100_000.0;
        assert!(bytes < 17.5, "{bytes} bytes each");
    }
}

#[test]
fn an_emptied_index_holds_no_memory() {
    let mut index = Ordered::new();
    for number in 0..10_000 {
        index.insert(f64::from(number % 100), id(number));
    }
    while !index.drain_step(100, |_| ()) {}
    assert_eq!(index.allocated_bytes(), 0);
    assert!(index.pop_first().is_none() && index.pop_last().is_none());
}

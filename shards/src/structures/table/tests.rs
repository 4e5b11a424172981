//! The table against a `HashSet`, and its guarantees under growth and shrinkage.

use std::collections::{HashMap, HashSet};
use std::ptr::NonNull;
use std::rc::Rc;

use proptest::prelude::*;

use super::super::hash::scan_order;
use super::super::random::Rng;
use super::*;

/// Spreads small numbers as a hash function does; the top bits of `skew`ed ones agree.
fn spread(value: u64, skew: bool) -> u64 {
    let hash = Rng::new(value).next_u64();
    if skew { hash & !(((1 << 30) - 1) << 27) } else { hash }
}

/// What the tests keep in tables.
trait Element {
    fn of(key: u64) -> Self;
    fn key(&self) -> u64;
}

impl Element for u64 {
    fn of(key: u64) -> Self {
        key
    }
    fn key(&self) -> u64 {
        *self
    }
}

/// A number behind a pointer, as a segment of lines wants it.
struct Pointed(NonNull<u64>);

const ADDRESS: usize = (1 << 48) - 1;

impl Pointed {
    fn address(&self) -> *mut u64 {
        self.0.as_ptr().map_addr(|address| address & ADDRESS)
    }
}

// SAFETY: a pointer that is never null, and addresses leave the top 16 bits alone.
unsafe impl Tagged for Pointed {
    fn tag(&self) -> u16 {
        (self.0.addr().get() >> 48) as u16
    }
    fn set_tag(&mut self, tag: u16) {
        let tagged = self.address().map_addr(|address| address | usize::from(tag) << 48);
        self.0 = NonNull::new(tagged).expect("not null");
    }
}

impl Element for Pointed {
    fn of(key: u64) -> Self {
        Self(NonNull::from(Box::leak(Box::new(key))))
    }
    fn key(&self) -> u64 {
        // SAFETY: the address is that of a box which lives until the drop.
        unsafe { self.address().read() }
    }
}

impl Drop for Pointed {
    fn drop(&mut self) {
        // SAFETY: the box was leaked in `of`, and this is its last use.
        drop(unsafe { Box::from_raw(self.address()) });
    }
}

struct Model<T: Element, S: Segment<T>> {
    table: Table<T, S>,
    keys: HashSet<u64>,
    skew: bool,
}

type Numbers = Model<u64, Swiss<u64>>;
type Pointers = Model<Pointed, Lines<Pointed>>;

impl<T: Element, S: Segment<T>> Model<T, S> {
    fn new(skew: bool) -> Self {
        Self { table: Table::new(), keys: HashSet::new(), skew }
    }

    fn insert(&mut self, key: u64) {
        let skew = self.skew;
        let hash = spread(key, skew);
        if let Some(place) = self.table.place_of(hash, |v| v.key() == key) {
            assert!(self.table.at_mut(hash, place).key() == key && self.keys.contains(&key));
        } else {
            let new = self.table.insert_unique(hash, T::of(key), |v| spread(v.key(), skew));
            assert_eq!(new.key(), key);
            assert!(self.keys.insert(key));
        }
    }

    fn remove(&mut self, key: u64) {
        let skew = self.skew;
        let removed = self.table.remove(spread(key, skew), |v| v.key() == key, |v| spread(v.key(), skew));
        assert_eq!(removed.is_some(), self.keys.remove(&key));
    }

    fn check(&mut self) {
        let skew = self.skew;
        assert_eq!(self.table.len(), self.keys.len());
        assert_eq!(self.table.is_empty(), self.keys.is_empty());
        if let Form::Many(directory) = &self.table.0 {
            directory.check(&|v: &T| spread(v.key(), skew));
        }
        let mut all: Vec<u64> = self.table.iter().map(Element::key).collect();
        assert_eq!(self.table.iter_mut().count(), all.len());
        all.sort_unstable();
        let mut expected: Vec<u64> = self.keys.iter().copied().collect();
        expected.sort_unstable();
        assert_eq!(all, expected);
        for &key in &all {
            self.table.prefetch(spread(key, skew));
            let found = self.table.find(spread(key, skew), |v| v.key() == key);
            assert_eq!(found.map(Element::key), Some(key));
            let found = self.table.find_mut(spread(key, skew), |v| v.key() == key);
            assert_eq!(found.map(|v| v.key()), Some(key));
        }
        assert!(self.table.find(spread(u64::MAX, skew), |v| v.key() == u64::MAX).is_none());
    }

    fn behaves_as_a_hash_set(steps: Vec<Step>, skew: bool) {
        let mut pair = Self::new(skew);
        for step in steps {
            match step {
                Step::Insert(keys) => keys.for_each(|key| pair.insert(key)),
                Step::Remove(keys) => keys.for_each(|key| pair.remove(key)),
                Step::Drain(max) => {
                    let before = pair.keys.len();
                    let empty = pair.table.drain_step(max, |value| {
                        assert!(pair.keys.remove(&value.key()));
                    });
                    assert_eq!(before - pair.keys.len(), max.min(before));
                    assert_eq!(empty, pair.keys.is_empty());
                }
            }
            pair.check();
        }
    }

    /// `changes` are (insert, first key, how many), one between two calls each.
    fn lasting_elements_are_visited_once(
        lasting: u64,
        changes: Vec<(bool, u64, u64)>,
        count: usize,
        skew: bool,
    ) {
        const PASSING: u64 = 1 << 40;
        let mut pair = Self::new(skew);
        (0..lasting).for_each(|key| pair.insert(key));
        let mut changes = changes.into_iter();
        let mut seen = HashMap::new();
        let mut cursor = Some(0);
        while let Some(at) = cursor {
            let mut last = at;
            let order_of = |v: &T| scan_order(spread(v.key(), skew));
            cursor = pair.table.scan(at, count, order_of, |v| {
                let order = order_of(v);
                assert!(order >= last, "out of order");
                last = order;
                *seen.entry(v.key()).or_insert(0) += 1;
            });
            assert!(cursor.is_none_or(|next| next > last || next == last && last == at));
            if let Some((insert, from, len)) = changes.next() {
                for key in from..from + len {
                    if insert { pair.insert(PASSING + key) } else { pair.remove(PASSING + key) }
                }
            }
        }
        for key in 0..lasting {
            assert_eq!(seen.get(&key), Some(&1));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Insert(std::ops::Range<u64>),
    Remove(std::ops::Range<u64>),
    Drain(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let range = || (0..6_000u64, 0..3_000u64).prop_map(|(start, len)| start..start + len);
    prop_oneof![
        4 => range().prop_map(Step::Insert),
        3 => range().prop_map(Step::Remove),
        1 => (0..2_000usize).prop_map(Step::Drain),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn numbers_behave_as_a_hash_set(steps in prop::collection::vec(step(), 1..24), skew in any::<bool>()) {
        Numbers::behaves_as_a_hash_set(steps, skew);
    }

    #[test]
    fn pointers_behave_as_a_hash_set(steps in prop::collection::vec(step(), 1..24), skew in any::<bool>()) {
        Pointers::behaves_as_a_hash_set(steps, skew);
    }

    #[test]
    fn a_scan_visits_each_lasting_element_exactly_once(
        lasting in 0..3_000u64,
        changes in prop::collection::vec((any::<bool>(), 0..9_000u64, 1..2_000u64), 0..60),
        count in 1..300usize,
        skew in any::<bool>(),
    ) {
        Numbers::lasting_elements_are_visited_once(lasting, changes.clone(), count, skew);
        Pointers::lasting_elements_are_visited_once(lasting, changes, count, skew);
    }

    #[test]
    fn an_undisturbed_scan_visits_everything_once(keys in 0..5_000u64, count in 0..500usize) {
        let mut pair = Numbers::new(false);
        (0..keys).for_each(|key| pair.insert(key));
        let (mut seen, mut cursor, mut calls) = (HashSet::new(), Some(0), 0);
        while let Some(at) = cursor {
            let before = seen.len();
            cursor = pair.table.scan(at, count, |&v| scan_order(spread(v, false)), |&v| assert!(seen.insert(v)));
            prop_assert!(seen.len() - before <= 3 * count.max(1));
            calls += 1;
        }
        prop_assert_eq!(seen.len() as u64, keys);
        prop_assert!(calls <= 3 + keys as usize / count.max(1) + keys as usize / 100);
    }
}

#[test]
fn a_table_of_one_segment_has_no_directory_and_a_larger_one_has() {
    let mut pair = Numbers::new(false);
    assert_eq!(pair.table.allocated_bytes(), 0);
    (0..SEGMENT_MAX as u64).for_each(|key| pair.insert(key));
    assert!(matches!(pair.table.0, Form::One(_)));
    assert_eq!(pair.table.allocated_bytes(), 5_120);
    pair.insert(1 << 50);
    assert!(matches!(pair.table.0, Form::Many(_)));
    (0..SEGMENT_MAX as u64).for_each(|key| pair.remove(key));
    assert!(matches!(pair.table.0, Form::One(_)));
    pair.remove(1 << 50);
    assert_eq!(pair.table.allocated_bytes(), 0);
}

#[test]
fn no_segment_outgrows_512_buckets_under_churn() {
    let mut pair = Numbers::new(false);
    (0..5_000).for_each(|key| pair.insert(key));
    for key in 0..50_000 {
        pair.remove(key);
        pair.insert(key + 5_000);
        let widest = pair.table.segments().map(Segment::places).max();
        assert!(widest <= Some(512));
    }
    pair.check();
}

#[test]
fn churn_at_a_steady_size_keeps_the_memory() {
    let mut pair = Numbers::new(false);
    (0..160).for_each(|key| pair.insert(key));
    let bytes = pair.table.allocated_bytes();
    for key in 0..50_000 {
        pair.remove(key);
        pair.insert(key + 160);
        assert_eq!(pair.table.allocated_bytes(), bytes, "after {key}");
    }
}

#[test]
fn equal_hashes_grow_a_segment_and_not_the_directory() {
    let mut table = Table::<u64>::new();
    for value in 0..3_000u64 {
        table.insert_unique(42, value, |_| 42);
    }
    let Form::Many(directory) = &table.0 else { panic!("one segment") };
    assert!(directory.depth < 12, "depth {}", directory.depth);
    assert_eq!(table.scan(0, 10, |_| scan_order(42), |_| ()), Some(scan_order(42) + 1));
    for value in 0..3_000u64 {
        assert_eq!(table.remove(42, |&v| v == value, |_| 42), Some(value));
    }
    assert_eq!(table.allocated_bytes(), 0);
}

#[test]
fn memory_is_given_back_as_elements_go() {
    let mut pair = Numbers::new(false);
    (0..100_000).for_each(|key| pair.insert(key));
    let full = pair.table.allocated_bytes();
    (0..99_000).for_each(|key| pair.remove(key));
    pair.check();
    assert!(pair.table.allocated_bytes() < full / 40, "{} of {full}", pair.table.allocated_bytes());
}

#[test]
fn draining_drops_each_element_once() {
    let mut table = Table::<(u64, Rc<()>)>::new();
    let shared = Rc::new(());
    for value in 0..2_000u64 {
        table.insert_unique(spread(value, false), (value, shared.clone()), |&(v, _)| spread(v, false));
    }
    assert!(!table.drain_step(700, drop));
    assert_eq!(Rc::strong_count(&shared), 1_301);
    drop(table);
    assert_eq!(Rc::strong_count(&shared), 1);
}

#[test]
fn a_segment_of_pointers_takes_a_page_when_full_and_nothing_when_empty() {
    let mut pair = Pointers::new(false);
    assert_eq!(pair.table.allocated_bytes(), 0);
    (0..SEGMENT_MAX as u64).for_each(|key| pair.insert(key));
    assert!(pair.table.is_full_segment());
    assert_eq!(pair.table.allocated_bytes(), 4_096);
    pair.insert(1 << 50);
    assert!(matches!(pair.table.0, Form::Many(_)));
    pair.check();
    (0..SEGMENT_MAX as u64).for_each(|key| pair.remove(key));
    pair.remove(1 << 50);
    assert_eq!(pair.table.allocated_bytes(), 0);
}

#[test]
fn pointers_with_equal_hashes_are_found_and_removed_one_by_one() {
    let mut table = Table::<Pointed, Lines<Pointed>>::new();
    for key in 0..3_000 {
        table.insert_unique(42, Pointed::of(key), |_| 42);
    }
    for key in 0..3_000 {
        assert!(table.find(42, |v| v.key() == key).is_some());
        assert_eq!(table.remove(42, |v| v.key() == key, |_| 42).map(|v| v.key()), Some(key));
        assert!(table.find(42, |v| v.key() == key).is_none());
    }
    assert_eq!(table.allocated_bytes(), 0);
}

#[test]
fn samples_are_even() {
    for keys in [3u64, 100, 2_000] {
        let mut pair = Numbers::new(false);
        (0..keys).for_each(|key| pair.insert(key));
        let mut rng = Rng::new(5);
        let mut drawn = vec![0u32; keys as usize];
        for _ in 0..keys * 200 {
            drawn[*pair.table.sample(&mut rng).expect("not empty") as usize] += 1;
        }
        // 200 on average; the deviation of a fair draw is about 14.
        assert!(drawn.iter().all(|&n| (120..290).contains(&n)), "{keys}: {drawn:?}");
    }
    assert!(Table::<u64>::new().sample(&mut Rng::new(1)).is_none());
}

#[test]
fn a_nearly_drained_table_still_gives_samples() {
    let mut pair = Numbers::new(false);
    (0..100_000).for_each(|key| pair.insert(key));
    assert!(!pair.table.drain_step(99_999, drop));
    assert!(pair.table.sample(&mut Rng::new(1)).is_some());
}

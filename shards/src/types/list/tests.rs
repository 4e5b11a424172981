//! The list against a deque of strings.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::structures::hash::HashSeed;
use crate::types::Encodings;

fn limits(list_max_listpack_size: i32) -> Limits {
    Encodings { list_max_listpack_size, ..Encodings::default() }.limits(HashSeed::new(1))
}

fn texts(list: &List) -> Vec<Vec<u8>> {
    list.iter().map(|item| item.to_vec()).collect()
}

#[test]
fn indices_are_read_as_redis_reads_them() {
    for (start, stop, expected) in [
        (0, -1, Some((0, 4))),
        (-100, 100, Some((0, 4))),
        (1, 2, Some((1, 2))),
        (-2, -1, Some((3, 4))),
        (3, 1, None),
        (5, 9, None),
        (0, -6, None),
        (0, -5, Some((0, 0))),
        (i64::MIN, i64::MAX, Some((0, 4))),
        (0, i64::MIN, None),
    ] {
        assert_eq!(normalise(start, stop, 5), expected, "{start} {stop}");
    }
    assert_eq!(normalise(0, -1, 0), None);
}

#[test]
fn a_list_is_a_listpack_until_it_outgrows_a_block_and_again_at_half_of_it() {
    let limits = limits(-2);
    let mut list = List::new();
    while list.encoding() == "listpack" {
        list.push_back(&[b'x'; 100], &limits);
    }
    assert_eq!(list.len(), 8192 / 103 + 1);
    while list.encoding() == "quicklist" {
        list.pop_back(&limits, |_| ());
    }
    assert_eq!(list.len(), 4096 / 103);
}

#[test]
fn the_last_byte_of_a_single_listpack_is_that_of_redis_7_2() {
    let limits = limits(-1);
    for (bytes, encoding) in [(84, "listpack"), (85, "listpack"), (86, "quicklist")] {
        let mut list = List::new();
        list.push_back(&[b'x'; 4_000], &limits);
        list.push_front(&vec![b'x'; bytes], &limits);
        assert_eq!(list.encoding(), encoding, "{bytes}");
        let mut list = List::new();
        list.push_back(&[b'x'; 4_000], &limits);
        list.insert(false, &[b'x'; 4_000], &vec![b'x'; bytes], &limits);
        assert_eq!(list.encoding(), encoding, "{bytes} inserted");
    }
}

#[test]
fn a_limit_in_elements_counts_them_alone() {
    let limits = limits(5);
    let mut list = List::new();
    for element in [b"a", b"b", b"c", b"d", b"e"] {
        list.push_back(element, &limits);
    }
    assert!(list.set(2, b"C", &limits));
    assert_eq!(list.encoding(), "listpack");
    list.push_back(&[b'x'; 5_000], &limits);
    assert_eq!(list.encoding(), "quicklist");
    list.trim(4, -1, &limits);
    assert_eq!(list.encoding(), "quicklist", "two blocks");
    list.trim(1, 1, &limits);
    assert_eq!((list.encoding(), list.len()), ("listpack", 1));
}

#[test]
fn an_element_larger_than_a_block_has_its_own() {
    let limits = limits(-1);
    let mut list = List::new();
    let large = vec![b'x'; 10_000];
    list.push_back(b"a", &limits);
    list.push_back(&large, &limits);
    list.push_back(b"b", &limits);
    assert_eq!(list.encoding(), "quicklist");
    assert_eq!(texts(&list), [b"a".to_vec(), large, b"b".to_vec()]);
    list.pop_back(&limits, |_| ());
    list.pop_back(&limits, |_| ());
    assert_eq!(list.encoding(), "listpack");
}

#[test]
fn a_long_list_frees_in_steps() {
    let limits = limits(10);
    let mut list = List::new();
    for _ in 0..100 {
        list.push_front(b"x", &limits);
    }
    assert!(!list.drain_step(4));
    assert_eq!((list.len(), list.iter().len(), list.iter().count()), (60, 60, 60));
    assert!(list.drain_step(6));
    assert!(list.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    PushBack(Vec<u8>),
    PushFront(Vec<u8>),
    PopBack,
    PopFront,
    Set(i64, Vec<u8>),
    Insert(bool, Vec<u8>, Vec<u8>),
    Remove(i64, Vec<u8>),
    Trim(i64, i64),
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => (0..6i64).prop_map(|number| number.to_string().into_bytes()),
        2 => any::<Vec<u8>>(),
        1 => (0..5_000usize).prop_map(|len| vec![b'y'; len]),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => text().prop_map(Step::PushBack),
        8 => text().prop_map(Step::PushFront),
        2 => Just(Step::PopBack),
        2 => Just(Step::PopFront),
        3 => (-30..30i64, text()).prop_map(|(at, text)| Step::Set(at, text)),
        3 => (any::<bool>(), text(), text()).prop_map(|(before, pivot, text)| Step::Insert(before, pivot, text)),
        1 => (-3..4i64, text()).prop_map(|(count, text)| Step::Remove(count, text)),
        1 => (-40..5i64, -5..40i64).prop_map(|(start, stop)| Step::Trim(start, stop)),
    ]
}

fn run(step: Step, list: &mut List, model: &mut VecDeque<Vec<u8>>, limits: &Limits) {
    match step {
        Step::PushBack(text) => {
            list.push_back(&text, limits);
            model.push_back(text);
        }
        Step::PushFront(text) => {
            list.push_front(&text, limits);
            model.push_front(text);
        }
        Step::PopBack => assert_eq!(list.pop_back(limits, |item| item.to_vec()), model.pop_back()),
        Step::PopFront => assert_eq!(list.pop_front(limits, |item| item.to_vec()), model.pop_front()),
        Step::Set(at, text) => {
            let index = if at < 0 { at + model.len() as i64 } else { at };
            let place = usize::try_from(index).ok().and_then(|index| model.get_mut(index));
            assert_eq!(list.set(at, &text, limits), place.is_some());
            if let Some(place) = place {
                *place = text;
            }
        }
        Step::Insert(before, pivot, text) => {
            let found = model.iter().position(|other| *other == pivot);
            assert_eq!(list.insert(before, &pivot, &text, limits), found.is_some());
            if let Some(found) = found {
                model.insert(found + usize::from(!before), text);
            }
        }
        Step::Remove(count, text) => {
            let all = 0..model.len();
            let found: Vec<_> = if count < 0 { all.rev().collect() } else { all.collect() };
            let found = found.into_iter().filter(|&index| model[index] == text);
            let max = if count == 0 { usize::MAX } else { count.unsigned_abs() as usize };
            let mut found: Vec<_> = found.take(max).collect();
            found.sort_unstable();
            assert_eq!(list.remove(count, &text, limits), found.len());
            for index in found.into_iter().rev() {
                model.remove(index);
            }
        }
        Step::Trim(start, stop) => {
            list.trim(start, stop, limits);
            match normalise(start, stop, model.len()) {
                Some((first, last)) => {
                    model.truncate(last + 1);
                    model.drain(..first);
                }
                None => model.clear(),
            }
        }
    }
}

proptest! {
    #[test]
    fn every_sequence_of_operations_matches_a_deque(
        size in prop_oneof![Just(-1i32), Just(-2), Just(1), Just(2), Just(5)],
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let limits = limits(size);
        let mut list = List::new();
        let mut model = VecDeque::new();
        for step in steps {
            run(step, &mut list, &mut model, &limits);
            prop_assert_eq!(list.len(), model.len());
            prop_assert!(texts(&list).iter().eq(&model));
        }
        prop_assert!(list.iter_back().map(|item| item.to_vec()).eq(model.iter().rev().cloned()));
        for start in 0..model.len() {
            let expected: Vec<_> = model.iter().skip(start).take(4).cloned().collect();
            let mut items = list.range(start as i64, start as i64 + 3);
            prop_assert_eq!(items.len(), expected.len());
            prop_assert!(expected.iter().all(|text| items.next().is_some_and(|item| item == text[..])));
            prop_assert!(items.next().is_none());
            prop_assert!(list.get(start as i64 - model.len() as i64).is_some_and(|item| item == model[start][..]));
        }
        let threes: Vec<_> = (0..model.len()).filter(|&index| model[index] == b"3").collect();
        prop_assert!(list.positions(b"3", false, usize::MAX).eq(threes.iter().copied()));
        prop_assert!(list.positions(b"3", true, usize::MAX).eq(threes.iter().rev().copied()));
        prop_assert!(list.positions(b"3", false, 5).eq(threes.iter().copied().filter(|&index| index < 5)));
    }
}

#[test]
fn where_lists_are_not_compact_they_are_chains_from_the_first_element_on() {
    let limits =
        Limits { encodings: Encodings { compact_lists: false, ..limits(-2).encodings }, ..limits(-2) };
    let mut list = List::new();
    list.push_back(b"b", &limits);
    assert_eq!(list.encoding(), "quicklist");
    list.push_front(b"a", &limits);
    for number in 0..5_000 {
        list.push_back(format!("element {number}").as_bytes(), &limits);
    }
    list.trim(0, 1, &limits);
    assert!(list.insert(true, b"b", b"between", &limits) && list.set(0, b"first", &limits));
    assert_eq!(list.remove(0, b"b", &limits), 1);
    assert_eq!((list.len(), list.encoding()), (2, "quicklist"));
    let mut seen = Vec::new();
    while let Some(item) = list.pop_front(&limits, |item| format!("{item:?}")) {
        seen.push(item);
    }
    assert_eq!(seen.len(), 2);
    list.push_back(b"again", &limits);
    assert_eq!((list.len(), list.encoding()), (1, "quicklist"));
}

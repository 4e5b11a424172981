//! The listpack against a vector of strings.

#![allow(clippy::unwrap_used)] // A test may panic.

use proptest::prelude::*;

use super::*;

fn texts(pack: &Listpack) -> Vec<Vec<u8>> {
    pack.iter().map(|item| item.to_vec()).collect()
}

fn pack_of(items: &[&str]) -> Listpack {
    let mut pack = Listpack::new();
    for item in items {
        pack.push_back(item.as_bytes());
    }
    pack
}

fn bytes(items: &[&str]) -> Vec<Vec<u8>> {
    items.iter().map(|item| item.as_bytes().to_vec()).collect()
}

#[test]
fn an_empty_sequence_has_no_allocation() {
    let mut pack = Listpack::new();
    assert_eq!((pack.len(), pack.bytes(), pack.allocated_bytes()), (0, 0, 0));
    assert_eq!((pack.first(), pack.last(), pack.seek(0)), (None, None, None));
    assert_eq!(pack.pop_front(|_| ()), None);
    assert_eq!(pack.pop_back(|_| ()), None);
    pack.push_back(b"a");
    assert_eq!(pack.allocated_bytes(), 16);
    assert_eq!(pack.pop_back(|item| item.to_vec()), Some(b"a".to_vec()));
    assert_eq!(pack.allocated_bytes(), 0);
}

#[test]
fn positions_name_elements_from_both_ends() {
    let pack = pack_of(&["a", "12", "", "dddd"]);
    let second = pack.next(Pos::FIRST).unwrap();
    assert_eq!(pack.get(second), Item::Int(12));
    assert_eq!(pack.prev(second), pack.first());
    assert_eq!(pack.prev(Pos::FIRST), None);
    assert_eq!(pack.next(pack.last().unwrap()), None);
    assert_eq!(pack.iter_from(second).count(), 3);
    assert_eq!(pack.iter_to(second).rev().count(), 2);
    assert_eq!(pack.iter().nth(3), Some(Item::Bytes(b"dddd")));
    assert_eq!(pack.iter().nth_back(3), Some(Item::Bytes(b"a")));
    assert_eq!(pack.iter().nth_back(4), None);
}

#[test]
fn a_stride_searches_fields_and_no_values() {
    let pack = pack_of(&["f", "v", "v", "f", "9", "9"]);
    assert_eq!(pack.find(b"v", 2), pack.seek(2));
    assert_eq!(pack.find(b"v", 1), pack.seek(1));
    assert_eq!(pack.find(9, 2), pack.seek(4));
    assert_eq!(pack.find_from(Pos::FIRST, b"x", 2), None);
    assert_eq!(pack.find_from(pack.seek(1).unwrap(), b"f", 1), pack.seek(3));
    assert_eq!(pack_of(&["f"]).find(b"v", 2), None);
}

#[test]
fn a_sequence_of_more_than_64_kib_keeps_its_elements() {
    let long = vec![b'x'; 70_000];
    let mut pack = pack_of(&["a", "b"]);
    pack.push_front(&long[..]);
    pack.push_back(&long[..]);
    assert_eq!(texts(&pack), [long.clone(), b"a".to_vec(), b"b".to_vec(), long.clone()]);
    pack.pop_front(|_| ());
    pack.pop_back(|_| ());
    assert_eq!(texts(&pack), bytes(&["a", "b"]));
    assert_eq!(pack.allocated_bytes(), 16);
}

#[test]
fn pushes_and_pops_at_both_ends_stay_within_an_eighth_more_than_a_class() {
    let mut pack = Listpack::new();
    for number in 0..2_000 {
        pack.push_front(number);
        pack.push_back(number);
        assert!(pack.allocated_bytes() <= (pack.bytes() + 8) * 5 / 4 + 16);
    }
    for number in (0..2_000).rev() {
        assert_eq!(pack.pop_front(|item| item.as_int()), Some(Some(number)));
        assert_eq!(pack.pop_back(|item| item.as_int()), Some(Some(number)));
    }
    assert_eq!(pack.allocated_bytes(), 0);
}

#[derive(Clone, Debug)]
enum Step {
    PushBack(Vec<u8>),
    PushFront(Vec<u8>),
    PopBack,
    PopFront,
    InsertBefore(usize, Vec<u8>),
    InsertAfter(usize, Vec<u8>),
    InsertPair(usize, Vec<u8>, Vec<u8>),
    Replace(usize, Vec<u8>),
    Remove(usize, usize),
    SplitAndAppend(usize),
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => any::<Vec<u8>>(),
        4 => any::<(i64, u8)>().prop_map(|(value, shift)| (value >> (shift % 64)).to_string().into_bytes()),
        1 => (0..9_000usize).prop_map(|len| vec![b'y'; len]),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => text().prop_map(Step::PushBack),
        3 => text().prop_map(Step::PushFront),
        1 => Just(Step::PopBack),
        1 => Just(Step::PopFront),
        1 => (any::<usize>(), text()).prop_map(|(at, text)| Step::InsertBefore(at, text)),
        1 => (any::<usize>(), text()).prop_map(|(at, text)| Step::InsertAfter(at, text)),
        1 => (any::<usize>(), text(), text()).prop_map(|(at, a, b)| Step::InsertPair(at, a, b)),
        1 => (any::<usize>(), text()).prop_map(|(at, text)| Step::Replace(at, text)),
        1 => (any::<usize>(), 0..5usize).prop_map(|(at, count)| Step::Remove(at, count)),
        1 => any::<usize>().prop_map(Step::SplitAndAppend),
    ]
}

fn run(step: Step, pack: &mut Listpack, model: &mut Vec<Vec<u8>>) {
    let at = |at: usize| at % model.len().max(1);
    let pos = |at| pack.seek(at);
    match step {
        Step::PushBack(text) => {
            pack.push_back(&text[..]);
            model.push(text);
        }
        Step::PushFront(text) => {
            pack.push_front(&text[..]);
            model.insert(0, text);
        }
        Step::PopBack => assert_eq!(pack.pop_back(|item| item.to_vec()), model.pop()),
        Step::PopFront => {
            let first = (!model.is_empty()).then(|| model.remove(0));
            assert_eq!(pack.pop_front(|item| item.to_vec()), first);
        }
        Step::InsertPair(index, a, b) => {
            let index = index % (model.len() + 1);
            pack.insert_pair(pos(index), &a[..], &b[..]);
            model.splice(index..index, [a, b]);
        }
        _ if model.is_empty() => {}
        Step::InsertBefore(index, text) => {
            let index = at(index);
            pack.insert_before(pos(index).unwrap(), &text[..]);
            model.insert(index, text);
        }
        Step::InsertAfter(index, text) => {
            let index = at(index);
            pack.insert_after(pos(index).unwrap(), &text[..]);
            model.insert(index + 1, text);
        }
        Step::Replace(index, text) => {
            let index = at(index);
            pack.replace(pos(index).unwrap(), &text[..]);
            model[index] = text;
        }
        Step::Remove(index, count) => {
            let index = at(index);
            let end = model.len().min(index + count);
            assert_eq!(pack.remove(pos(index).unwrap(), count), end - index);
            model.drain(index..end);
        }
        Step::SplitAndAppend(index) => {
            let index = at(index);
            let tail = pack.split_off(pos(index).unwrap());
            assert_eq!(texts(&tail), model[index..]);
            assert_eq!(texts(pack), model[..index]);
            pack.append(&tail);
        }
    }
}

proptest! {
    #[test]
    fn every_sequence_of_operations_matches_a_vector(steps in prop::collection::vec(step(), 1..60)) {
        let mut pack = Listpack::new();
        let mut model = Vec::new();
        for step in steps {
            run(step, &mut pack, &mut model);
            prop_assert_eq!(pack.len(), model.len());
            prop_assert_eq!(&texts(&pack), &model);
            let backwards: Vec<_> = pack.iter().rev().map(|item| item.to_vec()).collect();
            prop_assert!(backwards.iter().rev().eq(&model));
            prop_assert_eq!(pack.bytes(), pack.iter().map(|item| Encoded::from(item).size()).sum::<usize>());
        }
        for (index, text) in model.iter().enumerate() {
            prop_assert!(pack.nth(index) == Some(Item::Bytes(text)));
            let found = model.iter().position(|other| other == text);
            prop_assert_eq!(pack.find(&text[..], 1), found.and_then(|index| pack.seek(index)));
        }
        prop_assert!(pack.nth(model.len()).is_none());
        prop_assert_eq!(texts(&pack.clone()), model);
    }
}

//! What would cost more than it is worth: too much memory, or time that grows with the square of its size. Limits of length are
//! lower in unit tests.

use super::{
    super::{lzf, writer::Writer},
    Encodings, Malformed, Refusal, View, kind, limits, listpack, plain, read, read_again, read_parts, seal,
};
use crate::{
    structures::listpack::{ITEM_BYTES_MAX, Listpack},
    types::list::List,
};

/// A string of `len` times `a`, compressed.
fn compressed(len: usize) -> Vec<u8> {
    let mut writer = Writer::new(true);
    writer.string(&vec![b'a'; len]);
    let bytes = writer.into_bytes();
    assert!(bytes.len() < len / 50);
    bytes
}

#[test]
fn a_string_is_no_longer_than_an_element_can_be() {
    let longest = read_parts(kind::STRING, &[&compressed(ITEM_BYTES_MAX)], true).expect("a string");
    let super::Plain::Text(longest) = longest else { panic!("a string") };
    let mut list = List::new();
    list.push_back(&longest, &limits(Encodings::default()));
    assert_eq!(list.len(), 1);
    let longer = compressed(ITEM_BYTES_MAX + 1);
    for (of, parts) in [
        (kind::STRING, [&[][..], &longer]),
        (kind::LIST, [b"\x01", &longer]),
        (kind::SET, [b"\x01", &longer]),
        (kind::HASH, [b"\x01\x01f", &longer]),
        (kind::LIST_QUICKLIST_2, [b"\x01\x01", &longer]),
    ] {
        assert_eq!(read_parts(of, &parts, true), Err(Malformed));
    }
    let mut plain = Writer::new(false);
    plain.string(&vec![b'a'; ITEM_BYTES_MAX + 1]);
    assert_eq!(read_parts(kind::STRING, &[plain.written()], true), Err(Malformed));
}

#[test]
fn a_compact_form_is_no_longer_than_one_of_ours_can_be() {
    let block = compressed(Listpack::BYTES_MAX + 17);
    for of in [
        kind::HASH_ZIPMAP,
        kind::LIST_ZIPLIST,
        kind::SET_INTSET,
        kind::ZSET_ZIPLIST,
        kind::HASH_ZIPLIST,
        kind::HASH_LISTPACK,
        kind::ZSET_LISTPACK,
        kind::SET_LISTPACK,
    ] {
        assert_eq!(
            read(&seal([&[of], &block[..]].concat()), &limits(Encodings::default()), false).err(),
            Some(Refusal::Data)
        );
    }
    assert!(lzf::decompress(b"\x00a", usize::MAX).is_none());
}

/// Thresholds that no value exceeds.
fn lifted() -> Encodings {
    Encodings {
        set_max_intset_entries: usize::MAX,
        set_max_listpack_entries: usize::MAX,
        set_max_listpack_value: usize::MAX,
        ..super::wide()
    }
}

/// A listpack as a string.
fn packed(of: u8, pack: &Listpack) -> Vec<u8> {
    let mut writer = Writer::new(true);
    writer.byte(of);
    writer.string(&listpack::block_of(pack));
    seal(writer.into_bytes())
}

#[test]
fn all_fields_of_a_long_listpack_may_come_again() {
    let limits = limits(lifted());
    let mut pack = Listpack::new();
    for number in 0..80_000 {
        pack.push_back(format!("f:{}", number % 40_000).as_bytes());
        pack.push_back(number);
    }
    let payload = packed(kind::HASH_LISTPACK, &pack);
    assert_eq!(read(&payload, &limits, true).err(), Some(Refusal::Data));
    let entry = read(&payload, &limits, false).expect("a hash");
    assert_eq!(entry.encoding(), "listpack");
    let hash = entry.hash().expect("a hash");
    assert_eq!(hash.len(), 40_000);
    for number in [0, 1, 20_000, 39_999] {
        let value = hash.get(format!("f:{number}").as_bytes(), &limits).and_then(|value| value.as_int());
        assert_eq!(value, Some(number + 40_000), "the last value counts");
    }
    assert_eq!(plain(&read_again(&entry, &limits)), plain(&entry));
}

#[test]
fn later_values_count_where_a_table_is_needed_in_the_end() {
    let limits = limits(Encodings { hash_max_listpack_entries: 300, ..lifted() });
    let mut pack = Listpack::new();
    for number in (0..200).chain(0..100).chain(0..500) {
        pack.push_back(format!("field:{number}").as_bytes());
        pack.push_back(number + pack.len() as i64);
    }
    let mut block = listpack::block_of(&pack);
    // How many there are is not said.
    block[4..6].fill(0xFF);
    let mut writer = Writer::new(false);
    writer.byte(kind::HASH_LISTPACK);
    writer.string(&block);
    let entry = read(&seal(writer.into_bytes()), &limits, false).expect("a hash");
    let hash = entry.hash().expect("a hash");
    assert_eq!((hash.len(), hash.encoding()), (500, "hashtable"));
    for number in 0..500 {
        let value = hash.get(format!("field:{number}").as_bytes(), &limits).map(|value| value.to_vec());
        assert_eq!(value, Some((number + 600 + 2 * number + 1).to_string().into_bytes()));
    }
}

#[test]
fn long_members_of_sorted_sets_are_not_searched() {
    let limits = limits(lifted());
    let mut pack = Listpack::new();
    for number in 0..500 {
        pack.push_back(format!("{}{number:03}", "m".repeat(2_000)).as_bytes());
        pack.push_back(-number);
    }
    let entry = read(&packed(kind::ZSET_LISTPACK, &pack), &limits, true).expect("a sorted set");
    assert_eq!(entry.encoding(), "listpack");
    assert_eq!(plain(&read_again(&entry, &limits)), plain(&entry));
}

#[test]
fn many_integers_in_descending_order_make_a_set() {
    let limits = limits(lifted());
    let mut ints = [&8u32.to_le_bytes()[..], &200_000u32.to_le_bytes()].concat();
    for number in (0..200_000i64).rev() {
        ints.extend_from_slice(&(number << 33).to_le_bytes());
    }
    let mut writer = Writer::new(false);
    writer.byte(kind::SET_INTSET);
    writer.string(&ints);
    let payload = seal(writer.into_bytes());
    assert_eq!(read(&payload, &limits, true).err(), Some(Refusal::Data));
    let entry = read(&payload, &limits, false).expect("a set");
    let View::Set(set) = entry.view() else { panic!("a set") };
    assert_eq!((set.len(), set.encoding()), (200_000, "intset"));
}

#[test]
fn many_members_of_a_set_come_twice_or_follow_integers() {
    let limits = limits(lifted());
    let mut pack = Listpack::new();
    for number in (0..1_000).chain([5]) {
        pack.push_back(number);
    }
    for number in 0..100_000 {
        pack.push_back(format!("m:{}", number % 50_000).as_bytes());
    }
    let payload = packed(kind::SET_LISTPACK, &pack);
    assert_eq!(read(&payload, &limits, true).err(), Some(Refusal::Data));
    let entry = read(&payload, &limits, false).expect("a set");
    let View::Set(set) = entry.view() else { panic!("a set") };
    assert_eq!((set.len(), set.encoding()), (51_000, "listpack"));
}

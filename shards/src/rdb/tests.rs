//! Writer and reader against each other, and the reader against what nobody wrote.

use std::cell::Cell;

use proptest::prelude::*;

use super::{
    Refusal, Rules, Value, dump,
    format::kind,
    image::{read_image, write_image},
    listpack, restore, seal,
    source::{Malformed, Source},
    value_bytes,
};
use crate::{
    keyspace::{Entry, Keyspace, Object, Settings, entry::View},
    structures::{hash::HashSeed, listpack::Listpack},
    types::{Encodings, Limits, hash::Hash, list::List, set::Set, zset::Rule, zset::ZSet},
};

fn limits(encodings: Encodings) -> Limits {
    encodings.limits(HashSeed::new(7))
}

/// Thresholds that even small values exceed.
fn tight() -> Encodings {
    Encodings {
        hash_max_listpack_entries: 2,
        set_max_intset_entries: 2,
        set_max_listpack_entries: 0,
        zset_max_listpack_entries: 2,
        list_max_listpack_size: 2,
        compact_lists: false,
        ..Encodings::default()
    }
}

/// Thresholds that no value exceeds, beyond what is searched.
fn wide() -> Encodings {
    Encodings {
        hash_max_listpack_entries: usize::MAX,
        hash_max_listpack_value: usize::MAX,
        zset_max_listpack_entries: usize::MAX,
        zset_max_listpack_value: usize::MAX,
        ..Encodings::default()
    }
}

/// What a value holds, whatever its encoding.
#[derive(Clone, Debug, PartialEq)]
enum Plain {
    Text(Vec<u8>),
    List(Vec<Vec<u8>>),
    Set(Vec<Vec<u8>>),
    Hash(Vec<(Vec<u8>, Vec<u8>)>),
    ZSet(Vec<(Vec<u8>, u64)>),
}

fn plain(entry: &Entry) -> Plain {
    match entry.view() {
        View::String(text) => Plain::Text(text.text(&mut itoa::Buffer::new()).to_vec()),
        View::List(list) => Plain::List(list.iter().map(|item| item.to_vec()).collect()),
        View::Set(set) => {
            let mut members: Vec<_> = set.iter().map(|item| item.to_vec()).collect();
            members.sort();
            Plain::Set(members)
        }
        View::Hash(hash) => {
            let mut fields: Vec<_> =
                hash.iter().map(|(field, value)| (field.to_vec(), value.to_vec())).collect();
            fields.sort();
            Plain::Hash(fields)
        }
        View::ZSet(zset) => {
            Plain::ZSet(zset.iter().map(|(member, score)| (member.to_vec(), score.to_bits())).collect())
        }
    }
}

/// The value as an entry in the encoding that the limits give it.
fn entry(plain: &Plain, limits: &Limits) -> Entry {
    let object = match plain {
        Plain::Text(text) => return Entry::string(b"key", text, 0),
        Plain::List(items) => {
            let mut list = List::new();
            for item in items {
                list.push_back(item, limits);
            }
            Object::List(list)
        }
        Plain::Set(members) => {
            let mut set = Set::new();
            for member in members {
                assert!(set.add(member, limits));
            }
            Object::Set(set)
        }
        Plain::Hash(fields) => {
            let mut hash = Hash::new();
            for (field, value) in fields {
                assert!(hash.set(field, value, limits));
            }
            Object::Hash(hash)
        }
        Plain::ZSet(members) => {
            let mut zset = ZSet::new();
            for (member, score) in members {
                zset.add(member, f64::from_bits(*score), Rule::default(), limits).expect("a number");
            }
            Object::ZSet(zset)
        }
    };
    Entry::object(b"key", object, 0)
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string().into_bytes()),
        (-300_000i64..300_000).prop_map(|number| number.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..12),
        ("[ab]{1,4}", 1..60usize).prop_map(|(part, times)| part.repeat(times).into_bytes()),
    ]
}

fn score() -> impl Strategy<Value = u64> {
    let score = prop_oneof![
        (-1_000i64..1_000).prop_map(|number| number as f64),
        any::<f64>().prop_filter("a number that is not -0", |score| !score.is_nan() && *score != 0.0),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
    ];
    score.prop_map(f64::to_bits)
}

fn value() -> impl Strategy<Value = Plain> {
    let texts = || prop::collection::vec(text(), 1..40);
    prop_oneof![
        text().prop_map(Plain::Text),
        texts().prop_map(Plain::List),
        prop::collection::btree_set(text(), 1..40).prop_map(|set| Plain::Set(set.into_iter().collect())),
        prop::collection::btree_set(any::<i64>(), 1..40).prop_map(|set| Plain::Set(
            set.into_iter().map(|number| number.to_string().into_bytes()).collect()
        )),
        prop::collection::btree_map(text(), text(), 1..40)
            .prop_map(|map| Plain::Hash(map.into_iter().collect())),
        prop::collection::btree_map(text(), score(), 1..40)
            .prop_map(|map| Plain::ZSet(map.into_iter().collect())),
    ]
}

fn rules(limits: &Limits, strict: bool) -> Rules<'_> {
    Rules { limits, strict, sanitized: Cell::new(0) }
}

fn read(payload: &[u8], limits: &Limits, strict: bool) -> Result<Entry, Refusal> {
    restore(payload, &rules(limits, strict)).map(|value| value.into_entry(b"key", 0, None))
}

/// Reads a value of type `of` from bytes that follow each other.
fn read_parts(of: u8, parts: &[&[u8]], strict: bool) -> Result<Plain, Malformed> {
    let limits = limits(Encodings::default());
    let bytes = parts.concat();
    let mut source = Source::new(&bytes);
    let value = rules(&limits, strict).read_value(of, &mut source)?;
    assert!(source.rest().is_empty(), "all of it was read");
    Ok(plain(&value.into_entry(b"key", 0, None)))
}

/// A string with its length in front, as it is written in the simplest way.
fn string(bytes: &[u8]) -> Vec<u8> {
    assert!(bytes.len() < 64, "a length of one byte");
    [&[bytes.len() as u8], bytes].concat()
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in value(), compress: bool, strict: bool, form in 0..3, other in 0..3) {
        let encodings = [Encodings::default(), tight(), wide()];
        let [from, to] = [form, other].map(|form| limits(encodings[form as usize]));
        let written = entry(&value, &from);
        let payload = dump(&written, compress);
        let read = read(&payload, &to, strict);
        prop_assert!(read.is_ok());
        if let Ok(read) = read {
            prop_assert_eq!(plain(&read), plain(&written));
            prop_assert_eq!(read.kind(), written.kind());
            if let Plain::Hash(_) | Plain::ZSet(_) = value {
                // How long the elements of a compact form are does not count when it is read.
                let lengths = if written.encoding() == "listpack" { wide() } else { to.encodings };
                let encodings = Encodings {
                    hash_max_listpack_value: lengths.hash_max_listpack_value,
                    zset_max_listpack_value: lengths.zset_max_listpack_value,
                    ..to.encodings
                };
                prop_assert_eq!(read.encoding(), entry(&value, &limits(encodings)).encoding());
            }
        }
    }

    #[test]
    fn a_part_of_a_value_is_none(value in value(), compress: bool, cut in any::<prop::sample::Index>()) {
        let limits = limits(Encodings::default());
        let payload = dump(&entry(&value, &limits), compress);
        let body = &payload[..payload.len() - 10];
        let part = seal(body[..cut.index(body.len())].to_vec());
        prop_assert_eq!(read(&part, &limits, true).err(), Some(Refusal::Data));
    }

    #[test]
    fn a_value_with_other_bits_is_refused_or_read(
        value in value(),
        compress: bool,
        strict: bool,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let limits = limits(Encodings::default());
        let payload = dump(&entry(&value, &limits), compress);
        let mut body = payload[..payload.len() - 10].to_vec();
        for (at, bits) in flips {
            let at = at.index(body.len());
            body[at] ^= bits;
        }
        if let Ok(read) = read(&seal(body), &limits, strict) {
            let again = read_again(&read, &limits);
            prop_assert_eq!(plain(&again), plain(&read));
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(of in 0..22u8, bytes in prop::collection::vec(any::<u8>(), 0..300), strict: bool) {
        let limits = limits(Encodings::default());
        if let Ok(read) = read(&seal([&[of], &bytes[..]].concat()), &limits, strict) {
            prop_assert_eq!(plain(&read_again(&read, &limits)), plain(&read));
        }
    }

    #[test]
    fn any_compact_form_is_refused_or_read(
        of in prop::sample::select(vec![9u8, 10, 11, 12, 13, 16, 17, 20]),
        header in prop::collection::vec(0..20u8, 10..11),
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0..4u8, Just(0xFF)], 0..50),
    ) {
        let limits = limits(Encodings::default());
        let mut block = [&header[..], &bytes, &[0xFF]].concat();
        let total = (block.len() as u32).to_le_bytes();
        block[..4].copy_from_slice(&total);
        let mut sealed = vec![of, 0x40, block.len() as u8];
        sealed.extend_from_slice(&block);
        if let Ok(read) = read(&seal(sealed), &limits, false) {
            prop_assert_eq!(plain(&read_again(&read, &limits)), plain(&read));
        }
    }
}

/// By way of what is written of it.
fn read_again(entry: &Entry, limits: &Limits) -> Entry {
    read(&dump(entry, true), limits, true).expect("what was read can be written and read")
}

#[test]
fn a_broken_seal_is_none() {
    let limits = limits(Encodings::default());
    let payload = dump(&Entry::string(b"key", b"hello", 0), true);
    // DUMP of redis-server 7.0.15.
    assert_eq!(payload, b"\x00\x05hello\n\x00cr\xdfve4 \n");
    for len in 0..payload.len() {
        assert_eq!(read(&payload[..len], &limits, false).err(), Some(Refusal::Seal));
    }
    for at in 0..payload.len() {
        let mut other = payload.clone();
        other[at] ^= 1;
        assert_eq!(read(&other, &limits, false).err(), Some(Refusal::Seal), "byte {at}");
    }
    assert_eq!(read(&seal(Vec::new()), &limits, false).err(), Some(Refusal::Data));
}

#[test]
fn a_version_to_come_is_refused() {
    let limits = limits(Encodings::default());
    let sealed_as = |version: u16| {
        let mut payload = [&[kind::STRING, 1, b'a'][..], &version.to_le_bytes()].concat();
        let checksum = super::format::CHECKSUM.checksum(&payload);
        payload.extend_from_slice(&checksum.to_le_bytes());
        read(&payload, &limits, false).map(|entry| plain(&entry))
    };
    assert_eq!(sealed_as(6), Ok(Plain::Text(b"a".to_vec())));
    assert_eq!(sealed_as(11), Ok(Plain::Text(b"a".to_vec())));
    assert_eq!(sealed_as(12), Err(Refusal::Seal));
}

#[test]
fn a_count_beyond_all_memory_is_refused_at_once() {
    for of in [kind::LIST, kind::SET, kind::ZSET, kind::HASH, kind::ZSET_2, kind::LIST_QUICKLIST_2] {
        assert_eq!(
            read_parts(of, &[b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff", &string(b"a")], true),
            Err(Malformed)
        );
    }
    assert_eq!(read_parts(kind::STRING, &[b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff"], true), Err(Malformed));
    assert_eq!(
        read_parts(kind::STRING, &[b"\xc3\x02\x81\x7f\xff\xff\xff\xff\xff\xff\xff\x00a"], true),
        Err(Malformed)
    );
}

#[test]
fn nothing_is_no_value() {
    for of in [
        kind::LIST,
        kind::SET,
        kind::ZSET,
        kind::HASH,
        kind::ZSET_2,
        kind::LIST_QUICKLIST,
        kind::LIST_QUICKLIST_2,
    ] {
        assert_eq!(read_parts(of, &[b"\x00"], false), Err(Malformed));
    }
    let listpack = string(b"\x07\x00\x00\x00\x00\x00\xff");
    for of in [kind::HASH_LISTPACK, kind::ZSET_LISTPACK, kind::SET_LISTPACK] {
        assert_eq!(read_parts(of, &[&listpack], false), Err(Malformed));
    }
    // One listpack of several may be empty.
    let full = string(b"\x0a\x00\x00\x00\x01\x00\x81a\x02\xff");
    assert_eq!(
        read_parts(kind::LIST_QUICKLIST_2, &[b"\x02\x02", &listpack, b"\x02", &full], true),
        Ok(Plain::List(texts(&["a"])))
    );
    assert_eq!(read_parts(kind::LIST_QUICKLIST_2, &[b"\x01\x02", &listpack], true), Err(Malformed));
    assert_eq!(read_parts(kind::LIST_QUICKLIST_2, &[b"\x01\x03", &full], true), Err(Malformed));
}

#[test]
fn elements_outside_of_listpacks_are_read() {
    assert_eq!(
        read_parts(kind::LIST_QUICKLIST_2, &[b"\x02\x01", &string(b"plain"), b"\x01", b"\xc0\x07"], true),
        Ok(Plain::List(texts(&["plain", "7"])))
    );
    assert_eq!(read_parts(kind::LIST_QUICKLIST_2, &[b"\x01\x01", &string(b"")], true), Err(Malformed));
    assert_eq!(
        read_parts(kind::LIST, &[b"\x02", &string(b"a"), &string(b"")], true),
        Ok(Plain::List(texts(&["a", ""])))
    );
}

/// A ziplist of "a", "1", 3, -4, "a", with each width of an integer behind it.
fn ziplist() -> Vec<u8> {
    let mut block = b"\0\0\0\0\0\0\0\0\x07\x00".to_vec();
    let mut before = 0;
    let mut tail = 0;
    for entry in [
        &b"\x01a"[..],
        b"\xf2",
        b"\xfe\xfc",
        b"\xc0\x00\x80",
        b"\xf0\x00\x00\x80",
        b"\xd0\x00\x00\x00\x80",
        b"\xe0\x00\x00\x00\x00\x00\x00\x00\x80",
    ] {
        tail = block.len();
        block.push(before);
        block.extend_from_slice(entry);
        before = entry.len() as u8 + 1;
    }
    block.push(0xFF);
    let total = block.len() as u32;
    block[..4].copy_from_slice(&total.to_le_bytes());
    block[4..8].copy_from_slice(&(tail as u32).to_le_bytes());
    block
}

#[test]
fn lists_in_ziplists_are_read() {
    let expected = texts(&["a", "1", "-4", "-32768", "-8388608", "-2147483648", "-9223372036854775808"]);
    let block = ziplist();
    assert_eq!(read_parts(kind::LIST_ZIPLIST, &[&string(&block)], true), Ok(Plain::List(expected.clone())));
    assert_eq!(
        read_parts(kind::LIST_QUICKLIST, &[b"\x02", &string(&block), &string(&block)], true),
        Ok(Plain::List([expected.clone(), expected].concat()))
    );
    // What its header and its entries say of each other must be true.
    for at in [0, 4, 8, 10, 13, block.len() - 1] {
        let mut other = block.clone();
        other[at] = other[at].wrapping_add(1);
        assert_eq!(read_parts(kind::LIST_ZIPLIST, &[&string(&other)], false), Err(Malformed), "byte {at}");
    }
}

/// A ziplist of four short texts.
fn ziplist_of(entries: [&[u8]; 4]) -> Vec<u8> {
    let mut block = b"\0\0\0\0\0\0\0\0\x04\x00".to_vec();
    let (mut before, mut tail) = (0, 0);
    for entry in entries {
        tail = block.len() as u32;
        block.extend_from_slice(&[before, entry.len() as u8]);
        block.extend_from_slice(entry);
        before = entry.len() as u8 + 2;
    }
    block.push(0xFF);
    let total = block.len() as u32;
    block[..4].copy_from_slice(&total.to_le_bytes());
    block[4..8].copy_from_slice(&tail.to_le_bytes());
    string(&block)
}

fn pairs(pairs: [(&str, &str); 2]) -> Vec<(Vec<u8>, Vec<u8>)> {
    pairs.iter().map(|(field, value)| (field.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
}

#[test]
fn hashes_and_sorted_sets_in_ziplists_are_read() {
    let hash = ziplist_of([b"f", b"1", b"g", b"2"]);
    assert_eq!(
        read_parts(kind::HASH_ZIPLIST, &[&hash], true),
        Ok(Plain::Hash(pairs([("f", "1"), ("g", "2")])))
    );
    let zset = ziplist_of([b"a", b"0.5", b"b", b"inf"]);
    let members = vec![(b"a".to_vec(), 0.5f64.to_bits()), (b"b".to_vec(), f64::INFINITY.to_bits())];
    assert_eq!(read_parts(kind::ZSET_ZIPLIST, &[&zset], true), Ok(Plain::ZSet(members)));
    for score in [&b"nan"[..], b"", b"x", b"1x"] {
        assert_eq!(
            read_parts(kind::ZSET_ZIPLIST, &[&ziplist_of([b"a", b"0.5", b"b", score])], false),
            Err(Malformed)
        );
    }
    let odd = string(&ziplist());
    assert_eq!(read_parts(kind::HASH_ZIPLIST, &[&odd], false), Err(Malformed));
}

#[test]
fn what_comes_twice_counts_once_or_not_at_all() {
    let twice = ziplist_of([b"f", b"1", b"f", b"2"]);
    assert_eq!(read_parts(kind::HASH_ZIPLIST, &[&twice], true), Err(Malformed));
    let last = vec![(b"f".to_vec(), b"2".to_vec())];
    assert_eq!(read_parts(kind::HASH_ZIPLIST, &[&twice], false), Ok(Plain::Hash(last)));
    assert_eq!(read_parts(kind::ZSET_ZIPLIST, &[&twice], true), Err(Malformed));
    assert!(read_parts(kind::ZSET_ZIPLIST, &[&twice], false).is_ok());
    // Outside of compact forms it never goes.
    assert_eq!(read_parts(kind::SET, &[b"\x02", &string(b"a"), &string(b"a")], false), Err(Malformed));
    let field = [string(b"f"), string(b"v")].concat();
    assert_eq!(read_parts(kind::HASH, &[b"\x02", &field, &field], false), Err(Malformed));
    let member = [string(b"m"), 1f64.to_le_bytes().to_vec()].concat();
    assert_eq!(read_parts(kind::ZSET_2, &[b"\x02", &member, &member], false), Err(Malformed));
    // Members of arrays are in order.
    let ints = |members: [u8; 2]| string(&[2, 0, 0, 0, 2, 0, 0, 0, members[0], 0, members[1], 0]);
    assert_eq!(read_parts(kind::SET_INTSET, &[&ints([2, 1])], true), Err(Malformed));
    assert_eq!(read_parts(kind::SET_INTSET, &[&ints([2, 1])], false), Ok(Plain::Set(texts(&["1", "2"]))));
    assert_eq!(
        read_parts(kind::SET_INTSET, &[&string(b"\x02\0\0\0\x02\0\0\0\x01\0\x02")], false),
        Err(Malformed)
    );
    assert_eq!(
        read_parts(kind::SET_INTSET, &[&string(b"\x03\0\0\0\x01\0\0\0\x01\0\x02")], false),
        Err(Malformed)
    );
    assert_eq!(read_parts(kind::SET_INTSET, &[&string(b"\x02\0\0\0\0\0\0\0")], false), Err(Malformed));
}

#[test]
fn zipmaps_are_read() {
    let expected = Plain::Hash(pairs([("foo", "bar"), ("hello", "world")]));
    // The second value has two unused bytes behind it.
    let block = string(b"\x02\x03foo\x03\x00bar\x05hello\x05\x02world..\xff");
    assert_eq!(read_parts(kind::HASH_ZIPMAP, &[&block], true), Ok(expected.clone()));
    let unknown = string(b"\xfe\xfe\x03\0\0\0foo\x03\x00bar\x05hello\x05\x00world\xff");
    assert_eq!(read_parts(kind::HASH_ZIPMAP, &[&unknown], true), Ok(expected));
    for block in [
        &b"\x01\x03foo\x03\x00bar\x03foo\x03\x00bar\xff"[..],
        b"\x02\x03foo\x03\x00bar\xff",
        b"\x00\xff",
        b"\x01\xff\xff",
    ] {
        assert_eq!(read_parts(kind::HASH_ZIPMAP, &[&string(block)], true), Err(Malformed));
    }
}

#[test]
fn scores_in_text_are_read() {
    let zset = |score: &[u8]| read_parts(kind::ZSET, &[b"\x01", &string(b"m"), score], true);
    let scored = |score: f64| Ok(Plain::ZSet(vec![(b"m".to_vec(), score.to_bits())]));
    assert_eq!(zset(&string(b"1.5")), scored(1.5));
    assert_eq!(zset(b"\xfe"), scored(f64::INFINITY));
    assert_eq!(zset(b"\xff"), scored(f64::NEG_INFINITY));
    assert_eq!(zset(b"\xfd"), Err(Malformed));
    assert_eq!(zset(&string(b"1.5x")), Err(Malformed));
    let not_a_number = f64::NAN.to_le_bytes();
    assert_eq!(read_parts(kind::ZSET_2, &[b"\x01", &string(b"m"), &not_a_number], true), Err(Malformed));
}

#[test]
fn sets_in_listpacks_are_read() {
    let block = string(b"\x0d\x00\x00\x00\x02\x00\x81a\x02\x81b\x02\xff");
    assert_eq!(read_parts(kind::SET_LISTPACK, &[&block], true), Ok(Plain::Set(texts(&["a", "b"]))));
}

#[test]
fn listpacks_that_do_not_add_up_are_refused() {
    let block = b"\x0d\x00\x00\x00\x02\x00\x81a\x02\x81b\x02\xff";
    for at in [0, 4, 8, 11, 12] {
        let mut other = *block;
        other[at] ^= 0x40;
        assert_eq!(read_parts(kind::SET_LISTPACK, &[&string(&other)], false), Err(Malformed), "byte {at}");
    }
    // How many they are need not be known.
    let mut unknown = *block;
    unknown[4..6].fill(0xFF);
    assert!(read_parts(kind::SET_LISTPACK, &[&string(&unknown)], true).is_ok());
    assert_eq!(read_parts(kind::SET_LISTPACK, &[&string(&block[..12])], true), Err(Malformed));
}

#[test]
fn types_that_are_not_served_are_refused() {
    for of in [6, 7, 8, 15, 19, 21, 22, 200, 255] {
        assert_eq!(read_parts(of, &[b"\x01", &string(b"a")], true), Err(Malformed));
    }
}

#[test]
fn many_fields_of_a_listpack_come_back_in_their_order() {
    let limits = limits(wide());
    let mut hash = Hash::new();
    for number in 0..3_000 {
        hash.append(format!("field:{number}").as_bytes(), b"v", &limits);
    }
    let written = Entry::object(b"key", Object::Hash(hash), 0);
    let read = read(&dump(&written, true), &limits, true).expect("a hash");
    let names = |entry: &Entry| {
        entry.hash().map(|hash| hash.fields().map(|field| field.to_vec()).collect::<Vec<_>>())
    };
    assert_eq!((names(&read), read.encoding()), (names(&written), "listpack"));
}

fn keyspace() -> Keyspace {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 16, seed: 7 });
    keyspace.set_now_ms(1_000_000_000);
    keyspace
}

#[test]
fn an_image_holds_all_databases_expiries_and_times_of_use() {
    let mut keyspace = keyspace();
    for (database, name, at_ms) in [
        (0, &b"a"[..], None),
        (3, b"b", Some(2_000_000_000)),
        (3, b"gone", Some(1_000_000_500)),
        (15, b"c", None),
    ] {
        keyspace.select(database);
        keyspace.set_string(&key_in(&keyspace, name), b"value", None, false);
        keyspace.set_expiry(&key_in(&keyspace, name), at_ms);
    }
    keyspace.set_now_ms(1_000_060_000);
    keyspace.select(0);
    keyspace.set_string(&key_in(&keyspace, b"new"), b"12", None, false);
    let image = write_image(&mut keyspace);
    let limits = keyspace.limits.clone();
    let now = (keyspace.now_ms(), keyspace.clock());
    let read = read_image(&image, &rules(&limits, true), now).expect("an image");
    let mut seen: Vec<_> = read
        .iter()
        .map(|(database, entry)| {
            (*database, entry.key().to_vec(), entry.expire_at_ms(), entry.idle_s(now.1), entry.encoding())
        })
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            (0, b"a".to_vec(), None, 60, "embstr"),
            (0, b"new".to_vec(), None, 0, "int"),
            (3, b"b".to_vec(), Some(2_000_000_000), 60, "embstr"),
            (15, b"c".to_vec(), None, 60, "embstr"),
        ]
    );
    // What has expired since is not loaded.
    let later = read_image(&image, &rules(&limits, true), (2_000_000_000, now.1)).expect("an image");
    assert_eq!(later.len(), 3);
}

fn key_in<'a>(keyspace: &Keyspace, name: &'a [u8]) -> crate::keyspace::Key<'a> {
    keyspace.key_named(name)
}

#[test]
fn an_image_with_other_bits_is_none() {
    let mut keyspace = keyspace();
    keyspace.set_string(&key_in(&keyspace, b"key"), b"value", None, false);
    let image = write_image(&mut keyspace);
    let limits = keyspace.limits.clone();
    for at in 0..image.len() {
        let mut other = image.clone();
        other[at] ^= 1;
        assert!(read_image(&other, &rules(&limits, false), (0, 0)).is_err(), "byte {at}");
        assert!(read_image(&image[..at], &rules(&limits, false), (0, 0)).is_err());
    }
}

#[test]
fn an_image_of_an_older_server_is_read() {
    let mut image =
        b"REDIS0003\xfa\x01a\x01b\xfe\x02\xfd\x00\x00\x00\x10\x00\x01k\x01v\xf9\x07\x00\x01l\xc0\x05\xff"
            .to_vec();
    image.extend_from_slice(&[0; 8]);
    let limits = limits(Encodings::default());
    let read = read_image(&image, &rules(&limits, true), (0, 0)).expect("an image");
    let seen: Vec<_> = read
        .iter()
        .map(|(database, entry)| (*database, entry.key(), entry.expire_at_ms(), plain(entry)))
        .collect();
    let text = |text: &[u8]| Plain::Text(text.to_vec());
    assert_eq!(seen, [(2, &b"k"[..], Some(0x1000_0000 * 1_000), text(b"v")), (2, b"l", None, text(b"5"))]);
}

#[test]
fn what_was_read_says_how_much_was_looked_through() {
    let limits = limits(Encodings::default());
    let payload = dump(&entry(&Plain::Hash(pairs([("f", "1"), ("g", "2")])), &limits), true);
    for (strict, looked_through) in [(false, 0), (true, 1)] {
        let rules = rules(&limits, strict);
        assert!(matches!(restore(&payload, &rules), Ok(Value::Object(Object::Hash(_)))));
        assert_eq!(rules.sanitized.get(), looked_through);
    }
}

#[test]
fn strings_take_as_few_bytes_as_they_can() {
    for (text, bytes) in [
        ("", 1),
        ("127", 2),
        ("128", 3),
        ("-32768", 3),
        ("32768", 5),
        ("2147483648", 11),
        ("007", 4),
        ("abc", 4),
        (&"x".repeat(64), 66),
        (&"x".repeat(16_384), 16_389),
    ] {
        assert_eq!(value_bytes(&Entry::string(b"key", text.as_bytes(), 0), false), bytes, "{text}");
    }
    assert!(value_bytes(&Entry::string(b"key", &[b'x'; 100], 0), true) < 20);
}

/// A listpack of pairs, the last of which is the first again.
fn many_pairs(count: usize) -> Vec<u8> {
    let mut pack = Listpack::new();
    for number in (0..count).chain([0]) {
        pack.insert_pair(None, format!("member:{number}").as_bytes(), number as i64);
    }
    let block = listpack::block_of(&pack);
    [&[0x80][..], &(block.len() as u32).to_be_bytes(), &block].concat()
}

#[test]
fn what_comes_twice_among_many_is_found() {
    let wide = limits(wide());
    let block = many_pairs(2_000);
    for of in [kind::HASH_LISTPACK, kind::ZSET_LISTPACK] {
        let payload = seal([&[of], &block[..]].concat());
        assert_eq!(read(&payload, &wide, true).err(), Some(Refusal::Data));
        let read = read(&payload, &wide, false).expect("a value");
        assert_eq!(read.encoding(), "listpack");
        let len = match read.view() {
            View::Hash(hash) => hash.len(),
            View::ZSet(zset) => zset.len(),
            _ => 0,
        };
        assert_eq!(len, 2_000);
    }
    // More than a header counts.
    let payload = seal([&[kind::HASH_LISTPACK], &many_pairs(40_000)[..]].concat());
    assert_eq!(read(&payload, &wide, true).err(), Some(Refusal::Data));
    let read = read(&payload, &wide, false).expect("a hash");
    assert_eq!((read.hash().map(Hash::len), read.encoding()), (Some(40_000), "listpack"));
}

//! Writer and reader against each other, and the reader against what nobody wrote.

mod compact_forms;
mod hostile;
mod images;

use std::cell::Cell;

use proptest::prelude::*;

use super::{
    Refusal, Rules, Value, dump,
    format::kind,
    listpack, restore, seal,
    source::{Malformed, Source},
    value_bytes,
};
use crate::{
    keyspace::{Entry, Object, entry::View},
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

fn pairs(pairs: [(&str, &str); 2]) -> Vec<(Vec<u8>, Vec<u8>)> {
    pairs.iter().map(|(field, value)| (field.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
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

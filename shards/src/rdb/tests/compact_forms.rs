//! The compact forms of today and of older servers, whole and damaged.

use super::{Malformed, Plain, kind, pairs, read_parts, string, texts};

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

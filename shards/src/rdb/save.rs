//! Writing values.

use super::{format::container, format::kind, ints, listpack, writer::Writer};
use crate::{
    keyspace::{Entry, entry::View},
    resp::number::push_f64,
    structures::{
        intset::Intset,
        listpack::{Item, Listpack},
    },
    types::{hash::Hash, list::List, set::Set, zset::ZSet},
};

/// The type of a value, as it is written.
pub fn kind_of(entry: &Entry) -> u8 {
    match entry.view() {
        View::String(_) => kind::STRING,
        View::List(_) => kind::LIST_QUICKLIST_2,
        View::Set(set) if fitting_ints(set).is_some() => kind::SET_INTSET,
        View::Set(_) => kind::SET,
        View::Hash(hash) if hash.as_pack().is_some() => kind::HASH_LISTPACK,
        View::Hash(_) => kind::HASH,
        View::ZSet(zset) if fits_listpack(zset) => kind::ZSET_LISTPACK,
        View::ZSet(_) => kind::ZSET_2,
    }
}

/// Writes a value without its type.
pub fn write_value(writer: &mut Writer, entry: &Entry) {
    match entry.view() {
        View::String(text) => writer.string(text.text(&mut itoa::Buffer::new())),
        View::List(list) => write_list(writer, list),
        View::Set(set) => write_set(writer, set),
        View::Hash(hash) => write_hash(writer, hash),
        View::ZSet(zset) => write_zset(writer, zset),
    }
}

/// Bytes that the value takes as it is written.
pub fn value_bytes(entry: &Entry, compress: bool) -> usize {
    let mut writer = Writer::new(compress);
    write_value(&mut writer, entry);
    writer.written().len()
}

/// Elements are in listpacks whatever their size, as Redis has those that are smaller than a gigabyte.
fn write_list(writer: &mut Writer, list: &List) {
    writer.length(list.packs().count());
    for pack in list.packs() {
        writer.length(container::PACKED as usize);
        writer.string(&listpack::block_of(pack));
    }
}

/// The members of a set that goes as an array of integers, which must not be longer than is read.
fn fitting_ints(set: &Set) -> Option<&Intset> {
    set.as_ints().filter(|ints| ints.len() * ints.member_bytes() <= Listpack::BYTES_MAX)
}

/// A compact set of texts goes member by member: to Redis 7.0 its listpack is not known.
fn write_set(writer: &mut Writer, set: &Set) {
    if let Some(members) = fitting_ints(set) {
        return writer.string(&ints::block_of(members));
    }
    writer.length(set.len());
    set.iter().for_each(|member| writer.item(member));
}

fn write_hash(writer: &mut Writer, hash: &Hash) {
    if let Some(pack) = hash.as_pack() {
        return writer.string(&listpack::block_of(pack));
    }
    writer.length(hash.len());
    hash.iter().for_each(|(field, value)| {
        writer.item(field);
        writer.item(value);
    });
}

/// Whether a sorted set goes as a listpack, whose scores take up to three times their bytes in ours.
fn fits_listpack(zset: &ZSet) -> bool {
    zset.is_compact() && zset.allocated_bytes() <= Listpack::BYTES_MAX / 4
}

/// The scores in a listpack of Redis are texts, which they are not in ours. Beyond that, members go from the highest on, which lets
/// who reads them put each in front of all others.
fn write_zset(writer: &mut Writer, zset: &ZSet) {
    if fits_listpack(zset) {
        let mut pack = Listpack::new();
        let mut text = Vec::new();
        for (member, score) in zset {
            text.clear();
            push_f64(&mut text, score);
            pack.insert_pair(None, member, Item::Bytes(&text));
        }
        return writer.string(&listpack::block_of(&pack));
    }
    writer.length(zset.len());
    for (member, score) in zset.iter().rev() {
        writer.item(member);
        writer.raw(&score.to_le_bytes());
    }
}

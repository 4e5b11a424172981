//! Building values out of what is read: in time that grows with their size alone, whatever the thresholds of compact encodings
//! are, and with an eye on what comes twice.
//!
//! Hashes and sets whose thresholds were lifted may stay listpacks of any size, in which a search takes as long as they are. So
//! only small ones are searched, of larger ones the elements are remembered, and nothing is replaced within a listpack.

use std::collections::{HashMap, HashSet};

use super::source::Malformed;
use crate::{
    structures::listpack::{Item, Listpack, SCRATCH_BYTES, parse_canonical},
    types::{
        Encodings, Limits,
        hash::Hash,
        set::Set,
        zset::{Change, Rule, ZSet},
    },
};

/// Listpacks of up to so many bytes are searched for what is already there.
const SEARCHED_BYTES_MAX: usize = 2 << 10;
/// Sorted sets are listpacks while they are built up to so many members, of up to so many bytes.
const SORTED_MAX: usize = 64;

/// What comes twice is an error if it must not, else the last one counts.
fn check_new(is_new: bool, strict: bool) -> Result<(), Malformed> {
    if is_new || !strict { Ok(()) } else { Err(Malformed) }
}

/// The elements of a listpack that is being filled, once it is too large to be searched.
#[derive(Debug, Default)]
struct Seen(HashSet<Vec<u8>>);

impl Seen {
    /// Whether `element` is not yet among those of `pack`, every `stride`th of which counts; from now on it is.
    fn is_new(&mut self, element: &[u8], pack: &Listpack, stride: usize) -> bool {
        if pack.bytes() <= SEARCHED_BYTES_MAX {
            return pack.find(element, stride).is_none();
        }
        if self.0.is_empty() {
            self.0.extend(pack.iter().step_by(stride).map(|item| item.to_vec()));
        }
        self.0.insert(element.to_vec())
    }

    /// The listpack is none any more.
    fn forget(&mut self) {
        self.0 = HashSet::new();
    }
}

/// A hash that is being read.
#[derive(Debug)]
pub struct HashBuilder<'a> {
    hash: Hash,
    limits: &'a Limits,
    strict: bool,
    seen: Seen,
    /// Later values of fields that are in a listpack.
    later: HashMap<Vec<u8>, Vec<u8>>,
}

impl<'a> HashBuilder<'a> {
    /// A hash of `count` fields, if that is known.
    pub fn new(count: Option<usize>, limits: &'a Limits, strict: bool) -> Self {
        let hash = count.map_or_else(Hash::new, |count| Hash::for_fields(count, limits));
        Self { hash, limits, strict, seen: Seen::default(), later: HashMap::new() }
    }

    /// One more field.
    pub fn add(&mut self, field: &[u8], value: &[u8]) -> Result<(), Malformed> {
        let Some(pack) = self.hash.as_pack() else {
            return check_new(self.hash.set(field, value, self.limits), self.strict);
        };
        let is_new = self.seen.is_new(field, pack, 2);
        check_new(is_new, self.strict)?;
        if !is_new {
            self.later.insert(field.to_vec(), value.to_vec());
            return Ok(());
        }
        self.hash.append(field, value, self.limits);
        if self.hash.as_pack().is_none() {
            self.seen.forget();
            for (field, value) in self.later.drain() {
                self.hash.set(&field, &value, self.limits);
            }
        }
        Ok(())
    }

    /// As [`Self::add`].
    pub fn add_items(&mut self, field: Item<'_>, value: Item<'_>) -> Result<(), Malformed> {
        self.add(field.as_bytes(&mut [0; SCRATCH_BYTES]), value.as_bytes(&mut [0; SCRATCH_BYTES]))
    }

    /// The hash, which has fields.
    pub fn finish(self) -> Result<Hash, Malformed> {
        if self.hash.is_empty() {
            return Err(Malformed);
        }
        if self.later.is_empty() {
            return Ok(self.hash);
        }
        let mut hash = Hash::new();
        for (field, value) in self.hash.iter() {
            let (mut name, mut text) = ([0; SCRATCH_BYTES], [0; SCRATCH_BYTES]);
            let (field, value) = (field.as_bytes(&mut name), value.as_bytes(&mut text));
            hash.append(field, self.later.get(field).map_or(value, Vec::as_slice), self.limits);
        }
        Ok(hash)
    }
}

/// A set that is being read.
#[derive(Debug)]
pub struct SetBuilder<'a> {
    set: Set,
    count: usize,
    limits: &'a Limits,
    strict: bool,
    /// The members of an array of integers, as they came: put in order once, they need not be moved for each that is added.
    ints: Vec<i64>,
    seen: Seen,
}

impl<'a> SetBuilder<'a> {
    /// A set of `count` members.
    pub fn new(count: usize, limits: &'a Limits, strict: bool) -> Self {
        Self { set: Set::new(), count, limits, strict, ints: Vec::new(), seen: Seen::default() }
    }

    /// One more member.
    pub fn add(&mut self, member: &[u8]) -> Result<(), Malformed> {
        if self.set.is_empty() && self.ints.is_empty() {
            self.set = Set::for_members(member, self.count, self.limits);
        }
        if self.set.as_ints().is_some() {
            if let Some(int) = parse_canonical(member) {
                self.ints.push(int);
                return Ok(());
            }
            self.add_ints()?;
        }
        let Some(pack) = self.set.as_pack() else {
            return check_new(self.set.add(member, self.limits), self.strict);
        };
        let is_new = self.seen.is_new(member, pack, 1);
        if is_new {
            self.set.append(member, self.limits);
            if self.set.as_pack().is_none() {
                self.seen.forget();
            }
        }
        check_new(is_new, self.strict)
    }

    /// As [`Self::add`].
    pub fn add_item(&mut self, member: Item<'_>) -> Result<(), Malformed> {
        self.add(member.as_bytes(&mut [0; SCRATCH_BYTES]))
    }

    /// Adds the integers that came so far.
    fn add_ints(&mut self) -> Result<(), Malformed> {
        let mut ints = std::mem::take(&mut self.ints);
        let count = ints.len();
        ints.sort_unstable();
        ints.dedup();
        check_new(ints.len() == count, self.strict)?;
        for int in ints {
            self.set.add(Item::Int(int).as_bytes(&mut [0; SCRATCH_BYTES]), self.limits);
        }
        Ok(())
    }

    /// The set, which has members.
    pub fn finish(mut self) -> Result<Set, Malformed> {
        self.add_ints()?;
        if self.set.is_empty() { Err(Malformed) } else { Ok(self.set) }
    }
}

/// A sorted set that is being read.
#[derive(Debug)]
pub struct ZSetBuilder<'a> {
    zset: ZSet,
    limits: &'a Limits,
    /// Those under which it is built, which make a large one of it before a search takes long.
    building: Limits,
    strict: bool,
}

impl<'a> ZSetBuilder<'a> {
    /// A sorted set of `count` members.
    pub fn new(count: usize, limits: &'a Limits, strict: bool) -> Self {
        let given = limits.encodings;
        let encodings = Encodings {
            zset_max_listpack_entries: given.zset_max_listpack_entries.min(SORTED_MAX),
            zset_max_listpack_value: given.zset_max_listpack_value.min(SORTED_MAX),
            ..given
        };
        let zset = if count <= encodings.zset_max_listpack_entries { ZSet::new() } else { ZSet::large() };
        Self { zset, limits, building: encodings.limits(limits.seed.clone()), strict }
    }

    /// One more member.
    pub fn add(&mut self, member: &[u8], score: f64) -> Result<(), Malformed> {
        let change = self.zset.add(member, score, Rule::default(), &self.building).map_err(|_| Malformed)?;
        check_new(matches!(change, Change::Added(_)), self.strict)
    }

    /// As [`Self::add`].
    pub fn add_item(&mut self, member: Item<'_>, score: f64) -> Result<(), Malformed> {
        self.add(member.as_bytes(&mut [0; SCRATCH_BYTES]), score)
    }

    /// The sorted set, which has members.
    pub fn finish(mut self) -> Result<ZSet, Malformed> {
        self.zset.compact(self.limits);
        if self.zset.is_empty() { Err(Malformed) } else { Ok(self.zset) }
    }
}

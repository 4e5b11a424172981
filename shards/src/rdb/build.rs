//! Building values out of what is read: in time that grows with their size alone, whatever the thresholds of compact encodings
//! are, and with an eye on what comes twice.

use std::collections::HashSet;

use super::source::Malformed;
use crate::{
    structures::listpack::{Item, SCRATCH_BYTES},
    types::{
        Limits,
        hash::Hash,
        set::Set,
        zset::{Change, Rule, ZSet},
    },
};

/// Compact values of up to so many elements are searched for what is already there, larger ones are not.
const SEARCHED_MAX: usize = 512;

/// What comes twice is an error if it must not, else the last one counts.
fn check_new(is_new: bool, strict: bool) -> Result<(), Malformed> {
    if is_new || !strict { Ok(()) } else { Err(Malformed) }
}

/// A hash that is being read.
#[derive(Debug)]
pub struct HashBuilder<'a> {
    hash: Hash,
    limits: &'a Limits,
    strict: bool,
    /// The fields so far, where a listpack has too many of them to be searched.
    seen: Option<HashSet<Vec<u8>>>,
}

impl<'a> HashBuilder<'a> {
    /// A hash of `count` fields, if that is known.
    pub fn new(count: Option<usize>, limits: &'a Limits, strict: bool) -> Self {
        let hash = count.map_or_else(Hash::new, |count| Hash::for_fields(count, limits));
        let unsearched = count.is_none_or(|count| count > SEARCHED_MAX) && hash.as_pack().is_some();
        Self { hash, limits, strict, seen: unsearched.then(HashSet::new) }
    }

    /// One more field.
    pub fn add(&mut self, field: &[u8], value: &[u8]) -> Result<(), Malformed> {
        let is_new = match &mut self.seen {
            Some(seen) if self.hash.as_pack().is_some() => {
                let is_new = seen.insert(field.to_vec());
                if is_new {
                    self.hash.append(field, value, self.limits);
                } else {
                    self.hash.set(field, value, self.limits);
                }
                is_new
            }
            _ => self.hash.set(field, value, self.limits),
        };
        check_new(is_new, self.strict)
    }

    /// As [`Self::add`].
    pub fn add_items(&mut self, field: Item<'_>, value: Item<'_>) -> Result<(), Malformed> {
        self.add(field.as_bytes(&mut [0; SCRATCH_BYTES]), value.as_bytes(&mut [0; SCRATCH_BYTES]))
    }

    /// The hash, which has fields.
    pub fn finish(self) -> Result<Hash, Malformed> {
        if self.hash.is_empty() { Err(Malformed) } else { Ok(self.hash) }
    }
}

/// A set that is being read.
#[derive(Debug)]
pub struct SetBuilder<'a> {
    set: Set,
    count: usize,
    limits: &'a Limits,
    strict: bool,
}

impl<'a> SetBuilder<'a> {
    /// A set of `count` members.
    pub fn new(count: usize, limits: &'a Limits, strict: bool) -> Self {
        Self { set: Set::new(), count, limits, strict }
    }

    /// One more member.
    pub fn add(&mut self, member: &[u8]) -> Result<(), Malformed> {
        if self.set.is_empty() {
            self.set = Set::for_members(member, self.count, self.limits);
        }
        check_new(self.set.add(member, self.limits), self.strict)
    }

    /// As [`Self::add`].
    pub fn add_item(&mut self, member: Item<'_>) -> Result<(), Malformed> {
        self.add(member.as_bytes(&mut [0; SCRATCH_BYTES]))
    }

    /// The set, which has members.
    pub fn finish(self) -> Result<Set, Malformed> {
        if self.set.is_empty() { Err(Malformed) } else { Ok(self.set) }
    }
}

/// A sorted set that is being read.
#[derive(Debug)]
pub struct ZSetBuilder<'a> {
    zset: ZSet,
    limits: &'a Limits,
    strict: bool,
}

impl<'a> ZSetBuilder<'a> {
    /// A sorted set of `count` members.
    pub fn new(count: usize, limits: &'a Limits, strict: bool) -> Self {
        let zset = if count <= SEARCHED_MAX.min(limits.encodings.zset_max_listpack_entries) {
            ZSet::new()
        } else {
            ZSet::large()
        };
        Self { zset, limits, strict }
    }

    /// One more member.
    pub fn add(&mut self, member: &[u8], score: f64) -> Result<(), Malformed> {
        let change = self.zset.add(member, score, Rule::default(), self.limits).map_err(|_| Malformed)?;
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

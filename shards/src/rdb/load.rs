//! Reading values.

use std::{borrow::Cow, cell::Cell};

use bytes::Bytes;

use super::{
    build::{HashBuilder, SetBuilder, ZSetBuilder},
    format::{container, kind},
    ints,
    listpack::Elements,
    source::{Items, Malformed, Source},
    ziplist::Entries,
    zipmap::Fields,
};
use crate::{
    keyspace::{Entry, Object},
    resp::number::read_f64,
    structures::listpack::{Item, SCRATCH_BYTES},
    types::{Encodings, Limits, list::List},
};

/// Under which rules values are read.
#[derive(Debug)]
pub struct Rules<'a> {
    /// Encoding thresholds.
    pub limits: &'a Limits,
    /// Whether compact forms must hold nothing twice, and arrays of integers be in order (`sanitize-dump-payload`). Else those are
    /// put in order, and the last of what comes twice counts. Whether they can be read at all is looked at in any case.
    pub strict: bool,
    /// How many compact forms were looked at so.
    pub sanitized: Cell<u64>,
}

/// A value that was read.
#[derive(Debug)]
pub enum Value {
    /// A string.
    Text(Bytes),
    /// Any other.
    Object(Object),
}

impl Value {
    /// The value under a key; `clock` and `expire_at_ms` as for [`Entry::object_until`].
    pub fn into_entry(self, key: &[u8], clock: u32, expire_at_ms: Option<i64>) -> Entry {
        match self {
            Self::Text(text) => Entry::shared_until(key, text, clock, expire_at_ms),
            Self::Object(object) => Entry::object_until(key, object, clock, expire_at_ms),
        }
    }
}

impl Rules<'_> {
    /// Reads a value of type `of`. Whatever follows it stays.
    ///
    /// # Errors
    /// [`Malformed`] if it is none, or empty, or of a type that is not served.
    pub fn read_value(&self, of: u8, source: &mut Source<'_>) -> Result<Value, Malformed> {
        Ok(Value::Object(match of {
            kind::STRING => return source.string().map(|text| Value::Text(owned(text))),
            kind::LIST => Object::List(self.list(source)?),
            kind::LIST_ZIPLIST => {
                let mut list = List::new();
                self.add_ziplist(&mut list, source)?;
                Object::List(non_empty(list)?)
            }
            kind::LIST_QUICKLIST | kind::LIST_QUICKLIST_2 => Object::List(self.quicklist(of, source)?),
            kind::SET | kind::SET_INTSET | kind::SET_LISTPACK => self.set(of, source)?,
            kind::HASH => self.hash(source)?,
            kind::HASH_LISTPACK => {
                let block = self.block(source)?;
                let elements = Elements::of(&block)?;
                self.compact_hash(elements.expected(), elements)?
            }
            kind::HASH_ZIPLIST => {
                let block = self.block(source)?;
                let entries = Entries::of(&block)?;
                self.compact_hash(entries.expected(), entries)?
            }
            kind::HASH_ZIPMAP => self.zipmap(source)?,
            kind::ZSET | kind::ZSET_2 => self.zset(of, source)?,
            kind::ZSET_LISTPACK => {
                let block = self.block(source)?;
                let elements = Elements::of(&block)?;
                self.compact_zset(elements.expected(), elements)?
            }
            kind::ZSET_ZIPLIST => {
                let block = self.block(source)?;
                let entries = Entries::of(&block)?;
                self.compact_zset(entries.expected(), entries)?
            }
            _ => return Err(Malformed),
        }))
    }

    /// A compact form.
    fn block<'s>(&self, source: &mut Source<'s>) -> Result<Cow<'s, [u8]>, Malformed> {
        self.sanitized.set(self.sanitized.get() + u64::from(self.strict));
        source.block()
    }

    fn list(&self, source: &mut Source<'_>) -> Result<List, Malformed> {
        let mut list = List::new();
        for _ in 0..source.length()? {
            list.push_back(&source.string()?, self.limits);
        }
        non_empty(list)
    }

    fn quicklist(&self, of: u8, source: &mut Source<'_>) -> Result<List, Malformed> {
        let mut list = List::new();
        for _ in 0..source.length()? {
            if of == kind::LIST_QUICKLIST {
                self.add_ziplist(&mut list, source)?;
                continue;
            }
            match source.length()? {
                container::PLAIN => list.push_back(&non_empty_text(source.string()?)?, self.limits),
                container::PACKED => {
                    let block = self.block(source)?;
                    self.add_all(&mut list, Elements::of(&block)?)?;
                }
                _ => return Err(Malformed),
            }
        }
        non_empty(list)
    }

    fn add_ziplist(&self, list: &mut List, source: &mut Source<'_>) -> Result<(), Malformed> {
        let block = self.block(source)?;
        self.add_all(list, Entries::of(&block)?)
    }

    fn add_all<'a>(&self, list: &mut List, mut items: impl Items<'a>) -> Result<(), Malformed> {
        while let Some(item) = items.advance()? {
            list.push_back(item.as_bytes(&mut [0; SCRATCH_BYTES]), self.limits);
        }
        Ok(())
    }

    fn set(&self, of: u8, source: &mut Source<'_>) -> Result<Object, Malformed> {
        if of == kind::SET {
            let count = source.count()?;
            let mut set = SetBuilder::new(count, self.limits, true);
            for _ in 0..count {
                set.add(&source.string()?)?;
            }
            return set.finish().map(Object::Set);
        }
        let block = self.block(source)?;
        if of == kind::SET_LISTPACK {
            let mut elements = Elements::of(&block)?;
            let mut set = SetBuilder::new(elements.expected().unwrap_or(0), self.limits, self.strict);
            while let Some(element) = elements.advance()? {
                set.add_item(element)?;
            }
            return set.finish().map(Object::Set);
        }
        let members = ints::members(&block)?;
        // As in Redis, an array that is too long becomes a table, even if it would fit a listpack.
        let fits = members.len() <= self.limits.encodings.set_max_intset_entries;
        let count = if fits { members.len() } else { usize::MAX };
        let mut set = SetBuilder::new(count, self.limits, self.strict);
        let mut before = None;
        for member in members {
            if self.strict && before.is_some_and(|before| before >= member) {
                return Err(Malformed);
            }
            before = Some(member);
            set.add_item(Item::Int(member))?;
        }
        set.finish().map(Object::Set)
    }

    fn hash(&self, source: &mut Source<'_>) -> Result<Object, Malformed> {
        let count = source.count()?;
        let mut hash = HashBuilder::new(Some(count), self.limits, true);
        for _ in 0..count {
            let field = source.string()?;
            hash.add(&field, &source.string()?)?;
        }
        hash.finish().map(Object::Hash)
    }

    /// As in Redis, what was compact stays so unless it has too many fields, however long they are.
    fn compact_hash<'a>(&self, count: Option<usize>, mut items: impl Items<'a>) -> Result<Object, Malformed> {
        let encodings = Encodings { hash_max_listpack_value: usize::MAX, ..self.limits.encodings };
        let limits = encodings.limits(self.limits.seed.clone());
        let mut hash = HashBuilder::new(count.map(|count| count / 2), &limits, self.strict);
        while let Some((field, value)) = items.pair()? {
            hash.add_items(field, value)?;
        }
        hash.finish().map(Object::Hash)
    }

    /// A zipmap was looked at as a whole in Redis, too, whether asked for or not.
    fn zipmap(&self, source: &mut Source<'_>) -> Result<Object, Malformed> {
        let block = self.block(source)?;
        let mut fields = Fields::of(&block)?;
        let mut hash = HashBuilder::new(None, self.limits, true);
        while let Some((field, value)) = fields.advance()? {
            hash.add(field, value)?;
        }
        hash.finish().map(Object::Hash)
    }

    fn zset(&self, of: u8, source: &mut Source<'_>) -> Result<Object, Malformed> {
        let count = source.count()?;
        // It was large, and a score of -0, which the compact form lacks, stays if it stays so.
        let mut zset = ZSetBuilder::new(usize::MAX, self.limits, true);
        for _ in 0..count {
            let member = source.string()?;
            let score = if of == kind::ZSET_2 {
                source.array().map(f64::from_le_bytes)?
            } else {
                text_score(source)?
            };
            zset.add(&member, score)?;
        }
        zset.finish().map(Object::ZSet)
    }

    /// As in Redis, what was compact stays so unless it has too many members, however long they are.
    fn compact_zset<'a>(&self, count: Option<usize>, mut items: impl Items<'a>) -> Result<Object, Malformed> {
        let encodings = Encodings { zset_max_listpack_value: usize::MAX, ..self.limits.encodings };
        let limits = encodings.limits(self.limits.seed.clone());
        let mut zset = ZSetBuilder::new(count.map_or(usize::MAX, |count| count / 2), &limits, self.strict);
        while let Some((member, score)) = items.pair()? {
            let score = match score {
                Item::Int(score) => score as f64,
                Item::Bytes(text) => read_f64(text).ok_or(Malformed)?,
            };
            zset.add_item(member, score)?;
        }
        zset.finish().map(Object::ZSet)
    }
}

/// A score as it was written before there were binary ones: its text behind the length of it, or a length that stands for what has
/// no text.
fn text_score(source: &mut Source<'_>) -> Result<f64, Malformed> {
    const NEGATIVE_INFINITY: u8 = 255;
    const INFINITY: u8 = 254;
    const NOT_A_NUMBER: u8 = 253;
    match source.byte()? {
        NEGATIVE_INFINITY => Ok(f64::NEG_INFINITY),
        INFINITY => Ok(f64::INFINITY),
        NOT_A_NUMBER => Err(Malformed),
        len => read_f64(source.take(len.into())?).ok_or(Malformed),
    }
}

fn owned(text: Cow<'_, [u8]>) -> Bytes {
    match text {
        Cow::Borrowed(text) => Bytes::copy_from_slice(text),
        Cow::Owned(text) => text.into(),
    }
}

fn non_empty(list: List) -> Result<List, Malformed> {
    if list.is_empty() { Err(Malformed) } else { Ok(list) }
}

/// Redis takes an element outside of a listpack for missing if it has no bytes.
fn non_empty_text(text: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, Malformed> {
    if text.is_empty() { Err(Malformed) } else { Ok(text) }
}

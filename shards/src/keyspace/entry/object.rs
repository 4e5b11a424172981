//! Entries whose value is a list, a set, a hash or a sorted set: the value of the type lies in the block, and what it owns
//! behind it, so a small hash takes one block and its listpack.

use super::Entry;
use super::block::Shape;
use super::header::{Form, Kind, SHORT_KEY_MAX};
use super::string::{EMBED_MAX, StrRef};
use crate::structures::size_class::size_class;
use crate::types::{hash::Hash, list::List, set::Set, zset::ZSet};
use std::fmt;
use std::ptr::NonNull;

/// A value that is no string.
#[derive(Debug)]
pub enum Object {
    /// A list.
    List(List),
    /// A set.
    Set(Set),
    /// A hash.
    Hash(Hash),
    /// A sorted set.
    ZSet(ZSet),
}

/// A value of any type, as it lies in an entry.
#[derive(Debug)]
pub enum View<'a> {
    /// A string.
    String(StrRef<'a>),
    /// A list.
    List(&'a List),
    /// A set.
    Set(&'a Set),
    /// A hash.
    Hash(&'a Hash),
    /// A sorted set.
    ZSet(&'a ZSet),
}

impl Object {
    /// The type of the value.
    pub fn kind(&self) -> Kind {
        match self {
            Self::List(_) => Kind::List,
            Self::Set(_) => Kind::Set,
            Self::Hash(_) => Kind::Hash,
            Self::ZSet(_) => Kind::ZSet,
        }
    }
}

/// A type whose values lie in the block of an entry of this kind.
trait Inline: Send + Sized {
    const KIND: Kind;
}

impl Inline for List {
    const KIND: Kind = Kind::List;
}

impl Inline for Set {
    const KIND: Kind = Kind::Set;
}

impl Inline for Hash {
    const KIND: Kind = Kind::Hash;
}

impl Inline for ZSet {
    const KIND: Kind = Kind::ZSet;
}

/// The bytes that a value of `kind` takes in the block.
pub(super) const fn inline_bytes(kind: Kind) -> usize {
    match kind {
        Kind::String => 0,
        Kind::List => size_of::<List>(),
        Kind::Set => size_of::<Set>(),
        Kind::Hash => size_of::<Hash>(),
        Kind::ZSet => size_of::<ZSet>(),
    }
}

const _: () = {
    assert!(
        align_of::<List>() <= 8
            && align_of::<Set>() <= 8
            && align_of::<Hash>() <= 8
            && align_of::<ZSet>() <= 8
    );
    // Every block with a short key has a class number: header, expiry, key, padding, value.
    let kinds = [Kind::List, Kind::Set, Kind::Hash, Kind::ZSet];
    let mut largest = EMBED_MAX;
    let mut kind = 0;
    while kind < kinds.len() {
        if inline_bytes(kinds[kind]) > largest {
            largest = inline_bytes(kinds[kind]);
        }
        kind += 1;
    }
    assert!(8 + 8 + SHORT_KEY_MAX + 7 + largest <= super::classes::NUMBERED_MAX);
};

#[inline]
fn shape(kind: Kind) -> Shape {
    Shape { kind, form: Form::Object, raw: false, bytes: inline_bytes(kind) }
}

/// # Safety
/// `room` must be valid for a write of the value inside `object`, and aligned to eight.
unsafe fn write(object: Object, room: NonNull<u8>) {
    // SAFETY: the caller's promise.
    unsafe {
        match object {
            Object::List(list) => room.cast().write(list),
            Object::Set(set) => room.cast().write(set),
            Object::Hash(hash) => room.cast().write(hash),
            Object::ZSet(zset) => room.cast().write(zset),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key().escape_ascii().to_string())
            .field("expire_at_ms", &self.expire_at_ms())
            .field("value", &self.view())
            .finish_non_exhaustive()
    }
}

impl Entry {
    /// An entry with a value that is no string, without expiry. Of `clock`, the access clock, the low 24 bits count.
    pub fn object(key: &[u8], value: Object, clock: u32) -> Self {
        Self::object_until(key, value, clock, None)
    }

    /// As [`Entry::object`], expiring at `expire_at_ms`, in milliseconds since 1970, if at all.
    pub fn object_until(key: &[u8], value: Object, clock: u32, expire_at_ms: Option<i64>) -> Self {
        // SAFETY: the value is written at once, to an address aligned for it.
        unsafe {
            let (entry, room) = Self::with_room(key, shape(value.kind()), expire_at_ms, clock);
            write(value, room);
            entry
        }
    }

    /// Makes the value this object, and the expiry `expire_at_ms`, in milliseconds since 1970. Answers the object it
    /// replaces, if it was no string, for the caller to free in its own time.
    pub fn replace_object(&mut self, value: Object, expire_at_ms: Option<i64>) -> Option<Object> {
        let replaced = self.take_object();
        // SAFETY: the value is written at once, to an address aligned for it.
        unsafe {
            let room = self.renew(shape(value.kind()), expire_at_ms);
            write(value, room);
        }
        replaced
    }

    /// Moves the object out, for the caller to free in its own time, and leaves an empty string. `None` if the value is a
    /// string, which stays.
    pub fn take_object(&mut self) -> Option<Object> {
        let value = self.value();
        // SAFETY: the kind says what lies at `value`; the header forgets it before anything else looks.
        let object = unsafe {
            match self.kind() {
                Kind::String => return None,
                Kind::List => Object::List(value.cast().read()),
                Kind::Set => Object::Set(value.cast().read()),
                Kind::Hash => Object::Hash(value.cast().read()),
                Kind::ZSet => Object::ZSet(value.cast().read()),
            }
        };
        self.forget_value();
        Some(object)
    }

    /// The value.
    pub fn view(&self) -> View<'_> {
        let value = self.value();
        // SAFETY: the kind says that a value of this type lies there, aligned; it changes only through `&mut self`.
        unsafe {
            match self.kind() {
                Kind::String => View::String(self.string_unchecked()),
                Kind::List => View::List(value.cast().as_ref()),
                Kind::Set => View::Set(value.cast().as_ref()),
                Kind::Hash => View::Hash(value.cast().as_ref()),
                Kind::ZSet => View::ZSet(value.cast().as_ref()),
            }
        }
    }

    #[inline]
    fn inline<T: Inline>(&self) -> Option<&T> {
        // SAFETY: the kind says that a value of this type lies there, aligned; it changes only through `&mut self`.
        (self.kind() == T::KIND).then(|| unsafe { self.value().cast::<T>().as_ref() })
    }

    #[inline]
    fn inline_mut<T: Inline>(&mut self) -> Option<&mut T> {
        // SAFETY: as above, and `&mut self` makes the access exclusive.
        (self.kind() == T::KIND).then(|| unsafe { self.value().cast::<T>().as_mut() })
    }

    /// The value, if it is a list.
    #[inline]
    pub fn list(&self) -> Option<&List> {
        self.inline()
    }

    /// The value to change, if it is a list.
    #[inline]
    pub fn list_mut(&mut self) -> Option<&mut List> {
        self.inline_mut()
    }

    /// The value, if it is a set.
    #[inline]
    pub fn set(&self) -> Option<&Set> {
        self.inline()
    }

    /// The value to change, if it is a set.
    #[inline]
    pub fn set_mut(&mut self) -> Option<&mut Set> {
        self.inline_mut()
    }

    /// The value, if it is a hash.
    #[inline]
    pub fn hash(&self) -> Option<&Hash> {
        self.inline()
    }

    /// The value to change, if it is a hash.
    #[inline]
    pub fn hash_mut(&mut self) -> Option<&mut Hash> {
        self.inline_mut()
    }

    /// The value, if it is a sorted set.
    #[inline]
    pub fn zset(&self) -> Option<&ZSet> {
        self.inline()
    }

    /// The value to change, if it is a sorted set.
    #[inline]
    pub fn zset_mut(&mut self) -> Option<&mut ZSet> {
        self.inline_mut()
    }

    /// What `OBJECT ENCODING` answers.
    pub fn encoding(&self) -> &'static str {
        match self.view() {
            View::String(_) => self.string_encoding(),
            View::List(list) => list.encoding(),
            View::Set(set) => set.encoding(),
            View::Hash(hash) => hash.encoding(),
            View::ZSet(zset) => zset.encoding(),
        }
    }

    /// The memory that the entry takes, in bytes: its block and what the value owns outside. Room that an appended text keeps
    /// for its growth is not known, and not counted.
    pub fn heap_bytes(&self) -> usize {
        self.estimated_bytes(usize::MAX)
    }

    /// As [`Entry::heap_bytes`], from the size of up to `samples` elements of a large value, one at the least.
    pub fn estimated_bytes(&self, samples: usize) -> usize {
        let outside = match self.view() {
            View::String(StrRef::Shared(text)) => size_class(text.len()),
            View::String(_) => 0,
            View::List(list) => list.allocated_bytes(),
            View::Set(set) => set.estimated_bytes(samples),
            View::Hash(hash) => hash.estimated_bytes(samples),
            View::ZSet(zset) => zset.allocated_bytes(),
        };
        self.block_bytes() + outside
    }
}

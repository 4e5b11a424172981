//! Values by their type: what list, set, hash and sorted-set handlers ask of the keyspace.

use super::{Entry, EventClasses, Key, Keyspace, Object, database::Database};
use crate::{
    command::Error,
    structures::random::Rng,
    types::{Limits, hash::Hash, list::List, set::Set, zset::ZSet},
};

/// A value type that lives in an entry.
pub trait Typed: Sized + Default {
    /// The value, if the entry holds this type.
    fn of(entry: &Entry) -> Option<&Self>;
    /// The value, to change.
    fn of_mut(entry: &mut Entry) -> Option<&mut Self>;
    /// The value as an entry's object.
    fn into_object(self) -> Object;
}

macro_rules! typed {
    ($type:ident, $of:ident, $of_mut:ident) => {
        impl Typed for $type {
            #[inline]
            fn of(entry: &Entry) -> Option<&Self> {
                entry.$of()
            }
            #[inline]
            fn of_mut(entry: &mut Entry) -> Option<&mut Self> {
                entry.$of_mut()
            }
            fn into_object(self) -> Object {
                Object::$type(self)
            }
        }
    };
}

typed!(List, list, list_mut);
typed!(Set, set, set_mut);
typed!(Hash, hash, hash_mut);
typed!(ZSet, zset, zset_mut);

/// A value to change, with what its operations need beside it.
#[derive(Debug)]
pub struct Held<'a, T> {
    /// The value.
    pub value: &'a mut T,
    /// Encoding thresholds.
    pub limits: &'a Limits,
    /// The source of random choices.
    pub rng: &'a mut Rng,
}

/// A value to read, with what its operations need beside it.
#[derive(Debug)]
pub struct Seen<'a, T> {
    /// The value.
    pub value: &'a T,
    /// Encoding thresholds, and the hash function of member tables.
    pub limits: &'a Limits,
}

impl Keyspace {
    /// The value at `key`, if there is one.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it is of another type.
    #[inline]
    pub fn get<T: Typed>(&mut self, key: &Key<'_>) -> Result<Option<Seen<'_, T>>, Error> {
        self.expire_if_due(key);
        let Some(entry) = self.databases[self.selected].as_deref().and_then(|database| database.find(key))
        else {
            self.counters.misses += 1;
            self.events.add(EventClasses::KEY_MISS, "keymiss", self.selected, key.bytes);
            return Ok(None);
        };
        self.counters.hits += 1;
        if self.touching {
            self.access.mark(entry);
        }
        let Some(value) = T::of(entry) else { return Err(Error::WrongType) };
        Ok(Some(Seen { value, limits: &self.limits }))
    }

    /// The value at `key`, to change. Call [`Keyspace::remove`] if it ends up empty.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it is of another type.
    #[inline]
    pub fn get_mut<T: Typed>(&mut self, key: &Key<'_>) -> Result<Option<Held<'_, T>>, Error> {
        self.expire_if_due(key);
        let database = self.databases[self.selected].as_deref_mut();
        let Some(entry) = database.and_then(|database| database.find_mut(key)) else { return Ok(None) };
        self.touched.may_change(self.selected, key.bytes);
        if self.touching {
            self.access.mark(entry);
        }
        let Some(value) = T::of_mut(entry) else { return Err(Error::WrongType) };
        Ok(Some(Held { value, limits: &self.limits, rng: &mut self.rng }))
    }

    /// Has the sorted set at `key` in its large form from now on, as Redis has one that was sorted. Its value does not change.
    pub fn enlarge_zset(&mut self, key: &Key<'_>) {
        let database = self.databases[self.selected].as_deref_mut();
        let entry = database.and_then(|database| database.find_mut(key));
        if let Some(zset) = entry.and_then(ZSet::of_mut) {
            zset.enlarge(&self.limits);
        }
    }

    /// The value at `key`, to change; a new empty one if there is none. The caller puts something in.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it is of another type.
    #[inline]
    pub fn get_or_create<T: Typed>(&mut self, key: &Key<'_>) -> Result<Held<'_, T>, Error> {
        self.expire_if_due(key);
        let slots = &self.slots;
        let database = Database::at(&mut self.databases[self.selected], slots);
        let make = || Entry::object(key.bytes, T::default().into_object(), self.access.first());
        let (entry, new) = database.find_or_insert(key, &self.seed, make);
        if new {
            self.events.add(EventClasses::NEW, "new", self.selected, key.bytes);
        } else if self.touching {
            self.access.mark(entry);
        }
        self.touched.may_change(self.selected, key.bytes);
        let Some(value) = T::of_mut(entry) else { return Err(Error::WrongType) };
        Ok(Held { value, limits: &self.limits, rng: &mut self.rng })
    }
}

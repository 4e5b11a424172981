//! What is gone from the keyspace and not yet freed. Large values and flushed databases are taken apart in steps, so that no
//! command and no turn pays for them at once.

use std::collections::VecDeque;

use super::{Entry, Object};
use crate::structures::table::Table;

/// Objects of up to this many elements are freed at once: that costs less than to keep them.
const AT_ONCE_MAX: usize = 64;

/// Values waiting to be freed, oldest first.
#[derive(Debug, Default)]
pub struct Graveyard {
    graves: VecDeque<Grave>,
}

#[derive(Debug)]
enum Grave {
    Object(Object),
    Tables(Vec<Table<Entry>>),
}

impl Graveyard {
    /// Frees `entry`, now or in steps.
    pub fn bury(&mut self, entry: Entry) {
        let mut entry = entry;
        if let Some(object) = entry.take_object() {
            self.bury_object(object);
        }
    }

    /// Frees `object`, now or in steps.
    pub fn bury_object(&mut self, object: Object) {
        if object_len(&object) > AT_ONCE_MAX {
            self.graves.push_back(Grave::Object(object));
        }
    }

    /// Frees whole tables in steps.
    pub fn bury_tables(&mut self, tables: Vec<Table<Entry>>) {
        if !tables.is_empty() {
            self.graves.push_back(Grave::Tables(tables));
        }
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.graves.is_empty()
    }

    /// How many values wait; a flushed database counts its keys.
    pub fn len(&self) -> usize {
        let count = |grave: &Grave| match grave {
            Grave::Object(_) => 1,
            Grave::Tables(tables) => tables.iter().map(Table::len).sum(),
        };
        self.graves.iter().map(count).sum()
    }

    /// Frees up to `max` elements; true when nothing is left.
    pub fn free_step(&mut self, max: usize) -> bool {
        let mut objects = Vec::new();
        let done = match self.graves.front_mut() {
            None => return true,
            Some(Grave::Object(object)) => drain_object(object, max),
            Some(Grave::Tables(tables)) => {
                if let Some(table) = tables.last_mut() {
                    // A table's own large objects get graves of their own, so that this step stays small.
                    let bury = |mut entry: Entry| {
                        objects.extend(entry.take_object().filter(|object| object_len(object) > AT_ONCE_MAX));
                    };
                    if table.drain_step(max, bury) {
                        tables.pop();
                    }
                }
                tables.is_empty()
            }
        };
        if done {
            self.graves.pop_front();
        }
        self.graves.extend(objects.into_iter().map(Grave::Object));
        self.graves.is_empty()
    }
}

fn object_len(object: &Object) -> usize {
    match object {
        Object::List(list) => list.len(),
        Object::Set(set) => set.len(),
        Object::Hash(hash) => hash.len(),
        Object::ZSet(zset) => zset.len(),
    }
}

fn drain_object(object: &mut Object, max: usize) -> bool {
    match object {
        Object::List(list) => list.drain_step(max),
        Object::Set(set) => set.drain_step(max),
        Object::Hash(hash) => hash.drain_step(max),
        Object::ZSet(zset) => zset.drain_step(max),
    }
}

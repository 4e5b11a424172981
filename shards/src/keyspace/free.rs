//! What is gone from the keyspace and not yet freed. Large values and flushed databases are taken apart in steps, so that no
//! command and no turn pays for them at once.

use std::collections::VecDeque;

use super::{Entry, Object, database::Entries};

#[cfg(test)]
mod tests;

/// Objects of up to this many elements are freed at once: that costs less than to keep them.
const AT_ONCE_MAX: usize = 64;

/// Entries of a table are freed in runs of this many, which may be strings or values of [`AT_ONCE_MAX`] elements each: a step
/// can free that many elements more than it was asked to.
const ENTRIES_AT_ONCE: usize = 8;

/// Values waiting to be freed, oldest first.
#[derive(Debug, Default)]
pub struct Graveyard {
    graves: VecDeque<Grave>,
}

#[derive(Debug)]
enum Grave {
    /// A value, and about how many elements of it are left.
    Object(Object, usize),
    Tables(Vec<Entries>),
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
        let len = object_len(&object);
        if len > AT_ONCE_MAX {
            self.graves.push_back(Grave::Object(object, len));
        }
    }

    /// Frees whole tables in steps.
    pub fn bury_tables(&mut self, tables: Vec<Entries>) {
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
            Grave::Object(..) => 1,
            Grave::Tables(tables) => tables.iter().map(Entries::len).sum(),
        };
        self.graves.iter().map(count).sum()
    }

    /// Frees about `max` elements, at most [`ENTRIES_AT_ONCE`] × [`AT_ONCE_MAX`] more; true when nothing is left.
    pub fn free_step(&mut self, max: usize) -> bool {
        let mut left = max;
        while left > 0 {
            let Some(grave) = self.graves.front_mut() else { return true };
            let mut large = Vec::new();
            let done = match grave {
                Grave::Object(object, len) => {
                    let done = drain_object(object, left);
                    let freed = if done { (*len).min(left) } else { left };
                    *len -= freed.min(*len);
                    left -= freed;
                    done
                }
                Grave::Tables(tables) => {
                    left = left.saturating_sub(drain_tables(tables, left, &mut large));
                    tables.is_empty()
                }
            };
            if done {
                self.graves.pop_front();
            }
            self.graves.extend(large);
        }
        self.graves.is_empty()
    }
}

/// Frees entries of the last table until about `max` elements are gone; returns how many are, and counts the table as one
/// more. Large values go to `large` instead.
fn drain_tables(tables: &mut Vec<Entries>, max: usize, large: &mut Vec<Grave>) -> usize {
    let mut freed = 1;
    let Some(table) = tables.last_mut() else { return freed };
    while freed <= max {
        let free = |mut entry: Entry| {
            freed += 1;
            if let Some(object) = entry.take_object() {
                let len = object_len(&object);
                if len > AT_ONCE_MAX {
                    large.push(Grave::Object(object, len));
                } else {
                    freed += len;
                }
            }
        };
        if table.drain_step(ENTRIES_AT_ONCE, free) {
            tables.pop();
            break;
        }
    }
    freed
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

//! A value that elements were taken out of: those who listen hear of it, and with its last element the key goes.

use crate::keyspace::{EventClasses, Key, Keyspace};

/// Tells the event `name` of `class`, and removes the key if nothing is left of its value.
#[inline]
pub fn taken(db: &mut Keyspace, key: &Key<'_>, (class, name): (EventClasses, &'static str), emptied: bool) {
    db.notify(class, name, key);
    if emptied {
        db.remove(key);
        db.notify_gone(key);
    }
}

//! A result that takes the place of what is at a key.

use crate::{
    command::Outcome,
    keyspace::{EventClasses, Key, Keyspace, Typed},
    resp::Reply,
};

/// Makes a result of `len` elements what is at `key`, whatever was there, and answers with `len`. An empty one is no value:
/// then there is nothing at the key. A result that is kept is told as the event `name` of `class`.
pub fn store<T: Typed>(
    db: &mut Keyspace,
    key: &Key<'_>,
    (value, len): (T, usize),
    (class, name): (EventClasses, &'static str),
    out: &mut Reply<'_>,
) -> Outcome {
    out.count(len);
    if len > 0 {
        db.set_object(key, value.into_object());
        db.notify(class, name, key);
    } else if db.remove_live(key) {
        db.notify_gone(key);
    } else {
        return Outcome::Unchanged;
    }
    Outcome::Changed
}

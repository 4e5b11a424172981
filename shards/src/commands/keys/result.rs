//! A result that takes the place of what is at a key.

use crate::{
    command::Outcome,
    keyspace::{Key, Keyspace, Typed},
    resp::Reply,
};

/// Makes a result of `len` elements what is at `key`, whatever was there, and answers with `len`. An empty one is no value:
/// then there is nothing at the key.
pub fn store<T: Typed>(
    db: &mut Keyspace,
    key: &Key<'_>,
    (value, len): (T, usize),
    out: &mut Reply<'_>,
) -> Outcome {
    out.count(len);
    if len > 0 {
        db.set_object(key, value.into_object());
    } else if !db.remove_live(key) {
        return Outcome::Unchanged;
    }
    Outcome::Changed
}

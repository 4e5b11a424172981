//! Parts of a string: GETRANGE, SUBSTR and SETRANGE.

use std::ops::Range;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Entry, EventClasses, Keyspace, StrRef},
    resp::Reply,
};

const PART: Command = Command {
    arity: Arity::exactly(4),
    flags: Flags::READONLY,
    acl: Acl::STRING,
    keys: Keys::ONE,
    group: Group::String,
    complexity: "O(N) where N is the length of the returned string; a large one is sent without a copy.",
    syntax: "key start end",
    run: Run::Local(getrange),
    ..Command::DEFAULT
};

pub static GETRANGE: Command = Command {
    name: "GETRANGE",
    since: "2.4.0",
    summary: "Returns a substring of the string stored at a key.",
    ..PART
};

pub static SUBSTR: Command =
    Command { name: "SUBSTR", since: "1.0.0", summary: "Returns a substring from a string value.", ..PART };

/// The bytes from `start` to `end` of `len`, both included, counted from the end where negative.
fn bytes_between(start: i64, end: i64, len: usize) -> Range<usize> {
    if start < 0 && end < 0 && start > end {
        return 0..0;
    }
    let from_start = |index: i64| {
        if index < 0 { len.saturating_sub(index.unsigned_abs() as usize) } else { index as usize }
    };
    // Both included: an end before the string is its first byte.
    let (start, end) = (from_start(start), from_start(end).saturating_add(1).min(len));
    if start < end { start..end } else { 0..0 }
}

fn getrange(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (start, end) = (args.integer(2)?, args.integer(3)?);
    let key = db.key(args, 1);
    match db.string(&key)? {
        None => out.bulk(b""),
        Some(StrRef::Shared(text)) => out.bulk_shared(&text.slice(bytes_between(start, end, text.len()))),
        Some(value) => {
            let mut digits = itoa::Buffer::new();
            let text = value.text(&mut digits);
            out.bulk(&text[bytes_between(start, end, text.len())]);
        }
    }
    Ok(Outcome::Unchanged)
}

pub static SETRANGE: Command = Command {
    name: "SETRANGE",
    arity: Arity::exactly(4),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "update"],
    group: Group::String,
    since: "2.2.0",
    summary: "Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.",
    complexity: "O(N) where N is the length of the new part and of the gap before it.",
    syntax: "key offset value",
    run: Run::Local(setrange),
    ..Command::DEFAULT
};

fn setrange(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let offset = args.integer(2)?;
    let offset = usize::try_from(offset).map_err(|_| Error::Text("ERR offset is out of range"))?;
    let part = args.get(3);
    let key = db.key(args, 1);
    let max_bytes = db.string_max_bytes;
    let len = match db.find_mut(&key) {
        None => 0,
        Some(entry) => entry.as_string().ok_or(Error::WrongType)?.text_len(),
    };
    if part.is_empty() {
        out.count(len);
        return Ok(Outcome::Unchanged);
    }
    if offset.checked_add(part.len()).is_none_or(|end| end > max_bytes) {
        return Err(Error::StringTooLong);
    }
    let (entry, _) = db.find_or_insert(&key, |clock| Entry::string(key.bytes, b"", clock));
    out.count(entry.write_at(offset, part).ok_or(Error::WrongType)?);
    db.notify(EventClasses::STRING, "setrange", &key);
    Ok(Outcome::Changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As the documentation says it: negative offsets count from the end, what lies outside is cut off.
    fn model(start: i64, end: i64, len: usize) -> Vec<usize> {
        let len = len as i128;
        let absolute = |index: i64| if index < 0 { i128::from(index) + len } else { i128::from(index) };
        let (start, end) = (absolute(start).max(0), absolute(end).max(0));
        (start..=end).take_while(|index| *index < len).map(|index| index as usize).collect()
    }

    proptest! {
        #[test]
        fn ranges_are_those_of_the_model(start in -9i64..9, end in -9i64..9, len in 0usize..6) {
            // Two negative offsets in the wrong order are nothing, also where both lie before the string.
            prop_assume!(!(start < 0 && end < 0 && start > end));
            prop_assert_eq!(bytes_between(start, end, len).collect::<Vec<_>>(), model(start, end, len));
        }
    }

    #[test]
    fn extreme_offsets_do_not_overflow() {
        assert_eq!(bytes_between(i64::MIN, i64::MAX, 3), 0..3);
        assert_eq!(bytes_between(i64::MAX, i64::MIN, 3), 0..0);
        assert_eq!(bytes_between(i64::MIN, i64::MIN, 3), 0..1);
        assert_eq!(bytes_between(-1, -2, 3), 0..0);
    }
}

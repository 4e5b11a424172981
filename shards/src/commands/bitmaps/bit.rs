//! One bit: SETBIT and GETBIT.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Entry, EventClasses, Keyspace},
    resp::{Reply, number::parse_i64},
};

pub(super) const NO_OFFSET: Error = Error::Text("ERR bit offset is not an integer or out of range");
const NO_BIT: Error = Error::Text("ERR bit is not an integer or out of range");

/// Reads where a bit is. Its byte must be one that a string of `max_bytes` can have.
pub(super) fn offset(text: &[u8], max_bytes: usize) -> Result<usize, Error> {
    parse_i64(text).and_then(|offset| within(offset, max_bytes)).ok_or(NO_OFFSET)
}

/// The offset of a bit whose byte is one that a string of `max_bytes` can have.
pub(super) fn within(offset: i64, max_bytes: usize) -> Option<usize> {
    usize::try_from(offset).ok().filter(|offset| offset / 8 < max_bytes)
}

pub static SETBIT: Command = Command {
    name: "SETBIT",
    arity: Arity::exactly(4),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::BITMAP,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update"],
    group: Group::Bitmap,
    since: "2.2.0",
    summary: "Sets or clears the bit at an offset of a string value. Creates the key if it doesn't exist.",
    complexity: "O(1); O(N) where the string grows by N bytes.",
    syntax: "key offset value",
    run: Run::Local(setbit),
    ..Command::DEFAULT
};

fn setbit(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let offset = offset(args.get(2), db.string_max_bytes)?;
    let bit = match parse_i64(args.get(3)) {
        Some(bit @ (0 | 1)) => bit as u8,
        _ => return Err(NO_BIT),
    };
    let key = db.key(args, 1);
    let (entry, _) = db.find_or_insert(&key, |clock| Entry::string(key.bytes, b"", clock));
    let (index, shift) = (offset / 8, 7 - offset % 8);
    let mut digits = itoa::Buffer::new();
    let present = entry.as_string().ok_or(Error::WrongType)?.text(&mut digits).get(index).copied();
    let byte = present.unwrap_or(0);
    let old = byte >> shift & 1;
    // Written even where it is the same: what was asked to change is no number any more.
    entry.write_at(index, &[byte & !(1 << shift) | bit << shift]);
    out.integer(old.into());
    if present.is_some() && old == bit {
        return Ok(Outcome::Unchanged);
    }
    db.notify(EventClasses::STRING, "setbit", &key);
    Ok(Outcome::Changed)
}

pub static GETBIT: Command = Command {
    name: "GETBIT",
    arity: Arity::exactly(3),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::BITMAP,
    keys: Keys::ONE,
    group: Group::Bitmap,
    since: "2.2.0",
    summary: "Returns the bit at an offset of a string value.",
    complexity: "O(1)",
    syntax: "key offset",
    run: Run::Local(getbit),
    ..Command::DEFAULT
};

fn getbit(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let offset = offset(args.get(2), db.string_max_bytes)?;
    let key = db.key(args, 1);
    let mut digits = itoa::Buffer::new();
    let byte = db.string(&key)?.and_then(|value| value.text(&mut digits).get(offset / 8).copied());
    out.integer(i64::from(byte.unwrap_or(0) >> (7 - offset % 8) & 1));
    Ok(Outcome::Unchanged)
}

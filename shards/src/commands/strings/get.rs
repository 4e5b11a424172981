//! Reading a string, and reading it while it goes.

use super::set::{Expiry, set_string};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Keyspace, StrRef},
    resp::Reply,
};

/// Writes a string value as a bulk string.
#[inline]
pub(super) fn reply_string(out: &mut Reply<'_>, value: StrRef<'_>) {
    match value {
        StrRef::Bytes(bytes) => out.bulk(bytes),
        StrRef::Int(number) => out.bulk_integer(number),
        StrRef::Shared(shared) => out.bulk_shared(shared),
    }
}

pub static GET: Command = Command {
    name: "GET",
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    group: Group::String,
    since: "1.0.0",
    summary: "Returns the string value of a key.",
    complexity: "O(1)",
    syntax: "key",
    run: Run::Local(get),
    ..Command::DEFAULT
};

#[inline]
fn get(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    match db.string(&key)? {
        Some(value) => reply_string(out, value),
        None => out.null(),
    }
    Ok(Outcome::Unchanged)
}

pub static GETSET: Command = Command {
    name: "GETSET",
    arity: Arity::exactly(3),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update"],
    group: Group::String,
    since: "1.0.0",
    summary: "Returns the previous string value of a key after setting it to a new value.",
    complexity: "O(1)",
    syntax: "key value",
    run: Run::Local(getset),
    ..Command::DEFAULT
};

fn getset(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    get(db, args, out)?;
    let key = db.key(args, 1);
    set_string(db, &key, args, 2, Expiry::None);
    Ok(Outcome::Changed)
}

pub static GETDEL: Command = Command {
    name: "GETDEL",
    arity: Arity::exactly(2),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "access", "delete"],
    group: Group::String,
    since: "6.2.0",
    summary: "Returns the string value of a key after deleting the key.",
    complexity: "O(1)",
    syntax: "key",
    run: Run::Local(getdel),
    ..Command::DEFAULT
};

fn getdel(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    get(db, args, out)?;
    let key = db.key(args, 1);
    if !db.remove(&key) {
        return Ok(Outcome::Unchanged);
    }
    db.notify_gone(&key);
    Ok(Outcome::Changed)
}

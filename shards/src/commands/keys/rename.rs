//! Giving a value another key, on the same shard.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
};

const RENAMING: Command = Command {
    arity: Arity::exactly(3),
    acl: Acl::KEYSPACE,
    keys: Keys::TWO,
    key_use: &["RW", "access", "delete"],
    group: Group::Generic,
    complexity: "O(1); a large value that is overwritten is freed in steps afterwards.",
    syntax: "key newkey",
    since: "1.0.0",
    ..Command::DEFAULT
};

pub static RENAME: Command = Command {
    name: "RENAME",
    flags: Flags::WRITE,
    last_key_use: &["OW", "update"],
    summary: "Renames a key and overwrites the destination.",
    run: Run::Local(rename),
    ..RENAMING
};

fn rename(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (from, to) = (db.key(args, 1), db.key(args, 2));
    if db.peek(&from).is_none() {
        return Err(Error::NoSuchKey);
    }
    out.ok();
    if from.bytes == to.bytes {
        return Ok(Outcome::Unchanged);
    }
    db.rename(&from, &to);
    Ok(Outcome::Changed)
}

pub static RENAMENX: Command = Command {
    name: "RENAMENX",
    flags: Flags::WRITE.and(Flags::FAST),
    last_key_use: &["OW", "insert"],
    summary: "Renames a key only when the target key name doesn't exist.",
    run: Run::Local(renamenx),
    ..RENAMING
};

fn renamenx(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (from, to) = (db.key(args, 1), db.key(args, 2));
    if db.peek(&from).is_none() {
        return Err(Error::NoSuchKey);
    }
    // The same key twice is a target that exists.
    if db.peek(&to).is_some() {
        out.integer(0);
        return Ok(Outcome::Unchanged);
    }
    db.rename(&from, &to);
    out.integer(1);
    Ok(Outcome::Changed)
}

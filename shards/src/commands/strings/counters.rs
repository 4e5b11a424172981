//! Strings that hold integers.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Entry, EventClasses, Keyspace, StrRef},
    resp::{Reply, number::parse_i64},
};

const COUNTER: Command = Command {
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    group: Group::String,
    ..Command::DEFAULT
};

/// Adds `delta` to the integer at the key.
#[inline]
fn add(db: &mut Keyspace, args: &Args<'_>, delta: i64, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let (entry, new) = db.find_or_insert(&key, |clock| Entry::int(key.bytes, delta, clock));
    if new {
        out.integer(delta);
        db.notify(EventClasses::STRING, "incrby", &key);
        return Ok(Outcome::Changed);
    }
    let value = match entry.as_string().ok_or(Error::WrongType)? {
        StrRef::Int(value) => value,
        text => parse_i64(text.text(&mut itoa::Buffer::new())).ok_or(Error::NotAnInteger)?,
    };
    let sum = value.checked_add(delta).ok_or(Error::Overflow)?;
    entry.set_int(sum, entry.expire_at_ms());
    out.integer(sum);
    db.notify(EventClasses::STRING, "incrby", &key);
    Ok(Outcome::Changed)
}

pub static INCR: Command = Command {
    name: "INCR",
    arity: Arity::exactly(2),
    key_use: &["RW", "access", "update"],
    since: "1.0.0",
    summary: "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
    syntax: "key",
    run: Run::Local(incr),
    ..COUNTER
};

fn incr(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    add(db, args, 1, out)
}

pub static DECR: Command = Command {
    name: "DECR",
    arity: Arity::exactly(2),
    key_use: &["RW", "access", "update"],
    since: "1.0.0",
    summary: "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
    syntax: "key",
    run: Run::Local(decr),
    ..COUNTER
};

fn decr(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    add(db, args, -1, out)
}

pub static INCRBY: Command = Command {
    name: "INCRBY",
    arity: Arity::exactly(3),
    key_use: &["RW", "access", "update"],
    since: "1.0.0",
    summary: "Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist.",
    syntax: "key increment",
    run: Run::Local(incrby),
    ..COUNTER
};

fn incrby(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    add(db, args, args.integer(2)?, out)
}

pub static DECRBY: Command = Command {
    name: "DECRBY",
    arity: Arity::exactly(3),
    key_use: &["RW", "access", "update"],
    since: "1.0.0",
    summary: "Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist.",
    syntax: "key decrement",
    run: Run::Local(decrby),
    ..COUNTER
};

fn decrby(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let delta = args.integer(2)?.checked_neg().ok_or(Error::DecrementOverflow)?;
    add(db, args, delta, out)
}

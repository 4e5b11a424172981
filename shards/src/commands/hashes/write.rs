//! Writing a hash.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    types::{hash::Hash, look_up_each},
};

const SETTER: Command = Command {
    arity: Arity::at_least(4),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::HASH,
    keys: Keys::ONE,
    element: 2,
    group: Group::Hash,
    since: "2.0.0",
    complexity: "O(1) for each field/value pair added",
    syntax: "key field value [field value ...]",
    ..Command::DEFAULT
};

pub static HSET: Command = Command {
    name: "HSET",
    summary: "Creates or modifies the value of a field in a hash.",
    run: Run::Local(hset),
    ..SETTER
};

fn hset(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let added = set_pairs(db, args, "hset")?;
    out.count(added);
    Ok(Outcome::Changed)
}

pub static HMSET: Command = Command {
    name: "HMSET",
    summary: "Sets the values of multiple fields.",
    run: Run::Local(hmset),
    ..SETTER
};

fn hmset(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    set_pairs(db, args, "hmset")?;
    out.ok();
    Ok(Outcome::Changed)
}

/// Sets the pairs from argument 2 on; returns how many fields are new.
fn set_pairs(db: &mut Keyspace, args: &Args<'_>, command: &str) -> Result<usize, Error> {
    if !args.len().is_multiple_of(2) {
        return Err(Error::Arity(command.into()));
    }
    let key = db.key(args, 1);
    let hash = db.get_or_create::<Hash>(&key)?;
    let mut added = 0;
    let pairs = (2..args.len()).step_by(2).map(|index| (args.get(index), args.get(index + 1)));
    look_up_each(hash.value, hash.limits, pairs, |value, (field, text)| {
        added += usize::from(value.set(field, text, hash.limits));
    });
    db.notify(EventClasses::HASH, "hset", &key);
    Ok(added)
}

pub static HSETNX: Command = Command {
    name: "HSETNX",
    arity: Arity::exactly(4),
    key_use: &["RW", "insert"],
    summary: "Sets the value of a field in a hash only if the field doesn't exist.",
    complexity: "O(1)",
    syntax: "key field value",
    run: Run::Local(hsetnx),
    ..SETTER
};

fn hsetnx(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let hash = db.get_or_create::<Hash>(&key)?;
    let added = hash.value.set_if_absent(args.get(2), args.get(3), hash.limits);
    out.integer(i64::from(added));
    if !added {
        return Ok(Outcome::Unchanged);
    }
    db.notify(EventClasses::HASH, "hset", &key);
    Ok(Outcome::Changed)
}

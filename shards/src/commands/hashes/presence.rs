//! Whether a field exists, how long its value is, and how many fields there are.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    types::hash::Hash,
};

const QUESTION: Command = Command {
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::HASH,
    keys: Keys::ONE,
    key_use: &["RO"],
    group: Group::Hash,
    since: "2.0.0",
    ..Command::DEFAULT
};

pub static HLEN: Command = Command {
    name: "HLEN",
    arity: Arity::exactly(2),
    summary: "Returns the number of fields in a hash.",
    syntax: "key",
    run: Run::Local(hlen),
    ..QUESTION
};

fn hlen(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<Hash>(&key)?.map_or(0, |hash| hash.value.len()));
    Ok(Outcome::Unchanged)
}

pub static HEXISTS: Command = Command {
    name: "HEXISTS",
    arity: Arity::exactly(3),
    element: 2,
    summary: "Tells whether a hash has a field.",
    syntax: "key field",
    run: Run::Local(hexists),
    ..QUESTION
};

fn hexists(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let found = db.get::<Hash>(&key)?.is_some_and(|hash| hash.value.contains(args.get(2), hash.limits));
    out.integer(i64::from(found));
    Ok(Outcome::Unchanged)
}

pub static HSTRLEN: Command = Command {
    name: "HSTRLEN",
    arity: Arity::exactly(3),
    element: 2,
    since: "3.2.0",
    summary: "Returns the length in bytes of the value of a field, 0 if there is none.",
    syntax: "key field",
    run: Run::Local(hstrlen),
    ..QUESTION
};

fn hstrlen(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<Hash>(&key)?.map_or(0, |hash| hash.value.value_len(args.get(2), hash.limits)));
    Ok(Outcome::Unchanged)
}

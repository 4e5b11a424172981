//! Several strings at once; each shard serves its own keys.

use super::get::reply_string;
use super::set::{Expiry, set_string};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Merge, Outcome, Run},
    keyspace::{Entry, Keyspace},
    resp::Reply,
};

pub static MGET: Command = Command {
    name: "MGET",
    arity: Arity::at_least(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ALL,
    group: Group::String,
    since: "1.0.0",
    summary: "Atomically returns the string values of one or more keys.",
    complexity: "O(N) where N is the number of keys to retrieve.",
    syntax: "key [key ...]",
    run: Run::Split(mget, Merge::KeyOrder),
    ..Command::DEFAULT
};

fn mget(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    out.array(args.len() - 1);
    db.for_each_key(args, MGET.keys.indexes(args.len()), |db, _, key| {
        match db.find(&key).and_then(Entry::as_string) {
            Some(value) => reply_string(out, value),
            None => out.null(),
        }
    });
    Ok(Outcome::Unchanged)
}

pub static MSET: Command = Command {
    name: "MSET",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::STRING,
    keys: Keys::PAIRS,
    key_use: &["OW", "update"],
    group: Group::String,
    since: "1.0.1",
    summary: "Atomically creates or modifies the string values of one or more keys.",
    complexity: "O(N) where N is the number of keys to set.",
    syntax: "key value [key value ...]",
    run: Run::Split(mset, Merge::AllOk),
    ..Command::DEFAULT
};

fn mset(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    if args.len().is_multiple_of(2) {
        return Err(Error::Arity("mset".into()));
    }
    db.for_each_key(args, MSET.keys.indexes(args.len()), |db, index, key| {
        set_string(db, &key, args, index + 1, Expiry::None);
    });
    out.ok();
    Ok(Outcome::Changed)
}

pub static MSETNX: Command = Command {
    name: "MSETNX",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::STRING,
    keys: Keys::PAIRS,
    key_use: &["OW", "insert"],
    group: Group::String,
    since: "1.0.1",
    summary: "Atomically modifies the string values of one or more keys only when all keys don't exist.",
    complexity: "O(N) where N is the number of keys to set.",
    syntax: "key value [key value ...]",
    run: Run::Local(msetnx),
    ..Command::DEFAULT
};

fn msetnx(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    if args.len().is_multiple_of(2) {
        return Err(Error::Arity("msetnx".into()));
    }
    let keys = MSETNX.keys.indexes(args.len());
    let mut taken = false;
    db.for_each_key(args, keys.clone(), |db, _, key| taken |= db.peek(&key).is_some());
    if taken {
        out.integer(0);
        return Ok(Outcome::Unchanged);
    }
    db.for_each_key(args, keys, |db, index, key| {
        set_string(db, &key, args, index + 1, Expiry::None);
    });
    out.integer(1);
    Ok(Outcome::Changed)
}

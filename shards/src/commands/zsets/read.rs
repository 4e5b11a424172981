//! What a sorted set knows of one member, and its size.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    types::zset::ZSet,
};

pub static ZCARD: Command = Command {
    name: "ZCARD",
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    group: Group::SortedSet,
    since: "1.2.0",
    summary: "Returns the number of members in a sorted set.",
    syntax: "key",
    run: Run::Local(zcard),
    ..Command::DEFAULT
};

fn zcard(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<ZSet>(&key)?.map_or(0, |zset| zset.value.len()));
    Ok(Outcome::Unchanged)
}

pub static ZSCORE: Command = Command {
    name: "ZSCORE",
    arity: Arity::exactly(3),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    group: Group::SortedSet,
    since: "1.2.0",
    summary: "Returns the score of a member in a sorted set.",
    syntax: "key member",
    run: Run::Local(zscore),
    ..Command::DEFAULT
};

fn zscore(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    match db.get::<ZSet>(&key)?.and_then(|zset| zset.value.score(args.get(2), zset.limits)) {
        Some(score) => out.double(score),
        None => out.null(),
    }
    Ok(Outcome::Unchanged)
}

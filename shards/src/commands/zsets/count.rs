//! How many members there are, in all or within a range.

use super::bounds::Ends;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    types::zset::ZSet,
};

const COUNTER: Command = Command {
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    group: Group::SortedSet,
    ..Command::DEFAULT
};

pub static ZCARD: Command = Command {
    name: "ZCARD",
    arity: Arity::exactly(2),
    key_use: &["RO"],
    since: "1.2.0",
    summary: "Returns the number of members in a sorted set.",
    syntax: "key",
    run: Run::Local(zcard),
    ..COUNTER
};

fn zcard(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<ZSet>(&key)?.map_or(0, |zset| zset.value.len()));
    Ok(Outcome::Unchanged)
}

pub static ZCOUNT: Command = Command {
    name: "ZCOUNT",
    arity: Arity::exactly(4),
    since: "2.0.0",
    summary: "Returns the number of members in a sorted set within a range of scores.",
    complexity: "O(log(N)) with N being the size of the sorted set.",
    syntax: "key min max",
    run: Run::Local(|db, args, out| count(db, args, out, Ends::scores(args, 2, 3)?)),
    ..COUNTER
};

pub static ZLEXCOUNT: Command = Command {
    name: "ZLEXCOUNT",
    arity: Arity::exactly(4),
    since: "2.8.9",
    summary: "Returns the number of members in a sorted set of equal scores within a range of names.",
    complexity: "O(log(N)) with N being the size of the sorted set.",
    syntax: "key min max",
    run: Run::Local(|db, args, out| count(db, args, out, Ends::names(args, 2, 3)?)),
    ..COUNTER
};

fn count(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, ends: Ends<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<ZSet>(&key)?.map_or(0, |zset| ends.ranks(zset.value).len()));
    Ok(Outcome::Unchanged)
}

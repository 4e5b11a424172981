//! The scores of members.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Keyspace, Seen},
    resp::Reply,
    types::{look_up_each, zset::ZSet},
};

const GETTER: Command = Command {
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    element: 2,
    group: Group::SortedSet,
    ..Command::DEFAULT
};

fn reply_score(out: &mut Reply<'_>, score: Option<f64>) {
    match score {
        Some(score) => out.double(score),
        None => out.null(),
    }
}

pub static ZSCORE: Command = Command {
    name: "ZSCORE",
    arity: Arity::exactly(3),
    since: "1.2.0",
    summary: "Returns the score of a member in a sorted set.",
    syntax: "key member",
    run: Run::Local(zscore),
    ..GETTER
};

fn zscore(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    reply_score(out, db.get::<ZSet>(&key)?.and_then(|zset| zset.value.score(args.get(2), zset.limits)));
    Ok(Outcome::Unchanged)
}

pub static ZMSCORE: Command = Command {
    name: "ZMSCORE",
    arity: Arity::at_least(3),
    since: "6.2.0",
    summary: "Returns the scores of several members in a sorted set.",
    complexity: "O(N) where N is the number of members asked for.",
    syntax: "key member [member ...]",
    run: Run::Local(zmscore),
    ..GETTER
};

fn zmscore(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let zset = db.get::<ZSet>(&key)?;
    out.array(args.len() - 2);
    match zset {
        None => args.iter_from(2).for_each(|_| reply_score(out, None)),
        Some(Seen { value, limits }) => look_up_each(value, limits, args.iter_from(2), |value, member| {
            reply_score(out, value.score(member, limits));
        }),
    }
    Ok(Outcome::Unchanged)
}

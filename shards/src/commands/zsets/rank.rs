//! The rank of a member, from either side.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    types::zset::ZSet,
};

/// Which member has rank 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Lowest,
    Highest,
}

const RANK: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    element: 2,
    group: Group::SortedSet,
    since: "2.0.0",
    complexity: "O(log(N))",
    syntax: "key member [WITHSCORE]",
    ..Command::DEFAULT
};

pub static ZRANK: Command = Command {
    name: "ZRANK",
    summary: "Returns the index of a member in a sorted set, counted from the lowest score.",
    run: Run::Local(|db, args, out| rank(db, args, out, From::Lowest)),
    ..RANK
};

pub static ZREVRANK: Command = Command {
    name: "ZREVRANK",
    summary: "Returns the index of a member in a sorted set, counted from the highest score.",
    run: Run::Local(|db, args, out| rank(db, args, out, From::Highest)),
    ..RANK
};

fn rank(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, from: From) -> Result<Outcome, Error> {
    if args.len() > 4 {
        let name = if from == From::Lowest { "zrank" } else { "zrevrank" };
        return Err(Error::Arity(name.into()));
    }
    let with_score = args.len() == 4;
    if with_score && !args.is(3, "WITHSCORE") {
        return Err(Error::Syntax);
    }
    let key = db.key(args, 1);
    let found = db.get::<ZSet>(&key)?.and_then(|zset| {
        let (rank, score) = zset.value.rank(args.get(2), zset.limits)?;
        Some((if from == From::Lowest { rank } else { zset.value.len() - 1 - rank }, score))
    });
    match found {
        Some((rank, score)) if with_score => {
            out.array(2);
            out.count(rank);
            out.double(score);
        }
        Some((rank, _)) => out.count(rank),
        None if with_score => out.null_array(),
        None => out.null(),
    }
    Ok(Outcome::Unchanged)
}

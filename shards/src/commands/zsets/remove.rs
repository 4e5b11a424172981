//! Removing members, by name or within a range.

use super::bounds::Ends;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::taken::taken,
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    types::{look_up_each, zset::ZSet},
};

const REMOVER: Command = Command {
    arity: Arity::exactly(4),
    flags: Flags::WRITE,
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    key_use: &["RW", "delete"],
    group: Group::SortedSet,
    complexity: "O(log(N)+M) with N being the size of the sorted set, and M the number of members removed.",
    ..Command::DEFAULT
};

pub static ZREM: Command = Command {
    name: "ZREM",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::FAST),
    element: 2,
    since: "1.2.0",
    summary: "Removes members from a sorted set, and the set with its last member.",
    complexity: "O(M*log(N)) with N being the size of the sorted set, and M the number of members to remove.",
    syntax: "key member [member ...]",
    run: Run::Local(zrem),
    ..REMOVER
};

fn zrem(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let Some(zset) = db.get_mut::<ZSet>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    let mut removed = 0;
    look_up_each(&mut *zset.value, zset.limits, args.iter_from(2), |value, member| {
        removed += usize::from(value.remove(member, zset.limits).is_some());
    });
    let emptied = zset.value.is_empty();
    out.count(removed);
    if removed == 0 {
        return Ok(Outcome::Unchanged);
    }
    taken(db, &key, (EventClasses::ZSET, "zrem"), emptied);
    Ok(Outcome::Changed)
}

pub static ZREMRANGEBYRANK: Command = Command {
    name: "ZREMRANGEBYRANK",
    since: "2.0.0",
    summary: "Removes the members of a sorted set within a range of indexes.",
    syntax: "key start stop",
    run: Run::Local(|db, args, out| {
        remove_range(db, args, out, Ends::indexes(args, 2, 3)?, "zremrangebyrank")
    }),
    ..REMOVER
};

pub static ZREMRANGEBYSCORE: Command = Command {
    name: "ZREMRANGEBYSCORE",
    since: "1.2.0",
    summary: "Removes the members of a sorted set within a range of scores.",
    syntax: "key min max",
    run: Run::Local(|db, args, out| {
        remove_range(db, args, out, Ends::scores(args, 2, 3)?, "zremrangebyscore")
    }),
    ..REMOVER
};

pub static ZREMRANGEBYLEX: Command = Command {
    name: "ZREMRANGEBYLEX",
    since: "2.8.9",
    summary: "Removes the members of a sorted set of equal scores within a range of names.",
    syntax: "key min max",
    run: Run::Local(|db, args, out| remove_range(db, args, out, Ends::names(args, 2, 3)?, "zremrangebylex")),
    ..REMOVER
};

fn remove_range(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    ends: Ends<'_>,
    event: &'static str,
) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let Some(zset) = db.get_mut::<ZSet>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    let ranks = ends.ranks(zset.value);
    let removed = ranks.len();
    // All go with the key: a large set is then freed in steps, and nobody waits for it.
    let emptied = removed == zset.value.len();
    if !emptied {
        zset.value.remove_range(ranks, zset.limits, |_, _| ());
    }
    if removed > 0 {
        taken(db, &key, (EventClasses::ZSET, event), emptied);
    }
    out.count(removed);
    Ok(if removed > 0 { Outcome::Changed } else { Outcome::Unchanged })
}

//! Taking members of the lowest scores out.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, lists::count_argument},
    keyspace::Keyspace,
    resp::Reply,
    types::zset::ZSet,
};

pub static ZPOPMIN: Command = Command {
    name: "ZPOPMIN",
    arity: Arity::at_least(2),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    key_use: &["RW", "access", "delete"],
    group: Group::SortedSet,
    since: "5.0.0",
    summary: "Returns the members with the lowest scores after removing them. Deletes the sorted set with its last member.",
    complexity: "O(log(N)*M) with N being the size of the sorted set, and M the number of members popped.",
    syntax: "key [count]",
    run: Run::Local(zpopmin),
    ..Command::DEFAULT
};

fn zpopmin(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let count = match args.len() {
        2 => None,
        3 => Some(count_argument(args, 2)?),
        _ => return Err(Error::Syntax),
    };
    let key = db.key(args, 1);
    let Some(zset) = db.get_mut::<ZSet>(&key)? else {
        out.array(0);
        return Ok(Outcome::Unchanged);
    };
    let members = count.unwrap_or(1).min(zset.value.len());
    let nested = out.resp3() && count.is_some();
    out.array(if nested { members } else { 2 * members });
    zset.value.pop_min(members, zset.limits, |member, score| {
        if nested {
            out.array(2);
        }
        reply_item(out, member);
        out.double(score);
    });
    if zset.value.is_empty() {
        db.remove(&key);
    }
    Ok(if members > 0 { Outcome::Changed } else { Outcome::Unchanged })
}

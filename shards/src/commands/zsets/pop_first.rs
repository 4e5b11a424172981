//! Popping from the first of several sorted sets that has members.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, keys::counted::Popping},
    keyspace::{EventClasses, Held, Keyspace},
    resp::Reply,
    structures::listpack::Item,
    types::zset::ZSet,
};

pub static ZMPOP: Command = Command {
    name: "ZMPOP",
    arity: Arity::at_least(4),
    flags: Flags::WRITE,
    acl: Acl::SORTEDSET,
    keys: Keys::COUNTED,
    key_use: &["RW", "access", "delete"],
    group: Group::SortedSet,
    since: "7.0.0",
    summary: "Returns the highest- or lowest-scoring members from one or more sorted sets after removing them.",
    complexity: "O(K) + O(M*log(N)) where K is the number of provided keys, N the size of the sorted set, and M the number of members popped.",
    syntax: "numkeys key [key ...] <MIN | MAX> [COUNT count]",
    run: Run::Local(zmpop),
    ..Command::DEFAULT
};

fn zmpop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let popping = Popping::read(args, 1, ["MIN", "MAX"])?;
    let popped = pop_first(db, args, &popping, out)?;
    if !popped {
        out.null_array();
    }
    Ok(if popped { Outcome::Changed } else { Outcome::Unchanged })
}

/// Pops from the first of the keys that is there and answers with its name and pairs; false, and no answer, if none is.
pub fn pop_first(
    db: &mut Keyspace,
    args: &Args<'_>,
    popping: &Popping,
    out: &mut Reply<'_>,
) -> Result<bool, Error> {
    for index in popping.keys.clone() {
        let key = db.key(args, index);
        let Some(Held { value: zset, limits, .. }) = db.get_mut::<ZSet>(&key)? else { continue };
        let members = popping.count.min(zset.len());
        out.array(2);
        out.bulk(key.bytes);
        out.array(members);
        let mut write = |member: Item<'_>, score: f64| {
            out.array(2);
            reply_item(out, member);
            out.double(score);
        };
        let event = if popping.first_end { "zpopmin" } else { "zpopmax" };
        if members == zset.len() {
            // All go with the key: a large set is freed in steps.
            if popping.first_end {
                zset.iter().for_each(|(member, score)| write(member, score));
            } else {
                zset.iter().rev().for_each(|(member, score)| write(member, score));
            }
            db.notify(EventClasses::ZSET, event, &key);
            db.remove(&key);
            db.notify_gone(&key);
        } else {
            if popping.first_end {
                zset.pop_min(members, limits, write);
            } else {
                zset.pop_max(members, limits, write);
            }
            db.notify(EventClasses::ZSET, event, &key);
        }
        return Ok(true);
    }
    Ok(false)
}

//! Taking members of the lowest or the highest scores out.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, lists::count_argument},
    keyspace::{EventClasses, Held, Keyspace},
    resp::Reply,
    structures::listpack::Item,
    types::zset::ZSet,
};

/// Which members go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Lowest,
    Highest,
}

impl End {
    /// What a pop is called where events are told.
    fn event(self) -> &'static str {
        if self == Self::Lowest { "zpopmin" } else { "zpopmax" }
    }
}

const POP: Command = Command {
    arity: Arity::at_least(2),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    key_use: &["RW", "access", "delete"],
    group: Group::SortedSet,
    since: "5.0.0",
    complexity: "O(log(N)*M) with N being the size of the sorted set, and M the number of members popped.",
    syntax: "key [count]",
    ..Command::DEFAULT
};

pub static ZPOPMIN: Command = Command {
    name: "ZPOPMIN",
    summary: "Returns the members with the lowest scores after removing them. Deletes the sorted set with its last member.",
    run: Run::Local(|db, args, out| pop(db, args, out, End::Lowest)),
    ..POP
};

pub static ZPOPMAX: Command = Command {
    name: "ZPOPMAX",
    summary: "Returns the members with the highest scores after removing them. Deletes the sorted set with its last member.",
    run: Run::Local(|db, args, out| pop(db, args, out, End::Highest)),
    ..POP
};

fn pop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, end: End) -> Result<Outcome, Error> {
    let count = match args.len() {
        2 => None,
        3 => Some(count_argument(args, 2)?),
        _ => return Err(Error::Syntax),
    };
    let key = db.key(args, 1);
    let Some(Held { value: zset, limits, .. }) = db.get_mut::<ZSet>(&key)? else {
        out.array(0);
        return Ok(Outcome::Unchanged);
    };
    let members = count.unwrap_or(1).min(zset.len());
    let nested = out.resp3() && count.is_some();
    out.array(if nested { members } else { 2 * members });
    let mut write = |member: Item<'_>, score: f64| {
        if nested {
            out.array(2);
        }
        reply_item(out, member);
        out.double(score);
    };
    if members == zset.len() {
        // All are shown as they are, and go with the key: a large set is freed in steps.
        match end {
            End::Lowest => zset.iter().for_each(|(member, score)| write(member, score)),
            End::Highest => zset.iter().rev().for_each(|(member, score)| write(member, score)),
        }
        db.notify(EventClasses::ZSET, end.event(), &key);
        db.remove(&key);
        db.notify_gone(&key);
    } else {
        match end {
            End::Lowest => zset.pop_min(members, limits, write),
            End::Highest => zset.pop_max(members, limits, write),
        }
        if members > 0 {
            db.notify(EventClasses::ZSET, end.event(), &key);
        }
    }
    Ok(if members > 0 { Outcome::Changed } else { Outcome::Unchanged })
}

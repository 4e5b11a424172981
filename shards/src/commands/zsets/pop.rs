//! Taking members of the lowest or the highest scores out.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{keys::taken::taken, lists::count_argument, pairing::Pairing},
    keyspace::{EventClasses, Held, Key, Keyspace},
    resp::Reply,
    structures::listpack::Item,
    types::zset::ZSet,
};

/// Which members go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
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
    let pairing = if out.resp3() && count.is_some() { Pairing::Nested } else { Pairing::Flat };
    let key = db.key(args, 1);
    let head = |out: &mut Reply<'_>, members| pairing.head(out, members);
    let popped = pop_members(db, &key, (end, count.unwrap_or(1)), out, (pairing, head))?;
    if popped.is_none() {
        out.array(0);
    }
    Ok(if popped.unwrap_or(0) > 0 { Outcome::Changed } else { Outcome::Unchanged })
}

/// Pops up to `count` members from one end of the sorted set at `key`, and answers with `head`, which is given how many they
/// are, and with them and their scores. Returns how many they are; `None`, and no answer, if the key does not exist.
pub(super) fn pop_members(
    db: &mut Keyspace,
    key: &Key<'_>,
    (end, count): (End, usize),
    out: &mut Reply<'_>,
    (pairing, head): (Pairing, impl FnOnce(&mut Reply<'_>, usize)),
) -> Result<Option<usize>, Error> {
    let Some(Held { value: zset, limits, .. }) = db.get_mut::<ZSet>(key)? else { return Ok(None) };
    let members = count.min(zset.len());
    head(out, members);
    let mut write = |member: Item<'_>, score: f64| pairing.member(out, member, score);
    let emptied = members == zset.len();
    match end {
        // All are shown as they are, and go with the key: a large set is freed in steps.
        End::Lowest if emptied => zset.iter().for_each(|(member, score)| write(member, score)),
        End::Highest if emptied => zset.iter().rev().for_each(|(member, score)| write(member, score)),
        End::Lowest => zset.pop_min(members, limits, write),
        End::Highest => zset.pop_max(members, limits, write),
    }
    if members > 0 {
        taken(db, key, (EventClasses::ZSET, end.event()), emptied);
    }
    Ok(Some(members))
}

//! The commands that wait for a member.

use super::{
    pop::{End, pop_members},
    pop_first::{pop_named, popping},
};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run, Timeout, Waiting},
    commands::{keys::counted::Popping, pairing::Pairing, timeout::timeout_ms},
    keyspace::{Keyspace, Kind},
    resp::Reply,
};

const POP: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::NOSCRIPT).and(Flags::BLOCKING).and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ALL_BUT_LAST,
    key_use: &["RW", "access", "delete"],
    group: Group::SortedSet,
    since: "5.0.0",
    complexity: "O(log(N)) with N being the number of elements in the sorted set.",
    syntax: "key [key ...] timeout",
    ..Command::DEFAULT
};

const POPPING: Waiting = Waiting {
    handler: |_, _, _| Ok(Outcome::Nothing),
    timeout: Timeout::Last,
    opens: Kind::ZSet,
    moves: false,
};

pub static BZPOPMIN: Command = Command {
    name: "BZPOPMIN",
    summary: "Removes and returns the member with the lowest score from one or more sorted sets. Blocks until a member is available otherwise. Deletes the sorted set if the last element was popped.",
    run: Run::Waiting(&Waiting { handler: |db, args, out| pop(db, args, out, End::Lowest), ..POPPING }),
    ..POP
};

pub static BZPOPMAX: Command = Command {
    name: "BZPOPMAX",
    summary: "Removes and returns the member with the highest score from one or more sorted sets. Blocks until a member available otherwise.  Deletes the sorted set if the last element was popped.",
    run: Run::Waiting(&Waiting { handler: |db, args, out| pop(db, args, out, End::Highest), ..POPPING }),
    ..POP
};

fn pop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, end: End) -> Result<Outcome, Error> {
    timeout_ms(args, Timeout::Last)?;
    let popping = Popping { keys: 1..args.len() - 1, first_end: end == End::Lowest, count: 1 };
    popping.answer(db, args, out, |db, key, popping, out| {
        let end = if popping.first_end { End::Lowest } else { End::Highest };
        let head = |out: &mut Reply<'_>, _| {
            out.array(3);
            out.bulk(key.bytes);
        };
        Ok(pop_members(db, key, (end, 1), out, (Pairing::Flat, head))?.is_some())
    })
}

pub static BZMPOP: Command = Command {
    name: "BZMPOP",
    arity: Arity::at_least(5),
    flags: Flags::WRITE.and(Flags::BLOCKING),
    keys: Keys::TIMED_AND_COUNTED,
    since: "7.0.0",
    summary: "Removes and returns a member by score from one or more sorted sets. Blocks until a member is available otherwise. Deletes the sorted set if the last element was popped.",
    complexity: "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.",
    syntax: "timeout numkeys key [key ...] <MIN | MAX> [COUNT count]",
    run: Run::Waiting(&Waiting { handler: bzmpop, timeout: Timeout::First, ..POPPING }),
    ..POP
};

fn bzmpop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let popping = popping(args, 2)?;
    timeout_ms(args, Timeout::First)?;
    popping.answer(db, args, out, pop_named)
}

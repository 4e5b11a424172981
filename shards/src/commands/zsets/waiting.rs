//! The commands that wait for a member.

use super::pop_first::pop_first;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run, Timeout, Waiting},
    commands::{item::reply_item, keys::counted::Popping, timeout::timeout_ms},
    keyspace::{EventClasses, Held, Keyspace, Kind},
    resp::Reply,
    structures::listpack::Item,
    types::zset::ZSet,
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
    nothing: |out| out.null_array(),
};

pub static BZPOPMIN: Command = Command {
    name: "BZPOPMIN",
    summary: "Removes and returns the member with the lowest score from one or more sorted sets. Blocks until a member is available otherwise. Deletes the sorted set if the last element was popped.",
    run: Run::Waiting(&Waiting { handler: |db, args, out| pop(db, args, out, true), ..POPPING }),
    ..POP
};

pub static BZPOPMAX: Command = Command {
    name: "BZPOPMAX",
    summary: "Removes and returns the member with the highest score from one or more sorted sets. Blocks until a member available otherwise.  Deletes the sorted set if the last element was popped.",
    run: Run::Waiting(&Waiting { handler: |db, args, out| pop(db, args, out, false), ..POPPING }),
    ..POP
};

fn pop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, lowest: bool) -> Result<Outcome, Error> {
    timeout_ms(args, Timeout::Last)?;
    for index in 1..args.len() - 1 {
        let key = db.key(args, index);
        let Some(Held { value: zset, limits, .. }) = db.get_mut::<ZSet>(&key)? else { continue };
        out.array(3);
        out.bulk(key.bytes);
        let write = |member: Item<'_>, score: f64| {
            reply_item(out, member);
            out.double(score);
        };
        if lowest {
            zset.pop_min(1, limits, write);
        } else {
            zset.pop_max(1, limits, write);
        }
        let emptied = zset.is_empty();
        db.notify(EventClasses::ZSET, if lowest { "zpopmin" } else { "zpopmax" }, &key);
        if emptied {
            db.remove(&key);
            db.notify_gone(&key);
        }
        return Ok(Outcome::Changed);
    }
    out.null_array();
    Ok(Outcome::Nothing)
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
    let popping = Popping::read(args, 2, ["MIN", "MAX"])?;
    timeout_ms(args, Timeout::First)?;
    if pop_first(db, args, &popping, out)? {
        return Ok(Outcome::Changed);
    }
    out.null_array();
    Ok(Outcome::Nothing)
}

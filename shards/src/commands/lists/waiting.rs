//! The commands that wait for an element.

use super::{
    ends::{End, pop_elements},
    moves::{answer, end},
    pop_first::{pop_named, popping},
};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run, Timeout, Waiting},
    commands::{keys::counted::Popping, timeout::timeout_ms},
    keyspace::{Keyspace, Kind},
    resp::Reply,
};

const POP: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::NOSCRIPT).and(Flags::BLOCKING),
    acl: Acl::LIST,
    keys: Keys::ALL_BUT_LAST,
    key_use: &["RW", "access", "delete"],
    group: Group::List,
    since: "2.0.0",
    complexity: "O(N) where N is the number of provided keys.",
    syntax: "key [key ...] timeout",
    ..Command::DEFAULT
};

const POPPING: Waiting = Waiting {
    handler: |_, _, _| Ok(Outcome::Nothing),
    timeout: Timeout::Last,
    opens: Kind::List,
    moves: false,
};

pub static BLPOP: Command = Command {
    name: "BLPOP",
    summary: "Removes and returns the first element in a list. Blocks until an element is available otherwise. Deletes the list if the last element was popped.",
    run: Run::Waiting(&Waiting { handler: |db, args, out| pop(db, args, out, End::Front), ..POPPING }),
    ..POP
};

pub static BRPOP: Command = Command {
    name: "BRPOP",
    summary: "Removes and returns the last element in a list. Blocks until an element is available otherwise. Deletes the list if the last element was popped.",
    run: Run::Waiting(&Waiting { handler: |db, args, out| pop(db, args, out, End::Back), ..POPPING }),
    ..POP
};

fn pop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, end: End) -> Result<Outcome, Error> {
    timeout_ms(args, Timeout::Last)?;
    let popping = Popping { keys: 1..args.len() - 1, first_end: end == End::Front, count: 1 };
    popping.answer(db, args, out, |db, key, popping, out| {
        let end = if popping.first_end { End::Front } else { End::Back };
        let head = |out: &mut Reply<'_>, _| {
            out.array(2);
            out.bulk(key.bytes);
        };
        Ok(pop_elements(db, key, (end, 1), out, head)?.is_some())
    })
}

pub static BLMPOP: Command = Command {
    name: "BLMPOP",
    arity: Arity::at_least(5),
    flags: Flags::WRITE.and(Flags::BLOCKING),
    keys: Keys::TIMED_AND_COUNTED,
    since: "7.0.0",
    summary: "Pops the first element from one of multiple lists. Blocks until an element is available otherwise. Deletes the list if the last element was popped.",
    complexity: "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
    syntax: "timeout numkeys key [key ...] <LEFT | RIGHT> [COUNT count]",
    run: Run::Waiting(&Waiting { handler: blmpop, timeout: Timeout::First, ..POPPING }),
    ..POP
};

fn blmpop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let popping = popping(args, 2)?;
    timeout_ms(args, Timeout::First)?;
    popping.answer(db, args, out, pop_named)
}

const MOVE: Command = Command {
    flags: POP.flags.and(Flags::DENYOOM),
    keys: Keys::TWO,
    last_key_use: &["RW", "insert"],
    complexity: "O(1)",
    ..POP
};

const MOVING: Waiting = Waiting { moves: true, ..POPPING };

pub static BLMOVE: Command = Command {
    name: "BLMOVE",
    arity: Arity::exactly(6),
    since: "6.2.0",
    summary: "Pops an element from a list, pushes it to another list and returns it. Blocks until an element is available otherwise. Deletes the list if the last element was moved.",
    syntax: "source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout",
    run: Run::Waiting(&Waiting {
        handler: |db, args, out| {
            let ends = (end(args, 3)?, end(args, 4)?);
            timeout_ms(args, Timeout::Last)?;
            answer(db, args, ends, out)
        },
        ..MOVING
    }),
    ..MOVE
};

pub static BRPOPLPUSH: Command = Command {
    name: "BRPOPLPUSH",
    arity: Arity::exactly(4),
    since: "2.2.0",
    summary: "Pops an element from a list, pushes it to another list and returns it. Block until an element is available otherwise. Deletes the list if the last element was popped.",
    syntax: "source destination timeout",
    run: Run::Waiting(&Waiting {
        handler: |db, args, out| {
            timeout_ms(args, Timeout::Last)?;
            answer(db, args, (End::Back, End::Front), out)
        },
        ..MOVING
    }),
    ..MOVE
};

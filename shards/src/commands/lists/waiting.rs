//! The commands that wait for an element.

use super::{
    ends::End,
    moves::{end, move_element},
    pop_first::pop_first,
};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run, Timeout, Waiting},
    commands::{item::reply_item, keys::counted::Popping, timeout::timeout_ms},
    keyspace::{EventClasses, Held, Keyspace, Kind},
    resp::Reply,
    types::list::List,
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
    nothing: |out| out.null_array(),
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
    for index in 1..args.len() - 1 {
        let key = db.key(args, index);
        let Some(Held { value: list, limits, .. }) = db.get_mut::<List>(&key)? else { continue };
        out.array(2);
        out.bulk(key.bytes);
        match end {
            End::Front => list.pop_front(limits, |item| reply_item(out, item)),
            End::Back => list.pop_back(limits, |item| reply_item(out, item)),
        };
        let emptied = list.is_empty();
        db.notify(EventClasses::LIST, end.pop_event(), &key);
        if emptied {
            db.remove(&key);
            db.notify_gone(&key);
        }
        return Ok(Outcome::Changed);
    }
    out.null_array();
    Ok(Outcome::Nothing)
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
    let popping = Popping::read(args, 2, ["LEFT", "RIGHT"])?;
    timeout_ms(args, Timeout::First)?;
    if pop_first(db, args, &popping, out)? {
        return Ok(Outcome::Changed);
    }
    out.null_array();
    Ok(Outcome::Nothing)
}

const MOVE: Command = Command {
    flags: POP.flags.and(Flags::DENYOOM),
    keys: Keys::TWO,
    last_key_use: &["RW", "insert"],
    complexity: "O(1)",
    ..POP
};

const MOVING: Waiting = Waiting { moves: true, nothing: |out| out.null(), ..POPPING };

pub static BLMOVE: Command = Command {
    name: "BLMOVE",
    arity: Arity::exactly(6),
    since: "6.2.0",
    summary: "Pops an element from a list, pushes it to another list and returns it. Blocks until an element is available otherwise. Deletes the list if the last element was moved.",
    syntax: "source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout",
    run: Run::Waiting(&Waiting {
        handler: |db, args, out| {
            let ends = (end(args, 3)?, end(args, 4)?);
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
        handler: |db, args, out| answer(db, args, (End::Back, End::Front), out),
        ..MOVING
    }),
    ..MOVE
};

fn answer(
    db: &mut Keyspace,
    args: &Args<'_>,
    ends: (End, End),
    out: &mut Reply<'_>,
) -> Result<Outcome, Error> {
    timeout_ms(args, Timeout::Last)?;
    let (source, destination) = (db.key(args, 1), db.key(args, 2));
    if let Some(element) = move_element(db, &source, &destination, ends)? {
        out.bulk(&element);
        return Ok(Outcome::Changed);
    }
    out.null();
    Ok(Outcome::Nothing)
}

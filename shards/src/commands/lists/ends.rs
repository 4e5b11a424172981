//! Pushing to and popping from either end.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, keys::taken::taken},
    keyspace::{EventClasses, Held, Key, Keyspace},
    resp::Reply,
    types::list::List,
};

/// Which end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Front,
    Back,
}

impl End {
    /// What a push to this end is called where events are told.
    pub(super) fn push_event(self) -> &'static str {
        if self == Self::Front { "lpush" } else { "rpush" }
    }

    /// What a pop from this end is called.
    pub(super) fn pop_event(self) -> &'static str {
        if self == Self::Front { "lpop" } else { "rpop" }
    }
}

const PUSH: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::LIST,
    keys: Keys::ONE,
    group: Group::List,
    since: "1.0.0",
    complexity: "O(1) for each element added",
    syntax: "key element [element ...]",
    ..Command::DEFAULT
};

pub static LPUSH: Command = Command {
    name: "LPUSH",
    key_use: &["RW", "insert"],
    summary: "Prepends one or more elements to a list. Creates the key if it doesn't exist.",
    run: Run::Local(|db, args, out| push(db, args, out, End::Front)),
    ..PUSH
};

pub static RPUSH: Command = Command {
    name: "RPUSH",
    key_use: &["RW", "insert"],
    summary: "Appends one or more elements to a list. Creates the key if it doesn't exist.",
    run: Run::Local(|db, args, out| push(db, args, out, End::Back)),
    ..PUSH
};

#[inline]
fn push(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, end: End) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    push_all(db.get_or_create::<List>(&key)?, args, end, out);
    db.notify(EventClasses::LIST, end.push_event(), &key);
    Ok(Outcome::Changed)
}

const PUSHX: Command = Command { since: "2.2.0", key_use: &["RW", "insert"], ..PUSH };

pub static LPUSHX: Command = Command {
    name: "LPUSHX",
    summary: "Prepends one or more elements to a list only when the list exists.",
    run: Run::Local(|db, args, out| pushx(db, args, out, End::Front)),
    ..PUSHX
};

pub static RPUSHX: Command = Command {
    name: "RPUSHX",
    summary: "Appends one or more elements to a list only when the list exists.",
    run: Run::Local(|db, args, out| pushx(db, args, out, End::Back)),
    ..PUSHX
};

fn pushx(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, end: End) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let Some(list) = db.get_mut::<List>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    push_all(list, args, end, out);
    db.notify(EventClasses::LIST, end.push_event(), &key);
    Ok(Outcome::Changed)
}

/// Pushes the arguments from 2 on and answers with the length.
#[inline]
fn push_all(list: Held<'_, List>, args: &Args<'_>, end: End, out: &mut Reply<'_>) {
    for element in args.iter_from(2) {
        match end {
            End::Front => list.value.push_front(element, list.limits),
            End::Back => list.value.push_back(element, list.limits),
        }
    }
    out.count(list.value.len());
}

const POP: Command = Command {
    arity: Arity::at_least(2),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::LIST,
    keys: Keys::ONE,
    group: Group::List,
    since: "1.0.0",
    complexity: "O(N) where N is the number of elements returned",
    syntax: "key [count]",
    ..Command::DEFAULT
};

pub static LPOP: Command = Command {
    name: "LPOP",
    key_use: &["RW", "access", "delete"],
    summary: "Returns the first elements in a list after removing it. Deletes the list if the last element was popped.",
    run: Run::Local(|db, args, out| pop(db, args, out, End::Front)),
    ..POP
};

pub static RPOP: Command = Command {
    name: "RPOP",
    key_use: &["RW", "access", "delete"],
    summary: "Returns and removes the last elements of a list. Deletes the list if the last element was popped.",
    run: Run::Local(|db, args, out| pop(db, args, out, End::Back)),
    ..POP
};

#[inline]
fn pop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, end: End) -> Result<Outcome, Error> {
    if args.len() > 3 {
        return Err(Error::Arity(end.pop_event().into()));
    }
    let count = match args.len() {
        2 => None,
        _ => Some(count_argument(args, 2)?),
    };
    let key = db.key(args, 1);
    let head = |out: &mut Reply<'_>, elements| {
        if count.is_some() {
            out.array(elements);
        }
    };
    let popped = pop_elements(db, &key, (end, count.unwrap_or(1)), out, head)?;
    match (popped, count) {
        (Some(_), _) => {}
        (None, None) => out.null(),
        (None, Some(_)) => out.null_array(),
    }
    Ok(if popped.unwrap_or(0) > 0 { Outcome::Changed } else { Outcome::Unchanged })
}

/// Pops up to `count` elements from one end of the list at `key`, and answers with `head`, which is given how many they are,
/// and with them. Returns how many they are; `None`, and no answer, if the key does not exist.
#[inline]
pub(super) fn pop_elements(
    db: &mut Keyspace,
    key: &Key<'_>,
    (end, count): (End, usize),
    out: &mut Reply<'_>,
    head: impl FnOnce(&mut Reply<'_>, usize),
) -> Result<Option<usize>, Error> {
    let Some(Held { value: list, limits, .. }) = db.get_mut::<List>(key)? else { return Ok(None) };
    let elements = count.min(list.len());
    head(out, elements);
    for _ in 0..elements {
        match end {
            End::Front => list.pop_front(limits, |item| reply_item(out, item)),
            End::Back => list.pop_back(limits, |item| reply_item(out, item)),
        };
    }
    if elements > 0 {
        let emptied = list.is_empty();
        taken(db, key, (EventClasses::LIST, end.pop_event()), emptied);
    }
    Ok(Some(elements))
}

/// A count of elements, which may be zero but not negative.
pub(in crate::commands) fn count_argument(args: &Args<'_>, index: usize) -> Result<usize, Error> {
    let count = args.integer(index).map_err(|_| Error::MustBePositive)?;
    usize::try_from(count).map_err(|_| Error::MustBePositive)
}

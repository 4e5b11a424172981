//! An element from one list to another.

use super::ends::End;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{EventClasses, Held, Key, Keyspace},
    resp::Reply,
    types::list::List,
};

const MOVE: Command = Command {
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::LIST,
    keys: Keys::TWO,
    key_use: &["RW", "access", "delete"],
    last_key_use: &["RW", "insert"],
    group: Group::List,
    ..Command::DEFAULT
};

pub static LMOVE: Command = Command {
    name: "LMOVE",
    arity: Arity::exactly(5),
    since: "6.2.0",
    summary: "Returns an element after popping it from one list and pushing it to another. Deletes the list if the last element was moved.",
    syntax: "source destination <LEFT | RIGHT> <LEFT | RIGHT>",
    run: Run::Local(lmove),
    ..MOVE
};

fn lmove(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let ends = (end(args, 3)?, end(args, 4)?);
    answer(db, args, ends, out)
}

pub static RPOPLPUSH: Command = Command {
    name: "RPOPLPUSH",
    arity: Arity::exactly(3),
    since: "1.2.0",
    summary: "Returns the last element of a list after removing and pushing it to another list. Deletes the list if the last element was moved.",
    syntax: "source destination",
    run: Run::Local(|db, args, out| answer(db, args, (End::Back, End::Front), out)),
    ..MOVE
};

/// Moves an element between these ends and answers with it, or with a null.
pub(super) fn answer(
    db: &mut Keyspace,
    args: &Args<'_>,
    ends: (End, End),
    out: &mut Reply<'_>,
) -> Result<Outcome, Error> {
    let (source, destination) = (db.key(args, 1), db.key(args, 2));
    let moved = move_element(db, &source, &destination, ends)?;
    match &moved {
        Some(element) => out.bulk(element),
        None => out.null(),
    }
    Ok(if moved.is_some() { Outcome::Changed } else { Outcome::Nothing })
}

/// Which end argument `index` names.
pub(super) fn end(args: &Args<'_>, index: usize) -> Result<End, Error> {
    match args.word(index).as_str() {
        "LEFT" => Ok(End::Front),
        "RIGHT" => Ok(End::Back),
        _ => Err(Error::Syntax),
    }
}

/// Takes an element from one end of a list and puts it at one end of another, or of the same one. Nothing if there is no list.
///
/// # Errors
/// [`Error::WrongType`] if there is something else at one of the keys; a destination is not looked at without a source.
pub(super) fn move_element(
    db: &mut Keyspace,
    source: &Key<'_>,
    destination: &Key<'_>,
    (from, to): (End, End),
) -> Result<Option<Vec<u8>>, Error> {
    if db.get_mut::<List>(source)?.is_none() {
        return Ok(None);
    }
    db.get_mut::<List>(destination)?;
    let Some(Held { value: list, limits, .. }) = db.get_mut::<List>(source)? else { return Ok(None) };
    let element = match from {
        End::Front => list.pop_front(limits, |item| item.to_vec()),
        End::Back => list.pop_back(limits, |item| item.to_vec()),
    };
    let Some(element) = element else { return Ok(None) };
    let emptied = list.is_empty() && source.bytes != destination.bytes;
    if emptied {
        db.remove(source);
    }
    let Held { value: list, limits, .. } = db.get_or_create::<List>(destination)?;
    match to {
        End::Front => list.push_front(&element, limits),
        End::Back => list.push_back(&element, limits),
    }
    // The push is told first, whatever was done first.
    db.notify(EventClasses::LIST, to.push_event(), destination);
    db.notify(EventClasses::LIST, from.pop_event(), source);
    if emptied {
        db.notify_gone(source);
    }
    Ok(Some(element))
}

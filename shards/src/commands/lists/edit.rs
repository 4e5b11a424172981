//! Changing a list in its middle.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::taken::taken,
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    types::list::{List, normalise},
};

const EDIT: Command = Command {
    arity: Arity::exactly(4),
    flags: Flags::WRITE,
    acl: Acl::LIST,
    keys: Keys::ONE,
    group: Group::List,
    since: "1.0.0",
    ..Command::DEFAULT
};

pub static LSET: Command = Command {
    name: "LSET",
    flags: Flags::WRITE.and(Flags::DENYOOM),
    key_use: &["RW", "update"],
    summary: "Sets the value of an element in a list by its index.",
    complexity: "O(N) where N is the number of blocks between the element and the nearer end of the list",
    syntax: "key index element",
    run: Run::Local(lset),
    ..EDIT
};

fn lset(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let list = db.get_mut::<List>(&key)?.ok_or(Error::NoSuchKey)?;
    if !list.value.set(args.integer(2)?, args.get(3), list.limits) {
        return Err(Error::IndexOutOfRange);
    }
    out.ok();
    db.notify(EventClasses::LIST, "lset", &key);
    Ok(Outcome::Changed)
}

pub static LINSERT: Command = Command {
    name: "LINSERT",
    arity: Arity::exactly(5),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    key_use: &["RW", "insert"],
    since: "2.2.0",
    summary: "Inserts an element before or after another element in a list.",
    complexity: "O(N) where N is the number of elements to look through before the pivot.",
    syntax: "key <BEFORE|AFTER> pivot element",
    run: Run::Local(linsert),
    ..EDIT
};

fn linsert(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let before = args.is(2, "BEFORE");
    if !before && !args.is(2, "AFTER") {
        return Err(Error::Syntax);
    }
    let key = db.key(args, 1);
    let Some(list) = db.get_mut::<List>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    if !list.value.insert(before, args.get(3), args.get(4), list.limits) {
        out.integer(-1);
        return Ok(Outcome::Unchanged);
    }
    out.count(list.value.len());
    db.notify(EventClasses::LIST, "linsert", &key);
    Ok(Outcome::Changed)
}

pub static LREM: Command = Command {
    name: "LREM",
    key_use: &["RW", "delete"],
    summary: "Removes elements from a list. Deletes the list if the last element was removed.",
    complexity: "O(N) where N is the length of the list.",
    syntax: "key count element",
    run: Run::Local(lrem),
    ..EDIT
};

fn lrem(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let count = args.integer(2)?;
    let key = db.key(args, 1);
    let Some(list) = db.get_mut::<List>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    let removed = list.value.remove(count, args.get(3), list.limits);
    let emptied = list.value.is_empty();
    out.count(removed);
    if removed == 0 {
        return Ok(Outcome::Unchanged);
    }
    taken(db, &key, (EventClasses::LIST, "lrem"), emptied);
    Ok(Outcome::Changed)
}

pub static LTRIM: Command = Command {
    name: "LTRIM",
    key_use: &["RW", "delete"],
    summary: "Removes elements from both ends of a list. Deletes the list if all elements were trimmed.",
    complexity: "O(N) where N is the number of blocks to be removed.",
    syntax: "key start stop",
    run: Run::Local(ltrim),
    ..EDIT
};

fn ltrim(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (start, stop) = (args.integer(2)?, args.integer(3)?);
    let key = db.key(args, 1);
    out.ok();
    let Some(list) = db.get_mut::<List>(&key)? else { return Ok(Outcome::Unchanged) };
    // If all of it goes, the keyspace does it piece by piece.
    let emptied = normalise(start, stop, list.value.len()).is_none();
    if !emptied {
        list.value.trim(start, stop, list.limits);
    }
    taken(db, &key, (EventClasses::LIST, "ltrim"), emptied);
    Ok(Outcome::Changed)
}

//! COPY and MOVE: values that get another key or another database.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
};

const SAME_PLACE: Error = Error::Text("ERR source and destination objects are the same");

pub static COPY: Command = Command {
    name: "COPY",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::KEYSPACE,
    keys: Keys::TWO,
    key_use: &["RO", "access"],
    last_key_use: &["OW", "update"],
    group: Group::Generic,
    since: "6.2.0",
    summary: "Copies the value of a key to a new key.",
    complexity: "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
    syntax: "source destination [DB destination-db] [REPLACE]",
    run: Run::Local(copy),
    ..Command::DEFAULT
};

fn copy(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let here = db.selected();
    let (mut there, mut replace) = (here, false);
    let mut index = 3;
    while index < args.len() {
        if args.is(index, "REPLACE") {
            replace = true;
        } else if args.is(index, "DB") && index + 1 < args.len() {
            there = database(db, args, index + 1)?;
            index += 1;
        } else {
            return Err(Error::Syntax);
        }
        index += 1;
    }
    let (from, to) = (db.key(args, 1), db.key(args, 2));
    if here == there && from.bytes == to.bytes {
        return Err(SAME_PLACE);
    }
    let is_free = db.find(&from).is_some() && (!is_in(db, there, &to) || replace);
    let copied = is_free && db.copy_to(&from, &to, there);
    out.integer(i64::from(copied));
    Ok(if copied { Outcome::Changed } else { Outcome::Unchanged })
}

pub static MOVE: Command = Command {
    name: "MOVE",
    arity: Arity::exactly(3),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update"],
    group: Group::Generic,
    since: "1.0.0",
    summary: "Moves a key to another database.",
    syntax: "key db",
    run: Run::Local(move_key),
    ..Command::DEFAULT
};

fn move_key(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let there = database(db, args, 2)?;
    if there == db.selected() {
        return Err(SAME_PLACE);
    }
    let key = db.key(args, 1);
    let moved = db.peek(&key).is_some() && !is_in(db, there, &key) && db.move_to(&key, there);
    out.integer(i64::from(moved));
    Ok(if moved { Outcome::Changed } else { Outcome::Unchanged })
}

/// The database that argument `index` numbers.
fn database(db: &Keyspace, args: &Args<'_>, index: usize) -> Result<usize, Error> {
    const NOT_32_BITS: Error =
        Error::Text("ERR value is out of range, value must between -2147483648 and 2147483647");
    let number = i32::try_from(args.integer(index)?).map_err(|_| NOT_32_BITS)?;
    let existing = usize::try_from(number).ok().filter(|number| *number < db.database_count());
    existing.ok_or(Error::DbOutOfRange)
}

/// Whether a live key is in another database.
fn is_in(db: &mut Keyspace, database: usize, key: &crate::keyspace::Key<'_>) -> bool {
    let here = db.selected();
    db.select(database);
    let found = db.peek(key).is_some();
    db.select(here);
    found
}

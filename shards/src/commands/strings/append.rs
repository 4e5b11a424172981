//! Growing a string, and its length.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{EventClasses, Keyspace, StrRef},
    resp::Reply,
};

pub static APPEND: Command = Command {
    name: "APPEND",
    arity: Arity::exactly(3),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "insert"],
    group: Group::String,
    since: "2.0.0",
    summary: "Appends a string to the value of a key. Creates the key if it doesn't exist.",
    complexity: "O(1) amortised",
    syntax: "key value",
    run: Run::Local(append),
    ..Command::DEFAULT
};

fn append(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let max_bytes = db.string_max_bytes;
    let Some(entry) = db.find_mut(&key) else {
        db.set_string(&key, args.get(2), args.shared(2), false);
        db.notify(EventClasses::STRING, "append", &key);
        out.count(args.get(2).len());
        return Ok(Outcome::Changed);
    };
    let before = entry.as_string().ok_or(Error::WrongType)?.text_len();
    if before + args.get(2).len() > max_bytes {
        return Err(Error::StringTooLong);
    }
    out.count(entry.append(args.get(2)).ok_or(Error::WrongType)?);
    db.notify(EventClasses::STRING, "append", &key);
    Ok(Outcome::Changed)
}

pub static STRLEN: Command = Command {
    name: "STRLEN",
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RO"],
    group: Group::String,
    since: "2.2.0",
    summary: "Returns the length of a string value.",
    complexity: "O(1)",
    syntax: "key",
    run: Run::Local(strlen),
    ..Command::DEFAULT
};

fn strlen(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.string(&key)?.map_or(0, |value: StrRef<'_>| value.text_len()));
    Ok(Outcome::Unchanged)
}

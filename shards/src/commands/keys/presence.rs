//! Whether keys are there, of which type they are, and removing them.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Merge, Outcome, Run},
    keyspace::{Entry, Keyspace},
    resp::Reply,
};

const REMOVAL: Command = Command {
    arity: Arity::at_least(2),
    acl: Acl::KEYSPACE,
    keys: Keys::ALL,
    group: Group::Generic,
    complexity: "O(N) where N is the number of keys; large values are freed in steps afterwards.",
    syntax: "key [key ...]",
    run: Run::Split(del, Merge::Sum),
    ..Command::DEFAULT
};

pub static DEL: Command = Command {
    name: "DEL",
    flags: Flags::WRITE,
    key_use: &["RM", "delete"],
    since: "1.0.0",
    summary: "Deletes one or more keys.",
    ..REMOVAL
};

pub static UNLINK: Command = Command {
    name: "UNLINK",
    flags: Flags::WRITE.and(Flags::FAST),
    key_use: &["RM", "delete"],
    since: "4.0.0",
    summary: "Asynchronously deletes one or more keys.",
    ..REMOVAL
};

fn del(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let mut removed = 0;
    db.for_each_key(args, DEL.keys.indexes(args.len()), |db, _, key| {
        if db.remove_live(&key) {
            removed += 1;
            db.notify_gone(&key);
        }
    });
    out.count(removed);
    Ok(if removed > 0 { Outcome::Changed } else { Outcome::Unchanged })
}

pub static EXISTS: Command = Command {
    name: "EXISTS",
    arity: Arity::at_least(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    keys: Keys::ALL,
    key_use: &["RO"],
    group: Group::Generic,
    since: "1.0.0",
    summary: "Determines whether one or more keys exist.",
    complexity: "O(N) where N is the number of keys to check.",
    syntax: "key [key ...]",
    run: Run::Split(exists, Merge::Sum),
    ..Command::DEFAULT
};

fn exists(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let mut found = 0;
    db.for_each_key(args, EXISTS.keys.indexes(args.len()), |db, _, key| {
        found += usize::from(db.look(&key).is_some());
    });
    out.count(found);
    Ok(Outcome::Unchanged)
}

pub static TOUCH: Command = Command {
    name: "TOUCH",
    arity: Arity::at_least(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    keys: Keys::ALL,
    key_use: &["RO"],
    group: Group::Generic,
    since: "3.2.1",
    summary: "Returns the number of existing keys out of those specified after updating the time they were last accessed.",
    complexity: "O(N) where N is the number of keys that will be touched.",
    syntax: "key [key ...]",
    run: Run::Split(touch, Merge::Sum),
    ..Command::DEFAULT
};

fn touch(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let mut found = 0;
    db.for_each_key(args, TOUCH.keys.indexes(args.len()), |db, _, key| {
        found += usize::from(db.find(&key).is_some());
    });
    out.count(found);
    Ok(Outcome::Unchanged)
}

pub static TYPE: Command = Command {
    name: "TYPE",
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    keys: Keys::ONE,
    key_use: &["RO"],
    group: Group::Generic,
    since: "1.0.0",
    summary: "Determines the type of value stored at a key.",
    syntax: "key",
    run: Run::Local(type_of),
    ..Command::DEFAULT
};

fn type_of(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.simple(db.look(&key).map(Entry::kind).map_or("none", |kind| kind.name()));
    Ok(Outcome::Unchanged)
}

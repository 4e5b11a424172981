//! Reading a list.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::item::reply_item,
    keyspace::Keyspace,
    resp::Reply,
    types::list::List,
};

pub static LLEN: Command = Command {
    name: "LLEN",
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::LIST,
    keys: Keys::ONE,
    key_use: &["RO"],
    group: Group::List,
    since: "1.0.0",
    summary: "Returns the length of a list.",
    syntax: "key",
    run: Run::Local(llen),
    ..Command::DEFAULT
};

fn llen(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<List>(&key)?.map_or(0, |list| list.value.len()));
    Ok(Outcome::Unchanged)
}

pub static LINDEX: Command = Command {
    name: "LINDEX",
    arity: Arity::exactly(3),
    flags: Flags::READONLY,
    acl: Acl::LIST,
    keys: Keys::ONE,
    group: Group::List,
    since: "1.0.0",
    summary: "Returns an element from a list by its index.",
    complexity: "O(N) where N is the number of blocks between the element and the nearer end of the list",
    syntax: "key index",
    run: Run::Local(lindex),
    ..Command::DEFAULT
};

fn lindex(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    // The index of a list that does not exist may be anything.
    let element = match db.get::<List>(&key)? {
        None => None,
        Some(list) => list.value.get(args.integer(2)?),
    };
    match element {
        None => out.null(),
        Some(item) => reply_item(out, item),
    }
    Ok(Outcome::Unchanged)
}

pub static LRANGE: Command = Command {
    name: "LRANGE",
    arity: Arity::exactly(4),
    flags: Flags::READONLY,
    acl: Acl::LIST,
    keys: Keys::ONE,
    group: Group::List,
    since: "1.0.0",
    summary: "Returns a range of elements from a list.",
    complexity: "O(S+N) where S is the number of blocks before the start, and N the number of elements in the range.",
    syntax: "key start stop",
    run: Run::Local(lrange),
    ..Command::DEFAULT
};

fn lrange(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (start, stop) = (args.integer(2)?, args.integer(3)?);
    let key = db.key(args, 1);
    match db.get::<List>(&key)? {
        None => out.array(0),
        Some(list) => {
            let range = list.value.range(start, stop);
            out.array(range.len());
            range.for_each(|item| reply_item(out, item));
        }
    }
    Ok(Outcome::Unchanged)
}

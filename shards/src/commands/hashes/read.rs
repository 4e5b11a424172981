//! Reading a hash.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::item::reply_item,
    keyspace::Keyspace,
    resp::Reply,
    types::hash::Hash,
};

pub static HGET: Command = Command {
    name: "HGET",
    arity: Arity::exactly(3),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::HASH,
    keys: Keys::ONE,
    group: Group::Hash,
    since: "2.0.0",
    summary: "Returns the value of a field in a hash.",
    syntax: "key field",
    run: Run::Local(hget),
    ..Command::DEFAULT
};

fn hget(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let hash = db.get::<Hash>(&key)?;
    match hash.as_ref().and_then(|hash| hash.value.get(args.get(2), hash.limits)) {
        Some(value) => reply_item(out, value),
        None => out.null(),
    }
    Ok(Outcome::Unchanged)
}

pub static HGETALL: Command = Command {
    name: "HGETALL",
    arity: Arity::exactly(2),
    flags: Flags::READONLY,
    acl: Acl::HASH,
    keys: Keys::ONE,
    tips: &["nondeterministic_output_order"],
    group: Group::Hash,
    since: "2.0.0",
    summary: "Returns all fields and values in a hash.",
    complexity: "O(N) where N is the size of the hash.",
    syntax: "key",
    run: Run::Local(hgetall),
    ..Command::DEFAULT
};

fn hgetall(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    match db.get::<Hash>(&key)? {
        None => out.map(0),
        Some(hash) => {
            out.map(hash.value.len());
            for (field, value) in hash.value.iter() {
                reply_item(out, field);
                reply_item(out, value);
            }
        }
    }
    Ok(Outcome::Unchanged)
}

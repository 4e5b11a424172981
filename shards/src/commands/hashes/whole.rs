//! All of a hash at once.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::item::reply_item,
    keyspace::Keyspace,
    resp::Reply,
    types::hash::Hash,
};

const WHOLE: Command = Command {
    arity: Arity::exactly(2),
    flags: Flags::READONLY,
    acl: Acl::HASH,
    keys: Keys::ONE,
    tips: &["nondeterministic_output_order"],
    group: Group::Hash,
    since: "2.0.0",
    complexity: "O(N) where N is the size of the hash.",
    syntax: "key",
    ..Command::DEFAULT
};

pub static HGETALL: Command = Command {
    name: "HGETALL",
    summary: "Returns all fields and values in a hash.",
    run: Run::Local(hgetall),
    ..WHOLE
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

pub static HKEYS: Command =
    Command { name: "HKEYS", summary: "Returns all fields in a hash.", run: Run::Local(hkeys), ..WHOLE };

fn hkeys(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    match db.get::<Hash>(&key)? {
        None => out.array(0),
        Some(hash) => {
            out.array(hash.value.len());
            hash.value.fields().for_each(|field| reply_item(out, field));
        }
    }
    Ok(Outcome::Unchanged)
}

pub static HVALS: Command =
    Command { name: "HVALS", summary: "Returns all values in a hash.", run: Run::Local(hvals), ..WHOLE };

fn hvals(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    match db.get::<Hash>(&key)? {
        None => out.array(0),
        Some(hash) => {
            out.array(hash.value.len());
            hash.value.values().for_each(|value| reply_item(out, value));
        }
    }
    Ok(Outcome::Unchanged)
}

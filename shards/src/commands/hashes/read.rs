//! The values of fields.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::item::reply_item,
    keyspace::{Keyspace, Seen},
    resp::Reply,
    structures::listpack::Item,
    types::{hash::Hash, look_up_each},
};

const GETTER: Command = Command {
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::HASH,
    keys: Keys::ONE,
    element: 2,
    group: Group::Hash,
    since: "2.0.0",
    ..Command::DEFAULT
};

fn reply_value(out: &mut Reply<'_>, value: Option<Item<'_>>) {
    match value {
        Some(value) => reply_item(out, value),
        None => out.null(),
    }
}

pub static HGET: Command = Command {
    name: "HGET",
    arity: Arity::exactly(3),
    summary: "Returns the value of a field in a hash.",
    syntax: "key field",
    run: Run::Local(hget),
    ..GETTER
};

fn hget(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let hash = db.get::<Hash>(&key)?;
    reply_value(out, hash.as_ref().and_then(|hash| hash.value.get(args.get(2), hash.limits)));
    Ok(Outcome::Unchanged)
}

pub static HMGET: Command = Command {
    name: "HMGET",
    arity: Arity::at_least(3),
    summary: "Returns the values of several fields in a hash.",
    complexity: "O(N) where N is the number of fields asked for.",
    syntax: "key field [field ...]",
    run: Run::Local(hmget),
    ..GETTER
};

fn hmget(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let hash = db.get::<Hash>(&key)?;
    out.array(args.len() - 2);
    match hash {
        None => args.iter_from(2).for_each(|_| reply_value(out, None)),
        Some(Seen { value, limits }) => look_up_each(value, limits, args.iter_from(2), |value, field| {
            reply_value(out, value.get(field, limits));
        }),
    }
    Ok(Outcome::Unchanged)
}

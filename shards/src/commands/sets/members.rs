//! A set's members: adding, removing, asking, listing.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, keys::taken::taken},
    keyspace::{EventClasses, Keyspace, Seen},
    resp::Reply,
    types::{look_up_each, set::Set},
};

pub static SADD: Command = Command {
    name: "SADD",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::ONE,
    element: 2,
    key_use: &["RW", "insert"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Adds one or more members to a set. Creates the key if it doesn't exist.",
    complexity: "O(1) for each member added",
    syntax: "key member [member ...]",
    run: Run::Local(sadd),
    ..Command::DEFAULT
};

fn sadd(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let set = db.get_or_create::<Set>(&key)?;
    if set.value.is_empty() {
        *set.value = Set::for_members(args.get(2), args.len() - 2, set.limits);
    }
    let mut added = 0;
    look_up_each(set.value, set.limits, args.iter_from(2), |value, member| {
        added += usize::from(value.add(member, set.limits));
    });
    out.count(added);
    if added == 0 {
        return Ok(Outcome::Unchanged);
    }
    db.notify(EventClasses::SET, "sadd", &key);
    Ok(Outcome::Changed)
}

pub static SREM: Command = Command {
    name: "SREM",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::ONE,
    element: 2,
    key_use: &["RW", "delete"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Removes one or more members from a set. Deletes the set if the last member was removed.",
    complexity: "O(1) for each member removed",
    syntax: "key member [member ...]",
    run: Run::Local(srem),
    ..Command::DEFAULT
};

fn srem(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let Some(set) = db.get_mut::<Set>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    let mut removed = 0;
    look_up_each(&mut *set.value, set.limits, args.iter_from(2), |value, member| {
        removed += usize::from(value.remove(member, set.limits));
    });
    let emptied = set.value.is_empty();
    out.count(removed);
    if removed == 0 {
        return Ok(Outcome::Unchanged);
    }
    taken(db, &key, (EventClasses::SET, "srem"), emptied);
    Ok(Outcome::Changed)
}

pub static SCARD: Command = Command {
    name: "SCARD",
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::ONE,
    key_use: &["RO"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Returns the number of members in a set.",
    syntax: "key",
    run: Run::Local(scard),
    ..Command::DEFAULT
};

fn scard(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    out.count(db.get::<Set>(&key)?.map_or(0, |set| set.value.len()));
    Ok(Outcome::Unchanged)
}

pub static SISMEMBER: Command = Command {
    name: "SISMEMBER",
    arity: Arity::exactly(3),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::ONE,
    element: 2,
    key_use: &["RO"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Determines whether a member belongs to a set.",
    syntax: "key member",
    run: Run::Local(sismember),
    ..Command::DEFAULT
};

fn sismember(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let found = db.get::<Set>(&key)?.is_some_and(|set| set.value.contains(args.get(2), set.limits));
    out.integer(i64::from(found));
    Ok(Outcome::Unchanged)
}

pub static SMISMEMBER: Command = Command {
    name: "SMISMEMBER",
    arity: Arity::at_least(3),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::ONE,
    element: 2,
    group: Group::Set,
    since: "6.2.0",
    summary: "Determines whether multiple members belong to a set.",
    complexity: "O(N) where N is the number of members asked for",
    syntax: "key member [member ...]",
    run: Run::Local(smismember),
    ..Command::DEFAULT
};

fn smismember(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let set = db.get::<Set>(&key)?;
    out.array(args.len() - 2);
    match set {
        None => args.iter_from(2).for_each(|_| out.integer(0)),
        Some(Seen { value, limits }) => look_up_each(value, limits, args.iter_from(2), |value, member| {
            out.integer(i64::from(value.contains(member, limits)));
        }),
    }
    Ok(Outcome::Unchanged)
}

pub static SMEMBERS: Command = Command {
    name: "SMEMBERS",
    arity: Arity::exactly(2),
    flags: Flags::READONLY,
    acl: Acl::SET,
    keys: Keys::ONE,
    tips: &["nondeterministic_output_order"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Returns all members of a set.",
    complexity: "O(N) where N is the number of members.",
    syntax: "key",
    run: Run::Local(smembers),
    ..Command::DEFAULT
};

fn smembers(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    match db.get::<Set>(&key)? {
        None => out.set(0),
        Some(set) => {
            out.set(set.value.len());
            set.value.iter().for_each(|item| reply_item(out, item));
        }
    }
    Ok(Outcome::Unchanged)
}

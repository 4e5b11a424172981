//! Members from one set to another.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::taken::taken,
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    types::set::Set,
};

pub static SMOVE: Command = Command {
    name: "SMOVE",
    arity: Arity::exactly(4),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::TWO,
    key_use: &["RW", "access", "delete"],
    last_key_use: &["RW", "insert"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Moves a member from one set to another.",
    syntax: "source destination member",
    run: Run::Local(smove),
    ..Command::DEFAULT
};

fn smove(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (source, destination, member) = (db.key(args, 1), db.key(args, 2), args.get(3));
    let moved = match db.get_mut::<Set>(&source)? {
        None => false,
        Some(set) => {
            let found = set.value.contains(member, set.limits);
            // A destination of another type is refused even where nothing would be moved.
            db.get_mut::<Set>(&destination)?;
            found
        }
    };
    out.integer(i64::from(moved));
    if !moved || source.bytes == destination.bytes {
        return Ok(Outcome::Unchanged);
    }
    let mut emptied = false;
    if let Some(set) = db.get_mut::<Set>(&source)? {
        set.value.remove(member, set.limits);
        emptied = set.value.is_empty();
    }
    taken(db, &source, (EventClasses::SET, "srem"), emptied);
    let set = db.get_or_create::<Set>(&destination)?;
    if set.value.is_empty() {
        *set.value = Set::for_members(member, 1, set.limits);
    }
    if set.value.add(member, set.limits) {
        db.notify(EventClasses::SET, "sadd", &destination);
    } else {
        db.left_as_it_was(&destination);
    }
    Ok(Outcome::Changed)
}

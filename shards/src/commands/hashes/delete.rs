//! Removing fields.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::taken::taken,
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    types::{hash::Hash, look_up_each},
};

pub static HDEL: Command = Command {
    name: "HDEL",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::HASH,
    keys: Keys::ONE,
    element: 2,
    key_use: &["RW", "delete"],
    group: Group::Hash,
    since: "2.0.0",
    summary: "Removes fields from a hash, and the hash with its last field.",
    complexity: "O(N) where N is the number of fields to remove.",
    syntax: "key field [field ...]",
    run: Run::Local(hdel),
    ..Command::DEFAULT
};

fn hdel(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let Some(hash) = db.get_mut::<Hash>(&key)? else {
        out.count(0);
        return Ok(Outcome::Unchanged);
    };
    let mut removed = 0;
    look_up_each(&mut *hash.value, hash.limits, args.iter_from(2), |value, field| {
        removed += usize::from(value.remove(field, hash.limits));
    });
    let emptied = hash.value.is_empty();
    out.count(removed);
    if removed == 0 {
        return Ok(Outcome::Unchanged);
    }
    taken(db, &key, (EventClasses::HASH, "hdel"), emptied);
    Ok(Outcome::Changed)
}

//! Taking random members out of a set.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, keys::taken::taken, lists::count_argument},
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    types::set::Set,
};

pub static SPOP: Command = Command {
    name: "SPOP",
    arity: Arity::at_least(2),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::SET,
    keys: Keys::ONE,
    key_use: &["RW", "access", "delete"],
    tips: &["nondeterministic_output"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Returns one or more random members from a set after removing them. Deletes the set if the last member was popped.",
    complexity: "Without the count argument O(1), otherwise O(N) where N is the value of the passed count.",
    syntax: "key [count]",
    run: Run::Local(spop),
    ..Command::DEFAULT
};

fn spop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let count = match args.len() {
        2 => None,
        3 => Some(count_argument(args, 2)?),
        _ => return Err(Error::Syntax),
    };
    let key = db.key(args, 1);
    let Some(set) = db.get_mut::<Set>(&key)? else {
        match count {
            None => out.null(),
            Some(_) => out.set(0),
        }
        return Ok(Outcome::Unchanged);
    };
    let members = count.map_or(1, |count| count.min(set.value.len()));
    if count.is_some() {
        out.set(members);
    }
    for _ in 0..members {
        set.value.pop(set.rng, set.limits, |item| reply_item(out, item));
    }
    if members == 0 {
        return Ok(Outcome::Unchanged);
    }
    let emptied = set.value.is_empty();
    taken(db, &key, (EventClasses::SET, "spop"), emptied);
    Ok(Outcome::Changed)
}

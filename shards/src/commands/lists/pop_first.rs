//! Popping from the first of several lists that has elements.

use super::ends::{End, pop_elements};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::counted::Popping,
    keyspace::{Key, Keyspace},
    resp::Reply,
};

pub static LMPOP: Command = Command {
    name: "LMPOP",
    arity: Arity::at_least(4),
    flags: Flags::WRITE,
    acl: Acl::LIST,
    keys: Keys::COUNTED,
    key_use: &["RW", "access", "delete"],
    group: Group::List,
    since: "7.0.0",
    summary: "Returns elements from the first of several lists that has some, after removing them.",
    complexity: "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
    syntax: "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]",
    run: Run::Local(lmpop),
    ..Command::DEFAULT
};

fn lmpop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    popping(args, 1)?.answer(db, args, out, pop_named)
}

/// Reads the arguments from `numkeys` on.
pub fn popping(args: &Args<'_>, numkeys: usize) -> Result<Popping, Error> {
    Popping::read(args, numkeys, ["LEFT", "RIGHT"])
}

/// Pops from the list at `key` and answers with its name and elements; false, and no answer, if the key does not exist.
pub fn pop_named(
    db: &mut Keyspace,
    key: &Key<'_>,
    popping: &Popping,
    out: &mut Reply<'_>,
) -> Result<bool, Error> {
    let end = if popping.first_end { End::Front } else { End::Back };
    let head = |out: &mut Reply<'_>, elements| {
        out.array(2);
        out.bulk(key.bytes);
        out.array(elements);
    };
    let popped = pop_elements(db, key, (end, popping.count), out, head)?;
    Ok(popped.is_some())
}

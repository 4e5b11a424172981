//! Popping from the first of several sorted sets that has members.

use super::pop::{End, pop_members};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{keys::counted::Popping, pairing::Pairing},
    keyspace::{Key, Keyspace},
    resp::Reply,
};

pub static ZMPOP: Command = Command {
    name: "ZMPOP",
    arity: Arity::at_least(4),
    flags: Flags::WRITE,
    acl: Acl::SORTEDSET,
    keys: Keys::COUNTED,
    key_use: &["RW", "access", "delete"],
    group: Group::SortedSet,
    since: "7.0.0",
    summary: "Returns the highest- or lowest-scoring members from one or more sorted sets after removing them.",
    complexity: "O(K) + O(M*log(N)) where K is the number of provided keys, N the size of the sorted set, and M the number of members popped.",
    syntax: "numkeys key [key ...] <MIN | MAX> [COUNT count]",
    run: Run::Local(zmpop),
    ..Command::DEFAULT
};

fn zmpop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    popping(args, 1)?.answer(db, args, out, pop_named)
}

/// Reads the arguments from `numkeys` on.
pub fn popping(args: &Args<'_>, numkeys: usize) -> Result<Popping, Error> {
    Popping::read(args, numkeys, ["MIN", "MAX"])
}

/// Pops from the sorted set at `key` and answers with its name and pairs; false, and no answer, if the key does not exist.
pub fn pop_named(
    db: &mut Keyspace,
    key: &Key<'_>,
    popping: &Popping,
    out: &mut Reply<'_>,
) -> Result<bool, Error> {
    let end = if popping.first_end { End::Lowest } else { End::Highest };
    let head = |out: &mut Reply<'_>, members| {
        out.array(2);
        out.bulk(key.bytes);
        out.array(members);
    };
    let popped = pop_members(db, key, (end, popping.count), out, (Pairing::Nested, head))?;
    Ok(popped.is_some())
}

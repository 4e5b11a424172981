//! Exchanging two databases.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Merge, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
};

pub static SWAPDB: Command = Command {
    name: "SWAPDB",
    arity: Arity::exactly(3),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
    group: Group::Server,
    since: "4.0.0",
    summary: "Swaps two Redis databases.",
    complexity: "O(1)",
    syntax: "index1 index2",
    run: Run::Every(swapdb, Merge::AllOk),
    ..Command::DEFAULT
};

fn swapdb(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    // A number that is none comes before one that is too large.
    let first = number(args, 1, "ERR invalid first DB index")?;
    let second = number(args, 2, "ERR invalid second DB index")?;
    let existing = |number: i32| {
        usize::try_from(number).ok().filter(|index| *index < db.database_count()).ok_or(Error::DbOutOfRange)
    };
    let (first, second) = (existing(first)?, existing(second)?);
    db.swap(first, second);
    out.ok();
    Ok(Outcome::Changed)
}

fn number(args: &Args<'_>, index: usize, error: &'static str) -> Result<i32, Error> {
    args.integer(index).ok().and_then(|number| i32::try_from(number).ok()).ok_or(Error::Text(error))
}

//! Emptying databases. The keys are gone at once; their memory is freed in steps.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Merge, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
};

const FLUSH: Command = Command {
    arity: Arity::at_least(1),
    flags: Flags::WRITE,
    acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
    group: Group::Server,
    complexity: "O(1) for the caller; the memory of N keys is freed in steps afterwards.",
    syntax: "[ASYNC|SYNC]",
    ..Command::DEFAULT
};

pub static FLUSHDB: Command = Command {
    name: "FLUSHDB",
    since: "1.0.0",
    summary: "Removes all keys from the current database.",
    run: Run::Every(flushdb, Merge::AllOk),
    ..FLUSH
};

fn flushdb(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let sync = read_sync(args)?;
    db.flush();
    finish(db, sync, out)
}

pub static FLUSHALL: Command = Command {
    name: "FLUSHALL",
    since: "1.0.0",
    summary: "Removes all keys from all databases.",
    run: Run::Every(flushall, Merge::AllOk),
    ..FLUSH
};

fn flushall(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let sync = read_sync(args)?;
    db.flush_all();
    finish(db, sync, out)
}

fn read_sync(args: &Args<'_>) -> Result<bool, Error> {
    match args.len() {
        1 => Ok(false),
        2 if args.is(1, "SYNC") => Ok(true),
        2 if args.is(1, "ASYNC") => Ok(false),
        _ => Err(Error::Syntax),
    }
}

/// With SYNC the memory is freed before the answer.
fn finish(db: &mut Keyspace, sync: bool, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    const STEP: usize = 1_024;
    while sync && !db.free_step(STEP) {}
    out.ok();
    Ok(Outcome::Changed)
}

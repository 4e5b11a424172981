//! MEMORY USAGE: what a key takes. Its container is the machine's.

use crate::{
    command::{Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
};

/// Elements looked at unless SAMPLES says otherwise.
const SAMPLES: usize = 5;

/// MEMORY USAGE.
pub const USAGE: Command = Command {
    name: "USAGE",
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    keys: Keys::OF_SUBCOMMAND,
    key_use: &["RO"],
    group: Group::Server,
    since: "4.0.0",
    summary: "Estimates the memory usage of a key.",
    complexity: "O(N) where N is the number of samples, and of the blocks of a large value.",
    syntax: "key [SAMPLES count]",
    run: Run::Local(usage),
    ..Command::DEFAULT
};

fn usage(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    /// The pointer to the entry in its slot's table.
    const POINTER_BYTES: usize = size_of::<usize>();
    let mut samples = SAMPLES;
    let mut index = 3;
    while index < args.len() {
        if !args.is(index, "SAMPLES") || index + 1 == args.len() {
            return Err(Error::Syntax);
        }
        let count = usize::try_from(args.integer(index + 1)?).map_err(|_| Error::Syntax)?;
        samples = if count == 0 { usize::MAX } else { count };
        index += 2;
    }
    let key = db.key(args, 2);
    match db.peek(&key) {
        None => out.null(),
        Some(entry) => out.count(entry.estimated_bytes(samples) + POINTER_BYTES),
    }
    Ok(Outcome::Unchanged)
}

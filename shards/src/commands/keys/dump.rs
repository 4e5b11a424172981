//! A value as bytes that another server can take.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    rdb,
    resp::Reply,
};

pub static DUMP: Command = Command {
    name: "DUMP",
    arity: Arity::exactly(2),
    flags: Flags::READONLY,
    acl: Acl::KEYSPACE,
    keys: Keys::ONE,
    key_use: &["RO", "access"],
    tips: &["nondeterministic_output"],
    group: Group::Generic,
    since: "2.6.0",
    summary: "Returns a serialized representation of the value stored at a key.",
    complexity: "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the \
                 value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, \
                 so simply O(1).",
    syntax: "key",
    run: Run::Local(dump),
    ..Command::DEFAULT
};

fn dump(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let compress = db.dumps.compress;
    let key = db.key(args, 1);
    match db.find(&key) {
        None => out.null(),
        Some(entry) => out.bulk_shared(&rdb::dump(entry, compress).into()),
    }
    Ok(Outcome::Unchanged)
}

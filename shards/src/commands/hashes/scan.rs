//! Walking a hash in pieces, and the reply that other types' walks have alike.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{
        item::reply_item,
        scan_options::{ScanOptions, scan_cursor},
    },
    keyspace::{Keyspace, Seen},
    resp::{Out, Reply},
    structures::listpack::SCRATCH_BYTES,
    types::hash::Hash,
};

pub static HSCAN: Command = Command {
    name: "HSCAN",
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    acl: Acl::HASH,
    keys: Keys::ONE,
    tips: &["nondeterministic_output"],
    group: Group::Hash,
    since: "2.8.0",
    summary: "Walks the fields and values of a hash in pieces.",
    complexity: "O(1) for every call. O(N) for a complete walk, which returns every lasting field exactly once.",
    syntax: "key cursor [MATCH pattern] [COUNT count]",
    run: Run::Local(hscan),
    ..Command::DEFAULT
};

fn hscan(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let cursor = scan_cursor(args, 2)?;
    let key = db.key(args, 1);
    // Options for a key that does not exist are not even looked at.
    let Some(Seen { value: hash, limits }) = db.get::<Hash>(&key)? else {
        reply_scan(out, 0, 0, &Out::new());
        return Ok(Outcome::Unchanged);
    };
    let options = ScanOptions::read(args, 3)?;
    let (mut found, mut elements) = (Out::new(), 0);
    let mut writer = Reply::new(&mut found, out.resp3());
    let next = hash.scan(cursor, options.count, limits, |field, value| {
        if options.admits(field.as_bytes(&mut [0; SCRATCH_BYTES])) {
            reply_item(&mut writer, field);
            reply_item(&mut writer, value);
            elements += 2;
        }
    });
    reply_scan(out, next, elements, &found);
    Ok(Outcome::Unchanged)
}

/// The reply of a walk: where to go on, and the elements, which are already encoded.
pub(in crate::commands) fn reply_scan(out: &mut Reply<'_>, next: u64, elements: usize, found: &Out) {
    out.array(2);
    out.bulk(next.to_string().as_bytes());
    out.array(elements);
    out.out().append(found);
}

//! Walking a set in pieces.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{
        hashes::reply_scan,
        item::reply_item,
        scan_options::{ScanOptions, scan_cursor},
    },
    keyspace::Keyspace,
    resp::{Out, Reply},
    structures::listpack::SCRATCH_BYTES,
    types::set::Set,
};

pub static SSCAN: Command = Command {
    name: "SSCAN",
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    acl: Acl::SET,
    keys: Keys::ONE,
    tips: &["nondeterministic_output"],
    group: Group::Set,
    since: "2.8.0",
    summary: "Iterates over members of a set.",
    complexity: "O(1) for every call. O(N) for a complete iteration, which returns every lasting member exactly once.",
    syntax: "key cursor [MATCH pattern] [COUNT count]",
    run: Run::Local(sscan),
    ..Command::DEFAULT
};

fn sscan(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let cursor = scan_cursor(args, 2)?;
    let key = db.key(args, 1);
    let set = db.get::<Set>(&key)?;
    let (mut found, mut elements) = (Out::new(), 0);
    let mut writer = Reply::new(&mut found, out.resp3());
    let next = match set {
        // Where there is no set, Redis does not look at the options either.
        None => 0,
        Some(set) => {
            let options = ScanOptions::read(args, 3)?;
            set.value.scan(cursor, options.count, set.limits, |item| {
                if options.pattern.is_none() || options.admits(item.as_bytes(&mut [0; SCRATCH_BYTES])) {
                    reply_item(&mut writer, item);
                    elements += 1;
                }
            })
        }
    };
    reply_scan(out, next, elements, &found);
    Ok(Outcome::Unchanged)
}

//! Walks over the keyspace, and its size.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Merge, Outcome, Run},
    commands::scan_options::{ScanOptions, scan_cursor},
    keyspace::{Cursor, Keyspace},
    resp::Reply,
    structures::glob::{self, Case},
};

pub static DBSIZE: Command = Command {
    name: "DBSIZE",
    arity: Arity::exactly(1),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    group: Group::Server,
    since: "1.0.0",
    summary: "Returns the number of keys in the database.",
    run: Run::Every(dbsize, Merge::Sum),
    ..Command::DEFAULT
};

fn dbsize(db: &mut Keyspace, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    out.count(db.len());
    Ok(Outcome::Unchanged)
}

pub static KEYS: Command = Command {
    name: "KEYS",
    arity: Arity::exactly(2),
    flags: Flags::READONLY,
    acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
    tips: &["nondeterministic_output_order"],
    group: Group::Generic,
    since: "1.0.0",
    summary: "Returns all key names that match a pattern.",
    complexity: "O(N) with N being the number of keys in the database.",
    syntax: "pattern",
    run: Run::Every(keys, Merge::Concat),
    ..Command::DEFAULT
};

fn keys(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let pattern = args.get(1);
    let matches = |key: &[u8]| pattern == b"*" || glob::matches(pattern, key, Case::Sensitive);
    let mut count = 0;
    db.for_each(|entry| count += usize::from(matches(entry.key())));
    out.array(count);
    db.for_each(|entry| {
        if matches(entry.key()) {
            out.bulk(entry.key());
        }
    });
    Ok(Outcome::Unchanged)
}

pub static RANDOMKEY: Command = Command {
    name: "RANDOMKEY",
    arity: Arity::exactly(1),
    flags: Flags::READONLY,
    acl: Acl::KEYSPACE,
    tips: &["nondeterministic_output"],
    group: Group::Generic,
    since: "1.0.0",
    summary: "Returns a random key name from the database.",
    run: Run::Every(randomkey, Merge::Draw),
    ..Command::DEFAULT
};

fn randomkey(db: &mut Keyspace, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let weight = db.len();
    out.array(2);
    if let Some(key) = db.random_key() {
        out.count(weight);
        out.bulk(key);
    } else {
        out.count(0);
        out.null();
    }
    Ok(Outcome::Unchanged)
}

pub static SCAN: Command = Command {
    name: "SCAN",
    arity: Arity::at_least(2),
    flags: Flags::READONLY,
    acl: Acl::KEYSPACE,
    tips: &["nondeterministic_output"],
    group: Group::Generic,
    since: "2.8.0",
    summary: "Iterates over the key names in the database.",
    complexity: "O(1) for every call. O(N) for a complete iteration, which returns every lasting key exactly once.",
    syntax: "cursor [MATCH pattern] [COUNT count] [TYPE type]",
    run: Run::Cursor(scan),
    ..Command::DEFAULT
};

fn scan(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let number = scan_cursor(args, 1)?;
    let mut of_kind = None;
    let options = ScanOptions::read_with(args, 2, |word, kind| {
        of_kind = Some(kind);
        word == "TYPE"
    })?;
    let mut found = Vec::new();
    let next = match Cursor::from_number(number) {
        None => 0,
        Some(cursor) => db.scan(cursor, options.count, |entry| {
            let name = entry.kind().name().as_bytes();
            if of_kind.is_none_or(|kind: &[u8]| kind.eq_ignore_ascii_case(name))
                && options.admits(entry.key())
            {
                found.push(entry.key().to_vec());
            }
        }),
    };
    out.array(2);
    out.bulk(next.to_string().as_bytes());
    out.array(found.len());
    for key in found {
        out.bulk(&key);
    }
    Ok(Outcome::Unchanged)
}

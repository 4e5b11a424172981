//! Walks over the keyspace, and its size.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Merge, Outcome, Run},
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

/// Reads a cursor as Redis does with `strtoul`: an unsigned number with or without a sign, a minus counting down from the largest.
/// No text is 0.
///
/// # Errors
/// [`Error::InvalidCursor`] for anything else, blanks before the number included.
pub fn cursor_number(text: &[u8]) -> Result<u64, Error> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => (false, text),
    };
    // A sign alone is no number, and no number is read where none is.
    let number = match (text, digits) {
        ([], _) => Some(0),
        (_, [b'0'..=b'9', ..]) => {
            std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok())
        }
        _ => None,
    };
    let number = number.ok_or(Error::InvalidCursor)?;
    Ok(if negative { number.wrapping_neg() } else { number })
}

fn scan(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let number = cursor_number(args.get(1))?;
    let options = ScanOptions::read(args, 2, true)?;
    let mut found = Vec::new();
    let next = match Cursor::from_number(number) {
        None => 0,
        Some(cursor) => db.scan(cursor, options.count, |entry| {
            let of_type =
                options.kind.is_none_or(|kind| kind.eq_ignore_ascii_case(entry.kind().name().as_bytes()));
            if of_type
                && options.pattern.is_none_or(|pattern| glob::matches(pattern, entry.key(), Case::Sensitive))
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

/// The options of SCAN and its relatives.
#[derive(Clone, Copy, Debug)]
pub struct ScanOptions<'a> {
    /// MATCH
    pub pattern: Option<&'a [u8]>,
    /// COUNT, 10 unless given.
    pub count: usize,
    /// TYPE
    pub kind: Option<&'a [u8]>,
}

impl<'a> ScanOptions<'a> {
    /// Reads the options from argument `first` on; TYPE only where `types`.
    ///
    /// # Errors
    /// [`Error::Syntax`] for an unknown option, a missing value or a count below 1; [`Error::NotAnInteger`] for a count
    /// that is no number.
    pub fn read(args: &Args<'a>, first: usize, types: bool) -> Result<Self, Error> {
        let mut options = Self { pattern: None, count: 10, kind: None };
        let mut index = first;
        while index < args.len() {
            let value =
                |index: usize| if index + 1 < args.len() { Ok(index + 1) } else { Err(Error::Syntax) };
            match args.word(index).as_str() {
                "COUNT" => {
                    let count = args.integer(value(index)?)?;
                    options.count =
                        usize::try_from(count).ok().filter(|count| *count > 0).ok_or(Error::Syntax)?;
                }
                "MATCH" => options.pattern = Some(args.get(value(index)?)),
                "TYPE" if types => options.kind = Some(args.get(value(index)?)),
                _ => return Err(Error::Syntax),
            }
            index += 2;
        }
        options.pattern = options.pattern.filter(|pattern| *pattern != b"*");
        Ok(options)
    }
}

//! SET with all its options, and SETNX.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::expiry::ExpiryOption,
    keyspace::{EventClasses, Key, Keyspace},
    resp::Reply,
};

pub static SET: Command = Command {
    name: "SET",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update", "variable_flags"],
    key_use_of: Some(|args| {
        let reads = (3..args.len()).any(|index| args.is(index, "GET"));
        if reads { &["RW", "access", "update"] } else { &["OW", "update"] }
    }),
    group: Group::String,
    since: "1.0.0",
    summary: "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.",
    complexity: "O(1)",
    syntax: "key value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]",
    run: Run::Local(set),
    ..Command::DEFAULT
};

fn set(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    if args.len() == 3 {
        set_string(db, &key, args, 2, Expiry::None);
        out.ok();
        return Ok(Outcome::Changed);
    }
    let options = Options::read(args)?;
    let expiry = match options.expiry {
        Some(option) => Expiry::At(option.at_ms(args, db.now_ms(), "set")?),
        None if options.keep_expiry => Expiry::Kept,
        None => Expiry::None,
    };
    let exists = if options.get {
        if let Some(value) = db.string(&key)? {
            super::get::reply_string(out, value);
            true
        } else {
            out.null();
            false
        }
    } else {
        options.condition.is_some() && db.peek(&key).is_some()
    };
    if options.condition.is_some_and(|wants_key| wants_key != exists) {
        if !options.get {
            out.null();
        }
        return Ok(Outcome::Unchanged);
    }
    if !options.get {
        out.ok();
    }
    set_string(db, &key, args, 2, expiry);
    Ok(Outcome::Changed)
}

/// Until when a string is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    None,
    /// As long as what was at the key.
    Kept,
    /// In milliseconds since 1970.
    At(i64),
}

/// Sets the string at `key` to argument `index`, whatever was there, and tells it.
#[inline(always)]
pub(super) fn set_string(db: &mut Keyspace, key: &Key<'_>, args: &Args<'_>, index: usize, expiry: Expiry) {
    db.set_string(key, args.get(index), args.shared(index), expiry == Expiry::Kept);
    db.notify(EventClasses::STRING, "set", key);
    if let Expiry::At(at_ms) = expiry {
        db.set_expiry_of_new(key, at_ms);
    }
}

#[derive(Default)]
struct Options {
    /// NX: false; XX: true: whether the key must exist.
    condition: Option<bool>,
    get: bool,
    keep_expiry: bool,
    expiry: Option<ExpiryOption>,
}

impl Options {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut index = 3;
        while index < args.len() {
            match args.word(index).as_str() {
                "NX" if options.condition != Some(true) => options.condition = Some(false),
                "XX" if options.condition != Some(false) => options.condition = Some(true),
                "GET" => options.get = true,
                "KEEPTTL" if options.expiry.is_none() => options.keep_expiry = true,
                _ if options.keep_expiry => return Err(Error::Syntax),
                _ => {
                    options.expiry = Some(ExpiryOption::read(args, index, options.expiry)?);
                    index += 1;
                }
            }
            index += 1;
        }
        Ok(options)
    }
}

pub static SETNX: Command = Command {
    name: "SETNX",
    arity: Arity::exactly(3),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["OW", "insert"],
    group: Group::String,
    since: "1.0.0",
    summary: "Set the string value of a key only when the key doesn't exist.",
    complexity: "O(1)",
    syntax: "key value",
    run: Run::Local(setnx),
    ..Command::DEFAULT
};

fn setnx(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    if db.peek(&key).is_some() {
        out.integer(0);
        return Ok(Outcome::Unchanged);
    }
    set_string(db, &key, args, 2, Expiry::None);
    out.integer(1);
    Ok(Outcome::Changed)
}

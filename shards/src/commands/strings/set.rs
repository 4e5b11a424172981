//! SET with all its options, and SETNX.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::expiry::{ExpiryUnit, expiry_at_ms},
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
};

pub static SET: Command = Command {
    name: "SET",
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update", "variable_flags"],
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
        db.set_string(&key, args.get(2), args.shared(2), false);
        db.notify(EventClasses::STRING, "set", &key);
        out.ok();
        return Ok(Outcome::Changed);
    }
    let options = Options::read(args)?;
    let expire_at_ms = match options.expiry {
        Some((unit, index)) => Some(expiry_at_ms(args, index, unit, db.now_ms(), "set")?),
        None => None,
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
    db.set_string(&key, args.get(2), args.shared(2), options.keep_expiry);
    db.notify(EventClasses::STRING, "set", &key);
    if let Some(at_ms) = expire_at_ms {
        db.set_expiry_of_new(&key, at_ms);
    }
    Ok(Outcome::Changed)
}

#[derive(Default)]
struct Options {
    /// NX: false; XX: true: whether the key must exist.
    condition: Option<bool>,
    get: bool,
    keep_expiry: bool,
    /// The unit and the argument that holds the number.
    expiry: Option<(ExpiryUnit, usize)>,
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
                word => {
                    let unit = ExpiryUnit::from_option(word).ok_or(Error::Syntax)?;
                    // As in Redis the same unit may come again, and the last one counts.
                    let other_unit = options.expiry.is_some_and(|(before, _)| before != unit);
                    if options.keep_expiry || other_unit || index + 1 == args.len() {
                        return Err(Error::Syntax);
                    }
                    index += 1;
                    options.expiry = Some((unit, index));
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
    db.set_string(&key, args.get(2), args.shared(2), false);
    db.notify(EventClasses::STRING, "set", &key);
    out.integer(1);
    Ok(Outcome::Changed)
}

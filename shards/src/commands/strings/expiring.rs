//! Strings and their lifetimes: SETEX, PSETEX and GETEX.

use super::set::{Expiry, set_string};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::expiry::{ExpiryOption, ExpiryUnit},
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
};

const SETTING: Command = Command {
    arity: Arity::exactly(4),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["OW", "update"],
    group: Group::String,
    ..Command::DEFAULT
};

/// Sets the string at argument 3 with the lifetime at argument 2.
fn set_for(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    unit: ExpiryUnit,
    command: &'static str,
) -> Result<Outcome, Error> {
    let at_ms = ExpiryOption::at(2, unit).at_ms(args, db.now_ms(), command)?;
    let key = db.key(args, 1);
    set_string(db, &key, args, 3, Expiry::At(at_ms));
    out.ok();
    Ok(Outcome::Changed)
}

pub static SETEX: Command = Command {
    name: "SETEX",
    since: "2.0.0",
    summary: "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.",
    syntax: "key seconds value",
    run: Run::Local(|db, args, out| set_for(db, args, out, ExpiryUnit::Seconds, "setex")),
    ..SETTING
};

pub static PSETEX: Command = Command {
    name: "PSETEX",
    since: "2.6.0",
    summary: "Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.",
    syntax: "key milliseconds value",
    run: Run::Local(|db, args, out| set_for(db, args, out, ExpiryUnit::Milliseconds, "psetex")),
    ..SETTING
};

pub static GETEX: Command = Command {
    name: "GETEX",
    arity: Arity::at_least(2),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update"],
    group: Group::String,
    since: "6.2.0",
    summary: "Returns the string value of a key after setting its expiration time.",
    syntax: "key [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|PERSIST]",
    run: Run::Local(getex),
    ..Command::DEFAULT
};

/// What GETEX does to the lifetime.
#[derive(Clone, Copy)]
enum Lifetime {
    Keep,
    Set(ExpiryOption),
    Remove,
}

impl Lifetime {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut lifetime = Self::Keep;
        let mut index = 2;
        while index < args.len() {
            lifetime = match (args.word(index).as_str(), lifetime) {
                ("PERSIST", Self::Keep | Self::Remove) => Self::Remove,
                (_, Self::Keep) => Self::Set(ExpiryOption::read(args, index, None)?),
                (_, Self::Set(before)) => Self::Set(ExpiryOption::read(args, index, Some(before))?),
                (_, Self::Remove) => return Err(Error::Syntax),
            };
            index += if matches!(lifetime, Self::Set(..)) { 2 } else { 1 };
        }
        Ok(lifetime)
    }
}

fn getex(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let lifetime = Lifetime::read(args)?;
    let key = db.key(args, 1);
    let now_ms = db.now_ms();
    // A missing key or one of another type is answered before the number is looked at.
    let Some(value) = db.string(&key)? else {
        out.null();
        return Ok(Outcome::Unchanged);
    };
    let at_ms = match lifetime {
        Lifetime::Set(option) => Some(option.at_ms(args, now_ms, "getex")?),
        Lifetime::Keep | Lifetime::Remove => None,
    };
    super::get::reply_string(out, value);
    let had_one = db.peek(&key).is_some_and(|entry| entry.expire_at_ms().is_some());
    match (lifetime, at_ms) {
        (_, Some(at_ms)) => db.set_expiry_or_remove(&key, at_ms),
        (Lifetime::Remove, _) if had_one => {
            db.set_expiry(&key, None);
            db.notify(EventClasses::GENERIC, "persist", &key);
        }
        _ => return Ok(Outcome::Unchanged),
    }
    Ok(Outcome::Changed)
}

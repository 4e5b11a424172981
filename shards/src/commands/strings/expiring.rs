//! Strings and their lifetimes: SETEX, PSETEX and GETEX.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::expiry::{ExpiryUnit, expiry_at_ms},
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
    let at_ms = expiry_at_ms(args, 2, unit, db.now_ms(), command)?;
    let key = db.key(args, 1);
    db.set_string(&key, args.get(3), args.shared(3), false);
    db.notify(EventClasses::STRING, "set", &key);
    db.set_expiry_of_new(&key, at_ms);
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
    /// The unit and the argument that holds the number.
    Set(ExpiryUnit, usize),
    Remove,
}

impl Lifetime {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut lifetime = Self::Keep;
        let mut index = 2;
        while index < args.len() {
            let word = args.word(index);
            match (ExpiryUnit::from_option(word.as_str()), lifetime) {
                (None, Self::Keep | Self::Remove) if word.as_str() == "PERSIST" => lifetime = Self::Remove,
                // As in SET the same unit may come again, and the last one counts.
                (Some(unit), Self::Keep) if index + 1 < args.len() => lifetime = Self::Set(unit, index + 1),
                (Some(unit), Self::Set(before, _)) if unit == before && index + 1 < args.len() => {
                    lifetime = Self::Set(unit, index + 1);
                }
                _ => return Err(Error::Syntax),
            }
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
        Lifetime::Set(unit, index) => Some(expiry_at_ms(args, index, unit, now_ms, "getex")?),
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

//! Setting when a key expires.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run, given},
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
};

/// How an expiry is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryUnit {
    /// Seconds from now.
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// Seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMilliseconds,
}

impl ExpiryUnit {
    fn from_option(word: &str) -> Option<Self> {
        Some(match word {
            "EX" => Self::Seconds,
            "PX" => Self::Milliseconds,
            "EXAT" => Self::UnixSeconds,
            "PXAT" => Self::UnixMilliseconds,
            _ => return None,
        })
    }

    /// The time in milliseconds since 1970, unless it overflows.
    fn at_ms(self, number: i64, now_ms: i64) -> Option<i64> {
        let in_ms = match self {
            Self::Seconds | Self::UnixSeconds => number.checked_mul(1_000)?,
            Self::Milliseconds | Self::UnixMilliseconds => number,
        };
        match self {
            Self::Seconds | Self::Milliseconds => in_ms.checked_add(now_ms),
            Self::UnixSeconds | Self::UnixMilliseconds => Some(in_ms),
        }
    }
}

/// An expiry among the options of SET and GETEX: its unit, and the argument that holds the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryOption {
    unit: ExpiryUnit,
    index: usize,
}

impl ExpiryOption {
    /// The lifetime that argument `index` gives in `unit`.
    pub fn at(index: usize, unit: ExpiryUnit) -> Self {
        Self { unit, index }
    }

    /// Reads the option at argument `index`, whose number stands behind it. The same unit may come again `after` it was given,
    /// as in Redis, and the last one counts.
    ///
    /// # Errors
    /// [`Error::Syntax`] if it is none of these options, of another unit than before, or without a number.
    pub fn read(args: &Args<'_>, index: usize, after: Option<Self>) -> Result<Self, Error> {
        let unit = ExpiryUnit::from_option(args.word(index).as_str()).ok_or(Error::Syntax)?;
        let other_unit = after.is_some_and(|before| before.unit != unit);
        if other_unit || index + 1 == args.len() {
            return Err(Error::Syntax);
        }
        Ok(Self { unit, index: index + 1 })
    }

    /// When that is for `command`, which takes positive numbers only; milliseconds since 1970.
    pub fn at_ms(self, args: &Args<'_>, now_ms: i64, command: &'static str) -> Result<i64, Error> {
        let number = args.integer(self.index)?;
        let at_ms = if number > 0 { self.unit.at_ms(number, now_ms) } else { None };
        at_ms.ok_or(Error::InvalidExpire(command))
    }
}

impl Keyspace {
    /// Sets the expiry of an existing key; a key whose time has passed already goes at once. Those who listen hear which.
    pub(crate) fn set_expiry_or_remove(&mut self, key: &crate::keyspace::Key<'_>, at_ms: i64) {
        if at_ms <= self.now_ms() {
            self.remove(key);
            self.notify_gone(key);
        } else {
            self.set_expiry(key, Some(at_ms));
            self.notify(EventClasses::GENERIC, "expire", key);
        }
    }

    /// Sets the expiry of a string that the command has just set: one whose time has passed already expires at once.
    pub(crate) fn set_expiry_of_new(&mut self, key: &crate::keyspace::Key<'_>, at_ms: i64) {
        self.notify(EventClasses::GENERIC, "expire", key);
        if at_ms <= self.now_ms() {
            self.remove(key);
            self.notify(EventClasses::EXPIRED, "expired", key);
        } else {
            self.set_expiry(key, Some(at_ms));
        }
    }
}

/// NX, XX, GT and LT of the EXPIRE family.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "four options that a client may give in any combination")]
struct Conditions {
    none: bool,
    some: bool,
    greater: bool,
    less: bool,
}

impl Conditions {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut conditions = Self::default();
        for index in 3..args.len() {
            match args.word(index).as_str() {
                "NX" => conditions.none = true,
                "XX" => conditions.some = true,
                "GT" => conditions.greater = true,
                "LT" => conditions.less = true,
                _ => {
                    let option = given(args.get(index));
                    return Err(Error::Message(format!("ERR Unsupported option {option}")));
                }
            }
        }
        if conditions.none && (conditions.some || conditions.greater || conditions.less) {
            return Err(Error::Text("ERR NX and XX, GT or LT options at the same time are not compatible"));
        }
        if conditions.greater && conditions.less {
            return Err(Error::Text("ERR GT and LT options at the same time are not compatible"));
        }
        Ok(conditions)
    }

    /// Whether an expiry of `before` may become `after`. A key without expiry counts as expiring never.
    fn allow(&self, before: Option<i64>, after: i64) -> bool {
        !(self.none && before.is_some()
            || self.some && before.is_none()
            || self.greater && before.is_none_or(|before| after <= before)
            || self.less && before.is_some_and(|before| after >= before))
    }
}

fn expire(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    unit: ExpiryUnit,
    command: &'static str,
) -> Result<Outcome, Error> {
    let conditions = Conditions::read(args)?;
    let at_ms = unit.at_ms(args.integer(2)?, db.now_ms()).ok_or(Error::InvalidExpire(command))?;
    let key = db.key(args, 1);
    let before = db.find_mut(&key).map(|entry| entry.expire_at_ms());
    if !before.is_some_and(|before| conditions.allow(before, at_ms)) {
        out.integer(0);
        return Ok(Outcome::Unchanged);
    }
    db.set_expiry_or_remove(&key, at_ms);
    out.integer(1);
    Ok(Outcome::Changed)
}

const FAMILY: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    keys: Keys::ONE,
    group: Group::Generic,
    ..Command::DEFAULT
};

pub static EXPIRE: Command = Command {
    name: "EXPIRE",
    since: "1.0.0",
    summary: "Sets the expiration time of a key in seconds.",
    syntax: "key seconds [NX|XX|GT|LT]",
    run: Run::Local(|db, args, out| expire(db, args, out, ExpiryUnit::Seconds, "expire")),
    ..FAMILY
};

pub static PEXPIRE: Command = Command {
    name: "PEXPIRE",
    since: "2.6.0",
    summary: "Sets the expiration time of a key in milliseconds.",
    syntax: "key milliseconds [NX|XX|GT|LT]",
    run: Run::Local(|db, args, out| expire(db, args, out, ExpiryUnit::Milliseconds, "pexpire")),
    ..FAMILY
};

pub static EXPIREAT: Command = Command {
    name: "EXPIREAT",
    since: "1.2.0",
    summary: "Sets the expiration time of a key to a Unix timestamp.",
    syntax: "key unix-time-seconds [NX|XX|GT|LT]",
    run: Run::Local(|db, args, out| expire(db, args, out, ExpiryUnit::UnixSeconds, "expireat")),
    ..FAMILY
};

pub static PEXPIREAT: Command = Command {
    name: "PEXPIREAT",
    since: "2.6.0",
    summary: "Sets the expiration time of a key to a Unix milliseconds timestamp.",
    syntax: "key unix-time-milliseconds [NX|XX|GT|LT]",
    run: Run::Local(|db, args, out| expire(db, args, out, ExpiryUnit::UnixMilliseconds, "pexpireat")),
    ..FAMILY
};

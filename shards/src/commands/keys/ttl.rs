//! Asking when a key expires, and taking its expiry away.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Entry, EventClasses, Keyspace},
    resp::Reply,
};

const QUESTION: Command = Command {
    arity: Arity::exactly(2),
    flags: Flags::READONLY.and(Flags::FAST),
    acl: Acl::KEYSPACE,
    keys: Keys::ONE,
    group: Group::Generic,
    syntax: "key",
    ..Command::DEFAULT
};

/// -2 without the key, -1 without an expiry, else what `of` makes of the expiry and the time.
fn answer(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    of: fn(i64, i64) -> i64,
) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let now_ms = db.now_ms();
    out.integer(match db.look(&key).map(Entry::expire_at_ms) {
        None => -2,
        Some(None) => -1,
        Some(Some(at_ms)) => of(at_ms, now_ms),
    });
    Ok(Outcome::Unchanged)
}

/// Time left, never negative: an expired key may be seen while expiry on access is off.
fn left_ms(at_ms: i64, now_ms: i64) -> i64 {
    at_ms.saturating_sub(now_ms).max(0)
}

/// Milliseconds as seconds, rounded to the nearest, up to the largest number of milliseconds there is.
fn nearest_s(ms: i64) -> i64 {
    ms / 1_000 + i64::from(ms % 1_000 >= 500)
}

pub static TTL: Command = Command {
    name: "TTL",
    tips: &["nondeterministic_output"],
    since: "1.0.0",
    summary: "Returns the expiration time in seconds of a key.",
    run: Run::Local(|db, args, out| answer(db, args, out, |at_ms, now_ms| nearest_s(left_ms(at_ms, now_ms)))),
    ..QUESTION
};

pub static PTTL: Command = Command {
    name: "PTTL",
    tips: &["nondeterministic_output"],
    since: "2.6.0",
    summary: "Returns the expiration time in milliseconds of a key.",
    run: Run::Local(|db, args, out| answer(db, args, out, left_ms)),
    ..QUESTION
};

pub static EXPIRETIME: Command = Command {
    name: "EXPIRETIME",
    since: "7.0.0",
    summary: "Returns the expiration time of a key as a Unix timestamp.",
    run: Run::Local(|db, args, out| answer(db, args, out, |at_ms, _| nearest_s(at_ms))),
    ..QUESTION
};

pub static PEXPIRETIME: Command = Command {
    name: "PEXPIRETIME",
    since: "7.0.0",
    summary: "Returns the expiration time of a key as a Unix milliseconds timestamp.",
    run: Run::Local(|db, args, out| answer(db, args, out, |at_ms, _| at_ms)),
    ..QUESTION
};

pub static PERSIST: Command = Command {
    name: "PERSIST",
    flags: Flags::WRITE.and(Flags::FAST),
    since: "2.2.0",
    summary: "Removes the expiration time of a key.",
    run: Run::Local(persist),
    ..QUESTION
};

fn persist(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    if db.find_mut(&key).and_then(|entry| entry.expire_at_ms()).is_none() {
        out.integer(0);
        return Ok(Outcome::Unchanged);
    }
    db.set_expiry(&key, None);
    db.notify(EventClasses::GENERIC, "persist", &key);
    out.integer(1);
    Ok(Outcome::Changed)
}

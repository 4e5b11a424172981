//! OBJECT: what lies behind a key. Asking is no access: the time of the last one stays.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::help,
    keyspace::{Entry, Keyspace, StrRef, Usage},
    resp::Reply,
};

pub static OBJECT: Command = Command {
    name: "OBJECT",
    arity: Arity::at_least(2),
    group: Group::Generic,
    since: "2.2.3",
    summary: "A container for object introspection commands.",
    complexity: "Depends on subcommand.",
    run: Run::Container(&[&ENCODING, &FREQ, &HELP, &IDLETIME, &REFCOUNT]),
    ..Command::DEFAULT
};

const QUESTION: Command = Command {
    arity: Arity::exactly(3),
    flags: Flags::READONLY,
    acl: Acl::KEYSPACE,
    keys: Keys::OF_SUBCOMMAND,
    key_use: &["RO"],
    tips: &["nondeterministic_output"],
    group: Group::Generic,
    since: "2.2.3",
    syntax: "key",
    ..Command::DEFAULT
};

/// Null without the key, else what `write` makes of its entry.
fn answer(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    write: fn(&Entry, &mut Reply<'_>),
) -> Result<Outcome, Error> {
    let key = db.key(args, 2);
    match db.look_unheard(&key) {
        None => out.null(),
        Some(entry) => write(entry, out),
    }
    Ok(Outcome::Unchanged)
}

/// Null without the key, else the number that `tell` finds in what is known of its use.
fn answer_usage(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    tell: fn(Usage) -> Result<i64, Error>,
) -> Result<Outcome, Error> {
    let key = db.key(args, 2);
    match db.look_unheard(&key).map(Entry::clock) {
        None => out.null(),
        Some(stamp) => out.integer(tell(db.usage(stamp))?),
    }
    Ok(Outcome::Unchanged)
}

static ENCODING: Command = Command {
    name: "ENCODING",
    summary: "Returns the internal encoding of a Redis object.",
    run: Run::Local(|db, args, out| answer(db, args, out, encoding)),
    ..QUESTION
};

fn encoding(entry: &Entry, out: &mut Reply<'_>) {
    out.bulk(entry.encoding().as_bytes());
}

static FREQ: Command = Command {
    name: "FREQ",
    since: "4.0.0",
    summary: "Returns the logarithmic access frequency counter of a Redis object.",
    run: Run::Local(|db, args, out| answer_usage(db, args, out, frequency)),
    ..QUESTION
};

fn frequency(usage: Usage) -> Result<i64, Error> {
    match usage {
        Usage::Counter(uses) => Ok(uses.into()),
        Usage::IdleS(_) => Err(Error::Text(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching \
             between policies at runtime LRU and LFU data will take some time to adjust.",
        )),
    }
}

static IDLETIME: Command = Command {
    name: "IDLETIME",
    summary: "Returns the time since the last access to a Redis object.",
    run: Run::Local(|db, args, out| answer_usage(db, args, out, idle_time)),
    ..QUESTION
};

fn idle_time(usage: Usage) -> Result<i64, Error> {
    match usage {
        Usage::IdleS(idle_s) => Ok(idle_s.into()),
        Usage::Counter(_) => Err(Error::Text(
            "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies \
             at runtime LRU and LFU data will take some time to adjust.",
        )),
    }
}

static REFCOUNT: Command = Command {
    name: "REFCOUNT",
    summary: "Returns the reference count of a value of a key.",
    run: Run::Local(|db, args, out| {
        answer(db, args, out, if db.shares_integers { refcount } else { |_, out| out.integer(1) })
    }),
    ..QUESTION
};

fn refcount(entry: &Entry, out: &mut Reply<'_>) {
    /// Integers below this are one object each in Redis, with as many references as it can count. Here they are part of their
    /// entry, but clients that look for shared integers find them.
    const SHARED_INTEGERS: i64 = 10_000;
    let shared = matches!(entry.as_string(), Some(StrRef::Int(0..SHARED_INTEGERS)));
    out.integer(if shared { i64::from(i32::MAX) } else { 1 });
}

static HELP: Command = Command {
    name: "HELP",
    arity: Arity::exactly(2),
    flags: Flags::LOADING.and(Flags::STALE),
    acl: Acl::KEYSPACE,
    group: Group::Generic,
    since: "6.2.0",
    summary: "Returns helpful text about the different subcommands.",
    run: Run::Local(print_help),
    ..Command::DEFAULT
};

fn print_help(_db: &mut Keyspace, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let lines: &[(&str, &[&str])] = &[
        (
            "ENCODING <key>",
            &[
                "Return the kind of internal representation used in order to store the value",
                "associated with a <key>.",
            ],
        ),
        (
            "FREQ <key>",
            &[
                "Return the access frequency index of the <key>. The returned integer is",
                "proportional to the logarithm of the recent access frequency of the key.",
            ],
        ),
        (
            "IDLETIME <key>",
            &[
                "Return the idle time of the <key>, that is the approximated number of",
                "seconds elapsed since the last access to the key.",
            ],
        ),
        (
            "REFCOUNT <key>",
            &["Return the number of references of the value associated with the specified", "<key>."],
        ),
    ];
    help("OBJECT", lines, out);
    Ok(Outcome::Unchanged)
}

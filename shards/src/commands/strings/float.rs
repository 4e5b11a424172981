//! Strings that hold floating-point numbers.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{EventClasses, Keyspace, StrRef},
    resp::{
        Reply,
        long_double::{self, LongDouble},
    },
};

pub static INCRBYFLOAT: Command = Command {
    name: "INCRBYFLOAT",
    arity: Arity::exactly(3),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::STRING,
    keys: Keys::ONE,
    key_use: &["RW", "access", "update"],
    group: Group::String,
    since: "2.6.0",
    summary: "Increment the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.",
    syntax: "key increment",
    run: Run::Local(incrbyfloat),
    ..Command::DEFAULT
};

fn incrbyfloat(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let value = match db.find_mut(&key) {
        None => LongDouble::from(0),
        Some(entry) => match entry.as_string().ok_or(Error::WrongType)? {
            StrRef::Int(number) => LongDouble::from(number),
            text => long_double::parse(text.text(&mut itoa::Buffer::new())).ok_or(Error::NotAFloat)?,
        },
    };
    let increment = long_double::parse(args.get(2)).ok_or(Error::NotAFloat)?;
    let sum = value.add(increment).ok_or(Error::Text("ERR increment would produce NaN or Infinity"))?;
    let mut text = Vec::new();
    sum.write(&mut text);
    db.set_text(&key, &text);
    db.notify(EventClasses::STRING, "incrbyfloat", &key);
    out.bulk(&text);
    Ok(Outcome::Changed)
}

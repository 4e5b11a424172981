//! Fields that hold numbers.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{EventClasses, Held, Keyspace},
    resp::{Reply, long_double},
    structures::listpack::SCRATCH_BYTES,
    types::hash::Hash,
};

const COUNTER: Command = Command {
    arity: Arity::exactly(4),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::HASH,
    keys: Keys::ONE,
    element: 2,
    key_use: &["RW", "access", "update"],
    group: Group::Hash,
    syntax: "key field increment",
    ..Command::DEFAULT
};

pub static HINCRBY: Command = Command {
    name: "HINCRBY",
    since: "2.0.0",
    summary: "Adds to the integer value of a field in a hash. A field that doesn't exist counts as 0.",
    run: Run::Local(hincrby),
    ..COUNTER
};

fn hincrby(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let increment = args.integer(3)?;
    let key = db.key(args, 1);
    let Held { value: hash, limits, .. } = db.get_or_create::<Hash>(&key)?;
    let field = args.get(2);
    // A hash that was just created has no value that could be refused, and gets its first field: it does not stay empty.
    let present = match hash.get(field, limits) {
        Some(value) => value.as_int().ok_or(Error::HashValueNotAnInteger)?,
        None => 0,
    };
    let sum = present.checked_add(increment).ok_or(Error::Overflow)?;
    hash.set(field, itoa::Buffer::new().format(sum).as_bytes(), limits);
    out.integer(sum);
    db.notify(EventClasses::HASH, "hincrby", &key);
    Ok(Outcome::Changed)
}

pub static HINCRBYFLOAT: Command = Command {
    name: "HINCRBYFLOAT",
    since: "2.6.0",
    summary: "Adds to the value of a field in a hash as a floating-point number. A field that doesn't exist counts as 0.",
    run: Run::Local(hincrbyfloat),
    ..COUNTER
};

fn hincrbyfloat(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let increment = long_double::parse(args.get(3)).ok_or(Error::NotAFloat)?;
    if increment.is_infinite() {
        return Err(Error::Text("ERR value is NaN or Infinity"));
    }
    let key = db.key(args, 1);
    let Held { value: hash, limits, .. } = db.get_or_create::<Hash>(&key)?;
    let field = args.get(2);
    // As above: what can fail from here on has found a field. The sum with nothing is the finite increment.
    let sum = match hash.get(field, limits) {
        Some(value) => {
            let present = long_double::parse(value.as_bytes(&mut [0; SCRATCH_BYTES]));
            let present = present.ok_or(Error::Text("ERR hash value is not a float"))?;
            present.add(increment).ok_or(Error::Text("ERR increment would produce NaN or Infinity"))?
        }
        None => increment,
    };
    let mut text = Vec::new();
    sum.write(&mut text);
    hash.set(field, &text, limits);
    out.bulk(&text);
    db.notify(EventClasses::HASH, "hincrbyfloat", &key);
    Ok(Outcome::Changed)
}

//! BITOP: several strings combined bit by bit.

use smallvec::SmallVec;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, More, Outcome, Run},
    keyspace::{Entry, EventClasses, Key, Keyspace, StrRef},
    resp::Reply,
    structures::bits::combine::{Operation, combine, inverted},
};

pub static BITOP: Command = Command {
    name: "BITOP",
    arity: Arity::at_least(4),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::BITMAP,
    keys: Keys { first: 2, last: -1, step: 1, more: More::Nothing },
    key_use: &["OW", "update"],
    last_key_use: &["RO", "access"],
    group: Group::Bitmap,
    since: "2.6.0",
    summary: "Combines several strings bit by bit and stores the result in a key.",
    complexity: "O(N) where N is the sum of the lengths of the strings.",
    syntax: "<AND | OR | XOR | NOT> destkey key [key ...]",
    run: Run::Local(bitop),
    ..Command::DEFAULT
};

fn bitop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let operation = match args.word(1).as_str() {
        "AND" => Some(Operation::And),
        "OR" => Some(Operation::Or),
        "XOR" => Some(Operation::Xor),
        "NOT" => None,
        _ => return Err(Error::Syntax),
    };
    if operation.is_none() && args.len() != 4 {
        return Err(Error::Text("ERR BITOP NOT must be called with a single source key."));
    }
    let sources: SmallVec<[Key<'_>; 8]> = (3..args.len()).map(|index| db.key(args, index)).collect();
    for source in &sources {
        db.string(source)?;
    }
    let result = combined(db, &sources, operation);
    let destination = db.key(args, 2);
    out.count(result.len());
    if !result.is_empty() {
        db.set_raw(&destination, result);
        db.notify(EventClasses::STRING, "set", &destination);
    } else if db.remove_live(&destination) {
        db.notify_gone(&destination);
    } else {
        return Ok(Outcome::Unchanged);
    }
    Ok(Outcome::Changed)
}

/// The strings at these keys combined, or without an operation the first one inverted; a key without one is an empty string.
fn combined(db: &Keyspace, sources: &[Key<'_>], operation: Option<Operation>) -> Vec<u8> {
    let string = |key| db.inspect(key).and_then(Entry::as_string).unwrap_or(StrRef::Bytes(b""));
    let strings: SmallVec<[StrRef<'_>; 8]> = sources.iter().map(string).collect();
    let mut digits: SmallVec<[itoa::Buffer; 8]> = SmallVec::from_elem(itoa::Buffer::new(), strings.len());
    let texts: SmallVec<[&[u8]; 8]> =
        strings.iter().zip(&mut digits).map(|(string, digits)| string.text(digits)).collect();
    match operation {
        Some(operation) => combine(operation, &texts),
        None => texts.first().map_or_else(Vec::new, |text| inverted(text)),
    }
}

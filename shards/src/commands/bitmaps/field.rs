//! BITFIELD: integers of any width among the bits of a string.

use smallvec::SmallVec;

use super::bit::{self, NO_OFFSET};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Entry, EventClasses, Keyspace},
    resp::{Reply, number::parse_i64},
    structures::bits::field::{DoesNotFit, Field, Overflow},
};

const FIELDS: Command = Command {
    arity: Arity::at_least(2),
    acl: Acl::BITMAP,
    keys: Keys::ONE,
    group: Group::Bitmap,
    complexity: "O(1) for each operation; O(N) where the string grows by N bytes.",
    ..Command::DEFAULT
};

pub static BITFIELD: Command = Command {
    name: "BITFIELD",
    flags: Flags::WRITE.and(Flags::DENYOOM),
    key_use: &["RW", "access", "update", "variable_flags"],
    key_use_of: Some(|args| if only_reads(args) { &["RO", "access"] } else { &["RW", "access", "update"] }),
    since: "3.2.0",
    summary: "Reads and changes integers of any width among the bits of a string.",
    syntax: "key [<GET encoding offset | <[OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment>>> [<GET encoding offset | <[OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment>>> ...]]",
    run: Run::Local(bitfield),
    ..FIELDS
};

pub static BITFIELD_RO: Command = Command {
    name: "BITFIELD_RO",
    flags: Flags::READONLY.and(Flags::FAST),
    since: "6.0.0",
    summary: "Reads integers of any width among the bits of a string.",
    complexity: "O(1) for each operation.",
    syntax: "key [GET encoding offset [GET encoding offset ...]]",
    run: Run::Local(bitfield_ro),
    ..FIELDS
};

/// One operation on a field.
#[derive(Clone, Copy, Debug)]
struct Operation {
    field: Field,
    /// Its first bit.
    offset: usize,
    action: Action,
    overflow: Overflow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Get,
    Set(i64),
    Increase(i64),
}

type Operations = SmallVec<[Operation; 4]>;

impl Operation {
    /// Reads the operations of a request, all before any of them runs.
    fn read_all(args: &Args<'_>, string_max_bytes: usize) -> Result<Operations, Error> {
        let mut operations = Operations::new();
        let mut overflow = Overflow::default();
        let mut index = 2;
        while index < args.len() {
            let left = args.len() - index;
            let word = args.word(index);
            let arguments = match word.as_str() {
                "OVERFLOW" if left > 1 => {
                    overflow = overflow_named(args, index + 1)?;
                    index += 2;
                    continue;
                }
                "GET" if left > 2 => 2,
                "SET" | "INCRBY" if left > 3 => 3,
                _ => return Err(Error::Syntax),
            };
            let field = field(args.get(index + 1))?;
            let offset = field_offset(args.get(index + 2), field.bits(), string_max_bytes)?;
            let action = match word.as_str() {
                "SET" => Action::Set(args.integer(index + 3)?),
                "INCRBY" => Action::Increase(args.integer(index + 3)?),
                _ => Action::Get,
            };
            operations.push(Operation { field, offset, action, overflow });
            index += 1 + arguments;
        }
        Ok(operations)
    }

    fn writes(&self) -> bool {
        self.action != Action::Get
    }

    /// The bytes that the text must have for it.
    fn text_bytes(&self) -> usize {
        (self.offset + self.field.bits() as usize).div_ceil(8)
    }

    /// Runs on a text: the answer, and what to write into the field if that is to be done.
    fn run(&self, text: &[u8]) -> Result<(i64, Option<i64>), DoesNotFit> {
        let old = self.field.read(text, self.offset);
        Ok(match self.action {
            Action::Get => (old, None),
            Action::Set(number) => (old, Some(self.field.set(number, self.overflow)?)),
            Action::Increase(by) => {
                let new = self.field.increase(old, by, self.overflow)?;
                (new, Some(new))
            }
        })
    }
}

fn overflow_named(args: &Args<'_>, index: usize) -> Result<Overflow, Error> {
    match args.word(index).as_str() {
        "WRAP" => Ok(Overflow::Wrap),
        "SAT" => Ok(Overflow::Saturate),
        "FAIL" => Ok(Overflow::Fail),
        _ => Err(Error::Text("ERR Invalid OVERFLOW type specified")),
    }
}

/// Reads the width and sign of a field: `u8`, `i64`. As in Redis, the text ends at a zero.
fn field(text: &[u8]) -> Result<Field, Error> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let field = match text {
        [sign @ (b'i' | b'u'), bits @ ..] => parse_i64(bits).and_then(|bits| Field::new(*sign == b'i', bits)),
        _ => None,
    };
    field.ok_or(Error::Text(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
    ))
}

/// As [`bit::offset`], but `#3` is where the fourth of fields of so many bits is.
fn field_offset(text: &[u8], bits: u32, max_bytes: usize) -> Result<usize, Error> {
    let Some(index) = text.strip_prefix(b"#") else { return bit::offset(text, max_bytes) };
    // Redis multiplies without a look at what is lost, so that a great number may mean a place near the beginning.
    let offset = parse_i64(index).map(|index| index.wrapping_mul(i64::from(bits)));
    offset.and_then(|offset| bit::within(offset, max_bytes)).ok_or(NO_OFFSET)
}

/// Whether a request has none but operations that read, as far as its words can be told apart.
fn only_reads(args: &Args<'_>) -> bool {
    let mut index = 2;
    while index < args.len() {
        let left = args.len() - index;
        index += match args.word(index).as_str() {
            "GET" if left > 2 => 3,
            "OVERFLOW" if left > 1 => 2,
            _ => return false,
        };
    }
    true
}

fn bitfield(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let operations = Operation::read_all(args, db.string_max_bytes)?;
    if operations.iter().any(Operation::writes) {
        change(db, args, &operations, out)
    } else {
        read(db, args, &operations, out)
    }
}

fn bitfield_ro(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let operations = Operation::read_all(args, db.string_max_bytes)?;
    if operations.iter().any(Operation::writes) {
        return Err(Error::Text("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    read(db, args, &operations, out)
}

/// Runs operations that only read.
fn read(
    db: &mut Keyspace,
    args: &Args<'_>,
    operations: &[Operation],
    out: &mut Reply<'_>,
) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let value = db.string(&key)?;
    let mut digits = itoa::Buffer::new();
    let text = value.as_ref().map_or(&b""[..], |value| value.text(&mut digits));
    out.array(operations.len());
    for operation in operations {
        out.integer(operation.field.read(text, operation.offset));
    }
    Ok(Outcome::Unchanged)
}

/// Runs operations of which some write, on a text that has room for all of them.
fn change(
    db: &mut Keyspace,
    args: &Args<'_>,
    operations: &[Operation],
    out: &mut Reply<'_>,
) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let (entry, _) = db.find_or_insert(&key, |clock| Entry::string(key.bytes, b"", clock));
    let len = entry.as_string().ok_or(Error::WrongType)?.text_len();
    let needed = operations.iter().filter(|operation| operation.writes()).map(Operation::text_bytes).max();
    let needed = needed.unwrap_or(0);
    let grows = needed > len;
    if grows {
        entry.write_at(needed - 1, &[0]);
    } else {
        // What was asked to change is no number any more, even if nothing comes of it.
        entry.write_at(0, &[]);
    }
    let mut answers: SmallVec<[Option<i64>; 4]> = SmallVec::new();
    let mut changed = false;
    for operation in operations {
        let mut digits = itoa::Buffer::new();
        let string = entry.as_string().ok_or(Error::WrongType)?;
        let text = string.text(&mut digits);
        let ran = operation.run(text).ok();
        answers.push(ran.map(|(answer, _)| answer));
        if let Some((_, Some(number))) = ran {
            changed |= grows || operation.field.read(text, operation.offset) != number;
            let written = operation.field.written(text, operation.offset, number);
            entry.write_at(operation.offset / 8, written.bytes());
        }
    }
    out.array(answers.len());
    for answer in answers {
        match answer {
            Some(answer) => out.integer(answer),
            None => out.null(),
        }
    }
    // A text that only grew, for a number that did not fit, counts as unchanged in Redis too: no event, no dirty key.
    if !changed {
        return Ok(Outcome::Unchanged);
    }
    db.notify(EventClasses::STRING, "setbit", &key);
    Ok(Outcome::Changed)
}

//! Intersections, unions and differences of sets: answered, stored, counted.

use std::ops::{ControlFlow, Range};

use smallvec::SmallVec;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{
        item::reply_item,
        keys::{counted, result},
    },
    keyspace::{Entry, EventClasses, Key, Keyspace},
    resp::Reply,
    structures::listpack::Item,
    types::{
        Limits,
        set::{
            Set,
            algebra::{Operation, intersect, subtract, unite},
        },
    },
};

/// The sets of a command, in the order of its keys; nothing for a key that is not there.
type Operands<'a> = SmallVec<[Option<&'a Set>; 8]>;

/// Looks the sets up. All keys are looked at before any is used: another type among them is refused even where it does not count.
fn operands<'a>(
    db: &'a mut Keyspace,
    args: &Args<'_>,
    keys: Range<usize>,
) -> Result<(Operands<'a>, &'a Limits), Error> {
    let keys: SmallVec<[Key<'_>; 8]> = keys.map(|index| db.key(args, index)).collect();
    for key in &keys {
        db.get::<Set>(key)?;
    }
    let db = &*db;
    Ok((keys.iter().map(|key| db.inspect(key).and_then(Entry::set)).collect(), &db.limits))
}

/// The sets that are there.
fn present<'a>(operands: &Operands<'a>) -> SmallVec<[&'a Set; 8]> {
    operands.iter().copied().flatten().collect()
}

/// The members of a union or a difference, or of an intersection to be kept.
fn compute(operation: Operation, operands: &Operands<'_>, limits: &Limits) -> Set {
    let mut sets = present(operands);
    match operation {
        Operation::Union => unite(&sets, limits),
        Operation::Difference => match operands.first() {
            Some(Some(first)) => subtract(first, &mut sets[1..], limits),
            _ => Set::new(),
        },
        Operation::Intersection => {
            let mut common = Set::new();
            if sets.len() == operands.len() {
                intersect(&mut sets, limits, |item| {
                    common.add_item(item, limits);
                    ControlFlow::Continue(())
                });
            }
            common
        }
    }
}

const ALGEBRA: Command = Command {
    arity: Arity::at_least(2),
    flags: Flags::READONLY,
    acl: Acl::SET,
    keys: Keys::ALL,
    tips: &["nondeterministic_output_order"],
    group: Group::Set,
    since: "1.0.0",
    complexity: "O(N) where N is the total number of elements in all given sets.",
    syntax: "key [key ...]",
    ..Command::DEFAULT
};

const INTERSECTION_COST: &str =
    "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.";

pub static SINTER: Command = Command {
    name: "SINTER",
    summary: "Returns the intersect of multiple sets.",
    complexity: INTERSECTION_COST,
    run: Run::Local(sinter),
    ..ALGEBRA
};

fn sinter(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (operands, limits) = operands(db, args, 1..args.len())?;
    let mut sets = present(&operands);
    let mut common: Vec<Item<'_>> = Vec::new();
    if sets.len() == operands.len() {
        intersect(&mut sets, limits, |item| {
            common.push(item);
            ControlFlow::Continue(())
        });
    }
    out.set(common.len());
    for item in common {
        reply_item(out, item);
    }
    Ok(Outcome::Unchanged)
}

pub static SUNION: Command = Command {
    name: "SUNION",
    summary: "Returns the union of multiple sets.",
    run: Run::Local(|db, args, out| answer(db, args, out, Operation::Union)),
    ..ALGEBRA
};

pub static SDIFF: Command = Command {
    name: "SDIFF",
    summary: "Returns the difference of multiple sets.",
    run: Run::Local(|db, args, out| answer(db, args, out, Operation::Difference)),
    ..ALGEBRA
};

fn answer(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    operation: Operation,
) -> Result<Outcome, Error> {
    let (operands, limits) = operands(db, args, 1..args.len())?;
    let members = |out: &mut Reply<'_>, set: &Set| {
        out.set(set.len());
        set.iter().for_each(|item| reply_item(out, item));
    };
    match operands.as_slice() {
        // A set alone is its own union and its own difference.
        [Some(only)] => members(out, only),
        _ => members(out, &compute(operation, &operands, limits)),
    }
    Ok(Outcome::Unchanged)
}

const STORING: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    key_use: &["OW", "update"],
    last_key_use: &["RO", "access"],
    tips: &[],
    syntax: "destination key [key ...]",
    ..ALGEBRA
};

pub static SINTERSTORE: Command = Command {
    name: "SINTERSTORE",
    key_use: &["RW", "update"],
    summary: "Stores the intersect of multiple sets in a key.",
    complexity: INTERSECTION_COST,
    run: Run::Local(|db, args, out| store(db, args, out, ("sinterstore", Operation::Intersection))),
    ..STORING
};

pub static SUNIONSTORE: Command = Command {
    name: "SUNIONSTORE",
    summary: "Stores the union of multiple sets in a key.",
    run: Run::Local(|db, args, out| store(db, args, out, ("sunionstore", Operation::Union))),
    ..STORING
};

pub static SDIFFSTORE: Command = Command {
    name: "SDIFFSTORE",
    summary: "Stores the difference of multiple sets in a key.",
    run: Run::Local(|db, args, out| store(db, args, out, ("sdiffstore", Operation::Difference))),
    ..STORING
};

fn store(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    (name, operation): (&'static str, Operation),
) -> Result<Outcome, Error> {
    let result = {
        let (operands, limits) = operands(db, args, 2..args.len())?;
        compute(operation, &operands, limits)
    };
    let destination = db.key(args, 1);
    let len = result.len();
    Ok(result::store(db, &destination, (result, len), (EventClasses::SET, name), out))
}

pub static SINTERCARD: Command = Command {
    name: "SINTERCARD",
    arity: Arity::at_least(3),
    keys: Keys::COUNTED,
    tips: &[],
    since: "7.0.0",
    summary: "Returns the number of members of the intersect of multiple sets.",
    complexity: INTERSECTION_COST,
    syntax: "numkeys key [key ...] [LIMIT limit]",
    run: Run::Local(sintercard),
    ..ALGEBRA
};

fn sintercard(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let keys = counted::key_count(args, 1)?;
    if keys > args.len() - 2 {
        return Err(Error::Text("ERR Number of keys can't be greater than number of args"));
    }
    let mut limit = 0;
    let mut index = 2 + keys;
    while index < args.len() {
        if !args.is(index, "LIMIT") || index + 1 == args.len() {
            return Err(Error::Syntax);
        }
        limit = counted::limit(args, index + 1)?;
        index += 2;
    }
    let (operands, limits) = operands(db, args, 2..2 + keys)?;
    let mut sets = present(&operands);
    let mut count = 0;
    if sets.len() == operands.len() {
        intersect(&mut sets, limits, |_| {
            count += 1;
            if count == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
    out.count(count);
    Ok(Outcome::Unchanged)
}

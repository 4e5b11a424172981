//! Unions, intersections and differences of sorted sets and sets: answered, stored, counted.

use std::ops::{ControlFlow, Range};

use smallvec::SmallVec;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{
        keys::{counted, result},
        pairing::Pairing,
    },
    keyspace::{Entry, EventClasses, Key, Keyspace, Kind},
    resp::Reply,
    types::{
        Limits,
        zset::{
            ZSet,
            algebra::{Aggregate, Input, Source, difference, intersect, intersection, union},
        },
    },
};

/// What becomes of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

/// What becomes of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Shown,
    Kept,
    Counted,
}

/// A request, as far as it is no key.
#[derive(Debug)]
struct Request {
    weights: SmallVec<[f64; 8]>,
    aggregate: Aggregate,
    with_scores: bool,
    /// Members to count at most; zero for all.
    limit: usize,
}

/// The keys of a command; how many there are, argument `count` says.
fn key_indexes(args: &Args<'_>, count: usize, name: &str) -> Result<Range<usize>, Error> {
    let keys = usize::try_from(args.integer(count)?).unwrap_or(0);
    if keys < 1 {
        return Err(Error::Message(format!("ERR at least 1 input key is needed for '{name}' command")));
    }
    if keys > args.len() - count - 1 {
        return Err(Error::Syntax);
    }
    Ok(count + 1..count + 1 + keys)
}

/// Looks the inputs up, which are sorted sets or sets.
fn look_up(db: &mut Keyspace, keys: &[Key<'_>]) -> Result<(), Error> {
    for key in keys {
        let found = db.find(key).map(Entry::kind);
        if !matches!(found, None | Some(Kind::Set | Kind::ZSet)) {
            return Err(Error::WrongType);
        }
    }
    Ok(())
}

fn source<'a>(db: &'a Keyspace, key: &Key<'_>) -> Source<'a> {
    let Some(entry) = db.inspect(key) else { return Source::Nothing };
    match (entry.zset(), entry.set()) {
        (Some(zset), _) => Source::ZSet(zset),
        (_, Some(set)) => Source::Set(set),
        _ => Source::Nothing,
    }
}

impl Request {
    /// Reads the options from argument `first` on.
    fn read(
        args: &Args<'_>,
        first: usize,
        keys: usize,
        (operation, purpose): (Operation, Use),
    ) -> Result<Self, Error> {
        let mut weights = SmallVec::from_elem(1.0, keys);
        let (mut aggregate, mut with_scores, mut limit) = (Aggregate::default(), false, 0);
        let joins_scores = operation != Operation::Difference && purpose != Use::Counted;
        let mut index = first;
        while index < args.len() {
            let left = args.len() - index;
            match args.word(index).as_str() {
                "WEIGHTS" if joins_scores && left > keys => {
                    for (weight, index) in weights.iter_mut().zip(index + 1..) {
                        let error = Error::Text("ERR weight value is not a float");
                        *weight = args.double(index).map_err(|_| error)?;
                    }
                    index += keys;
                }
                "AGGREGATE" if joins_scores && left > 1 => {
                    aggregate = match args.word(index + 1).as_str() {
                        "SUM" => Aggregate::Sum,
                        "MIN" => Aggregate::Min,
                        "MAX" => Aggregate::Max,
                        _ => return Err(Error::Syntax),
                    };
                    index += 1;
                }
                "WITHSCORES" if purpose == Use::Shown => with_scores = true,
                "LIMIT" if purpose == Use::Counted && left > 1 => {
                    limit = counted::limit(args, index + 1)?;
                    index += 1;
                }
                _ => return Err(Error::Syntax),
            }
            index += 1;
        }
        Ok(Self { weights, aggregate, with_scores, limit })
    }
}

/// Reads a command whose keys argument `count` counts, and looks them up: another type among them is told before any option is.
fn read<'a>(
    db: &'a mut Keyspace,
    args: &Args<'_>,
    (count, name): (usize, &str),
    what: (Operation, Use),
) -> Result<(Request, SmallVec<[Input<'a>; 8]>, &'a Limits), Error> {
    let indexes = key_indexes(args, count, name)?;
    let keys: SmallVec<[Key<'_>; 8]> = indexes.clone().map(|index| db.key(args, index)).collect();
    look_up(db, &keys)?;
    let request = Request::read(args, indexes.end, keys.len(), what)?;
    let db = &*db;
    let weighted = keys.iter().zip(&request.weights);
    let inputs = weighted.map(|(key, weight)| Input { source: source(db, key), weight: *weight }).collect();
    Ok((request, inputs, &db.limits))
}

fn compute(operation: Operation, request: &Request, inputs: &mut [Input<'_>], limits: &Limits) -> ZSet {
    match operation {
        Operation::Union => union(inputs, request.aggregate, limits),
        Operation::Intersection => intersection(inputs, request.aggregate, limits),
        Operation::Difference => {
            let sources: SmallVec<[Source<'_>; 8]> = inputs.iter().map(|input| input.source).collect();
            match sources.split_first() {
                Some((first, others)) => difference(*first, others, limits),
                None => ZSet::new(),
            }
        }
    }
}

const ALGEBRA: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    acl: Acl::SORTEDSET,
    keys: Keys::COUNTED,
    group: Group::SortedSet,
    since: "6.2.0",
    ..Command::DEFAULT
};

const UNION_COST: &str = "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.";
const INTERSECTION_COST: &str = "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.";
const DIFFERENCE_COST: &str = "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.";

pub static ZUNION: Command = Command {
    name: "ZUNION",
    summary: "Returns the union of multiple sorted sets.",
    complexity: UNION_COST,
    syntax: "numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]",
    run: Run::Local(|db, args, out| show(db, args, out, ("zunion", Operation::Union))),
    ..ALGEBRA
};

pub static ZINTER: Command = Command {
    name: "ZINTER",
    summary: "Returns the intersect of multiple sorted sets.",
    complexity: INTERSECTION_COST,
    syntax: "numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]",
    run: Run::Local(|db, args, out| show(db, args, out, ("zinter", Operation::Intersection))),
    ..ALGEBRA
};

pub static ZDIFF: Command = Command {
    name: "ZDIFF",
    summary: "Returns the difference between multiple sorted sets.",
    complexity: DIFFERENCE_COST,
    syntax: "numkeys key [key ...] [WITHSCORES]",
    run: Run::Local(|db, args, out| show(db, args, out, ("zdiff", Operation::Difference))),
    ..ALGEBRA
};

fn show(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    (name, operation): (&str, Operation),
) -> Result<Outcome, Error> {
    let (request, mut inputs, limits) = read(db, args, (1, name), (operation, Use::Shown))?;
    let result = compute(operation, &request, &mut inputs, limits);
    let pairing = Pairing::of(out, request.with_scores);
    pairing.head(out, result.len());
    for (member, score) in &result {
        pairing.member(out, member, score);
    }
    Ok(Outcome::Unchanged)
}

const STORING: Command = Command {
    arity: Arity::at_least(4),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    keys: Keys::ONE_AND_COUNTED,
    key_use: &["OW", "update"],
    last_key_use: &["RO", "access"],
    since: "2.0.0",
    ..ALGEBRA
};

pub static ZUNIONSTORE: Command = Command {
    name: "ZUNIONSTORE",
    summary: "Stores the union of multiple sorted sets in a key.",
    complexity: UNION_COST,
    syntax: "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]",
    run: Run::Local(|db, args, out| store(db, args, out, ("zunionstore", Operation::Union))),
    ..STORING
};

pub static ZINTERSTORE: Command = Command {
    name: "ZINTERSTORE",
    summary: "Stores the intersect of multiple sorted sets in a key.",
    complexity: INTERSECTION_COST,
    syntax: "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]",
    run: Run::Local(|db, args, out| store(db, args, out, ("zinterstore", Operation::Intersection))),
    ..STORING
};

pub static ZDIFFSTORE: Command = Command {
    name: "ZDIFFSTORE",
    since: "6.2.0",
    summary: "Stores the difference of multiple sorted sets in a key.",
    complexity: DIFFERENCE_COST,
    syntax: "destination numkeys key [key ...]",
    run: Run::Local(|db, args, out| store(db, args, out, ("zdiffstore", Operation::Difference))),
    ..STORING
};

fn store(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    (name, operation): (&'static str, Operation),
) -> Result<Outcome, Error> {
    let result = {
        let (request, mut inputs, limits) = read(db, args, (2, name), (operation, Use::Kept))?;
        let mut result = compute(operation, &request, &mut inputs, limits);
        result.compact(limits);
        result
    };
    let destination = db.key(args, 1);
    let len = result.len();
    Ok(result::store(db, &destination, (result, len), (EventClasses::ZSET, name), out))
}

pub static ZINTERCARD: Command = Command {
    name: "ZINTERCARD",
    since: "7.0.0",
    summary: "Returns the number of members of the intersect of multiple sorted sets.",
    complexity: "O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.",
    syntax: "numkeys key [key ...] [LIMIT limit]",
    run: Run::Local(zintercard),
    ..ALGEBRA
};

fn zintercard(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let what = (Operation::Intersection, Use::Counted);
    let (request, mut inputs, limits) = read(db, args, (1, "zintercard"), what)?;
    let mut count = 0;
    intersect(&mut inputs, Aggregate::Sum, limits, |_, _| {
        count += 1;
        if count == request.limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    out.count(count);
    Ok(Outcome::Unchanged)
}

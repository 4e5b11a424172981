//! Adding members and moving their scores.

use smallvec::SmallVec;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{EventClasses, Held, Keyspace},
    resp::Reply,
    types::{
        look_up_each,
        zset::{Change, Direction, NotANumber, Presence, Rule, ZSet},
    },
};

const NOT_A_NUMBER: Error = Error::Text("ERR resulting score is not a number (NaN)");

pub static ZADD: Command = Command {
    name: "ZADD",
    arity: Arity::at_least(4),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    element: 3,
    group: Group::SortedSet,
    since: "1.2.0",
    summary: "Adds members to a sorted set, or changes their scores. Creates the key if it doesn't exist.",
    complexity: "O(log(N)) for each member, where N is the size of the sorted set.",
    syntax: "key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]",
    run: Run::Local(zadd),
    ..Command::DEFAULT
};

/// What was found out about a ZADD, or a command that adds to a sorted set as it does, before it touches a key.
pub(in crate::commands) struct Request {
    /// Which members and scores may change.
    pub rule: Rule,
    /// `CH`: the reply counts members whose score changed, too.
    pub count_changes: bool,
    /// The scores, in the order of their members.
    pub scores: SmallVec<[f64; 8]>,
    /// Argument that holds the first member.
    pub first_member: usize,
    /// Arguments from one member to the next.
    pub stride: usize,
}

impl Request {
    /// Reads options and scores; the order of the checks is that of Redis, so that the same one of several mistakes is named.
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let [mut nx, mut xx, mut gt, mut lt, mut count_changes, mut increment] = [false; 6];
        let mut first = 2;
        while first < args.len() {
            // A score begins with no letter but the `i` of `inf`: most commands leave here.
            match args.get(first).first().map(u8::to_ascii_uppercase) {
                Some(b'N') if args.is(first, "NX") => nx = true,
                Some(b'X') if args.is(first, "XX") => xx = true,
                Some(b'G') if args.is(first, "GT") => gt = true,
                Some(b'L') if args.is(first, "LT") => lt = true,
                Some(b'C') if args.is(first, "CH") => count_changes = true,
                Some(b'I') if args.is(first, "INCR") => increment = true,
                _ => break,
            }
            first += 1;
        }
        let left = args.len() - first;
        if left == 0 || !left.is_multiple_of(2) {
            return Err(Error::Syntax);
        }
        if nx && xx {
            return Err(Error::Text("ERR XX and NX options at the same time are not compatible"));
        }
        if (nx && (gt || lt)) || (gt && lt) {
            return Err(Error::Text("ERR GT, LT, and/or NX options at the same time are not compatible"));
        }
        if increment && left > 2 {
            return Err(Error::Text("ERR INCR option supports a single increment-element pair"));
        }
        // All scores are read before any is used: one that cannot be read changes nothing.
        let scores =
            (first..args.len()).step_by(2).map(|index| args.double(index)).collect::<Result<_, _>>()?;
        let presence = match (nx, xx) {
            (true, _) => Presence::Absent,
            (_, true) => Presence::Present,
            _ => Presence::Any,
        };
        let direction = match (gt, lt) {
            (true, _) => Direction::Up,
            (_, true) => Direction::Down,
            _ => Direction::Any,
        };
        let rule = Rule { presence, direction, increment };
        Ok(Self { rule, count_changes, scores, first_member: first + 1, stride: 2 })
    }
}

fn zadd(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    add(db, args, &Request::read(args)?, out)
}

/// Adds members with their scores to the sorted set at the first argument.
pub(in crate::commands) fn add(
    db: &mut Keyspace,
    args: &Args<'_>,
    request: &Request,
    out: &mut Reply<'_>,
) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    // Without XX the first pair goes into a new set whatever the other options say, so that no empty set can stay behind.
    let zset = match request.rule.presence {
        Presence::Present => db.get_mut::<ZSet>(&key)?,
        Presence::Any | Presence::Absent => Some(db.get_or_create::<ZSet>(&key)?),
    };
    let (mut added, mut updated, mut score) = (0, 0, None);
    let mut failed = false;
    if let Some(Held { value, limits, .. }) = zset {
        let members = (request.first_member..).step_by(request.stride).map(|index| args.get(index));
        let pairs = request.scores.iter().zip(members).map(|(given, member)| (member, *given));
        look_up_each(value, limits, pairs, |value, (member, given)| {
            match value.add(member, given, request.rule, limits) {
                Ok(Change::Added(now)) => (added, score) = (added + 1, Some(now)),
                Ok(Change::Updated(now)) => (updated, score) = (updated + 1, Some(now)),
                Ok(Change::Unchanged(now)) => score = Some(now),
                Ok(Change::Refused) => {}
                // Only an increment does, of which there is one.
                Err(NotANumber) => failed = true,
            }
        });
    }
    if failed {
        return Err(NOT_A_NUMBER);
    }
    match (request.rule.increment, score) {
        (true, Some(score)) => out.double(score),
        (true, None) => out.null(),
        (false, _) => out.count(if request.count_changes { added + updated } else { added }),
    }
    if added + updated == 0 {
        return Ok(Outcome::Unchanged);
    }
    let event = if request.rule.increment { "zincr" } else { "zadd" };
    db.notify(EventClasses::ZSET, event, &key);
    Ok(Outcome::Changed)
}

pub static ZINCRBY: Command = Command {
    name: "ZINCRBY",
    arity: Arity::exactly(4),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    element: 3,
    key_use: &["RW", "access", "update"],
    group: Group::SortedSet,
    since: "1.2.0",
    summary: "Adds to the score of a member in a sorted set. A member that doesn't exist is added with that score.",
    complexity: "O(log(N)) where N is the size of the sorted set.",
    syntax: "key increment member",
    run: Run::Local(zincrby),
    ..Command::DEFAULT
};

fn zincrby(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let increment = args.double(2)?;
    let key = db.key(args, 1);
    let Held { value: zset, limits, .. } = db.get_or_create::<ZSet>(&key)?;
    let rule = Rule { increment: true, ..Rule::default() };
    match zset.add(args.get(3), increment, rule, limits) {
        Ok(Change::Added(score) | Change::Updated(score)) => {
            out.double(score);
            db.notify(EventClasses::ZSET, "zincr", &key);
            Ok(Outcome::Changed)
        }
        Ok(Change::Unchanged(score)) => {
            out.double(score);
            Ok(Outcome::Unchanged)
        }
        // Only a rule with conditions refuses.
        Ok(Change::Refused) => {
            out.null();
            Ok(Outcome::Unchanged)
        }
        Err(NotANumber) => Err(NOT_A_NUMBER),
    }
}

//! Reading members by index, score or name, from the lowest to the highest or the other way round.

use std::ops::Range;

use super::bounds::Ends;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::pairing::Pairing,
    keyspace::Keyspace,
    resp::Reply,
    structures::listpack::Item,
    types::zset::ZSet,
};

const RANGE: Command = Command {
    arity: Arity::at_least(4),
    flags: Flags::READONLY,
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    group: Group::SortedSet,
    complexity: "O(log(N)+M) with N being the size of the sorted set, and M the number of members returned.",
    ..Command::DEFAULT
};

/// What selects the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Index,
    Score,
    Name,
}

/// What a command's name says of its range; its options say the rest, and may not repeat it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed {
    pub(super) by: Option<By>,
    pub(super) reverse: Option<bool>,
    /// The members are kept and not shown, so that no option is about showing them.
    pub(super) kept: bool,
}

/// A command for which the name says everything.
const fn fixed(by: By, reverse: bool) -> Fixed {
    Fixed { by: Some(by), reverse: Some(reverse), kept: false }
}

/// The options behind the two ends of the range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    by: By,
    pub(super) reverse: bool,
    with_scores: bool,
    offset: i64,
    /// Members to return; negative for all.
    count: i64,
}

impl Options {
    /// Reads the options from argument `first` on.
    pub(super) fn read(args: &Args<'_>, first: usize, fixed: Fixed) -> Result<Self, Error> {
        let Fixed { mut by, mut reverse, kept } = fixed;
        let (mut with_scores, mut offset, mut count) = (false, 0, -1);
        let mut index = first;
        while index < args.len() {
            match args.word(index).as_str() {
                "WITHSCORES" if !kept => with_scores = true,
                "LIMIT" if index + 2 < args.len() => {
                    offset = args.integer(index + 1)?;
                    count = args.integer(index + 2)?;
                    index += 2;
                }
                "REV" if reverse.is_none() => reverse = Some(true),
                "BYSCORE" if by.is_none() => by = Some(By::Score),
                "BYLEX" if by.is_none() => by = Some(By::Name),
                _ => return Err(Error::Syntax),
            }
            index += 1;
        }
        let (by, reverse) = (by.unwrap_or(By::Index), reverse.unwrap_or(false));
        // A count of -1 is what LIMIT has by default: Redis cannot tell it from a LIMIT that was never given.
        if count != -1 && by == By::Index {
            return Err(Error::Text(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if with_scores && by == By::Name {
            return Err(Error::Text("ERR syntax error, WITHSCORES not supported in combination with BYLEX"));
        }
        Ok(Self { by, reverse, with_scores, offset, count })
    }

    /// The part of `ranks` that LIMIT leaves, counted from the side that is shown first. A negative offset leaves nothing.
    fn limited(&self, ranks: Range<usize>) -> Range<usize> {
        let skipped = usize::try_from(self.offset).unwrap_or(usize::MAX).min(ranks.len());
        let taken = usize::try_from(self.count).unwrap_or(usize::MAX).min(ranks.len() - skipped);
        if self.reverse {
            let end = ranks.end - skipped;
            end - taken..end
        } else {
            let start = ranks.start + skipped;
            start..start + taken
        }
    }

    /// Whether the ends are indexes, so that the number of members is known without a look at them.
    pub(super) fn is_by_index(&self) -> bool {
        self.by == By::Index
    }

    /// The ends of the range, which are argument `first` and the one behind it.
    pub(super) fn ends<'a>(&self, args: &Args<'a>, first: usize) -> Result<Ends<'a>, Error> {
        // From the highest to the lowest, scores and names are given in that order too; indexes are not.
        let (min, max) = if self.reverse { (first + 1, first) } else { (first, first + 1) };
        match self.by {
            By::Index => Ends::indexes(args, first, first + 1),
            By::Score => Ends::scores(args, min, max),
            By::Name => Ends::names(args, min, max),
        }
    }

    /// The ranks to show.
    pub(super) fn ranks(&self, zset: &ZSet, ends: Ends<'_>) -> Range<usize> {
        let ranks = ends.ranks(zset);
        match (self.by, self.reverse) {
            (By::Index, true) => zset.reversed(ranks),
            (By::Index, false) => ranks,
            (By::Score | By::Name, _) => self.limited(ranks),
        }
    }
}

pub static ZRANGE: Command = Command {
    name: "ZRANGE",
    since: "1.2.0",
    summary: "Returns the members of a sorted set within a range of indexes, scores or names.",
    syntax: "key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]",
    run: Run::Local(|db, args, out| range(db, args, out, Fixed { by: None, reverse: None, kept: false })),
    ..RANGE
};

pub static ZREVRANGE: Command = Command {
    name: "ZREVRANGE",
    since: "1.2.0",
    summary: "Returns the members of a sorted set within a range of indexes, the highest first.",
    syntax: "key start stop [WITHSCORES]",
    run: Run::Local(|db, args, out| range(db, args, out, fixed(By::Index, true))),
    ..RANGE
};

pub static ZRANGEBYSCORE: Command = Command {
    name: "ZRANGEBYSCORE",
    since: "1.0.5",
    summary: "Returns the members of a sorted set within a range of scores.",
    syntax: "key min max [WITHSCORES] [LIMIT offset count]",
    run: Run::Local(|db, args, out| range(db, args, out, fixed(By::Score, false))),
    ..RANGE
};

pub static ZREVRANGEBYSCORE: Command = Command {
    name: "ZREVRANGEBYSCORE",
    since: "2.2.0",
    summary: "Returns the members of a sorted set within a range of scores, the highest first.",
    syntax: "key max min [WITHSCORES] [LIMIT offset count]",
    run: Run::Local(|db, args, out| range(db, args, out, fixed(By::Score, true))),
    ..RANGE
};

pub static ZRANGEBYLEX: Command = Command {
    name: "ZRANGEBYLEX",
    since: "2.8.9",
    summary: "Returns the members of a sorted set of equal scores within a range of names.",
    syntax: "key min max [LIMIT offset count]",
    run: Run::Local(|db, args, out| range(db, args, out, fixed(By::Name, false))),
    ..RANGE
};

pub static ZREVRANGEBYLEX: Command = Command {
    name: "ZREVRANGEBYLEX",
    since: "2.8.9",
    summary: "Returns the members of a sorted set of equal scores within a range of names, the last name first.",
    syntax: "key max min [LIMIT offset count]",
    run: Run::Local(|db, args, out| range(db, args, out, fixed(By::Name, true))),
    ..RANGE
};

fn range(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, fixed: Fixed) -> Result<Outcome, Error> {
    let options = Options::read(args, 4, fixed)?;
    let ends = options.ends(args, 2)?;
    let key = db.key(args, 1);
    let Some(zset) = db.get::<ZSet>(&key)? else {
        out.array(0);
        return Ok(Outcome::Unchanged);
    };
    let ranks = options.ranks(zset.value, ends);
    let pairing = Pairing::of(out, options.with_scores);
    pairing.head(out, ranks.len());
    let write = |(member, score): (Item<'_>, f64)| pairing.member(out, member, score);
    let members = zset.value.range(ranks);
    if options.reverse {
        members.rev().for_each(write);
    } else {
        members.for_each(write);
    }
    Ok(Outcome::Unchanged)
}

//! Reading members by index, score or name.

use std::ops::Range;

use super::bounds::{lex_range, score_range};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::item::reply_item,
    keyspace::Keyspace,
    resp::Reply,
    structures::listpack::Item,
    types::zset::{LexRange, ScoreRange, ZSet},
};

pub static ZRANGE: Command = Command {
    name: "ZRANGE",
    arity: Arity::at_least(4),
    flags: Flags::READONLY,
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    group: Group::SortedSet,
    since: "1.2.0",
    summary: "Returns the members of a sorted set within a range of indexes, scores or names.",
    complexity: "O(log(N)+M) with N being the size of the sorted set, and M the number of members returned.",
    syntax: "key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]",
    run: Run::Local(zrange),
    ..Command::DEFAULT
};

/// What selects the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Index,
    Score,
    Name,
}

/// The options behind the two ends of the range.
#[derive(Clone, Copy, Debug)]
struct Options {
    by: By,
    reverse: bool,
    with_scores: bool,
    offset: i64,
    /// Members to return; negative for all.
    count: i64,
}

impl Options {
    /// Reads the options from argument `first` on.
    fn read(args: &Args<'_>, first: usize) -> Result<Self, Error> {
        let mut options = Self { by: By::Index, reverse: false, with_scores: false, offset: 0, count: -1 };
        let mut index = first;
        while index < args.len() {
            match args.word(index).as_str() {
                "WITHSCORES" => options.with_scores = true,
                "LIMIT" if index + 2 < args.len() => {
                    options.offset = args.integer(index + 1)?;
                    options.count = args.integer(index + 2)?;
                    index += 2;
                }
                "REV" if !options.reverse => options.reverse = true,
                "BYSCORE" if options.by == By::Index => options.by = By::Score,
                "BYLEX" if options.by == By::Index => options.by = By::Name,
                _ => return Err(Error::Syntax),
            }
            index += 1;
        }
        // A count of -1 is what LIMIT has by default: Redis cannot tell it from a LIMIT that was never given.
        if options.count != -1 && options.by == By::Index {
            return Err(Error::Text(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if options.with_scores && options.by == By::Name {
            return Err(Error::Text("ERR syntax error, WITHSCORES not supported in combination with BYLEX"));
        }
        Ok(options)
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
}

/// The two ends of the range, read before the key is looked at.
enum Ends<'a> {
    Indexes(i64, i64),
    Scores(ScoreRange),
    Names(LexRange<'a>),
}

fn zrange(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let options = Options::read(args, 4)?;
    // From the highest to the lowest, scores and names are given in that order too; indexes are not.
    let (min, max) = if options.reverse { (3, 2) } else { (2, 3) };
    let ends = match options.by {
        By::Index => Ends::Indexes(args.integer(2)?, args.integer(3)?),
        By::Score => Ends::Scores(score_range(args.get(min), args.get(max))?),
        By::Name => Ends::Names(lex_range(args.get(min), args.get(max))?),
    };
    let key = db.key(args, 1);
    let Some(zset) = db.get::<ZSet>(&key)? else {
        out.array(0);
        return Ok(Outcome::Unchanged);
    };
    let zset = zset.value;
    let ranks = match ends {
        Ends::Indexes(start, stop) => {
            let ranks = zset.ranks_by_index(start, stop);
            if options.reverse { zset.reversed(ranks) } else { ranks }
        }
        Ends::Scores(range) => options.limited(zset.ranks_by_score(range)),
        Ends::Names(range) => options.limited(zset.ranks_by_lex(range)),
    };
    let nested = options.with_scores && out.resp3();
    out.array(if options.with_scores && !nested { 2 * ranks.len() } else { ranks.len() });
    let write = |(member, score): (Item<'_>, f64)| {
        if nested {
            out.array(2);
        }
        reply_item(out, member);
        if options.with_scores {
            out.double(score);
        }
    };
    let members = zset.range(ranks);
    if options.reverse {
        members.rev().for_each(write);
    } else {
        members.for_each(write);
    }
    Ok(Outcome::Unchanged)
}

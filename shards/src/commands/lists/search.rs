//! Finding elements of a list.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    types::list::List,
};

pub static LPOS: Command = Command {
    name: "LPOS",
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    acl: Acl::LIST,
    keys: Keys::ONE,
    group: Group::List,
    since: "6.0.6",
    summary: "Returns the index of matching elements in a list.",
    complexity: "O(N) where N is the number of elements to look through.",
    syntax: "key element [RANK rank] [COUNT num-matches] [MAXLEN len]",
    run: Run::Local(lpos),
    ..Command::DEFAULT
};

fn lpos(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let options = LposOptions::read(args)?;
    let key = db.key(args, 1);
    let list = db.get::<List>(&key)?;
    let mut positions = list.iter().flat_map(|list| options.positions(list.value, args.get(2)));
    match options.count {
        None => match positions.next() {
            None => out.null(),
            Some(position) => out.count(position),
        },
        Some(count) => {
            let positions: Vec<usize> = positions.take(count).collect();
            out.array(positions.len());
            for position in positions {
                out.count(position);
            }
        }
    }
    Ok(Outcome::Unchanged)
}

/// What LPOS looks for.
#[derive(Clone, Copy, Debug)]
struct LposOptions {
    /// Equal elements to pass over (RANK less one).
    skipped: usize,
    /// From the last element on (a negative RANK).
    from_end: bool,
    /// Positions to return (COUNT), `usize::MAX` for all; without it the first one, not in an array.
    count: Option<usize>,
    /// Elements to compare (MAXLEN), `usize::MAX` for all.
    compared_max: usize,
}

impl LposOptions {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut options = Self { skipped: 0, from_end: false, count: None, compared_max: usize::MAX };
        for index in (3..args.len()).step_by(2) {
            let value = index + 1;
            if value == args.len() {
                return Err(Error::Syntax);
            }
            match args.word(index).as_str() {
                "RANK" => {
                    let rank = rank(args.integer(value)?)?;
                    options.from_end = rank < 0;
                    options.skipped = usize::try_from(rank.unsigned_abs() - 1).unwrap_or(usize::MAX);
                }
                "COUNT" => {
                    options.count = Some(maximum(args, value, "ERR COUNT can't be negative")?);
                }
                "MAXLEN" => {
                    options.compared_max = maximum(args, value, "ERR MAXLEN can't be negative")?;
                }
                _ => return Err(Error::Syntax),
            }
        }
        Ok(options)
    }

    fn positions(self, list: &List, element: &[u8]) -> impl Iterator<Item = usize> {
        list.positions(element, self.from_end, self.compared_max).skip(self.skipped)
    }
}

/// A RANK that can be counted from either end.
fn rank(rank: i64) -> Result<i64, Error> {
    match rank {
        0 => Err(Error::Text(
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start \
             from the end of the list",
        )),
        i64::MIN => Err(Error::Text(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        )),
        rank => Ok(rank),
    }
}

/// A maximum of which 0 means "none"; anything but a positive number is answered with `refusal`.
fn maximum(args: &Args<'_>, index: usize, refusal: &'static str) -> Result<usize, Error> {
    let number = args.integer(index).ok().and_then(|number| usize::try_from(number).ok());
    match number.ok_or(Error::Text(refusal))? {
        0 => Ok(usize::MAX),
        number => Ok(number),
    }
}

//! Arguments that count: how many keys follow, how many results are wanted.

use std::ops::Range;

use crate::{
    command::{Args, Error, Outcome},
    keyspace::{Key, Keyspace},
    resp::Reply,
};

/// How many keys follow argument `index`, one at the least; whether so many follow is not looked at.
pub fn key_count(args: &Args<'_>, index: usize) -> Result<usize, Error> {
    positive(args, index, "ERR numkeys should be greater than 0")
}

/// The value of LIMIT; zero is no limit.
pub fn limit(args: &Args<'_>, index: usize) -> Result<usize, Error> {
    let limit = args.integer(index).ok().and_then(|limit| usize::try_from(limit).ok());
    limit.ok_or(Error::Text("ERR LIMIT can't be negative"))
}

fn positive(args: &Args<'_>, index: usize, error: &'static str) -> Result<usize, Error> {
    let number = args.integer(index).ok().and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number > 0).ok_or(Error::Text(error))
}

/// Pops from the value at a key, and answers with the key's name and what was popped; false, and no answer, if there is none.
pub type PopNamed = fn(&mut Keyspace, &Key<'_>, &Popping, &mut Reply<'_>) -> Result<bool, Error>;

/// What a command asks that pops from the first of several keys that has something: `numkeys key [key ...] <end> [COUNT count]`.
#[derive(Clone, Debug)]
pub struct Popping {
    /// Indexes of the keys.
    pub keys: Range<usize>,
    /// Whether the first of the two words for an end was given.
    pub first_end: bool,
    /// Elements to pop at most.
    pub count: usize,
}

impl Popping {
    /// Reads the arguments from `numkeys` on; `ends` are the words for the two ends.
    ///
    /// # Errors
    /// If they are not as they should be.
    pub fn read(args: &Args<'_>, numkeys: usize, ends: [&str; 2]) -> Result<Self, Error> {
        let keys = key_count(args, numkeys)?;
        let end = keys.checked_add(numkeys + 1).filter(|end| *end < args.len()).ok_or(Error::Syntax)?;
        let first_end = match ends.map(|word| args.is(end, word)) {
            [true, _] => true,
            [_, true] => false,
            _ => return Err(Error::Syntax),
        };
        let mut count = None;
        let mut index = end + 1;
        while index < args.len() {
            if count.is_some() || !args.is(index, "COUNT") || index + 1 == args.len() {
                return Err(Error::Syntax);
            }
            count = Some(positive(args, index + 1, "ERR count should be greater than 0")?);
            index += 2;
        }
        Ok(Self { keys: numkeys + 1..end, first_end, count: count.unwrap_or(1) })
    }

    /// Pops, through `pop`, from the first of the keys that is there; false, and no answer, if none is.
    ///
    /// # Errors
    /// If a key before it has another type.
    pub fn pop_first(
        &self,
        db: &mut Keyspace,
        args: &Args<'_>,
        out: &mut Reply<'_>,
        pop: PopNamed,
    ) -> Result<bool, Error> {
        for index in self.keys.clone() {
            let key = db.key(args, index);
            if pop(db, &key, self, out)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As [`Popping::pop_first`], with the null array for an answer if no key is there.
    ///
    /// # Errors
    /// As for [`Popping::pop_first`].
    pub fn answer(
        &self,
        db: &mut Keyspace,
        args: &Args<'_>,
        out: &mut Reply<'_>,
        pop: PopNamed,
    ) -> Result<Outcome, Error> {
        if self.pop_first(db, args, out, pop)? {
            return Ok(Outcome::Changed);
        }
        out.null_array();
        Ok(Outcome::Nothing)
    }
}

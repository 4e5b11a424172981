//! Random fields, and the count of draws that other types' commands of this kind read alike.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, pairing::Pairing},
    keyspace::{Keyspace, Seen},
    resp::Reply,
    structures::random::Rng,
    types::hash::Hash,
};

/// Bytes that a reply to a negative count, which may ask for any number of elements, may have: as many as a string.
const REPLY_BYTES_MAX: usize = 512 << 20;

const TOO_LONG: Error = Error::Text("ERR the reply would exceed 512 MiB, ask for fewer elements");

/// Bytes of the shortest element in a reply, `$0\r\n\r\n`. What belongs to an element takes as many at the least, with the pair's
/// head in RESP3.
const ELEMENT_BYTES_MIN: usize = 6;

/// What a client asks of HRANDFIELD and its relatives: `[count [WITH..]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Draw {
    /// One element, not in an array.
    One,
    /// Up to so many different ones.
    Distinct {
        count: usize,
        /// Each with what belongs to it.
        with: bool,
    },
    /// Exactly so many, the same one perhaps several times.
    Repeated {
        count: usize,
        /// Each with what belongs to it.
        with: bool,
    },
}

impl Draw {
    /// Reads the arguments behind the key; `word`, in upper case, asks for what belongs to the elements.
    ///
    /// # Errors
    /// [`Error::NotAnInteger`] for a count that is none, [`Error::Syntax`] for anything but `word` behind it; others for counts
    /// beyond what Redis takes.
    pub fn read(args: &Args<'_>, word: &str) -> Result<Self, Error> {
        if args.len() == 2 {
            return Ok(Self::One);
        }
        let count = args.integer(2)?;
        if count == i64::MIN {
            return Err(Error::Text(
                "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
            ));
        }
        let with = args.len() > 3;
        if with && (args.len() > 4 || !args.is(3, word)) {
            return Err(Error::Syntax);
        }
        // Each element counts twice then.
        if with && count.unsigned_abs() > i64::MAX.unsigned_abs() / 2 {
            return Err(Error::OutOfRange);
        }
        let magnitude = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        Ok(if count < 0 {
            Self::Repeated { count: magnitude, with }
        } else {
            Self::Distinct { count: magnitude, with }
        })
    }

    /// Refuses so many elements that their reply would become longer than it may whatever they are: nobody waits for its end then.
    ///
    /// # Errors
    /// If the shortest `count` elements were too long together.
    pub fn check_count(count: usize, with: bool) -> Result<(), Error> {
        let least_bytes = if with { 2 * ELEMENT_BYTES_MIN } else { ELEMENT_BYTES_MIN };
        if count > REPLY_BYTES_MAX / least_bytes { Err(TOO_LONG) } else { Ok(()) }
    }

    /// The reply for a key that does not exist.
    pub fn nothing(self, out: &mut Reply<'_>) {
        match self {
            Self::One => out.null(),
            Self::Distinct { .. } | Self::Repeated { .. } => out.array(0),
        }
    }

    /// Refuses a reply that has become longer than it may.
    ///
    /// # Errors
    /// If more than [`REPLY_BYTES_MAX`] bytes were written since `start_bytes` were there.
    pub fn check_size(out: &mut Reply<'_>, start_bytes: usize) -> Result<(), Error> {
        if out.out().len() - start_bytes > REPLY_BYTES_MAX {
            return Err(TOO_LONG);
        }
        Ok(())
    }
}

pub static HRANDFIELD: Command = Command {
    name: "HRANDFIELD",
    arity: Arity::at_least(2),
    flags: Flags::READONLY,
    acl: Acl::HASH,
    keys: Keys::ONE,
    tips: &["nondeterministic_output"],
    group: Group::Hash,
    since: "6.2.0",
    summary: "Returns random fields of a hash: different ones, or with a negative count any.",
    complexity: "O(N) where N is the number of fields returned",
    syntax: "key [count [WITHVALUES]]",
    run: Run::Local(hrandfield),
    ..Command::DEFAULT
};

fn hrandfield(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let draw = Draw::read(args, "WITHVALUES")?;
    let mut rng = Rng::new(db.rng.next_u64());
    let key = db.key(args, 1);
    let Some(Seen { value: hash, .. }) = db.get::<Hash>(&key)? else {
        draw.nothing(out);
        return Ok(Outcome::Unchanged);
    };
    match draw {
        Draw::One => match hash.random(&mut rng) {
            Some((field, _)) => reply_item(out, field),
            None => out.null(),
        },
        Draw::Distinct { count, with } => {
            let pairing = Pairing::of(out, with);
            pairing.head(out, count.min(hash.len()));
            hash.random_distinct(count, &mut rng, |field, value| pairing.field(out, field, value));
        }
        Draw::Repeated { count, with } => {
            Draw::check_count(count, with)?;
            let pairing = Pairing::of(out, with);
            pairing.head(out, count);
            let start_bytes = out.out().len();
            hash.random_repeated(count, &mut rng, |field, value| {
                pairing.field(out, field, value);
                Draw::check_size(out, start_bytes)
            })?;
        }
    }
    Ok(Outcome::Unchanged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_whose_shortest_reply_is_too_long_are_refused() {
        for (count, with, taken) in [
            (89_478_485, false, true),
            (89_478_486, false, false),
            (44_739_242, true, true),
            (44_739_243, true, false),
            (usize::MAX, true, false),
        ] {
            assert_eq!(Draw::check_count(count, with).is_ok(), taken, "{count} {with}");
        }
    }
}

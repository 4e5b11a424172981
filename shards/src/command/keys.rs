//! Where the keys of a command are among its arguments.

use std::ops::Range;

use super::Args;

/// Which arguments are keys: from `first` to `last` (negative: counted from the end), every `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Index of the first key; 0 if the command has none.
    pub first: i32,
    /// Index of the last key.
    pub last: i32,
    /// Distance between keys.
    pub step: i32,
    /// Which other arguments are keys.
    pub more: More,
}

/// Keys whose places only the arguments tell; a command that has them is one of "movable keys".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// There are none.
    Nothing,
    /// The argument at this index says how many of those behind it are keys.
    Counted(usize),
    /// SORT's destination, behind the last STORE. What it reads through patterns is unknown.
    Stored,
    /// What `SORT_RO` reads through patterns, which is unknown.
    Unknown,
    /// What stands behind either of these words, from this index on. The last one counts.
    Named([&'static str; 2], usize),
    /// All arguments behind the word KEYS of a MIGRATE, in the place of its key.
    Migrated,
}

impl Keys {
    /// No keys.
    pub const NONE: Keys = Keys { first: 0, last: 0, step: 0, more: More::Nothing };
    /// The first argument.
    pub const ONE: Keys = Keys { first: 1, last: 1, step: 1, ..Keys::NONE };
    /// All arguments.
    pub const ALL: Keys = Keys { first: 1, last: -1, step: 1, ..Keys::NONE };
    /// The first argument behind the word of a subcommand.
    pub const OF_SUBCOMMAND: Keys = Keys { first: 2, last: 2, step: 1, ..Keys::NONE };
    /// All arguments but the last.
    pub const ALL_BUT_LAST: Keys = Keys { first: 1, last: -2, step: 1, ..Keys::NONE };
    /// The first two arguments.
    pub const TWO: Keys = Keys { first: 1, last: 2, step: 1, ..Keys::NONE };
    /// Every other argument: key, value, key, value.
    pub const PAIRS: Keys = Keys { first: 1, last: -1, step: 2, ..Keys::NONE };
    /// As many as the first argument says, behind it.
    pub const COUNTED: Keys = Keys { more: More::Counted(1), ..Keys::NONE };
    /// As many as the second argument says, behind it.
    pub const TIMED_AND_COUNTED: Keys = Keys { more: More::Counted(2), ..Keys::NONE };
    /// The first argument, and as many as the second one says, behind that.
    pub const ONE_AND_COUNTED: Keys = Keys { more: More::Counted(2), ..Keys::ONE };

    /// Whether there is exactly one key, the first argument.
    #[inline]
    pub const fn is_one(self) -> bool {
        self.first == 1 && self.last == 1 && matches!(self.more, More::Nothing)
    }

    /// Whether there are keys whose places only the arguments tell.
    pub const fn is_movable(self) -> bool {
        !matches!(self.more, More::Nothing)
    }

    /// Whether the command has keys at all.
    pub const fn exist(self) -> bool {
        self.first > 0 || self.is_movable()
    }

    /// The indexes of all keys among the arguments, those that only the arguments tell included. A count that is none, or
    /// larger than what stands behind it, is for the handler to refuse: it counts no keys here.
    pub fn places(self, args: &Args<'_>) -> impl Iterator<Item = usize> + Clone {
        let more = match self.more {
            More::Nothing | More::Unknown => 0..0,
            More::Counted(at) => counted(args, at).unwrap_or(0..0),
            More::Stored => one(stored(args)),
            More::Named(words, first) => one(last_named(args, words, first)),
            More::Migrated => migrated(args).map_or(0..0, |first| first..args.len()),
        };
        // A list of keys stands for the one key.
        let fixed = if self.more == More::Migrated && !more.is_empty() { Keys::NONE } else { self };
        fixed.indexes(args.len()).chain(more)
    }

    /// The indexes of the keys that COMMAND GETKEYS names: as [`Keys::places`], but the first one behind each of two words,
    /// whichever counts.
    pub fn listed(self, args: &Args<'_>) -> impl Iterator<Item = usize> {
        let (others, named) = match self.more {
            More::Named(words, first) => {
                let others = Keys { more: More::Nothing, ..self };
                (others, words.map(|word| (first + 1..args.len()).find(|index| args.is(index - 1, word))))
            }
            _ => (self, [None; 2]),
        };
        others.places(args).chain(named.into_iter().flatten())
    }

    /// Whether the arguments say which keys there are, where they have to.
    pub fn are_told(self, args: &Args<'_>) -> bool {
        match self.more {
            More::Counted(at) => counted(args, at).is_some(),
            // A list of keys beside a key is refused.
            More::Migrated => migrated(args).is_none() || args.get(3).is_empty(),
            More::Nothing | More::Stored | More::Unknown | More::Named(..) => true,
        }
    }

    /// Whether the last key among `count` arguments lacks what belongs to it.
    pub fn is_ragged(self, count: usize) -> bool {
        self.step > 1 && !(count - self.first as usize).is_multiple_of(self.step as usize)
    }

    /// The indexes of the keys among `count` arguments.
    pub fn indexes(self, count: usize) -> impl Iterator<Item = usize> + Clone {
        let last = if self.last < 0 { count as i32 + self.last } else { self.last.min(count as i32 - 1) };
        let range = if self.first > 0 { self.first..last + 1 } else { 0..0 };
        range.step_by(self.step.max(1) as usize).map(|index| index as usize)
    }
}

/// The indexes behind `at` that argument `at` counts, one at the least.
fn counted(args: &Args<'_>, at: usize) -> Option<Range<usize>> {
    if at >= args.len() {
        return None;
    }
    let count = args.integer(at).ok().and_then(|count| usize::try_from(count).ok())?;
    (1..args.len() - at).contains(&count).then(|| at + 1..at + 1 + count)
}

/// An index that may be missing, as a range.
fn one(index: Option<usize>) -> Range<usize> {
    index.map_or(0..0, |index| index..index + 1)
}

/// The index behind the last one of two words.
fn last_named(args: &Args<'_>, words: [&str; 2], first: usize) -> Option<usize> {
    let mut last = None;
    let mut index = first;
    while index + 1 < args.len() {
        let is_named = words.iter().any(|word| args.is(index, word));
        if is_named {
            last = Some(index + 1);
        }
        // What stands behind one of the words is no such word itself.
        index += 1 + usize::from(is_named);
    }
    last
}

/// The index behind the last STORE of a SORT, words that belong to another option left out.
fn stored(args: &Args<'_>) -> Option<usize> {
    let mut destination = None;
    let mut index = 2;
    while index < args.len() {
        index += match args.word(index).as_str() {
            "LIMIT" => 3,
            "GET" | "BY" => 2,
            "STORE" if index + 1 < args.len() => {
                destination = Some(index + 1);
                1
            }
            _ => 1,
        };
    }
    destination
}

/// The index behind the KEYS of a MIGRATE, if anything stands there.
fn migrated(args: &Args<'_>) -> Option<usize> {
    let mut index = 6;
    while index + 1 < args.len() {
        index += match args.word(index).as_str() {
            "KEYS" => return Some(index + 1),
            "AUTH" => 2,
            "AUTH2" => 3,
            _ => 1,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::OwnedArgs;

    #[test]
    fn key_indexes_follow_first_last_and_step() {
        let indexes = |keys: Keys, count| keys.indexes(count).collect::<Vec<_>>();
        assert_eq!(indexes(Keys::NONE, 4), []);
        assert_eq!(indexes(Keys::ONE, 4), [1]);
        assert_eq!(indexes(Keys::ALL, 4), [1, 2, 3]);
        assert_eq!(indexes(Keys::PAIRS, 5), [1, 3]);
        assert_eq!(indexes(Keys::ONE, 1), []);
        assert_eq!(indexes(Keys::OF_SUBCOMMAND, 5), [2]);
        assert!(Keys::PAIRS.is_ragged(4) && !Keys::PAIRS.is_ragged(5) && !Keys::ALL.is_ragged(4));
    }

    #[test]
    fn arguments_tell_where_further_keys_are() {
        let read = |keys: Keys, words: &[&str]| {
            let kept: OwnedArgs = words.iter().map(|word| word.as_bytes().into()).collect();
            let args = kept.args();
            let listed: Vec<usize> = keys.listed(&args).collect();
            (keys.places(&args).collect::<Vec<_>>(), keys.are_told(&args), listed)
        };
        let places = |keys, words: &[&str]| {
            let (places, are_told, listed) = read(keys, words);
            assert_eq!(places, listed);
            (places, are_told)
        };
        assert_eq!(places(Keys::COUNTED, &["c", "2", "a", "b", "x"]), (vec![2, 3], true));
        assert_eq!(places(Keys::ONE_AND_COUNTED, &["c", "d", "1", "a"]), (vec![1, 3], true));
        for count in ["0", "-1", "2", "x", "9223372036854775807", "99999999999999999999"] {
            assert_eq!(places(Keys::ONE_AND_COUNTED, &["c", "d", count, "a"]), (vec![1], false));
        }
        assert_eq!(places(Keys::COUNTED, &["c"]), (vec![], false));
        let sort = Keys { more: More::Stored, ..Keys::ONE };
        assert_eq!(places(sort, &["s", "k", "STORE", "a", "store", "b"]), (vec![1, 5], true));
        assert_eq!(places(sort, &["s", "k", "BY", "STORE", "a", "STORE"]), (vec![1], true));
        let named = Keys { more: More::Named(["STORE", "STOREDIST"], 3), ..Keys::ONE };
        assert_eq!(places(named, &["g", "k", "STORE", "x"]), (vec![1], true));
        assert_eq!(places(named, &["g", "k", "x", "store", "a"]), (vec![1, 4], true));
        assert_eq!(places(named, &["g", "k", "x", "STORE"]), (vec![1], true));
        assert_eq!(places(named, &["g", "k", "x", "STORE", "STORE", "b"]), (vec![1, 4], true));
        for (words, used, listed) in [
            (&["g", "k", "x", "STOREDIST", "b", "STORE", "a"][..], [1, 6], &[1, 6, 4][..]),
            (&["g", "k", "x", "STORE", "a", "STORE", "b", "STORE"], [1, 6], &[1, 4]),
        ] {
            assert_eq!(read(named, words), (used.to_vec(), true, listed.to_vec()));
        }
        let migrate = Keys { first: 3, last: 3, step: 1, more: More::Migrated };
        assert_eq!(places(migrate, &["m", "h", "1", "k", "0", "1", "COPY"]), (vec![3], true));
        assert_eq!(places(migrate, &["m", "h", "1", "k", "0", "1", "KEYS"]), (vec![3], true));
        assert_eq!(places(migrate, &["m", "h", "1", "", "0", "1", "AUTH", "keys", "a"]), (vec![3], true));
        assert_eq!(places(migrate, &["m", "h", "1", "", "0", "1", "keys", "a", "b"]), (vec![7, 8], true));
        assert_eq!(places(migrate, &["m", "h", "1", "k", "0", "1", "KEYS", "a"]), (vec![7], false));
        assert!(!sort.is_one() && !Keys::ONE_AND_COUNTED.is_one() && Keys::COUNTED.exist());
    }
}

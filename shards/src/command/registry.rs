//! Finding a command by its name, in any case, in a few nanoseconds.

use super::{Arity, Command, Handler, Run};

/// Longest name of a command or subcommand, in bytes; a longer word is no command.
pub const NAME_MAX_BYTES: usize = 24;

/// How many multipliers are tried until every name is found at the first look.
const MULTIPLIERS: u64 = 256;

/// A command's place in the registry: what an envelope carries instead of its name.
pub type Id = u16;

/// What routing looks at before it runs a command, taken from its row: so much fits in half a cache line.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// What runs it, if it is one with a single key in place that the key's shard runs.
    handler: Option<Handler>,
    arity: Arity,
    /// Which argument is its first key; 0 for none.
    pub first_key: u16,
    /// Which argument names an element of the value at that key; 0 for none.
    pub element: u8,
}

impl Brief {
    fn of(row: &Command) -> Self {
        let handler = match row.run {
            Run::Local(handler) if row.keys.is_one() => Some(handler),
            _ => None,
        };
        Self { handler, arity: row.arity, first_key: row.keys.first as u16, element: row.element }
    }

    /// What runs it with so many arguments, if nothing needs to be known of it but where its one key is.
    #[inline]
    pub fn handler(&self, arguments: usize) -> Option<Handler> {
        self.handler.filter(|_| self.arity.takes(arguments))
    }
}

/// All commands, in the order of their registration.
#[derive(Debug)]
pub struct Registry {
    rows: Vec<&'static Command>,
    briefs: Vec<Brief>,
    /// Open addressing over the folded name; a power of two, at most an eighth full.
    places: Vec<Place>,
    /// Of many, the first multiplier to give every name a place of its own, or else the last.
    multiplier: u64,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    name: Folded,
    /// The name's length: zero bytes at the end of a word are no padding.
    len: u16,
    /// `Id + 1`; 0 for an empty place.
    id: u16,
}

/// A name in upper case, padded with zeros, as three words.
type Folded = [u64; NAME_MAX_BYTES / 8];

impl Registry {
    /// A registry of `rows`, whose names are distinct, and of `subcommands`, which have an id but are not found by name.
    pub fn new(
        rows: impl IntoIterator<Item = &'static Command>,
        subcommands: impl IntoIterator<Item = &'static Command>,
    ) -> Self {
        let mut rows: Vec<_> = rows.into_iter().collect();
        let named = rows.len();
        rows.extend(subcommands);
        let briefs = rows.iter().map(|row| Brief::of(row)).collect();
        let mut registry = Self { rows, briefs, places: Vec::new(), multiplier: 0 };
        let multipliers = (0..MULTIPLIERS).map(|step| 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(2 * step + 1));
        for multiplier in multipliers {
            registry.multiplier = multiplier;
            if registry.place(named) == 0 {
                break;
            }
        }
        registry
    }

    /// Gives places to the first `named` rows; returns how many of them did not get the place they would be looked for first.
    fn place(&mut self, named: usize) -> usize {
        let places = (named * 8).next_power_of_two().max(8);
        self.places.clear();
        self.places.resize(places, Place { name: [0; 3], len: 0, id: 0 });
        let mut displaced = 0;
        for index in 0..named {
            let row = self.rows[index];
            let name = fold(row.name.as_bytes()).unwrap_or_default();
            let first = self.start(name);
            let mut at = first;
            while self.places[at].id != 0 {
                assert!(self.places[at].name != name, "two commands are called {}", row.name);
                at = (at + 1) & (places - 1);
            }
            displaced += usize::from(at != first);
            self.places[at] = Place { name, len: row.name.len() as u16, id: index as u16 + 1 };
        }
        displaced
    }

    #[inline]
    fn start(&self, name: Folded) -> usize {
        let mixed =
            (name[0] ^ name[1].rotate_left(23) ^ name[2].rotate_left(46)).wrapping_mul(self.multiplier);
        (mixed >> 40) as usize & (self.places.len() - 1)
    }

    /// The command called `name`.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<Id> {
        self.find_folded(fold(name)?, name.len())
    }

    /// As [`Registry::find`], of a name of `len` bytes at the start of `bytes`, which go on behind it.
    #[inline]
    pub fn find_in(&self, bytes: &[u8], len: usize) -> Option<Id> {
        match bytes.first_chunk::<8>() {
            // Nearly all: no name is put together from pieces.
            Some(word) if len.wrapping_sub(1) < 8 => {
                let word = u64::from_le_bytes(*word) & (u64::MAX >> (64 - 8 * len));
                self.find_folded([upper(word), 0, 0], len)
            }
            _ => self.find(bytes.get(..len)?),
        }
    }

    #[inline]
    fn find_folded(&self, name: Folded, len: usize) -> Option<Id> {
        let mut at = self.start(name);
        loop {
            let place = &self.places[at];
            // An empty place has an empty name, which nothing that is looked for has: a name of zero bytes looks like it, but for its
            // length. Word by word: compared as vectors, the words would be read back from memory that they have only just been
            // written to.
            let differ = (place.name[0] ^ name[0]) | (place.name[1] ^ name[1]) | (place.name[2] ^ name[2]);
            if differ == 0 && usize::from(place.len) == len {
                return Some(place.id - 1);
            }
            if place.id == 0 {
                return None;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// The row of a command.
    #[inline]
    pub fn row(&self, id: Id) -> &'static Command {
        self.rows[id as usize]
    }

    /// What routing looks at of it.
    #[inline]
    pub fn brief(&self, id: Id) -> &Brief {
        &self.briefs[id as usize]
    }

    /// All rows.
    pub fn rows(&self) -> &[&'static Command] {
        &self.rows
    }
}

/// Upper case in eight bytes at a time.
#[inline]
fn fold(name: &[u8]) -> Option<Folded> {
    // Words that the name does not fill are read from its end and shifted, so that nothing is copied byte by byte.
    let last = |whole: usize| {
        let word = name.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
        upper(word >> (8 * (whole - name.len())))
    };
    let word = |from: usize| {
        let word = name.get(from..).and_then(|rest| rest.first_chunk());
        upper(word.map_or(0, |word| u64::from_le_bytes(*word)))
    };
    Some(match name.len() {
        1..=7 => [upper(short_word(name)), 0, 0],
        8 => [word(0), 0, 0],
        9..=16 => [word(0), last(16), 0],
        17..=NAME_MAX_BYTES => [word(0), word(8), last(NAME_MAX_BYTES)],
        _ => return None,
    })
}

/// One to seven bytes as a little-endian word.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    if let (Some(&first), Some(&last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // Two halves that overlap, where they say the same.
        return u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << (8 * (len - 4));
    }
    let byte = |index: usize| u64::from(bytes[index]) << (8 * index);
    byte(0) | byte(len / 2) | byte(len - 1)
}

/// Upper case of eight ASCII bytes at once; bytes that are no lower-case letters stay.
#[inline]
const fn upper(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let low = word & !HIGH;
    let from_a = low + ONES * (0x80 - b'a' as u64);
    let past_z = low + ONES * (0x80 - b'z' as u64 - 1);
    let lower = from_a & !past_z & !word & HIGH;
    word ^ (lower >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;

    static ROWS: [Command; 3] = [
        Command { name: "GET", ..Command::DEFAULT },
        Command { name: "GETDEL", ..Command::DEFAULT },
        Command { name: "ZREVRANGEBYSCORE", ..Command::DEFAULT },
    ];

    #[test]
    fn names_are_found_in_any_case() {
        let registry = Registry::new(&ROWS, []);
        for (name, id) in [
            ("GET", Some(0)),
            ("get", Some(0)),
            ("GetDel", Some(1)),
            ("zrevrangebyscore", Some(2)),
            ("GE", None),
            ("", None),
            ("G\u{45}\u{0}", None),
            ("GET\u{0}", None),
            ("GET\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", None),
            ("\u{0}", None),
            ("\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", None),
            ("a name that is far longer than any command's", None),
        ] {
            assert_eq!(registry.find(name.as_bytes()), id, "{name}");
            let followed = [name, "\r\n$1\r\nk\r\n"].concat();
            assert_eq!(registry.find_in(followed.as_bytes(), name.len()), id, "{name}");
            assert_eq!(registry.find_in(name.as_bytes(), name.len()), id, "{name}");
        }
    }

    #[test]
    fn names_of_every_length_fold_to_their_bytes() {
        let name: Vec<u8> = (b'a'..=b'x').collect();
        for len in 1..=NAME_MAX_BYTES {
            let mut expected = [0; NAME_MAX_BYTES];
            expected[..len].copy_from_slice(&name[..len].to_ascii_uppercase());
            let folded = fold(&name[..len]).expect("a name").map(u64::to_le_bytes);
            assert_eq!(folded.as_flattened(), expected, "{len} bytes");
        }
        assert_eq!((fold(b""), fold(&[b'a'; NAME_MAX_BYTES + 1])), (None, None));
    }

    #[test]
    fn upper_case_is_that_of_ascii() {
        for byte in 0..=u8::MAX {
            let bytes = [byte, b'a', byte, b'Z', byte, b'z', byte, b'{'];
            let expected = bytes.map(|byte| byte.to_ascii_uppercase());
            assert_eq!(upper(u64::from_le_bytes(bytes)).to_le_bytes(), expected);
        }
    }
}

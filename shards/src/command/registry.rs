//! Finding a command by its name, in any case, in a few nanoseconds.

use super::Command;

/// Longest name of a command or subcommand, in bytes; a longer word is no command.
pub const NAME_MAX_BYTES: usize = 24;

/// A command's place in the registry: what an envelope carries instead of its name.
pub type Id = u16;

/// All commands, in the order of their registration.
#[derive(Debug)]
pub struct Registry {
    rows: Vec<&'static Command>,
    /// Open addressing over the folded name; a power of two, at most a quarter full.
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    name: Folded,
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
        let places = (named * 4).next_power_of_two().max(4);
        let mut registry = Self { rows, places: vec![Place { name: [0; 3], id: 0 }; places] };
        for (index, row) in registry.rows.iter().enumerate().take(named) {
            let name = fold(row.name.as_bytes()).unwrap_or_default();
            let mut at = registry.start(name);
            while registry.places[at].id != 0 {
                assert!(registry.places[at].name != name, "two commands are called {}", row.name);
                at = (at + 1) & (places - 1);
            }
            registry.places[at] = Place { name, id: index as u16 + 1 };
        }
        registry
    }

    #[inline]
    fn start(&self, name: Folded) -> usize {
        let mixed =
            (name[0] ^ name[1].rotate_left(23) ^ name[2].rotate_left(46)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 40) as usize & (self.places.len() - 1)
    }

    /// The command called `name`.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<Id> {
        let name = fold(name)?;
        let mut at = self.start(name);
        loop {
            let place = &self.places[at];
            if place.id == 0 {
                return None;
            }
            if place.name == name {
                return Some(place.id - 1);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// The row of a command.
    #[inline]
    pub fn row(&self, id: Id) -> &'static Command {
        self.rows[id as usize]
    }

    /// All rows.
    pub fn rows(&self) -> &[&'static Command] {
        &self.rows
    }
}

/// Upper case in eight bytes at a time.
#[inline]
fn fold(name: &[u8]) -> Option<Folded> {
    if name.is_empty() || name.len() > NAME_MAX_BYTES {
        return None;
    }
    let mut folded = [0; 3];
    for (word, chunk) in folded.iter_mut().zip(name.chunks(8)) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        *word = upper(u64::from_le_bytes(bytes));
    }
    Some(folded)
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
            ("a name that is far longer than any command's", None),
        ] {
            assert_eq!(registry.find(name.as_bytes()), id, "{name}");
        }
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

//! The commands that need nothing but keys: each row stands above its handler.

pub mod bitmaps;
pub mod geo;
pub mod hashes;
mod help;
mod item;
pub mod keys;
pub mod lists;
mod pairing;
pub mod scan_options;
pub mod sets;
pub mod strings;
pub mod timeout;
pub mod zsets;

pub use help::help;

use crate::command::Command;

/// All commands of this crate.
pub fn rows() -> impl Iterator<Item = &'static Command> {
    [
        strings::COMMANDS,
        bitmaps::COMMANDS,
        keys::COMMANDS,
        lists::COMMANDS,
        sets::COMMANDS,
        hashes::COMMANDS,
        zsets::COMMANDS,
        geo::COMMANDS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_named_behind_the_one_key() {
        let mut some = false;
        for row in rows().filter(|row| row.element > 0) {
            let element = usize::from(row.element);
            assert!(row.keys.is_one() && element > row.keys.first as usize, "{}", row.name);
            some = true;
        }
        assert!(some);
    }
}

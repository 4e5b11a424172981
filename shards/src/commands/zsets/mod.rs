//! Sorted sets.

mod add;
mod bounds;
mod pop;
mod range;
mod read;
#[cfg(test)]
mod tests;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[&add::ZADD, &pop::ZPOPMIN, &range::ZRANGE, &read::ZCARD, &read::ZSCORE];

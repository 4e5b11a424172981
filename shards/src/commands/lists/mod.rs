//! Lists.

mod ends;
mod read;

pub(super) use ends::count_argument;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] =
    &[&ends::LPOP, &ends::LPUSH, &ends::RPOP, &ends::RPUSH, &read::LLEN, &read::LRANGE];

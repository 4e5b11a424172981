//! Lists.

mod edit;
mod ends;
mod read;
mod search;

pub(super) use ends::count_argument;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &edit::LINSERT,
    &edit::LREM,
    &edit::LSET,
    &edit::LTRIM,
    &ends::LPOP,
    &ends::LPUSH,
    &ends::LPUSHX,
    &ends::RPOP,
    &ends::RPUSH,
    &ends::RPUSHX,
    &read::LINDEX,
    &read::LLEN,
    &read::LRANGE,
    &search::LPOS,
];

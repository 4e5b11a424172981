//! Lists.

mod edit;
mod ends;
mod moves;
mod pop_first;
mod read;
mod search;
mod waiting;

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
    &moves::LMOVE,
    &moves::RPOPLPUSH,
    &pop_first::LMPOP,
    &read::LINDEX,
    &read::LLEN,
    &read::LRANGE,
    &search::LPOS,
    &waiting::BLMOVE,
    &waiting::BLMPOP,
    &waiting::BLPOP,
    &waiting::BRPOP,
    &waiting::BRPOPLPUSH,
];

//! Strings.

mod append;
mod counters;
mod get;
mod many;
mod set;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &append::APPEND,
    &append::STRLEN,
    &counters::DECR,
    &counters::DECRBY,
    &counters::INCR,
    &counters::INCRBY,
    &get::GET,
    &get::GETDEL,
    &get::GETSET,
    &many::MGET,
    &many::MSET,
    &set::SET,
    &set::SETNX,
];

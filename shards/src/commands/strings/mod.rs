//! Strings.

mod append;
mod counters;
mod expiring;
mod float;
mod get;
mod lcs;
mod many;
mod range;
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
    &expiring::GETEX,
    &expiring::PSETEX,
    &expiring::SETEX,
    &float::INCRBYFLOAT,
    &get::GET,
    &get::GETDEL,
    &get::GETSET,
    &lcs::LCS,
    &many::MGET,
    &many::MSET,
    &many::MSETNX,
    &range::GETRANGE,
    &range::SETRANGE,
    &range::SUBSTR,
    &set::SET,
    &set::SETNX,
];

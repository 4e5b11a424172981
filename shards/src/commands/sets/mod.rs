//! Sets.

mod algebra;
mod between;
mod members;
mod pop;
mod random;
mod scan;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &algebra::SDIFF,
    &algebra::SDIFFSTORE,
    &algebra::SINTER,
    &algebra::SINTERCARD,
    &algebra::SINTERSTORE,
    &algebra::SUNION,
    &algebra::SUNIONSTORE,
    &between::SMOVE,
    &members::SADD,
    &members::SCARD,
    &members::SISMEMBER,
    &members::SMEMBERS,
    &members::SMISMEMBER,
    &members::SREM,
    &pop::SPOP,
    &random::SRANDMEMBER,
    &scan::SSCAN,
];

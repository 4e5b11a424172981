//! Sets.

mod members;
mod pop;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] =
    &[&members::SADD, &members::SCARD, &members::SISMEMBER, &members::SMEMBERS, &pop::SPOP];

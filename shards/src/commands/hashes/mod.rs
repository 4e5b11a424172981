//! Hashes.

mod read;
mod write;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[&read::HGET, &read::HGETALL, &write::HMSET, &write::HSET];

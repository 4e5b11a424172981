//! EVAL, FCALL and their relatives, and the scripts and functions that they run.

mod eval;
mod function;
mod libraries;
mod prepare;
mod script;

use super::NodeCommand;

pub use prepare::{FIRST_KEY, Given, Prepared, busy};

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[
    &eval::EVAL,
    &eval::EVALSHA,
    &eval::EVAL_RO,
    &eval::EVALSHA_RO,
    &eval::FCALL,
    &eval::FCALL_RO,
    &function::FUNCTION,
    &script::SCRIPT,
];

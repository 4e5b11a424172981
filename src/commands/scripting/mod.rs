//! EVAL and its relatives, and the scripts that they run.

mod eval;
mod script;

use super::NodeCommand;

pub use eval::{BUSY, FIRST_KEY, Given, Prepared};

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] =
    &[&eval::EVAL, &eval::EVALSHA, &eval::EVAL_RO, &eval::EVALSHA_RO, &script::SCRIPT];

//! The connection: greeting, database, name, and other clients.

mod greet;

use super::NodeCommand;

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[&greet::ECHO, &greet::PING, &greet::QUIT, &greet::SELECT];

//! The connection: greeting, database, name, and other clients.

mod auth;
mod client;
mod greet;
mod hello;

use shards::command::Flags;

use super::NodeCommand;

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[
    &auth::AUTH,
    &client::CLIENT,
    &greet::ECHO,
    &greet::PING,
    &greet::QUIT,
    &greet::SELECT,
    &hello::HELLO,
    &hello::RESET,
];

/// What a stranger may always do.
const GREETING: Flags =
    greet::CONNECTION.flags.and(Flags::NOSCRIPT).and(Flags::NO_AUTH).and(Flags::ALLOW_BUSY);

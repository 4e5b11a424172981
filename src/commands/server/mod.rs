//! The server: what it is, what it can, how it is set, and its end.

mod command;
mod config;
mod debug;
mod info;
mod lolwut;
mod memory;
mod monitor;
mod shutdown;
mod time;
mod wait;

use shards::command::{Acl, Command, Flags, Group};

pub use wait::wait_arguments;

use super::{NodeCommand, help::help};

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[
    &command::COMMAND,
    &config::CONFIG,
    &debug::DEBUG,
    &info::INFO,
    &lolwut::LOLWUT,
    &memory::MEMORY,
    &monitor::MONITOR,
    &shutdown::SHUTDOWN,
    &time::TIME,
    &wait::WAIT,
];

/// What the rows of this folder share.
const SERVER: Command =
    Command { flags: Flags::LOADING.and(Flags::STALE), group: Group::Server, ..Command::DEFAULT };

/// What the rows for administrators share.
const ADMIN: Command =
    Command { flags: SERVER.flags.and(Flags::ADMIN).and(Flags::NOSCRIPT), acl: Acl::DANGEROUS, ..SERVER };

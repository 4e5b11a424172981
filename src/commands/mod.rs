//! The commands that need the session or the server, and the table of all commands.

mod announcements;
mod cluster;
mod connection;
mod help;
mod memory;
mod merge;
mod migrate;
mod node;
mod pause;
mod pubsub;
mod row;
mod scripting;
mod server;
mod stale;
mod table;
mod transactions;

pub use announcements::Announcement;
pub use migrate::Migration;
pub use node::{Node, REDIS_VERSION, Server, Statistics};
pub use pause::{Pause, Paused};
pub use row::{Caller, Here, NodeCommand, NodeRun};
pub use scripting::{FIRST_KEY, Given, Prepared, busy};
pub use server::wait_arguments;
pub use table::{Commands, commands};
pub use transactions::Verb;

/// All commands of the machine; subcommands are in their containers.
fn rows() -> impl Iterator<Item = &'static NodeCommand> + Clone {
    [
        cluster::COMMANDS,
        connection::COMMANDS,
        migrate::COMMANDS,
        pubsub::COMMANDS,
        scripting::COMMANDS,
        server::COMMANDS,
        transactions::COMMANDS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

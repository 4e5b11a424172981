//! The commands that need the session or the server, and the table of all commands.

mod cluster;
mod connection;
mod help;
mod merge;
mod node;
mod pause;
mod pubsub;
mod row;
mod server;
mod table;

pub use node::{Node, REDIS_VERSION, Server, Statistics};
pub use pause::{Pause, Paused};
pub use row::{Caller, Here, NodeCommand, NodeRun};
pub use table::{Commands, commands};

/// All commands of the machine; subcommands are in their containers.
fn rows() -> impl Iterator<Item = &'static NodeCommand> + Clone {
    [cluster::COMMANDS, connection::COMMANDS, pubsub::COMMANDS, server::COMMANDS]
        .into_iter()
        .flatten()
        .copied()
}

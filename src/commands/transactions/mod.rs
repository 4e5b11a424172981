//! MULTI, EXEC, DISCARD, WATCH and UNWATCH: their rows. They run in [`crate::cores`], which knows the queue and the shards.

use shards::command::{Acl, Arity, Command, Flags, Group, Keys};

use super::{NodeCommand, NodeRun};

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[&DISCARD, &EXEC, &MULTI, &UNWATCH, &WATCH];

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Begins to queue commands.
    Multi,
    /// Runs the queue.
    Exec,
    /// Forgets the queue.
    Discard,
    /// Lets EXEC run only if these keys stay as they are.
    Watch,
    /// Forgets the watched keys.
    Unwatch,
}

const TRANSACTION: Command = Command {
    arity: Arity::exactly(1),
    flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::FAST).and(Flags::ALLOW_BUSY),
    acl: Acl::TRANSACTION,
    group: Group::Transactions,
    ..Command::DEFAULT
};

pub static MULTI: NodeCommand = NodeCommand {
    row: Command { name: "MULTI", since: "1.2.0", summary: "Starts a transaction.", ..TRANSACTION },
    run: NodeRun::Transaction(Verb::Multi),
};

pub static EXEC: NodeCommand = NodeCommand {
    row: Command {
        name: "EXEC",
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::SKIP_SLOWLOG),
        since: "1.2.0",
        summary: "Executes all commands in a transaction.",
        complexity: "Depends on commands in the transaction",
        ..TRANSACTION
    },
    run: NodeRun::Transaction(Verb::Exec),
};

pub static DISCARD: NodeCommand = NodeCommand {
    row: Command {
        name: "DISCARD",
        since: "2.0.0",
        summary: "Discards a transaction.",
        complexity: "O(N), when N is the number of queued commands",
        ..TRANSACTION
    },
    run: NodeRun::Transaction(Verb::Discard),
};

pub static WATCH: NodeCommand = NodeCommand {
    row: Command {
        name: "WATCH",
        arity: Arity::at_least(2),
        keys: Keys::ALL,
        key_use: &["RO"],
        since: "2.2.0",
        summary: "Monitors changes to keys to determine the execution of a transaction.",
        complexity: "O(1) for every key.",
        syntax: "key [key ...]",
        ..TRANSACTION
    },
    run: NodeRun::Transaction(Verb::Watch),
};

pub static UNWATCH: NodeCommand = NodeCommand {
    row: Command {
        name: "UNWATCH",
        since: "2.2.0",
        summary: "Forgets about watched keys of a transaction.",
        ..TRANSACTION
    },
    run: NodeRun::Transaction(Verb::Unwatch),
};

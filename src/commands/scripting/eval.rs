//! EVAL, FCALL and their relatives: their rows. They run in [`crate::cores`], which knows the shards.

use shards::command::{Acl, Arity, Command, Flags, Group, Keys};

use super::prepare::Given;
use crate::commands::{NodeCommand, NodeRun};

const RUNS_SCRIPT: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::NOSCRIPT.and(Flags::STALE).and(Flags::SKIP_MONITOR).and(Flags::NO_MANDATORY_KEYS),
    acl: Acl::SCRIPTING,
    keys: Keys::TIMED_AND_COUNTED,
    key_use: &["RW", "access", "update"],
    group: Group::Scripting,
    since: "2.6.0",
    summary: "Executes a server-side Lua script.",
    complexity: "Depends on the script that is executed.",
    ..Command::DEFAULT
};

/// Of a script that must not write.
const READS_ONLY: Command = Command {
    flags: RUNS_SCRIPT.flags.and(Flags::READONLY),
    key_use: &["RO", "access"],
    since: "7.0.0",
    summary: "Executes a read-only server-side Lua script.",
    ..RUNS_SCRIPT
};

pub static EVAL: NodeCommand = NodeCommand {
    row: Command { name: "EVAL", syntax: "script numkeys [key [key ...]] [arg [arg ...]]", ..RUNS_SCRIPT },
    run: NodeRun::Script(Given::Body),
};

pub static EVALSHA: NodeCommand = NodeCommand {
    row: Command { name: "EVALSHA", syntax: "sha1 numkeys [key [key ...]] [arg [arg ...]]", ..RUNS_SCRIPT },
    run: NodeRun::Script(Given::Name),
};

pub static EVAL_RO: NodeCommand = NodeCommand {
    row: Command { name: "EVAL_RO", syntax: EVAL.row.syntax, ..READS_ONLY },
    run: NodeRun::Script(Given::Body),
};

pub static EVALSHA_RO: NodeCommand = NodeCommand {
    row: Command { name: "EVALSHA_RO", syntax: EVALSHA.row.syntax, ..READS_ONLY },
    run: NodeRun::Script(Given::Name),
};

pub static FCALL: NodeCommand = NodeCommand {
    row: Command {
        name: "FCALL",
        since: "7.0.0",
        summary: "Invokes a function.",
        complexity: "Depends on the function that is executed.",
        syntax: "function numkeys [key [key ...]] [arg [arg ...]]",
        ..RUNS_SCRIPT
    },
    run: NodeRun::Script(Given::Function),
};

pub static FCALL_RO: NodeCommand = NodeCommand {
    row: Command {
        name: "FCALL_RO",
        summary: "Invokes a read-only function.",
        complexity: FCALL.row.complexity,
        syntax: FCALL.row.syntax,
        ..READS_ONLY
    },
    run: NodeRun::Script(Given::Function),
};

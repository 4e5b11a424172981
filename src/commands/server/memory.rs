//! MEMORY: what a key takes is for the shard that owns it to say.

use shards::{
    command::{Args, Arity, Command, Error, Flags, Group},
    commands::keys::memory,
    resp::Reply,
};

use super::help;
use crate::commands::{Here, NodeCommand, NodeRun};

pub static MEMORY: NodeCommand = NodeCommand {
    row: Command {
        name: "MEMORY",
        arity: Arity::at_least(2),
        group: Group::Server,
        since: "4.0.0",
        summary: "A container for memory diagnostics commands.",
        complexity: "Depends on subcommand.",
        ..Command::DEFAULT
    },
    run: NodeRun::Container(&[&HELP, &USAGE]),
};

static USAGE: NodeCommand = NodeCommand { row: memory::USAGE, run: NodeRun::Shard };

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        flags: Flags::LOADING.and(Flags::STALE),
        group: Group::Server,
        since: "4.0.0",
        summary: "Returns helpful text about the different subcommands.",
        ..Command::DEFAULT
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: &[(&str, &[&str])] = &[(
        "USAGE <key> [SAMPLES <count>]",
        &[
            "Return memory in bytes used by <key> and its value. Nested values are",
            "sampled up to <count> times (default: 5, 0 means sample all).",
        ],
    )];
    help("MEMORY", lines, out);
    Ok(())
}

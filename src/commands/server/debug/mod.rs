//! DEBUG: looking into the server, and disturbing it, for tests.
//!
//! As in Redis its subcommands have no rows of their own. Each chooses itself where it runs.

mod digest;
mod object;
mod populate;
mod protocol;
mod reload;
mod settings;
mod sleep;
mod tables;

use std::ops::RangeInclusive;

use shards::{
    command::{Args, Arity, Command, Error, given},
    resp::Reply,
};

use super::{ADMIN, help};
use crate::{
    commands::{Here, NodeCommand, NodeRun},
    config::Gate,
};

pub static DEBUG: NodeCommand = NodeCommand {
    row: Command {
        name: "DEBUG",
        arity: Arity::at_least(2),
        summary: "A container for debugging commands.",
        complexity: "Depends on subcommand.",
        syntax: "subcommand [argument [argument ...]]",
        ..ADMIN
    },
    run: NodeRun::Chosen { check, choose },
};

/// A subcommand.
struct Subcommand {
    name: &'static str,
    /// How many arguments it takes, itself and DEBUG included.
    arguments: RangeInclusive<usize>,
    run: NodeRun,
    /// How it is called, and what it does.
    help: (&'static str, &'static [&'static str]),
}

/// In the order of their help.
const SUBCOMMANDS: &[&Subcommand] = &[
    &settings::CONFIG_REWRITE_FORCE_ALL,
    &digest::DIGEST,
    &digest::DIGEST_VALUE,
    &protocol::ERROR,
    &settings::LOG,
    &tables::HTSTATS,
    &settings::LOADAOF,
    &object::LISTPACK,
    &object::OBJECT,
    &settings::PAUSE_CRON,
    &populate::POPULATE,
    &protocol::PROTOCOL,
    &settings::QUICKLIST_PACKED_THRESHOLD,
    &reload::RELOAD,
    &settings::SET_ACTIVE_EXPIRE,
    &settings::SET_DISABLE_DENY_SCRIPTS,
    &sleep::SLEEP,
];

fn check(here: &mut Here<'_>, _args: &Args<'_>) -> Result<(), Error> {
    let is_local = here.session().origin.is_local();
    let gate: Gate = here.node.settings.enable_debug_command;
    if gate.admits(is_local) {
        return Ok(());
    }
    Err(Error::Text(
        "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from \
         a local connection, otherwise you need to set this option in the configuration file, and then restart the \
         server.",
    ))
}

fn choose(args: &Args<'_>) -> Result<NodeRun, Error> {
    let name = args.get(1);
    if args.is(1, "HELP") && args.len() == 2 {
        return Ok(NodeRun::Here(print_help));
    }
    let is_called = |subcommand: &&&Subcommand| {
        name.eq_ignore_ascii_case(subcommand.name.as_bytes()) && subcommand.arguments.contains(&args.len())
    };
    if let Some(subcommand) = SUBCOMMANDS.iter().find(is_called) {
        return Ok(subcommand.run);
    }
    let name = given(&name[..name.len().min(128)]);
    Err(Error::Message(format!(
        "ERR unknown subcommand or wrong number of arguments for '{name}'. Try DEBUG HELP."
    )))
}

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: Vec<_> = SUBCOMMANDS.iter().map(|subcommand| subcommand.help).collect();
    help("DEBUG", &lines, out);
    Ok(())
}

//! DEBUG SLEEP.
//!
//! A core cannot sleep by itself: it tells its machine to hold it ([`Node::sleep_us`]). The machine does so at the end of the
//! turn in which the core took the command, before the replies of that turn leave, so that the client gets its answer when the
//! slowest core has slept.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::{Reply, number::parse_f64},
};

use super::{ADMIN, help, merge_equal};
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun},
    config::Gate,
};

/// No core is held longer than this, seconds: a day.
const SLEEP_MAX_S: f64 = 86_400.0;

pub static DEBUG: NodeCommand = NodeCommand {
    row: Command {
        name: "DEBUG",
        arity: Arity::at_least(2),
        summary: "A container for debugging commands.",
        complexity: "Depends on subcommand.",
        syntax: "subcommand [argument [argument ...]]",
        ..ADMIN
    },
    run: NodeRun::Every { check, run, merge: merge_equal },
};

/// How many arguments a subcommand that exists takes, itself and DEBUG included.
fn is_known(args: &Args<'_>) -> bool {
    match args.word(1).as_str() {
        "SLEEP" => args.len() == 3,
        "HELP" => args.len() == 2,
        _ => false,
    }
}

fn check(here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    let is_local = here.session().origin.is_local();
    let gate: Gate = here.node.settings.enable_debug_command;
    if !gate.admits(is_local) {
        return Err(Error::Text(
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from \
             a local connection, otherwise you need to set this option in the configuration file, and then restart the \
             server.",
        ));
    }
    if is_known(args) {
        return Ok(());
    }
    let given = args.get(1);
    let given = shards::command::given(&given[..given.len().min(128)]);
    Err(Error::Message(format!(
        "ERR unknown subcommand or wrong number of arguments for '{given}'. Try DEBUG HELP."
    )))
}

fn run(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    if args.is(1, "HELP") {
        let about: &[&str] = &["Stop the server for <seconds>. Decimals allowed."];
        help("DEBUG", &[("SLEEP <seconds>", about)], out);
        return Ok(());
    }
    // What is no number is no time, as it is for Redis.
    let seconds = parse_f64(args.get(2)).unwrap_or(0.0).clamp(0.0, SLEEP_MAX_S);
    node.sleep_us += (seconds * 1_000_000.0) as u64;
    out.ok();
    Ok(())
}

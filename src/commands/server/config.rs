//! CONFIG GET, SET, RESETSTAT and REWRITE.
//!
//! Each core has its own copy of the settings. CONFIG SET is checked on the client's core; what passes is then set on every
//! core alike, from the same words, so that all copies stay equal.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::Reply,
};

use super::{ADMIN, SERVER, help};
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun, merge::merge_equal},
    config::{Changed, ConfigSetError, Rewritten, Settings, config_get, config_set, rewrite},
    observe::{descriptors, log, memory},
};

pub static CONFIG: NodeCommand = NodeCommand {
    row: Command {
        name: "CONFIG",
        arity: Arity::at_least(2),
        flags: shards::command::Flags::NONE,
        since: "2.0.0",
        summary: "A container for server configuration commands.",
        complexity: "Depends on subcommand.",
        ..SERVER
    },
    run: NodeRun::Container(&[&GET, &HELP, &RESETSTAT, &REWRITE, &SET]),
};

static GET: NodeCommand = NodeCommand {
    row: Command {
        name: "GET",
        arity: Arity::at_least(3),
        since: "2.0.0",
        summary: "Returns the effective values of configuration parameters.",
        complexity: "O(N) when N is the number of configuration parameters provided",
        syntax: "parameter [parameter ...]",
        ..ADMIN
    },
    run: NodeRun::Here(get),
};

fn get(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let patterns: Vec<&[u8]> = args.iter_from(2).collect();
    let found = config_get(&here.node.settings, &patterns);
    out.map(found.len());
    for (name, value) in found {
        out.bulk(&name);
        out.bulk(&value);
    }
    Ok(())
}

static SET: NodeCommand = NodeCommand {
    row: Command {
        name: "SET",
        arity: Arity::at_least(4),
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        since: "2.0.0",
        summary: "Sets configuration parameters in-flight.",
        complexity: "O(N) when N is the number of configuration parameters provided",
        syntax: "parameter value [parameter value ...]",
        ..ADMIN
    },
    run: NodeRun::Every { check: check_set, run: set, merge: merge_equal },
};

fn pairs<'a>(args: &Args<'a>) -> Vec<(&'a [u8], &'a [u8])> {
    (2..args.len() - 1).step_by(2).map(|index| (args.get(index), args.get(index + 1))).collect()
}

fn check_set(here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    if !args.len().is_multiple_of(2) {
        return Err(Error::Syntax);
    }
    let is_local = here.session().origin.is_local();
    let refusal = |error: ConfigSetError| Error::Message(error.to_string());
    let changed = config_set(&here.node.settings, &pairs(args), is_local).map_err(refusal)?;
    if changed.names.contains(&"maxclients") {
        let shards = here.node.server.routes.shards();
        descriptors::make_room(changed.settings.maxclients, shards).map_err(|possible| {
            let why = format!(
                "The operating system is not able to handle the specified number of clients, try with {possible}"
            );
            refusal(ConfigSetError::failed(b"maxclients", why))
        })?;
    }
    listen_elsewhere(here.node, &changed).map_err(refusal)?;
    for warning in changed.warnings {
        tracing::warn!("{warning}");
    }
    Ok(())
}

/// Opens what is lacking for a new port or new addresses; nothing is closed yet. As in Redis, the first of the two is to blame, and
/// addresses count as new whenever they are given.
fn listen_elsewhere(node: &Node, changed: &Changed) -> Result<(), ConfigSetError> {
    let Settings { port, bind, .. } = &changed.settings;
    let is_new = |name: &str| match name {
        "port" => *port != node.settings.port,
        name => name == "bind",
    };
    let Some(first) = changed.names.iter().find(|name| is_new(name)) else { return Ok(()) };
    let given = |name| changed.names.contains(&name);
    let port = given("port").then_some(*port);
    let bind = given("bind").then_some(bind.as_slice());
    node.server.listening.change(port, bind).map_err(|error| {
        tracing::warn!("{error}");
        let why = match *first {
            "port" => "Unable to listen on this port. Check server logs.",
            _ => "Failed to bind to specified addresses.",
        };
        ConfigSetError::failed(first.as_bytes(), why)
    })
}

fn set(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    // Who may set a protected parameter was found out by the client's core.
    let changed = config_set(&node.settings, &pairs(args), true);
    let changed = changed.map_err(|error| Error::Message(error.to_string()))?;
    node.settings = changed.settings;
    if changed.names.iter().any(|name| matches!(*name, "port" | "bind")) {
        if let Some((port, bind)) = node.server.listening.latest() {
            (node.settings.port, node.settings.bind) = (port, bind);
        }
        node.listens_elsewhere = true;
    }
    node.apply_settings();
    // The process has one log.
    if node.core == 0 && changed.names.contains(&"loglevel") {
        log::set_level(node.settings.loglevel.filter());
    }
    if changed.names.contains(&"maxmemory") {
        node.set_memory_used(memory::used_bytes());
        if node.core == 0 {
            node.evict();
        }
    }
    out.ok();
    Ok(())
}

static RESETSTAT: NodeCommand = NodeCommand {
    row: Command {
        name: "RESETSTAT",
        arity: Arity::exactly(2),
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        since: "2.0.0",
        summary: "Resets the server's statistics.",
        ..ADMIN
    },
    run: NodeRun::Every { check: |_, _| Ok(()), run: reset, merge: merge_equal },
};

fn reset(node: &mut Node, _caller: Caller, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    node.reset_statistics();
    out.ok();
    Ok(())
}

static REWRITE: NodeCommand = NodeCommand {
    row: Command {
        name: "REWRITE",
        arity: Arity::exactly(2),
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        since: "2.8.0",
        summary: "Persists the effective configuration to file.",
        ..ADMIN
    },
    run: NodeRun::Here(rewrite_file),
};

/// Writes a small file while the clients of this core wait: rare enough.
fn rewrite_file(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    if here.node.settings.config_file.is_none() {
        return Err(Error::Text("ERR The server is running without a config file"));
    }
    match rewrite(&here.node.settings, Rewritten::Changed) {
        Ok(()) => {
            tracing::info!("CONFIG REWRITE executed with success.");
            out.ok();
            Ok(())
        }
        Err(error) => {
            tracing::warn!("CONFIG REWRITE failed: {error}");
            Err(Error::Message(format!("ERR Rewriting config file: {error}")))
        }
    }
}

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        since: "5.0.0",
        summary: "Returns helpful text about the different subcommands.",
        ..SERVER
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: &[(&str, &[&str])] = &[
        ("GET <pattern>", &["Return parameters matching the glob-like <pattern> and their values."]),
        ("SET <directive> <value>", &["Set the configuration <directive> to <value>."]),
        ("RESETSTAT", &["Reset statistics reported by the INFO command."]),
        ("REWRITE", &["Rewrite the configuration file."]),
    ];
    help("CONFIG", lines, out);
    Ok(())
}

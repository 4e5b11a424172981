//! SCRIPT: the scripts that the server knows, and ending one that takes too long.

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group},
    resp::Reply,
    script::Sha,
};

use super::prepare::end_long;
use crate::{
    commands::{Here, NodeCommand, NodeRun, help::help},
    scripting::Kind,
};

pub static SCRIPT: NodeCommand = NodeCommand {
    row: Command {
        name: "SCRIPT",
        arity: Arity::at_least(2),
        group: Group::Scripting,
        since: "2.6.0",
        summary: "A container for Lua scripts management commands.",
        complexity: "Depends on subcommand.",
        ..Command::DEFAULT
    },
    run: NodeRun::Container(&[&DEBUG, &EXISTS, &FLUSH, &HELP, &KILL, &LOAD]),
};

const SCRIPT_SUBCOMMAND: Command = Command {
    flags: Flags::NOSCRIPT,
    acl: Acl::SCRIPTING,
    group: Group::Scripting,
    since: "2.6.0",
    ..Command::DEFAULT
};

static LOAD: NodeCommand = NodeCommand {
    row: Command {
        name: "LOAD",
        arity: Arity::exactly(3),
        flags: Flags::NOSCRIPT.and(Flags::STALE),
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        summary: "Loads a server-side Lua script to the script cache.",
        complexity: "O(N) with N being the length in bytes of the script body.",
        syntax: "script",
        ..SCRIPT_SUBCOMMAND
    },
    run: NodeRun::Here(load),
};

fn load(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let node = &mut *here.node;
    let (sha, _) = node.scripts.load(&node.server.library, args.get(2))?;
    out.bulk(&sha.0);
    Ok(())
}

static EXISTS: NodeCommand = NodeCommand {
    row: Command {
        name: "EXISTS",
        arity: Arity::at_least(3),
        tips: &["request_policy:all_shards", "response_policy:agg_logical_and"],
        summary: "Determines whether server-side Lua scripts exist in the script cache.",
        complexity: "O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).",
        syntax: "sha1 [sha1 ...]",
        ..SCRIPT_SUBCOMMAND
    },
    run: NodeRun::Here(exists),
};

fn exists(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.array(args.len() - 2);
    for name in args.iter_from(2) {
        let exists = Sha::parse(name).is_some_and(|sha| here.node.server.library.has(&sha));
        out.integer(exists.into());
    }
    Ok(())
}

static FLUSH: NodeCommand = NodeCommand {
    row: Command {
        name: "FLUSH",
        arity: Arity::at_least(2),
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        summary: "Removes all server-side Lua scripts from the script cache.",
        complexity: "O(N) with N being the number of scripts in cache",
        syntax: "[ASYNC | SYNC]",
        ..SCRIPT_SUBCOMMAND
    },
    run: NodeRun::Here(flush),
};

/// Forgets all scripts. ASYNC and SYNC are the same: a core's engine forgets what it has before it runs its next script.
fn flush(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match args.len() {
        2 => {}
        3 if args.is(2, "ASYNC") || args.is(2, "SYNC") => {}
        _ => return Err(Error::Text("ERR SCRIPT FLUSH only support SYNC|ASYNC option")),
    }
    here.node.server.library.flush();
    out.ok();
    Ok(())
}

static KILL: NodeCommand = NodeCommand {
    row: Command {
        name: "KILL",
        arity: Arity::exactly(2),
        flags: Flags::NOSCRIPT.and(Flags::ALLOW_BUSY),
        tips: &["request_policy:all_shards", "response_policy:one_succeeded"],
        summary: "Terminates a server-side Lua script during execution.",
        ..SCRIPT_SUBCOMMAND
    },
    run: NodeRun::Here(kill),
};

fn kill(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    end_long(here, Kind::Script)?;
    out.ok();
    Ok(())
}

static DEBUG: NodeCommand = NodeCommand {
    row: Command {
        name: "DEBUG",
        arity: Arity::exactly(3),
        since: "3.2.0",
        summary: "Sets the debug mode of server-side Lua scripts.",
        syntax: "<YES | SYNC | NO>",
        ..SCRIPT_SUBCOMMAND
    },
    run: NodeRun::Here(debug),
};

/// There is no debugger: who wants none has it.
fn debug(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match args.word(2).as_str() {
        "NO" => {
            out.ok();
            Ok(())
        }
        "YES" | "SYNC" => Err(Error::Text("ERR there is no script debugger; redis.log writes to the log")),
        _ => Err(Error::Text("ERR Use SCRIPT DEBUG YES/SYNC/NO")),
    }
}

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        flags: Flags::LOADING.and(Flags::STALE),
        since: "5.0.0",
        summary: "Returns helpful text about the different subcommands.",
        ..SCRIPT_SUBCOMMAND
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: &[(&str, &[&str])] = &[
        ("DEBUG (YES|SYNC|NO)", &["Set the debug mode for subsequent scripts executed."]),
        (
            "EXISTS <sha1> [<sha1> ...]",
            &["Return information about the existence of the scripts in the script cache."],
        ),
        (
            "FLUSH [ASYNC|SYNC]",
            &[
                "Flush the Lua scripts cache. Very dangerous on replicas.",
                "When called without the optional mode argument, the behavior is determined by the",
                "lazyfree-lazy-user-flush configuration directive. Valid modes are:",
                "* ASYNC: Asynchronously flush the scripts cache.",
                "* SYNC: Synchronously flush the scripts cache.",
            ],
        ),
        ("KILL", &["Kill the currently executing Lua script."]),
        ("LOAD <script>", &["Load a script into the scripts cache without executing it."]),
    ];
    help("SCRIPT", lines, out);
    Ok(())
}

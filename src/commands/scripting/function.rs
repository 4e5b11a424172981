//! FUNCTION: the libraries of functions that the server knows, and ending a function that takes too long.

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, given},
    resp::Reply,
    structures::glob::{Case, matches},
};

use super::{libraries, prepare::end_long};
use crate::{
    commands::{Here, NodeCommand, NodeRun, help::help},
    scripting::{FunctionLibrary, Kind, log},
};

pub static FUNCTION: NodeCommand = NodeCommand {
    row: Command {
        name: "FUNCTION",
        arity: Arity::at_least(2),
        group: Group::Scripting,
        since: "7.0.0",
        summary: "A container for function commands.",
        complexity: "Depends on subcommand.",
        ..Command::DEFAULT
    },
    run: NodeRun::Container(&[
        &DELETE,
        &libraries::DUMP,
        &FLUSH,
        &HELP,
        &KILL,
        &LIST,
        &LOAD,
        &libraries::RESTORE,
        &STATS,
    ]),
};

pub(super) const FUNCTION_SUBCOMMAND: Command = Command {
    flags: Flags::NOSCRIPT,
    acl: Acl::SCRIPTING,
    group: Group::Scripting,
    since: "7.0.0",
    ..Command::DEFAULT
};

/// Of a subcommand that changes what functions there are.
pub(super) const CHANGES_FUNCTIONS: Command = Command {
    flags: Flags::NOSCRIPT.and(Flags::WRITE),
    tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
    ..FUNCTION_SUBCOMMAND
};

/// Of one that adds some.
pub(super) const ADDS_FUNCTIONS: Command =
    Command { flags: CHANGES_FUNCTIONS.flags.and(Flags::DENYOOM), ..CHANGES_FUNCTIONS };

pub(super) fn exists(name: &str) -> Error {
    Error::Message(format!("ERR Library '{name}' already exists"))
}

static LOAD: NodeCommand = NodeCommand {
    row: Command {
        name: "LOAD",
        arity: Arity::at_least(3),
        summary: "Creates a library.",
        complexity: "O(1) (considering compilation time is redundant)",
        syntax: "[REPLACE] function-code",
        ..ADDS_FUNCTIONS
    },
    run: NodeRun::Here(load),
};

fn load(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let code = args.len() - 1;
    let mut replace = false;
    for index in 2..code {
        if !args.is(index, "REPLACE") {
            let option = given(args.get(index));
            return Err(Error::Message(format!("ERR Unknown option given: {option}")));
        }
        replace = true;
    }
    let node = &mut *here.node;
    let functions = &node.server.functions;
    let may_have = |name: &str| {
        if !replace && functions.catalogue().has(name) { Err(exists(name)) } else { Ok(()) }
    };
    let loaded = node.scripts.functions.load(functions, args.get(code), may_have, log);
    let added = loaded.and_then(|library| {
        functions.change(|all| {
            // Another core may have been faster.
            if all.remove(library.name.as_bytes()) && !replace {
                return Err(exists(&library.name));
            }
            all.add(&library)
        })?;
        Ok(library)
    });
    node.scripts.functions.settle(functions);
    let library = added?;
    node.shard.keyspace.counters.changes += 1;
    out.bulk(library.name.as_bytes());
    Ok(())
}

static DELETE: NodeCommand = NodeCommand {
    row: Command {
        name: "DELETE",
        arity: Arity::exactly(3),
        summary: "Deletes a library and its functions.",
        complexity: "O(1)",
        syntax: "library-name",
        ..CHANGES_FUNCTIONS
    },
    run: NodeRun::Here(delete),
};

fn delete(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    here.node.server.functions.change(|all| {
        if all.remove(args.get(2)) { Ok(()) } else { Err(Error::Text("ERR Library not found")) }
    })?;
    changed(here, out);
    Ok(())
}

/// There are other functions than before.
fn changed(here: &mut Here<'_>, out: &mut Reply<'_>) {
    let node = &mut *here.node;
    node.scripts.functions.settle(&node.server.functions);
    node.shard.keyspace.counters.changes += 1;
    out.ok();
}

static FLUSH: NodeCommand = NodeCommand {
    row: Command {
        name: "FLUSH",
        arity: Arity::at_least(2),
        summary: "Deletes all libraries and functions.",
        complexity: "O(N) where N is the number of functions deleted",
        syntax: "[ASYNC | SYNC]",
        ..CHANGES_FUNCTIONS
    },
    run: NodeRun::Here(flush),
};

/// Forgets all functions. ASYNC and SYNC are the same: other cores give back what they have loaded before they look for a function
/// the next time.
fn flush(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match args.len() {
        2 => {}
        3 if args.is(2, "ASYNC") || args.is(2, "SYNC") => {}
        3 => return Err(Error::Text("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")),
        _ => return Err(wrong_number(args)),
    }
    here.node.server.functions.change(|all| {
        *all = crate::scripting::Catalogue::default();
        Ok(())
    })?;
    changed(here, out);
    Ok(())
}

/// As Redis refuses too many arguments of some subcommands.
pub(super) fn wrong_number(args: &Args<'_>) -> Error {
    let word = given(args.get(1));
    Error::Message(format!(
        "ERR unknown subcommand or wrong number of arguments for '{word}'. Try FUNCTION HELP."
    ))
}

static LIST: NodeCommand = NodeCommand {
    row: Command {
        name: "LIST",
        arity: Arity::at_least(2),
        tips: &["nondeterministic_output_order"],
        summary: "Returns information about all libraries.",
        complexity: "O(N) where N is the number of functions",
        syntax: "[LIBRARYNAME library-name-pattern] [WITHCODE]",
        ..FUNCTION_SUBCOMMAND
    },
    run: NodeRun::Here(list),
};

fn list(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let (mut pattern, mut with_code) = (None, false);
    let mut index = 2;
    while index < args.len() {
        if !with_code && args.is(index, "WITHCODE") {
            with_code = true;
        } else if pattern.is_none() && args.is(index, "LIBRARYNAME") {
            index += 1;
            if index >= args.len() {
                return Err(Error::Text("ERR library name argument was not given"));
            }
            pattern = Some(args.get(index));
        } else {
            let argument = given(args.get(index));
            return Err(Error::Message(format!("ERR Unknown argument {argument}")));
        }
        index += 1;
    }
    let catalogue = here.node.server.functions.catalogue();
    let is_asked = |library: &&std::sync::Arc<FunctionLibrary>| {
        pattern.is_none_or(|pattern| matches(pattern, library.name.as_bytes(), Case::Insensitive))
    };
    out.array(catalogue.libraries().filter(is_asked).count());
    for library in catalogue.libraries().filter(is_asked) {
        show(library, with_code, out);
    }
    Ok(())
}

fn show(library: &FunctionLibrary, with_code: bool, out: &mut Reply<'_>) {
    out.map(if with_code { 4 } else { 3 });
    out.bulk(b"library_name");
    out.bulk(library.name.as_bytes());
    out.bulk(b"engine");
    out.bulk(b"LUA");
    out.bulk(b"functions");
    out.array(library.functions.len());
    for function in &library.functions {
        out.map(3);
        out.bulk(b"name");
        out.bulk(function.name.as_bytes());
        out.bulk(b"description");
        match &function.description {
            Some(description) => out.bulk(description),
            None => out.null(),
        }
        out.bulk(b"flags");
        let names = function.flags.names();
        out.set(names.clone().count());
        names.for_each(|name| out.simple(name));
    }
    if with_code {
        out.bulk(b"library_code");
        out.bulk(&library.code);
    }
}

static STATS: NodeCommand = NodeCommand {
    row: Command {
        name: "STATS",
        arity: Arity::exactly(2),
        flags: Flags::NOSCRIPT.and(Flags::ALLOW_BUSY),
        tips: &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        summary: "Returns information about the function that is running.",
        complexity: "O(1)",
        ..FUNCTION_SUBCOMMAND
    },
    run: NodeRun::Here(stats),
};

fn stats(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let (server, now_us) = (&here.node.server, here.node.now_us);
    if server.watchdog.busy_with() == Some(Kind::Script) {
        return Err(super::busy(server));
    }
    out.map(2);
    out.bulk(b"running_script");
    match server.watchdog.function() {
        None => out.null(),
        Some(running) => {
            out.map(3);
            out.bulk(b"name");
            out.bulk(running.name.as_bytes());
            out.bulk(b"command");
            out.array(running.command.len());
            running.command.iter().for_each(|argument| out.bulk(argument));
            out.bulk(b"duration_ms");
            out.integer((now_us - running.since_us).max(0) / 1_000);
        }
    }
    let catalogue = server.functions.catalogue();
    out.bulk(b"engines");
    out.map(1);
    out.bulk(b"LUA");
    out.map(2);
    out.bulk(b"libraries_count");
    out.count(catalogue.len());
    out.bulk(b"functions_count");
    out.count(catalogue.functions());
    Ok(())
}

static KILL: NodeCommand = NodeCommand {
    row: Command {
        name: "KILL",
        arity: Arity::exactly(2),
        flags: Flags::NOSCRIPT.and(Flags::ALLOW_BUSY),
        tips: &["request_policy:all_shards", "response_policy:one_succeeded"],
        summary: "Terminates a function during execution.",
        complexity: "O(1)",
        ..FUNCTION_SUBCOMMAND
    },
    run: NodeRun::Here(kill),
};

fn kill(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    end_long(here, Kind::Function)?;
    out.ok();
    Ok(())
}

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        flags: Flags::LOADING.and(Flags::STALE),
        summary: "Returns helpful text about the different subcommands.",
        complexity: "O(1)",
        ..FUNCTION_SUBCOMMAND
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: &[(&str, &[&str])] = &[
        ("LOAD [REPLACE] <FUNCTION CODE>", &["Create a new library with the given library name and code."]),
        ("DELETE <LIBRARY NAME>", &["Delete the given library."]),
        (
            "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
            &[
                "Return general information on all the libraries:",
                "* Library name",
                "* The engine used to run the Library",
                "* Library description",
                "* Functions list",
                "* Library code (if WITHCODE is given)",
                "It also possible to get only function that matches a pattern using LIBRARYNAME argument.",
            ],
        ),
        (
            "STATS",
            &[
                "Return information about the current function running:",
                "* Function name",
                "* Command used to run the function",
                "* Duration in MS that the function is running",
                "If no function is running, return nil",
                "In addition, returns a list of available engines.",
            ],
        ),
        ("KILL", &["Kill the current running function."]),
        (
            "FLUSH [ASYNC|SYNC]",
            &[
                "Delete all the libraries.",
                "When called without the optional mode argument, the behavior is determined by the",
                "lazyfree-lazy-user-flush configuration directive. Valid modes are:",
                "* ASYNC: Asynchronously flush the libraries.",
                "* SYNC: Synchronously flush the libraries.",
            ],
        ),
        (
            "DUMP",
            &[
                "Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command",
            ],
        ),
        (
            "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
            &[
                "Restore the libraries represented by the given payload, it is possible to give a restore policy to",
                "control how to handle existing libraries (default APPEND):",
                "* FLUSH: delete all existing libraries.",
                "* APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
                "* REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old",
                "  libraries with the new libraries (notice that even on this option there is a chance of failure",
                "  in case of functions name collision with another library).",
            ],
        ),
    ];
    help("FUNCTION", lines, out);
    Ok(())
}

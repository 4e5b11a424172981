//! COMMAND: the server describes its own commands, out of their rows.

mod describe;
mod docs;
mod keys;
mod list;
mod syntax;

use shards::{
    command::{Acl, Args, Arity, Command, Error, registry::Id},
    resp::Reply,
};

use super::{SERVER, help};
use crate::commands::{Here, NodeCommand, NodeRun, commands};

/// What the rows of this folder share.
const INTROSPECTION: Command = Command { acl: Acl::CONNECTION, since: "2.8.13", ..SERVER };

/// The order of commands is that of the table here, and not part of the answer.
const UNORDERED: &[&str] = &["nondeterministic_output_order"];

pub static COMMAND: NodeCommand = NodeCommand {
    row: Command {
        name: "COMMAND",
        arity: Arity::at_least(1),
        tips: UNORDERED,
        summary: "Returns detailed information about all commands.",
        complexity: "O(N) where N is the total number of Redis commands",
        ..INTROSPECTION
    },
    run: NodeRun::Alone {
        run: all,
        subcommands: &[
            &COUNT,
            &docs::DOCS,
            &keys::GETKEYS,
            &keys::GETKEYSANDFLAGS,
            &HELP,
            &INFO,
            &list::LIST,
        ],
    },
};

fn all(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let ids: Vec<Id> = commands().ids().collect();
    out.array(ids.len());
    for id in ids {
        describe::describe(id, out);
    }
    Ok(())
}

static COUNT: NodeCommand = NodeCommand {
    row: Command {
        name: "COUNT",
        arity: Arity::exactly(2),
        summary: "Returns a count of commands.",
        ..INTROSPECTION
    },
    run: NodeRun::Here(count),
};

fn count(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.count(commands().ids().count());
    Ok(())
}

static INFO: NodeCommand = NodeCommand {
    row: Command {
        name: "INFO",
        arity: Arity::at_least(2),
        tips: UNORDERED,
        summary: "Returns information about one, multiple or all commands.",
        complexity: "O(N) where N is the number of commands to look up",
        syntax: "[command-name [command-name ...]]",
        ..INTROSPECTION
    },
    run: NodeRun::Here(info),
};

fn info(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    if args.len() == 2 {
        return all(here, args, out);
    }
    out.array(args.len() - 2);
    for name in args.iter_from(2) {
        match commands().by_full_name(name) {
            Some(id) => describe::describe(id, out),
            None => out.null(),
        }
    }
    Ok(())
}

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        since: "5.0.0",
        summary: "Returns helpful text about the different subcommands.",
        ..INTROSPECTION
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    const ALL: &str = "If no command names are given, documentation details for all";
    let lines: &[(&str, &[&str])] = &[
        ("(no subcommand)", &["Return details about all Redis commands."]),
        ("COUNT", &["Return the total number of commands in this Redis server."]),
        ("LIST", &["Return a list of all commands in this Redis server."]),
        (
            "INFO [<command-name> ...]",
            &["Return details about multiple Redis commands.", ALL, "commands are returned."],
        ),
        (
            "DOCS [<command-name> ...]",
            &["Return documentation details about multiple Redis commands.", ALL, "commands are returned."],
        ),
        ("GETKEYS <full-command>", &["Return the keys from a full Redis command."]),
        (
            "GETKEYSANDFLAGS <full-command>",
            &["Return the keys and the access flags from a full Redis command."],
        ),
    ];
    help("COMMAND", lines, out);
    Ok(())
}

//! COMMAND DOCS: what a row says for people, and its arguments as a tree.

use shards::{
    command::{Args, Arity, Command, Error, registry::Id},
    resp::Reply,
};

use super::{
    INTROSPECTION, UNORDERED,
    syntax::{Argument, Kind, parse},
};
use crate::commands::{Here, NodeCommand, NodeRun, commands};

pub static DOCS: NodeCommand = NodeCommand {
    row: Command {
        name: "DOCS",
        arity: Arity::at_least(2),
        tips: UNORDERED,
        since: "7.0.0",
        summary: "Returns documentary information about one, multiple or all commands.",
        complexity: "O(N) where N is the number of commands to look up",
        syntax: "[command-name [command-name ...]]",
        ..INTROSPECTION
    },
    run: NodeRun::Here(docs),
};

fn docs(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let ids: Vec<Id> = if args.len() == 2 {
        commands().ids().collect()
    } else {
        args.iter_from(2).filter_map(|name| commands().by_full_name(name)).collect()
    };
    write_all(&ids, out);
    Ok(())
}

fn write_all(ids: &[Id], out: &mut Reply<'_>) {
    out.map(ids.len());
    for id in ids {
        out.bulk(commands().name(*id).as_bytes());
        write(*id, out);
    }
}

fn write(id: Id, out: &mut Reply<'_>) {
    let row = commands().row(id);
    let arguments = parse(row.syntax);
    let subcommands: Vec<Id> = commands().subcommands(id).collect();
    out.map(4 + usize::from(!arguments.is_empty()) + usize::from(!subcommands.is_empty()));
    for (name, text) in [
        ("summary", row.summary),
        ("since", row.since),
        ("group", row.group.name()),
        ("complexity", row.complexity),
    ] {
        out.bulk(name.as_bytes());
        out.bulk(text.as_bytes());
    }
    if !arguments.is_empty() {
        out.bulk(b"arguments");
        write_arguments(&arguments, !row.last_key_use.is_empty(), out);
    }
    if !subcommands.is_empty() {
        out.bulk(b"subcommands");
        write_all(&subcommands, out);
    }
}

/// Writes arguments. A key belongs to the only specification of the command's keys, or, where the last key has one of its own,
/// a key behind another to that.
fn write_arguments(arguments: &[Argument], last_apart: bool, out: &mut Reply<'_>) {
    out.array(arguments.len());
    let mut keys = 0;
    for argument in arguments {
        write_argument(argument, if last_apart { keys } else { 0 }, out);
        keys += i64::from(argument.kind == Kind::Key);
    }
}

fn write_argument(argument: &Argument, specification: i64, out: &mut Reply<'_>) {
    let is_group = !argument.arguments.is_empty();
    let is_key = argument.kind == Kind::Key;
    let flags: Vec<&str> = [
        ("optional", argument.optional),
        ("multiple", argument.multiple),
        ("multiple_token", argument.multiple_token),
    ]
    .into_iter()
    .filter(|(_, set)| *set)
    .map(|(name, _)| name)
    .collect();
    let parts = [!is_group, is_key, argument.token.is_some(), !flags.is_empty(), is_group];
    out.map(2 + parts.into_iter().filter(|part| *part).count());
    let mut pair = |name: &str, text: &str| {
        out.bulk(name.as_bytes());
        out.bulk(text.as_bytes());
    };
    pair("name", &argument.name);
    pair("type", argument.kind.name());
    if !is_group {
        pair("display_text", &argument.name);
    }
    if is_key {
        out.bulk(b"key_spec_index");
        out.integer(specification);
    }
    if let Some(token) = &argument.token {
        out.bulk(b"token");
        out.bulk(token.as_bytes());
    }
    if !flags.is_empty() {
        out.bulk(b"flags");
        out.set(flags.len());
        for flag in flags {
            out.simple(flag);
        }
    }
    if is_group {
        out.bulk(b"arguments");
        write_arguments(&argument.arguments, false, out);
    }
}

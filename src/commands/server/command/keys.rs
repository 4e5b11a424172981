//! COMMAND GETKEYS and GETKEYSANDFLAGS.

use shards::{
    command::{Args, Arity, Command, Error, Flags},
    resp::Reply,
};

use super::{INTROSPECTION, describe::key_use};
use crate::commands::{Here, NodeCommand, NodeRun, commands};

pub static GETKEYS: NodeCommand = NodeCommand {
    row: Command {
        name: "GETKEYS",
        arity: Arity::at_least(3),
        summary: "Extracts the key names from an arbitrary command.",
        complexity: "O(N) where N is the number of arguments to the command",
        syntax: "command [arg [arg ...]]",
        ..INTROSPECTION
    },
    run: NodeRun::Here(keys),
};

pub static GETKEYSANDFLAGS: NodeCommand = NodeCommand {
    row: Command {
        name: "GETKEYSANDFLAGS",
        arity: Arity::at_least(3),
        since: "7.0.0",
        summary: "Extracts the key names and access flags for an arbitrary command.",
        complexity: "O(N) where N is the number of arguments to the command",
        syntax: "command [arg [arg ...]]",
        ..INTROSPECTION
    },
    run: NodeRun::Here(keys_and_flags),
};

/// The given command and the places of its keys among all arguments.
fn find(args: &Args<'_>) -> Result<(&'static Command, Vec<usize>), Error> {
    let commands = commands();
    let invalid = Error::Text("ERR Invalid command specified");
    let mut id = commands.registry().find(args.get(2)).ok_or(invalid.clone())?;
    if args.len() > 3 && commands.subcommands(id).next().is_some() {
        id = commands.subcommand(id, args.get(3)).ok_or(invalid)?;
    }
    let row = commands.row(id);
    // A shard channel goes where a key of its name would, and is none.
    if !row.keys.exist() || row.key_use == ["not_key"] {
        return Err(Error::Text("ERR The command has no key arguments"));
    }
    let given = args.from(2);
    if !row.arity.takes(given.len()) {
        return Err(Error::Text("ERR Invalid number of arguments specified for command"));
    }
    if !row.flags.has(Flags::NO_MANDATORY_KEYS) && !row.keys.are_told(&given) {
        return Err(Error::Text("ERR Invalid arguments specified for command"));
    }
    Ok((row, row.keys.listed(&given).map(|index| index + 2).collect()))
}

fn keys(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let (_, keys) = find(args)?;
    out.array(keys.len());
    for key in keys {
        out.bulk(args.get(key));
    }
    Ok(())
}

fn keys_and_flags(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let (row, keys) = find(args)?;
    out.array(keys.len());
    let is_open = row.keys.last < 0 || row.keys.is_movable();
    let (first, last) = (keys.first().copied(), keys.last().copied());
    for key in keys {
        let is_later = if is_open { Some(key) != first } else { Some(key) == last };
        let is_other = !row.last_key_use.is_empty() && is_later;
        let key_use = if is_other { row.last_key_use } else { use_in(row, &args.from(2)) };
        out.array(2);
        out.bulk(args.get(key));
        out.set(key_use.len());
        for word in key_use {
            out.simple(word);
        }
    }
    Ok(())
}

/// What a command does with its keys, given its arguments.
fn use_in(row: &'static Command, given: &Args<'_>) -> &'static [&'static str] {
    row.key_use_of.map_or_else(|| key_use(row), |of| of(given))
}

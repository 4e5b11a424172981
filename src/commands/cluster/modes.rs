//! What cluster clients say before they talk to a node: READONLY, READWRITE, ASKING. Every core serves every key, so that there
//! is nothing to ask for.

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group},
    resp::Reply,
};

use super::first_port;
use crate::commands::{Here, NodeCommand, NodeRun};

const MODE: Command = Command {
    arity: Arity::exactly(1),
    flags: Flags::FAST,
    acl: Acl::CONNECTION,
    group: Group::Cluster,
    since: "3.0.0",
    ..Command::DEFAULT
};

pub static ASKING: NodeCommand = NodeCommand {
    row: Command {
        name: "ASKING",
        summary: "Announces a command for a slot that is being moved here.",
        ..MODE
    },
    run: NodeRun::Here(asking),
};

fn asking(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    out.ok();
    Ok(())
}

pub static READONLY: NodeCommand = NodeCommand {
    row: Command {
        name: "READONLY",
        flags: MODE.flags.and(Flags::LOADING).and(Flags::STALE),
        summary: "Allows a replica to answer reads of the connection.",
        ..MODE
    },
    run: NodeRun::Here(readonly),
};

fn readonly(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    set_readonly(here, true, out)
}

pub static READWRITE: NodeCommand = NodeCommand {
    row: Command { name: "READWRITE", flags: READONLY.row.flags, summary: "Takes READONLY back.", ..MODE },
    run: NodeRun::Here(readwrite),
};

fn readwrite(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    set_readonly(here, false, out)
}

fn set_readonly(here: &mut Here<'_>, readonly: bool, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    here.session().readonly = readonly;
    out.ok();
    Ok(())
}

//! Switches of a connection: NO-EVICT, NO-TOUCH.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::Reply,
};

use super::{ADMIN_SUBCOMMAND, CLIENT_SUBCOMMAND};
use crate::commands::{Here, NodeCommand, NodeRun};

pub static NO_EVICT: NodeCommand = NodeCommand {
    row: Command {
        name: "NO-EVICT",
        arity: Arity::exactly(3),
        since: "7.0.0",
        summary: "Sets the client eviction mode of the connection.",
        syntax: "<ON | OFF>",
        ..ADMIN_SUBCOMMAND
    },
    run: NodeRun::Here(no_evict),
};

/// No client is closed to make room (`maxmemory-clients` is not served), so that the mode only shows in CLIENT LIST.
fn no_evict(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    here.session().no_evict = on_or_off(args)?;
    out.ok();
    Ok(())
}

pub static NO_TOUCH: NodeCommand = NodeCommand {
    row: Command {
        name: "NO-TOUCH",
        arity: Arity::exactly(3),
        since: "7.2.0",
        summary: "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.",
        syntax: "<ON | OFF>",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(no_touch),
};

fn no_touch(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let session = here.session();
    session.no_touch = on_or_off(args)?;
    session.review();
    out.ok();
    Ok(())
}

fn on_or_off(args: &Args<'_>) -> Result<bool, Error> {
    match args.word(2).as_str() {
        "ON" => Ok(true),
        "OFF" => Ok(false),
        _ => Err(Error::Syntax),
    }
}

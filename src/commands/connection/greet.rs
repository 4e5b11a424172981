//! Small talk: PING, ECHO, SELECT, QUIT.

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group},
    resp::Reply,
};

use crate::{
    commands::{Here, NodeCommand, NodeRun},
    session::Closing,
};

/// What the rows of this folder share.
pub(super) const CONNECTION: Command = Command {
    flags: Flags::LOADING.and(Flags::STALE).and(Flags::FAST),
    acl: Acl::CONNECTION,
    group: Group::Connection,
    ..Command::DEFAULT
};

/// What SELECT says to numbers that Redis cannot keep as a database's.
const NOT_32_BITS: &str = "ERR value is out of range, value must between -2147483648 and 2147483647";

pub static PING: NodeCommand = NodeCommand {
    row: Command {
        name: "PING",
        arity: Arity::at_least(1),
        flags: Flags::FAST,
        summary: "Returns the server's liveliness response.",
        syntax: "[message]",
        ..CONNECTION
    },
    run: NodeRun::Here(ping),
};

fn ping(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match args.len() {
        // Among messages, a client tells a reply by its form.
        1 | 2 if !out.resp3() && here.session().is_subscriber() => {
            out.array(2);
            out.bulk(b"pong");
            out.bulk(if args.len() == 2 { args.get(1) } else { b"" });
        }
        1 => out.simple("PONG"),
        2 => out.bulk(args.get(1)),
        _ => return Err(Error::Arity("ping".into())),
    }
    Ok(())
}

pub static ECHO: NodeCommand = NodeCommand {
    row: Command {
        name: "ECHO",
        arity: Arity::exactly(2),
        flags: Flags::FAST,
        summary: "Returns the given string.",
        syntax: "message",
        ..CONNECTION
    },
    run: NodeRun::Here(echo),
};

fn echo(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match args.shared(1) {
        Some(shared) => out.bulk_shared(shared),
        None => out.bulk(args.get(1)),
    }
    Ok(())
}

pub static SELECT: NodeCommand = NodeCommand {
    row: Command {
        name: "SELECT",
        arity: Arity::exactly(2),
        summary: "Changes the selected database.",
        syntax: "index",
        ..CONNECTION
    },
    run: NodeRun::Here(select),
};

fn select(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let index = args.integer(1)?;
    if i32::try_from(index).is_err() {
        return Err(Error::Text(NOT_32_BITS));
    }
    let databases = here.node.settings.databases;
    let database =
        usize::try_from(index).ok().filter(|index| *index < databases).ok_or(Error::DbOutOfRange)?;
    here.session().database = database as u16;
    out.ok();
    Ok(())
}

pub static QUIT: NodeCommand = NodeCommand {
    row: Command {
        name: "QUIT",
        arity: Arity::at_least(1),
        flags: super::GREETING,
        summary: "Closes the connection.",
        ..CONNECTION
    },
    run: NodeRun::Here(quit),
};

fn quit(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.ok();
    here.session().closing = Closing::AfterReplies;
    Ok(())
}

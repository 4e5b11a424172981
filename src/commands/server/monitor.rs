//! MONITOR: every command of every client, as it runs.
//!
//! Each core writes the lines of its own clients' commands, and sends them to the cores that have a monitor: MONITOR with an
//! argument, which no client can say.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::{Out, Reply},
};

use super::ADMIN;
use crate::commands::{Caller, Here, Node, NodeCommand, NodeRun};

pub static MONITOR: NodeCommand = NodeCommand {
    row: Command {
        name: "MONITOR",
        arity: Arity::exactly(1),
        summary: "Shows all commands of all clients as they run.",
        complexity: "",
        ..ADMIN
    },
    run: NodeRun::Chosen { check: |_, _| Ok(()), choose },
};

fn choose(args: &Args<'_>) -> Result<NodeRun, Error> {
    Ok(match args.len() {
        1 => NodeRun::Here(monitor),
        _ => NodeRun::Every { check: |_, _| Ok(()), run: show, merge: nothing },
    })
}

/// Has the client see everything; to say so again has no effect, and no reply.
fn monitor(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    if here.executing {
        return Err(Error::Text("ERR MONITOR isn't allowed for DENY BLOCKING client"));
    }
    let Node { sessions, listeners, server, .. } = &mut *here.node;
    if let Some(session) = sessions.get_mut(here.client).filter(|session| !session.monitors) {
        listeners.monitor(&server.audience, here.client, session);
        out.ok();
    }
    Ok(())
}

/// Hands lines of another core to this core's monitors.
fn show(node: &mut Node, _caller: Caller, args: &Args<'_>, _out: &mut Reply<'_>) -> Result<(), Error> {
    let Node { sessions, listeners, touched, .. } = node;
    listeners.show(sessions, touched, args.get(1));
    Ok(())
}

fn nothing(_parts: &[Out], _out: &mut Reply<'_>) {}

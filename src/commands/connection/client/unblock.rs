//! CLIENT UNBLOCK: another client's command waits no more.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::Reply,
};

use super::ADMIN_SUBCOMMAND;
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun, merge::merge_sum},
    session::{Unblock, Waiting},
};

pub static UNBLOCK: NodeCommand = NodeCommand {
    row: Command {
        name: "UNBLOCK",
        arity: Arity::at_least(3),
        since: "5.0.0",
        complexity: "O(log N) where N is the number of client connections",
        summary: "Unblocks a client blocked by a blocking command from a different connection.",
        syntax: "client-id [TIMEOUT | ERROR]",
        ..ADMIN_SUBCOMMAND
    },
    run: NodeRun::Every { check, run: unblock, merge: merge_sum },
};

fn parse(args: &Args<'_>) -> Result<(u64, Unblock), Error> {
    if args.len() > 4 {
        let given = shards::command::given(args.get(1));
        return Err(Error::UnknownSubcommand(given, "CLIENT".to_owned()));
    }
    let why = match args.len() {
        4 if args.is(3, "ERROR") => Unblock::Error,
        4 if !args.is(3, "TIMEOUT") => {
            return Err(Error::Text("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"));
        }
        _ => Unblock::Timeout,
    };
    Ok((args.integer(2)? as u64, why))
}

fn check(_here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    parse(args).map(drop)
}

fn unblock(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let (number, why) = parse(args)?;
    let found = node.sessions.iter().find(|(_, session)| session.id == number);
    let waiting = found.and_then(|(id, session)| {
        let blocked = session.blocked.as_ref()?;
        (blocked.state != Waiting::Tried && blocked.claim.take()).then_some(id)
    });
    if let Some(id) = waiting {
        node.unblocked.push((id, why));
    }
    out.integer(i64::from(waiting.is_some()));
    Ok(())
}

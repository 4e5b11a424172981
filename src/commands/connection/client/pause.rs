//! CLIENT PAUSE and UNPAUSE: on every core, since each runs commands of its own clients.

use shards::{
    command::{Args, Arity, Command, Error, given},
    resp::Reply,
};

use super::ADMIN_SUBCOMMAND;
use crate::commands::{Caller, Here, Node, NodeCommand, NodeRun, Paused, merge::merge_equal};

pub static PAUSE: NodeCommand = NodeCommand {
    row: Command {
        name: "PAUSE",
        arity: Arity::at_least(3),
        since: "2.9.50",
        summary: "Suspends commands processing.",
        syntax: "timeout [WRITE|ALL]",
        ..ADMIN_SUBCOMMAND
    },
    run: NodeRun::Every {
        check: |here, args| read(args, here.node.now_ms()).map(drop),
        run: pause,
        merge: merge_equal,
    },
};

/// What is asked for: which commands wait, and until when, milliseconds since 1970.
fn read(args: &Args<'_>, now_ms: i64) -> Result<(Paused, i64), Error> {
    let what = match args.len() {
        3 => Paused::Everything,
        4 => match args.word(3).as_str() {
            "WRITE" => Paused::Writes,
            "ALL" => Paused::Everything,
            _ => return Err(Error::Text("ERR CLIENT PAUSE mode must be WRITE or ALL")),
        },
        _ => {
            let word = given(args.get(1));
            return Err(Error::Message(format!(
                "ERR unknown subcommand or wrong number of arguments for '{word}'. Try CLIENT HELP."
            )));
        }
    };
    let timeout_ms =
        args.integer(2).map_err(|_| Error::Text("ERR timeout is not an integer or out of range"))?;
    match timeout_ms {
        ..0 => Err(Error::Text("ERR timeout is negative")),
        0 => Ok((what, 0)),
        _ => match now_ms.checked_add(timeout_ms) {
            Some(until_ms) => Ok((what, until_ms)),
            None => Err(Error::Text("ERR timeout is out of range")),
        },
    }
}

fn pause(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let now_ms = node.now_ms();
    let (what, until_ms) = read(args, now_ms)?;
    node.pause.begin(what, until_ms);
    node.pause.look_at_clock(now_ms);
    // What expires or is evicted meanwhile is so when the pause is over.
    node.expire_pass_due &= !node.pause.is_on();
    out.ok();
    Ok(())
}

pub static UNPAUSE: NodeCommand = NodeCommand {
    row: Command {
        name: "UNPAUSE",
        arity: Arity::exactly(2),
        since: "6.2.0",
        summary: "Resumes processing commands from paused clients.",
        complexity: "O(N) where N is the number of paused clients",
        ..ADMIN_SUBCOMMAND
    },
    run: NodeRun::Every { check: |_: &mut Here<'_>, _| Ok(()), run: unpause, merge: merge_equal },
};

fn unpause(node: &mut Node, _caller: Caller, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    node.pause.end();
    out.ok();
    Ok(())
}

//! CLIENT REPLY: which replies the connection wants.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::Reply,
};

use super::CLIENT_SUBCOMMAND;
use crate::{
    commands::{Here, NodeCommand, NodeRun},
    session::Mute,
};

pub static REPLY: NodeCommand = NodeCommand {
    row: Command {
        name: "REPLY",
        arity: Arity::exactly(3),
        since: "3.2.0",
        summary: "Instructs the server whether to reply to commands.",
        syntax: "<ON | OFF | SKIP>",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(reply),
};

/// Only ON is answered. SKIP drops the reply of the next command alone, and is nothing where all are dropped.
fn reply(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let replies = &mut here.session().replies;
    match args.word(2).as_str() {
        "ON" => {
            replies.set_mute(Mute::Nothing);
            out.ok();
        }
        "OFF" => replies.set_mute(Mute::Everything),
        "SKIP" if replies.mute() == Mute::Everything => {}
        "SKIP" => replies.set_mute(Mute::BeforeNext),
        _ => return Err(Error::Syntax),
    }
    Ok(())
}

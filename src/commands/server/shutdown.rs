//! SHUTDOWN. Nothing is kept on disk, so there is nothing to save, and SAVE is refused rather than ignored.

use shards::{
    command::{Args, Arity, Command, Error, Flags},
    resp::Reply,
};

use super::ADMIN;
use crate::{
    commands::{Here, NodeCommand, NodeRun, busy},
    session::Closing,
};

pub static SHUTDOWN: NodeCommand = NodeCommand {
    row: Command {
        name: "SHUTDOWN",
        arity: Arity::at_least(1),
        flags: ADMIN.flags.and(Flags::NO_MULTI).and(Flags::ALLOW_BUSY),
        summary: "Shuts the server down without saving: nothing is kept on disk.",
        syntax: "[NOSAVE|SAVE] [NOW] [FORCE] [ABORT]",
        ..ADMIN
    },
    run: NodeRun::Here(shutdown),
};

/// Succeeds without a reply: the connection ends. NOW and FORCE say what happens anyway, since nothing is waited for.
fn shutdown(here: &mut Here<'_>, args: &Args<'_>, _out: &mut Reply<'_>) -> Result<(), Error> {
    let (mut save, mut nosave, mut abort) = (false, false, false);
    for index in 1..args.len() {
        match args.word(index).as_str() {
            "SAVE" => save = true,
            "NOSAVE" => nosave = true,
            "ABORT" => abort = true,
            "NOW" | "FORCE" => {}
            _ => return Err(Error::Syntax),
        }
    }
    if save && nosave || abort && args.len() > 2 {
        return Err(Error::Syntax);
    }
    if abort {
        return Err(Error::Text("ERR No shutdown in progress."));
    }
    // As in Redis: whoever ends a script this way knows what is lost.
    if here.node.pause.is_busy() && !nosave {
        return Err(busy(&here.node.server));
    }
    if save {
        return Err(Error::Text(
            "ERR cannot save: nothing is kept on disk; SHUTDOWN or SHUTDOWN NOSAVE ends the server without saving",
        ));
    }
    here.node.shutdown = true;
    here.session().closing = Closing::AfterReplies;
    Ok(())
}

//! TIME.

use shards::{
    command::{Args, Arity, Command, Error, Flags},
    resp::Reply,
};

use super::SERVER;
use crate::commands::{Here, NodeCommand, NodeRun};

pub static TIME: NodeCommand = NodeCommand {
    row: Command {
        name: "TIME",
        arity: Arity::exactly(1),
        flags: SERVER.flags.and(Flags::FAST),
        tips: &["nondeterministic_output"],
        since: "2.6.0",
        summary: "Returns the server time.",
        ..SERVER
    },
    run: NodeRun::Here(time),
};

fn time(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let now_us = here.node.now_us;
    out.array(2);
    out.bulk_integer(now_us / 1_000_000);
    out.bulk_integer(now_us % 1_000_000);
    Ok(())
}

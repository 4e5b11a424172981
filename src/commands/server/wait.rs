//! WAIT. There are no replicas.

use shards::command::{Acl, Args, Arity, Command, Error, Flags, Group};

use crate::commands::{NodeCommand, NodeRun};

pub static WAIT: NodeCommand = NodeCommand {
    row: Command {
        name: "WAIT",
        arity: Arity::exactly(3),
        flags: Flags::NOSCRIPT,
        acl: Acl::CONNECTION,
        group: Group::Generic,
        since: "3.0.0",
        tips: &["request_policy:all_shards", "response_policy:agg_min"],
        summary: "Blocks until writes have reached that many replicas, or the time is up. There are no replicas.",
        syntax: "numreplicas timeout",
        ..Command::DEFAULT
    },
    run: NodeRun::Wait,
};

/// How many replicas WAIT is asked to wait for, and for how many milliseconds at most (0: without end).
///
/// # Errors
/// If an argument is not as it should be.
pub fn wait_arguments(args: &Args<'_>) -> Result<(i64, i64), Error> {
    let replicas = args.integer(1)?;
    let timeout_ms =
        args.integer(2).map_err(|_| Error::Text("ERR timeout is not an integer or out of range"))?;
    if timeout_ms < 0 {
        return Err(Error::Text("ERR timeout is negative"));
    }
    Ok((replicas, timeout_ms))
}

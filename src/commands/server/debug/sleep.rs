//! DEBUG SLEEP.
//!
//! A core cannot sleep by itself: it tells its machine to hold it ([`Node::sleep_us`]). The machine does so at the end of the
//! turn in which the core took the command, before the replies of that turn leave, so that the client gets its answer when the
//! slowest core has slept.

use shards::{
    command::{Args, Error},
    resp::{Reply, number::parse_f64},
};

use super::Subcommand;
use crate::commands::{Caller, Node, NodeRun, merge::merge_equal};

/// No core is held longer than this, seconds: a day.
const SLEEP_MAX_S: f64 = 86_400.0;

pub static SLEEP: Subcommand = Subcommand {
    name: "SLEEP",
    arguments: 3..=3,
    run: NodeRun::Every { check: |_, _| Ok(()), run: sleep, merge: merge_equal },
    help: ("SLEEP <seconds>", &["Stop the server for <seconds>. Decimals allowed."]),
};

fn sleep(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    // What is no number is no time, as it is for Redis.
    let seconds = parse_f64(args.get(2)).unwrap_or(0.0).clamp(0.0, SLEEP_MAX_S);
    node.sleep_us += (seconds * 1_000_000.0) as u64;
    out.ok();
    Ok(())
}

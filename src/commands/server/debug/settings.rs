//! DEBUG's switches, and what it asks of files.

use shards::{
    command::{Args, Error, given},
    resp::Reply,
};

use super::Subcommand;
use crate::{
    commands::{Caller, Here, Node, NodeRun, merge::merge_equal},
    config::{Rewritten, rewrite, value::memory},
};

pub static SET_ACTIVE_EXPIRE: Subcommand = Subcommand {
    name: "SET-ACTIVE-EXPIRE",
    arguments: 3..=3,
    run: NodeRun::Every { check: |_, _| Ok(()), run: set_active_expire, merge: merge_equal },
    help: (
        "SET-ACTIVE-EXPIRE <0|1>",
        &[
            "Setting it to 0 disables expiring keys in background when they are not",
            "accessed (otherwise the Redis behavior). Setting it to 1 reenables back the",
            "default.",
        ],
    ),
};

fn set_active_expire(
    node: &mut Node,
    _caller: Caller,
    args: &Args<'_>,
    out: &mut Reply<'_>,
) -> Result<(), Error> {
    // What is no number is 0, as it is for Redis.
    node.shard.active_expire = args.integer(2).unwrap_or(0) != 0;
    out.ok();
    Ok(())
}

pub static SET_DISABLE_DENY_SCRIPTS: Subcommand = Subcommand {
    name: "SET-DISABLE-DENY-SCRIPTS",
    arguments: 3..=3,
    run: NodeRun::Every { check: |_, _| Ok(()), run: set_disable_deny_scripts, merge: merge_equal },
    help: ("SET-DISABLE-DENY-SCRIPTS <0|1>", &["Whether scripts may run DEBUG."]),
};

fn set_disable_deny_scripts(
    node: &mut Node,
    _caller: Caller,
    args: &Args<'_>,
    out: &mut Reply<'_>,
) -> Result<(), Error> {
    // What is no number is 0, as it is for Redis.
    node.debug_in_scripts = args.integer(2).unwrap_or(0) != 0;
    out.ok();
    Ok(())
}

pub static PAUSE_CRON: Subcommand = Subcommand {
    name: "PAUSE-CRON",
    arguments: 3..=3,
    run: NodeRun::Every { check: |_, _| Ok(()), run: pause_cron, merge: merge_equal },
    help: ("PAUSE-CRON <0|1>", &["Stop periodic cron job processing."]),
};

fn pause_cron(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    // What is no number is 0, as it is for Redis.
    node.cron_paused = args.integer(2).unwrap_or(0) != 0;
    out.ok();
    Ok(())
}

pub static QUICKLIST_PACKED_THRESHOLD: Subcommand = Subcommand {
    name: "QUICKLIST-PACKED-THRESHOLD",
    arguments: 3..=3,
    run: NodeRun::Here(quicklist_packed_threshold),
    help: (
        "QUICKLIST-PACKED-THRESHOLD <size>",
        &[
            "Checked, and otherwise without effect: a list here has no elements outside of",
            "its listpacks, from whatever size on.",
        ],
    ),
};

/// What Redis takes for "smaller than 4gb".
const THRESHOLD_MAX_BYTES: i128 = (1 << 32) - (1 << 20);

/// Redis's tests of lists set it, to see that elements outside of listpacks make no difference.
fn quicklist_packed_threshold(
    _here: &mut Here<'_>,
    args: &Args<'_>,
    out: &mut Reply<'_>,
) -> Result<(), Error> {
    match memory(args.get(2)) {
        Some(bytes) if bytes <= THRESHOLD_MAX_BYTES => {
            out.ok();
            Ok(())
        }
        _ => Err(Error::Text("ERR argument must be a memory value bigger than 1 and smaller than 4gb")),
    }
}

pub static LOG: Subcommand = Subcommand {
    name: "LOG",
    arguments: 3..=3,
    run: NodeRun::Here(log),
    help: ("LOG <message>", &["Write <message> to the server log."]),
};

fn log(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    tracing::warn!("DEBUG LOG: {}", given(args.get(2)).escape_debug());
    out.ok();
    Ok(())
}

pub static CONFIG_REWRITE_FORCE_ALL: Subcommand = Subcommand {
    name: "CONFIG-REWRITE-FORCE-ALL",
    arguments: 2..=2,
    run: NodeRun::Here(rewrite_all),
    help: (
        "CONFIG-REWRITE-FORCE-ALL",
        &[
            "Like CONFIG REWRITE but writes all configuration options, including",
            "keywords not listed in original configuration file or default values.",
        ],
    ),
};

fn rewrite_all(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match rewrite(&here.node.settings, Rewritten::Everything) {
        Ok(()) => {
            out.ok();
            Ok(())
        }
        Err(error) => Err(Error::Message(format!("ERR CONFIG-REWRITE-FORCE-ALL failed: {error}"))),
    }
}

pub static LOADAOF: Subcommand = Subcommand {
    name: "LOADAOF",
    arguments: 2..=2,
    run: NodeRun::Here(refuse_files),
    help: ("LOADAOF", &["Refused: keys are not kept on disk."]),
};

fn refuse_files(_here: &mut Here<'_>, args: &Args<'_>, _out: &mut Reply<'_>) -> Result<(), Error> {
    let name = args.word(1);
    Err(Error::Message(format!("ERR DEBUG {} is not possible: keys are not kept on disk", name.as_str())))
}

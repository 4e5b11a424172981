//! DEBUG RELOAD: each core writes its keys as they would stand in a file, and reads them back in the place of what it has.
//!
//! Keys are not kept on disk, so the image is in memory and gone afterwards. Functions stay as they are. To everybody else the keys are the same before and
//! after: cores need not do it at one time. A core that cannot read its image changes nothing; so for a moment it needs about three times the
//! memory of its keys, for them, their image, and what is read of it.

use std::cell::Cell;

use shards::{
    command::{Args, Error},
    keyspace::{Entry, Keyspace},
    rdb::{self, Rules},
    resp::Reply,
};

use super::Subcommand;
use crate::commands::{Caller, Here, Node, NodeRun, merge::merge_equal};

pub static RELOAD: Subcommand = Subcommand {
    name: "RELOAD",
    arguments: 2..=usize::MAX,
    run: NodeRun::Every { check, run: reload, merge: merge_equal },
    help: (
        "RELOAD [<option> ...]",
        &[
            "Write all keys as an RDB image in memory and load it back. <option> may be:",
            "* MERGE: keys that are there already are loaded, too.",
            "* NOFLUSH: the keys are not removed before; without MERGE that fails if there",
            "  are any.",
            "* NOSAVE: refused, as keys are not kept on disk.",
        ],
    ),
};

/// What becomes of the keys that are there.
#[derive(Clone, Copy, Default)]
struct Options {
    merge: bool,
    keep: bool,
}

impl Options {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut no_save = false;
        for index in 2..args.len() {
            match args.word(index).as_str() {
                "MERGE" => options.merge = true,
                "NOFLUSH" => options.keep = true,
                "NOSAVE" => no_save = true,
                _ => {
                    return Err(Error::Text(
                        "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.",
                    ));
                }
            }
        }
        if no_save {
            return Err(Error::Text("ERR DEBUG RELOAD NOSAVE is not possible: keys are not kept on disk"));
        }
        Ok(options)
    }
}

fn check(_here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    Options::read(args).map(drop)
}

fn reload(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    const NOT_LOADED: Error = Error::Text("ERR Error trying to load the RDB dump, check server logs.");
    let options = Options::read(args)?;
    let keyspace = &mut node.shard.keyspace;
    let Some(entries) = written_and_read(keyspace) else {
        tracing::error!("DEBUG RELOAD: the image of the keys cannot be read; nothing was changed");
        return Err(NOT_LOADED);
    };
    let are_there = !entries.is_empty() || !node.server.functions.catalogue().is_empty();
    if options.keep && !options.merge && are_there {
        tracing::warn!(
            "DEBUG RELOAD: there are keys or functions, which NOFLUSH without MERGE does not replace; nothing was changed"
        );
        return Err(NOT_LOADED);
    }
    if !options.keep {
        keyspace.flush_all();
    }
    for (database, entry) in entries {
        if options.keep {
            keyspace.replace(database, entry);
        } else {
            keyspace.take_back(database, entry);
        }
    }
    out.ok();
    Ok(())
}

/// The live keys with their databases, by way of their image.
fn written_and_read(keyspace: &mut Keyspace) -> Option<Vec<(u16, Entry)>> {
    let image = rdb::write_image(keyspace);
    let rules =
        Rules { limits: &keyspace.limits, strict: keyspace.dumps.strict_images, sanitized: Cell::new(0) };
    let stamp = |usage| keyspace.stamp(usage);
    let databases = keyspace.database_count();
    let entries = rdb::read_image(&image, &rules, databases, keyspace.now_ms(), stamp).ok();
    keyspace.counters.sanitized += rules.sanitized.get();
    entries
}

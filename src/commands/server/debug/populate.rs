//! DEBUG POPULATE: each core creates those keys that it owns.

use shards::{
    command::{Args, Error},
    keyspace::{Key, slot::slot_of},
    resp::Reply,
};

use super::Subcommand;
use crate::commands::{Caller, Node, NodeRun, merge::merge_equal};

pub static POPULATE: Subcommand = Subcommand {
    name: "POPULATE",
    arguments: 3..=5,
    run: NodeRun::Every { check: |_, args| Wish::read(args).map(drop), run: populate, merge: merge_equal },
    help: (
        "POPULATE <count> [<prefix>] [<size>]",
        &[
            "Create <count> string keys named key:<num>. If <prefix> is specified then",
            "it is used instead of the 'key' prefix.",
        ],
    ),
};

/// What is asked for.
struct Wish<'a> {
    count: usize,
    prefix: &'a [u8],
    /// Bytes of each value, if they are to be of one size.
    size: Option<usize>,
}

impl<'a> Wish<'a> {
    fn read(args: &Args<'a>) -> Result<Self, Error> {
        let number = |index: usize| {
            let number = args.integer(index).map_err(|_| Error::MustBePositive)?;
            usize::try_from(number).map_err(|_| Error::MustBePositive)
        };
        let count = number(2)?;
        let prefix = if args.len() > 3 { args.get(3) } else { b"key" };
        let size = if args.len() > 4 { Some(number(4)?).filter(|size| *size > 0) } else { None };
        Ok(Self { count, prefix, size })
    }
}

/// Keys that exist keep their values.
fn populate(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let wish = Wish::read(args)?;
    let keyspace = &mut node.shard.keyspace;
    keyspace.select(usize::from(caller.database));
    let slots = keyspace.slots();
    for number in 0..wish.count {
        let name = [wish.prefix, format!(":{number}").as_bytes()].concat();
        let slot = slot_of(&name);
        if !slots.contains(&slot) {
            continue;
        }
        let key = Key { bytes: &name, slot, hash: keyspace.hash(&name) };
        if keyspace.peek(&key).is_none() {
            let mut value = format!("value:{number}").into_bytes();
            value.resize(wish.size.unwrap_or(value.len()), 0);
            keyspace.set_string(&key, &value, None, false);
        }
    }
    out.ok();
    Ok(())
}

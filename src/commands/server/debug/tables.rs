//! DEBUG HTSTATS: how a database's tables are filled.

use std::fmt::Write as _;

use shards::{
    command::{Args, Error},
    resp::{Out, Reply, walk::Walk},
};

use super::Subcommand;
use crate::commands::{Caller, Node, NodeRun};

pub static HTSTATS: Subcommand = Subcommand {
    name: "HTSTATS",
    arguments: 3..=3,
    run: NodeRun::Every { check: |here, args| database(here.node, args).map(drop), run: tables, merge },
    help: ("HTSTATS <dbid>", &["Return hash table statistics of the specified Redis database."]),
};

fn database(node: &Node, args: &Args<'_>) -> Result<usize, Error> {
    let index = args.integer(2)?;
    let index = usize::try_from(index).ok().filter(|index| *index < node.settings.databases);
    index.ok_or(Error::Text("ERR Out of range database"))
}

/// Answers hash slots owned, hash slots with keys, keys, keys with an expiry.
fn tables(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let database = database(node, args)?;
    let keyspace = &mut node.shard.keyspace;
    keyspace.select(database);
    let filled = keyspace.slots().filter(|slot| keyspace.slot_len(*slot) > 0).count();
    let expiring =
        keyspace.sizes().find(|(index, ..)| *index == database).map_or(0, |(.., expiring)| expiring);
    out.array(4);
    for number in [keyspace.slots().len(), filled, keyspace.len(), expiring] {
        out.count(number);
    }
    Ok(())
}

fn merge(parts: &[Out], out: &mut Reply<'_>) {
    let (mut keys, mut expires) = (String::new(), String::new());
    for (shard, part) in parts.iter().enumerate() {
        let mut walk = Walk::new(part);
        walk.enter();
        let mut next = || walk.enter().map_or(0, |head| head.number());
        let (slots, filled, len, expiring) = (next(), next(), next(), next());
        // Writing to a String cannot fail.
        let _ = write!(
            keys,
            "Shard {shard}:\n hash slots: {slots}\n hash slots with keys: {filled}\n number of elements: {len}\n"
        );
        let _ = write!(expires, "Shard {shard}:\n number of elements: {expiring}\n");
    }
    out.verbatim(format!("[Dictionary HT]\n{keys}[Expires HT]\n{expires}").as_bytes());
}

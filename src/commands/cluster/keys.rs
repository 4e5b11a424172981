//! Keys and their slots: CLUSTER KEYSLOT, COUNTKEYSINSLOT, GETKEYSINSLOT. The owner of a slot answers for it, whichever core is
//! asked, for the database that the client has selected.

use shards::{
    command::{Args, Arity, Command, Error},
    keyspace::slot::{SLOTS, slot_of},
    resp::Reply,
};

use super::{CLUSTER_SUBCOMMAND, first_port};
use crate::commands::{Caller, Here, Node, NodeCommand, NodeRun};

pub static KEYSLOT: NodeCommand = NodeCommand {
    row: Command {
        name: "KEYSLOT",
        arity: Arity::exactly(3),
        summary: "Returns the hash slot of a key.",
        complexity: "O(N) where N is the length of the key",
        syntax: "key",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(keyslot),
};

fn keyslot(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    out.integer(slot_of(args.get(2)).into());
    Ok(())
}

pub static COUNTKEYSINSLOT: NodeCommand = NodeCommand {
    row: Command {
        name: "COUNTKEYSINSLOT",
        arity: Arity::exactly(3),
        summary: "Returns the number of keys in a hash slot.",
        syntax: "slot",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::AtSlot { argument: 2, run: count_keys },
};

fn count_keys(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(node)?;
    let slot = slot(args.integer(2)?).ok_or(Error::Text("ERR Invalid slot"))?;
    let keyspace = &mut node.shard.keyspace;
    keyspace.select(usize::from(caller.database));
    out.count(keyspace.slot_len(slot));
    Ok(())
}

pub static GETKEYSINSLOT: NodeCommand = NodeCommand {
    row: Command {
        name: "GETKEYSINSLOT",
        arity: Arity::exactly(4),
        summary: "Returns some keys of a hash slot.",
        complexity: "O(N) where N is the number of keys asked for",
        syntax: "slot count",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::AtSlot { argument: 2, run: get_keys },
};

fn get_keys(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(node)?;
    let (slot, max) = (slot(args.integer(2)?), usize::try_from(args.integer(3)?));
    let (Some(slot), Ok(max)) = (slot, max) else {
        return Err(Error::Text("ERR Invalid slot or number of keys"));
    };
    let keyspace = &mut node.shard.keyspace;
    keyspace.select(usize::from(caller.database));
    out.array(keyspace.slot_len(slot).min(max));
    for key in keyspace.slot_keys(slot, max) {
        out.bulk(key);
    }
    Ok(())
}

fn slot(number: i64) -> Option<u16> {
    u16::try_from(number).ok().filter(|slot| usize::from(*slot) < SLOTS)
}

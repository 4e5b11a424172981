//! The shards as the nodes of a Redis Cluster, for clients that go straight to the core that owns a key.
//!
//! With `cluster-ports` set, shard `i` listens on that port + `i` and is presented as a master that owns the shard's slots. A
//! command that comes to another core is served all the same: no client is ever sent elsewhere. Without it, these commands
//! answer as Redis does without cluster mode.

mod keys;
mod modes;
mod nodes;
mod topology;

use shards::{
    command::{Args, Arity, Command, Error, Flags, Group},
    resp::Reply,
};

use super::{Here, Node, NodeCommand, NodeRun, help::help};

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[&modes::ASKING, &CLUSTER, &modes::READONLY, &modes::READWRITE];

/// What the subcommands share.
const CLUSTER_SUBCOMMAND: Command =
    Command { flags: Flags::STALE, group: Group::Cluster, since: "3.0.0", ..Command::DEFAULT };

static CLUSTER: NodeCommand = NodeCommand {
    row: Command {
        name: "CLUSTER",
        arity: Arity::at_least(2),
        group: Group::Cluster,
        since: "3.0.0",
        summary: "A container for commands about the cluster.",
        complexity: "Depends on subcommand.",
        ..Command::DEFAULT
    },
    run: NodeRun::Container(&[
        &HELP,
        &keys::COUNTKEYSINSLOT,
        &keys::GETKEYSINSLOT,
        &keys::KEYSLOT,
        &topology::INFO,
        &topology::LINKS,
        &topology::MYID,
        &topology::NODES,
        &topology::SHARDS,
        &topology::SLOTS_OF_NODES,
    ]),
};

/// The port of shard 0, or Redis's error where there is no cluster.
fn first_port(node: &Node) -> Result<u16, Error> {
    node.settings.cluster_ports.ok_or(Error::Text("ERR This instance has cluster support disabled"))
}

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        flags: Flags::LOADING.and(Flags::STALE),
        since: "5.0.0",
        summary: "Lists the subcommands.",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(print_help),
};

fn print_help(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    let lines: &[(&str, &[&str])] = &[
        ("COUNTKEYSINSLOT <slot>", &["Return the number of keys in <slot>."]),
        ("GETKEYSINSLOT <slot> <count>", &["Return key names in a slot, whichever shard owns it."]),
        ("INFO", &["Return information about the cluster."]),
        ("KEYSLOT <key>", &["Return the hash slot for <key>."]),
        ("MYID", &["Return the node id of the shard that serves this connection."]),
        (
            "NODES",
            &[
                "Return the shards as nodes of a cluster. Output format:",
                "<id> <ip:port@bus-port> <flags> <master> <pings> <pongs> <epoch> <link> <slot> ...",
            ],
        ),
        (
            "SLOTS",
            &[
                "Return information about slots range mappings. Each range is made of:",
                "start, end, and the IP address, port and id of the shard",
            ],
        ),
        ("SHARDS", &["Return information about slot range mappings and the shards associated with them."]),
        ("LINKS", &["Return information about network links between nodes: shards have none."]),
    ];
    help("CLUSTER", lines, out);
    Ok(())
}

//! Which shard is where and owns what: CLUSTER SLOTS, SHARDS, NODES, INFO, MYID, LINKS.

use std::fmt::Write;

use shards::{
    command::{Args, Arity, Command, Error},
    keyspace::slot::SLOTS,
    resp::Reply,
};

use super::{
    CLUSTER_SUBCOMMAND, first_port,
    nodes::{ClusterView, node_id},
};
use crate::commands::{Here, NodeCommand, NodeRun};

/// Shards talk through memory: there is no port of a cluster bus.
const BUS_PORT: u16 = 0;

pub static SLOTS_OF_NODES: NodeCommand = NodeCommand {
    row: Command {
        name: "SLOTS",
        arity: Arity::exactly(2),
        summary: "Returns the ranges of hash slots with their shards.",
        complexity: "O(N) where N is the number of shards",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(slots),
};

fn slots(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let view = ClusterView::of(here)?;
    let address = view.address.to_string();
    out.array(view.nodes.len());
    for node in &view.nodes {
        out.array(3);
        out.integer((*node.slots.start()).into());
        out.integer((*node.slots.end()).into());
        out.array(4);
        out.bulk(address.as_bytes());
        out.integer(node.port.into());
        out.bulk(node.id.as_bytes());
        // Further facts about the node, such as a host name: there are none.
        out.map(0);
    }
    Ok(())
}

pub static SHARDS: NodeCommand = NodeCommand {
    row: Command {
        name: "SHARDS",
        arity: Arity::exactly(2),
        since: "7.0.0",
        summary: "Returns the shards with their hash slots and addresses.",
        complexity: "O(N) where N is the number of shards",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(shards),
};

fn shards(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let view = ClusterView::of(here)?;
    let address = view.address.to_string();
    out.array(view.nodes.len());
    for node in &view.nodes {
        out.map(2);
        out.bulk(b"slots");
        out.array(2);
        out.integer((*node.slots.start()).into());
        out.integer((*node.slots.end()).into());
        out.bulk(b"nodes");
        out.array(1);
        out.map(7);
        out.bulk(b"id");
        out.bulk(node.id.as_bytes());
        out.bulk(b"port");
        out.integer(node.port.into());
        out.bulk(b"ip");
        out.bulk(address.as_bytes());
        out.bulk(b"endpoint");
        out.bulk(address.as_bytes());
        out.bulk(b"role");
        out.bulk(b"master");
        out.bulk(b"replication-offset");
        out.integer(0);
        out.bulk(b"health");
        out.bulk(b"online");
    }
    Ok(())
}

pub static NODES: NodeCommand = NodeCommand {
    row: Command {
        name: "NODES",
        arity: Arity::exactly(2),
        summary: "Returns the shards as the lines of a cluster's configuration.",
        complexity: "O(N) where N is the number of shards",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(nodes),
};

fn nodes(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let view = ClusterView::of(here)?;
    let mut text = String::new();
    for node in &view.nodes {
        let flags = if node.is_myself { "myself,master" } else { "master" };
        let (first, last) = (node.slots.start(), node.slots.end());
        let slots = if first == last { first.to_string() } else { format!("{first}-{last}") };
        let written = writeln!(
            text,
            "{} {}:{}@{BUS_PORT} {flags} - 0 0 {} connected {slots}",
            node.id,
            view.address,
            node.port,
            epoch(node.shard),
        );
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }
    out.verbatim(text.as_bytes());
    Ok(())
}

/// The configuration epoch of a shard. Clients take the higher one where two nodes claim a slot, so that each has its own.
fn epoch(shard: usize) -> usize {
    shard + 1
}

pub static INFO: NodeCommand = NodeCommand {
    row: Command {
        name: "INFO",
        arity: Arity::exactly(2),
        summary: "Returns the state of the cluster.",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(info),
};

fn info(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    let shards = here.node.server.routes.shards();
    let fields = [
        ("cluster_slots_assigned", SLOTS),
        ("cluster_slots_ok", SLOTS),
        ("cluster_slots_pfail", 0),
        ("cluster_slots_fail", 0),
        ("cluster_known_nodes", shards),
        ("cluster_size", shards),
        ("cluster_current_epoch", epoch(shards - 1)),
        ("cluster_my_epoch", epoch(here.node.core)),
        ("cluster_stats_messages_sent", 0),
        ("cluster_stats_messages_received", 0),
        ("total_cluster_links_buffer_limit_exceeded", 0),
    ];
    let mut text = String::from("cluster_state:ok\r\n");
    for (name, value) in fields {
        let written = write!(text, "{name}:{value}\r\n");
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }
    out.verbatim(text.as_bytes());
    Ok(())
}

pub static MYID: NodeCommand = NodeCommand {
    row: Command {
        name: "MYID",
        arity: Arity::exactly(2),
        summary: "Returns the id of the shard whose core serves the connection.",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(myid),
};

fn myid(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    out.bulk(node_id(&here.node.server, here.node.core).as_bytes());
    Ok(())
}

pub static LINKS: NodeCommand = NodeCommand {
    row: Command {
        name: "LINKS",
        arity: Arity::exactly(2),
        since: "7.0.0",
        summary: "Returns the network links between nodes: shards have none.",
        ..CLUSTER_SUBCOMMAND
    },
    run: NodeRun::Here(links),
};

fn links(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    first_port(here.node)?;
    out.array(0);
    Ok(())
}

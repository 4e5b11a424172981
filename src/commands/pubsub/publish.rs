//! PUBLISH and SPUBLISH: on every core that may have a listener.

use shards::{
    command::{Args, Arity, Command, Error, Flags, Keys},
    resp::{Out, Reply, walk::Walk},
};
use smallvec::SmallVec;

use super::PUBSUB;
use crate::{
    commands::{Caller, Node, NodeCommand, NodeRun},
    pubsub::{Message, Publisher},
    session::Topic,
};

pub static PUBLISH: NodeCommand = NodeCommand {
    row: Command {
        name: "PUBLISH",
        arity: Arity::exactly(3),
        flags: PUBSUB.flags.and(Flags::FAST).and(Flags::MAY_REPLICATE),
        summary: "Sends a message to the listeners of a channel.",
        complexity: "O(N+M) where N is the number of listeners and M the number of different patterns",
        syntax: "channel message",
        ..PUBSUB
    },
    run: NodeRun::Among {
        cores: |node, args| concerned(node, Topic::Channel, args),
        run: |node, caller, args, out| publish(node, caller, Topic::Channel, args, out),
        merge: sum,
    },
};

pub static SPUBLISH: NodeCommand = NodeCommand {
    row: Command {
        name: "SPUBLISH",
        arity: Arity::exactly(3),
        flags: PUBSUB.flags.and(Flags::FAST).and(Flags::MAY_REPLICATE),
        keys: Keys::ONE,
        key_use: &["not_key"],
        since: "7.0.0",
        summary: "Sends a message to the listeners of a shard channel.",
        complexity: "O(N) where N is the number of listeners",
        syntax: "shardchannel message",
        ..PUBSUB
    },
    run: NodeRun::Among {
        cores: |node, args| concerned(node, Topic::ShardChannel, args),
        run: |node, caller, args, out| publish(node, caller, Topic::ShardChannel, args, out),
        merge: sum,
    },
};

/// The cores that may have a listener; this one if there is none, for somebody must answer.
fn concerned(node: &Node, topic: Topic, args: &Args<'_>) -> SmallVec<[u16; 8]> {
    let is_concerned = |core: &usize| node.server.audience.is_concerned(*core, topic, args.get(1));
    let mut cores: SmallVec<[u16; 8]> =
        (0..node.server.routes.shards()).filter(is_concerned).map(|core| core as u16).collect();
    if cores.is_empty() {
        cores.push(node.core as u16);
    }
    cores
}

fn publish(
    node: &mut Node,
    caller: Caller,
    topic: Topic,
    args: &Args<'_>,
    out: &mut Reply<'_>,
) -> Result<(), Error> {
    let message = Message::new(topic, args.get(1), args.get(2), args.shared(2));
    let publisher = Publisher { client: caller.client, sequence: caller.sequence };
    let Node { listeners, sessions, touched, .. } = node;
    out.count(listeners.publish(sessions, touched, publisher, &message));
    Ok(())
}

fn sum(parts: &[Out], out: &mut Reply<'_>) {
    out.integer(parts.iter().filter_map(|part| Walk::new(part).peek()).map(|head| head.number()).sum());
}

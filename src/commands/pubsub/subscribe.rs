//! SUBSCRIBE and UNSUBSCRIBE, and their forms for patterns and shard channels.

use shards::{
    command::{Args, Arity, Command, Error, Flags, Keys},
    resp::{Out, Reply},
};

use super::PUBSUB;
use crate::{
    commands::{Here, Node, NodeCommand, NodeRun},
    session::{Mute, Topic},
};

/// What the rows share.
const LISTENING: Command = Command { flags: PUBSUB.flags.and(Flags::NOSCRIPT), ..PUBSUB };

/// What those for shard channels share.
const SHARD: Command = Command { keys: Keys::ALL, key_use: &["not_key"], since: "7.0.0", ..LISTENING };

pub static SUBSCRIBE: NodeCommand = NodeCommand {
    row: Command {
        name: "SUBSCRIBE",
        arity: Arity::at_least(2),
        summary: "Listens to channels.",
        complexity: "O(N) where N is the number of channels",
        syntax: "channel [channel ...]",
        ..LISTENING
    },
    run: NodeRun::Here(|here, args, out| subscribe(here, (Topic::Channel, "subscribe"), args, out)),
};

pub static PSUBSCRIBE: NodeCommand = NodeCommand {
    row: Command {
        name: "PSUBSCRIBE",
        arity: Arity::at_least(2),
        summary: "Listens to channels that match patterns.",
        complexity: "O(N) where N is the number of patterns",
        syntax: "pattern [pattern ...]",
        ..LISTENING
    },
    run: NodeRun::Here(|here, args, out| subscribe(here, (Topic::Pattern, "psubscribe"), args, out)),
};

pub static SSUBSCRIBE: NodeCommand = NodeCommand {
    row: Command {
        name: "SSUBSCRIBE",
        arity: Arity::at_least(2),
        summary: "Listens to shard channels.",
        complexity: "O(N) where N is the number of shard channels",
        syntax: "shardchannel [shardchannel ...]",
        ..SHARD
    },
    run: NodeRun::Here(|here, args, out| subscribe(here, (Topic::ShardChannel, "ssubscribe"), args, out)),
};

pub static UNSUBSCRIBE: NodeCommand = NodeCommand {
    row: Command {
        name: "UNSUBSCRIBE",
        arity: Arity::at_least(1),
        summary: "Listens to channels no more; without arguments, to none.",
        complexity: "O(N log S) where N is the number of channels and S that of their listeners",
        syntax: "[channel [channel ...]]",
        ..LISTENING
    },
    run: NodeRun::Here(|here, args, out| unsubscribe(here, (Topic::Channel, "unsubscribe"), args, out)),
};

pub static PUNSUBSCRIBE: NodeCommand = NodeCommand {
    row: Command {
        name: "PUNSUBSCRIBE",
        arity: Arity::at_least(1),
        summary: "Listens to patterns no more; without arguments, to none.",
        complexity: "O(N log S) where N is the number of patterns and S that of their listeners",
        syntax: "[pattern [pattern ...]]",
        ..LISTENING
    },
    run: NodeRun::Here(|here, args, out| unsubscribe(here, (Topic::Pattern, "punsubscribe"), args, out)),
};

pub static SUNSUBSCRIBE: NodeCommand = NodeCommand {
    row: Command {
        name: "SUNSUBSCRIBE",
        arity: Arity::at_least(1),
        summary: "Listens to shard channels no more; without arguments, to none.",
        complexity: "O(N log S) where N is the number of shard channels and S that of their listeners",
        syntax: "[shardchannel [shardchannel ...]]",
        ..SHARD
    },
    run: NodeRun::Here(|here, args, out| unsubscribe(here, (Topic::ShardChannel, "sunsubscribe"), args, out)),
};

fn subscribe(
    here: &mut Here<'_>,
    (topic, word): (Topic, &str),
    args: &Args<'_>,
    out: &mut Reply<'_>,
) -> Result<(), Error> {
    for name in args.iter_from(1) {
        let Node { sessions, listeners, server, .. } = &mut *here.node;
        if let Some(session) = sessions.get_mut(here.client) {
            listeners.subscribe(&server.audience, (here.client, session), topic, name);
        }
        confirm(here, topic, word, Some(name), out);
    }
    Ok(())
}

fn unsubscribe(
    here: &mut Here<'_>,
    (topic, word): (Topic, &str),
    args: &Args<'_>,
    out: &mut Reply<'_>,
) -> Result<(), Error> {
    if args.len() > 1 {
        for name in args.iter_from(1) {
            end_one(here, topic, word, name, out);
        }
        return Ok(());
    }
    let all = here.session().subscriptions.as_ref();
    let names: Vec<_> = all.map_or_else(Vec::new, |all| all.names(topic).keys().cloned().collect());
    if names.is_empty() {
        confirm(here, topic, word, None, out);
    }
    for name in names {
        end_one(here, topic, word, &name, out);
    }
    Ok(())
}

fn end_one(here: &mut Here<'_>, topic: Topic, word: &str, name: &[u8], out: &mut Reply<'_>) {
    let Node { sessions, listeners, server, .. } = &mut *here.node;
    if let Some(session) = sessions.get_mut(here.client) {
        listeners.unsubscribe(&server.audience, session, topic, name);
    }
    confirm(here, topic, word, Some(name), out);
}

/// Says what the client listens to now. It is told even if it wants no replies: this is a message.
fn confirm(here: &mut Here<'_>, topic: Topic, word: &str, name: Option<&[u8]>, out: &mut Reply<'_>) {
    let session = here.session();
    let count = session.subscriptions.as_ref().map_or(0, |all| all.confirmed(topic));
    let write = |out: &mut Reply<'_>| {
        out.push(3);
        out.bulk(word.as_bytes());
        match name {
            Some(name) => out.bulk(name),
            None => out.null(),
        }
        out.count(count);
    };
    if session.replies.mute() == Mute::Nothing {
        return write(out);
    }
    let mut message = Out::new();
    write(&mut Reply::new(&mut message, session.resp3));
    session.replies.push_message(&message);
}

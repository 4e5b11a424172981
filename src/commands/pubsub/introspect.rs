//! PUBSUB: which channels have listeners, and how many.

use shards::{
    command::{Args, Arity, Command, Error, Flags, Group, given},
    resp::{Out, Reply, walk::Walk},
    structures::glob::{self, Case},
};

use super::help;
use crate::{
    commands::{Here, Node, NodeCommand, NodeRun},
    session::Topic,
};

/// What the subcommands share.
const SUBCOMMAND: Command = Command { since: "2.8.0", ..super::PUBSUB };

pub static PUBSUB: NodeCommand = NodeCommand {
    row: Command {
        name: "PUBSUB",
        arity: Arity::at_least(2),
        group: Group::PubSub,
        since: "2.8.0",
        summary: "A container for commands about publish/subscribe.",
        complexity: "Depends on subcommand.",
        ..Command::DEFAULT
    },
    run: NodeRun::Container(&[&CHANNELS, &HELP, &NUMPAT, &NUMSUB, &SHARDCHANNELS, &SHARDNUMSUB]),
};

static CHANNELS: NodeCommand = NodeCommand {
    row: Command {
        name: "CHANNELS",
        arity: Arity::at_least(2),
        summary: "Lists the channels that have listeners.",
        complexity: "O(N) where N is the number of channels",
        syntax: "[pattern]",
        ..SUBCOMMAND
    },
    run: NodeRun::Here(|here, args, out| channels(here, Topic::Channel, args, out)),
};

static SHARDCHANNELS: NodeCommand = NodeCommand {
    row: Command {
        name: "SHARDCHANNELS",
        arity: Arity::at_least(2),
        since: "7.0.0",
        summary: "Lists the shard channels that have listeners.",
        complexity: "O(N) where N is the number of shard channels",
        syntax: "[pattern]",
        ..SUBCOMMAND
    },
    run: NodeRun::Here(|here, args, out| channels(here, Topic::ShardChannel, args, out)),
};

fn channels(here: &mut Here<'_>, topic: Topic, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    if args.len() > 3 {
        let word = given(args.get(1));
        return Err(Error::Message(format!(
            "ERR unknown subcommand or wrong number of arguments for '{word}'. Try PUBSUB HELP."
        )));
    }
    let pattern = (args.len() == 3).then(|| args.get(2));
    let passes = |name: &[u8]| pattern.is_none_or(|pattern| glob::matches(pattern, name, Case::Sensitive));
    let names = here.node.server.audience.names_that(topic, passes);
    out.array(names.len());
    for name in names {
        out.bulk(&name);
    }
    Ok(())
}

static NUMPAT: NodeCommand = NodeCommand {
    row: Command {
        name: "NUMPAT",
        arity: Arity::exactly(2),
        summary: "Counts the different patterns that have listeners.",
        ..SUBCOMMAND
    },
    run: NodeRun::Here(|here, _args, out| {
        out.count(here.node.server.audience.names(Topic::Pattern));
        Ok(())
    }),
};

static NUMSUB: NodeCommand = NodeCommand {
    row: Command {
        name: "NUMSUB",
        arity: Arity::at_least(2),
        summary: "Counts the listeners of channels.",
        complexity: "O(N) where N is the number of channels",
        syntax: "[channel [channel ...]]",
        ..SUBCOMMAND
    },
    run: NodeRun::Every {
        check: |_, _| Ok(()),
        run: |node, _, args, out| count(node, Topic::Channel, args, out),
        merge: add_up,
    },
};

static SHARDNUMSUB: NodeCommand = NodeCommand {
    row: Command {
        name: "SHARDNUMSUB",
        arity: Arity::at_least(2),
        since: "7.0.0",
        summary: "Counts the listeners of shard channels.",
        complexity: "O(N) where N is the number of shard channels",
        syntax: "[shardchannel [shardchannel ...]]",
        ..SUBCOMMAND
    },
    run: NodeRun::Every {
        check: |_, _| Ok(()),
        run: |node, _, args, out| count(node, Topic::ShardChannel, args, out),
        merge: add_up,
    },
};

/// Answers this core's listeners per channel: channel, count, channel, count, ...
fn count(node: &mut Node, topic: Topic, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.array((args.len() - 2) * 2);
    for channel in args.iter_from(2) {
        out.bulk(channel);
        out.count(node.listeners.count(topic, channel));
    }
    Ok(())
}

/// The counts of all cores, channel by channel.
fn add_up(parts: &[Out], out: &mut Reply<'_>) {
    let mut walks: Vec<Walk<'_>> = parts.iter().map(Walk::new).collect();
    let elements = walks.iter_mut().filter_map(Walk::enter).map(|head| head.number()).max();
    let elements = elements.unwrap_or_default();
    out.array(elements as usize);
    for _ in 0..elements / 2 {
        let mut sum = 0;
        for (index, (walk, part)) in walks.iter_mut().zip(parts).enumerate() {
            let start = walk.mark();
            walk.skip();
            if index == 0 {
                out.out().append_range(part, start, walk.mark());
            }
            sum += walk.enter().map_or(0, |head| head.number());
        }
        out.integer(sum);
    }
}

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        flags: Flags::LOADING.and(Flags::STALE),
        since: "6.2.0",
        summary: "Lists the subcommands.",
        ..SUBCOMMAND
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: &[(&str, &[&str])] = &[
        (
            "CHANNELS [<pattern>]",
            &["Return the currently active channels matching a <pattern> (default: '*')."],
        ),
        ("NUMPAT", &["Return number of subscriptions to patterns."]),
        (
            "NUMSUB [<channel> ...]",
            &[
                "Return the number of subscribers for the specified channels, excluding",
                "pattern subscriptions(default: no channels).",
            ],
        ),
        (
            "SHARDCHANNELS [<pattern>]",
            &["Return the currently active shard level channels matching a <pattern> (default: '*')."],
        ),
        (
            "SHARDNUMSUB [<shardchannel> ...]",
            &["Return the number of subscribers for the specified shard level channel(s)"],
        ),
    ];
    help("PUBSUB", lines, out);
    Ok(())
}

//! Publish/subscribe: listening, publishing, and who listens to what.

mod introspect;
mod publish;
mod subscribe;

use shards::command::{Command, Flags, Group};

use super::{NodeCommand, help::help};

/// The commands of this folder.
pub const COMMANDS: &[&NodeCommand] = &[
    &subscribe::PSUBSCRIBE,
    &publish::PUBLISH,
    &introspect::PUBSUB,
    &subscribe::PUNSUBSCRIBE,
    &publish::SPUBLISH,
    &subscribe::SSUBSCRIBE,
    &subscribe::SUBSCRIBE,
    &subscribe::SUNSUBSCRIBE,
    &subscribe::UNSUBSCRIBE,
];

/// What the rows of this folder share.
const PUBSUB: Command = Command {
    flags: Flags::PUBSUB.and(Flags::LOADING).and(Flags::STALE),
    group: Group::PubSub,
    since: "2.0.0",
    ..Command::DEFAULT
};

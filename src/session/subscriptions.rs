//! What one client listens to.

use std::collections::BTreeMap;

use bytes::Bytes;

/// The three kinds of names that a client can subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Channels, for PUBLISH.
    Channel,
    /// Patterns of channels.
    Pattern,
    /// Shard channels, for SPUBLISH.
    ShardChannel,
}

impl Topic {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Channel, Self::Pattern, Self::ShardChannel];
}

/// A client's subscriptions. Each has a number that grows with every subscription on its core, by which the core finds the client
/// among the subscribers of the name.
#[derive(Debug, Default)]
pub struct Subscriptions {
    names: [BTreeMap<Bytes, u64>; 3],
}

impl Subscriptions {
    /// The names of one kind, with the number of each subscription.
    pub fn names(&self, topic: Topic) -> &BTreeMap<Bytes, u64> {
        &self.names[topic as usize]
    }

    /// The names of one kind, to change.
    pub fn names_mut(&mut self, topic: Topic) -> &mut BTreeMap<Bytes, u64> {
        &mut self.names[topic as usize]
    }

    /// The count that confirms a subscription: channels and patterns are counted together, shard channels on their own.
    pub fn confirmed(&self, topic: Topic) -> usize {
        let count = |topic| self.names(topic).len();
        match topic {
            Topic::ShardChannel => count(Topic::ShardChannel),
            Topic::Channel | Topic::Pattern => count(Topic::Channel) + count(Topic::Pattern),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.iter().all(BTreeMap::is_empty)
    }

    /// Heap bytes, but for the names: these are the core's.
    pub fn heap_bytes(&self) -> usize {
        let entries: usize = self.names.iter().map(BTreeMap::len).sum();
        size_of::<Self>() + entries * size_of::<(Bytes, u64)>()
    }
}

//! What happened to keys, as messages for those who subscribed to it: the channel of the key gets the event, the channel of the
//! event gets the key.

use super::Node;
use shards::keyspace::{Event, EventClasses};

/// A message for a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The channel.
    pub channel: Vec<u8>,
    /// What is published there.
    pub message: Vec<u8>,
}

impl Node {
    /// Whether something happened to keys here that is to be announced.
    #[inline]
    pub fn has_announcements(&self) -> bool {
        self.shard.keyspace.has_events()
    }

    /// Takes what happened to this core's keys since the last time, in order, as messages to publish on all cores.
    pub fn take_announcements(&mut self) -> Vec<Announcement> {
        let classes = self.settings.notify_keyspace_events;
        let mut announcements = Vec::new();
        for event in self.shard.keyspace.take_events() {
            announce(classes, &event, &mut announcements);
        }
        announcements
    }
}

fn announce(classes: EventClasses, event: &Event, into: &mut Vec<Announcement>) {
    let channel = |word: &str, last: &[u8]| {
        let mut channel = format!("__{word}@{}__:", event.database).into_bytes();
        channel.extend_from_slice(last);
        channel
    };
    if classes.has(EventClasses::KEYSPACE) {
        into.push(Announcement {
            channel: channel("keyspace", &event.key),
            message: event.name.as_bytes().to_vec(),
        });
    }
    if classes.has(EventClasses::KEYEVENT) {
        into.push(Announcement {
            channel: channel("keyevent", event.name.as_bytes()),
            message: event.key.to_vec(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shards::keyspace::KeptKey;

    fn shown(letters: &str) -> Vec<String> {
        let event = Event { database: 3, key: KeptKey::from_slice(b"k\xff"), name: "set" };
        let mut announcements = Vec::new();
        announce(EventClasses::parse(letters.as_bytes()).unwrap(), &event, &mut announcements);
        announcements
            .iter()
            .map(|one| format!("{} {}", one.channel.escape_ascii(), one.message.escape_ascii()))
            .collect()
    }

    #[test]
    fn the_key_s_channel_gets_the_event_and_the_event_s_channel_the_key() {
        assert_eq!(shown("KEA"), ["__keyspace@3__:k\\xff set", "__keyevent@3__:set k\\xff"]);
        assert_eq!(shown("KA"), ["__keyspace@3__:k\\xff set"]);
        assert_eq!(shown("EA"), ["__keyevent@3__:set k\\xff"]);
    }
}

//! What happens to keys, for clients that subscribed to it (Redis's "keyspace notifications").
//!
//! An event is a key, what happened to it, and the class that the operator switches it on by. Handlers say what they did with
//! one call; what the keyspace does by itself (a key expires, goes to make room, is new, was missed by a reader) it says itself.
//! Events wait in their order until whoever ran the command takes them. While their class is off, nothing is kept.

use super::{KeptKey, Key, Keyspace};

#[cfg(test)]
mod tests;

/// The classes of events, and over which channels they go: what `notify-keyspace-events` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventClasses(u16);

impl EventClasses {
    /// `K`: events are published on the channels of their keys.
    pub const KEYSPACE: Self = Self(1);
    /// `E`: events are published on channels of their own.
    pub const KEYEVENT: Self = Self(1 << 1);
    /// `g`: commands for keys of any type.
    pub const GENERIC: Self = Self(1 << 2);
    /// `$`: commands for strings.
    pub const STRING: Self = Self(1 << 3);
    /// `l`: commands for lists.
    pub const LIST: Self = Self(1 << 4);
    /// `s`: commands for sets.
    pub const SET: Self = Self(1 << 5);
    /// `h`: commands for hashes.
    pub const HASH: Self = Self(1 << 6);
    /// `z`: commands for sorted sets.
    pub const ZSET: Self = Self(1 << 7);
    /// `x`: keys whose time came.
    pub const EXPIRED: Self = Self(1 << 8);
    /// `e`: keys removed to make room.
    pub const EVICTED: Self = Self(1 << 9);
    /// `t`: commands for streams.
    pub const STREAM: Self = Self(1 << 10);
    /// `d`: keys of a module's type.
    pub const MODULE: Self = Self(1 << 11);
    /// `m`: readers that found no key.
    pub const KEY_MISS: Self = Self(1 << 12);
    /// `n`: keys that were not there before.
    pub const NEW: Self = Self(1 << 13);

    /// The classes that `A` stands for, in the order in which they are shown.
    const OF_A: [(u8, Self); 10] = [
        (b'g', Self::GENERIC),
        (b'$', Self::STRING),
        (b'l', Self::LIST),
        (b's', Self::SET),
        (b'h', Self::HASH),
        (b'z', Self::ZSET),
        (b'x', Self::EXPIRED),
        (b'e', Self::EVICTED),
        (b't', Self::STREAM),
        (b'd', Self::MODULE),
    ];

    /// The classes behind these letters, if all are known.
    pub fn parse(letters: &[u8]) -> Option<Self> {
        let mut classes = Self::default();
        for letter in letters {
            let class = match letter {
                b'A' => Self(Self::OF_A.iter().fold(0, |all, (_, class)| all | class.0)),
                b'K' => Self::KEYSPACE,
                b'E' => Self::KEYEVENT,
                b'm' => Self::KEY_MISS,
                b'n' => Self::NEW,
                _ => Self::OF_A.iter().find(|(known, _)| known == letter)?.1,
            };
            classes.0 |= class.0;
        }
        Some(classes)
    }

    /// The letters of the classes as Redis shows them. Beside `A` it does not show `n`.
    pub fn letters(self) -> Vec<u8> {
        let mut letters = Vec::new();
        if Self::OF_A.iter().all(|(_, class)| self.has(*class)) {
            letters.push(b'A');
        } else {
            letters.extend(Self::OF_A.iter().filter(|(_, class)| self.has(*class)).map(|(letter, _)| letter));
            letters.extend(self.has(Self::NEW).then_some(b'n'));
        }
        let others = [(b'K', Self::KEYSPACE), (b'E', Self::KEYEVENT), (b'm', Self::KEY_MISS)];
        letters.extend(others.iter().filter(|(_, class)| self.has(*class)).map(|(letter, _)| letter));
        letters
    }

    /// Whether all of `class` is among these.
    #[inline]
    pub const fn has(self, class: Self) -> bool {
        self.0 & class.0 == class.0
    }

    /// What has to be kept: nothing where it would go nowhere.
    fn kept(self) -> Self {
        if self.has(Self::KEYSPACE) || self.has(Self::KEYEVENT) { self } else { Self::default() }
    }
}

/// Something that happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The database of the key.
    pub database: u16,
    /// The key.
    pub key: KeptKey,
    /// What happened, in Redis's words.
    pub name: &'static str,
}

/// Events that were not taken yet.
#[derive(Debug, Default)]
pub(super) struct Events {
    classes: EventClasses,
    waiting: Vec<Event>,
}

impl Events {
    /// Keeps an event if its class is on.
    #[inline]
    pub fn add(&mut self, class: EventClasses, name: &'static str, database: usize, key: &[u8]) {
        if self.classes.has(class) {
            self.keep(name, database, key);
        }
    }

    #[cold]
    fn keep(&mut self, name: &'static str, database: usize, key: &[u8]) {
        self.waiting.push(Event { database: database as u16, key: KeptKey::from_slice(key), name });
    }
}

impl Keyspace {
    /// Which events are kept from now on.
    pub fn set_event_classes(&mut self, classes: EventClasses) {
        self.events.classes = classes.kept();
    }

    /// Says that the running command did `name` to `key`.
    #[inline]
    pub fn notify(&mut self, class: EventClasses, name: &'static str, key: &Key<'_>) {
        self.events.add(class, name, self.selected, key.bytes);
    }

    /// Says that the running command removed the last of what `key` had, or the key itself.
    #[inline]
    pub fn notify_gone(&mut self, key: &Key<'_>) {
        self.notify(EventClasses::GENERIC, "del", key);
    }

    /// Says that the running command found nothing at `key`, where the lookup itself could not.
    pub fn notify_missed(&mut self, key: &[u8]) {
        self.events.add(EventClasses::KEY_MISS, "keymiss", self.selected, key);
    }

    /// Whether events of `class` are kept.
    #[inline]
    pub fn tells(&self, class: EventClasses) -> bool {
        self.events.classes.has(class)
    }

    /// Whether events wait.
    #[inline]
    pub fn has_events(&self) -> bool {
        !self.events.waiting.is_empty()
    }

    /// Takes the events that wait, oldest first.
    pub fn take_events(&mut self) -> impl Iterator<Item = Event> {
        self.events.waiting.drain(..)
    }
}

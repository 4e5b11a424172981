//! What all cores know of each other's listeners: whom a message may concern, and which names there are.
//!
//! A publisher reads counters that change only when somebody subscribes, so they stay in its cache. The tables of names are behind
//! a lock that is taken when a core gets its first or loses its last subscriber of a name, and for PUBSUB and INFO; never to
//! publish.

use std::{
    collections::HashMap,
    hash::BuildHasher,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use foldhash::fast::FixedState;

use crate::session::Topic;

/// Counters per core for channels, each for all channels whose hash it is.
const BUCKETS: usize = 256;

/// The listeners of all cores.
#[derive(Debug)]
pub struct Audience {
    cores: Vec<Interest>,
    /// MONITOR's clients on all cores.
    monitors: AtomicUsize,
    /// Per kind: the names that somebody listens to, with the number of cores that have such a client.
    names: [Mutex<HashMap<Bytes, usize>>; 3],
}

/// How many names one core listens to. On cache lines of its own: only its core writes it.
#[derive(Debug)]
#[repr(align(128))]
struct Interest {
    monitors: AtomicU32,
    patterns: AtomicU32,
    channels: [AtomicU32; BUCKETS],
    shard_channels: [AtomicU32; BUCKETS],
}

impl Interest {
    fn new() -> Self {
        Self {
            monitors: AtomicU32::new(0),
            patterns: AtomicU32::new(0),
            channels: std::array::from_fn(|_| AtomicU32::new(0)),
            shard_channels: std::array::from_fn(|_| AtomicU32::new(0)),
        }
    }

    fn counter(&self, topic: Topic, name: &[u8]) -> &AtomicU32 {
        match topic {
            Topic::Pattern => &self.patterns,
            Topic::Channel => &self.channels[bucket(name)],
            Topic::ShardChannel => &self.shard_channels[bucket(name)],
        }
    }
}

fn bucket(name: &[u8]) -> usize {
    FixedState::with_seed(0).hash_one(name) as usize % BUCKETS
}

impl Audience {
    /// Nobody listens on any of `cores` cores.
    pub fn new(cores: usize) -> Self {
        Self {
            cores: std::iter::repeat_with(Interest::new).take(cores).collect(),
            monitors: AtomicUsize::new(0),
            names: Default::default(),
        }
    }

    /// Core `core` has its first subscriber of a name.
    pub fn add(&self, core: usize, topic: Topic, name: &Bytes) {
        self.cores[core].counter(topic, name).fetch_add(1, Ordering::SeqCst);
        *self.lock(topic).entry(name.clone()).or_default() += 1;
    }

    /// Core `core` has lost its last subscriber of a name.
    pub fn remove(&self, core: usize, topic: Topic, name: &Bytes) {
        self.cores[core].counter(topic, name).fetch_sub(1, Ordering::SeqCst);
        let mut names = self.lock(topic);
        if let Some(cores) = names.get_mut(name) {
            *cores -= 1;
            if *cores == 0 {
                names.remove(name);
            }
        }
    }

    /// Whether core `core` may have a listener for a message on a channel, or on a shard channel.
    pub fn is_concerned(&self, core: usize, topic: Topic, channel: &[u8]) -> bool {
        let interest = &self.cores[core];
        interest.counter(topic, channel).load(Ordering::SeqCst) > 0
            || topic == Topic::Channel && interest.patterns.load(Ordering::SeqCst) > 0
    }

    /// How many different names of one kind somebody listens to.
    pub fn names(&self, topic: Topic) -> usize {
        self.lock(topic).len()
    }

    /// Those names that pass.
    pub fn names_that(&self, topic: Topic, pass: impl Fn(&[u8]) -> bool) -> Vec<Bytes> {
        self.lock(topic).keys().filter(|name| pass(name)).cloned().collect()
    }

    fn lock(&self, topic: Topic) -> MutexGuard<'_, HashMap<Bytes, usize>> {
        // Whoever panicked with the lock held left whole entries behind, and the process ends anyway.
        self.names[topic as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Core `core` has one more client that monitors.
    pub fn add_monitor(&self, core: usize) {
        self.cores[core].monitors.fetch_add(1, Ordering::SeqCst);
        self.monitors.fetch_add(1, Ordering::SeqCst);
    }

    /// Core `core` has one less.
    pub fn remove_monitor(&self, core: usize) {
        self.monitors.fetch_sub(1, Ordering::SeqCst);
        self.cores[core].monitors.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether anybody monitors. Asked after every command: a monitor was told OK through its socket after it was counted, so
    /// whoever knows of that sees it.
    #[inline]
    pub fn has_monitors(&self) -> bool {
        self.monitors.load(Ordering::Relaxed) > 0
    }

    /// Whether core `core` has a client that monitors.
    pub fn monitors_at(&self, core: usize) -> bool {
        self.cores[core].monitors.load(Ordering::Relaxed) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_is_concerned_by_its_channels_and_by_any_pattern() {
        let audience = Audience::new(2);
        let name = Bytes::from_static(b"news");
        let concerned = |topic| [0, 1].map(|core| audience.is_concerned(core, topic, b"news"));
        assert_eq!(concerned(Topic::Channel), [false, false]);
        audience.add(1, Topic::Channel, &name);
        assert_eq!(concerned(Topic::Channel), [false, true]);
        assert_eq!(concerned(Topic::ShardChannel), [false, false]);
        audience.add(0, Topic::Pattern, &Bytes::from_static(b"x*"));
        assert_eq!(concerned(Topic::Channel), [true, true]);
        assert_eq!(concerned(Topic::ShardChannel), [false, false]);
        audience.remove(1, Topic::Channel, &name);
        assert_eq!(concerned(Topic::Channel), [true, false]);
    }

    #[test]
    fn a_name_is_counted_once_however_many_cores_have_it() {
        let audience = Audience::new(2);
        let name = Bytes::from_static(b"news");
        audience.add(0, Topic::Channel, &name);
        audience.add(1, Topic::Channel, &name);
        assert_eq!(audience.names(Topic::Channel), 1);
        audience.remove(0, Topic::Channel, &name);
        assert_eq!(audience.names_that(Topic::Channel, |_| true), std::slice::from_ref(&name));
        audience.remove(1, Topic::Channel, &name);
        assert_eq!(audience.names(Topic::Channel), 0);
    }
}

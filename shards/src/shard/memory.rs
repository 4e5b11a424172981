//! The memory that a shard may take: who is refused for want of it, and what goes to make room.
//!
//! What the shard's thread holds is known at any moment, so every command that may need memory is checked, and what it took shows
//! at the next. What is gone already is freed first; then keys go, as the policy says, until the thread is within its limit.
//! A command waits for a bounded number of them; what is still too much then goes in the background. Commands that need none find
//! room made once a turn, before the first of them.
//!
//! How much has to go is looked up once for a command. What the news of keys that went takes, for clients that keep copies of them,
//! counts only afterwards, or one eviction would cause the next until no key is left.

use super::Shard;
use crate::{
    command::{Command, Flags},
    keyspace::EvictionPolicy,
};

/// Steps that a command which may need memory makes room by at most: some 200 microseconds.
const STEPS_PER_WRITE: usize = 256;

/// Elements freed in one of these steps.
const ELEMENTS_PER_STEP: usize = 16;

/// The same for one step of the background work: some tens of microseconds.
const STEPS_IN_BACKGROUND: usize = 32;

/// "As much as there is."
const UNLIMITED: i64 = i64::MAX;

/// What is asked about a command that may need memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// Whether there is room, which is made if need be.
    #[default]
    Asked,
    /// Nothing any more, since it was asked where the command came from; room is made all the same.
    Granted,
    /// Nothing, and no key goes: the command is one of a transaction or a script, which sees no key vanish.
    Running,
}

/// What a shard's thread holds, and may hold.
#[derive(Debug)]
pub struct Memory {
    /// Bytes that the thread holds at this moment; negative if it freed more than it took. It stands still where nobody sets another.
    pub held_bytes: fn() -> i64,
    limit: i64,
    /// Whether other shards have keys that may go, if this one has none.
    pub others_may_evict: bool,
    /// Whether other shards are to evict keys, as this one could not give back enough; to be taken by whoever tells them.
    pub wants_others: bool,
    admission: Admission,
    /// Bytes that the background is to give back.
    excess_bytes: i64,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            held_bytes: || 0,
            limit: UNLIMITED,
            others_may_evict: false,
            wants_others: false,
            admission: Admission::Asked,
            excess_bytes: 0,
        }
    }
}

impl Memory {
    /// Sets how many bytes the thread may hold: `None` for as many as there are.
    pub fn set_limit(&mut self, bytes: Option<i64>) {
        self.limit = bytes.unwrap_or(UNLIMITED);
        if bytes.is_none() {
            self.excess_bytes = 0;
        }
    }

    /// Whether there is a limit.
    #[inline]
    pub fn is_limited(&self) -> bool {
        self.limit != UNLIMITED
    }

    /// Says what is asked about the commands that follow.
    #[inline]
    pub fn set_admission(&mut self, admission: Admission) {
        self.admission = admission;
    }

    /// How far the thread is beyond its limit, bytes; negative while it is within.
    #[inline]
    fn beyond_bytes(&self) -> i64 {
        if self.is_limited() { (self.held_bytes)().saturating_sub(self.limit) } else { i64::MIN }
    }
}

impl Shard {
    /// Whether a command may not run since it may need memory, and there is none.
    #[inline]
    pub fn lacks_room(&mut self, row: &Command) -> bool {
        self.memory.is_limited()
            && row.flags.has(Flags::DENYOOM)
            && self.memory.admission != Admission::Running
            && self.is_out_of_memory()
    }

    /// Whether memory is beyond its limit, and no room can be made for what may need some. While a transaction or script runs, none is
    /// made.
    pub fn is_out_of_memory(&mut self) -> bool {
        match self.memory.admission {
            Admission::Asked => !self.make_room(),
            Admission::Granted => {
                self.make_room();
                false
            }
            Admission::Running => {
                self.memory.beyond_bytes() > 0 && !self.may_evict() && !self.memory.others_may_evict
            }
        }
    }

    /// Gives memory back until it is within its limit, or enough for one command; false if it is beyond and nothing may go, here
    /// or at another shard.
    pub fn make_room(&mut self) -> bool {
        let mut beyond = self.memory.beyond_bytes();
        for _ in 0..STEPS_PER_WRITE {
            if beyond <= 0 {
                return true;
            }
            let Some(bytes) = self.give_back() else {
                self.memory.wants_others = self.memory.others_may_evict;
                return self.memory.others_may_evict;
            };
            beyond -= bytes;
        }
        self.memory.excess_bytes = beyond;
        self.memory.wants_others = true;
        true
    }

    /// Frees some of what is gone, or else evicts a key; how many bytes that gave back, or `None` if nothing may go.
    fn give_back(&mut self) -> Option<i64> {
        let held_bytes = self.memory.held_bytes;
        if self.has_garbage() {
            let before = held_bytes();
            self.keyspace.free_step(ELEMENTS_PER_STEP);
            return Some(before - held_bytes());
        }
        self.keyspace.evict_one(&self.eviction?, held_bytes)
    }

    /// Whether there is a key that may go.
    pub fn may_evict(&self) -> bool {
        let Some(EvictionPolicy { only_expiring, .. }) = self.eviction else { return false };
        self.keyspace.sizes().any(|(_, keys, expiring)| if only_expiring { expiring > 0 } else { keys > 0 })
    }

    /// Has keys evicted in the background that give back so many bytes.
    pub fn begin_eviction(&mut self, bytes: i64) {
        self.memory.excess_bytes = self.memory.excess_bytes.max(bytes);
    }

    /// Whether the background is to evict keys.
    pub fn eviction_is_due(&self) -> bool {
        self.memory.excess_bytes > 0
    }

    /// One small step of evicting keys in the background, and of freeing what they held.
    pub fn evict_step(&mut self) {
        // It may have been held up, and memory given back meanwhile.
        if self.memory.beyond_bytes() <= 0 {
            self.memory.excess_bytes = 0;
        }
        for _ in 0..STEPS_IN_BACKGROUND {
            if self.memory.excess_bytes <= 0 {
                return;
            }
            match self.give_back() {
                Some(bytes) => self.memory.excess_bytes -= bytes,
                None => self.memory.excess_bytes = 0,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Registry,
        commands,
        keyspace::{EvictionOrder, Settings},
    };

    #[test]
    fn only_who_is_asked_is_refused_and_what_runs_loses_no_key() {
        let registry = Registry::new(commands::rows(), []);
        let [set, get] =
            [&b"SET"[..], b"GET"].map(|name| registry.row(registry.find(name).expect("a command")));
        let mut shard =
            Shard::new(&Settings { slots: 0..16384, databases: 2, seed: 1 }, registry.rows().len());
        for number in 0..1_000 {
            let name = format!("k{number}");
            let key = shard.keyspace.key_named(name.as_bytes());
            shard.keyspace.set_string(&key, b"v", None, false);
        }
        // Nothing is held, which is more than may be.
        shard.memory.set_limit(Some(-1));
        for (admission, refused) in
            [(Admission::Asked, true), (Admission::Granted, false), (Admission::Running, false)]
        {
            shard.memory.set_admission(admission);
            assert_eq!((shard.lacks_room(set), shard.lacks_room(get)), (refused, false), "{admission:?}");
        }
        assert!(shard.is_out_of_memory(), "a script is told so");
        shard.eviction =
            Some(EvictionPolicy { order: EvictionOrder::Random, only_expiring: false, samples: 1 });
        assert!(!shard.lacks_room(set) && !shard.is_out_of_memory());
        assert_eq!(shard.keyspace.len(), 1_000, "a key went while a transaction ran");
        shard.memory.set_admission(Admission::Asked);
        assert!(!shard.lacks_room(set));
        assert_eq!((shard.keyspace.len(), shard.eviction_is_due()), (1_000 - STEPS_PER_WRITE, true));
        while shard.eviction_is_due() {
            shard.evict_step();
        }
        assert!(shard.keyspace.is_empty() && !shard.may_evict());
        shard.begin_eviction(1_000);
        shard.memory.set_limit(None);
        assert!(!shard.eviction_is_due() && !shard.lacks_room(set));
        shard.memory.set_limit(Some(-1));
        assert!(shard.lacks_room(set));
        shard.memory.others_may_evict = true;
        shard.memory.wants_others = false;
        assert!(!shard.lacks_room(set) && shard.memory.wants_others);
        shard.memory.set_limit(Some(0));
        shard.memory.others_may_evict = false;
        assert!(!shard.lacks_room(set));
    }
}

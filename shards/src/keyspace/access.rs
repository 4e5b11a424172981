//! The access stamp that every entry bears, 24 bits: when it was last used or, where keys are evicted by how often they are
//! used, that.
//!
//! ```text
//! by recency     seconds                     (goes round after 194 days)
//! by frequency   minutes, 16 bits │ counter, 8 bits
//! ```
//!
//! The counter grows with the logarithm of the number of uses: the larger it is, the less likely it is that a use counts. It is
//! lowered as time passes; `minutes` is when that was last done. A new key starts above zero, so that it is not the first to go.
//! Redis documents the scheme and its two parameters under "key eviction".

use std::cell::Cell;

use super::Entry;
use crate::structures::random::Rng;

/// The counter of a new key. Up to it, every use counts.
const NEW: u8 = 5;

const MASK: u32 = (1 << 24) - 1;

/// How the counters of use change: `lfu-log-factor` and `lfu-decay-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    /// The larger, the slower a counter grows.
    pub log_factor: u32,
    /// Minutes after which a counter is lowered by one; 0: never.
    pub decay_min: u32,
}

/// What a stamp says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Seconds since the last use.
    IdleS(u32),
    /// The counter of uses.
    Counter(u8),
}

/// The time now, and what stamps mean.
#[derive(Debug)]
pub(super) struct Access {
    now_s: u32,
    now_min: u16,
    pub(super) frequency: Option<Frequency>,
    /// Draws so far, counted from the seed: they decide which uses count.
    draws: Cell<u64>,
}

impl Access {
    /// Stamps by recency, at time 0. Draws begin from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self { now_s: 0, now_min: 0, frequency: None, draws: Cell::new(seed) }
    }

    pub(super) fn set_now_ms(&mut self, now_ms: i64) {
        self.now_s = (now_ms / 1_000) as u32 & MASK;
        self.now_min = (now_ms / 60_000) as u16;
    }

    /// Seconds, 24 bits wide.
    #[inline]
    pub(super) fn seconds(&self) -> u32 {
        self.now_s
    }

    /// Seconds since an entry with this stamp was used, where stamps are by recency.
    pub(super) fn idle_s(&self, stamp: u32) -> u32 {
        self.now_s.wrapping_sub(stamp) & MASK
    }

    /// The stamp of a new entry.
    #[inline]
    pub(super) fn first(&self) -> u32 {
        if self.frequency.is_none() { self.now_s } else { self.with_counter(NEW) }
    }

    /// What a stamp says now.
    pub(super) fn usage(&self, stamp: u32) -> Usage {
        match self.frequency {
            None => Usage::IdleS(self.idle_s(stamp)),
            Some(frequency) => Usage::Counter(self.counter(stamp, frequency)),
        }
    }

    /// A stamp that says this; if stamps do not say such things, that of a new entry.
    pub(super) fn stamp(&self, usage: Usage) -> u32 {
        match usage {
            Usage::IdleS(idle_s) if self.frequency.is_none() => self.now_s.wrapping_sub(idle_s) & MASK,
            Usage::Counter(counter) if self.frequency.is_some() => self.with_counter(counter),
            _ => self.first(),
        }
    }

    fn with_counter(&self, counter: u8) -> u32 {
        u32::from(self.now_min) << 8 | u32::from(counter)
    }

    /// Stamps an entry that is used now.
    #[inline]
    pub(super) fn mark(&self, entry: &Entry) {
        match &self.frequency {
            None => entry.touch(self.now_s),
            Some(frequency) => self.count(entry, *frequency),
        }
    }

    fn count(&self, entry: &Entry, frequency: Frequency) {
        let counter = self.counter(entry.clock(), frequency);
        self.draws.set(self.draws.get().wrapping_add(1));
        let draw = Rng::new(self.draws.get()).next_u64();
        let one_in = u64::from(counter.saturating_sub(NEW)) * u64::from(frequency.log_factor) + 1;
        let counts = draw <= u64::MAX / one_in;
        entry.touch(self.with_counter(counter.saturating_add(u8::from(counts))));
    }

    /// The counter in a stamp, as it is by now.
    pub(super) fn counter(&self, stamp: u32, frequency: Frequency) -> u8 {
        let elapsed_min = self.now_min.wrapping_sub((stamp >> 8) as u16);
        let lowered_by = u32::from(elapsed_min).checked_div(frequency.decay_min).unwrap_or(0);
        (stamp as u8).saturating_sub(u8::try_from(lowered_by).unwrap_or(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Frequency = Frequency { log_factor: 10, decay_min: 1 };

    fn access(frequency: Frequency) -> Access {
        Access { frequency: Some(frequency), ..Access::new(7) }
    }

    fn counter_after(uses: usize, frequency: Frequency) -> u8 {
        let access = access(frequency);
        let entry = Entry::string(b"key", b"value", access.first());
        for _ in 0..uses {
            access.mark(&entry);
        }
        access.counter(entry.clock(), frequency)
    }

    #[test]
    fn the_counter_grows_with_the_logarithm_of_the_uses() {
        // The table in Redis's sample configuration for factor 10: 100 uses give 10, 1000 give 18, 100,000 give 142. It leaves
        // the deviation of a random counter open.
        for (uses, expected) in [(0, 5..=5), (100, 7..=14), (1_000, 14..=23), (100_000, 130..=155)] {
            let counter = counter_after(uses, DEFAULT);
            assert!(expected.contains(&counter), "{counter} after {uses} uses");
        }
        assert_eq!(counter_after(1_000, Frequency { log_factor: 0, ..DEFAULT }), 255);
    }

    #[test]
    fn the_counter_is_lowered_by_one_for_each_period() {
        let mut access = access(Frequency { log_factor: 0, decay_min: 2 });
        access.set_now_ms(65_535 * 60_000);
        let entry = Entry::string(b"key", b"value", access.with_counter(100));
        for (later_min, expected) in [(0, 100), (1, 100), (2, 99), (41, 80), (200, 0), (1_000, 0)] {
            // The minutes go round meanwhile.
            access.set_now_ms((65_535 + later_min) * 60_000);
            let frequency = access.frequency.expect("set above");
            assert_eq!(access.counter(entry.clock(), frequency), expected, "{later_min} minutes later");
        }
        let never = Frequency { decay_min: 0, ..DEFAULT };
        assert_eq!(access.counter(entry.clock(), never), 100);
    }

    #[test]
    fn by_recency_the_stamp_is_the_second() {
        let mut access = Access::new(7);
        access.set_now_ms(((1 << 24) + 5) * 1_000);
        let entry = Entry::string(b"key", b"value", access.first());
        assert_eq!((entry.clock(), access.seconds()), (5, 5));
    }
}

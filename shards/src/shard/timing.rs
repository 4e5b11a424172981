//! How long commands take (`usec` in INFO's section Commandstats).
//!
//! Reading a clock takes as long as a part of a fast command does. Commands that may take long are timed each time; of those
//! that are flagged FAST, so are the first runs, and then one in so many, which counts for all of them.

use super::Shard;
use crate::command::{Command, Flags, registry};

/// Of the runs of a fast command, one in so many is timed.
const ONE_IN: u64 = 64;

/// A run that has begun.
#[derive(Debug)]
#[must_use]
pub struct Timing {
    /// For how many runs it counts; 0 if it is not timed.
    weight: u64,
    begun_ns: u64,
}

impl Shard {
    /// Begins to time a run of a command, if it is one to be timed. Call it before the run is counted.
    #[inline]
    pub fn begin_timing(&self, id: registry::Id, row: &Command) -> Timing {
        let calls = &self.calls[usize::from(id)];
        let runs = calls.calls + calls.parts;
        let weight = if !row.flags.has(Flags::FAST) || runs < ONE_IN {
            1
        } else if runs.is_multiple_of(ONE_IN) {
            ONE_IN
        } else {
            return Timing { weight: 0, begun_ns: 0 };
        };
        Timing { weight, begun_ns: (self.clock_ns)() }
    }

    /// The run has ended.
    #[inline]
    pub fn end_timing(&mut self, id: registry::Id, timing: &Timing) {
        if timing.weight > 0 {
            let elapsed_ns = (self.clock_ns)().saturating_sub(timing.begun_ns);
            self.calls[usize::from(id)].nanoseconds += elapsed_ns * timing.weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;
    use crate::keyspace::Settings;

    /// A clock that goes on by a microsecond with each look.
    fn clock_ns() -> u64 {
        static LOOKS: AtomicU64 = AtomicU64::new(0);
        LOOKS.fetch_add(1_000, Relaxed)
    }

    fn nanoseconds_after(runs: u64, flags: Flags) -> u64 {
        let settings = Settings { slots: 0..16384, databases: 1, seed: 7 };
        let mut shard = Shard::new(&settings, 1);
        shard.clock_ns = clock_ns;
        let row = Command { flags, ..Command::DEFAULT };
        for _ in 0..runs {
            let timing = shard.begin_timing(0, &row);
            shard.calls[0].calls += 1;
            shard.end_timing(0, &timing);
        }
        shard.calls[0].nanoseconds
    }

    #[test]
    fn a_sample_of_fast_commands_counts_for_all() {
        for runs in [1, 64, 128, 640, 6_400] {
            assert_eq!(nanoseconds_after(runs, Flags::FAST), runs * 1_000, "{runs} runs");
        }
        assert_eq!(nanoseconds_after(100, Flags::READONLY), 100_000);
    }
}

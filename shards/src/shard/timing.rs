//! How long commands take (`usec` in INFO's section Commandstats).
//!
//! Reading a clock twice takes a quarter of the time that a GET in a pipeline does. So the first runs of a command are timed, and then
//! one in so many, which counts for all of them.

use super::Shard;
use crate::{
    command::{Args, Error, Handler, Outcome, registry},
    resp::Out,
};

/// Of the runs of a command, one in so many is timed, and as many of the first.
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
    /// Begins to time a run of a command, if it is one to be timed. The run is counted when it has ended.
    pub fn begin_timing(&self, id: registry::Id) -> Timing {
        let weight = if !self.is_timed(id) {
            return Timing { weight: 0, begun_ns: 0 };
        } else if self.runs(id) < ONE_IN {
            1
        } else {
            ONE_IN
        };
        Timing { weight, begun_ns: (self.clock_ns)() }
    }

    /// The run has ended.
    pub fn end_timing(&mut self, id: registry::Id, timing: &Timing) {
        if timing.weight > 0 {
            let elapsed_ns = (self.clock_ns)().saturating_sub(timing.begun_ns);
            self.calls[usize::from(id)].nanoseconds += elapsed_ns * timing.weight;
        }
    }

    /// Whether the next run of a command is one to be timed.
    #[inline]
    pub(super) fn is_timed(&self, id: registry::Id) -> bool {
        let runs = self.runs(id);
        runs < ONE_IN || runs.is_multiple_of(ONE_IN)
    }

    #[inline]
    fn runs(&self, id: registry::Id) -> u64 {
        let calls = &self.calls[usize::from(id)];
        calls.calls + calls.parts
    }

    /// Runs a handler that is to be timed.
    #[cold]
    pub(super) fn run_timed(
        &mut self,
        id: registry::Id,
        (handler, database): (Handler, u16),
        args: &Args<'_>,
        resp3: bool,
        out: &mut Out,
    ) -> Result<Outcome, Box<Error>> {
        let timing = self.begin_timing(id);
        let result = self.run(handler, database, args, resp3, out);
        self.end_timing(id, &timing);
        result
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

    fn nanoseconds_after(runs: u64) -> u64 {
        let settings = Settings { slots: 0..16384, databases: 1, seed: 7 };
        let mut shard = Shard::new(&settings, 1);
        shard.clock_ns = clock_ns;
        for _ in 0..runs {
            let timing = shard.begin_timing(0);
            shard.calls[0].calls += 1;
            shard.end_timing(0, &timing);
        }
        shard.calls[0].nanoseconds
    }

    #[test]
    fn a_sample_counts_for_all() {
        for runs in [1, 64, 128, 640, 6_400] {
            assert_eq!(nanoseconds_after(runs), runs * 1_000, "{runs} runs");
        }
    }
}

//! All that a run has measured, and the comparisons of one server with another that follow from it.

use super::collections_memory;
use super::growth::Phases;
use super::measure::{Cells, median};
use super::memory::Point;
use super::server::Target;
use super::sweep::Outcome;

/// Everything, section by section; a section that did not run is empty.
#[derive(Default)]
pub struct Results {
    /// The interleaved rounds.
    pub cells: Cells,
    /// Bytes per key.
    pub memory: Vec<Point>,
    /// Bytes for each collection, and pauses of large ones.
    pub collections: Vec<collections_memory::Point>,
    /// Latency while tables grow.
    pub growth: Vec<(Target, Result<Phases, String>)>,
    /// CPU with idle clients, percent of a core.
    pub idle: Vec<(Target, Result<f64, String>)>,
    /// CPU per delivered message.
    pub publish: Cells,
    /// That every test ends without an error.
    pub sweep: Vec<Outcome>,
}

/// A comparison of CPU per request at one depth.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// Commands in a batch.
    pub depth: u32,
    /// The server with more threads.
    pub of: Target,
    /// What it is compared with.
    pub over: Target,
    /// By test: its name and the ratio.
    pub tests: Vec<(String, f64)>,
}

impl Hop {
    /// The median over the tests.
    pub fn median(&self) -> Option<f64> {
        median(self.tests.iter().map(|(_, ratio)| *ratio))
    }

    /// The worst test.
    pub fn worst(&self) -> Option<f64> {
        self.tests.iter().map(|(_, ratio)| *ratio).max_by(f64::total_cmp)
    }
}

/// Tests whose keys are random, so that they spread over all shards.
pub const SPREAD: [&str; 8] =
    ["set", "get", "incr", "hset-keys", "sadd-keys", "lpush-keys", "lpop-keys", "zadd-keys"];

impl Results {
    /// CPU per request, one server over another, per test that spreads over the shards.
    pub fn hop(&self, depth: u32, of: Target, over: Target) -> Hop {
        let ratio = |test: &str| self.cells.ratio(&format!("depth{depth}/{test}"), of, over, |m| m.cpu_us);
        let tests = SPREAD.iter().filter_map(|test| Some(((*test).to_owned(), ratio(test)?))).collect();
        Hop { depth, of, over, tests }
    }

    /// The comparisons that tell what a hop costs, with and without one.
    pub fn hops(&self) -> Vec<Hop> {
        let pairs = [
            (Target::Kvadrant(2), Target::Kvadrant(1)),
            (Target::Kvadrant(4), Target::Kvadrant(1)),
            (Target::Kvadrant(8), Target::Kvadrant(1)),
            (Target::Direct(2), Target::Kvadrant(1)),
            (Target::Kvadrant(2), Target::Redis),
            (Target::Kvadrant(2), Target::KvadrantLoose),
            (Target::Kvadrant(4), Target::KvadrantLoose),
            (Target::Kvadrant(8), Target::KvadrantLoose),
            (Target::Direct(2), Target::KvadrantLoose),
            (Target::Kvadrant(2), Target::RedisLoose),
        ];
        let all = pairs
            .iter()
            .flat_map(|&(of, over)| super::workloads::DEPTHS.map(|depth| self.hop(depth, of, over)));
        all.filter(|hop| !hop.tests.is_empty()).collect()
    }

    /// How many runs failed.
    pub fn failures(&self) -> usize {
        self.cells.0.iter().chain(&self.publish.0).map(|cell| cell.errors.len()).sum::<usize>()
            + self.collections.iter().flat_map(|point| &point.rounds).filter(|round| round.is_err()).count()
            + self.memory.iter().filter(|point| point.bytes_per_key.is_err()).count()
            + self.growth.iter().filter(|(_, phases)| phases.is_err()).count()
            + self.idle.iter().filter(|(_, percent)| percent.is_err()).count()
            + self.sweep.iter().filter(|outcome| outcome.result.is_err()).count()
    }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::super::measure::{Cell, Measure};
    use super::*;

    fn cell(workload: &str, target: Target, cpu_us: f64) -> Cell {
        let measure = Measure { rps: 1.0, p50_us: 1.0, p99_us: 1.0, p999_us: 1.0, cpu_us };
        Cell { workload: workload.to_owned(), target, rounds: vec![Some(measure)], errors: Vec::new() }
    }

    #[test]
    fn a_hop_compares_the_tests_that_spread_over_shards() {
        let (one, two) = (Target::Kvadrant(1), Target::Kvadrant(2));
        let results = Results {
            cells: Cells(vec![
                cell("depth16/get", one, 0.4),
                cell("depth16/get", two, 0.6),
                cell("depth16/set", one, 0.5),
                cell("depth16/set", two, 1.0),
                cell("depth16/hset", one, 0.5),
                cell("depth16/hset", two, 5.0),
            ]),
            ..Results::default()
        };
        let hop = results.hop(16, two, one);
        assert_eq!(hop.tests.len(), 2, "one hash lives on one shard: {hop:?}");
        assert!((hop.median().unwrap() - 1.75).abs() < 1e-9 && (hop.worst().unwrap() - 2.0).abs() < 1e-9);
        assert_eq!(results.hops().len(), 1);
        assert_eq!(results.failures(), 0);
    }
}

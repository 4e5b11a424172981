//! The bars: which figure must not exceed which limit, and whether it does.
//!
//! A bar over several tests is a line per test, so that a good one cannot hide a bad one.

use super::collections_memory::{self, SHAPES};
use super::measure::Cells;
use super::memory::mean;
use super::results::Results;
use super::server::Target;
use std::fmt;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What was measured.
    pub what: String,
    /// The figure, where there is one.
    pub value: Option<f64>,
    /// What it must not exceed.
    pub limit: f64,
}

impl Bar {
    /// Whether the figure was measured and does not exceed its limit.
    pub fn holds(&self) -> bool {
        self.value.is_some_and(|value| value <= self.limit)
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, limit, value } = self;
        match value {
            Some(value) => {
                let verdict = if self.holds() { "holds" } else { "MISSES" };
                write!(f, "{what:<58} {value:>9.2} {limit:>7.2}  {verdict}")
            }
            None => write!(f, "{what:<58} {:>9} {limit:>7.2}  not measured", "-"),
        }
    }
}

const ONE: Target = Target::Kvadrant(1);
const TWO: Target = Target::Kvadrant(2);
const FOUR: Target = Target::Kvadrant(4);
const DIRECT: Target = Target::Direct(2);

/// Depth, then the most that one shard may use of redis-server's CPU, two shards of one shard's, two of redis-server's.
const BY_DEPTH: [(u32, f64, f64, Option<f64>); 3] =
    [(1, 1.0, 1.6, None), (16, 0.60, 1.5, Some(1.0)), (64, 0.45, 1.5, Some(0.6))];
const ONE_SHARD_TESTS: [&str; 6] = ["get", "set", "incr", "hset", "sadd", "lpush"];
/// The last three with a random key each: redis-benchmark's own have random members of one key.
const ONE_SHARD_KEYS: [&str; 3] = ["hset-keys", "sadd-keys", "lpush-keys"];
/// The everyday commands on collections: at depth 1, then at depth 16. Those of [`ONE_SHARD_TESTS`] are barred already.
const COLLECTIONS: [[&str; 7]; 2] = [
    [
        "collections1/hget",
        "collections1/hgetall_20",
        "collections1/spop",
        "collections1/zadd_100000",
        "collections1/zrange_100",
        "lrange/lrange_100",
        "depth1/lpop",
    ],
    [
        "collections16/hget",
        "collections16/hgetall_20",
        "collections16/spop",
        "collections16/zadd_100000",
        "collections16/zrange_100",
        "collections16/lrange_100",
        "depth16/lpop",
    ],
];
const COLLECTIONS_LIMITS: [f64; 2] = [1.0, 0.60];
const TRANSACTIONS: [&str; 2] = ["multi/depth1", "multi/depth16"];
const TRANSACTIONS_LIMIT: f64 = 0.8;
/// MSET of 10 random keys, on so many shards, over redis-server.
const MSET: &str = "depth16/mset";
const MSET_LIMITS: [(Target, f64); 2] = [(TWO, 1.0), (FOUR, 1.5)];
const RANGES: [&str; 5] = ["lrange_100", "lrange_300", "lrange_500", "lrange_600", "mset"];
const RANGES_LIMIT: f64 = 0.5;
/// MSET at the same depth, of ten random keys: pydis's test names one key ten times.
const MSET_OF_KEYS: &str = "depth5/mset";
const FOUR_SHARDS_LIMIT: f64 = 2.3;
const DIRECT_LIMIT: f64 = 1.2;
const BYTES_PER_KEY: f64 = 84.0;
const BYTES_PER_KEY_WITH_TTL: f64 = 96.0;
/// Bytes of collections over redis-server's.
const COLLECTION_BYTES_RATIO: f64 = 0.85;
const COLLECTION_PAUSE_MS: f64 = 2.0;
/// Four shards over redis-server.
const PUBLISH: [&str; 2] = ["publish/one", "publish/pipeline10"];
const PUBLISH_LIMIT: f64 = 0.7;
const IDLE_PERCENT: f64 = 1.0;
const GROWTH_RATIO: f64 = 2.0;

/// Whether any bar reads the workload or section of this name.
pub fn reads(name: &str) -> bool {
    if [MSET, MSET_OF_KEYS].contains(&name)
        || TRANSACTIONS.contains(&name)
        || COLLECTIONS.as_flattened().contains(&name)
    {
        return true;
    }
    match name.split_once('/') {
        None => true,
        Some(("pydis", test)) => RANGES.contains(&test),
        Some((group, test)) => {
            let of_one_shard = ONE_SHARD_TESTS.contains(&test) || super::results::SPREAD.contains(&test);
            group.starts_with("depth") && of_one_shard
        }
    }
}

/// All bars, in the order of the table that they come from.
pub fn all(results: &Results) -> Vec<Bar> {
    let mut bars = Vec::new();
    let swept = !results.sweep.is_empty();
    let errors = results.sweep.iter().filter(|outcome| outcome.result.is_err()).count();
    bars.push(Bar {
        what: "runs of all tests, -P 1/5/16/64, that failed".to_owned(),
        value: swept.then_some(errors as f64),
        limit: 0.0,
    });
    for (depth, limit, _, _) in BY_DEPTH {
        for test in ONE_SHARD_TESTS.iter().chain(&ONE_SHARD_KEYS) {
            bars.push(cpu(&results.cells, &format!("depth{depth}/{test}"), ONE, Target::Redis, limit));
        }
    }
    for test in RANGES {
        bars.push(cpu(&results.cells, &format!("pydis/{test}"), ONE, Target::Redis, RANGES_LIMIT));
    }
    bars.push(cpu(&results.cells, MSET_OF_KEYS, ONE, Target::Redis, RANGES_LIMIT));
    for (depth, _, limit, _) in BY_DEPTH {
        bars.extend(hop(results, depth, TWO, ONE, limit));
    }
    bars.extend(hop(results, 16, FOUR, ONE, FOUR_SHARDS_LIMIT));
    for (depth, ..) in BY_DEPTH {
        bars.extend(hop(results, depth, DIRECT, ONE, DIRECT_LIMIT));
    }
    for (depth, _, _, limit) in BY_DEPTH {
        bars.extend(limit.into_iter().flat_map(|limit| hop(results, depth, TWO, Target::Redis, limit)));
    }
    for (tests, limit) in COLLECTIONS.iter().zip(COLLECTIONS_LIMITS) {
        bars.extend(tests.iter().map(|test| cpu(&results.cells, test, ONE, Target::Redis, limit)));
    }
    for test in TRANSACTIONS {
        bars.push(cpu(&results.cells, test, ONE, Target::Redis, TRANSACTIONS_LIMIT));
    }
    for (shards, limit) in MSET_LIMITS {
        bars.push(cpu_over_redis(&results.cells, MSET, shards, limit));
    }
    for (with_ttl, limit) in [(false, BYTES_PER_KEY), (true, BYTES_PER_KEY_WITH_TTL)] {
        let what = format!("RSS bytes per key{}", if with_ttl { " with TTL" } else { "" });
        bars.push(Bar { what, value: mean(&results.memory, ONE, with_ttl), limit });
    }
    for shape in SHAPES {
        let (name, points) = (shape.name, &results.collections);
        let what = format!("RSS growth of {name}, {ONE} over {}", Target::Redis);
        let value = collections_memory::ratio(points, name, ONE, Target::Redis);
        bars.push(Bar { what, value, limit: COLLECTION_BYTES_RATIO });
    }
    for shape in SHAPES.iter().filter(|shape| shape.is_large) {
        let point = collections_memory::find(&results.collections, shape.name, ONE);
        let what = format!("pause of {} as it grows, ms of CPU", shape.name);
        let value = point.and_then(|point| Some(point.pause()?.cpu_ms));
        bars.push(Bar { what, value, limit: COLLECTION_PAUSE_MS });
    }
    for row in PUBLISH {
        bars.push(cpu_over_redis(&results.publish, row, FOUR, PUBLISH_LIMIT));
    }
    let idle =
        results.idle.iter().find(|(target, _)| *target == ONE).and_then(|(_, percent)| percent.clone().ok());
    bars.push(Bar { what: "idle, 1,000 clients, % of a core".to_owned(), value: idle, limit: IDLE_PERCENT });
    let growth = results.growth.iter().find(|(target, _)| *target == ONE);
    let ratio = growth.and_then(|(_, phases)| phases.as_ref().ok()).map(super::growth::Phases::ratio);
    bars.push(Bar { what: "p99.9 of GET, growing over quiet".to_owned(), value: ratio, limit: GROWTH_RATIO });
    bars
}

fn cpu(cells: &Cells, workload: &str, of: Target, over: Target, limit: f64) -> Bar {
    Bar {
        what: format!("CPU/op {workload}, {of} over {over}"),
        value: cells.ratio(workload, of, over, |m| m.cpu_us),
        limit,
    }
}

/// Several shards over redis-server, under a load that is placed as theirs is (see [`hop`]).
fn cpu_over_redis(cells: &Cells, workload: &str, of: Target, limit: f64) -> Bar {
    let loose = cpu(cells, workload, of, Target::Redis.loose(), limit);
    if loose.value.is_some() { loose } else { cpu(cells, workload, of, Target::Redis, limit) }
}

/// A line per test that was measured; one empty line where none was.
///
/// Where the load of several shards cannot be pinned, they are compared with one thread under such a load: a wake-up from
/// another CPU costs more than one from the same, so that a pinned load would make one thread look worse than it is.
fn hop(results: &Results, depth: u32, of: Target, over: Target, limit: f64) -> Vec<Bar> {
    let loose = results.hop(depth, of, over.loose());
    let hop = if loose.tests.is_empty() { results.hop(depth, of, over) } else { loose };
    let over = hop.over;
    if hop.tests.is_empty() {
        return vec![Bar { what: format!("CPU/op depth{depth}, {of} over {over}"), value: None, limit }];
    }
    let bar = |(test, ratio): &(String, f64)| Bar {
        what: format!("CPU/op depth{depth}/{test}, {of} over {over}"),
        value: Some(*ratio),
        limit,
    };
    hop.tests.iter().map(bar).collect()
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
    fn a_bar_holds_up_to_its_limit_and_not_without_a_figure() {
        let bar = |value| Bar { what: "x".to_owned(), value, limit: 1.5 };
        assert!(bar(Some(1.5)).holds());
        assert!(!bar(Some(1.51)).holds());
        assert!(!bar(None).holds());
        assert!(bar(Some(1.6)).to_string().ends_with("MISSES"));
        assert!(bar(None).to_string().ends_with("not measured"));
    }

    #[test]
    fn each_test_has_a_line_of_its_own() {
        let mut cells = Vec::new();
        for (test, cpu_us) in [("get", 0.4), ("set", 0.9)] {
            cells.push(cell(&format!("depth16/{test}"), Target::Redis, 1.0));
            cells.push(cell(&format!("depth16/{test}"), ONE, cpu_us));
        }
        let bars = all(&Results { cells: Cells(cells), ..Results::default() });
        let line = |what: &str| bars.iter().find(|bar| bar.what.contains(what)).unwrap();
        assert!(line("depth16/get, kvadrant-1 over redis").holds());
        assert!(!line("depth16/set, kvadrant-1 over redis").holds());
        assert_eq!(line("depth64/get").value, None);
    }

    #[test]
    fn every_workload_that_a_bar_names_is_one() {
        let rows = super::super::workloads::all(super::super::options::Size::Full);
        for name in COLLECTIONS.as_flattened().iter().chain(&TRANSACTIONS).chain([&MSET]) {
            assert!(rows.iter().any(|row| row.name == *name), "{name}");
        }
    }

    #[test]
    fn collections_have_a_bar_each_and_large_ones_one_for_their_pauses() {
        use super::super::collections_memory::{Batches, Grown, Point};
        let point = |target, bytes_each, cpu_ms| Point {
            target,
            shape: "one large set",
            count: 1,
            rounds: vec![Ok(Grown {
                bytes_each,
                batches: Some(Batches { cpu_ms: vec![cpu_ms], longest_wall_ms: 40.0 }),
            })],
        };
        let collections = vec![point(Target::Redis, 100.0, 9.0), point(ONE, 90.0, 0.5)];
        let bars = all(&Results { collections, ..Results::default() });
        let of_set: Vec<_> = bars.iter().filter(|bar| bar.what.contains("one large set")).collect();
        assert_eq!(
            of_set.iter().map(|bar| (bar.value, bar.holds())).collect::<Vec<_>>(),
            [(Some(0.9), false), (Some(0.5), true)]
        );
        assert_eq!(bars.iter().filter(|bar| bar.what.starts_with("RSS growth")).count(), SHAPES.len());
    }

    #[test]
    fn several_shards_are_compared_with_redis_under_a_load_like_theirs() {
        let mut cells = vec![cell(MSET, Target::Redis, 1.0), cell(MSET, FOUR, 1.4)];
        let bar = cpu_over_redis(&Cells(cells.clone()), MSET, FOUR, 1.5);
        assert_eq!(bar.value, Some(1.4));
        cells.push(cell(MSET, Target::RedisLoose, 2.0));
        let bar = cpu_over_redis(&Cells(cells), MSET, FOUR, 1.5);
        assert_eq!(
            (bar.value, bar.what.as_str()),
            (Some(0.7), "CPU/op depth16/mset, kvadrant-4 over redis-loose")
        );
    }

    #[test]
    fn bars_read_sections_and_their_tests_only() {
        for name in ["memory", "growth", "idle", "sweep", "depth1/get", "depth64/zadd-keys", "pydis/mset"] {
            assert!(reads(name), "{name}");
        }
        for name in [
            "depth16/mset",
            "depth5/mset",
            "depth1/lpop",
            "lrange/lrange_100",
            "collections1/spop",
            "multi/depth16",
        ] {
            assert!(reads(name), "{name}");
        }
        for name in ["pydis/set", "depth16/zadd", "zipf/depth16", "lrange/lrange_300", "depth1/mset"] {
            assert!(!reads(name), "{name}");
        }
    }
}

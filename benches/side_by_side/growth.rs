//! Latency while tables grow: p99.9 of GET while millions of keys are being inserted, against a quiet table.
//!
//! The measuring connections are paced, and a request's time counts from the moment it was due, so a pause of the server
//! shows in every request that fell into it. The inserting connection is paced too, far below what the server can do.
//!
//! Quiet and growing windows of a second each take turns until all keys are inserted, and a figure is the median of the
//! p99.9 of each window. A shared machine pauses by itself, for longer than anything that is to be seen here: that spoils
//! the window in which it happens, where it would spoil the p99.9 of a whole phase. No insertion is under way in a quiet
//! window; its table is the one that the growing windows before it have left.
//!
//! What a median of windows cannot show is a pause of the server in fewer than half of the growing ones. So the p99.9 of
//! all windows taken as one stands beside it, and the JSON has that of each window.
//!
//! In some windows, the same connection overwrites existing keys at the same pace: that tells the price of growing apart
//! from the price of having a neighbour.

use super::commands::{distinct_sets, load_strings, random_gets, random_sets};
use super::generator::{Group, Seen, Source, Until, drive};
use super::histogram::Histogram;
use super::measure::median;
use super::options::Size;
use super::placement;
use super::rounds::Ground;
use super::server::{Server, Target};
use std::time::Duration;

/// Keys that the measuring connections read; they exist before the first window.
const READ_KEYS: u64 = 100_000;
/// Keys that a full run inserts.
const INSERTS_MAX: u64 = 10_000_000;
const MEASURING_CONNECTIONS: usize = 8;
/// Of each measuring connection: 8,000 requests per second together.
const READ_EVERY: Duration = Duration::from_millis(1);
const INSERT_DEPTH: u64 = 16;
/// 200,000 inserts per second: a fifth of what redis-server manages on a common machine.
const INSERT_EVERY: Duration = Duration::from_micros(80);
/// One window of overwriting among so many pairs of the others: it only explains, and no bar reads it.
const PAIRS_PER_OVERWRITING: u64 = 5;

/// Latency of GET in all windows of one kind, in microseconds.
#[derive(Debug, Clone)]
pub struct Phase {
    /// Half of the requests took no longer: the median of the windows.
    pub p50: f64,
    /// 99.9 % of the requests took no longer: the median of the windows.
    pub p999: f64,
    /// 99.9 % of the requests of all windows took no longer.
    pub p999_whole: f64,
    /// The longest request.
    pub max: f64,
    /// The p99.9 of each window, in their order.
    pub windows: Vec<f64>,
}

impl Phase {
    fn of(windows: &[Histogram]) -> Self {
        let us = |ns: u64| ns as f64 / 1_000.0;
        let by_window = |q| windows.iter().map(move |window| us(window.quantile(q)));
        let middle = |q| median(by_window(q)).unwrap_or_default();
        let mut whole = Histogram::new();
        for window in windows {
            whole.add(window);
        }
        Self {
            p50: middle(0.5),
            p999: middle(0.999),
            p999_whole: us(whole.quantile(0.999)),
            max: us(whole.max()),
            windows: by_window(0.999).collect(),
        }
    }
}

/// The three kinds of windows.
#[derive(Debug, Clone)]
pub struct Phases {
    /// No other load.
    pub quiet: Phase,
    /// Existing keys are overwritten at the pace of the inserts.
    pub overwriting: Phase,
    /// New keys are inserted.
    pub growing: Phase,
    /// Keys inserted.
    pub inserted: u64,
    /// Keys inserted per second of the growing windows.
    pub inserts_per_s: f64,
}

impl Phases {
    /// p99.9 while growing over p99.9 on a quiet table, each the median of its windows.
    pub fn ratio(&self) -> f64 {
        self.growing.p999 / self.quiet.p999
    }

    /// The same with all windows of a kind taken as one, so that a pause of the machine counts like one of the server.
    pub fn ratio_whole(&self) -> f64 {
        self.growing.p999_whole / self.quiet.p999_whole
    }
}

/// How many windows of which length.
#[derive(Clone, Copy)]
struct Plan {
    window: Duration,
    inserts: u64,
}

impl Plan {
    fn of(size: Size) -> Self {
        match size {
            Size::Full => Self { window: Duration::from_secs(1), inserts: INSERTS_MAX },
            Size::Quick => Self { window: Duration::from_millis(500), inserts: 400_000 },
        }
    }

    /// What the pace of the inserting connection makes of one window.
    fn inserts_per_window(self) -> u64 {
        (self.window.as_nanos() / INSERT_EVERY.as_nanos()) as u64 * INSERT_DEPTH
    }

    fn pairs(self) -> u64 {
        self.inserts.div_ceil(self.inserts_per_window())
    }
}

/// Measures each server, one after the other, each freshly started.
pub fn run(ground: &Ground<'_>, targets: &[Target]) -> Vec<(Target, Result<Phases, String>)> {
    targets
        .iter()
        .map(|&target| {
            eprintln!("[growth] {target}");
            (target, phases(ground, target))
        })
        .collect()
}

fn phases(ground: &Ground<'_>, target: Target) -> Result<Phases, String> {
    let server = Server::start(target, ground.programs, ground.placement)?;
    load_strings(server.port, READ_KEYS)?;
    let cpus = target.load_cpus(ground.placement);
    placement::run_on(cpus, || windows(&server, Plan::of(ground.size)))
}

fn windows(server: &Server, plan: Plan) -> Result<Phases, String> {
    let (mut quiet, mut overwriting, mut growing) = (Vec::new(), Vec::new(), Vec::new());
    let (mut inserted, mut inserting_time) = (0, Duration::ZERO);
    let mut inserts = distinct_sets(READ_KEYS, plan.inserts, false);
    for pair in 0..plan.pairs() {
        // What the window before has left to do in the background is no part of this one.
        server.settle();
        let readers = |until| readers(until, pair);
        let drive = |groups| drive(server.port, groups);
        quiet.push(latency(drive(vec![readers(Until::Elapsed(plan.window))])?));
        if pair % PAIRS_PER_OVERWRITING == 0 {
            let sets = random_sets(READ_KEYS, pair);
            let writer = writer(Until::Elapsed(plan.window), sets);
            overwriting.push(latency(drive(vec![readers(Until::OthersEnd), writer])?));
        }
        let count = plan.inserts_per_window().min(plan.inserts - inserted);
        let next = Box::new(|out: &mut Vec<u8>| inserts(out));
        let seen = drive(vec![readers(Until::OthersEnd), writer(Until::Requests(count), next)])?;
        inserted += seen[1].requests();
        inserting_time += seen[1].elapsed;
        growing.push(latency(seen));
    }
    let held = server.ask::<u64>(&["DBSIZE"])?;
    if held != READ_KEYS + plan.inserts {
        return Err(format!("holds {held} of {} keys", READ_KEYS + plan.inserts));
    }
    Ok(Phases {
        quiet: Phase::of(&quiet),
        overwriting: Phase::of(&overwriting),
        growing: Phase::of(&growing),
        inserted,
        inserts_per_s: inserted as f64 / inserting_time.as_secs_f64(),
    })
}

/// What the readers, the first group of every window, have seen.
fn latency(mut seen: Vec<Seen>) -> Histogram {
    seen.swap_remove(0).latency
}

fn readers(until: Until, seed: u64) -> Group<'static> {
    let source = random_gets(READ_KEYS, seed);
    Group { connections: MEASURING_CONNECTIONS, depth: 1, every: Some(READ_EVERY), until, source }
}

fn writer(until: Until, source: Source<'_>) -> Group<'_> {
    Group { connections: 1, depth: INSERT_DEPTH, every: Some(INSERT_EVERY), until, source }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn window(ns: u64, paused: bool) -> Histogram {
        let mut window = Histogram::new();
        window.record(ns, 8_000);
        if paused {
            window.record(50_000_000, 400);
        }
        window
    }

    #[test]
    fn a_pause_of_the_machine_spoils_a_window_and_not_the_figure() {
        let windows = [window(100_000, false), window(102_000, true), window(101_000, false)];
        let phase = Phase::of(&windows);
        assert!((100.0..104.0).contains(&phase.p50) && (100.0..104.0).contains(&phase.p999), "{phase:?}");
        assert!(phase.p999_whole > 49_000.0 && phase.max > 49_000.0, "{phase:?}");
        assert_eq!(phase.windows.len(), 3);
        assert!(phase.windows[1] > 49_000.0, "{phase:?}");
    }

    #[test]
    fn a_pause_in_most_windows_is_the_servers() {
        let windows = [window(100_000, true), window(100_000, false), window(100_000, true)];
        assert!(Phase::of(&windows).p999 > 49_000.0);
    }

    #[test]
    fn the_windows_are_as_many_as_all_insertions_need() {
        let full = Plan::of(Size::Full);
        assert_eq!((full.inserts_per_window(), full.pairs()), (200_000, 50));
        assert_eq!(Plan { inserts: 200_001, ..full }.pairs(), 2);
        assert_eq!(Plan::of(Size::Quick).pairs(), 4);
    }
}

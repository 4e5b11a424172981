//! Latency while tables grow: p99.9 of GET while millions of keys are being inserted, against a quiet table.
//!
//! The measuring connections are paced, and a request's time counts from the moment it was due, so a pause of the server
//! shows in every request that fell into it. The inserting connection is paced too, far below what the server can do.
//! Between the quiet and the growing phase, the same connection overwrites existing keys at the same pace: that tells the
//! price of growing apart from the price of having a neighbour.

use super::commands::{distinct_sets, load_strings, random_gets, random_sets};
use super::generator::{Group, Source, Until, drive};
use super::options::Size;
use super::placement;
use super::rounds::Ground;
use super::server::{Server, Target};
use std::time::Duration;

/// Keys that the measuring connections read; they exist before the quiet phase.
const READ_KEYS: u64 = 100_000;
/// Keys that a full run inserts.
const INSERTS_MAX: u64 = 10_000_000;
const MEASURING_CONNECTIONS: usize = 8;
/// Of each measuring connection: 8,000 requests per second together.
const READ_EVERY: Duration = Duration::from_millis(1);
const INSERT_DEPTH: u64 = 16;
/// 200,000 inserts per second: a fifth of what redis-server manages on a common machine.
const INSERT_EVERY: Duration = Duration::from_micros(80);

/// Latency of GET in one phase, in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Phase {
    /// Half of the requests took no longer.
    pub p50: f64,
    /// 99.9 % of the requests took no longer.
    pub p999: f64,
    /// The longest request.
    pub max: f64,
}

/// The three phases.
#[derive(Debug, Clone, Copy)]
pub struct Phases {
    /// No other load.
    pub quiet: Phase,
    /// Existing keys are overwritten at the pace of the inserts.
    pub overwriting: Phase,
    /// New keys are inserted.
    pub growing: Phase,
    /// Keys inserted.
    pub inserted: u64,
    /// Keys inserted per second.
    pub inserts_per_s: f64,
}

impl Phases {
    /// p99.9 while growing over p99.9 on a quiet table.
    pub fn ratio(&self) -> f64 {
        self.growing.p999 / self.quiet.p999
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
    let (inserting, quiet_s) = match ground.size {
        Size::Full => (Until::Requests(INSERTS_MAX), 10),
        Size::Quick => (Until::Elapsed(Duration::from_secs(2)), 2),
    };
    let quiet_time = Until::Elapsed(Duration::from_secs(quiet_s));
    let server = Server::start(target, ground.programs, ground.placement)?;
    load_strings(server.port, READ_KEYS)?;
    server.settle();
    let cpus = target.load_cpus(ground.placement);
    let port = server.port;
    placement::run_on(cpus, || {
        let quiet = drive(port, vec![readers(quiet_time)])?;
        let overwriting =
            drive(port, vec![readers(Until::OthersEnd), writer(quiet_time, random_sets(READ_KEYS, 23))])?;
        let inserts = distinct_sets(READ_KEYS, INSERTS_MAX, false);
        let growing = drive(port, vec![readers(Until::OthersEnd), writer(inserting, inserts)])?;
        let phase = |seen: &[super::generator::Seen]| {
            let at = |q| seen[0].latency.quantile(q) as f64 / 1_000.0;
            Phase { p50: at(0.5), p999: at(0.999), max: seen[0].latency.max() as f64 / 1_000.0 }
        };
        Ok(Phases {
            quiet: phase(&quiet),
            overwriting: phase(&overwriting),
            growing: phase(&growing),
            inserted: growing[1].requests(),
            inserts_per_s: growing[1].requests() as f64 / growing[1].elapsed.as_secs_f64(),
        })
    })
}

fn readers(until: Until) -> Group<'static> {
    let source = random_gets(READ_KEYS, 29);
    Group { connections: MEASURING_CONNECTIONS, depth: 1, every: Some(READ_EVERY), until, source }
}

fn writer(until: Until, source: Source<'static>) -> Group<'static> {
    Group { connections: 1, depth: INSERT_DEPTH, every: Some(INSERT_EVERY), until, source }
}

//! Interleaved rounds: for each workload, for each round, each server in turn, the order rotated from round to round.
//!
//! So a slow minute of the machine meets all servers alike, and a ratio compares runs that lie seconds apart.

use super::measure::{Cell, Cells, Measure};
use super::options::Size;
use super::placement::{self, Placement};
use super::redis_benchmark::{self, Report};
use super::server::{Programs, Server, Target};
use super::workloads::{Before, CONNECTIONS, KEYSPACE, Load, RunsOn, Workload, ZIPF_KEYS};
use super::{commands, generator};
use std::time::{Duration, Instant};

/// A single run must end within this time.
const RUN_MAX: Duration = Duration::from_secs(60);

/// Everything that a run needs besides its workloads.
pub struct Ground<'a> {
    /// Where the programs are.
    pub programs: &'a Programs,
    /// Which CPU does what.
    pub placement: &'a Placement,
    /// Quick or full.
    pub size: Size,
    /// What all rounds may take: a workload that lies behind its share of it is shortened, and
    /// runs only its first round.
    pub rounds_max: Option<Duration>,
}

/// Runs all workloads on all servers, `rounds` times each.
pub fn run(ground: &Ground<'_>, workloads: &[Workload], servers: &mut [Server], rounds: usize) -> Cells {
    let mut cells = Cells::default();
    let start = Instant::now();
    for (position, workload) in workloads.iter().enumerate() {
        eprintln!("[{}/{}] {}", position + 1, workloads.len(), workload.name);
        let mut taking: Vec<(&mut Server, Cell)> = servers
            .iter_mut()
            .filter(|server| workload.takes(server.target, ground.size))
            .map(|server| {
                let target = server.target;
                (
                    server,
                    Cell { workload: workload.name.clone(), target, rounds: Vec::new(), errors: Vec::new() },
                )
            })
            .collect();
        let count = taking.len();
        let share = |done: usize| done as f64 / workloads.len() as f64;
        let is_late = |done, factor: f64| {
            ground.rounds_max.is_some_and(|limit| start.elapsed() > limit.mul_f64(share(done) * factor))
        };
        let workload = match position {
            1.. if is_late(position, 1.25) => &workload.shortened(4),
            1.. if is_late(position, 1.0) => &workload.shortened(2),
            _ => workload,
        };
        for round in 0..rounds {
            if round > 0 && is_late(position + 1, 1.0) {
                break;
            }
            for step in 0..count {
                let (server, cell) = &mut taking[(step + round + position) % count];
                match run_once(ground, workload, server) {
                    Ok(measure) => cell.rounds.push(Some(measure)),
                    Err(error) => {
                        eprintln!("  {} on {}: {error}", workload.name, cell.target);
                        cell.rounds.push(None);
                        cell.errors.push(error);
                    }
                }
            }
        }
        cells.0.extend(taking.into_iter().map(|(_, cell)| cell));
    }
    cells
}

fn run_once(ground: &Ground<'_>, workload: &Workload, server: &mut Server) -> Result<Measure, String> {
    if !server.is_running() {
        return Err("the server has ended".to_owned());
    }
    if server.holds.take() != Some(workload.before) {
        prepare(ground, workload, server)?;
    }
    let load_cpus = server.target.load_cpus(ground.placement);
    let before = server.cpu_ns();
    let report = match &workload.load {
        Load::ZipfMix => {
            let source = commands::zipf_mix(ZIPF_KEYS, 95, 19);
            placement::run_on(load_cpus, || generate(workload, server.load_port, source))?
        }
        Load::Transactions => {
            let source = commands::transactions(43);
            placement::run_on(load_cpus, || generate(workload, server.load_port, source))?
        }
        Load::Test(_) | Load::Words(_) => {
            redis_benchmark::run(benchmark_command(ground, workload, server, load_cpus), RUN_MAX)?
        }
    };
    let used_ns = server.cpu_ns().saturating_sub(before);
    if report.requests + u64::from(CONNECTIONS * workload.depth) < workload.requests {
        return Err(format!("only {} of {} requests were answered", report.requests, workload.requests));
    }
    server.holds = Some(workload.before).filter(|before| before.lasts());
    let Report { requests, rps, p50_us, p99_us, p999_us } = report;
    Ok(Measure { rps, p50_us, p99_us, p999_us, cpu_us: used_ns as f64 / 1_000.0 / requests as f64 })
}

/// Brings the server into the state that the workload expects.
fn prepare(ground: &Ground<'_>, workload: &Workload, server: &Server) -> Result<(), String> {
    server.empty()?;
    let port = server.port;
    match workload.before {
        Before::Nothing => {}
        Before::Strings if matches!(server.target, Target::Direct(_)) => fill_slots(ground, server)?,
        Before::Strings => commands::load_strings(port, KEYSPACE)?,
        Before::List(elements) => commands::load_list(port, elements)?,
        Before::Lists(elements) => commands::load_lists(port, KEYSPACE, elements)?,
        Before::ZipfKeys => {
            commands::send_all(port, ZIPF_KEYS, commands::distinct_sets(0, ZIPF_KEYS, false))?;
        }
        Before::Hashes => commands::load_hashes(port)?,
        Before::Set(members) => commands::load_set(port, members)?,
        Before::SortedSet => commands::load_sorted_set(port)?,
    }
    server.settle();
    Ok(())
}

/// Creates nearly all keys of a cluster load: only redis-benchmark knows the tags that it puts into their names.
fn fill_slots(ground: &Ground<'_>, server: &Server) -> Result<(), String> {
    let workload = Workload {
        name: "fill".to_owned(),
        depth: 64,
        // Random draws, six times as many as keys, leave one key in 400 out.
        requests: 6 * KEYSPACE,
        random: true,
        load: Load::Test("set"),
        before: Before::Nothing,
        runs_on: RunsOn::ShardsAndDirect,
    };
    redis_benchmark::run(benchmark_command(ground, &workload, server, ground.placement.cpus()), RUN_MAX)
        .map(drop)
}

fn benchmark_command(
    ground: &Ground<'_>,
    workload: &Workload,
    server: &Server,
    load_cpus: &[usize],
) -> std::process::Command {
    let mut command = placement::pinned(load_cpus, &ground.programs.benchmark);
    command.current_dir(&ground.programs.workdir);
    command.args(["-h", "127.0.0.1", "-p", &server.load_port.to_string()]);
    command.args(["-c", &CONNECTIONS.to_string(), "-n", &workload.requests.to_string()]);
    command.args(["-P", &workload.depth.to_string()]);
    let is_cluster = matches!(server.target, Target::Direct(_));
    if workload.random {
        // In a cluster each node has keys of its own: one tag each, so that they share one of its slots.
        let keyspace = if is_cluster { KEYSPACE / server.target.threads() as u64 } else { KEYSPACE };
        command.args(["-r", &keyspace.to_string()]);
    }
    let spare = load_cpus.len().min(server.target.threads());
    if is_cluster {
        command.arg("--cluster");
    } else if spare > 1 && load_cpus.len() < ground.placement.cpus().len() {
        // A machine with CPUs of its own for the load: one thread could not keep several shards busy.
        command.args(["--threads", &spare.to_string()]);
    }
    match &workload.load {
        Load::Test(name) => command.args(["-t", name]),
        Load::Words(words) => command.args(words),
        Load::ZipfMix | Load::Transactions => &mut command,
    };
    command
}

/// Sends what a source of the own generator writes.
fn generate(workload: &Workload, port: u16, source: generator::Source<'_>) -> Result<Report, String> {
    let group = generator::Group {
        connections: CONNECTIONS as usize,
        depth: u64::from(workload.depth),
        every: None,
        until: generator::Until::Requests(workload.requests),
        source,
    };
    let seen = generator::drive(port, vec![group])?.pop().ok_or("no group ran")?;
    let at = |q| seen.latency.quantile(q) as f64 / 1_000.0;
    let rps = seen.requests() as f64 / seen.elapsed.as_secs_f64();
    Ok(Report { requests: seen.requests(), rps, p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999) })
}

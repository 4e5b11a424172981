//! Kvadrant beside redis-server (and valkey-server): the harness behind `make bench`.
//!
//! ```text
//! cargo bench --bench side_by_side -- --quick                all servers and workloads in about two minutes
//! cargo bench --bench side_by_side --                        the full form; it says how long it will take
//! cargo bench --bench side_by_side -- --check                what the bars need, then each bar: holds or misses
//! cargo bench --bench side_by_side -- --only depth16,zipf --servers redis,kvadrant-1
//! cargo bench --bench side_by_side -- --kvadrant /usr/bin/redis-server     Redis against itself: the noise
//! ```
//!
//! Workloads: `pydis/*` (its fifteen tests at depth 5), `depth1|16|64/*` (100,000 random keys; `*-keys` are the same
//! verbs with a random key each instead of one key with random members), `lrange/*` (depth 1), `zipf/*` (95 % GET, 5 %
//! SET, Zipf(0.99) over a million keys, by the own generator), `collections1|16/*` (everyday commands on hashes, sets,
//! sorted sets and lists of a known size), `multi/depth1|16` (transactions of five commands, one or sixteen in a batch;
//! figures are per command, MULTI and EXEC included), `sweep` (every test ends without an error), `memory`
//! (bytes per key), `collections-memory` (bytes of small and large collections, and the longest pause of a large one while
//! it grows), `growth` (p99.9 while tables grow), `idle` (CPU with 1,000 idle clients), `publish` (CPU per message
//! delivered to one of 1,000 subscribers, messages published one by one and in pipelines of 10).
//!
//! For each workload, for each round, each server runs in turn, in rotated order: redis-server, valkey-server where it is
//! installed, Kvadrant with 1, 2, 4 and 8 shards, and two shards through their own ports (`redis-benchmark --cluster`,
//! which needs two nodes at least, so that its one-shard counterpart is Kvadrant's one port under the plain load).
//! Where two shards and their load do not fit on CPUs of their own (so on two CPUs), `redis-loose` and `kvadrant-1-loose`
//! are these servers under a load that is not pinned either: the fair counterpart of several shards, since a wake-up
//! across CPUs costs about twice one on the same CPU.
//!
//! Each server is started once, on a free loopback port, and ended by its process id, also on a signal or a panic.
//!
//! CPU per request is the server process's user and system time, from the kernel's nanosecond clock of all its threads,
//! over the requests that were answered. [`placement`] says which CPU does what. Needs redis-server, redis-benchmark
//! and taskset; the exit status is 1 where runs failed, except under `--check`, which only reports.

// The unit tests run through `tests/bench_harness.rs`. This target has no test harness, yet is compiled with
// `cfg(test)`: hence the `allow(unused)` on each `mod tests`.
mod bars;
mod collections_memory;
mod commands;
mod generator;
mod growth;
mod histogram;
mod idle;
mod measure;
mod memory;
mod options;
mod placement;
mod process;
mod publish;
mod random;
mod redis_benchmark;
mod replies;
mod report;
mod results;
mod rounds;
mod server;
mod sweep;
mod system;
mod workloads;
mod zipf;

use clap::Parser;
use options::{Options, Size};
use placement::Placement;
use results::Results;
use rounds::Ground;
use server::{Programs, Server, Target};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// What the rounds of a quick run may take; what is left of two minutes is for the other sections.
const QUICK_ROUNDS_MAX: Duration = Duration::from_secs(60);
const SHARDS: [usize; 4] = [1, 2, 4, 8];
const DIRECT_SHARDS: usize = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    if options.list {
        list(&options);
        return ExitCode::SUCCESS;
    }
    if !options.bench {
        // `cargo test --all-targets` runs benches without this flag: they must not take minutes there.
        println!("run this as: cargo bench --bench side_by_side -- --help");
        return ExitCode::SUCCESS;
    }
    match compare(&options) {
        Ok(failures) if failures == 0 || options.check => ExitCode::SUCCESS,
        Ok(failures) => {
            eprintln!("{failures} runs failed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The sections that are no rounds.
const SECTIONS: [&str; 6] = ["sweep", "memory", "collections-memory", "growth", "idle", "publish"];

fn list(options: &Options) {
    let rows = workloads::all(options.size());
    let names = rows.iter().map(|row| row.name.as_str()).chain(SECTIONS);
    for name in names.filter(|name| options.wants(name)) {
        println!("{name}");
    }
}

fn compare(options: &Options) -> Result<usize, String> {
    process::end_children_on_signals().map_err(|error| format!("signals: {error}"))?;
    let programs = programs(options)?;
    let placement = Placement::here();
    let start = Instant::now();
    let size = options.size();
    let rounds_max = (size == Size::Quick).then_some(QUICK_ROUNDS_MAX);
    let ground = Ground { programs: &programs, placement: &placement, size, rounds_max };
    let targets = targets(options, &programs, &placement);
    let rows: Vec<_> = workloads::all(size).into_iter().filter(|row| options.wants(&row.name)).collect();
    eprintln!(
        "about {} min; --quick, --only and --servers make it shorter",
        minutes(options, &rows, &targets)
    );

    let results = measure_all(options, &ground, &targets, &rows)?;
    let describe = |target: &Target| {
        let (cpus, load) = (target.cpus(&placement), target.load_cpus(&placement));
        (*target, programs.version(*target), placement::list(cpus), placement::list(load))
    };
    let servers = targets.iter().map(describe).collect();
    let machine = machine(&placement);
    let setting = report::Setting { machine, servers, rounds: options.rounds(), is_quick: options.quick };
    print!("{}", report::text(&setting, &results));
    if options.check {
        print!("{}", report::bars_text(&bars::all(&results)));
    }
    let json =
        serde_json::to_string_pretty(&report::json(&setting, &results)).map_err(|error| error.to_string())?;
    if let Some(folder) = options.json.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    std::fs::write(&options.json, json).map_err(|error| format!("{}: {error}", options.json.display()))?;
    println!("\n{:.0} s; JSON in {}", start.elapsed().as_secs_f64(), options.json.display());
    Ok(results.failures())
}

fn measure_all(
    options: &Options,
    ground: &Ground<'_>,
    targets: &[Target],
    rows: &[workloads::Workload],
) -> Result<Results, String> {
    let mut results = Results::default();
    let plain: Vec<Target> = targets.iter().copied().filter(|target| target.is_plain()).collect();
    let wants_sweep = options.wants("sweep");
    let takes_part = |target: &Target| rows.iter().any(|row| row.takes(*target, ground.size));
    let sweeps = |target: &Target| wants_sweep && matches!(target, Target::Kvadrant(_));
    let mut servers = Vec::new();
    for target in targets.iter().filter(|target| takes_part(target) || sweeps(target)) {
        servers.push(Server::start(*target, ground.programs, ground.placement)?);
    }
    if wants_sweep {
        results.sweep = sweep::run(ground, &mut servers);
    }
    results.cells = rounds::run(ground, rows, &mut servers, options.rounds());
    // The other sections start servers of their own, and these would only share the CPUs with them.
    drop(servers);
    if options.wants("memory") {
        results.memory = memory::run(ground, &plain);
    }
    if options.wants("collections-memory") {
        results.collections = collections_memory::run(ground, &plain, options.rounds());
    }
    if options.wants("growth") {
        results.growth = growth::run(ground, &plain);
    }
    if options.wants("idle") {
        let shown =
            |target: &&Target| target.is_plain() || (ground.size == Size::Full && target.threads() > 1);
        let targets: Vec<Target> = targets.iter().filter(shown).copied().collect();
        results.idle = idle::run(ground, &targets);
    }
    if options.wants("publish") {
        let targets: Vec<Target> = targets.iter().copied().filter(|target| publish::takes(*target)).collect();
        results.publish = publish::run(ground, &targets, options.rounds())?;
    }
    Ok(results)
}

fn programs(options: &Options) -> Result<Programs, String> {
    let redis = on_path(&options.redis).ok_or_else(|| {
        format!(
            "{} is not installed: apt-get install redis-server, or name one with --redis",
            options.redis.display()
        )
    })?;
    let benchmark = on_path(Path::new("redis-benchmark"))
        .ok_or("redis-benchmark is not installed: apt-get install redis-tools")?;
    on_path(Path::new("taskset")).ok_or("taskset is not installed: apt-get install util-linux")?;
    let kvadrant = on_path(&options.kvadrant).ok_or_else(|| {
        format!("{} is no program; name Kvadrant with --kvadrant", options.kvadrant.display())
    })?;
    let workdir = std::env::current_dir().map_err(|error| error.to_string())?.join(".bench");
    Ok(Programs { redis, valkey: on_path(&options.valkey), kvadrant, benchmark, workdir })
}

/// A program by its path, or by its name on PATH; always absolute, since servers start in a folder of their own.
fn on_path(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return std::path::absolute(program).ok().filter(|path| path.is_file());
    }
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn targets(options: &Options, programs: &Programs, placement: &Placement) -> Vec<Target> {
    let mut targets = vec![Target::Redis];
    targets.extend(programs.valkey.as_ref().map(|_| Target::Valkey));
    targets.extend(SHARDS.map(Target::Kvadrant));
    if !programs.has_stand_in() {
        targets.push(Target::Direct(DIRECT_SHARDS));
    }
    if placement.is_tight() {
        targets.extend([Target::RedisLoose, Target::KvadrantLoose]);
    }
    targets.retain(|target| options.wants_server(&target.to_string()));
    targets
}

/// A guess at the length of the run, from what such runs took.
fn minutes(options: &Options, rows: &[workloads::Workload], targets: &[Target]) -> u64 {
    let per_second = |depth: u32| match depth {
        ..=1 => 60_000.0,
        2..=5 => 200_000.0,
        6..=16 => 450_000.0,
        _ => 900_000.0,
    };
    let size = options.size();
    let cell_s = |row: &workloads::Workload| 0.2 + row.requests as f64 / per_second(row.depth);
    let row_s = |row| cell_s(row) * targets.iter().filter(|target| row.takes(**target, size)).count() as f64;
    let rounds_s = rows.iter().map(row_s).sum::<f64>() * options.rounds() as f64;
    let plain = targets.iter().filter(|target| target.is_plain()).count() as f64;
    let section_s = |name| match (name, size) {
        ("sweep", Size::Full) => 90.0,
        ("memory", Size::Full) => 30.0 * plain,
        ("collections-memory", Size::Full) => (24.0 + 12.0 * options.rounds() as f64) * plain,
        ("collections-memory", Size::Quick) => 10.0 * plain,
        ("growth", Size::Full) => 115.0 * plain,
        ("idle", Size::Full) => 12.0 * targets.len() as f64,
        ("publish", Size::Full) => 30.0 * options.rounds() as f64,
        _ => 5.0 * plain,
    };
    let sections_s: f64 = SECTIONS.into_iter().filter(|name| options.wants(name)).map(section_s).sum();
    let seconds = rounds_s + sections_s;
    (if size == Size::Quick { seconds.min(120.0) } else { seconds } / 60.0).ceil() as u64
}

fn machine(placement: &Placement) -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let model = model.trim_start_matches(['\t', ' ', ':']);
    let kernel = Command::new("uname")
        .arg("-r")
        .output()
        .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    format!("{model}, {} CPUs, Linux {}", placement.cpus().len(), kernel.unwrap_or_default())
}

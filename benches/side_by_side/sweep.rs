//! That every test ends without an error: pydis's fifteen and redis-benchmark's default set, at every depth, on any
//! number of shards. Nothing is measured here; redis-benchmark ends with an error on any error reply.

use super::options::Size;
use super::placement;
use super::process::{Process, output_within};
use super::redis_benchmark::complaint;
use super::rounds::Ground;
use super::server::{Server, Target};
use super::workloads::PYDIS;
use std::time::Duration;

const DEPTHS: [u32; 4] = [1, 5, 16, 64];
const RUN_MAX: Duration = Duration::from_secs(120);

/// One combination: server, depth, set of tests, and what failed, if anything.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The server.
    pub target: Target,
    /// Commands in a batch (`-P`).
    pub depth: u32,
    /// Which set of tests.
    pub tests: &'static str,
    /// The first error.
    pub result: Result<(), String>,
}

/// Runs all combinations.
pub fn run(ground: &Ground<'_>, servers: &mut [Server]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for server in servers.iter_mut().filter(|server| matches!(server.target, Target::Kvadrant(_))) {
        eprintln!("[sweep] {}", server.target);
        for depth in DEPTHS {
            for tests in ["pydis", "default"] {
                let result = sweep(ground, server, depth, tests);
                outcomes.push(Outcome { target: server.target, depth, tests, result });
            }
        }
    }
    outcomes
}

fn sweep(ground: &Ground<'_>, server: &mut Server, depth: u32, tests: &str) -> Result<(), String> {
    let requests = if ground.size == Size::Full { 10_000 } else { 640 };
    let mut command =
        placement::pinned(server.target.load_cpus(ground.placement), &ground.programs.benchmark);
    command.current_dir(&ground.programs.workdir);
    command.args(["-h", "127.0.0.1", "-p", &server.port.to_string(), "-q", "-r", "1000"]);
    command.args(["-n", &requests.to_string(), "-P", &depth.to_string()]);
    if tests == "pydis" {
        command.args(["-t", &PYDIS.join(",")]);
    }
    let process = Process::spawn_piped(command).map_err(|error| error.to_string())?;
    let output = output_within(process, RUN_MAX)?;
    if !output.success || output.stderr.contains("rror") {
        return Err(complaint(&output.stderr).unwrap_or_else(|| "redis-benchmark failed".to_owned()));
    }
    if !server.is_running() {
        return Err("the server has ended".to_owned());
    }
    server.empty()
}

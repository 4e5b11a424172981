//! The servers under test: how each kind is started, and one that runs.

use super::placement::{self, Placement};
use super::process::Process;
use super::workloads::Before;
use std::fmt;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A server must answer PING within this time after its start.
const START_MAX: Duration = Duration::from_secs(10);
/// What a server does after a FLUSHALL or a load must end within this time.
const SETTLE_MAX: Duration = Duration::from_secs(5);
const SETTLE_STEP: Duration = Duration::from_millis(10);
/// A server that has not come to rest by then does something by itself, which shall not hold up the measurement.
const REST_MAX: Duration = Duration::from_millis(50);
/// Less CPU than this in a step counts as idle: Redis's own cron takes about a tenth of it.
const SETTLED_NS: u64 = 500_000;

/// One column of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// redis-server: what everything is compared with.
    Redis,
    /// valkey-server.
    Valkey,
    /// Kvadrant with so many shards, through its one port.
    Kvadrant(usize),
    /// Kvadrant with so many shards, through the shards' own ports by a cluster-aware load.
    Direct(usize),
    /// redis-server with nothing pinned, as several shards meet their load on a small machine.
    RedisLoose,
    /// Kvadrant with one shard under a load that is not pinned.
    KvadrantLoose,
}

impl Target {
    /// How many threads serve.
    pub fn threads(self) -> usize {
        match self {
            Self::Redis | Self::Valkey | Self::RedisLoose | Self::KvadrantLoose => 1,
            Self::Kvadrant(shards) | Self::Direct(shards) => shards,
        }
    }

    /// Whether it is one thread on a CPU of its own: what memory, growth and idle figures are taken on.
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Redis | Self::Valkey | Self::Kvadrant(1))
    }

    fn is_kvadrant(self) -> bool {
        matches!(self, Self::Kvadrant(_) | Self::Direct(_) | Self::KvadrantLoose)
    }

    /// The CPUs that the server runs on.
    pub fn cpus(self, placement: &Placement) -> &[usize] {
        if self == Self::RedisLoose { placement.cpus() } else { placement.server(self.threads()) }
    }

    /// The CPUs that its load runs on.
    pub fn load_cpus(self, placement: &Placement) -> &[usize] {
        match self {
            Self::RedisLoose | Self::KvadrantLoose => placement.cpus(),
            _ => placement.load(self.threads()),
        }
    }

    /// The same server under a load that is not pinned.
    pub fn loose(self) -> Self {
        match self {
            Self::Redis => Self::RedisLoose,
            Self::Kvadrant(1) => Self::KvadrantLoose,
            other => other,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redis => f.pad("redis"),
            Self::Valkey => f.pad("valkey"),
            Self::Kvadrant(shards) => f.pad(&format!("kvadrant-{shards}")),
            Self::Direct(shards) => f.pad(&format!("direct-{shards}")),
            Self::RedisLoose => f.pad("redis-loose"),
            Self::KvadrantLoose => f.pad("kvadrant-1-loose"),
        }
    }
}

/// Where the programs are.
pub struct Programs {
    /// redis-server.
    pub redis: PathBuf,
    /// valkey-server, where there is one.
    pub valkey: Option<PathBuf>,
    /// Kvadrant, or a stand-in.
    pub kvadrant: PathBuf,
    /// redis-benchmark.
    pub benchmark: PathBuf,
    /// Where servers run and log.
    pub workdir: PathBuf,
}

impl Programs {
    fn program(&self, target: Target) -> Option<&Path> {
        match target {
            Target::Redis | Target::RedisLoose => Some(&self.redis),
            Target::Valkey => self.valkey.as_deref(),
            Target::Kvadrant(_) | Target::Direct(_) | Target::KvadrantLoose => Some(&self.kvadrant),
        }
    }

    /// Whether another server stands in for Kvadrant: one whose command line is Redis's.
    pub fn has_stand_in(&self) -> bool {
        let name = self.kvadrant.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("redis-server") || name.starts_with("valkey-server")
    }

    /// The first line of `--version`, to name what was measured.
    pub fn version(&self, target: Target) -> String {
        let output =
            self.program(target).and_then(|program| Command::new(program).arg("--version").output().ok());
        let text =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        text.lines().next().unwrap_or("unknown").trim().to_owned()
    }
}

/// A server that runs; it ends when this value is dropped.
pub struct Server {
    process: Process,
    /// What it is.
    pub target: Target,
    /// Its port.
    pub port: u16,
    /// The port that a load uses: the first shard's own one in shard-direct mode, else the same.
    pub load_port: u16,
    /// The state that a workload found and left, so that the next one need not load it again.
    pub holds: Option<Before>,
}

impl Server {
    /// Starts a server on a free loopback port and waits until it answers.
    ///
    /// # Errors
    /// A program that is missing, ends, or does not answer; with the end of its log.
    pub fn start(target: Target, programs: &Programs, placement: &Placement) -> Result<Self, String> {
        let program = programs.program(target).ok_or_else(|| format!("{target} is not installed"))?;
        let [port, base] = free_ports(target.threads()).map_err(|error| format!("no free port: {error}"))?;
        let is_kvadrant = target.is_kvadrant() && !programs.has_stand_in();
        let cpus = target.cpus(placement);
        let mut command = if is_kvadrant { Command::new(program) } else { placement::pinned(cpus, program) };
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        if is_kvadrant {
            command.args(["--shards", &target.threads().to_string(), "--cpus", &placement::list(cpus)]);
        } else {
            command.args(["--appendonly", "no"]);
        }
        if let Target::Direct(_) = target {
            command.args(["--cluster-ports", &base.to_string()]);
        }
        let load_port = if matches!(target, Target::Direct(_)) { base } else { port };
        let log = programs.workdir.join(format!("{target}.log"));
        let start = || -> std::io::Result<Process> {
            fs::create_dir_all(&programs.workdir)?;
            let out = File::create(&log)?;
            command
                .stderr(Stdio::from(out.try_clone()?))
                .stdout(Stdio::from(out))
                .current_dir(&programs.workdir);
            Process::spawn(command)
        };
        let process = start().map_err(|error| format!("{target}: {error}"))?;
        let mut server = Self { process, target, port, load_port, holds: None };
        server.await_ready().map_err(|error| format!("{target}: {error}; its log ends: {}", tail(&log)))?;
        Ok(server)
    }

    fn await_ready(&mut self) -> Result<(), String> {
        let until = Instant::now() + START_MAX;
        while self.ask::<String>(&["PING"]).is_err() {
            if !self.is_running() {
                return Err("ended at its start".to_owned());
            }
            if Instant::now() > until {
                return Err(format!("no PONG within {START_MAX:?}"));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Whether the process still runs.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Sends one command over a connection of its own.
    ///
    /// # Errors
    /// What the client library or the server answers.
    pub fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> Result<T, String> {
        let ask = || {
            let client = redis::Client::open((Ipv4Addr::LOCALHOST.to_string(), self.port))?;
            let mut connection = client.get_connection_with_timeout(Duration::from_secs(2))?;
            connection.set_read_timeout(Some(Duration::from_secs(60)))?;
            let mut command = redis::Cmd::new();
            for word in words {
                command.arg(*word);
            }
            command.query(&mut connection)
        };
        ask().map_err(|error: redis::RedisError| format!("{}: {error}", words.join(" ")))
    }

    /// Empties the server and waits until it is idle.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn empty(&self) -> Result<(), String> {
        self.ask::<String>(&["FLUSHALL"])?;
        self.settle();
        Ok(())
    }

    /// Waits until the server has done what earlier commands left to do in the background.
    pub fn settle(&self) {
        let until = Instant::now() + SETTLE_MAX;
        let mut before = self.cpu_ns();
        while Instant::now() < until {
            sleep(SETTLE_STEP);
            let now = self.cpu_ns();
            if now.saturating_sub(before) < SETTLED_NS {
                return;
            }
            before = now;
        }
    }

    /// Waits until no thread of the server runs, so that the kernel has counted all that they used so far.
    pub fn await_rest(&self) {
        let until = Instant::now() + REST_MAX;
        while self.process.is_at_rest().is_ok_and(|rests| !rests) && Instant::now() < until {
            std::thread::yield_now();
        }
    }

    /// User and system time so far, in nanoseconds; 0 once the server has ended.
    pub fn cpu_ns(&self) -> u64 {
        self.process.cpu_ns().unwrap_or(0)
    }

    /// Resident memory, in bytes.
    ///
    /// # Errors
    /// A server that has ended.
    pub fn rss_bytes(&self) -> Result<u64, String> {
        self.process.rss_bytes().map_err(|error| format!("{}: {error}", self.target))
    }
}

/// A free port, and the first of `count` free ports in a row.
fn free_ports(count: usize) -> std::io::Result<[u16; 2]> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let number = port.local_addr()?.port();
    loop {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let base = first.local_addr()?.port();
        let bind =
            |offset| base.checked_add(offset).map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
        let others: Vec<_> = (1..count as u16).map(bind).collect();
        if others.iter().all(|other| matches!(other, Some(Ok(_)))) {
            return Ok([number, base]);
        }
    }
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(3).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_can_be_bound() {
        let [port, base] = free_ports(4).unwrap();
        for port in [port, base, base + 1, base + 2, base + 3] {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        }
    }

    #[test]
    fn targets_are_named_by_their_shards() {
        assert_eq!(Target::Kvadrant(4).to_string(), "kvadrant-4");
        assert_eq!(format!("{:>9}", Target::Direct(2)), " direct-2");
    }
}

//! The command line: the few arguments most people need, with their help. Their values go through the same table as
//! those of the file, so that bounds and messages exist once. Every other directive is accepted as `--directive value`
//! too; [`load`](super::load) takes those out before clap sees the rest.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Parser};

const LONG_ABOUT: &str = "\
Kvadrant is a Redis-compatible in-memory data server: one core, one shard, nothing shared.
Each shard runs on a CPU of its own, with its own sockets and its own part of the keys;
any client may connect to any of them and use all keys. Needs Linux 6.1 or later with io_uring.";

const EXAMPLES: &str = "\
Every directive of redis.conf that this server knows may also be given as --directive value, such as
--maxmemory 1gb or --client-output-buffer-limit \"pubsub 32mb 8mb 60\". The command line wins over the file.
A directive that asks for what this server does not do ends the start with a message.

Examples:
  kvadrant                                      port 6379 on loopback, a shard on every usable CPU
  kvadrant --port 7000 --shards 4               four shards
  kvadrant --cpus 2-5 --busy-poll-us 50         four dedicated CPUs that poll before they sleep
  kvadrant --bind 0.0.0.0 --requirepass secret  reachable from elsewhere, with a password
  kvadrant --cluster-ports 7100                 shard i also on port 7100+i, for cluster-aware clients
  kvadrant /etc/kvadrant.conf --maxmemory 8gb --maxmemory-policy allkeys-lru";

/// A Redis-compatible in-memory data server: one core, one shard, nothing shared.
#[allow(clippy::doc_markdown, reason = "these comments are the help text, where backticks would show")]
#[derive(Clone, Debug, Default, Parser)]
#[command(
    name = "kvadrant",
    version,
    long_about = LONG_ABOUT,
    after_help = EXAMPLES,
    override_usage = "kvadrant [OPTIONS] [/path/kvadrant.conf] [--any-redis-directive value]...",
    args_override_self = true,
    max_term_width = 110
)]
pub struct Args {
    /// Configuration file in redis.conf's syntax; - for standard input
    #[arg(value_name = "/path/kvadrant.conf")]
    pub file: Option<PathBuf>,

    /// TCP port, on every shard; 0 for none [default: 6379]
    #[arg(long, value_name = "PORT", help_heading = "Where clients connect")]
    pub port: Option<OsString>,

    /// Addresses to listen on; a leading - makes one optional, * is all of IPv4 [default: 127.0.0.1 -::1]
    #[arg(long, value_name = "ADDR...", action = ArgAction::Set, allow_hyphen_values = true, help_heading = "Where clients connect")]
    pub bind: Option<OsString>,

    /// Unix socket to listen on [default: none]
    #[arg(long, value_name = "PATH", help_heading = "Where clients connect")]
    pub unixsocket: Option<OsString>,

    /// Let shard i also listen on BASE+i, and present the shards as nodes of a cluster, so that cluster-aware
    /// clients reach the owner of a key directly [default: off]
    #[arg(long, value_name = "BASE", help_heading = "Where clients connect")]
    pub cluster_ports: Option<OsString>,

    /// Number of shards; more than CPUs share them in turn [default: one per usable CPU]
    #[arg(long, value_name = "N", help_heading = "Cores")]
    pub shards: Option<OsString>,

    /// CPUs to pin shards to, such as 0-3,6 [default: the affinity mask, as many as the cgroup's quota allows]
    #[arg(long, value_name = "LIST", help_heading = "Cores")]
    pub cpus: Option<OsString>,

    /// Microseconds a core polls before it sleeps; pays only on dedicated CPUs [default: 0]
    #[arg(long, value_name = "N", help_heading = "Cores")]
    pub busy_poll_us: Option<OsString>,

    /// Logical databases that SELECT can choose [default: 16]
    #[arg(long, value_name = "N", help_heading = "Clients")]
    pub databases: Option<OsString>,

    /// Password that clients must AUTH with; visible to other users of the machine, so better set in a file
    /// [default: none]
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true, help_heading = "Clients")]
    pub requirepass: Option<OsString>,

    /// Clients served at once [default: 10000]
    #[arg(long, value_name = "N", help_heading = "Clients")]
    pub maxclients: Option<OsString>,

    /// What the log holds: debug, verbose, notice or warning [default: notice]
    #[arg(long, alias = "loglevel", value_name = "LEVEL", help_heading = "Log")]
    pub log_level: Option<OsString>,
}

impl Args {
    /// The directives that the arguments stand for, in the order of the table.
    pub fn directives(&self) -> Vec<(&'static str, &OsString)> {
        [
            ("port", &self.port),
            ("bind", &self.bind),
            ("unixsocket", &self.unixsocket),
            ("cluster-ports", &self.cluster_ports),
            ("shards", &self.shards),
            ("cpus", &self.cpus),
            ("busy-poll-us", &self.busy_poll_us),
            ("databases", &self.databases),
            ("requirepass", &self.requirepass),
            ("maxclients", &self.maxclients),
            ("loglevel", &self.log_level),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name, value)))
        .collect()
    }
}

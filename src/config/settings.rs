//! Every setting of the server, typed. Plain data: reading one has no side effect, and a changed copy replaces the old
//! one as a whole. The rows in [`parameters`](super::parameters) connect these fields with their names and texts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use shards::keyspace::EventClasses;
use shards::types::Encodings;
use tracing::level_filters::LevelFilter;

use super::bind::BindAddress;
use super::cpus::CpuList;
use super::output_limits::OutputLimits;
use super::stored::choice;

/// The most shards a server may have; the slots must still spread evenly over them.
pub const MAX_SHARDS: usize = 1024;
/// The highest CPU number an affinity mask can name.
pub const MAX_CPU: usize = 1023;
const _: () = assert!(MAX_SHARDS <= 16384 / 16, "a shard should own at least sixteen slots");

choice! {
    /// How much the log says; each level includes the ones after it.
    LogLevel {
        /// Everything, for development.
        Debug = "debug",
        /// Rarely useful information.
        Verbose = "verbose",
        /// What one wants in production.
        Notice = "notice",
        /// Only what needs attention.
        Warning = "warning",
    }
}

impl LogLevel {
    /// The most verbose events that this level lets through.
    pub const fn filter(self) -> LevelFilter {
        match self {
            Self::Debug => LevelFilter::TRACE,
            Self::Verbose => LevelFilter::DEBUG,
            Self::Notice => LevelFilter::INFO,
            Self::Warning => LevelFilter::WARN,
        }
    }
}

choice! {
    /// What to evict when `maxmemory` is reached.
    MaxmemoryPolicy {
        /// The least recently used keys that have an expiry.
        VolatileLru = "volatile-lru",
        /// The least frequently used keys that have an expiry.
        VolatileLfu = "volatile-lfu",
        /// Random keys that have an expiry.
        VolatileRandom = "volatile-random",
        /// The keys that expire soonest.
        VolatileTtl = "volatile-ttl",
        /// The least recently used keys.
        AllkeysLru = "allkeys-lru",
        /// The least frequently used keys.
        AllkeysLfu = "allkeys-lfu",
        /// Random keys.
        AllkeysRandom = "allkeys-random",
        /// Nothing: writes that need memory are refused.
        Noeviction = "noeviction",
    }
}

choice! {
    /// Which values that were written out are looked through before they are taken.
    SanitizeDumps {
        /// None.
        No = "no",
        /// All.
        Yes = "yes",
        /// Those that clients hand in.
        Clients = "clients",
    }
}

choice! {
    /// Who may use a guarded command or parameter.
    Gate {
        /// Nobody.
        No = "no",
        /// Every client.
        Yes = "yes",
        /// Clients on a loopback address or the Unix socket.
        Local = "local",
    }
}

impl Gate {
    /// Whether a client may pass; `is_local` is true for loopback and Unix-socket clients.
    pub const fn admits(self, is_local: bool) -> bool {
        match self {
            Self::No => false,
            Self::Yes => true,
            Self::Local => is_local,
        }
    }
}

/// The settings. `Settings::default()` is what a server without file and arguments runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `port`: TCP port; 0 for none.
    pub port: u16,
    /// `bind`: addresses to listen on; empty for none.
    pub bind: Vec<BindAddress>,
    /// `unixsocket`: path of the Unix socket, if one is wanted.
    pub unixsocket: Option<PathBuf>,
    /// `unixsocketperm`: its permission bits, if not the umask's.
    pub unixsocket_perm: Option<u32>,
    /// `cluster-ports`: shard i also listens on this port + i.
    pub cluster_ports: Option<u16>,
    /// `tcp-backlog`: connections that may wait to be accepted, per listener.
    pub tcp_backlog: u32,
    /// `tcp-keepalive`: seconds between probes; 0 for none.
    pub tcp_keepalive_s: u32,
    /// `timeout`: seconds after which an idle client is disconnected; 0 for never.
    pub timeout_s: u32,
    /// `protected-mode`: without a password, serve loopback clients only.
    pub protected_mode: bool,
    /// `requirepass`: the default user's password.
    pub requirepass: Option<Vec<u8>>,
    /// `enable-debug-command`: who may use DEBUG.
    pub enable_debug_command: Gate,
    /// `enable-protected-configs`: who may change protected parameters at run time.
    pub enable_protected_configs: Gate,
    /// `shards`: their number; `None` for one per usable CPU.
    pub shards: Option<usize>,
    /// `cpus`: the CPUs to pin shards to; empty for all of the affinity mask.
    pub cpus: CpuList,
    /// `busy-poll-us`: microseconds a core polls before it sleeps.
    pub busy_poll_us: u32,
    /// `databases`: logical databases.
    pub databases: usize,
    /// `hz`: background passes a second, 1 to 500.
    pub hz: u32,
    /// `loglevel`.
    pub loglevel: LogLevel,
    /// `logfile`: `None` for standard output.
    pub logfile: Option<PathBuf>,
    /// `dir`: the working directory, absolute once loaded.
    pub dir: PathBuf,
    /// `dbfilename`.
    pub dbfilename: Vec<u8>,
    /// `maxclients`: connections served at once.
    pub maxclients: u32,
    /// `proto-max-bulk-len`: bytes of one argument.
    pub proto_max_bulk_len_bytes: usize,
    /// `client-max-arguments`: arguments of one command.
    pub client_max_arguments: usize,
    /// `client-pipeline-limit`: commands of one connection that may wait for their replies; then it is not read.
    pub client_pipeline_limit: usize,
    /// `tracking-table-max-keys`: keys of which is remembered who has copies of them; 0: no limit.
    pub tracking_table_max_keys: usize,
    /// `busy-reply-threshold`: milliseconds after which a script has other clients refused; 0 for never.
    pub busy_reply_threshold_ms: u64,
    /// `client-query-buffer-limit`: bytes received of a command that is not complete.
    pub client_query_buffer_limit_bytes: usize,
    /// `client-output-buffer-limit`: reply bytes per class of client.
    pub client_output_buffer_limit: OutputLimits,
    /// `maxmemory`: bytes of the whole process; 0 for no limit.
    pub maxmemory_bytes: u64,
    /// `maxmemory-policy`.
    pub maxmemory_policy: MaxmemoryPolicy,
    /// `maxmemory-samples`: keys looked at per eviction.
    pub maxmemory_samples: u32,
    /// `lfu-log-factor`: the larger, the slower the access counter grows.
    pub lfu_log_factor: u32,
    /// `lfu-decay-time`: minutes after which the access counter is lowered by one.
    pub lfu_decay_time_min: u32,
    /// `notify-keyspace-events`: which events of keys are published.
    pub notify_keyspace_events: EventClasses,
    /// `rdbcompression`: whether strings are compressed in what DUMP hands out.
    pub rdbcompression: bool,
    /// `sanitize-dump-payload`.
    pub sanitize_dump_payload: SanitizeDumps,
    /// The thresholds of compact encodings.
    pub encodings: Encodings,
    /// Texts given to parameters that have no effect here, by name; what CONFIG GET answers for them.
    pub inert: BTreeMap<&'static str, Vec<u8>>,
    /// The configuration file, absolute, if there is one.
    pub config_file: Option<PathBuf>,
    /// What the log should say at start: directives that have no effect.
    pub warnings: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 6379,
            bind: BindAddress::loopback(),
            unixsocket: None,
            unixsocket_perm: None,
            cluster_ports: None,
            tcp_backlog: 511,
            tcp_keepalive_s: 300,
            timeout_s: 0,
            protected_mode: true,
            requirepass: None,
            enable_debug_command: Gate::No,
            enable_protected_configs: Gate::No,
            shards: None,
            cpus: CpuList::default(),
            busy_poll_us: 0,
            databases: 16,
            hz: 10,
            loglevel: LogLevel::Notice,
            logfile: None,
            dir: PathBuf::from("./"),
            dbfilename: b"dump.rdb".to_vec(),
            maxclients: 10_000,
            proto_max_bulk_len_bytes: 512 << 20,
            client_max_arguments: i32::MAX as usize,
            client_pipeline_limit: 4096,
            tracking_table_max_keys: 1_000_000,
            busy_reply_threshold_ms: 5000,
            client_query_buffer_limit_bytes: 1 << 30,
            client_output_buffer_limit: OutputLimits::default(),
            maxmemory_bytes: 0,
            maxmemory_policy: MaxmemoryPolicy::Noeviction,
            maxmemory_samples: 5,
            lfu_log_factor: 10,
            lfu_decay_time_min: 1,
            notify_keyspace_events: EventClasses::default(),
            rdbcompression: true,
            sanitize_dump_payload: SanitizeDumps::No,
            encodings: Encodings::default(),
            inert: BTreeMap::new(),
            config_file: None,
            warnings: Vec::new(),
        }
    }
}

impl Settings {
    /// Whether there is any socket to serve clients on.
    pub fn listens_anywhere(&self) -> bool {
        let tcp = !self.bind.is_empty() && (self.port != 0 || self.cluster_ports.is_some());
        tcp || self.unixsocket.is_some()
    }
}

//! What the machine's commands may see and change: the core they run on, and the few things all cores share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use shards::{
    keyspace::{self, Dumps, EvictionOrder, EvictionPolicy, Frequency},
    shard::Shard,
    structures::random::Rng,
};

use super::{Pause, commands, memory::MemoryView};
use crate::{
    config::{MaxmemoryPolicy, SanitizeDumps, Settings},
    courier::Couriers,
    listen::Listening,
    mesh::Routes,
    observe::memory_use::MemoryUse,
    pubsub::{Audience, Listeners, Posts},
    scripting::{Functions, Library, Scripts, Watchdog},
    session::{Origin, Session, SessionId, Sessions, Unblock},
    tracking::{Registry, Stales},
};

/// The version of Redis whose answers these are.
pub const REDIS_VERSION: &str = "7.2.4";

/// What all cores share. None of it is touched on a hot path, but for [`Server::memory`] once a turn where memory is limited.
#[derive(Debug)]
pub struct Server {
    /// 40 hexadecimal digits, new at every start.
    pub run_id: String,
    /// When it started, milliseconds since 1970.
    pub started_ms: i64,
    /// How many shards there are, and which slots each has.
    pub routes: Routes,
    /// The CPU each shard is pinned to.
    pub cpus: Vec<usize>,
    /// Who listens to what, and where.
    pub audience: Audience,
    /// Where clients are, and which keys they want to hear of.
    pub tracking: Registry,
    /// Those who take keys to other servers.
    pub couriers: Arc<Couriers>,
    /// How much memory is in use.
    pub memory: MemoryUse,
    /// Where clients connect.
    pub listening: Listening,
    /// The scripts that are known.
    pub library: Library,
    /// The functions that are known.
    pub functions: Functions,
    /// Those of both that take long.
    pub watchdog: Watchdog,
    next_client: AtomicU64,
    /// Bytes the process used when it was measured first; 0 before.
    startup_bytes: AtomicU64,
    /// Bytes it used at most.
    peak_bytes: AtomicU64,
}

impl Server {
    /// A server of `cpus.len()` shards that starts now.
    pub fn new(run_id: String, started_ms: i64, cpus: Vec<usize>) -> Self {
        Self {
            run_id,
            started_ms,
            routes: Routes::new(cpus.len()),
            audience: Audience::new(cpus.len()),
            tracking: Registry::new(cpus.len()),
            couriers: Arc::default(),
            memory: MemoryUse::new(cpus.len()),
            listening: Listening::default(),
            library: Library::default(),
            functions: Functions::default(),
            watchdog: Watchdog::new(cpus.len()),
            cpus,
            next_client: AtomicU64::new(1),
            startup_bytes: AtomicU64::new(0),
            peak_bytes: AtomicU64::new(0),
        }
    }

    /// Takes note that the process uses `bytes` bytes.
    pub fn note_memory(&self, bytes: u64) {
        // Whoever is first sets it; the others find it set.
        let _ = self.startup_bytes.compare_exchange(0, bytes, Ordering::Relaxed, Ordering::Relaxed);
        self.peak_bytes.fetch_max(bytes, Ordering::Relaxed);
    }

    /// Bytes the process used when it was measured first.
    pub fn startup_bytes(&self) -> u64 {
        self.startup_bytes.load(Ordering::Relaxed)
    }

    /// Bytes it used at most, whenever it was measured.
    pub fn peak_bytes(&self) -> u64 {
        self.peak_bytes.load(Ordering::Relaxed)
    }

    /// The number of the next client.
    pub fn next_client(&self) -> u64 {
        self.next_client.fetch_add(1, Ordering::Relaxed)
    }
}

/// What happened on a core since the start or since CONFIG RESETSTAT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Connections taken.
    pub connections: u64,
    /// Connections refused because of `maxclients` or `protected-mode`.
    pub rejected_connections: u64,
    /// Commands of this core's clients.
    pub commands: u64,
    /// Of these, sent to other cores.
    pub forwarded: u64,
    /// Errors answered.
    pub errors: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Clients closed because of their output buffer.
    pub output_limit_closings: u64,
    /// Clients closed because of their query buffer.
    pub query_limit_closings: u64,
    /// Commands in the last full second.
    pub commands_last_second: u64,
    /// Bytes received in the last full second.
    pub received_last_second_bytes: u64,
    /// Bytes sent in the last full second.
    pub sent_last_second_bytes: u64,
}

/// One core, as its commands see it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub struct Node {
    /// Its number.
    pub core: usize,
    /// Its keys.
    pub shard: Shard,
    /// The scripts that it has compiled.
    pub scripts: Scripts,
    /// The session in which scripts run their commands.
    pub script_session: SessionId,
    /// Its clients.
    pub sessions: Sessions,
    /// Its copy of the settings; CONFIG SET changes all copies.
    pub settings: Settings,
    /// Its clients that listen.
    pub listeners: Listeners,
    /// Its clients that keep copies of keys.
    pub stales: Stales,
    /// What it has to tell other cores without being asked.
    pub posts: Posts,
    /// What all cores share.
    pub server: Arc<Server>,
    /// What it knows of the memory of the process.
    pub(super) memory: MemoryView,
    /// What happened here.
    pub statistics: Statistics,
    /// The time of this turn, microseconds since 1970.
    pub now_us: i64,
    /// Sessions that a command closed or wrote to, other than its own.
    pub touched: Vec<SessionId>,
    /// Sessions whose waiting command CLIENT UNBLOCK ended; the claims are taken.
    pub unblocked: Vec<(SessionId, Unblock)>,
    /// Set by SHUTDOWN: the machine is to stop.
    pub shutdown: bool,
    /// Set by CONFIG SET: the machine is to listen elsewhere.
    pub listens_elsewhere: bool,
    /// Set when the background is to look for expired keys.
    pub expire_pass_due: bool,
    /// CLIENT PAUSE.
    pub pause: Pause,
    /// DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may run DEBUG.
    pub debug_in_scripts: bool,
    /// DEBUG PAUSE-CRON: nothing periodic is done.
    pub cron_paused: bool,
    /// Set by DEBUG SLEEP: how long the machine is to hold this core, microseconds.
    pub sleep_us: u64,
}

impl Node {
    /// Core `core` of `server`, without keys or clients. `seed` is the hash seed of its tables, and the same for all cores.
    pub fn new(core: usize, settings: Settings, server: Arc<Server>, seed: u64) -> Self {
        let space =
            keyspace::Settings { slots: server.routes.slots(core), databases: settings.databases, seed };
        let mut sessions = Sessions::default();
        let mut node = Self {
            core,
            shard: Shard::new(&space, commands().len()),
            scripts: Scripts::default(),
            script_session: sessions.insert(Session::new(0, Origin::Script, -1, server.started_ms, true)),
            sessions,
            settings,
            listeners: Listeners::new(core, seed),
            stales: Stales::default(),
            posts: Posts::new(server.routes.shards()),
            server,
            memory: MemoryView::default(),
            statistics: Statistics::default(),
            now_us: 0,
            touched: Vec::new(),
            unblocked: Vec::new(),
            shutdown: false,
            listens_elsewhere: false,
            expire_pass_due: false,
            pause: Pause::default(),
            debug_in_scripts: false,
            cron_paused: false,
            sleep_us: 0,
        };
        // Not all cores draw alike.
        node.shard.keyspace.rng = Rng::new(seed ^ (core as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        node.scripts = Scripts::new(node.shard.keyspace.rng.next_u64() as i32);
        node.apply_settings();
        node
    }

    /// Hands the settings that the shard keeps copies of to the shard; to be called when they changed.
    pub fn apply_settings(&mut self) {
        let seed = self.shard.keyspace.limits.seed.clone();
        self.shard.keyspace.limits = self.settings.encodings.limits(seed);
        self.shard.keyspace.string_max_bytes = self.settings.proto_max_bulk_len_bytes;
        let sanitize = self.settings.sanitize_dump_payload;
        self.shard.keyspace.dumps = Dumps {
            compress: self.settings.rdbcompression,
            strict: sanitize != SanitizeDumps::No,
            strict_images: sanitize == SanitizeDumps::Yes,
        };
        self.shard.keyspace.set_event_classes(self.settings.notify_keyspace_events);
        self.shard.eviction = eviction_policy(&self.settings);
        let order = self.shard.eviction.map(|policy| policy.order);
        self.shard.keyspace.set_frequency(match order {
            Some(EvictionOrder::LeastFrequent(frequency)) => Some(frequency),
            _ => None,
        });
        self.shard.keyspace.shares_integers = self.settings.maxmemory_bytes == 0
            || !matches!(order, Some(EvictionOrder::LeastRecent | EvictionOrder::LeastFrequent(_)));
        // The parts of all shards make the whole. A shard may exceed its part as long as others leave theirs empty.
        let (max_keys, shards) = (self.settings.tracking_table_max_keys, self.server.routes.shards());
        let part = max_keys / shards + usize::from(self.core < max_keys % shards);
        self.shard.tracking.set_max_keys((max_keys > 0).then_some(part));
    }

    /// The time of this turn, milliseconds since 1970.
    #[inline]
    pub fn now_ms(&self) -> i64 {
        self.now_us / 1_000
    }

    /// Ends all that a client listens to, changes of keys included.
    pub fn stop_listening(&mut self, id: SessionId) {
        self.stop_tracking(id);
        if let Some(session) = self.sessions.get_mut(id).filter(|session| session.restricted) {
            self.listeners.leave(&self.server.audience, id, session);
        }
    }

    /// Whether clients must authenticate.
    pub fn requires_password(&self) -> bool {
        self.settings.requirepass.is_some()
    }

    /// Forgets the statistics (CONFIG RESETSTAT).
    pub fn reset_statistics(&mut self) {
        self.statistics = Statistics::default();
        self.shard.reset_statistics();
    }
}

/// Which keys may be evicted under these settings.
fn eviction_policy(settings: &Settings) -> Option<EvictionPolicy> {
    use MaxmemoryPolicy as Policy;
    let frequency = Frequency { log_factor: settings.lfu_log_factor, decay_min: settings.lfu_decay_time_min };
    let (order, only_expiring) = match settings.maxmemory_policy {
        Policy::AllkeysLru => (EvictionOrder::LeastRecent, false),
        Policy::AllkeysLfu => (EvictionOrder::LeastFrequent(frequency), false),
        Policy::AllkeysRandom => (EvictionOrder::Random, false),
        Policy::VolatileLru => (EvictionOrder::LeastRecent, true),
        Policy::VolatileLfu => (EvictionOrder::LeastFrequent(frequency), true),
        Policy::VolatileRandom => (EvictionOrder::Random, true),
        Policy::VolatileTtl => (EvictionOrder::Soonest, true),
        Policy::Noeviction => return None,
    };
    Some(EvictionPolicy { order, only_expiring, samples: settings.maxmemory_samples as usize })
}

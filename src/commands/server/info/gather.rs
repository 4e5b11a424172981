//! What one core has to report.

use super::{
    report::{CallLine, Figures, Process, Report},
    sections::{Section, Sections},
};
use crate::{
    commands::Node,
    config::BindAddress,
    observe::{memory, memory::Memory, process},
    session::{Session, Topic},
};

/// The report of `node`'s core, which runs on the calling thread.
pub fn gather(node: &Node, sections: Sections) -> Report {
    let mut report = Report { figures: figures(node, sections), ..Report::default() };
    if sections.has(Section::Keyspace) || sections.has(Section::Shards) {
        report.databases = node
            .shard
            .keyspace
            .sizes()
            .map(|(database, keys, expires)| (database as u64, keys as u64, expires as u64))
            .collect();
    }
    if sections.has(Section::Commandstats) {
        let ran = node.shard.calls.iter().enumerate();
        report.calls = ran
            .filter(|(_, calls)| calls.calls + calls.failed + calls.rejected > 0)
            .map(|(command, calls)| CallLine {
                command: command as u64,
                calls: calls.calls,
                failed: calls.failed,
                rejected: calls.rejected,
                nanoseconds: calls.nanoseconds,
            })
            .collect();
    }
    report.errors = node.shard.errors.iter().map(|(code, count)| (code.clone(), *count)).collect();
    if node.core == 0 {
        report.process = process_figures(node);
        report.lines = lines(node, sections);
    }
    report
}

fn figures(node: &Node, sections: Sections) -> Figures {
    let (statistics, keyspace) = (&node.statistics, &node.shard.keyspace);
    let counters = &keyspace.counters;
    let slots = keyspace.slots();
    let mut figures = Figures {
        sections: sections.0,
        clients: node.sessions.len() as u64,
        tracking_clients: node.stales.clients as u64,
        tracked_keys: node.shard.tracking.keys() as u64,
        tracked_items: node.shard.tracking.items() as u64,
        connections: statistics.connections,
        rejected_connections: statistics.rejected_connections,
        commands: statistics.commands,
        forwarded: statistics.forwarded,
        errors: node.shard.errors.values().sum(),
        received_bytes: statistics.received_bytes,
        sent_bytes: statistics.sent_bytes,
        output_limit_closings: statistics.output_limit_closings,
        query_limit_closings: statistics.query_limit_closings,
        commands_last_second: statistics.commands_last_second,
        received_last_second_bytes: statistics.received_last_second_bytes,
        sent_last_second_bytes: statistics.sent_last_second_bytes,
        hits: counters.hits,
        misses: counters.misses,
        expired: counters.expired,
        evicted: counters.evicted,
        sanitized: counters.sanitized,
        changes: counters.changes,
        expire_lag_ms: node.shard.expire_lag_ms() as u64,
        first_slot: slots.start.into(),
        slots: slots.len() as u64,
        cpu: node.server.cpus.get(node.core).map_or(0, |cpu| *cpu as u64),
        ..Figures::default()
    };
    if sections.has(Section::Memory) || sections.has(Section::Shards) {
        figures.lazyfree_pending = keyspace.garbage_len() as u64;
        figures.engine_bytes = node.scripts.memory_bytes() as u64;
        figures.function_engine_bytes = node.scripts.functions.memory_bytes() as u64;
        figures.thread_bytes = memory::thread_bytes().max(0) as u64;
        figures.table_bytes = keyspace.table_bytes() as u64;
    }
    if sections.has(Section::Clients) {
        let is_blocked = |session: &Session| session.paused || session.is_blocked();
        figures.blocked_clients =
            node.sessions.iter().filter(|(_, session)| is_blocked(session)).count() as u64;
    }
    if sections.has(Section::Shards) {
        let cpu = process::thread_cpu();
        (figures.user_us, figures.system_us) = (cpu.user_us, cpu.system_us);
    }
    if sections.has(Section::Memory) || sections.has(Section::Clients) {
        for (_, session) in node.sessions.iter() {
            let (query, reply) = (session.inbound.pending_bytes() as u64, session.replies.len() as u64);
            figures.pubsub_clients += u64::from(session.is_subscriber());
            figures.client_bytes += session.heap_bytes() as u64;
            figures.largest_query_bytes = figures.largest_query_bytes.max(query);
            figures.largest_reply_bytes = figures.largest_reply_bytes.max(reply);
        }
    }
    figures
}

fn process_figures(node: &Node) -> Process {
    let memory = Memory::read();
    let functions = node.server.functions.catalogue();
    node.server.note_memory(memory.allocated);
    Process {
        shards: node.server.routes.shards() as u64,
        maxclients: node.settings.maxclients.into(),
        cluster: node.settings.cluster_ports.is_some().into(),
        started_ms: node.server.started_ms as u64,
        used_bytes: memory.allocated,
        active_bytes: memory.active,
        resident_bytes: memory.resident,
        rss_bytes: memory.rss,
        peak_bytes: node.server.peak_bytes(),
        startup_bytes: node.server.startup_bytes(),
        system_bytes: memory::system_bytes(),
        maxmemory_bytes: node.settings.maxmemory_bytes,
        migrate_connections: node.server.couriers.connections() as u64,
        pubsub_channels: node.server.audience.names(Topic::Channel) as u64,
        pubsub_patterns: node.server.audience.names(Topic::Pattern) as u64,
        pubsub_shard_channels: node.server.audience.names(Topic::ShardChannel) as u64,
        tracking_prefixes: node.server.tracking.prefixes() as u64,
        scripts: node.server.library.len() as u64,
        script_bytes: node.server.library.heap_bytes() as u64,
        libraries: functions.len() as u64,
        functions: functions.functions() as u64,
        function_bytes: functions.heap_bytes() as u64,
    }
}

/// The lines that need no other core.
fn lines(node: &Node, sections: Sections) -> Vec<(u8, String)> {
    let mut lines = Vec::new();
    let mut add = |section: Section, texts: Vec<String>| {
        if sections.has(section) {
            lines.extend(texts.into_iter().map(|text| (section as u8, text)));
        }
    };
    add(Section::Server, server(node));
    add(
        Section::Memory,
        vec![
            format!("maxmemory_policy:{}", node.settings.maxmemory_policy.word()),
            format!("mem_allocator:{}", memory::allocator()),
        ],
    );
    add(Section::Replication, replication(node));
    add(Section::Cpu, cpu());
    let is_cluster = u8::from(node.settings.cluster_ports.is_some());
    add(Section::Cluster, vec![format!("cluster_enabled:{is_cluster}")]);
    lines
}

fn server(node: &Node) -> Vec<String> {
    let (settings, server) = (&node.settings, &node.server);
    let uptime_s = (node.now_ms() - server.started_ms).max(0) / 1_000;
    let mode = if settings.cluster_ports.is_some() { "cluster" } else { "standalone" };
    let config_file = settings.config_file.as_ref().map_or(String::new(), |path| path.display().to_string());
    let mut lines = vec![
        format!("redis_version:{}", crate::commands::REDIS_VERSION),
        "redis_git_sha1:00000000".into(),
        "redis_git_dirty:0".into(),
        "redis_build_id:0".into(),
        format!("kvadrant_version:{}", env!("CARGO_PKG_VERSION")),
        format!("redis_mode:{mode}"),
        format!("os:{}", process::operating_system()),
        format!("arch_bits:{}", usize::BITS),
        "monotonic_clock:POSIX clock_gettime".into(),
        "multiplexing_api:io_uring".into(),
        format!("process_id:{}", std::process::id()),
        format!("process_supervised:{}", process::supervisor()),
        format!("run_id:{}", server.run_id),
        format!("tcp_port:{}", settings.port),
        format!("server_time_usec:{}", node.now_us),
        format!("uptime_in_seconds:{uptime_s}"),
        format!("uptime_in_days:{}", uptime_s / 86_400),
        format!("hz:{}", settings.hz),
        format!("configured_hz:{}", settings.hz),
        format!("lru_clock:{}", node.shard.keyspace.clock()),
        format!("executable:{}", process::executable()),
        format!("config_file:{config_file}"),
        "io_threads_active:0".into(),
        format!("shards:{}", server.routes.shards()),
    ];
    let mut listeners = Vec::new();
    if settings.port != 0 && !settings.bind.is_empty() {
        let bind = |address: &BindAddress| {
            format!("bind={}{},", if address.optional { "-" } else { "" }, address.host)
        };
        let binds: String = settings.bind.iter().map(bind).collect();
        listeners.push(format!("name=tcp,{binds}port={}", settings.port));
    }
    if let Some(path) = &settings.unixsocket {
        listeners.push(format!("name=unix,bind={}", path.display()));
    }
    lines.extend(listeners.iter().enumerate().map(|(index, listener)| format!("listener{index}:{listener}")));
    lines
}

fn replication(node: &Node) -> Vec<String> {
    let fixed = [
        "master_repl_offset:0",
        "second_repl_offset:-1",
        "repl_backlog_active:0",
        "repl_backlog_size:0",
        "repl_backlog_first_byte_offset:0",
        "repl_backlog_histlen:0",
    ];
    let first = ["role:master", "connected_slaves:0", "master_failover_state:no-failover"];
    let ids = [format!("master_replid:{}", node.server.run_id), format!("master_replid2:{}", "0".repeat(40))];
    first.map(String::from).into_iter().chain(ids).chain(fixed.map(String::from)).collect()
}

fn cpu() -> Vec<String> {
    let cpu = process::cpu();
    let thread = process::thread_cpu();
    let seconds = |microseconds: u64| format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000);
    vec![
        format!("used_cpu_sys:{}", seconds(cpu.system_us)),
        format!("used_cpu_user:{}", seconds(cpu.user_us)),
        "used_cpu_sys_children:0.000000".into(),
        "used_cpu_user_children:0.000000".into(),
        format!("used_cpu_sys_main_thread:{}", seconds(thread.system_us)),
        format!("used_cpu_user_main_thread:{}", seconds(thread.user_us)),
    ]
}

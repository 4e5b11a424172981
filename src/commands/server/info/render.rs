//! The text of INFO, out of the reports of all cores.

use std::fmt::Write as _;

use super::{
    report::{Figures, Report},
    sections::Section,
    stats,
};

/// Writes `name:value` lines.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// One line.
    pub fn field(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.0, "{name}:{value}\r\n");
    }

    /// A number of bytes, and once more for people.
    fn bytes(&mut self, name: &str, bytes: u64) {
        self.field(name, bytes);
        self.field(&format!("{name}_human"), human(bytes));
    }

    /// The lines of a section that core 0 wrote.
    fn lines(&mut self, all: &Cluster<'_>, section: Section) {
        for (_, line) in all.first().lines.iter().filter(|(of, _)| *of == section as u8) {
            let _ = write!(self.0, "{line}\r\n");
        }
    }

    /// Lines with the same value.
    fn fields(&mut self, names: &[&str], value: &str) {
        for name in names {
            self.field(name, value);
        }
    }
}

/// The reports of all cores, core 0 first.
pub struct Cluster<'a>(pub &'a [Report]);

impl Cluster<'_> {
    /// A figure added up over all cores.
    pub fn total(&self, figure: impl Fn(&Figures) -> u64) -> u64 {
        self.0.iter().map(|report| figure(&report.figures)).sum()
    }

    fn largest(&self, figure: impl Fn(&Figures) -> u64) -> u64 {
        self.0.iter().map(|report| figure(&report.figures)).max().unwrap_or_default()
    }

    /// Core 0's report.
    pub fn first(&self) -> &Report {
        &self.0[0]
    }
}

/// All sections that the reports say were asked for.
pub fn render(reports: &[Report]) -> String {
    let all = Cluster(reports);
    let mut text = Text::default();
    let sections = all.first().sections();
    for (section, _, title) in Section::ALL.into_iter().filter(|(section, ..)| sections.has(*section)) {
        if !text.0.is_empty() {
            text.0.push_str("\r\n");
        }
        let _ = write!(text.0, "# {title}\r\n");
        match section {
            Section::Clients => clients(&all, &mut text),
            Section::Memory => memory(&all, &mut text),
            Section::Persistence => persistence(&all, &mut text),
            Section::Stats => stats::stats(&all, &mut text),
            Section::Shards => shards(&all, &mut text),
            Section::Commandstats => stats::commandstats(&all, &mut text),
            Section::Errorstats => stats::errorstats(&all, &mut text),
            Section::Keyspace => keyspace(&all, &mut text),
            // Latencies are not measured, and there are no modules; the others core 0 has written.
            Section::Modules
            | Section::Latencystats
            | Section::Server
            | Section::Replication
            | Section::Cpu
            | Section::Cluster => {}
        }
        // Memory has put its lines where they belong.
        if section != Section::Memory {
            text.lines(&all, section);
        }
    }
    text.0
}

fn clients(all: &Cluster<'_>, text: &mut Text) {
    text.field("connected_clients", all.total(|core| core.clients));
    text.field("cluster_connections", 0);
    text.field("maxclients", all.first().process.maxclients);
    text.field("client_recent_max_input_buffer", all.largest(|core| core.largest_query_bytes));
    text.field("client_recent_max_output_buffer", all.largest(|core| core.largest_reply_bytes));
    text.field("blocked_clients", all.total(|core| core.blocked_clients));
    text.field("tracking_clients", all.total(|core| core.tracking_clients));
    text.field("pubsub_clients", all.total(|core| core.pubsub_clients));
    text.fields(&["clients_in_timeout_table", "total_blocking_keys"], "0");
    text.field("total_blocking_keys_on_nokey", 0);
}

fn memory(all: &Cluster<'_>, text: &mut Text) {
    let process = &all.first().process;
    let used = process.used_bytes;
    let clients = all.total(|core| core.client_bytes);
    let overhead = process.startup_bytes + clients + all.total(|core| core.table_bytes);
    let overhead = overhead.min(used);
    let dataset = used - overhead;
    let beyond_startup = used.saturating_sub(process.startup_bytes);
    text.bytes("used_memory", used);
    text.bytes("used_memory_rss", process.rss_bytes);
    text.bytes("used_memory_peak", process.peak_bytes);
    text.field("used_memory_peak_perc", percent(used, process.peak_bytes));
    text.field("used_memory_overhead", overhead);
    text.field("used_memory_startup", process.startup_bytes);
    text.field("used_memory_dataset", dataset);
    text.field("used_memory_dataset_perc", percent(dataset.min(beyond_startup), beyond_startup));
    text.field("allocator_allocated", used);
    text.field("allocator_active", process.active_bytes);
    text.field("allocator_resident", process.resident_bytes);
    text.bytes("total_system_memory", process.system_bytes);
    let engines = all.total(|core| core.engine_bytes);
    text.field("used_memory_lua", engines);
    text.field("used_memory_vm_eval", engines);
    text.field("used_memory_lua_human", human(engines));
    text.field("used_memory_scripts_eval", process.script_bytes);
    text.field("number_of_cached_scripts", process.scripts);
    let function_engines = all.total(|core| core.function_engine_bytes);
    text.field("number_of_functions", process.functions);
    text.field("number_of_libraries", process.libraries);
    text.field("used_memory_vm_functions", function_engines);
    text.bytes("used_memory_vm_total", engines + function_engines);
    text.field("used_memory_functions", process.function_bytes);
    text.bytes("used_memory_scripts", process.script_bytes + process.function_bytes);
    text.bytes("maxmemory", process.maxmemory_bytes);
    text.lines(all, Section::Memory);
    let excess = |name: &str, ratio: &str, larger: u64, smaller: u64, text: &mut Text| {
        text.field(&format!("{name}_{ratio}"), quotient(larger, smaller));
        text.field(&format!("{name}_bytes"), larger as i64 - smaller as i64);
    };
    excess("allocator_frag", "ratio", process.active_bytes, used, text);
    excess("allocator_rss", "ratio", process.resident_bytes, process.active_bytes, text);
    excess("rss_overhead", "ratio", process.rss_bytes, process.resident_bytes, text);
    excess("mem_fragmentation", "ratio", process.rss_bytes, used, text);
    text.fields(
        &["mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers"],
        "0",
    );
    text.field("mem_clients_slaves", 0);
    text.field("mem_clients_normal", clients);
    text.fields(&["mem_cluster_links", "mem_aof_buffer", "active_defrag_running"], "0");
    text.field("lazyfree_pending_objects", all.total(|core| core.lazyfree_pending));
}

fn persistence(all: &Cluster<'_>, text: &mut Text) {
    text.fields(
        &["loading", "async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age"],
        "0",
    );
    text.field("current_fork_perc", "0.00");
    text.fields(&["current_save_keys_processed", "current_save_keys_total"], "0");
    text.field("rdb_changes_since_last_save", all.total(|core| core.changes));
    text.field("rdb_bgsave_in_progress", 0);
    text.field("rdb_last_save_time", all.first().process.started_ms / 1_000);
    text.field("rdb_last_bgsave_status", "ok");
    text.fields(&["rdb_last_bgsave_time_sec", "rdb_current_bgsave_time_sec"], "-1");
    text.fields(
        &["rdb_saves", "rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded"],
        "0",
    );
    text.fields(&["aof_enabled", "aof_rewrite_in_progress", "aof_rewrite_scheduled"], "0");
    text.fields(&["aof_last_rewrite_time_sec", "aof_current_rewrite_time_sec"], "-1");
    text.field("aof_last_bgrewrite_status", "ok");
    text.fields(&["aof_rewrites", "aof_rewrites_consecutive_failures"], "0");
    text.field("aof_last_write_status", "ok");
    text.fields(&["aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size"], "0");
}

/// A line per core. Its memory is what its thread holds, which is exact only as a sum over all cores.
fn shards(all: &Cluster<'_>, text: &mut Text) {
    for (index, report) in all.0.iter().enumerate() {
        let core = &report.figures;
        let keys: u64 = report.databases.iter().map(|(_, keys, _)| keys).sum();
        let value = format!(
            "cpu={},slots={}-{},clients={},keys={keys},commands={},forwarded={},memory={},expire_lag_ms={},\
             lazyfree_pending={},used_cpu_sys={:.2},used_cpu_user={:.2}",
            core.cpu,
            core.first_slot,
            (core.first_slot + core.slots).saturating_sub(1),
            core.clients,
            core.commands,
            core.forwarded,
            core.thread_bytes,
            core.expire_lag_ms,
            core.lazyfree_pending,
            core.system_us as f64 / 1e6,
            core.user_us as f64 / 1e6,
        );
        text.field(&format!("shard{index}"), value);
    }
}

fn keyspace(all: &Cluster<'_>, text: &mut Text) {
    let mut sums = std::collections::BTreeMap::new();
    for (database, keys, expires) in all.0.iter().flat_map(|report| &report.databases) {
        let sum: &mut (u64, u64) = sums.entry(*database).or_default();
        *sum = (sum.0 + keys, sum.1 + expires);
    }
    for (database, (keys, expires)) in sums {
        // The mean lifetime is not measured; 0 is what Redis says for that.
        text.field(&format!("db{database}"), format!("keys={keys},expires={expires},avg_ttl=0"));
    }
}

/// Bytes for people, as Redis writes them: `1.50M`.
fn human(bytes: u64) -> String {
    const UNITS: [char; 5] = ['K', 'M', 'G', 'T', 'P'];
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let power = (bytes.ilog2() / 10).min(UNITS.len() as u32);
    format!("{:.2}{}", bytes as f64 / (1_u64 << (power * 10)) as f64, UNITS[power as usize - 1])
}

fn quotient(larger: u64, smaller: u64) -> String {
    if smaller == 0 { "0.00".into() } else { format!("{:.2}", larger as f64 / smaller as f64) }
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "0.00%".into() } else { format!("{:.2}%", part as f64 * 100.0 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_for_people() {
        for (bytes, text) in [
            (0, "0B"),
            (1023, "1023B"),
            (1024, "1.00K"),
            (916_480, "895.00K"),
            (25_276_510_208, "23.54G"),
            (1 << 50, "1.00P"),
        ] {
            assert_eq!(human(bytes), text);
        }
    }

    #[test]
    fn sections_of_cores_add_up() {
        let core = |clients, keys| Report {
            figures: Figures { sections: (1 << 1) | (1 << 13), clients, ..Figures::default() },
            databases: vec![(0, keys, 1)],
            ..Report::default()
        };
        let text = render(&[core(2, 10), core(3, 20)]);
        assert!(text.starts_with("# Clients\r\nconnected_clients:5\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\n# Keyspace\r\ndb0:keys=30,expires=2,avg_ttl=0\r\n"), "{text}");
    }
}

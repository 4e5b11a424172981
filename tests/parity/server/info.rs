//! INFO: its sections, and the fields that exporters read.

use crate::script::Script;

/// The field of this name is there.
fn check_field(c: &mut Script, section: &str, field: &str) {
    c.check(&format!("INFO {section}"), &format!("..\"\\r\\n{field}:\".."));
}

fn each_section_has_its_title(c: &mut Script) {
    for title in
        ["Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "CPU", "Cluster", "Keyspace"]
    {
        c.check(&format!("INFO {}", title.to_lowercase()), &format!("\"# {title}\\r\\n\".."));
        c.check("INFO", &format!("..\"# {title}\\r\\n\".."));
        c.check("INFO everything", &format!("..\"# {title}\\r\\n\".."));
    }
}

fn sections_are_named_in_any_case_and_number(c: &mut Script) {
    c.check("INFO SERVER", r##""# Server\r\n".."##);
    c.check("info clients cpu", r##""# Clients\r\n".."##);
    c.check("info clients cpu", r#".."\r\n\r\n# CPU\r\n".."#);
    c.check("INFO no-such-section", r#""""#);
    c.check("INFO default", r##""# Server\r\n".."##);
    c.check("INFO all", r##""# Server\r\n".."##);
}

fn info_is_verbatim_in_resp3(c: &mut Script) {
    c.resp3();
    c.check("INFO server", r##"="# Server\r\n".."##);
    c.check("INFO no-such-section", r#"="""#);
}

fn exporters_find_their_fields(c: &mut Script) {
    for (section, fields) in [
        (
            "server",
            "redis_version redis_mode os arch_bits multiplexing_api process_id run_id tcp_port uptime_in_seconds \
             uptime_in_days hz executable config_file",
        ),
        ("clients", "connected_clients maxclients blocked_clients"),
        (
            "memory",
            "used_memory used_memory_human used_memory_rss used_memory_peak used_memory_overhead \
             used_memory_dataset total_system_memory maxmemory maxmemory_human maxmemory_policy \
             mem_fragmentation_ratio mem_allocator",
        ),
        (
            "persistence",
            "loading rdb_changes_since_last_save rdb_bgsave_in_progress rdb_last_save_time aof_enabled",
        ),
        (
            "stats",
            "total_connections_received total_commands_processed instantaneous_ops_per_sec \
             total_net_input_bytes total_net_output_bytes rejected_connections expired_keys evicted_keys \
             keyspace_hits keyspace_misses",
        ),
        ("replication", "role connected_slaves master_repl_offset"),
        ("cpu", "used_cpu_sys used_cpu_user"),
        ("cluster", "cluster_enabled"),
    ] {
        for field in fields.split_whitespace() {
            check_field(c, section, field);
        }
    }
}

fn fields_tell_the_truth(c: &mut Script) {
    c.check("INFO server", r#".."\r\nredis_mode:standalone\r\n".."#);
    c.check("INFO server", r#".."\r\narch_bits:64\r\n".."#);
    c.check_since_7_2("INFO server", r#".."redis_version:7.0.15\r\n".."#, r#".."redis_version:7.2.4\r\n".."#);
    c.check("INFO replication", r#".."\r\nrole:master\r\nconnected_slaves:0\r\n".."#);
    c.check("INFO memory", r#".."\r\nmaxmemory_policy:noeviction\r\n".."#);
    c.check("INFO persistence", r#".."\r\naof_enabled:0\r\n".."#);
}

fn the_keyspace_section_counts_keys_and_lifetimes(c: &mut Script) {
    c.check("INFO keyspace", r##""# Keyspace\r\n""##);
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("EXPIRE a 1000", ":1");
    c.check("INFO keyspace", r##""# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=".."##);
    c.check("SELECT 2", "+OK");
    c.check("SET a 1", "+OK");
    c.check("INFO keyspace", r#".."\r\ndb2:keys=1,expires=0,avg_ttl=0".."#);
}

fn statistics_count_what_happened(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("CONFIG RESETSTAT", "+OK");
    c.check("GET k", r#""v""#);
    c.check("MGET k missing k", r#"["v", nil, "v"]"#);
    c.check("EXISTS missing", ":0");
    c.check("INFO stats", r#".."\r\nkeyspace_hits:3\r\nkeyspace_misses:2\r\n".."#);
    c.check("INFO commandstats", r#".."cmdstat_get:calls=1,usec=".."#);
    c.check("INFO commandstats", r#".."cmdstat_mget:calls=1,usec=".."#);
    c.check("NOPE", "-ERR ..");
    c.check("INFO errorstats", r##""# Errorstats\r\nerrorstat_ERR:count=1\r\n""##);
}

facts! { server:
    each_section_has_its_title,
    sections_are_named_in_any_case_and_number,
    info_is_verbatim_in_resp3,
    exporters_find_their_fields,
    fields_tell_the_truth,
    the_keyspace_section_counts_keys_and_lifetimes,
    statistics_count_what_happened,
}

//! The sections of INFO that count what happened: Stats, Commandstats, Errorstats.

use std::collections::BTreeMap;

use super::{
    render::{Cluster, Text},
    report::CallLine,
};
use crate::commands::commands;

/// The section Stats.
pub fn stats(all: &Cluster<'_>, text: &mut Text) {
    let zeros = |text: &mut Text, names: &[&str]| {
        for name in names {
            text.field(name, 0);
        }
    };
    let kilobytes = |bytes: u64| format!("{:.2}", bytes as f64 / 1024.0);
    text.field("total_connections_received", all.total(|core| core.connections));
    text.field("total_commands_processed", all.total(|core| core.commands));
    text.field("instantaneous_ops_per_sec", all.total(|core| core.commands_last_second));
    text.field("total_net_input_bytes", all.total(|core| core.received_bytes));
    text.field("total_net_output_bytes", all.total(|core| core.sent_bytes));
    zeros(text, &["total_net_repl_input_bytes", "total_net_repl_output_bytes"]);
    text.field("instantaneous_input_kbps", kilobytes(all.total(|core| core.received_last_second_bytes)));
    text.field("instantaneous_output_kbps", kilobytes(all.total(|core| core.sent_last_second_bytes)));
    text.field("instantaneous_input_repl_kbps", "0.00");
    text.field("instantaneous_output_repl_kbps", "0.00");
    text.field("rejected_connections", all.total(|core| core.rejected_connections));
    zeros(text, &["sync_full", "sync_partial_ok", "sync_partial_err"]);
    text.field("expired_keys", all.total(|core| core.expired));
    text.field("expired_stale_perc", "0.00");
    zeros(text, &["expired_time_cap_reached_count", "expire_cycle_cpu_milliseconds"]);
    text.field("evicted_keys", all.total(|core| core.evicted));
    zeros(text, &["evicted_clients", "total_eviction_exceeded_time", "current_eviction_exceeded_time"]);
    text.field("keyspace_hits", all.total(|core| core.hits));
    text.field("keyspace_misses", all.total(|core| core.misses));
    let process = &all.first().process;
    text.field("pubsub_channels", process.pubsub_channels);
    text.field("pubsub_patterns", process.pubsub_patterns);
    text.field("pubsubshard_channels", process.pubsub_shard_channels);
    zeros(text, &["latest_fork_usec", "total_forks"]);
    text.field("migrate_cached_sockets", process.migrate_connections);
    zeros(
        text,
        &[
            "slave_expires_tracked_keys",
            "active_defrag_hits",
            "active_defrag_misses",
            "active_defrag_key_hits",
            "active_defrag_key_misses",
            "total_active_defrag_time",
            "current_active_defrag_time",
        ],
    );
    text.field("tracking_total_keys", all.total(|core| core.tracked_keys));
    text.field("tracking_total_items", all.total(|core| core.tracked_items));
    text.field("tracking_total_prefixes", process.tracking_prefixes);
    text.field("unexpected_error_replies", 0);
    text.field("total_error_replies", all.total(|core| core.errors));
    text.field("dump_payload_sanitizations", all.total(|core| core.sanitized));
    text.field("client_query_buffer_limit_disconnections", all.total(|core| core.query_limit_closings));
    text.field("client_output_buffer_limit_disconnections", all.total(|core| core.output_limit_closings));
    text.field("total_commands_forwarded", all.total(|core| core.forwarded));
}

/// The section Commandstats: a line per command that was asked for.
pub fn commandstats(all: &Cluster<'_>, text: &mut Text) {
    let mut sums: BTreeMap<u64, CallLine> = BTreeMap::new();
    for line in all.0.iter().flat_map(|report| &report.calls) {
        let sum = sums.entry(line.command).or_default();
        sum.calls += line.calls;
        sum.failed += line.failed;
        sum.rejected += line.rejected;
        sum.nanoseconds += line.nanoseconds;
    }
    for (command, sum) in sums {
        let microseconds = sum.nanoseconds / 1_000;
        let per_call = if sum.calls == 0 { 0.0 } else { microseconds as f64 / sum.calls as f64 };
        let value = format!(
            "calls={},usec={microseconds},usec_per_call={per_call:.2},rejected_calls={},failed_calls={}",
            sum.calls, sum.rejected, sum.failed
        );
        text.field(&format!("cmdstat_{}", commands().name(command as u16)), value);
    }
}

/// The section Errorstats: a line per code of an error.
pub fn errorstats(all: &Cluster<'_>, text: &mut Text) {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, count) in all.0.iter().flat_map(|report| &report.errors) {
        *sums.entry(code).or_default() += count;
    }
    for (code, count) in sums {
        text.field(&format!("errorstat_{code}"), format!("count={count}"));
    }
}

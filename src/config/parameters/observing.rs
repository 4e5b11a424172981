//! The log, and what can be watched.

use super::super::bounds::LONG;
use super::super::parameter::{Parameter, absent, inert, live};
use super::super::settings::LogLevel;
use super::super::value::Kind;
use super::word_lists::percentiles;

const NO_LATENCY: &str = "latencies of commands are not tracked";
const SYSLOG: &str = "log to standard output: journald and containers pick it up there";

pub(super) const ROWS: &[Parameter] = &[
    live!(
        "loglevel",
        Kind::Choice(LogLevel::WORDS),
        loglevel,
        "What the log holds: debug, verbose, notice, warning"
    ),
    live!("logfile", Kind::Text, logfile, "File to append the log to; empty: standard output").at_startup(),
    absent("syslog-enabled", Kind::Flag, "no", SYSLOG).at_startup(),
    inert("syslog-ident", Kind::Text, "redis", SYSLOG).at_startup(),
    inert("syslog-facility", Kind::Choice(FACILITIES), "local0", SYSLOG).at_startup(),
    inert(
        "slowlog-log-slower-than",
        Kind::Integer { min: -1, max: i64::MAX as i128 },
        "10000",
        "slow commands are not logged",
    ),
    inert("slowlog-max-len", LONG, "128", "slow commands are not logged"),
    absent("latency-monitor-threshold", LONG, "0", "write 0: latency spikes are not recorded"),
    inert("latency-tracking", Kind::Flag, "yes", NO_LATENCY),
    inert("latency-tracking-info-percentiles", Kind::Words(percentiles), "50 99 99.9", NO_LATENCY),
    live!(
        "notify-keyspace-events",
        Kind::Text,
        notify_keyspace_events,
        "Classes of events of keys to publish, as letters of Ag$lshzxeKEtmdn; empty: none"
    ),
];

const FACILITIES: &[&str] =
    &["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"];

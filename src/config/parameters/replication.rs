//! Replication: not served yet.

use super::super::bounds::{COUNT, LONG, PORT, POSITIVE};
use super::super::parameter::{NO_REPLICAS, Parameter, absent, inert};
use super::super::value::Kind;
use super::word_lists::replicaof;

const STAND_ALONE: &str = "remove it: this server neither follows a master nor feeds replicas";

pub(super) const ROWS: &[Parameter] = &[
    absent("replicaof", Kind::Words(replicaof), "", STAND_ALONE).alias("slaveof").at_startup(),
    absent("masteruser", Kind::Text, "", STAND_ALONE),
    absent("masterauth", Kind::Text, "", STAND_ALONE).secret(),
    absent("min-replicas-to-write", COUNT, "0", "write 0: there are no replicas")
        .alias("min-slaves-to-write"),
    inert("min-replicas-max-lag", COUNT, "10", NO_REPLICAS).alias("min-slaves-max-lag"),
    inert("repl-backlog-size", Kind::Memory { min: 1, max: i64::MAX as i128 }, "1048576", NO_REPLICAS),
    inert("repl-backlog-ttl", LONG, "3600", NO_REPLICAS),
    inert("repl-diskless-sync", Kind::Flag, "yes", NO_REPLICAS),
    inert("repl-diskless-sync-delay", COUNT, "5", NO_REPLICAS),
    inert("repl-diskless-sync-max-replicas", COUNT, "0", NO_REPLICAS),
    inert(
        "repl-diskless-load",
        Kind::Choice(&["disabled", "on-empty-db", "swapdb"]),
        "disabled",
        NO_REPLICAS,
    ),
    inert("repl-ping-replica-period", POSITIVE, "10", NO_REPLICAS).alias("repl-ping-slave-period"),
    inert("repl-timeout", POSITIVE, "60", NO_REPLICAS),
    inert("replica-announce-ip", Kind::Text, "", NO_REPLICAS).alias("slave-announce-ip"),
    inert("replica-announce-port", PORT, "0", NO_REPLICAS).alias("slave-announce-port"),
    inert("replica-announced", Kind::Flag, "yes", NO_REPLICAS),
    inert("replica-ignore-disk-write-errors", Kind::Flag, "no", NO_REPLICAS),
    inert("replica-ignore-maxmemory", Kind::Flag, "yes", NO_REPLICAS).alias("slave-ignore-maxmemory"),
    inert("replica-lazy-flush", Kind::Flag, "no", NO_REPLICAS).alias("slave-lazy-flush"),
    inert("replica-priority", COUNT, "100", NO_REPLICAS).alias("slave-priority"),
    inert("replica-read-only", Kind::Flag, "yes", NO_REPLICAS).alias("slave-read-only"),
    inert("replica-serve-stale-data", Kind::Flag, "yes", NO_REPLICAS).alias("slave-serve-stale-data"),
    inert(
        "propagation-error-behavior",
        Kind::Choice(&["ignore", "panic", "panic-on-replicas"]),
        "ignore",
        NO_REPLICAS,
    ),
];

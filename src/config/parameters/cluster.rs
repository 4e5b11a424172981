//! Redis Cluster's directives. Shards are presented as a cluster by `cluster-ports`; there is no cluster of servers.

use super::super::bounds::{COUNT, LONG, PORT};
use super::super::parameter::{Parameter, absent, inert};
use super::super::value::Kind;

const ONE_SERVER: &str = "this server is in no cluster with others";
const SHARD_PORTS: &str = "write no, and use cluster-ports to present the shards of this server as a cluster";

pub(super) const ROWS: &[Parameter] = &[
    absent("cluster-enabled", Kind::Flag, "no", SHARD_PORTS).at_startup(),
    inert("cluster-config-file", Kind::Text, "nodes.conf", ONE_SERVER).at_startup(),
    inert("cluster-node-timeout", LONG, "15000", ONE_SERVER),
    inert("cluster-port", PORT, "0", ONE_SERVER).at_startup(),
    inert("cluster-announce-ip", Kind::Text, "", ONE_SERVER),
    inert("cluster-announce-hostname", Kind::Text, "", ONE_SERVER),
    inert("cluster-announce-port", PORT, "0", ONE_SERVER),
    inert("cluster-announce-tls-port", PORT, "0", ONE_SERVER),
    inert("cluster-announce-bus-port", PORT, "0", ONE_SERVER),
    inert(
        "cluster-preferred-endpoint-type",
        Kind::Choice(&["ip", "hostname", "unknown-endpoint"]),
        "ip",
        ONE_SERVER,
    ),
    inert("cluster-migration-barrier", COUNT, "1", ONE_SERVER),
    inert("cluster-allow-replica-migration", Kind::Flag, "yes", ONE_SERVER),
    inert("cluster-replica-validity-factor", COUNT, "10", ONE_SERVER).alias("cluster-slave-validity-factor"),
    inert("cluster-replica-no-failover", Kind::Flag, "no", ONE_SERVER).alias("cluster-slave-no-failover"),
    inert("cluster-require-full-coverage", Kind::Flag, "yes", ONE_SERVER),
    inert("cluster-allow-reads-when-down", Kind::Flag, "no", ONE_SERVER),
    inert("cluster-allow-pubsubshard-when-down", Kind::Flag, "yes", ONE_SERVER),
    inert("cluster-link-sendbuf-limit", Kind::Memory { min: 0, max: u64::MAX as i128 }, "0", ONE_SERVER),
];

//! Where clients connect.

use super::super::bounds::{COUNT, PORT};
use super::super::parameter::{Parameter, absent, inert, live};
use super::super::value::Kind;
use super::super::{bind, parameter};

pub(super) const ROWS: &[Parameter] = &[
    live!("port", PORT, port, "TCP port on which every shard accepts; 0 for none"),
    live!("bind", Kind::Words(bind::check), bind, "Addresses to listen on; a leading - makes one optional"),
    live!("unixsocket", Kind::Text, unixsocket, "Path of a Unix socket to listen on").at_startup(),
    live!(
        "unixsocketperm",
        Kind::Octal { max: 0o777 },
        unixsocket_perm,
        "Permission bits of the Unix socket"
    )
    .at_startup(),
    live!(
        "cluster-ports",
        PORT,
        cluster_ports,
        "Shard i also listens on this port + i, as a node of a cluster; 0: off"
    )
    .at_startup_here(),
    live!("tcp-backlog", COUNT, tcp_backlog, "Connections that may wait to be accepted, per listener")
        .at_startup(),
    live!("tcp-keepalive", COUNT, tcp_keepalive_s, "Seconds between keep-alive probes; 0: none"),
    live!("timeout", COUNT, timeout_s, "Seconds after which an idle client is disconnected; 0: never"),
    live!("protected-mode", Kind::Flag, protected_mode, "Without a password, serve loopback clients only"),
    absent(
        "bind-source-addr",
        Kind::Text,
        "",
        "remove it: there is no other server that this one is a replica of",
    ),
    absent(
        "socket-mark-id",
        Kind::Integer { min: 0, max: u32::MAX as i128 },
        "0",
        "remove it, and mark packets with a firewall rule on the port",
    )
    .at_startup(),
    inert("repl-disable-tcp-nodelay", Kind::Flag, "no", parameter::NO_REPLICAS),
];

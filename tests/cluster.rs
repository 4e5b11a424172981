//! Cluster-aware clients against the ports that each shard has of its own (`cluster-ports`).
//!
//! The shards are presented as the nodes of a Redis Cluster: a client that understands clusters must find all of them, go
//! straight to the owner of a key, and never be sent elsewhere.

#[path = "harness/mod.rs"]
mod harness;

use std::net::TcpListener;
use std::path::Path;
use std::process::{self, Command, Output};
use std::sync::atomic::{AtomicU16, Ordering};

use harness::server::Server;

/// Shards of the server, each on a port of its own.
const SHARDS: u16 = 4;

/// Below the ports that the kernel hands out itself, so that no other test is given one of them in between.
const FIRST_PORT: u16 = 20_000;
/// How many ports are looked through for free ones.
const PORTS: u16 = 8_000;

/// A server with its shards on the ports from the one returned.
fn cluster() -> (Server, u16) {
    let base = free_ports();
    (Server::kvadrant(SHARDS.into(), &["--cluster-ports", &base.to_string()]), base)
}

/// The first of so many free ports in a row as there are shards; no two calls look at the same ones.
fn free_ports() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at the same time begin at different places.
    let start = process::id().wrapping_mul(97) as u16 % PORTS;
    loop {
        let tried = TRIED.fetch_add(SHARDS, Ordering::Relaxed);
        assert!(tried < PORTS, "no {SHARDS} free ports in a row");
        let base = FIRST_PORT + (start + tried) % PORTS;
        let free: Result<Vec<_>, _> =
            (base..base + SHARDS).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
        if free.is_ok() {
            return base;
        }
    }
}

/// What a program printed; its failure is the test's.
fn run(server: &Server, program: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        program.output().unwrap_or_else(|error| panic!("{program:?}: {error} (tests/install brings it)"));
    let (said, complained) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{program:?}:\n{said}{complained}{}", server.log());
    assert!(!complained.contains("ERR"), "{program:?}:\n{said}{complained}");
    said.into_owned()
}

#[test]
fn redis_cli_finds_each_key_through_each_port() {
    let (server, base) = cluster();
    for port in base..base + SHARDS {
        for key in ["foo", "bar", "hello", "a", "b", "{tag}1"] {
            let cli = |arguments: &[&str]| {
                let mut program = Command::new("redis-cli");
                program.args(["-c", "-p", &port.to_string()]).args(arguments);
                run(&server, &mut program)
            };
            assert_eq!(cli(&["SET", key, &port.to_string()]), "OK\n", "{key} through {port}");
            assert_eq!(cli(&["GET", key]), format!("{port}\n"), "{key} through {port}");
        }
    }
}

#[test]
fn redis_benchmark_sees_a_node_for_each_shard() {
    let (server, base) = cluster();
    let mut benchmark = Command::new("redis-benchmark");
    benchmark.args(["--cluster", "-p", &base.to_string(), "-n", "4000", "-c", "8", "-r", "1000", "-P", "4"]);
    let said = run(&server, benchmark.args(["-t", "set,get,incr", "--csv"]));
    assert!(said.contains(&format!("Cluster has {SHARDS} master nodes")), "{said}");
    for test in ["SET", "GET", "INCR"] {
        assert!(said.contains(&format!("\"{test}\",")), "no {test} in:\n{said}");
    }
}

#[test]
fn redis_py_does_a_round_as_a_cluster_client() {
    let (server, base) = cluster();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "redis-py is missing: run tests/install");
    let script = root.join("tests/clients/redis_py_cluster.py");
    run(&server, Command::new(python).arg(script).args([base.to_string(), SHARDS.to_string()]));
}

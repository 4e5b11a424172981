//! The shard-direct ports: what cluster clients are told, and that it is true.

#[path = "harness/mod.rs"]
mod harness;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use harness::{connection::Connection, resp::Value, server::Server};

const SHARDS: u16 = 3;

/// A server with shard-direct ports, and the first of these.
fn cluster() -> (Server, u16) {
    let base = free_ports();
    (Server::kvadrant(SHARDS.into(), &["--cluster-ports", &base.to_string()]), base)
}

/// The first of as many neighbouring ports as there are shards, all free a moment ago.
fn free_ports() -> u16 {
    for _ in 0..100 {
        let first = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = first.local_addr().expect("its address").port();
        let others = (1..SHARDS).filter_map(|shard| base.checked_add(shard));
        if others.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).count() == 2 {
            return base;
        }
    }
    panic!("no {SHARDS} neighbouring ports are free");
}

fn connect(port: u16) -> Connection {
    Connection::open(port).expect("a connection")
}

fn ask(connection: &mut Connection, command: &str) -> Value {
    let arguments: Vec<&str> = command.split(' ').collect();
    connection.command(&arguments).expect("a reply")
}

fn text(value: Value) -> String {
    match value {
        Value::Bulk(bytes) => String::from_utf8(bytes).expect("text"),
        other => panic!("a string, not {other:?}"),
    }
}

fn array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements,
        other => panic!("an array, not {other:?}"),
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Integer(number) => *number,
        other => panic!("an integer, not {other:?}"),
    }
}

/// From CLUSTER SLOTS: first and last slot, port and id of each shard.
fn shards(connection: &mut Connection) -> Vec<(i64, i64, u16, String)> {
    array(ask(connection, "CLUSTER SLOTS"))
        .into_iter()
        .map(|range| {
            let mut range = array(range);
            let mut node = array(range.pop().expect("a node"));
            assert_eq!((range.len(), node.len()), (2, 4));
            assert_eq!(node[0], Value::Bulk(b"127.0.0.1".to_vec()));
            let port = u16::try_from(integer(&node[1])).expect("a port");
            (integer(&range[0]), integer(&range[1]), port, text(node.remove(2)))
        })
        .collect()
}

#[test]
fn every_slot_is_presented_once_at_the_port_of_its_shard() {
    let (server, base) = cluster();
    let told = shards(&mut server.connect());
    let mut next = 0;
    for (shard, (first, last, port, id)) in (0..).zip(&told) {
        assert_eq!((*first, *port), (next, base + shard));
        assert_eq!(text(ask(&mut connect(*port), "CLUSTER MYID")), *id);
        next = last + 1;
    }
    assert_eq!((next, told.len()), (16384, SHARDS.into()));
    let ids: BTreeSet<_> = told.iter().map(|(.., id)| id).collect();
    assert!(ids.len() == told.len() && ids.iter().all(|id| id.len() == 40));
    for shard in 0..SHARDS {
        assert_eq!(shards(&mut connect(base + shard)), told, "all shards tell the same");
    }
}

#[test]
fn the_lines_of_nodes_mark_who_answers() {
    let (_server, base) = cluster();
    for shard in 0..SHARDS {
        let mut connection = connect(base + shard);
        let told = shards(&mut connection);
        let nodes = text(ask(&mut connection, "CLUSTER NODES"));
        let lines: Vec<_> = nodes.lines().collect();
        assert_eq!(lines.len(), told.len());
        for (number, (line, (first, last, port, id))) in (0..).zip(lines.iter().zip(&told)) {
            let flags = if number == shard { "myself,master" } else { "master" };
            let epoch = number + 1;
            assert_eq!(
                *line,
                format!("{id} 127.0.0.1:{port}@0 {flags} - 0 0 {epoch} connected {first}-{last}")
            );
        }
        let info = text(ask(&mut connection, "CLUSTER INFO"));
        assert!(info.starts_with("cluster_state:ok\r\ncluster_slots_assigned:16384\r\n"), "{info}");
        assert!(info.contains("cluster_known_nodes:3\r\n") && info.contains("cluster_size:3\r\n"), "{info}");
        assert!(info.contains(&format!("cluster_my_epoch:{}\r\n", shard + 1)), "{info}");
        assert_eq!(ask(&mut connection, "CLUSTER LINKS"), Value::Array(Vec::new()));
    }
}

#[test]
fn any_shard_counts_the_keys_of_any_slot() {
    let (server, base) = cluster();
    let mut connection = server.connect();
    for number in 0..30 {
        ask(&mut connection, &format!("SET {{tag:{}}}:{number} v", number % 10));
    }
    for shard in 0..SHARDS {
        let mut connection = connect(base + shard);
        for tag in 0..10 {
            let slot = integer(&ask(&mut connection, &format!("CLUSTER KEYSLOT tag:{tag}")));
            assert_eq!(ask(&mut connection, &format!("CLUSTER COUNTKEYSINSLOT {slot}")), Value::Integer(3));
            let keys = array(ask(&mut connection, &format!("CLUSTER GETKEYSINSLOT {slot} 9")));
            let keys: BTreeSet<_> = keys.into_iter().map(text).collect();
            let set = [0, 10, 20].map(|more| format!("{{tag:{tag}}}:{}", tag + more));
            assert_eq!(keys, BTreeSet::from(set));
            let some = array(ask(&mut connection, &format!("CLUSTER GETKEYSINSLOT {slot} 2")));
            assert_eq!(some.len(), 2);
        }
        let refused = |text: &str| Value::Error(text.as_bytes().to_vec());
        for (command, text) in [
            ("CLUSTER COUNTKEYSINSLOT x", "ERR value is not an integer or out of range"),
            ("CLUSTER COUNTKEYSINSLOT 16384", "ERR Invalid slot"),
            ("CLUSTER COUNTKEYSINSLOT -1", "ERR Invalid slot"),
            ("CLUSTER GETKEYSINSLOT 0 x", "ERR value is not an integer or out of range"),
            ("CLUSTER GETKEYSINSLOT 0 -1", "ERR Invalid slot or number of keys"),
            ("CLUSTER GETKEYSINSLOT 16384 1", "ERR Invalid slot or number of keys"),
        ] {
            assert_eq!(ask(&mut connection, command), refused(text), "{command}");
        }
    }
}

#[test]
fn a_shard_describes_the_cluster_in_both_protocols() {
    let (_server, base) = cluster();
    let mut connection = connect(base);
    let first = array(ask(&mut connection, "CLUSTER SHARDS")).swap_remove(0);
    let fields = array(first);
    assert_eq!(fields[0], Value::Bulk(b"slots".to_vec()));
    assert_eq!(fields[1], Value::Array(vec![Value::Integer(0), Value::Integer(5461)]));
    assert_eq!((fields.len(), &fields[2]), (4, &Value::Bulk(b"nodes".to_vec())));
    connection.speak_resp3().expect("HELLO 3");
    let first = array(ask(&mut connection, "CLUSTER SHARDS")).swap_remove(0);
    let Value::Map(fields) = first else { panic!("a map, not {first:?}") };
    assert_eq!(fields.len(), 2);
    for command in ["READONLY", "READWRITE", "ASKING"] {
        assert_eq!(ask(&mut connection, command), Value::Simple(b"OK".to_vec()));
    }
}

#[test]
fn clients_on_all_shards_are_listed_and_killed_from_any() {
    let (_server, base) = cluster();
    let mut connections: Vec<_> = (0..SHARDS).rev().map(|shard| connect(base + shard)).collect();
    // Cores number their clients as they take them, which need not be the order in which these connected.
    let ids: BTreeSet<_> =
        connections.iter_mut().map(|connection| integer(&ask(connection, "CLIENT ID"))).collect();
    for connection in &mut connections {
        let list = text(ask(connection, "CLIENT LIST"));
        let listed: Vec<i64> = list
            .lines()
            .filter_map(|line| line.strip_prefix("id=")?.split(' ').next()?.parse().ok())
            .filter(|id| ids.contains(id))
            .collect();
        assert_eq!(listed, Vec::from_iter(ids.clone()), "in the order of their numbers");
    }
    assert_eq!(ask(&mut connections[1], "CLIENT KILL TYPE normal SKIPME no"), Value::Integer(3));
    assert!(connections.iter_mut().all(Connection::is_closed));
}

#[test]
fn redis_benchmark_finds_the_shards() {
    let (server, base) = cluster();
    let run = Command::new("redis-benchmark")
        .args(["-p", &base.to_string(), "--cluster", "-t", "set,get", "-n", "2000", "-r", "1000", "-P", "8"])
        .output()
        .expect("redis-benchmark runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", server.log());
    assert!(said.contains("Cluster has 3 master nodes"), "{said}");
    let Value::Integer(keys) = ask(&mut server.connect(), "DBSIZE") else { panic!("a number of keys") };
    assert!(keys > 500, "{keys} keys");
}

#[test]
fn redis_cli_reads_on_one_shard_what_it_wrote_on_another() {
    let (_server, base) = cluster();
    let cli = |shard: u16, command: &[&str]| {
        let port = (base + shard).to_string();
        let run = Command::new("redis-cli").args(["-c", "-p", &port]).args(command).output();
        let run = run.expect("redis-cli runs");
        String::from_utf8(run.stdout).expect("text").trim_end().to_owned()
    };
    for key in ["a", "b", "c", "d"] {
        assert_eq!(cli(0, &["SET", key, key]), "OK");
        assert_eq!(cli(2, &["GET", key]), key);
    }
}

#[test]
fn redis_py_goes_straight_to_the_shards() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "redis-py is missing: run tests/install");
    let (server, base) = cluster();
    for port in [base, base + SHARDS - 1, server.port()] {
        let round = Command::new(&python)
            .arg(root.join("tests/cluster/redis_py.py"))
            .args([port.to_string(), SHARDS.to_string()])
            .output()
            .expect("python runs");
        let complained = String::from_utf8_lossy(&round.stderr);
        assert!(round.status.success(), "redis-py from port {port}:\n{complained}{}", server.log());
    }
}

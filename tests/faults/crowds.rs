//! Many clients at once: idle ones, too many, more than there are descriptors, and how they spread over cores.

use std::io::{Read, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::SHARDS;
use crate::harness::resp::Value;
use crate::harness::server::Server;
use crate::peer::{commands, expect_text, info, ping, reply, rest, socket, until};
use crate::process::{descriptors, heavy, processor_time, raise_own_descriptors};

/// Clients of each core, as INFO shows them.
fn clients_per_core(server: &Server, shards: usize) -> Vec<usize> {
    let mut connection = server.connect();
    let line = |shard: usize| info(&mut connection, "shards", &format!("shard{shard}"));
    let clients = |line: String| {
        let field = line.split(',').find_map(|field| field.strip_prefix("clients=").map(str::to_owned));
        field.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no clients in {line}"))
    };
    (0..shards).map(line).map(clients).collect()
}

#[test]
fn five_thousand_idle_clients_slow_nobody() {
    const CLIENTS: usize = 5_000;
    let _turn = heavy();
    raise_own_descriptors();
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let idle: Vec<_> = (0..CLIENTS).map(|_| socket(&server)).collect();
        let mut connection = server.connect();
        until("all are served", Duration::from_secs(10), || {
            info(&mut connection, "clients", "connected_clients") == (CLIENTS + 1).to_string()
        });
        let mut took: Vec<_> = (0..101).map(|_| ping(&server)).collect();
        took.sort_unstable();
        assert!(took[50] < Duration::from_millis(20), "half of all PINGs took longer than {:?}", took[50]);
        assert!(took[100] < Duration::from_secs(1), "a PING took {:?}", took[100]);
        drop(idle);
        until("all are gone", Duration::from_secs(10), || {
            info(&mut connection, "clients", "connected_clients") == "1"
        });
    }
}

#[test]
fn a_thousand_idle_clients_cost_no_processor_time() {
    const LOOK: Duration = Duration::from_secs(5);
    raise_own_descriptors();
    let servers = SHARDS.map(|shards| Server::kvadrant(shards, &[]));
    let mut clients = Vec::new();
    for server in &servers {
        clients.extend((0..1_000).map(|_| socket(server)));
        let mut connection = server.connect();
        until("all are served", Duration::from_secs(10), || {
            info(&mut connection, "clients", "connected_clients") == "1001"
        });
    }
    let before = servers.each_ref().map(|server| processor_time(server.pid()));
    thread::sleep(LOOK);
    for ((server, before), shards) in servers.iter().zip(before).zip(SHARDS) {
        let used = processor_time(server.pid()).saturating_sub(before);
        println!("{shards} shards: {used:?} in {LOOK:?}");
        assert!(used < LOOK / 100, "{shards} shards used {used:?} in {LOOK:?}");
    }
}

#[test]
fn clients_one_after_the_other_spread_over_all_cores() {
    let server = Server::kvadrant(4, &[]);
    let _clients: Vec<_> = (0..40)
        .map(|_| {
            let mut client = server.connect();
            assert_eq!(reply(&mut client, "PING"), Value::Simple(b"PONG".to_vec()));
            client
        })
        .collect();
    let clients = clients_per_core(&server, 4);
    let (least, most) = (clients.iter().min().expect("cores"), clients.iter().max().expect("cores"));
    assert!(most - least <= 3, "{clients:?}");
}

#[test]
fn clients_at_once_spread_over_all_cores() {
    let server = Server::kvadrant(4, &[]);
    let mut clients: Vec<_> = (0..400).map(|_| socket(&server)).collect();
    for client in &mut clients {
        client.write_all(&commands(["PING"])).expect("the server reads");
    }
    for client in &mut clients {
        expect_text(client, "+PONG\r\n");
    }
    let clients = clients_per_core(&server, 4);
    let (least, most) = (clients.iter().min().expect("cores"), clients.iter().max().expect("cores"));
    assert!(most - least <= 20, "{clients:?}");
}

#[test]
fn a_crowd_at_once_is_held_to_maxclients() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &["--maxclients", "50"]);
        let mut clients: Vec<_> = (0..200).map(|_| socket(&server)).collect();
        let answers = clients.iter_mut().map(|client| {
            let _ = client.write_all(b"PING\r\n");
            let mut first = [0];
            client.read_exact(&mut first).expect("an answer or a refusal");
            first[0]
        });
        let served = answers.filter(|first| *first == b'+').count();
        // The harness may not have left by then.
        assert!((49..=50).contains(&served), "{served} clients are served by {shards} shards");
    }
}

#[test]
fn clients_beyond_maxclients_are_told_so() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &["--maxclients", "10"]);
        let mut watcher = server.connect();
        until("the harness has left", Duration::from_secs(5), || {
            info(&mut watcher, "clients", "connected_clients") == "1"
        });
        let mut others: Vec<_> = (0..9).map(|_| server.connect()).collect();
        for other in &mut others {
            assert_eq!(reply(other, "PING"), Value::Simple(b"PONG".to_vec()));
        }
        for refused in 1..=5 {
            assert_eq!(rest(&mut socket(&server)), b"-ERR max number of clients reached\r\n");
            assert_eq!(info(&mut watcher, "stats", "rejected_connections"), refused.to_string());
        }
        others.pop();
        until("one has left", Duration::from_secs(5), || {
            info(&mut watcher, "clients", "connected_clients") == "9"
        });
        ping(&server);
    }
}

#[test]
fn without_descriptors_clients_wait_and_the_server_rests() {
    const LIMIT: usize = 400;
    const TOO_MANY: usize = 30;
    const LOOK: Duration = Duration::from_secs(1);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/few_descriptors");
    for shards in SHARDS {
        let server = Server::kvadrant_by(&script, shards, &["--maxclients", "200"]);
        let mut watcher = server.connect();
        assert_eq!(reply(&mut watcher, "PING"), Value::Simple(b"PONG".to_vec()));
        let spare = LIMIT - descriptors(server.pid());
        assert!((5..150).contains(&spare), "{spare} descriptors are left");
        let mut served: Vec<_> = (0..spare).map(|_| socket(&server)).collect();
        let mut waiting: Vec<_> = (0..TOO_MANY).map(|_| socket(&server)).collect();
        until("the log says it", Duration::from_secs(5), || server.log().contains("cannot accept a client"));
        let before = processor_time(server.pid());
        thread::sleep(LOOK);
        let used = processor_time(server.pid()).saturating_sub(before);
        assert!(used < LOOK / 10, "{used:?} in {LOOK:?}");
        let lines = server.log().matches("cannot accept").count();
        assert!(lines < 100, "{lines} lines in the log");
        assert_eq!(reply(&mut watcher, "PING"), Value::Simple(b"PONG".to_vec()));
        // To the kernel all are connected. When some leave, the others are served.
        for client in &mut waiting {
            client.write_all(&commands(["PING"])).expect("the kernel takes it");
        }
        // A few more than wait leave, since the server opens files of its own now and then.
        served.truncate(spare.saturating_sub(TOO_MANY + 5));
        for client in &mut waiting {
            expect_text(client, "+PONG\r\n");
        }
    }
}

//! Clients that leave in the middle of something.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use crate::SHARDS;
use crate::harness::server::Server;
use crate::peer::{commands, info, ok, reset, rest, socket, until};
use crate::process::descriptors;

/// Clients killed per number of shards.
const VICTIMS: usize = 2_000;

/// Descriptors of a server all of whose cores have come up: one may answer while others still open their rings.
fn descriptors_at_rest(server: &Server) -> usize {
    let mut connection = server.connect();
    // All cores contribute to INFO.
    until("one client", Duration::from_secs(10), || {
        info(&mut connection, "clients", "connected_clients") == "1"
    });
    descriptors(server.pid())
}

/// Waits until nothing is left of clients that are gone.
fn assert_nothing_is_left(server: &Server, descriptors_before: usize) {
    let mut connection = server.connect();
    until("one client", Duration::from_secs(10), || {
        info(&mut connection, "clients", "connected_clients") == "1"
    });
    drop(connection);
    until("no descriptor is left", Duration::from_secs(10), || {
        descriptors(server.pid()) <= descriptors_before
    });
    assert_eq!(server.log().matches("ERROR").count(), 0, "{}", server.log());
}

#[test]
fn clients_killed_mid_pipeline_leave_nothing_behind() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let before = descriptors_at_rest(&server);
        let pipeline = commands((0..30).flat_map(|i| {
            [format!("SET key:{i} value"), format!("GET key:{i}"), "MGET key:1 key:2 key:3".into()]
        }));
        for victim in 0..VICTIMS {
            let mut client = socket(&server);
            // Some leave in the middle of a command, too.
            let length = pipeline.len() - victim % 7 * 5;
            client.write_all(&pipeline[..length]).expect("the server reads");
            if victim % 2 == 0 {
                reset(client);
            }
        }
        assert_nothing_is_left(&server, before);
    }
}

#[test]
fn clients_killed_inside_a_large_value_leave_nothing_behind() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let before = descriptors_at_rest(&server);
        let header = b"*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$1000000\r\n";
        for victim in 0..200 {
            let mut client = socket(&server);
            client.write_all(header).expect("the server reads");
            client.write_all(&vec![b'v'; victim * 1_000]).expect("the server reads");
            if victim % 2 == 0 {
                reset(client);
            }
        }
        assert_nothing_is_left(&server, before);
    }
}

#[test]
fn clients_killed_with_replies_that_they_never_read_leave_nothing_behind() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        ok(&mut server.connect(), &["SET", "big", &"x".repeat(1 << 20)]);
        let before = descriptors_at_rest(&server);
        for victim in 0..50 {
            let mut client = socket(&server);
            client.write_all(&commands(["GET big"; 20])).expect("the server reads");
            if victim % 2 == 0 {
                reset(client);
            }
        }
        assert_nothing_is_left(&server, before);
    }
}

#[test]
fn a_client_that_has_sent_its_last_still_gets_all_replies() {
    const COMMANDS: usize = 5_000;
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let mut client = socket(&server);
        client
            .write_all(&commands((0..COMMANDS).map(|i| format!("INCR key:{}", i % 100))))
            .expect("the server reads");
        client.shutdown(Shutdown::Write).expect("half closed");
        let expected =
            (1..=COMMANDS / 100).map(|turn| format!(":{turn}\r\n").repeat(100)).collect::<Vec<_>>().concat();
        assert!(rest(&mut client) == expected.as_bytes(), "replies are missing or out of order");
    }
}

#[test]
fn a_client_that_has_sent_its_last_still_gets_large_replies() {
    const LENGTH: usize = 3 << 20;
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        ok(&mut server.connect(), &["SET", "big", &"x".repeat(LENGTH)]);
        let mut client = socket(&server);
        client.write_all(&commands(["GET big"; 8])).expect("the server reads");
        client.shutdown(Shutdown::Write).expect("half closed");
        let one = LENGTH + format!("${LENGTH}\r\n\r\n").len();
        assert_eq!(rest(&mut client).len(), 8 * one);
    }
}

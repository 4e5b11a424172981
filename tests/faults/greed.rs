//! Clients that take more than their part: replies that nobody reads, commands that never end, connections left idle.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use crate::SHARDS;
use crate::harness::resp::Value;
use crate::harness::server::Server;
use crate::peer::{commands, expect_text, info, ok, ping, pour, reply, rest, socket, until};

#[test]
fn a_client_that_never_reads_is_closed_at_its_output_limit() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let mut other = server.connect();
        ok(&mut other, &["CONFIG", "SET", "client-output-buffer-limit", "normal 8mb 0 0"]);
        ok(&mut other, &["SET", "big", &"x".repeat(1 << 20)]);
        let mut greedy = socket(&server);
        greedy.write_all(&commands(["GET big"; 64])).expect("the server reads");
        until("the client is closed", Duration::from_secs(10), || {
            info(&mut other, "stats", "client_output_buffer_limit_disconnections") == "1"
                && info(&mut other, "clients", "connected_clients") == "1"
        });
        assert!(server.log().contains("client-output-buffer-limit"), "{}", server.log());
        assert!(rest(&mut greedy).len() < 64 << 20);
    }
}

#[test]
fn a_client_that_never_reads_holds_up_nobody() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let mut other = server.connect();
        ok(&mut other, &["SET", "big", &"x".repeat(1 << 20)]);
        let mut greedy = socket(&server);
        greedy.write_all(&commands(["GET big"; 64])).expect("the server reads");
        for i in 0..1_000 {
            ok(&mut other, &["SET", &format!("key:{i}"), "value"]);
        }
        assert!(ping(&server) < Duration::from_secs(1));
        let mut all = vec![0; 64 * ((1 << 20) + "$1048576\r\n\r\n".len())];
        std::io::Read::read_exact(&mut greedy, &mut all).expect("all replies, once they are read");
    }
}

#[test]
fn an_unfinished_command_is_closed_at_the_query_limit() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &["--client-query-buffer-limit", "1mb"]);
        let mut other = server.connect();
        let starts: [(&str, &[u8], &[u8]); 3] = [
            ("many arguments", b"*1000000\r\n", b"$10\r\n0123456789\r\n"),
            ("one large argument", b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000000\r\n", b"0123456789"),
            ("several large arguments", b"*100\r\n$3\r\nSET\r\n", b"$40000\r\n"),
        ];
        for (closed, (what, start, more)) in starts.into_iter().enumerate() {
            let more = if what.starts_with("several") {
                [more, "x".repeat(40_000).as_bytes(), b"\r\n"].concat()
            } else {
                more.to_vec()
            };
            let mut client = socket(&server);
            client.write_all(start).expect("the server reads");
            // The limit, and what sockets buffer: without a limit the server would wait for more at the end.
            pour(&mut client, &more, 2_500_000, Duration::from_secs(2));
            until(what, Duration::from_secs(5), || {
                info(&mut other, "stats", "client_query_buffer_limit_disconnections")
                    == (closed + 1).to_string()
            });
            rest(&mut client);
        }
        until("one client", Duration::from_secs(5), || {
            info(&mut other, "clients", "connected_clients") == "1"
        });
    }
}

#[test]
fn a_value_below_the_query_limit_is_taken() {
    let server = Server::kvadrant(4, &["--client-query-buffer-limit", "1mb"]);
    let mut client = server.connect();
    for i in 0..8 {
        ok(&mut client, &["SET", &format!("key:{i}"), &"x".repeat(900_000)]);
    }
}

#[test]
fn idle_clients_are_closed_after_the_timeout_and_busy_ones_are_not() {
    let server = Server::kvadrant(4, &["--timeout", "1"]);
    let mut idle: Vec<_> = (0..8).map(|_| socket(&server)).collect();
    let mut busy = server.connect();
    // A slow upload of a large value is no idleness.
    let mut slow = socket(&server);
    slow.write_all(b"*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n$1000000\r\n").expect("the server reads");
    let (mut sent, sent_at_once, began) = (0, 20_000, Instant::now());
    while began.elapsed() < Duration::from_millis(3_500) {
        slow.write_all(&vec![b'x'; sent_at_once]).expect("the server has closed a client that is sending");
        sent += sent_at_once;
        assert_eq!(reply(&mut busy, "PING"), Value::Simple(b"PONG".to_vec()));
        thread::sleep(Duration::from_millis(100));
    }
    slow.write_all(&vec![b'x'; 1_000_000 - sent]).expect("the server reads");
    slow.write_all(b"\r\n").expect("the server reads");
    expect_text(&mut slow, "+OK\r\n");
    for client in &mut idle {
        assert_eq!(rest(client), b"");
    }
}

//! Stopping: the first signal lets replies go out, the second waits for nobody.

use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::SHARDS;
use crate::harness::resp::Value;
use crate::harness::server::Server;
use crate::peer::{commands, expect_text, ok, socket, until};
use crate::process::signal;

/// Waits for the server's end; its exit code, none if a signal ended it.
pub fn exit_code(server: &mut Server) -> Option<i32> {
    server.wait(Duration::from_secs(5)).code()
}

/// Sends INCRs in small pipelines until the connection ends; returns all that came back.
fn count_until_the_end(server_port: u16, key: &str) -> Vec<u8> {
    const DEPTH: usize = 16;
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", server_port)).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let pipeline = commands(vec![format!("INCR {key}"); DEPTH]);
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    let mut answered = DEPTH;
    loop {
        if answered >= DEPTH {
            answered -= DEPTH;
            if stream.write_all(&pipeline).is_err() {
                // What came before the end can still be read.
                let _ = stream.read_to_end(&mut all);
                return all;
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return all,
            Ok(length) => {
                answered += piece[..length].split(|byte| *byte == b'\n').count() - 1;
                all.extend_from_slice(&piece[..length]);
            }
        }
    }
}

#[test]
fn a_stop_under_load_is_quick_and_leaves_whole_replies() {
    for shards in SHARDS {
        let mut server = Server::kvadrant(shards, &[]);
        let port = server.port();
        let clients: Vec<_> = (0..8)
            .map(|number| thread::spawn(move || count_until_the_end(port, &format!("key:{number}"))))
            .collect();
        let mut connection = server.connect();
        until("all clients are busy", Duration::from_secs(5), || {
            crate::peer::reply(&mut connection, "DBSIZE") == Value::Integer(8)
        });
        let asked = Instant::now();
        signal(server.pid(), Signal::TERM);
        assert_eq!(exit_code(&mut server), Some(0), "{}", server.log());
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
        for client in clients {
            let text = String::from_utf8(client.join().expect("a client")).expect("text");
            let whole = text.rsplit_once("\r\n").map_or("", |(whole, _)| whole);
            assert!(text.ends_with("\r\n"), "a reply was cut off: {:?}", &text[whole.len()..]);
            for (number, line) in whole.split("\r\n").enumerate() {
                assert_eq!(line, format!(":{}", number + 1));
            }
        }
    }
}

#[test]
fn what_was_received_before_a_stop_is_answered() {
    for shards in SHARDS {
        let mut server = Server::kvadrant(shards, &[]);
        let mut client = socket(&server);
        client.write_all(&commands(["DEBUG SLEEP 0.3"])).expect("the server reads");
        client
            .write_all(&commands((0..500).map(|i| format!("INCR key:{}", i % 10))))
            .expect("the server reads");
        // The first reply shows that the server has read on.
        expect_text(&mut client, "+OK\r\n:1\r\n");
        signal(server.pid(), Signal::TERM);
        assert_eq!(exit_code(&mut server), Some(0));
        let all = (1..=50).map(|turn| format!(":{turn}\r\n").repeat(10)).collect::<Vec<_>>().concat();
        expect_text(&mut client, &all[4..]);
    }
}

#[test]
fn an_idle_server_stops_at_once() {
    for shards in SHARDS {
        for stop in [Signal::TERM, Signal::INT] {
            let mut server = Server::kvadrant(shards, &[]);
            let _idle: Vec<_> = (0..20).map(|_| socket(&server)).collect();
            let asked = Instant::now();
            signal(server.pid(), stop);
            assert_eq!(exit_code(&mut server), Some(0));
            assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
        }
    }
}

#[test]
fn a_second_signal_waits_for_nobody() {
    for shards in SHARDS {
        let mut server = Server::kvadrant(shards, &[]);
        ok(&mut server.connect(), &["SET", "big", &"x".repeat(1 << 20)]);
        // This client never reads: the first signal waits for it for a while.
        let mut greedy = socket(&server);
        greedy.write_all(&commands(["GET big"; 64])).expect("the server reads");
        until("replies wait", Duration::from_secs(5), || {
            match crate::peer::reply(&mut server.connect(), "CLIENT LIST") {
                Value::Bulk(list) => String::from_utf8_lossy(&list).contains("cmd=get"),
                other => panic!("{other:?}"),
            }
        });
        signal(server.pid(), Signal::TERM);
        until("it stops", Duration::from_secs(1), || server.log().contains("stopping"));
        signal(server.pid(), Signal::TERM);
        assert_eq!(exit_code(&mut server), Some(128 + 15), "{}", server.log());
    }
}

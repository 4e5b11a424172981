//! CONFIG SET of `port` and `bind`: where clients connect moves while the server runs, as on a redis-server.

#[path = "harness/mod.rs"]
mod harness;

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Barrier,
    thread,
    time::Duration,
};

use harness::connection::{Connection, Failure};
use harness::resp::{Value, encode};
use harness::server::Server;

fn ask(connection: &mut Connection, command: &[&str]) -> String {
    match connection.command(command).expect("a reply") {
        Value::Simple(text) | Value::Bulk(text) => String::from_utf8_lossy(&text).into_owned(),
        Value::Error(text) => format!("-{}", String::from_utf8_lossy(&text)),
        Value::Array(values) => values
            .iter()
            .map(|value| match value {
                Value::Bulk(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            })
            .collect::<Vec<_>>()
            .join(" "),
        other => format!("{other:?}"),
    }
}

fn send(connection: &mut Connection, command: &[&str]) -> Result<(), Failure> {
    connection.send(&encode(command))
}

fn set(connection: &mut Connection, pairs: &[&str]) -> String {
    ask(connection, &[&["CONFIG", "SET"], pairs].concat())
}

fn get(connection: &mut Connection, name: &str) -> String {
    ask(connection, &["CONFIG", "GET", name])
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Whether a server answers there.
fn answers(host: &str, port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((host, port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let mut reply = [0; 7];
    stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut reply).is_ok() && reply == *b"+PONG\r\n"
}

/// Runs a test on a redis-server, on one shard and on four.
fn on_all(test: impl Fn(&Server, &str)) {
    test(&Server::redis(&[]), "redis-server");
    test(&Server::kvadrant(1, &[]), "one shard");
    test(&Server::kvadrant(4, &[]), "four shards");
}

#[test]
fn a_new_port_takes_the_place_of_the_old_one() {
    on_all(|server, name| {
        let mut connection = server.connect();
        let mut old = server.port();
        for _ in 0..5 {
            let port = free_port();
            assert_eq!(set(&mut connection, &["port", &port.to_string()]), "OK", "{name}");
            // At once, and for anybody.
            drop(TcpListener::bind(("127.0.0.1", old)).expect("the old port is free"));
            assert!(!answers("127.0.0.1", old), "{name}");
            for _ in 0..10 {
                assert!(answers("127.0.0.1", port), "{name}");
            }
            assert_eq!(get(&mut connection, "port"), format!("port {port}"));
            let info = ask(&mut connection, &["INFO", "server"]);
            assert!(info.contains(&format!("tcp_port:{port}\r\n")), "{name}");
            old = port;
        }
        // Clients that came by another port stay.
        assert_eq!(ask(&mut connection, &["PING"]), "PONG", "{name}");
        assert_eq!(set(&mut connection, &["port", &server.port().to_string()]), "OK", "{name}");
        assert!(answers("127.0.0.1", server.port()), "{name}");
    });
}

#[test]
fn what_cannot_be_listened_on_changes_nothing() {
    const PORT: &str = "-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.";
    const BIND: &str = "-ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.";
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| address.port()).map(|port| (port.to_string(), taken));
    let (taken, _listener) = taken.expect("its address");
    on_all(|server, name| {
        let mut connection = server.connect();
        let port = free_port().to_string();
        let many = ["127.0.0.1"; 17].join(" ");
        for (pairs, expected) in [
            (&["port", taken.as_str()][..], PORT),
            (&["PORT", &taken], PORT),
            (&["hz", "50", "port", &taken], PORT),
            (&["port", &taken, "hz", "51"], PORT),
            (&["bind", "127.0.0.1", "port", &taken], BIND),
            (&["port", &taken, "bind", "192.0.2.1"], PORT),
            (&["bind", "192.0.2.1", "port", &port, "hz", "50"], BIND),
            (&["bind", "192.0.2.1"], BIND),
            (&["bind", "127.0.0.1 192.0.2.1"], BIND),
            (&["bind", "127.0.0.1  127.0.0.2"], BIND),
            (&["bind", "127.0.0.1 127.0.0.1"], BIND),
            (&["bind", "-"], BIND),
            (
                &["bind", &many],
                "-ERR CONFIG SET failed (possibly related to argument 'bind') - Too many bind addresses specified.",
            ),
            (
                &["port", "70000"],
                "-ERR CONFIG SET failed (possibly related to argument 'port') - argument must be between 0 and 65535 inclusive",
            ),
            (
                &["port", "x"],
                "-ERR CONFIG SET failed (possibly related to argument 'port') - argument couldn't be parsed into an integer",
            ),
        ] {
            assert_eq!(set(&mut connection, pairs), expected, "{name}: {pairs:?}");
        }
        assert_eq!(get(&mut connection, "hz"), "hz 10", "{name}");
        assert_eq!(get(&mut connection, "bind"), "bind 127.0.0.1", "{name}");
        assert_eq!(get(&mut connection, "port"), format!("port {}", server.port()), "{name}");
        assert!(answers("127.0.0.1", server.port()), "{name}");
    });
}

#[test]
fn addresses_come_and_go() {
    on_all(|server, name| {
        let mut connection = server.connect();
        let port = server.port();
        assert!(!answers("127.0.0.2", port), "{name}");
        for (bind, there) in [
            ("127.0.0.1 127.0.0.2", [true, true]),
            ("127.0.0.2", [false, true]),
            ("*", [true, true]),
            ("127.0.0.1 -192.0.2.1", [true, false]),
            ("* -::*", [true, true]),
            ("-192.0.2.1", [false, false]),
            ("", [false, false]),
            ("127.0.0.2 127.0.0.1", [true, true]),
            ("127.0.0.1", [true, false]),
        ] {
            assert_eq!(set(&mut connection, &["bind", bind]), "OK", "{name}: {bind}");
            let found = ["127.0.0.1", "127.0.0.2"].map(|host| answers(host, port));
            assert_eq!(found, there, "{name}: {bind}");
            assert_eq!(get(&mut connection, "bind"), format!("bind {bind}"), "{name}");
        }
    });
}

#[test]
fn without_a_port_nobody_comes_and_who_is_there_stays() {
    on_all(|server, name| {
        let mut connection = server.connect();
        assert_eq!(set(&mut connection, &["port", "0"]), "OK", "{name}");
        assert!(!answers("127.0.0.1", server.port()), "{name}");
        // What is not listened on is not tried.
        assert_eq!(set(&mut connection, &["bind", "192.0.2.1"]), "OK", "{name}");
        assert_eq!(
            set(&mut connection, &["bind", "127.0.0.1", "port", &server.port().to_string()]),
            "OK",
            "{name}"
        );
        assert!(answers("127.0.0.1", server.port()), "{name}");
    });
}

#[test]
fn changes_in_one_pipeline_and_in_one_transaction_end_at_the_last() {
    on_all(|server, name| {
        let mut connection = server.connect();
        let ports = [free_port(), free_port(), free_port()].map(|port| port.to_string());
        for port in &ports {
            send(&mut connection, &["CONFIG", "SET", "port", port]).expect("sent");
        }
        for _ in &ports {
            assert_eq!(connection.reply(), Ok(Value::Simple(b"OK".to_vec())), "{name}");
        }
        let at = |index: usize| answers("127.0.0.1", ports[index].parse().expect("a number"));
        assert_eq!([at(0), at(1), at(2)], [false, false, true], "{name}");
        ask(&mut connection, &["MULTI"]);
        for port in [&ports[0], &ports[2], &ports[1]] {
            ask(&mut connection, &["CONFIG", "SET", "port", port]);
        }
        assert_eq!(ask(&mut connection, &["EXEC"]).matches("Simple").count(), 3, "{name}");
        assert_eq!([at(0), at(1), at(2)], [false, true, false], "{name}");
        assert_eq!(set(&mut connection, &["port", &server.port().to_string()]), "OK", "{name}");
    });
}

/// Clients come while the port goes there and back: each is served, or refused.
#[test]
fn nobody_is_left_waiting_while_the_port_moves() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let (first, second) = (server.port(), free_port());
        let mut connection = server.connect();
        thread::scope(|scope| {
            let comers: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(move || {
                        for _ in 0..200 {
                            for port in [first, second] {
                                let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
                                    continue;
                                };
                                stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
                                // A listener that is closed resets those that wait in it.
                                let sent = stream.write_all(b"PING\r\n");
                                let read = stream.read(&mut [0; 7]);
                                if let (Ok(()), Err(error)) = (sent, read) {
                                    assert_ne!(
                                        error.kind(),
                                        std::io::ErrorKind::WouldBlock,
                                        "nobody answers"
                                    );
                                }
                            }
                        }
                    })
                })
                .collect();
            while !comers.iter().all(thread::ScopedJoinHandle::is_finished) {
                for port in [second, first] {
                    assert_eq!(set(&mut connection, &["port", &port.to_string()]), "OK");
                }
            }
        });
        assert!(answers("127.0.0.1", first));
    }
}

/// Two clients on different cores set the port at the same time, again and again: in the end all cores say and do the same.
#[test]
fn all_cores_follow_the_same_change() {
    let server = Server::kvadrant(4, &[]);
    let ports = [free_port(), free_port(), free_port(), free_port()];
    let mut watchers: Vec<Connection> = (0..8).map(|_| server.connect()).collect();
    let all_connected = Barrier::new(ports.len());
    thread::scope(|scope| {
        for port in ports {
            let (server, all_connected) = (server.port(), &all_connected);
            scope.spawn(move || {
                let mut setter = Connection::open(server).expect("a connection");
                all_connected.wait();
                for _ in 0..50 {
                    assert_eq!(set(&mut setter, &["port", &port.to_string()]), "OK");
                }
            });
        }
    });
    let said = get(&mut watchers[0], "port");
    for watcher in &mut watchers {
        assert_eq!(get(watcher, "port"), said);
    }
    for port in ports {
        assert_eq!(answers("127.0.0.1", port), said == format!("port {port}"), "{port}, {said}");
    }
}

/// Shard-direct ports follow the addresses.
#[test]
fn shard_direct_ports_follow_the_addresses() {
    let base = (20_000..60_000)
        .step_by(7)
        .find(|base| (*base..base + 4).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()));
    let base = base.expect("four free ports");
    let server = Server::kvadrant(4, &["--cluster-ports", &base.to_string()]);
    let mut connection = server.connect();
    assert_eq!(set(&mut connection, &["bind", "127.0.0.2"]), "OK");
    for port in base..base + 4 {
        assert!(answers("127.0.0.2", port) && !answers("127.0.0.1", port), "{port}");
    }
    assert!(set(&mut connection, &["port", &base.to_string()]).starts_with("-ERR CONFIG SET failed"));
    assert_eq!(set(&mut connection, &["bind", "*"]), "OK");
    assert!(answers("127.0.0.1", base) && answers("127.0.0.2", base + 3));
}

//! MIGRATE between servers: values there and back, targets that are slow, that vanish, and that come back.

#[path = "harness/mod.rs"]
mod harness;

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use harness::connection::{Connection, Failure};
use harness::resp::{Value, encode};
use harness::server::Server;

fn ask(connection: &mut Connection, command: &[&str]) -> Value {
    connection.command(command).expect("a reply")
}

fn send<A: AsRef<[u8]>>(connection: &mut Connection, command: &[A]) -> Result<(), Failure> {
    connection.send(&encode(command))
}

fn ok() -> Value {
    Value::Simple(b"OK".to_vec())
}

fn error(text: &str) -> Value {
    Value::Error(text.into())
}

fn migrate(connection: &mut Connection, port: u16, more: &[&str]) -> Value {
    ask(connection, &migration(port, more).iter().map(String::as_str).collect::<Vec<_>>())
}

fn migration(port: u16, more: &[&str]) -> Vec<String> {
    let port = port.to_string();
    ["MIGRATE", "127.0.0.1", &port].iter().chain(more).map(|word| (*word).to_owned()).collect()
}

/// Another server that is played by the test.
struct Played(TcpListener);

impl Played {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").expect("a port"))
    }

    fn port(&self) -> u16 {
        self.0.local_addr().expect("its address").port()
    }

    /// The next connection.
    fn accept(&self) -> TcpStream {
        let (stream, _) = self.0.accept().expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        stream
    }
}

/// Reads until what was read contains `text`.
fn read_until(stream: &mut TcpStream, text: &str) {
    let mut read = Vec::new();
    let mut piece = [0; 4096];
    while !String::from_utf8_lossy(&read).contains(text) {
        let count = stream.read(&mut piece).expect("a request");
        assert_ne!(count, 0, "the connection was closed");
        read.extend_from_slice(&piece[..count]);
    }
}

/// Each kind of value goes from one server to the other and on.
#[test]
fn values_travel_between_all_servers() {
    let servers = [Server::redis(&[]), Server::kvadrant(1, &[]), Server::kvadrant(4, &[])];
    let mut connections = servers.each_ref().map(Server::connect);
    let long: Vec<String> =
        (0..2_000).map(|number| format!("element:{number}:{}", "x".repeat(number % 90))).collect();
    let huge = "y".repeat(3_000_000);
    let make = |words: &[&str], more: &[String]| -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).chain(more.iter().cloned()).collect()
    };
    let pairs: Vec<String> = long.iter().flat_map(|text| [format!("f{text}"), text.clone()]).collect();
    let scored: Vec<String> = long
        .iter()
        .enumerate()
        .flat_map(|(number, text)| [(number as f64 / 4.0).to_string(), text.clone()])
        .collect();
    let values = [
        make(&["SET", "string", "-70000"], &[]),
        make(&["SET", "huge", &huge], &[]),
        make(&["RPUSH", "list"], &long),
        make(&["SADD", "set"], &long),
        make(&["SADD", "ints", "1", "2", "70000"], &[]),
        make(&["HSET", "hash"], &pairs),
        make(&["HSET", "small", "a", "1"], &[]),
        make(&["ZADD", "zset"], &scored),
    ];
    for value in &values {
        connections[0].command(value).expect("a reply");
    }
    ask(&mut connections[0], &["PEXPIREAT", "hash", &EXPIRE_AT_MS.to_string()]);
    const EXPIRE_AT_MS: i64 = 33_177_117_420_000;
    const KEYS: [&str; 9] = ["string", "huge", "list", "set", "ints", "hash", "small", "zset", "missing"];
    let digests = |connection: &mut Connection| {
        let mut all = Vec::new();
        for key in &KEYS[..8] {
            all.push(ask(connection, &["DEBUG", "DIGEST-VALUE", key]));
        }
        let Value::Integer(at_ms) = ask(connection, &["PEXPIRETIME", "hash"]) else { panic!("no time") };
        // The time on the way is not lost, but rounded.
        assert!((at_ms - EXPIRE_AT_MS).abs() < 5_000, "{at_ms}");
        all
    };
    let before = digests(&mut connections[0]);
    for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 2), (2, 1), (1, 0)] {
        let more = [&["", "0", "5000", "KEYS"][..], &KEYS].concat();
        assert_eq!(migrate(&mut connections[from], servers[to].port(), &more), ok(), "{from} to {to}");
        assert_eq!(ask(&mut connections[from], &["DBSIZE"]), Value::Integer(0));
        assert_eq!(digests(&mut connections[to]), before, "{from} to {to}");
    }
}

/// While the other server takes its time, the key is neither seen nor changed, and most others are served.
#[test]
fn a_key_under_way_is_held_and_others_are_served() {
    let server = Server::kvadrant(4, &[]);
    let played = Played::new();
    let mut sender = server.connect();
    ask(&mut sender, &["SET", "k", "1"]);
    send(&mut sender, &migration(played.port(), &["k", "0", "5000"])).expect("sent");
    let mut target = played.accept();
    read_until(&mut target, "RESTORE");
    let mut writer = server.connect();
    send(&mut writer, &["APPEND", "k", "2"]).expect("sent");
    // One shard of four is held; each client is on one of the cores.
    let served = (0..8).filter(|_| {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
        (&stream).write_all(b"PING\r\n").expect("sent");
        (&stream).read(&mut [0; 64]).is_ok()
    });
    assert!(served.count() >= 5, "too many cores stand still");
    target.write_all(b"+OK\r\n+OK\r\n").expect("answered");
    assert_eq!(sender.reply(), Ok(ok()));
    assert_eq!(writer.reply(), Ok(Value::Integer(1)), "the key was gone when the writer came");
}

/// Many commands wait for the held shard, and more than have room on their way there: other keys are served all the same.
#[test]
fn who_waits_for_a_held_shard_is_in_nobodys_way() {
    let server = Server::kvadrant(4, &[]);
    let played = Played::new();
    let mut sender = server.connect();
    let shard_of = |key: &str| shards::keyspace::slot::slot_of(key.as_bytes()) / 4096;
    let held = shard_of("k");
    let keys: Vec<String> = (0..100).map(|number| format!("key:{number}")).collect();
    let free: Vec<&str> = keys.iter().map(String::as_str).filter(|key| shard_of(key) != held).collect();
    ask(&mut sender, &["SET", "k", "1"]);
    send(&mut sender, &migration(played.port(), &["k", "0", "5000"])).expect("sent");
    let mut target = played.accept();
    read_until(&mut target, "RESTORE");
    let mut waiting: Vec<Connection> = (0..40).map(|_| server.connect()).collect();
    let all: Vec<&str> = ["MGET", "k"].into_iter().chain(keys.iter().map(String::as_str)).collect();
    for _ in 0..5 {
        for connection in &mut waiting {
            send(connection, &all).expect("sent");
        }
        thread::sleep(Duration::from_millis(40));
    }
    // Their traffic is what lets those that wait try again and again.
    let until = Instant::now() + Duration::from_secs(1);
    let served = thread::scope(|scope| {
        let (free, port) = (&free, server.port());
        let serve = || {
            scope.spawn(move || {
                let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
                stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout");
                let mut keys = free.iter().cycle();
                while Instant::now() < until {
                    let key = keys.next().expect("a key");
                    (&stream).write_all(format!("EXISTS {key}\r\n").as_bytes()).expect("sent");
                    if (&stream).read(&mut [0; 64]).is_err() {
                        return 0;
                    }
                }
                1
            })
        };
        let clients: Vec<_> = (0..8).map(|_| serve()).collect();
        clients.into_iter().map(|client| client.join().expect("a count")).sum::<usize>()
    });
    assert!(served >= 5, "only {served} of 8 clients are served");
    target.write_all(b"+OK\r\n+OK\r\n").expect("answered");
    assert_eq!(sender.reply(), Ok(ok()));
    for connection in &mut waiting {
        for _ in 0..5 {
            assert!(matches!(connection.reply(), Ok(Value::Array(_))));
        }
    }
}

/// Nobody's keys are lost to a server that stops in the middle.
#[test]
fn a_target_that_is_late_or_ends_leaves_the_keys() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let played = Played::new();
        let mut sender = server.connect();
        ask(&mut sender, &["MSET", "a", "1", "b", "2", "c", "3"]);
        let more = ["", "0", "200", "KEYS", "a", "b", "c"];
        let reading = error("IOERR error or timeout reading to target instance");

        send(&mut sender, &migration(played.port(), &more)).expect("sent");
        let silent = played.accept();
        assert_eq!(sender.reply(), Ok(reading.clone()));
        drop(silent);
        assert_eq!(ask(&mut sender, &["EXISTS", "a", "b", "c"]), Value::Integer(3));

        // It took one, and ended: that one is there, and two are here.
        send(&mut sender, &migration(played.port(), &more)).expect("sent");
        let mut target = played.accept();
        read_until(&mut target, "RESTORE");
        target.write_all(b"+OK\r\n+OK\r\n").expect("answered");
        drop(target);
        assert_eq!(sender.reply(), Ok(reading.clone()));
        assert_eq!(ask(&mut sender, &["EXISTS", "a", "b", "c"]), Value::Integer(2));

        // One that ends before it has said anything is asked once more.
        send(&mut sender, &migration(played.port(), &["", "0", "2000", "KEYS", "b", "c"])).expect("sent");
        drop(played.accept());
        let mut target = played.accept();
        read_until(&mut target, "RESTORE");
        target.write_all(b"+OK\r\n+OK\r\n-ERR no\r\n").expect("answered");
        assert_eq!(sender.reply(), Ok(error("ERR Target instance replied with error: ERR no")));
        assert_eq!(ask(&mut sender, &["EXISTS", "a", "b", "c"]), Value::Integer(1));
    }
}

/// Only a server's own word for a key counts: not the rest of a long error, what was said before anybody asked, or another protocol.
#[test]
fn what_is_no_answer_takes_no_key() {
    let server = Server::kvadrant(1, &[]);
    let mut sender = server.connect();
    let keys = ["", "0", "5000", "KEYS", "a", "b"];
    let mut answered = |played: &Played, answer: &str| {
        ask(&mut sender, &["MSET", "a", "1", "b", "2"]);
        send(&mut sender, &migration(played.port(), &keys)).expect("sent");
        let mut target = played.accept();
        read_until(&mut target, "RESTORE");
        target.write_all(answer.as_bytes()).expect("answered");
        let reply = sender.reply().expect("a reply");
        (reply, ask(&mut sender, &["EXISTS", "a", "b"]), target)
    };
    let played = Played::new();
    let long = "x".repeat(3000);
    let (reply, left, _) = answered(&played, &format!("+OK\r\n-ERR {long}\r\n-ERR two\r\n"));
    assert!(matches!(reply, Value::Error(text) if text.starts_with(b"ERR Target instance replied")));
    assert_eq!(left, Value::Integer(2));

    let reading = error("IOERR error or timeout reading to target instance");
    let (reply, left, _) = answered(&Played::new(), "220 mail.example.org\r\n500 what?\r\n500 what?\r\n");
    assert_eq!((reply, left), (reading.clone(), Value::Integer(2)));
    let (reply, left, _) = answered(&Played::new(), "+OK\r\n+OK\r\n220 what?\r\n");
    assert_eq!((reply, left), (reading, Value::Integer(1)));

    // More than was asked for: the next keys go on a connection of their own.
    let played = Played::new();
    let (reply, left, _kept) = answered(&played, &"+OK\r\n".repeat(9));
    assert_eq!((reply, left), (ok(), Value::Integer(0)));
    let (reply, left, _) = answered(&played, "+OK\r\n-ERR no\r\n-ERR no\r\n");
    assert_eq!((reply, left), (error("ERR Target instance replied with error: ERR no"), Value::Integer(2)));
}

/// The client is gone before the other server has answered: what that has taken is gone from here, and what was asked with it is done.
#[test]
fn a_client_that_vanishes_changes_nothing() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let played = Played::new();
        let mut other = server.connect();
        ask(&mut other, &["MSET", "k", "1", "l", "2"]);
        for (requests, restores) in [
            (vec![migration(played.port(), &["k", "0", "5000"])], "k"),
            (
                vec![
                    vec!["MULTI".into()],
                    migration(played.port(), &["l", "0", "5000"]),
                    vec!["SET".into(), "done".into(), "1".into()],
                    vec!["EXEC".into()],
                ],
                "l",
            ),
        ] {
            let mut sender = server.connect();
            for request in &requests {
                send(&mut sender, request).expect("sent");
            }
            let mut target = played.accept();
            read_until(&mut target, "RESTORE");
            drop(sender);
            thread::sleep(Duration::from_millis(50));
            target.write_all(b"+OK\r\n+OK\r\n").expect("answered");
            let deadline = Instant::now() + Duration::from_secs(10);
            while ask(&mut other, &["EXISTS", restores]) != Value::Integer(0) {
                assert!(Instant::now() < deadline, "{restores} is still here");
                thread::sleep(Duration::from_millis(5));
            }
        }
        assert_eq!(ask(&mut other, &["EXISTS", "done"]), Value::Integer(1));
    }
}

/// A client that only closes its sending side gets its answer.
#[test]
fn a_client_that_sends_no_more_is_answered() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let played = Played::new();
        ask(&mut server.connect(), &["SET", "k", "1"]);
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
        let request = format!("{}\r\n", migration(played.port(), &["k", "0", "5000"]).join(" "));
        stream.write_all(request.as_bytes()).expect("sent");
        stream.shutdown(std::net::Shutdown::Write).expect("half closed");
        let mut target = played.accept();
        read_until(&mut target, "RESTORE");
        thread::sleep(Duration::from_millis(50));
        target.write_all(b"+OK\r\n+OK\r\n").expect("answered");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("a reply");
        assert_eq!(reply, "+OK\r\n");
    }
}

fn cached(connection: &mut Connection) -> String {
    let Value::Bulk(info) = ask(connection, &["INFO", "stats"]) else { panic!("INFO gives a text") };
    let info = String::from_utf8_lossy(&info).into_owned();
    let line = info.lines().find_map(|line| line.strip_prefix("migrate_cached_sockets:"));
    line.expect("a line").to_owned()
}

/// As in Redis: a connection is kept, used for the next keys, and closed when it has not been for ten seconds.
#[test]
fn connections_are_kept_for_a_while() {
    let server = Server::kvadrant(4, &[]);
    let other = Server::redis(&[]);
    let mut connection = server.connect();
    let mut there = other.connect();
    assert_eq!(cached(&mut connection), "0");
    for number in 0..20 {
        let key = format!("key:{number}");
        ask(&mut connection, &["SET", &key, "1"]);
        assert_eq!(migrate(&mut connection, other.port(), &[&key, "0", "1000"]), ok());
    }
    assert_eq!(cached(&mut connection), "1");
    let Value::Bulk(info) = ask(&mut there, &["INFO", "stats"]) else { panic!("INFO gives a text") };
    let info = String::from_utf8_lossy(&info).into_owned();
    // The one that waits for its start, this one, and the courier's.
    assert!(info.contains("total_connections_received:3"), "{info}");
    let start = Instant::now();
    while cached(&mut connection) != "0" {
        assert!(start.elapsed() < Duration::from_secs(20), "the connection is still open");
        thread::sleep(Duration::from_millis(100));
    }
    assert!(start.elapsed() > Duration::from_secs(8), "the connection was closed early");
    ask(&mut connection, &["SET", "k", "1"]);
    assert_eq!(migrate(&mut connection, other.port(), &["k", "0", "1000"]), ok());
}

/// Keys are sent by many clients at a time, and each is in one place afterwards.
#[test]
fn many_senders_and_multi_key_commands_get_along() {
    let server = Server::kvadrant(4, &[]);
    let other = Server::redis(&[]);
    let (port, target) = (server.port(), other.port());
    thread::scope(|scope| {
        for sender in 0..4 {
            scope.spawn(move || {
                let mut connection = Connection::open(port).expect("a connection");
                for round in 0..100 {
                    let keys: Vec<String> = (0..3).map(|key| format!("{sender}:{round}:{key}")).collect();
                    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                    ask(&mut connection, &["MSET", keys[0], "0", keys[1], "1", keys[2], "2"]);
                    ask(&mut connection, &["RENAME", keys[2], "shared"]);
                    let more = [&["", "0", "5000", "REPLACE", "KEYS", "shared"][..], &keys].concat();
                    assert_eq!(migrate(&mut connection, target, &more), ok());
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(move || {
                let mut connection = Connection::open(port).expect("a connection");
                for round in 0..300 {
                    let keys: Vec<String> =
                        (0..4).map(|sender| format!("{sender}:{}:0", round / 3)).collect();
                    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                    ask(&mut connection, &[&["MGET"][..], &keys].concat());
                    ask(&mut connection, &["SUNIONSTORE", "nothing", "no", "none"]);
                }
            });
        }
    });
    assert_eq!(ask(&mut server.connect(), &["DBSIZE"]), Value::Integer(0));
    assert_eq!(ask(&mut other.connect(), &["DBSIZE"]), Value::Integer(4 * 100 * 2 + 1));
}

/// A script stands in the midst of its keys: it cannot send any away.
#[test]
fn a_script_sends_nothing() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let mut connection = server.connect();
        ask(&mut connection, &["SET", "k", "v"]);
        for key in ["k", "nothing"] {
            let script = "return redis.pcall('MIGRATE', '127.0.0.1', '1', ARGV[1], '0', '100')";
            let refused = error("ERR This Redis command is not allowed from script");
            assert_eq!(ask(&mut connection, &["EVAL", script, "0", key]), refused);
        }
        assert_eq!(ask(&mut connection, &["GET", "k"]), Value::Bulk(b"v".to_vec()));
    }
}

//! Publish/subscribe and MONITOR on the real server: many listeners on all cores, order, slow listeners, and client libraries.

#[path = "harness/mod.rs"]
mod harness;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use harness::{
    connection::Connection,
    resp::{self, Value},
    server::Server,
};

/// How long something may take that happens soon.
const SOON: Duration = Duration::from_secs(20);

/// Both servers that must do the same.
const TARGETS: [fn() -> Server; 2] = [|| Server::redis(&[]), || Server::kvadrant(4, &[])];

fn bulk(text: &str) -> Value {
    Value::Bulk(text.into())
}

fn ask(connection: &mut Connection, command: &[&str]) -> Value {
    connection.command(command).unwrap_or_else(|failure| panic!("{command:?}: {failure}"))
}

/// Asks until the answer is this one.
fn await_answer(connection: &mut Connection, command: &[&str], expected: &Value) {
    let deadline = Instant::now() + SOON;
    while ask(connection, command) != *expected {
        assert!(Instant::now() < deadline, "{command:?} never answered {expected:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A client that listens to a channel.
fn listener(server: &Server, channel: &str) -> Connection {
    let mut connection = server.connect();
    let confirmed = Value::Array(vec![bulk("subscribe"), bulk(channel), Value::Integer(1)]);
    assert_eq!(ask(&mut connection, &["SUBSCRIBE", channel]), confirmed);
    connection
}

fn payload(message: Value) -> String {
    match message {
        Value::Array(parts) => match parts.into_iter().next_back() {
            Some(Value::Bulk(text)) => String::from_utf8(text).expect("text"),
            other => panic!("no payload: {other:?}"),
        },
        other => panic!("no message: {other:?}"),
    }
}

#[test]
fn every_listener_gets_the_messages_of_each_publisher_in_its_order() {
    const PUBLISHERS: usize = 4;
    const MESSAGES: usize = 500;
    for start in TARGETS {
        let server = start();
        let mut listeners: Vec<Connection> = (0..16).map(|_| listener(&server, "news")).collect();
        let publishers: Vec<_> = (0..PUBLISHERS)
            .map(|publisher| {
                let port = server.port();
                thread::spawn(move || {
                    let mut connection = Connection::open(port).expect("a connection");
                    let mut pipeline = Vec::new();
                    for number in 0..MESSAGES {
                        pipeline.extend(resp::encode(&["PUBLISH", "news", &format!("{publisher}:{number}")]));
                    }
                    connection.send(&pipeline).expect("a pipeline");
                    for _ in 0..MESSAGES {
                        assert_eq!(connection.reply(), Ok(Value::Integer(16)));
                    }
                })
            })
            .collect();
        for connection in &mut listeners {
            let mut next = [0; PUBLISHERS];
            for _ in 0..PUBLISHERS * MESSAGES {
                let payload = payload(connection.reply().expect("a message"));
                let (publisher, number) = payload.split_once(':').expect("publisher:number");
                let next = &mut next[publisher.parse::<usize>().expect("a publisher")];
                assert_eq!(number, next.to_string(), "of publisher {publisher}");
                *next += 1;
            }
        }
        for publisher in publishers {
            publisher.join().expect("a publisher");
        }
    }
}

#[test]
fn a_listener_that_does_not_read_is_closed() {
    for start in TARGETS {
        let server = start();
        let mut control = server.connect();
        let limit = "pubsub 1000000 0 0";
        let ok = Value::Simple(b"OK".into());
        assert_eq!(ask(&mut control, &["CONFIG", "SET", "client-output-buffer-limit", limit]), ok);
        let mut slow = listener(&server, "flood");
        let mut quick = listener(&server, "flood");
        let message = "x".repeat(100_000);
        let deadline = Instant::now() + SOON;
        loop {
            let receivers = ask(&mut control, &["PUBLISH", "flood", &message]);
            assert_eq!(payload(quick.reply().expect("a message")), message);
            if receivers == Value::Integer(1) {
                break;
            }
            assert!(Instant::now() < deadline, "the slow listener is never closed");
        }
        let Value::Bulk(info) = ask(&mut control, &["INFO", "stats"]) else { panic!("INFO is text") };
        let info = String::from_utf8(info).expect("text");
        // Redis counts them since 7.2.
        let counted =
            info.lines().find_map(|line| line.strip_prefix("client_output_buffer_limit_disconnections:"));
        assert!(counted.is_none_or(|counted| counted == "1"), "{info}");
        assert!(counted.is_some() || info.contains("io_threaded_reads_processed"), "{info}");
        // What was in its socket's buffers is all that it still gets.
        while slow.reply().is_ok() {}
        // One whose replies are as many is no listener, and may be slow.
        assert_eq!(ask(&mut control, &["SET", "k", &message]), ok);
        let mut pipeline = Vec::new();
        (0..50).for_each(|_| pipeline.extend(resp::encode(&["GET", "k"])));
        control.send(&pipeline).expect("a pipeline");
        for _ in 0..50 {
            assert_eq!(control.reply(), Ok(bulk(&message)));
        }
    }
}

#[test]
fn who_is_gone_is_no_listener() {
    for start in TARGETS {
        let server = start();
        let mut control = server.connect();
        let listeners: Vec<Connection> = (0..50).map(|_| listener(&server, "gone")).collect();
        assert_eq!(ask(&mut control, &["PUBLISH", "gone", "x"]), Value::Integer(50));
        drop(listeners);
        await_answer(&mut control, &["PUBLISH", "gone", "x"], &Value::Integer(0));
        await_answer(&mut control, &["PUBSUB", "CHANNELS"], &Value::Array(Vec::new()));
    }
}

/// The lines of MONITOR, without their times and addresses: database and arguments.
fn monitored(monitor: &mut Connection, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| {
            let Ok(Value::Simple(line)) = monitor.reply() else { panic!("no line of MONITOR") };
            let line = String::from_utf8(line).expect("text");
            let (time, rest) = line.split_once(" [").expect("a time");
            let (seconds, microseconds) = time.split_once('.').expect("microseconds");
            assert!(seconds.len() == 10 && microseconds.len() == 6, "{line}");
            let (from, command) = rest.split_once("] ").expect("where it is from");
            let (database, address) = from.split_once(' ').expect("a database");
            assert!(address.starts_with("127.0.0.1:"), "{line}");
            format!("{database} {command}")
        })
        .collect()
}

#[test]
fn monitors_see_the_commands_of_all_cores() {
    for start in TARGETS {
        let server = start();
        let mut monitors: Vec<Connection> = (0..5).map(|_| server.connect()).collect();
        for monitor in &mut monitors {
            assert_eq!(ask(monitor, &["MONITOR"]), Value::Simple(b"OK".into()));
        }
        let mut expected = Vec::new();
        for number in 0..8 {
            // Each is a client of the next core.
            let mut client = server.connect();
            ask(&mut client, &["SET", &format!("key:{number}"), "a \"b\"\r\n\u{0}\u{7f}\\"]);
            ask(&mut client, &["GET"]);
            ask(&mut client, &["AUTH", "secret"]);
            ask(&mut client, &["SELECT", "3"]);
            ask(&mut client, &["CLIENT", "LIST"]);
            ask(&mut client, &["HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me"]);
            ask(&mut client, &["lrange", "key", "0", "-1"]);
            expected.extend([
                format!(r#"0 "SET" "key:{number}" "a \"b\"\r\n\x00\x7f\\""#),
                r#"0 "AUTH" "(redacted)""#.to_owned(),
                r#"3 "SELECT" "3""#.to_owned(),
                r#"3 "HELLO" "3" "AUTH" "(redacted)" "(redacted)" "SETNAME" "me""#.to_owned(),
                r#"3 "lrange" "key" "0" "-1""#.to_owned(),
            ]);
        }
        for monitor in &mut monitors {
            let mut seen = monitored(monitor, expected.len());
            let mut expected = expected.clone();
            // Lines of different cores come in any order.
            seen.sort();
            expected.sort();
            assert_eq!(seen, expected);
        }
    }
}

#[test]
fn a_monitor_sees_each_clients_commands_in_their_order() {
    const COMMANDS: usize = 2_000;
    let server = Server::kvadrant(4, &[]);
    let mut monitor = server.connect();
    assert_eq!(ask(&mut monitor, &["MONITOR"]), Value::Simple(b"OK".into()));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let port = server.port();
            thread::spawn(move || {
                let mut connection = Connection::open(port).expect("a connection");
                let mut pipeline = Vec::new();
                for number in 0..COMMANDS {
                    pipeline.extend(resp::encode(&["SET", &format!("{client}:{number}"), "v"]));
                }
                connection.send(&pipeline).expect("a pipeline");
                (0..COMMANDS).for_each(|_| drop(connection.reply().expect("a reply")));
            })
        })
        .collect();
    let mut next = [0; 4];
    for line in monitored(&mut monitor, 4 * COMMANDS) {
        let (client, number) = line
            .strip_prefix(r#"0 "SET" ""#)
            .and_then(|rest| rest.strip_suffix(r#"" "v""#))
            .and_then(|key| key.split_once(':'))
            .unwrap_or_else(|| panic!("{line}"));
        let next = &mut next[client.parse::<usize>().expect("a client")];
        assert_eq!(number, next.to_string(), "of client {client}");
        *next += 1;
    }
    for client in clients {
        client.join().expect("a client");
    }
}

#[test]
fn the_redis_crate_listens_and_publishes() {
    for start in TARGETS {
        let server = start();
        let client =
            redis::Client::open(format!("redis://127.0.0.1:{}/", server.port())).expect("an address");
        let mut listening = client.get_connection().expect("a connection");
        let mut publishing = client.get_connection().expect("a connection");
        let mut pubsub = listening.as_pubsub();
        pubsub.subscribe("one").expect("SUBSCRIBE");
        pubsub.subscribe("two").expect("SUBSCRIBE");
        pubsub.psubscribe("o*").expect("PSUBSCRIBE");
        let receivers: usize =
            redis::cmd("PUBLISH").arg("one").arg("hello").query(&mut publishing).expect("PUBLISH");
        assert_eq!(receivers, 2);
        for from_pattern in [false, true] {
            let message = pubsub.get_message().expect("a message");
            assert_eq!(message.get_payload(), Ok("hello".to_owned()));
            assert_eq!((message.get_channel_name(), message.from_pattern()), ("one", from_pattern));
        }
        pubsub.unsubscribe("one").expect("UNSUBSCRIBE");
        pubsub.punsubscribe("o*").expect("PUNSUBSCRIBE");
        let receivers: usize =
            redis::cmd("PUBLISH").arg("one").arg("hello").query(&mut publishing).expect("PUBLISH");
        assert_eq!(receivers, 0);
        drop(pubsub);
        let pong: String = redis::cmd("PING").query(&mut listening).expect("PING after all is left");
        assert_eq!(pong, "PONG");
    }
}

#[test]
fn redis_cli_listens_and_monitors() {
    for start in TARGETS {
        let server = start();
        let port = server.port().to_string();
        let mut control = server.connect();
        for (command, expected) in [
            (&["SUBSCRIBE", "news"][..], "subscribe\nnews\n1\nmessage\nnews\nhello\n"),
            (&["MONITOR"][..], "OK\n"),
        ] {
            let mut cli = Command::new("redis-cli")
                .args(["--raw", "-p", &port])
                .args(command)
                .stdout(Stdio::piped())
                .stdin(Stdio::piped())
                .spawn()
                .expect("redis-cli");
            let mut output = cli.stdout.take().expect("its output");
            let receivers = i64::from(command[0] != "MONITOR");
            await_answer(&mut control, &["PUBLISH", "news", "hello"], &Value::Integer(receivers));
            let mut shown = vec![0; expected.len()];
            output.read_exact(&mut shown).expect("its lines");
            assert_eq!(String::from_utf8_lossy(&shown), expected);
            cli.kill().expect("redis-cli is there");
            cli.wait().expect("its end");
        }
    }
}

#[test]
fn redis_py_listens_and_publishes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "redis-py is missing: run tests/install");
    for start in TARGETS {
        let server = start();
        let round = Command::new(&python)
            .arg(root.join("tests/clients/redis_py_pubsub.py"))
            .arg(server.port().to_string())
            .output()
            .expect("python runs");
        assert!(round.status.success(), "{}", String::from_utf8_lossy(&round.stderr));
    }
}

#[test]
fn a_listener_that_sends_half_a_command_still_gets_messages() {
    let server = Server::kvadrant(4, &[]);
    let mut control = server.connect();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
    stream.set_read_timeout(Some(SOON)).expect("a timeout");
    stream.write_all(b"SUBSCRIBE half\r\n*2\r\n$4\r\nPI").expect("a command and a half");
    let mut confirmed = [0; 33];
    stream.read_exact(&mut confirmed).expect("a confirmation");
    assert_eq!(ask(&mut control, &["PUBLISH", "half", "x"]), Value::Integer(1));
    let message = b"*3\r\n$7\r\nmessage\r\n$4\r\nhalf\r\n$1\r\nx\r\n";
    let mut got = vec![0; message.len()];
    stream.read_exact(&mut got).expect("a message");
    assert_eq!(got, message);
    stream.write_all(b"NG\r\n$1\r\ny\r\n").expect("the other half");
    let pong = b"*2\r\n$4\r\npong\r\n$1\r\ny\r\n";
    let mut got = vec![0; pong.len()];
    stream.read_exact(&mut got).expect("a pong");
    assert_eq!(got, pong);
}

//! redis-cli in the modes that look at a server as a whole, against four shards.

#[path = "harness/mod.rs"]
mod harness;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};
use std::thread;

use harness::resp::{Value, encode};
use harness::server::Server;

const SHARDS: usize = 4;

fn redis_cli(server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new("redis-cli");
    command.args(["-p", &server.port().to_string()]).args(arguments);
    command
}

/// What redis-cli prints, once it has ended well.
fn printed(server: &Server, arguments: &[&str]) -> String {
    let output = redis_cli(server, arguments).stdin(Stdio::null()).output().expect("redis-cli runs");
    let Output { status, stdout, stderr } = &output;
    let (said, complained) = (String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    assert!(status.success() && complained.is_empty(), "{arguments:?}:\n{said}{complained}{}", server.log());
    said.into_owned()
}

/// A server with keys of all five types: 300 strings, and ten of each other type.
fn filled() -> Server {
    let server = Server::kvadrant(SHARDS, &[]);
    let mut client = server.connect();
    let mut ok = |line: String| {
        let reply = client.command(&line.split(' ').collect::<Vec<_>>());
        assert!(matches!(reply, Ok(Value::Simple(_) | Value::Integer(_))), "{line}: {reply:?}");
    };
    for number in 0..300 {
        ok(format!("SET string:{number} {}", "x".repeat(number + 1)));
    }
    for number in 0..10 {
        for element in 0..=number {
            ok(format!("RPUSH list:{number} {element}"));
            ok(format!("SADD set:{number} {element}"));
            ok(format!("HSET hash:{number} {element} v"));
            ok(format!("ZADD zset:{number} {element} {element}"));
        }
    }
    server
}

#[test]
fn scan_finds_every_key_once() {
    let server = filled();
    let all = printed(&server, &["--scan"]);
    let distinct: BTreeSet<&str> = all.lines().collect();
    assert_eq!((all.lines().count(), distinct.len()), (340, 340));
    let some = printed(&server, &["--scan", "--pattern", "list:?"]);
    let expected: BTreeSet<String> = (0..10).map(|number| format!("list:{number}")).collect();
    assert_eq!(some.lines().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn bigkeys_names_the_largest_of_each_type() {
    let said = printed(&filled(), &["--bigkeys"]);
    for line in [
        "Sampled 340 keys in the keyspace!",
        "Biggest string found '\"string:299\"' has 300 bytes",
        "Biggest   list found '\"list:9\"' has 10 items",
        "Biggest    set found '\"set:9\"' has 10 members",
        "Biggest   hash found '\"hash:9\"' has 10 fields",
        "Biggest   zset found '\"zset:9\"' has 10 members",
        "300 strings with 45150 bytes (88.24% of keys, avg size 150.50)",
    ] {
        assert!(said.contains(line), "{line} is not in:\n{said}");
    }
}

#[test]
fn memkeys_weighs_every_key() {
    let said = printed(&filled(), &["--memkeys"]);
    for line in ["Sampled 340 keys in the keyspace!", "Biggest string found", "Biggest   zset found"] {
        assert!(said.contains(line), "{line} is not in:\n{said}");
    }
    let (_, rest) = said.split_once("300 strings with ").expect("a line about strings");
    let bytes: u64 = rest.split(' ').next().and_then(|number| number.parse().ok()).expect("bytes");
    // Each takes its text and its key at least.
    assert!(bytes > 45_150 + 300 * 9, "{said}");
}

#[test]
fn stat_goes_on_reading_figures() {
    let server = filled();
    let mut stat = redis_cli(&server, &["--stat", "-i", "0.05"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("redis-cli runs");
    let lines = BufReader::new(stat.stdout.take().expect("its output")).lines();
    let rows: Vec<Vec<String>> = lines
        .map_while(Result::ok)
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .take(5)
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect();
    let _ = stat.kill();
    let _ = stat.wait();
    assert_eq!(rows.len(), 5);
    for row in &rows {
        // keys, memory, clients, blocked, requests (with what was added), connections
        assert_eq!((row[0].as_str(), row[2].as_str(), row[3].as_str()), ("340", "1", "0"), "{row:?}");
        assert!(row[4].parse::<u64>().is_ok_and(|requests| requests >= 520), "{row:?}");
    }
}

#[test]
fn latency_is_that_of_ping() {
    let said = printed(&filled(), &["--latency", "--raw", "-i", "1"]);
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [least, most, mean, samples] = numbers[..] else { panic!("min max avg samples, not {said:?}") };
    assert!(least <= mean && mean <= most && samples >= 10.0, "{said}");
}

#[test]
fn pipe_sends_a_million_commands() {
    const COMMANDS: usize = 1_000_000;
    let server = Server::kvadrant(SHARDS, &[]);
    let mut pipe = redis_cli(&server, &["--pipe"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("redis-cli runs");
    let mut input = pipe.stdin.take().expect("its input");
    let writer = thread::spawn(move || {
        let mut block = Vec::new();
        for number in 0..COMMANDS {
            let key = format!("key:{}", number % 250_000);
            let command: [&[u8]; 3] = match number / 250_000 {
                0 => [b"SET", key.as_bytes(), b"0"],
                1 => [b"INCRBY", key.as_bytes(), b"5"],
                2 => [b"APPEND", key.as_bytes(), b"0"],
                _ => [b"EXPIRE", key.as_bytes(), b"1000"],
            };
            block.extend(encode(&command));
            if block.len() > 1 << 16 || number + 1 == COMMANDS {
                input.write_all(&block).expect("redis-cli reads");
                block.clear();
            }
        }
    });
    let output = pipe.wait_with_output().expect("redis-cli ends");
    writer.join().expect("everything is written");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(&format!("errors: 0, replies: {COMMANDS}")), "{said}");
    let mut client = server.connect();
    assert_eq!(client.command(&["DBSIZE"]), Ok(Value::Integer(250_000)));
    for key in ["key:0", "key:123456", "key:249999"] {
        assert_eq!(client.command(&["GET", key]), Ok(Value::Bulk(b"50".to_vec())), "{key}");
        assert!(matches!(client.command(&["TTL", key]), Ok(Value::Integer(900..=1000))), "{key}");
    }
}

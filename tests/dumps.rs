//! Values as bytes between a redis-server 7.0.15 and Kvadrant: what either hands out the other takes, for each type and each
//! encoding, and the values are equal then.

#[path = "harness/mod.rs"]
mod harness;

use harness::connection::Connection;
use harness::resp::Value;
use harness::server::Server;

/// A key, how its value is made, and how it is asked for.
struct Sample {
    key: &'static str,
    make: Vec<String>,
    ask: Vec<&'static str>,
    /// Whether the answer comes in no particular order.
    unordered: bool,
}

fn sample(
    key: &'static str,
    command: &str,
    arguments: impl IntoIterator<Item = String>,
    ask: &[&'static str],
) -> Sample {
    let mut make = vec![command.to_owned(), key.to_owned()];
    make.extend(arguments);
    let unordered = matches!(ask[0], "SMEMBERS" | "HGETALL");
    Sample { key, make, ask: ask.to_vec(), unordered }
}

/// A value of each type in each encoding, small and large, of texts and of numbers.
fn samples() -> Vec<Sample> {
    let words = |count: usize| (0..count).map(|number| format!("word:{number}"));
    let long = |count: usize| (0..count).map(|number| format!("{number}:{}", "text ".repeat(number % 40)));
    let numbers = |count: i64| (0..count).map(|number| (number * number * 31 - 5_000).to_string());
    let widths = || {
        [
            "0",
            "-1",
            "127",
            "-128",
            "4095",
            "-4096",
            "32767",
            "-32768",
            "8388607",
            "-8388608",
            "2147483647",
            "-2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "01",
            "",
            "+1",
            "-0",
        ]
        .map(str::to_owned)
    };
    let pairs = |texts: Vec<String>| -> Vec<String> {
        texts.into_iter().flat_map(|text| [format!("field of {text}"), text]).collect()
    };
    let scored = |count: i64, part: f64| -> Vec<String> {
        (0..count)
            .flat_map(|number| [(number as f64 * part).to_string(), format!("member:{number}")])
            .collect()
    };
    const LIST: [&str; 4] = ["LRANGE", "", "0", "-1"];
    const ZSET: [&str; 5] = ["ZRANGE", "", "0", "-1", "WITHSCORES"];
    let mut samples = Vec::new();
    for (key, text) in [
        ("string:empty", String::new()),
        ("string:8", "-100".into()),
        ("string:16", "30000".into()),
        ("string:32", "-2147483648".into()),
        ("string:64", "9223372036854775807".into()),
        ("string:short", "hello".into()),
        ("string:same", "x".repeat(100_000)),
        ("string:text", long(200).collect()),
        (
            "string:mixed",
            (0..20_000u32).map(|at| char::from(b' ' + (at.wrapping_mul(at) >> 3) as u8 % 90)).collect(),
        ),
    ] {
        samples.push(sample(key, "SET", [text], &["GET", ""]));
    }
    samples.push(sample("list:small", "RPUSH", words(3), &LIST));
    samples.push(sample("list:widths", "RPUSH", widths(), &LIST));
    samples.push(sample("list:large", "RPUSH", words(5_000), &LIST));
    samples.push(sample("list:long", "RPUSH", long(500), &LIST));
    samples.push(sample("list:huge", "RPUSH", ["y".repeat(1_000_000), "small".into()], &LIST));
    samples.push(sample("set:16", "SADD", numbers(30), &["SMEMBERS", ""]));
    samples.push(sample("set:32", "SADD", numbers(200), &["SMEMBERS", ""]));
    samples.push(sample("set:64", "SADD", ["1".into(), "9999999999".into()], &["SMEMBERS", ""]));
    samples.push(sample("set:numbers", "SADD", numbers(2_000), &["SMEMBERS", ""]));
    samples.push(sample("set:small", "SADD", words(10), &["SMEMBERS", ""]));
    samples.push(sample("set:large", "SADD", words(1_000), &["SMEMBERS", ""]));
    samples.push(sample("set:widths", "SADD", widths(), &["SMEMBERS", ""]));
    samples.push(sample("hash:small", "HSET", pairs(words(10).collect()), &["HGETALL", ""]));
    samples.push(sample("hash:widths", "HSET", pairs(widths().to_vec()), &["HGETALL", ""]));
    samples.push(sample("hash:compact", "HSET", pairs(words(500).collect()), &["HGETALL", ""]));
    samples.push(sample("hash:large", "HSET", pairs(words(2_000).collect()), &["HGETALL", ""]));
    samples.push(sample("hash:long", "HSET", pairs(long(50).collect()), &["HGETALL", ""]));
    samples.push(sample("zset:small", "ZADD", scored(10, 1.0), &ZSET));
    samples.push(sample("zset:parts", "ZADD", scored(100, 0.1), &ZSET));
    samples.push(sample("zset:large", "ZADD", scored(1_000, -1.0 / 3.0), &ZSET));
    samples.push(sample(
        "zset:ends",
        "ZADD",
        ["inf", "a", "-inf", "b", "1e308", "c", "5e-324", "d"].map(str::to_owned),
        &ZSET,
    ));
    samples
}

fn command(connection: &mut Connection, arguments: &[impl AsRef<[u8]>]) -> Value {
    connection.command(arguments).expect("a reply")
}

impl Sample {
    fn value_at(&self, connection: &mut Connection, key: &str) -> Value {
        let ask: Vec<&str> = self.ask.iter().map(|word| if word.is_empty() { key } else { word }).collect();
        let mut value = command(connection, &ask);
        if let (true, Value::Array(elements)) = (self.unordered, &mut value) {
            // Pairs keep together by their field's name, which is in front.
            let width = if ask[0] == "HGETALL" { 2 } else { 1 };
            let mut parts: Vec<Vec<Value>> = elements.chunks(width).map(<[Value]>::to_vec).collect();
            parts.sort_by_key(|part| format!("{part:?}"));
            *elements = parts.concat();
        }
        // Scores are written with more digits by the older server.
        if let (["ZRANGE", ..], Value::Array(elements)) = (&ask[..], &mut value) {
            for score in elements.iter_mut().skip(1).step_by(2) {
                if let Value::Bulk(text) = score {
                    let number: f64 = String::from_utf8_lossy(text).parse().expect("a score");
                    *score = Value::Double(number.to_bits().to_string().into_bytes());
                }
            }
        }
        value
    }
}

fn dump(connection: &mut Connection, key: &str) -> Vec<u8> {
    match command(connection, &["DUMP", key]) {
        Value::Bulk(payload) => payload,
        other => panic!("{other:?} for DUMP {key}"),
    }
}

fn restore(connection: &mut Connection, key: &str, payload: &[u8]) {
    let reply = command(connection, &[b"RESTORE", key.as_bytes(), b"0", payload]);
    assert_eq!(reply, Value::Simple(b"OK".to_vec()), "RESTORE {key}");
}

fn each_takes_what_the_other_hands_out(compression: &str, sanitize: &str) {
    let options = ["--rdbcompression", compression, "--sanitize-dump-payload", sanitize];
    let servers = [Server::redis(&options), Server::kvadrant(4, &options)];
    let mut connections = servers.each_ref().map(Server::connect);
    for sample in samples() {
        let key = sample.key;
        for connection in &mut connections {
            let reply = command(connection, &sample.make);
            assert!(!matches!(reply, Value::Error(_)), "{key}: {reply:?}");
        }
        let [redis, kvadrant] = &mut connections;
        let made = sample.value_at(redis, key);
        let made_here = sample.value_at(kvadrant, key);
        assert!(made == made_here, "{key} is the same on both");
        let (there, here) = (format!("{key}:there"), format!("{key}:here"));
        let (from_redis, from_kvadrant) = (dump(redis, key), dump(kvadrant, key));
        restore(redis, &there, &from_kvadrant);
        restore(kvadrant, &here, &from_redis);
        assert!(sample.value_at(redis, &there) == made, "{key} from kvadrant to redis");
        assert!(sample.value_at(kvadrant, &here) == made, "{key} from redis to kvadrant");
        // And what was taken goes back.
        let (again, back) = (format!("{key}:again"), format!("{key}:back"));
        let payload = dump(kvadrant, &here);
        restore(redis, &again, &payload);
        assert!(sample.value_at(redis, &again) == made, "{key} from redis to kvadrant and back");
        let payload = dump(redis, &there);
        restore(kvadrant, &back, &payload);
        assert!(sample.value_at(kvadrant, &back) == made, "{key} from kvadrant to redis and back");
        for (server, name) in [(&mut *redis, &there), (kvadrant, &here)] {
            assert_eq!(command(server, &["TTL", name.as_str()]), Value::Integer(-1));
        }
    }
    // Each server writes and reads its own image of all that.
    for connection in &mut connections {
        let before = command(connection, &["DEBUG", "DIGEST"]);
        assert_eq!(command(connection, &["DEBUG", "RELOAD"]), Value::Simple(b"OK".to_vec()));
        assert_eq!(command(connection, &["DEBUG", "DIGEST"]), before);
    }
}

#[test]
fn compressed_values_go_both_ways() {
    each_takes_what_the_other_hands_out("yes", "no");
}

#[test]
fn plain_values_go_both_ways_under_the_strict_eye() {
    each_takes_what_the_other_hands_out("no", "yes");
}

#[test]
fn a_reload_without_a_file_is_refused_and_changes_nothing() {
    let server = Server::kvadrant(4, &[]);
    let mut connection = server.connect();
    for key in ["a", "b", "c", "d", "e", "f"] {
        command(&mut connection, &["SET", key, "1"]);
    }
    let error = |text: &str| Value::Error(text.into());
    assert_eq!(
        command(&mut connection, &["DEBUG", "RELOAD", "NOSAVE"]),
        error("ERR DEBUG RELOAD NOSAVE is not possible: keys are not kept on disk")
    );
    // Where Redis would end itself.
    assert_eq!(
        command(&mut connection, &["DEBUG", "RELOAD", "NOFLUSH"]),
        error("ERR Error trying to load the RDB dump, check server logs.")
    );
    assert_eq!(command(&mut connection, &["DBSIZE"]), Value::Integer(6));
}

/// Older forms, which no server of today writes, are read alike by both.
#[test]
fn older_lists_of_many_blocks_are_read_alike() {
    let servers = [Server::redis(&["--sanitize-dump-payload", "yes"]), Server::kvadrant(4, &[])];
    let mut value = vec![14, 3];
    for part in 0..3u8 {
        let mut block = vec![0; 10];
        let (mut before, mut tail) = (vec![0], 10);
        for number in 0..5u8 {
            // Entries of more than 253 bytes take a longer note behind them.
            let text = vec![b'a' + part + number; 100 * usize::from(number) + 1];
            tail = block.len() as u32;
            let start = block.len();
            block.extend_from_slice(&before);
            match text.len() {
                short @ 0..64 => block.push(short as u8),
                medium => block.extend_from_slice(&(0x4000 | medium as u16).to_be_bytes()),
            }
            block.extend_from_slice(&text);
            let len = block.len() - start;
            before = match u8::try_from(len) {
                Ok(short @ 0..254) => vec![short],
                _ => [&[254][..], &(len as u32).to_le_bytes()].concat(),
            };
        }
        block.push(0xFF);
        let total = block.len() as u32;
        block[..4].copy_from_slice(&total.to_le_bytes());
        block[4..8].copy_from_slice(&tail.to_le_bytes());
        block[8] = 5;
        value.extend_from_slice(&(0x4000 | total as u16).to_be_bytes());
        value.extend_from_slice(&block);
    }
    let payload = shards::rdb::seal(value);
    let lists = servers.each_ref().map(|server| {
        let mut connection = server.connect();
        restore(&mut connection, "list", &payload);
        command(&mut connection, &["LRANGE", "list", "0", "-1"])
    });
    assert!(matches!(&lists[0], Value::Array(elements) if elements.len() == 15));
    assert!(lists[0] == lists[1]);
}

/// Libraries of functions travel, too; some codes are short, some are long enough to be compressed.
#[test]
fn libraries_go_both_ways() {
    for compression in ["yes", "no"] {
        let options = ["--rdbcompression", compression];
        let servers = [Server::redis(&options), Server::kvadrant(4, &options)];
        let mut connections = servers.each_ref().map(Server::connect);
        let [redis, kvadrant] = &mut connections;
        for (number, padding) in [0, 10, 1_000, 20_000].into_iter().enumerate() {
            let code = format!(
                "#!lua name=lib{number}\n-- {}\nredis.register_function{{function_name='f{number}', callback=function(keys, args) return {{{number}, keys, args}} end, description='number {number}', flags={{'no-writes'}}}}",
                "padding ".repeat(padding)
            );
            let name = Value::Bulk(format!("lib{number}").into_bytes());
            assert_eq!(command(redis, &["FUNCTION", "LOAD", &code]), name);
        }
        let dump = |connection: &mut Connection| match command(connection, &["FUNCTION", "DUMP"]) {
            Value::Bulk(payload) => payload,
            other => panic!("{other:?} for FUNCTION DUMP"),
        };
        let ok = Value::Simple(b"OK".to_vec());
        let list = |connection: &mut Connection| match command(connection, &["FUNCTION", "LIST", "WITHCODE"])
        {
            Value::Array(mut libraries) => {
                libraries.sort_by_key(|library| format!("{library:?}"));
                libraries
            }
            other => panic!("{other:?} for FUNCTION LIST"),
        };
        let loaded = list(redis);
        let payload = dump(redis);
        assert_eq!(command(kvadrant, &[b"FUNCTION".as_slice(), b"RESTORE", &payload]), ok);
        assert!(list(kvadrant) == loaded, "from redis to kvadrant");
        let payload = dump(kvadrant);
        assert_eq!(command(redis, &[b"FUNCTION".as_slice(), b"RESTORE", &payload, b"FLUSH"]), ok);
        assert!(list(redis) == loaded, "and back");
        for connection in [redis, kvadrant] {
            let reply = command(connection, &["FCALL", "f2", "1", "key", "argument"]);
            let one = |text: &str| Value::Array(vec![Value::Bulk(text.into())]);
            assert_eq!(reply, Value::Array(vec![Value::Integer(2), one("key"), one("argument")]));
        }
    }
}

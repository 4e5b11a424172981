//! The memory limit on the real server: kept while clients write as fast as they can, asked of everything that may need memory,
//! and never in the middle of something.

#[path = "harness/mod.rs"]
mod harness;

use std::{thread, time::Duration};

use harness::{
    connection::Connection,
    resp::{Value, encode},
    server::Server,
};

const MB: usize = 1 << 20;

/// What the server may hold, in tests with values of some kilobytes; [`EMPTY_MB`] of it without any key.
const LIMIT_MB: usize = 60;

/// More than what a server takes without any key.
const EMPTY_MB: usize = 10;

/// By how much it may be exceeded: what a turn of every core takes before it shows at the others, and what clients have under way.
const OVER_MB: usize = 6;

/// Servers that must do the same; the limit of Redis is for what clients have under way, too.
const TARGETS: [fn(&[&str]) -> Server; 3] =
    [Server::redis, |more| Server::kvadrant(1, more), |more| Server::kvadrant(4, more)];

fn ask(connection: &mut Connection, command: &[&str]) -> Value {
    connection.command(command).unwrap_or_else(|failure| panic!("{command:?}: {failure}"))
}

fn ok() -> Value {
    Value::Simple(b"OK".into())
}

fn out_of_memory() -> Value {
    Value::Error("OOM command not allowed when used memory > 'maxmemory'.".into())
}

/// What an error begins with.
fn code(reply: &Value) -> String {
    let Value::Error(text) = reply else { panic!("{reply:?} is no error") };
    String::from_utf8_lossy(text).split(' ').next().unwrap_or_default().to_owned()
}

/// Sends SETs of `count` keys from `first` on in pipelines, and returns how many were refused.
fn write(connection: &mut Connection, first: usize, count: usize, value: &str) -> usize {
    let mut refused = 0;
    for start in (first..first + count).step_by(20) {
        let keys = start..(start + 20).min(first + count);
        let pipeline: Vec<u8> =
            keys.clone().flat_map(|key| encode(&["SET", &format!("key:{key}"), value])).collect();
        connection.send(&pipeline).expect("a pipeline");
        for _ in keys {
            match connection.reply().expect("a reply") {
                reply if reply == ok() => {}
                reply => {
                    assert_eq!(reply, out_of_memory());
                    refused += 1;
                }
            }
        }
    }
    refused
}

#[test]
fn memory_stays_within_the_limit_while_keys_are_evicted() {
    for start in TARGETS {
        let server = start(&["--maxmemory", &format!("{LIMIT_MB}mb"), "--maxmemory-policy", "allkeys-lru"]);
        let mut control = server.connect();
        let value = "x".repeat(20_000);
        let mut peak = 0;
        thread::scope(|scope| {
            let writers: Vec<_> = (0..3)
                .map(|writer| {
                    let (server, value) = (&server, &value);
                    scope.spawn(move || write(&mut server.connect(), writer * 100_000, 5_000, value))
                })
                .collect();
            while writers.iter().any(|writer| !writer.is_finished()) {
                peak = peak.max(control.figure("used_memory"));
                thread::sleep(Duration::from_millis(2));
            }
            for writer in writers {
                assert_eq!(writer.join().expect("a writer"), 0, "refused");
            }
        });
        // Five times the limit was written.
        assert!(peak <= (LIMIT_MB + OVER_MB) * MB, "{} MB", peak / MB);
        // Some may still go, for what clients had under way.
        let (mut evicted, mut kept) = (usize::MAX, 0);
        while evicted != control.figure("evicted_keys") {
            evicted = control.figure("evicted_keys");
            kept = match ask(&mut control, &["DBSIZE"]) {
                Value::Integer(keys) => keys as usize,
                other => panic!("{other:?}"),
            };
        }
        assert!(kept * value.len() > (LIMIT_MB - EMPTY_MB) * MB * 3 / 4, "only {kept} keys are kept");
        assert_eq!(evicted, 15_000 - kept);
    }
}

#[test]
fn writes_are_refused_as_soon_as_memory_is_full_and_served_as_soon_as_it_is_not() {
    for start in TARGETS {
        let server = start(&["--maxmemory", &format!("{LIMIT_MB}mb")]);
        let mut client = server.connect();
        let value = "x".repeat(10_000);
        let refused = write(&mut client, 0, 10_000, &value);
        let room = (LIMIT_MB - EMPTY_MB) * MB / 12_000..LIMIT_MB * MB / 10_000;
        assert!(room.contains(&(10_000 - refused)), "{} were taken", 10_000 - refused);
        assert!(client.figure("used_memory") <= (LIMIT_MB + OVER_MB) * MB);
        // One key on each of several shards: all or none.
        let pairs = ["MSET", "new:a", "1", "new:b", "2", "new:c", "3", "new:d", "4", "new:e", "5"];
        assert_eq!(ask(&mut client, &pairs), out_of_memory());
        assert_eq!(
            ask(&mut client, &["EXISTS", "new:a", "new:b", "new:c", "new:d", "new:e"]),
            Value::Integer(0)
        );
        let union = ["SUNIONSTORE", "new:set", "none:1", "none:2", "none:3"];
        assert_eq!(ask(&mut client, &union), out_of_memory());
        // Likewise a script, with keys on one shard and on several.
        let one = ["EVAL", "return redis.call('SET', KEYS[1], '1')", "1", "new:a"];
        let several =
            ["EVAL", "return redis.call('MSET', KEYS[1], '1', KEYS[2], '2')", "2", "new:a", "new:b"];
        for script in [&one[..], &several] {
            assert_eq!(code(&ask(&mut client, script)), "OOM");
            assert_eq!(ask(&mut client, &["EXISTS", "new:a", "new:b"]), Value::Integer(0));
        }
        assert!(matches!(ask(&mut client, &["GET", "key:0"]), Value::Bulk(_)), "reads are served");
        // What is emptied may be freed later; nobody has to wait for that.
        assert_eq!(ask(&mut client, &["FLUSHALL"]), ok());
        assert_eq!(ask(&mut client, &["SET", "key:0", &value]), ok());
        assert_eq!(ask(&mut client, &pairs), ok());
    }
}

#[test]
fn a_transaction_is_refused_as_a_whole_and_loses_no_key_to_itself() {
    for start in TARGETS {
        let server =
            start(&["--maxmemory", &format!("{LIMIT_MB}mb"), "--maxmemory-policy", "allkeys-random"]);
        let mut client = server.connect();
        let value = "x".repeat(MB / 4);
        for round in 0..60 {
            // Each transaction writes about a tenth of what there is room for.
            let mut transaction = encode(&["MULTI"]);
            for key in 0..16 {
                transaction.extend(encode(&["SET", &format!("{round}:{key}"), &value]));
            }
            let names: Vec<String> = (0..16).map(|key| format!("{round}:{key}")).collect();
            transaction.extend(encode(
                &["EXISTS"].into_iter().chain(names.iter().map(String::as_str)).collect::<Vec<_>>(),
            ));
            transaction.extend(encode(&["EXEC"]));
            client.send(&transaction).expect("a transaction");
            for _ in 0..18 {
                client.reply().expect("MULTI and what is queued");
            }
            let replies = match client.reply().expect("EXEC") {
                Value::Array(replies) => replies,
                other => panic!("round {round}: {other:?}"),
            };
            assert_eq!(replies.last(), Some(&Value::Integer(16)), "a key vanished within its transaction");
        }
        assert!(client.figure("evicted_keys") > 16 * 40);
        assert_eq!(
            ask(&mut client, &["CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1mb"]),
            ok()
        );
        assert_eq!(ask(&mut client, &["MULTI"]), ok());
        assert_eq!(ask(&mut client, &["SET", "k", "v"]), out_of_memory());
        assert_eq!(code(&ask(&mut client, &["EXEC"])), "EXECABORT");
    }
}

#[test]
fn all_shards_make_room_for_keys_of_one() {
    for start in TARGETS {
        let server = start(&["--maxmemory", &format!("{LIMIT_MB}mb"), "--maxmemory-policy", "volatile-ttl"]);
        let mut client = server.connect();
        let value = "x".repeat(10_000);
        for key in 0..4_000 {
            assert_eq!(ask(&mut client, &["SET", &format!("passing:{key}"), &value, "EX", "1000"]), ok());
        }
        // All of these are in one slot, and last.
        for key in 0..3_000 {
            assert_eq!(ask(&mut client, &["SET", &format!("{{lasting}}:{key}"), &value]), ok(), "key {key}");
            if key % 100 == 0 {
                let used = client.figure("used_memory");
                assert!(used <= (LIMIT_MB + OVER_MB) * MB, "{} MB", used / MB);
            }
        }
        assert!(client.figure("evicted_keys") > 1_000);
    }
}

#[test]
fn a_lower_limit_is_reached_without_any_write() {
    for start in TARGETS {
        let server = start(&["--maxmemory-policy", "allkeys-lru"]);
        let mut client = server.connect();
        assert_eq!(write(&mut client, 0, 60_000, &"x".repeat(1_000)), 0);
        let before = client.figure("used_memory");
        assert!(before > 60 * MB);
        assert_eq!(ask(&mut client, &["CONFIG", "SET", "maxmemory", "40mb"]), ok());
        let within = (0..200).any(|_| {
            thread::sleep(Duration::from_millis(20));
            // The question itself takes some memory.
            client.figure("used_memory") <= 40 * MB + 100_000
        });
        assert!(within, "{} of {before} bytes", client.figure("used_memory"));
        let Value::Integer(kept) = ask(&mut client, &["DBSIZE"]) else { panic!("a count") };
        assert!(kept > 20_000, "only {kept} keys are kept");
    }
}

#[test]
fn news_of_evicted_keys_takes_memory_and_evicts_no_more_of_them() {
    for start in TARGETS {
        let server = start(&["--maxmemory-policy", "allkeys-lru"]);
        let mut control = server.connect();
        let names: Vec<String> = (0..300).map(|number| format!("{number}{}", "x".repeat(1_000))).collect();
        for name in &names {
            assert_eq!(ask(&mut control, &["SET", name, "x"]), ok());
        }
        // The news of a key is ten times as large as the key.
        let mut caches: Vec<Connection> = (0..10).map(|_| server.connect()).collect();
        for cache in &mut caches {
            cache.speak_resp3().expect("HELLO");
            assert_eq!(ask(cache, &["CLIENT", "TRACKING", "ON"]), ok());
            for name in &names {
                assert_eq!(ask(cache, &["GET", name]), Value::Bulk(b"x".into()));
            }
        }
        // Clients' buffers are made smaller in the background.
        thread::sleep(Duration::from_millis(1_100));
        let limit = (control.figure("used_memory") - 40_000).to_string();
        assert_eq!(ask(&mut control, &["CONFIG", "SET", "maxmemory", &limit]), ok());
        thread::sleep(Duration::from_millis(500));
        let kept = ask(&mut control, &["DBSIZE"]);
        // Some forty had to go, and a few more for what is under way to clients; not all, each for the news of the one before.
        assert!(matches!(kept, Value::Integer(100..=299)), "{kept:?} keys are kept");
    }
}

#[test]
fn what_goes_for_a_write_is_gone_before_the_next_read() {
    for start in TARGETS {
        let server = start(&["--maxmemory-policy", "volatile-random"]);
        let mut client = server.connect();
        for round in 0..20 {
            let (passing, large) = (format!("passing:{{{round}}}"), format!("large:{{{round}}}"));
            assert_eq!(ask(&mut client, &["SETEX", &passing, "10000", "x"]), ok());
            let limit = client.figure("used_memory") + 100_000;
            assert_eq!(ask(&mut client, &["CONFIG", "SET", "maxmemory", &limit.to_string()]), ok());
            // A command of some bytes that needs many.
            assert_eq!(ask(&mut client, &["SETBIT", &large, "1600000", "0"]), Value::Integer(0));
            assert_eq!(ask(&mut client, &["EXISTS", &passing]), Value::Integer(0), "round {round}");
            assert_eq!(ask(&mut client, &["CONFIG", "SET", "maxmemory", "0"]), ok());
        }
    }
}

#[test]
fn what_a_client_has_sent_stays_while_buffers_are_given_back() {
    for start in TARGETS {
        let server = start(&[]);
        let mut client = server.connect();
        assert_eq!(ask(&mut client, &["SET", "k", "value"]), ok());
        // The limit is far below what the process uses: all that can be given back is, in the midst of the client's commands.
        let mut pipeline = encode(&["CONFIG", "SET", "maxmemory", "1"]);
        pipeline.extend(b"GET k\r\n");
        pipeline.extend(encode(&["STRLEN", "k"]));
        for at in 1..pipeline.len() {
            client.send(&pipeline[..at]).expect("the first part");
            thread::sleep(Duration::from_millis(2));
            client.send(&pipeline[at..]).expect("the rest");
            for expected in [ok(), Value::Bulk(b"value".into()), Value::Integer(5)] {
                assert_eq!(client.reply().expect("a reply"), expected, "split at {at}");
            }
        }
    }
}

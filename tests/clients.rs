//! Client libraries as their users have them: the `redis` crate and redis-py, a round over the commands each.
//!
//! What a library sends on its own (HELLO, CLIENT SETINFO, pipelines, cursors) is part of the test.

#[path = "harness/mod.rs"]
mod harness;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use harness::server::Server;
use redis::{Commands, Connection, ErrorKind, ServerErrorKind, SetExpiry, SetOptions, Value};

/// Which servers the clients talk to.
const TARGETS: [Target; 2] =
    [("redis-server", || Server::redis(&[])), ("kvadrant with 4 shards", || Server::kvadrant(4, &[]))];

/// A server's name for messages, and how it is started.
type Target = (&'static str, fn() -> Server);

/// Calls `round` with an empty server of each kind, in both protocols.
fn on_each_target(round: fn(&mut Connection)) {
    for (name, start) in TARGETS {
        let server = start();
        for protocol in ["resp2", "resp3"] {
            let address = format!("redis://127.0.0.1:{}/?protocol={protocol}", server.port());
            let client = redis::Client::open(address).expect("an address");
            let mut connection = client.get_connection().expect("a connection");
            println!("{name}, {protocol}");
            let () = redis::cmd("FLUSHALL").query(&mut connection).expect("FLUSHALL");
            round(&mut connection);
        }
    }
}

fn text(value: &str) -> String {
    value.to_owned()
}

#[test]
fn the_redis_crate_reads_and_writes_strings() {
    on_each_target(|c| {
        let () = c.set("k", "v").expect("SET");
        assert_eq!(c.get("k"), Ok(text("v")));
        assert_eq!(c.get("missing"), Ok(None::<String>));
        let () = c.mset(&[("a", 1), ("b", 2), ("c", 3)]).expect("MSET");
        assert_eq!(c.mget(&["a", "missing", "c"]), Ok(vec![Some(1), None, Some(3)]));
        assert_eq!(c.incr("a", 10), Ok(11));
        assert_eq!(c.decr("a", 1), Ok(10));
        assert_eq!(c.append("k", "w"), Ok(2));
        assert_eq!(c.strlen("k"), Ok(2));
        assert_eq!(c.set_nx("k", "x"), Ok(false));
        assert_eq!(c.getset("k", "x"), Ok(text("vw")));
        assert_eq!(c.get_del("k"), Ok(text("x")));
        let bytes: Vec<u8> = (0..=255).collect();
        let () = c.set("bytes", &bytes).expect("SET of all bytes");
        assert_eq!(c.get("bytes"), Ok(bytes));
        let lifetime = SetOptions::default().with_expiration(SetExpiry::EX(100));
        let () = c.set_options("k", "v", lifetime).expect("SET EX");
        assert!((90..=100).contains(&c.ttl::<_, i64>("k").expect("TTL")));
    });
}

#[test]
fn the_redis_crate_looks_at_keys() {
    on_each_target(|c| {
        for number in 0..200 {
            let () = c.set(format!("key:{number}"), number).expect("SET");
        }
        let scanned: BTreeSet<String> =
            c.scan_match("key:1?").expect("SCAN").collect::<Result<_, _>>().expect("keys");
        assert_eq!(scanned, (10..20).map(|number| format!("key:{number}")).collect());
        assert_eq!(c.keys::<_, Vec<String>>("key:*").map(|keys| keys.len()), Ok(200));
        assert_eq!(c.exists(&["key:1", "key:2", "missing"]), Ok(2));
        assert_eq!(c.del(&["key:1", "key:2", "missing"]), Ok(2));
        assert_eq!(redis::cmd("DBSIZE").query(c), Ok(198));
        assert_eq!(c.expire("key:3", 100), Ok(true));
        assert_eq!(c.persist("key:3"), Ok(true));
        assert_eq!(c.ttl("key:3"), Ok(-1));
        assert_eq!(c.unlink("key:3"), Ok(1));
    });
}

#[test]
fn the_redis_crate_handles_collections() {
    on_each_target(|c| {
        assert_eq!(c.rpush("list", &["a", "b", "c"]), Ok(3));
        assert_eq!(c.lpush("list", "z"), Ok(4));
        assert_eq!(c.lrange("list", 0, -1), Ok(vec![text("z"), text("a"), text("b"), text("c")]));
        assert_eq!(c.lpop("list", None), Ok(text("z")));
        assert_eq!(c.rpop("list", std::num::NonZero::new(2)), Ok(vec![text("c"), text("b")]));
        assert_eq!(c.llen("list"), Ok(1));

        assert_eq!(c.sadd("set", &["a", "b", "a"]), Ok(2));
        assert_eq!(c.smembers("set"), Ok(HashSet::from([text("a"), text("b")])));
        assert_eq!(c.sismember("set", "a"), Ok(true));
        assert_eq!(c.scard("set"), Ok(2));

        let () = c.hset_multiple("hash", &[("f", "1"), ("g", "2")]).expect("HMSET");
        assert_eq!(c.hset("hash", "h", "3"), Ok(1));
        assert_eq!(c.hget("hash", "f"), Ok(1));
        let all = HashMap::from([(text("f"), 1), (text("g"), 2), (text("h"), 3)]);
        assert_eq!(c.hgetall("hash"), Ok(all));

        assert_eq!(c.zadd_multiple("zset", &[(1.5, "a"), (0.5, "b"), (2.0, "c")]), Ok(3));
        assert_eq!(c.zscore("zset", "a"), Ok(1.5));
        let ranked = vec![(text("b"), 0.5), (text("a"), 1.5), (text("c"), 2.0)];
        assert_eq!(c.zrange_withscores("zset", 0, -1), Ok(ranked));
        assert_eq!(c.zpopmin("zset", 1), Ok(vec![(text("b"), 0.5)]));
    });
}

#[test]
fn the_redis_crate_pipelines() {
    on_each_target(|c| {
        let mut pipe = redis::pipe();
        for number in 0..1000 {
            pipe.set(format!("key:{number}"), number).ignore();
            pipe.get(format!("key:{number}"));
        }
        assert_eq!(pipe.query(c), Ok((0..1000).collect::<Vec<i64>>()));
    });
}

#[test]
fn the_redis_crate_understands_errors() {
    on_each_target(|c| {
        assert_eq!(c.rpush("list", "a"), Ok(1));
        let error = c.get::<_, String>("list").expect_err("a list is no string");
        assert_eq!(error.code(), Some("WRONGTYPE"));
        let error = redis::cmd("NOPE").arg("a").query::<Value>(c).expect_err("an unknown command");
        assert_eq!(error.kind(), ErrorKind::Server(ServerErrorKind::ResponseError));
        assert_eq!(error.detail(), Some("unknown command 'NOPE', with args beginning with: 'a' "));
        assert_eq!(redis::cmd("PING").query(c), Ok(text("PONG")));
    });
}

#[test]
fn the_redis_crate_asks_about_the_server() {
    on_each_target(|c| {
        let info: redis::InfoDict = redis::cmd("INFO").query(c).expect("INFO");
        assert_eq!(info.get::<String>("redis_mode"), Some(text("standalone")));
        assert_eq!(info.get::<String>("role"), Some(text("master")));
        let config: BTreeMap<String, String> =
            redis::cmd("CONFIG").arg("GET").arg("databases").query(c).expect("CONFIG");
        assert_eq!(config, BTreeMap::from([(text("databases"), text("16"))]));
        let (seconds, micros): (u64, u32) = redis::cmd("TIME").query(c).expect("TIME");
        assert!(seconds > 1_700_000_000 && micros < 1_000_000);
        assert_eq!(c.client_setname::<_, String>("me"), Ok(text("OK")));
        assert_eq!(c.client_getname(), Ok(Some(text("me"))));
        assert!(c.client_id::<i64>().expect("CLIENT ID") > 0);
    });
}

#[test]
fn redis_py_does_a_round() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "redis-py is missing: run tests/install");
    for (name, start) in TARGETS {
        let server = start();
        let round = Command::new(&python)
            .arg(root.join("tests/clients/redis_py.py"))
            .arg(server.port().to_string())
            .output()
            .expect("python runs");
        let (said, complained) =
            (String::from_utf8_lossy(&round.stdout), String::from_utf8_lossy(&round.stderr));
        assert!(round.status.success(), "redis-py on {name}:\n{said}{complained}{}", server.log());
    }
}

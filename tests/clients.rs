//! Client libraries as their users have them: the `redis` crate, redis-py and ioredis, a round over the commands each.
//!
//! What a library sends on its own (HELLO, CLIENT SETINFO, pipelines, cursors) is part of the test.

#[path = "harness/mod.rs"]
mod harness;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use harness::server::Server;
use redis::{
    Commands, Connection, ErrorKind, Expiry, LposOptions, ServerErrorKind, SetExpiry, SetOptions, Value,
};

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
        let () = c.set_ex("e", "v", 100).expect("SETEX");
        let () = c.pset_ex("p", "v", 100_000).expect("PSETEX");
        assert_eq!(c.get_ex("e", Expiry::PERSIST), Ok(text("v")));
        assert_eq!(c.ttl("e"), Ok(-1));
        assert_eq!(c.mset_nx(&[("{t}a", 1), ("{t}b", 2)]), Ok(true));
        assert_eq!(c.mset_nx(&[("{t}b", 1), ("{t}c", 2)]), Ok(false));
        let () = c.set("text", "Hello World").expect("SET");
        assert_eq!(c.setrange("text", 6, "Redis"), Ok(11));
        assert_eq!(c.getrange("text", 0, 4), Ok(text("Hello")));
        assert_eq!(c.incr("float", 1.5), Ok(1.5));
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
        assert_eq!(c.expire_at("key:4", 32_503_680_000), Ok(true));
        assert_eq!(c.expire_time("key:4"), Ok(32_503_680_000_i64));
        assert_eq!(c.pexpire_time("key:4"), Ok(32_503_680_000_000_i64));
        assert_eq!(c.key_type("key:5"), Ok(redis::ValueType::String));
        assert_eq!(c.object_encoding("key:5"), Ok(text("int")));
        let () = c.set("text", "no number").expect("SET");
        assert!(c.object_idletime::<_, u64>("text").expect("OBJECT IDLETIME") <= 60);
        assert_eq!(c.del("text"), Ok(1));
        assert!(redis::cmd("MEMORY").arg("USAGE").arg("key:5").query::<u64>(c).expect("MEMORY USAGE") > 0);
        let () = c.set("{t}from", "v").expect("SET");
        let () = c.rename("{t}from", "{t}to").expect("RENAME");
        assert_eq!(c.rename_nx("{t}to", "{t}other"), Ok(true));
        assert_eq!(c.del("{t}other"), Ok(1));
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
        assert_eq!(c.rpush("edits", &["a", "b", "c", "b"]), Ok(4));
        assert_eq!(c.lpush_exists("missing", "a"), Ok(0));
        assert_eq!(c.rpush_exists("edits", "d"), Ok(5));
        assert_eq!(c.lindex("edits", -1), Ok(text("d")));
        let () = c.lset("edits", 0, "y").expect("LSET");
        assert_eq!(c.linsert_before("edits", "b", "x"), Ok(6));
        assert_eq!(c.lpos("edits", "b", LposOptions::default().count(0)), Ok(vec![2, 4]));
        assert_eq!(c.lrem("edits", 1, "b"), Ok(1));
        let () = c.ltrim("edits", 0, 2).expect("LTRIM");
        assert_eq!(c.lrange("edits", 0, -1), Ok(vec![text("y"), text("x"), text("c")]));

        assert_eq!(c.sadd("set", &["a", "b", "a"]), Ok(2));
        assert_eq!(c.smembers("set"), Ok(HashSet::from([text("a"), text("b")])));
        assert_eq!(c.sismember("set", "a"), Ok(true));
        assert_eq!(c.scard("set"), Ok(2));
        assert_eq!(c.smismember("set", &["a", "x"]), Ok(vec![true, false]));
        assert_eq!(c.srandmember_multiple("set", -7).map(|members: Vec<String>| members.len()), Ok(7));
        assert_eq!(c.srem("set", "x"), Ok(0));
        let numbers: Vec<u32> = (0..600).collect();
        assert_eq!(c.sadd("ints", &numbers), Ok(600));
        let scanned: BTreeSet<u32> =
            c.sscan("ints").expect("SSCAN").collect::<Result<_, _>>().expect("members");
        assert_eq!(scanned, numbers.into_iter().collect());
        assert!(["a", "b"].contains(&c.spop::<_, String>("set").expect("SPOP").as_str()));

        let () = c.hset_multiple("hash", &[("f", "1"), ("g", "2")]).expect("HMSET");
        assert_eq!(c.hset("hash", "h", "3"), Ok(1));
        assert_eq!(c.hget("hash", "f"), Ok(1));
        let all = HashMap::from([(text("f"), 1), (text("g"), 2), (text("h"), 3)]);
        assert_eq!(c.hgetall("hash"), Ok(all));
        assert_eq!(c.hset_nx("hash", "f", "9"), Ok(false));
        assert_eq!(c.hmget("hash", &["f", "missing"]), Ok(vec![Some(1), None]));
        assert_eq!(c.hlen("hash"), Ok(3));
        assert_eq!(c.hexists("hash", "g"), Ok(true));
        assert_eq!(c.hkeys("hash"), Ok(HashSet::from([text("f"), text("g"), text("h")])));
        assert_eq!(c.hvals("hash"), Ok(HashSet::from([1, 2, 3])));
        assert_eq!(c.hincr("hash", "f", 4), Ok(5));
        assert_eq!(c.hincr("hash", "f", 0.5), Ok(5.5));
        assert_eq!(c.hdel("hash", &["f", "missing"]), Ok(1));
        let pairs: BTreeMap<String, u32> = c
            .hscan("hash")
            .expect("HSCAN")
            .collect::<Result<Vec<(String, u32)>, _>>()
            .expect("pairs")
            .into_iter()
            .collect();
        assert_eq!(pairs, BTreeMap::from([(text("g"), 2), (text("h"), 3)]));

        assert_eq!(c.zadd_multiple("zset", &[(1.5, "a"), (0.5, "b"), (2.0, "c")]), Ok(3));
        assert_eq!(c.zscore("zset", "a"), Ok(1.5));
        let ranked = vec![(text("b"), 0.5), (text("a"), 1.5), (text("c"), 2.0)];
        assert_eq!(c.zrange_withscores("zset", 0, -1), Ok(ranked));
        assert_eq!(c.zpopmin("zset", 1), Ok(vec![(text("b"), 0.5)]));
        assert_eq!(c.zadd_multiple("z", &[(1, "a"), (2, "b"), (3, "c"), (4, "d")]), Ok(4));
        assert_eq!(c.zincr("z", "b", 2.5), Ok(4.5));
        assert_eq!(c.zscore_multiple("z", &["a", "missing"]), Ok(vec![Some(1.0), None]));
        assert_eq!(c.zcard("z"), Ok(4));
        assert_eq!(c.zcount("z", "(1", "+inf"), Ok(3));
        assert_eq!(c.zrevrange("z", 0, 1), Ok(vec![text("b"), text("d")]));
        assert_eq!(c.zrangebyscore("z", 3, 4), Ok(vec![text("c"), text("d")]));
        assert_eq!(c.zrank("z", "a"), Ok(Some(0)));
        assert_eq!(c.zrevrank("z", "x"), Ok(None::<u32>));
        assert_eq!(c.zpopmax("z", 1), Ok(vec![(text("b"), 4.5)]));
        assert_eq!(c.zrem("z", &["d", "x"]), Ok(1));
        assert_eq!(c.zremrangebyrank("z", 0, 0), Ok(1));
        assert_eq!(c.zrembyscore("z", 3, 3), Ok(1));
        assert_eq!(c.zadd_multiple("lex", &[(0, "a"), (0, "b"), (0, "c")]), Ok(3));
        assert_eq!(c.zlexcount("lex", "[a", "(c"), Ok(2));
        assert_eq!(c.zrangebylex("lex", "-", "(c"), Ok(vec![text("a"), text("b")]));
        assert_eq!(c.zrembylex("lex", "[a", "[b"), Ok(2));
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

#[test]
fn ioredis_does_a_round() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = root.join(".node/node_modules");
    assert!(modules.join("ioredis").exists(), "ioredis is missing: run tests/install");
    for (name, start) in TARGETS {
        let server = start();
        let round = Command::new("node")
            .arg(root.join("tests/clients/ioredis.js"))
            .arg(server.port().to_string())
            .env("NODE_PATH", &modules)
            .output()
            .expect("node runs");
        let (said, complained) =
            (String::from_utf8_lossy(&round.stdout), String::from_utf8_lossy(&round.stderr));
        assert!(round.status.success(), "ioredis on {name}:\n{said}{complained}{}", server.log());
    }
}

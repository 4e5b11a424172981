//! What each command says of its keys: the events and the touched keys of redis-server 7.0.15, which told them over
//! `__keyevent@0__:*` and in invalidation messages.
//!
//! `key@1` is a key in database 1. One difference: a string set with an expiry that has passed expires at once here, and when it is looked at there.

use super::*;
use crate::{
    command::{Registry, Run},
    commands,
    keyspace::{EventClasses, Touched},
    resp::Span,
};

const NOW_MS: i64 = 1_700_000_000_000;

/// Commands in their order, each with the events it causes and the keys it touches.
#[rustfmt::skip]
const TOLD: &[(&str, &str, &str)] = &[
    ("SET a 1", "new a, set a", "a"),
    ("SET a 1 EX 100", "set a, expire a", "a"),
    ("SET a 1 EXAT 1", "set a, expire a, expired a", "a"),
    ("GET a", "keymiss a", ""),
    ("SET a 1 NX", "new a, set a", "a"),
    ("SET a 2 NX", "", ""),
    ("SET b 1 XX GET", "keymiss b", ""),
    ("SET a 1 KEEPTTL", "set a", "a"),
    ("SET q 1 PXAT 5 GET", "keymiss q, new q, set q, expire q, expired q", "q"),
    ("SETNX n 1", "new n, set n", "n"),
    ("SETEX a 10 v", "set a, expire a", "a"),
    ("GETSET a w", "set a", "a"),
    ("GETSET a2 w", "keymiss a2, new a2, set a2", "a2"),
    ("GETDEL a2", "del a2", "a2"),
    ("GETDEL a2", "keymiss a2", ""),
    ("GETEX a PERSIST", "", ""),
    ("GETEX a PERSIST", "", ""),
    ("GETEX a EX 10", "expire a", "a"),
    ("GETEX a EXAT 1", "del a", "a"),
    ("GETEX a", "keymiss a", ""),
    ("SETRANGE r 0 abc", "new r, setrange r", "r"),
    ("SETRANGE none 0 x", "new none, setrange none", "none"),
    ("APPEND r xyz", "append r", "r"),
    ("APPEND r2 xyz", "new r2, append r2", "r2"),
    ("INCR i", "new i, incrby i", "i"),
    ("DECRBY i 3", "incrby i", "i"),
    ("INCRBYFLOAT i 1.5", "incrbyfloat i", "i"),
    ("MSET m1 1 m2 2 m1 3", "new m1, set m1, new m2, set m2, set m1", "m1 m2"),
    ("MSETNX x1 1 x2 2", "new x1, set x1, new x2, set x2", "x1 x2"),
    ("MGET m1 none m2", "", ""),
    ("EXPIRE m1 100", "expire m1", "m1"),
    ("EXPIRE m1 100 NX", "", ""),
    ("EXPIRE m1 -1", "del m1", "m1"),
    ("PERSIST m2", "", ""),
    ("EXPIRE m2 10", "expire m2", "m2"),
    ("PERSIST m2", "persist m2", "m2"),
    ("DEL m2 none x1 x1", "del m2, del none, del x1", "m2 none x1"),
    ("UNLINK x2", "del x2", "x2"),
    ("RENAME i i2", "new i2, rename_from i, rename_to i2", "i i2"),
    ("RENAME i2 r", "new r, rename_from i2, rename_to r", "i2 r"),
    ("RENAMENX r r2", "", ""),
    ("RENAME r r", "", ""),
    ("RENAMENX r r9", "new r9, rename_from r, rename_to r9", "r r9"),
    ("RENAME none r", "", ""),
    ("TTL none", "keymiss none", ""),
    ("TYPE none", "keymiss none", ""),
    ("EXISTS none", "keymiss none", ""),
    ("TOUCH none", "keymiss none", ""),
    ("STRLEN none", "keymiss none", ""),
    ("GETRANGE none 0 1", "keymiss none", ""),
    ("LPUSH l a b", "new l, lpush l", "l"),
    ("RPUSH l c", "rpush l", "l"),
    ("LPUSHX l d", "lpush l", "l"),
    ("LPUSHX none d", "", ""),
    ("LINSERT l BEFORE a z", "linsert l", "l"),
    ("LINSERT l BEFORE nope z", "", ""),
    ("LSET l 0 y", "lset l", "l"),
    ("LTRIM l 0 3", "ltrim l", "l"),
    ("LTRIM l 0 3", "ltrim l", "l"),
    ("LREM l 0 nope", "", ""),
    ("LREM l 1 y", "lrem l", "l"),
    ("LPOP l", "lpop l", "l"),
    ("LPOP l 0", "", ""),
    ("RPOP l 9", "rpop l, del l", "l"),
    ("LPOP l", "", ""),
    ("RPUSH l a", "new l, rpush l", "l"),
    ("LTRIM l 5 6", "ltrim l, del l", "l"),
    ("RPUSH l a a", "new l, rpush l", "l"),
    ("LREM l 0 a", "lrem l, del l", "l"),
    ("LRANGE l 0 1", "keymiss l", ""),
    ("LLEN l", "keymiss l", ""),
    ("LINDEX l 0", "keymiss l", ""),
    ("LPOS l x", "keymiss l", ""),
    ("SADD s a b c d", "new s, sadd s", "s"),
    ("SADD s a", "", ""),
    ("SREM s nope", "", ""),
    ("SREM s a", "srem s", "s"),
    ("SPOP s", "spop s", "s"),
    ("SPOP s 0", "", ""),
    ("SPOP s 9", "spop s, del s", "s"),
    ("SPOP s", "", ""),
    ("SPOP s 1", "", ""),
    ("SADD s a", "new s, sadd s", "s"),
    ("SREM s a", "srem s, del s", "s"),
    ("SADD s a b", "new s, sadd s", "s"),
    ("SADD s2 b", "new s2, sadd s2", "s2"),
    ("SMOVE s s2 a", "srem s, sadd s2", "s s2"),
    ("SMOVE s s2 b", "srem s, del s", "s"),
    ("SMOVE s s2 b", "", ""),
    ("SADD s a", "new s, sadd s", "s"),
    ("SMOVE s s a", "", ""),
    ("SMOVE s new a", "srem s, del s, new new, sadd new", "new s"),
    ("SMEMBERS none", "keymiss none", ""),
    ("SISMEMBER none a", "keymiss none", ""),
    ("SCARD none", "keymiss none", ""),
    ("SRANDMEMBER none", "keymiss none", ""),
    ("SRANDMEMBER none 1", "keymiss none", ""),
    ("SSCAN none 0", "keymiss none", ""),
    ("HSCAN none 0", "keymiss none", ""),
    ("ZSCAN none 0", "keymiss none", ""),
    ("HSET h f 1 g 2", "new h, hset h", "h"),
    ("HSET h f 1", "hset h", "h"),
    ("HMSET h f 2", "hset h", "h"),
    ("HSETNX h f 3", "", ""),
    ("HSETNX h k 3", "hset h", "h"),
    ("HINCRBY h f 2", "hincrby h", "h"),
    ("HINCRBYFLOAT h f 1.5", "hincrbyfloat h", "h"),
    ("HDEL h nope", "", ""),
    ("HDEL h f", "hdel h", "h"),
    ("HDEL h g k", "hdel h, del h", "h"),
    ("HGET h f", "keymiss h", ""),
    ("HGETALL h", "keymiss h", ""),
    ("HRANDFIELD h", "keymiss h", ""),
    ("HLEN h", "keymiss h", ""),
    ("HINCRBY h f 0", "new h, hincrby h", "h"),
    ("ZADD z 1 a 2 b", "new z, zadd z", "z"),
    ("ZADD z 1 a", "", ""),
    ("ZADD z CH 3 a", "zadd z", "z"),
    ("ZADD z XX 3 nope", "", ""),
    ("ZADD z NX 9 a", "", ""),
    ("ZADD z INCR 1 a", "zincr z", "z"),
    ("ZADD z INCR 0 a", "", ""),
    ("ZINCRBY z 1 a", "zincr z", "z"),
    ("ZINCRBY z 0 a", "", ""),
    ("ZREM z nope", "", ""),
    ("ZREM z a", "zrem z", "z"),
    ("ZADD z 1 a 2 b 3 c 4 d 5 e", "zadd z", "z"),
    ("ZREMRANGEBYRANK z 0 0", "zremrangebyrank z", "z"),
    ("ZREMRANGEBYSCORE z 2 2", "zremrangebyscore z", "z"),
    ("ZREMRANGEBYSCORE z 20 20", "", ""),
    ("ZPOPMIN z", "zpopmin z", "z"),
    ("ZPOPMIN z 0", "", ""),
    ("ZPOPMAX z 9", "zpopmax z, del z", "z"),
    ("ZPOPMAX z", "", ""),
    ("ZADD z 0 a 0 b", "new z, zadd z", "z"),
    ("ZREMRANGEBYLEX z [a [a", "zremrangebylex z", "z"),
    ("ZREMRANGEBYLEX z - +", "zremrangebylex z, del z", "z"),
    ("ZRANGE z 0 1", "keymiss z", ""),
    ("ZSCORE z a", "keymiss z", ""),
    ("ZCARD z", "keymiss z", ""),
    ("ZRANDMEMBER z", "keymiss z", ""),
    ("ZADD n2 1 a", "new n2, zadd n2", "n2"),
    ("ZADD n3 XX 1 a", "", ""),
    ("ZADD n3 XX INCR 1 a", "", ""),
    ("HSTRLEN none f", "keymiss none", ""),
    ("HMGET none f", "keymiss none", ""),
    ("HEXISTS none f", "keymiss none", ""),
    ("HKEYS none", "keymiss none", ""),
    ("SMISMEMBER none a", "keymiss none", ""),
    ("ZMSCORE none a", "keymiss none", ""),
    ("ZCOUNT none 0 1", "keymiss none", ""),
    ("ZRANK none a", "keymiss none", ""),
    ("SUBSTR none 0 1", "keymiss none", ""),
    ("LCS none none2", "keymiss none, keymiss none2", ""),
    ("EXPIRETIME none", "keymiss none", ""),
    ("ZLEXCOUNT none - +", "keymiss none", ""),
];

/// The same of commands for several keys, in a shard of their own.
#[rustfmt::skip]
const TOLD_OF_SEVERAL: &[(&str, &str, &str)] = &[
    ("SET a 1", "new a, set a", "a"),
    ("COPY a b", "new b, copy_to b", "b"),
    ("COPY a b", "", ""),
    ("COPY a b REPLACE", "new b, copy_to b", "b"),
    ("COPY none b", "keymiss none", ""),
    ("MOVE a 1", "new a@1, move_from a, move_to a@1", "a a@1"),
    ("MOVE a 1", "", ""),
    ("COPY b k DB 1", "new k@1, copy_to k@1", "k@1"),
    ("MOVE none 1", "", ""),
    ("SADD s1 a b", "new s1, sadd s1", "s1"),
    ("SADD s2 b c", "new s2, sadd s2", "s2"),
    ("SINTERSTORE d s1 s2", "new d, sinterstore d", "d"),
    ("SINTERSTORE d s1 none", "keymiss none, del d", "d"),
    ("SINTERSTORE d s1 none", "keymiss none", ""),
    ("SUNIONSTORE d s1 s2", "new d, sunionstore d", "d"),
    ("SDIFFSTORE d s1 s2", "sdiffstore d", "d"),
    ("SDIFFSTORE d s1 s1", "del d", "d"),
    ("SINTER s1 none", "keymiss none", ""),
    ("SUNION none none2", "keymiss none, keymiss none2", ""),
    ("SDIFF none s1", "keymiss none", ""),
    ("SINTERCARD 2 s1 none", "keymiss none", ""),
    ("ZADD z1 1 a 2 b", "new z1, zadd z1", "z1"),
    ("ZADD z2 1 b 2 c", "new z2, zadd z2", "z2"),
    ("ZUNIONSTORE d 2 z1 z2", "new d, zunionstore d", "d"),
    ("ZINTERSTORE d 2 z1 z2", "zinterstore d", "d"),
    ("ZINTERSTORE d 2 z1 none", "keymiss none, del d", "d"),
    ("ZINTERSTORE d 2 z1 none", "keymiss none", ""),
    ("ZDIFFSTORE d 2 z1 z2", "new d, zdiffstore d", "d"),
    ("ZDIFFSTORE d 2 z1 z1", "del d", "d"),
    ("ZUNION 2 none none2", "keymiss none, keymiss none2", ""),
    ("ZDIFF 2 none z1", "keymiss none", ""),
    ("ZINTERCARD 2 z1 none", "keymiss none", ""),
    ("ZRANGESTORE d z1 0 -1", "new d, zrangestore d", "d"),
    ("ZRANGESTORE d z1 5 9", "del d", "d"),
    ("ZRANGESTORE d z1 5 9", "", ""),
    ("ZRANGESTORE d none 0 -1", "keymiss none", ""),
    ("RPUSH l a b c", "new l, rpush l", "l"),
    ("LMOVE l m LEFT RIGHT", "new m, rpush m, lpop l", "l m"),
    ("LMOVE l l LEFT RIGHT", "rpush l, lpop l", "l"),
    ("RPOPLPUSH l m", "lpush m, rpop l", "l m"),
    ("RPOPLPUSH l m", "lpush m, rpop l, del l", "l m"),
    ("RPOPLPUSH none m", "", ""),
    ("LMPOP 2 none m LEFT COUNT 2", "lpop m", "m"),
    ("LMPOP 2 none m LEFT COUNT 9", "lpop m, del m", "m"),
    ("LMPOP 1 none LEFT", "", ""),
    ("ZMPOP 2 none z1 MIN", "zpopmin z1", "z1"),
    ("ZMPOP 2 none z1 MAX COUNT 9", "zpopmax z1, del z1", "z1"),
    ("ZMPOP 1 none MAX", "", ""),
    ("RPUSH l 3 1 2", "new l, rpush l", "l"),
    ("SORT l STORE o", "new o, sortstore o", "o"),
    ("SORT l STORE o", "sortstore o", "o"),
    ("SORT l BY w_* GET g_*", "keymiss w_3, keymiss w_1, keymiss w_2, keymiss g_1, keymiss g_2, keymiss g_3", ""),
    ("SORT none STORE o", "keymiss none, del o", "o"),
    ("SORT none STORE o", "keymiss none", ""),
    ("SORT none", "keymiss none", ""),
    ("SORT_RO none", "keymiss none", ""),
    ("MSETNX b 1 c 2", "", ""),
    ("RENAME b b", "", ""),
];

fn run(shard: &mut Shard, registry: &Registry, command: &str) {
    let mut base = Vec::new();
    let spans: Vec<Span> = command
        .split(' ')
        .map(|word| {
            let start = base.len() as u32;
            base.extend_from_slice(word.as_bytes());
            Span { start, len: word.len() as u32 }
        })
        .collect();
    let args = Args::new(&base, &spans, &[]);
    let id = registry.find(args.get(0)).expect("a command");
    let row = registry.row(id);
    let (Run::Local(handler) | Run::Split(handler, _)) = row.run else { panic!("{command}") };
    shard.execute((id, row, handler), 0, &args, false, &mut Out::new());
}

/// A key, with its database if that is not 0.
fn name(database: u16, key: &[u8]) -> String {
    let key = String::from_utf8_lossy(key);
    if database == 0 { key.into_owned() } else { format!("{key}@{database}") }
}

/// Runs the commands in a new shard of two databases and compares what they tell.
fn check(told: &[(&str, &str, &str)]) {
    let registry = Registry::new(commands::rows(), []);
    let settings = Settings { slots: 0..16384, databases: 2, seed: 1 };
    let mut shard = Shard::new(&settings, registry.rows().len());
    shard.keyspace.set_now_ms(NOW_MS);
    shard.keyspace.set_recording(true);
    shard.keyspace.set_event_classes(EventClasses::parse(b"EAmn").expect("letters of classes"));
    for (command, events, keys) in told {
        run(&mut shard, &registry, command);
        let told: Vec<String> = shard
            .keyspace
            .take_events()
            .map(|event| format!("{} {}", event.name, name(event.database, &event.key)))
            .collect();
        let mut touched: Vec<String> = shard
            .keyspace
            .take_touched()
            .map(|touched| match touched {
                Touched::Key { database, key } => name(database, &key),
                other => panic!("{command}: {other:?}"),
            })
            .collect();
        touched.sort();
        touched.dedup();
        assert_eq!((told.join(", ").as_str(), touched.join(" ").as_str()), (*events, *keys), "{command}");
    }
}

#[test]
fn commands_tell_of_their_keys_as_redis_does() {
    check(TOLD);
}

#[test]
fn commands_for_several_keys_tell_of_them_as_redis_does() {
    check(TOLD_OF_SEVERAL);
}

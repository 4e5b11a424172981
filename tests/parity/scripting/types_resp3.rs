//! Commands of all types, called by a script that speaks RESP3, for a client that does.

use crate::script::Script;

fn strings(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 set k v EX 100 GET"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 setnx n 10"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 incr n"#, ":11");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 decrby n 3"#, ":8");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 incrbyfloat n 0.5"#, r#""8.5""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 append k x"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 getrange k 0 0"#, r#""v""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 setrange k 3 yz"#, ":5");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 strlen k"#, ":5");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 getset k w"#, r#""vx\x00yz""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 getdel k"#, r#""w""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 get k"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 getex n PERSIST"#, r#""8.5""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 mset a 1 b 2 c 3"#, "+OK");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 mget a b c none"#,
        r#"["1", "2", "3"]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 msetnx a 1 d 4"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 psetex p 100000 v"#, "+OK");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lcs a b LEN"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 substr n 0 1"#, r#""8.""#);
}

fn lists(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rpush l a b c d"#, ":4");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lpush l z"#, ":5");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lrange l 0 -1"#,
        r#"["z", "a", "b", "c", "d"]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lindex l 0"#, r#""z""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lindex l 99"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 linsert l BEFORE c x"#, ":6");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 llen l"#, ":6");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lpos l x"#, ":3");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lpos l x COUNT 0"#, "[:3]");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lpop l"#, r#""z""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rpop l 2"#, r#"["d", "c"]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lpop none 3"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lset l 0 y"#, "+OK");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lset none 0 y"#,
        "-ERR no such key script: 7294943da872465176d5feebb5235052fc6d2840, on @user_script:1.",
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lrem l 0 b"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 ltrim l 0 1"#, "+OK");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lmove l m LEFT RIGHT"#, r#""y""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rpoplpush l m"#, r#""x""#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 lmpop 2 none m LEFT COUNT 5"#,
        r#"["m", ["x", "y"]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rpushx none x"#, ":0");
}

fn hashes(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hset h f 1 g 2"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hget h f"#, r#""1""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hget h none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hmget h f none"#, r#"["1"]"#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hgetall h"#,
        r#"{"g": "2", "f": "1"}"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hkeys h"#, r#"["f", "g"]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hvals h"#, r#"["1", "2"]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hlen h"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hexists h f"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hincrby h f 5"#, ":6");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hincrbyfloat h g 0.25"#,
        r#""2.25""#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hsetnx h f 9"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hstrlen h g"#, ":4");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hdel h f none"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hrandfield h"#, r#""g""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hrandfield h 1"#, r#"["g"]"#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hrandfield h 1 WITHVALUES"#,
        r#"[["g", "2.25"]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hrandfield none"#, "_");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hscan h 0"#,
        r#"["0", ["g", "2.25"]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 hgetall none"#, "{}");
}

fn sets(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sadd s a"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sadd t a b"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 scard t"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sismember s a"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 smismember s a b"#, "[:1, :0]");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 smembers s"#, r#"~{"a"}"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sinter s t"#, r#"~{"a"}"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sunion s s"#, r#"~{"a"}"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sdiff s t"#, "~{}");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sdiff t s"#, r#"~{"b"}"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sintercard 2 s t"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sinterstore d s t"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sunionstore d s t"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sdiffstore e t s"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 smove t s b"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 srandmember d 0"#, "[]");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 srandmember none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 srem s b"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 spop e"#, r#""b""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 spop none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 spop none 2"#, "~{}");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sscan s 0"#, r#"["0", ["a"]]"#);
}

fn sorted_sets(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zadd z 1 a 2.5 b"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zadd z INCR 1 a"#, ",2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zadd z NX INCR 1 a"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zscore z b"#, ",2.5");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zscore z none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zmscore z a none"#, "[,2]");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zincrby z 0.5 a"#, ",2.5");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zcard z"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zcount z -inf +inf"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrank z b"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrank z none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrevrank z b"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrange z 0 -1"#, r#"["a", "b"]"#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrange z 0 -1 WITHSCORES"#,
        r#"[["a", ,2.5], ["b", ,2.5]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrangebyscore z -inf inf WITHSCORES LIMIT 0 1"#, r#"[["a", ,2.5]]"#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrevrange z 0 0 WITHSCORES"#,
        r#"[["b", ,2.5]]"#,
    );
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrangebylex z - +"#,
        r#"["a", "b"]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zadd y 1 a"#, ":1");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zinter 2 z y WITHSCORES"#,
        r#"[["a", ,3.5]]"#,
    );
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zunion 2 z y WITHSCORES"#,
        r#"[["b", ,2.5], ["a", ,3.5]]"#,
    );
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zdiff 2 z y WITHSCORES"#,
        r#"[["b", ,2.5]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zinterstore x 2 z y"#, ":1");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zunionstore x 2 z y WEIGHTS 2 3"#,
        ":2",
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zdiffstore w 2 z y"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zintercard 2 z y"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrandmember y"#, r#""a""#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrandmember y 1 WITHSCORES"#,
        r#"[["a", ,1]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrandmember none"#, "_");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zscan z 0"#,
        r#"["0", ["a", "2.5", "b", "2.5"]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zpopmin z"#, r#"["a", ,2.5]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zpopmax z 1"#, r#"[["b", ,2.5]]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zpopmin none"#, "[]");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zmpop 1 x MIN"#,
        r#"["x", [["b", ,5]]]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrem x b"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zremrangebyrank y 0 -1"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 zrangestore r x 0 -1"#, ":1");
}

fn geo_and_bits(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geoadd g 13.361389 38.115556 P 15.087269 37.502669 C"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geodist g P C"#, r#""166274.1516""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geodist g P none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geohash g P"#, r#"["sqc8b49rny0"]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geosearch g FROMMEMBER P BYRADIUS 200 km ASC"#, r#"["P", "C"]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geosearch g FROMMEMBER P BYRADIUS 200 km ASC WITHDIST WITHHASH"#, r#"[["P", "0.0000", :3479099956230698], ["C", "166.2742", :3479447370796909]]"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 geosearchstore g2 g FROMMEMBER P BYRADIUS 200 km"#, ":2");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 georadius_ro g 15 37 200 km"#,
        r#"["P", "C"]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 setbit b 7 1"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 getbit b 7"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 bitcount b"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 bitpos b 1"#, ":7");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 bitop NOT c b"#, ":1");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 bitfield b SET u8 0 255 GET u4 0"#,
        "[:1, :15]",
    );
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 bitfield b OVERFLOW FAIL INCRBY u2 0 3"#,
        "[]",
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 bitfield_ro b GET u8 0"#, "[:255]");
}

fn keys(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 set k v"#, "+OK");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rpush l 3 1 2"#, ":3");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 exists k l none"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 type k"#, "+string");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 type none"#, "+none");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 expire k 100"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 ttl k"#, ":100");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 pttl none"#, ":-2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 persist k"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 expireat k 99999999999"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 expiretime k"#, ":99999999999");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 pexpiretime none"#, ":-2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 object encoding k"#, r#""embstr""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 object encoding none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 object refcount k"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 touch k l none"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 copy k c"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rename c d"#, "+OK");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 rename none x"#,
        "-ERR no such key script: 7294943da872465176d5feebb5235052fc6d2840, on @user_script:1.",
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 renamenx k d"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sort l"#, r#"["1", "2", "3"]"#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sort l DESC LIMIT 0 2"#,
        r#"["3", "2"]"#,
    );
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sort_ro l ALPHA"#,
        r#"["1", "2", "3"]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 sort l STORE sorted"#, ":3");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 dump none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 restore r 0 bad"#, "-ERR DUMP payload version or checksum are wrong script: 7294943da872465176d5feebb5235052fc6d2840, on @user_script:1.");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 keys none*"#, "[]");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 move k 3"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 move none 3"#, ":0");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 del k l none"#, ":1");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 unlink d sorted"#, ":2");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 memory usage none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call(unpack(ARGV))" 0 dbsize"#, ":0");
}

facts! { data:
    strings,
    lists,
    hashes,
    sets,
    sorted_sets,
    geo_and_bits,
    keys,
}

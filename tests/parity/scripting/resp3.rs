//! Scripts and the newer protocol.

use crate::script::Script;

fn scripts_in_resp3(c: &mut Script) {
    c.resp3();
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 none"#, "_");
    c.check(r#"EVAL "return {redis.call('get', KEYS[1]), 1, 'x'}" 1 none"#, r#"[_, :1, "x"]"#);
    c.check(r#"EVAL "return false" 0"#, "_");
    c.check(r#"EVAL "return true" 0"#, ":1");
    c.check(r#"EVAL "return 3.99" 0"#, ":3");
    c.check(r#"EVAL "return {double=3.25}" 0"#, ",3.25");
    c.check(r#"EVAL "return {map={a=1}}" 0"#, r#"{"a": :1}"#);
    c.check(r#"EVAL "return {set={a=true}}" 0"#, r#"~{"a"}"#);
    c.check(r#"EVAL "return {big_number='12345'}" 0"#, "(12345");
    c.check(r#"EVAL "return {verbatim_string={string='text', format='txt'}}" 0"#, r#"="text""#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call('get', KEYS[1])" 1 none"#, "_");
    c.check(r#"EVAL "redis.setresp(3) return redis.call('get', KEYS[1]) == nil" 1 none"#, "#t");
    c.check(
        r#"EVAL "redis.call('hset', KEYS[1], 'f', 'v') return redis.call('hgetall', KEYS[1])" 1 h"#,
        r#"["f", "v"]"#,
    );
    c.check(r#"EVAL "redis.setresp(3) return redis.call('hgetall', KEYS[1])" 1 h"#, r#"{"f": "v"}"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call('hgetall', KEYS[1]).map.f" 1 h"#, r#""v""#);
    c.check(r#"EVAL "redis.call('sadd', KEYS[1], 'm') redis.setresp(3) return redis.call('smembers', KEYS[1])" 1 s"#, r#"~{"m"}"#);
    c.check(r#"EVAL "redis.setresp(3) return redis.call('smembers', KEYS[1]).set.m" 1 s"#, "#t");
    c.check(r#"EVAL "redis.call('zadd', KEYS[1], 1.5, 'm') redis.setresp(3) return redis.call('zscore', KEYS[1], 'm')" 1 z"#, ",1.5");
    c.check(r#"EVAL "redis.setresp(3) return redis.call('zscore', KEYS[1], 'm').double" 1 z"#, ":1");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call('zrange', KEYS[1], 0, -1, 'withscores')" 1 z"#,
        r#"[["m", ,1.5]]"#,
    );
    c.check(r#"EVAL "return redis.call('zscore', KEYS[1], 'm')" 1 z"#, r#""1.5""#);
    c.check(
        r#"EVAL "redis.setresp(3) redis.setresp(2) return redis.call('hgetall', KEYS[1])" 1 h"#,
        r#"["f", "v"]"#,
    );
    c.check(r#"EVAL "redis.setresp(4)" 0"#, "-ERR RESP version must be 2 or 3. script: 68e72e4d8a428b9f599dce492315f2455a425a82, on @user_script:1.");
    c.check(r#"EVAL "redis.setresp()" 0"#, "-ERR redis.setresp() requires one argument. script: 42aacaf580759e59c97e8b1974d08a62f960014f, on @user_script:1.");
    c.check(r#"EVAL "return redis.call('hrandfield', KEYS[1], 1, 'withvalues')" 1 h"#, r#"["f", "v"]"#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call('hrandfield', KEYS[1], 1, 'withvalues')" 1 h"#,
        r#"[["f", "v"]]"#,
    );
    c.check(r#"EVAL "return redis.error_reply('OH no')" 0"#, "-OH no");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 h"#, "-WRONGTYPE Operation against a key holding the wrong kind of value script: 2bab3b661081db58bd2341920e0ba7cf5dc77b25, on @user_script:1.");
    c.check(
        r#"EVAL "redis.setresp(3) return redis.pcall('incr', KEYS[1])" 1 h"#,
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
}

fn resp3_replies_for_a_resp2_client(c: &mut Script) {
    c.check(r#"EVAL "redis.setresp(3) return redis.call('get', KEYS[1])" 1 none"#, "nil");
    c.check(r#"EVAL "redis.call('hset', KEYS[1], 'f', 'v') redis.setresp(3) return redis.call('hgetall', KEYS[1])" 1 h"#, r#"["f", "v"]"#);
    c.check(r#"EVAL "redis.call('sadd', KEYS[1], 'm') redis.setresp(3) return redis.call('smembers', KEYS[1])" 1 s"#, r#"["m"]"#);
    c.check(r#"EVAL "redis.call('zadd', KEYS[1], 1.5, 'm') redis.setresp(3) return redis.call('zscore', KEYS[1], 'm')" 1 z"#, r#""1.5""#);
    c.check(
        r#"EVAL "redis.setresp(3) return redis.call('zrange', KEYS[1], 0, -1, 'withscores')" 1 z"#,
        r#"[["m", "1.5"]]"#,
    );
    c.check(r#"EVAL "return {map={a=1}}" 0"#, r#"["a", :1]"#);
    c.check(r#"EVAL "return {set={a=true}}" 0"#, r#"["a"]"#);
    c.check(r#"EVAL "return {double=3.25}" 0"#, r#""3.25""#);
    c.check(r#"EVAL "return {big_number='12345'}" 0"#, r#""12345""#);
    c.check(r#"EVAL "return true" 0"#, ":1");
}

facts! { data:
    scripts_in_resp3,
    resp3_replies_for_a_resp2_client,
}

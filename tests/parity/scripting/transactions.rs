//! Scripts within MULTI, and beside watched keys.

use crate::script::Script;

fn scripts_in_a_transaction(c: &mut Script) {
    c.check("MULTI", "+OK");
    c.check("SET a 1", "+QUEUED");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, "+QUEUED");
    c.check(r#"EVAL "return redis.call('get', 'b')" 0"#, "+QUEUED");
    c.check("SET b 7", "+QUEUED");
    c.check(r#"EVAL "return {redis.call('get', KEYS[1]), redis.call('get', 'b')}" 1 a"#, "+QUEUED");
    c.check("EXEC", r#"[+OK, :2, nil, +OK, ["2", "7"]]"#);
    c.check("MULTI", "+OK");
    c.check(r#"EVAL "return redis.call('dbsize')" 0"#, "+QUEUED");
    c.check(r#"EVAL "return redis.call('nosuch')" 0"#, "+QUEUED");
    c.check("EVALSHA ffffffffffffffffffffffffffffffffffffffff 0", "+QUEUED");
    c.check(r#"EVAL "return 1" x"#, "+QUEUED");
    c.check(r#"EVAL "return (" 0"#, "+QUEUED");
    c.check("DBSIZE", "+QUEUED");
    c.check(r#"EVAL "redis.call('select', 4) return redis.call('dbsize')" 0"#, "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("EXEC", r#"[:2, -ERR Unknown Redis command called from script script: .., -NOSCRIPT No matching script. Please use EVAL., -ERR value is not an integer or out of range, -ERR Error compiling script (new function): .., :2, :0, "2"]"#);
    c.check("MULTI", "+OK");
    c.check(r#"EVAL "return 1""#, "-ERR wrong number of arguments for 'eval' command");
    c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    c.check("MULTI", "+OK");
    c.check(r#"EVAL "redis.call('set', KEYS[1], 'x')" 1 c"#, "+QUEUED");
    c.check("DISCARD", "+OK");
    c.check("EXISTS c", ":0");
    c.check("MULTI", "+OK");
    c.check("SELECT 2", "+QUEUED");
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 'two')" 1 a"#, "+QUEUED");
    c.check(r#"SCRIPT LOAD "return 9""#, "+QUEUED");
    c.check("SCRIPT EXISTS d38b1e3b8e1a9f3a0f8b0c4f8d4c9a9b1c2d3e4f", "+QUEUED");
    c.check("EXEC", r#"[+OK, +OK, "09b143ac1d8426a09f24496a390fd0d70cafdc7c", [:0]]"#);
    c.check("GET a", r#""two""#);
    c.check("SELECT 0", "+OK");
    c.check("GET a", r#""2""#);
    c.check("MULTI", "+OK");
    c.check(r#"EVAL "return 'only'" 0"#, "+QUEUED");
    c.check("EXEC", r#"["only"]"#);
    c.check("MULTI", "+OK");
    c.check("RENAME a moved", "+QUEUED");
    c.check(r#"EVAL "return redis.call('get', 'moved')" 0"#, "+QUEUED");
    c.check("RENAME moved a", "+QUEUED");
    c.check("PUBLISH channel message", "+QUEUED");
    c.check(r#"EVAL "return redis.call('keys', 'no*')" 0"#, "+QUEUED");
    c.check("MGET a b", "+QUEUED");
    c.check("EXEC", r#"[+OK, "2", +OK, :0, [], ["2", "7"]]"#);
}

fn a_watched_key_and_a_script(c: &mut Script) {
    c.check("SET a 1", "+OK");
    c.check("WATCH a", "+OK");
    let mut other = c.second_client();
    other.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, ":2");
    c.check("MULTI", "+OK");
    c.check("GET a", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH a", "+OK");
    other.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 a"#, r#""2""#);
    c.check("MULTI", "+OK");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, "+QUEUED");
    c.check("EXEC", "[:3]");
    c.check("WATCH a", "+OK");
    other.check(r#"EVAL "return redis.call('incr', 'a')" 0"#, ":4");
    c.check("MULTI", "+OK");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH b", "+OK");
    other.check(r#"EVAL "redis.call('set', 'b', 1) redis.call('del', 'b')" 0"#, "nil");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH a", "+OK");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, ":5");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("GET a", r#""5""#);
}

fn a_key_that_comes_and_goes_by_swaps_was_touched(c: &mut Script) {
    c.check("WATCH k", "+OK");
    c.check(
        r#"EVAL "for _, db in ipairs({1, 0}) do redis.call('select', db) if db == 1 then redis.call('set', 'k', 'v') end redis.call('swapdb', 0, 1) end redis.call('select', 1) return redis.call('del', 'k')" 0"#,
        ":1",
    );
    c.check("MULTI", "+OK");
    c.check("GET k", "+QUEUED");
    c.check("EXEC", "nil[]");
}

facts! { data:
    scripts_in_a_transaction,
    a_key_that_comes_and_goes_by_swaps_was_touched,
    a_watched_key_and_a_script,
}

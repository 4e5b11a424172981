//! Scripts that use other keys than those that they were called with. The keys a, b, c, .. are on different shards of four.

use crate::script::Script;

fn keys_that_a_script_was_not_called_with(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3 d 4", "+OK");
    c.check(r#"EVAL "return {redis.call('get', 'a'), redis.call('get', 'b'), redis.call('get', 'c'), redis.call('get', 'd')}" 0"#, r#"["1", "2", "3", "4"]"#);
    c.check(
        r#"EVAL "return redis.call('mget', 'a', 'b', 'c', 'd', 'none')" 0"#,
        r#"["1", "2", "3", "4", nil]"#,
    );
    c.check(r#"EVAL "return redis.call('mset', 'a', 'x', 'b', 'y', 'c', 'z', 'e', 'w')" 0"#, "+OK");
    c.check("MGET a b c d e", r#"["x", "y", "z", "4", "w"]"#);
    c.check(r#"EVAL "local sum = 0 for _, key in ipairs({'n1','n2','n3','n4','n5','n6'}) do redis.call('incrby', key, 7) sum = sum + redis.call('get', key) end return sum" 0"#, ":42");
    c.check(r#"EVAL "return redis.call('rename', 'a', 'moved')" 0"#, "+OK");
    c.check(r#"EVAL "return {redis.call('exists', 'a'), redis.call('get', 'moved')}" 0"#, r#"[:0, "x"]"#);
    c.check(r#"EVAL "return redis.call('del', 'b', 'c', 'd', 'e', 'n1', 'n2', 'n3')" 0"#, ":7");
    c.check(r#"EVAL "return redis.call('dbsize')" 0"#, ":4");
    c.check(r#"EVAL "redis.call('set', ARGV[1] .. ':' .. ARGV[2], 'here') return redis.call('get', 'user:7')" 0 user 7"#, r#""here""#);
    c.check(r#"EVAL "redis.call('sadd', 's1', 'a', 'b') redis.call('sadd', 's2', 'b', 'c') return redis.call('sinter', 's1', 's2')" 0"#, r#"["b"]"#);
    c.check(r#"EVAL "return redis.call('sunionstore', 's3', 's1', 's2')" 0"#, ":3");
    c.check(r#"EVAL "return redis.call('smove', 's1', 's2', 'a')" 0"#, ":1");
    c.check(r#"EVAL "return redis.call('copy', 's2', 's4')" 0"#, ":1");
    c.check(r#"EVAL "redis.call('rpush', 'l1', 'x', 'y') return redis.call('lmove', 'l1', 'l2', 'left', 'right')" 0"#, r#""x""#);
    c.check(r#"EVAL "return redis.call('rpoplpush', 'l1', 'l2')" 0"#, r#""y""#);
    c.check("LRANGE l2 0 -1", r#"["y", "x"]"#);
    c.check(r#"EVAL "redis.call('rpush', 'ids', 3, 1, 2) redis.call('mset', 'w1', 30, 'w2', 10, 'w3', 20) return redis.call('sort', 'ids', 'by', 'w*', 'get', '#', 'get', 'w*')" 0"#, r#"["2", "10", "3", "20", "1", "30"]"#);
    c.check(r#"EVAL "return redis.call('sort', 'ids', 'by', 'w*', 'store', 'sorted')" 0"#, ":3");
    c.check("LRANGE sorted 0 -1", r#"["2", "3", "1"]"#);
    c.check(r#"EVAL "return redis.call('object', 'encoding', 'moved')" 0"#, r#""embstr""#);
}

fn the_same_script_again_and_again(c: &mut Script) {
    c.check(r#"SCRIPT LOAD "local n = redis.call('incr', KEYS[1]) if n > 2 then redis.call('set', 'beyond:' .. n, n) end return n""#, r#""0c0431bf5056431a6fab302e1a48458920f2d300""#);
    c.check("EVALSHA 0c0431bf5056431a6fab302e1a48458920f2d300 1 a", ":1");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, ":2");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 a"#, ":3");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 b"#, ":1");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 c"#, ":1");
    c.check(r#"EVAL "return redis.call('incr', KEYS[1])" 1 d"#, ":1");
    c.check(
        r#"EVAL "return {redis.call('get', KEYS[1]), redis.call('get', KEYS[2])}" 2 a b"#,
        r#"["3", "1"]"#,
    );
    c.check(
        r#"EVAL "return {redis.call('get', KEYS[1]), redis.call('get', KEYS[2])}" 2 a b"#,
        r#"["3", "1"]"#,
    );
    c.check(
        r#"EVAL "return {redis.call('get', KEYS[1]), redis.call('get', KEYS[2])}" 2 a c"#,
        r#"["3", "1"]"#,
    );
    c.check(
        r#"EVAL "return {redis.call('get', KEYS[1]), redis.call('get', KEYS[2])}" 2 d d"#,
        r#"["1", "1"]"#,
    );
    c.check(r#"EVAL "if ARGV[1] == 'far' then return redis.call('get', 'b') end return redis.call('get', KEYS[1])" 1 a near"#, r#""3""#);
    c.check(r#"EVAL "if ARGV[1] == 'far' then return redis.call('get', 'b') end return redis.call('get', KEYS[1])" 1 a near"#, r#""3""#);
    c.check(r#"EVAL "if ARGV[1] == 'far' then return redis.call('get', 'b') end return redis.call('get', KEYS[1])" 1 a far"#, r#""1""#);
    c.check(r#"EVAL "if ARGV[1] == 'far' then return redis.call('get', 'b') end return redis.call('get', KEYS[1])" 1 c far"#, r#""1""#);
    c.check(r#"EVAL "if ARGV[1] == 'far' then return redis.call('get', 'b') end return redis.call('get', KEYS[1])" 1 d near"#, r#""1""#);
    c.check(r#"EVAL "return ARGV[1]" 0 x"#, r#""x""#);
    c.check(r#"EVAL "return ARGV[1]" 0 y"#, r#""y""#);
    c.check(r#"EVAL "if ARGV[1] == '1' then return redis.call('incr', 'd') end return 0" 0 0"#, ":0");
    c.check(r#"EVAL "if ARGV[1] == '1' then return redis.call('incr', 'd') end return 0" 0 0"#, ":0");
    c.check(r#"EVAL "if ARGV[1] == '1' then return redis.call('incr', 'd') end return 0" 0 1"#, ":2");
    c.check(r#"EVAL "if ARGV[1] == '1' then return redis.call('incr', 'd') end return 0" 0 1"#, ":3");
}

fn commands_about_all_keys(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3 d 4", "+OK");
    c.check(r#"EVAL "return redis.call('dbsize')" 0"#, ":4");
    c.check(r#"EVAL "redis.call('set', 'e', 5) local before = redis.call('dbsize') redis.call('del', 'a') return {before, redis.call('dbsize')}" 0"#, "[:5, :4]");
    c.check(
        r#"EVAL "local keys = redis.call('keys', '*') table.sort(keys) return keys" 0"#,
        r#"["b", "c", "d", "e"]"#,
    );
    c.check(r#"EVAL "local cursor, found = '0', {} repeat local reply = redis.call('scan', cursor) cursor = reply[1] for _, key in ipairs(reply[2]) do found[#found + 1] = key end until cursor == '0' table.sort(found) return found" 0"#, r#"["b", "c", "d", "e"]"#);
    c.check(r#"EVAL "return redis.call('exists', redis.call('randomkey'))" 0"#, ":1");
    c.check(r#"EVAL "redis.call('flushdb') return redis.call('dbsize')" 0"#, ":0");
    c.check(r#"EVAL "redis.call('set', 'x', 1) redis.call('flushall') redis.call('set', 'y', 1) return redis.call('keys', '*')" 0"#, r#"["y"]"#);
    c.check(r#"EVAL "return redis.call('randomkey')" 0"#, r#""y""#);
    c.check(r#"EVAL "redis.call('select', 2) redis.call('set', 'z', 2) redis.call('select', 0) redis.call('swapdb', 0, 2) return {redis.call('get', 'z'), redis.call('get', 'y')}" 0"#, r#"["2", nil]"#);
    c.check(
        r#"EVAL "return redis.call('swapdb', 0, 99)" 0"#,
        "-ERR DB index is out of range script: 25450910314af930bf6272d229d871238e01ebd2, on @user_script:1.",
    );
    c.check(r#"EVAL "return redis.call('publish', 'channel', 'message')" 0"#, ":0");
    c.check(r#"EVAL "return #redis.call('time')" 0"#, ":2");
    c.check(r#"EVAL "return type(redis.call('info', 'server'))" 0"#, r#""string""#);
    c.check(r#"EVAL "return redis.call('command', 'count') > 100" 0"#, ":1");
    c.check(r#"EVAL "return redis.call('lolwut', 'version', 1) ~= nil" 0"#, ":1");
    c.check(r#"EVAL "return redis.call('unlink', 'z', 'y')" 0"#, ":1");
    c.check("DBSIZE", ":0");
}

fn databases_of_a_script(c: &mut Script) {
    c.check("SELECT 3", "+OK");
    c.check(
        r#"EVAL "redis.call('set', KEYS[1], 'three') return redis.call('get', KEYS[1])" 1 k"#,
        r#""three""#,
    );
    c.check(
        r#"EVAL "redis.call('set', KEYS[1], 'three') return redis.call('get', KEYS[1])" 1 k"#,
        r#""three""#,
    );
    c.check(r#"EVAL "redis.call('select', 5) redis.call('set', KEYS[1], 'five') return redis.call('get', KEYS[1])" 1 k"#, r#""five""#);
    c.check("GET k", r#""three""#);
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""three""#);
    c.check(
        r#"EVAL "return redis.call('select', 99)" 0"#,
        "-ERR DB index is out of range script: 18e1229a222ce22829424a3c59b1c28095147cdd, on @user_script:1.",
    );
    c.check(r#"EVAL "return redis.call('select', 'x')" 0"#, "-ERR value is not an integer or out of range script: 87c51773a3d432de1a9f72a9d4db93270ad4d80b, on @user_script:1.");
    c.check(r#"EVAL "return redis.call('move', KEYS[1], 7)" 1 k"#, ":1");
    c.check("GET k", "nil");
    c.check("SELECT 7", "+OK");
    c.check("GET k", r#""three""#);
    c.check("SELECT 5", "+OK");
    c.check("GET k", r#""five""#);
    c.check(r#"EVAL "return redis.call('copy', KEYS[1], KEYS[2], 'DB', 9)" 2 k other"#, ":1");
    c.check(r#"EVAL "redis.call('select', 9) return redis.call('get', 'other')" 0"#, r#""five""#);
    c.check(r#"EVAL "return redis.call('get', 'k')" 0"#, r#""five""#);
}

facts! { data:
    keys_that_a_script_was_not_called_with,
    the_same_script_again_and_again,
    commands_about_all_keys,
    databases_of_a_script,
}

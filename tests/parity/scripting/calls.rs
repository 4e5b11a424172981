//! Commands that scripts call: which may run, and what becomes of their replies.

use crate::script::Script;

fn an_unknown_or_refused_command(c: &mut Script) {
    c.check(r#"EVAL "return redis.call('nosuch')" 0"#, "-ERR Unknown Redis command called from script script: 206396248e12c6e742fd7296250433c8d7343b74, on @user_script:1.");
    c.check(r#"EVAL "return redis.pcall('nosuch')" 0"#, "-ERR Unknown Redis command called from script");
    c.check(
        r#"EVAL "return redis.pcall('nosuch').err" 0"#,
        r#""ERR Unknown Redis command called from script""#,
    );
    c.check(r#"EVAL "return redis.call('get')" 0"#, "-ERR Wrong number of args calling Redis command from script script: f187dee77f607f7cff00bbabc9df38507582c78d, on @user_script:1.");
    c.check(
        r#"EVAL "return redis.pcall('get').err" 0"#,
        r#""ERR Wrong number of args calling Redis command from script""#,
    );
    c.check(r#"EVAL "return redis.call('get', 'a', 'b')" 0"#, "-ERR Wrong number of args calling Redis command from script script: 83fb1f3d3ef84eb4eebaa00386befdba32e9f237, on @user_script:1.");
    c.check(r#"EVAL "return redis.call()" 0"#, "-ERR Please specify at least one argument for this redis lib call script: 0a907e1429221a4d85516cab7fd219a82a9439d8, on @user_script:1.");
    c.check(r#"EVAL "return redis.call('get', {})" 0"#, "-ERR Lua redis lib command arguments must be strings or integers script: 4368e88f98d93af9caf358186e5fbf273374ee91, on @user_script:1.");
    c.check(r#"EVAL "return redis.call('get', true)" 0"#, "-ERR Lua redis lib command arguments must be strings or integers script: 12c6851597ea39422dc179bc582fe8ba6af32595, on @user_script:1.");
    c.check(r#"EVAL "return redis.call('get', nil)" 0"#, "-ERR Lua redis lib command arguments must be strings or integers script: c08fc0abeafdf57380190a28c88ba671c0d91403, on @user_script:1.");
    c.check(
        r#"EVAL "return redis.pcall('client', 'nosuch').err" 0"#,
        r#""ERR Unknown Redis command called from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('config').err" 0"#,
        r#""ERR Wrong number of args calling Redis command from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('object', 'freq').err" 0"#,
        r#""ERR Wrong number of args calling Redis command from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('eval', 'return 1', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('evalsha', 'x', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('script', 'flush').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('multi').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('exec').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('discard').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('watch', 'a').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('unwatch').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('subscribe', 'a').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('psubscribe', 'a').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('unsubscribe').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('monitor').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('auth', 'x').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('hello').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('reset').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('quit').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('client', 'list').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('client', 'setname', 'x').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('config', 'get', 'port').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('debug', 'sleep', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('shutdown').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('blpop', 'a', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('brpop', 'a', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('bzpopmin', 'a', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('blmove', 'a', 'b', 'left', 'left', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('wait', '0', '0').err" 0"#,
        r#""ERR This Redis command is not allowed from script""#,
    );
    c.check(
        r#"EVAL "return redis.pcall('spop', 'a', '-1').err" 0"#,
        r#""ERR value is out of range, must be positive""#,
    );
    c.check(r#"EVAL "return redis.pcall('incr', KEYS[1])" 1 n"#, ":1");
    c.check(
        r#"EVAL "return redis.pcall('lpush', KEYS[1], 'x').err" 1 n"#,
        r#""WRONGTYPE Operation against a key holding the wrong kind of value""#,
    );
    c.check(r#"EVAL "return redis.call('lpush', KEYS[1], 'x')" 1 n"#, "-WRONGTYPE Operation against a key holding the wrong kind of value script: aa19fef467ed0bf8fa388b62e00e9e066f564c0a, on @user_script:1.");
    c.check(r#"EVAL "redis.pcall('lpush', KEYS[1], 'x') return 'on'" 1 n"#, r#""on""#);
    c.check(
        r#"EVAL "return redis.call('set', KEYS[1], 'v', 'nonsense')" 1 n"#,
        "-ERR syntax error script: dfe569064974651d6e107125b9e828a6d1c1ab1f, on @user_script:1.",
    );
    c.check(r#"EVAL "return redis.call('setex', KEYS[1], '-1', 'v')" 1 n"#, "-ERR invalid expire time in 'setex' command script: 689eb2f02e1784058dbc8fcc2750ef0b7baefcad, on @user_script:1.");
    c.check(r#"EVAL "return redis.call('incrby', KEYS[1], 'x')" 1 n"#, "-ERR value is not an integer or out of range script: bca86f5de1ac6354fe04fd1b6ad0378dbc3501e8, on @user_script:1.");
}

fn replies_become_lua_values_and_back(c: &mut Script) {
    c.check(r#"EVAL "return redis.call('set', KEYS[1], ARGV[1])" 1 k v"#, "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""v""#);
    c.check(r#"EVAL "return redis.call('get', KEYS[1]) == false" 1 none"#, ":1");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 none"#, "nil");
    c.check(r#"EVAL "return type(redis.call('get', KEYS[1]))" 1 k"#, r#""string""#);
    c.check(r#"EVAL "return type(redis.call('strlen', KEYS[1]))" 1 k"#, r#""number""#);
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 'x')['ok']" 1 k"#, r#""OK""#);
    c.check(r#"EVAL "return redis.call('incrbyfloat', KEYS[1], '1.5')" 1 f"#, r#""1.5""#);
    c.check(r#"EVAL "return redis.call('incrby', KEYS[1], '9007199254740993')" 1 big"#, ":9007199254740992");
    c.check(r#"EVAL "return redis.call('lrange', KEYS[1], 0, -1)" 1 none"#, "[]");
    c.check(r#"EVAL "return redis.call('mget', KEYS[1], KEYS[2])" 2 k none"#, r#"["x", nil]"#);
    c.check(r#"EVAL "return redis.call('mget', KEYS[1], KEYS[2])[2] == false" 2 k none"#, ":1");
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 1.5)" 1 k"#, "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""1.5""#);
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 3)" 1 k"#, "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""3""#);
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 1e15)" 1 k"#, "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""1000000000000000""#);
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 1e20)" 1 k"#, "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""1e+20""#);
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 0.1)" 1 k"#, "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, r#""0.10000000000000001""#);
    c.check(r#"EVAL "return redis.call('set', KEYS[1], -17)" 1 k"#, "+OK");
    c.check(r#"EVAL "return redis.call('GeT', KEYS[1])" 1 k"#, r#""-17""#);
    c.check(r#"EVAL "return redis.call('ping')" 0"#, "+PONG");
    c.check(r#"EVAL "return redis.call('ping', 'hi')" 0"#, r#""hi""#);
    c.check(r#"EVAL "return redis.call('echo', 'hi')" 0"#, r#""hi""#);
    c.check(r#"EVAL "return redis.call('type', KEYS[1])" 1 k"#, "+string");
    c.check(r#"EVAL "return redis.call('type', KEYS[1]).ok" 1 none"#, r#""none""#);
    c.check(r#"EVAL "return redis.call('object', 'encoding', KEYS[1])" 1 k"#, r#""int""#);
    c.check(r#"EVAL "return redis.call('lpop', KEYS[1], 2)" 1 none"#, "nil");
    c.check(r#"EVAL "return redis.call('lpop', KEYS[1])" 1 none"#, "nil");
    c.check(r#"EVAL "return redis.call('exists', KEYS[1], KEYS[2])" 2 k none"#, ":1");
}

fn a_script_writes_what_it_reads(c: &mut Script) {
    c.check(
        r#"EVAL "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])" 1 k v"#,
        r#""v""#,
    );
    c.check(r#"EVAL "redis.call('incr', KEYS[1]) return redis.call('incr', KEYS[1])" 1 n"#, ":2");
    c.check("GET n", r#""2""#);
    c.check(r#"EVAL "for i = 1, 100 do redis.call('rpush', KEYS[1], i) end return redis.call('llen', KEYS[1])" 1 l"#, ":100");
    c.check("LRANGE l 0 2", r#"["1", "2", "3"]"#);
    c.check(r#"EVAL "redis.call('del', KEYS[1]) return redis.call('exists', KEYS[1])" 1 l"#, ":0");
    c.check(
        r#"EVAL "redis.call('hset', KEYS[1], 'f', 1, 'g', 2) return redis.call('hgetall', KEYS[1])" 1 h"#,
        r#"["f", "1", "g", "2"]"#,
    );
    c.check(r#"EVAL "redis.call('zadd', KEYS[1], 1, 'a', 2, 'b') return redis.call('zrange', KEYS[1], 0, -1, 'withscores')" 1 z"#, r#"["a", "1", "b", "2"]"#);
    c.check(
        r#"EVAL "redis.call('sadd', KEYS[1], 'x') return redis.call('smembers', KEYS[1])" 1 s"#,
        r#"["x"]"#,
    );
    c.check(r#"EVAL "redis.call('expire', KEYS[1], 100) return redis.call('ttl', KEYS[1])" 1 s"#, ":100");
    c.check(r#"EVAL "redis.call('setbit', KEYS[1], 7, 1) return redis.call('bitcount', KEYS[1])" 1 b"#, ":1");
    c.check(r#"EVAL "redis.call('geoadd', KEYS[1], 13.361389, 38.115556, 'Palermo') return redis.call('geopos', KEYS[1], 'Palermo')" 1 g"#, r#"[["13.36138933897018433", "38.11555639549629859"]]"#);
    c.check(
        r#"EVAL "redis.call('append', KEYS[1], 'x') error('stop')" 1 n"#,
        "-ERR user_script:1: stop script: d7dda3f24a202de8054caf03965d56f5f8522779, on @user_script:1.",
    );
    c.check("GET n", r#""2x""#);
}

fn a_set_has_an_order_in_a_script(c: &mut Script) {
    c.check("SADD s c a d b", ":4");
    c.check(r#"EVAL "return redis.call('sort', KEYS[1], 'by', 'nosort')" 1 s"#, r#"["a", "b", "c", "d"]"#);
    c.check(
        r#"EVAL "return redis.call('sort', KEYS[1], 'by', 'nosort', 'get', '#', 'get', 'none:*')" 1 s"#,
        r#"["a", nil, "b", nil, "c", nil, "d", nil]"#,
    );
    c.check(
        r#"EVAL "return redis.call('sort_ro', KEYS[1], 'by', 'nosort', 'limit', 1, 2)" 1 s"#,
        r#"["b", "c"]"#,
    );
    c.check("RPUSH l c a d b", ":4");
    c.check(r#"EVAL "return redis.call('sort', KEYS[1], 'by', 'nosort')" 1 l"#, r#"["c", "a", "d", "b"]"#);
}

facts! { data:
    an_unknown_or_refused_command,
    replies_become_lua_values_and_back,
    a_script_writes_what_it_reads,
    a_set_has_an_order_in_a_script,
}

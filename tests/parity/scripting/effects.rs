//! What others notice of a script.

use crate::script::Script;

fn what_a_script_pushes_serves_who_waits(c: &mut Script) {
    let mut other = c.second_client();
    other.check("PING", "+PONG");
    other.send("BLPOP list 0");
    c.check_eventually("INFO clients", r#".."blocked_clients:1\r\n".."#);
    c.check(r#"EVAL "redis.call('rpush', KEYS[1], 'one') redis.call('rpush', KEYS[1], 'two') return redis.call('llen', KEYS[1])" 1 list"#, ":2");
    other.check_next(r#"["list", "one"]"#);
    c.check("LRANGE list 0 -1", r#"["two"]"#);
    c.check("DEL list", ":1");
    other.send("BLPOP list other 0");
    c.check_eventually("INFO clients", r#".."blocked_clients:1\r\n".."#);
    c.check(r#"EVAL "redis.call('rpush', 'list', 'x') return redis.call('lpop', 'list')" 0"#, r#""x""#);
    c.check(r#"EVAL "return redis.call('rpush', 'other', 'y')" 0"#, ":1");
    other.check_next(r#"["other", "y"]"#);
}

fn what_is_shown_of_scripts(c: &mut Script) {
    c.check(
        r#"SCRIPT LOAD "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])""#,
        r#""aac72bd8699ae9c333eff85158365d7bc61a7177""#,
    );
    let mut other = c.second_client();
    other.check("MONITOR", "+OK");
    c.check("EVALSHA aac72bd8699ae9c333eff85158365d7bc61a7177 1 k v", r#""v""#);
    other.check_shown("EVALSHA aac72bd8699ae9c333eff85158365d7bc61a7177 1 k v");
    other.check_shown("set k v");
    other.check_shown("get k");
    c.check("EVALSHA aac72bd8699ae9c333eff85158365d7bc61a7177 1 k v", r#""v""#);
    other.check_shown("EVALSHA aac72bd8699ae9c333eff85158365d7bc61a7177 1 k v");
    other.check_shown("set k v");
    other.check_shown("get k");
    c.check("MULTI", "+OK");
    other.check_shown("MULTI");
    c.check("EVALSHA aac72bd8699ae9c333eff85158365d7bc61a7177 1 k v", "+QUEUED");
    c.check("EXEC", r#"["v"]"#);
    other.check_shown("EVALSHA aac72bd8699ae9c333eff85158365d7bc61a7177 1 k v");
    other.check_shown("set k v");
    other.check_shown("get k");
    other.check_shown("EXEC");
}

fn events_of_a_script(c: &mut Script) {
    c.check("CONFIG SET notify-keyspace-events KEA", "+OK");
    let mut other = c.second_client();
    other.check("PSUBSCRIBE __key*", r#"["psubscribe", "__key*", :1]"#);
    c.check(
        r#"EVAL "redis.call('set', KEYS[1], 1) redis.call('lpush', 'l', 1) redis.call('del', KEYS[1])" 1 k"#,
        "nil",
    );
    other.check_next(r#"["pmessage", "__key*", "__keyspace@0__:k", "set"]"#);
    other.check_next(r#"["pmessage", "__key*", "__keyevent@0__:set", "k"]"#);
    other.check_next(r#"["pmessage", "__key*", "__keyspace@0__:l", "lpush"]"#);
    other.check_next(r#"["pmessage", "__key*", "__keyevent@0__:lpush", "l"]"#);
    other.check_next(r#"["pmessage", "__key*", "__keyspace@0__:k", "del"]"#);
    other.check_next(r#"["pmessage", "__key*", "__keyevent@0__:del", "k"]"#);
    c.check(r#"CONFIG SET notify-keyspace-events """#, "+OK");
}

fn copies_of_keys_that_scripts_read(c: &mut Script) {
    c.resp3();
    let mut other = c.second_client();
    c.check("CLIENT TRACKING ON", "+OK");
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 'v')" 2 {t}a {t}b"#, "+OK");
    other.check("MSET {t}a 1 {t}b 1", "+OK");
    c.check("PING", "+PONG");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 2 {t}a {t}b"#, r#""1""#);
    other.check("MSET {t}a 2 {t}b 2", "+OK");
    c.check_next(r#">["invalidate", ["{t}a"]]"#);
    c.check_next(r#">["invalidate", ["{t}b"]]"#);
    c.check(r#"EVAL_RO "return redis.call('ping')" 2 {t}a {t}b"#, "+PONG");
    other.check("MSET {t}a 3 {t}b 3", "+OK");
    c.check("PING", "+PONG");
    c.check(r#"EVAL_RO "return redis.call('get', KEYS[1])" 1 {t}a"#, r#""3""#);
    c.check(r#"EVAL_RO "return redis.call('get', KEYS[1])" 1 {t}a"#, r#""3""#);
    other.check("SET {t}a 4", "+OK");
    c.check_next(r#">["invalidate", ["{t}a"]]"#);
    c.check("CLIENT TRACKING OFF", "+OK");
    c.check(r#"EVAL_RO "return redis.call('get', KEYS[1])" 1 {t}a"#, r#""4""#);
    other.check("SET {t}a 5", "+OK");
    c.check("PING", "+PONG");
}

fn a_script_publishes(c: &mut Script) {
    let mut other = c.second_client();
    other.check("SUBSCRIBE channel", r#"["subscribe", "channel", :1]"#);
    c.check(r#"EVAL "return redis.call('publish', ARGV[1], 'hello')" 0 channel"#, ":1");
    other.check_next(r#"["message", "channel", "hello"]"#);
    c.check(
        r#"EVAL "redis.call('publish', 'channel', 'one') redis.call('publish', 'channel', 'two')" 0"#,
        "nil",
    );
    other.check_next(r#"["message", "channel", "one"]"#);
    other.check_next(r#"["message", "channel", "two"]"#);
}

fn calls_and_errors_of_scripts_are_counted(c: &mut Script) {
    c.check("SCRIPT FLUSH", "+OK");
    c.check("CONFIG RESETSTAT", "+OK");
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, "nil");
    c.check(r#"EVAL "return redis.call('lpush', KEYS[1])" 1 k"#, "-ERR Wrong number of args calling Redis command from script script: a287fadcd7bc66cd63b76d05deeb4e0e502e969e, on @user_script:1.");
    c.check(
        r#"EVAL "return redis.pcall('nosuch').err" 0"#,
        r#""ERR Unknown Redis command called from script""#,
    );
    c.check(r#"EVAL "return redis.error_reply('MY own')" 0"#, "-MY own");
    c.check(r#"EVAL "redis.pcall('set', KEYS[1], 'v', 'x') return 1" 1 k"#, ":1");
    c.check("INFO commandstats", r#".."\r\ncmdstat_get:calls=1,".."#);
    c.check("INFO commandstats", r#".."cmdstat_eval:calls=5,".."#);
    c.check("INFO commandstats", r#".."rejected_calls=0,failed_calls=2\r\n".."#);
    c.check("INFO errorstats", r##""# Errorstats\r\nerrorstat_ERR:count=3\r\nerrorstat_MY:count=1\r\n""##);
    c.check("INFO stats", r#".."\r\ntotal_error_replies:4\r\n".."#);
    c.check("INFO memory", r#".."\r\nnumber_of_cached_scripts:5\r\n".."#);
    c.check("SCRIPT FLUSH", "+OK");
    c.check("INFO memory", r#".."\r\nnumber_of_cached_scripts:0\r\n".."#);
}

facts! { data:
    what_a_script_pushes_serves_who_waits,
    what_is_shown_of_scripts,
    events_of_a_script,
    copies_of_keys_that_scripts_read,
    a_script_publishes,
    calls_and_errors_of_scripts_are_counted,
}

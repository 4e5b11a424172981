//! FCALL: functions run as scripts do. The keys a, b, c, .. are on different shards of four.

use crate::script::Script;

/// Loads a library that has one function, `f`, of this body.
#[track_caller]
fn function(c: &mut Script, body: &str) {
    c.given(&format!("FUNCTION LOAD REPLACE \"#!lua name=l\\nredis.register_function('f', function(keys, args) {body} end)\""));
}

fn calls_that_are_refused(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    function(c, "return 1");
    for command in ["FCALL", "FCALL_RO"] {
        let lower = command.to_lowercase();
        c.check(&format!("{command} f"), &format!("-ERR wrong number of arguments for '{lower}' command"));
        c.check(&format!("{command} none 0"), "-ERR Function not found");
        c.check(&format!("{command} none x"), "-ERR Function not found");
        c.check(&format!(r#"{command} "\xff" 0"#), "-ERR Function not found");
        c.check(&format!("{command} f x"), "-ERR Bad number of keys provided");
        c.check(&format!("{command} f 9999999999999999999"), "-ERR Bad number of keys provided");
        c.check(&format!("{command} f 2 k"), "-ERR Number of keys can't be greater than number of args");
        c.check(&format!("{command} f -1 k"), "-ERR Number of keys can't be negative");
    }
    c.check("FCALL_RO f 0", "-ERR Can not execute a script with write flag using *_ro command.");
    c.check("FCALL f 0", ":1");
    c.check("FCALL F 0", ":1");
}

fn what_functions_see(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    for (body, reply) in [
        ("return {keys, args}", r#"[["k"], ["x", "y"]]"#),
        ("return #keys + #args", ":3"),
        (
            "return KEYS",
            "-ERR user_function:2: Script attempted to access nonexistent global variable 'KEYS' script: f, on @user_function:2.",
        ),
        (
            "return ARGV[1]",
            "-ERR user_function:2: Script attempted to access nonexistent global variable 'ARGV' script: f, on @user_function:2.",
        ),
        ("x = 1", "-ERR user_function:2: Attempt to modify a readonly table script: f, on @user_function:2."),
        (
            "redis.x = 1",
            "-ERR user_function:2: Attempt to modify a readonly table script: f, on @user_function:2.",
        ),
        ("rawset(_G, 'x', 1)", "-ERR Attempt to modify a readonly table script: f, on @user_function:2."),
        ("setmetatable(_G, {})", "-ERR Attempt to modify a readonly table script: f, on @user_function:2."),
        (
            "getmetatable(_G).__index = 1",
            "-ERR user_function:2: Attempt to modify a readonly table script: f, on @user_function:2.",
        ),
        (
            "string.rep = nil",
            "-ERR user_function:2: Attempt to modify a readonly table script: f, on @user_function:2.",
        ),
        ("return rawget(_G, 'print')", "nil"),
        ("return _G", "[]"),
        (
            "return loadstring('return x')()",
            r#"-ERR [string "return x"]:1: Script attempted to access nonexistent global variable 'x' script: f, on return x:1."#,
        ),
        (
            "return loadstring('y=1')()",
            r#"-ERR [string "y=1"]:1: Attempt to modify a readonly table script: f, on y=1:1."#,
        ),
        (
            "return tostring(redis.breakpoint) .. tostring(redis.debug) .. tostring(redis.replicate_commands)",
            r#""nilnilnil""#,
        ),
        ("return tostring(redis.register_function)", r#""nil""#),
        (
            "redis.register_function('g', function() end)",
            "-ERR user_function:2: attempt to call field 'register_function' (a nil value) script: f, on @user_function:2.",
        ),
        (
            "return __redis__err__handler",
            "-ERR user_function:2: Script attempted to access nonexistent global variable '__redis__err__handler' script: f, on @user_function:2.",
        ),
        (
            "local t = {} for name in pairs(_G) do t[#t + 1] = name end table.sort(t) return table.concat(t, ' ')",
            r#""_G _VERSION assert bit cjson cmsgpack collectgarbage coroutine error gcinfo getmetatable ipairs load loadstring math next pairs pcall rawequal rawget rawset redis select setmetatable string struct table tonumber tostring type unpack xpcall""#,
        ),
        (
            "local t = {} for name in pairs(redis) do t[#t + 1] = name end table.sort(t) return table.concat(t, ' ')",
            r#""LOG_DEBUG LOG_NOTICE LOG_VERBOSE LOG_WARNING REDIS_VERSION REDIS_VERSION_NUM REPL_ALL REPL_AOF REPL_NONE REPL_REPLICA REPL_SLAVE acl_check_cmd call error_reply log pcall set_repl setresp sha1hex status_reply""#,
        ),
        ("return redis.sha1hex('')", r#""da39a3ee5e6b4b0d3255bfef95601890afd80709""#),
        ("return cjson.encode({1, 'a'})", r#""[1,\"a\"]""#),
        ("return {1, 2.5, true, false, {ok='fine'}, nil, 3}", "[:1, :2, :1, nil, +fine]"),
        ("return redis.error_reply('MY error')", "-MY error"),
        ("error('boom')", "-ERR user_function:2: boom script: f, on @user_function:2."),
        ("error({err='MY error'})", "-MY error script: f, on @user_function:2."),
        ("return redis.call('ping')", "+PONG"),
        (
            "return redis.call('nosuch')",
            "-ERR Unknown Redis command called from script script: f, on @user_function:2.",
        ),
        ("return redis.pcall('nosuch')", "-ERR Unknown Redis command called from script"),
        (
            "return redis.call('incr', 'a', 'b')",
            "-ERR Wrong number of args calling Redis command from script script: f, on @user_function:2.",
        ),
        (
            "return redis.call('fcall', 'f', '0')",
            "-ERR This Redis command is not allowed from script script: f, on @user_function:2.",
        ),
        (
            "return redis.call('eval', 'return 1', '0')",
            "-ERR This Redis command is not allowed from script script: f, on @user_function:2.",
        ),
        (
            "return redis.pcall('function', 'list').err",
            r#""ERR This Redis command is not allowed from script""#,
        ),
    ] {
        function(c, body);
        c.check("FCALL f 1 k x y", reply);
    }
    c.check(
        r#"EVAL "return redis.call('fcall', 'f', '0')" 0"#,
        "-ERR This Redis command is not allowed from script ..",
    );
}

fn functions_of_a_library_share_what_is_local_to_it(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(r##"FUNCTION LOAD "#!lua name=counted\nlocal n = 0 local function more(by) n = n + by return n end redis.register_function('one', function() return more(1) end) redis.register_function{function_name='ten', callback=function() return more(10) end}""##, r#""counted""#);
    c.check("FCALL one 0", ":1");
    c.check("FCALL ten 0", ":11");
    c.check("FCALL TEN 0", ":21");
    c.check(r##"FUNCTION LOAD "#!lua name=tricks\nlocal lib = redis redis.register_function('t1', function() lib.redis = redis end) redis.register_function('t2', function() lib.register_function('x', function() end) end) redis.register_function('t3', function() rawset(lib, 'x', 1) end) redis.register_function('t4', function() return tostring(lib.REDIS_VERSION_NUM == redis.REDIS_VERSION_NUM) end)""##, r#""tricks""#);
    c.check(
        "FCALL t1 0",
        "-ERR user_function:2: Attempt to modify a readonly table script: t1, on @user_function:2.",
    );
    c.check("FCALL t2 0", "-ERR redis.register_function can only be called on FUNCTION LOAD command script: t2, on @user_function:2.");
    c.check("FCALL t3 0", "-ERR Attempt to modify a readonly table script: t3, on @user_function:2.");
    c.check("FCALL t4 0", r#""true""#);
    c.check(r##"FUNCTION LOAD "#!lua name=after\nredis.redis.call('ping')""##, "-ERR Error registering functions: ERR user_function:2: Script attempted to access nonexistent global variable 'redis'");
    c.check(r##"FUNCTION LOAD "#!lua name=lines\n\n\nredis.register_function('Named', function()\n error('x') end)""##, r#""lines""#);
    c.check("FCALL named 0", "-ERR user_function:5: x script: Named, on @user_function:5.");
    // What scripts have is not what functions have.
    c.check(r#"EVAL "return KEYS[1]" 1 k"#, r#""k""#);
    c.check("FCALL ten 0", ":31");
}

fn keys_on_all_shards(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    function(c, "return redis.call('set', keys[1], args[1])");
    c.check("FCALL f 1 a 1", "+OK");
    c.check("FCALL f 1 b 2", "+OK");
    c.check("FCALL f 1 c 3", "+OK");
    c.check("FCALL f 1 d 4", "+OK");
    function(c, "return redis.call('mget', unpack(keys))");
    c.check("FCALL f 4 a b c d", r#"["1", "2", "3", "4"]"#);
    c.check("FCALL f 1 d", r#"["4"]"#);
    function(
        c,
        "local sum = 0 for _, key in ipairs(args) do sum = sum + redis.call('get', key) end return sum",
    );
    c.check("FCALL f 0 a b c d", ":10");
    c.check("FCALL f 1 a b c d", ":9");
    function(c, "if args[1] then redis.call('incr', args[1]) end return redis.call('incr', keys[1])");
    for number in 2..4 {
        c.check("FCALL f 1 a", &format!(":{number}"));
    }
    c.check("FCALL f 1 a b", ":4");
    c.check("FCALL f 1 b", ":4");
    c.check("FCALL f 1 c b", ":4");
    function(c, "return redis.call('dbsize')");
    c.check("FCALL f 0", ":4");
    c.check("FCALL f 1 a", ":4");
    function(
        c,
        "redis.call('select', 3) redis.call('set', keys[1], 'there') return redis.call('get', keys[1])",
    );
    c.check("FCALL f 1 a", r#""there""#);
    c.check("GET a", r#""4""#);
    c.check("MGET b c d", r#"["5", "4", "4"]"#);
}

fn functions_in_a_transaction(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check("MULTI", "+OK");
    c.check("FCALL f 1 a", "+QUEUED");
    c.check(r##"FUNCTION LOAD "#!lua name=l\nredis.register_function('f', function(keys) return redis.call('incr', keys[1]) end)""##, "+QUEUED");
    c.check("FCALL f 1 a", "+QUEUED");
    c.check("FCALL f 1 b", "+QUEUED");
    c.check("FCALL f x", "+QUEUED");
    c.check("FCALL_RO f 1 b", "+QUEUED");
    c.check("FUNCTION STATS", "+QUEUED");
    c.check("FUNCTION LOAD nonsense", "+QUEUED");
    c.check(r##"FUNCTION LOAD REPLACE "#!lua name=l\nredis.register_function('f', function(keys) return redis.call('decr', keys[1]) end)""##, "+QUEUED");
    c.check("FCALL f 1 a", "+QUEUED");
    c.check("FUNCTION FLUSH", "+QUEUED");
    c.check("FCALL f 1 a", "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("EXEC", r#"[-ERR Function not found, "l", :1, :1, -ERR Bad number of keys provided, -ERR Can not execute a script with write flag using *_ro command., ["running_script", nil, "engines", any], -ERR Missing library metadata, "l", :0, +OK, -ERR Function not found, "0"]"#);
    c.check("MULTI", "+OK");
    c.check("FUNCTION NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try FUNCTION HELP.");
    c.check("FCALL f", "-ERR wrong number of arguments for 'fcall' command");
    c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
}

fn flags_of_functions(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(r##"FUNCTION LOAD "#!lua name=l\nlocal function set(keys) return redis.call('set', keys[1], 'x') end local function get(keys) return redis.call('get', keys[1]) end redis.register_function('set', set) redis.register_function('get', get) redis.register_function{function_name='reads', callback=get, flags={'no-writes'}} redis.register_function{function_name='lies', callback=set, flags={'no-writes'}} redis.register_function{function_name='large', callback=set, flags={'allow-oom'}} redis.register_function{function_name='all', callback=set, flags={'no-cluster', 'allow-stale', 'allow-cross-slot-keys'}}""##, r#""l""#);
    c.check("FCALL set 1 k", "+OK");
    c.check("FCALL_RO reads 1 k", r#""x""#);
    c.check("FCALL reads 1 k", r#""x""#);
    c.check("FCALL_RO get 1 k", "-ERR Can not execute a script with write flag using *_ro command.");
    c.check(
        "FCALL_RO lies 1 k",
        "-ERR Write commands are not allowed from read-only scripts. script: lies, on @user_function:2.",
    );
    c.check(
        "FCALL lies 1 k",
        "-ERR Write commands are not allowed from read-only scripts. script: lies, on @user_function:2.",
    );
    c.check("FCALL all 1 k", "+OK");
    c.check("CONFIG SET maxmemory 1", "+OK");
    c.check("FCALL set 1 k", "-OOM command not allowed when used memory > 'maxmemory'.");
    c.check("FCALL get x", "-OOM command not allowed when used memory > 'maxmemory'.");
    c.check("FCALL none 0", "-ERR Function not found");
    c.check("FCALL reads 1 k", r#""x""#);
    c.check("FCALL_RO reads 1 k", r#""x""#);
    c.check("FCALL large 1 k", "+OK");
    c.check("CONFIG SET maxmemory 0", "+OK");
    c.check("FCALL set 1 k", "+OK");
    let mut other = c.second_client();
    for (command, reply) in [
        (
            "FCALL set 1 k",
            "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.",
        ),
        (
            r##"EVAL "#!lua\nreturn 1" 0"##,
            "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.",
        ),
        (
            "FUNCTION LOAD x",
            "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.",
        ),
        ("FCALL large 1 k", "[+OK]"),
        ("FCALL reads 1 k", r#"["x"]"#),
        ("FCALL none 0", "[-ERR Function not found]"),
        ("FUNCTION DELETE none", "[-ERR Library not found]"),
    ] {
        c.check("MULTI", "+OK");
        c.check(command, "+QUEUED");
        other.check("CONFIG SET maxmemory 1", "+OK");
        c.check("EXEC", reply);
        other.check("CONFIG SET maxmemory 0", "+OK");
    }
    let out_of_memory = "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.";
    let wrong = "-ERR wrong number of arguments for 'set' command";
    for (first, second, reply) in [
        ("FCALL set 1 k", "SET k", out_of_memory),
        ("SET k", "FCALL set 1 k", "-EXECABORT Transaction discarded because of previous errors."),
    ] {
        c.check("MULTI", "+OK");
        for command in [first, second] {
            let queued = if command == "SET k" { wrong } else { "+QUEUED" };
            c.check(command, queued);
        }
        other.check("CONFIG SET maxmemory 1", "+OK");
        c.check("EXEC", reply);
        other.check("CONFIG SET maxmemory 0", "+OK");
    }
}

/// A script and a function that compute for more than a moment, where their keys are, before they use others.
fn keys_that_come_late(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    for (key, other) in [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")] {
        c.given(&format!("MSET {key} 1 {other} 2"));
        let body = "for i = 1, 400000 do end local n = redis.call('get', LAST[1]) redis.call('incr', FIRST[1]) return n";
        function(c, &body.replace("LAST", "args").replace("FIRST", "keys"));
        c.check(&format!("FCALL f 1 {key} {key}"), r#""1""#);
        c.check(&format!("FCALL f 1 {key} {other}"), r#""2""#);
        let script = format!("--{key}\\n{}", body.replace("LAST", "ARGV").replace("FIRST", "KEYS"));
        c.check(&format!(r#"EVAL "{script}" 1 {key} {key}"#), r#""3""#);
        c.check(&format!(r#"EVAL "{script}" 1 {key} {other}"#), r#""2""#);
        c.check(&format!("GET {key}"), r#""5""#);
    }
}

fn replies_in_resp3(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.resp3();
    function(c, "return {double=3.5}");
    c.check("FCALL f 0", ",3.5");
    function(c, "return {map={a=1}}");
    c.check("FCALL f 0", r#"{"a": :1}"#);
    function(c, "redis.setresp(3) return redis.call('hgetall', keys[1])");
    c.check("HSET h f v", ":1");
    c.check("FCALL f 1 h", r#"{"f": "v"}"#);
    function(c, "return redis.call('hgetall', keys[1])");
    c.check("FCALL f 1 h", r#"["f", "v"]"#);
    function(c, "return false");
    c.check("FCALL f 0", "_");
}

fn a_function_that_takes_too_long_is_ended(c: &mut Script) {
    const BUSY: &str =
        "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
    c.given("FUNCTION FLUSH");
    c.check(r##"FUNCTION LOAD "#!lua name=l\nredis.register_function('loop', function(keys) while true do end end) redis.register_function('writes', function(keys) redis.call('set', keys[1], 'x') local n = 0 while n < 20000000 do n = n + 1 end return n end)""##, r#""l""#);
    let mut other = c.second_client();
    c.check("CONFIG SET busy-reply-threshold 10", "+OK");
    other.send("FCALL loop 1 k x");
    c.check_eventually("PING", BUSY);
    c.check("GET k", BUSY);
    c.check("FCALL loop 0", BUSY);
    c.check("FUNCTION LIST", BUSY);
    c.check("FUNCTION NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try FUNCTION HELP.");
    c.check("SHUTDOWN", BUSY);
    c.check("SCRIPT KILL", BUSY);
    c.check("FUNCTION STATS", r#"["running_script", ["name", "loop", "command", ["FCALL", "loop", "1", "k", "x"], "duration_ms", :10..], "engines", ["LUA", ["libraries_count", :1, "functions_count", :2]]]"#);
    c.check("FUNCTION KILL", "+OK");
    other.check_next("-ERR Script killed by user with SCRIPT KILL... script: loop, on @user_function:2.");
    c.check_eventually("PING", "+PONG");
    c.check("FUNCTION KILL", "-NOTBUSY No scripts in execution right now.");
    c.check("FUNCTION STATS", r#"["running_script", nil, ..]"#);
    other.send("EVAL \"while true do end\" 0");
    c.check_eventually(
        "PING",
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    );
    c.check(
        "FUNCTION KILL",
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    );
    c.check(
        "FUNCTION STATS",
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    );
    c.check("SCRIPT KILL", "+OK");
    other.check_next("-ERR Script killed by user with SCRIPT KILL... ..");
    c.check_eventually("PING", "+PONG");
    other.send("FCALL writes 1 k");
    c.check_eventually("PING", BUSY);
    c.check("FUNCTION KILL", "-UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.");
    c.check("SCRIPT KILL", "-UNKILLABLE ..");
    other.check_next(":20000000");
    c.check_eventually("GET k", r#""x""#);
    c.check("CONFIG SET busy-reply-threshold 5000", "+OK");
}

fn functions_wait_for_the_end_of_a_pause(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(r##"FUNCTION LOAD "#!lua name=l\nredis.register_function('w', function(keys) return 1 end) redis.register_function{function_name='r', callback=function() return 2 end, flags={'no-writes'}}""##, r#""l""#);
    let mut other = c.second_client();
    c.check("CLIENT PAUSE 60000 WRITE", "+OK");
    c.check("FCALL r 0", ":2");
    c.check("FUNCTION STATS", r#"["running_script", nil, ..]"#);
    other.send("FCALL w 0");
    other.send("FUNCTION DELETE l");
    c.check_eventually("INFO clients", r#".."blocked_clients:1\r\n".."#);
    c.check("FUNCTION LIST", r#"[["library_name", "l", ..]]"#);
    c.check("CLIENT UNPAUSE", "+OK");
    other.check_next(":1");
    other.check_next("+OK");
}

fn functions_are_shown_before_what_they_call(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(r##"FUNCTION LOAD "#!lua name=l\nredis.register_function('f', function(keys) return redis.call('set', keys[1], 'x') end)""##, r#""l""#);
    c.check("FCALL f 1 a", "+OK");
    let mut monitor = c.second_client();
    monitor.check("MONITOR", "+OK");
    c.check("FCALL f 1 a", "+OK");
    monitor.check_shown("FCALL f 1 a");
    monitor.check_shown("set a x");
    c.check("FCALL f 1 b c", "+OK");
    monitor.check_shown("FCALL f 1 b c");
    monitor.check_shown("set b x");
    c.check("FUNCTION DELETE l", "+OK");
    monitor.check_shown("FUNCTION DELETE l");
    c.check("FCALL f 0", "-ERR Function not found");
    monitor.check_shown("FCALL f 0");
}

facts! { data:
    functions_are_shown_before_what_they_call,
    calls_that_are_refused,
    what_functions_see,
    functions_of_a_library_share_what_is_local_to_it,
    keys_on_all_shards,
    functions_in_a_transaction,
    flags_of_functions,
    keys_that_come_late,
    replies_in_resp3,
    a_function_that_takes_too_long_is_ended,
    functions_wait_for_the_end_of_a_pause,
}

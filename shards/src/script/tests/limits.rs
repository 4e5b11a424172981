//! What no script can do: take the server down, run for ever, or keep what it had.

use super::*;

/// Runs a script that asks for nothing but PING, and kills it at its third slice.
fn run_killed(engine: &mut Engine, script: &str) -> String {
    let (sha, _) = engine.load(script.as_bytes()).expect("a script");
    let mut step = engine.start(&sha, &[], &[], false);
    let mut slices = 0;
    loop {
        step = match step {
            Step::Slice if slices == 3 => engine.resume(Resume::Kill),
            Step::Slice => {
                slices += 1;
                engine.resume(Resume::Continue)
            }
            Step::Command { .. } => engine.resume(Resume::Reply(b"+PONG\r\n")),
            Step::Log { .. } => engine.resume(Resume::Continue),
            Step::Done { reply, error } => {
                assert!(error && slices == 3);
                return String::from_utf8_lossy(&reply).replace(&sha.to_string(), "<sha>");
            }
        }
    }
}

#[test]
fn a_killed_script_ends_whatever_it_catches() {
    let mut engine = Engine::new().expect("an engine");
    let killed = "-ERR Script killed by user with SCRIPT KILL... script: <sha>, on @user_script:1.\r\n";
    for script in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local f = function() while 1 do redis.call('ping') end end while 1 do pcall(f) end",
        "while true do xpcall(function() while true do end end, function(e) return e end) end",
        "while true do xpcall(function() while true do end end, function(e) while true do end end) end",
        "local function a() for i = 1, 20000 do end end \
         local function b() for i = 1, 20000 do coroutine.wrap(a)() end end \
         while true do coroutine.resume(coroutine.create(b)) end",
        "while true do coroutine.resume(coroutine.create(function() pcall(function() while true do end end) end)) end",
    ] {
        assert_eq!(run_killed(&mut engine, script), killed, "{script}");
        assert_eq!(drive(&mut engine, "return 1", false, server), ":1|");
    }
}

#[test]
fn an_endless_reply_can_be_killed() {
    let mut engine = Engine::new().expect("an engine");
    let reply = run_killed(&mut engine, "local t = {} for i = 1, 64 do t = {t, t} end return t");
    assert_eq!(reply, "-ERR Script killed by user with SCRIPT KILL... script: <sha>.\r\n");
    assert_eq!(drive(&mut engine, "return 1", false, server), ":1|");
}

#[test]
fn a_library_raised_as_an_error_stays_as_it_is() {
    let mut engine = Engine::new().expect("an engine");
    for script in ["error(redis)", "error(_G)", "error(getmetatable(_G))"] {
        let says = "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|";
        assert_eq!(drive(&mut engine, script, false, server), says);
    }
    assert!(
        drive(&mut engine, "return source", false, server).contains("nonexistent global variable 'source'")
    );
    assert_eq!(drive(&mut engine, "return redis.source or redis.line", false, server), "$-1|");
}

#[test]
fn memory_is_bounded() {
    let mut engine = Engine::with_memory_max(8 << 20).expect("an engine");
    for script in [
        "return string.rep('x', 100000000)",
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "local s = 'x' while true do s = s .. s end",
        "local s = string.rep('x', 1000000) redis.call('echo', s, s, s, s, s, s, s, s)",
        "return #cjson.encode(string.rep('\\1', 3000000))",
        "local t = {} for i = 1, 64 do t = {t, t} end return t",
        "return #cjson.decode('[' .. string.rep('[],', 1000000) .. '1]')",
        "return #cmsgpack.unpack('\\221\\0\\15\\255\\255' .. string.rep('\\144', 1048575))",
        "local t = {} for i = 1, 100 do t[i] = redis.call('echo', string.rep('x', 1000000) .. i) end",
    ] {
        let reply = drive(&mut engine, script, false, server);
        assert!(reply.starts_with("-ERR") && reply.contains("not enough memory"), "{script}: {reply}");
        assert_eq!(drive(&mut engine, "return 1", false, server), ":1|");
    }
    let caught = "local ok, e = pcall(string.rep, 'x', 100000000) return e";
    assert_eq!(drive(&mut engine, caught, false, server), "$17|not enough memory|");
}

#[test]
fn nesting_is_bounded() {
    let mut engine = Engine::new().expect("an engine");
    for (script, says) in [
        ("local function f() return f() + 1 end return f()", "stack overflow"),
        ("local function f() local a, b = pcall(f) return b end return f()", "C stack overflow"),
        ("local function f() coroutine.wrap(f)() end f()", "C stack overflow"),
        (
            "local function f() local a, b = coroutine.resume(coroutine.create(f)) error(b, 0) end f()",
            "C stack overflow",
        ),
        ("return string.find(string.rep('a', 100000), string.rep('a?', 100000))", "pattern too complex"),
        ("local function f() return (string.gsub('a', 'a', f)) end return f()", "C stack overflow"),
        ("return unpack({}, -2, 2147483647)", "too many results to unpack"),
        ("return unpack({}, -2147483648, 2147483647)", "too many results to unpack"),
        ("return unpack({}, 1, 100000)", "too many results to unpack"),
        ("return loadstring('return ' .. string.rep('(', 1000) .. '1')()", "nil value"),
    ] {
        let reply = drive(&mut engine, script, false, server);
        assert!(reply.contains(says), "{script}: {reply}");
        assert_eq!(drive(&mut engine, "return 1", false, server), ":1|");
    }
    let reply = drive(&mut engine, "local t = {} t[1] = t return t", false, server);
    assert!(reply.starts_with("*1|*1|") && reply.ends_with("|-ERR reached lua stack limit|"));
}

#[test]
fn a_dropped_script_gives_back_what_it_holds() {
    for script in [
        "redis.call('ping')",
        "pcall(function() while true do redis.call('ping') end end) while true do end",
        "coroutine.wrap(function() redis.call('ping') end)()",
        "table.sort({3, 2, 1}, function() redis.call('ping') end)",
        "string.gsub('abc', '.', function() redis.call('ping') end)",
        "while true do end",
    ] {
        let mut engine = Engine::new().expect("an engine");
        let (sha, _) = engine.load(script.as_bytes()).expect("a script");
        let step = engine.start(&sha, &[], &[], false);
        assert!(matches!(step, Step::Command { .. } | Step::Slice) && engine.is_running());
        drop(engine);
    }
}

#[test]
fn what_scripts_leave_behind_is_collected() {
    let mut engine = Engine::new().expect("an engine");
    for _ in 0..10_000 {
        drive(&mut engine, "return redis.call('ping')", false, server);
    }
    assert!(engine.memory() < 200 * 1024, "{}", engine.memory());
    drive(&mut engine, "collectgarbage('stop') for i = 1, 1e6 do local t = {i} end", false, server);
    assert!(engine.memory() < 200 * 1024, "{}", engine.memory());
    engine.flush();
    assert!(engine.memory() < 100 * 1024, "{}", engine.memory());
}

#[test]
fn commands_and_log_lines_leave_as_steps() {
    let mut engine = Engine::new().expect("an engine");
    let script =
        b"redis.log(redis.LOG_WARNING, 'a', 1) redis.setresp(3) return redis.call('set', KEYS[1], 1.5)";
    let (sha, flags) = engine.load(script).expect("a script");
    assert!(engine.knows(&sha) && !flags.declared);
    let step = engine.start(&sha, &[b"k"], &[], false);
    assert_eq!(step, Step::Log { level: 3, text: b"a 1".to_vec() });
    let args = [b"set".as_slice(), b"k", b"1.5"].map(Box::from).to_vec();
    assert_eq!(engine.resume(Resume::Continue), Step::Command { args, resp3: true });
    let done = Step::Done { reply: b"+OK\r\n".to_vec(), error: false };
    assert_eq!(engine.resume(Resume::Reply(b"+OK\r\n")), done);
    engine.flush();
    assert!(!engine.knows(&sha));
}

#[test]
fn the_error_of_a_command_is_counted_once() {
    let mut engine = Engine::new().expect("an engine");
    for (script, counted) in [
        ("return redis.call('nosuch')", true),
        ("return redis.pcall('nosuch')", true),
        ("return redis.error_reply('A b')", false),
        ("error('x')", false),
        ("return redis.call()", false),
        ("return 1", false),
    ] {
        drive(&mut engine, script, false, server);
        assert_eq!(engine.error_is_counted(), counted, "{script}");
    }
}

#[test]
fn a_seed_gives_the_numbers_of_redis() {
    let script = |seed: &str| {
        format!(
            "math.randomseed({seed}) return {{tostring(math.random()), math.random(100), math.random(5, 10), \
             tostring(math.random())}}"
        )
    };
    let mut engine = Engine::new().expect("an engine");
    for (seed, reply) in [
        ("10", "*4|$16|0.87885112309775|:80|:7|$16|0.52567325836312|"),
        ("-1", "*4|$16|0.30002572727391|:5|:7|$15|0.4049444237747|"),
        ("2^40", "*4|$16|0.17082803611217|:75|:5|$16|0.87046522734243|"),
    ] {
        assert_eq!(drive(&mut engine, &script(seed), false, server), reply);
    }
}

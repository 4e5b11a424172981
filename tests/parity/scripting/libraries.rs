//! FUNCTION: libraries are loaded, listed, deleted, and taken to bytes and back.

use shards::rdb::{dump_libraries, seal};

use crate::harness::resp::Value;
use crate::script::Script;

const NAMES: &str = "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

fn first_lines_that_are_refused(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    for (code, error) in [
        ("", "Missing library metadata"),
        ("return 1", "Missing library metadata"),
        ("#!lua name=a", "Invalid library metadata"),
        (r"#!lua name=a\x00\n", "Invalid library metadata"),
        (r#"#!lua \"name=a\n"#, "Invalid library metadata"),
        (r"#!\n", "Library name was not given"),
        (r"#! \n", "Library name was not given"),
        (r"#!lua\n", "Library name was not given"),
        (r"#! name=a\n", "Engine '' not found"),
        (r"#!js name=a\nx", "Engine 'js' not found"),
        (r"#!js name=a-b\n", NAMES),
        (r"#!lua name=\n", NAMES),
        (r"#!lua name=a-b\nx x", NAMES),
        (r"#!lua name=\xff\nx x", NAMES),
        (r#"#!lua \"name=bad\\x00name\"\n"#, NAMES),
        (r"#!lua name=a x=1\n", "Invalid metadata value given: x=1"),
        (r"#!lua name=a name\n", "Invalid metadata value given: name"),
        (r"#!lua name=a NAME=b\n", "Invalid metadata value, name argument was given multiple times"),
        (r"#!lua name=a\n", "No functions registered"),
        (r"#!lua name=a\nreturn 1", "No functions registered"),
        (r"#!lua name=a\nredis.log(redis.LOG_DEBUG, 'x')", "No functions registered"),
        (r"#!lua name=a\nx x", "Error compiling function: user_function:2: '=' expected near 'x'"),
        (
            r"#!lua name=a\nreturn (",
            "Error compiling function: user_function:2: unexpected symbol near '<eof>'",
        ),
    ] {
        c.check(&format!("FUNCTION LOAD \"{code}\""), &format!("-ERR {error}"));
    }
    c.check("FUNCTION LIST", "[]");
}

fn libraries_that_fail_while_they_are_loaded(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    for (code, error) in [
        ("redis.register_function()", "wrong number of arguments to redis.register_function"),
        ("redis.register_function(1, 2, 3)", "wrong number of arguments to redis.register_function"),
        (
            "redis.register_function('f')",
            "calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).",
        ),
        ("redis.register_function({}, 2)", "first argument to redis.register_function must be a string"),
        (
            "redis.register_function(nil, function() end)",
            "first argument to redis.register_function must be a string",
        ),
        ("redis.register_function('f', 2)", "second argument to redis.register_function must be a function"),
        ("redis.register_function('a b', function() end)", NAMES),
        (r"redis.register_function('a\\0b', function() end)", NAMES),
        ("redis.register_function('', function() end)", NAMES),
        ("redis.register_function{}", "redis.register_function must get a function name argument"),
        (
            "redis.register_function{function_name='f'}",
            "redis.register_function must get a callback argument",
        ),
        (
            "redis.register_function{callback=function() end}",
            "redis.register_function must get a function name argument",
        ),
        (
            "redis.register_function{function_name={}}",
            "function_name argument given to redis.register_function must be a string",
        ),
        (
            "redis.register_function{description={}}",
            "description argument given to redis.register_function must be a string",
        ),
        (
            "redis.register_function{callback=1}",
            "callback argument given to redis.register_function must be a function",
        ),
        (
            "redis.register_function{flags=1}",
            "flags argument to redis.register_function must be a table representing function flags",
        ),
        ("redis.register_function{flags={1}}", "unknown flag given"),
        ("redis.register_function{flags={{}}}", "unknown flag given"),
        ("redis.register_function{flags={'no-writes','x'}}", "unknown flag given"),
        ("redis.register_function{foo=1}", "unknown argument given to redis.register_function"),
        ("redis.register_function{1}", "unknown argument given to redis.register_function"),
        (
            "redis.register_function{[{}]=1}",
            "named argument key given to redis.register_function is not a string",
        ),
        (
            "redis.register_function('g', function() end) redis.register_function('g', function() end)",
            "Function already exists in the library",
        ),
        ("redis.log(1)", "redis.log() requires two arguments or more."),
        ("redis.log('x', 1)", "First argument must be a number (log level)."),
        ("redis.log(9, 1)", "Invalid debug level."),
        ("error('boom')", "user_function:2: Script attempted to access nonexistent global variable 'error'"),
        ("local x = nil x.y = 1", "user_function:2: attempt to index local 'x' (a nil value)"),
        (r"\n\nlocal x = nil + 1", "user_function:4: attempt to perform arithmetic on a nil value"),
        (
            "return math.random()",
            "user_function:2: Script attempted to access nonexistent global variable 'math'",
        ),
        (
            "return getmetatable(_G)",
            "user_function:2: Script attempted to access nonexistent global variable 'getmetatable'",
        ),
        (
            "return redis.call('ping')",
            "user_function:2: Script attempted to access nonexistent global variable 'call'",
        ),
        (
            "return redis.setresp(3)",
            "user_function:2: Script attempted to access nonexistent global variable 'setresp'",
        ),
        (
            "return redis.REPL_ALL",
            "user_function:2: Script attempted to access nonexistent global variable 'REPL_ALL'",
        ),
        (
            "return redis.redis",
            "user_function:2: Script attempted to access nonexistent global variable 'redis'",
        ),
        ("return redis[1]", "user_function:2: Script attempted to access nonexistent global variable '1'"),
        ("return redis[{}]", "Second argument to luaProtectedTableError must be a string or number"),
        ("return KEYS", "user_function:2: Script attempted to access nonexistent global variable 'KEYS'"),
        ("x = 1", "user_function:2: Attempt to modify a readonly table"),
        ("redis.x = 1", "user_function:2: Attempt to modify a readonly table"),
        ("local function f() return f() + 1 end f()", "user_function:2: stack overflow"),
        ("local n = 1 while true do n = n + 1 end", "FUNCTION LOAD timeout"),
    ] {
        let expected = if code.contains("redis[{}]") {
            format!("-ERR Error registering functions: ERR user_function:2: {error}")
        } else {
            format!("-ERR Error registering functions: ERR {error}")
        };
        c.check(&format!("FUNCTION LOAD \"#!lua name=a\\n{code}\""), &expected);
    }
    c.check("FUNCTION LIST", "[]");
    c.check(
        "FUNCTION STATS",
        r#"["running_script", nil, "engines", ["LUA", ["libraries_count", :0, "functions_count", :0]]]"#,
    );
}

fn names_that_are_taken(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(
        r##"FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 1 end)""##,
        r#""a""#,
    );
    c.check(
        r##"FUNCTION LOAD "#!LUA NAME=\"b\"\r\nredis.register_function(7, function() return 2 end)""##,
        r#""b""#,
    );
    c.check(r##"FUNCTION LOAD "#!lua name=a\nx x""##, "-ERR Library 'a' already exists");
    c.check(r##"FUNCTION LOAD REPLACE "#!lua name=a\nx x""##, "-ERR Error compiling function: ..");
    c.check("FCALL f 0", ":1");
    c.check(r##"FUNCTION LOAD "#!lua name=c\nredis.register_function('g', function() end) redis.register_function('F', function() end)""##, "-ERR Function F already exists");
    c.check(
        r##"FUNCTION LOAD replace "#!lua name=b\nredis.register_function('f', function() end)""##,
        "-ERR Function f already exists",
    );
    c.check("FCALL 7 0", ":2");
    c.check("FCALL g 0", "-ERR Function not found");
    c.check(r##"FUNCTION LOAD replace REPLACE "#!lua name=b\nredis.register_function('h', function() return 3 end)""##, r#""b""#);
    c.check("FCALL 7 0", "-ERR Function not found");
    c.check("FCALL H 0", ":3");
    c.check("INFO memory", r#".."number_of_functions:2\r\nnumber_of_libraries:2\r\n".."#);
    c.check(
        r##"FUNCTION LOAD "#!lua name=A\nredis.register_function('i', function() return 4 end)""##,
        r#""A""#,
    );
    c.check(
        "FUNCTION STATS",
        r#"["running_script", nil, "engines", ["LUA", ["libraries_count", :3, "functions_count", :3]]]"#,
    );
    c.check("FUNCTION DELETE none", "-ERR Library not found");
    c.check("FUNCTION DELETE a", "+OK");
    c.check("FCALL f 0", "-ERR Function not found");
    c.check("FCALL F 0", "-ERR Function not found");
    c.check("FCALL i 0", ":4");
    c.check("FUNCTION DELETE B", "-ERR Library not found");
    c.check("FUNCTION FLUSH", "+OK");
    c.check("FCALL i 0", "-ERR Function not found");
}

fn arguments(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check("FUNCTION", "-ERR wrong number of arguments for 'function' command");
    c.check("FUNCTION NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try FUNCTION HELP.");
    c.check("FUNCTION LOAD", "-ERR wrong number of arguments for 'function|load' command");
    c.check("FUNCTION LOAD x y", "-ERR Unknown option given: x");
    c.check("FUNCTION LOAD replace", "-ERR Missing library metadata");
    c.check("FUNCTION LOAD replace x y", "-ERR Unknown option given: x");
    c.check("FUNCTION DELETE", "-ERR wrong number of arguments for 'function|delete' command");
    c.check("FUNCTION DELETE a b", "-ERR wrong number of arguments for 'function|delete' command");
    c.check("FUNCTION FLUSH x", "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    c.check(
        "FUNCTION FLUSH sync x",
        "-ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.",
    );
    c.check("FUNCTION FLUSH sync", "+OK");
    c.check("FUNCTION FLUSH ASYNC", "+OK");
    c.check("FUNCTION LIST x", "-ERR Unknown argument x");
    c.check(r#"FUNCTION LIST "X\r\n+INJECTED""#, "-ERR Unknown argument X  +INJECTED");
    c.check("FUNCTION LIST libraryname", "-ERR library name argument was not given");
    c.check("FUNCTION LIST withcode WITHCODE", "-ERR Unknown argument WITHCODE");
    c.check("FUNCTION LIST libraryname a libraryname b", "-ERR Unknown argument libraryname");
    c.check("FUNCTION DUMP x", "-ERR wrong number of arguments for 'function|dump' command");
    c.check("FUNCTION RESTORE", "-ERR wrong number of arguments for 'function|restore' command");
    c.check("FUNCTION RESTORE x", "-ERR DUMP payload version or checksum are wrong");
    c.check(
        "FUNCTION RESTORE x y",
        "-ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
    );
    c.check(
        "FUNCTION RESTORE x flush y",
        "-ERR unknown subcommand or wrong number of arguments for 'RESTORE'. Try FUNCTION HELP.",
    );
    c.check("FUNCTION STATS x", "-ERR wrong number of arguments for 'function|stats' command");
    c.check("FUNCTION KILL x", "-ERR wrong number of arguments for 'function|kill' command");
    c.check("FUNCTION KILL", "-NOTBUSY No scripts in execution right now.");
    c.check("FUNCTION HELP x", "-ERR wrong number of arguments for 'function|help' command");
    c.check("FUNCTION HELP", "[+FUNCTION <subcommand> .., ..]");
}

const LISTED: &str = r##"FUNCTION LOAD "#!lua name=listed\nredis.register_function{function_name='One', callback=function() end, description='what it does', flags={'ALLOW-OOM', 'no-writes', 'no-writes'}}""##;

fn libraries_are_listed(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(LISTED, r#""listed""#);
    c.check(
        "FUNCTION LIST",
        r#"[["library_name", "listed", "engine", "LUA", "functions", [["name", "One", "description", "what it does", "flags", [+no-writes, +allow-oom]]]]]"#,
    );
    c.check("FUNCTION LIST WITHCODE LIBRARYNAME LIST*", r##"[["library_name", "listed", "engine", "LUA", "functions", [["name", "One", "description", "what it does", "flags", [+no-writes, +allow-oom]]], "library_code", "#!lua name=listed\nredis.register_function{function_name='One', callback=function() end, description='what it does', flags={'ALLOW-OOM', 'no-writes', 'no-writes'}}"]]"##);
    c.check(r##"FUNCTION LOAD "#!lua name=other\nredis.register_function('a', function() end) redis.register_function('b', function() end)""##, r#""other""#);
    c.check("FUNCTION LIST libraryname o*", r#"[["library_name", "other", "engine", "LUA", "functions", unordered[["name", "a", "description", nil, "flags", []], ["name", "b", "description", nil, "flags", []]]]]"#);
    c.check(
        "FUNCTION LIST libraryname *T*",
        r#"unordered[["library_name", "other", ..], ["library_name", "listed", ..]]"#,
    );
    c.check("FUNCTION LIST libraryname none", "[]");
    c.resp3();
    c.check("FUNCTION LIST libraryname l*", r#"[{"library_name": "listed", "engine": "LUA", "functions": [{"name": "One", "description": "what it does", "flags": ~{+no-writes, +allow-oom}}]}]"#);
    c.check("FUNCTION LIST withcode libraryname o*", r#"[{"library_name": "other", "engine": "LUA", "functions": unordered[{"name": "a", "description": _, "flags": ~{}}, {"name": "b", "description": _, "flags": ~{}}], "library_code": ".."}]"#.replace("\"..\"", "any").as_str());
    c.check(
        "FUNCTION STATS",
        r#"{"running_script": _, "engines": {"LUA": {"libraries_count": :2, "functions_count": :3}}}"#,
    );
}

/// What FUNCTION DUMP answers.
fn dumped(c: &mut Script) -> Vec<u8> {
    match c.ask("FUNCTION DUMP") {
        Value::Bulk(payload) => payload,
        other => panic!("{other:?} for FUNCTION DUMP"),
    }
}

/// FUNCTION RESTORE with a payload that stands for `shown`.
#[track_caller]
fn restore(c: &mut Script, payload: &[u8], policy: &str, expected: &str, shown: &str) {
    let mut arguments = vec![b"FUNCTION".to_vec(), b"RESTORE".to_vec(), payload.to_vec()];
    arguments.extend(policy.split_whitespace().map(|word| word.as_bytes().to_vec()));
    c.check_arguments(&arguments, expected, &format!("FUNCTION RESTORE <{shown}> {policy}"));
}

fn libraries_as_bytes(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check("FUNCTION DUMP", r#""\n\x00]\x9b\\@\x0f\x7f\xa2\xda""#);
    c.check(
        r##"FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 'of a' end)""##,
        r#""a""#,
    );
    let payload = dumped(c);
    let ours = dump_libraries(
        [&b"#!lua name=a\nredis.register_function('f', function() return 'of a' end)"[..]].into_iter(),
        true,
    );
    assert_eq!(payload.escape_ascii().to_string(), ours.escape_ascii().to_string());
    restore(c, &payload, "", "-ERR Library a already exists", "library a");
    restore(c, &payload, "append", "-ERR Library a already exists", "library a");
    c.check("FUNCTION DELETE a", "+OK");
    restore(c, &payload, "", "+OK", "library a, deleted");
    c.check("FCALL f 0", r#""of a""#);
    c.check(r##"FUNCTION LOAD REPLACE "#!lua name=a\nredis.register_function('f', function() return 'new' end)""##, r#""a""#);
    restore(c, &payload, "replace", "+OK", "library a");
    c.check("FCALL f 0", r#""of a""#);
    c.check(r##"FUNCTION LOAD REPLACE "#!lua name=a\nredis.register_function('g', function() return 'new' end)""##, r#""a""#);
    c.check(
        r##"FUNCTION LOAD "#!lua name=b\nredis.register_function('F', function() return 'of b' end)""##,
        r#""b""#,
    );
    restore(c, &payload, "REPLACE", "-ERR Function f already exists", "library a");
    c.check("FCALL g 0", r#""new""#);
    restore(c, &payload, "FLUSH", "+OK", "library a");
    c.check("FCALL g 0", "-ERR Function not found");
    c.check("FCALL F 0", r#""of a""#);
    c.check("FUNCTION LIST", r#"[["library_name", "a", ..]]"#);
}

fn bytes_that_are_no_libraries(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(
        r##"FUNCTION LOAD "#!lua name=kept\nredis.register_function('kept', function() return 1 end)""##,
        r#""kept""#,
    );
    let library = |name: &str, body: &str| format!("#!lua name={name}\n{body}");
    let function = |name: &str| format!("redis.register_function('{name}', function() return 1 end)");
    let of = |codes: &[String]| dump_libraries(codes.iter().map(String::as_bytes), false);
    let (a, b) = (library("a", &function("f")), library("b", &function("F")));
    for policy in ["", "FLUSH", "REPLACE"] {
        restore(c, &seal(vec![0, 1, b'x']), policy, "-ERR given type is not a function", "a string");
        restore(c, &seal(vec![255]), policy, "-ERR given type is not a function", "an end");
        restore(c, &seal(vec![245]), policy, "-ERR Failed loading library payload", "no code");
        restore(c, &of(&[String::new()]), policy, "-ERR Missing library metadata", "empty code");
        restore(c, &of(&["5".into()]), policy, "-ERR Missing library metadata", "a number");
        restore(c, &of(&[library("c", "")]), policy, "-ERR No functions registered", "no functions");
        restore(
            c,
            &of(&[a.clone(), library("c", "x x")]),
            policy,
            "-ERR Error compiling function: user_function:2: '=' expected near 'x'",
            "a, bad",
        );
        restore(c, &of(&[a.clone(), a.clone()]), policy, "-ERR Library 'a' already exists", "a, a");
        restore(c, &of(&[a.clone(), b.clone()]), policy, "-ERR Function F already exists", "a, b");
        let mut broken = of(std::slice::from_ref(&a));
        broken[8] ^= 1;
        restore(c, &broken, policy, "-ERR DUMP payload version or checksum are wrong", "broken");
        c.check("FUNCTION LIST", r#"[["library_name", "kept", ..]]"#);
    }
    restore(c, &of(&[]), "", "+OK", "nothing");
    c.check("FCALL kept 0", ":1");
    restore(c, &of(&[]), "FLUSH", "+OK", "nothing");
    c.check("FCALL kept 0", "-ERR Function not found");
}

fn what_does_not_touch_functions(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(
        r##"FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 1 end)""##,
        r#""a""#,
    );
    c.check("FLUSHALL", "+OK");
    c.check("FLUSHDB", "+OK");
    c.check("SCRIPT FLUSH", "+OK");
    c.check("FCALL f 0", ":1");
    c.check(
        "FUNCTION STATS",
        r#"["running_script", nil, "engines", ["LUA", ["libraries_count", :1, "functions_count", :1]]]"#,
    );
    c.check(r#"SCRIPT LOAD "return 9""#, r#""09b143ac1d8426a09f24496a390fd0d70cafdc7c""#);
    c.check("FUNCTION FLUSH", "+OK");
    c.check("EVALSHA 09b143ac1d8426a09f24496a390fd0d70cafdc7c 0", ":9");
}

fn memory_that_is_used_up(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(
        r##"FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 1 end)""##,
        r#""a""#,
    );
    let payload = dumped(c);
    c.check("CONFIG SET maxmemory 1", "+OK");
    c.check("FUNCTION LOAD REPLACE nonsense", "-OOM command not allowed when used memory > 'maxmemory'.");
    restore(
        c,
        &payload,
        "FLUSH",
        "-OOM command not allowed when used memory > 'maxmemory'.",
        "library a, no memory",
    );
    c.check("FUNCTION LOAD", "-ERR wrong number of arguments for 'function|load' command");
    c.check("FUNCTION LIST", "[any]");
    c.check("FUNCTION DELETE a", "+OK");
    c.check("FUNCTION FLUSH", "+OK");
    c.check("CONFIG SET maxmemory 0", "+OK");
    restore(c, &payload, "FLUSH", "+OK", "library a, memory again");
}

fn rows(c: &mut Script) {
    let row = |name: &str, arity: i64, flags: &str, acl: &str| {
        format!(r#"[["{name}", :{arity}, unordered[{flags}], :0, :0, :0, unordered[{acl}], ..]]"#)
    };
    for name in ["fcall", "fcall_ro"] {
        let reads = if name == "fcall_ro" { "+readonly, " } else { "" };
        let flags = format!("{reads}+noscript, +stale, +skip_monitor, +no_mandatory_keys, +movablekeys");
        c.check(&format!("COMMAND INFO {name}"), &row(name, -3, &flags, "+@slow, +@scripting"));
        c.check(&format!("COMMAND GETKEYS {name} f 2 a b c"), r#"["a", "b"]"#);
        c.check(&format!("COMMAND GETKEYS {name} f 0 a"), "[]");
    }
    let changes = "+@write, +@slow, +@scripting";
    for (name, arity, flags, acl) in [
        ("list", -2, "+noscript", "+@slow, +@scripting"),
        ("flush", -2, "+write, +noscript", changes),
        ("delete", 3, "+write, +noscript", changes),
        ("dump", 2, "+noscript", "+@slow, +@scripting"),
        ("load", -3, "+write, +denyoom, +noscript", changes),
        ("restore", -3, "+write, +denyoom, +noscript", changes),
        ("help", 2, "+loading, +stale", "+@slow, +@scripting"),
        ("kill", 2, "+noscript, +allow_busy", "+@slow, +@scripting"),
        ("stats", 2, "+noscript, +allow_busy", "+@slow, +@scripting"),
    ] {
        let name = format!("function|{name}");
        c.check(&format!("COMMAND INFO {name}"), &row(&name, arity, flags, acl));
    }
    c.check(
        "COMMAND INFO eval_ro",
        &row(
            "eval_ro",
            -3,
            "+readonly, +noscript, +stale, +skip_monitor, +no_mandatory_keys, +movablekeys",
            "+@slow, +@scripting",
        ),
    );
    c.check("COMMAND INFO function", r#"[["function", :-2, [], :0, :0, :0, [+@slow], ..]]"#);
}

facts! { data:
    first_lines_that_are_refused,
    libraries_that_fail_while_they_are_loaded,
    names_that_are_taken,
    arguments,
    libraries_are_listed,
    libraries_as_bytes,
    bytes_that_are_no_libraries,
    what_does_not_touch_functions,
    memory_that_is_used_up,
    rows,
}

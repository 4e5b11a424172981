//! Libraries and their functions; the expectations were read off redis-server 7.0.15.

use super::*;
use crate::script::{FunctionEngine, Loading, Metadata, Registered};

/// May compute for so many slices; keeps what is logged.
#[derive(Default)]
struct Patience {
    slices: usize,
    logged: Vec<(u8, Vec<u8>)>,
}

impl Loading for Patience {
    fn may_go_on(&mut self) -> bool {
        self.slices = self.slices.wrapping_sub(1);
        self.slices < 1_000
    }

    fn log(&mut self, level: u8, text: &[u8]) {
        self.logged.push((level, text.to_vec()));
    }
}

fn load(engine: &mut FunctionEngine, code: &str) -> Result<Vec<Registered>, String> {
    let patience = &mut Patience { slices: 5, ..Patience::default() };
    engine.load(code.as_bytes(), patience).map_err(|error| error.to_string())
}

/// Calls a function with a key and an argument, without commands.
fn call(engine: &mut FunctionEngine, function: &Registered) -> String {
    let mut step = engine.start(function, (*function.name).into(), &[b"k"], &[b"a"], false);
    loop {
        step = match step {
            Step::Command { args, resp3 } => engine.resume(Resume::Reply(&server(&args, resp3))),
            Step::Slice | Step::Log { .. } => engine.resume(Resume::Continue),
            Step::Done { reply, .. } => return String::from_utf8_lossy(&reply).replace("\r\n", "|"),
        };
    }
}

#[test]
fn functions_are_registered_in_both_ways() {
    let mut engine = FunctionEngine::new().expect("an engine");
    let code = "redis.register_function('one', function(keys, args) return {keys, args} end) \
                redis.register_function{function_name=2, callback=function() return 2 end, description=7, flags={'NO-WRITES', 'allow-oom'}}";
    let functions = load(&mut engine, code).expect("functions");
    let [one, two] = functions.as_slice() else { panic!("two functions: {functions:?}") };
    assert_eq!((&*one.name, &one.description, one.flags.names().count()), ("one", &None, 0));
    assert_eq!((&*two.name, two.description.as_deref()), ("2", Some(&b"7"[..])));
    assert_eq!(two.flags.names().collect::<Vec<_>>(), ["no-writes", "allow-oom"]);
    assert!(one.flags.declared && two.flags.declared);
    assert_eq!(call(&mut engine, one), "*2|*1|$1|k|*1|$1|a|");
    assert_eq!(call(&mut engine, two), ":2|");
    // In any order of a table's fields, long texts among them.
    for order in 0..6 {
        let fields = [
            "function_name=('f'):rep(3)",
            "callback=function() return 'x' end",
            "description=('d'):rep(100)",
        ];
        let fields =
            [fields[order % 3], fields[(order + 1 + order / 3) % 3], fields[(order + 2 - order / 3) % 3]];
        let code = format!("redis.register_function{{{}}}", fields.join(", "));
        let functions = load(&mut engine, &code).expect("a function");
        assert_eq!(&*functions[0].name, "fff");
        assert_eq!(functions[0].description.as_deref().map(<[u8]>::len), Some(100));
        assert_eq!(call(&mut engine, &functions[0]), "$1|x|");
        engine.release(&functions);
    }
}

#[test]
fn a_library_that_fails_leaves_nothing() {
    let mut engine = FunctionEngine::new().expect("an engine");
    let kept =
        load(&mut engine, "local n = 0 redis.register_function('f', function() n = n + 1 return n end)");
    let kept = kept.expect("a function");
    for (code, error) in [
        ("", "ERR No functions registered"),
        ("x x", "ERR Error compiling function: user_function:1: '=' expected near 'x'"),
        (
            "redis.register_function('f', function() end) nosuch()",
            "ERR Error registering functions: ERR user_function:1: Script attempted to access nonexistent global variable 'nosuch'",
        ),
        (
            "redis.register_function('f', function() end) redis.register_function('f', function() end)",
            "ERR Error registering functions: ERR Function already exists in the library",
        ),
        ("while true do end", "ERR Error registering functions: ERR FUNCTION LOAD timeout"),
    ] {
        assert_eq!(load(&mut engine, code).map(|_| ()), Err(error.to_owned()), "{code}");
        assert!(!engine.is_running());
    }
    assert_eq!(call(&mut engine, &kept[0]), ":1|");
    assert_eq!(call(&mut engine, &kept[0]), ":2|");
}

#[test]
fn a_library_sees_nothing_but_its_table_until_its_functions_run() {
    let mut engine = FunctionEngine::new().expect("an engine");
    let code = "local lib = redis redis.log(redis.LOG_WARNING, 'loading', 1) \
                redis.register_function('f', function() return type(math) .. type(redis.call) .. tostring(redis.register_function) end) \
                redis.register_function('g', function() lib.register_function('h', function() end) end) \
                redis.register_function('h', function() rawset(lib, 'call', redis.call) end)";
    let mut patience = Patience { slices: 5, ..Patience::default() };
    let functions = engine.load(code.as_bytes(), &mut patience).expect("functions");
    assert_eq!(patience.logged, [(3, b"loading 1".to_vec())]);
    assert_eq!(call(&mut engine, &functions[0]), "$16|tablefunctionnil|");
    assert_eq!(
        call(&mut engine, &functions[1]),
        "-ERR redis.register_function can only be called on FUNCTION LOAD command script: g, on @user_function:1.|"
    );
    assert_eq!(
        call(&mut engine, &functions[2]),
        "-ERR Attempt to modify a readonly table script: h, on @user_function:1.|"
    );
    let again = load(&mut engine, "redis.register_function('x', function() end) redis.call('ping')");
    assert_eq!(
        again.map(|_| ()),
        Err("ERR Error registering functions: ERR user_function:1: Script attempted to access nonexistent global variable 'call'".into())
    );
}

#[test]
fn functions_call_commands_and_are_killed() {
    let mut engine = FunctionEngine::new().expect("an engine");
    let code = "redis.register_function('ping', function() return redis.call('ping') end) \
                redis.register_function('loop', function() while true do pcall(function() while true do end end) end end) \
                redis.register_function('fails', function() return redis.call('incr') end)";
    let functions = load(&mut engine, code).expect("functions");
    assert_eq!(call(&mut engine, &functions[0]), "+PONG|");
    assert_eq!(
        call(&mut engine, &functions[2]),
        "-ERR value is not an integer or out of range script: fails, on @user_function:1.|"
    );
    assert!(engine.error_is_counted());
    let step = engine.start(&functions[1], "loop".into(), &[], &[], false);
    assert_eq!(step, Step::Slice);
    let Step::Done { reply, error: true } = engine.resume(Resume::Kill) else { panic!("it goes on") };
    assert_eq!(
        String::from_utf8_lossy(&reply),
        "-ERR Script killed by user with SCRIPT KILL... script: loop, on @user_function:1.\r\n"
    );
    assert_eq!(call(&mut engine, &functions[0]), "+PONG|");
}

#[test]
fn memory_comes_back_with_released_functions() {
    let mut engine = FunctionEngine::with_memory_max(4 << 20).expect("an engine");
    let code = "local text = ('x'):rep(1000000) redis.register_function('f', function() return #text end)";
    for _ in 0..40 {
        let functions = load(&mut engine, code).expect("a function");
        assert_eq!(call(&mut engine, &functions[0]), ":1000000|");
        engine.release(&functions);
    }
    let refused = load(&mut engine, "local text = ('x'):rep(10000000)").map(|_| ());
    assert_eq!(refused, Err("ERR Error registering functions: ERR not enough memory".into()));
}

#[test]
fn what_is_said_of_functions_counts_as_memory() {
    let mut engine = FunctionEngine::with_memory_max(4 << 20).expect("an engine");
    for field in ["function_name='f'..at, description=text", "function_name=text..at"] {
        let register = format!("redis.register_function{{callback=function() end, {field}}}");
        let code =
            |times: u32| format!("local text = ('x'):rep(300000) for at = 1, {times} do {register} end");
        let refused = load(&mut engine, &code(100)).map(|_| ());
        assert_eq!(refused, Err("ERR Error registering functions: ERR not enough memory".into()), "{field}");
        let functions = load(&mut engine, &code(1)).expect("a function");
        engine.release(&functions);
    }
}

#[test]
fn a_library_may_have_many_functions() {
    let mut engine = FunctionEngine::new().expect("an engine");
    let code = "for at = 1, 30000 do redis.register_function('f'..at, function() return at end) end";
    let functions = load(&mut engine, code).expect("functions");
    assert_eq!(functions.len(), 30_000);
    assert_eq!(call(&mut engine, &functions[29_999]), ":30000|");
    let twice =
        load(&mut engine, &format!("{code} redis.register_function('f1', function() end)")).map(|_| ());
    let error = "ERR Error registering functions: ERR Function already exists in the library";
    assert_eq!(twice, Err(error.into()));
}

#[test]
fn a_library_of_many_lines_names_them() {
    let whole = b"#!lua name=lib\n\nredis.register_function('f', function()\nerror('x')\nend)";
    let metadata = Metadata::of(whole).expect("a name");
    let mut engine = FunctionEngine::new().expect("an engine");
    let functions = engine.load(metadata.code, &mut Patience::default()).expect("a function");
    assert_eq!(call(&mut engine, &functions[0]), "-ERR user_function:4: x script: f, on @user_function:4.|");
}

//! What scripts see: Lua's libraries and Redis's, which they cannot change, and no other globals.

use super::lua::{Function, Guard, Raise, Stack};
use super::{bits, cjson, msgpack, random, redis_table, register, structs};

/// For whom a sandbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Scripts.
    Scripts,
    /// Functions, and the libraries that offer them.
    Functions,
}

/// The globals of Lua's own that scripts see, beside the libraries.
const GLOBALS: [&str; 22] = [
    "_VERSION",
    "assert",
    "collectgarbage",
    "error",
    "gcinfo",
    "getmetatable",
    "ipairs",
    "load",
    "loadstring",
    "next",
    "pairs",
    "pcall",
    "rawequal",
    "rawget",
    "rawset",
    "select",
    "setmetatable",
    "tonumber",
    "tostring",
    "type",
    "unpack",
    "xpcall",
];

/// Lua's libraries that scripts see.
const LIBRARIES: [&str; 4] = ["coroutine", "math", "string", "table"];

// Where things stand on the stack while the sandbox is built.
const OPENED: isize = 1;
const PROTECTED: isize = 2;
const REAL: isize = 3;

/// Builds the sandbox in a state whose libraries are open. Leaves on top the real table of globals, in which scripts find `KEYS`
/// and `ARGV`; for functions, above it the metatable that leads to it, and the table to which that leads while a library is loaded.
pub fn build(stack: &Stack<'_>, dialect: Dialect) -> Result<(), Raise> {
    stack.push_globals();
    stack.push_table(0, 16);
    stack.push_table(0, 64);
    for name in GLOBALS {
        stack.push_field(OPENED, name);
        stack.set_field(REAL, name);
    }
    replace_globals(stack);
    if dialect == Dialect::Scripts {
        stack.push_function(redis_table::error_handler);
        stack.set_field(REAL, "__redis__err__handler");
    }
    for name in LIBRARIES {
        stack.push_field(OPENED, name);
        replace_in_library(stack, name);
        protect(stack, None)?;
        stack.set_field(REAL, name);
    }
    push_redis(stack, &redis_table::FUNCTIONS, &redis_table::NUMBERS);
    if dialect == Dialect::Scripts {
        add_functions(stack, &redis_table::FUNCTIONS_OF_SCRIPTS);
    }
    protect(stack, None)?;
    stack.set_field(REAL, "redis");
    push_library(stack, &bits::FUNCTIONS, &[]);
    protect(stack, None)?;
    stack.set_field(REAL, "bit");
    push_library(stack, &structs::FUNCTIONS, &[]);
    protect(stack, None)?;
    stack.set_field(REAL, "struct");
    let msgpack_says = [
        ("_NAME", "cmsgpack"),
        ("_VERSION", "lua-cmsgpack 0.4.0"),
        ("_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo"),
        ("_DESCRIPTION", "MessagePack C implementation for Lua"),
    ];
    push_library(stack, &msgpack::FUNCTIONS, &msgpack_says);
    protect(stack, None)?;
    stack.set_field(REAL, "cmsgpack");
    cjson::push(stack);
    protect(stack, None)?;
    stack.set_field(REAL, "cjson");
    protect_strings(stack)?;
    // Reading a global that is not there is an error.
    stack.push_table(0, 1);
    let metatable = stack.top() as isize;
    stack.push_function(no_such_global);
    stack.set_field(-2, "__index");
    stack.push_copy(-1);
    stack.set_metatable(REAL);
    protect(stack, None)?;
    stack.push_copy(REAL);
    protect(stack, Some(metatable))?;
    stack.push_copy(-1);
    stack.set_field(REAL, "_G");
    stack.set_globals();
    stack.set_top(REAL as usize);
    if dialect == Dialect::Functions {
        stack.push_globals();
        stack.push_metatable(-1);
        stack.remove(-2);
        push_globals_of_loading(stack)?;
    }
    Ok(())
}

/// Pushes all that a library sees while it is loaded: a table `redis` of its own. Other names are refused, in that table too.
fn push_globals_of_loading(stack: &Stack<'_>) -> Result<(), Raise> {
    let is_there = |(name, _): &(&str, u32)| !name.starts_with("REPL_");
    let numbers: Vec<_> = redis_table::NUMBERS.into_iter().filter(is_there).collect();
    stack.push_table(0, 1);
    let globals = stack.top() as isize;
    push_redis(stack, &register::FUNCTIONS, &numbers);
    stack.push_metatable(REAL);
    stack.set_metatable(globals + 1);
    protect(stack, None)?;
    stack.set_field(globals, "redis");
    stack.push_metatable(REAL);
    stack.set_metatable(globals);
    Ok(())
}

/// Replaces the table on top by an empty one that leads to it and cannot be changed. `shown` is the place of what
/// `getmetatable` returns for it.
fn protect(stack: &Stack<'_>, shown: Option<isize>) -> Result<(), Raise> {
    let real = stack.top() as isize;
    stack.push_table(0, 0);
    let front = real + 1;
    stack.push_table(0, 4);
    stack.push_copy(real);
    stack.set_field(-2, "__index");
    stack.push_function(readonly);
    stack.set_field(-2, "__newindex");
    stack.push_bool(true);
    stack.set_field(-2, "protected");
    if let Some(shown) = shown {
        stack.push_copy(shown);
        stack.set_field(-2, "shown");
    }
    stack.set_metatable(front);
    stack.push_copy(front);
    stack.push_copy(real);
    stack.set_pair(PROTECTED)?;
    stack.remove(real);
    Ok(())
}

/// Puts functions that know protected tables in the place of those that look past metatables.
fn replace_globals(stack: &Stack<'_>) {
    for name in ["pcall", "xpcall", "load", "loadstring"] {
        stack.push_replacement(name);
        stack.set_field(REAL, name);
    }
    let guards = [
        ("rawset", Guard::Write(3)),
        ("setmetatable", Guard::SetMetatable),
        ("rawget", Guard::Read),
        ("getmetatable", Guard::Metatable),
        ("unpack", Guard::Unpack),
    ];
    for (name, guard) in guards {
        stack.push_field(OPENED, name);
        stack.guard(guard, PROTECTED, None);
        stack.set_field(REAL, name);
    }
    stack.push_field(OPENED, "next");
    stack.guard(Guard::Next, PROTECTED, None);
    let next = stack.top() as isize;
    stack.push_field(OPENED, "next");
    stack.guard(Guard::Pairs, PROTECTED, Some(next));
    stack.set_field(REAL, "pairs");
    stack.set_field(REAL, "next");
}

/// The same in the library on top.
fn replace_in_library(stack: &Stack<'_>, name: &str) {
    let guards: &[(&str, Guard)] = match name {
        "coroutine" => &[("resume", Guard::Resume), ("wrap", Guard::Wrap)],
        "table" => &[("insert", Guard::Write(2))],
        "string" => &[
            ("find", Guard::Pattern),
            ("match", Guard::Pattern),
            ("gmatch", Guard::Pattern),
            ("gfind", Guard::Pattern),
            ("gsub", Guard::Pattern),
            ("rep", Guard::Repeat),
        ],
        _ => &[],
    };
    for (function, guard) in guards {
        stack.push_field(-1, function);
        stack.guard(*guard, PROTECTED, None);
        stack.set_field(-2, function);
    }
    if name == "math" {
        stack.push_function(random::random);
        stack.set_field(-2, "random");
        stack.push_function(random::seed);
        stack.set_field(-2, "randomseed");
    }
}

/// The metatable of all strings shows scripts a protected copy of itself.
fn protect_strings(stack: &Stack<'_>) -> Result<(), Raise> {
    stack.push_bytes(b"");
    let string = stack.top() as isize;
    if stack.push_metatable(string) {
        stack.push_table(0, 1);
        stack.push_field(REAL, "string");
        stack.set_field(-2, "__index");
        protect(stack, None)?;
        stack.set_field(-2, "__metatable");
    }
    stack.set_top(string as usize - 1);
    Ok(())
}

fn push_redis(stack: &Stack<'_>, functions: &[(&str, Function)], numbers: &[(&str, u32)]) {
    push_library(stack, functions, &[("REDIS_VERSION", redis_table::VERSION)]);
    for (name, number) in numbers {
        stack.push_number(f64::from(*number));
        stack.set_field(-2, name);
    }
}

fn add_functions(stack: &Stack<'_>, functions: &[(&str, Function)]) {
    for (name, function) in functions {
        stack.push_function(*function);
        stack.set_field(-2, name);
    }
}

fn push_library(stack: &Stack<'_>, functions: &[(&str, Function)], texts: &[(&str, &str)]) {
    stack.push_table(0, functions.len() + texts.len());
    add_functions(stack, functions);
    for (name, text) in texts {
        stack.push_bytes(text.as_bytes());
        stack.set_field(-2, name);
    }
}

/// `__newindex` of protected tables.
fn readonly(_stack: &Stack<'_>) -> Result<usize, Raise> {
    Err(Raise::text("Attempt to modify a readonly table"))
}

/// `__index` of the globals.
fn no_such_global(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() != 2 {
        return Err(Raise::text("Wrong number of arguments to luaProtectedTableError"));
    }
    let Some(name) = stack.text(2) else {
        return Err(Raise::text("Second argument to luaProtectedTableError must be a string or number"));
    };
    Err(Raise::text(format!(
        "Script attempted to access nonexistent global variable '{}'",
        String::from_utf8_lossy(name)
    )))
}

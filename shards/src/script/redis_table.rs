//! The table `redis`: what a script and the server have to do with each other.

use super::from_resp;
use super::lua::{Function, Kind, Raise, Request, Stack};
use super::number::general;
use super::sha::Sha;

/// Its functions, for scripts and for functions.
pub const FUNCTIONS: [(&str, Function); 9] = [
    ("call", call),
    ("pcall", pcall),
    ("log", log),
    ("sha1hex", sha1hex),
    ("error_reply", error_reply),
    ("status_reply", status_reply),
    ("setresp", setresp),
    ("set_repl", set_repl),
    ("acl_check_cmd", acl_check_cmd),
];

/// Those that only scripts have.
pub const FUNCTIONS_OF_SCRIPTS: [(&str, Function); 3] =
    [("replicate_commands", replicate_commands), ("breakpoint", breakpoint), ("debug", debug)];

/// Its numbers.
pub const NUMBERS: [(&str, u32); 10] = [
    ("LOG_DEBUG", 0),
    ("LOG_VERBOSE", 1),
    ("LOG_NOTICE", 2),
    ("LOG_WARNING", 3),
    ("REPL_NONE", 0),
    ("REPL_AOF", 1),
    ("REPL_SLAVE", 2),
    ("REPL_REPLICA", 2),
    ("REPL_ALL", 3),
    // 7.2.4, a byte for each part.
    ("REDIS_VERSION_NUM", 0x07_02_04),
];

/// The version of Redis that scripts may count on.
pub const VERSION: &str = "7.2.4";

/// An error of this library: a table, as commands' errors are.
pub fn refused(text: &str) -> Raise {
    Raise::Table(format!("ERR {text}").into_bytes())
}

/// The arguments as a command: strings as they are, numbers as `%.17g`.
fn command(stack: &Stack<'_>) -> Result<Vec<Box<[u8]>>, Raise> {
    let count = stack.top();
    if count == 0 {
        return Err(refused("Please specify at least one argument for this redis lib call"));
    }
    let mut args = Vec::with_capacity(count);
    let mut size = 0;
    for index in 1..=count as isize {
        args.push(match stack.kind(index) {
            Kind::String => {
                // One long string many times is little to Lua.
                let bytes = stack.bytes(index).unwrap_or_default();
                size += bytes.len();
                stack.check_memory(size)?;
                bytes.into()
            }
            Kind::Number => general(stack.number(index).unwrap_or_default(), 17).into_bytes().into(),
            _ => return Err(refused("Lua redis lib command arguments must be strings or integers")),
        });
    }
    Ok(args)
}

/// Runs the command and pushes its reply; says whether that is an error.
fn run(stack: &Stack<'_>, args: Vec<Box<[u8]>>) -> Result<bool, Raise> {
    let resp3 = stack.shared.resp3.get();
    stack.ask(Request::Command { args, resp3 }, |reply| {
        stack.set_top(0);
        from_resp::push(stack, reply)
    })
}

/// `redis.call(..)`
fn call(stack: &Stack<'_>) -> Result<usize, Raise> {
    if run(stack, command(stack)?)? {
        return Err(Raise::Value);
    }
    Ok(1)
}

/// `redis.pcall(..)`: errors are returned, those of the arguments too.
fn pcall(stack: &Stack<'_>) -> Result<usize, Raise> {
    match command(stack) {
        Ok(args) => {
            run(stack, args)?;
        }
        Err(Raise::Table(text)) => {
            stack.set_top(0);
            push_error(stack, &text);
        }
        Err(other) => return Err(other),
    }
    Ok(1)
}

fn push_error(stack: &Stack<'_>, text: &[u8]) {
    stack.push_table(0, 1);
    stack.push_bytes(text);
    stack.set_field(-2, "err");
}

/// `redis.log(level, ..)`
pub fn log(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() < 2 {
        return Err(refused("redis.log() requires two arguments or more."));
    }
    let Some(level) = stack.number(1) else {
        return Err(refused("First argument must be a number (log level)."));
    };
    let level = match super::lua::truncated(level) {
        level @ 0..=3 => level as u8,
        _ => return Err(refused("Invalid debug level.")),
    };
    let mut text = Vec::new();
    for index in 2..=stack.top() as isize {
        if let Some(part) = stack.text(index) {
            if index > 2 {
                text.push(b' ');
            }
            stack.check_memory(text.len() + part.len())?;
            text.extend_from_slice(part);
        }
    }
    stack.ask(Request::Log { level, text }, |_| Ok(()))?;
    Ok(0)
}

/// `redis.sha1hex(text)`
fn sha1hex(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() != 1 {
        return Err(refused("wrong number of arguments"));
    }
    stack.push_bytes(&Sha::of(stack.text(1).unwrap_or_default()).0);
    Ok(1)
}

/// The only argument, a string; otherwise an error to return has been pushed.
fn only_text<'a>(stack: &Stack<'a>) -> Option<&'a [u8]> {
    if stack.top() == 1
        && let Some(text) = stack.bytes(1)
    {
        return Some(text);
    }
    stack.set_top(0);
    push_error(stack, b"ERR wrong number or type of arguments");
    None
}

/// `redis.error_reply(text)`: a text of one word gets the code `ERR`.
fn error_reply(stack: &Stack<'_>) -> Result<usize, Raise> {
    let Some(text) = only_text(stack) else { return Ok(1) };
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let begin = text.iter().position(|byte| !is_end(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_end(byte)).map_or(begin, |last| last + 1);
    let mut error = Vec::with_capacity(text.len() + 4);
    if !text.contains(&b' ') {
        error.extend_from_slice(b"ERR ");
    }
    error.extend(text[begin..end].iter().map(|byte| if is_end(byte) { b' ' } else { *byte }));
    push_error(stack, &error);
    Ok(1)
}

/// `redis.status_reply(text)`
fn status_reply(stack: &Stack<'_>) -> Result<usize, Raise> {
    if let Some(text) = only_text(stack) {
        stack.push_table(0, 1);
        stack.push_bytes(text);
        stack.set_field(-2, "ok");
    }
    Ok(1)
}

/// `redis.setresp(2 or 3)`
fn setresp(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() != 1 {
        return Err(refused("redis.setresp() requires one argument."));
    }
    match super::lua::truncated(stack.number(1).unwrap_or_default()) {
        version @ (2 | 3) => stack.shared.resp3.set(version == 3),
        _ => return Err(refused("RESP version must be 2 or 3.")),
    }
    Ok(0)
}

/// `redis.set_repl(flags)`: effects are kept on one server, so every choice is the same.
fn set_repl(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() != 1 {
        return Err(refused("redis.set_repl() requires two arguments."));
    }
    let flags = super::lua::truncated(stack.number(1).unwrap_or_default());
    if !(0..=3).contains(&flags) {
        return Err(refused("Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE."));
    }
    Ok(0)
}

/// `redis.replicate_commands()`: always so since Redis 7.
fn replicate_commands(stack: &Stack<'_>) -> Result<usize, Raise> {
    stack.push_bool(true);
    Ok(1)
}

/// `redis.breakpoint()`: false, as no debugger is attached.
fn breakpoint(stack: &Stack<'_>) -> Result<usize, Raise> {
    stack.push_bool(false);
    Ok(1)
}

/// `redis.debug(..)`: for a debugger alone.
fn debug(_stack: &Stack<'_>) -> Result<usize, Raise> {
    Ok(0)
}

/// `redis.acl_check_cmd(..)`: whoever may run scripts may run every command that there is.
fn acl_check_cmd(stack: &Stack<'_>) -> Result<usize, Raise> {
    let args = command(stack)?;
    let question = [b"COMMAND".as_slice(), b"INFO", &args[0]].map(Box::from).to_vec();
    let resp3 = stack.shared.resp3.get();
    let known = stack.ask(Request::Command { args: question, resp3 }, |reply| {
        Ok(!matches!(reply, b"*1\r\n*-1\r\n" | b"*1\r\n$-1\r\n" | b"*1\r\n_\r\n"))
    })?;
    if !known {
        return Err(refused("Invalid command passed to redis.acl_check_cmd()"));
    }
    stack.push_bool(true);
    Ok(1)
}

/// `__redis__err__handler`: makes a table of whatever was raised, with the place where.
pub fn error_handler(stack: &Stack<'_>) -> Result<usize, Raise> {
    stack.set_top(1);
    let place = match stack.place(1) {
        Some((_, _, true)) => stack.place(2),
        other => other,
    };
    if stack.kind(1) == Kind::Table && stack.push_metatable(1) {
        // The place must not be written into a table that outlives the script.
        stack.push_field(-1, "protected");
        let is_protected = stack.is_true(-1);
        stack.set_top(1);
        if is_protected {
            stack.set_top(0);
            push_error(stack, b"ERR Attempt to modify a readonly table");
        }
    }
    if stack.kind(1) != Kind::Table {
        let mut text = b"ERR ".to_vec();
        match stack.kind(1) {
            Kind::String | Kind::Number => text.extend_from_slice(stack.text(1).unwrap_or_default()),
            Kind::Boolean => text.extend_from_slice(if stack.is_true(1) { b"true" } else { b"false" }),
            _ => text.extend_from_slice(stack.kind_name(1).as_bytes()),
        }
        stack.set_top(0);
        push_error(stack, &text);
    }
    if let Some((source, line, _)) = place {
        stack.push_bytes(&source);
        stack.set_field(1, "source");
        stack.push_number(line as f64);
        stack.set_field(1, "line");
    }
    Ok(1)
}

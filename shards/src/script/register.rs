//! `redis.register_function`: what a library offers, told while it is loaded.

use std::collections::HashSet;
use std::sync::Arc;

use super::ScriptFlags;
use super::lua::{Function, Kind, Raise, Stack};
use super::metadata::{WRONG_NAME, is_name};
use super::redis_table::{self, refused};

/// The functions of the table `redis` while a library is loaded.
pub const FUNCTIONS: [(&str, Function); 2] =
    [("register_function", register_function), ("log", redis_table::log)];

/// A function of a library.
#[derive(Debug)]
pub struct Registered {
    /// As it was registered; it is called by it in any case.
    pub name: Arc<str>,
    /// What it says of itself.
    pub description: Option<Box<[u8]>>,
    /// What it may do.
    pub flags: ScriptFlags,
    /// The number under which the state keeps it.
    pub(super) function: i32,
}

/// What a library has registered so far.
#[derive(Debug, Default)]
pub struct Registry {
    functions: Vec<Registered>,
    names: HashSet<Arc<str>>,
    /// What all of it occupies. It counts as the library's memory: one long description, said of many functions, is little to Lua.
    bytes: usize,
}

impl Registry {
    /// The functions, in the order in which they were registered.
    pub fn into_functions(self) -> Vec<Registered> {
        self.functions
    }
}

/// What a call says of a function. The function itself is at place `callback` of the stack.
#[derive(Default)]
struct Said<'a> {
    name: Option<&'a [u8]>,
    description: Option<&'a [u8]>,
    flags: ScriptFlags,
    callback: Option<isize>,
    /// How many values are kept behind the arguments.
    kept: isize,
}

/// `redis.register_function(name, callback)` or `redis.register_function{function_name = .., callback = .., ..}`
fn register_function(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.shared.registered.borrow().is_none() {
        return Err(refused("redis.register_function can only be called on FUNCTION LOAD command"));
    }
    let said = match stack.top() {
        1 => named(stack)?,
        2 => positional(stack)?,
        _ => return Err(refused("wrong number of arguments to redis.register_function")),
    };
    let name = said.name.unwrap_or_default();
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| is_name(name.as_bytes())) else {
        return Err(refused(WRONG_NAME));
    };
    let mut registry = stack.shared.registered.borrow_mut();
    let Some(registry) = registry.as_mut() else { return Ok(0) };
    if registry.names.contains(name) {
        return Err(refused("Function already exists in the library"));
    }
    let texts = name.len() + said.description.map_or(0, <[u8]>::len);
    let bytes = registry.bytes + size_of::<Registered>() + texts;
    stack.check_memory(bytes)?;
    registry.bytes = bytes;
    let name: Arc<str> = name.into();
    registry.names.insert(Arc::clone(&name));
    stack.push_copy(said.callback.unwrap_or(2));
    let (function, description) = (stack.keep(), said.description.map(Box::from));
    registry.functions.push(Registered { name, description, flags: said.flags, function });
    Ok(0)
}

fn positional<'a>(stack: &Stack<'a>) -> Result<Said<'a>, Raise> {
    let name =
        stack.text(1).ok_or_else(|| refused("first argument to redis.register_function must be a string"))?;
    if stack.kind(2) != Kind::Function {
        return Err(refused("second argument to redis.register_function must be a function"));
    }
    let flags = ScriptFlags { declared: true, ..ScriptFlags::default() };
    Ok(Said { name: Some(name), callback: Some(2), flags, ..Said::default() })
}

/// The call's only argument names all that there is to say. What is found stays on the stack.
fn named<'a>(stack: &Stack<'a>) -> Result<Said<'a>, Raise> {
    if stack.kind(1) != Kind::Table {
        return Err(refused(
            "calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).",
        ));
    }
    let mut said = Said::default();
    said.flags.declared = true;
    stack.push_nil();
    while stack.next(1) {
        // Numbers are strings to Redis here, and none that is known.
        let key = match stack.kind(-2) {
            Kind::String => stack.bytes(-2).unwrap_or_default().to_ascii_lowercase(),
            Kind::Number => Vec::new(),
            _ => return Err(refused("named argument key given to redis.register_function is not a string")),
        };
        match key.as_slice() {
            b"function_name" => {
                let name = said.keep_text(stack);
                said.name = Some(name.ok_or_else(|| {
                    refused("function_name argument given to redis.register_function must be a string")
                })?);
            }
            b"description" => {
                let description = said.keep_text(stack);
                said.description = Some(description.ok_or_else(|| {
                    refused("description argument given to redis.register_function must be a string")
                })?);
            }
            b"callback" => {
                if stack.kind(-1) != Kind::Function {
                    return Err(refused(
                        "callback argument given to redis.register_function must be a function",
                    ));
                }
                said.callback = Some(said.keep(stack));
            }
            b"flags" => {
                if stack.kind(-1) != Kind::Table {
                    return Err(refused(
                        "flags argument to redis.register_function must be a table representing function flags",
                    ));
                }
                read_flags(stack, &mut said.flags)?;
            }
            _ => return Err(refused("unknown argument given to redis.register_function")),
        }
        stack.pop(1);
    }
    if said.name.is_none() {
        return Err(refused("redis.register_function must get a function name argument"));
    }
    if said.callback.is_none() {
        return Err(refused("redis.register_function must get a callback argument"));
    }
    Ok(said)
}

impl<'a> Said<'a> {
    /// Keeps a copy of the value on top below the key and the value of the walk; returns its place.
    fn keep(&mut self, stack: &Stack<'a>) -> isize {
        let place = 2 + self.kept;
        stack.push_copy(-1);
        stack.insert(place);
        self.kept += 1;
        place
    }

    /// The text on top, kept likewise: a number's text is nowhere but on the stack.
    fn keep_text(&mut self, stack: &Stack<'a>) -> Option<&'a [u8]> {
        stack.text(-1)?;
        let place = self.keep(stack);
        stack.bytes(place)
    }
}

/// The flags in the table on top, up to the first nil.
fn read_flags(stack: &Stack<'_>, flags: &mut ScriptFlags) -> Result<(), Raise> {
    for number in 1.. {
        stack.push_element(-1, number);
        if stack.kind(-1) == Kind::Nil {
            stack.pop(1);
            return Ok(());
        }
        let is_known = stack.text(-1).is_some_and(|flag| flags.raise_in_any_case(flag));
        if !is_known {
            return Err(refused("unknown flag given"));
        }
        stack.pop(1);
    }
    Ok(())
}

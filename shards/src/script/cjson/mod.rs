//! The library `cjson`: JSON, as lua-cjson 2.1.0 writes and reads it within Redis.

mod config;
mod decode;
mod encode;

pub use config::Config;

use super::lua::{Function, Raise, Stack};

/// The library's functions, all of which share settings.
const FUNCTIONS: [(&str, Function); 10] = [
    ("encode", encode::encode),
    ("decode", decode::decode),
    ("encode_sparse_array", config::encode_sparse_array),
    ("encode_max_depth", config::encode_max_depth),
    ("decode_max_depth", config::decode_max_depth),
    ("encode_number_precision", config::encode_number_precision),
    ("encode_keep_buffer", config::encode_keep_buffer),
    ("encode_invalid_numbers", config::encode_invalid_numbers),
    ("decode_invalid_numbers", config::decode_invalid_numbers),
    ("new", new),
];

/// `cjson.new()`: the library once more, with settings of its own.
fn new(stack: &Stack<'_>) -> Result<usize, Raise> {
    stack.set_top(0);
    push(stack);
    Ok(1)
}

/// Pushes the library.
pub fn push(stack: &Stack<'_>) {
    stack.push_settings(Config::default());
    let settings = stack.top() as isize;
    stack.push_table(0, FUNCTIONS.len() + 3);
    for (name, function) in FUNCTIONS {
        stack.push_function_with(function, settings);
        stack.set_field(-2, name);
    }
    stack.push_null_pointer();
    stack.set_field(-2, "null");
    for (name, value) in [("_NAME", "cjson"), ("_VERSION", "2.1.0")] {
        stack.push_bytes(value.as_bytes());
        stack.set_field(-2, name);
    }
    stack.remove(settings);
}

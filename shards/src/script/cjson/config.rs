//! The settings, and the functions that show and change them.

use crate::script::lua::{Kind, Raise, Stack};

/// What becomes of numbers that JSON has no notation for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// They are refused.
    Refused,
    /// They are written and read by name.
    Named,
    /// They are written as null.
    Null,
}

/// Settings of one `cjson`.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Whether arrays with too many gaps are written as objects, or refused.
    pub sparse_convert: bool,
    /// From this many times more places than elements on, an array has too many gaps; 0 for never.
    pub sparse_ratio: i32,
    /// Up to so many places, it never has.
    pub sparse_safe: i32,
    /// How deep written tables may nest.
    pub encode_max_depth: i32,
    /// How deep read text may nest.
    pub decode_max_depth: i32,
    /// Digits of a written number.
    pub precision: i32,
    /// Kept for its getter alone: there is no buffer between two calls.
    pub keep_buffer: bool,
    /// Infinite numbers and NaN, when written.
    pub encode_invalid: Invalid,
    /// The same, and hexadecimal numbers, when read.
    pub decode_invalid: Invalid,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            sparse_convert: false,
            sparse_ratio: 2,
            sparse_safe: 10,
            encode_max_depth: 1_000,
            decode_max_depth: 1_000,
            precision: 14,
            keep_buffer: true,
            encode_invalid: Invalid::Refused,
            decode_invalid: Invalid::Named,
        }
    }
}

/// Refuses more than `most` arguments, and makes the missing ones nil.
fn arguments(stack: &Stack<'_>, most: usize) -> Result<(), Raise> {
    if stack.top() > most {
        return Err(Raise::argument(most + 1, "found too many arguments"));
    }
    stack.set_top(most);
    Ok(())
}

/// Sets an integer within bounds unless the argument is nil, and pushes it.
fn integer(stack: &Stack<'_>, number: usize, setting: &mut i32, low: i32, high: i32) -> Result<(), Raise> {
    if stack.kind(number as isize) != Kind::Nil {
        // An `int` in the original.
        let value = stack.check_integer(number)? as i32;
        if !(low..=high).contains(&value) {
            // Whichever it is, the original names the first.
            return Err(Raise::argument(1, format!("expected integer between {low} and {high}")));
        }
        *setting = value;
    }
    stack.push_number(f64::from(*setting));
    Ok(())
}

/// Reads `false`/"off" as 0, `true`/"on" as 1, and the further names from 2 on; nil is none.
fn option(stack: &Stack<'_>, number: usize, further: &[&str]) -> Result<Option<usize>, Raise> {
    let index = number as isize;
    match stack.kind(index) {
        Kind::Nil => return Ok(None),
        Kind::Boolean => return Ok(Some(usize::from(stack.is_true(index)))),
        _ => {}
    }
    let name = stack.check_bytes(number)?;
    let names = ["off", "on"].into_iter().chain(further.iter().copied());
    names
        .into_iter()
        .position(|known| known.as_bytes() == name)
        .map(Some)
        .ok_or_else(|| Raise::argument(number, format!("invalid option '{}'", String::from_utf8_lossy(name))))
}

fn flag(stack: &Stack<'_>, number: usize, setting: &mut bool) -> Result<(), Raise> {
    if let Some(chosen) = option(stack, number, &[])? {
        *setting = chosen == 1;
    }
    stack.push_bool(*setting);
    Ok(())
}

fn invalid(stack: &Stack<'_>, setting: &mut Invalid, further: &[&str]) -> Result<(), Raise> {
    match option(stack, 1, further)? {
        None => {}
        Some(0) => *setting = Invalid::Refused,
        Some(1) => *setting = Invalid::Named,
        Some(_) => *setting = Invalid::Null,
    }
    match setting {
        Invalid::Null => stack.push_bytes(b"null"),
        other => stack.push_bool(*other == Invalid::Named),
    }
    Ok(())
}

/// Changes the settings of the running function; what was set before an error stays set.
fn change<T>(stack: &Stack<'_>, change: impl FnOnce(&mut Config) -> Result<T, Raise>) -> Result<T, Raise> {
    let mut config = stack.settings().get();
    let result = change(&mut config);
    stack.settings().set(config);
    result
}

/// `cjson.encode_sparse_array([convert [, ratio [, safe]]])`
pub fn encode_sparse_array(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 3)?;
    change(stack, |config| {
        flag(stack, 1, &mut config.sparse_convert)?;
        integer(stack, 2, &mut config.sparse_ratio, 0, i32::MAX)?;
        integer(stack, 3, &mut config.sparse_safe, 0, i32::MAX)
    })?;
    Ok(3)
}

/// `cjson.encode_max_depth([depth])`
pub fn encode_max_depth(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 1)?;
    change(stack, |config| integer(stack, 1, &mut config.encode_max_depth, 1, i32::MAX))?;
    Ok(1)
}

/// `cjson.decode_max_depth([depth])`
pub fn decode_max_depth(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 1)?;
    change(stack, |config| integer(stack, 1, &mut config.decode_max_depth, 1, i32::MAX))?;
    Ok(1)
}

/// `cjson.encode_number_precision([digits])`
pub fn encode_number_precision(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 1)?;
    change(stack, |config| integer(stack, 1, &mut config.precision, 1, 14))?;
    Ok(1)
}

/// `cjson.encode_keep_buffer([keep])`
pub fn encode_keep_buffer(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 1)?;
    change(stack, |config| flag(stack, 1, &mut config.keep_buffer))?;
    Ok(1)
}

/// `cjson.encode_invalid_numbers([setting])`
pub fn encode_invalid_numbers(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 1)?;
    change(stack, |config| invalid(stack, &mut config.encode_invalid, &["null"]))?;
    Ok(1)
}

/// `cjson.decode_invalid_numbers([setting])`
pub fn decode_invalid_numbers(stack: &Stack<'_>) -> Result<usize, Raise> {
    arguments(stack, 1)?;
    change(stack, |config| invalid(stack, &mut config.decode_invalid, &[]))?;
    Ok(1)
}

//! The library `bit`: operations on 32 bits, as `BitOp` documents them.

use super::lua::{Function, Raise, Stack};

/// The library's functions.
pub const FUNCTIONS: [(&str, Function); 12] = [
    ("tobit", tobit),
    ("bnot", bnot),
    ("band", band),
    ("bor", bor),
    ("bxor", bxor),
    ("lshift", lshift),
    ("rshift", rshift),
    ("arshift", arshift),
    ("rol", rol),
    ("ror", ror),
    ("bswap", bswap),
    ("tohex", tohex),
];

/// Argument `number` modulo 2³². Adding 2⁵² + 2⁵¹ leaves the rounded number in the low bits of a double.
fn bits(stack: &Stack<'_>, number: usize) -> Result<u32, Raise> {
    const LOW_BITS: f64 = 6_755_399_441_055_744.0;
    Ok((stack.check_number(number)? + LOW_BITS).to_bits() as u32)
}

fn give(stack: &Stack<'_>, bits: u32) -> Result<usize, Raise> {
    stack.push_number(f64::from(bits as i32));
    Ok(1)
}

fn tobit(stack: &Stack<'_>) -> Result<usize, Raise> {
    give(stack, bits(stack, 1)?)
}

fn bnot(stack: &Stack<'_>) -> Result<usize, Raise> {
    give(stack, !bits(stack, 1)?)
}

/// Joins all arguments.
fn fold(stack: &Stack<'_>, join: fn(u32, u32) -> u32) -> Result<usize, Raise> {
    let mut result = bits(stack, 1)?;
    // From the last on, so that the last wrong one is the one that is named.
    for number in (2..=stack.top()).rev() {
        result = join(result, bits(stack, number)?);
    }
    give(stack, result)
}

fn band(stack: &Stack<'_>) -> Result<usize, Raise> {
    fold(stack, |a, b| a & b)
}

fn bor(stack: &Stack<'_>) -> Result<usize, Raise> {
    fold(stack, |a, b| a | b)
}

fn bxor(stack: &Stack<'_>) -> Result<usize, Raise> {
    fold(stack, |a, b| a ^ b)
}

/// Shifts the first argument by the low five bits of the second.
fn shift(stack: &Stack<'_>, by: fn(u32, u32) -> u32) -> Result<usize, Raise> {
    let value = bits(stack, 1)?;
    give(stack, by(value, bits(stack, 2)? & 31))
}

fn lshift(stack: &Stack<'_>) -> Result<usize, Raise> {
    shift(stack, |value, by| value << by)
}

fn rshift(stack: &Stack<'_>) -> Result<usize, Raise> {
    shift(stack, |value, by| value >> by)
}

fn arshift(stack: &Stack<'_>) -> Result<usize, Raise> {
    shift(stack, |value, by| ((value as i32) >> by) as u32)
}

fn rol(stack: &Stack<'_>) -> Result<usize, Raise> {
    shift(stack, u32::rotate_left)
}

fn ror(stack: &Stack<'_>) -> Result<usize, Raise> {
    shift(stack, u32::rotate_right)
}

fn bswap(stack: &Stack<'_>) -> Result<usize, Raise> {
    give(stack, bits(stack, 1)?.swap_bytes())
}

fn tohex(stack: &Stack<'_>) -> Result<usize, Raise> {
    let value = bits(stack, 1)?;
    let digits = if stack.top() < 2 { 8 } else { bits(stack, 2)? as i32 };
    let count = digits.unsigned_abs().min(8) as usize;
    let text = if digits < 0 { format!("{value:08X}") } else { format!("{value:08x}") };
    stack.push_bytes(&text.as_bytes()[8 - count..]);
    Ok(1)
}

//! What a simulated client does: commands with the check of each reply.

use std::fmt::Write as _;

use shards::structures::random::Rng;

use crate::{board::Board, resp::Value};

/// What a reply must satisfy; it may tell the board what has been learned.
pub type Check = Box<dyn FnOnce(&Value, &mut Board) -> Result<(), String>>;

/// A command and the check of its reply.
pub struct Asked {
    /// Its arguments.
    pub arguments: Vec<Vec<u8>>,
    /// The check.
    pub check: Check,
}

/// What a client does next.
pub enum Act {
    /// Sends these commands in one go.
    Send(Vec<Asked>),
    /// Waits for a reply that is under way.
    Wait,
    /// Hangs up, whatever is under way, and connects anew.
    Vanish,
    /// Has nothing more to do, and waits for nothing.
    Done,
}

/// A client's program.
pub trait Program {
    /// What it does next; `waiting` replies are under way.
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act;

    /// The first bytes of what it sent last are leaving, or more of them.
    fn sends(&mut self, _board: &mut Board) {}

    /// Nobody can do anything any more, and replies are under way to it. Whether that may be: then it does nothing more, and hangs
    /// up at the end.
    fn waits_in_vain(&mut self, _board: &mut Board) -> bool {
        false
    }
}

/// A command with a check.
pub fn ask(
    arguments: &[&[u8]],
    check: impl FnOnce(&Value, &mut Board) -> Result<(), String> + 'static,
) -> Asked {
    let arguments = arguments.iter().map(|argument| argument.to_vec()).collect();
    Asked { arguments, check: Box::new(check) }
}

/// A command with exactly this reply.
pub fn ask_exactly(arguments: &[&[u8]], expected: Value) -> Asked {
    ask(arguments, move |got, _| equal(got, &expected))
}

/// An error unless the reply is this one.
pub fn equal(got: &Value, expected: &Value) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("expected {}, got {}", show(expected), show(got))) }
}

/// `+OK`.
pub fn ok() -> Value {
    Value::Simple(b"OK".to_vec())
}

/// The number in an integer reply.
pub fn integer(value: &Value) -> Result<i64, String> {
    match value {
        Value::Integer(number) => Ok(*number),
        other => Err(format!("expected a number, got {}", show(other))),
    }
}

/// The elements of an array.
pub fn elements(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::Array(elements) => Ok(elements),
        other => Err(format!("expected an array, got {}", show(other))),
    }
}

/// The bytes of a string reply; none for a missing value.
pub fn bulk(value: &Value) -> Result<Option<&[u8]>, String> {
    match value {
        Value::Bulk(bytes) => Ok(Some(bytes)),
        Value::NullBulk => Ok(None),
        other => Err(format!("expected a string, got {}", show(other))),
    }
}

/// The number at the start of a string reply, up to a colon; 0 for a missing value.
pub fn leading_number(value: &Value) -> Result<u64, String> {
    let Some(bytes) = bulk(value)? else { return Ok(0) };
    let digits = bytes.split(|byte| *byte == b':').next().unwrap_or_default();
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| format!("expected a number, got {}", show(value)))
}

/// A reply in a few words.
pub fn show(value: &Value) -> String {
    match value {
        Value::Bulk(bytes) => format!("{:?}", crate::machine::shorten(bytes)),
        Value::Array(elements) => {
            let mut text = String::from("[");
            for element in elements.iter().take(40) {
                let _ = write!(text, "{} ", show(element));
            }
            text + "]"
        }
        Value::Simple(text) => format!("+{}", text.escape_ascii()),
        Value::Error(text) => format!("-{}", text.escape_ascii()),
        other => format!("{other:?}"),
    }
}

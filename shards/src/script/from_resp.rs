//! Replies of commands become values of Lua.

use super::lua::{Raise, Stack};
use crate::resp::number::parse_i64;
use crate::script::number::leading;

/// Pushes the reply that `bytes` begins with, and says whether it is an error.
pub fn push(stack: &Stack<'_>, bytes: &[u8]) -> Result<bool, Raise> {
    let mut reader = Reader { bytes };
    stack.check_memory(bytes.len())?;
    reader.push(stack).ok_or_else(|| Raise::Plain("a reply that cannot be read".into()))?;
    Ok(bytes.first() == Some(&b'-'))
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn line(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr(b'\r', self.bytes)?;
        let line = &self.bytes[..end];
        self.bytes = self.bytes.get(end + 2..)?;
        Some(line)
    }

    fn bulk(&mut self, len: usize) -> Option<&'a [u8]> {
        let bulk = self.bytes.get(..len)?;
        self.bytes = self.bytes.get(len + 2..)?;
        Some(bulk)
    }

    /// Pushes one value. `None`: the reply ends too early, is none, or nests too deep.
    fn push(&mut self, stack: &Stack<'_>) -> Option<()> {
        if !stack.has_room(4) {
            return None;
        }
        let (&kind, line) = self.line()?.split_first()?;
        match kind {
            b'+' => named(stack, "ok", line),
            b'-' => {
                stack.push_table(0, 2);
                stack.push_bytes(line);
                stack.set_field(-2, "err");
                // It was counted when the command failed.
                stack.push_bool(true);
                stack.set_field(-2, "ignore_error_stats_update");
            }
            b':' => stack.push_number(parse_i64(line)? as f64),
            b'_' => stack.push_nil(),
            b'#' => stack.push_bool(line == b"t"),
            b',' => {
                stack.push_table(0, 1);
                stack.push_number(leading(line).map_or(0.0, |(number, _)| number));
                stack.set_field(-2, "double");
            }
            b'(' => named(stack, "big_number", line),
            b'$' | b'=' | b'*' | b'~' | b'>' | b'%' | b'|' => {
                let Ok(len) = usize::try_from(parse_i64(line)?) else {
                    // A null bulk string or array.
                    stack.push_bool(false);
                    return Some(());
                };
                self.push_sized(stack, kind, len)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn push_sized(&mut self, stack: &Stack<'_>, kind: u8, len: usize) -> Option<()> {
        match kind {
            b'$' => stack.push_bytes(self.bulk(len)?),
            b'=' => {
                let (format, text) = self.bulk(len)?.split_at_checked(4)?;
                stack.push_table(0, 1);
                stack.push_table(0, 2);
                stack.push_bytes(text);
                stack.set_field(-2, "string");
                stack.push_bytes(&format[..3]);
                stack.set_field(-2, "format");
                stack.set_field(-2, "verbatim_string");
            }
            b'%' => {
                stack.push_table(0, 1);
                stack.push_table(0, len);
                for _ in 0..len {
                    self.push(stack)?;
                    self.push(stack)?;
                    stack.set_pair(-3).ok()?;
                }
                stack.set_field(-2, "map");
            }
            b'~' => {
                stack.push_table(0, 1);
                stack.push_table(0, len);
                for _ in 0..len {
                    self.push(stack)?;
                    stack.push_bool(true);
                    stack.set_pair(-3).ok()?;
                }
                stack.set_field(-2, "set");
            }
            b'|' => {
                // Attributes are not for scripts: the reply follows.
                for _ in 0..2 * len {
                    self.push(stack)?;
                    stack.pop(1);
                }
                self.push(stack)?;
            }
            _ => {
                stack.push_table(len, 0);
                for number in 1..=len {
                    self.push(stack)?;
                    stack.set_element(-2, number);
                }
            }
        }
        Some(())
    }
}

fn named(stack: &Stack<'_>, name: &str, text: &[u8]) {
    stack.push_table(0, 1);
    stack.push_bytes(text);
    stack.set_field(-2, name);
}

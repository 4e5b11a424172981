//! From Lua to JSON.

use super::config::{Config, Invalid};
use crate::script::lua::{Kind, Raise, Stack, truncated};
use crate::script::number::{equal, general};

/// `cjson.encode(value)`
pub fn encode(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() != 1 {
        return Err(Raise::argument(1, "expected 1 argument"));
    }
    let mut writer = Writer { config: stack.settings().get(), out: Vec::new() };
    writer.value(stack, 0)?;
    stack.push_bytes(&writer.out);
    Ok(1)
}

struct Writer {
    config: Config,
    out: Vec<u8>,
}

impl Writer {
    /// Writes the value on top.
    fn value(&mut self, stack: &Stack<'_>, depth: i32) -> Result<(), Raise> {
        stack.check_memory(self.out.len())?;
        match stack.kind(-1) {
            Kind::String => self.string(stack, stack.bytes(-1).unwrap_or_default())?,
            Kind::Number => self.number(stack)?,
            Kind::Boolean => self.out.extend_from_slice(if stack.is_true(-1) { b"true" } else { b"false" }),
            Kind::Nil => self.out.extend_from_slice(b"null"),
            Kind::Pointer if stack.is_null_pointer(-1) => self.out.extend_from_slice(b"null"),
            Kind::Table => self.table(stack, depth + 1)?,
            _ => return Err(refused(stack, "type not supported")),
        }
        Ok(())
    }

    fn string(&mut self, stack: &Stack<'_>, bytes: &[u8]) -> Result<(), Raise> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.out.push(b'"');
        for (place, &byte) in bytes.iter().enumerate() {
            if place % 0x1_0000 == 0 {
                // Escapes are six times as long.
                stack.check_memory(self.out.len())?;
            }
            let escape = match byte {
                b'"' | b'\\' | b'/' => byte,
                8 => b'b',
                b'\t' => b't',
                b'\n' => b'n',
                12 => b'f',
                b'\r' => b'r',
                0..32 | 127 => {
                    self.out.extend_from_slice(b"\\u00");
                    self.out.push(DIGITS[usize::from(byte >> 4)]);
                    self.out.push(DIGITS[usize::from(byte & 15)]);
                    continue;
                }
                _ => {
                    self.out.push(byte);
                    continue;
                }
            };
            self.out.extend_from_slice(&[b'\\', escape]);
        }
        self.out.push(b'"');
        Ok(())
    }

    /// Writes the number on top.
    fn number(&mut self, stack: &Stack<'_>) -> Result<(), Raise> {
        let number = stack.number(-1).unwrap_or_default();
        if !number.is_finite() {
            match self.config.encode_invalid {
                Invalid::Refused => return Err(refused(stack, "must not be NaN or Inf")),
                Invalid::Null => self.out.extend_from_slice(b"null"),
                Invalid::Named if number.is_nan() => self.out.extend_from_slice(b"nan"),
                Invalid::Named => self.out.extend_from_slice(if number > 0.0 { b"inf" } else { b"-inf" }),
            }
            return Ok(());
        }
        self.out.extend_from_slice(general(number, self.config.precision as usize).as_bytes());
        Ok(())
    }

    /// Writes the table on top.
    fn table(&mut self, stack: &Stack<'_>, depth: i32) -> Result<(), Raise> {
        if depth > self.config.encode_max_depth || !stack.has_room(3) {
            return Err(Raise::text(format!("Cannot serialise, excessive nesting ({depth})")));
        }
        let table = stack.top() as isize;
        let len = self.array_len(stack, table)?;
        if len > 0 {
            self.out.push(b'[');
            for number in 1..=len {
                if number > 1 {
                    self.out.push(b',');
                }
                stack.push_element(table, number as usize);
                self.value(stack, depth)?;
                stack.pop(1);
            }
            self.out.push(b']');
            return Ok(());
        }
        self.out.push(b'{');
        let mut separated = true;
        stack.push_nil();
        while stack.next(table) {
            if !separated {
                self.out.push(b',');
            }
            separated = false;
            self.key(stack)?;
            self.value(stack, depth)?;
            stack.pop(1);
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Writes the key below the value on top.
    fn key(&mut self, stack: &Stack<'_>) -> Result<(), Raise> {
        stack.push_copy(-2);
        match stack.kind(-1) {
            Kind::Number => {
                self.out.push(b'"');
                self.number(stack)?;
                self.out.push(b'"');
            }
            Kind::String => self.string(stack, stack.bytes(-1).unwrap_or_default())?,
            _ => return Err(refused(stack, "table key must be a number or string")),
        }
        stack.pop(1);
        self.out.push(b':');
        Ok(())
    }

    /// The highest place of an array; what is to be an object has none.
    fn array_len(&self, stack: &Stack<'_>, table: isize) -> Result<i32, Raise> {
        let mut highest = 0_i32;
        let mut count = 0_i32;
        stack.push_nil();
        while stack.next(table) {
            stack.pop(1);
            let key = if stack.kind(-1) == Kind::Number { stack.number(-1).unwrap_or(0.0) } else { 0.0 };
            if key < 1.0 || !equal(key.floor(), key) {
                stack.pop(1);
                return Ok(-1);
            }
            if key > f64::from(highest) {
                // Beyond 32 bits it becomes the smallest number, which makes the table an object.
                highest = i32::try_from(truncated(key)).unwrap_or(i32::MIN);
            }
            count += 1;
        }
        let ratio = self.config.sparse_ratio;
        if ratio > 0 && highest > count.wrapping_mul(ratio) && highest > self.config.sparse_safe {
            if !self.config.sparse_convert {
                return Err(refused(stack, "excessively sparse array"));
            }
            return Ok(-1);
        }
        Ok(highest)
    }
}

/// An error that names the kind of the value on top.
fn refused(stack: &Stack<'_>, reason: &str) -> Raise {
    Raise::text(format!("Cannot serialise {}: {reason}", stack.kind_name(-1)))
}

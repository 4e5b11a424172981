//! The library `cmsgpack`: `MessagePack`, as lua-cmsgpack 0.4.0 writes and reads it.

use super::lua::{Function, Kind, Raise, Stack, truncated};
use super::number::equal;

/// The library's functions.
pub const FUNCTIONS: [(&str, Function); 4] =
    [("pack", pack), ("unpack", unpack), ("unpack_one", unpack_one), ("unpack_limit", unpack_limit)];

/// Tables deeper than this are written as nil.
const NESTING_MAX: usize = 16;

fn pack(stack: &Stack<'_>) -> Result<usize, Raise> {
    let count = stack.top();
    if count == 0 {
        return Err(Raise::argument(0, "MessagePack pack needs input."));
    }
    if !stack.has_room(count) {
        return Err(Raise::argument(0, "Too many arguments for MessagePack pack."));
    }
    let mut out = Vec::new();
    for number in 1..=count {
        stack.push_copy(number as isize);
        write(stack, &mut out, 0)?;
    }
    stack.push_bytes(&out);
    Ok(1)
}

/// Writes the value on top, and drops it.
fn write(stack: &Stack<'_>, out: &mut Vec<u8>, level: usize) -> Result<(), Raise> {
    stack.check_memory(out.len())?;
    match stack.kind(-1) {
        Kind::String => write_string(stack.bytes(-1).unwrap_or_default(), out),
        Kind::Boolean => out.push(if stack.is_true(-1) { 0xC3 } else { 0xC2 }),
        Kind::Number => write_number(stack.number(-1).unwrap_or_default(), out),
        Kind::Table if level < NESTING_MAX => write_table(stack, out, level)?,
        _ => out.push(0xC0),
    }
    stack.pop(1);
    Ok(())
}

fn write_string(bytes: &[u8], out: &mut Vec<u8>) {
    match bytes.len() {
        len @ 0..32 => out.push(0xA0 | len as u8),
        len @ 32..=0xFF => out.extend_from_slice(&[0xD9, len as u8]),
        len => write_length(out, 0xDA, len),
    }
    out.extend_from_slice(bytes);
}

/// A length of two or, under the next tag, four bytes.
fn write_length(out: &mut Vec<u8>, tag: u8, len: usize) {
    if let Ok(short) = u16::try_from(len) {
        out.push(tag);
        out.extend_from_slice(&short.to_be_bytes());
    } else {
        out.push(tag + 1);
        out.extend_from_slice(&(len as u32).to_be_bytes());
    }
}

fn write_number(number: f64, out: &mut Vec<u8>) {
    let whole = truncated(number);
    if !equal(whole as f64, number) || (whole == i64::MAX) {
        let short = number as f32;
        if equal(f64::from(short), number) {
            out.push(0xCA);
            out.extend_from_slice(&short.to_be_bytes());
        } else {
            out.push(0xCB);
            out.extend_from_slice(&number.to_be_bytes());
        }
        return;
    }
    match whole {
        -32..=0x7F => out.push(whole as u8),
        0x80..=0xFF => out.extend_from_slice(&[0xCC, whole as u8]),
        0x100..=0xFFFF => tagged(out, 0xCD, &(whole as u16).to_be_bytes()),
        0x1_0000..=0xFFFF_FFFF => tagged(out, 0xCE, &(whole as u32).to_be_bytes()),
        0x1_0000_0000.. => tagged(out, 0xCF, &whole.to_be_bytes()),
        -0x80..-32 => out.extend_from_slice(&[0xD0, whole as u8]),
        -0x8000..-0x80 => tagged(out, 0xD1, &(whole as i16).to_be_bytes()),
        -0x8000_0000..-0x8000 => tagged(out, 0xD2, &(whole as i32).to_be_bytes()),
        _ => tagged(out, 0xD3, &whole.to_be_bytes()),
    }
}

fn tagged(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend_from_slice(bytes);
}

fn write_table(stack: &Stack<'_>, out: &mut Vec<u8>, level: usize) -> Result<(), Raise> {
    if !stack.has_room(3) {
        return Err(Raise::text("stack overflow (in function mp_encode_lua_table)"));
    }
    let table = stack.top() as isize;
    let mut count = 0_usize;
    let mut highest = 0.0;
    let mut is_array = true;
    stack.push_nil();
    while stack.next(table) {
        stack.pop(1);
        count += 1;
        let key = if stack.kind(-1) == Kind::Number { stack.number(-1).unwrap_or(0.0) } else { 0.0 };
        if key > 0.0 && equal(truncated(key) as f64, key) {
            highest = f64::max(highest, key);
        } else {
            is_array = false;
        }
    }
    if is_array && equal(highest, count as f64) {
        let len = stack.table_len(table);
        if len < 16 {
            out.push(0x90 | len as u8);
        } else {
            write_length(out, 0xDC, len);
        }
        for number in 1..=len {
            stack.push_element(table, number);
            write(stack, out, level + 1)?;
        }
        return Ok(());
    }
    if count < 16 {
        out.push(0x80 | count as u8);
    } else {
        write_length(out, 0xDE, count);
    }
    stack.push_nil();
    while stack.next(table) {
        stack.push_copy(-2);
        write(stack, out, level + 1)?;
        write(stack, out, level + 1)?;
    }
    Ok(())
}

fn unpack(stack: &Stack<'_>) -> Result<usize, Raise> {
    read_all(stack, 0, 0)
}

fn unpack_one(stack: &Stack<'_>) -> Result<usize, Raise> {
    let offset = stack.integer_or(2, 0)? as i32;
    read_all(stack, 1, offset)
}

fn unpack_limit(stack: &Stack<'_>) -> Result<usize, Raise> {
    let limit = stack.check_integer(2)? as i32;
    let offset = stack.integer_or(3, 0)? as i32;
    read_all(stack, limit, offset)
}

fn read_all(stack: &Stack<'_>, limit: i32, offset: i32) -> Result<usize, Raise> {
    let bytes = stack.check_bytes(1)?;
    if limit < 0 || offset < 0 {
        return Err(Raise::text(format!(
            "Invalid request to unpack with offset of {offset} and limit of {}.",
            bytes.len()
        )));
    }
    if offset as usize > bytes.len() {
        return Err(Raise::text(format!("Start offset {offset} greater than input length {}.", bytes.len())));
    }
    let all = limit == 0 && offset == 0;
    let limit = if all { usize::MAX } else { limit as usize };
    let mut reader = Reader { bytes, at: offset as usize };
    if !all {
        stack.push_nil();
    }
    let place = stack.top();
    let mut count = 0;
    while count < limit && reader.at < bytes.len() {
        if !stack.has_room(1) {
            return Err(overflow("too many return values at once; use unpack_one or unpack_limit instead."));
        }
        reader.read(stack)?;
        count += 1;
    }
    if all {
        return Ok(count);
    }
    stack.push_number(if reader.at == bytes.len() { -1.0 } else { reader.at as f64 });
    stack.insert(place as isize);
    // The nil that kept the place has moved one up.
    stack.remove(place as isize + 1);
    Ok(count + 1)
}

fn overflow(what: &str) -> Raise {
    Raise::text(format!("stack overflow ({what})"))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Raise> {
        let taken =
            self.bytes[self.at..].get(..count).ok_or_else(|| Raise::text("Missing bytes in input."))?;
        self.at += count;
        Ok(taken)
    }

    /// A big-endian number of so many bytes.
    fn unsigned(&mut self, count: usize) -> Result<u64, Raise> {
        Ok(self.take(count)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Reads one value and pushes it.
    fn read(&mut self, stack: &Stack<'_>) -> Result<(), Raise> {
        stack.check_memory(0)?;
        let tag = self.take(1)?[0];
        let number = match tag {
            0x00..=0x7F => f64::from(tag),
            0xE0..=0xFF => f64::from(tag as i8),
            0xCC => self.unsigned(1)? as f64,
            0xCD => self.unsigned(2)? as f64,
            0xCE => self.unsigned(4)? as f64,
            // As the original, which knows no unsigned numbers of 64 bits.
            0xCF | 0xD3 => self.unsigned(8)? as i64 as f64,
            0xD0 => f64::from(self.unsigned(1)? as i8),
            0xD1 => f64::from(self.unsigned(2)? as i16),
            0xD2 => f64::from(self.unsigned(4)? as i32),
            0xCA => f64::from(f32::from_bits(self.unsigned(4)? as u32)),
            0xCB => f64::from_bits(self.unsigned(8)?),
            _ => return self.read_other(stack, tag),
        };
        stack.push_number(number);
        Ok(())
    }

    fn read_other(&mut self, stack: &Stack<'_>, tag: u8) -> Result<(), Raise> {
        match tag {
            0xC0 => stack.push_nil(),
            0xC2 => stack.push_bool(false),
            0xC3 => stack.push_bool(true),
            0xA0..=0xBF => self.string(stack, usize::from(tag & 0x1F))?,
            0xD9..=0xDB => {
                let len = self.unsigned(1 << (tag - 0xD9))? as usize;
                self.string(stack, len)?;
            }
            0x90..=0x9F => self.array(stack, usize::from(tag & 0xF))?,
            0xDC | 0xDD => {
                let len = self.unsigned(2 << (tag - 0xDC))? as usize;
                self.array(stack, len)?;
            }
            0x80..=0x8F => self.map(stack, usize::from(tag & 0xF))?,
            0xDE | 0xDF => {
                let len = self.unsigned(2 << (tag - 0xDE))? as usize;
                self.map(stack, len)?;
            }
            _ => return Err(Raise::text("Bad data format in input.")),
        }
        Ok(())
    }

    fn string(&mut self, stack: &Stack<'_>, len: usize) -> Result<(), Raise> {
        stack.push_bytes(self.take(len)?);
        Ok(())
    }

    fn array(&mut self, stack: &Stack<'_>, len: usize) -> Result<(), Raise> {
        if !stack.has_room(2) {
            return Err(overflow("in function mp_decode_to_lua_array"));
        }
        stack.push_table(0, 0);
        for number in 1..=len {
            // The key waits below its value, as in the original: so both nest equally deep.
            stack.push_number(number as f64);
            self.read(stack)?;
            stack.set_pair(-3)?;
        }
        Ok(())
    }

    fn map(&mut self, stack: &Stack<'_>, len: usize) -> Result<(), Raise> {
        if !stack.has_room(3) {
            return Err(overflow("in function mp_decode_to_lua_hash"));
        }
        stack.push_table(0, 0);
        for _ in 0..len {
            self.read(stack)?;
            self.read(stack)?;
            stack.set_pair(-3)?;
        }
        Ok(())
    }
}

//! The library `struct`: values as C lays them out, in Roberto Ierusalimschy's notation.

use super::lua::{Function, Raise, Stack, truncated};

/// The library's functions.
pub const FUNCTIONS: [(&str, Function); 3] = [("pack", pack), ("unpack", unpack), ("size", size)];

/// Bytes that an integer may have.
const INTEGER_MAX: usize = 32;
/// What `!` alone aligns to: the size of a double.
const ALIGN_DEFAULT: usize = 8;

/// A format, read option by option.
struct Format<'a> {
    rest: &'a [u8],
    big_endian: bool,
    align: usize,
}

impl<'a> Format<'a> {
    fn new(text: &'a [u8]) -> Self {
        // The original works on C strings.
        let end = memchr::memchr(0, text).unwrap_or(text.len());
        Self { rest: &text[..end], big_endian: false, align: 1 }
    }

    /// The next option and its size; zero if its value says it, or if it has none.
    fn next(&mut self) -> Result<Option<(u8, usize)>, Raise> {
        let Some((&option, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        let size = match option {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'f' => 4,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'c' => self.number(1)?,
            b'i' | b'I' => {
                let size = self.number(4)?;
                if size > INTEGER_MAX {
                    return Err(Raise::text(format!(
                        "integral size {size} is larger than limit of {INTEGER_MAX}"
                    )));
                }
                size
            }
            _ => 0,
        };
        Ok(Some((option, size)))
    }

    fn number(&mut self, default: usize) -> Result<usize, Raise> {
        if !self.rest.first().is_some_and(u8::is_ascii_digit) {
            return Ok(default);
        }
        let mut number = 0_usize;
        while let Some((digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
            number = number * 10 + usize::from(digit - b'0');
            if number > i32::MAX as usize {
                return Err(Raise::text("integral size overflow"));
            }
            self.rest = rest;
        }
        Ok(number)
    }

    /// The bytes before a value of `size` that goes behind `len` bytes.
    fn padding(&self, len: usize, option: u8, size: usize) -> usize {
        if size == 0 || option == b'c' {
            return 0;
        }
        let size = size.min(self.align);
        size.wrapping_sub(len & (size - 1)) & (size - 1)
    }

    /// An option that stands for no value.
    fn control(&mut self, option: u8) -> Result<(), Raise> {
        match option {
            b' ' => {}
            b'>' => self.big_endian = true,
            b'<' => self.big_endian = false,
            b'!' => {
                let align = self.number(ALIGN_DEFAULT)?;
                if !align.is_power_of_two() {
                    return Err(Raise::text(format!("alignment {align} is not a power of 2")));
                }
                self.align = align;
            }
            _ => {
                return Err(Raise::argument(1, format!("invalid format option '{}'", option as char)));
            }
        }
        Ok(())
    }

    /// Puts little-endian bytes in order, or back.
    fn ordered(&self, bytes: &mut [u8]) {
        if self.big_endian {
            bytes.reverse();
        }
    }
}

/// As C converts a double to an unsigned number of 64 bits on this hardware.
fn to_unsigned(number: f64) -> u64 {
    const HIGH_BIT: f64 = 9_223_372_036_854_775_808.0;
    if number >= HIGH_BIT { truncated(number - HIGH_BIT) as u64 ^ 1 << 63 } else { truncated(number) as u64 }
}

fn pack(stack: &Stack<'_>) -> Result<usize, Raise> {
    let mut format = Format::new(stack.check_bytes(1)?);
    // The original keeps its buffer above this mark: a missing argument reads as nil.
    stack.push_nil();
    let mut number = 2;
    let mut out = Vec::new();
    while let Some((option, size)) = format.next()? {
        let padding = format.padding(out.len(), option, size);
        out.resize(out.len() + padding, 0);
        match option {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let value = to_unsigned(stack.check_number(number)?);
                number += 1;
                let mut bytes = [0; INTEGER_MAX];
                bytes[..8].copy_from_slice(&value.to_le_bytes());
                format.ordered(&mut bytes[..size]);
                out.extend_from_slice(&bytes[..size]);
            }
            b'x' => out.push(0),
            b'f' => {
                let mut bytes = (stack.check_number(number)? as f32).to_le_bytes();
                number += 1;
                format.ordered(&mut bytes);
                out.extend_from_slice(&bytes);
            }
            b'd' => {
                let mut bytes = stack.check_number(number)?.to_le_bytes();
                number += 1;
                format.ordered(&mut bytes);
                out.extend_from_slice(&bytes);
            }
            b'c' | b's' => {
                let bytes = stack.check_bytes(number)?;
                number += 1;
                let size = if size == 0 { bytes.len() } else { size };
                let Some(bytes) = bytes.get(..size) else {
                    return Err(Raise::argument(number, "string too short"));
                };
                stack.check_memory(out.len() + size)?;
                out.extend_from_slice(bytes);
                if option == b's' {
                    out.push(0);
                }
            }
            _ => format.control(option)?,
        }
    }
    stack.push_bytes(&out);
    Ok(1)
}

fn unpack(stack: &Stack<'_>) -> Result<usize, Raise> {
    let mut format = Format::new(stack.check_bytes(1)?);
    let data = stack.check_bytes(2)?;
    let at = stack.integer_or(3, 1)?;
    if at <= 0 {
        return Err(Raise::argument(3, "offset must be 1 or greater"));
    }
    let too_short = || Raise::argument(2, "data string too short");
    let mut at = at as usize - 1;
    let mut count = 0;
    while let Some((option, mut size)) = format.next()? {
        at = at.saturating_add(format.padding(at, option, size));
        let mut rest = data.get(at..).ok_or_else(too_short)?;
        rest = rest.get(..).filter(|rest| size <= rest.len()).ok_or_else(too_short)?;
        if !stack.has_room(2) {
            return Err(Raise::text("stack overflow (too many results)"));
        }
        match option {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let mut bytes = rest[..size].to_vec();
                format.ordered(&mut bytes);
                stack.push_number(integer(&bytes, option.is_ascii_lowercase()));
                count += 1;
            }
            b'x' => {}
            b'f' => {
                let mut bytes = [rest[0], rest[1], rest[2], rest[3]];
                format.ordered(&mut bytes);
                stack.push_number(f64::from(f32::from_le_bytes(bytes)));
                count += 1;
            }
            b'd' => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(&rest[..8]);
                format.ordered(&mut bytes);
                stack.push_number(f64::from_le_bytes(bytes));
                count += 1;
            }
            b'c' => {
                if size == 0 {
                    let previous = if count == 0 { None } else { stack.number(-1) };
                    let previous =
                        previous.ok_or_else(|| Raise::text("format 'c0' needs a previous size"))?;
                    stack.pop(1);
                    count -= 1;
                    size = to_unsigned(previous) as usize;
                }
                stack.push_bytes(rest.get(..size).ok_or_else(too_short)?);
                count += 1;
            }
            b's' => {
                let end = memchr::memchr(0, rest).ok_or_else(|| Raise::text("unfinished string in data"))?;
                stack.push_bytes(&rest[..end]);
                size = end + 1;
                count += 1;
            }
            _ => format.control(option)?,
        }
        at += size;
    }
    stack.push_number((at + 1) as f64);
    Ok(count + 1)
}

/// A little-endian integer of any size; what goes beyond 64 bits is lost.
fn integer(bytes: &[u8], signed: bool) -> f64 {
    let value = bytes.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if !signed {
        return value as f64;
    }
    let mask = u64::MAX.wrapping_shl((bytes.len() as u32 * 8).wrapping_sub(1));
    (if value & mask == 0 { value } else { value | mask }) as i64 as f64
}

fn size(stack: &Stack<'_>) -> Result<usize, Raise> {
    let mut format = Format::new(stack.check_bytes(1)?);
    let mut at = 0_usize;
    while let Some((option, size)) = format.next()? {
        at += format.padding(at, option, size);
        if option == b's' {
            return Err(Raise::argument(1, "option 's' has no fixed size"));
        }
        if option == b'c' && size == 0 {
            return Err(Raise::argument(1, "option 'c0' has no fixed size"));
        }
        if !option.is_ascii_alphanumeric() {
            format.control(option)?;
        }
        at += size;
    }
    stack.push_number(at as f64);
    Ok(1)
}

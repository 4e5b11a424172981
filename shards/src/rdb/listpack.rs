//! Listpacks, as Redis keeps them in one block. The elements are those of [`crate::structures::listpack`], where their bytes are
//! explained.
//!
//! ```text
//! bytes in all, 4 | elements, 2; all ones if not known | element .. | FF
//! ```

use super::source::{Items, Malformed, Source};
use crate::structures::listpack::{Item, Listpack};

const HEADER_BYTES: usize = 6;
/// As many elements, or more.
const UNKNOWN: u16 = u16::MAX;
const END: u8 = 0xFF;

/// The block of a listpack.
pub fn block_of(pack: &Listpack) -> Vec<u8> {
    let elements = pack.encoded();
    let total = HEADER_BYTES + elements.len() + 1;
    let mut block = Vec::with_capacity(total);
    block.extend_from_slice(&(total as u32).to_le_bytes());
    block.extend_from_slice(&u16::try_from(pack.len()).unwrap_or(UNKNOWN).to_le_bytes());
    block.extend_from_slice(elements);
    block.push(END);
    block
}

/// The elements of a block, one by one, each checked when its turn comes; at the end, whether it is one.
#[derive(Debug)]
pub struct Elements<'a> {
    source: Source<'a>,
    /// How many are to come.
    left: Option<usize>,
}

impl<'a> Elements<'a> {
    /// The elements of `block`, and how many it says they are.
    pub fn of(block: &'a [u8]) -> Result<Self, Malformed> {
        let mut source = Source::new(block);
        let total = u32::from_le_bytes(source.array()?);
        let count = u16::from_le_bytes(source.array()?);
        if total as usize != block.len() {
            return Err(Malformed);
        }
        Ok(Self { source, left: (count != UNKNOWN).then_some(count.into()) })
    }

    /// How many are said to come, if that is known.
    pub fn expected(&self) -> Option<usize> {
        self.left
    }
}

impl<'a> Items<'a> for Elements<'a> {
    fn advance(&mut self) -> Result<Option<Item<'a>>, Malformed> {
        let start = self.source.rest();
        if start.first() == Some(&END) {
            let complete = start.len() == 1 && self.left.unwrap_or(0) == 0;
            return if complete { Ok(None) } else { Err(Malformed) };
        }
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or(Malformed)?;
        }
        let item = element(&mut self.source)?;
        let front = start.len() - self.source.rest().len();
        read_back(&mut self.source, front)?;
        Ok(Some(item))
    }
}

/// Tag, length and data of an element.
fn element<'a>(source: &mut Source<'a>) -> Result<Item<'a>, Malformed> {
    let tag = source.byte()?;
    let len = match tag {
        0..=0x7F => return Ok(Item::Int(tag.into())),
        0x80..=0xBF => usize::from(tag & 0x3F),
        0xC0..=0xDF => {
            let low = source.byte()?;
            return Ok(Item::Int(i64::from((u16::from_be_bytes([tag, low]) << 3).cast_signed() >> 3)));
        }
        0xE0..=0xEF => usize::from(u16::from_be_bytes([tag & 0x0F, source.byte()?])),
        0xF0 => u32::from_le_bytes(source.array()?) as usize,
        0xF1 => return source.array().map(|bytes| Item::Int(i16::from_le_bytes(bytes).into())),
        0xF2 => return int24(source).map(Item::Int),
        0xF3 => return source.array().map(|bytes| Item::Int(i32::from_le_bytes(bytes).into())),
        0xF4 => return source.array().map(|bytes| Item::Int(i64::from_le_bytes(bytes))),
        _ => return Err(Malformed),
    };
    source.element_of(len).map(Item::Bytes)
}

/// A signed integer of three bytes, the lowest first.
pub fn int24(source: &mut Source<'_>) -> Result<i64, Malformed> {
    let [low, middle, high] = source.array()?;
    Ok(i64::from(i32::from_le_bytes([0, low, middle, high]) >> 8))
}

/// Reads over the length behind an element, which must be `front`.
fn read_back(source: &mut Source<'_>, front: usize) -> Result<(), Malformed> {
    let groups: u32 = match front {
        0..=127 => 1,
        128..=16_382 => 2,
        16_383..=2_097_150 => 3,
        2_097_151..=268_435_454 => 4,
        _ => 5,
    };
    for group in (0..groups).rev() {
        let more = if group + 1 == groups { 0 } else { 0x80 };
        if source.byte()? != (front >> (7 * group)) as u8 & 0x7F | more {
            return Err(Malformed);
        }
    }
    Ok(())
}

//! Ziplists, which Redis had before its listpacks.
//!
//! ```text
//! bytes in all, 4 | offset of the last entry, 4 | entries, 2; all ones if not known | entry .. | FF
//! entry           [bytes of the entry before: 1, or FE and 4 | tag, length | data]
//! tag             00llllll  01llllll l  80 llll (high byte first)  C0 D0 E0: 2, 4, 8 bytes  F0: 3  FE: 1  F1 to FD: 0 to 12
//! ```

use super::{
    listpack::int24,
    source::{Items, Malformed, Source},
};
use crate::structures::listpack::Item;

const HEADER_BYTES: usize = 10;
const UNKNOWN: u16 = u16::MAX;
const END: u8 = 0xFF;
/// Lengths from here on take four bytes more.
const LONG: u8 = 0xFE;

/// The entries of a ziplist, one by one, each checked when its turn comes; at the end, whether it is one.
#[derive(Debug)]
pub struct Entries<'a> {
    source: Source<'a>,
    all: usize,
    /// Where the last entry is said to be.
    tail: usize,
    /// Where the entry before was.
    previous: usize,
    left: Option<usize>,
}

impl<'a> Entries<'a> {
    /// The entries of `block`.
    pub fn of(block: &'a [u8]) -> Result<Self, Malformed> {
        let mut source = Source::new(block);
        let total = u32::from_le_bytes(source.array()?) as usize;
        let tail = u32::from_le_bytes(source.array()?) as usize;
        let count = u16::from_le_bytes(source.array()?);
        if total != block.len() {
            return Err(Malformed);
        }
        let left = (count != UNKNOWN).then_some(count.into());
        Ok(Self { source, all: total, tail, previous: HEADER_BYTES, left })
    }

    /// How many are said to come, if that is known.
    pub fn expected(&self) -> Option<usize> {
        self.left
    }
}

impl<'a> Items<'a> for Entries<'a> {
    fn advance(&mut self) -> Result<Option<Item<'a>>, Malformed> {
        let rest = self.source.rest();
        if rest.first() == Some(&END) {
            let complete = rest.len() == 1 && self.left.unwrap_or(0) == 0 && self.tail == self.previous;
            return if complete { Ok(None) } else { Err(Malformed) };
        }
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or(Malformed)?;
        }
        let here = self.all - rest.len();
        let before = match self.source.byte()? {
            LONG => u32::from_le_bytes(self.source.array()?) as usize,
            short => usize::from(short),
        };
        if before != here - self.previous {
            return Err(Malformed);
        }
        self.previous = here;
        entry(&mut self.source).map(Some)
    }
}

/// Tag, length and data.
fn entry<'a>(source: &mut Source<'a>) -> Result<Item<'a>, Malformed> {
    let tag = source.byte()?;
    let len = match tag {
        0..=0x3F => usize::from(tag),
        0x40..=0x7F => usize::from(u16::from_be_bytes([tag & 0x3F, source.byte()?])),
        0x80 => u32::from_be_bytes(source.array()?) as usize,
        0xC0 => return source.array().map(|bytes| Item::Int(i16::from_le_bytes(bytes).into())),
        0xD0 => return source.array().map(|bytes| Item::Int(i32::from_le_bytes(bytes).into())),
        0xE0 => return source.array().map(|bytes| Item::Int(i64::from_le_bytes(bytes))),
        0xF0 => return int24(source).map(Item::Int),
        0xF1..=0xFD => return Ok(Item::Int(i64::from(tag) - 0xF1)),
        0xFE => return source.byte().map(|byte| Item::Int(byte.cast_signed().into())),
        _ => return Err(Malformed),
    };
    source.element_of(len).map(Item::Bytes)
}

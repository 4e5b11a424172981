//! Reading the parts that values are made of.

use std::borrow::Cow;

use super::{
    format::{form, length},
    lzf,
};
use crate::structures::listpack::{ITEM_BYTES_MAX, Item, Listpack};

/// The longest compact form: a listpack with what stands around its elements.
pub const BLOCK_BYTES_MAX: usize = Listpack::BYTES_MAX + 16;

/// The bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Elements of a compact form, one after the other, up to the first that cannot be read.
pub trait Items<'a> {
    /// The next one; none at the end of a whole form.
    fn advance(&mut self) -> Result<Option<Item<'a>>, Malformed>;

    /// The next two.
    fn pair(&mut self) -> Result<Option<(Item<'a>, Item<'a>)>, Malformed> {
        let Some(first) = self.advance()? else { return Ok(None) };
        let second = self.advance()?.ok_or(Malformed)?;
        Ok(Some((first, second)))
    }
}

/// Bytes that are read from the front.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    rest: &'a [u8],
}

impl<'a> Source<'a> {
    /// All of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[byte]| byte)
    }

    /// A length.
    pub fn length(&mut self) -> Result<u64, Malformed> {
        let first = self.byte()?;
        self.length_after(first)
    }

    /// A length as a number of things in memory.
    pub fn count(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.length()?).map_err(|_| Malformed)
    }

    fn length_after(&mut self, first: u8) -> Result<u64, Malformed> {
        match first {
            0..length::BITS_14 => Ok(first.into()),
            length::BITS_14..length::BITS_32 => {
                let low = self.byte()?;
                Ok(u64::from(first & 0x3F) << 8 | u64::from(low))
            }
            length::BITS_32 => self.array().map(|bytes| u32::from_be_bytes(bytes).into()),
            length::BITS_64 => self.array().map(u64::from_be_bytes),
            _ => Err(Malformed),
        }
    }

    /// A string, which is not longer than an element can be, as any string may become one.
    pub fn string(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        self.text(ITEM_BYTES_MAX)
    }

    /// A compact form, which is not longer than one of ours can be.
    pub fn block(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        self.text(BLOCK_BYTES_MAX)
    }

    /// Up to `max` bytes. What is longer is not decompressed: a few bytes can stand for more than there is memory.
    fn text(&mut self, max: usize) -> Result<Cow<'a, [u8]>, Malformed> {
        let checked = |len: usize| if len <= max { Ok(len) } else { Err(Malformed) };
        let first = self.byte()?;
        let Some(kind) = first.checked_sub(length::FORM) else {
            let len = usize::try_from(self.length_after(first)?).map_err(|_| Malformed)?;
            return self.take(checked(len)?).map(Cow::Borrowed);
        };
        let number = match kind {
            form::INT8 => i32::from(self.byte()?.cast_signed()),
            form::INT16 => self.array().map(i16::from_le_bytes)?.into(),
            form::INT32 => self.array().map(i32::from_le_bytes)?,
            form::LZF => {
                let (compressed, len) = (self.count()?, checked(self.count()?)?);
                let compressed = self.take(compressed)?;
                return lzf::decompress(compressed, len).map(Cow::Owned).ok_or(Malformed);
            }
            _ => return Err(Malformed),
        };
        Ok(Cow::Owned(itoa::Buffer::new().format(number).into()))
    }

    /// The next `len` bytes, which are to be an element.
    pub fn element_of(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        if len <= ITEM_BYTES_MAX { self.take(len) } else { Err(Malformed) }
    }
}

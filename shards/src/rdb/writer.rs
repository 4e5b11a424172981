//! Writing the parts that values are made of.

use super::{
    format::{form, length},
    lzf,
};
use crate::structures::listpack::{Item, SCRATCH_BYTES, parse_canonical};

/// The longest text that is looked at for a number.
const NUMBER_BYTES_MAX: usize = 11;
/// The longest text that is never compressed.
const UNCOMPRESSED_MAX: usize = 20;
/// What a compressed text must save at least, bytes.
const SAVED_MIN: usize = 4;

/// What was written so far.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    compress: bool,
    compressor: lzf::Compressor,
}

impl Writer {
    /// Nothing yet. `compress`: whether strings are compressed where that helps (`rdbcompression`).
    pub fn new(compress: bool) -> Self {
        Self { out: Vec::new(), compress, compressor: lzf::Compressor::default() }
    }

    /// What was written.
    pub fn written(&self) -> &[u8] {
        &self.out
    }

    /// What was written, for good.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// One byte.
    pub fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// A length.
    pub fn length(&mut self, len: usize) {
        match len {
            0..=0x3F => self.byte(len as u8),
            0x40..=0x3FFF => self.raw(&(u16::from(length::BITS_14) << 8 | len as u16).to_be_bytes()),
            0x4000..=0xFFFF_FFFF => {
                self.byte(length::BITS_32);
                self.raw(&(len as u32).to_be_bytes());
            }
            _ => {
                self.byte(length::BITS_64);
                self.raw(&(len as u64).to_be_bytes());
            }
        }
    }

    /// A string: as a number if it is the text of a small one, compressed if that helps, else its bytes.
    pub fn string(&mut self, text: &[u8]) {
        if text.len() <= NUMBER_BYTES_MAX
            && let Some(number) = parse_canonical(text)
            && self.small(number)
        {
            return;
        }
        if self.compress && text.len() > UNCOMPRESSED_MAX && self.compressed(text) {
            return;
        }
        self.length(text.len());
        self.raw(text);
    }

    /// A string, compressed; false, and nothing written, if that does not help.
    fn compressed(&mut self, text: &[u8]) -> bool {
        let mut compressor = std::mem::take(&mut self.compressor);
        let compressed = compressor.compress(text, text.len() - SAVED_MIN);
        if let Some(compressed) = compressed {
            self.byte(length::FORM | form::LZF);
            self.length(compressed.len());
            self.length(text.len());
            self.raw(compressed);
        }
        let is_shorter = compressed.is_some();
        self.compressor = compressor;
        is_shorter
    }

    /// A string that may stand for a number.
    pub fn item(&mut self, item: Item<'_>) {
        match item {
            Item::Int(number) if self.small(number) => {}
            item => self.string(item.as_bytes(&mut [0; SCRATCH_BYTES])),
        }
    }

    /// A number of up to 32 bits as a string; false, and nothing written, if it has more.
    fn small(&mut self, number: i64) -> bool {
        let Ok(number) = i32::try_from(number) else { return false };
        let bytes = number.to_le_bytes();
        let (kind, len) = match number {
            -0x80..=0x7F => (form::INT8, 1),
            -0x8000..=0x7FFF => (form::INT16, 2),
            _ => (form::INT32, 4),
        };
        self.byte(length::FORM | kind);
        self.raw(&bytes[..len]);
        true
    }
}

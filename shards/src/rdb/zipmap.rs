//! Zipmaps, in which Redis kept small hashes before 2.6.
//!
//! ```text
//! fields, 1 byte; FE if not known | length | field | length | unused, 1 byte | value | unused bytes .. FF
//! length                          1 byte, or FE and 4
//! ```

use super::source::{Malformed, Source};

const LONG: u8 = 0xFE;
const END: u8 = 0xFF;

/// A field and its value.
type Pair<'a> = (&'a [u8], &'a [u8]);

/// The fields of a zipmap with their values, one by one; at the end, whether it is one.
#[derive(Debug)]
pub struct Fields<'a> {
    source: Source<'a>,
    left: Option<usize>,
}

impl<'a> Fields<'a> {
    /// The fields of `block`.
    pub fn of(block: &'a [u8]) -> Result<Self, Malformed> {
        let mut source = Source::new(block);
        let count = source.byte()?;
        Ok(Self { source, left: (count < LONG).then_some(count.into()) })
    }

    /// The next field with its value.
    pub fn advance(&mut self) -> Result<Option<Pair<'a>>, Malformed> {
        if self.source.rest().first() == Some(&END) {
            let complete = self.source.rest().len() == 1 && self.left.unwrap_or(0) == 0;
            return if complete { Ok(None) } else { Err(Malformed) };
        }
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or(Malformed)?;
        }
        let len = self.length()?;
        let field = self.source.element_of(len)?;
        let len = self.length()?;
        let unused = self.source.byte()?;
        let value = self.source.element_of(len)?;
        self.source.take(unused.into())?;
        Ok(Some((field, value)))
    }

    fn length(&mut self) -> Result<usize, Malformed> {
        match self.source.byte()? {
            END => Err(Malformed),
            LONG => self.source.array().map(|bytes| u32::from_le_bytes(bytes) as usize),
            short => Ok(short.into()),
        }
    }
}

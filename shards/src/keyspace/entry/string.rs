//! Entries whose value is a string: an integer, a text inside the block, or a text of its own behind `bytes::Bytes`.
//!
//! Every text that is the decimal form of an `i64` is kept as that integer. Texts up to [`EMBED_MAX`] bytes lie in the
//! block. A longer one is counted, so that a reply can refer to it while a later command replaces it, and an argument that
//! was received into its final allocation is adopted without a copy.

use super::Entry;
use super::block::Shape;
use super::header::{Form, Kind, TEXT_LENGTH_MAX};
use crate::structures::copy::copy_short;
use bytes::{BufMut, Bytes, BytesMut};
use std::{ops::DerefMut, ptr};

/// The longest text that lies in the block, in bytes.
pub const EMBED_MAX: usize = 1000;

/// The room that a text gets at most beyond its length when it outgrows the block, in bytes.
const SPARE_MAX: usize = 1 << 20;

const _: () = assert!(EMBED_MAX <= TEXT_LENGTH_MAX);

/// The longest text that Redis calls "embstr", in bytes.
const EMBSTR_MAX: usize = 44;

/// The value of a string, as it lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrRef<'a> {
    /// The decimal form of this number.
    Int(i64),
    /// These bytes, inside the entry.
    Bytes(&'a [u8]),
    /// These bytes, which a clone of the reference keeps alive.
    Shared(&'a Bytes),
}

impl StrRef<'_> {
    /// The text; `digits` takes that of an integer.
    #[inline]
    pub fn text<'b>(&'b self, digits: &'b mut itoa::Buffer) -> &'b [u8] {
        match self {
            Self::Int(number) => digits.format(*number).as_bytes(),
            Self::Bytes(text) => text,
            Self::Shared(text) => text,
        }
    }

    /// The length of the text in bytes.
    pub fn text_len(&self) -> usize {
        self.text(&mut itoa::Buffer::new()).len()
    }
}

impl Entry {
    /// A string without expiry. Of `clock`, the access clock, the low 24 bits count.
    #[inline]
    pub fn string(key: &[u8], value: &[u8], clock: u32) -> Self {
        Self::string_until(key, value, clock, None)
    }

    /// A string that expires at `expire_at_ms`, in milliseconds since 1970, if at all.
    #[inline]
    pub fn string_until(key: &[u8], value: &[u8], clock: u32, expire_at_ms: Option<i64>) -> Self {
        if let Some(number) = canonical_integer(value) {
            return Self::int_until(key, number, clock, expire_at_ms);
        }
        if value.len() > EMBED_MAX {
            return Self::counted(key, Bytes::copy_from_slice(value), clock, expire_at_ms);
        }
        // SAFETY: the whole text is written at once.
        unsafe {
            let (entry, room) = Self::with_room(key, Shape::embedded(value.len()), expire_at_ms, clock);
            copy_short(value.as_ptr(), room.as_ptr(), value.len());
            entry
        }
    }

    /// A string without expiry, which adopts `value` if it is long. `value` should be an allocation of its own: a slice of a
    /// larger buffer would keep all of it alive.
    pub fn shared(key: &[u8], value: Bytes, clock: u32) -> Self {
        Self::shared_until(key, value, clock, None)
    }

    /// As [`Entry::shared`], expiring at `expire_at_ms`, in milliseconds since 1970, if at all.
    pub fn shared_until(key: &[u8], value: Bytes, clock: u32, expire_at_ms: Option<i64>) -> Self {
        if value.len() > EMBED_MAX {
            Self::counted(key, value, clock, expire_at_ms)
        } else {
            Self::string_until(key, &value, clock, expire_at_ms)
        }
    }

    #[cold]
    fn counted(key: &[u8], value: Bytes, clock: u32, expire_at_ms: Option<i64>) -> Self {
        // SAFETY: the reference is written at once, to an address aligned for it.
        unsafe {
            let (entry, room) = Self::with_room(key, Shape::SHARED, expire_at_ms, clock);
            room.cast::<Bytes>().write(value);
            entry
        }
    }

    /// An integer without expiry.
    #[inline]
    pub fn int(key: &[u8], value: i64, clock: u32) -> Self {
        Self::int_until(key, value, clock, None)
    }

    /// An integer that expires at `expire_at_ms`, in milliseconds since 1970, if at all.
    #[inline]
    pub fn int_until(key: &[u8], value: i64, clock: u32, expire_at_ms: Option<i64>) -> Self {
        // SAFETY: the number is written at once.
        unsafe {
            let (entry, room) = Self::with_room(key, Shape::INT, expire_at_ms, clock);
            room.cast::<i64>().write_unaligned(value);
            entry
        }
    }

    /// The value, if it is a string.
    #[inline]
    pub fn as_string(&self) -> Option<StrRef<'_>> {
        // SAFETY: the kind is looked at first.
        (self.kind() == Kind::String).then(|| unsafe { self.string_unchecked() })
    }

    /// The value, which is a string.
    ///
    /// # Safety
    /// The kind must say so.
    #[inline]
    pub(super) unsafe fn string_unchecked(&self) -> StrRef<'_> {
        let header = self.header();
        let value = self.value();
        // SAFETY: the form says what lies at `value`; it changes only through `&mut self`.
        unsafe {
            match header.form() {
                Form::Int => StrRef::Int(value.cast::<i64>().read_unaligned()),
                Form::Embedded => {
                    StrRef::Bytes(std::slice::from_raw_parts(value.as_ptr(), header.text_len()))
                }
                Form::Shared | Form::Object => StrRef::Shared(value.cast::<Bytes>().as_ref()),
            }
        }
    }

    /// What `OBJECT ENCODING` answers for a string.
    pub(super) fn string_encoding(&self) -> &'static str {
        let header = self.header();
        match header.form() {
            Form::Int => "int",
            Form::Embedded if header.text_len() <= EMBSTR_MAX && !header.is_raw() => "embstr",
            _ => "raw",
        }
    }

    /// Makes the value this text, and the expiry `expire_at_ms`, in milliseconds since 1970. In place if the block has room.
    /// A value of another type is freed at once.
    #[inline]
    pub fn set_string(&mut self, value: &[u8], expire_at_ms: Option<i64>) {
        if let Some(number) = canonical_integer(value) {
            return self.set_int(number, expire_at_ms);
        }
        if value.len() > EMBED_MAX {
            return self.set_counted(Bytes::copy_from_slice(value), expire_at_ms);
        }
        self.set_embedded(value, expire_at_ms);
    }

    /// As [`Entry::set_string`], adopting `value` as [`Entry::shared`] does.
    pub fn set_shared(&mut self, value: Bytes, expire_at_ms: Option<i64>) {
        if value.len() > EMBED_MAX {
            self.set_counted(value, expire_at_ms);
        } else {
            self.set_string(&value, expire_at_ms);
        }
    }

    /// As [`Entry::set_string`], but what is the decimal form of an integer is not kept as one.
    pub fn set_text(&mut self, value: &[u8], expire_at_ms: Option<i64>) {
        if value.len() > EMBED_MAX {
            return self.set_counted(Bytes::copy_from_slice(value), expire_at_ms);
        }
        self.set_embedded(value, expire_at_ms);
    }

    /// Sets the value to the text `value` if nothing but the text's bytes has to change for that, and the entry does not expire;
    /// says whether it did.
    #[inline]
    pub fn overwrite(&mut self, value: &[u8]) -> bool {
        if canonical_integer(value).is_some() {
            return false;
        }
        let Some(room) = self.text_of(value.len()) else { return false };
        // SAFETY: the text in the entry is as long. It is borrowed exclusively, so `value` lies elsewhere.
        unsafe { copy_short(value.as_ptr(), room.as_mut_ptr(), value.len()) };
        true
    }

    /// As [`Entry::set_text`], adopting `value` if it is long; its encoding is "raw" however short it is.
    pub fn set_raw(&mut self, value: Vec<u8>, expire_at_ms: Option<i64>) {
        if value.len() > EMBED_MAX {
            self.set_counted(Bytes::from(value), expire_at_ms);
        } else {
            self.set_embedded(&value, expire_at_ms);
        }
        self.set_header(self.header().with_raw(true));
    }

    #[inline]
    fn set_embedded(&mut self, value: &[u8], expire_at_ms: Option<i64>) {
        // SAFETY: the whole text is written at once; it cannot lie in this entry, which is borrowed exclusively.
        unsafe {
            let room = self.renew(Shape::embedded(value.len()), expire_at_ms);
            copy_short(value.as_ptr(), room.as_ptr(), value.len());
        }
    }

    #[cold]
    fn set_counted(&mut self, value: Bytes, expire_at_ms: Option<i64>) {
        // SAFETY: the reference is written at once, to an address aligned for it.
        unsafe { self.renew(Shape::SHARED, expire_at_ms).cast::<Bytes>().write(value) };
    }

    /// Makes the value this integer, and the expiry `expire_at_ms`, in milliseconds since 1970.
    #[inline]
    pub fn set_int(&mut self, value: i64, expire_at_ms: Option<i64>) {
        // SAFETY: the number is written at once.
        unsafe { self.renew(Shape::INT, expire_at_ms).cast::<i64>().write_unaligned(value) };
    }

    /// Adds `bytes` at the end of the text. Answers its new length in bytes, or `None` if the value is no string.
    pub fn append(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = self.as_string()?.text_len();
        self.write_at(end, bytes)
    }

    /// Replaces what stands from `offset` on by `bytes`; a gap behind the present end is filled with zero bytes. Answers the
    /// new length in bytes, or `None` if the value is no string. Growth is amortised, also over many small writes.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Option<usize> {
        let mut digits = itoa::Buffer::new();
        let old = match self.as_string()? {
            // Where nothing changes, its count is not taken off and put on again, and nothing that is referred to copied.
            StrRef::Shared(text) if text.get(offset..).is_some_and(|rest| rest.starts_with(bytes)) => {
                let len = text.len();
                self.set_header(self.header().with_raw(true));
                return Some(len);
            }
            StrRef::Shared(_) => return Some(self.write_counted(offset, bytes)),
            StrRef::Bytes(text) => text,
            StrRef::Int(number) => {
                let text = digits.format(number).as_bytes();
                // SAFETY: the whole text is written at once, and lies on the stack.
                unsafe {
                    let room = self.renew(Shape::embedded(text.len()), self.expire_at_ms());
                    ptr::copy_nonoverlapping(text.as_ptr(), room.as_ptr(), text.len());
                }
                text
            }
        };
        let old_len = old.len();
        let new_len = old_len.max(offset + bytes.len());
        if new_len > EMBED_MAX {
            // A text that grows past the limit is likely to grow on: room for as much again saves the next copies.
            let spare = if old_len > 0 { new_len.min(SPARE_MAX) } else { 0 };
            let mut text = BytesMut::with_capacity(new_len + spare);
            text.extend_from_slice(old);
            write_into(&mut text, offset, bytes);
            self.set_counted(text.freeze(), self.expire_at_ms());
            self.set_header(self.header().with_raw(true));
            return Some(new_len);
        }
        let keep = self.key().len() + old_len;
        // SAFETY: the old text is kept; what lies behind it is written at once: a gap, if any, and the new bytes.
        unsafe {
            let room = self.reshape(Shape::embedded(new_len).changed_in_place(), self.expire_at_ms(), keep);
            if offset > old_len {
                ptr::write_bytes(room.as_ptr().add(old_len), 0, offset - old_len);
            }
            ptr::copy_nonoverlapping(bytes.as_ptr(), room.as_ptr().add(offset), bytes.len());
        }
        Some(new_len)
    }

    fn write_counted(&mut self, offset: usize, bytes: &[u8]) -> usize {
        self.set_header(self.header().with_raw(true));
        // SAFETY: the caller saw a counted text; `&mut self` makes the access exclusive.
        let counted = unsafe { self.value().cast::<Bytes>().as_mut() };
        let end = offset + bytes.len();
        // Alone, the text is changed where it is; while a reply still refers to it, a copy is.
        let mut text = std::mem::take(counted).try_into_mut().unwrap_or_else(|shared| {
            let mut copy = BytesMut::with_capacity(shared.len().max(end));
            copy.extend_from_slice(&shared);
            copy
        });
        *counted = if end > text.capacity() {
            // By itself it would double its room, however large; so would the vector, one byte behind a gap that was filled.
            let mut text = Vec::from(text);
            text.reserve_exact(end - text.len() + end.min(SPARE_MAX));
            write_into(&mut text, offset, bytes);
            Bytes::from(text)
        } else {
            write_into(&mut text, offset, bytes);
            text.freeze()
        };
        counted.len()
    }
}

fn write_into(text: &mut (impl BufMut + DerefMut<Target = [u8]>), offset: usize, bytes: &[u8]) {
    text.put_bytes(0, offset.saturating_sub(text.len()));
    let overlap = bytes.len().min(text.len() - offset);
    text[offset..offset + overlap].copy_from_slice(&bytes[..overlap]);
    text.put_slice(&bytes[overlap..]);
}

/// The number whose decimal form, as Redis prints it, `text` is.
#[inline]
fn canonical_integer(text: &[u8]) -> Option<i64> {
    const LONGEST: usize = "-9223372036854775808".len();
    match text {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] if text.len() < LONGEST => {
            decimal(text).and_then(|number| i64::try_from(number).ok())
        }
        [b'-', digits @ ..] if matches!(digits, [b'1'..=b'9', ..]) && text.len() <= LONGEST => {
            decimal(digits).and_then(|number| 0i64.checked_sub_unsigned(number))
        }
        _ => None,
    }
}

/// At most nineteen digits: their number fits a `u64`.
fn decimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u64::from(digit))
    })
}

//! The elements of large sets and hashes: heap blocks behind one thin pointer each.
//!
//! ```text
//! Member ──► [length | bytes]
//! Pair   ──► [length of the field | length of the value | field | value]
//! ```
//!
//! A length takes one byte up to 254, and five otherwise (255, then four bytes, low byte first). The size of a block
//! follows from its lengths, so a block stores no capacity.

use std::alloc::{self, Layout};
use std::fmt;
use std::ptr::NonNull;

use super::size_class::size_class;

/// Longest string a block may hold: Redis's hard limit of a bulk string.
pub const TEXT_BYTES_MAX: usize = 512 << 20;

/// Lengths from here on take five bytes.
const LONG: u8 = u8::MAX;

#[inline]
pub(super) const fn prefix_size(len: usize) -> usize {
    if len < LONG as usize { 1 } else { 5 }
}

/// Writes a length; returns where what follows goes.
///
/// # Safety
/// `to` must be valid for writes of `prefix_size(len)` bytes.
#[inline]
pub(super) unsafe fn write_prefix(to: *mut u8, len: usize) -> *mut u8 {
    assert!(len <= TEXT_BYTES_MAX, "a string of {len} bytes");
    // SAFETY: one byte or five, as the caller has made room for.
    unsafe {
        if prefix_size(len) == 1 {
            to.write(len as u8);
            to.add(1)
        } else {
            to.write(LONG);
            to.add(1).copy_from_nonoverlapping((len as u32).to_le_bytes().as_ptr(), 4);
            to.add(5)
        }
    }
}

/// Reads a length and where what follows stands.
///
/// # Safety
/// `from` must point at what `write_prefix` wrote.
#[inline]
pub(super) unsafe fn read_prefix(from: *const u8) -> (usize, *const u8) {
    // SAFETY: one byte, and four more if it says so, as the caller vouches.
    unsafe {
        let len = from.read();
        if len < LONG {
            (usize::from(len), from.add(1))
        } else {
            (u32::from_le_bytes(from.add(1).cast::<[u8; 4]>().read()) as usize, from.add(5))
        }
    }
}

/// Memory for a block of `size` bytes, not yet written.
#[inline]
pub(super) fn allocate(size: usize) -> NonNull<u8> {
    let layout = layout(size);
    // SAFETY: a block holds one length at least.
    NonNull::new(unsafe { alloc::alloc(layout) }).unwrap_or_else(|| alloc::handle_alloc_error(layout))
}

/// Whole size classes, so that a value that changes within its class stays where it is.
#[inline]
pub(super) fn layout(size: usize) -> Layout {
    Layout::from_size_align(size_class(size), 1).expect("two strings are far smaller than the address space")
}

/// A byte string in a heap block.
pub struct Member(NonNull<u8>);

// SAFETY: a member owns its block and shares it with nobody.
unsafe impl Send for Member {}
// SAFETY: nothing is changed through a shared reference.
unsafe impl Sync for Member {}

impl Member {
    /// A copy of `bytes`.
    #[inline]
    pub fn new(bytes: &[u8]) -> Self {
        let block = allocate(prefix_size(bytes.len()) + bytes.len());
        // SAFETY: the block is new and has the size of the length and the bytes together.
        unsafe {
            let data = write_prefix(block.as_ptr(), bytes.len());
            data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Self(block)
    }

    /// The block's address, for the sake of prefetching it.
    #[inline]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The string.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `new` wrote a length and that many bytes.
        unsafe {
            let (len, data) = read_prefix(self.0.as_ptr());
            std::slice::from_raw_parts(data, len)
        }
    }

    /// Bytes of the block.
    #[inline]
    pub fn allocated_bytes(&self) -> usize {
        let len = self.bytes().len();
        size_class(prefix_size(len) + len)
    }
}

impl Drop for Member {
    #[inline]
    fn drop(&mut self) {
        let len = self.bytes().len();
        // SAFETY: `new` allocated it with this layout, and nobody else owns it.
        unsafe { alloc::dealloc(self.0.as_ptr(), layout(prefix_size(len) + len)) };
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.bytes().escape_ascii().to_string())
    }
}

/// A field and its value in one heap block.
pub struct Pair(NonNull<u8>);

// SAFETY: a pair owns its block and shares it with nobody.
unsafe impl Send for Pair {}
// SAFETY: nothing is changed through a shared reference.
unsafe impl Sync for Pair {}

impl Pair {
    #[inline]
    fn size(field: usize, value: usize) -> usize {
        prefix_size(field) + prefix_size(value) + field + value
    }

    /// A copy of `field` and `value`.
    #[inline]
    pub fn new(field: &[u8], value: &[u8]) -> Self {
        let block = allocate(Self::size(field.len(), value.len()));
        // SAFETY: the block is new and has the size of the four parts together.
        unsafe {
            let data = write_prefix(write_prefix(block.as_ptr(), field.len()), value.len());
            data.copy_from_nonoverlapping(field.as_ptr(), field.len());
            data.add(field.len()).copy_from_nonoverlapping(value.as_ptr(), value.len());
        }
        Self(block)
    }

    /// The block's address, for the sake of prefetching it.
    #[inline]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// Field and value.
    #[inline]
    pub fn both(&self) -> (&[u8], &[u8]) {
        // SAFETY: `new` or `set_value` wrote two lengths and that many bytes.
        unsafe {
            let (field, rest) = read_prefix(self.0.as_ptr());
            let (value, data) = read_prefix(rest);
            (std::slice::from_raw_parts(data, field), std::slice::from_raw_parts(data.add(field), value))
        }
    }

    /// The field.
    #[inline]
    pub fn field(&self) -> &[u8] {
        self.both().0
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> &[u8] {
        self.both().1
    }

    /// Puts another value in the place of the present one: in the same block if it has the size class that the new
    /// lengths ask for.
    #[inline]
    pub fn set_value(&mut self, value: &[u8]) {
        let (field, old) = self.both();
        let (field_len, old_len) = (field.len(), old.len());
        let same_class =
            size_class(Self::size(field_len, old_len)) == size_class(Self::size(field_len, value.len()));
        if !same_class || prefix_size(old_len) != prefix_size(value.len()) {
            *self = Self::new(field, value);
            return;
        }
        // SAFETY: the block's size class holds the new length and value; the field stays where it is, since the length
        // before it takes the same number of bytes.
        unsafe {
            let data = write_prefix(self.0.as_ptr().add(prefix_size(field_len)), value.len());
            data.add(field_len).copy_from_nonoverlapping(value.as_ptr(), value.len());
        }
    }

    /// Bytes of the block.
    #[inline]
    pub fn allocated_bytes(&self) -> usize {
        let (field, value) = self.both();
        size_class(Self::size(field.len(), value.len()))
    }
}

impl Drop for Pair {
    #[inline]
    fn drop(&mut self) {
        let (field, value) = self.both();
        let layout = layout(Self::size(field.len(), value.len()));
        // SAFETY: it was allocated with the layout that its lengths give, and nobody else owns it.
        unsafe { alloc::dealloc(self.0.as_ptr(), layout) };
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, value) = self.both();
        write!(f, "{:?}: {:?}", field.escape_ascii().to_string(), value.escape_ascii().to_string())
    }
}

// Tables hold them by the hundred thousand.
const _: () = assert!(size_of::<Member>() == 8 && size_of::<Option<Pair>>() == 8);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_member_costs_one_byte() {
        assert_eq!(Member::new(b"").allocated_bytes(), 8);
        assert_eq!(Member::new(&[0; 15]).allocated_bytes(), 16);
        assert_eq!(Member::new(&[0; 16]).allocated_bytes(), 32);
        assert_eq!(Pair::new(b"field", b"123456789").allocated_bytes(), 16);
    }

    #[test]
    fn a_value_of_the_same_class_stays_in_its_block() {
        let mut pair = Pair::new(b"field", b"123456789");
        let block = pair.0;
        pair.set_value(b"");
        assert_ne!(pair.0, block, "8 bytes suffice now");
        pair.set_value(b"12");
        let block = pair.0;
        pair.set_value(b"123456789");
        assert_eq!(pair.0, block);
        assert_eq!(pair.both(), (&b"field"[..], &b"123456789"[..]));
    }

    fn len() -> impl Strategy<Value = usize> {
        prop_oneof![0..40usize, 240..270usize, Just(100_000)]
    }

    proptest! {
        #[test]
        fn blocks_read_back_what_was_written(field in len(), values in prop::collection::vec((len(), any::<u8>()), 1..8)) {
            let field: Vec<u8> = (0..field).map(|index| index as u8).collect();
            let member = Member::new(&field);
            prop_assert_eq!(member.bytes(), &field[..]);
            let mut pair = Pair::new(&field, b"first");
            for (len, byte) in values {
                let value = vec![byte; len];
                pair.set_value(&value);
                prop_assert_eq!(pair.both(), (&field[..], &value[..]));
                prop_assert!(pair.allocated_bytes() >= field.len() + value.len() + 2);
            }
        }
    }
}

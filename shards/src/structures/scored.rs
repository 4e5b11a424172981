//! The elements of large sorted sets: a member and its score in one heap block, which the table of members owns and the
//! order points at too.
//!
//! ```text
//! table   Scored ──┬──► [score, 8 bytes | length | bytes]
//! order   Handle ──┘
//! ```

use std::alloc;
use std::fmt;
use std::ptr::NonNull;

use super::member::{allocate, layout, prefix_size, read_prefix, write_prefix};
use super::ordered;
use super::prefetch::prefetch_block;
use super::size_class::size_class;

const SCORE_BYTES: usize = size_of::<f64>();

/// A member and its score. Owns its block.
pub struct Scored(NonNull<u8>);

/// A second pointer at the block of a [`Scored`], which does not own it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Handle(NonNull<u8>);

// SAFETY: the block belongs to whoever owns the `Scored`, and nothing of it is shared between threads by itself.
unsafe impl Send for Scored {}
// SAFETY: nothing is changed through a shared reference.
unsafe impl Sync for Scored {}
// SAFETY: a handle only reads the member, which never changes; `Scored::handle` obliges its caller to keep the block.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

#[inline]
fn size(len: usize) -> usize {
    SCORE_BYTES + prefix_size(len) + len
}

/// The member in a block.
///
/// # Safety
/// `block` must be that of a [`Scored`] which lives for `'a`.
#[inline]
unsafe fn member<'a>(block: NonNull<u8>) -> &'a [u8] {
    // SAFETY: `Scored::new` wrote the score, a length and that many bytes; these never change.
    unsafe {
        let (len, data) = read_prefix(block.as_ptr().add(SCORE_BYTES));
        std::slice::from_raw_parts(data, len)
    }
}

impl Scored {
    /// A copy of `bytes` with a score.
    pub fn new(score: f64, bytes: &[u8]) -> Self {
        let block = allocate(size(bytes.len()));
        // SAFETY: the block is new and has the size of the three parts together; it need not be aligned.
        unsafe {
            block.as_ptr().cast::<f64>().write_unaligned(score);
            let data = write_prefix(block.as_ptr().add(SCORE_BYTES), bytes.len());
            data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Self(block)
    }

    /// The block's address, for the sake of prefetching it.
    #[inline]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The member.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the block lives as long as `self`.
        unsafe { member(self.0) }
    }

    /// The member's score.
    #[inline]
    pub fn score(&self) -> f64 {
        // SAFETY: a block begins with the score.
        unsafe { self.0.as_ptr().cast::<f64>().read_unaligned() }
    }

    /// Gives the member another score.
    #[inline]
    pub fn set_score(&mut self, score: f64) {
        // SAFETY: a block begins with the score, which only `self` reads: handles read what comes behind it.
        unsafe { self.0.as_ptr().cast::<f64>().write_unaligned(score) }
    }

    /// A second pointer at the block.
    ///
    /// # Safety
    /// The handle's bytes must not be asked for once `self` is dropped.
    #[inline]
    pub unsafe fn handle(&self) -> Handle {
        Handle(self.0)
    }

    /// Whether `handle` points at this block.
    #[inline]
    pub fn is(&self, handle: Handle) -> bool {
        self.0 == handle.0
    }

    /// Bytes of the block.
    #[inline]
    pub fn allocated_bytes(&self) -> usize {
        size_class(size(self.bytes().len()))
    }
}

impl Drop for Scored {
    fn drop(&mut self) {
        let len = self.bytes().len();
        // SAFETY: `new` allocated it with this layout, and nobody else owns it.
        unsafe { alloc::dealloc(self.0.as_ptr(), layout(size(len))) };
    }
}

impl ordered::Member for Handle {
    #[inline]
    fn bytes(&self) -> &[u8] {
        // SAFETY: whoever made the handle vouches that the block lives whenever it is read.
        unsafe { member(self.0) }
    }

    #[inline]
    fn prefetch(&self) {
        prefetch_block(self.0.as_ptr() as usize);
    }
}

impl Handle {
    /// The member, for as long as its owner keeps the block.
    ///
    /// # Safety
    /// The block's [`Scored`] must live for `'a`.
    #[inline]
    pub unsafe fn bytes_for<'a>(self) -> &'a [u8] {
        // SAFETY: the caller vouches for it.
        unsafe { member(self.0) }
    }
}

impl fmt::Debug for Scored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.bytes().escape_ascii().to_string(), self.score())
    }
}

impl fmt::Debug for Handle {
    /// Only the address: the block may be gone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_member_and_score() {
        for len in [0, 1, 7, 8, 253, 254, 255, 256, 70_000] {
            let bytes: Vec<u8> = (0..len).map(|index| index as u8).collect();
            let mut scored = Scored::new(-0.0, &bytes);
            assert_eq!(scored.bytes(), &bytes[..]);
            assert_eq!(scored.score().to_bits(), (-0.0f64).to_bits());
            scored.set_score(f64::INFINITY);
            assert_eq!((scored.score().to_bits(), scored.bytes()), (f64::INFINITY.to_bits(), &bytes[..]));
            assert!(scored.allocated_bytes() >= len + 9);
        }
        assert_eq!(Scored::new(1.0, b"1234567").allocated_bytes(), 16);
    }
}

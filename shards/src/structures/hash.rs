//! The 64-bit hash of keys and members.
//!
//! One hash feeds three consumers with different bits, so that they stay independent: hashbrown takes its bucket from
//! the low bits and its tag from the top seven; the directory of [`Table`](super::table::Table) and every scan order
//! take [`scan_order`], the 38 bits in between.

use std::hash::{BuildHasher, Hasher};

/// Width in bits of [`scan_order`]. With a 14-bit slot in front it still fits the 52 bits that a client which keeps
/// numbers as doubles can hold exactly.
pub const ORDER_BITS: u32 = 38;

/// A shard's secret seed: without it nobody can choose keys that collide.
#[derive(Clone, Debug)]
pub struct HashSeed(foldhash::fast::FixedState);

impl HashSeed {
    /// Derives the hash function from `seed`; equal seeds give equal functions.
    pub fn new(seed: u64) -> Self {
        Self(foldhash::fast::FixedState::with_seed(seed))
    }

    /// The hash of `bytes`.
    #[inline]
    pub fn hash(&self, bytes: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(bytes);
        hasher.finish()
    }
}

/// The position of a hash in scan order: `ORDER_BITS` bits wide, taken from between hashbrown's bucket and tag bits.
#[inline]
pub const fn scan_order(hash: u64) -> u64 {
    (hash >> 19) & ((1 << ORDER_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_hash_alike_and_different_seeds_do_not() {
        assert_eq!(HashSeed::new(7).hash(b"key"), HashSeed::new(7).hash(b"key"));
        assert_ne!(HashSeed::new(7).hash(b"key"), HashSeed::new(8).hash(b"key"));
    }

    #[test]
    fn the_order_leaves_the_tag_and_the_low_bits_alone() {
        assert_eq!(scan_order(0xFE00_0000_0000_0000), 0);
        assert_eq!(scan_order(0x7FFFF), 0);
        assert_eq!(scan_order(u64::MAX), (1 << ORDER_BITS) - 1);
    }
}

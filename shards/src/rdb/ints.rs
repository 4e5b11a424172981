//! Arrays of integers, in which Redis keeps sets of them.
//!
//! ```text
//! bytes per member, 4 | members, 4 | members in ascending order, 2, 4 or 8 bytes each, the lowest first
//! ```

use super::source::{Malformed, Source};
use crate::structures::intset::Intset;

const HEADER_BYTES: usize = 8;

/// The array of a set.
pub fn block_of(ints: &Intset) -> Vec<u8> {
    let width = ints.member_bytes();
    let mut block = Vec::with_capacity(HEADER_BYTES + width * ints.len());
    block.extend_from_slice(&(width as u32).to_le_bytes());
    block.extend_from_slice(&(ints.len() as u32).to_le_bytes());
    for member in ints.iter() {
        block.extend_from_slice(&member.to_le_bytes()[..width]);
    }
    block
}

/// The members of an array, which has some.
pub fn members(block: &[u8]) -> Result<impl ExactSizeIterator<Item = i64>, Malformed> {
    let mut source = Source::new(block);
    let width = u32::from_le_bytes(source.array()?) as usize;
    let count = u32::from_le_bytes(source.array()?) as usize;
    let members = source.rest();
    if !matches!(width, 2 | 4 | 8)
        || count == 0
        || members.len() / width != count
        || !members.len().is_multiple_of(width)
    {
        return Err(Malformed);
    }
    Ok(members.chunks_exact(width).map(move |member| {
        let mut bytes = [0; 8];
        bytes[8 - width..].copy_from_slice(member);
        i64::from_le_bytes(bytes) >> (64 - 8 * width)
    }))
}

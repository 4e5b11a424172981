//! Compact sequence of short strings and integers in one allocation.
//!
//! ```text
//! Listpack ──► [headroom | element … element | slack]
//! element      [tag and length | data | length of what precedes, readable backwards]
//! ```
//!
//! `block` owns the allocation and opens and closes gaps in it, `encoding` turns an item into bytes and back, `item`
//! is what a reader sees, `sequence` and `iter` are the operations.

mod block;
mod encoding;
mod item;
mod iter;
mod sequence;
#[cfg(test)]
mod tests;

pub use encoding::{Encoded, ITEM_BYTES_MAX};
pub use item::{Item, SCRATCH_BYTES, parse_canonical};
pub use iter::Iter;
pub use sequence::{Listpack, Pos};

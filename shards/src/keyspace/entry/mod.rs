//! An entry: a key with its value, expiry and access clock, in one heap block behind one pointer.
//!
//! ```text
//!  | header | key length, block size | expiry | key | value ..                    | free |
//!  | 8      | 8 + 8, long keys only  | 8, if  | ..  | Int: 8 bytes                |
//!  |        |                        | there  |     | Embedded: the text          |
//!  |        |                        | is one |     | Shared, Object: aligned     |
//!  multiples of eight                         ^ key begins at a multiple of eight
//! ```
//!
//! - The block has a size class of the allocator, and the header knows which, so whatever fits is overwritten in place.
//! - A key of 16 bytes with a value of 32 takes 64 bytes, with or without an expiry.
//! - From the start of the key on, offsets depend on the key's length alone: adding an expiry moves the rest as one piece.
//! - An entry is `Send` but not `Sync`: [`Entry::touch`] notes an access through a shared reference.

mod block;
mod classes;
mod header;
mod object;
mod string;

#[cfg(test)]
mod tests;

pub use block::Entry;
pub use header::Kind;
pub use object::{Object, View};
pub use string::{EMBED_MAX, StrRef};

use header::Form;

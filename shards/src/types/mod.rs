//! The operations of each data type on its own value: no RESP, no keyspace.

mod estimate;
pub mod hash;
pub mod limits;
pub mod list;
mod lookup;
mod sampling;
pub mod set;
pub mod zset;

pub use limits::{Encodings, Limits};
pub use lookup::{Lookup, TOGETHER, look_up_each};

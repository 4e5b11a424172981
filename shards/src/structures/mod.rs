//! Pure data structures: no RESP, no keys, no commands.

pub mod glob;
pub mod hash;
pub mod intset;
pub mod listpack;
pub mod ordered;
pub mod random;
pub mod table;

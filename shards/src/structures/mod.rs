//! Pure data structures: no RESP, no keys, no commands.

pub mod ahead;
pub mod bits;
pub mod copy;
pub mod crc16;
pub mod geohash;
pub mod glob;
pub mod hash;
pub mod intset;
pub mod lcs;
pub mod listpack;
pub mod may_contain;
pub mod member;
pub mod ordered;
pub mod prefetch;
pub mod random;
pub mod ranked;
pub mod same;
pub mod scored;
pub mod size_class;
pub mod table;

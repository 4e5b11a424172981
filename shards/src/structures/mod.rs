//! Pure data structures: no RESP, no keys, no commands.

pub mod hash;
pub mod intset;
pub mod listpack;
pub mod member;
pub mod ordered;
pub mod random;
pub mod ranked;
pub mod scored;
pub mod size_class;
pub mod table;

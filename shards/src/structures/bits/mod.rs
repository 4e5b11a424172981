//! Bytes as an array of bits, the highest bit of the first byte being bit 0: counting, looking for one, combining arrays, and
//! integers of any width among them. Whatever walks bytes takes eight of them at a time.

pub mod combine;
pub mod field;
pub mod search;

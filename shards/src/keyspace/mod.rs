//! A shard's keys: the hash slot of a key, and the heap block that holds a key with its value.

pub mod entry;
pub mod slot;

//! A shard's keys.

pub mod slot;

//! Kvadrant's data engine, sans-I/O: no socket, no file, no clock, no thread, no global.
//!
//! Imports point one way:
//! `resp, structures → types → keyspace → command → commands → shard`.

pub mod keyspace;
pub mod structures;
pub mod types;

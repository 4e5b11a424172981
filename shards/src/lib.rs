//! Kvadrant's data engine, sans-I/O: no socket, no file, no clock, no thread, no global.
//!
//! Imports point one way:
//! `resp, structures → types → keyspace → command, rdb → commands → tx → message → script → shard`. Rows and handlers know the
//! keyspace; the keyspace knows of a command only its arguments and its errors.

pub mod command;
pub mod commands;
pub mod keyspace;
pub mod message;
pub mod rdb;
pub mod resp;
pub mod script;
pub mod shard;
pub mod structures;
pub mod tx;
pub mod types;

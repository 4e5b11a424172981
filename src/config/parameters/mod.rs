//! The table of parameters, in files by subject.

mod cluster;
mod encodings;
mod limits;
mod memory;
mod network;
mod observing;
mod persistence;
mod process;
mod replication;
mod security;
mod table;
mod tls;
mod word_lists;

pub use table::{all, find};

//! What every test against a running server needs: starting one, and speaking RESP to it.
//!
//! Each test program takes this folder in with `#[path]` and uses its part of it.
#![allow(dead_code)] // one test program needs the RESP client, another only the server

pub mod connection;
pub mod resp;
pub mod seeds;
pub mod server;

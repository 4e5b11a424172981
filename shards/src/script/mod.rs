//! Lua scripts, sans-I/O: a machine that runs a script step by step and calls nobody.
//!
//! An [`Engine`] holds one Lua state with Redis's libraries and sandbox. A script runs on a stack of its own; each `redis.call`
//! suspends it with the command's arguments, and whoever drives the engine resumes it with the command's reply, now or after any
//! number of other things. A [`FunctionEngine`] does the same for the functions of libraries, in a state of its own. Source: the
//! documentation of Redis's Lua API, and the behaviour of redis-server 7.0.15.

mod bits;
mod cjson;
mod engine;
mod from_resp;
mod functions;
mod lua;
mod metadata;
mod msgpack;
mod number;
mod random;
mod redis_table;
mod register;
mod runner;
mod sandbox;
mod sha;
mod shebang;
mod step;
mod structs;
mod to_resp;

#[cfg(test)]
mod tests;

pub use engine::Engine;
pub use functions::{FunctionEngine, Loading};
pub use metadata::Metadata;
pub use register::Registered;
pub use runner::ScriptError;
pub use sha::Sha;
pub use shebang::ScriptFlags;
pub use step::{Resume, Step};

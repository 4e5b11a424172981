//! The cores: what one does in a turn, apart from its sockets; its sockets; where cores run, and whether they can.

pub mod affinity;
mod announce;
mod blocking;
mod clients;
mod connection;
mod core;
mod envelopes;
mod execute;
mod holding;
mod listeners;
mod machine;
mod machine_command;
mod migrating;
mod panic;
pub mod probe;
mod pushes;
mod receive;
mod script_calls;
mod scripts;
pub mod signals;
mod staged;
mod start;
mod tick;
mod tracked;
mod transactions;

pub use self::core::Core;
pub use panic::abort_on_panic;
pub use start::{Running, start};

//! The cores: what one does in a turn, apart from its sockets; where they run, and whether they can.

pub mod affinity;
mod core;
mod envelopes;
mod execute;
pub mod probe;
mod receive;
mod staged;

pub use self::core::Core;

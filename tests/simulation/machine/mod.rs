//! Cores, inboxes and sockets without threads, kernel or clock: each step is somebody's choice.

mod cores;
pub mod elsewhere;
mod rules;
mod socket;
mod trace;

pub use cores::Machine;
pub use rules::{Look, Rules};
pub use socket::Socket;
pub use trace::{Trace, shorten};

//! One core's private `io_uring`: accept, receive, wait for writability, wake. The only place with `io_uring` in it.
//!
//! Receives are multishot into a ring of provided buffers, so that a core takes what all its clients sent with one system
//! call and no read of its own. All memory that the kernel writes to belongs to the [`Ring`] while an operation is under way.
//!
//! Sources: `io_uring(7)`, `io_uring_enter(2)`, `io_uring_register_buf_ring(3)`.

mod accepted;
mod buffers;
mod token;
mod uring;

pub use accepted::owned;
pub use token::{Operation, Token};
pub use uring::{Completion, Ring, Wait};

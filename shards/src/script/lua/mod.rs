//! The Lua state behind a safe front: the only place that speaks C's language.
//!
//! Lua reports errors by `longjmp`, which must not pass over a Rust frame that owns anything. So there are two kinds of code:
//!
//! - **Plain C functions** in [`guard`] and [`bridge`]: nothing in them has a destructor, they may raise.
//! - **Functions** of all libraries: Rust, handed to [`bridge`], which calls them with a [`Stack`]. Nothing that a `Stack` offers
//!   raises: it uses raw access only (no metamethods), and while Rust runs, allocation is not limited ([`Memory`]), so that there
//!   is no "not enough memory" either; functions ask [`Stack::check_memory`] where they may build much. They return their errors
//!   as [`Raise`], which the bridge raises when all of their frames are gone. A panic becomes an error there too.

mod bridge;
mod coroutine;
mod guard;
mod memory;
mod shared;
mod stack;
mod state;

pub use bridge::{Function, Raise};
pub use coroutine::{Coroutine, Progress};
pub use guard::Guard;
pub use shared::{Answer, Request, Shared};
pub use stack::{Kind, Stack, truncated};
pub use state::{Finished, State};

//! Scripts, apart from running them: which ones the server knows, what a core has compiled, and which ones take long.

mod library;
mod scripts;
mod watchdog;

pub use library::{Library, Reach};
pub use scripts::{Known, Scripts};
pub use watchdog::{Ended, Watchdog};

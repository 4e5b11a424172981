//! Scripts and functions, apart from running them: which ones the server knows, what a core has compiled, and which ones take long.

mod functions;
mod library;
mod loaded;
mod log;
mod scripts;
mod watchdog;

pub use functions::{Catalogue, FunctionLibrary, Functions};
pub use library::{Library, Reach};
pub use loaded::Loaded;
pub use log::log;
pub use scripts::{Known, Program, Scripts};
pub use watchdog::{Ended, Kind, RunningFunction, Watchdog};

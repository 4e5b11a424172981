//! Settings: where they come from (command line, file, CONFIG SET), what they may be, and what they are.
//!
//! [`parameters`] is the one table: a row per directive. Everything else derives from it. Nothing here listens, locks or
//! starts anything; [`load`] alone reads files.

mod args;
mod bind;
mod bounds;
mod cpus;
mod directive;
mod error;
mod file;
mod load;
mod output_limits;
pub mod parameter;
pub mod parameters;
mod rewrite;
mod runtime;
mod settings;
pub mod stored;
pub mod value;
mod words;

pub use args::Args;
pub use bind::BindAddress;
pub use cpus::CpuList;
pub use error::StartupError;
pub use load::{check_ports, load};
pub use output_limits::{OutputLimit, OutputLimits};
pub use rewrite::{RewriteError, Rewritten, rewrite};
pub use runtime::{Changed, ConfigSetError, config_get, config_set};
pub use settings::{Gate, LogLevel, MAX_CPU, MAX_SHARDS, MaxmemoryPolicy, SanitizeDumps, Settings};

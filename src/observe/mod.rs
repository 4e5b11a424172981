//! What operators see, and what the process knows of itself.

pub mod descriptors;
pub mod log;
pub mod memory;
pub mod memory_use;
pub mod process;

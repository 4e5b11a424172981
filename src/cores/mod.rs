//! The cores: where they run, and whether they can.

pub mod affinity;
pub mod probe;

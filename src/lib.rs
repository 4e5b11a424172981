//! Kvadrant: the machine around the data engine.

pub mod config;
pub mod cores;
pub mod observe;

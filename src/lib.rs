//! Kvadrant: the machine around the data engine.
//!
//! Imports point one way: `config, observe → courier, listen → mesh, ring → session → pubsub, scripting → tracking → commands →
//! cores → main`.

pub mod commands;
pub mod config;
pub mod cores;
pub mod courier;
pub mod listen;
pub mod mesh;
pub mod observe;
pub mod pubsub;
pub mod ring;
pub mod scripting;
pub mod session;
pub mod tracking;

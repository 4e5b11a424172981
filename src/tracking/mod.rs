//! Client-side caching: telling clients which of their copies of keys are stale (CLIENT TRACKING).
//!
//! ```text
//! GET k      the owner of `k` remembers the client in its table ([`shards::tx::Tracking`])
//! SET k v    the owner notes the change, and at the end of its turn tells
//!    ├──► the cores of those who read `k` ──► their sessions
//!    └──► the cores with prefixes ──► collected per prefix until the end of that core's turn ──► its sessions
//!                                     a session whose messages another client gets ──► that client's core
//! ```
//!
//! What keeps a copy from outliving its key: an owner remembers a reader in the step in which it reads, and a message is put
//! behind all replies that its client still waits for. So no reply with an old value comes after the message about it. One that
//! comes late is about a value that is new already; then the client drops a good copy, which costs it a question and no more.

mod deliver;
mod prefixes;
mod registry;

pub use deliver::{Room, Stales};
pub use registry::Registry;

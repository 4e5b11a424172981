//! Publish/subscribe and MONITOR: who listens, and how what they listen to reaches them.
//!
//! ```text
//! PUBLISH news hi                 the publisher's core asks the audience: which cores have listeners for `news`?
//!    │
//!    ├──► core 0: listeners ── channel `news` ──► its sessions, each message encoded once per protocol
//!    └──► core 2: listeners ── pattern `n*` ────► its sessions
//! ```
//!
//! *Who may be skipped.* Each core counts its subscriptions in its part of the audience before it confirms them, and takes them
//! back after the last message. A core whose count is zero has nobody to tell; a count above zero may be of another channel, and
//! then the core finds nobody.

mod audience;
mod listeners;
mod message;
mod monitor;
mod posts;

pub use audience::Audience;
pub use listeners::{Listeners, Publisher};
pub use message::Message;
pub use monitor::line;
pub use posts::{Post, Posts};

//! One client: its request stream, the order of its replies, its name, database, protocol and rights.

mod blocked;
mod caching;
mod inbound;
mod merging;
mod queue;
mod replies;
mod sessions;
mod spread;
mod state;
mod subscriptions;

pub use blocked::{Blocked, Unblock, Waiting};
pub use caching::{Caching, Choice, Redirect, Said};
pub use inbound::{Inbound, Large};
pub use merging::{How, MergeParts, Merging};
pub use queue::{Queue, Queued, Transaction};
pub use replies::{Mute, Replies};
pub use sessions::{SessionId, Sessions};
pub use spread::Spread;
pub use state::{Closing, Origin, Principal, Session};
pub use subscriptions::{Subscriptions, Topic};

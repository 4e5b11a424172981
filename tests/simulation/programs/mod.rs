//! What clients do: each file is one kind of client, with what must hold of its replies.

mod audit;
mod bank;
mod busy;
mod clerk;
mod counters;
mod functions;
mod histories;
mod jobs;
mod line;
mod own_keys;
mod own_scan;
mod pairs;
mod registers;
mod vanishing;
mod waiting;

pub use audit::Auditor;
pub use bank::Teller;
pub use busy::{Calm, Ender, Looper};
pub use clerk::Clerk;
pub use counters::Counter;
pub use functions::{Caller, Librarian};
pub use histories::Planned;
pub use jobs::{Producer, Worker};
pub use line::{InLine, LinePusher};
pub use own_keys::OwnKeys;
pub use pairs::{PairReader, PairWriter};
pub use registers::{Reader, Writer};
pub use vanishing::Vanisher;
pub use waiting::{Pusher, Taker, Unblocker};

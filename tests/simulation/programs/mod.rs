//! What clients do: each file is one kind of client, with what must hold of its replies.

mod audit;
mod bank;
mod counters;
mod histories;
mod jobs;
mod own_keys;
mod own_scan;
mod pairs;
mod registers;
mod vanishing;

pub use audit::Auditor;
pub use bank::Teller;
pub use counters::Counter;
pub use histories::Planned;
pub use jobs::{Producer, Worker};
pub use own_keys::OwnKeys;
pub use pairs::{PairReader, PairWriter};
pub use registers::{Reader, Writer};
pub use vanishing::Vanisher;

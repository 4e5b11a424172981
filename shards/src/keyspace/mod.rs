//! A shard's keys: their slots, the heap block that holds a key with its value, lookup, expiry, eviction, scans and freeing.

mod access;
mod batch;
mod database;
mod elements;
pub mod entry;
mod events;
mod evict;
mod expire;
mod free;
mod key;
mod loan;
mod scan;
pub mod slot;
mod space;
mod strings;
mod touched;
mod transfer;
mod typed;

pub use access::{Frequency, Usage};
pub use elements::Wanted;
pub use entry::{Entry, Kind, Object, StrRef};
pub use events::{Event, EventClasses};
pub use evict::{EvictionOrder, EvictionPolicy};
pub use expire::ExpirePass;
pub use key::Key;
pub use loan::Own;
pub use scan::Cursor;
pub use space::{Counters, Dumps, Keyspace, Settings};
pub use touched::{KeptKey, Touched};
pub use typed::{Held, Seen, Typed};

//! What travels with the envelopes of a transaction that holds shards.

use super::{Reads, Wait};
use crate::keyspace::Entry;

/// What a client has asked an owner to keep in mind: a watch of keys, or a command that waits for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interest {
    /// The client's core.
    pub core: u16,
    /// Its session there.
    pub session: u32,
    /// Which of the sessions that had this index.
    pub generation: u32,
    /// Tells a watch from the client's other watches, and a waiting command from its other commands.
    pub number: u32,
}

/// A key that a transaction borrows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LentKey {
    /// Its database.
    pub database: u16,
    /// The key.
    pub bytes: Box<[u8]>,
}

/// What the coordinator asks of an owner.
#[derive(Debug, Default)]
pub struct Hold {
    /// Keys whose entries it borrows.
    pub keys: Vec<LentKey>,
    /// The client's watch, which ends here, if it has watched keys of this owner.
    pub watch: Option<Interest>,
}

/// One step of a transaction that holds shards.
#[derive(Debug)]
pub enum Hop {
    /// To an owner: lend these entries, and run nothing until released.
    Hold(Hold),
    /// To an owner that is held: lend these, too.
    Lend {
        /// The keys.
        keys: Vec<LentKey>,
        /// The transaction's time, milliseconds since 1970.
        now_ms: i64,
    },
    /// The answer to these.
    Held {
        /// What was lent: (database, entry).
        entries: Vec<(u16, Entry)>,
        /// Whether a key that the client watches was touched.
        touched: bool,
        /// The time that stands still for the owner, milliseconds since 1970.
        now_ms: i64,
    },
    /// To an owner that is held: take these back, run the commands of this envelope, and lend these keys again.
    Step(Release, Vec<LentKey>),
    /// To an owner: take these entries, run the commands of this envelope, and go on.
    Release(Release),
}

/// What an owner gets back.
#[derive(Debug, Default)]
pub struct Release {
    /// The transaction's time, milliseconds since 1970.
    pub now_ms: i64,
    /// What is left of what was lent, and what came in addition.
    pub entries: Vec<(u16, Entry)>,
    /// Keys that were changed meanwhile.
    pub touched: Vec<LentKey>,
    /// What the transaction read, if its client tracks keys.
    pub reads: Option<Box<Reads>>,
    /// The command found nothing, and waits for keys of this owner.
    pub wait: Option<Box<Wait>>,
}

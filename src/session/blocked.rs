//! A client's command that waits for something: the client runs nothing more until it is answered.

use shards::{
    command::{OwnedArgs, registry::Id},
    resp::Reply,
    tx::Claim,
};
use smallvec::SmallVec;

/// A waiting command.
#[derive(Debug)]
pub struct Blocked {
    /// Which.
    pub command: Id,
    /// The number of its reply.
    pub sequence: u32,
    /// How far it has come.
    pub state: Waiting,
    /// When its time is up, milliseconds since 1970.
    pub deadline_ms: Option<i64>,
    /// Who decides what becomes of it.
    pub claim: Claim,
    /// The cores at which it waits.
    pub owners: SmallVec<[u16; 4]>,
    /// Its arguments, where only this core can run it.
    pub again: Option<OwnedArgs>,
    /// Its reply when the time is up.
    pub nothing: fn(&mut Reply<'_>),
}

impl Blocked {
    /// A command that is going to be tried at `owners`. If nothing comes in its time, its reply is a null array.
    pub fn new(command: Id, owners: SmallVec<[u16; 4]>, deadline_ms: Option<i64>) -> Self {
        Self {
            command,
            sequence: 0,
            state: Waiting::Tried,
            deadline_ms,
            claim: Claim::default(),
            owners,
            again: None,
            nothing: |out| out.null_array(),
        }
    }
}

/// How far a waiting command has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// On its way to its owner, which may have something for it.
    Tried,
    /// There was nothing, and it waits.
    Begun,
    /// There is something now: this core must run it.
    Ready,
}

/// Why a client waits no more, other than that it was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unblock {
    /// Its time is up, or it is as if it were.
    Timeout,
    /// Somebody wants it to get an error.
    Error,
}

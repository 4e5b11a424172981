//! What one core sends another: a batch of commands, and the same batch back with its replies.
//!
//! An [`Envelope`] holds the arguments of its commands and a small descriptor for each. The owner does not parse: it is told how long
//! each argument is. It writes all replies into one run and sends the same envelope back, whose buffers the sender uses again.

mod envelope;

pub use crate::command::call::{Modes, Token};
pub use envelope::{Answer, Envelope, Reading};

use crate::{
    command::registry,
    resp::Out,
    tx::{Interest, Reader, StaleKey},
};

/// What one core tells another that is no command.
#[derive(Debug)]
pub enum Note {
    /// Memory is beyond its limit: keys are to be evicted that give back so many bytes.
    MakeRoom(i64),
    /// To an owner: the client watches these keys no more.
    EndWatch(Interest),
    /// To an owner: the client's command waits no more.
    EndWait(Interest),
    /// To a client's core: a command that waited has run, and this is its reply.
    Served(Token, Out),
    /// To a client's core: what the client waits for is there, and only this core can run its command.
    Ready(Token),
    /// To a core with clients that track keys: these are stale.
    Stale(Vec<StaleKey>),
    /// To the core of a client that gets messages about stale keys for another one.
    Redirected(Box<Redirected>),
    /// To the core of a client whose messages about stale keys another one was to get: that one is gone.
    RedirectBroken {
        /// The client.
        client: Reader,
        /// The number of the one that is gone.
        target: u64,
    },
}

/// A message about stale keys on its way to a client that gets it for another one.
#[derive(Debug)]
pub struct Redirected {
    /// Who gets it.
    pub to: Reader,
    /// The number of that client.
    pub target: u64,
    /// For whom.
    pub client: Reader,
    /// Which keys, as they stand in the message.
    pub keys: Vec<u8>,
}

/// How a command runs, apart from its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Who gets the reply.
    pub token: Token,
    /// The command.
    pub command: registry::Id,
    /// The logical database.
    pub database: u16,
    /// How it is to be run.
    pub modes: Modes,
    /// The transaction of its client that it is a part of, with its like before and behind it; 0 if it stands alone.
    pub transaction: u16,
    /// Hash slot of the first key, if `key_index` names one.
    pub slot: u16,
    /// Which argument is the first key; 0 for none.
    pub key_index: u16,
}

impl Call {
    /// A command without a key, in database 0.
    pub fn new(token: Token, command: registry::Id) -> Self {
        let modes = Modes::default();
        Self { token, command, database: 0, modes, transaction: 0, slot: 0, key_index: 0 }
    }

    /// Whether the reply is written in RESP3.
    #[inline]
    pub fn resp3(&self) -> bool {
        self.modes.has(Modes::RESP3)
    }
}

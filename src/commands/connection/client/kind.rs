//! The classes of clients that CLIENT LIST and CLIENT KILL tell apart.

use shards::command::{Args, Error, given};

use crate::session::Session;

/// A class of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those that send commands.
    Normal,
    /// Those that are subscribed to something.
    PubSub,
    /// Any other class of Redis: nobody is in it.
    Absent,
}

impl Kind {
    /// The class that a client is in.
    pub fn of(session: &Session) -> Self {
        if session.is_subscriber() { Self::PubSub } else { Self::Normal }
    }

    /// The class that argument `index` names.
    pub fn parse(args: &Args<'_>, index: usize) -> Result<Self, Error> {
        match args.word(index).as_str() {
            "NORMAL" => Ok(Self::Normal),
            "PUBSUB" => Ok(Self::PubSub),
            "MASTER" | "REPLICA" | "SLAVE" => Ok(Self::Absent),
            _ => {
                let given = given(args.get(index));
                Err(Error::Message(format!("ERR Unknown client type '{given}'")))
            }
        }
    }
}

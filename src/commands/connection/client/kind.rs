//! The classes of clients that CLIENT LIST and CLIENT KILL tell apart.

use shards::command::{Args, Error, given};

/// A class of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those that send commands. All clients are: there are no replicas and no subscribers yet.
    Normal,
    /// Any other class of Redis: nobody is in it.
    Absent,
}

impl Kind {
    /// The class that argument `index` names.
    pub fn parse(args: &Args<'_>, index: usize) -> Result<Self, Error> {
        match args.word(index).as_str() {
            "NORMAL" => Ok(Self::Normal),
            "MASTER" | "REPLICA" | "SLAVE" | "PUBSUB" => Ok(Self::Absent),
            _ => {
                let given = given(args.get(index));
                Err(Error::Message(format!("ERR Unknown client type '{given}'")))
            }
        }
    }
}

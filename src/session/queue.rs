//! A client's transaction: the commands queued since MULTI, and the cores of whose keys it watches some.

use shards::command::{OwnedArgs, registry::Id};

/// A session's part in transactions.
#[derive(Debug, Default)]
pub struct Transaction {
    /// Since MULTI.
    pub queue: Option<Queue>,
    /// Cores that own keys which the client watches, ascending.
    pub watched: Vec<u16>,
    /// How many of its watches have ended: each has a number of its own.
    pub watch: u32,
    /// Its transaction holds shards: it runs nothing else until that has ended.
    pub running: bool,
}

/// The commands since MULTI.
#[derive(Debug, Default)]
pub struct Queue {
    /// In the order sent.
    pub commands: Vec<(Id, OwnedArgs)>,
    /// A command was refused when it was queued: EXEC runs none.
    pub aborted: bool,
}

impl Transaction {
    /// Whether a command of the client cannot simply run.
    #[inline]
    pub fn is_open(&self) -> bool {
        self.running || self.queue.is_some()
    }

    /// Heap bytes of the queue.
    pub fn heap_bytes(&self) -> usize {
        let commands = self.queue.iter().flat_map(|queue| &queue.commands);
        commands.map(|(_, command)| size_of::<(Id, OwnedArgs)>() + command.heap_bytes()).sum()
    }
}

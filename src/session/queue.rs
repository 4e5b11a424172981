//! A client's transaction: the commands queued since MULTI, and the cores of whose keys it watches some.

use shards::command::{Args, OwnedArgs, registry::Id};

/// A session's part in transactions.
#[derive(Debug, Default)]
pub struct Transaction {
    /// Since MULTI.
    pub queue: Option<Queue>,
    /// Cores that own keys which the client watches, ascending.
    pub watched: Vec<u16>,
    /// How many of its watches have ended: each has a number of its own.
    pub watch: u32,
    /// Its transaction holds shards, or its script runs: it runs nothing else until that has ended.
    pub running: bool,
    /// Its script that has been sent to the owner of its keys, to be run again if it uses others.
    pub script: Option<Box<Queued>>,
}

/// The commands since MULTI.
#[derive(Debug, Default)]
pub struct Queue {
    /// In the order sent.
    pub commands: Vec<Queued>,
    /// A command was refused when it was queued: EXEC runs none.
    pub aborted: bool,
}

/// A command that runs later.
#[derive(Debug)]
pub struct Queued {
    /// The command.
    pub command: Id,
    /// Index of its first key, if that has a place of its own; else 0.
    pub key_index: u16,
    /// That key's slot.
    pub slot: u16,
    /// That key's hash, if this core owns it.
    pub hash: u64,
    /// Its arguments.
    pub kept: OwnedArgs,
}

impl Queued {
    /// A command whose key is still to be found.
    pub fn new(command: Id, args: &Args<'_>) -> Self {
        Self { command, key_index: 0, slot: 0, hash: 0, kept: args.into() }
    }

    /// Its arguments.
    pub fn args(&self) -> Args<'_> {
        self.kept.args()
    }

    fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.kept.heap_bytes()
    }
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
        commands.map(Queued::heap_bytes).sum()
    }
}

//! A command of the machine as a row: the facts of [`shards::command::Command`], and where and how it runs.

use shards::{
    command::{Args, Command, Error},
    resp::Reply,
};
use smallvec::SmallVec;

use super::{Given, Node, Verb};
use crate::session::{MergeParts, Session, SessionId};

/// One command that needs the session or the server. Its row says [`Run::Session`](shards::command::Run::Session), but for
/// [`NodeRun::Shard`].
#[derive(Debug)]
pub struct NodeCommand {
    /// Its facts.
    pub row: Command,
    /// Where and how it runs.
    pub run: NodeRun,
}

/// Where and how a machine's command runs.
#[derive(Clone, Copy, Debug)]
pub enum NodeRun {
    /// On the client's core.
    Here(fn(&mut Here<'_>, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>),
    /// On every core; the replies are merged. `check` runs first, on the client's core: what it refuses runs nowhere.
    Every {
        /// Refuses what is wrong with the request.
        check: fn(&mut Here<'_>, &Args<'_>) -> Result<(), Error>,
        /// Runs on each core.
        run: fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
        /// Makes one reply.
        merge: MergeParts,
    },
    /// On the cores that `cores` names, at least one; the replies are merged.
    Among {
        /// The cores that have something to do.
        cores: fn(&Node, &Args<'_>) -> SmallVec<[u16; 8]>,
        /// Runs on each of them.
        run: fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
        /// Makes one reply.
        merge: MergeParts,
    },
    /// On the core that owns the hash slot whose number is argument `argument`.
    AtSlot {
        /// Index of the slot's number.
        argument: usize,
        /// Runs there.
        run: fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
    },
    /// On the core that owns the key in argument `argument`.
    AtKey {
        /// Index of the key.
        argument: usize,
        /// Runs there.
        run: fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
    },
    /// As `choose` makes of its arguments; never another choice. `check` runs first, on the client's core: what it refuses runs
    /// nowhere.
    Chosen {
        /// Refuses what the client may not do.
        check: fn(&mut Here<'_>, &Args<'_>) -> Result<(), Error>,
        /// The same for the same arguments, on whichever core.
        choose: fn(&Args<'_>) -> Result<NodeRun, Error>,
    },
    /// By [`crate::cores`]: it is about the client's transaction.
    Transaction(Verb),
    /// By [`crate::cores`]: it runs a script.
    Script(Given),
    /// By [`crate::cores`]: it waits for replicas.
    Wait,
    /// By [`crate::cores`]: it holds the shards of its keys while these are taken to another server.
    Migrate,
    /// Where its row says: a command of the data engine among the subcommands of the machine.
    Shard,
    /// Nowhere itself: argument 1 names one of these.
    Container(&'static [&'static NodeCommand]),
    /// On the client's core if it stands alone; with arguments, argument 1 names a subcommand.
    Alone {
        /// Runs without arguments.
        run: fn(&mut Here<'_>, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>,
        /// The subcommands.
        subcommands: &'static [&'static NodeCommand],
    },
}

/// What a command on the client's own core sees.
#[derive(Debug)]
pub struct Here<'a> {
    /// The core.
    pub node: &'a mut Node,
    /// The client.
    pub client: SessionId,
    /// Whether EXEC runs the command.
    pub executing: bool,
}

impl Here<'_> {
    /// The client's session.
    pub fn session(&mut self) -> &mut Session {
        match self.node.sessions.get_mut(self.client) {
            Some(session) => session,
            None => unreachable!("a command runs for a session that is gone"),
        }
    }
}

/// Who asked, for a command that runs on a core which does not know the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client's number.
    pub client: u64,
    /// Its database.
    pub database: u16,
    /// The number of its command's reply.
    pub sequence: u32,
}

//! What is true of the whole run, beyond what one client sees: it may be told to anyone at once, for clients talk to each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::history::{History, Mix};

/// The writes of one client, in the order sent. Their number is what they write.
#[derive(Debug, Default)]
pub struct Writes {
    /// Per key: the numbers of the writes to it, ascending.
    of_key: BTreeMap<Vec<u8>, Vec<u64>>,
    /// Writes sent.
    pub sent: u64,
    /// The last write that somebody has learned of.
    pub known: u64,
}

impl Writes {
    /// Notes the next write, to these keys; returns its number.
    pub fn send(&mut self, keys: &[Vec<u8>]) -> u64 {
        self.sent += 1;
        for key in keys {
            self.of_key.entry(key.clone()).or_default().push(self.sent);
        }
        self.sent
    }

    /// What a command that is sent now must at least find at `key`: the last write to it before anything known.
    pub fn floor(&self, key: &[u8]) -> u64 {
        let numbers = self.of_key.get(key).map_or(&[][..], Vec::as_slice);
        numbers.iter().rev().copied().find(|number| *number <= self.known).unwrap_or(0)
    }

    /// The keys written to.
    pub fn keys(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.of_key.keys()
    }

    /// Somebody has found write `number` at `key`.
    pub fn learn(&mut self, key: &[u8], number: u64) -> Result<(), String> {
        let written = number == 0 || self.of_key.get(key).is_some_and(|numbers| numbers.contains(&number));
        if !written {
            return Err(format!("{} holds {number}, which was never written to it", key.escape_ascii()));
        }
        self.known = self.known.max(number);
        Ok(())
    }
}

/// What is known of a counter that several clients increment.
#[derive(Debug, Default)]
pub struct Count {
    /// Increments sent by clients that see their replies.
    pub sent: u64,
    /// Increments sent by clients that may vanish before.
    pub unsure: u64,
    /// Values that were answered.
    pub answered: BTreeSet<i64>,
}

impl Count {
    /// The largest value anyone has learned of.
    pub fn known(&self) -> i64 {
        self.answered.last().copied().unwrap_or(0)
    }
}

/// What is known of lists from which elements are taken by those who wait for them.
#[derive(Debug, Default)]
pub struct Queue {
    /// All lists there may be.
    pub lists: BTreeSet<Vec<u8>>,
    /// Elements that were pushed or will be.
    pub pushed: BTreeSet<u64>,
    /// Elements that somebody was given.
    pub taken: BTreeSet<u64>,
    /// Elements that were found in a list at the end.
    pub found: BTreeSet<u64>,
    /// Elements that those could have taken who vanished before they were answered.
    pub lost_max: usize,
    /// Keys that clients wait for in vain.
    pub wanted: BTreeSet<Vec<u8>>,
    /// Numbers of clients that wait now and then.
    pub waiters: Vec<i64>,
    /// Waiting commands that somebody ended with an error, by his reply.
    pub unblocked: usize,
    /// Waiting commands that were answered so.
    pub unblocked_seen: usize,
    /// Waiting commands that were perhaps answered so, but nobody saw it.
    pub unblocked_unseen: usize,
    /// Clients that are known to be in line.
    pub in_line: usize,
}

/// The board.
#[derive(Debug, Default)]
pub struct Board {
    /// Per writer.
    pub writes: Vec<Writes>,
    /// Writes of several keys at once, by all clients.
    pub written_together: u64,
    /// Whether the element that moves between sets is in one; nothing if nobody has begun to put it there.
    pub element_placed: Option<bool>,
    /// Counters by key.
    pub counts: BTreeMap<Vec<u8>, Count>,
    /// Tokens appended to the shared log, by client.
    pub logged: BTreeMap<usize, u64>,
    /// Length of the log that somebody has learned of.
    pub log_known: i64,
    /// Jobs pushed or to be pushed.
    pub jobs_planned: usize,
    /// Jobs whose push was sent.
    pub jobs_sent: BTreeSet<u64>,
    /// Jobs taken.
    pub jobs_taken: BTreeSet<u64>,
    /// Keys that the clients' models say exist in database 0, apart from shared ones.
    pub own_keys: usize,
    /// The queue whose workers wait.
    pub queue: Queue,
    /// Per library: the last version that somebody has learned of.
    pub versions: Vec<u64>,
    /// Scripts that do not end, and have not been ended.
    pub endless: usize,
    /// Whether one has been sent.
    pub endless_sent: bool,
    /// Clients whose command waits, now that nobody can do anything any more.
    pub in_vain: usize,
    /// The step that is being taken.
    pub now: u64,
    /// What those clients were answered whose replies are judged together.
    pub history: History,
    /// What these asked.
    pub mix: Option<Mix>,
}

impl Board {
    /// Somebody has learned of a version of a library.
    pub fn learn_version(&mut self, library: usize, version: u64) {
        let known = &mut self.versions[library];
        *known = version.max(*known);
    }
}

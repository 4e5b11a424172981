//! Which keys were changed: what a WATCH, a blocked command and a cache of a client wait to hear of.
//!
//! Handlers say once, with their outcome, whether anything changed; the keyspace knows which keys they asked to change. So its
//! mutators note *candidates*, and the outcome settles them: all count after a change, none after a command that changed
//! nothing or failed. What the keyspace removes by itself, because a key's time has come or to make room, is certain whatever
//! the command answers. Nothing is noted while nobody asked for it.
//!
//! Emptied and exchanged databases are one mark, not a mark per key. Whether a key was in the database before is for those who
//! wait to remember: as they have heard of no change of it, it is as it was when they began to wait.

use smallvec::SmallVec;

use super::{Key, Keyspace};

/// Keys of up to this many bytes are noted without an allocation.
const SHORT_KEY_BYTES: usize = 32;

/// A key's bytes, kept beyond the command that named it.
pub type KeptKey = SmallVec<[u8; SHORT_KEY_BYTES]>;

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// One key.
    Key {
        /// The database it is in.
        database: u16,
        /// The key.
        key: KeptKey,
    },
    /// All keys of a database are gone.
    Flushed {
        /// Which one.
        database: u16,
    },
    /// All keys of all databases are gone.
    FlushedAll,
    /// A database now has the keys that another one had. The other one has a mark of its own.
    Swapped {
        /// Which one.
        database: u16,
    },
}

/// What changed since it was last taken.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    on: bool,
    /// Up to `settled` certain; what follows waits for the outcome of the command.
    marks: Vec<Mark>,
    settled: usize,
}

#[derive(Debug)]
struct Mark {
    touched: Touched,
    certain: bool,
}

impl Recorder {
    /// Notes that the running command may change `key`.
    #[inline]
    pub fn may_change(&mut self, database: usize, key: &[u8]) {
        if self.on {
            self.push_key(database, key, false);
        }
    }

    /// Notes that `key` changed, whatever the command says.
    #[inline]
    pub fn changed(&mut self, database: usize, key: &[u8]) {
        if self.on {
            self.push_key(database, key, true);
        }
    }

    /// Notes what concerns more than a key.
    pub fn changed_many(&mut self, touched: Touched) {
        if self.on {
            self.marks.push(Mark { touched, certain: true });
        }
    }

    #[cold]
    fn push_key(&mut self, database: usize, key: &[u8], certain: bool) {
        let touched = Touched::Key { database: database as u16, key: KeptKey::from_slice(key) };
        // Most commands ask for their key more than once.
        match self.marks[self.settled..].last_mut() {
            Some(last) if last.touched == touched => last.certain |= certain,
            _ => self.marks.push(Mark { touched, certain }),
        }
    }

    #[cold]
    fn settle(&mut self, changed: bool) {
        let settled = self.settled;
        if !changed {
            let mut index = 0;
            self.marks.retain(|mark| {
                index += 1;
                index <= settled || mark.certain
            });
        }
        self.settled = self.marks.len();
    }
}

impl Keyspace {
    /// Whether changed keys are noted from now on. What was noted and not taken is forgotten when that ends.
    pub fn set_recording(&mut self, on: bool) {
        if !on {
            self.touched = Recorder::default();
        }
        self.touched.on = on;
    }

    /// Whether changed keys are noted.
    #[inline]
    pub fn is_recording(&self) -> bool {
        self.touched.on
    }

    /// Whether something changed since the changes were last taken.
    #[inline]
    pub fn has_touched(&self) -> bool {
        !self.touched.marks.is_empty()
    }

    /// Whether the last of the changes that wait to be taken is that databases changed places; between commands.
    pub fn has_swapped(&self) -> bool {
        matches!(self.touched.marks.last(), Some(Mark { touched: Touched::Swapped { .. }, .. }))
    }

    /// How many changes wait to be taken; between commands.
    pub fn touched_len(&self) -> usize {
        self.touched.marks.len()
    }

    /// Takes what changed, oldest first; between commands. A key may come more than once.
    pub fn take_touched(&mut self) -> impl Iterator<Item = Touched> {
        self.take_causes().map(|(touched, _)| touched)
    }

    /// As [`Keyspace::take_touched`], with whether the keyspace did it by itself rather than a command.
    pub fn take_causes(&mut self) -> impl Iterator<Item = (Touched, bool)> {
        self.touched.settled = 0;
        self.touched.marks.drain(..).map(|mark| (mark.touched, mark.certain))
    }

    /// Tells whether the command that ran changed something, which decides about the keys that it asked to change. Whoever calls
    /// a handler says this after it; a command that failed changed nothing.
    #[inline]
    pub fn settle_touched(&mut self, changed: bool) {
        if self.touched.on {
            self.touched.settle(changed);
        }
    }

    /// Says that `key` is as it was although the running command asked for it to change it and changed another one.
    #[inline]
    pub fn left_as_it_was(&mut self, key: &Key<'_>) {
        if self.touched.on {
            let (database, settled) = (self.selected as u16, self.touched.settled);
            let mut index = 0;
            self.touched.marks.retain(|mark| {
                index += 1;
                let of_key = matches!(&mark.touched, Touched::Key { database: of, key: bytes }
                    if *of == database && bytes.as_slice() == key.bytes);
                index <= settled || mark.certain || !of_key
            });
        }
    }
}

#[cfg(test)]
mod tests;

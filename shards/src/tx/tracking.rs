//! Keys that clients keep copies of: an owner remembers who read which key, and who must hear that it changed (CLIENT TRACKING).
//!
//! As in Redis, keys are known by their names alone, whatever their database, and a reader hears of one change: whoever reads
//! the key again is remembered again. Readers that are gone stay until their keys change or are thrown out, so the table has a
//! limit; the readers of a key that is thrown out hear of it as of a change, and nobody keeps a copy of which nothing is known.
//!
//! The table is asked in the order in which things happened: before a client is remembered, all changes up to its reading have
//! been noted. So whoever has read the old value is told, and whoever has read the new one is still remembered.

use foldhash::fast::FixedState;
use indexmap::IndexMap;
use smallvec::SmallVec;

use crate::{
    keyspace::{KeptKey, Touched},
    structures::random::Rng,
};

/// A client that reads keys of this owner, or changes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Its core.
    pub core: u16,
    /// Its session there.
    pub session: u32,
    /// Which of the sessions that had this index.
    pub generation: u32,
}

/// Those who read a key; for most keys there is one.
pub type Readers = SmallVec<[Reader; 1]>;

/// What is not any more as clients have read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// One key.
    Key(StaleKey),
    /// All keys there were.
    Everything,
}

/// A key that is not any more as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleKey {
    /// Its name.
    pub key: KeptKey,
    /// Who read it.
    pub readers: Readers,
    /// Why.
    pub cause: Cause,
    /// Whose command was running, if that client tracks keys.
    pub running: Option<Reader>,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A command changed it.
    Command,
    /// Its time has come, or it had to make room.
    Removed,
    /// Nothing, but its readers are forgotten.
    Forgotten,
}

/// How a transaction that ran elsewhere on borrowed keys read those of this owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reads {
    /// Whose transaction it was.
    pub client: Reader,
    /// Keys that it changed after it had read them.
    pub before: Vec<KeptKey>,
    /// Keys that are as it read them last.
    pub after: Vec<KeptKey>,
}

/// The keys of one shard that clients have copies of.
#[derive(Debug, Default)]
pub struct Tracking {
    table: IndexMap<Box<[u8]>, Readers, FixedState>,
    /// Readers in the table, each as often as it is there.
    items: usize,
    max_keys: Option<usize>,
    /// Some client of the server wants to hear of keys that it has not read.
    pub broadcasts: bool,
    /// Clients of this core track keys: they hear of it when databases are emptied.
    pub has_clients: bool,
    /// Whose command is running, if that client tracks keys.
    running: Option<Reader>,
    stale: Vec<Stale>,
}

impl Tracking {
    /// Whether changed keys have to be noted.
    pub fn wants_changes(&self) -> bool {
        self.broadcasts || self.has_clients || !self.table.is_empty()
    }

    /// Keys in the table.
    pub fn keys(&self) -> usize {
        self.table.len()
    }

    /// Readers of all keys in the table.
    pub fn items(&self) -> usize {
        self.items
    }

    /// With how many keys the table is too large from now on; no number: it never is.
    pub fn set_max_keys(&mut self, max_keys: Option<usize>) {
        self.max_keys = max_keys;
    }

    /// Whether the table has more keys than it should have.
    #[inline]
    pub fn is_too_large(&self) -> bool {
        self.max_keys.is_some_and(|max_keys| self.table.len() > max_keys)
    }

    /// Whether something waits in [`Tracking::take_stale`].
    #[inline]
    pub fn has_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Takes what has become stale, oldest first.
    pub fn take_stale(&mut self) -> Vec<Stale> {
        std::mem::take(&mut self.stale)
    }

    /// What is noted from now on happens while a command of this client runs, or of one that does not track keys.
    pub fn set_running(&mut self, client: Option<Reader>) {
        self.running = client;
    }

    /// A client has read a key.
    pub fn remember(&mut self, reader: Reader, key: &[u8]) {
        let readers = match self.table.get_mut(key) {
            Some(readers) => readers,
            None => self.table.entry(key.into()).or_default(),
        };
        if !readers.contains(&reader) {
            readers.push(reader);
            self.items += 1;
        }
    }

    /// Something changed; `by_itself` if no command did it.
    pub fn note(&mut self, touched: &Touched, by_itself: bool) {
        match touched {
            Touched::Key { key, .. } => {
                self.note_key(key, if by_itself { Cause::Removed } else { Cause::Command });
            }
            Touched::Flushed { .. } | Touched::FlushedAll => {
                self.table = IndexMap::default();
                self.items = 0;
                if self.has_clients {
                    self.stale.push(Stale::Everything);
                }
            }
            // As in Redis: a client that lets databases change places knows of it.
            Touched::Swapped { .. } => {}
        }
    }

    /// A key changed.
    pub fn note_key(&mut self, key: &[u8], cause: Cause) {
        let readers = self.table.swap_remove(key).unwrap_or_default();
        self.items -= readers.len();
        if self.broadcasts || !readers.is_empty() {
            let (key, running) = (KeptKey::from_slice(key), self.running);
            self.stale.push(Stale::Key(StaleKey { key, readers, cause, running }));
        }
    }

    /// Throws up to `max` keys out of a table that is too large.
    pub fn trim(&mut self, max: usize, rng: &mut Rng) {
        for _ in 0..max {
            if !self.is_too_large() {
                return;
            }
            let Some((key, readers)) = self.table.swap_remove_index(rng.below(self.table.len())) else {
                return;
            };
            self.items -= readers.len();
            let (key, cause) = (KeptKey::from_slice(&key), Cause::Forgotten);
            self.stale.push(Stale::Key(StaleKey { key, readers, cause, running: None }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(session: u32) -> Reader {
        Reader { core: 0, session, generation: 0 }
    }

    fn touched(key: &str) -> Touched {
        Touched::Key { database: 0, key: KeptKey::from_slice(key.as_bytes()) }
    }

    /// What has become stale: names and the sessions that read them.
    fn stale(tracking: &mut Tracking) -> Vec<(String, Vec<u32>)> {
        let name = |key: &[u8]| String::from_utf8_lossy(key).into_owned();
        tracking
            .take_stale()
            .into_iter()
            .map(|stale| match stale {
                Stale::Key(one) => {
                    (name(&one.key), one.readers.iter().map(|reader| reader.session).collect())
                }
                Stale::Everything => ("everything".to_owned(), Vec::new()),
            })
            .collect()
    }

    #[test]
    fn readers_of_a_key_hear_of_one_change() {
        let mut tracking = Tracking::default();
        for (session, key) in [(1, "a"), (1, "a"), (2, "a"), (1, "b")] {
            tracking.remember(reader(session), key.as_bytes());
        }
        assert_eq!((tracking.keys(), tracking.items()), (2, 3));
        tracking.note(&touched("a"), false);
        tracking.note(&touched("a"), false);
        tracking.note(&touched("c"), false);
        assert_eq!(stale(&mut tracking), [("a".to_owned(), vec![1, 2])]);
        assert_eq!((tracking.keys(), tracking.items()), (1, 1));
    }

    #[test]
    fn with_broadcasts_every_change_counts() {
        let mut tracking = Tracking { broadcasts: true, ..Tracking::default() };
        tracking.set_running(Some(reader(7)));
        tracking.note(&touched("a"), true);
        let expected = StaleKey {
            key: KeptKey::from_slice(b"a"),
            readers: Readers::new(),
            cause: Cause::Removed,
            running: Some(reader(7)),
        };
        assert_eq!(tracking.take_stale(), [Stale::Key(expected)]);
    }

    #[test]
    fn a_flush_forgets_all_and_concerns_the_clients_of_the_core() {
        let mut tracking = Tracking::default();
        tracking.remember(reader(1), b"a");
        tracking.note(&Touched::FlushedAll, true);
        assert!(!tracking.has_stale() && tracking.keys() == 0 && tracking.items() == 0);
        tracking.has_clients = true;
        tracking.note(&Touched::Flushed { database: 3 }, true);
        assert_eq!(stale(&mut tracking), [("everything".to_owned(), vec![])]);
    }

    #[test]
    fn what_is_thrown_out_of_the_table_is_stale() {
        let mut tracking = Tracking::default();
        for number in 0..10 {
            tracking.remember(reader(1), format!("key:{number}").as_bytes());
        }
        tracking.set_max_keys(Some(4));
        assert!(tracking.is_too_large());
        tracking.trim(2, &mut Rng::new(1));
        assert_eq!((tracking.keys(), stale(&mut tracking).len()), (8, 2));
        tracking.trim(100, &mut Rng::new(1));
        assert_eq!((tracking.keys(), tracking.items(), stale(&mut tracking).len()), (4, 4, 4));
        tracking.set_max_keys(None);
        assert!(!tracking.is_too_large());
    }
}

//! Watched keys: an owner marks the watcher when one of its keys is touched (WATCH).

use std::collections::HashMap;

/// A client that watches keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Watcher {
    /// Its core.
    pub core: u16,
    /// Its session there.
    pub session: u32,
    /// Which of the sessions that had this index.
    pub generation: u32,
}

/// The keys of one shard that clients watch.
#[derive(Debug, Default)]
pub struct Watches {
    watchers: HashMap<Watcher, Watched>,
    keys: HashMap<(u16, Box<[u8]>), Vec<Watcher>>,
}

/// What one client watches.
#[derive(Debug, Default)]
struct Watched {
    keys: Vec<(u16, Box<[u8]>)>,
    touched: bool,
}

impl Watches {
    /// Whether nobody watches anything.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.watchers.is_empty()
    }

    /// Lets a client watch a key of a database.
    pub fn watch(&mut self, watcher: Watcher, database: u16, key: &[u8]) {
        let watched = self.watchers.entry(watcher).or_default();
        let key: (u16, Box<[u8]>) = (database, key.into());
        if !watched.keys.contains(&key) {
            watched.keys.push(key.clone());
            self.keys.entry(key).or_default().push(watcher);
        }
    }

    /// Ends a client's watch; whether one of its keys was touched.
    pub fn end(&mut self, watcher: Watcher) -> bool {
        let Some(watched) = self.watchers.remove(&watcher) else { return false };
        for key in watched.keys {
            if let Some(watchers) = self.keys.get_mut(&key) {
                watchers.retain(|other| *other != watcher);
                if watchers.is_empty() {
                    self.keys.remove(&key);
                }
            }
        }
        watched.touched
    }

    /// A key was touched.
    pub fn touch(&mut self, database: u16, key: &[u8]) {
        // One look-up by an owned key: this runs only while somebody watches something.
        for watcher in self.keys.get(&(database, key.into())).into_iter().flatten() {
            if let Some(watched) = self.watchers.get_mut(watcher) {
                watched.touched = true;
            }
        }
    }

    /// All keys of a database that `exists` admits were touched: those there before or after a flush or a swap.
    pub fn touch_all(&mut self, database: u16, mut exists: impl FnMut(&[u8]) -> bool) {
        for ((_, key), watchers) in self.keys.iter().filter(|((number, _), _)| *number == database) {
            if exists(key) {
                for watcher in watchers {
                    if let Some(watched) = self.watchers.get_mut(watcher) {
                        watched.touched = true;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watcher(session: u32) -> Watcher {
        Watcher { core: 0, session, generation: 0 }
    }

    #[test]
    fn a_touch_reaches_those_who_watch_the_key_and_nobody_else() {
        let mut watches = Watches::default();
        watches.watch(watcher(1), 0, b"a");
        watches.watch(watcher(1), 0, b"a");
        watches.watch(watcher(2), 0, b"b");
        watches.watch(watcher(3), 1, b"a");
        watches.touch(0, b"a");
        assert!(watches.end(watcher(1)));
        assert!(!watches.end(watcher(1)), "a watch ends once");
        assert!(!watches.end(watcher(2)));
        assert!(!watches.end(watcher(3)));
        assert!(watches.is_empty() && watches.keys.is_empty());
    }

    #[test]
    fn a_flush_touches_the_keys_of_its_database_that_were_there() {
        let mut watches = Watches::default();
        watches.watch(watcher(1), 0, b"there");
        watches.watch(watcher(2), 0, b"not there");
        watches.watch(watcher(3), 1, b"there");
        watches.touch_all(0, |key| key == b"there");
        assert!(watches.end(watcher(1)));
        assert!(!watches.end(watcher(2)) && !watches.end(watcher(3)));
    }
}

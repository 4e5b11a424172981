//! Watched keys: an owner marks the watcher when one of its keys is touched (WATCH).

use std::collections::HashMap;

use super::{Interest, LentKey};
use crate::keyspace::Touched;

/// The keys of one shard that clients watch.
#[derive(Debug, Default)]
pub struct Watches {
    watchers: HashMap<Interest, Watched>,
    keys: HashMap<LentKey, Vec<Interest>>,
}

/// What one client watches.
#[derive(Debug, Default)]
struct Watched {
    /// With each key, whether it existed when the watch began.
    keys: Vec<(LentKey, bool)>,
    touched: bool,
}

impl Watches {
    /// Whether nobody watches anything.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.watchers.is_empty()
    }

    /// Lets a client watch a key, which exists or not.
    pub fn watch(&mut self, watcher: Interest, key: LentKey, exists: bool) {
        let watched = self.watchers.entry(watcher).or_default();
        if !watched.keys.iter().any(|(known, _)| *known == key) {
            watched.keys.push((key.clone(), exists));
            self.keys.entry(key).or_default().push(watcher);
        }
    }

    /// Of the keys of a watch, those that existed when it began.
    pub fn existed(&self, watch: Interest) -> impl Iterator<Item = &LentKey> {
        let keys = self.watchers.get(&watch).map_or(&[][..], |watched| &watched.keys);
        keys.iter().filter(|(_, existed)| *existed).map(|(key, _)| key)
    }

    /// Ends a client's watch; whether one of its keys was touched.
    pub fn end(&mut self, watcher: Interest) -> bool {
        let Some(watched) = self.watchers.remove(&watcher) else { return false };
        for (key, _) in watched.keys {
            if let Some(watchers) = self.keys.get_mut(&key) {
                watchers.retain(|other| *other != watcher);
                if watchers.is_empty() {
                    self.keys.remove(&key);
                }
            }
        }
        watched.touched
    }

    /// A key was touched, by a command or, since its time had come or to make room, `by_itself`: for who saw no key there, one that
    /// goes by itself has never been.
    pub fn touch(&mut self, key: &LentKey, by_itself: bool) {
        for watcher in self.keys.get(key).into_iter().flatten() {
            let Some(watched) = self.watchers.get_mut(watcher) else { continue };
            watched.touched |=
                !by_itself || watched.keys.iter().any(|(known, existed)| *existed && known == key);
        }
    }

    /// Something changed, by a command or by itself. `exists` tells of a key whether it is there now.
    pub fn note(&mut self, touched: Touched, by_itself: bool, mut exists: impl FnMut(&LentKey) -> bool) {
        let (concerned, swapped) = match touched {
            Touched::Key { database, key } => {
                return self.touch(&LentKey { database, bytes: key.as_slice().into() }, by_itself);
            }
            Touched::Flushed { database } => (Some(database), false),
            Touched::FlushedAll => (None, false),
            Touched::Swapped { database } => (Some(database), true),
        };
        for watched in self.watchers.values_mut() {
            watched.touched |= watched.keys.iter().any(|(key, existed)| {
                concerned.is_none_or(|database| database == key.database)
                    && (*existed || swapped && exists(key))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watcher(session: u32) -> Interest {
        Interest { core: 0, session, generation: 0, number: 0 }
    }

    fn key(database: u16, name: &str) -> LentKey {
        LentKey { database, bytes: name.as_bytes().into() }
    }

    #[test]
    fn a_touch_reaches_those_who_watch_the_key_and_nobody_else() {
        let mut watches = Watches::default();
        watches.watch(watcher(1), key(0, "a"), true);
        watches.watch(watcher(1), key(0, "a"), true);
        watches.watch(watcher(2), key(0, "b"), true);
        watches.watch(watcher(3), key(1, "a"), true);
        watches.touch(&key(0, "a"), false);
        assert!(watches.end(watcher(1)));
        assert!(!watches.end(watcher(1)), "a watch ends once");
        assert!(!watches.end(watcher(2)));
        assert!(!watches.end(watcher(3)));
        assert!(watches.is_empty() && watches.keys.is_empty());
    }

    #[test]
    fn a_key_that_goes_by_itself_was_never_there_for_who_did_not_see_it() {
        let mut watches = Watches::default();
        watches.watch(watcher(1), key(0, "a"), true);
        watches.watch(watcher(2), key(0, "a"), false);
        watches.touch(&key(0, "a"), true);
        assert!(watches.end(watcher(1)) && !watches.end(watcher(2)));
    }

    #[test]
    fn a_flush_touches_the_keys_of_its_database_that_were_there() {
        let mut watches = Watches::default();
        watches.watch(watcher(1), key(0, "there"), true);
        watches.watch(watcher(2), key(0, "not there"), false);
        watches.watch(watcher(3), key(1, "there"), true);
        watches.note(Touched::Flushed { database: 0 }, false, |_| false);
        assert!(watches.end(watcher(1)));
        assert!(!watches.end(watcher(2)) && !watches.end(watcher(3)));
    }

    #[test]
    fn a_swap_touches_keys_that_were_there_or_are_there_now() {
        let mut watches = Watches::default();
        watches.watch(watcher(1), key(0, "before"), true);
        watches.watch(watcher(2), key(0, "after"), false);
        watches.watch(watcher(3), key(0, "never"), false);
        watches.note(Touched::Swapped { database: 0 }, false, |key| *key.bytes == *b"after");
        assert!(watches.end(watcher(1)) && watches.end(watcher(2)));
        assert!(!watches.end(watcher(3)));
    }
}

//! Entries on loan: a transaction over several shards takes the entries of its keys from their owners, runs in a keyspace of just
//! these, and gives back what is left. Entries move by pointer, whatever they hold.

use std::ops::Range;

use super::{Entry, Keyspace, database::Database, slot::SLOTS, slot::slot_of};

/// What a keyspace owns itself, laid aside while it works on borrowed entries.
#[derive(Debug)]
pub struct Own {
    slots: Range<u16>,
    databases: Vec<Option<Box<Database>>>,
}

impl Keyspace {
    /// Takes the live entry of a key out of its database.
    pub fn lend(&mut self, database: u16, key: &[u8]) -> Option<Entry> {
        self.select(usize::from(database));
        let key = self.key_named(key);
        self.expire_if_due(&key);
        self.databases[self.selected].as_deref_mut()?.remove(&key, &self.seed)
    }

    /// Puts an entry into a database that has none with its key.
    pub fn take_back(&mut self, database: u16, entry: Entry) {
        self.select(usize::from(database));
        let (slot, hash) = (slot_of(entry.key()), self.seed.hash(entry.key()));
        let expire_at_ms = entry.expire_at_ms();
        let seed = self.seed.clone();
        self.database_mut().insert_new(slot, hash, entry, &seed);
        self.database_mut().note_expiry(slot, None, expire_at_ms);
    }

    /// Puts an entry into a database in the place of the one with its key, if there is one; that is freed piece by piece later.
    pub fn replace(&mut self, database: u16, entry: Entry) {
        if let Some(old) = self.lend(database, entry.key()) {
            self.graveyard.bury(old);
        }
        self.take_back(database, entry);
    }

    /// Lays its own entries aside and works on borrowed ones, of any slot.
    pub fn borrow(&mut self, entries: Vec<(u16, Entry)>) -> Own {
        let empty = std::iter::repeat_with(|| None).take(self.databases.len()).collect();
        self.borrowed = true;
        let own = Own {
            slots: std::mem::replace(&mut self.slots, 0..SLOTS as u16),
            databases: std::mem::replace(&mut self.databases, empty),
        };
        for (database, entry) in entries {
            self.take_back(database, entry);
        }
        own
    }

    /// Whether it works on borrowed entries.
    #[inline]
    pub fn is_borrowing(&self) -> bool {
        self.borrowed
    }

    /// Ends the work on borrowed entries; returns what is left of them, with their databases.
    pub fn unborrow(&mut self, own: Own) -> Vec<(u16, Entry)> {
        self.borrowed = false;
        self.slots = own.slots;
        let borrowed = std::mem::replace(&mut self.databases, own.databases);
        let mut entries = Vec::new();
        for (number, database) in borrowed.into_iter().enumerate() {
            for mut table in database.into_iter().flat_map(|database| database.into_tables()) {
                table.drain_step(usize::MAX, |entry| entries.push((number as u16, entry)));
            }
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::{Key, Settings};

    fn keyspace(slots: Range<u16>) -> Keyspace {
        let mut keyspace = Keyspace::new(&Settings { slots, databases: 4, seed: 7 });
        keyspace.set_now_ms(1_000);
        keyspace
    }

    fn key<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Key<'a> {
        Key { bytes, slot: slot_of(bytes), hash: keyspace.hash(bytes) }
    }

    #[test]
    fn what_is_lent_is_gone_and_comes_back_as_it_was_left() {
        // "foo" is in slot 12182, "bar" in 5061.
        let (mut low, mut high) = (keyspace(0..8192), keyspace(8192..16384));
        high.select(2);
        let foo = key(&high, b"foo");
        high.set_string(&foo, b"1", None, false);
        high.set_expiry(&foo, Some(9_000));
        let lent: Vec<(u16, Entry)> = high.lend(2, b"foo").map(|entry| (2, entry)).into_iter().collect();
        assert_eq!((lent.len(), high.len()), (1, 0));
        assert!(low.lend(2, b"bar").is_none());

        let own = low.borrow(lent);
        low.select(2);
        let (foo, bar) = (key(&low, b"foo"), key(&low, b"bar"));
        assert_eq!(low.peek(&foo).and_then(Entry::expire_at_ms), Some(9_000));
        low.set_string(&bar, b"2", None, false);
        let left = low.unborrow(own);
        assert_eq!((left.len(), low.len()), (2, 0));

        for (database, entry) in left {
            let owner = if slot_of(entry.key()) < 8192 { &mut low } else { &mut high };
            owner.take_back(database, entry);
        }
        assert_eq!(high.peek(&foo).and_then(Entry::expire_at_ms), Some(9_000));
        assert_eq!(high.sizes().collect::<Vec<_>>(), [(2, 1, 1)]);
        assert_eq!(low.sizes().collect::<Vec<_>>(), [(2, 1, 0)]);
    }

    #[test]
    fn an_entry_whose_time_has_come_is_not_lent() {
        let mut keyspace = keyspace(0..16384);
        let foo = key(&keyspace, b"foo");
        keyspace.set_string(&foo, b"1", None, false);
        keyspace.set_expiry(&foo, Some(1_500));
        keyspace.set_now_ms(2_000);
        assert!(keyspace.lend(0, b"foo").is_none());
        assert_eq!(keyspace.counters.expired, 1);
    }
}

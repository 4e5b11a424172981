//! Values that get another key, or go to another database: new names, copies, moves, and results that take the place of what was there.

use super::{
    Entry, EventClasses, Key, Keyspace, Object, StrRef, database::Database, entry::View, slot::slot_of,
};
use crate::types::Limits;

impl Keyspace {
    /// The database of the commands that run now.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// `bytes` as a key.
    pub fn key_named<'a>(&self, bytes: &'a [u8]) -> Key<'a> {
        Key { bytes, slot: slot_of(bytes), hash: self.seed.hash(bytes) }
    }

    /// The live entry of `key` while others are looked at, too: marks the access, counts nothing, and leaves a key whose time has
    /// come to be removed later.
    pub fn look_beside(&self, key: &Key<'_>) -> Option<&Entry> {
        let entry = self.inspect(key)?;
        let is_due = self.lazy_expire && entry.expire_at_ms().is_some_and(|at_ms| at_ms <= self.now_ms);
        if is_due {
            return None;
        }
        if self.touching {
            self.access.mark(entry);
        }
        Some(entry)
    }

    /// Makes `value` what is at `key`, without expiry. What was there is freed piece by piece later.
    pub fn set_object(&mut self, key: &Key<'_>, value: Object) {
        self.expire_if_due(key);
        let new = !self.remove(key);
        let entry = Entry::object(key.bytes, value, self.access.first());
        self.insert(self.selected, key, entry);
        if new {
            self.notify(EventClasses::NEW, "new", key);
        }
    }

    /// Gives the value at `from`, which is there, the key `to`, with its expiry. What was at `to` is freed piece by piece later.
    pub fn rename(&mut self, from: &Key<'_>, to: &Key<'_>) {
        self.take_away(to);
        let (slots, seed) = (&self.slots, &self.seed);
        let database = Database::at(&mut self.databases[self.selected], slots);
        let Some(entry) = database.remove(from, seed) else { return };
        self.touched.may_change(self.selected, from.bytes);
        self.touched.may_change(self.selected, to.bytes);
        self.access.mark(&entry);
        let (stamp, expire_at_ms) = (entry.clock(), entry.expire_at_ms());
        database.find_or_insert(to, seed, || entry.renamed(to.bytes, stamp));
        database.note_expiry(to.slot, None, expire_at_ms);
        self.notify(EventClasses::NEW, "new", to);
        self.notify(EventClasses::GENERIC, "rename_from", from);
        self.notify(EventClasses::GENERIC, "rename_to", to);
    }

    /// Moves `key` with its value and expiry to another database, which lacks it. Says whether it was there.
    pub fn move_to(&mut self, key: &Key<'_>, database: usize) -> bool {
        self.touched.may_change(self.selected, key.bytes);
        let from = self.databases[self.selected].as_deref_mut();
        let Some(entry) = from.and_then(|from| from.remove(key, &self.seed)) else { return false };
        self.insert(database, key, entry);
        self.events.add(EventClasses::NEW, "new", database, key.bytes);
        self.notify(EventClasses::GENERIC, "move_from", key);
        self.events.add(EventClasses::GENERIC, "move_to", database, key.bytes);
        true
    }

    /// Copies the value at `from` with its expiry to `to` in `database`, in the place of what is there. Says whether there is one.
    pub fn copy_to(&mut self, from: &Key<'_>, to: &Key<'_>, database: usize) -> bool {
        let stamp = self.access.first();
        let Some(entry) = self.inspect(from) else { return false };
        let copy = copy_of(entry, to.bytes, stamp, &self.limits);
        let here = std::mem::replace(&mut self.selected, database);
        self.remove(to);
        self.selected = here;
        self.insert(database, to, copy);
        // As with a new name, what was there before does not count.
        self.events.add(EventClasses::NEW, "new", database, to.bytes);
        self.events.add(EventClasses::GENERIC, "copy_to", database, to.bytes);
        true
    }

    /// Adds an entry under `key`, which the database lacks, and says that the running command restored it.
    pub fn restore(&mut self, key: &Key<'_>, entry: Entry) {
        self.insert(self.selected, key, entry);
        self.notify(EventClasses::NEW, "new", key);
        self.notify(EventClasses::GENERIC, "restore", key);
    }

    /// Adds an entry whose key the database lacks.
    fn insert(&mut self, database: usize, key: &Key<'_>, entry: Entry) {
        self.touched.may_change(database, key.bytes);
        let expire_at_ms = entry.expire_at_ms();
        let slots = &self.slots;
        let database = Database::at(&mut self.databases[database], slots);
        debug_assert!(database.find(key).is_none(), "the key is there");
        database.insert_new(key.slot, key.hash, entry, &self.seed);
        database.note_expiry(key.slot, None, expire_at_ms);
    }
}

/// The value and the expiry of an entry under another key, in the same encoding.
fn copy_of(entry: &Entry, key: &[u8], stamp: u32, limits: &Limits) -> Entry {
    let expire_at_ms = entry.expire_at_ms();
    let object = match entry.view() {
        View::String(StrRef::Int(number)) => return Entry::int_until(key, number, stamp, expire_at_ms),
        View::String(StrRef::Shared(text)) => {
            return Entry::shared_until(key, text.clone(), stamp, expire_at_ms);
        }
        View::String(StrRef::Bytes(text)) => {
            let mut copy = Entry::string_until(key, text, stamp, expire_at_ms);
            if copy.encoding() != entry.encoding() {
                // A text that was changed in place stays known as such, and a text if it is an integer's.
                copy.set_text(text, expire_at_ms);
                if entry.encoding() == "raw" {
                    copy.write_at(0, text);
                }
            }
            return copy;
        }
        View::List(list) => Object::List(list.duplicate()),
        View::Set(set) => Object::Set(set.duplicate(limits)),
        View::Hash(hash) => Object::Hash(hash.duplicate(limits)),
        View::ZSet(zset) => Object::ZSet(zset.duplicate(limits)),
    };
    Entry::object_until(key, object, stamp, expire_at_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keyspace::Settings, types::list::List};

    fn keyspace() -> Keyspace {
        Keyspace::new(&Settings { slots: 0..16384, databases: 2, seed: 7 })
    }

    #[test]
    fn a_copy_has_the_encoding_and_expiry_of_what_it_was_made_of() {
        let mut db = keyspace();
        let from = db.key_named(b"from");
        let to = db.key_named(b"to");
        let longest = vec![b'x'; 2_000];
        for text in [&b"17"[..], b"", b"text", &longest] {
            db.set_string(&from, text, None, false);
            db.set_expiry(&from, Some(5_000));
            assert!(db.copy_to(&from, &to, 0) && db.copy_to(&from, &from, 1));
            let [copy, source] = [&to, &from].map(|key| db.inspect(key).expect("it was set"));
            assert_eq!(copy.as_string().map(|text| text.text_len()), Some(text.len()));
            assert_eq!((copy.encoding(), copy.expire_at_ms()), (source.encoding(), Some(5_000)));
        }
        db.set_string(&from, b"1", None, false);
        db.find_mut(&from).and_then(|entry| entry.append(b"2"));
        assert!(db.copy_to(&from, &to, 0));
        assert_eq!(db.inspect(&to).map(Entry::encoding), db.inspect(&from).map(Entry::encoding));
        assert_eq!(db.sizes().collect::<Vec<_>>(), [(0, 2, 0), (1, 1, 1)]);
    }

    #[test]
    fn a_move_takes_the_expiry_along() {
        let mut db = keyspace();
        let key = db.key_named(b"key");
        db.set_object(&key, Object::List(List::new()));
        db.set_expiry(&key, Some(9_000));
        assert!(db.move_to(&key, 1) && !db.move_to(&key, 1));
        assert_eq!(db.sizes().collect::<Vec<_>>(), [(1, 1, 1)]);
        db.select(1);
        assert_eq!(db.inspect(&key).and_then(Entry::expire_at_ms), Some(9_000));
        db.set_now_ms(9_000);
        assert!(db.look_beside(&key).is_none() && db.inspect(&key).is_some());
    }
}

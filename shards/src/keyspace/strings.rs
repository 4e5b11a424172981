//! Strings at keys.

use bytes::Bytes;

use super::{Entry, Key, Keyspace, StrRef};
use crate::command::Error;

impl Keyspace {
    /// The string at `key`.
    ///
    /// # Errors
    /// [`Error::WrongType`] if another type is there.
    #[inline]
    pub fn string(&mut self, key: &Key<'_>) -> Result<Option<StrRef<'_>>, Error> {
        match self.find(key) {
            None => Ok(None),
            Some(entry) => match entry.as_string() {
                None => Err(Error::WrongType),
                value => Ok(value),
            },
        }
    }

    /// Sets `key` to a string, whatever was there. The expiry goes, unless `keep_expiry`.
    #[inline]
    pub fn set_string(&mut self, key: &Key<'_>, value: &[u8], shared: Option<&Bytes>, keep_expiry: bool) {
        let (entry, new) = self.find_or_insert(key, |clock| match shared {
            Some(shared) => Entry::shared(key.bytes, shared.clone(), clock),
            None => Entry::string(key.bytes, value, clock),
        });
        if new || (shared.is_none() && entry.overwrite(value)) {
            return;
        }
        let before = entry.expire_at_ms();
        let after = before.filter(|_| keep_expiry);
        let old = entry.take_object();
        match shared {
            Some(shared) => entry.set_shared(shared.clone(), after),
            None => entry.set_string(value, after),
        }
        if before != after {
            self.database_mut().note_expiry(key.slot, before, after);
        }
        if let Some(old) = old {
            self.graveyard.bury_object(old);
        }
    }

    /// Makes the string at `key` this short text, which stays a text even where it is the decimal form of an integer. What is
    /// there is a string, and its expiry stays.
    pub fn set_text(&mut self, key: &Key<'_>, text: &[u8]) {
        let (entry, _) = self.find_or_insert(key, |clock| Entry::string(key.bytes, b"", clock));
        entry.set_text(text, entry.expire_at_ms());
    }

    /// Sets `key` to this text, whatever was there: never a number, and "raw" however short. The expiry goes. A long text is
    /// adopted without a copy.
    pub fn set_raw(&mut self, key: &Key<'_>, text: Vec<u8>) {
        let (entry, _) = self.find_or_insert(key, |clock| Entry::string(key.bytes, b"", clock));
        let before = entry.expire_at_ms();
        let old = entry.take_object();
        entry.set_raw(text, None);
        if before.is_some() {
            self.database_mut().note_expiry(key.slot, before, None);
        }
        if let Some(old) = old {
            self.graveyard.bury_object(old);
        }
    }
}

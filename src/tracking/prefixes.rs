//! The prefixes of one core's clients, and the changed keys that begin with them, until the end of the turn.

use std::collections::BTreeMap;

use bytes::Bytes;
use shards::{keyspace::KeptKey, tx::Reader};

use super::Registry;
use crate::session::SessionId;

/// One core's prefixes.
#[derive(Debug, Default)]
pub struct Prefixes {
    prefixes: BTreeMap<Bytes, Prefix>,
    has_changed: bool,
}

#[derive(Debug, Default)]
struct Prefix {
    clients: Vec<SessionId>,
    changed: Changed,
}

/// Changed keys with the client that changed each last, if it was a command of one that tracks keys.
pub type Changed = BTreeMap<KeptKey, Option<Reader>>;

impl Prefixes {
    /// A client has a prefix from now on.
    pub fn add(&mut self, registry: &Registry, core: usize, prefix: &Bytes, client: SessionId) {
        let of_prefix = self.prefixes.entry(prefix.clone()).or_default();
        if of_prefix.clients.is_empty() {
            registry.add_prefix(core, prefix);
        }
        of_prefix.clients.push(client);
    }

    /// A client has it no more.
    pub fn remove(&mut self, registry: &Registry, core: usize, prefix: &Bytes, client: SessionId) {
        let Some(of_prefix) = self.prefixes.get_mut(prefix) else { return };
        of_prefix.clients.retain(|other| *other != client);
        if of_prefix.clients.is_empty() {
            self.prefixes.remove(prefix);
            registry.remove_prefix(core, prefix);
        }
    }

    /// A key changed.
    pub fn note(&mut self, key: &KeptKey, by: Option<Reader>) {
        for (prefix, of_prefix) in &mut self.prefixes {
            if key.starts_with(prefix) {
                of_prefix.changed.insert(key.clone(), by);
                self.has_changed = true;
            }
        }
    }

    /// Whether a key changed whose prefix somebody has.
    #[inline]
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Takes the changed keys of each prefix, with the clients that have it.
    pub fn take_changed(&mut self) -> Vec<(Vec<SessionId>, Changed)> {
        self.has_changed = false;
        let changed = self.prefixes.values_mut().filter(|of_prefix| !of_prefix.changed.is_empty());
        changed.map(|of_prefix| (of_prefix.clients.clone(), std::mem::take(&mut of_prefix.changed))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_collected_once_per_prefix_and_turn() {
        let (registry, mut prefixes) = (Registry::new(1), Prefixes::default());
        let client = SessionId { index: 0, generation: 0 };
        let names = [Bytes::from_static(b"b"), Bytes::from_static(b""), Bytes::from_static(b"a:")];
        for prefix in &names {
            prefixes.add(&registry, 0, prefix, client);
        }
        for key in ["a:2", "a:1", "a:2", "c"] {
            prefixes.note(&KeptKey::from_slice(key.as_bytes()), None);
        }
        assert!(prefixes.has_changed());
        let changed: Vec<Vec<String>> = prefixes
            .take_changed()
            .iter()
            .map(|(_, changed)| changed.keys().map(|key| String::from_utf8_lossy(key).into_owned()).collect())
            .collect();
        assert_eq!(changed, [vec!["a:1", "a:2", "c"], vec!["a:1", "a:2"]]);
        assert!(!prefixes.has_changed() && prefixes.take_changed().is_empty());
        for prefix in &names {
            prefixes.remove(&registry, 0, prefix, client);
        }
        assert_eq!(registry.prefixes(), 0);
    }
}

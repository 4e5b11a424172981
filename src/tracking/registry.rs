//! What all cores know of each other's clients that track keys: where a client is, by its number; which cores have prefixes, and
//! which prefixes there are.
//!
//! Numbers are looked up when messages are to be redirected, never when they are sent; they are written when a client comes or
//! goes. The counters change only when a client gets or loses prefixes, so they stay in the caches of those who read them.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;

use crate::session::SessionId;

/// Maps of clients' numbers: as many that cores seldom meet at one.
const MAPS: usize = 64;

/// Where clients are, and who has prefixes.
#[derive(Debug)]
pub struct Registry {
    clients: Vec<Mutex<HashMap<u64, (u16, SessionId)>>>,
    cores: Vec<OfCore>,
    broadcasting: AtomicUsize,
    /// Prefixes, with the number of cores that have them.
    prefixes: Mutex<HashMap<Bytes, usize>>,
}

/// What only one core writes, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct OfCore {
    /// Prefixes that its clients have.
    prefixes: AtomicU32,
    /// Keys in its table.
    keys: AtomicUsize,
}

impl Registry {
    /// Nobody is on any of `cores` cores.
    pub fn new(cores: usize) -> Self {
        Self {
            clients: std::iter::repeat_with(Mutex::default).take(MAPS).collect(),
            cores: std::iter::repeat_with(OfCore::default).take(cores).collect(),
            broadcasting: AtomicUsize::new(0),
            prefixes: Mutex::default(),
        }
    }

    /// A client has come.
    pub fn add_client(&self, number: u64, core: usize, session: SessionId) {
        lock(self.map(number)).insert(number, (core as u16, session));
    }

    /// A client has gone.
    pub fn remove_client(&self, number: u64) {
        lock(self.map(number)).remove(&number);
    }

    /// The core and the session of a client.
    pub fn client(&self, number: u64) -> Option<(u16, SessionId)> {
        lock(self.map(number)).get(&number).copied()
    }

    fn map(&self, number: u64) -> &Mutex<HashMap<u64, (u16, SessionId)>> {
        &self.clients[number as usize % MAPS]
    }

    /// Core `core` has its first client with a prefix.
    pub fn add_prefix(&self, core: usize, prefix: &Bytes) {
        self.cores[core].prefixes.fetch_add(1, Ordering::SeqCst);
        self.broadcasting.fetch_add(1, Ordering::SeqCst);
        *lock(&self.prefixes).entry(prefix.clone()).or_default() += 1;
    }

    /// Core `core` has lost its last client with a prefix.
    pub fn remove_prefix(&self, core: usize, prefix: &Bytes) {
        let mut prefixes = lock(&self.prefixes);
        if let Some(cores) = prefixes.get_mut(prefix) {
            *cores -= 1;
            if *cores == 0 {
                prefixes.remove(prefix);
            }
        }
        self.broadcasting.fetch_sub(1, Ordering::SeqCst);
        self.cores[core].prefixes.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether any core has prefixes.
    pub fn has_prefixes(&self) -> bool {
        self.broadcasting.load(Ordering::SeqCst) > 0
    }

    /// Whether core `core` has prefixes.
    pub fn has_prefixes_at(&self, core: usize) -> bool {
        self.cores[core].prefixes.load(Ordering::SeqCst) > 0
    }

    /// Core `core` remembers the readers of so many keys.
    pub fn set_keys(&self, core: usize, keys: usize) {
        self.cores[core].keys.store(keys, Ordering::Relaxed);
    }

    /// Of how many keys all cores remember the readers, as far as they have said.
    pub fn keys(&self) -> usize {
        self.cores.iter().map(|core| core.keys.load(Ordering::Relaxed)).sum()
    }

    /// How many different prefixes there are.
    pub fn prefixes(&self) -> usize {
        lock(&self.prefixes).len()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked with the lock held left whole entries behind, and the process ends anyway.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_counted_once_however_many_cores_have_it() {
        let registry = Registry::new(2);
        let prefix = Bytes::from_static(b"user:");
        registry.add_prefix(0, &prefix);
        registry.add_prefix(1, &prefix);
        assert_eq!((registry.prefixes(), registry.has_prefixes()), (1, true));
        registry.remove_prefix(0, &prefix);
        assert!(!registry.has_prefixes_at(0) && registry.has_prefixes_at(1));
        registry.remove_prefix(1, &prefix);
        assert!(registry.prefixes() == 0 && !registry.has_prefixes());
    }

    #[test]
    fn a_client_is_found_until_it_goes() {
        let registry = Registry::new(2);
        let session = SessionId { index: 3, generation: 1 };
        registry.add_client(70, 1, session);
        assert_eq!((registry.client(70), registry.client(6)), (Some((1, session)), None));
        registry.remove_client(70);
        assert_eq!(registry.client(70), None);
    }
}

//! The scripts that the server knows, whichever core was told of them.
//!
//! A core asks here only for a script that it has not compiled yet, and before a script runs whether all were forgotten since.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use shards::script::Sha;

/// Which keys a script has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// It has not run.
    #[default]
    Unknown,
    /// Those that it was called with, and no others.
    Declared,
    /// Others, too.
    Beyond,
}

/// A script.
#[derive(Debug)]
struct Kept {
    body: Arc<[u8]>,
    reach: Reach,
}

/// All scripts, by their names.
#[derive(Debug, Default)]
pub struct Library {
    scripts: Mutex<HashMap<Sha, Kept>>,
    /// How often all were forgotten.
    flushes: AtomicU64,
    /// How often a script used other keys for the first time.
    surprises: AtomicU64,
}

impl Library {
    /// Nobody panics while holding the lock; if somebody did, the map is whole all the same.
    fn scripts(&self) -> MutexGuard<'_, HashMap<Sha, Kept>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a script that compiles.
    pub fn add(&self, sha: Sha, body: &[u8]) {
        self.scripts().entry(sha).or_insert_with(|| Kept { body: body.into(), reach: Reach::Unknown });
    }

    /// The body of a script, and which keys it uses.
    pub fn find(&self, sha: &Sha) -> Option<(Arc<[u8]>, Reach)> {
        self.scripts().get(sha).map(|kept| (Arc::clone(&kept.body), kept.reach))
    }

    /// Whether there is such a script.
    pub fn has(&self, sha: &Sha) -> bool {
        self.scripts().contains_key(sha)
    }

    /// Takes note of the keys that a script used. Once it has used others than those that it was called with, it may do so again.
    pub fn note_reach(&self, sha: &Sha, reach: Reach) -> Reach {
        let mut scripts = self.scripts();
        let Some(kept) = scripts.get_mut(sha) else { return reach };
        if kept.reach != Reach::Beyond {
            kept.reach = reach;
            if reach == Reach::Beyond {
                self.surprises.fetch_add(1, Ordering::Release);
            }
        }
        kept.reach
    }

    /// How often a script used other keys for the first time.
    pub fn surprises(&self) -> u64 {
        self.surprises.load(Ordering::Acquire)
    }

    /// Which keys a script has used.
    pub fn reach(&self, sha: &Sha) -> Reach {
        self.scripts().get(sha).map_or(Reach::Unknown, |kept| kept.reach)
    }

    /// Forgets all.
    pub fn flush(&self) {
        self.scripts().clear();
        self.flushes.fetch_add(1, Ordering::Release);
    }

    /// How often all were forgotten.
    pub fn flushes(&self) -> u64 {
        self.flushes.load(Ordering::Acquire)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.scripts().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all bodies and what is kept with them.
    pub fn heap_bytes(&self) -> usize {
        self.scripts().values().map(|kept| kept.body.len() + size_of::<(Sha, Kept)>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_has_used_other_keys_may_do_so_again() {
        let library = Library::default();
        let sha = Sha::of(b"return 1");
        library.add(sha, b"return 1");
        assert_eq!(library.reach(&sha), Reach::Unknown);
        assert_eq!(library.note_reach(&sha, Reach::Declared), Reach::Declared);
        assert_eq!(library.note_reach(&sha, Reach::Beyond), Reach::Beyond);
        assert_eq!(library.note_reach(&sha, Reach::Declared), Reach::Beyond);
        assert_eq!(library.surprises(), 1);
        assert_eq!(library.find(&sha).map(|(body, _)| body.to_vec()), Some(b"return 1".to_vec()));
    }

    #[test]
    fn a_flush_is_counted() {
        let library = Library::default();
        let sha = Sha::of(b"return 1");
        library.add(sha, b"return 1");
        assert!(library.has(&sha) && library.len() == 1 && library.heap_bytes() > 8);
        library.flush();
        assert!(!library.has(&sha) && library.is_empty());
        assert_eq!(library.flushes(), 1);
    }
}

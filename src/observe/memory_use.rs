//! How much memory the process uses, known at any moment without asking the allocator: what each core's thread holds, as it said
//! last, and what is held besides, as it was measured last. And whether there are keys to evict.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// What a core said last, on cache lines of its own (processors fetch lines in pairs).
#[derive(Debug, Default)]
#[repr(align(128))]
struct Held {
    bytes: AtomicI64,
    may_evict: AtomicBool,
}

/// The memory in use by all cores, bytes. A thread may free what another one took, so that its own figure may be negative: only sums
/// mean something.
#[derive(Debug)]
pub struct MemoryUse {
    cores: Vec<Held>,
    others: AtomicI64,
}

impl MemoryUse {
    /// None, on this many cores.
    pub fn new(cores: usize) -> Self {
        Self { cores: std::iter::repeat_with(Held::default).take(cores).collect(), others: AtomicI64::new(0) }
    }

    /// The thread of `core` holds `bytes`.
    pub fn set(&self, core: usize, bytes: i64) {
        self.cores[core].bytes.store(bytes, Ordering::Relaxed);
    }

    /// Whether `core` has keys that may be evicted.
    pub fn set_may_evict(&self, core: usize, may_evict: bool) {
        self.cores[core].may_evict.store(may_evict, Ordering::Relaxed);
    }

    /// Whether a core other than `core` has keys that may be evicted.
    pub fn others_may_evict(&self, core: usize) -> bool {
        let mut others = self.cores.iter().enumerate().filter(|(other, _)| *other != core);
        others.any(|(_, held)| held.may_evict.load(Ordering::Relaxed))
    }

    /// The process uses `bytes`: what no core's thread holds is held by others.
    pub fn measured(&self, bytes: i64) {
        self.others.store(bytes - self.sum(|_| true), Ordering::Relaxed);
    }

    /// What the process uses apart from what the thread of `core` holds.
    pub fn besides(&self, core: usize) -> i64 {
        self.others.load(Ordering::Relaxed) + self.sum(|other| other != core)
    }

    fn sum(&self, counts: impl Fn(usize) -> bool) -> i64 {
        let counted = self.cores.iter().enumerate().filter(|(core, _)| counts(*core));
        counted.map(|(_, held)| held.bytes.load(Ordering::Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_besides_a_core_follows_the_others() {
        let memory = MemoryUse::new(2);
        memory.set(0, 500);
        memory.set(1, -100);
        memory.measured(1_000);
        assert_eq!((memory.besides(0), memory.besides(1)), (500, 1_100));
        memory.set(1, 200);
        assert_eq!((memory.besides(0), memory.besides(1)), (800, 1_100));
    }

    #[test]
    fn whether_others_may_evict_leaves_oneself_out() {
        let memory = MemoryUse::new(2);
        memory.set_may_evict(1, true);
        assert_eq!((memory.others_may_evict(0), memory.others_may_evict(1)), (true, false));
    }
}

//! How much memory the process and each of its threads use: jemalloc's own figures, and the kernel's.

use std::{
    ffi::{CString, c_char, c_uint},
    fs, ptr,
};

use tikv_jemalloc_ctl::{
    epoch, raw, stats,
    thread::{ThreadLocal, allocatedp, deallocatedp},
    version,
};
use tikv_jemalloc_sys::mallctl;

/// The allocator's settings, which it looks up under this name when it starts. Freed pages go back to the system within a second
/// or so, not ten: after a burst or a flush the process is soon as small as what it holds.
#[used]
#[unsafe(export_name = "_rjem_malloc_conf")]
static ALLOCATOR_SETTINGS: AllocatorSettings =
    AllocatorSettings(c"dirty_decay_ms:1000,muzzy_decay_ms:0".as_ptr());

/// A constant string of C.
#[repr(transparent)]
struct AllocatorSettings(*const c_char);

// SAFETY: what it points at is never written.
unsafe impl Sync for AllocatorSettings {}

/// Bytes of one page of memory, as procfs counts them on the architectures with `io_uring` that this server is built for.
const PAGE_BYTES: u64 = 4096;

/// The process's memory, bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What the program holds.
    pub allocated: u64,
    /// The pages that this lies on.
    pub active: u64,
    /// The allocator's pages that are in memory.
    pub resident: u64,
    /// All pages of the process that are in memory.
    pub rss: u64,
}

impl Memory {
    /// Reads all figures; microseconds, some tens of them.
    pub fn read() -> Self {
        refresh();
        let allocated = held_bytes();
        let active = stats::active::read().unwrap_or_default() as u64;
        let resident = stats::resident::read().unwrap_or_default() as u64;
        Self { allocated, active, resident, rss: rss_bytes() }
    }
}

/// Bytes that the program holds: what `maxmemory` limits. Costs microseconds, so it is asked some times a second, not per
/// command.
pub fn used_bytes() -> u64 {
    refresh();
    held_bytes()
}

/// What the program holds: of what the allocator has handed to the threads, without what they gave back to their own caches. Threads
/// count in the same way ([`thread_bytes`]).
fn held_bytes() -> u64 {
    let allocated = stats::allocated::read().unwrap_or_default() as u64;
    // The number stands for all arenas together (`MALLCTL_ARENAS_ALL`).
    // SAFETY: the name ends in a zero, and what it stands for is a `size_t`.
    let cached = unsafe { raw::read::<usize>(b"stats.arenas.4096.tcache_bytes\0") };
    allocated.saturating_sub(cached.unwrap_or_default() as u64)
}

/// jemalloc's figures are as of the last epoch.
fn refresh() {
    // An allocator built without statistics has nothing to advance, and then answers zeros.
    let _ = epoch::advance();
}

/// Bytes that the calling thread allocated and did not free. What another thread frees of them counts there, so one thread's
/// figure may be off, even negative; the sum over all threads is exact.
#[inline]
pub fn thread_bytes() -> i64 {
    thread_local! {
        /// Where jemalloc counts; nowhere in an allocator built without statistics.
        static COUNTERS: Option<(ThreadLocal<u64>, ThreadLocal<u64>)> =
            allocatedp::read().and_then(|allocated| Ok((allocated, deallocatedp::read()?))).ok();
    }
    COUNTERS.with(|counters| {
        counters.as_ref().map_or(0, |(allocated, freed)| allocated.get().wrapping_sub(freed.get()) as i64)
    })
}

/// Gives pages back to the system that the calling thread's arena has not used for a while. The allocator does so by itself
/// while memory is taken and freed; a thread that does neither must ask.
pub fn give_back_pages() {
    let mut arena: c_uint = 0;
    let mut bytes = size_of::<c_uint>();
    // SAFETY: the name ends in a zero, the answer is an unsigned int and has room for one, and nothing is written.
    let found = unsafe {
        mallctl(c"thread.arena".as_ptr(), (&raw mut arena).cast(), &raw mut bytes, ptr::null_mut(), 0)
    };
    if found != 0 {
        return;
    }
    let Ok(name) = CString::new(format!("arena.{arena}.decay")) else { return };
    // SAFETY: the name ends in a zero; the call takes and gives nothing.
    let _ = unsafe { mallctl(name.as_ptr(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut(), 0) };
}

/// The allocator's name and version: `jemalloc-5.3.1`.
pub fn allocator() -> String {
    let full = version::read().unwrap_or_default();
    format!("jemalloc-{}", full.split('-').next().unwrap_or_default())
}

/// All pages of the process that are in memory, bytes.
fn rss_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).map_or(0, |pages: u64| pages * PAGE_BYTES)
}

/// The memory of the machine, bytes.
pub fn system_bytes() -> u64 {
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse().ok()).map_or(0, |kib: u64| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_there_and_in_order() {
        let memory = Memory::read();
        assert!(memory.rss > 1 << 20 && memory.rss < system_bytes(), "{memory:?}");
        assert!(memory.allocated <= memory.active && memory.active <= memory.resident, "{memory:?}");
        assert!(allocator().starts_with("jemalloc-5."), "{}", allocator());
    }
}

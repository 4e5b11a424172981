//! An allocator that remembers where its table's memory begins.
//!
//! hashbrown does not say where its control bytes and buckets are, and a prefetch needs just that. The address is a
//! hint and nothing else: it is never turned into a pointer that is read or written, so that a wrong one costs time
//! at most.

use std::alloc::Layout;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use allocator_api2::alloc::{AllocError, Allocator, Global};

/// The global allocator, with the address of the latest block that is not yet freed.
#[derive(Debug)]
pub struct Tracked {
    /// 0 for none. Atomic only because `allocate` takes `&self` and tables may move between threads; a relaxed load is
    /// an ordinary one.
    start: AtomicUsize,
}

impl Tracked {
    pub(super) const fn new() -> Self {
        Self { start: AtomicUsize::new(0) }
    }

    /// Address of the block, or 0.
    #[inline]
    pub(super) fn start(&self) -> usize {
        self.start.load(Relaxed)
    }
}

// SAFETY: every request is passed on to `Global` unchanged, and so are its answers; blocks stay valid when the
// allocator moves, because `Global` has no state.
unsafe impl Allocator for Tracked {
    #[inline]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        let block = Global.allocate(layout)?;
        self.start.store(block.cast::<u8>().as_ptr() as usize, Relaxed);
        Ok(block)
    }

    #[inline]
    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        if self.start() == block.as_ptr() as usize {
            self.start.store(0, Relaxed);
        }
        // SAFETY: the caller vouches that `block` came from `allocate`, which means from `Global`, with this layout.
        unsafe { Global.deallocate(block, layout) }
    }
}

/// Fetches the cache line at `address` into the nearest cache, if it can be had; never faults.
#[inline]
pub(super) fn prefetch_line(address: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the instruction is part of SSE, which every x86-64 has; it only hints, for any address whatever.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address as *const i8) }
    }
    #[cfg(target_arch = "aarch64")]
    {
        // SAFETY: the instruction only hints, for any address whatever, and changes neither registers nor flags.
        unsafe {
            std::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, readonly, preserves_flags));
        }
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = address;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_newest_block() {
        let tracked = Tracked::new();
        let layout = Layout::new::<[u8; 64]>();
        let old = tracked.allocate(layout).expect("memory").cast::<u8>();
        let new = tracked.allocate(layout).expect("memory").cast::<u8>();
        // SAFETY: both blocks come from this allocator, with this layout, and are freed once.
        unsafe { tracked.deallocate(old, layout) };
        assert_eq!(tracked.start(), new.as_ptr() as usize);
        // SAFETY: as above.
        unsafe { tracked.deallocate(new, layout) };
        assert_eq!(tracked.start(), 0);
    }
}

//! Asking the processor for a cache line ahead of its use.

/// Fetches the cache line at `address` into the nearest cache, if it can be had; never faults.
#[inline]
pub fn prefetch(address: usize) {
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

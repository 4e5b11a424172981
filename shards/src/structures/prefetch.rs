//! Asking the processor for a cache line ahead of its use.

/// So few elements, a cache line of a table and one or two of their own each, are most likely in a cache that a core has to itself.
pub const NEAR_MAX: usize = 1024;

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

/// Fetches a heap block with a key, a member or a field, and what belongs to it: most end before 48 bytes, and half such blocks begin
/// in one cache line and end in the next.
#[inline]
pub fn prefetch_block(address: usize) {
    const USUAL_BYTES: usize = 48;
    prefetch(address);
    prefetch(address + USUAL_BYTES - 1);
}

/// Fetches the cache line at `address` to write there: no other core keeps it. Never faults.
#[inline]
pub fn prefetch_to_write(address: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: the instruction only hints, for any address whatever; an x86-64 that lacks it does nothing.
        unsafe {
            std::arch::asm!("prefetchw byte ptr [{}]", in(reg) address, options(nostack, preserves_flags));
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        // SAFETY: the instruction only hints, for any address whatever, and changes neither registers nor flags.
        unsafe {
            std::arch::asm!("prfm pstl1keep, [{}]", in(reg) address, options(nostack, preserves_flags));
        }
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = address;
}

/// The addresses of the cache lines of `len` values from `first` on; none for no values.
#[inline]
pub fn lines<T>(first: *const T, len: usize) -> impl Iterator<Item = usize> {
    /// Of x86-64 and of most others.
    const LINE_BYTES: usize = 64;
    let (start, bytes) = (first as usize, len * size_of::<T>());
    let line = start - start % LINE_BYTES;
    let end = if bytes == 0 { line } else { start + bytes };
    (line..end).step_by(LINE_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cover_the_values_and_no_more() {
        let of = |first: usize, len| lines(first as *const u32, len).collect::<Vec<_>>();
        assert_eq!((of(640, 0), of(700, 0)), (vec![], vec![]));
        assert_eq!(of(640, 1), [640]);
        assert_eq!(of(640, 16), [640]);
        assert_eq!(of(640, 17), [640, 704]);
        assert_eq!(of(700, 2), [640, 704]);
    }
}

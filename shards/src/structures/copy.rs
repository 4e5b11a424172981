//! Copying of short byte strings.

/// Copies `len` bytes, at most 32 of them without a call.
///
/// # Safety
/// As for `copy_from_nonoverlapping`.
#[inline]
pub unsafe fn copy_short(from: *const u8, to: *mut u8, len: usize) {
    /// Two blocks of `N` bytes, from the start and up to the end, which may overlap.
    #[inline]
    unsafe fn ends<const N: usize>(from: *const u8, to: *mut u8, len: usize) {
        // SAFETY: `len` is at least `N`; the caller vouches for `len` bytes on both sides, and arrays of bytes need no
        // alignment.
        unsafe {
            let (first, last) = (from.cast::<[u8; N]>().read(), from.add(len - N).cast::<[u8; N]>().read());
            to.cast::<[u8; N]>().write(first);
            to.add(len - N).cast::<[u8; N]>().write(last);
        }
    }
    // SAFETY: each arm copies within `len` bytes.
    unsafe {
        match len {
            0 => {}
            1 => to.write(from.read()),
            2..=3 => ends::<2>(from, to, len),
            4..=7 => ends::<4>(from, to, len),
            8..=15 => ends::<8>(from, to, len),
            16..=32 => ends::<16>(from, to, len),
            _ => to.copy_from_nonoverlapping(from, len),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn just_so_many_bytes_are_copied() {
        let from: Vec<u8> = (1..=100).collect();
        for len in 0..from.len() {
            let mut to = vec![0; len + 2];
            // SAFETY: `to` has room for one byte in front of `len` bytes, and one behind.
            unsafe { copy_short(from.as_ptr(), to.as_mut_ptr().add(1), len) };
            assert_eq!(to, [&[0], &from[..len], &[0]].concat());
        }
    }
}

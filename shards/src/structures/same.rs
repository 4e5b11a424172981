//! Comparison of short byte strings in memory that was fetched ahead.

/// Whether two byte strings are the same. Keys, members and fields have mostly up to 32 bytes: these are compared in place, as two
/// words from either end, which overlap. No byte behind them is read, which may lie on a cache line that nobody fetched; the C
/// library's memcmp does read there.
#[inline]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let len = one.len();
    if len != other.len() {
        return false;
    }
    match len {
        16..=32 => ends_are_same::<16>(one, other),
        8..16 => ends_are_same::<8>(one, other),
        4..8 => ends_are_same::<4>(one, other),
        _ => one == other,
    }
}

/// Whether the first and the last `N` bytes are the same.
#[inline]
fn ends_are_same<const N: usize>(one: &[u8], other: &[u8]) -> bool {
    one.first_chunk::<N>() == other.first_chunk() && one.last_chunk::<N>() == other.last_chunk()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_at_every_length() {
        for len in 0..100_usize {
            let one: Vec<u8> = (0..len as u8).collect();
            assert!(same(&one, &one.clone()));
            assert!(!same(&one, &[&one[..], b"x"].concat()) && !same(&[&one[..], b"x"].concat(), &one));
            for index in 0..len {
                let mut other = one.clone();
                other[index] ^= 0x40;
                assert!(!same(&one, &other), "byte {index} of {len}");
            }
        }
    }
}

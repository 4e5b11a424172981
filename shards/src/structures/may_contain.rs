//! A quick look at a short byte string for a byte.

/// Whether `wanted` may be in `bytes`: certain for a no. More than 32 bytes are not looked through.
#[inline]
pub fn may_contain(bytes: &[u8], wanted: u8) -> bool {
    // The bytes at the end overlap those at the front.
    match bytes.len() {
        0..4 => bytes.contains(&wanted),
        4..8 => ends(bytes).is_none_or(|(first, last)| {
            let [first, last] = [first, last].map(|end| u64::from(u32::from_ne_bytes(*end)));
            in_word(first | last << 32, wanted) != 0
        }),
        8..16 => ends(bytes).is_none_or(|(first, last)| {
            let [first, last] = [first, last].map(|end| in_word(u64::from_ne_bytes(*end), wanted));
            first | last != 0
        }),
        16..=32 => ends(bytes).is_none_or(|(first, last)| in_either(first, last, wanted)),
        _ => true,
    }
}

/// The first and the last `N` bytes.
#[inline]
fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((bytes.first_chunk()?, bytes.last_chunk()?))
}

/// Whether one of these bytes is `wanted`. In vectors by name: of a loop over bytes the compiler makes sixteen branches.
#[cfg(target_arch = "x86_64")]
#[inline]
fn in_either(first: &[u8; 16], last: &[u8; 16], wanted: u8) -> bool {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    // SAFETY: SSE2 is part of every x86-64, and the loads read sixteen bytes each, of any alignment.
    unsafe {
        let wanted = _mm_set1_epi8(wanted.cast_signed());
        let first = _mm_cmpeq_epi8(_mm_loadu_si128(first.as_ptr().cast()), wanted);
        let last = _mm_cmpeq_epi8(_mm_loadu_si128(last.as_ptr().cast()), wanted);
        _mm_movemask_epi8(_mm_or_si128(first, last)) != 0
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn in_either(first: &[u8; 16], last: &[u8; 16], wanted: u8) -> bool {
    let halves = first.as_chunks().0.iter().chain(last.as_chunks().0);
    halves.fold(0, |found, half| found | in_word(u64::from_ne_bytes(*half), wanted)) != 0
}

/// Not zero if one of a word's bytes is `wanted`: what does not differ borrows from its own top bit.
#[inline]
fn in_word(word: u64, wanted: u8) -> u64 {
    let differing = word ^ u64::from_ne_bytes([wanted; 8]);
    differing.wrapping_sub(u64::from_ne_bytes([1; 8])) & !differing & u64::from_ne_bytes([0x80; 8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_seen_at_every_place_of_every_length() {
        for len in 0..50_usize {
            for filler in [0, b'a', b'z', b'|', 0x7F, 0x80, 0xFB, 0xFF] {
                let mut bytes = vec![filler; len];
                assert_eq!(may_contain(&bytes, b'{'), len > 32, "{len} times {filler}");
                for at in 0..len {
                    bytes[at] = b'{';
                    assert!(may_contain(&bytes, b'{'), "{at} of {len} among {filler}");
                    bytes[at] = filler;
                }
            }
        }
    }
}

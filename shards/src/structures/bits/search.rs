//! Counting bits and finding the first one.

use std::ops::Range;

/// Bytes that are looked at together.
const WORD_BYTES: usize = size_of::<u64>();

/// How many bits are set.
pub fn count(bytes: &[u8]) -> usize {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has the instruction that the function needs.
        return unsafe { count_by_instruction(bytes) };
    }
    count_anywhere(bytes)
}

/// As [`count_anywhere`], with an instruction that counts the bits of a word: not every processor of the family that the
/// program is built for has it. It more than doubles the speed; wider registers (AVX2) were a little slower than it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn count_by_instruction(bytes: &[u8]) -> usize {
    count_anywhere(bytes)
}

/// Inlined, so that it is compiled for each kind of processor.
#[inline(always)]
fn count_anywhere(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<WORD_BYTES>();
    // Several sums side by side keep the processor from waiting for each addition.
    let (fours, others) = words.as_chunks::<4>();
    let mut sums = [0_u64; 4];
    for four in fours {
        for (sum, word) in sums.iter_mut().zip(four) {
            *sum += u64::from(u64::from_ne_bytes(*word).count_ones());
        }
    }
    let others: u32 = others.iter().map(|word| u64::from_ne_bytes(*word).count_ones()).sum();
    sums.iter().sum::<u64>() as usize + (others + last_word(rest).count_ones()) as usize
}

/// Fewer bytes than a word has, as the upper end of one; zeros follow.
fn last_word(bytes: &[u8]) -> u64 {
    let mut word = [0; WORD_BYTES];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_be_bytes(word)
}

/// How many bits are set among those in `range`, which ends within the bytes.
pub fn count_within(bytes: &[u8], range: Range<usize>) -> usize {
    if range.is_empty() {
        return 0;
    }
    let (first, last) = (range.start / 8, (range.end - 1) / 8);
    // Whole bytes, less the bits in front of the first and behind the last.
    let before = bytes[first] & !(0xFF >> (range.start % 8));
    let behind = bytes[last] & (0xFF_u16 >> ((range.end - 1) % 8 + 1)) as u8;
    count(&bytes[first..=last]) - (before.count_ones() + behind.count_ones()) as usize
}

/// The first bit that is `wanted` among those in `range`, which ends within the bytes.
pub fn find(bytes: &[u8], range: Range<usize>, wanted: bool) -> Option<usize> {
    if range.is_empty() {
        return None;
    }
    // What is looked for is the first bit in which a byte differs from one without it.
    let without = if wanted { 0x00 } else { 0xFF };
    let (first, end) = (range.start / 8, range.end.div_ceil(8));
    let shift = range.start % 8;
    let differing = (bytes[first] ^ without) << shift;
    let found = if differing == 0 {
        let behind = first + 1;
        8 * behind + first_difference(&bytes[behind..end], without)?
    } else {
        range.start + differing.leading_zeros() as usize
    };
    (found < range.end).then_some(found)
}

/// The first bit in which `bytes` differ from as many bytes that are `without`, all ones or all zeros.
fn first_difference(bytes: &[u8], without: u8) -> Option<usize> {
    let same = [without; WORD_BYTES];
    let (words, rest) = bytes.as_chunks::<WORD_BYTES>();
    if let Some(index) = words.iter().position(|word| *word != same) {
        let differing = u64::from_be_bytes(words[index]) ^ u64::from_be_bytes(same);
        return Some(64 * index + differing.leading_zeros() as usize);
    }
    let differing = last_word(rest) ^ last_word(&same[..rest.len()]);
    (differing != 0).then(|| 64 * words.len() + differing.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bit(bytes: &[u8], index: usize) -> bool {
        bytes[index / 8] >> (7 - index % 8) & 1 == 1
    }

    /// Bytes that are mostly all ones or all zeros, and two places among their bits.
    fn bytes_and_range() -> impl Strategy<Value = (Vec<u8>, usize, usize)> {
        let byte = prop_oneof![6 => Just(0x00), 6 => Just(0xFF), 1 => any::<u8>()];
        prop::collection::vec(byte, 0..200).prop_flat_map(|bytes| {
            let bits = 8 * bytes.len();
            (Just(bytes), 0..=bits, 0..=bits)
        })
    }

    proptest! {
        #[test]
        fn bits_are_counted_as_one_by_one((bytes, start, end) in bytes_and_range()) {
            let expected = (start..end).filter(|index| bit(&bytes, *index)).count();
            prop_assert_eq!(count_within(&bytes, start..end), expected);
            prop_assert_eq!(count(&bytes), count_within(&bytes, 0..8 * bytes.len()));
            prop_assert_eq!(count(&bytes), count_anywhere(&bytes));
        }

        #[test]
        fn the_first_bit_is_found_as_one_by_one((bytes, start, end) in bytes_and_range(), wanted: bool) {
            let expected = (start..end).find(|index| bit(&bytes, *index) == wanted);
            prop_assert_eq!(find(&bytes, start..end, wanted), expected);
        }
    }

    #[test]
    fn a_bit_far_away_is_found_in_its_byte() {
        let mut bytes = vec![0; 10_000];
        for index in [0, 7, 8, 63, 64, 65, 79_993, 79_999] {
            bytes[index / 8] = 0x80 >> (index % 8);
            assert_eq!(find(&bytes, 0..80_000, true), Some(index));
            assert_eq!(find(&bytes, 0..index, true), None);
            assert_eq!(count(&bytes), 1);
            bytes[index / 8] = 0;
        }
        assert_eq!(find(&[0xFF; 100], 0..800, false), None);
    }
}

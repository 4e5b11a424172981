//! The hash slot of a key: CRC16 (XMODEM: polynomial 0x1021, initial value 0, nothing reflected) of the key or of its
//! hash tag, modulo 16384, as the Redis Cluster specification defines it.
//!
//! Every routed command computes a slot, so the sum takes eight bytes a step from eight tables ("slicing by 8": 4 KiB,
//! which leaves the first-level cache to the data). As the initial value is 0, zero bytes in front of a message do not
//! change its sum; the odd bytes therefore come first, as one word filled up with zeros, and no step handles single bytes.

use memchr::memchr;

/// How many slots there are.
pub const SLOTS: usize = 16384;

const POLYNOMIAL: u16 = 0x1021;

/// `TABLES[n][byte]`: what `byte` contributes to the sum when `n` more bytes follow it.
static TABLES: [[u16; 256]; 8] = tables();

const fn tables() -> [[u16; 256]; 8] {
    let mut tables = [[0u16; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ POLYNOMIAL };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut following = 1;
    while following < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[following - 1][byte];
            tables[following][byte] = (before << 8) ^ tables[0][(before >> 8) as usize];
            byte += 1;
        }
        following += 1;
    }
    tables
}

/// The slot of `key`: 0 to 16383.
#[inline]
pub fn slot_of(key: &[u8]) -> u16 {
    crc16(hash_tag(key)) & (SLOTS as u16 - 1)
}

/// What of `key` is hashed: the bytes between the first `{` and the first `}` after it, if there are any, else the key.
#[inline]
pub fn hash_tag(key: &[u8]) -> &[u8] {
    // Most keys are short and have no brace: that is told faster than a search by vectors gets under way.
    if key.len() <= SHORT_KEY_MAX_BYTES && !has_brace(key) {
        return key;
    }
    match memchr(b'{', key) {
        None => key,
        Some(open) => tag_after(key, open),
    }
}

/// Up to here eight bytes at a time are the faster search.
const SHORT_KEY_MAX_BYTES: usize = 40;

/// Whether `{` may be in a key: certain for a no, nearly so for a yes.
#[inline]
fn has_brace(key: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const BRACES: u64 = ONES * 0x7B;
    // The high bit of a byte that is zero after the subtraction of `{`, and rarely of one in front of it.
    let marks = |word: u64| {
        let word = word ^ BRACES;
        word.wrapping_sub(ONES) & !word & (ONES << 7)
    };
    let Some(&last) = key.last_chunk::<8>() else { return key.contains(&b'{') };
    // The last word overlaps the one before it.
    let mut found = marks(u64::from_le_bytes(last));
    for &word in key.as_chunks::<8>().0 {
        found |= marks(u64::from_le_bytes(word));
    }
    found != 0
}

#[cold]
fn tag_after(key: &[u8], open: usize) -> &[u8] {
    let rest = &key[open + 1..];
    match memchr(b'}', rest) {
        None | Some(0) => key,
        Some(close) => &rest[..close],
    }
}

/// CRC16 (XMODEM) of `bytes`.
#[inline]
pub fn crc16(bytes: &[u8]) -> u16 {
    let odd = bytes.len() % 8;
    let mut sum = match (odd, bytes.first_chunk::<8>()) {
        (0, _) => 0,
        (_, Some(&first)) => step(0, u64::from_be_bytes(first) >> (64 - 8 * odd)),
        (_, None) => step(0, short_word(bytes)),
    };
    for &word in bytes[odd..].as_chunks::<8>().0 {
        sum = step(sum, u64::from_be_bytes(word));
    }
    sum
}

/// The sum `sum`, followed by the eight bytes of `word`, the most significant first.
#[inline]
fn step(sum: u16, word: u64) -> u16 {
    let [high, low] = sum.to_be_bytes();
    let [first, second, others @ ..] = word.to_be_bytes();
    // Six of the eight look-ups do not wait for the step before.
    let mut next = 0;
    for (table, byte) in TABLES[..6].iter().rev().zip(others) {
        next ^= table[usize::from(byte)];
    }
    next ^ TABLES[6][usize::from(second ^ low)] ^ TABLES[7][usize::from(first ^ high)]
}

/// Up to seven bytes as the low end of a big-endian word.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    if let (Some(&first), Some(&last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // Two halves that overlap, where they say the same.
        let first = u64::from(u32::from_be_bytes(first)) << (8 * (bytes.len() - 4));
        return first | u64::from(u32::from_be_bytes(last));
    }
    bytes.iter().fold(0, |word, &byte| (word << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bitwise(bytes: &[u8]) -> u16 {
        bytes.iter().fold(0, |sum, &byte| {
            (0..8).fold(sum ^ (u16::from(byte) << 8), |sum, _| {
                if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ POLYNOMIAL }
            })
        })
    }

    #[test]
    fn the_check_value_of_xmodem_holds() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
        assert_eq!(crc16(b""), 0);
    }

    #[test]
    fn slots_are_those_redis_reports() {
        assert_eq!(slot_of(b"foo"), 12182);
        assert_eq!(slot_of(b"bar"), 5061);
        assert_eq!(slot_of(b"123456789"), 12739);
        assert_eq!(slot_of(b""), 0);
    }

    #[test]
    fn the_first_tag_counts_if_it_holds_a_byte() {
        assert_eq!(hash_tag(b"{user1000}.following"), b"user1000");
        assert_eq!(hash_tag(b"foo{}{bar}"), b"foo{}{bar}");
        assert_eq!(hash_tag(b"foo{{bar}}zap"), b"{bar");
        assert_eq!(hash_tag(b"foo{bar}{zap}"), b"bar");
        assert_eq!(hash_tag(b"foo{bar"), b"foo{bar");
        assert_eq!(hash_tag(b"foo}bar{"), b"foo}bar{");
        assert_eq!(hash_tag(b"}{a}"), b"a");
        assert_eq!(slot_of(b"{user1000}.following"), slot_of(b"user1000"));
    }

    proptest! {
        #[test]
        fn eight_bytes_a_step_equal_one_bit_a_step(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(crc16(&bytes), bitwise(&bytes));
        }

        #[test]
        fn the_tag_is_what_the_specification_says(key in "[a-c{}]{0,12}") {
            let key = key.as_bytes();
            let tag = key.iter().position(|&b| b == b'{').and_then(|open| {
                let length = key[open + 1..].iter().position(|&b| b == b'}')?;
                (length > 0).then(|| &key[open + 1..=open + length])
            });
            prop_assert_eq!(hash_tag(key), tag.unwrap_or(key));
        }
    }
}

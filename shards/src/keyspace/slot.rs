//! The hash slot of a key: CRC16 of the key or of its hash tag, modulo 16384, as the Redis Cluster specification defines it.

use memchr::memchr;

use crate::structures::{crc16::crc16, may_contain::may_contain};

/// How many slots there are.
pub const SLOTS: usize = 16384;

/// The slot of `key`: 0 to 16383.
#[inline]
pub fn slot_of(key: &[u8]) -> u16 {
    crc16(hash_tag(key)) & (SLOTS as u16 - 1)
}

/// What of `key` is hashed: the bytes between the first `{` and the first `}` after it, if there are any, else the key.
#[inline]
pub fn hash_tag(key: &[u8]) -> &[u8] {
    // Most keys are short and have no brace: that is told faster than a search by vectors gets under way.
    if !may_contain(key, b'{') {
        return key;
    }
    match memchr(b'{', key) {
        None => key,
        Some(open) => tag_after(key, open),
    }
}

#[cold]
fn tag_after(key: &[u8], open: usize) -> &[u8] {
    let rest = &key[open + 1..];
    match memchr(b'}', rest) {
        None | Some(0) => key,
        Some(close) => &rest[..close],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        fn the_tag_is_what_the_specification_says(key in "[a-c{}]{0,12}|[a-z]{0,30}[{]?[a-z]{0,30}[{}]?[a-z]{0,20}") {
            let key = key.as_bytes();
            let tag = key.iter().position(|&b| b == b'{').and_then(|open| {
                let length = key[open + 1..].iter().position(|&b| b == b'}')?;
                (length > 0).then(|| &key[open + 1..=open + length])
            });
            prop_assert_eq!(hash_tag(key), tag.unwrap_or(key));
        }
    }
}

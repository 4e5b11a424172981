//! One element as a reader sees it: bytes, or the integer that stands for its own decimal text.

use std::cmp::Ordering;

/// Bytes of the longest decimal text of an `i64`.
pub const SCRATCH_BYTES: usize = 20;

/// An element, borrowed from where it is stored.
///
/// Two items are equal if their texts are; an `Int` never equals a `Bytes` that a listpack returned, since a listpack
/// stores every canonical decimal as an integer.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A string as it is.
    Bytes(&'a [u8]),
    /// A string that was the canonical decimal text of this number.
    Int(i64),
}

impl<'a> Item<'a> {
    /// `bytes` as a listpack would return them: as an integer if they are a canonical decimal.
    #[inline]
    pub fn canonical(bytes: &'a [u8]) -> Self {
        parse_canonical(bytes).map_or(Item::Bytes(bytes), Item::Int)
    }

    /// Whether two canonical items are equal; cheaper than `==`, which takes any.
    #[inline]
    pub fn is_same(&self, other: &Item<'_>) -> bool {
        match (*self, *other) {
            (Item::Int(a), Item::Int(b)) => a == b,
            (Item::Bytes(a), Item::Bytes(b)) => a == b,
            _ => false,
        }
    }

    /// The text of the item; `scratch` holds it if the item is an integer.
    #[inline]
    pub fn as_bytes<'s>(&'s self, scratch: &'s mut [u8; SCRATCH_BYTES]) -> &'s [u8]
    where
        'a: 's,
    {
        match *self {
            Item::Bytes(bytes) => bytes,
            Item::Int(value) => {
                let mut buffer = itoa::Buffer::new();
                let text = buffer.format(value).as_bytes();
                let scratch = &mut scratch[..text.len()];
                scratch.copy_from_slice(text);
                scratch
            }
        }
    }

    /// The item's number, if its text is a canonical decimal.
    #[inline]
    pub fn as_int(&self) -> Option<i64> {
        match *self {
            Item::Bytes(bytes) => parse_canonical(bytes),
            Item::Int(value) => Some(value),
        }
    }

    /// Bytes of the item's text.
    #[inline]
    pub fn text_len(&self) -> usize {
        match *self {
            Item::Bytes(bytes) => bytes.len(),
            Item::Int(value) => {
                let digits = value.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
                digits + usize::from(value < 0)
            }
        }
    }

    /// Appends the item's text to `out`.
    #[inline]
    pub fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes(&mut [0; SCRATCH_BYTES]));
    }

    /// The item's text in its own allocation.
    pub fn to_vec(&self) -> Vec<u8> {
        self.as_bytes(&mut [0; SCRATCH_BYTES]).to_vec()
    }

    /// Compares the item's text with `other`, byte by byte.
    #[inline]
    pub fn cmp_bytes(&self, other: &[u8]) -> Ordering {
        self.as_bytes(&mut [0; SCRATCH_BYTES]).cmp(other)
    }
}

impl PartialEq for Item<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Item::Int(a), Item::Int(b)) => a == b,
            (Item::Bytes(a), Item::Bytes(b)) => a == b,
            (Item::Int(value), Item::Bytes(bytes)) | (Item::Bytes(bytes), Item::Int(value)) => {
                parse_canonical(bytes) == Some(value)
            }
        }
    }
}

impl Eq for Item<'_> {}

impl PartialEq<[u8]> for Item<'_> {
    #[inline]
    fn eq(&self, other: &[u8]) -> bool {
        *self == Item::Bytes(other)
    }
}

/// The number whose shortest decimal text is exactly `bytes`: no sign `+`, no leading zero, no space, within `i64`.
#[inline]
pub fn parse_canonical(bytes: &[u8]) -> Option<i64> {
    // Most strings are no numbers, and their first byte says so.
    let (negative, digits) = match bytes {
        [b'0'] => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !matches!(digits.first(), Some(b'1'..=b'9')) || digits.len() > 19 {
        return None;
    }
    // Nineteen digits stay below 10¹⁹, which fits an unsigned 64-bit number: only the last step can leave `i64`.
    let mut magnitude = 0u64;
    for &digit in digits {
        let value = digit.wrapping_sub(b'0');
        if value > 9 {
            return None;
        }
        magnitude = magnitude * 10 + u64::from(value);
    }
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_canonical_decimals_are_numbers() {
        for text in [
            "",
            "-",
            "+1",
            "01",
            "-0",
            "-01",
            "1 ",
            " 1",
            "1.0",
            "a",
            "9223372036854775808",
            "-9223372036854775809",
        ] {
            assert_eq!(parse_canonical(text.as_bytes()), None, "{text:?}");
        }
        for text in ["18446744073709551616", "99999999999999999999", "10000000000000000000000"] {
            assert_eq!(parse_canonical(text.as_bytes()), None, "{text:?}");
        }
        for value in [0, 1, -1, 10, i64::MAX, i64::MIN] {
            assert_eq!(parse_canonical(value.to_string().as_bytes()), Some(value));
        }
    }

    #[test]
    fn items_are_equal_when_their_texts_are() {
        assert_eq!(Item::Int(12), Item::Bytes(b"12"));
        assert_ne!(Item::Int(12), Item::Bytes(b"012"));
        assert_eq!(Item::Int(-7).cmp_bytes(b"-7"), Ordering::Equal);
        assert_eq!(Item::Int(10).cmp_bytes(b"9"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn an_integer_reads_as_its_decimal_text(value: i64) {
            let text = value.to_string();
            let item = Item::Int(value);
            prop_assert_eq!(item.to_vec(), text.as_bytes());
            prop_assert_eq!(item.text_len(), text.len());
            prop_assert_eq!(parse_canonical(text.as_bytes()), Some(value));
        }

        #[test]
        fn a_parsed_text_prints_as_itself(text in "-?[0-9]{0,21}") {
            if let Some(value) = parse_canonical(text.as_bytes()) {
                prop_assert_eq!(value.to_string(), text);
            } else {
                prop_assert!(text.parse::<i64>().map_or(true, |value| value.to_string() != text));
            }
        }
    }
}

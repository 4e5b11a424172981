//! How an element is written: the byte format of the published listpack specification (S. Sanfilippo, 2017), so that
//! the elements of an RDB file's listpack and ours are the same bytes.
//!
//! ```text
//! 0xxxxxxx                      integer 0 to 127
//! 10llllll data                 string of up to 63 bytes
//! 110xxxxx x                    integer of 13 bits, signed, high bits first
//! 1110llll l data               string of up to 4095 bytes, high bits first
//! 11110000 llll data            string, length in 4 bytes, low byte first
//! 11110001, 010, 011, 100 …     integer of 2, 3, 4, 8 bytes, low byte first
//! ```
//!
//! Behind each element stands the number of its bytes in groups of seven bits, the last byte holding the lowest group;
//! a set top bit says that another group stands before.
//!
//! An item has one encoding only, so two elements are equal if and only if their bytes are: searches compare bytes and
//! decode nothing.

use super::super::copy::copy_short;
use super::item::{Item, SCRATCH_BYTES, parse_canonical};

const SHORT: u8 = 0x80;
const INT13: u8 = 0xC0;
const MEDIUM: u8 = 0xE0;
const LONG: u8 = 0xF0;
const INT16: u8 = 0xF1;
const INT24: u8 = 0xF2;
const INT32: u8 = 0xF3;
const INT64: u8 = 0xF4;

/// The longest string an element may hold: Redis's hard limit of a bulk string. Unit tests reach it with less memory.
pub const ITEM_BYTES_MAX: usize = if cfg!(test) { 4 << 20 } else { 512 << 20 };

/// An item as a listpack stores it, for writing and for searching: encode once, then use it as often as needed.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a> {
    /// The tag with the length, or the whole integer.
    head: [u8; 9],
    head_len: u8,
    body: &'a [u8],
}

impl<'a> Encoded<'a> {
    /// Encodes `item`; bytes that are a canonical decimal become an integer.
    #[inline]
    pub fn new(item: Item<'a>) -> Self {
        match item {
            Item::Int(value) => Self::int(value),
            Item::Bytes(bytes) => {
                if bytes.len() <= SCRATCH_BYTES
                    && let Some(value) = parse_canonical(bytes)
                {
                    return Self::int(value);
                }
                Self::bytes(bytes)
            }
        }
    }

    #[inline]
    fn int(value: i64) -> Self {
        let mut head = [0; 9];
        let le = value.to_le_bytes();
        let head_len = match value {
            0..=127 => {
                head[0] = le[0];
                1
            }
            -4096..=4095 => {
                head[0] = INT13 | (le[1] & 0x1F);
                head[1] = le[0];
                2
            }
            -0x8000..=0x7FFF => Self::tagged(&mut head, INT16, &le[..2]),
            -0x80_0000..=0x7F_FFFF => Self::tagged(&mut head, INT24, &le[..3]),
            -0x8000_0000..=0x7FFF_FFFF => Self::tagged(&mut head, INT32, &le[..4]),
            _ => Self::tagged(&mut head, INT64, &le),
        };
        Self { head, head_len, body: &[] }
    }

    #[inline]
    fn bytes(body: &'a [u8]) -> Self {
        assert!(body.len() <= ITEM_BYTES_MAX, "a string of {} bytes", body.len());
        let mut head = [0; 9];
        let len = body.len() as u32;
        let head_len = match len {
            0..=63 => {
                head[0] = SHORT | len as u8;
                1
            }
            64..=4095 => {
                head[0] = MEDIUM | (len >> 8) as u8;
                head[1] = len as u8;
                2
            }
            _ => Self::tagged(&mut head, LONG, &len.to_le_bytes()),
        };
        Self { head, head_len, body }
    }

    #[inline]
    fn tagged(head: &mut [u8; 9], tag: u8, data: &[u8]) -> u8 {
        head[0] = tag;
        head[1..=data.len()].copy_from_slice(data);
        data.len() as u8 + 1
    }

    /// Bytes of tag, length and data.
    #[inline]
    fn front_len(&self) -> usize {
        usize::from(self.head_len) + self.body.len()
    }

    /// Bytes of the whole element.
    #[inline]
    pub fn size(&self) -> usize {
        let front = self.front_len();
        front + back_len(front)
    }

    /// Writes the element's `size()` bytes.
    ///
    /// # Safety
    /// `to` must be valid for writes of `size()` bytes and must not lie in the item.
    #[inline]
    pub(super) unsafe fn write(&self, to: *mut u8) {
        let head_len = usize::from(self.head_len);
        let front = self.front_len();
        // SAFETY: the three parts are `size()` bytes together, which the caller has given.
        unsafe {
            if head_len == 1 {
                to.write(self.head[0]);
            } else {
                to.copy_from_nonoverlapping(self.head.as_ptr(), head_len);
            }
            copy_short(self.body.as_ptr(), to.add(head_len), self.body.len());
            let back = to.add(front);
            if front <= 127 {
                back.write(front as u8);
            } else {
                let size = back_len(front);
                for group in 0..size {
                    let more = if group + 1 == size { 0 } else { 0x80 };
                    back.add(size - 1 - group).write((front >> (7 * group)) as u8 & 0x7F | more);
                }
            }
        }
    }

    /// Whether `element`, which starts at an element and may run on, starts with this one.
    #[inline]
    pub(super) fn starts(&self, element: &[u8]) -> bool {
        let head = &self.head[..usize::from(self.head_len)];
        if element.first() != Some(&head[0]) {
            return false;
        }
        let Some(element) = element.get(..self.front_len()) else { return false };
        // Names that belong together begin alike and are as long: their last byte tells most of them apart.
        element.last() == self.body.last().or(head.last())
            && element[..head.len()] == *head
            && element[head.len()..] == *self.body
    }
}

impl<'a> From<Item<'a>> for Encoded<'a> {
    #[inline]
    fn from(item: Item<'a>) -> Self {
        Self::new(item)
    }
}

impl<'a> From<&'a [u8]> for Encoded<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        Self::new(Item::Bytes(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Encoded<'a> {
    #[inline]
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::new(Item::Bytes(bytes))
    }
}

impl From<i64> for Encoded<'_> {
    #[inline]
    fn from(value: i64) -> Self {
        Self::int(value)
    }
}

/// Bytes that the backward length of an element with `front` bytes takes. The bounds are one below the powers of two,
/// as every reader of the format has them.
#[inline]
const fn back_len(front: usize) -> usize {
    match front {
        0..=127 => 1,
        128..=16_382 => 2,
        16_383..=2_097_150 => 3,
        2_097_151..=268_435_454 => 4,
        _ => 5,
    }
}

/// The item at the start of `data`, and the bytes of its element.
///
/// Panics if `data` does not hold the whole element, which only a position from another sequence can bring about.
#[inline]
pub fn decode(data: &[u8]) -> (Item<'_>, usize) {
    let tag = data[0];
    if tag < SHORT {
        return (Item::Int(i64::from(tag)), 2);
    }
    if tag < INT13 {
        let len = usize::from(tag & 0x3F);
        return (Item::Bytes(&data[1..=len]), len + 2);
    }
    decode_tagged(data)
}

fn decode_tagged(data: &[u8]) -> (Item<'_>, usize) {
    let front = front_len(data);
    let item = match data[0] {
        INT13..MEDIUM => {
            Item::Int(i64::from((u16::from_be_bytes([data[0], data[1]]) << 3).cast_signed() >> 3))
        }
        MEDIUM..LONG => Item::Bytes(&data[2..front]),
        LONG => Item::Bytes(&data[5..front]),
        _ => {
            let mut le = [0; 8];
            le[..front - 1].copy_from_slice(&data[1..front]);
            let unused = 64 - 8 * (front - 1);
            Item::Int(i64::from_le_bytes(le) << unused >> unused)
        }
    };
    (item, front + back_len(front))
}

/// Bytes of the element at the start of `data`.
#[inline]
pub fn size_at(data: &[u8]) -> usize {
    let tag = data[0];
    if tag < SHORT {
        return 2;
    }
    if tag < INT13 {
        return usize::from(tag & 0x3F) + 2;
    }
    let front = front_len(data);
    front + back_len(front)
}

/// Bytes of tag, length and data of the element at the start of `data`.
#[inline]
fn front_len(data: &[u8]) -> usize {
    match data[0] {
        0..SHORT => 1,
        tag @ SHORT..INT13 => 1 + usize::from(tag & 0x3F),
        INT13..MEDIUM => 2,
        tag @ MEDIUM..LONG => 2 + (usize::from(tag & 0x0F) << 8 | usize::from(data[1])),
        LONG => 5 + u32::from_le_bytes([data[1], data[2], data[3], data[4]]) as usize,
        INT16 => 3,
        INT24 => 4,
        INT32 => 5,
        INT64 => 9,
        tag => panic!("no element starts with the byte {tag}"),
    }
}

/// Bytes of the element that ends where `data` ends.
#[inline]
pub fn size_before(data: &[u8]) -> usize {
    let last = data[data.len() - 1];
    if last < 0x80 {
        return usize::from(last) + 1;
    }
    let (mut front, mut groups) = (0, 0);
    loop {
        let byte = data[data.len() - 1 - groups];
        front |= usize::from(byte & 0x7F) << (7 * groups);
        groups += 1;
        if byte < 0x80 {
            return front + groups;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode(item: Item<'_>) -> Vec<u8> {
        let encoded = Encoded::new(item);
        let mut out = vec![0; encoded.size()];
        // SAFETY: `out` has the element's size and is not the item.
        unsafe { encoded.write(out.as_mut_ptr()) };
        out
    }

    fn check(item: Item<'_>) {
        let bytes = encode(item);
        assert_eq!(decode(&bytes), (item, bytes.len()));
        assert_eq!(size_at(&bytes), bytes.len());
        assert_eq!(size_before(&bytes), bytes.len());
        assert!(Encoded::new(item).starts(&bytes));
    }

    #[test]
    fn integers_take_as_few_bytes_as_the_specification_gives_them() {
        let sizes = [
            (0, 1),
            (127, 1),
            (128, 2),
            (-1, 2),
            (4095, 2),
            (-4096, 2),
            (4096, 3),
            (-4097, 3),
            (i64::from(i16::MAX), 3),
            (32_768, 4),
            (-8_388_608, 4),
            (8_388_608, 5),
            (i64::from(i32::MIN), 5),
            (1 << 31, 9),
            (i64::MIN, 9),
        ];
        for (value, front) in sizes {
            assert_eq!(encode(Item::Int(value)).len(), front + 1, "{value}");
            check(Item::Int(value));
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_specification() {
        assert_eq!(encode(Item::Int(1)), [1, 1]);
        assert_eq!(encode(Item::Int(-1)), [0xDF, 0xFF, 2]);
        assert_eq!(encode(Item::Int(-2)), [0xDF, 0xFE, 2]);
        assert_eq!(encode(Item::Int(300)), [0xC1, 44, 2]);
        assert_eq!(encode(Item::Int(30_000)), [0xF1, 0x30, 0x75, 3]);
        assert_eq!(encode(Item::Bytes(b"ab")), [0x82, b'a', b'b', 3]);
        assert_eq!(encode(Item::Bytes(b"1024")), [0xC4, 0, 2]);
        assert_eq!(encode(Item::Bytes(&[b'x'; 200]))[..2], [0xE0, 200]);
        assert_eq!(encode(Item::Bytes(&[b'x'; 200]))[202..], [1, 0xCA]);
    }

    #[test]
    fn strings_of_every_length_class_read_back() {
        for len in [
            0, 1, 62, 63, 64, 125, 126, 127, 4095, 4096, 16_377, 16_378, 16_379, 70_000, 2_097_145, 2_097_146,
        ] {
            check(Item::Bytes(&vec![b'x'; len]));
        }
    }

    proptest! {
        #[test]
        fn every_integer_reads_back(value: i64, shift in 0..64) {
            check(Item::Int(value >> shift));
        }

        #[test]
        fn a_search_finds_equal_items_only(a in "[0-9a-c]{0,3}", b in "[0-9a-c]{0,3}") {
            let element = encode(Item::Bytes(b.as_bytes()));
            prop_assert_eq!(Encoded::new(Item::Bytes(a.as_bytes())).starts(&element), a == b);
        }
    }
}

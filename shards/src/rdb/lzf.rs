//! The compression of strings: LZF, the format of M. Lehmann's `liblzf`.
//!
//! ```text
//! 000nnnnn                 n + 1 bytes follow as they are
//! nnnddddd dddddddd        n + 2 bytes as they stand d + 1 bytes before, n from 1 to 6
//! 111ddddd nnnnnnnn dd..   n + 9 bytes likewise
//! ```
//!
//! Own code: what there is on crates.io takes half a megabyte of table per string, and most strings here are short.

/// The most bytes of one literal run.
const RUN_MAX: usize = 1 << 5;
/// The farthest that a reference reaches back.
const DISTANCE_MAX: usize = 1 << 13;
/// The most bytes that a reference stands for.
const MATCH_MAX: usize = 264;
/// The fewest.
const MATCH_MIN: usize = 3;

/// The most bytes that a byte of compressed text can stand for: a reference of three bytes for [`MATCH_MAX`].
const RATIO_MAX: usize = MATCH_MAX / 3;

/// The sizes of the table of places, as powers of two: smaller ones for shorter texts.
const TABLE_BITS: std::ops::RangeInclusive<u32> = 6..=16;

/// No place.
const NOWHERE: u32 = u32::MAX;

/// What compressing takes, to be used again for the next text.
#[derive(Debug, Default)]
pub struct Compressor {
    places: Vec<u32>,
    out: Vec<u8>,
}

impl Compressor {
    /// The compressed form of `text`, if that takes no more than `max` bytes.
    pub fn compress(&mut self, text: &[u8], max: usize) -> Option<&[u8]> {
        self.out.clear();
        compress(text, max, &mut self.places, &mut self.out).map(|()| &self.out[..])
    }
}

/// Appends the compressed form of `text` to `out`, which is empty; none if that takes more than `max` bytes.
fn compress(text: &[u8], max: usize, places: &mut Vec<u32>, out: &mut Vec<u8>) -> Option<()> {
    if text.len() >= NOWHERE as usize {
        return None;
    }
    let bits = text.len().checked_ilog2()?.clamp(*TABLE_BITS.start(), *TABLE_BITS.end());
    places.clear();
    places.resize(1 << bits, NOWHERE);
    let slot = |at: usize| {
        let three = u32::from_be_bytes([0, text[at], text[at + 1], text[at + 2]]);
        (three.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize
    };
    let (mut at, mut written) = (0, 0);
    while at + MATCH_MIN <= text.len() {
        let place = std::mem::replace(&mut places[slot(at)], at as u32) as usize;
        let len = if place < at && at - place <= DISTANCE_MAX { common(text, place, at) } else { 0 };
        if len < MATCH_MIN {
            at += 1;
            continue;
        }
        write_literals(out, &text[written..at], max)?;
        write_reference(out, at - place, len);
        at += len;
        written = at;
        // Where the match ends, the next one may begin.
        for passed in at - 2..at {
            if passed + MATCH_MIN <= text.len() {
                places[slot(passed)] = passed as u32;
            }
        }
    }
    write_literals(out, &text[written..], max)?;
    (out.len() <= max).then_some(())
}

/// How many bytes from `place` on are those from `at` on.
fn common(text: &[u8], place: usize, at: usize) -> usize {
    let pairs = text[place..].iter().zip(&text[at..]).take(MATCH_MAX);
    pairs.take_while(|(before, here)| before == here).count()
}

/// None, and nothing written, if `out` would take more than `max` bytes.
fn write_literals(out: &mut Vec<u8>, literals: &[u8], max: usize) -> Option<()> {
    if out.len() + literals.len() + literals.len().div_ceil(RUN_MAX) > max {
        return None;
    }
    for run in literals.chunks(RUN_MAX) {
        out.push((run.len() - 1) as u8);
        out.extend_from_slice(run);
    }
    Some(())
}

fn write_reference(out: &mut Vec<u8>, distance: usize, len: usize) {
    let (distance, len) = (distance - 1, len - 2);
    let high = (distance >> 8) as u8;
    if len < 7 {
        out.push((len as u8) << 5 | high);
    } else {
        out.extend_from_slice(&[7 << 5 | high, (len - 7) as u8]);
    }
    out.push(distance as u8);
}

/// The text of `len` bytes whose compressed form this is.
pub fn decompress(compressed: &[u8], len: usize) -> Option<Vec<u8>> {
    if len > compressed.len().saturating_mul(RATIO_MAX) {
        return None;
    }
    // There may not be as much memory as a few bytes can stand for.
    let mut text = Vec::new();
    text.try_reserve_exact(len).ok()?;
    let mut bytes = compressed.iter();
    while let Some(&control) = bytes.next() {
        let high = usize::from(control) & (RUN_MAX - 1);
        let mut count = usize::from(control) >> 5;
        if count == 0 {
            let (run, rest) = bytes.as_slice().split_at_checked(high + 1)?;
            text.extend_from_slice(run);
            bytes = rest.iter();
        } else {
            if count == 7 {
                count += usize::from(*bytes.next()?);
            }
            let distance = (high << 8 | usize::from(*bytes.next()?)) + 1;
            let start = text.len().checked_sub(distance)?;
            let end = start + count + 2;
            if text.len() + count + 2 > len {
                return None;
            }
            if end <= text.len() {
                text.extend_from_within(start..end);
            } else {
                // What is copied is in part what this very copy writes.
                (start..end).for_each(|from| text.push(text[from]));
            }
        }
        if text.len() > len {
            return None;
        }
    }
    (text.len() == len).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compress(text: &[u8], max: usize) -> Option<Vec<u8>> {
        Compressor::default().compress(text, max).map(<[u8]>::to_vec)
    }

    #[test]
    fn texts_of_any_size_may_follow_each_other() {
        let mut compressor = Compressor::default();
        for len in [20_000, 30, 5_000, 100_000, 21] {
            let text = b"abcd ".repeat(len / 5);
            let compressed = compressor.compress(&text, text.len() - 4).expect("it shrinks");
            assert_eq!(decompress(compressed, text.len()), Some(text));
        }
    }

    #[test]
    fn a_text_that_redis_compressed_is_read() {
        // DUMP of sixty letters "a" on redis-server 7.0.15.
        assert_eq!(decompress(b"\x01aa\xe0\x2f\x00\x01aa", 60), Some(vec![b'a'; 60]));
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        assert_eq!(decompress(b"", 1), None);
        assert_eq!(decompress(b"\x01a", 2), None, "a run beyond the end");
        assert_eq!(decompress(b"\x00a\x20\x01", 4), None, "a reference before the start");
        assert_eq!(decompress(b"\x00a\xe0", 20), None, "half a reference");
        assert_eq!(decompress(b"\x00a\x20\x00", 3), None, "more than was said");
        assert_eq!(decompress(b"\x00a\x20\x00", 5), None, "less than was said");
        assert_eq!(decompress(b"\x00a", usize::MAX), None, "more than the bytes can stand for");
    }

    #[test]
    fn a_text_that_does_not_shrink_stays() {
        let text: Vec<u8> = (0..=255).collect();
        assert_eq!(compress(&text, text.len() - 4), None);
        assert!(compress(&[b'x'; 21], 17).is_some_and(|short| short.len() < 10));
    }

    proptest! {
        #[test]
        fn every_text_comes_back(parts in prop::collection::vec(("[ab]{0,9}", 0..400usize), 1..20)) {
            let text: Vec<u8> = parts.iter().flat_map(|(part, times)| part.repeat(*times).into_bytes()).collect();
            if let Some(compressed) = text.len().checked_sub(1).and_then(|max| compress(&text, max)) {
                prop_assert!(compressed.len() < text.len());
                prop_assert_eq!(decompress(&compressed, text.len()), Some(text));
            }
        }

        #[test]
        fn any_bytes_are_taken_for_compressed_ones(bytes in prop::collection::vec(any::<u8>(), 0..200), len in 0..5_000usize) {
            if let Some(text) = decompress(&bytes, len) {
                prop_assert_eq!(text.len(), len);
            }
        }
    }
}

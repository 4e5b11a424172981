//! The longest common subsequence of two texts, by the table of the lengths for all pairs of their beginnings.
//!
//! Where several are equally long, the one found and its pieces are those of Redis: the walk back through the table prefers
//! to shorten the second text.

use std::ops::Range;

/// The lengths for all pairs of beginnings of two texts.
#[derive(Debug)]
pub struct Lcs<'a> {
    a: &'a [u8],
    b: &'a [u8],
    /// Row by row: `lengths[i * (b.len() + 1) + j]` is the length for `a[..i]` and `b[..j]`.
    lengths: Vec<u32>,
}

/// A piece that both texts have in common, as long as it can be: its bytes in each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands in the first text.
    pub a: Range<usize>,
    /// Where it stands in the second text.
    pub b: Range<usize>,
}

/// Bytes of the table for texts of these lengths; `None` for more than there can be.
pub fn table_bytes(a_len: usize, b_len: usize) -> Option<usize> {
    let cells = (a_len.checked_add(1)?).checked_mul(b_len.checked_add(1)?)?;
    cells.checked_mul(size_of::<u32>())
}

impl<'a> Lcs<'a> {
    /// Takes time and memory in proportion to the product of both lengths; `None` if the memory is not to be had. Both texts
    /// are shorter than 4 GiB.
    pub fn new(a: &'a [u8], b: &'a [u8]) -> Option<Self> {
        let width = b.len() + 1;
        let cells = table_bytes(a.len(), b.len())? / size_of::<u32>();
        let mut lengths = Vec::new();
        lengths.try_reserve_exact(cells).ok()?;
        lengths.resize(cells, 0);
        let mut rows = lengths.chunks_exact_mut(width);
        let mut above: &mut [u32] = rows.next()?;
        for (&byte, row) in a.iter().zip(rows) {
            let mut left = 0;
            for (column, &other) in b.iter().enumerate() {
                left = if byte == other { above[column] + 1 } else { left.max(above[column + 1]) };
                row[column + 1] = left;
            }
            above = row;
        }
        Some(Self { a, b, lengths })
    }

    fn at(&self, i: usize, j: usize) -> u32 {
        self.lengths[i * (self.b.len() + 1) + j]
    }

    /// The length of the subsequence in bytes.
    pub fn length(&self) -> usize {
        self.at(self.a.len(), self.b.len()) as usize
    }

    /// The pieces of which the subsequence consists, from the last to the first.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut i, mut j) = (self.a.len(), self.b.len());
        // Whether the last piece may be grown: it may not once a byte was passed over.
        let mut open = false;
        while i > 0 && j > 0 {
            if self.a[i - 1] != self.b[j - 1] {
                if self.at(i - 1, j) > self.at(i, j - 1) {
                    i -= 1;
                } else {
                    j -= 1;
                }
                open = false;
                continue;
            }
            (i, j) = (i - 1, j - 1);
            match pieces.last_mut().filter(|_| open) {
                Some(last) => (last.a.start, last.b.start) = (i, j),
                None => pieces.push(Piece { a: i..i + 1, b: j..j + 1 }),
            }
            open = true;
        }
        pieces
    }

    /// The subsequence itself.
    pub fn text(&self) -> Vec<u8> {
        self.pieces().iter().rev().flat_map(|piece| &self.a[piece.a.clone()]).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By trying everything.
    fn longest(a: &[u8], b: &[u8]) -> usize {
        match (a.split_first(), b.split_first()) {
            (Some((x, a_rest)), Some((y, b_rest))) if x == y => 1 + longest(a_rest, b_rest),
            (Some((_, a_rest)), Some((_, b_rest))) => longest(a_rest, b).max(longest(a, b_rest)),
            _ => 0,
        }
    }

    fn is_subsequence(part: &[u8], of: &[u8]) -> bool {
        let mut rest = of.iter();
        part.iter().all(|byte| rest.any(|other| other == byte))
    }

    #[test]
    fn the_example_of_the_documentation() {
        let lcs = Lcs::new(b"ohmytext", b"mynewtext").expect("memory");
        assert_eq!((lcs.length(), lcs.text()), (6, b"mytext".to_vec()));
        assert_eq!(lcs.pieces(), [Piece { a: 4..8, b: 5..9 }, Piece { a: 2..4, b: 0..2 }]);
    }

    #[test]
    fn nothing_has_nothing_in_common() {
        for (a, b) in [(&b""[..], &b""[..]), (b"a", b""), (b"", b"b"), (b"a", b"b")] {
            let lcs = Lcs::new(a, b).expect("memory");
            assert_eq!((lcs.length(), lcs.pieces()), (0, vec![]));
        }
        assert_eq!(table_bytes(usize::MAX, 1), None);
        assert_eq!(table_bytes(2, 3), Some(48));
    }

    proptest! {
        #[test]
        fn it_is_common_and_none_is_longer(a in "[abc]{0,9}", b in "[abc]{0,9}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let lcs = Lcs::new(a, b).expect("memory");
            let text = lcs.text();
            prop_assert_eq!(lcs.length(), longest(a, b));
            prop_assert_eq!(text.len(), lcs.length());
            prop_assert!(is_subsequence(&text, a) && is_subsequence(&text, b));
            for piece in lcs.pieces() {
                prop_assert_eq!(&a[piece.a], &b[piece.b]);
            }
        }
    }
}

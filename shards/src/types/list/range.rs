//! Reading a stretch of a list.

use std::iter::FusedIterator;
use std::slice;

use crate::structures::listpack::{Item, Iter, Listpack};

/// The items of a stretch of a list, in order.
#[derive(Clone, Default)]
pub struct Range<'a> {
    current: Option<Iter<'a>>,
    blocks: slice::Iter<'a, Listpack>,
    later_blocks: slice::Iter<'a, Listpack>,
    /// Items still to come.
    left: usize,
}

impl<'a> Range<'a> {
    /// `count` items from number `index` of block number `block` on, of blocks in two runs.
    pub(super) fn new(
        runs: (&'a [Listpack], &'a [Listpack]),
        block: usize,
        index: usize,
        count: usize,
    ) -> Self {
        let (front, back) = runs;
        let mut range = Self {
            current: None,
            blocks: front[block.min(front.len())..].iter(),
            later_blocks: back[block.saturating_sub(front.len())..].iter(),
            left: count,
        };
        range.current = range.next_block().and_then(|pack| pack.seek(index).map(|pos| pack.iter_from(pos)));
        range
    }

    #[inline]
    fn next_block(&mut self) -> Option<&'a Listpack> {
        self.blocks.next().or_else(|| self.later_blocks.next())
    }
}

impl<'a> Iterator for Range<'a> {
    type Item = Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Item<'a>> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        loop {
            if let Some(item) = self.current.as_mut()?.next() {
                return Some(item);
            }
            self.current = self.next_block().map(Listpack::iter);
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    /// Without the question "is this block at its end, and is there another" between two items.
    #[inline]
    fn fold<B, F: FnMut(B, Item<'a>) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        while let Some(block) = self.current.take() {
            for item in block.take(self.left) {
                folded = f(folded, item);
                self.left -= 1;
            }
            if self.left == 0 {
                break;
            }
            self.current = self.next_block().map(Listpack::iter);
        }
        folded
    }
}

impl ExactSizeIterator for Range<'_> {}
impl FusedIterator for Range<'_> {}

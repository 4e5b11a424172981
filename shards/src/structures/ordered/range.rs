//! Walking the elements of an index between two ranks, from either side.

use std::iter::FusedIterator;
use std::ops;

use super::{Item, Member, Ordered};

/// The elements at a range of ranks, in order; [`rev`](Iterator::rev) gives them from the highest down.
#[derive(Debug)]
pub struct Range<'a, M> {
    index: &'a Ordered<M>,
    ranks: ops::Range<usize>,
    front: Leaf<'a, M>,
    back: Leaf<'a, M>,
}

/// A leaf and the rank of its first element.
#[derive(Debug)]
struct Leaf<'a, M> {
    items: &'a [Item<M>],
    first: usize,
}

impl<'a, M: Member> Leaf<'a, M> {
    /// The element at `rank`, from this leaf or from the one that it moves to. Of that, those at `others` will be wanted, too.
    #[inline]
    fn get(&mut self, index: &'a Ordered<M>, rank: usize, others: &ops::Range<usize>) -> Item<M> {
        if let Some(item) = rank.checked_sub(self.first).and_then(|at| self.items.get(at)) {
            return *item;
        }
        (self.items, self.first) = index.leaf_at(rank);
        let within = |rank: usize| rank.saturating_sub(self.first).min(self.items.len());
        self.items[within(others.start)..within(others.end)].iter().for_each(|item| item.member.prefetch());
        self.items[rank - self.first]
    }
}

impl<'a, M: Member> Range<'a, M> {
    pub(super) fn new(index: &'a Ordered<M>, ranks: ops::Range<usize>) -> Self {
        let end = ranks.end.min(index.len());
        let none = || Leaf { items: &[], first: 0 };
        Self { index, ranks: ranks.start.min(end)..end, front: none(), back: none() }
    }
}

impl<M: Member> Iterator for Range<'_, M> {
    type Item = Item<M>;

    #[inline]
    fn next(&mut self) -> Option<Item<M>> {
        let rank = self.ranks.next()?;
        Some(self.front.get(self.index, rank, &self.ranks))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ranks.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Item<M>> {
        let rank = self.ranks.nth(n)?;
        Some(self.front.get(self.index, rank, &self.ranks))
    }
}

impl<M: Member> DoubleEndedIterator for Range<'_, M> {
    #[inline]
    fn next_back(&mut self) -> Option<Item<M>> {
        let rank = self.ranks.next_back()?;
        Some(self.back.get(self.index, rank, &self.ranks))
    }
}

impl<M: Member> ExactSizeIterator for Range<'_, M> {}
impl<M: Member> FusedIterator for Range<'_, M> {}

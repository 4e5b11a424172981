//! Counted ordered index of (score, member): the order of a large sorted set.
//!
//! A B+tree (Bayer and `McCreight`, Acta Informatica 1972) whose inner nodes also count the elements below each child, so
//! that a rank is found as fast as a score. Elements are 16 bytes: the score and a handle of 8 bytes or less, whose bytes
//! are read only where scores tie. Up to [`LEAF_MAX`] elements it is one sorted array and no tree.
//!
//! ```text
//!            ┌ firsts  (-3, a) (5, k) (5, x) ┐
//! inner      │ counts      40     63     21  │    1 KiB a node, all leaves at one depth
//!            └ children     │      │      │  ┘
//! leaves                [-3 a..] [5 k..] [5 x..]
//! ```
//!
//! Order: score ascending, then the member's bytes. Scores are never NaN; -0 and 0 are equal. Every operation reduces to
//! two: find the rank at which a condition ceases to hold, and do something at a rank. Hence leaves need no links: an
//! iterator descends once per leaf.

mod node;
mod range;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::ops;

use super::size_class::size_class;
pub use node::LEAF_MAX;
use node::{Inner, Node};
pub use range::Range;

/// What an index orders by when scores tie. A handle: cheap to copy, and good for as long as it is in an index.
pub trait Member: Copy {
    /// The member's bytes.
    fn bytes(&self) -> &[u8];
    /// Asks the processor for them, where they lie elsewhere.
    fn prefetch(&self) {}
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item<M> {
    /// Never NaN.
    pub score: f64,
    /// Unique within the index.
    pub member: M,
}

impl<M: Member> Item<M> {
    /// How this element compares to a score and a member.
    #[inline]
    fn compare(&self, score: f64, bytes: &[u8]) -> Ordering {
        if self.score < score {
            Ordering::Less
        } else if self.score > score {
            Ordering::Greater
        } else {
            self.member.bytes().cmp(bytes)
        }
    }
}

/// The index. It takes 24 bytes where it stands and allocates nothing while empty.
#[derive(Debug)]
pub struct Ordered<M>(Form<M>);

#[derive(Debug)]
enum Form<M> {
    Flat(Vec<Item<M>>),
    /// The root has two children or more.
    Tree(Tree<M>),
}

#[derive(Debug)]
struct Tree<M> {
    len: usize,
    root: Box<Node<M>>,
}

impl<M: Member> Default for Ordered<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Member> Ordered<M> {
    /// An index without elements.
    #[must_use]
    pub const fn new() -> Self {
        Self(Form::Flat(Vec::new()))
    }

    /// Elements in the index.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Flat(items) => items.len(),
            Form::Tree(tree) => tree.len,
        }
    }

    /// Whether there is no element.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements `below` holds for; it must hold for all up to some rank, and for none from there on.
    pub fn partition_point(&self, below: impl FnMut(&Item<M>) -> bool) -> usize {
        let (_, first, at) = self.partition(below);
        first + at
    }

    /// The leaf with the last element that `below` holds for, or the first leaf; the rank of that leaf's first element,
    /// and where in the leaf `below` ceases to hold.
    fn partition(&self, mut below: impl FnMut(&Item<M>) -> bool) -> (&[Item<M>], usize, usize) {
        let mut node = match &self.0 {
            Form::Flat(items) => return (items, 0, items.partition_point(below)),
            Form::Tree(tree) => &*tree.root,
        };
        let mut first = 0;
        loop {
            match node {
                Node::Leaf(leaf) => return (leaf.items(), first, leaf.items().partition_point(below)),
                Node::Inner(inner) => {
                    let child = inner.firsts().partition_point(&mut below).saturating_sub(1);
                    first += inner.count_before(child);
                    node = inner.child(child);
                }
            }
        }
    }

    /// The leaf that holds the element at `rank`, which must be below [`len`](Self::len), and the rank of its first.
    fn leaf_at(&self, rank: usize) -> (&[Item<M>], usize) {
        let mut node = match &self.0 {
            Form::Flat(items) => return (items, 0),
            Form::Tree(tree) => &*tree.root,
        };
        let mut first = 0;
        loop {
            match node {
                Node::Leaf(leaf) => return (leaf.items(), first),
                Node::Inner(inner) => {
                    let (child, before) = inner.child_with(rank - first);
                    first += before;
                    node = inner.child(child);
                }
            }
        }
    }

    /// The element at `rank`, counted from the lowest.
    pub fn get(&self, rank: usize) -> Option<Item<M>> {
        if rank >= self.len() {
            return None;
        }
        let (leaf, first) = self.leaf_at(rank);
        Some(leaf[rank - first])
    }

    /// The rank of an element, counted from the lowest.
    pub fn rank(&self, score: f64, bytes: &[u8]) -> Option<usize> {
        // The element is the last that is not above itself, and so the one before the partition point in its leaf.
        let (leaf, first, at) = self.partition(|item| item.compare(score, bytes).is_le());
        let last = at.checked_sub(1)?;
        leaf[last].compare(score, bytes).is_eq().then_some(first + last)
    }

    /// Adds an element that the index does not hold; returns its rank. The score must not be NaN.
    pub fn insert(&mut self, score: f64, member: M) -> usize {
        debug_assert!(!score.is_nan());
        let item = Item { score, member };
        let rank = self.partition_point(|other| other.compare(score, member.bytes()).is_lt());
        match &mut self.0 {
            Form::Flat(items) if items.len() < LEAF_MAX => items.insert(rank, item),
            Form::Flat(items) => {
                let mut tree = Tree { len: items.len(), root: Box::new(Node::leaf_of(items)) };
                tree.insert(rank, item);
                self.0 = Form::Tree(tree);
            }
            Form::Tree(tree) => tree.insert(rank, item),
        }
        rank
    }

    /// Takes out an element.
    pub fn remove(&mut self, score: f64, bytes: &[u8]) -> Option<Item<M>> {
        let rank = self.rank(score, bytes)?;
        self.remove_at(rank)
    }

    /// Takes out the element at `rank`.
    pub fn remove_at(&mut self, rank: usize) -> Option<Item<M>> {
        let mut removed = None;
        self.remove_range(rank..rank.saturating_add(1), |item| removed = Some(item));
        removed
    }

    /// Takes out the lowest element.
    pub fn pop_first(&mut self) -> Option<Item<M>> {
        self.remove_at(0)
    }

    /// Takes out the highest element.
    pub fn pop_last(&mut self) -> Option<Item<M>> {
        self.remove_at(self.len().checked_sub(1)?)
    }

    /// Gives the element at `rank` another score; false, and nothing done, if its rank would have to change.
    pub fn rescore_in_place(&mut self, rank: usize, score: f64) -> bool {
        let Some(item) = self.get(rank) else { return false };
        let fits_before = |other: Item<M>| other.compare(score, item.member.bytes()).is_lt();
        let fits_after = |other: Item<M>| other.compare(score, item.member.bytes()).is_gt();
        if rank > 0 && !self.get(rank - 1).is_some_and(fits_before)
            || rank + 1 < self.len() && !self.get(rank + 1).is_some_and(fits_after)
        {
            return false;
        }
        match &mut self.0 {
            Form::Flat(items) => items[rank].score = score,
            Form::Tree(tree) => tree.root.rescore(rank, score),
        }
        true
    }

    /// Takes out the elements at these ranks, those beyond the end excepted, and gives them to `f` in pieces that are
    /// each in order. Looks at no member's bytes.
    pub fn remove_range(&mut self, ranks: ops::Range<usize>, mut f: impl FnMut(Item<M>)) {
        let end = ranks.end.min(self.len());
        if ranks.start >= end {
            return;
        }
        match &mut self.0 {
            Form::Flat(items) => {
                items.drain(ranks.start..end).for_each(f);
                if items.len() < items.capacity() / 4 {
                    items.shrink_to(items.len() * 2);
                }
            }
            Form::Tree(tree) => {
                let mut left = end - ranks.start;
                while left > 0 {
                    let removed = tree.root.remove(ranks.start, left, &mut f);
                    tree.len -= removed;
                    left -= removed;
                    if let Some(items) = tree.settle() {
                        self.0 = Form::Flat(items);
                        return self.remove_range(ranks.start..ranks.start + left, f);
                    }
                }
            }
        }
    }

    /// Takes out up to `max` elements, the highest first, to free a large index in pieces; true when none is left. Looks
    /// at no member's bytes.
    pub fn drain_step(&mut self, max: usize, f: impl FnMut(Item<M>)) -> bool {
        let len = self.len();
        self.remove_range(len.saturating_sub(max)..len, f);
        self.is_empty()
    }

    /// The elements at these ranks, those beyond the end excepted, from either side.
    pub fn range(&self, ranks: ops::Range<usize>) -> Range<'_, M> {
        Range::new(self, ranks)
    }

    /// All elements in order.
    pub fn iter(&self) -> Range<'_, M> {
        self.range(0..self.len())
    }

    /// Bytes on the heap, as the allocator rounds them. Takes time in proportion to the inner nodes.
    pub fn allocated_bytes(&self) -> usize {
        match &self.0 {
            Form::Flat(items) if items.capacity() == 0 => 0,
            Form::Flat(items) => size_class(items.capacity() * size_of::<Item<M>>()),
            Form::Tree(tree) => tree.root.nodes() * size_class(size_of::<Node<M>>()),
        }
    }
}

impl<'a, M: Member> IntoIterator for &'a Ordered<M> {
    type Item = Item<M>;
    type IntoIter = Range<'a, M>;

    fn into_iter(self) -> Range<'a, M> {
        self.iter()
    }
}

impl<M: Member> Tree<M> {
    fn insert(&mut self, rank: usize, item: Item<M>) {
        assert!(self.len < u32::MAX as usize, "inner nodes count in 32 bits");
        if let Some(right) = self.root.insert(rank, item, rank == 0, rank == self.len) {
            let left = Box::new(std::mem::replace(&mut *self.root, Node::leaf_of(&[item])));
            *self.root = Node::Inner(Inner::pair(left, right));
        }
        self.len += 1;
    }

    /// Takes away roots of one child; the remaining elements if they are few enough for an array.
    fn settle(&mut self) -> Option<Vec<Item<M>>> {
        loop {
            match &mut *self.root {
                Node::Leaf(leaf) => return Some(leaf.items().to_vec()),
                Node::Inner(inner) => match inner.take_only_child() {
                    Some(child) => self.root = child,
                    None if inner.len() == 0 => return Some(Vec::new()),
                    None => return None,
                },
            }
        }
    }
}

//! The nodes of the tree, which know ranks and nothing of order.
//!
//! Arrays are filled to `len`; what lies beyond are copies of elements that may be gone, and are never looked at. The
//! `firsts` of an inner node always equal the first elements below its children, so that they never outlive a member.

use super::{Item, Member};

/// Elements in a leaf: with its header that is 1,024 bytes, a size class of jemalloc.
pub const LEAF_MAX: usize = 63;

/// Children of an inner node, for the same size.
const CHILDREN_MAX: usize = 36;

const _: () = assert!(size_of::<Node<u64>>() == 1024);

/// What every node of the tree can do to even out with a neighbour.
trait Shelf {
    const MAX: usize;
    fn len(&self) -> usize;
    /// Moves the last `n` of `left` before the first of `self`.
    fn take_from_left(&mut self, left: &mut Self, n: usize);
    /// Moves the first `n` of `right` after the last of `self`.
    fn take_from_right(&mut self, right: &mut Self, n: usize);

    /// Evens out two neighbours; true if `right` is empty now and is to go. Two that fill three quarters of a node
    /// become one, others share evenly: either way it takes many changes until the next time.
    fn settle(&mut self, right: &mut Self) -> bool {
        let total = self.len() + right.len();
        if total <= Self::MAX / 4 * 3 {
            self.take_from_right(right, right.len());
            return true;
        }
        let half = total / 2;
        if self.len() < half {
            self.take_from_right(right, half - self.len());
        } else {
            right.take_from_left(self, self.len() - half);
        }
        false
    }
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "with handles of 8 bytes both take the same size class")]
pub enum Node<M> {
    Leaf(Leaf<M>),
    Inner(Inner<M>),
}

#[derive(Debug)]
pub struct Leaf<M> {
    len: u16,
    items: [Item<M>; LEAF_MAX],
}

#[derive(Debug)]
pub struct Inner<M> {
    len: u16,
    /// Elements below each child.
    counts: [u32; CHILDREN_MAX],
    firsts: [Item<M>; CHILDREN_MAX],
    children: [Option<Box<Node<M>>>; CHILDREN_MAX],
}

impl<M: Member> Leaf<M> {
    fn of(items: &[Item<M>]) -> Self {
        let mut leaf = Self { len: items.len() as u16, items: [items[0]; LEAF_MAX] };
        leaf.items[..items.len()].copy_from_slice(items);
        leaf
    }

    #[inline]
    pub(super) fn items(&self) -> &[Item<M>] {
        &self.items[..usize::from(self.len)]
    }

    fn insert_at(&mut self, at: usize, item: Item<M>) {
        let len = self.len();
        self.items.copy_within(at..len, at + 1);
        self.items[at] = item;
        self.len += 1;
    }

    /// Cuts off everything from `at` on.
    fn split_off(&mut self, at: usize) -> Self {
        let right = Self::of(&self.items()[at..]);
        self.len = at as u16;
        right
    }

    /// Inserts, and splits if full: in the middle, but at the end of the whole order only the new element moves on,
    /// since ascending and descending insertions would otherwise leave every leaf half empty.
    fn insert(&mut self, at: usize, item: Item<M>, lowest: bool, highest: bool) -> Option<Self> {
        if self.len() < LEAF_MAX {
            self.insert_at(at, item);
            return None;
        }
        if highest {
            return Some(Self::of(&[item]));
        }
        if lowest {
            return Some(std::mem::replace(self, Self::of(&[item])));
        }
        let half = LEAF_MAX.div_ceil(2);
        let mut right = self.split_off(half);
        if at <= half {
            self.insert_at(at, item);
        } else {
            right.insert_at(at - half, item);
        }
        Some(right)
    }

    fn remove(&mut self, at: usize, max: usize, f: &mut impl FnMut(Item<M>)) -> usize {
        let len = self.len();
        let end = len.min(at.saturating_add(max));
        self.items[at..end].iter().copied().for_each(f);
        self.items.copy_within(end..len, at);
        self.len = (len - (end - at)) as u16;
        end - at
    }
}

impl<M: Member> Shelf for Leaf<M> {
    const MAX: usize = LEAF_MAX;

    #[inline]
    fn len(&self) -> usize {
        usize::from(self.len)
    }

    fn take_from_left(&mut self, left: &mut Self, n: usize) {
        let (own, rest) = (self.len(), left.len() - n);
        self.items.copy_within(..own, n);
        self.items[..n].copy_from_slice(&left.items()[rest..]);
        left.len = rest as u16;
        self.len = (own + n) as u16;
    }

    fn take_from_right(&mut self, right: &mut Self, n: usize) {
        let own = self.len();
        self.items[own..own + n].copy_from_slice(&right.items()[..n]);
        right.remove(0, n, &mut |_| ());
        self.len = (own + n) as u16;
    }
}

impl<M: Member> Inner<M> {
    fn empty(filler: Item<M>) -> Self {
        Self {
            len: 0,
            counts: [0; CHILDREN_MAX],
            firsts: [filler; CHILDREN_MAX],
            children: [const { None }; CHILDREN_MAX],
        }
    }

    /// A node above two.
    pub(super) fn pair(left: Box<Node<M>>, right: Box<Node<M>>) -> Self {
        let mut inner = Self::empty(left.first());
        inner.insert_child(0, left);
        inner.insert_child(1, right);
        inner
    }

    /// Children of this node.
    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// The first element below each child.
    #[inline]
    pub(super) fn firsts(&self) -> &[Item<M>] {
        &self.firsts[..self.len()]
    }

    #[inline]
    pub(super) fn child(&self, at: usize) -> &Node<M> {
        self.children[at].as_deref().expect("a node has all its children")
    }

    #[inline]
    fn child_mut(&mut self, at: usize) -> &mut Node<M> {
        self.children[at].as_deref_mut().expect("a node has all its children")
    }

    /// Elements below the children before `at`.
    #[inline]
    pub(super) fn count_before(&self, at: usize) -> usize {
        self.counts[..at].iter().map(|&count| count as usize).sum()
    }

    fn count(&self) -> usize {
        self.count_before(self.len())
    }

    /// The child that has the element at `rank`, or whose end is there if no child has it, and the elements before it.
    #[inline]
    pub(super) fn child_with(&self, rank: usize) -> (usize, usize) {
        let (mut before, mut child) = (0, 0);
        while child + 1 < self.len() && before + self.counts[child] as usize <= rank {
            before += self.counts[child] as usize;
            child += 1;
        }
        (child, before)
    }

    /// Brings up to date what is noted about a child that is not empty.
    fn note(&mut self, at: usize) {
        let child = self.child(at);
        let (count, first) = (child.count() as u32, child.first());
        self.counts[at] = count;
        self.firsts[at] = first;
    }

    fn insert_child(&mut self, at: usize, child: Box<Node<M>>) {
        let len = self.len();
        self.counts.copy_within(at..len, at + 1);
        self.firsts.copy_within(at..len, at + 1);
        self.children[at..=len].rotate_right(1);
        self.children[at] = Some(child);
        self.len += 1;
        self.note(at);
    }

    fn remove_child(&mut self, at: usize) {
        let len = self.len();
        self.counts.copy_within(at + 1..len, at);
        self.firsts.copy_within(at + 1..len, at);
        self.children[at..len].rotate_left(1);
        self.children[len - 1] = None;
        self.len -= 1;
    }

    /// The child of a root that has no other.
    pub(super) fn take_only_child(&mut self) -> Option<Box<Node<M>>> {
        if self.len != 1 {
            return None;
        }
        self.len = 0;
        self.children[0].take()
    }

    fn insert(&mut self, rank: usize, item: Item<M>, lowest: bool, highest: bool) -> Option<Self> {
        // A rank between two children goes to the end of the former, except past the last, where it is the only one.
        let (at, before) = match rank.checked_sub(1) {
            Some(left) => self.child_with(left),
            None => (0, 0),
        };
        let split = self.child_mut(at).insert(rank - before, item, lowest, highest);
        self.counts[at] += 1;
        if rank == before {
            self.firsts[at] = item;
        }
        let right = split?;
        self.note(at);
        if self.len() < CHILDREN_MAX {
            self.insert_child(at + 1, right);
            return None;
        }
        let cut = if highest {
            CHILDREN_MAX - 1
        } else if lowest {
            1
        } else {
            CHILDREN_MAX / 2
        };
        let mut upper = Self::empty(item);
        let moved = self.len() - cut;
        upper.take_from_left(self, moved);
        if at < cut {
            self.insert_child(at + 1, right);
        } else {
            upper.insert_child(at + 1 - cut, right);
        }
        Some(upper)
    }

    fn remove(&mut self, rank: usize, max: usize, f: &mut impl FnMut(Item<M>)) -> usize {
        let (at, before) = self.child_with(rank);
        let child = self.child_mut(at);
        let removed = child.remove(rank - before, max, f);
        if child.is_empty() {
            self.remove_child(at);
            return removed;
        }
        let sparse = child.is_sparse();
        self.counts[at] -= removed as u32;
        if rank == before {
            self.firsts[at] = self.child(at).first();
        }
        if sparse && self.len() > 1 {
            self.settle_children(at.saturating_sub(1));
        }
        removed
    }

    /// Evens out the children `left` and `left + 1`.
    fn settle_children(&mut self, left: usize) {
        let [Some(a), Some(b)] = &mut self.children[left..left + 2] else {
            unreachable!("a node has all its children");
        };
        let merged = match (&mut **a, &mut **b) {
            (Node::Leaf(a), Node::Leaf(b)) => a.settle(b),
            (Node::Inner(a), Node::Inner(b)) => a.settle(b),
            _ => unreachable!("all leaves are at one depth"),
        };
        self.note(left);
        if merged {
            self.remove_child(left + 1);
        } else {
            self.note(left + 1);
        }
    }
}

impl<M: Member> Shelf for Inner<M> {
    const MAX: usize = CHILDREN_MAX;

    #[inline]
    fn len(&self) -> usize {
        self.len()
    }

    fn take_from_left(&mut self, left: &mut Self, n: usize) {
        let (own, all) = (self.len(), left.len());
        let rest = all - n;
        self.counts.copy_within(..own, n);
        self.firsts.copy_within(..own, n);
        self.children[..own + n].rotate_right(n);
        self.counts[..n].copy_from_slice(&left.counts[rest..all]);
        self.firsts[..n].copy_from_slice(&left.firsts[rest..all]);
        self.children[..n].swap_with_slice(&mut left.children[rest..all]);
        left.len = rest as u16;
        self.len = (own + n) as u16;
    }

    fn take_from_right(&mut self, right: &mut Self, n: usize) {
        let (own, all) = (self.len(), right.len());
        self.counts[own..own + n].copy_from_slice(&right.counts[..n]);
        self.firsts[own..own + n].copy_from_slice(&right.firsts[..n]);
        self.children[own..own + n].swap_with_slice(&mut right.children[..n]);
        right.counts.copy_within(n..all, 0);
        right.firsts.copy_within(n..all, 0);
        right.children[..all].rotate_left(n);
        right.len = (all - n) as u16;
        self.len = (own + n) as u16;
    }
}

impl<M: Member> Node<M> {
    /// A leaf of these elements, of which there is at least one.
    pub(super) fn leaf_of(items: &[Item<M>]) -> Self {
        Self::Leaf(Leaf::of(items))
    }

    /// Inserts at `rank`; the upper half if the node had to split. `lowest` and `highest` say that the rank is the first
    /// or the last of the whole tree.
    pub(super) fn insert(
        &mut self,
        rank: usize,
        item: Item<M>,
        lowest: bool,
        highest: bool,
    ) -> Option<Box<Self>> {
        match self {
            Self::Leaf(leaf) => leaf.insert(rank, item, lowest, highest).map(Self::Leaf),
            Self::Inner(inner) => inner.insert(rank, item, lowest, highest).map(Self::Inner),
        }
        .map(Box::new)
    }

    /// Takes out up to `max` elements from `rank` on, all from one leaf; returns how many.
    pub(super) fn remove(&mut self, rank: usize, max: usize, f: &mut impl FnMut(Item<M>)) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.remove(rank, max, f),
            Self::Inner(inner) => inner.remove(rank, max, f),
        }
    }

    /// Sets the score of the element at `rank`, whose order does not change by it.
    pub(super) fn rescore(&mut self, rank: usize, score: f64) {
        match self {
            Self::Leaf(leaf) => leaf.items[rank].score = score,
            Self::Inner(inner) => {
                let (at, before) = inner.child_with(rank);
                inner.child_mut(at).rescore(rank - before, score);
                if rank == before {
                    inner.firsts[at].score = score;
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.len == 0,
            Self::Inner(inner) => inner.len == 0,
        }
    }

    /// Whether the node is less than a third full, and should even out with a neighbour.
    fn is_sparse(&self) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.len() < LEAF_MAX / 3,
            Self::Inner(inner) => inner.len() < CHILDREN_MAX / 3,
        }
    }

    /// Elements at or below a node.
    fn count(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.len(),
            Self::Inner(inner) => inner.count(),
        }
    }

    /// The first element at or below a node that is not empty.
    fn first(&self) -> Item<M> {
        match self {
            Self::Leaf(leaf) => leaf.items[0],
            Self::Inner(inner) => inner.firsts[0],
        }
    }

    /// Nodes from this one down.
    pub(super) fn nodes(&self) -> usize {
        match self {
            Self::Leaf(_) => 1,
            Self::Inner(inner) => match inner.child(0) {
                Self::Leaf(_) => 1 + inner.len(),
                Self::Inner(_) => 1 + (0..inner.len()).map(|at| inner.child(at).nodes()).sum::<usize>(),
            },
        }
    }

    /// Checks the invariants; returns the height.
    #[cfg(test)]
    pub(super) fn check(&self) -> usize {
        let Self::Inner(inner) = self else {
            assert!(!self.is_empty());
            return 0;
        };
        let mut heights = Vec::new();
        for at in 0..inner.len() {
            let child = inner.child(at);
            heights.push(child.check());
            assert_eq!(inner.counts[at] as usize, child.count());
            let first = child.first();
            assert!(inner.firsts[at].compare(first.score, first.member.bytes()).is_eq());
        }
        assert!(inner.children[inner.len()..].iter().all(Option::is_none));
        assert!(heights.iter().all(|height| *height == heights[0]));
        heights[0] + 1
    }
}

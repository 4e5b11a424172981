//! The directory of a table that outgrew one segment.
//!
//! Invariants: `slots` has 2^depth entries. A branch of local depth d holds exactly the elements whose order begins with
//! its d-bit prefix, and the 2^(depth - d) consecutive slots of that prefix, and no others, point at it. `branches` has
//! no holes.

use super::super::hash::{ORDER_BITS, scan_order};
use super::super::size_class::size_class;
use super::segment::{Room, SEGMENT_MAX, Segment};
use std::marker::PhantomData;

/// Two sibling segments merge when together they have at most this many elements: half of what makes one split.
const MERGE_MAX: usize = SEGMENT_MAX / 2;

/// The deepest directory: 2^28 slots stand for about 10^11 elements.
const DEPTH_MAX: u32 = 28;

/// The directory doubles only while it has fewer slots per branch than this. Hashes that spread do not come near it; ones
/// that agree in many bits make their segment grow instead of the directory.
const SLOTS_PER_BRANCH_MAX: usize = 16;

const _: () = assert!(DEPTH_MAX < ORDER_BITS && DEPTH_MAX < u32::BITS);

#[derive(Debug)]
pub struct Directory<T, S> {
    /// Elements in all branches.
    pub(super) len: usize,
    /// Bits of the order that index `slots`.
    pub(super) depth: u32,
    /// Branches whose local depth is `depth`.
    at_depth: u32,
    /// Branches whose local depth is `depth - 1`.
    below_depth: u32,
    /// Branches at the end of `branches` that `drain` has emptied.
    drained: u32,
    slots: Vec<u32>,
    pub(super) branches: Vec<Branch<S>>,
    elements: PhantomData<T>,
}

/// A segment and the range of orders that it holds.
#[derive(Debug)]
pub struct Branch<S> {
    pub(super) segment: S,
    /// The first `depth` bits of its elements' orders.
    prefix: u32,
    depth: u32,
}

impl<S> Branch<S> {
    /// The first order beyond this branch.
    pub(super) fn end(&self) -> u64 {
        (u64::from(self.prefix) + 1) << (ORDER_BITS - self.depth)
    }
}

impl<T, S: Segment<T>> Directory<T, S> {
    /// A directory of one branch, which holds everything.
    pub(super) fn new(segment: S) -> Self {
        let len = segment.len();
        let mut branches = Vec::with_capacity(2);
        branches.push(Branch { segment, prefix: 0, depth: 0 });
        Self {
            len,
            depth: 0,
            at_depth: 1,
            below_depth: 0,
            drained: 0,
            slots: vec![0],
            branches,
            elements: PhantomData,
        }
    }

    #[inline]
    fn index(&self, order: u64) -> usize {
        self.slots[(order >> (ORDER_BITS - self.depth)) as usize] as usize
    }

    #[inline]
    pub(super) fn segment(&self, hash: u64) -> &S {
        &self.branch_at(scan_order(hash)).segment
    }

    /// The branch that holds the elements of this order.
    #[inline]
    pub(super) fn branch_at(&self, order: u64) -> &Branch<S> {
        &self.branches[self.index(order)]
    }

    #[inline]
    pub(super) fn segment_mut(&mut self, hash: u64) -> &mut S {
        let index = self.index(scan_order(hash));
        &mut self.branches[index].segment
    }

    /// The segment for an insertion, and the count to raise with it.
    #[inline]
    pub(super) fn segment_and_len_mut(&mut self, hash: u64) -> (&mut S, &mut usize) {
        let index = self.index(scan_order(hash));
        self.drained = 0;
        (&mut self.branches[index].segment, &mut self.len)
    }

    /// Makes room for one element with this hash.
    pub(super) fn grow(&mut self, hash: u64, hasher: &impl Fn(&T) -> u64) {
        loop {
            let index = self.index(scan_order(hash));
            let segment = &mut self.branches[index].segment;
            if segment.has_room() || segment.grow(hasher) == Room::Made {
                return;
            }
            if !self.split(index, hasher) {
                return self.branches[index].segment.overgrow(hasher);
            }
        }
    }

    /// Splits a branch in two by the next bit of the order; false if the directory must not grow for it.
    fn split(&mut self, index: usize, hasher: &impl Fn(&T) -> u64) -> bool {
        if self.branches[index].depth == self.depth && !self.double() {
            return false;
        }
        let branch = &mut self.branches[index];
        let bit = ORDER_BITS - 1 - branch.depth;
        let half = branch.segment.len() / 2;
        let mut low = S::for_about(half);
        let mut high = S::for_about(half);
        let mut old = std::mem::replace(&mut branch.segment, S::new());
        let len = old.len();
        old.drain(len, &mut |value| {
            let hash = hasher(&value);
            let side = if scan_order(hash) >> bit & 1 == 0 { &mut low } else { &mut high };
            side.insert_unique(hash, value, hasher);
        });
        low.shrink_if_sparse(hasher);
        high.shrink_if_sparse(hasher);

        let depth = branch.depth + 1;
        let prefix = branch.prefix << 1;
        *branch = Branch { segment: low, prefix, depth };
        self.branches.push(Branch { segment: high, prefix: prefix | 1, depth });
        self.drained = 0;
        self.point_slots_at(self.branches.len() - 1);
        self.count_depth(depth - 1, -1);
        self.count_depth(depth, 2);
        true
    }

    /// Twice as many slots; false if there are many for the branches already.
    fn double(&mut self) -> bool {
        if self.depth == DEPTH_MAX || self.slots.len() >= SLOTS_PER_BRANCH_MAX * self.branches.len() {
            return false;
        }
        self.slots = self.slots.iter().flat_map(|&index| [index, index]).collect();
        self.depth += 1;
        self.below_depth = self.at_depth;
        self.at_depth = 0;
        true
    }

    fn point_slots_at(&mut self, index: usize) {
        let Branch { prefix, depth, .. } = self.branches[index];
        let shift = self.depth - depth;
        let first = (prefix as usize) << shift;
        self.slots[first..first + (1 << shift)].fill(index as u32);
    }

    fn count_depth(&mut self, depth: u32, change: i32) {
        if depth == self.depth {
            self.at_depth = self.at_depth.wrapping_add_signed(change);
        } else if depth + 1 == self.depth {
            self.below_depth = self.below_depth.wrapping_add_signed(change);
        }
    }

    #[inline]
    pub(super) fn remove(
        &mut self,
        hash: u64,
        eq: impl FnMut(&T) -> bool,
        hasher: &impl Fn(&T) -> u64,
    ) -> Option<T> {
        let index = self.index(scan_order(hash));
        let segment = &mut self.branches[index].segment;
        let value = segment.remove(hash, eq, hasher)?;
        self.len -= 1;
        if segment.len() <= MERGE_MAX {
            self.merge(index, hasher);
        }
        Some(value)
    }

    /// Merges a branch with its sibling while the two are small.
    fn merge(&mut self, mut index: usize, hasher: &impl Fn(&T) -> u64) {
        while let Some(other) = self.sibling_to_merge(index) {
            let depth = self.branches[index].depth;
            // Point the larger one at both ranges, then take the smaller one out: what is last takes its place.
            let (into, from) = if self.branches[index].segment.len() >= self.branches[other].segment.len() {
                (index, other)
            } else {
                (other, index)
            };
            let smaller = std::mem::replace(&mut self.branches[from].segment, S::new());
            let branch = &mut self.branches[into];
            branch.segment.absorb(smaller, hasher);
            branch.segment.shrink_if_sparse(hasher);
            branch.prefix >>= 1;
            branch.depth -= 1;
            self.point_slots_at(into);
            self.count_depth(depth, -2);
            self.count_depth(depth - 1, 1);
            index = self.take_out(from, into);
            self.drained = 0;
        }
        while self.at_depth == 0 && self.below_depth == 0 && self.depth > 1 {
            self.halve();
        }
    }

    fn sibling_to_merge(&self, index: usize) -> Option<usize> {
        let branch = &self.branches[index];
        if branch.depth == 0 {
            return None;
        }
        let other = self.slots[((branch.prefix ^ 1) as usize) << (self.depth - branch.depth)] as usize;
        let sibling = &self.branches[other];
        let fits = branch.segment.len() + sibling.segment.len() <= MERGE_MAX;
        (sibling.depth == branch.depth && fits).then_some(other)
    }

    /// Removes a branch that no slot points at any more; returns where the branch `kept` is afterwards.
    fn take_out(&mut self, index: usize, kept: usize) -> usize {
        self.branches.swap_remove(index);
        let moved = self.branches.len();
        if index < moved {
            self.point_slots_at(index);
        }
        if self.branches.len() < self.branches.capacity() / 4 {
            self.branches.shrink_to(self.branches.len() * 2);
        }
        if kept == moved { index } else { kept }
    }

    /// Half as many slots. Only called when two levels are unused, so that the next split does not double them again.
    fn halve(&mut self) {
        self.slots = self.slots.iter().copied().step_by(2).collect();
        self.depth -= 1;
        self.at_depth = self.below_depth;
        let below = self.depth - 1;
        self.below_depth = self.branches.iter().filter(|branch| branch.depth == below).count() as u32;
    }

    /// The segment of a directory that has one branch left and is to go.
    #[inline]
    pub(super) fn take_last_segment(&mut self) -> Option<S> {
        if self.branches.len() > 1 {
            return None;
        }
        self.branches.pop().map(|branch| branch.segment)
    }

    /// Takes out up to `max` elements, from the last branch to the first, and frees the branches' memory on the way.
    pub(super) fn drain(&mut self, max: usize, f: &mut impl FnMut(T)) {
        let mut left = max;
        while left > 0 && (self.drained as usize) < self.branches.len() {
            let last = self.branches.len() - 1 - self.drained as usize;
            let segment = &mut self.branches[last].segment;
            let taken = segment.drain(left, f);
            left -= taken;
            self.len -= taken;
            if segment.len() == 0 {
                *segment = S::new();
                self.drained += 1;
            }
        }
    }

    /// Bytes of the directory itself, without its segments' own.
    pub(super) fn allocated_bytes(&self) -> usize {
        size_class(size_of::<Self>())
            + size_class(self.slots.capacity() * size_of::<u32>())
            + size_class(self.branches.capacity() * size_of::<Branch<S>>())
    }

    /// Walks everything and checks the invariants.
    #[cfg(test)]
    pub(super) fn check(&self, hasher: &impl Fn(&T) -> u64) {
        assert_eq!(self.slots.len(), 1 << self.depth);
        assert!(self.branches.len() > 1);
        let mut covered = 0;
        for (index, branch) in self.branches.iter().enumerate() {
            assert!(branch.depth <= self.depth);
            let shift = self.depth - branch.depth;
            let first = (branch.prefix as usize) << shift;
            assert!(self.slots[first..first + (1 << shift)].iter().all(|&slot| slot as usize == index));
            covered += 1 << shift;
            for value in branch.segment.iter() {
                assert_eq!(
                    scan_order(hasher(value)) >> (ORDER_BITS - branch.depth),
                    u64::from(branch.prefix)
                );
            }
        }
        assert_eq!(covered, self.slots.len());
        assert_eq!(self.len, self.branches.iter().map(|branch| branch.segment.len()).sum::<usize>());
        let at = |depth| self.branches.iter().filter(|branch| branch.depth == depth).count();
        assert_eq!(self.at_depth as usize, at(self.depth));
        assert_eq!(self.below_depth as usize, at(self.depth - 1));
    }
}

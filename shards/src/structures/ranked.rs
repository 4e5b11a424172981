//! Members with scores, found by member (a hash table) and by score or rank (an ordered index).
//!
//! Invariant: the order holds one handle for each block in the table and no other, with the score in the block; only
//! [`Ranked::drain_step`] lets the order run ahead, so that a handle never outlives its block.

use std::iter::FusedIterator;
use std::ops;

use smallvec::SmallVec;

use super::hash::{HashSeed, scan_order};
use super::ordered::{self, Member, Ordered};
use super::random::Rng;
use super::same::same;
use super::scored::{Handle, Scored};
use super::table::Table;

/// Elements that `remove_range` takes out of the order before it frees them.
const REMOVE_BATCH: usize = 64;

/// The large form of a sorted set. Methods that hash take the seed, which must always be the same.
#[derive(Debug, Default)]
pub struct Ranked {
    order: Ordered<Handle>,
    table: Table<Scored>,
    /// Bytes of all blocks together.
    blocks_bytes: usize,
}

impl Ranked {
    /// Without members; allocates nothing.
    pub fn new() -> Self {
        Self { order: Ordered::new(), table: Table::new(), blocks_bytes: 0 }
    }

    /// Members.
    #[inline]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    #[inline]
    fn find(&self, member: &[u8], seed: &HashSeed) -> Option<&Scored> {
        self.table.find(seed.hash(member), |scored| same(scored.bytes(), member))
    }

    /// Asks the processor for where the lookup of a member with this hash begins.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        self.table.prefetch(hash);
    }

    /// Asks for the member that the lookup most likely finds.
    #[inline]
    pub fn prefetch_member(&self, hash: u64) {
        self.table.prefetch_element(hash, Scored::address);
    }

    /// The score of a member.
    #[inline]
    pub fn score(&self, member: &[u8], seed: &HashSeed) -> Option<f64> {
        self.find(member, seed).map(Scored::score)
    }

    /// Adds a member or changes its score, or leaves all as it is: `decide` gets the present score and says which score
    /// it is to be, if any, and what to return. A score must not be NaN.
    pub fn update<R>(
        &mut self,
        member: &[u8],
        seed: &HashSeed,
        decide: impl FnOnce(Option<f64>) -> (Option<f64>, R),
    ) -> R {
        let hash = seed.hash(member);
        let Some(scored) = self.table.find_mut(hash, |scored| same(scored.bytes(), member)) else {
            let (new, answer) = decide(None);
            if let Some(new) = new {
                let hasher = |scored: &Scored| seed.hash(scored.bytes());
                let scored = self.table.insert_unique(hash, Scored::new(new, member), hasher);
                self.blocks_bytes += scored.allocated_bytes();
                // SAFETY: the table keeps the block for as long as the order has the handle.
                let handle = unsafe { scored.handle() };
                self.order.insert(new, handle);
            }
            return answer;
        };
        let old = scored.score();
        let (new, answer) = decide(Some(old));
        if let Some(new) = new {
            // SAFETY: as above.
            let handle = unsafe { scored.handle() };
            move_in_order(&mut self.order, old, new, handle);
            scored.set_score(new);
        }
        answer
    }

    /// Takes out a member; its score.
    pub fn remove(&mut self, member: &[u8], seed: &HashSeed) -> Option<f64> {
        let hasher = |scored: &Scored| seed.hash(scored.bytes());
        let scored = self.table.remove(seed.hash(member), |scored| same(scored.bytes(), member), hasher)?;
        self.blocks_bytes -= scored.allocated_bytes();
        let removed = self.order.remove(scored.score(), scored.bytes());
        assert!(
            removed.is_some_and(|item| scored.is(item.member)),
            "the order has every member of the table"
        );
        Some(scored.score())
    }

    /// The rank of a member, counted from the lowest, and its score.
    pub fn rank(&self, member: &[u8], seed: &HashSeed) -> Option<(usize, f64)> {
        let score = self.score(member, seed)?;
        Some((self.order.rank(score, member)?, score))
    }

    /// How many members `below` holds for, which must be the lowest ones.
    pub fn partition_point(&self, mut below: impl FnMut(&[u8], f64) -> bool) -> usize {
        self.order.partition_point(|item| below(item.member.bytes(), item.score))
    }

    /// The members at these ranks and their scores, from either side.
    pub fn range(&self, ranks: ops::Range<usize>) -> Range<'_> {
        Range(self.order.range(ranks))
    }

    /// Takes out the members at these ranks, in order.
    pub fn remove_range(
        &mut self,
        ranks: ops::Range<usize>,
        seed: &HashSeed,
        mut removed: impl FnMut(&[u8], f64),
    ) {
        let mut left = ranks.end.min(self.len()).saturating_sub(ranks.start);
        while left > 0 {
            // First out of the order, then out of the table: so no handle is left behind, whatever `removed` does.
            let mut batch = SmallVec::<[Handle; REMOVE_BATCH]>::new();
            let take = left.min(REMOVE_BATCH);
            self.order.remove_range(ranks.start..ranks.start + take, |item| batch.push(item.member));
            left -= take;
            batch.iter().for_each(Handle::prefetch);
            let hashes: SmallVec<[u64; REMOVE_BATCH]> =
                batch.iter().map(|handle| seed.hash(handle.bytes())).collect();
            hashes.iter().for_each(|hash| self.table.prefetch(*hash));
            for (handle, hash) in batch.into_iter().zip(hashes) {
                let hasher = |scored: &Scored| seed.hash(scored.bytes());
                let scored = self
                    .table
                    .remove(hash, |scored| scored.is(handle), hasher)
                    .expect("the table has every member of the order");
                self.blocks_bytes -= scored.allocated_bytes();
                removed(scored.bytes(), scored.score());
            }
        }
    }

    /// A random member; each is equally likely.
    pub fn sample(&self, rng: &mut Rng) -> Option<&Scored> {
        self.table.sample(rng)
    }

    /// All members, without order.
    pub fn members(&self) -> &Table<Scored> {
        &self.table
    }

    /// Visits about `count` members from `cursor` on, as [`Table::scan`] does.
    pub fn scan(
        &self,
        cursor: u64,
        count: usize,
        seed: &HashSeed,
        mut visit: impl FnMut(&[u8], f64),
    ) -> Option<u64> {
        let order_of = |scored: &Scored| scan_order(seed.hash(scored.bytes()));
        self.table.scan(cursor, count, order_of, |scored| visit(scored.bytes(), scored.score()))
    }

    /// Frees up to `max` elements, of the order first and then of the table; true when nothing is left. From the first
    /// step on the members are no longer in order, and nothing but further steps makes sense.
    pub fn drain_step(&mut self, max: usize) -> bool {
        let before = self.order.len();
        if !self.order.drain_step(max, |_| ()) {
            return false;
        }
        let blocks_bytes = &mut self.blocks_bytes;
        self.table.drain_step(max - before.min(max), |scored| *blocks_bytes -= scored.allocated_bytes())
    }

    /// Bytes on the heap. Takes time in proportion to the segments of the table and the inner nodes of the order.
    pub fn allocated_bytes(&self) -> usize {
        self.blocks_bytes + self.table.allocated_bytes() + self.order.allocated_bytes()
    }
}

/// Gives an element of the order another score.
fn move_in_order(order: &mut Ordered<Handle>, old: f64, new: f64, handle: Handle) {
    let rank = order.rank(old, handle.bytes()).expect("the order has every member of the table");
    if !order.rescore_in_place(rank, new) {
        order.remove_at(rank);
        order.insert(new, handle);
    }
}

/// Members at consecutive ranks with their scores.
#[derive(Debug)]
pub struct Range<'a>(ordered::Range<'a, Handle>);

impl<'a> Range<'a> {
    fn show(item: ordered::Item<Handle>) -> (&'a [u8], f64) {
        // SAFETY: the `Ranked` that is borrowed for 'a owns the block of every handle in its order.
        (unsafe { item.member.bytes_for() }, item.score)
    }
}

impl<'a> Iterator for Range<'a> {
    type Item = (&'a [u8], f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(Self::show)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.0.nth(n).map(Self::show)
    }
}

impl DoubleEndedIterator for Range<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(Self::show)
    }
}

impl ExactSizeIterator for Range<'_> {}
impl FusedIterator for Range<'_> {}

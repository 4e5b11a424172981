//! The sorted set type: a listpack of members and scores in order, or a hash table with an ordered index; it becomes the
//! latter by the rules of Redis and never goes back by itself.
//!
//! Whatever selects members, by index, score or name, first becomes a range of ranks, counted from the lowest score;
//! [`ZSet::range`] shows it from either side, its length counts it, [`ZSet::remove_range`] removes it.

mod add;
pub mod algebra;
mod bounds;
mod copy;
mod members;
mod pack;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{Limits, Lookup, sampling};
use crate::structures::listpack::{Item, Listpack};
use crate::structures::prefetch::NEAR_MAX;
use crate::structures::random::Rng;
use crate::structures::ranked::Ranked;
use crate::structures::scored::Scored;
use crate::structures::size_class::size_class;
pub use add::{Change, Direction, NotANumber, Presence, Rule};
pub use bounds::{LexBound, LexRange, ScoreBound, ScoreRange};
pub use members::Members;

/// Members, each with a score; in the order of scores, and of the members' bytes where scores are equal.
#[derive(Debug)]
pub struct ZSet(Form);

#[derive(Debug)]
enum Form {
    Pack(Listpack),
    Large(Box<Ranked>),
}

impl Default for ZSet {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> IntoIterator for &'a ZSet {
    type Item = (Item<'a>, f64);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

impl Lookup for ZSet {
    #[inline]
    fn is_far(&self) -> bool {
        matches!(&self.0, Form::Large(ranked) if ranked.len() > NEAR_MAX)
    }

    #[inline]
    fn prefetch_place(&self, element: &[u8], limits: &Limits) -> Option<u64> {
        match &self.0 {
            Form::Pack(pack) => {
                pack.prefetch();
                None
            }
            Form::Large(ranked) => {
                let hash = limits.seed.hash(element);
                ranked.prefetch(hash);
                Some(hash)
            }
        }
    }

    #[inline]
    fn prefetch_element(&self, hash: u64) {
        if let Form::Large(ranked) = &self.0 {
            ranked.prefetch_member(hash);
        }
    }
}

// It stands in a key's entry.
const _: () = assert!(size_of::<ZSet>() == 16);

impl ZSet {
    /// An empty sorted set, without an allocation.
    pub const fn new() -> Self {
        Self(Form::Pack(Listpack::new()))
    }

    /// An empty sorted set in the large form, which finds members in one step however many there are, and shows a score of `-0`,
    /// which the compact form lacks, as Redis shows it. Once they are in,
    /// [`Self::compact`] makes what is small a listpack.
    pub fn large() -> Self {
        Self(Form::Large(Box::default()))
    }

    /// Members.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Pack(pack) => pack.len() / 2,
            Form::Large(ranked) => ranked.len(),
        }
    }

    /// Whether there is no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this is the compact form, a listpack.
    #[inline]
    pub fn is_compact(&self) -> bool {
        matches!(self.0, Form::Pack(_))
    }

    /// What `OBJECT ENCODING` answers. The large form is no skip list, but that is its name.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Pack(_) => "listpack",
            Form::Large(_) => "skiplist",
        }
    }

    /// Bytes on the heap.
    pub fn allocated_bytes(&self) -> usize {
        match &self.0 {
            Form::Pack(pack) => pack.allocated_bytes(),
            Form::Large(ranked) => size_class(size_of::<Ranked>()) + ranked.allocated_bytes(),
        }
    }

    /// Adds a member or changes its score, as far as `rule` allows.
    ///
    /// # Errors
    /// [`NotANumber`] if the score is NaN, or would become it by an increment of one infinity by the other.
    pub fn add(
        &mut self,
        member: &[u8],
        score: f64,
        rule: Rule,
        limits: &Limits,
    ) -> Result<Change, NotANumber> {
        if score.is_nan() {
            return Err(NotANumber);
        }
        let ranked = match &mut self.0 {
            Form::Large(ranked) => ranked,
            Form::Pack(pack) => {
                let found = pack::find(pack, member);
                let (new, answer) = rule.decide(found.map(|(_, present)| present), score);
                let Some(new) = new else { return answer };
                if pack::put(pack, found.map(|(pos, _)| pos), member, new, limits) {
                    return answer;
                }
                self.become_large(limits)
            }
        };
        ranked.update(member, &limits.seed, |present| rule.decide(present, score))
    }

    /// Takes the large form, and keeps it.
    pub fn enlarge(&mut self, limits: &Limits) {
        self.become_large(limits);
    }

    #[cold]
    fn become_large(&mut self, limits: &Limits) -> &mut Ranked {
        if let Form::Pack(pack) = &self.0 {
            let mut ranked = Box::<Ranked>::default();
            for (member, score) in Members::of_pack(pack, 0..pack.len() / 2) {
                ranked.update(member.as_bytes(&mut [0; _]), &limits.seed, |_| (Some(score), ()));
            }
            self.0 = Form::Large(ranked);
        }
        match &mut self.0 {
            Form::Large(ranked) => ranked,
            Form::Pack(_) => unreachable!("it was made large"),
        }
    }

    /// Takes the compact form if the limits allow it: for the result of a ZUNIONSTORE and the like, which Redis stores so.
    pub fn compact(&mut self, limits: &Limits) {
        let Form::Large(ranked) = &self.0 else { return };
        if ranked.len() > limits.encodings.zset_max_listpack_entries {
            return;
        }
        let mut pack = Listpack::new();
        for (member, score) in ranked.range(0..ranked.len()) {
            if !pack::push(&mut pack, member, score, limits) {
                return;
            }
        }
        self.0 = Form::Pack(pack);
    }

    /// The score of a member.
    #[inline]
    pub fn score(&self, member: &[u8], limits: &Limits) -> Option<f64> {
        match &self.0 {
            Form::Pack(pack) => pack::find(pack, member).map(|(_, score)| score),
            Form::Large(ranked) => ranked.score(member, &limits.seed),
        }
    }

    /// Takes out a member; its score, if it was there.
    pub fn remove(&mut self, member: &[u8], limits: &Limits) -> Option<f64> {
        match &mut self.0 {
            Form::Pack(pack) => {
                let (pos, score) = pack::find(pack, member)?;
                pack.remove(pos, 2);
                Some(score)
            }
            Form::Large(ranked) => ranked.remove(member, &limits.seed),
        }
    }

    /// The rank of a member, counted from the lowest, and its score. From the highest it is `len() - 1 - rank`.
    pub fn rank(&self, member: &[u8], limits: &Limits) -> Option<(usize, f64)> {
        match &self.0 {
            Form::Pack(_) => {
                let wanted = Item::canonical(member);
                let mut all = self.iter().enumerate();
                all.find_map(|(rank, (other, score))| other.is_same(&wanted).then_some((rank, score)))
            }
            Form::Large(ranked) => ranked.rank(member, &limits.seed),
        }
    }

    /// How many members `below` holds for, which must be the lowest ones.
    fn partition_point(&self, mut below: impl FnMut(Item<'_>, f64) -> bool) -> usize {
        match &self.0 {
            Form::Pack(_) => self.iter().take_while(|&(member, score)| below(member, score)).count(),
            Form::Large(ranked) => ranked.partition_point(|member, score| below(Item::Bytes(member), score)),
        }
    }

    /// The ranks of the members whose scores are in a range.
    pub fn ranks_by_score(&self, range: ScoreRange) -> Range<usize> {
        let start = self.partition_point(|_, score| range.starts_after(score));
        let end = self.partition_point(|_, score| !range.ends_before(score));
        start..end.max(start)
    }

    /// The ranks of the members that are in a range of names, provided that all scores are equal.
    pub fn ranks_by_lex(&self, range: LexRange<'_>) -> Range<usize> {
        let start = self.partition_point(|member, _| range.starts_after(member));
        let end = self.partition_point(|member, _| !range.ends_before(member));
        start..end.max(start)
    }

    /// The ranks from one index to another, both inclusive; negative ones count from the end, -1 being the last. For
    /// indexes that count from the highest score, [`reversed`](Self::reversed) the result.
    pub fn ranks_by_index(&self, start: i64, stop: i64) -> Range<usize> {
        let len = self.len();
        let index = |index: i64| {
            let magnitude = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
            if index < 0 { len.checked_sub(magnitude) } else { Some(magnitude) }
        };
        let start = index(start).unwrap_or(0).min(len);
        let end = index(stop).map_or(0, |stop| stop.saturating_add(1).min(len));
        start..end.max(start)
    }

    /// Ranks counted from the highest score where they were counted from the lowest, and the other way round. The range
    /// must lie within the set.
    pub fn reversed(&self, ranks: Range<usize>) -> Range<usize> {
        let len = self.len();
        len - ranks.end..len - ranks.start
    }

    /// The members at these ranks with their scores, the lowest first; `rev()` shows the highest first.
    pub fn range(&self, ranks: Range<usize>) -> Members<'_> {
        let end = ranks.end.min(self.len());
        let ranks = ranks.start.min(end)..end;
        match &self.0 {
            Form::Pack(pack) => Members::of_pack(pack, ranks),
            Form::Large(ranked) => Members::of_large(ranked.range(ranks)),
        }
    }

    /// All members with their scores, the lowest first.
    pub fn iter(&self) -> Members<'_> {
        self.range(0..self.len())
    }

    /// Takes out the members at these ranks, the lowest first, and shows them to `removed`.
    pub fn remove_range(
        &mut self,
        ranks: Range<usize>,
        limits: &Limits,
        mut removed: impl FnMut(Item<'_>, f64),
    ) {
        match &mut self.0 {
            Form::Pack(pack) => {
                let end = ranks.end.min(pack.len() / 2);
                let Some(pos) = pack.seek(ranks.start.saturating_mul(2)) else { return };
                Members::of_pack(pack, ranks.start..end.max(ranks.start))
                    .for_each(|(member, score)| removed(member, score));
                pack.remove(pos, 2 * end.saturating_sub(ranks.start));
            }
            Form::Large(ranked) => {
                ranked.remove_range(ranks, &limits.seed, |member, score| removed(Item::Bytes(member), score));
            }
        }
    }

    /// Takes out up to `count` members of the lowest scores, the lowest first.
    pub fn pop_min(&mut self, count: usize, limits: &Limits, popped: impl FnMut(Item<'_>, f64)) {
        self.remove_range(0..count, limits, popped);
    }

    /// Takes out up to `count` members of the highest scores, the highest first.
    pub fn pop_max(&mut self, count: usize, limits: &Limits, mut popped: impl FnMut(Item<'_>, f64)) {
        let keep = self.len() - count.min(self.len());
        self.range(keep..self.len()).rev().for_each(|(member, score)| popped(member, score));
        self.remove_range(keep..self.len(), limits, |_, _| ());
    }

    /// A random member and its score; each is equally likely.
    pub fn random(&self, rng: &mut Rng) -> Option<(Item<'_>, f64)> {
        if self.is_empty() {
            return None;
        }
        match &self.0 {
            Form::Pack(_) => {
                let rank = rng.below(self.len());
                self.range(rank..rank + 1).next()
            }
            Form::Large(ranked) => ranked.sample(rng).map(show),
        }
    }

    /// Shows `count` distinct random members to `visit`, or all if there are no more.
    pub fn random_distinct(&self, count: usize, rng: &mut Rng, mut visit: impl FnMut(Item<'_>, f64)) {
        let visit = |(member, score): (Item<'_>, f64)| visit(member, score);
        match &self.0 {
            Form::Pack(_) => sampling::select(self.iter(), self.len(), count, rng, visit),
            Form::Large(ranked) => visit_drawn(ranked, count, rng, visit),
        }
    }

    /// Shows `count` random members to `visit`, each drawn from all of them, until it fails.
    ///
    /// # Errors
    /// What `visit` failed with.
    pub fn random_repeated<E>(
        &self,
        count: usize,
        rng: &mut Rng,
        mut visit: impl FnMut(Item<'_>, f64) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Form::Pack(_) => sampling::repeat(
                || self.iter(),
                self.len(),
                count,
                rng,
                |(member, score)| visit(member, score),
            ),
            Form::Large(ranked) => {
                sampling::repeat_from_table(ranked.members(), Scored::address, count, rng, |scored| {
                    let (member, score) = show(scored);
                    visit(member, score)
                })
            }
        }
    }

    /// Visits about `count` members from `cursor` on and returns where to go on, 0 at the end; start with 0. Members that
    /// stay throughout are visited exactly once. The compact form is visited at once.
    pub fn scan(
        &self,
        cursor: u64,
        count: usize,
        limits: &Limits,
        mut visit: impl FnMut(Item<'_>, f64),
    ) -> u64 {
        match &self.0 {
            Form::Pack(_) => {
                self.iter().for_each(|(member, score)| visit(member, score));
                0
            }
            Form::Large(ranked) => ranked
                .scan(cursor, count, &limits.seed, |member, score| visit(Item::Bytes(member), score))
                .unwrap_or(0),
        }
    }

    /// Frees up to `max` elements; true when nothing is left. For freeing a large set in pieces: from the first step on,
    /// nothing but further steps makes sense.
    pub fn drain_step(&mut self, max: usize) -> bool {
        if let Form::Large(ranked) = &mut self.0
            && !ranked.drain_step(max)
        {
            return false;
        }
        *self = Self::new();
        true
    }
}

fn show(scored: &Scored) -> (Item<'_>, f64) {
    (Item::Bytes(scored.bytes()), scored.score())
}

fn visit_drawn(ranked: &Ranked, count: usize, rng: &mut Rng, mut visit: impl FnMut((Item<'_>, f64))) {
    sampling::select_from_table(ranked.members(), Scored::address, count, rng, |scored| visit(show(scored)));
}

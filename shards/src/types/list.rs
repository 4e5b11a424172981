//! The list type: one listpack while it is small, a chain of them (Redis's quicklist) from then on.
//!
//! A chain becomes a single listpack again when what is left fits half a block, so that a list around the limit does
//! not change its form with every push and pop.

mod chain;
mod copy;
mod range;
#[cfg(test)]
mod tests;

use chain::{BlockLimit, Chain, remove_equal};
pub use range::Range;

use super::Limits;
use crate::structures::listpack::{Encoded, Item, Listpack};

/// A sequence of byte strings.
#[derive(Debug)]
pub struct List(Form);

#[derive(Debug)]
enum Form {
    Single(Listpack),
    Chain(Box<Chain>),
}

/// The elements from `start` to `stop`, both included and negative ones counted from the end, as Redis reads such a
/// pair; `None` if that is no element. Otherwise `first <= last < len`.
pub fn normalise(start: i64, stop: i64, len: usize) -> Option<(usize, usize)> {
    let len = i64::try_from(len).ok()?;
    let from_end = |index: i64| if index < 0 { index.saturating_add(len).max(-1) } else { index };
    let start = from_end(start).max(0);
    let stop = from_end(stop).min(len - 1);
    (start <= stop).then_some((start as usize, stop as usize))
}

impl List {
    /// An empty list, without an allocation.
    pub const fn new() -> Self {
        Self(Form::Single(Listpack::new()))
    }

    /// Elements.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Single(pack) => pack.len(),
            Form::Chain(chain) => chain.len(),
        }
    }

    /// Whether there is no element.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `OBJECT ENCODING` answers, as of Redis 7.2.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Single(_) => "listpack",
            Form::Chain(_) => "quicklist",
        }
    }

    /// Bytes on the heap; takes time in proportion to the number of blocks.
    pub fn allocated_bytes(&self) -> usize {
        match &self.0 {
            Form::Single(pack) => pack.allocated_bytes(),
            Form::Chain(chain) => chain.allocated_bytes(),
        }
    }

    /// Appends `item`.
    #[inline]
    pub fn push_back(&mut self, item: &[u8], limits: &Limits) {
        let limit = BlockLimit::of(limits);
        match &mut self.0 {
            Form::Single(pack) if limit.keeps_single(pack, item.len()) && limit.admits_one(pack) => {
                pack.push_back(item);
            }
            _ => self.chain().push_back(&Encoded::from(item), limit),
        }
    }

    /// Prepends `item`.
    #[inline]
    pub fn push_front(&mut self, item: &[u8], limits: &Limits) {
        let limit = BlockLimit::of(limits);
        match &mut self.0 {
            Form::Single(pack) if limit.keeps_single(pack, item.len()) && limit.admits_one(pack) => {
                pack.push_front(item);
            }
            _ => self.chain().push_front(&Encoded::from(item), limit),
        }
    }

    /// Shows the first item to `take` and removes it.
    #[inline]
    pub fn pop_front<R>(&mut self, limits: &Limits, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        match &mut self.0 {
            Form::Single(pack) => pack.pop_front(take),
            Form::Chain(chain) => {
                let taken = chain.pop_front(take);
                self.settle(limits);
                taken
            }
        }
    }

    /// Shows the last item to `take` and removes it.
    #[inline]
    pub fn pop_back<R>(&mut self, limits: &Limits, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        match &mut self.0 {
            Form::Single(pack) => pack.pop_back(take),
            Form::Chain(chain) => {
                let taken = chain.pop_back(take);
                self.settle(limits);
                taken
            }
        }
    }

    /// The blocks in order, in two runs.
    fn blocks(&self) -> (&[Listpack], &[Listpack]) {
        match &self.0 {
            Form::Single(pack) => (std::slice::from_ref(pack), &[]),
            Form::Chain(chain) => chain.blocks(),
        }
    }

    /// The listpacks that hold the elements, in order.
    pub fn packs(&self) -> impl Iterator<Item = &Listpack> {
        let (front, back) = self.blocks();
        front.iter().chain(back)
    }

    /// The block and the number in it of the element `index`, which must exist.
    fn locate(&self, index: usize) -> (usize, usize) {
        match &self.0 {
            Form::Single(_) => (0, index),
            Form::Chain(chain) => chain.locate(index),
        }
    }

    /// The element with number `index`, from 0, or from -1 backwards.
    pub fn get(&self, index: i64) -> Option<Item<'_>> {
        self.range(index, index).next()
    }

    /// The elements from `start` to `stop`, both included and negative ones counted from the end.
    #[inline]
    pub fn range(&self, start: i64, stop: i64) -> Range<'_> {
        let Some((first, last)) = normalise(start, stop, self.len()) else { return Range::default() };
        let (block, index) = self.locate(first);
        Range::new(self.blocks(), block, index, last - first + 1)
    }

    /// All elements.
    pub fn iter(&self) -> Range<'_> {
        self.range(0, -1)
    }

    /// All elements from the last to the first.
    pub fn iter_back(&self) -> impl Iterator<Item = Item<'_>> {
        let (front, back) = self.blocks();
        front.iter().chain(back).rev().flat_map(|pack| pack.iter().rev())
    }

    /// The numbers of the elements equal to `item` (LPOS), from the first or from the last element on, looking at no more
    /// than `compared_max` elements.
    pub fn positions(&self, item: &[u8], from_end: bool, compared_max: usize) -> impl Iterator<Item = usize> {
        let wanted = Item::canonical(item);
        let len = self.len();
        let front = (!from_end).then(|| self.iter().enumerate());
        let back =
            from_end.then(|| self.iter_back().enumerate().map(move |(index, item)| (len - 1 - index, item)));
        let front = front.into_iter().flatten().take(compared_max);
        let back = back.into_iter().flatten().take(compared_max);
        front.chain(back).filter(move |(_, item)| item.is_same(&wanted)).map(|(index, _)| index)
    }

    /// Puts `item` in the place of the element with number `index`; false if there is none.
    pub fn set(&mut self, index: i64, item: &[u8], limits: &Limits) -> bool {
        let Some((index, _)) = normalise(index, index, self.len()) else { return false };
        let limit = BlockLimit::of(limits);
        if let Form::Single(pack) = &mut self.0
            && limit.keeps_single(pack, item.len())
            && let Some(pos) = pack.seek(index)
        {
            pack.replace(pos, item);
            return true;
        }
        self.chain().set(index, Encoded::from(item), limit);
        self.settle(limits);
        true
    }

    /// Inserts `item` before or behind the first element equal to `pivot`; false if there is none.
    pub fn insert(&mut self, before: bool, pivot: &[u8], item: &[u8], limits: &Limits) -> bool {
        let limit = BlockLimit::of(limits);
        if let Form::Single(pack) = &mut self.0 {
            let Some(pos) = pack.find(pivot, 1) else { return false };
            if limit.keeps_single(pack, item.len()) && limit.admits_one(pack) {
                if before {
                    pack.insert_before(pos, item);
                } else {
                    pack.insert_after(pos, item);
                }
                return true;
            }
        }
        self.chain().insert(before, &Encoded::from(pivot), Encoded::from(item), limit)
    }

    /// Removes elements equal to `item`: the first `count` ones, the last `-count` ones, or all for 0. Returns how many.
    pub fn remove(&mut self, count: i64, item: &[u8], limits: &Limits) -> usize {
        let max =
            if count == 0 { usize::MAX } else { usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX) };
        let from_end = count < 0;
        let removed = match &mut self.0 {
            Form::Single(pack) => remove_equal(pack, item, max, from_end),
            Form::Chain(chain) => chain.remove(item, max, from_end, BlockLimit::of(limits)),
        };
        self.settle(limits);
        removed
    }

    /// Keeps the elements from `start` to `stop`, both included and negative ones counted from the end.
    pub fn trim(&mut self, start: i64, stop: i64, limits: &Limits) {
        let len = self.len();
        let Some((first, last)) = normalise(start, stop, len) else {
            *self = Self::new();
            return;
        };
        match &mut self.0 {
            Form::Single(pack) => {
                if let Some(end) = pack.seek(last + 1) {
                    pack.remove(end, len - last - 1);
                }
                if let Some(start) = pack.first() {
                    pack.remove(start, first);
                }
            }
            Form::Chain(chain) => {
                chain.remove_back(len - last - 1);
                chain.remove_front(first);
            }
        }
        self.settle(limits);
    }

    /// Frees up to `max` blocks, from the last one on; true when nothing is left. For freeing a large list in pieces.
    pub fn drain_step(&mut self, max: usize) -> bool {
        if let Form::Chain(chain) = &mut self.0
            && !chain.drain_step(max)
        {
            return false;
        }
        *self = Self::new();
        true
    }

    /// The list as a chain, which it becomes if it was a single listpack.
    fn chain(&mut self) -> &mut Chain {
        if let Form::Single(pack) = &mut self.0 {
            self.0 = Form::Chain(Box::new(Chain::of(std::mem::take(pack))));
        }
        match &mut self.0 {
            Form::Chain(chain) => chain,
            Form::Single(_) => unreachable!("it was made a chain"),
        }
    }

    /// Makes a chain with little in it a single listpack again.
    #[inline]
    fn settle(&mut self, limits: &Limits) {
        if limits.encodings.compact_lists
            && let Form::Chain(chain) = &mut self.0
            && let Some(pack) = chain.take_single(BlockLimit::of(limits))
        {
            self.0 = Form::Single(pack);
        }
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = Item<'a>;
    type IntoIter = Range<'a>;

    fn into_iter(self) -> Range<'a> {
        self.iter()
    }
}

impl Default for List {
    fn default() -> Self {
        Self::new()
    }
}

// It stands in a key's entry.
const _: () = assert!(size_of::<List>() == 16);

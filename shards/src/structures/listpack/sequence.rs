//! The operations of a listpack.

use std::fmt;

use super::block::{BLOCK_BYTES_MAX, Block};
use super::encoding::{Encoded, decode, size_at, size_before};
use super::item::Item;
use super::iter::Iter;

/// A sequence of byte strings; those that are canonical decimals are stored, and read, as integers.
pub struct Listpack {
    block: Block,
}

/// Where an element starts, in bytes from the first one. Any change of the sequence makes positions behind it
/// meaningless: using one then panics or names other bytes, and is never unsafe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos(u32);

impl Pos {
    /// The first element, if there is one.
    pub const FIRST: Self = Self(0);

    #[inline]
    const fn at(self) -> usize {
        self.0 as usize
    }
}

impl Listpack {
    /// Most bytes that the elements of one listpack may take.
    pub const BYTES_MAX: usize = BLOCK_BYTES_MAX;

    /// An empty sequence, without an allocation.
    #[inline]
    pub const fn new() -> Self {
        Self { block: Block::new() }
    }

    /// An empty sequence whose elements may grow to `bytes` bytes before it allocates again.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { block: Block::with_capacity(bytes) }
    }

    /// Elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.block.count()
    }

    /// Whether there is no element.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Asks the processor for the first element; reads nothing behind the pointer.
    #[inline]
    pub fn prefetch(&self) {
        self.block.prefetch();
    }

    /// Bytes of all elements together.
    #[inline]
    pub fn bytes(&self) -> usize {
        self.block.len()
    }

    /// The elements as they lie in memory, which is how the listpack specification has them.
    pub fn encoded(&self) -> &[u8] {
        self.block.bytes()
    }

    /// Bytes of the allocation.
    #[inline]
    pub fn allocated_bytes(&self) -> usize {
        self.block.allocated_bytes()
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// The position of the first element.
    #[inline]
    pub fn first(&self) -> Option<Pos> {
        (!self.is_empty()).then_some(Pos::FIRST)
    }

    /// The position of the last element.
    #[inline]
    pub fn last(&self) -> Option<Pos> {
        self.before(self.bytes())
    }

    /// The position behind that of an element.
    #[inline]
    pub fn next(&self, pos: Pos) -> Option<Pos> {
        let data = self.block.bytes();
        self.valid(pos.at() + size_at(&data[pos.at()..]))
    }

    /// The position before that of an element.
    #[inline]
    pub fn prev(&self, pos: Pos) -> Option<Pos> {
        self.before(pos.at())
    }

    #[inline]
    fn valid(&self, at: usize) -> Option<Pos> {
        (at < self.bytes()).then_some(Pos(at as u32))
    }

    #[inline]
    fn before(&self, at: usize) -> Option<Pos> {
        let data = &self.block.bytes()[..at];
        (at > 0).then(|| Pos((at - size_before(data)) as u32))
    }

    /// The position of the element with number `index`, counted from 0, looked for from the nearer end.
    pub fn seek(&self, index: usize) -> Option<Pos> {
        let len = self.len();
        if index >= len {
            return None;
        }
        let data = self.block.bytes();
        let mut at;
        if index <= len / 2 {
            at = 0;
            for _ in 0..index {
                at += size_at(&data[at..]);
            }
        } else {
            at = data.len();
            for _ in index..len {
                at -= size_before(&data[..at]);
            }
        }
        Some(Pos(at as u32))
    }

    /// The item at `pos`.
    #[inline]
    pub fn get(&self, pos: Pos) -> Item<'_> {
        decode(&self.block.bytes()[pos.at()..]).0
    }

    /// The item with number `index`, counted from 0.
    #[inline]
    pub fn nth(&self, index: usize) -> Option<Item<'_>> {
        self.seek(index).map(|pos| self.get(pos))
    }

    /// All items, readable from both ends.
    #[inline]
    pub fn iter(&self) -> Iter<'_> {
        Iter::new(self.block.bytes())
    }

    /// The items from `pos` on.
    #[inline]
    pub fn iter_from(&self, pos: Pos) -> Iter<'_> {
        Iter::new(&self.block.bytes()[pos.at()..])
    }

    /// The items up to and including the one at `pos`, for reading backwards.
    #[inline]
    pub fn iter_to(&self, pos: Pos) -> Iter<'_> {
        let data = self.block.bytes();
        Iter::new(&data[..pos.at() + size_at(&data[pos.at()..])])
    }

    /// The first element equal to `item` among every `stride`-th one, the first element included.
    #[inline]
    pub fn find<'a>(&self, item: impl Into<Encoded<'a>>, stride: usize) -> Option<Pos> {
        self.find_from(Pos::FIRST, item, stride)
    }

    /// The first element equal to `item` among every `stride`-th one from `pos` on, the element at `pos` included.
    pub fn find_from<'a>(&self, pos: Pos, item: impl Into<Encoded<'a>>, stride: usize) -> Option<Pos> {
        let data = self.block.bytes();
        let needle = item.into();
        let mut at = pos.at();
        while at < data.len() {
            if needle.starts(&data[at..]) {
                return Some(Pos(at as u32));
            }
            for _ in 0..stride {
                if at < data.len() {
                    at += size_at(&data[at..]);
                }
            }
        }
        None
    }

    /// Appends an element.
    #[inline]
    pub fn push_back<'a>(&mut self, item: impl Into<Encoded<'a>>) {
        self.push_back_encoded(&item.into());
    }

    /// Prepends an element.
    #[inline]
    pub fn push_front<'a>(&mut self, item: impl Into<Encoded<'a>>) {
        self.push_front_encoded(&item.into());
    }

    /// As [`Listpack::push_back`], for who has the item encoded already.
    #[inline]
    pub fn push_back_encoded(&mut self, item: &Encoded<'_>) {
        // SAFETY: the gap is filled at once by the item it was measured for, which borrows no part of this sequence.
        unsafe {
            match self.block.open_back(item.size()) {
                Some(gap) => item.write(gap),
                None => self.splice(self.bytes(), 0, 0, std::slice::from_ref(item)),
            }
        }
    }

    /// As [`Listpack::push_front`], for who has the item encoded already.
    #[inline]
    pub fn push_front_encoded(&mut self, item: &Encoded<'_>) {
        // SAFETY: as above.
        unsafe {
            match self.block.open_front(item.size()) {
                Some(gap) => item.write(gap),
                None => self.splice(0, 0, 0, std::slice::from_ref(item)),
            }
        }
    }

    /// Inserts an element before the one at `pos`; the new one is at `pos` then.
    pub fn insert_before<'a>(&mut self, pos: Pos, item: impl Into<Encoded<'a>>) {
        self.splice(pos.at(), 0, 0, &[item.into()]);
    }

    /// Inserts an element behind the one at `pos`.
    pub fn insert_after<'a>(&mut self, pos: Pos, item: impl Into<Encoded<'a>>) {
        let at = self.next(pos).map_or(self.bytes(), Pos::at);
        self.splice(at, 0, 0, &[item.into()]);
    }

    /// Inserts two elements, field and value, before the one at `pos`, or behind the last one.
    pub fn insert_pair<'a>(
        &mut self,
        pos: Option<Pos>,
        first: impl Into<Encoded<'a>>,
        second: impl Into<Encoded<'a>>,
    ) {
        let at = pos.map_or(self.bytes(), Pos::at);
        self.splice(at, 0, 0, &[first.into(), second.into()]);
    }

    /// Puts another item in the place of the one at `pos`.
    pub fn replace<'a>(&mut self, pos: Pos, item: impl Into<Encoded<'a>>) {
        let old = size_at(&self.block.bytes()[pos.at()..]);
        self.splice(pos.at(), old, 1, &[item.into()]);
    }

    /// Removes `count` elements from `pos` on, or as many as there are; the next one is at `pos` then. Returns the
    /// number of removed elements.
    pub fn remove(&mut self, pos: Pos, count: usize) -> usize {
        let data = self.block.bytes();
        let mut end = pos.at();
        let mut removed = 0;
        while removed < count && end < data.len() {
            end += size_at(&data[end..]);
            removed += 1;
        }
        self.splice(pos.at(), end - pos.at(), removed, &[]);
        removed
    }

    /// Shows the first item to `take` and removes it.
    #[inline]
    pub fn pop_front<R>(&mut self, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        if self.is_empty() {
            return None;
        }
        let (item, size) = decode(self.block.bytes());
        let taken = take(item);
        self.splice(0, size, 1, &[]);
        Some(taken)
    }

    /// Shows the last item to `take` and removes it.
    #[inline]
    pub fn pop_back<R>(&mut self, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        let last = self.last()?;
        let taken = take(self.get(last));
        self.splice(last.at(), self.bytes() - last.at(), 1, &[]);
        Some(taken)
    }

    /// Takes the elements from `pos` on away into a sequence of their own.
    #[must_use]
    pub fn split_off(&mut self, pos: Pos) -> Self {
        let count = self.iter_from(pos).count();
        let tail = &self.block.bytes()[pos.at()..];
        let mut taken = Self::with_capacity(tail.len());
        taken.extend_encoded(tail, count);
        self.splice(pos.at(), self.bytes() - pos.at(), count, &[]);
        taken
    }

    /// Appends a copy of the elements of `other`.
    pub fn append(&mut self, other: &Self) {
        self.extend_encoded(other.block.bytes(), other.len());
    }

    fn extend_encoded(&mut self, elements: &[u8], count: usize) {
        if elements.is_empty() {
            return;
        }
        // SAFETY: the gap of `elements.len()` bytes is filled at once; `elements` belongs to another sequence.
        unsafe {
            let gap = self.block.splice(self.bytes(), 0, elements.len(), 0, count);
            gap.copy_from_nonoverlapping(elements.as_ptr(), elements.len());
        }
    }

    /// Replaces `old` bytes at `at`, which are `removed` elements, by `items`.
    #[inline]
    fn splice(&mut self, at: usize, old: usize, removed: usize, items: &[Encoded<'_>]) {
        let new = items.iter().map(Encoded::size).sum();
        // SAFETY: the gap of `new` bytes is filled at once by the items it was measured for, which borrow no part of
        // this sequence, since it is borrowed mutably.
        unsafe {
            let mut gap = self.block.splice(at, old, new, removed, items.len());
            for item in items {
                item.write(gap);
                gap = gap.add(item.size());
            }
        }
    }
}

impl Default for Listpack {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Listpack {
    fn clone(&self) -> Self {
        let mut copy = Self::new();
        copy.append(self);
        copy
    }
}

impl<'a> IntoIterator for &'a Listpack {
    type Item = Item<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Listpack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

const _: () = assert!(size_of::<Listpack>() == 16);

//! Extendible hash table in segments: the slot tables of the keyspace, and the members of large collections.
//!
//! A table is one swiss table (a *segment*, unallocated while empty) until that would exceed [`SEGMENT_MAX`] elements.
//! It then becomes a directory (extendible hashing; Fagin, Nievergelt, Pippenger and Strong, TODS 1979) whose slots
//! are indexed by the top bits of [`scan_order`](super::hash::scan_order); a full segment splits in two, alone:
//!
//! ```text
//! order of the hash   00..      01..      10..      11..
//! slots             [  0    |    0    |    1    |    2  ]   u32 each, 2^depth of them
//!                      └────┬────┘         │         │
//! branches            segment 0        segment 1  segment 2    depth 1, 2, 2; at most 512 buckets each
//! ```
//!
//! So no insertion moves more than one segment, and the order in which [`Table::scan`] visits the elements never
//! changes: a split or a merge refines or coarsens ranges of that order, and moves nothing across a cursor.
//!
//! Elements are found by a hash and a predicate that the caller passes in; the table knows neither keys nor seeds. The
//! methods that may move elements take a function that hashes an element anew.

mod allocation;
mod directory;
mod lines;
mod scan;
mod segment;
mod swiss;
#[cfg(test)]
mod tests;

use super::prefetch::prefetch_block;
use directory::Directory;
pub use lines::{Lines, Tagged};
pub use scan::scan_segment;
use segment::{PLACES_MAX, Room};
pub use segment::{SEGMENT_MAX, Segment};
pub use swiss::Swiss;

/// A hash table that grows and shrinks in small steps. It takes 40 bytes where it stands, and nothing more while empty.
#[derive(Debug)]
pub struct Table<T, S = Swiss<T>>(Form<T, S>);

#[derive(Debug)]
enum Form<T, S> {
    One(S),
    Many(Box<Directory<T, S>>),
}

// One stands in every large collection.
const _: () = assert!(size_of::<Table<usize>>() == 40);

impl<T, S: Segment<T>> Default for Table<T, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S: Segment<T>> Table<T, S> {
    /// A table without elements; allocates nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(Form::One(S::new()))
    }

    /// A table with memory for about `len` elements, at most one segment.
    pub fn for_about(len: usize) -> Self {
        Self(Form::One(S::for_about(len)))
    }

    /// The only segment, if there is no directory.
    pub fn only_segment(&self) -> Option<&S> {
        match &self.0 {
            Form::One(segment) => Some(segment),
            Form::Many(_) => None,
        }
    }

    /// Whether the next insertion makes a directory out of the only segment.
    #[inline]
    pub fn is_full_segment(&self) -> bool {
        match &self.0 {
            Form::One(segment) => segment.places() >= PLACES_MAX && !segment.has_room(),
            Form::Many(_) => false,
        }
    }

    /// Elements in the table.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::One(segment) => segment.len(),
            Form::Many(directory) => directory.len,
        }
    }

    /// Whether there is no element.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn segment(&self, hash: u64) -> &S {
        match &self.0 {
            Form::One(segment) => segment,
            Form::Many(directory) => directory.segment(hash),
        }
    }

    #[inline]
    fn segment_mut(&mut self, hash: u64) -> &mut S {
        match &mut self.0 {
            Form::One(segment) => segment,
            Form::Many(directory) => directory.segment_mut(hash),
        }
    }

    /// The element with this hash for which `eq` holds.
    #[inline]
    pub fn find(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&T> {
        self.segment(hash).find(hash, eq)
    }

    /// As [`find`](Self::find), to change in place; the element's hash must stay what it is.
    #[inline]
    pub fn find_mut(&mut self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&mut T> {
        self.segment_mut(hash).find_mut(hash, eq)
    }

    /// Where the element with this hash is for which `eq` holds, until the next insertion or removal: for [`Table::at_mut`].
    #[inline]
    pub fn place_of(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<usize> {
        self.segment(hash).place_of(hash, eq)
    }

    /// The element at a place that [`Table::place_of`] gave, to change in place; its hash must stay what it is.
    ///
    /// # Panics
    /// If there is none.
    #[inline]
    pub fn at_mut(&mut self, hash: u64, place: usize) -> &mut T {
        match self.segment_mut(hash).at_mut(place) {
            Some(element) => element,
            None => unreachable!("the table was changed since the place was asked for"),
        }
    }

    /// Asks the processor to fetch what a [`find`](Self::find) of `hash` is going to touch, without waiting for it. It
    /// reads nothing but the table's head, and its directory where there is one.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        self.segment(hash).prefetch(hash);
    }

    /// Asks the processor for what stands behind the element that a lookup most likely finds: the first whose tag fits. Reads
    /// what [`Table::prefetch`] asked for.
    #[inline]
    pub fn prefetch_element(&self, hash: u64, address: impl Fn(&T) -> usize) {
        self.find(hash, |element| {
            prefetch_block(address(element));
            true
        });
    }

    /// Makes room for one more element with this hash, by growth or by a split.
    #[inline]
    fn make_room(&mut self, hash: u64, hasher: &impl Fn(&T) -> u64) {
        if !self.segment(hash).has_room() {
            self.grow(hash, hasher);
        }
    }

    #[cold]
    fn grow(&mut self, hash: u64, hasher: &impl Fn(&T) -> u64) {
        if let Form::One(segment) = &mut self.0 {
            match segment.grow(hasher) {
                Room::Made => return,
                Room::Full => {
                    let segment = std::mem::replace(segment, S::new());
                    self.0 = Form::Many(Box::new(Directory::new(segment)));
                }
            }
        }
        if let Form::Many(directory) = &mut self.0 {
            directory.grow(hash, hasher);
        }
    }

    /// The segment for `hash` and, where a directory counts apart, that count.
    #[inline]
    fn parts_mut(&mut self, hash: u64) -> (&mut S, Option<&mut usize>) {
        match &mut self.0 {
            Form::One(segment) => (segment, None),
            Form::Many(directory) => {
                let (segment, len) = directory.segment_and_len_mut(hash);
                (segment, Some(len))
            }
        }
    }

    /// Adds an element that the table does not hold yet: the caller has looked.
    #[inline]
    pub fn insert_unique(&mut self, hash: u64, value: T, hasher: impl Fn(&T) -> u64) -> &mut T {
        self.make_room(hash, &hasher);
        let (segment, len) = self.parts_mut(hash);
        if let Some(len) = len {
            *len += 1;
        }
        segment.insert_unique(hash, value, &hasher)
    }

    /// Takes out the element for which `eq` holds. Where that leaves a segment far too large, or two that fit well into
    /// one, it is made smaller: at most one segment is moved per level of the directory that closes, after many removals.
    #[inline]
    pub fn remove(&mut self, hash: u64, eq: impl FnMut(&T) -> bool, hasher: impl Fn(&T) -> u64) -> Option<T> {
        match &mut self.0 {
            Form::One(segment) => segment.remove(hash, eq, &hasher),
            Form::Many(directory) => {
                let value = directory.remove(hash, eq, &hasher)?;
                if let Some(last) = directory.take_last_segment() {
                    self.0 = Form::One(last);
                }
                Some(value)
            }
        }
    }

    fn segments(&self) -> impl Iterator<Item = &S> {
        let (one, branches) = match &self.0 {
            Form::One(segment) => (Some(segment), &[][..]),
            Form::Many(directory) => (None, &directory.branches[..]),
        };
        one.into_iter().chain(branches.iter().map(|branch| &branch.segment))
    }

    /// All elements, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.segments().flat_map(Segment::iter)
    }

    /// All elements, to change in place; their hashes must stay what they are.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let (one, branches) = match &mut self.0 {
            Form::One(segment) => (Some(segment), &mut [][..]),
            Form::Many(directory) => (None, &mut directory.branches[..]),
        };
        one.into_iter()
            .chain(branches.iter_mut().map(|branch| &mut branch.segment))
            .flat_map(Segment::iter_mut)
    }

    /// Takes out up to `max` elements, to free a large table in pieces; true when none is left. Between the steps the
    /// table is an ordinary one that holds the rest.
    pub fn drain_step(&mut self, max: usize, mut f: impl FnMut(T)) -> bool {
        match &mut self.0 {
            Form::One(segment) => {
                segment.drain(max, &mut f);
            }
            Form::Many(directory) => directory.drain(max, &mut f),
        }
        if !self.is_empty() {
            return false;
        }
        *self = Self::new();
        true
    }

    /// Bytes that the table holds on the heap, as the allocator rounds them. Elements' own allocations are not counted.
    /// Takes time in proportion to the number of segments.
    pub fn allocated_bytes(&self) -> usize {
        let segments: usize = self.segments().map(S::allocated_bytes).sum();
        match &self.0 {
            Form::One(_) => segments,
            Form::Many(directory) => segments + directory.allocated_bytes(),
        }
    }
}

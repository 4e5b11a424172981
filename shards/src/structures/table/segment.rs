//! What a table asks of its segments: a small hash table that grows up to a limit and then says that it is full.
//!
//! Two kinds exist. [`Swiss`](super::Swiss) holds elements of any type; [`Lines`](super::Lines) holds pointers, in less
//! memory and one cache line per lookup.

/// Most elements in one segment, by default; only one whose elements agree in all bits that the directory may use grows
/// beyond.
pub const SEGMENT_MAX: usize = PLACES_MAX / 8 * 7;

/// Places for elements in a full-grown segment.
pub(super) const PLACES_MAX: usize = 512;

/// What growing came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Room {
    /// There is room for one more element.
    Made,
    /// The segment has to split.
    Full,
}

/// Capacity to ask for when `len` elements move: a quarter in reserve, so that the next growth is not at once.
pub(super) fn roomy(len: usize) -> usize {
    len + len / 4 + 1
}

/// A hash table of up to [`SEGMENT_MAX`] elements. Elements are found by a hash and a predicate; `hasher` gives an
/// element's hash anew.
pub trait Segment<T>: Sized {
    /// An empty segment; allocates nothing.
    fn new() -> Self;
    /// An empty segment for about `len` elements.
    fn for_about(len: usize) -> Self;
    /// Elements in the segment.
    fn len(&self) -> usize;
    /// Whether there is no element.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Places for elements, filled or not.
    fn places(&self) -> usize;
    /// What is in place number `place`.
    fn at(&self, place: usize) -> Option<&T>;
    /// The same, to change; the element's hash must stay what it is.
    fn at_mut(&mut self, place: usize) -> Option<&mut T>;
    /// Whether an element can be added without moving the others to a larger allocation.
    fn has_room(&self) -> bool;
    /// Makes room for one element, up to [`SEGMENT_MAX`].
    fn grow(&mut self, hasher: &impl Fn(&T) -> u64) -> Room;
    /// Makes room for one element, whatever it takes.
    fn overgrow(&mut self, hasher: &impl Fn(&T) -> u64);
    /// Gives memory back if most of it is unused, in such a way that the new size lasts for a while.
    fn shrink_if_sparse(&mut self, hasher: &impl Fn(&T) -> u64);
    /// The element with this hash for which `eq` holds.
    fn find(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&T>;
    /// As [`find`](Self::find), to change in place; the element's hash must stay what it is.
    fn find_mut(&mut self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&mut T>;
    /// The place of the element with this hash for which `eq` holds.
    fn place_of(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<usize>;
    /// Adds an element that is not there yet, and makes room for it if there is none.
    fn insert_unique(&mut self, hash: u64, value: T, hasher: &impl Fn(&T) -> u64) -> &mut T;
    /// Takes out the element for which `eq` holds; shrinks if that leaves few.
    fn remove(&mut self, hash: u64, eq: impl FnMut(&T) -> bool, hasher: &impl Fn(&T) -> u64) -> Option<T>;
    /// Takes out up to `max` elements; returns how many.
    fn drain(&mut self, max: usize, f: &mut impl FnMut(T)) -> usize;
    /// All elements.
    fn iter<'a>(&'a self) -> impl Iterator<Item = &'a T>
    where
        T: 'a;
    /// All elements, to change in place; their hashes must stay what they are.
    fn iter_mut<'a>(&'a mut self) -> impl Iterator<Item = &'a mut T>
    where
        T: 'a;
    /// Asks the processor for what a lookup of `hash` begins with.
    fn prefetch(&self, hash: u64);
    /// Bytes on the heap, as the allocator rounds them.
    fn allocated_bytes(&self) -> usize;

    /// Moves all elements of `other` in here.
    fn absorb(&mut self, mut other: Self, hasher: &impl Fn(&T) -> u64) {
        let len = other.len();
        other.drain(len, &mut |value| {
            self.insert_unique(hasher(&value), value, hasher);
        });
    }
}

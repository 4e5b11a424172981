//! One segment: a swiss table of at most 512 buckets, with its own rules for growing and shrinking.
//!
//! hashbrown doubles a table that removals have filled with tombstones, even when it is half empty; a segment is then
//! rebuilt in its size instead, so that 512 buckets stay the limit and churn at a steady size costs no memory.

use hashbrown::HashTable;
use hashbrown::hash_table;

use super::super::size_class::size_class;
pub use super::allocation::Tracked;
use super::allocation::prefetch_line;

/// Most elements in one segment: what hashbrown puts into 512 buckets. Past it a segment splits; only one whose elements
/// agree in all bits that the directory may use grows beyond.
pub const SEGMENT_MAX: usize = BUCKETS_MAX / 8 * 7;

/// Buckets of a full segment.
pub(super) const BUCKETS_MAX: usize = 512;

/// Below this many buckets a sparse segment is left as it is.
const SHRINK_MIN_BUCKETS: usize = 16;

/// Length of the run of control bytes that one probe compares.
const GROUP: usize = 16;

#[derive(Debug)]
pub struct Segment<T> {
    pub(super) table: HashTable<T, Tracked>,
}

/// What growing came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Room {
    /// There is room for one more element.
    Made,
    /// The segment has to split.
    Full,
}

/// Capacity to ask for when `len` elements move: a quarter in reserve, so that the next growth is not at once.
fn roomy(len: usize) -> usize {
    len + len / 4 + 1
}

impl<T> Segment<T> {
    pub(super) const fn new() -> Self {
        Self { table: HashTable::new_in(Tracked::new()) }
    }

    /// An empty segment for about `len` elements.
    pub(super) fn for_about(len: usize) -> Self {
        Self { table: HashTable::with_capacity_in(roomy(len), Tracked::new()) }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether an element can be added without moving the others.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.table.len() < self.table.capacity()
    }

    /// Elements that the buckets could hold if there were no tombstones.
    fn full_capacity(&self) -> usize {
        let buckets = self.table.num_buckets();
        if buckets <= 8 { buckets.saturating_sub(1) } else { buckets / 8 * 7 }
    }

    /// Makes room for one element, within `BUCKETS_MAX`.
    pub(super) fn grow(&mut self, hasher: &impl Fn(&T) -> u64) -> Room {
        let (len, full) = (self.len(), self.full_capacity());
        if len > full / 2 && len <= full / 4 * 3 {
            // At least a quarter are tombstones: clearing them away pays for itself before the next time.
            let fresh = HashTable::with_capacity_in(full, Tracked::new());
            for value in std::mem::replace(&mut self.table, fresh) {
                self.table.insert_unique(hasher(&value), value, hasher);
            }
        } else if len > full / 2 && self.table.num_buckets() >= BUCKETS_MAX {
            return Room::Full;
        } else {
            self.table.reserve(1, hasher);
        }
        Room::Made
    }

    /// Makes room for one element, whatever it takes.
    pub(super) fn overgrow(&mut self, hasher: &impl Fn(&T) -> u64) {
        self.table.reserve(1, hasher);
    }

    /// Gives memory back if three quarters of the buckets are empty. The new size is left only after as many changes
    /// again: it is at most half to two thirds full.
    #[inline]
    pub(super) fn shrink_if_sparse(&mut self, hasher: &impl Fn(&T) -> u64) {
        let buckets = self.table.num_buckets();
        if self.len() == 0 {
            self.table.shrink_to(0, hasher);
        } else if buckets >= SHRINK_MIN_BUCKETS && self.len() < buckets / 4 {
            self.shrink(hasher);
        }
    }

    #[cold]
    fn shrink(&mut self, hasher: &impl Fn(&T) -> u64) {
        self.table.shrink_to(roomy(self.len()), hasher);
    }

    #[inline]
    pub(super) fn remove(
        &mut self,
        hash: u64,
        eq: impl FnMut(&T) -> bool,
        hasher: &impl Fn(&T) -> u64,
    ) -> Option<T> {
        let (value, _) = self.table.find_entry(hash, eq).ok()?.remove();
        self.shrink_if_sparse(hasher);
        Some(value)
    }

    /// Moves all elements of `other` in here.
    pub(super) fn absorb(&mut self, other: Self, hasher: &impl Fn(&T) -> u64) {
        self.table.reserve(other.len(), hasher);
        for value in other.table {
            self.table.insert_unique(hasher(&value), value, hasher);
        }
    }

    /// Takes out up to `max` elements; returns how many.
    pub(super) fn drain(&mut self, max: usize, f: &mut impl FnMut(T)) -> usize {
        let before = self.len();
        self.table.extract_if(|_| true).take(max).for_each(f);
        before - self.len()
    }

    pub(super) fn iter(&self) -> hash_table::Iter<'_, T> {
        self.table.iter()
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        match self.table.allocation_size() {
            0 => 0,
            bytes => size_class(bytes),
        }
    }

    /// Fetches the control bytes and the bucket that a probe for `hash` begins with. The layout is hashbrown's: buckets
    /// in descending order below the control bytes, the probe starting at the low bits of the hash.
    #[inline]
    pub(super) fn prefetch(&self, hash: u64) {
        let start = self.table.allocator().start();
        if start == 0 {
            return;
        }
        let buckets = self.table.num_buckets();
        let first = hash as usize & (buckets - 1);
        let control = start + (buckets * size_of::<T>()).next_multiple_of(GROUP.max(align_of::<T>()));
        prefetch_line(control + first);
        prefetch_line(control.wrapping_sub((first + 1) * size_of::<T>()));
    }
}

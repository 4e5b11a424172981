//! A segment for elements of any type: hashbrown's table within 512 buckets, with its own rules for growing and shrinking.
//!
//! hashbrown doubles a table that removals have filled with tombstones, even when it is half empty; a segment is then
//! rebuilt in its size instead, so that 512 buckets stay the limit and churn at a steady size costs no memory.

use hashbrown::HashTable;

use super::super::{prefetch::prefetch, size_class::size_class};
use super::allocation::Tracked;
use super::segment::{PLACES_MAX, Room, Segment, roomy};

/// Below this many buckets a sparse segment is left as it is.
const SHRINK_MIN_BUCKETS: usize = 16;

/// Length of the run of control bytes that one probe compares.
const GROUP: usize = 16;

/// A segment of elements of any type.
#[derive(Debug)]
pub struct Swiss<T> {
    table: HashTable<T, Tracked>,
}

impl<T> Swiss<T> {
    /// Elements that the buckets could hold if there were no tombstones.
    fn full_capacity(&self) -> usize {
        let buckets = self.table.num_buckets();
        if buckets <= 8 { buckets.saturating_sub(1) } else { buckets / 8 * 7 }
    }

    #[cold]
    fn shrink(&mut self, hasher: &impl Fn(&T) -> u64) {
        self.table.shrink_to(roomy(self.table.len()), hasher);
    }
}

impl<T> Segment<T> for Swiss<T> {
    #[inline]
    fn new() -> Self {
        Self { table: HashTable::new_in(Tracked::new()) }
    }

    fn for_about(len: usize) -> Self {
        Self { table: HashTable::with_capacity_in(roomy(len), Tracked::new()) }
    }

    #[inline]
    fn len(&self) -> usize {
        self.table.len()
    }

    #[inline]
    fn places(&self) -> usize {
        self.table.num_buckets()
    }

    #[inline]
    fn at(&self, place: usize) -> Option<&T> {
        self.table.get_bucket(place)
    }

    #[inline]
    fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        self.table.get_bucket_mut(place)
    }

    #[inline]
    fn has_room(&self) -> bool {
        self.table.len() < self.table.capacity()
    }

    fn grow(&mut self, hasher: &impl Fn(&T) -> u64) -> Room {
        let (len, full) = (self.table.len(), self.full_capacity());
        if len > full / 2 && len <= full / 4 * 3 {
            // At least a quarter are tombstones: clearing them away pays for itself before the next time.
            let fresh = HashTable::with_capacity_in(full, Tracked::new());
            for value in std::mem::replace(&mut self.table, fresh) {
                self.table.insert_unique(hasher(&value), value, hasher);
            }
        } else if len > full / 2 && self.table.num_buckets() >= PLACES_MAX {
            return Room::Full;
        } else {
            self.table.reserve(1, hasher);
        }
        Room::Made
    }

    fn overgrow(&mut self, hasher: &impl Fn(&T) -> u64) {
        self.table.reserve(1, hasher);
    }

    /// Past three quarters of empty buckets. The new size is left only after as many changes again: it is at most half to
    /// two thirds full.
    #[inline]
    fn shrink_if_sparse(&mut self, hasher: &impl Fn(&T) -> u64) {
        let (len, buckets) = (self.table.len(), self.table.num_buckets());
        if len == 0 {
            self.table.shrink_to(0, hasher);
        } else if buckets >= SHRINK_MIN_BUCKETS && len < buckets / 4 {
            self.shrink(hasher);
        }
    }

    #[inline]
    fn find(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&T> {
        self.table.find(hash, eq)
    }

    #[inline]
    fn find_mut(&mut self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&mut T> {
        self.table.find_mut(hash, eq)
    }

    #[inline]
    fn place_of(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<usize> {
        self.table.find_bucket_index(hash, eq)
    }

    #[inline]
    fn insert_unique(&mut self, hash: u64, value: T, hasher: &impl Fn(&T) -> u64) -> &mut T {
        self.table.insert_unique(hash, value, hasher).into_mut()
    }

    #[inline]
    fn remove(&mut self, hash: u64, eq: impl FnMut(&T) -> bool, hasher: &impl Fn(&T) -> u64) -> Option<T> {
        let (value, _) = self.table.find_entry(hash, eq).ok()?.remove();
        self.shrink_if_sparse(hasher);
        Some(value)
    }

    fn absorb(&mut self, other: Self, hasher: &impl Fn(&T) -> u64) {
        self.table.reserve(other.table.len(), hasher);
        for value in other.table {
            self.table.insert_unique(hasher(&value), value, hasher);
        }
    }

    fn drain(&mut self, max: usize, f: &mut impl FnMut(T)) -> usize {
        let before = self.table.len();
        self.table.extract_if(|_| true).take(max).for_each(f);
        before - self.table.len()
    }

    fn iter<'a>(&'a self) -> impl Iterator<Item = &'a T>
    where
        T: 'a,
    {
        self.table.iter()
    }

    fn iter_mut<'a>(&'a mut self) -> impl Iterator<Item = &'a mut T>
    where
        T: 'a,
    {
        self.table.iter_mut()
    }

    /// Fetches the control bytes and the bucket that a probe for `hash` begins with. The layout is hashbrown's: buckets
    /// in descending order below the control bytes, the probe starting at the low bits of the hash.
    #[inline]
    fn prefetch(&self, hash: u64) {
        let start = self.table.allocator().start();
        if start == 0 {
            return;
        }
        let buckets = self.table.num_buckets();
        let first = hash as usize & (buckets - 1);
        let control = start + (buckets * size_of::<T>()).next_multiple_of(GROUP.max(align_of::<T>()));
        prefetch(control + first);
        prefetch(control.wrapping_sub((first + 1) * size_of::<T>()));
    }

    fn allocated_bytes(&self) -> usize {
        match self.table.allocation_size() {
            0 => 0,
            bytes => size_class(bytes),
        }
    }
}

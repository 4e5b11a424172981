//! Sorted array of integers, as narrow as its widest member needs.
//!
//! ```text
//! Intset ──► [len: u32 | capacity and width: u32 | i16, i32 or i64 …]
//! ```
//!
//! One thin pointer, no allocation while empty. A member that does not fit the width widens all of them; like Redis's
//! intset, it never narrows again before it is empty.

use std::alloc::{self, Layout};
use std::fmt;
use std::ptr::NonNull;

use super::prefetch::prefetch;
use super::size_class::size_class;

const HEADER: usize = 8;
const ALIGN: usize = 8;

/// Most members: what 30 bits of capacity can count.
pub const MEMBERS_MAX: usize = (1 << 30) - 1;

/// log2 of the bytes of a member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    I16 = 1,
    I32 = 2,
    I64 = 3,
}

impl Width {
    #[inline]
    fn of(value: i64) -> Self {
        if i16::try_from(value).is_ok() {
            Width::I16
        } else if i32::try_from(value).is_ok() {
            Width::I32
        } else {
            Width::I64
        }
    }

    #[inline]
    fn bytes(self) -> usize {
        1 << self as usize
    }
}

#[derive(Clone, Copy)]
struct Header {
    len: usize,
    /// In members.
    capacity: usize,
    width: Width,
}

/// A set of integers in ascending order.
pub struct Intset(Option<NonNull<u64>>);

// SAFETY: a set owns its allocation and shares it with nobody.
unsafe impl Send for Intset {}
// SAFETY: nothing is changed through a shared reference.
unsafe impl Sync for Intset {}

/// The members, in the width they are stored in.
#[derive(Clone, Copy)]
enum Members<'a> {
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
}

impl Intset {
    /// The empty set, without an allocation.
    #[inline]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Asks the processor for the header and the first members.
    #[inline]
    pub fn prefetch(&self) {
        if let Some(base) = self.0 {
            prefetch(base.as_ptr() as usize);
        }
    }

    #[inline]
    fn header(&self) -> Header {
        let Some(base) = self.0 else { return Header { len: 0, capacity: 0, width: Width::I16 } };
        // SAFETY: an allocation starts with an aligned u64 that `set_header` wrote.
        let packed = unsafe { base.read() };
        let width = match packed >> 32 & 3 {
            1 => Width::I16,
            2 => Width::I32,
            _ => Width::I64,
        };
        Header { len: packed as u32 as usize, capacity: (packed >> 34) as usize, width }
    }

    /// Writes the header of the allocation, if there is one.
    #[inline]
    fn set_header(&mut self, header: Header) {
        debug_assert!(header.len <= header.capacity && header.capacity <= MEMBERS_MAX);
        let packed = header.len as u64 | (header.width as u64) << 32 | (header.capacity as u64) << 34;
        if let Some(base) = self.0 {
            // SAFETY: every allocation starts with a u64 for the header.
            unsafe { base.write(packed) };
        }
    }

    #[inline]
    fn layout(header: Header) -> Layout {
        let total = HEADER + header.capacity * header.width.bytes();
        Layout::from_size_align(total, ALIGN)
            .expect("a set of integers is far smaller than the address space")
    }

    /// An empty set in an allocation with room for `len` members at least.
    fn allocate(len: usize, width: Width) -> Self {
        let total = size_class(HEADER + len * width.bytes());
        let capacity = (total - HEADER) / width.bytes();
        assert!(capacity <= MEMBERS_MAX, "a set of {len} integers");
        let header = Header { len: 0, capacity, width };
        let layout = Self::layout(header);
        // SAFETY: the layout holds a header at least.
        let Some(base) = NonNull::new(unsafe { alloc::alloc(layout) }.cast()) else {
            alloc::handle_alloc_error(layout)
        };
        let mut set = Self(Some(base));
        set.set_header(header);
        set
    }

    /// The first member's place, for members of type `T`; dangling but aligned without an allocation.
    #[inline]
    fn data<T>(&self) -> *mut T {
        // SAFETY: every allocation is at least as long as its header, one u64.
        self.0.map_or(std::ptr::dangling_mut(), |base| unsafe { base.as_ptr().add(1) }.cast())
    }

    #[inline]
    fn members(&self) -> Members<'_> {
        let Header { len, width, .. } = self.header();
        // SAFETY: `len` members of this width lie behind the header, aligned since the header is 8 bytes long.
        unsafe {
            match width {
                Width::I16 => Members::I16(std::slice::from_raw_parts(self.data(), len)),
                Width::I32 => Members::I32(std::slice::from_raw_parts(self.data(), len)),
                Width::I64 => Members::I64(std::slice::from_raw_parts(self.data(), len)),
            }
        }
    }

    /// Members.
    #[inline]
    pub fn len(&self) -> usize {
        self.header().len
    }

    /// Whether there is no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in which each member is kept: 2, 4 or 8.
    pub fn member_bytes(&self) -> usize {
        self.header().width.bytes()
    }

    /// Bytes of the allocation.
    #[inline]
    pub fn allocated_bytes(&self) -> usize {
        if self.0.is_none() { 0 } else { Self::layout(self.header()).size() }
    }

    /// The member with number `index` in ascending order.
    #[inline]
    pub fn get(&self, index: usize) -> Option<i64> {
        match self.members() {
            Members::I16(members) => members.get(index).copied().map(i64::from),
            Members::I32(members) => members.get(index).copied().map(i64::from),
            Members::I64(members) => members.get(index).copied(),
        }
    }

    /// The members in ascending order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = i64> + ExactSizeIterator + Clone + use<'_> {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    /// Where `value` is, or where it would go.
    #[inline]
    fn search(&self, value: i64) -> Result<usize, usize> {
        /// Ascending insertions are common: look at the end first.
        #[inline]
        fn find<T: Ord + Copy>(members: &[T], value: T) -> Result<usize, usize> {
            match members.last() {
                Some(last) if *last >= value => members.binary_search(&value),
                _ => Err(members.len()),
            }
        }
        let beyond = || Err(if value < 0 { 0 } else { self.len() });
        match self.members() {
            Members::I16(members) => {
                i16::try_from(value).map_or_else(|_| beyond(), |value| find(members, value))
            }
            Members::I32(members) => {
                i32::try_from(value).map_or_else(|_| beyond(), |value| find(members, value))
            }
            Members::I64(members) => find(members, value),
        }
    }

    /// Whether `value` is a member.
    #[inline]
    pub fn contains(&self, value: i64) -> bool {
        self.search(value).is_ok()
    }

    /// Adds `value`; false if it was there.
    #[inline]
    pub fn insert(&mut self, value: i64) -> bool {
        let Err(at) = self.search(value) else { return false };
        let mut header = self.header();
        let width = header.width.max(Width::of(value));
        if header.len == header.capacity || width != header.width {
            self.reallocate(header.len + 1, width);
            header = self.header();
        }
        match width {
            Width::I16 => self.open::<i16>(at, header.len, value as i16),
            Width::I32 => self.open::<i32>(at, header.len, value as i32),
            Width::I64 => self.open::<i64>(at, header.len, value),
        }
        header.len += 1;
        self.set_header(header);
        true
    }

    #[inline]
    fn open<T>(&mut self, at: usize, len: usize, value: T) {
        assert!(at <= len);
        let data = self.data::<T>();
        // SAFETY: the caller has made room for one more than `len` members of this width.
        unsafe {
            data.add(at).copy_to(data.add(at + 1), len - at);
            data.add(at).write(value);
        }
    }

    /// Removes `value`; false if it was not there.
    #[inline]
    pub fn remove(&mut self, value: i64) -> bool {
        match self.search(value) {
            Ok(at) => self.remove_at(at).is_some(),
            Err(_) => false,
        }
    }

    /// Removes and returns the member with number `index` in ascending order.
    pub fn remove_at(&mut self, index: usize) -> Option<i64> {
        let value = self.get(index)?;
        let mut header = self.header();
        match header.width {
            Width::I16 => self.close::<i16>(index, header.len),
            Width::I32 => self.close::<i32>(index, header.len),
            Width::I64 => self.close::<i64>(index, header.len),
        }
        header.len -= 1;
        self.set_header(header);
        if header.len == 0 {
            *self = Self::new();
        } else if header.capacity * header.width.bytes() > 64 && 2 * header.len < header.capacity {
            self.reallocate(header.len, header.width);
        }
        Some(value)
    }

    #[inline]
    fn close<T>(&mut self, at: usize, len: usize) {
        assert!(at < len);
        let data = self.data::<T>();
        // SAFETY: there are `len` members of this width.
        unsafe { data.add(at + 1).copy_to(data.add(at), len - at - 1) };
    }

    /// Moves the members to an allocation for `len` members of `width`, which is not below the present one.
    #[cold]
    fn reallocate(&mut self, len: usize, width: Width) {
        let mut wider = Self::allocate(len, width);
        let members = self.len();
        for (index, value) in self.iter().enumerate() {
            match width {
                Width::I16 => wider.open::<i16>(index, index, value as i16),
                Width::I32 => wider.open::<i32>(index, index, value as i32),
                Width::I64 => wider.open::<i64>(index, index, value),
            }
        }
        wider.set_header(Header { len: members, ..wider.header() });
        *self = wider;
    }
}

impl Drop for Intset {
    #[inline]
    fn drop(&mut self) {
        if let Some(base) = self.0 {
            // SAFETY: `allocate` made it with this layout, and nobody else owns it.
            unsafe { alloc::dealloc(base.as_ptr().cast(), Self::layout(self.header())) };
        }
    }
}

impl Default for Intset {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Intset {
    fn clone(&self) -> Self {
        let mut copy = Self::new();
        for value in self.iter() {
            copy.insert(value);
        }
        copy
    }
}

impl fmt::Debug for Intset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

const _: () = assert!(size_of::<Intset>() == 8);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn members_take_two_bytes_until_one_needs_more() {
        let mut set = Intset::new();
        assert_eq!((set.len(), set.allocated_bytes(), set.get(0)), (0, 0, None));
        for value in 0..4 {
            assert!(set.insert(value));
        }
        assert_eq!(set.allocated_bytes(), 16);
        assert!(set.insert(-40_000));
        assert_eq!(set.allocated_bytes(), 32);
        assert!(set.insert(i64::MIN));
        assert!(!set.insert(3));
        assert!(set.iter().eq([i64::MIN, -40_000, 0, 1, 2, 3]));
        assert!(!set.contains(i64::MAX) && set.contains(-40_000));
        while set.remove_at(0).is_some() {}
        assert_eq!(set.allocated_bytes(), 0);
    }

    proptest! {
        #[test]
        fn every_sequence_of_operations_matches_an_ordered_set(
            steps in prop::collection::vec((any::<bool>(), any::<i64>(), 0..64u32), 0..200),
            narrow in 44..64u32,
        ) {
            let mut set = Intset::new();
            let mut model = BTreeSet::new();
            for (add, value, shift) in steps {
                let value = value >> shift.max(narrow.min(shift + 40));
                if add {
                    prop_assert_eq!(set.insert(value), model.insert(value));
                } else {
                    prop_assert_eq!(set.remove(value), model.remove(&value));
                }
                prop_assert_eq!(set.contains(value), model.contains(&value));
                prop_assert_eq!(set.len(), model.len());
            }
            prop_assert!(set.iter().eq(model.iter().copied()));
            prop_assert!(set.iter().rev().eq(model.iter().rev().copied()));
            prop_assert!(set.clone().iter().eq(model.iter().copied()));
        }
    }
}

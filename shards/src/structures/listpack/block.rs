//! The allocation of a listpack, and the one operation that changes it: `splice`.
//!
//! ```text
//! Block         base, start, end, count, extent, place
//! allocation ─► [headroom | bytes in use | slack]
//!               0         start          end    capacity
//! ```
//!
//! The free space may lie on either side, so pushes and pops at both ends move nothing. What describes the allocation
//! stands beside the pointer to it as long as 16 bits suffice for each number: a collection of a few elements is then an
//! allocation of nothing but elements, and those who own the block need no second cache line to know how many they are.
//! An allocation of 64 KiB or more begins with four 32-bit numbers instead. No elements, no allocation.
//!
//! A block takes two words, as `place` has values to spare for the enums of the types that own one: their other forms
//! are one word, which fits in the place of the pointer.

use std::alloc::{self, Layout};
use std::ptr::{self, NonNull};

use crate::structures::{prefetch::prefetch, size_class::size_class};

const ALIGN: usize = align_of::<u64>();
const WIDE_HEADER: usize = 16;
/// Largest allocation whose numbers fit 16 bits.
const NARROW_ALLOCATION_MAX: usize = u16::MAX as usize;
/// A smaller allocation would only be exchanged at the next element.
const ALLOCATION_MIN: usize = 16;
/// An allocation this small is never given back in part.
const SHRINK_MIN: usize = 64;

/// Most bytes that the elements of one listpack may take: positions and header numbers stay far inside 32 bits. Unit tests reach
/// the limit with less memory.
pub const BLOCK_BYTES_MAX: usize = if cfg!(test) { 8 << 20 } else { 1 << 30 };

const _: () = assert!(size_class(BLOCK_BYTES_MAX + WIDE_HEADER) < u32::MAX as usize);

/// Bytes with a count of elements.
///
/// The order of the fields is fixed: the byte with values to spare must not lie where another form has its word.
#[repr(C)]
pub struct Block {
    /// The allocation, if there is one.
    base: NonNull<u64>,
    // Numbers of their own, each read and written as such: a load of all four together would have to wait until the
    // narrow stores before it have left the store buffer.
    start: u16,
    end: u16,
    count: u16,
    extent: Extent,
    place: Place,
}

const _: () = assert!(size_of::<Block>() == 16);

/// Where the numbers that describe the allocation stand.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Place {
    /// In the block.
    Narrow,
    /// At the start of the allocation.
    Wide,
}

/// The size of a narrow allocation: each of the allocator's classes is `m << e` with `m` up to 8, the low four bits are `m`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Extent(u8);

impl Extent {
    /// No allocation.
    const NONE: Self = Self(0);

    /// Of a class from [`ALLOCATION_MIN`] to [`NARROW_ALLOCATION_MAX`].
    #[inline]
    fn of(class: usize) -> Self {
        let exponent = (class - 1).ilog2().max(6) - 2;
        debug_assert!((class >> exponent) << exponent == class && class >> exponent <= 8);
        Self((exponent << 4) as u8 | (class >> exponent) as u8)
    }

    #[inline]
    fn bytes(self) -> usize {
        usize::from(self.0 & 0xF) << (self.0 >> 4)
    }
}

#[derive(Clone, Copy)]
struct Header {
    /// Bytes for elements.
    capacity: usize,
    start: usize,
    end: usize,
    count: usize,
}

// SAFETY: a block owns its allocation and shares it with nobody.
unsafe impl Send for Block {}
// SAFETY: nothing is changed through a shared reference.
unsafe impl Sync for Block {}

impl Block {
    pub const fn new() -> Self {
        Self {
            base: NonNull::dangling(),
            start: 0,
            end: 0,
            count: 0,
            extent: Extent::NONE,
            place: Place::Narrow,
        }
    }

    /// An empty block with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self::allocate(bytes, |_| 0)
    }

    /// A block with an uninitialised content of no bytes; `start` gets the capacity and says where the content begins.
    fn allocate(bytes: usize, start: impl FnOnce(usize) -> usize) -> Self {
        assert!(bytes <= BLOCK_BYTES_MAX, "a listpack of {bytes} bytes");
        let mut total = size_class(bytes.max(ALLOCATION_MIN));
        let mut capacity = total;
        let wide = total > NARROW_ALLOCATION_MAX;
        if wide {
            total = size_class(WIDE_HEADER + bytes);
            capacity = total - WIDE_HEADER;
        }
        let layout = Self::layout(total);
        // SAFETY: the layout is not empty.
        let Some(base) = NonNull::new(unsafe { alloc::alloc(layout) }.cast()) else {
            alloc::handle_alloc_error(layout)
        };
        let (extent, place) =
            if wide { (Extent::NONE, Place::Wide) } else { (Extent::of(total), Place::Narrow) };
        let mut block = Self { base, extent, place, ..Self::new() };
        let start = start(capacity);
        block.set_header(Header { capacity, start, end: start, count: 0 });
        block
    }

    fn layout(total: usize) -> Layout {
        Layout::from_size_align(total, ALIGN).expect("a listpack is far smaller than the address space")
    }

    #[inline]
    fn is_wide(&self) -> bool {
        self.place == Place::Wide
    }

    /// Where `capacity` bytes of content begin; dangling without an allocation.
    #[inline]
    fn data(&self) -> *mut u8 {
        let data = self.base.as_ptr().cast::<u8>();
        // SAFETY: a wide allocation is longer than its header.
        if self.is_wide() { unsafe { data.add(WIDE_HEADER) } } else { data }
    }

    #[inline]
    fn header(&self) -> Header {
        if self.is_wide() {
            return self.wide_header();
        }
        Header {
            capacity: self.extent.bytes(),
            start: self.start.into(),
            end: self.end.into(),
            count: self.count.into(),
        }
    }

    #[cold]
    fn wide_header(&self) -> Header {
        // SAFETY: a wide allocation starts with four aligned u32 that `set_header` wrote.
        let numbers = unsafe { self.base.cast::<[u32; 4]>().read() };
        let [capacity, start, end, count] = numbers.map(|number| number as usize);
        Header { capacity, start, end, count }
    }

    /// Notes what the content is; the capacity is that of the allocation.
    #[inline]
    fn set_header(&mut self, header: Header) {
        let Header { capacity, start, end, count } = header;
        debug_assert!(start <= end && end <= capacity);
        if self.is_wide() {
            let numbers = [capacity as u32, start as u32, end as u32, count as u32];
            // SAFETY: the allocation starts with 16 aligned bytes for the header, and the block owns it.
            unsafe { self.base.cast::<[u32; 4]>().write(numbers) };
        } else {
            (self.start, self.end, self.count) = (start as u16, end as u16, count as u16);
        }
    }

    /// The content.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        let Header { start, end, .. } = self.header();
        // SAFETY: the bytes from start to end lie in the allocation and were written by the callers of `splice`; without an
        // allocation they are none.
        unsafe { std::slice::from_raw_parts(self.data().add(start), end - start) }
    }

    /// Asks the processor for where the content begins; reads nothing but the block.
    #[inline]
    pub fn prefetch(&self) {
        prefetch(self.data() as usize + usize::from(self.start));
    }

    /// Bytes of the content.
    #[inline]
    pub fn len(&self) -> usize {
        let header = self.header();
        header.end - header.start
    }

    /// Elements, as the callers of `splice` counted them.
    #[inline]
    pub fn count(&self) -> usize {
        self.header().count
    }

    /// Bytes of the allocation.
    #[inline]
    pub fn allocated_bytes(&self) -> usize {
        let header_len = if self.is_wide() { WIDE_HEADER } else { 0 };
        header_len + self.header().capacity
    }

    /// Replaces `old` bytes at `at` by `new` bytes and returns where to write these; `removed` elements go, `added`
    /// elements come. Moves the shorter side. With no element left, the allocation goes too.
    ///
    /// # Safety
    /// The caller must write all `new` bytes before anything else touches the block.
    #[inline]
    pub unsafe fn splice(
        &mut self,
        at: usize,
        old: usize,
        new: usize,
        removed: usize,
        added: usize,
    ) -> *mut u8 {
        let mut header = self.header();
        let len = header.end - header.start;
        assert!(at <= len && old <= len - at && removed <= header.count, "a splice outside of a listpack");
        let (before, after) = (at, len - at - old);
        let count = header.count - removed + added;
        if count == 0 {
            *self = Self::new();
            return ptr::null_mut();
        }
        if new > old {
            header = self.make_room(before, old, after, new - old);
        }
        let data = self.data();
        let start = header.start;
        // Whichever side moves, it moves by the difference: towards its end of the allocation or away from it.
        if before < after {
            header.start = start + old - new;
            if before > 0 {
                // SAFETY: the front part is in use where it is; it moves inwards, or to the room `make_room` made.
                unsafe { data.add(start).copy_to(data.add(header.start), before) };
            }
        } else {
            header.end = header.end + new - old;
            if after > 0 {
                // SAFETY: likewise for the back part and the room behind it.
                unsafe { data.add(start + before + old).copy_to(data.add(start + before + new), after) };
            }
        }
        header.count = count;
        self.set_header(header);
        if new < old && self.give_back(header) {
            return self.gap(before);
        }
        // SAFETY: the gap lies inside of the allocation.
        unsafe { data.add(header.start + before) }
    }

    /// As [`Block::splice`], for one more element of `new` bytes in front of all others, if there is room where it goes: so nearly
    /// every push ends.
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub unsafe fn open_front(&mut self, new: usize) -> Option<*mut u8> {
        if self.is_wide() {
            return None;
        }
        let start = usize::from(self.start).checked_sub(new)?;
        (self.start, self.count) = (start as u16, self.count + 1);
        // SAFETY: what lies before the content is free, and belongs to the allocation.
        Some(unsafe { self.data().add(start) })
    }

    /// As [`Block::open_front`], behind all others.
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub unsafe fn open_back(&mut self, new: usize) -> Option<*mut u8> {
        let end = usize::from(self.end);
        if self.is_wide() || self.extent.bytes() - end < new {
            return None;
        }
        (self.end, self.count) = ((end + new) as u16, self.count + 1);
        // SAFETY: what lies behind the content is free, and belongs to the allocation.
        Some(unsafe { self.data().add(end) })
    }

    #[cold]
    fn gap(&self, before: usize) -> *mut u8 {
        // SAFETY: `before` bytes are in use.
        unsafe { self.data().add(self.header().start + before) }
    }

    /// Sees to it that the side that `splice` moves has `growth` free bytes next to it, and returns the header.
    #[inline]
    fn make_room(&mut self, before: usize, old: usize, after: usize, growth: usize) -> Header {
        let header = self.header();
        let near = if before < after { header.start } else { header.capacity - header.end };
        if near >= growth { header } else { self.make_room_slowly(before, old, after, growth) }
    }

    #[cold]
    fn make_room_slowly(&mut self, before: usize, old: usize, after: usize, growth: usize) -> Header {
        let header = self.header();
        let len = before + old + after;
        let at_front = before < after;
        if let Some(spare) = header.capacity.checked_sub(len + growth) {
            // Half of what remains goes to this side: however pushes at both ends alternate, the number of moves until
            // the allocation is full is logarithmic in its size.
            let start = if at_front { spare / 2 + growth } else { spare / 2 };
            let data = self.data();
            // SAFETY: both ranges of `len` bytes lie in the allocation, and the source is the content.
            unsafe { data.add(header.start).copy_to(data.add(start), len) };
            self.set_header(Header { start, end: start + len, ..header });
        } else {
            self.reallocate(len + growth, at_front);
        }
        self.header()
    }

    /// Moves the content to an allocation for `bytes`, with the free space in front or behind.
    #[cold]
    fn reallocate(&mut self, bytes: usize, free_in_front: bool) {
        let len = self.len();
        let mut block = Self::allocate(bytes, |capacity| if free_in_front { capacity - len } else { 0 });
        let header = block.header();
        // SAFETY: the new allocation has at least `len` bytes from `start` on, and it is another one.
        unsafe { block.data().add(header.start).copy_from_nonoverlapping(self.bytes().as_ptr(), len) };
        block.set_header(Header { end: header.start + len, count: self.count(), ..header });
        *self = block;
    }

    /// Shrinks an allocation of which less than half is in use; true if it did.
    #[inline]
    fn give_back(&mut self, header: Header) -> bool {
        let len = header.end - header.start;
        let sparse = header.capacity > SHRINK_MIN && 2 * len < header.capacity;
        if sparse {
            self.reallocate(len, false);
        }
        sparse
    }
}

impl Drop for Block {
    #[inline]
    fn drop(&mut self) {
        let bytes = self.allocated_bytes();
        if bytes > 0 {
            // SAFETY: `allocate` made it with this layout, and nobody else owns it.
            unsafe { alloc::dealloc(self.base.as_ptr().cast(), Self::layout(bytes)) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_narrow_class_has_an_extent_of_its_bytes() {
        assert_eq!(Extent::NONE.bytes(), 0);
        let mut class = ALLOCATION_MIN;
        while class <= NARROW_ALLOCATION_MAX {
            assert_eq!(Extent::of(class).bytes(), class);
            class = size_class(class + 1);
        }
    }

    #[test]
    fn a_form_of_one_word_beside_a_block_costs_nothing() {
        #[expect(dead_code, reason = "only its size counts")]
        enum Form {
            Block(Block),
            Other(Box<u8>),
            Third(Option<Box<u8>>),
        }
        assert_eq!((size_of::<Form>(), size_of::<Option<Form>>()), (16, 16));
    }
}

//! The allocation of a listpack, behind one thin pointer, and the one operation that changes it: `splice`.
//!
//! ```text
//! [header | headroom | bytes in use | slack]
//!           0          start          end     capacity
//! ```
//!
//! The free space may lie on either side, so pushes and pops at both ends move nothing. The header is four 16-bit
//! numbers (capacity, start, end, count) as long as they suffice, which keeps a collection of a few elements small, and
//! four 32-bit numbers in an allocation of 64 KiB or more; bit 0 of the pointer tells which. No elements, no
//! allocation.

use std::alloc::{self, Layout};
use std::ptr::{self, NonNull};

use crate::structures::size_class::size_class;

const ALIGN: usize = align_of::<u64>();
const NARROW_HEADER: usize = 8;
const WIDE_HEADER: usize = 16;
/// Largest allocation whose header numbers fit 16 bits.
const NARROW_ALLOCATION_MAX: usize = u16::MAX as usize;
/// Bit of the pointer that marks a wide header; allocations are aligned, so it is free.
const WIDE: usize = 1;
/// An allocation this small is never given back in part.
const SHRINK_MIN: usize = 64;

/// Most bytes that the elements of one listpack may take: positions and header numbers stay far inside 32 bits.
pub const BLOCK_BYTES_MAX: usize = 1 << 30;

const _: () = assert!(size_class(BLOCK_BYTES_MAX + WIDE_HEADER) < u32::MAX as usize);

/// Bytes with a count of elements.
pub struct Block(Option<Tagged>);

/// The start of an allocation, of `u64` for its alignment, with `WIDE` in bit 0.
type Tagged = NonNull<u64>;

#[derive(Clone, Copy, Default)]
struct Header {
    /// Bytes behind the header.
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
        Self(None)
    }

    /// An empty block with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self::allocate(bytes, |_| 0)
    }

    /// A block with an uninitialised content of no bytes; `start` gets the capacity and says where the content begins.
    fn allocate(bytes: usize, start: impl FnOnce(usize) -> usize) -> Self {
        assert!(bytes <= BLOCK_BYTES_MAX, "a listpack of {bytes} bytes");
        let mut total = size_class(NARROW_HEADER + bytes);
        let wide = total > NARROW_ALLOCATION_MAX;
        if wide {
            total = size_class(WIDE_HEADER + bytes);
        }
        let layout = Self::layout(total);
        // SAFETY: the layout is not empty.
        let Some(base) = NonNull::new(unsafe { alloc::alloc(layout) }.cast()) else {
            alloc::handle_alloc_error(layout)
        };
        let base = if wide { base.map_addr(|addr| addr | WIDE) } else { base };
        let block = Self(Some(base));
        let capacity = total - Self::header_len(base);
        let start = start(capacity);
        Self::set_header(base, Header { capacity, start, end: start, count: 0 });
        block
    }

    fn layout(total: usize) -> Layout {
        Layout::from_size_align(total, ALIGN).expect("a listpack is far smaller than the address space")
    }

    #[inline]
    fn is_wide(tagged: Tagged) -> bool {
        tagged.addr().get() & WIDE != 0
    }

    #[inline]
    fn header_len(tagged: Tagged) -> usize {
        if Self::is_wide(tagged) { WIDE_HEADER } else { NARROW_HEADER }
    }

    #[inline]
    fn base(tagged: Tagged) -> *mut u64 {
        tagged.as_ptr().map_addr(|addr| addr & !WIDE)
    }

    /// Where `capacity` bytes of content begin.
    #[inline]
    fn data(tagged: Tagged) -> *mut u8 {
        // SAFETY: every allocation is longer than its header.
        unsafe { Self::base(tagged).cast::<u8>().add(Self::header_len(tagged)) }
    }

    #[inline]
    fn header(&self) -> Header {
        let Some(tagged) = self.0 else { return Header::default() };
        let base = Self::base(tagged);
        let [capacity, start, end, count] = if Self::is_wide(tagged) {
            // SAFETY: a wide allocation starts with four aligned u32 that `set_header` wrote.
            unsafe { base.cast::<[u32; 4]>().read() }.map(|number| number as usize)
        } else {
            // SAFETY: a narrow allocation starts with an aligned u64 that `set_header` wrote.
            let packed = unsafe { base.read() };
            [0, 16, 32, 48].map(|shift| usize::from((packed >> shift) as u16))
        };
        Header { capacity, start, end, count }
    }

    #[inline]
    fn set_header(tagged: Tagged, header: Header) {
        let Header { capacity, start, end, count } = header;
        debug_assert!(start <= end && end <= capacity);
        let base = Self::base(tagged);
        if Self::is_wide(tagged) {
            let numbers = [capacity as u32, start as u32, end as u32, count as u32];
            // SAFETY: the allocation starts with 16 aligned bytes for the header, and the caller owns it.
            unsafe { base.cast::<[u32; 4]>().write(numbers) };
        } else {
            // One store, as wide as the next load: behind four narrow ones that load waits until they have left the
            // store buffer (a push and a pop took 41 ns, with one store 24).
            let packed = [count, end, start, capacity]
                .into_iter()
                .fold(0, |packed, number| packed << 16 | number as u64);
            // SAFETY: the allocation starts with 8 aligned bytes for the header, and the caller owns it.
            unsafe { base.write(packed) };
        }
    }

    /// The content.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        let Some(tagged) = self.0 else { return &[] };
        let Header { start, end, .. } = self.header();
        // SAFETY: the bytes from start to end lie in the allocation and were written by the callers of `splice`.
        unsafe { std::slice::from_raw_parts(Self::data(tagged).add(start), end - start) }
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
        self.0.map_or(0, |tagged| Self::header_len(tagged) + self.header().capacity)
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
        let Some(tagged) = self.0 else { unreachable!("room was made in it") };
        let data = Self::data(tagged);
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
        Self::set_header(tagged, header);
        if new < old && self.give_back(header) {
            return self.gap(before);
        }
        // SAFETY: the gap lies inside of the allocation.
        unsafe { data.add(header.start + before) }
    }

    #[cold]
    fn gap(&self, before: usize) -> *mut u8 {
        // SAFETY: `before` bytes are in use.
        self.0
            .map_or(ptr::null_mut(), |tagged| unsafe { Self::data(tagged).add(self.header().start + before) })
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
        if let Some(spare) = header.capacity.checked_sub(len + growth)
            && let Some(tagged) = self.0
        {
            // Half of what remains goes to this side: however pushes at both ends alternate, the number of moves until
            // the allocation is full is logarithmic in its size.
            let start = if at_front { spare / 2 + growth } else { spare / 2 };
            let data = Self::data(tagged);
            // SAFETY: both ranges of `len` bytes lie in the allocation, and the source is the content.
            unsafe { data.add(header.start).copy_to(data.add(start), len) };
            Self::set_header(tagged, Header { start, end: start + len, ..header });
        } else {
            self.reallocate(len + growth, at_front);
        }
        self.header()
    }

    /// Moves the content to an allocation for `bytes`, with the free space in front or behind.
    #[cold]
    fn reallocate(&mut self, bytes: usize, free_in_front: bool) {
        let len = self.len();
        let block = Self::allocate(bytes, |capacity| if free_in_front { capacity - len } else { 0 });
        if let Some(tagged) = block.0 {
            let start = block.header().start;
            // SAFETY: the new allocation has at least `len` bytes from `start` on, and it is another one.
            unsafe { Self::data(tagged).add(start).copy_from_nonoverlapping(self.bytes().as_ptr(), len) };
            Self::set_header(tagged, Header { end: start + len, count: self.count(), ..block.header() });
        }
        *self = block;
    }

    /// Shrinks an allocation of which less than half is in use; true if it did.
    #[inline]
    fn give_back(&mut self, header: Header) -> bool {
        let len = header.end - header.start;
        let sparse = header.capacity > SHRINK_MIN && 2 * (len + NARROW_HEADER) < header.capacity;
        if sparse {
            self.reallocate(len, false);
        }
        sparse
    }
}

impl Drop for Block {
    #[inline]
    fn drop(&mut self) {
        if let Some(tagged) = self.0 {
            // SAFETY: `allocate` made it with this layout, and nobody else owns it.
            unsafe { alloc::dealloc(Self::base(tagged).cast(), Self::layout(self.allocated_bytes())) };
        }
    }
}

//! The ring of provided buffers: the kernel takes a buffer for each receive, we put it back when its bytes are parsed.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    io,
    ptr::NonNull,
    sync::atomic::{AtomicU16, Ordering},
};

use io_uring::{Submitter, types::BufRingEntry};

/// Size of one buffer in bytes: a pipeline of a few hundred short commands.
const BUFFER_BYTES: usize = 16 * 1024;

/// How many there are; a power of two. What more clients than this have sent comes with the next entries into the kernel.
const BUFFERS: u16 = 64;

/// The buffer group's number; there is one group.
pub const GROUP: u16 = 0;

const PAGE_BYTES: usize = 4096;
const _: () = assert!(BUFFERS.is_power_of_two());

/// The buffers and the ring that tells the kernel of them.
#[derive(Debug)]
pub struct Buffers {
    entries: NonNull<BufRingEntry>,
    memory: NonNull<u8>,
    tail: u16,
}

fn entries_layout() -> Layout {
    layout(usize::from(BUFFERS) * size_of::<BufRingEntry>())
}

fn memory_layout() -> Layout {
    layout(usize::from(BUFFERS) * BUFFER_BYTES)
}

fn layout(bytes: usize) -> Layout {
    match Layout::from_size_align(bytes, PAGE_BYTES) {
        Ok(layout) => layout,
        Err(_) => unreachable!("a page is a power of two, and the sizes are constants"),
    }
}

impl Buffers {
    /// Allocates the buffers and registers their ring.
    pub fn register(submitter: &Submitter<'_>) -> io::Result<Self> {
        // SAFETY: both layouts have a size.
        let (entries, memory) = unsafe { (alloc_zeroed(entries_layout()), alloc_zeroed(memory_layout())) };
        let (Some(entries), Some(memory)) = (NonNull::new(entries.cast()), NonNull::new(memory)) else {
            return Err(io::ErrorKind::OutOfMemory.into());
        };
        let mut buffers = Self { entries, memory, tail: 0 };
        // SAFETY: the ring's memory is page-aligned, large enough for its entries, and lives until `Ring` has been closed.
        unsafe { submitter.register_buf_ring_with_flags(entries.as_ptr() as u64, BUFFERS, GROUP, 0)? };
        for number in 0..BUFFERS {
            buffers.put_back(number);
        }
        Ok(buffers)
    }

    /// The first `len` bytes of a buffer that the kernel has filled.
    #[inline]
    pub fn bytes(&self, number: u16, len: usize) -> &[u8] {
        assert!(number < BUFFERS && len <= BUFFER_BYTES);
        // SAFETY: the range is inside the allocation, was zeroed at first, and the kernel writes to a buffer only between
        // `put_back` and the completion that names it.
        unsafe {
            std::slice::from_raw_parts(self.memory.as_ptr().add(usize::from(number) * BUFFER_BYTES), len)
        }
    }

    /// Gives a buffer back to the kernel.
    #[inline]
    pub fn put_back(&mut self, number: u16) {
        assert!(number < BUFFERS);
        // SAFETY: the entry is inside the ring; the kernel reads it only after the tail has passed it.
        unsafe {
            let entry = &mut *self.entries.as_ptr().add(usize::from(self.tail & (BUFFERS - 1)));
            entry.set_addr(self.memory.as_ptr().add(usize::from(number) * BUFFER_BYTES) as u64);
            entry.set_len(BUFFER_BYTES as u32);
            entry.set_bid(number);
        }
        self.tail = self.tail.wrapping_add(1);
        // SAFETY: the tail lies in the first entry's reserved field, is aligned, and only this thread writes it.
        let tail = unsafe { &*BufRingEntry::tail(self.entries.as_ptr()).cast::<AtomicU16>() };
        tail.store(self.tail, Ordering::Release);
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        // SAFETY: allocated with these layouts; `Ring` drops its io_uring first, so the kernel uses them no more.
        unsafe {
            dealloc(self.entries.as_ptr().cast(), entries_layout());
            dealloc(self.memory.as_ptr(), memory_layout());
        }
    }
}

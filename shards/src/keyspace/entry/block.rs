//! The block itself: where its parts lie, how it is taken, resized and given back. Only this file knows addresses.

use super::Form;
use super::classes::{class_of, size_of_class};
use super::header::{Header, Kind, SHORT_KEY_MAX, TEXT_LENGTH_MAX};
use super::object::{Object, inline_bytes};
use crate::structures::{copy::copy_short, same::same, size_class::size_class, table::Tagged};
use bytes::Bytes;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::mem::{ManuallyDrop, size_of};
use std::ptr::{self, NonNull};

const WORD: usize = size_of::<u64>();

/// A key with its value, its time of expiry and its access clock: one heap block behind one pointer.
///
/// Dropping an entry frees the block and whatever the value owns, at once; see [`Entry::take_object`] for values too large
/// for that.
pub struct Entry {
    /// The block's address, and in the bits above [`ADDRESS_BITS`] the tag that the table of entries keeps there.
    tagged: NonNull<u8>,
}

/// Addresses of a process end below this power of two: the kernel hands out higher ones only on request.
const ADDRESS_BITS: u32 = 48;

/// The bits of the address.
const ADDRESS_MASK: usize = (1 << ADDRESS_BITS) - 1;

// SAFETY: the entry owns its block and the value in it, nothing else points there, and each kind of value is itself `Send`
// (asserted below). It is not `Sync`: `touch` writes the header through a shared reference.
unsafe impl Send for Entry {}

const _: () = {
    const fn is_send<T: Send>() {}
    is_send::<Bytes>();
    is_send::<Object>();
    assert!(size_of::<Option<Entry>>() == WORD && size_of::<Header>() == WORD);
    assert!(align_of::<Bytes>() <= WORD);
};

/// What a value asks of its block.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub kind: Kind,
    pub form: Form,
    /// The text was changed in place.
    pub raw: bool,
    /// The value's bytes in the block.
    pub bytes: usize,
}

impl Shape {
    pub const INT: Self = Self { kind: Kind::String, form: Form::Int, raw: false, bytes: size_of::<i64>() };
    pub const SHARED: Self =
        Self { kind: Kind::String, form: Form::Shared, raw: false, bytes: size_of::<Bytes>() };

    #[inline]
    pub const fn embedded(bytes: usize) -> Self {
        Self { kind: Kind::String, form: Form::Embedded, raw: false, bytes }
    }

    pub const fn changed_in_place(self) -> Self {
        Self { raw: true, ..self }
    }

    /// Where the value begins, counted from the start of the key, which lies at a multiple of eight.
    #[inline]
    fn offset(self, key_len: usize) -> usize {
        if self.form.owns() { key_len.next_multiple_of(WORD) } else { key_len }
    }

    /// From the start of the key to the end of the value.
    #[inline]
    fn tail(self, key_len: usize) -> usize {
        self.offset(key_len) + self.bytes
    }

    #[inline]
    fn written_to(self, header: Header) -> Header {
        let text_len = if self.form == Form::Embedded { self.bytes } else { 0 };
        header.with_kind(self.kind).with_form(self.form).with_raw(self.raw).with_text_len(text_len)
    }
}

/// From the start of the block to the start of the key.
#[inline]
fn head(long_key: bool, expires: bool) -> usize {
    WORD + usize::from(long_key) * 2 * WORD + usize::from(expires) * WORD
}

/// A block more than twice as large as needed is exchanged for a smaller one, unless it is small anyway.
#[inline]
fn wasteful(block: usize, need: usize) -> bool {
    block > 64 && block > 2 * need
}

// SAFETY: an entry is one pointer, never null, so `None` is zero; `take` checks that addresses leave the top bits alone.
unsafe impl Tagged for Entry {
    #[inline]
    fn tag(&self) -> u16 {
        (self.tagged.addr().get() >> ADDRESS_BITS) as u16
    }

    #[inline]
    fn set_tag(&mut self, tag: u16) {
        self.tagged = self.block().map_addr(|address| address | usize::from(tag) << ADDRESS_BITS);
    }
}

impl Entry {
    #[inline]
    fn block(&self) -> NonNull<u8> {
        // SAFETY: the address without the tag is that of the block, which is not null.
        unsafe { NonNull::new_unchecked(self.tagged.as_ptr().map_addr(|address| address & ADDRESS_MASK)) }
    }

    #[inline]
    pub(super) fn header(&self) -> Header {
        // SAFETY: every block begins with a header, which is written before the entry exists.
        unsafe { self.block().cast::<Header>().read() }
    }

    #[inline]
    pub(super) fn set_header(&self, header: Header) {
        // SAFETY: as above. No reference to the header is ever formed, and an entry is not `Sync`, so nothing can observe
        // the write halfway, even through a shared reference.
        unsafe { self.block().cast::<Header>().write(header) }
    }

    /// The block's address, for the sake of prefetching its first cache line.
    #[inline]
    pub fn address(&self) -> *const u8 {
        self.block().as_ptr()
    }

    /// The word number `index` of the block.
    #[inline]
    fn word(&self, index: usize) -> NonNull<u64> {
        // SAFETY: callers name only words that the header says exist, so the address is inside the block.
        unsafe { self.block().cast::<u64>().add(index) }
    }

    #[inline]
    fn key_len(&self, header: Header) -> usize {
        match header.short_key_len() {
            Some(length) => length,
            // SAFETY: the header says that the key is long: the word behind it holds the length.
            None => unsafe { self.word(1).read() as usize },
        }
    }

    /// The size of the block: what was asked of the allocator.
    #[inline]
    pub(super) fn block_bytes(&self) -> usize {
        let header = self.header();
        if header.short_key_len().is_some() {
            size_of_class(header.class())
        } else {
            // SAFETY: the header says that the key is long: the second word behind it holds the block's size.
            unsafe { self.word(2).read() as usize }
        }
    }

    /// The key.
    #[inline]
    pub fn key(&self) -> &[u8] {
        let header = self.header();
        let offset = head(header.short_key_len().is_none(), header.has_expiry());
        // SAFETY: the key lies at `offset`, wholly initialised, and changes only through `&mut self`.
        unsafe { std::slice::from_raw_parts(self.block().as_ptr().add(offset), self.key_len(header)) }
    }

    /// Whether this is its key.
    #[inline]
    pub fn has_key(&self, key: &[u8]) -> bool {
        same(self.key(), key)
    }

    /// When the key expires, in milliseconds since 1970; `None` for never.
    #[inline]
    pub fn expire_at_ms(&self) -> Option<i64> {
        let header = self.header();
        // SAFETY: the header says that there is an expiry; it is the word before the key.
        header.has_expiry().then(|| unsafe { self.expiry_word(header).read() })
    }

    #[inline]
    fn expiry_word(&self, header: Header) -> NonNull<i64> {
        self.word(if header.short_key_len().is_some() { 1 } else { 3 }).cast()
    }

    /// Sets the time of expiry, in milliseconds since 1970, or removes it. Moves the block only if its size class demands
    /// it.
    pub fn set_expire_at_ms(&mut self, expire_at_ms: Option<i64>) {
        let header = self.header();
        if header.has_expiry()
            && let Some(at) = expire_at_ms
        {
            // SAFETY: the header says that the word exists.
            unsafe { self.expiry_word(header).write(at) };
        } else if header.has_expiry() || expire_at_ms.is_some() {
            let shape = self.shape();
            let tail = shape.tail(self.key_len(header));
            // SAFETY: the shape stays and the whole tail is kept, so the value stays initialised.
            unsafe { self.reshape(shape, expire_at_ms, tail) };
        }
    }

    /// The access stamp: 24 bits, of which the keyspace knows the meaning.
    #[inline]
    pub fn clock(&self) -> u32 {
        self.header().clock()
    }

    /// Keeps the low 24 bits of `clock` as the access stamp.
    #[inline]
    pub fn touch(&self, clock: u32) {
        self.set_header(self.header().with_clock(clock));
    }

    /// The type of the value.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.header().kind()
    }

    /// The shape of the present value.
    #[inline]
    pub(super) fn shape(&self) -> Shape {
        let header = self.header();
        let (kind, form) = (header.kind(), header.form());
        let bytes = match form {
            Form::Int => Shape::INT.bytes,
            Form::Embedded => header.text_len(),
            Form::Shared => Shape::SHARED.bytes,
            Form::Object => inline_bytes(kind),
        };
        Shape { kind, form, raw: header.is_raw(), bytes }
    }

    /// Where the present value begins.
    #[inline]
    pub(super) fn value(&self) -> NonNull<u8> {
        let header = self.header();
        let key_len = self.key_len(header);
        let offset = if header.form().owns() { key_len.next_multiple_of(WORD) } else { key_len };
        // SAFETY: the value follows the key inside the block.
        unsafe { self.block().add(head(header.short_key_len().is_none(), header.has_expiry()) + offset) }
    }

    /// A block with header, expiry and key, and where its value has to be written.
    ///
    /// # Safety
    /// The caller must write a value of `shape` to the returned address before it does anything else with the entry.
    #[inline]
    pub(super) unsafe fn with_room(
        key: &[u8],
        shape: Shape,
        expire_at_ms: Option<i64>,
        clock: u32,
    ) -> (Self, NonNull<u8>) {
        let header = shape.written_to(Header::new(key.len(), clock)).with_expiry(expire_at_ms.is_some());
        let long_key = key.len() > SHORT_KEY_MAX;
        let head = head(long_key, expire_at_ms.is_some());
        let need = head + shape.tail(key.len());
        let entry =
            if long_key { Self::take_long(header, key.len(), need) } else { Self::take_short(header, need) };
        // SAFETY: the block has room for `need` bytes: the expiry word, if announced, the key at `head`, and the value.
        unsafe {
            if let Some(at) = expire_at_ms {
                entry.expiry_word(header).write(at);
            }
            let key_at = entry.block().add(head);
            copy_short(key.as_ptr(), key_at.as_ptr(), key.len());
            let value = key_at.add(shape.offset(key.len()));
            (entry, value)
        }
    }

    /// The same value and expiry under another key. Of `clock`, the access clock, the low 24 bits count.
    #[must_use]
    pub fn renamed(mut self, key: &[u8], clock: u32) -> Self {
        let shape = self.shape();
        // SAFETY: the value is moved to its new place as a whole, which is as large as its shape says and aligned as it needs;
        // the old block forgets what it owned.
        unsafe {
            let (entry, room) = Self::with_room(key, shape, self.expire_at_ms(), clock);
            ptr::copy_nonoverlapping(self.value().as_ptr(), room.as_ptr(), shape.bytes);
            self.forget_value();
            entry
        }
    }

    /// A block of at least `need` bytes for a short key, with its header.
    #[inline]
    fn take_short(header: Header, need: usize) -> Self {
        let class = class_of(need);
        let entry = Self { tagged: take(size_of_class(class)) };
        entry.set_header(header.with_class(class));
        entry
    }

    /// A block of at least `need` bytes for a long key, with its header, the key's length and its own size.
    #[cold]
    fn take_long(header: Header, key_len: usize, need: usize) -> Self {
        let size = size_class(need);
        assert!(size <= isize::MAX as usize / 2, "a key of {key_len} bytes");
        let entry = Self { tagged: take(size) };
        entry.set_header(header);
        // SAFETY: `need` counts the two words of a long key.
        unsafe {
            entry.word(1).write(key_len as u64);
            entry.word(2).write(size as u64);
        }
        entry
    }

    /// Gives the block another shape and expiry, and returns where the value has to be written. The first `keep` bytes
    /// from the start of the key on stay as they are, at the least the key.
    ///
    /// # Safety
    /// The present value must own nothing, or be kept, or have been moved out. The caller must write what `keep` leaves
    /// open of a value of `shape` before it does anything else with the entry.
    #[inline]
    pub(super) unsafe fn reshape(
        &mut self,
        shape: Shape,
        expire_at_ms: Option<i64>,
        keep: usize,
    ) -> NonNull<u8> {
        let old = self.header();
        let key_len = self.key_len(old);
        let long_key = old.short_key_len().is_none();
        let (old_head, new_head) = (head(long_key, old.has_expiry()), head(long_key, expire_at_ms.is_some()));
        let need = new_head + shape.tail(key_len);
        let block = self.block_bytes();
        let header = shape.written_to(old).with_expiry(expire_at_ms.is_some());
        let in_place = need <= block && !wasteful(block, need);
        if in_place {
            if old_head != new_head {
                let base = self.block().as_ptr();
                // SAFETY: the kept bytes lie inside the block before and, as `need` fits, after the move.
                unsafe { ptr::copy(base.add(old_head), base.add(new_head), keep) };
            }
            self.set_header(header);
        } else {
            self.exchange(header, need, keep, (old_head, new_head));
        }
        if let Some(at) = expire_at_ms {
            // SAFETY: the new header says that the word exists, and `need` counted it.
            unsafe { self.expiry_word(header).write(at) };
        }
        // SAFETY: `need` bytes fit the block, and the value ends there.
        unsafe { self.block().add(new_head + shape.offset(key_len)) }
    }

    /// The text, if the value is one of `len` bytes in the block, as good as new, and does not expire.
    #[inline]
    pub(super) fn text_of(&mut self, len: usize) -> Option<&mut [u8]> {
        let header = self.header();
        let fits = len <= TEXT_LENGTH_MAX
            && !header.has_expiry()
            && Shape::embedded(len).written_to(header) == header;
        fits.then(|| {
            let behind_key = head(header.short_key_len().is_none(), false) + self.key_len(header);
            // SAFETY: the header says that a text of so many bytes lies behind the key; `&mut self` makes the access exclusive.
            unsafe { std::slice::from_raw_parts_mut(self.block().add(behind_key).as_ptr(), len) }
        })
    }

    /// As [`Entry::reshape`], after freeing the present value, and keeping only the key.
    ///
    /// # Safety
    /// The caller must write a value of `shape` before it does anything else with the entry.
    #[inline]
    pub(super) unsafe fn renew(&mut self, shape: Shape, expire_at_ms: Option<i64>) -> NonNull<u8> {
        let header = self.header();
        if header.form().owns() {
            self.clear();
        }
        let key_len = self.key_len(header);
        // SAFETY: the value owns nothing (any more); the caller writes the new one.
        unsafe { self.reshape(shape, expire_at_ms, key_len) }
    }

    /// Frees what the value owns outside the block, and leaves an empty text.
    #[cold]
    #[inline(never)]
    fn clear(&mut self) {
        debug_assert!(self.header().form().owns());
        if self.take_object().is_none() {
            let value = self.value();
            self.forget_value();
            // SAFETY: the only string that owns anything is a counted text; the header has forgotten it.
            unsafe { value.cast::<Bytes>().drop_in_place() };
        }
    }

    /// Leaves an empty text where the value was, without freeing it.
    #[inline]
    pub(super) fn forget_value(&mut self) {
        self.set_header(Shape::embedded(0).written_to(self.header()));
    }

    /// Moves to a block of at least `need` bytes with `header`, taking along `keep` bytes from the start of the key on.
    #[cold]
    #[inline(never)]
    fn exchange(&mut self, header: Header, need: usize, keep: usize, (old_head, new_head): (usize, usize)) {
        let mut target = if header.short_key_len().is_some() {
            Self::take_short(header, need)
        } else {
            Self::take_long(header, self.key_len(header), need)
        };
        target.set_tag(self.tag());
        // The old block is given back alone: its value was moved out, or moves along with the kept bytes.
        let old = ManuallyDrop::new(std::mem::replace(self, target));
        // SAFETY: both blocks hold the kept bytes behind their heads, and are distinct.
        unsafe {
            ptr::copy_nonoverlapping(
                old.block().as_ptr().add(old_head),
                self.block().as_ptr().add(new_head),
                keep,
            );
            give_back(old.block(), old.block_bytes());
        }
    }
}

impl Drop for Entry {
    #[inline]
    fn drop(&mut self) {
        if self.header().form().owns() {
            self.clear();
        }
        // SAFETY: this is the last use of the block, whose size is the one it was taken with.
        unsafe { give_back(self.block(), self.block_bytes()) };
    }
}

/// The layout of every block: both ends of its life use the same.
#[inline]
fn layout(size: usize) -> Layout {
    // SAFETY: the alignment is a power of two, and `take_long` refuses sizes near `isize::MAX`.
    unsafe { Layout::from_size_align_unchecked(size, WORD) }
}

#[inline]
fn take(size: usize) -> NonNull<u8> {
    let layout = layout(size);
    // SAFETY: no class is empty.
    let Some(block) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
    assert!(block.addr().get() & !ADDRESS_MASK == 0, "an address of more than {ADDRESS_BITS} bits");
    block
}

/// # Safety
/// `block` must come from [`take`] with the same size, and must not be used afterwards.
#[inline]
unsafe fn give_back(block: NonNull<u8>, size: usize) {
    // SAFETY: the caller's promise.
    unsafe { dealloc(block.as_ptr(), layout(size)) };
}

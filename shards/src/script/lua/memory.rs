//! What a Lua state allocates, counted and bounded.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

use super::Shared;

/// The account of one state's memory.
#[derive(Debug)]
pub struct Memory {
    used: Cell<usize>,
    max: usize,
    /// Whether Rust code runs now, which must not see an allocation fail.
    unlimited: Cell<u32>,
}

impl Memory {
    /// An empty account.
    pub fn new(max: usize) -> Self {
        Self { used: Cell::new(0), max, unlimited: Cell::new(0) }
    }

    /// Bytes in use.
    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// Whether `more` bytes go beyond the bound.
    pub fn is_exceeded_by(&self, more: usize) -> bool {
        self.used.get().saturating_add(more) > self.max
    }

    /// From now on, until as many calls of [`Memory::limit`], no allocation fails.
    pub fn unlimit(&self) {
        self.unlimited.set(self.unlimited.get() + 1);
    }

    /// Ends what [`Memory::unlimit`] began.
    pub fn limit(&self) {
        self.unlimited.set(self.unlimited.get().saturating_sub(1));
    }
}

/// Lua aligns for doubles and pointers; so does malloc on 64-bit machines.
const ALIGN: usize = 16;

/// The allocation function of a state whose user data is its [`Shared`].
pub unsafe extern "C" fn allocate(
    user: *mut c_void,
    block: *mut c_void,
    old: usize,
    new: usize,
) -> *mut c_void {
    // SAFETY: the state was created with a `Shared` that outlives it; it is only looked at through shared references.
    let memory = unsafe { &(*user.cast::<Shared>()).memory };
    // SAFETY: Lua hands back exactly the sizes that it asked for, so each layout is the one of its allocation.
    unsafe {
        if new == 0 {
            if !block.is_null() && old > 0 {
                dealloc(block.cast(), Layout::from_size_align_unchecked(old, ALIGN));
                memory.used.set(memory.used.get() - old);
            }
            return ptr::null_mut();
        }
        let old = if block.is_null() { 0 } else { old };
        if new > old && memory.unlimited.get() == 0 && memory.is_exceeded_by(new - old) {
            return ptr::null_mut();
        }
        let Ok(layout) = Layout::from_size_align(new, ALIGN) else { return ptr::null_mut() };
        let given = if old == 0 {
            alloc(layout)
        } else {
            realloc(block.cast(), Layout::from_size_align_unchecked(old, ALIGN), new)
        };
        if given.is_null() {
            handle_alloc_error(layout);
        }
        memory.used.set(memory.used.get() + new - old);
        given.cast()
    }
}

//! Descriptors that an accept has made.

use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// Takes ownership of a descriptor that a completed accept has given.
pub fn owned(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel has made this descriptor for us in the completion just taken; nobody else knows it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

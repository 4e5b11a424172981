//! The ring itself.

use std::{
    collections::HashMap,
    io,
    os::fd::{AsRawFd, RawFd},
    time::Duration,
};

use io_uring::{
    IoUring, cqueue, opcode, squeue,
    types::{Fd, SubmitArgs, Timespec},
};

use super::{
    buffers::{Buffers, GROUP},
    token::{Operation, Token},
};

/// Entries of the submission queue: what is queued beyond goes to the kernel at once.
const SUBMISSIONS: u32 = 256;

/// Entries of the completion queue: every client may complete something in one turn. The kernel keeps what is beyond.
const COMPLETIONS: u32 = 4096;

/// The flag of `io_uring_enter` that makes it run completions; needed when polling with `DEFER_TASKRUN`.
const ENTER_GETEVENTS: u32 = 1;

/// How long to wait for completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// Until something completes, or this much time has passed.
    AtMost(Duration),
}

/// Something that has happened.
#[derive(Clone, Copy, Debug)]
pub struct Completion {
    /// Of which operation.
    pub token: Token,
    /// Its result: a count, a descriptor, or a negative error number.
    pub result: i32,
    flags: u32,
}

impl Completion {
    /// Whether the operation goes on, and will complete again.
    #[inline]
    pub fn goes_on(&self) -> bool {
        cqueue::more(self.flags)
    }

    /// The provided buffer that holds the bytes. It must be put back.
    #[inline]
    pub fn buffer(&self) -> Option<u16> {
        cqueue::buffer_select(self.flags)
    }
}

/// A core's io_uring.
#[derive(Debug)]
pub struct Ring {
    // Dropped in this order: the kernel lets go of the memory below when its io_uring is closed.
    ring: Uring,
    buffers: Buffers,
    /// Allocations that the kernel is filling.
    filling: HashMap<Token, Vec<u8>>,
    /// Where the eventfd's counter is read to; boxed, since its address must not change.
    wake: Box<u64>,
}

struct Uring(IoUring);

impl std::fmt::Debug for Uring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IoUring")
    }
}

impl Ring {
    /// Sets up a ring for the thread that calls it; only this thread may use it.
    ///
    /// # Errors
    ///
    /// What `io_uring_setup(2)` and `io_uring_register(2)` give; the start-up probe has ruled out the usual causes.
    pub fn new() -> io::Result<Self> {
        let ring = IoUring::builder()
            .setup_single_issuer()
            .setup_defer_taskrun()
            .setup_coop_taskrun()
            .setup_taskrun_flag()
            .setup_clamp()
            .setup_cqsize(COMPLETIONS)
            .build(SUBMISSIONS)?;
        let buffers = Buffers::register(&ring.submitter())?;
        Ok(Self { ring: Uring(ring), buffers, filling: HashMap::new(), wake: Box::new(0) })
    }

    /// The descriptor, for other cores to wake this one.
    pub fn fd(&self) -> RawFd {
        self.ring.0.as_raw_fd()
    }

    /// Queues an operation.
    fn push(&mut self, entry: squeue::Entry) {
        loop {
            // SAFETY: all memory that an operation refers to is owned by this ring and outlives it; descriptors are numbers, and
            // a wrong one is an error of the operation.
            if unsafe { self.ring.0.submission().push(&entry) }.is_ok() {
                return;
            }
            // The queue is full. An interrupted or busy submission is tried again; nothing else can fail here.
            let _ = self.ring.0.submit();
        }
    }

    /// Accepts connections on `listener` until cancelled.
    pub fn accept(&mut self, listener: RawFd, token: Token) {
        let entry =
            opcode::AcceptMulti::new(Fd(listener)).flags(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK).build();
        self.push(entry.user_data(token.user_data()));
    }

    /// Receives from `socket` into provided buffers until cancelled, closed, or out of buffers.
    pub fn receive(&mut self, socket: RawFd, token: Token) {
        self.push(opcode::RecvMulti::new(Fd(socket), GROUP).build().user_data(token.user_data()));
    }

    /// Receives into the unused capacity of `buffer`, up to `bytes`, as much as comes until it is full or the connection ends.
    /// [`Ring::filled`] gives the buffer back.
    pub fn fill(&mut self, socket: RawFd, token: Token, mut buffer: Vec<u8>, bytes: usize) {
        let room = &mut buffer.spare_capacity_mut()[..bytes];
        let entry = opcode::Recv::new(Fd(socket), room.as_mut_ptr().cast(), room.len() as u32)
            .flags(libc::MSG_WAITALL)
            .build();
        self.filling.insert(token, buffer);
        self.push(entry.user_data(token.user_data()));
    }

    /// The buffer of a completed [`Ring::fill`], longer by what was received.
    pub fn filled(&mut self, completion: &Completion) -> Option<Vec<u8>> {
        let mut buffer = self.filling.remove(&completion.token)?;
        let received = usize::try_from(completion.result).unwrap_or(0);
        assert!(buffer.len() + received <= buffer.capacity());
        // SAFETY: the kernel has written that many bytes behind the vector's length, within its capacity.
        unsafe { buffer.set_len(buffer.len() + received) };
        Some(buffer)
    }

    /// Completes once when `socket` takes bytes again.
    pub fn wait_writable(&mut self, socket: RawFd, token: Token) {
        let entry = opcode::PollAdd::new(Fd(socket), libc::POLLOUT as u32).build();
        self.push(entry.user_data(token.user_data()));
    }

    /// Completes once when `eventfd` is rung.
    pub fn wait_bell(&mut self, eventfd: RawFd) {
        let counter: *mut u64 = &raw mut *self.wake;
        let entry = opcode::Read::new(Fd(eventfd), counter.cast(), size_of::<u64>() as u32).build();
        self.push(entry.user_data(Token::new(Operation::Bell, 0, 0).user_data()));
    }

    /// Wakes the core whose io_uring is `ring` with a completion there. Goes with the next entry into the kernel.
    pub fn wake(&mut self, ring: RawFd, core: u16) {
        let token = Token::new(Operation::Wake, core.into(), 0).user_data();
        let entry = opcode::MsgRingData::new(Fd(ring), 0, token, None).build();
        self.push(entry.flags(squeue::Flags::SKIP_SUCCESS).user_data(token));
    }

    /// Cancels an operation; it completes with an error, or completes as if nothing had been said.
    pub fn cancel(&mut self, token: Token) {
        let entry = opcode::AsyncCancel::new(token.user_data()).build();
        self.push(entry.user_data(Token::new(Operation::Cancel, 0, 0).user_data()));
    }

    /// Whether completions are waiting, or work that makes some: an entry without waiting will find them.
    #[inline]
    pub fn has_completions(&mut self) -> bool {
        self.ring.0.submission().taskrun() || !self.ring.0.completion().is_empty()
    }

    /// Whether operations are queued that the kernel has not seen.
    #[inline]
    pub fn has_queued(&mut self) -> bool {
        !self.ring.0.submission().is_empty()
    }

    /// Hands the queued operations to the kernel and takes what has completed, all with one system call.
    pub fn enter(&mut self, wait: Wait, into: &mut Vec<Completion>) {
        let entered = match wait {
            Wait::No => {
                let queued = self.ring.0.submission().len() as u32;
                // SAFETY: the flag asks for completions to be run, and there is no argument.
                unsafe { self.ring.0.submitter().enter::<libc::sigset_t>(queued, 0, ENTER_GETEVENTS, None) }
            }
            Wait::AtMost(time) => {
                let time = Timespec::from(time);
                self.ring.0.submitter().submit_with_args(1, &SubmitArgs::new().timespec(&time))
            }
        };
        match entered {
            Ok(_) => {}
            // The time has passed, a signal came, or the completion queue must be emptied first.
            Err(error)
                if matches!(
                    error.raw_os_error(),
                    Some(libc::ETIME | libc::EINTR | libc::EBUSY | libc::EAGAIN)
                ) => {}
            Err(error) => panic!("io_uring_enter: {error}"),
        }
        into.extend(self.ring.0.completion().map(|entry| Completion {
            token: Token::from_user_data(entry.user_data()),
            result: entry.result(),
            flags: entry.flags(),
        }));
    }

    /// The bytes in a provided buffer.
    #[inline]
    pub fn bytes(&self, buffer: u16, len: usize) -> &[u8] {
        self.buffers.bytes(buffer, len)
    }

    /// Gives a provided buffer back to the kernel.
    #[inline]
    pub fn put_back(&mut self, buffer: u16) {
        self.buffers.put_back(buffer);
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // Closing an io_uring cancels its operations, but does not wait for them: what they may still write to is left.
        std::mem::forget(std::mem::take(&mut self.filling));
        Box::leak(std::mem::take(&mut self.wake));
    }
}

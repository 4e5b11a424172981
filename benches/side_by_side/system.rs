//! The system calls that std lacks: epoll, the CPU clock of another process, signals to and ties with children.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

const EVENTS_MAX: usize = 128;

/// A set of descriptors that are waited for until they become readable.
pub struct Epoll {
    fd: OwnedFd,
    events: Vec<libc::epoll_event>,
}

impl Epoll {
    /// An empty set.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn new() -> io::Result<Self> {
        // SAFETY: no pointer is passed; the result is checked before it is used.
        let fd = checked(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel has just handed this descriptor to us, and nobody else owns it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { fd, events: vec![libc::epoll_event { events: 0, u64: 0 }; EVENTS_MAX] })
    }

    /// Adds a descriptor; `token` is what [`Epoll::wait`] reports for it.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn add(&self, fd: BorrowedFd<'_>, token: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: token };
        // SAFETY: both descriptors are open (owned and borrowed), and the event outlives the call.
        let result = unsafe {
            libc::epoll_ctl(self.fd.as_raw_fd(), libc::EPOLL_CTL_ADD, fd.as_raw_fd(), &raw mut event)
        };
        checked(result).map(drop)
    }

    /// Waits for at most `timeout_ms` and replaces `ready` by the tokens of the readable descriptors.
    ///
    /// # Errors
    /// What the kernel answers; an interrupted wait is an empty one.
    pub fn wait(&mut self, ready: &mut Vec<u64>, timeout_ms: i32) -> io::Result<()> {
        ready.clear();
        // SAFETY: the kernel writes at most EVENTS_MAX events, and the vector holds that many.
        let result = unsafe {
            libc::epoll_wait(self.fd.as_raw_fd(), self.events.as_mut_ptr(), EVENTS_MAX as i32, timeout_ms)
        };
        match checked(result) {
            Ok(count) => ready.extend(self.events[..count as usize].iter().map(|event| event.u64)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// User and system time that all threads of a process have used, ended ones included, in nanoseconds.
///
/// The kernel's CPU clock of the process is the sum of what `/proc/PID/task/*/schedstat` shows, and keeps the time of
/// threads that have ended.
///
/// # Errors
/// What the kernel answers, for instance when the process is gone.
pub fn process_cpu_ns(pid: u32) -> io::Result<u64> {
    let mut clock: libc::clockid_t = 0;
    // SAFETY: `clock` outlives the call.
    let result = unsafe { libc::clock_getcpuclockid(pid as libc::pid_t, &raw mut clock) };
    if result != 0 {
        return Err(io::Error::from_raw_os_error(result));
    }
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` outlives the call.
    checked(unsafe { libc::clock_gettime(clock, &raw mut time) })?;
    Ok(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// Ends a child process at once.
pub fn kill(pid: u32) {
    // SAFETY: no pointer is passed. A process that is gone already is what was wanted.
    let _ = unsafe { libc::kill(pid as libc::pid_t, libc::SIGKILL) };
}

/// Has the kernel end the child when the thread that starts it ends, however that comes about.
pub fn end_with_parent(command: &mut Command) {
    // SAFETY: between fork and exec only this one async-signal-safe system call runs.
    unsafe {
        command.pre_exec(|| {
            checked(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong)).map(drop)
        });
    }
}

fn checked(result: i32) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    #[test]
    fn epoll_reports_the_token_of_what_became_readable() {
        let (mut writer, reader) = UnixStream::pair().unwrap();
        let mut epoll = Epoll::new().unwrap();
        epoll.add(reader.as_fd(), 42).unwrap();
        let mut ready = Vec::new();
        epoll.wait(&mut ready, 0).unwrap();
        assert!(ready.is_empty());
        writer.write_all(b"x").unwrap();
        epoll.wait(&mut ready, 1_000).unwrap();
        assert_eq!(ready, [42]);
    }

    #[test]
    fn the_cpu_clock_of_a_process_advances_with_its_work() {
        let before = process_cpu_ns(std::process::id()).unwrap();
        let mut random = super::super::random::Random::new(6);
        while process_cpu_ns(std::process::id()).unwrap() < before + 2_000_000 {
            std::hint::black_box(random.bits());
        }
    }

    #[test]
    fn the_cpu_clock_of_no_process_is_an_error() {
        // Linux gives out no number above 4,194,304.
        assert!(process_cpu_ns(5_000_000).is_err());
    }
}

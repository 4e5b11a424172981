//! A connection that is waited for with patience but not for ever.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, ToSocketAddrs as _},
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{Domain, Protocol, Socket, Type};

use super::Address;

/// So much of a line is looked at.
const LINE_MAX_BYTES: usize = 1023;

/// A line that is longer than this does not end.
const LINE_END_MAX_BYTES: usize = 64 * 1024;

/// The shortest wait: clocks are not finer than this.
const WAIT_MIN: Duration = Duration::from_millis(10);

/// How a connection broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It took too long.
    TimedOut,
    /// It is closed, or failed.
    Ended,
    /// What came is no answer to what was asked.
    Strange,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        if error.raw_os_error() == Some(libc::ETIMEDOUT) { Self::TimedOut } else { Self::Ended }
    }
}

/// A connection to another server.
#[derive(Debug)]
pub struct Connection {
    socket: Socket,
    /// Received and not read yet.
    received: Vec<u8>,
}

impl Connection {
    /// Connects. Looking up a host's name takes as long as the system's resolver does.
    ///
    /// # Errors
    /// The address is unknown, or nobody answers there in time.
    pub fn open(to: &Address, timeout: Duration) -> Result<Self, Broken> {
        for address in addresses(to)? {
            let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
            socket.set_nonblocking(true)?;
            match socket.connect(&address.into()) {
                Ok(()) => {}
                // One that fails while it is waited for shows that when it is written to.
                Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {
                    if !wait(&socket, PollFlags::OUT, timeout) {
                        return Err(Broken::TimedOut);
                    }
                }
                Err(_) => continue,
            }
            socket.set_tcp_nodelay(true)?;
            return Ok(Self { socket, received: Vec::new() });
        }
        Err(Broken::Ended)
    }

    /// Sends all of `bytes`.
    ///
    /// # Errors
    /// The connection broke, or it took longer than `timeout`.
    pub fn send(&mut self, mut bytes: &[u8], timeout: Duration) -> Result<(), Broken> {
        let start = Instant::now();
        loop {
            match self.socket.write(bytes) {
                Ok(sent) => bytes = &bytes[sent..],
                Err(error) if is_not_yet(&error) => {}
                Err(error) => return Err(error.into()),
            }
            if bytes.is_empty() {
                return Ok(());
            }
            self.wait(PollFlags::OUT, start, timeout)?;
        }
    }

    /// Whether nothing has come that nobody asked for, the end of the stream included.
    pub fn is_quiet(&mut self) -> bool {
        self.received.is_empty()
            && matches!(self.socket.read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// The next line, without its end; the beginning of one that is very long.
    ///
    /// # Errors
    /// The connection broke, nothing came for `timeout`, or the line was empty or did not end.
    pub fn line(&mut self, timeout: Duration) -> Result<Vec<u8>, Broken> {
        let mut since = Instant::now();
        let mut looked_at = 0;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.received[looked_at..]) {
                let mut line: Vec<u8> = self.received.drain(..=looked_at + end).collect();
                line.pop();
                if line.is_empty() {
                    return Err(Broken::Ended);
                }
                line.pop_if(|last| *last == b'\r');
                line.truncate(LINE_MAX_BYTES);
                return Ok(line);
            }
            looked_at = self.received.len();
            if looked_at > LINE_END_MAX_BYTES {
                return Err(Broken::Strange);
            }
            let mut buffer = [0; 4096];
            match self.socket.read(&mut buffer) {
                Ok(0) => return Err(Broken::Ended),
                Ok(count) => {
                    self.received.extend_from_slice(&buffer[..count]);
                    since = Instant::now();
                }
                Err(error) if is_not_yet(&error) => self.wait(PollFlags::IN, since, timeout)?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits for what is left of `timeout` since `start`.
    fn wait(&self, what: PollFlags, start: Instant, timeout: Duration) -> Result<(), Broken> {
        let left = timeout.saturating_sub(start.elapsed()).max(WAIT_MIN);
        wait(&self.socket, what, left);
        if start.elapsed() >= timeout { Err(Broken::TimedOut) } else { Ok(()) }
    }
}

fn is_not_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Waits until a socket is ready; false if it was not in time.
fn wait(socket: &Socket, what: PollFlags, timeout: Duration) -> bool {
    let timeout = Timespec::try_from(timeout).ok();
    matches!(poll(&mut [PollFd::new(socket, what)], timeout.as_ref()), Ok(1..))
}

/// The addresses of a server.
fn addresses(to: &Address) -> io::Result<Vec<SocketAddr>> {
    let unknown = || io::Error::from(io::ErrorKind::AddrNotAvailable);
    let host = std::str::from_utf8(&to.host).map_err(|_| unknown())?;
    // The system's resolver takes no negative port, and cuts one that is too large.
    let port = u32::try_from(leading_number(&to.port)).map_err(|_| unknown())? as u16;
    Ok((host, port).to_socket_addrs()?.collect())
}

/// The number that a text begins with, as C's `atoi` reads it; 0 if there is none.
fn leading_number(text: &[u8]) -> i32 {
    let text = text.trim_ascii_start();
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let number =
        digits.fold(0_i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    (sign * number) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_far_as_they_are_numbers() {
        for (text, number) in [("6379", 6379), ("", 0), ("x", 0), (" 12x", 12), ("-5", -5), ("+7", 7)] {
            assert_eq!(leading_number(text.as_bytes()), number, "{text}");
        }
    }
}

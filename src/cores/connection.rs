//! One client's socket: what is under way on it, and sending.

use std::{
    io::{self, IoSlice},
    os::fd::{AsFd, AsRawFd, OwnedFd, RawFd},
};

use rustix::net::{SendAncillaryBuffer, SendFlags, Shutdown};
use shards::resp::Out;

use crate::{
    ring::{Operation, Ring, Token},
    session::SessionId,
};

/// Pieces sent with one system call.
const PIECES_MAX: usize = 64;

/// What is under way to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiving {
    /// Nothing, on purpose: the client must wait.
    Paused,
    /// Provided buffers are being filled.
    Buffers,
    /// Provided buffers were being filled; that is being cancelled.
    Cancelling,
    /// A large argument is being filled.
    Fill,
}

/// A client's socket.
#[derive(Debug)]
pub struct Connection {
    socket: OwnedFd,
    /// The session it carries.
    pub session: SessionId,
    /// What is under way to receive.
    pub receiving: Receiving,
    /// Whether its next writability is being waited for.
    pub waits_writable: bool,
    /// Bytes of the session's output that are sent.
    sent_bytes: usize,
    /// Set when it is over: it goes when nothing is under way any more.
    pub closed: bool,
}

/// How sending ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Everything is sent.
    All,
    /// The socket takes no more for now.
    Blocked,
    /// The connection is broken.
    Broken,
}

impl Connection {
    /// A connection on which nothing is under way yet.
    pub fn new(socket: OwnedFd, session: SessionId) -> Self {
        Self {
            socket,
            session,
            receiving: Receiving::Paused,
            waits_writable: false,
            sent_bytes: 0,
            closed: false,
        }
    }

    fn token(&self, operation: Operation) -> Token {
        Token::new(operation, self.session.index, self.session.generation)
    }

    /// The descriptor's number.
    pub fn fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// Starts to receive into provided buffers.
    pub fn receive(&mut self, ring: &mut Ring) {
        self.receiving = Receiving::Buffers;
        ring.receive(self.fd(), self.token(Operation::Receive));
    }

    /// Stops to receive into provided buffers; what came before is still delivered.
    pub fn stop_receiving(&mut self, ring: &mut Ring) {
        if self.receiving == Receiving::Buffers {
            self.receiving = Receiving::Cancelling;
            ring.cancel(self.token(Operation::Receive));
        }
    }

    /// Starts to receive `bytes` bytes into `buffer`.
    pub fn fill(&mut self, ring: &mut Ring, buffer: Vec<u8>, bytes: usize) {
        self.receiving = Receiving::Fill;
        ring.fill(self.fd(), self.token(Operation::Fill), buffer, bytes);
    }

    /// Ends a fill early, if there is one: it completes with what has come so far.
    pub fn look_at_fill(&mut self, ring: &mut Ring) -> bool {
        if self.receiving == Receiving::Fill {
            ring.cancel(self.token(Operation::Fill));
        }
        self.receiving == Receiving::Fill
    }

    /// Waits for writability.
    pub fn wait_writable(&mut self, ring: &mut Ring) {
        self.waits_writable = true;
        ring.wait_writable(self.fd(), self.token(Operation::Writable));
    }

    /// Sends what it can of `out`, and drops from it what is sent. Returns how it ended and how many bytes went.
    #[inline]
    pub fn send(&mut self, out: &mut Out) -> (Sent, usize) {
        let before = self.sent_bytes;
        let ended = loop {
            match self.send_once(out) {
                Ok(bytes) => self.sent_bytes += bytes,
                Err(rustix::io::Errno::AGAIN) => break Sent::Blocked,
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => break Sent::Broken,
            }
            if self.sent_bytes == out.len() {
                break Sent::All;
            }
        };
        let sent = self.sent_bytes - before;
        if ended == Sent::All {
            out.clear();
            self.sent_bytes = 0;
        } else {
            self.sent_bytes -= out.discard(self.sent_bytes);
        }
        (ended, sent)
    }

    /// Bytes of the session's output that are sent and not dropped yet.
    pub fn sent_bytes(&self) -> usize {
        self.sent_bytes
    }

    #[inline]
    fn send_once(&self, out: &Out) -> rustix::io::Result<usize> {
        const FLAGS: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);
        if out.splices().is_empty() {
            return rustix::net::send(&self.socket, &out.bytes()[self.sent_bytes..], FLAGS);
        }
        let mut skip = self.sent_bytes;
        let mut slices = Vec::with_capacity(PIECES_MAX);
        for piece in out.pieces() {
            if skip >= piece.len() {
                skip -= piece.len();
                continue;
            }
            slices.push(IoSlice::new(&piece[skip..]));
            skip = 0;
            if slices.len() == PIECES_MAX {
                break;
            }
        }
        rustix::net::sendmsg(&self.socket, &slices, &mut SendAncillaryBuffer::default(), FLAGS)
    }

    /// Ends the connection: operations under way complete, and the client sees the end of the stream.
    pub fn shut(&mut self, ring: &mut Ring) {
        if self.closed {
            return;
        }
        self.closed = true;
        // A client that is gone already makes this fail; the operations complete all the same.
        let _ = rustix::net::shutdown(&self.socket, Shutdown::Both);
        match self.receiving {
            Receiving::Buffers => ring.cancel(self.token(Operation::Receive)),
            Receiving::Fill => ring.cancel(self.token(Operation::Fill)),
            Receiving::Paused | Receiving::Cancelling => {}
        }
        if self.waits_writable {
            ring.cancel(self.token(Operation::Writable));
        }
    }

    /// Whether nothing is under way.
    pub fn is_quiet(&self) -> bool {
        self.receiving == Receiving::Paused && !self.waits_writable
    }
}

/// Sets a new connection up: no delay for small replies, and probes for dead peers every `keepalive_s` seconds.
pub fn prepare(socket: &OwnedFd, keepalive_s: u32) -> io::Result<()> {
    rustix::net::sockopt::set_tcp_nodelay(socket.as_fd(), true)?;
    if keepalive_s > 0 {
        let time = std::time::Duration::from_secs(keepalive_s.into());
        rustix::net::sockopt::set_socket_keepalive(socket, true)?;
        rustix::net::sockopt::set_tcp_keepidle(socket, time)?;
        rustix::net::sockopt::set_tcp_keepintvl(socket, (time / 3).max(std::time::Duration::from_secs(1)))?;
        rustix::net::sockopt::set_tcp_keepcnt(socket, 3)?;
    }
    Ok(())
}

//! A client's bytes that have not become commands yet.

use bytes::Bytes;
use shards::{command::OwnedArgs, resp::Parser};

/// The receive side of a session. Nearly always empty: commands are parsed where they were received, and only the tail of a
/// partial command, or what a stalled session cannot run yet, is kept here.
#[derive(Debug, Default)]
pub struct Inbound {
    /// The request parser; its offsets count from the first byte of `bytes`.
    pub parser: Parser,
    /// Bytes received and not run.
    pub bytes: Vec<u8>,
    /// A large argument that is being received into its final allocation.
    pub large: Option<Large>,
    /// A command with large arguments that was complete when its session stalled. It cannot be parsed again.
    pub deferred: Option<Box<OwnedArgs>>,
}

/// A large argument on its way.
#[derive(Debug)]
pub struct Large {
    bytes: Vec<u8>,
    /// Its length without the line end that follows.
    len: usize,
    /// How many bytes of that line end have come.
    line_end: usize,
    /// How many bytes were in the allocation when it was lent.
    lent_len: usize,
}

impl Large {
    /// Makes room for `len` bytes, of which `begun` are here (perhaps with a part of the line end).
    pub fn new(len: usize, begun: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(len);
        let value = begun.len().min(len);
        bytes.extend_from_slice(&begun[..value]);
        Self { bytes, len, line_end: begun.len() - value, lent_len: 0 }
    }

    /// Takes what belongs to it from the front of `received`; returns how many bytes that was.
    pub fn take(&mut self, received: &[u8]) -> usize {
        let value = received.len().min(self.len - self.bytes.len());
        self.bytes.extend_from_slice(&received[..value]);
        let line_end = (received.len() - value).min(2 - self.line_end);
        self.line_end += line_end;
        value + line_end
    }

    /// Whether it is complete, the line end behind it included.
    pub fn is_complete(&self) -> bool {
        self.bytes.len() == self.len && self.line_end == 2
    }

    /// Bytes still to come, the line end left out.
    pub fn missing(&self) -> usize {
        self.len - self.bytes.len()
    }

    /// Lends the allocation to the ring, which fills it; while it is away no bytes are taken.
    pub fn lend(&mut self) -> Vec<u8> {
        self.lent_len = self.bytes.len();
        std::mem::take(&mut self.bytes)
    }

    /// Takes the allocation back; returns how many bytes it has gained.
    pub fn give_back(&mut self, bytes: Vec<u8>) -> usize {
        debug_assert!(self.bytes.is_empty() && bytes.len() <= self.len);
        self.bytes = bytes;
        self.bytes.len() - self.lent_len
    }

    /// The argument.
    pub fn into_bytes(self) -> Bytes {
        Bytes::from(self.bytes)
    }

    /// Heap bytes.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

impl Inbound {
    /// Whether nothing is kept: what comes next may be parsed where it is received.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.bytes.is_empty() && self.large.is_none() && self.deferred.is_none() && !self.parser.in_command()
    }

    /// Heap bytes.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.parser.heap_bytes() + self.large.as_ref().map_or(0, Large::heap_bytes)
    }

    /// Bytes that count against `client-query-buffer-limit`.
    pub fn pending_bytes(&self) -> usize {
        self.bytes.len() + self.parser.heap_bytes() + self.large.as_ref().map_or(0, |large| large.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_argument_takes_its_bytes_and_its_line_end_only() {
        let mut large = Large::new(4, b"ab");
        assert_eq!(large.take(b"c"), 1);
        assert_eq!(large.take(b"d\r"), 2);
        assert!(!large.is_complete());
        assert_eq!(large.take(b"\n*1"), 1);
        assert!(large.is_complete());
        assert_eq!(large.into_bytes(), &b"abcd"[..]);
    }
}

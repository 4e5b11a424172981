//! Bytes on their way to a client: a buffer, and large values spliced into it by reference.

use bytes::Bytes;

use super::append::append_short;

/// Values of at least this many bytes are spliced rather than copied: below it, one more segment to send costs more than the
/// copy.
pub const SPLICE_MIN_BYTES: usize = 16 * 1024;

/// A run of encoded replies. `splices` holds, in ascending order, the offsets in `bytes` at which a shared value stands.
#[derive(Debug, Default)]
pub struct Out {
    bytes: Vec<u8>,
    splices: Vec<(usize, Bytes)>,
    spliced_bytes: usize,
}

impl Out {
    /// An empty run; allocates nothing.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), splices: Vec::new(), spliced_bytes: 0 }
    }

    /// The buffer to append encoded bytes to.
    #[inline]
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The copied bytes, without what is spliced in.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Splices `value` in at the end, without a copy.
    pub fn splice(&mut self, value: Bytes) {
        self.spliced_bytes += value.len();
        self.splices.push((self.bytes.len(), value));
    }

    /// The spliced values with their offsets in [`Out::bytes`].
    #[inline]
    pub fn splices(&self) -> &[(usize, Bytes)] {
        &self.splices
    }

    /// All bytes, spliced ones included.
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len() + self.spliced_bytes
    }

    /// Whether there is nothing to send.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.splices.is_empty()
    }

    /// Forgets everything, keeps the buffer.
    #[inline]
    pub fn clear(&mut self) {
        self.bytes.clear();
        if !self.splices.is_empty() {
            self.splices.clear();
            self.spliced_bytes = 0;
        }
    }

    /// The current end, to return to with [`Out::truncate`] or to read from with [`Out::append_range`].
    #[inline]
    pub fn mark(&self) -> Mark {
        Mark { byte: self.bytes.len(), splice: self.splices.len() }
    }

    /// Takes back what was written after `mark`.
    pub fn truncate(&mut self, mark: Mark) {
        self.bytes.truncate(mark.byte);
        for (_, value) in self.splices.drain(mark.splice..) {
            self.spliced_bytes -= value.len();
        }
    }

    /// Appends what stands in `from` between two marks.
    #[inline]
    pub fn append_range(&mut self, from: &Out, start: Mark, end: Mark) {
        if start.splice == end.splice {
            return append_short(&mut self.bytes, &from.bytes[start.byte..], end.byte - start.byte);
        }
        let mut at = start.byte;
        for (offset, value) in &from.splices[start.splice..end.splice] {
            self.bytes.extend_from_slice(&from.bytes[at..*offset]);
            self.splice(value.clone());
            at = *offset;
        }
        self.bytes.extend_from_slice(&from.bytes[at..end.byte]);
    }

    /// Appends the whole of `from`.
    pub fn append(&mut self, from: &Out) {
        self.append_range(from, Mark::START, from.mark());
    }

    /// The pieces in sending order: (copied bytes, spliced value) alternating as they come.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut at = 0;
        let spliced = self.splices.iter().flat_map(move |(offset, value)| {
            let before = &self.bytes[at..*offset];
            at = *offset;
            [before, value.as_ref()]
        });
        let last = self.splices.last().map_or(0, |(offset, _)| *offset);
        spliced.chain(std::iter::once(&self.bytes[last..])).filter(|piece| !piece.is_empty())
    }

    /// Drops what it can of the first `sent` bytes, if that is worth moving the rest; returns how many bytes it dropped.
    pub fn discard(&mut self, sent: usize) -> usize {
        /// Less than this is not worth a move.
        const WORTH_BYTES: usize = 64 * 1024;
        let (mut at, mut values, mut dropped) = (0, 0, 0);
        for (offset, value) in &self.splices {
            if dropped + (offset - at) + value.len() > sent {
                break;
            }
            dropped += offset - at + value.len();
            at = *offset;
            values += 1;
        }
        let next = self.splices.get(values).map_or(self.bytes.len(), |(offset, _)| *offset);
        let copied = (sent - dropped).min(next - at);
        let (at, dropped) = (at + copied, dropped + copied);
        if dropped < WORTH_BYTES || at < self.bytes.len() / 2 {
            return 0;
        }
        self.bytes.drain(..at);
        for (_, value) in self.splices.drain(..values) {
            self.spliced_bytes -= value.len();
        }
        for (offset, _) in &mut self.splices {
            *offset -= at;
        }
        dropped
    }

    /// Everything as one vector; copies spliced values.
    pub fn to_vec(&self) -> Vec<u8> {
        self.pieces().collect::<Vec<_>>().concat()
    }

    /// Gives back memory that a burst left behind: keeps at most `keep_bytes` of buffer. Call it on an empty run.
    pub fn shrink(&mut self, keep_bytes: usize) {
        if self.bytes.capacity() > keep_bytes {
            self.bytes.shrink_to(keep_bytes);
        }
        if self.splices.capacity() > 16 {
            self.splices.shrink_to(16);
        }
    }

    /// Heap bytes held, shared values included.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.spliced_bytes
    }
}

/// A place between two bytes of an [`Out`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    byte: usize,
    splice: usize,
}

impl Mark {
    /// The beginning.
    pub const START: Mark = Mark { byte: 0, splice: 0 };

    /// Offset in [`Out::bytes`].
    pub const fn byte(self) -> usize {
        self.byte
    }

    /// Offset in [`Out::splices`].
    pub const fn splice(self) -> usize {
        self.splice
    }

    /// A place by its two offsets.
    pub const fn at(byte: usize, splice: usize) -> Self {
        Self { byte, splice }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Out, Mark, Mark) {
        let mut out = Out::new();
        out.buffer().extend_from_slice(b"ab");
        let start = out.mark();
        out.buffer().extend_from_slice(b"$3\r\n");
        out.splice(Bytes::from_static(b"xyz"));
        out.buffer().extend_from_slice(b"\r\n");
        let end = out.mark();
        out.buffer().extend_from_slice(b"tail");
        (out, start, end)
    }

    #[test]
    fn pieces_come_in_sending_order() {
        let (out, _, _) = sample();
        assert_eq!(out.to_vec(), b"ab$3\r\nxyz\r\ntail");
        assert_eq!(out.len(), out.to_vec().len());
    }

    #[test]
    fn a_range_keeps_its_splices() {
        let (out, start, end) = sample();
        let mut copy = Out::new();
        copy.buffer().push(b'>');
        copy.append_range(&out, start, end);
        assert_eq!(copy.to_vec(), b">$3\r\nxyz\r\n");
        assert_eq!(copy.splices().len(), 1);
    }

    #[test]
    fn what_is_sent_is_dropped_when_it_is_much() {
        let mut out = Out::new();
        for round in 0..4_u8 {
            out.buffer().extend_from_slice(&vec![b'a' + round; 40_000]);
            out.splice(Bytes::from(vec![b'A' + round; 20_000]));
        }
        let all = out.to_vec();
        assert_eq!(out.discard(50_000), 0);
        for sent in [130_000, 100_000] {
            let before = out.to_vec();
            let dropped = out.discard(sent);
            assert!(
                dropped <= sent && out.to_vec() == before[dropped..] && out.len() == before.len() - dropped
            );
        }
        assert!(out.len() < all.len());
    }

    #[test]
    fn truncate_takes_splices_back() {
        let (mut out, start, _) = sample();
        out.truncate(start);
        assert_eq!((out.to_vec(), out.len()), (b"ab".to_vec(), 2));
    }
}

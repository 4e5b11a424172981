//! Finding where replies end: what a coordinator needs to merge the replies of several shards.

use super::{
    number::parse_i64,
    out::{Mark, Out},
};

/// Reads encoded replies one after the other.
#[derive(Debug)]
pub struct Walk<'a> {
    out: &'a Out,
    at: Mark,
}

/// The head of one reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Its type byte: `+ - : $ * % ~ , _` ...
    pub kind: u8,
    /// The rest of its first line.
    pub line: &'a [u8],
}

impl Head<'_> {
    /// The number on the line: a count, a length or an integer reply.
    pub fn number(&self) -> i64 {
        parse_i64(self.line).unwrap_or(0)
    }
}

impl<'a> Walk<'a> {
    /// Starts at the first reply in `out`.
    pub fn new(out: &'a Out) -> Self {
        Self { out, at: Mark::START }
    }

    /// Where the next reply begins.
    pub fn mark(&self) -> Mark {
        self.at
    }

    /// The head of the next reply, without passing it.
    pub fn peek(&self) -> Option<Head<'a>> {
        let rest = &self.out.bytes()[self.at.byte()..];
        let (&kind, rest) = rest.split_first()?;
        let end = memchr::memchr(b'\r', rest)?;
        Some(Head { kind, line: &rest[..end] })
    }

    /// Passes the head of the next reply only: what follows are its elements.
    pub fn enter(&mut self) -> Option<Head<'a>> {
        let head = self.peek()?;
        self.at = Mark::at(self.at.byte() + head.line.len() + 3, self.at.splice());
        Some(head)
    }

    /// Passes the next reply, all its elements included.
    pub fn skip(&mut self) -> Option<()> {
        let mut open = 1_i64;
        while open > 0 {
            open -= 1;
            let head = self.enter()?;
            match head.kind {
                b'$' | b'=' if head.number() >= 0 => self.skip_bulk(head.number() as usize),
                b'*' | b'~' | b'>' => open += head.number().max(0),
                b'%' => open += 2 * head.number(),
                _ => {}
            }
        }
        Some(())
    }

    fn skip_bulk(&mut self, len: usize) {
        let spliced = self.out.splices().get(self.at.splice());
        self.at = match spliced {
            Some((offset, value)) if *offset == self.at.byte() && len > 0 => {
                debug_assert_eq!(value.len(), len);
                Mark::at(self.at.byte() + 2, self.at.splice() + 1)
            }
            _ => Mark::at(self.at.byte() + len + 2, self.at.splice()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::{Reply, out::SPLICE_MIN_BYTES};
    use bytes::Bytes;

    #[test]
    fn replies_end_where_the_next_begins() {
        let mut out = Out::new();
        let mut reply = Reply::new(&mut out, true);
        reply.array(3);
        reply.bulk(b"");
        reply.bulk_shared(&Bytes::from(vec![b'x'; SPLICE_MIN_BYTES]));
        reply.map(1);
        reply.integer(1);
        reply.null();
        reply.ok();
        let mut walk = Walk::new(&out);
        assert_eq!(walk.peek(), Some(Head { kind: b'*', line: b"3" }));
        walk.skip().expect("an array");
        assert_eq!(walk.enter(), Some(Head { kind: b'+', line: b"OK" }));
        assert_eq!((walk.mark(), walk.peek()), (out.mark(), None));
    }
}

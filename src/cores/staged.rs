//! A few commands of one client, parsed and about to run.
//!
//! Commands are parsed ahead of running them so that their keys' cache lines are fetched together: first the tables, then the
//! entries. Nothing has an effect before it is run, so a client that must wait can be put back to any of them.

use std::ops::Range;

use bytes::Bytes;
use shards::{
    command::{Args, Handler, registry::Id},
    resp::{Parser, Span},
};

/// Commands parsed ahead. More hide no more latency, and fewer fit the nearest cache better.
pub const BATCH_MAX: usize = 32;

/// A parsed command.
#[derive(Clone, Copy, Debug)]
pub struct Staged {
    /// The command, if there is one of that name.
    pub id: Option<Id>,
    /// What runs it, if all that it needs is the shard of its one key; it has the right number of arguments then.
    pub handler: Option<Handler>,
    /// Where it begins in the bytes received, and where the next begins.
    pub start: usize,
    /// See `start`.
    pub end: usize,
    /// Its arguments in [`Batch::spans`].
    pub first_span: usize,
    /// How many.
    pub span_count: usize,
    /// Index of its key, if it is a command with one key in place.
    pub key_index: u16,
    /// The key's slot.
    pub slot: u16,
    /// The core that owns it.
    pub owner: u16,
    /// The key's hash, if this core owns it.
    pub hash: u64,
}

/// Indexes of some of the staged commands, ascending.
#[derive(Debug, Default)]
pub struct Indexes {
    places: [u8; BATCH_MAX],
    len: usize,
}

impl Indexes {
    /// Adds `index` if it is wanted, without a branch: of keys dealt by a hash, no processor foretells the owner.
    #[inline]
    pub fn add(&mut self, index: usize, wanted: bool) {
        self.places[self.len] = index as u8;
        self.len += usize::from(wanted);
    }

    /// Those within a range.
    #[inline]
    pub fn within(&self, range: Range<usize>) -> &[u8] {
        let all = &self.places[..self.len];
        let below = |limit: usize| all.partition_point(|index| usize::from(*index) < limit);
        let first = if range.start == 0 { 0 } else { below(range.start) };
        let end = if all.last().is_none_or(|last| usize::from(*last) < range.end) {
            all.len()
        } else {
            below(range.end)
        };
        &all[first..end]
    }
}

/// Parsed commands in order.
#[derive(Debug, Default)]
pub struct Batch {
    /// The commands.
    pub staged: Vec<Staged>,
    /// Those whose key this core owns. Among several cores only: one core owns all.
    pub mine: Indexes,
    /// Those whose key another core owns.
    pub theirs: Indexes,
    /// Those that look up an element of the value at their key.
    pub elements: Indexes,
    /// The arguments of all of them.
    pub spans: Vec<Span>,
    /// The large arguments of the last one; a command with such arguments is alone or last in its batch.
    pub large: Vec<Bytes>,
    /// The unquoted words of the last one, if it is an inline command.
    pub words: Vec<u8>,
}

impl Batch {
    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        self.staged.clear();
        (self.mine.len, self.theirs.len, self.elements.len) = (0, 0, 0);
        self.spans.clear();
        self.large.clear();
        self.words.clear();
    }

    /// The end of the commands from `index` on that need the shard of their one key and nothing else.
    #[inline]
    pub fn end_of_simple(&self, index: usize) -> usize {
        let is_other = |staged: &Staged| staged.handler.is_none();
        self.staged[index..].iter().position(is_other).map_or(self.staged.len(), |count| index + count)
    }

    /// Adds the command that a parser has just completed; whether it is to be the last of its batch, since it has arguments elsewhere
    /// than in the bytes received.
    pub fn take(&mut self, parser: &mut Parser) -> bool {
        self.spans.extend_from_slice(parser.spans());
        let words = parser.words();
        self.words.extend_from_slice(words.unwrap_or_default());
        let inline = words.is_some();
        self.large = parser.take_large();
        inline || !self.large.is_empty()
    }

    /// The arguments of a staged command, whose bytes stand in `bytes`; what they are slices of goes on behind them.
    #[inline]
    pub fn args<'a>(&'a self, bytes: &'a [u8], staged: &Staged) -> Args<'a> {
        let spans = &self.spans[staged.first_span..staged.first_span + staged.span_count];
        let base = match &bytes[staged.start..] {
            whole @ [b'*', ..] => whole,
            // An inline command, or none.
            _ => &self.words,
        };
        Args::new(base, spans, &self.large)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_within_a_range_are_found() {
        let mut odd = Indexes::default();
        (0..BATCH_MAX).for_each(|index| odd.add(index, index % 2 == 1));
        assert_eq!(odd.within(0..BATCH_MAX).len(), BATCH_MAX / 2);
        assert_eq!(odd.within(3..8), [3, 5, 7]);
        assert_eq!((odd.within(4..5), odd.within(0..1)), (&[][..], &[][..]));
        assert_eq!(odd.within(30..BATCH_MAX), [31]);
    }
}

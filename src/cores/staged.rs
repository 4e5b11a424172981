//! A few commands of one client, parsed and about to run.
//!
//! Commands are parsed ahead of running them so that their keys' cache lines are fetched together: first the tables, then the
//! entries. Nothing has an effect before it is run, so a client that must wait can be put back to any of them.

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

/// Parsed commands in order.
#[derive(Debug, Default)]
pub struct Batch {
    /// The commands.
    pub staged: Vec<Staged>,
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
        self.spans.clear();
        self.large.clear();
        self.words.clear();
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

    /// The arguments of a staged command, whose bytes stand in `bytes`.
    #[inline]
    pub fn args<'a>(&'a self, bytes: &'a [u8], staged: &Staged) -> Args<'a> {
        let spans = &self.spans[staged.first_span..staged.first_span + staged.span_count];
        let base =
            if Self::is_inline(bytes, staged) { &self.words } else { &bytes[staged.start..staged.end] };
        Args::new(base, spans, &self.large)
    }

    /// The bytes of a staged command with what follows them.
    #[inline]
    pub fn base_onward<'a>(&'a self, bytes: &'a [u8], staged: &Staged) -> &'a [u8] {
        if Self::is_inline(bytes, staged) { &self.words } else { &bytes[staged.start..] }
    }

    /// Whether the words of a staged command stand in [`Batch::words`].
    #[inline]
    fn is_inline(bytes: &[u8], staged: &Staged) -> bool {
        bytes.get(staged.start).is_some_and(|first| *first != b'*')
    }
}

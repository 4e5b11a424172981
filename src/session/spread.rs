//! Replies of several cores, on their way into the order of the commands.

use shards::{
    message::Answer,
    resp::{
        Out, Series,
        series::{Part, interleave},
    },
};
use smallvec::SmallVec;

/// Of its memory a spread keeps so much for the next use, for each core that it has had replies from.
const KEEP_BYTES: usize = 4 * 1024;

/// The replies to commands of one client, one behind the other, that ran on this core and on others. They go on together, when all are
/// there: then each is copied once, in one run, and nothing has to be guessed at on the way.
#[derive(Debug, Default)]
pub struct Spread {
    /// Of each command, which source its reply comes from: 0 is this core.
    order: Vec<u8>,
    /// What the sources have given; of the last one, nothing is kept.
    given: Vec<Series>,
    /// Sources that have given nothing yet.
    missing: u8,
}

impl Spread {
    /// Begins one of `commands` commands, all of which are this core's as far as nothing else is said.
    #[inline]
    pub fn begin(&mut self, commands: usize) {
        debug_assert!(self.missing == 0 && self.given.iter().all(Series::is_empty), "a spread is used twice");
        self.order.clear();
        self.order.resize(commands, 0);
    }

    /// The reply to command `index` comes from this source.
    #[inline]
    pub fn comes_from(&mut self, index: usize, source: u8) {
        self.order[index] = source;
    }

    /// There are no more commands than these, and so many sources.
    #[inline]
    pub fn end(&mut self, commands: usize, sources: u8) {
        self.order.truncate(commands);
        self.missing = sources - 1;
        if self.given.len() < usize::from(sources) {
            self.given.resize_with(usize::from(sources), Series::default);
        }
    }

    /// This core's replies.
    #[inline]
    pub fn own(&mut self) -> &mut Series {
        &mut self.given[0]
    }

    /// Takes the replies of a source. Returns whether they are the last, which [`Spread::write`] wants to see.
    #[inline]
    pub fn take(&mut self, answer: &Answer<'_>) -> bool {
        self.missing -= 1;
        if self.missing > 0 {
            self.given[usize::from(answer.source)].append(&answer.replies);
        }
        self.missing == 0
    }

    /// Writes all replies in order.
    #[inline]
    pub fn write(&self, last: &Answer<'_>, out: &mut Out) {
        let sources = self.given.len().max(usize::from(last.source) + 1);
        let part = |source: usize| match self.given.get(source) {
            _ if source == usize::from(last.source) => last.replies,
            Some(given) => given.part(0, given.len()),
            None => unreachable!("source {source} has given nothing"),
        };
        let parts: SmallVec<[Part<'_>; 8]> = (0..sources).map(part).collect();
        interleave(&self.order, &parts, out);
    }

    /// Bytes of replies in it.
    pub fn bytes(&self) -> usize {
        self.given.iter().map(Series::bytes).sum()
    }

    /// Heap bytes held.
    pub fn heap_bytes(&self) -> usize {
        self.order.capacity() + self.given.iter().map(Series::heap_bytes).sum::<usize>()
    }

    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        for series in &mut self.given {
            series.clear(KEEP_BYTES);
        }
        self.missing = 0;
    }
}

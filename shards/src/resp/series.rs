//! Replies one behind the other, and where each ends.

use smallvec::SmallVec;

use super::{Out, append::AT_ONCE, out::Mark};

/// A run of replies that can be told apart.
#[derive(Debug, Default)]
pub struct Series {
    run: Out,
    ends: Ends,
}

/// Where each reply ends.
#[derive(Debug)]
enum Ends {
    /// Its offset among the bytes, with nothing spliced in so far.
    Narrow(Vec<u32>),
    Wide(Vec<Mark>),
}

impl Default for Ends {
    fn default() -> Self {
        Ends::Narrow(Vec::new())
    }
}

impl Series {
    /// All replies, one behind the other.
    #[inline]
    pub fn run(&self) -> &Out {
        &self.run
    }

    /// Where the next reply is to be written.
    #[inline]
    pub fn out(&mut self) -> &mut Out {
        &mut self.run
    }

    /// How many replies there are.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.ends {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends a reply: what has been written behind the last one.
    #[inline]
    pub fn end(&mut self) {
        let end = self.run.mark();
        match &mut self.ends {
            Ends::Narrow(ends) if end.splice() == 0 && u32::try_from(end.byte()).is_ok() => {
                ends.push(end.byte() as u32);
            }
            _ => self.end_wide(end),
        }
    }

    #[cold]
    fn end_wide(&mut self, end: Mark) {
        if let Ends::Narrow(ends) = &self.ends {
            self.ends = Ends::Wide(ends.iter().map(|end| Mark::at(*end as usize, 0)).collect());
        }
        if let Ends::Wide(ends) = &mut self.ends {
            ends.push(end);
        }
    }

    /// Where the first `count` replies end.
    #[inline]
    pub fn mark(&self, count: usize) -> Mark {
        match (&self.ends, count.checked_sub(1)) {
            (_, None) => Mark::START,
            (Ends::Narrow(ends), Some(last)) => Mark::at(ends[last] as usize, 0),
            (Ends::Wide(ends), Some(last)) => ends[last],
        }
    }

    /// The replies from `first` on, `count` of them.
    #[inline]
    pub fn part(&self, first: usize, count: usize) -> Part<'_> {
        Part { series: self, first, count }
    }

    /// No reply will be added before it is cleared: with some room behind the last one, short replies are copied quicker.
    #[inline]
    pub fn finish(&mut self) {
        self.run.buffer().extend_from_slice(&[0; AT_ONCE]);
    }

    /// Appends replies of another series.
    pub fn append(&mut self, part: &Part<'_>) {
        let (from, first) = (part.series.run(), part.start());
        let (start, before) = (first.byte(), self.run.bytes().len());
        if let (Ends::Narrow(ends), Some(theirs)) = (&mut self.ends, part.narrow())
            && u32::try_from(before + part.end().byte() - start).is_ok()
        {
            self.run.append_range(from, first, part.end());
            ends.extend(theirs.iter().map(|end| *end - start as u32 + before as u32));
            return;
        }
        let mut start = first;
        for count in part.first + 1..=part.first + part.count {
            let end = part.series.mark(count);
            self.run.append_range(from, start, end);
            self.end();
            start = end;
        }
    }

    /// Forgets all replies. Of their memory `keep_bytes` are kept, and the same for their ends.
    #[inline]
    pub fn clear(&mut self, keep_bytes: usize) {
        self.run.clear();
        self.run.shrink(keep_bytes);
        match &mut self.ends {
            Ends::Narrow(ends) => {
                ends.clear();
                ends.shrink_to(keep_bytes / size_of::<u32>());
            }
            Ends::Wide(_) => self.ends = Ends::default(),
        }
    }

    /// Bytes of the replies, spliced ones included.
    #[inline]
    pub fn bytes(&self) -> usize {
        let behind = self.run.bytes().len() - self.mark(self.len()).byte();
        self.run.len() - behind
    }

    /// Heap bytes held, shared values included.
    pub fn heap_bytes(&self) -> usize {
        let ends = match &self.ends {
            Ends::Narrow(ends) => ends.capacity() * size_of::<u32>(),
            Ends::Wide(ends) => ends.capacity() * size_of::<Mark>(),
        };
        self.run.heap_bytes() + ends
    }

    /// The ends of the replies as numbers, as long as they can be told so; there may be room behind them.
    #[inline]
    pub fn narrow_ends(&self) -> Option<&Vec<u32>> {
        match &self.ends {
            Ends::Narrow(ends) => Some(ends),
            Ends::Wide(_) => None,
        }
    }
}

/// Some replies of a series.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    series: &'a Series,
    first: usize,
    count: usize,
}

impl<'a> Part<'a> {
    /// The run that they stand in.
    #[inline]
    pub fn run(&self) -> &'a Out {
        self.series.run()
    }

    /// Where the first begins there.
    #[inline]
    pub fn start(&self) -> Mark {
        self.series.mark(self.first)
    }

    /// Where the last ends there.
    #[inline]
    pub fn end(&self) -> Mark {
        self.series.mark(self.first + self.count)
    }

    /// How many they are.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    #[inline]
    fn narrow(&self) -> Option<&'a [u32]> {
        self.series.narrow_ends().map(|ends| &ends[self.first..self.first + self.count])
    }
}

/// A part with short replies, and how far it has been read.
struct Cursor<'a> {
    bytes: &'a [u8],
    ends: std::slice::Iter<'a, u32>,
    start: usize,
}

impl<'a> Cursor<'a> {
    /// Nothing if the ends cannot be told as numbers.
    #[inline]
    fn new(part: &Part<'a>) -> Option<Self> {
        Some(Self { bytes: part.run().bytes(), ends: part.narrow()?.iter(), start: part.start().byte() })
    }
}

/// Appends replies of several parts to `out`: of each number in `order`, the next one of that part. Every reply is one of these.
pub fn interleave(order: &[u8], parts: &[Part<'_>], out: &mut Out) {
    debug_assert_eq!(order.len(), parts.iter().map(Part::count).sum::<usize>(), "a reply of each command");
    let total: usize = parts.iter().map(|part| part.end().byte() - part.start().byte()).sum();
    let cursors = parts.iter().map(Cursor::new).collect::<Option<SmallVec<[_; 4]>>>();
    let Some(mut cursors) = cursors.filter(|_| total <= order.len() * AT_ONCE) else {
        return interleave_long(order, parts, out);
    };
    let (cursors, to) = (cursors.as_mut_slice(), out.buffer());
    let mut at = to.len();
    to.resize(at + total + AT_ONCE, 0);
    for &number in order {
        let Cursor { bytes, ends, start } = &mut cursors[usize::from(number)];
        let Some(end) = ends.next().map(|end| *end as usize) else {
            unreachable!("part {number} lacks a reply")
        };
        let len = end - *start;
        match (bytes.get(*start..).and_then(<[u8]>::first_chunk), to[at..].first_chunk_mut::<AT_ONCE>()) {
            (Some(chunk), Some(place)) if len <= AT_ONCE => *place = *chunk,
            _ => to[at..at + len].copy_from_slice(&bytes[*start..end]),
        }
        at += len;
        *start = end;
    }
    to.truncate(at);
}

/// As [`interleave`], where something is spliced in or replies are long.
fn interleave_long(order: &[u8], parts: &[Part<'_>], out: &mut Out) {
    let mut next: SmallVec<[usize; 8]> = parts.iter().map(|part| part.first).collect();
    for number in order.iter().map(|number| usize::from(*number)) {
        let series = parts[number].series;
        out.append_range(series.run(), series.mark(next[number]), series.mark(next[number] + 1));
        next[number] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;

    /// A series of these replies; those with a letter in front are spliced in, but for it.
    fn series(replies: &[Vec<u8>]) -> Series {
        let mut series = Series::default();
        for reply in replies {
            if reply.first().is_some_and(u8::is_ascii_alphabetic) {
                series.out().buffer().push(reply[0]);
                series.out().splice(Bytes::copy_from_slice(&reply[1..]));
            } else {
                series.out().buffer().extend_from_slice(reply);
            }
            series.end();
        }
        series.finish();
        series
    }

    proptest! {
        #[test]
        fn replies_come_together_in_any_order(
            replies in prop::collection::vec((0..3_u8, prop::collection::vec(0..66_u8, 0..40)), 0..60),
            skipped in 0..3_usize,
        ) {
            let of = |part| -> Vec<Vec<u8>> {
                let own = replies.iter().filter(|(of, _)| *of == part);
                std::iter::repeat_n(b"skipped".to_vec(), skipped).chain(own.map(|(_, reply)| reply.clone())).collect()
            };
            let all = [0, 1, 2].map(|part| series(&of(part)));
            let rest = all.each_ref().map(|series| series.part(skipped, series.len() - skipped));
            let order: Vec<u8> = replies.iter().map(|(part, _)| *part).collect();
            let mut out = Out::new();
            interleave(&order, &rest, &mut out);
            prop_assert_eq!(out.to_vec(), replies.iter().map(|(_, reply)| reply.clone()).collect::<Vec<_>>().concat());

            prop_assert_eq!(all[0].bytes(), of(0).concat().len());
            let mut copy = series(&[b"first".to_vec()]);
            copy.clear(0);
            copy.out().buffer().extend_from_slice(b"one");
            copy.end();
            copy.append(&rest[0]);
            let mut out = Out::new();
            interleave(&vec![0; rest[0].count()], &[copy.part(1, rest[0].count())], &mut out);
            prop_assert_eq!(out.to_vec(), of(0)[skipped..].concat());
        }
    }
}

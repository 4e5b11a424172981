//! The order of a client's replies.
//!
//! Replies leave in the order of the commands, but those of other cores come when they come. While none is missing, replies are
//! written straight into `out`. Behind a missing one they are held, each with its place in a queue:
//!
//! ```text
//! out: replies ready to be sent │ pending: [missing 7] [held 8-9] [spread 10] [held 11] ...
//!                                           └ number of the first = head
//! ```
//!
//! Commands one behind the other of which some run here and some on other cores have one place and one number: a [`Spread`].
//!
//! A client may want no replies (CLIENT REPLY). What is dropped is decided when a command runs, not when its reply comes: other
//! cores still answer, and their answers keep the order.

use std::collections::VecDeque;

use shards::{
    message::{Answer, Token},
    resp::{Out, out::Mark},
};

use super::{merging::Merging, spread::Spread};

/// Held bytes of which less than half are still waited for are compacted from this size on.
const COMPACT_MIN_BYTES: usize = 64 * 1024;

/// One client's replies.
#[derive(Debug, Default)]
pub struct Replies {
    out: Out,
    held: Out,
    pending: VecDeque<Pending>,
    /// Number of the first pending reply; numbers wrap.
    head: u32,
    missing: usize,
    /// Bytes in spreads.
    spread_bytes: usize,
    /// The reply that is missing is that of a command that waits, and nothing stands behind it: messages go ahead.
    overtaken: bool,
    /// A reply is being written in pieces: messages wait here until it is whole.
    aside: Option<Box<Out>>,
    mute: Mute,
}

#[derive(Debug)]
enum Pending {
    Missing,
    Spread(Box<Spread>),
    Merging(Box<Merging>),
    /// Missing, and not wanted when it comes; so many parts of it.
    Unwanted(u16),
    /// There, between two offsets in the bytes of `held`, with nothing spliced in.
    Held(u32, u32),
    /// There, but not to be told in offsets of 32 bits.
    HeldWide(Box<(Mark, Mark)>),
}

impl Pending {
    /// A reply between two marks of `held`.
    #[inline]
    fn held(start: Mark, end: Mark) -> Self {
        match u32::try_from(end.byte()) {
            Ok(last) if start.splice() == end.splice() => Pending::Held(start.byte() as u32, last),
            _ => Pending::HeldWide(Box::new((start, end))),
        }
    }

    /// Where in `held` the reply stands, if it is there.
    #[inline]
    fn marks(&self) -> Option<(Mark, Mark)> {
        match self {
            // Without a splice between them, their number says nothing.
            Pending::Held(start, end) => Some((Mark::at(*start as usize, 0), Mark::at(*end as usize, 0))),
            Pending::HeldWide(marks) => Some(**marks),
            Pending::Missing | Pending::Spread(_) | Pending::Merging(_) | Pending::Unwanted(_) => None,
        }
    }
}

/// Which replies the client does not want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mute {
    /// It wants all.
    #[default]
    Nothing,
    /// None, until it says otherwise.
    Everything,
    /// That of the command running now, which asked for [`Mute::Next`].
    BeforeNext,
    /// That of the next command.
    Next,
}

impl Replies {
    /// Replies ready to be sent.
    #[inline]
    pub fn out(&mut self) -> &mut Out {
        &mut self.out
    }

    /// Whether a reply is still missing.
    #[inline]
    pub fn is_waiting(&self) -> bool {
        self.missing > 0
    }

    /// Whether nothing stands ready to be sent.
    pub fn is_sent(&self) -> bool {
        self.out.is_empty()
    }

    /// The client's command waits, so that messages must not wait for its reply; or it waits no more.
    pub fn set_overtaken(&mut self, overtaken: bool) {
        self.overtaken = overtaken;
    }

    /// Whether the reply that is missing is one that may take its time.
    #[inline]
    pub fn is_overtaken(&self) -> bool {
        self.overtaken
    }

    /// Replies that are missing.
    #[inline]
    pub fn missing(&self) -> usize {
        self.missing
    }

    /// Bytes waiting to be sent or held.
    pub fn len(&self) -> usize {
        self.out.len() + self.held.len() + self.spread_bytes
    }

    /// Whether there is nothing to send or to wait for.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty() && self.pending.is_empty()
    }

    /// Heap bytes held.
    pub fn heap_bytes(&self) -> usize {
        let spreads = self.pending.iter().map(|pending| match pending {
            Pending::Spread(spread) => spread.heap_bytes(),
            _ => 0,
        });
        self.out.heap_bytes()
            + self.held.heap_bytes()
            + self.pending.capacity() * size_of::<Pending>()
            + spreads.sum::<usize>()
    }

    /// What the client does not want.
    #[inline]
    pub fn mute(&self) -> Mute {
        self.mute
    }

    /// The client wants these replies no more, or again.
    pub fn set_mute(&mut self, mute: Mute) {
        self.mute = mute;
    }

    /// Takes note that a command has run: a reply that was to be dropped alone has been.
    #[inline]
    pub fn command_ran(&mut self) {
        if self.mute != Mute::Nothing {
            self.mute = match self.mute {
                Mute::BeforeNext => Mute::Next,
                Mute::Next => Mute::Nothing,
                other => other,
            };
        }
    }

    /// Where the next reply may be written at once: no reply is missing. The client wants it.
    #[inline]
    pub fn direct(&mut self) -> Option<&mut Out> {
        debug_assert_eq!(self.mute, Mute::Nothing);
        self.pending.is_empty().then_some(&mut self.out)
    }

    /// Writes the reply of a command that has just run here.
    #[inline]
    pub fn write<R>(&mut self, write: impl FnOnce(&mut Out) -> R) -> R {
        let wanted = self.mute == Mute::Nothing;
        if self.pending.is_empty() && wanted {
            return write(&mut self.out);
        }
        let start = self.held.mark();
        let result = write(&mut self.held);
        if !wanted {
            self.held.truncate(start);
            return result;
        }
        self.hold(start);
        result
    }

    /// What has been written to `held` since `start` is the last of the pending replies, or a part of it.
    #[inline]
    fn hold(&mut self, start: Mark) {
        let written = Pending::held(start, self.held.mark());
        match (self.pending.back_mut(), &written) {
            (Some(Pending::Held(_, last)), Pending::Held(from, end)) if last == from => *last = *end,
            _ => self.pending.push_back(written),
        }
    }

    /// Writes a message that the client gets whether or not it wants replies. It leaves behind the replies to what ran before,
    /// those included that are still missing.
    pub fn push_message(&mut self, message: &Out) {
        if let Some(aside) = &mut self.aside {
            return aside.append(message);
        }
        if self.pending.is_empty() || self.overtaken {
            return self.out.append(message);
        }
        let start = self.held.mark();
        self.held.append(message);
        self.hold(start);
    }

    /// A reply is written in pieces from now on.
    pub fn begin_pieces(&mut self) {
        self.aside.get_or_insert_default();
    }

    /// The reply is whole.
    #[inline]
    pub fn end_pieces(&mut self) {
        if let Some(aside) = self.aside.take() {
            self.push_message(&aside);
        }
    }

    /// As [`Replies::push_message`], in front of the reply `number` in several parts, which is missing.
    pub fn push_message_before(&mut self, number: u32, message: &Out) {
        match self.pending.get_mut(number.wrapping_sub(self.head) as usize) {
            Some(Pending::Merging(merging)) => merging.put_before(message),
            _ => self.push_message(message),
        }
    }

    /// Keeps the place of a reply that another core will give; returns its number.
    #[inline]
    pub fn expect(&mut self) -> u32 {
        let wanted = self.mute == Mute::Nothing;
        self.push(if wanted { Pending::Missing } else { Pending::Unwanted(1) })
    }

    /// The number that the next reply to be expected gets.
    #[inline]
    pub fn next_number(&self) -> u32 {
        self.head.wrapping_add(self.pending.len() as u32)
    }

    /// Keeps the place of replies of which `missing` are still to come, from other cores, under the number that was
    /// [`Replies::next_number`].
    #[inline]
    pub fn expect_spread(&mut self, number: u32, spread: Box<Spread>, missing: usize) {
        debug_assert_eq!((number, self.mute), (self.next_number(), Mute::Nothing));
        self.spread_bytes += spread.bytes();
        self.missing += missing;
        self.pending.push_back(Pending::Spread(spread));
    }

    /// Keeps the place of a reply that several cores will give together.
    pub fn expect_parts(&mut self, merging: Merging) -> u32 {
        let wanted = self.mute == Mute::Nothing;
        let parts = merging.parts() as u16;
        self.push(if wanted { Pending::Merging(Box::new(merging)) } else { Pending::Unwanted(parts) })
    }

    fn push(&mut self, pending: Pending) -> u32 {
        self.missing += 1;
        self.pending.push_back(pending);
        self.head.wrapping_add(self.pending.len() as u32 - 1)
    }

    /// Takes the reply under a number, or a part of it, or those of a core to what it ran of a spread. Gives the spread back that has all
    /// and is of no more use here.
    #[inline]
    pub fn fulfil(&mut self, answer: &Answer<'_>) -> Option<Box<Spread>> {
        let index = answer.token.sequence.wrapping_sub(self.head) as usize;
        let Pending::Spread(spread) = &mut self.pending[index] else {
            let replies = &answer.replies;
            self.take(answer.token, (replies.run(), replies.start(), replies.end()));
            return None;
        };
        self.missing -= answer.replies.count();
        self.spread_bytes -= spread.bytes();
        if !spread.take(answer) {
            self.spread_bytes += spread.bytes();
            return None;
        }
        let Pending::Spread(spread) = std::mem::replace(&mut self.pending[index], Pending::Held(0, 0)) else {
            unreachable!("a spread is one");
        };
        self.place(index, |out| spread.write(answer, out));
        Some(spread)
    }

    /// Writes the reply that pending reply `index` stands for; if that is the first, those behind it go on with it.
    #[inline]
    fn place(&mut self, index: usize, write: impl FnOnce(&mut Out)) {
        if index == 0 {
            write(&mut self.out);
            self.advance();
        } else {
            let held = self.held.mark();
            write(&mut self.held);
            self.pending[index] = Pending::held(held, self.held.mark());
        }
    }

    /// Takes a reply, or a part of it.
    #[inline]
    fn take(&mut self, token: Token, (from, start, end): (&Out, Mark, Mark)) {
        let Token { sequence: number, part, .. } = token;
        let index = number.wrapping_sub(self.head) as usize;
        let pending = &mut self.pending[index];
        match pending {
            Pending::Missing => {
                self.missing -= 1;
                self.place(index, |out| out.append_range(from, start, end));
            }
            Pending::Merging(merging) => {
                merging.add(usize::from(part), from, start, end);
                if merging.is_complete() {
                    self.merge(index);
                }
            }
            Pending::Unwanted(parts) => {
                *parts -= 1;
                if *parts == 0 {
                    *pending = Pending::Held(0, 0);
                    self.missing -= 1;
                    if index == 0 {
                        self.advance();
                    }
                }
            }
            Pending::Spread(_) | Pending::Held(..) | Pending::HeldWide(_) => {
                unreachable!("reply {number} came twice, or alone");
            }
        }
    }

    /// Takes a reply, or a part of one, that was made on this core.
    pub fn fulfil_here(&mut self, number: u32, part: u16, reply: &Out) {
        let token = Token { sequence: number, part, ..Token::NOBODY };
        self.take(token, (reply, Mark::START, reply.mark()));
    }

    fn merge(&mut self, index: usize) {
        let Pending::Merging(merging) = std::mem::replace(&mut self.pending[index], Pending::Held(0, 0))
        else {
            return;
        };
        self.missing -= 1;
        self.place(index, |out| merging.write(out));
    }

    /// The first pending reply is in `out`: drops it and moves on to the next missing one.
    #[inline]
    fn advance(&mut self) {
        self.pending.pop_front();
        self.head = self.head.wrapping_add(1);
        while let Some((start, end)) = self.pending.front().and_then(Pending::marks) {
            self.out.append_range(&self.held, start, end);
            self.pending.pop_front();
            self.head = self.head.wrapping_add(1);
        }
        if self.pending.is_empty() {
            self.held.clear();
        } else if self.held.len() > COMPACT_MIN_BYTES {
            self.compact();
        }
    }

    /// A client that always has commands under way never lets `held` run empty: what is out of it is dropped here.
    #[cold]
    fn compact(&mut self) {
        let marks = self.pending.iter().filter_map(Pending::marks);
        let live: usize = marks.map(|(start, end)| end.byte() - start.byte()).sum();
        if live * 2 > self.held.bytes().len() {
            return;
        }
        let old = std::mem::take(&mut self.held);
        for pending in &mut self.pending {
            if let Some((start, end)) = pending.marks() {
                let from = self.held.mark();
                self.held.append_range(&old, start, end);
                *pending = Pending::held(from, self.held.mark());
            }
        }
    }

    /// Gives back memory that a burst left behind; call it when everything is sent.
    pub fn shrink(&mut self, keep_bytes: usize) {
        self.out.shrink(keep_bytes);
        if self.pending.is_empty() {
            self.held.shrink(keep_bytes);
            self.pending.shrink_to(64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shards::resp::Series;

    fn out(text: &str) -> Out {
        let mut out = Out::new();
        out.buffer().extend_from_slice(text.as_bytes());
        out
    }

    fn text(replies: &mut Replies) -> String {
        let text = String::from_utf8(replies.out().to_vec()).expect("text");
        replies.out().clear();
        text
    }

    #[test]
    fn replies_leave_in_the_order_of_the_commands() {
        let mut replies = Replies::default();
        let write = |replies: &mut Replies, text: &str| {
            replies.write(|out| out.buffer().extend_from_slice(text.as_bytes()));
        };
        write(&mut replies, "a");
        let b = replies.expect();
        write(&mut replies, "c");
        write(&mut replies, "d");
        let e = replies.expect();
        let f = replies.expect();
        write(&mut replies, "g");
        assert_eq!(text(&mut replies), "a");
        replies.fulfil_here(f, 0, &out("f"));
        replies.fulfil_here(b, 0, &out("b"));
        assert_eq!(text(&mut replies), "bcd");
        assert!(replies.is_waiting());
        replies.fulfil_here(e, 0, &out("e"));
        assert_eq!(text(&mut replies), "efg");
        assert!(!replies.is_waiting() && replies.is_empty());
    }

    /// Replies of one letter each.
    fn series(letters: &str) -> Series {
        let mut series = Series::default();
        for letter in letters.bytes() {
            series.out().buffer().push(letter);
            series.end();
        }
        series
    }

    #[test]
    fn replies_of_several_cores_come_together() {
        let mut replies = Replies::default();
        let first = replies.expect();
        let spread = |replies: &mut Replies, order: &[u8], own: &str| {
            let mut spread = Box::<Spread>::default();
            spread.begin(order.len());
            order.iter().enumerate().for_each(|(index, source)| spread.comes_from(index, *source));
            spread.end(order.len(), 1 + order.iter().max().expect("commands"));
            own.bytes().for_each(|letter| {
                spread.own().out().buffer().push(letter);
                spread.own().end();
            });
            let number = replies.next_number();
            replies.expect_spread(number, spread, order.len() - own.len());
            number
        };
        let fulfil = |replies: &mut Replies, sequence, source, letters: &str| {
            let (series, token) = (series(letters), Token { sequence, ..Token::NOBODY });
            let all = series.part(0, letters.len());
            replies.fulfil(&Answer { token, source, replies: all }).is_some()
        };
        let second = spread(&mut replies, &[0, 2, 1, 2, 0], "bf");
        let third = spread(&mut replies, &[1, 0], "h");
        assert_eq!((replies.missing(), replies.len()), (5, 3));
        assert!(fulfil(&mut replies, third, 1, "g"));
        assert!(!fulfil(&mut replies, second, 2, "ce"));
        assert_eq!((replies.missing(), replies.len()), (2, 6));
        assert!(fulfil(&mut replies, second, 1, "d"));
        assert!(text(&mut replies).is_empty());
        assert!(!fulfil(&mut replies, first, 0, "a"));
        assert_eq!((text(&mut replies).as_str(), replies.missing(), replies.len()), ("abcdefgh", 0, 0));
    }

    #[test]
    fn unwanted_replies_are_dropped_wherever_they_come_from() {
        let mut replies = Replies::default();
        let write = |replies: &mut Replies, text: &str| {
            replies.write(|out| out.buffer().extend_from_slice(text.as_bytes()));
            replies.command_ran();
        };
        write(&mut replies, "a");
        replies.set_mute(Mute::Everything);
        write(&mut replies, "b");
        let c = replies.expect();
        replies.set_mute(Mute::Nothing);
        write(&mut replies, "d");
        replies.set_mute(Mute::BeforeNext);
        write(&mut replies, "e");
        write(&mut replies, "f");
        write(&mut replies, "g");
        assert_eq!(text(&mut replies), "a");
        replies.fulfil_here(c, 0, &out("c"));
        assert_eq!(text(&mut replies), "dg");
        assert!(!replies.is_waiting() && replies.is_empty());
    }

    #[test]
    fn an_endless_pipeline_holds_no_more_than_it_waits_for() {
        let mut replies = Replies::default();
        let mut number = replies.expect();
        for _ in 0..10_000 {
            replies.write(|out| out.buffer().extend_from_slice(&[b'x'; 100]));
            let next = replies.expect();
            replies.fulfil_here(number, 0, &out("y"));
            replies.out().clear();
            number = next;
        }
        assert!(replies.heap_bytes() < 4 * COMPACT_MIN_BYTES, "{} bytes", replies.heap_bytes());
    }
}

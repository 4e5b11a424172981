//! A batch of commands on its way to their owner, and its replies on their way back.
//!
//! Every cache line of it that one core writes and another reads crosses the processor, and crosses it again when the sender writes
//! there next. So it is packed: the arguments back to back without anything of the protocol, their lengths, and 20 bytes per
//! command; what is the same for one command after the other of a client is there once. The owner only reads these: what it would
//! write there, the sender would have to fetch back. It unpacks them into memory of its own, a [`Reading`].
//!
//! ```text
//! callers      [session, generation, database, transaction, modes] ...
//! descriptors  [which caller, sequence, part, command, slot, index of the key, how many arguments] ...
//! lengths      [3][16] [3][16][1] ...             u32 each; of a large one, that it is the next of `large`
//! data         GETkey:000000012345SETkey:00...    back to back
//! large        shared allocations
//!
//! replies      $3\r\nxxx\r\n+OK\r\n ...
//! ends         [9][14] ...                        u32 each, while that is enough
//! ```

use bytes::Bytes;

use super::{Call, Modes, Note, Token};
use crate::{
    command::{Args, args::Routed, registry},
    resp::{Out, Span, append::append_short, out::Mark},
    structures::prefetch::{lines, prefetch, prefetch_to_write},
    tx::{Claim, Hop},
};

/// The length of an argument that is the next of the large ones.
const LARGE: u32 = u32::MAX;

/// Buffers of up to this size are kept by an envelope that is not under way, bytes.
const KEEP_BYTES: usize = 32 * 1024;

/// What is the same for one command after the other of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Caller {
    session: u32,
    generation: u32,
    database: u16,
    transaction: u16,
    modes: Modes,
}

impl Caller {
    #[inline]
    fn of(call: &Call) -> Self {
        let Call { token: Token { session, generation, .. }, database, transaction, modes, .. } = *call;
        Self { session, generation, database, transaction, modes }
    }
}

/// A command, but for its arguments and its caller.
#[derive(Clone, Copy, Debug)]
struct Descriptor {
    sequence: u32,
    arguments: u32,
    /// Index in [`Envelope::callers`].
    caller: u32,
    part: u16,
    command: registry::Id,
    slot: u16,
    key_index: u16,
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

impl Ends {
    #[inline]
    fn len(&self) -> usize {
        match self {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    #[inline]
    fn push(&mut self, end: Mark) {
        match self {
            Ends::Narrow(ends) if end.splice() == 0 && u32::try_from(end.byte()).is_ok() => {
                ends.push(end.byte() as u32);
            }
            _ => self.push_wide(end),
        }
    }

    #[cold]
    fn push_wide(&mut self, end: Mark) {
        if let Ends::Narrow(ends) = self {
            *self = Ends::Wide(ends.iter().map(|end| Mark::at(*end as usize, 0)).collect());
        }
        if let Ends::Wide(ends) = self {
            ends.push(end);
        }
    }

    #[inline]
    fn get(&self, index: usize) -> Option<Mark> {
        match self {
            Ends::Narrow(ends) => ends.get(index).map(|end| Mark::at(*end as usize, 0)),
            Ends::Wide(ends) => ends.get(index).copied(),
        }
    }

    fn clear(&mut self) {
        match self {
            Ends::Narrow(ends) => {
                ends.clear();
                ends.shrink_to(KEEP_BYTES / size_of::<u32>());
            }
            Ends::Wide(_) => *self = Ends::default(),
        }
    }
}

/// The commands of an envelope as their owner reads them: where their arguments stand, and the hashes of their keys.
#[derive(Debug, Default)]
pub struct Reading {
    /// The arguments of all commands, in the envelope's data.
    spans: Vec<Span>,
    /// Of each command's first key; 0 if it has none.
    hashes: Vec<u64>,
}

/// The reply to one command, or to several in a row that have the same token.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Who gets it.
    pub token: Token,
    /// Of how many commands.
    pub count: u32,
    /// The run of replies that it stands in.
    pub run: &'a Out,
    /// Where it starts there.
    pub start: Mark,
    /// Where it ends.
    pub end: Mark,
}

/// A batch of commands on its way to their owner, or back.
#[derive(Debug, Default)]
pub struct Envelope {
    /// The core that sent the commands and gets the replies.
    pub from: u16,
    /// The core that runs them.
    pub to: u16,
    /// The sender's turn, if other cores get envelopes of the same turn: then it must not run before that turn is published.
    pub turn: Option<u64>,
    /// Whether the replies are in.
    pub answered: bool,
    /// The transaction of the sender that this envelope is a step of.
    pub transaction: u64,
    /// That step.
    pub hop: Option<Hop>,
    /// Sent without a credit: its receiver is held by the sender, or it has only posts.
    pub uncounted: bool,
    /// Nobody waits for a reply to what is in here.
    pub has_only_posts: bool,
    /// What else the sender has to say; it counts behind the commands.
    pub notes: Vec<Note>,
    /// Of those commands that may wait, in their order.
    pub claims: Vec<Claim>,
    callers: Vec<Caller>,
    descriptors: Vec<Descriptor>,
    lengths: Vec<u32>,
    data: Vec<u8>,
    large: Vec<Bytes>,
    replies: Out,
    ends: Ends,
}

impl Envelope {
    /// How many commands are in.
    #[inline]
    pub fn len(&self) -> usize {
        self.descriptors.len()
    }

    /// Whether no command is in.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.descriptors.is_empty()
    }

    /// Bytes of arguments in it, large ones included.
    #[inline]
    pub fn data_bytes(&self) -> usize {
        self.data.len() + self.large.iter().map(Bytes::len).sum::<usize>()
    }

    /// Adds a command whose arguments are spans of `base`. It is quicker if `base` goes on behind them.
    #[inline]
    pub fn push(&mut self, call: Call, base: &[u8], spans: &[Span], large: &[Bytes]) {
        if large.is_empty() {
            for span in spans {
                self.add(&base[span.start as usize..], span.len as usize);
            }
        } else {
            self.add_selected(&Args::new(base, spans, large), 0..spans.len());
        }
        self.end(&call, spans.len());
    }

    /// Adds the argument that is the first `len` of these bytes.
    #[inline]
    fn add(&mut self, bytes: &[u8], len: usize) {
        self.lengths.push(len as u32);
        append_short(&mut self.data, bytes, len);
    }

    #[cold]
    fn add_large(&mut self, argument: &Bytes) {
        self.lengths.push(LARGE);
        self.large.push(argument.clone());
    }

    /// Ends a command whose arguments have been added.
    #[inline]
    fn end(&mut self, call: &Call, arguments: usize) {
        let caller = Caller::of(call);
        if self.callers.last() != Some(&caller) {
            self.callers.push(caller);
        }
        let Call { token: Token { sequence, part, .. }, command, slot, key_index, .. } = *call;
        self.descriptors.push(Descriptor {
            sequence,
            part,
            arguments: arguments as u32,
            caller: (self.callers.len() - 1) as u32,
            command,
            slot,
            key_index,
        });
    }

    /// Adds a command with some of the arguments of another, and one more.
    pub fn push_selected_with(
        &mut self,
        call: Call,
        args: &Args<'_>,
        selected: impl Iterator<Item = usize>,
        extra: &[u8],
    ) {
        let arguments = self.add_selected(args, selected);
        self.add(extra, extra.len());
        self.end(&call, arguments + 1);
    }

    /// Adds a command with some of the arguments of another.
    pub fn push_selected(&mut self, call: Call, args: &Args<'_>, selected: impl Iterator<Item = usize>) {
        let arguments = self.add_selected(args, selected);
        self.end(&call, arguments);
    }

    /// Adds some of the arguments of a command; returns how many.
    fn add_selected(&mut self, args: &Args<'_>, selected: impl Iterator<Item = usize>) -> usize {
        let before = self.lengths.len();
        for index in selected {
            match args.shared(index) {
                Some(shared) => self.add_large(shared),
                None => self.add(args.get(index), args.get(index).len()),
            }
        }
        self.lengths.len() - before
    }

    /// The transaction of the first command, if there is one.
    pub fn first_transaction(&self) -> u16 {
        self.callers.first().map_or(0, |caller| caller.transaction)
    }

    #[inline]
    fn call(&self, at: &Descriptor) -> Call {
        let Caller { session, generation, database, transaction, modes } = self.callers[at.caller as usize];
        let Descriptor { sequence, part, command, slot, key_index, .. } = *at;
        let token = Token { session, generation, sequence, part };
        Call { token, command, database, modes, transaction, slot, key_index }
    }

    /// Unpacks the commands into `reading`, whatever was in there. `hash` is asked for the hash of each command's first key, if it has
    /// one.
    #[inline]
    pub fn read(&self, reading: &mut Reading, mut hash: impl FnMut(&Call, &[u8]) -> u64) {
        let Reading { spans, hashes } = reading;
        let (mut data, mut large) = (0, 0);
        spans.clear();
        spans.extend(self.lengths.iter().map(|&len| {
            if len == LARGE {
                large += 1;
                return Span::large(large - 1);
            }
            data += len;
            Span { start: data - len, len }
        }));
        let mut first = 0;
        hashes.clear();
        hashes.extend(self.descriptors.iter().map(|at| {
            let key = first + usize::from(at.key_index);
            first += at.arguments as usize;
            if at.key_index > 0 { hash(&self.call(at), self.arguments(spans).get(key)) } else { 0 }
        }));
    }

    /// The commands with a key in place, with the hash of their first one, as read.
    #[inline]
    pub fn keys(&self, reading: &Reading) -> impl Iterator<Item = (Call, u64)> {
        let keyed = self.descriptors.iter().zip(&reading.hashes).filter(|(at, _)| at.key_index > 0);
        keyed.map(|(at, hash)| (self.call(at), *hash))
    }

    /// Arguments at these spans of a [`Reading`].
    #[inline]
    fn arguments<'a>(&'a self, spans: &'a [Span]) -> Args<'a> {
        Args::new(&self.data, spans, &self.large)
    }

    /// Runs `run` for every command in order that has no reply yet; it appends exactly one reply to the run it is given. `reading` is
    /// what [`Envelope::read`] made of this envelope. If `run` says that the reply of its command will come later, none is run behind
    /// it, and this returns false: [`Envelope::answer_last`] gives that reply, and the rest is for the next call.
    #[inline]
    pub fn answer(
        &mut self,
        reading: &Reading,
        mut run: impl FnMut(&Call, &Args<'_>, &mut Out) -> bool,
    ) -> bool {
        let (mut replies, mut ends) = (std::mem::take(&mut self.replies), std::mem::take(&mut self.ends));
        let answered = ends.len();
        let mut left = reading.spans.as_slice();
        let mut is_whole = true;
        for (index, (at, &hash)) in self.descriptors.iter().zip(&reading.hashes).enumerate() {
            let spans;
            (spans, left) = left.split_at(at.arguments as usize);
            if index < answered {
                continue;
            }
            let args = self.arguments(spans);
            if at.key_index > 0 {
                args.set_routed(Routed { argument: u32::from(at.key_index), slot: at.slot, hash });
            }
            is_whole = run(&self.call(at), &args, &mut replies);
            if !is_whole {
                break;
            }
            ends.push(replies.mark());
        }
        (self.replies, self.ends) = (replies, ends);
        self.answered = is_whole;
        is_whole
    }

    /// Gives the reply at which [`Envelope::answer`] stopped.
    pub fn answer_last(&mut self, reply: &[u8]) {
        self.replies.buffer().extend_from_slice(reply);
        self.ends.push(self.replies.mark());
    }

    /// The replies in order: for whom, and where in the run.
    #[inline]
    pub fn replies(&self) -> impl Iterator<Item = Answer<'_>> {
        let mut start = Mark::START;
        let mut next = 0;
        std::iter::from_fn(move || {
            let first = next;
            let at = self.descriptors.get(first)?;
            let token = self.call(at).token;
            // A caller's database may have changed between two of them.
            let in_row = |more: &&Descriptor| more.sequence == at.sequence && self.call(more).token == token;
            next = first + self.descriptors[first..].iter().take_while(in_row).count();
            let end = self.ends.get(next - 1)?;
            let from = std::mem::replace(&mut start, end);
            let count = (next - first) as u32;
            Some(Answer { token, count, run: &self.replies, start: from, end })
        })
    }

    /// Fetches the cache lines of the envelope itself, which another core has written, ahead of any look at it.
    #[inline]
    pub fn prefetch(&self) {
        lines(self, 1).for_each(prefetch);
    }

    /// Fetches what the other core has written behind it, and the room for what this one will write there.
    #[inline]
    pub fn prefetch_contents(&self) {
        /// Most replies are no longer.
        const USUAL_REPLY_BYTES: usize = 8;
        let Self { callers, descriptors, lengths, data, replies, ends, .. } = self;
        if self.answered {
            read_soon(replies.bytes());
            if let Ends::Narrow(ends) = ends {
                read_soon(ends);
            }
        } else {
            read_soon(callers);
            read_soon(descriptors);
            read_soon(lengths);
            read_soon(data);
            let room = (descriptors.len() * USUAL_REPLY_BYTES).min(replies.heap_bytes());
            lines(replies.bytes().as_ptr(), room).for_each(prefetch_to_write);
            if let Ends::Narrow(ends) = ends {
                write_soon(ends, descriptors.len());
            }
        }
    }

    /// Empties it for the next use; what a burst left behind is given back to the allocator.
    pub fn recycle(&mut self) {
        // The owner has read these lines, and soon this core writes there again.
        write_soon(&self.descriptors, self.descriptors.len());
        write_soon(&self.lengths, self.lengths.len());
        write_soon(&self.data, self.data.len());
        self.turn = None;
        self.answered = false;
        self.hop = None;
        self.uncounted = false;
        self.has_only_posts = false;
        self.notes.clear();
        self.claims.clear();
        self.callers.clear();
        self.descriptors.clear();
        self.lengths.clear();
        self.data.clear();
        self.large.clear();
        self.replies.clear();
        self.ends.clear();
        self.callers.shrink_to(KEEP_BYTES / size_of::<Caller>());
        self.descriptors.shrink_to(KEEP_BYTES / size_of::<Descriptor>());
        self.lengths.shrink_to(KEEP_BYTES / size_of::<u32>());
        self.data.shrink_to(KEEP_BYTES);
        self.replies.shrink(KEEP_BYTES);
    }
}

#[inline]
fn read_soon<T>(values: &[T]) {
    lines(values.as_ptr(), values.len()).for_each(prefetch);
}

/// The first `count` places of `values`, as far as there are so many.
#[inline]
fn write_soon<T>(values: &Vec<T>, count: usize) {
    lines(values.as_ptr(), count.min(values.capacity())).for_each(prefetch_to_write);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(sequence: u32) -> Call {
        let token = Token { session: 1, generation: 2, sequence, part: 0 };
        Call::new(token, 0)
    }

    fn read(envelope: &Envelope) -> Reading {
        let mut reading = Reading::default();
        envelope.read(&mut reading, |_, key| key.len() as u64);
        reading
    }

    #[test]
    fn replies_of_one_token_in_a_row_are_one_answer() {
        let mut envelope = Envelope::default();
        let name = [Span { start: 0, len: 3 }];
        for (database, sequence) in [(0, 4), (1, 4), (1, 5), (1, 4)] {
            envelope.push(Call { database, ..call(sequence) }, b"GET", &name, &[]);
        }
        let mut other = call(4);
        other.token.session += 1;
        envelope.push(other, b"GET", &name, &[]);
        envelope.answer(&read(&envelope), |_, _, out| {
            let number = out.len() as u8;
            out.buffer().push(b'a' + number);
            true
        });
        let replies: Vec<_> = envelope
            .replies()
            .map(|Answer { token, count, run, start, end }| {
                let mut reply = Out::new();
                reply.append_range(run, start, end);
                (token.session, token.sequence, count, String::from_utf8(reply.to_vec()).expect("text"))
            })
            .collect();
        let expected = [(1, 4, 2, "ab"), (1, 5, 1, "c"), (1, 4, 1, "d"), (2, 4, 1, "e")];
        assert_eq!(
            replies,
            expected.map(|(session, sequence, count, text)| (session, sequence, count, text.to_owned()))
        );
    }

    #[test]
    fn commands_keep_their_arguments_and_get_their_replies() {
        let mut envelope = Envelope::default();
        let spans = [Span { start: 0, len: 3 }, Span { start: 3, len: 1 }, Span::large(0)];
        let large = [Bytes::from_static(b"large")];
        envelope.push(call(0), b"SETk", &spans, &large);
        let args = Args::new(b"SETk", &spans, &large);
        envelope.push_selected(call(1), &args, [0, 2].into_iter());
        let reading = read(&envelope);
        envelope.answer(&reading, |call, args, out| {
            assert_eq!(args.get(args.len() - 1), b"large");
            out.buffer().extend_from_slice(format!(":{}{}\r\n", call.token.sequence, args.len()).as_bytes());
            true
        });
        let replies: Vec<_> = envelope
            .replies()
            .map(|Answer { token, run, start, end, .. }| {
                let mut reply = Out::new();
                reply.append_range(run, start, end);
                (token.sequence, reply.to_vec())
            })
            .collect();
        assert_eq!(replies, [(0, b":03\r\n".to_vec()), (1, b":12\r\n".to_vec())]);
        envelope.recycle();
        assert!(envelope.is_empty() && !envelope.answered);
    }

    #[test]
    fn a_reply_may_come_later() {
        let mut envelope = Envelope::default();
        for sequence in 0..3 {
            envelope.push(call(sequence), b"", &[], &[]);
        }
        let reading = read(&envelope);
        let mut ran = Vec::new();
        let mut run = |call: &Call, _: &Args<'_>, out: &mut Out| {
            ran.push(call.token.sequence);
            out.buffer().extend_from_slice(if call.token.sequence == 1 { b"" } else { b"+\r\n" });
            call.token.sequence != 1
        };
        assert!(!envelope.answer(&reading, &mut run) && !envelope.answered);
        envelope.answer_last(b"+later\r\n");
        assert!(envelope.answer(&reading, &mut run) && envelope.answered);
        assert_eq!(ran, [0, 1, 2]);
        let mut replies = Out::new();
        envelope.replies().for_each(|answer| replies.append_range(answer.run, answer.start, answer.end));
        assert_eq!(replies.to_vec(), b"+\r\n+later\r\n+\r\n");
    }
}

//! What one core sends another: a batch of commands, and the same batch back with its replies.
//!
//! An [`Envelope`] is a flat buffer with the raw bytes of its commands and a small descriptor for each. The owner does not parse:
//! the descriptors carry the argument spans that the sender found. It writes all replies into one run and sends the same envelope
//! back, whose buffers the sender uses again.

use bytes::Bytes;

pub use crate::command::call::{Modes, Token};

use crate::{
    command::{Args, args::Routed, registry},
    resp::{Out, Span, out::Mark},
    tx::{Claim, Hop, Interest, Reader, StaleKey},
};

/// What one core tells another that is no command.
#[derive(Debug)]
pub enum Note {
    /// To an owner: the client watches these keys no more.
    EndWatch(Interest),
    /// To an owner: the client's command waits no more.
    EndWait(Interest),
    /// To a client's core: a command that waited has run, and this is its reply.
    Served(Token, Out),
    /// To a client's core: what the client waits for is there, and only this core can run its command.
    Ready(Token),
    /// To a core with clients that track keys: these are stale.
    Stale(Vec<StaleKey>),
    /// To the core of a client that gets messages about stale keys for another one.
    Redirected(Box<Redirected>),
    /// To the core of a client whose messages about stale keys another one was to get: that one is gone.
    RedirectBroken {
        /// The client.
        client: Reader,
        /// The number of the one that is gone.
        target: u64,
    },
}

/// A message about stale keys on its way to a client that gets it for another one.
#[derive(Debug)]
pub struct Redirected {
    /// Who gets it.
    pub to: Reader,
    /// The number of that client.
    pub target: u64,
    /// For whom.
    pub client: Reader,
    /// Which keys, as they stand in the message.
    pub keys: Vec<u8>,
}

/// How a command runs, apart from its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Who gets the reply.
    pub token: Token,
    /// The command.
    pub command: registry::Id,
    /// The logical database.
    pub database: u16,
    /// How it is to be run.
    pub modes: Modes,
    /// The transaction of its client that it is a part of, with its like before and behind it; 0 if it stands alone.
    pub transaction: u16,
    /// Hash slot of the first key, if `key_index` names one.
    pub slot: u16,
    /// Which argument is the first key; 0 for none.
    pub key_index: u16,
}

impl Call {
    /// A command without a key, in database 0.
    pub fn new(token: Token, command: registry::Id) -> Self {
        let modes = Modes::default();
        Self { token, command, database: 0, modes, transaction: 0, slot: 0, key_index: 0 }
    }

    /// Whether the reply is written in RESP3.
    #[inline]
    pub fn resp3(&self) -> bool {
        self.modes.has(Modes::RESP3)
    }
}

/// A command and where its parts end; they begin where those of the command before it end. The owner only reads it: what it would
/// write there, its sender would have to fetch back with the rest of the cache line.
#[derive(Clone, Copy, Debug)]
struct Descriptor {
    call: Call,
    ends: Ends,
}

#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    data: u32,
    spans: u32,
    large: u32,
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
    /// Sent without a credit: its receiver is held by the sender.
    pub uncounted: bool,
    /// What else the sender has to say; it counts behind the commands.
    pub notes: Vec<Note>,
    /// Of those commands that may wait, in their order.
    pub claims: Vec<Claim>,
    data: Vec<u8>,
    spans: Vec<Span>,
    large: Vec<Bytes>,
    descriptors: Vec<Descriptor>,
    replies: Out,
    /// Where each reply ends.
    reply_ends: Vec<Mark>,
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

    /// Bytes of commands in it, large arguments included.
    pub fn data_bytes(&self) -> usize {
        self.data.len() + self.large.iter().map(Bytes::len).sum::<usize>()
    }

    /// Adds a command whose arguments are spans of `base`.
    #[inline]
    pub fn push(&mut self, call: Call, base: &[u8], spans: &[Span], large: &[Bytes]) {
        self.data.extend_from_slice(base);
        self.spans.extend_from_slice(spans);
        self.large.extend_from_slice(large);
        self.end(call);
    }

    /// Ends a command whose parts have been added.
    #[inline]
    fn end(&mut self, call: Call) {
        let ends = Ends {
            data: self.data.len() as u32,
            spans: self.spans.len() as u32,
            large: self.large.len() as u32,
        };
        self.descriptors.push(Descriptor { call, ends });
    }

    /// Where the parts of command number `index` begin.
    #[inline]
    fn begins(&self, index: usize) -> Ends {
        if index == 0 { Ends::default() } else { self.descriptors[index - 1].ends }
    }

    /// Adds a command with some of the arguments of another, and one more.
    pub fn push_selected_with(
        &mut self,
        call: Call,
        args: &Args<'_>,
        selected: impl Iterator<Item = usize>,
        extra: &[u8],
    ) {
        let base = self.add_selected(args, selected);
        self.spans.push(Span { start: (self.data.len() - base) as u32, len: extra.len() as u32 });
        self.data.extend_from_slice(extra);
        self.end(call);
    }

    /// Adds a command with some of the arguments of another.
    pub fn push_selected(&mut self, call: Call, args: &Args<'_>, selected: impl Iterator<Item = usize>) {
        self.add_selected(args, selected);
        self.end(call);
    }

    /// Adds some of the arguments of a command; returns what their spans count from.
    fn add_selected(&mut self, args: &Args<'_>, selected: impl Iterator<Item = usize>) -> usize {
        let (base, large) = (self.data.len(), self.large.len());
        for index in selected {
            if let Some(shared) = args.shared(index) {
                self.spans.push(Span::large(self.large.len() - large));
                self.large.push(shared.clone());
            } else {
                let bytes = args.get(index);
                self.spans.push(Span { start: (self.data.len() - base) as u32, len: bytes.len() as u32 });
                self.data.extend_from_slice(bytes);
            }
        }
        base
    }

    /// Command number `index`.
    #[inline]
    pub fn call(&self, index: usize) -> &Call {
        &self.descriptors[index].call
    }

    /// The first key of command number `index`.
    #[inline]
    pub fn first_key(&self, index: usize) -> Option<&[u8]> {
        let call = self.call(index);
        (call.key_index > 0).then(|| self.args(index).get(usize::from(call.key_index)))
    }

    /// The arguments of command number `index`.
    #[inline]
    pub fn args(&self, index: usize) -> Args<'_> {
        let (from, to) = (self.begins(index), self.descriptors[index].ends);
        Args::new(
            &self.data[from.data as usize..to.data as usize],
            &self.spans[from.spans as usize..to.spans as usize],
            &self.large[from.large as usize..to.large as usize],
        )
    }

    /// Runs `run` for every command in order that has no reply yet; it appends exactly one reply to the run it is given. `hashes` has
    /// the hash of each command's first key. If `run` says that the reply of its command will come later, none is run behind it, and
    /// this returns false: [`Envelope::answer_last`] gives that reply, and the rest is for the next call.
    #[inline]
    pub fn answer(
        &mut self,
        hashes: &[u64],
        mut run: impl FnMut(&Call, &Args<'_>, &mut Out) -> bool,
    ) -> bool {
        let mut replies = std::mem::take(&mut self.replies);
        assert_eq!(hashes.len(), self.descriptors.len(), "a hash for each command");
        for (index, &hash) in hashes.iter().enumerate().skip(self.reply_ends.len()) {
            let args = self.args(index);
            let call = self.call(index);
            if call.key_index > 0 {
                args.set_routed(Routed { argument: u32::from(call.key_index), slot: call.slot, hash });
            }
            if !run(call, &args, &mut replies) {
                self.replies = replies;
                return false;
            }
            self.reply_ends.push(replies.mark());
        }
        self.replies = replies;
        self.answered = true;
        true
    }

    /// Gives the reply at which [`Envelope::answer`] stopped.
    pub fn answer_last(&mut self, reply: &[u8]) {
        self.replies.buffer().extend_from_slice(reply);
        self.reply_ends.push(self.replies.mark());
    }

    /// The replies in order: for whom, and where in the run.
    #[inline]
    pub fn replies(&self) -> impl Iterator<Item = (Token, &Out, Mark, Mark)> {
        let mut start = Mark::START;
        self.descriptors.iter().zip(&self.reply_ends).map(move |(at, end)| {
            let from = std::mem::replace(&mut start, *end);
            (at.call.token, &self.replies, from, *end)
        })
    }

    /// Empties it for the next use; what a burst left behind is given back to the allocator.
    pub fn recycle(&mut self) {
        /// Buffers of up to this size are kept, bytes.
        const KEEP_BYTES: usize = 64 * 1024;
        self.turn = None;
        self.answered = false;
        self.hop = None;
        self.uncounted = false;
        self.notes.clear();
        self.claims.clear();
        self.data.clear();
        self.spans.clear();
        self.large.clear();
        self.descriptors.clear();
        self.replies.clear();
        self.reply_ends.clear();
        self.data.shrink_to(KEEP_BYTES);
        self.spans.shrink_to(KEEP_BYTES / size_of::<Span>());
        self.descriptors.shrink_to(KEEP_BYTES / size_of::<Descriptor>());
        self.replies.shrink(KEEP_BYTES);
        self.reply_ends.shrink_to(KEEP_BYTES / size_of::<Mark>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(sequence: u32) -> Call {
        let token = Token { session: 1, generation: 2, sequence, part: 0 };
        Call::new(token, 0)
    }

    #[test]
    fn commands_keep_their_arguments_and_get_their_replies() {
        let mut envelope = Envelope::default();
        let spans = [Span { start: 0, len: 3 }, Span { start: 3, len: 1 }, Span::large(0)];
        let large = [Bytes::from_static(b"large")];
        envelope.push(call(0), b"SETk", &spans, &large);
        let args = Args::new(b"SETk", &spans, &large);
        envelope.push_selected(call(1), &args, [0, 2].into_iter());
        envelope.answer(&[0, 0], |call, args, out| {
            assert_eq!(args.get(args.len() - 1), b"large");
            out.buffer().extend_from_slice(format!(":{}{}\r\n", call.token.sequence, args.len()).as_bytes());
            true
        });
        let replies: Vec<_> = envelope
            .replies()
            .map(|(token, out, start, end)| {
                let mut reply = Out::new();
                reply.append_range(out, start, end);
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
        let mut ran = Vec::new();
        let mut run = |call: &Call, _: &Args<'_>, out: &mut Out| {
            ran.push(call.token.sequence);
            out.buffer().extend_from_slice(if call.token.sequence == 1 { b"" } else { b"+\r\n" });
            call.token.sequence != 1
        };
        assert!(!envelope.answer(&[0; 3], &mut run) && !envelope.answered);
        envelope.answer_last(b"+later\r\n");
        assert!(envelope.answer(&[0; 3], &mut run) && envelope.answered);
        assert_eq!(ran, [0, 1, 2]);
        let mut replies = Out::new();
        envelope.replies().for_each(|(_, out, start, end)| replies.append_range(out, start, end));
        assert_eq!(replies.to_vec(), b"+\r\n+later\r\n+\r\n");
    }
}

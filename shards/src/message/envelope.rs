//! A batch of commands on its way to their owner, and its replies on their way back.
//!
//! Every cache line of it that one core writes and another reads crosses the processor, and crosses it again when the sender writes
//! there next. So it is packed: the arguments back to back without anything of the protocol, their lengths, and 8 bytes per
//! command; what is the same for commands one after the other of a client is there once. The owner only reads these: what it would
//! write there, the sender would have to fetch back. It unpacks them into memory of its own, a [`Reading`].
//!
//! ```text
//! groups       [token, database, transaction, modes, source, how many commands] ...
//! descriptors  [command, slot, index of the key, how many arguments] ...
//! lengths      [3][16] [3][16][1] ...             a byte each; or that it is the next of `long`, or of `large`
//! long         [700] ...                          lengths that fit no byte
//! many         [90000] ...                        how many arguments, where a descriptor cannot tell
//! data         GETkey:000000012345SETkey:00...    back to back
//! large        shared allocations
//!
//! replies      $3\r\nxxx\r\n+OK\r\n ...            and where each ends
//! ```

use bytes::Bytes;

use super::{Call, Modes, Note, Token};
use crate::{
    command::{Args, args::Routed, registry},
    keyspace::Wanted,
    resp::{Out, Series, Span, append::append_short, series::Part},
    structures::prefetch::{lines, prefetch, prefetch_to_write},
    tx::{Claim, Hop},
};

/// The length of an argument that is the next of the large ones.
const LARGE: u8 = u8::MAX;

/// The length of an argument whose length is the next of the long ones.
const LONG: u8 = LARGE - 1;

/// The number of arguments of a command that has more than a descriptor can tell.
const MANY: u16 = u16::MAX;

/// Buffers of up to this size are kept by an envelope that is not under way, bytes.
const KEEP_BYTES: usize = 32 * 1024;

/// Commands one behind the other whose replies have one place in the order of their client's.
#[derive(Clone, Copy, Debug)]
struct Group {
    token: Token,
    commands: u32,
    database: u16,
    transaction: u16,
    modes: Modes,
    /// See [`Answer::source`].
    source: u8,
}

/// A command, but for its arguments and its group.
#[derive(Clone, Copy, Debug)]
struct Descriptor {
    command: registry::Id,
    slot: u16,
    key_index: u16,
    arguments: u16,
}

/// The commands of an envelope as their owner reads them.
#[derive(Debug, Default)]
pub struct Reading {
    /// The arguments of all commands, in the envelope's data.
    spans: Vec<Span>,
    commands: Vec<Read>,
}

/// What the owner of a command finds out before it runs it.
#[derive(Clone, Copy, Debug)]
struct Read {
    /// Of its first key; 0 if it has none.
    hash: u64,
    /// Where its arguments end among the spans.
    end: u32,
}

/// The reply to one command, or to several in a row that have one token.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Who gets it.
    pub token: Token,
    /// Which of the cores that answer commands of this token the replies come from, as their sender numbered them.
    pub source: u8,
    /// The replies.
    pub replies: Part<'a>,
}

/// A batch of commands on its way to their owner, or back.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    /// Whether it is worth a look which elements the commands look up, to fetch them ahead.
    pub names_elements: bool,
    /// Nobody waits for a reply to what is in here.
    pub has_only_posts: bool,
    /// What else the sender has to say; it counts behind the commands.
    pub notes: Vec<Note>,
    /// Of those commands that may wait, in their order.
    pub claims: Vec<Claim>,
    groups: Vec<Group>,
    descriptors: Vec<Descriptor>,
    lengths: Vec<u8>,
    long: Vec<u32>,
    many: Vec<u32>,
    data: Vec<u8>,
    large: Vec<Bytes>,
    replies: Series,
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
        self.begin(&call, 0);
        self.add_all(base, spans, large);
        self.end(&call, spans.len());
    }

    /// As [`Envelope::push`], of one command of several that have one token and are one behind the other wherever they go. `sources`
    /// counts where they go. Returns the number of this envelope among those.
    #[inline]
    pub fn push_one_of(
        &mut self,
        call: &Call,
        sources: &mut u8,
        base: &[u8],
        (spans, large): (&[Span], &[Bytes]),
    ) -> u8 {
        let source = match self.groups.last() {
            Some(group) if group.token == call.token => group.source,
            _ => {
                let source = *sources;
                *sources += 1;
                self.begin(call, source);
                source
            }
        };
        self.add_all(base, spans, large);
        self.end(call, spans.len());
        source
    }

    /// Begins a group.
    #[inline]
    fn begin(&mut self, call: &Call, source: u8) {
        let Call { token, database, transaction, modes, .. } = *call;
        self.groups.push(Group { token, commands: 0, database, transaction, modes, source });
    }

    #[inline]
    fn add_all(&mut self, base: &[u8], spans: &[Span], large: &[Bytes]) {
        if large.is_empty() {
            for span in spans {
                self.add(&base[span.start as usize..], span.len as usize);
            }
        } else {
            self.add_selected(&Args::new(base, spans, large), 0..spans.len());
        }
    }

    /// Adds the argument that is the first `len` of these bytes.
    #[inline]
    fn add(&mut self, bytes: &[u8], len: usize) {
        if len < usize::from(LONG) {
            self.lengths.push(len as u8);
        } else {
            self.lengths.push(LONG);
            self.long.push(len as u32);
        }
        append_short(&mut self.data, bytes, len);
    }

    #[cold]
    fn add_large(&mut self, argument: &Bytes) {
        self.lengths.push(LARGE);
        self.large.push(argument.clone());
    }

    /// Ends a command of the last group, whose arguments have been added.
    #[inline]
    fn end(&mut self, call: &Call, arguments: usize) {
        let Call { command, slot, key_index, .. } = *call;
        let few = arguments < usize::from(MANY);
        if !few {
            self.many.push(arguments as u32);
        }
        let arguments = if few { arguments as u16 } else { MANY };
        self.descriptors.push(Descriptor { command, slot, key_index, arguments });
        if let Some(group) = self.groups.last_mut() {
            group.commands += 1;
        }
    }

    /// Adds a command with some of the arguments of another, and one more.
    pub fn push_selected_with(
        &mut self,
        call: Call,
        args: &Args<'_>,
        selected: impl Iterator<Item = usize>,
        extra: &[u8],
    ) {
        self.begin(&call, 0);
        let arguments = self.add_selected(args, selected);
        self.add(extra, extra.len());
        self.end(&call, arguments + 1);
    }

    /// Adds a command with some of the arguments of another.
    pub fn push_selected(&mut self, call: Call, args: &Args<'_>, selected: impl Iterator<Item = usize>) {
        self.begin(&call, 0);
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
        self.groups.first().map_or(0, |group| group.transaction)
    }

    /// Unpacks the commands into `reading`, whatever was in there. `hash` is asked for the hash of each command's first key, if it has
    /// one; it gets the key's database and slot with it.
    #[inline]
    pub fn read(&self, reading: &mut Reading, mut hash: impl FnMut(u16, u16, &[u8]) -> u64) {
        let Reading { spans, commands } = reading;
        let (mut data, mut large) = (0, 0);
        let mut next_long = self.long.iter().copied();
        let mut next_many = self.many.iter().copied();
        spans.clear();
        spans.extend(self.lengths.iter().map(|&len| {
            let len = match len {
                LARGE => {
                    large += 1;
                    return Span::large(large - 1);
                }
                LONG => next_long.next().unwrap_or_default(),
                len => u32::from(len),
            };
            data += len;
            Span { start: data - len, len }
        }));
        let mut end = 0;
        commands.clear();
        commands.reserve(self.descriptors.len());
        for (group, descriptors) in self.grouped() {
            commands.extend(descriptors.iter().map(|at| {
                let key = end as usize + usize::from(at.key_index);
                end += match at.arguments {
                    MANY => next_many.next().unwrap_or_default(),
                    few => u32::from(few),
                };
                let key = (at.key_index > 0).then(|| self.arguments(spans).get(key));
                Read { hash: key.map_or(0, |key| hash(group.database, at.slot, key)), end }
            }));
        }
    }

    /// Calls `look` with database, slot and hash of the first key of each command with a key in place, as read.
    #[inline]
    pub fn each_key(&self, reading: &Reading, mut look: impl FnMut(u16, u16, u64)) {
        let mut commands = reading.commands.as_slice();
        for (group, descriptors) in self.grouped() {
            let own;
            (own, commands) = commands.split_at(descriptors.len());
            for (at, read) in descriptors.iter().zip(own).filter(|(at, _)| at.key_index > 0) {
                look(group.database, at.slot, read.hash);
            }
        }
    }

    /// The elements of values that the commands look up, as read; `index_of` tells which argument of a command names one, 0 for none.
    #[inline]
    pub fn elements<'a>(
        &'a self,
        reading: &'a Reading,
        index_of: impl Fn(registry::Id) -> u8,
    ) -> impl Iterator<Item = Wanted<'a>> {
        let commands =
            self.grouped().flat_map(|(group, descriptors)| descriptors.iter().map(|at| (group.database, at)));
        let mut first = 0;
        commands.zip(&reading.commands).filter_map(move |((database, at), read)| {
            let arguments = first..read.end;
            first = read.end;
            let element = u32::from(index_of(at.command));
            if element == 0 || element >= arguments.end - arguments.start {
                return None;
            }
            let element = self.arguments(&reading.spans).get((arguments.start + element) as usize);
            Some(Wanted { database, slot: at.slot, hash: read.hash, element })
        })
    }

    /// The groups with their commands.
    #[inline]
    fn grouped(&self) -> impl Iterator<Item = (&Group, &[Descriptor])> {
        let mut left = self.descriptors.as_slice();
        self.groups.iter().map(move |group| {
            let commands;
            (commands, left) = left.split_at(group.commands as usize);
            (group, commands)
        })
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
        let mut replies = std::mem::take(&mut self.replies);
        let answered = replies.len();
        let mut commands = reading.commands.as_slice();
        let (mut index, mut first) = (0, 0);
        let mut is_whole = true;
        'groups: for (group, descriptors) in self.grouped() {
            let Group { token, database, transaction, modes, .. } = *group;
            let own;
            (own, commands) = commands.split_at(descriptors.len());
            for (at, &Read { hash, end }) in descriptors.iter().zip(own) {
                let Descriptor { command, slot, key_index, .. } = *at;
                let args = self.arguments(&reading.spans[first..end as usize]);
                first = end as usize;
                index += 1;
                if index <= answered {
                    continue;
                }
                if key_index > 0 {
                    args.set_routed(Routed { argument: u32::from(key_index), slot, hash });
                }
                let call = Call { token, command, database, modes, transaction, slot, key_index };
                is_whole = run(&call, &args, replies.out());
                if !is_whole {
                    break 'groups;
                }
                replies.end();
            }
        }
        if is_whole {
            replies.finish();
        }
        self.replies = replies;
        self.answered = is_whole;
        is_whole
    }

    /// Gives the reply at which [`Envelope::answer`] stopped.
    pub fn answer_last(&mut self, reply: &[u8]) {
        self.replies.out().buffer().extend_from_slice(reply);
        self.replies.end();
    }

    /// The replies in order, and for whom.
    #[inline]
    pub fn replies(&self) -> impl Iterator<Item = Answer<'_>> {
        let mut next = 0;
        self.groups.iter().map(move |group| {
            let first = next;
            let count = group.commands as usize;
            next += count;
            Answer { token: group.token, source: group.source, replies: self.replies.part(first, count) }
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
        let Self { groups, descriptors, lengths, data, replies, .. } = self;
        read_soon(groups);
        if self.answered {
            read_soon(replies.run().bytes());
            if let Some(ends) = replies.narrow_ends() {
                read_soon(ends);
            }
        } else {
            read_soon(descriptors);
            read_soon(lengths);
            read_soon(data);
            let room = (descriptors.len() * USUAL_REPLY_BYTES).min(replies.run().heap_bytes());
            lines(replies.run().bytes().as_ptr(), room).for_each(prefetch_to_write);
            if let Some(ends) = replies.narrow_ends() {
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
        self.names_elements = false;
        self.has_only_posts = false;
        self.notes.clear();
        self.claims.clear();
        self.groups.clear();
        self.descriptors.clear();
        self.lengths.clear();
        self.long.clear();
        self.many.clear();
        self.data.clear();
        self.large.clear();
        self.groups.shrink_to(KEEP_BYTES / size_of::<Group>());
        self.descriptors.shrink_to(KEEP_BYTES / size_of::<Descriptor>());
        self.lengths.shrink_to(KEEP_BYTES);
        self.long.shrink_to(KEEP_BYTES / size_of::<u32>());
        self.data.shrink_to(KEEP_BYTES);
        self.replies.clear(KEEP_BYTES);
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
        envelope.read(&mut reading, |_, _, key| key.len() as u64);
        reading
    }

    fn text(answer: &Answer<'_>) -> String {
        let (mut reply, part) = (Out::new(), answer.replies);
        reply.append_range(part.run(), part.start(), part.end());
        String::from_utf8(reply.to_vec()).expect("text")
    }

    #[test]
    fn commands_of_one_token_in_a_row_have_one_answer() {
        let mut envelope = Envelope::default();
        let name = [Span { start: 0, len: 3 }];
        let mut sources = 1;
        envelope.push(call(3), b"GET", &name, &[]);
        for (sequence, source) in [(4, 1), (4, 1), (5, 2)] {
            assert_eq!(envelope.push_one_of(&call(sequence), &mut sources, b"GET", (&name, &[])), source);
        }
        envelope.push(call(6), b"GET", &name, &[]);
        envelope.answer(&read(&envelope), |_, _, out| {
            let number = out.len() as u8;
            out.buffer().push(b'a' + number);
            true
        });
        let replies: Vec<_> = envelope
            .replies()
            .map(|answer| (answer.token.sequence, answer.source, answer.replies.count(), text(&answer)))
            .collect();
        let expected = [(3, 0, 1, "a"), (4, 1, 2, "bc"), (5, 2, 1, "d"), (6, 0, 1, "e")];
        let expected =
            expected.map(|(sequence, source, count, text)| (sequence, source, count, text.to_owned()));
        assert_eq!(replies, expected);
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
        let replies: Vec<_> =
            envelope.replies().map(|answer| (answer.token.sequence, text(&answer))).collect();
        assert_eq!(replies, [(0, ":03\r\n".to_owned()), (1, ":12\r\n".to_owned())]);
        envelope.recycle();
        assert!(envelope.is_empty() && !envelope.answered);
    }

    #[test]
    fn long_arguments_and_many_are_told() {
        let words = [0, 253, 254, 255, 256, 70_000].map(|len| vec![b'x'; len]);
        let mut end = 0;
        let spans = words.each_ref().map(|word| {
            end += word.len() as u32;
            Span { start: end - word.len() as u32, len: word.len() as u32 }
        });
        let many = usize::from(MANY);
        let empty = vec![Span { start: 0, len: 0 }; many + 1];
        let mut envelope = Envelope::default();
        for some in [&empty[..1], &spans, &empty[1..], &empty, &spans, &empty[2..]] {
            envelope.push(call(0), &words.concat(), some, &[]);
        }
        let mut counts = Vec::new();
        envelope.answer(&read(&envelope), |_, args, _| {
            counts.push(args.len());
            args.len() != words.len() || (0..args.len()).all(|index| args.get(index) == words[index])
        });
        assert_eq!(counts, [1, words.len(), many, many + 1, words.len(), many - 1]);
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
        let replies: String = envelope.replies().map(|answer| text(&answer)).collect();
        assert_eq!(replies, "+\r\n+later\r\n+\r\n");
    }
}

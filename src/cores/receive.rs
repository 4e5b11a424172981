//! From a client's bytes to commands.

use std::ops::Range;

use shards::{
    command::{Args, OwnedArgs, args::Routed, error::wire_bytes},
    keyspace::{Wanted, slot::slot_of},
    message::{Call, Envelope, Modes},
    resp::{Out, ParseLimits, Parsed, ProtocolError, Reply},
    shard::Shard,
};

use super::{
    core::Core,
    execute::Flow,
    staged::{BATCH_MAX, Batch, Staged},
};
use crate::{
    commands::{Commands, Node},
    session::{Closing, Large, SessionId},
};

/// Buffers of up to this size are kept by an idle session, bytes.
const KEEP_BYTES: usize = 16 * 1024;

/// What ended the staging of a batch.
enum Ended {
    /// The batch is full, or its last command must run before the next is parsed.
    Full,
    /// The bytes ended, perhaps within a command.
    Bytes,
    /// A large argument begins at this offset.
    Large { start: usize, len: usize },
    /// The stream cannot be understood.
    Error(ProtocolError),
}

/// How far a batch came.
enum Ran {
    /// All its commands ran.
    All,
    /// The session ends: nothing more is run.
    Closing,
    /// This command must wait to run.
    StalledAt(usize),
    /// This command has run, and waits for something.
    WaitsAt(usize),
}

/// Runs a command that needs the shard of its one key and nothing else.
#[inline]
fn run_staged(
    shard: &mut Shard,
    (commands, database, resp3): (&Commands, u16, bool),
    staged: &Staged,
    args: &Args<'_>,
    out: &mut Out,
) {
    let (Some(command), Some(handler)) = (staged.id, staged.handler) else {
        unreachable!("a command that needs more than its shard");
    };
    let argument = u32::from(staged.key_index);
    args.set_routed(Routed { argument, slot: staged.slot, hash: staged.hash });
    shard.execute((command, commands.row(command), handler), database, args, resp3, out);
}

impl Core {
    /// Takes bytes that a client sent and runs the commands in them.
    #[inline]
    pub fn receive(&mut self, id: SessionId, bytes: &[u8]) {
        self.before_commands();
        let now_ms = self.node.now_ms();
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        session.active_ms = now_ms;
        session.received_bytes += bytes.len() as u64;
        self.node.statistics.received_bytes += bytes.len() as u64;
        if session.closing != Closing::No {
            return;
        }
        if session.inbound.is_idle() && !session.stalled {
            let kept = self.run(id, bytes);
            if let Some(session) = self.node.sessions.get_mut(id) {
                session.inbound.bytes.extend_from_slice(&bytes[kept]);
            }
        } else {
            self.receive_more(id, bytes);
        }
        self.check_query_limit(id);
        self.mark_dirty(id);
    }

    /// Takes bytes for a session that keeps some already.
    #[cold]
    fn receive_more(&mut self, id: SessionId, bytes: &[u8]) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let mut rest = bytes;
        if let Some(large) = &mut session.inbound.large {
            let taken = large.take(rest);
            rest = &rest[taken..];
        }
        session.inbound.bytes.extend_from_slice(rest);
        self.finish_large(id);
        self.run_kept(id);
    }

    /// Takes the allocation of a session's large argument back, into which the ring has received.
    pub fn received_large(&mut self, id: SessionId, allocation: Vec<u8>) {
        let now_ms = self.node.now_ms();
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let Some(large) = &mut session.inbound.large else { return };
        let received = large.give_back(allocation) as u64;
        session.active_ms = now_ms;
        session.received_bytes += received;
        self.node.statistics.received_bytes += received;
        self.finish_large(id);
        self.run_kept(id);
        self.check_query_limit(id);
        self.mark_dirty(id);
    }

    /// Hands a large argument that is complete to the parser.
    fn finish_large(&mut self, id: SessionId) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        if let Some(large) = session.inbound.large.take_if(|large| large.is_complete()) {
            session.inbound.parser.large(large.into_bytes());
        }
    }

    /// Runs what a session keeps.
    pub(super) fn run_kept(&mut self, id: SessionId) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        if session.stalled || session.inbound.large.is_some() {
            return;
        }
        if let Some(deferred) = session.inbound.deferred.take() {
            self.run_deferred(id, deferred);
        }
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        if session.stalled || session.closing != Closing::No || session.inbound.bytes.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(&mut session.inbound.bytes);
        let kept = self.run(id, &bytes);
        bytes.truncate(kept.end);
        bytes.drain(..kept.start);
        bytes.shrink_to(KEEP_BYTES);
        if let Some(session) = self.node.sessions.get_mut(id) {
            debug_assert!(session.inbound.bytes.is_empty());
            session.inbound.bytes = bytes;
        }
    }

    /// Runs the commands in `bytes`; returns which of the bytes the session must keep.
    #[inline]
    fn run(&mut self, id: SessionId, bytes: &[u8]) -> Range<usize> {
        let mut batch = std::mem::take(&mut self.batch);
        let kept = self.run_batches(id, bytes, &mut batch);
        self.batch = batch;
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.running_bytes = 0;
        }
        kept
    }

    fn run_batches(&mut self, id: SessionId, bytes: &[u8], batch: &mut Batch) -> Range<usize> {
        let nothing = bytes.len()..bytes.len();
        let mut at = 0;
        loop {
            batch.clear();
            let (ended, next) = self.stage(id, bytes, at, batch);
            self.prefetch(id, bytes, batch);
            match self.run_batch(id, bytes, batch) {
                Ran::All => {}
                Ran::Closing => return nothing,
                Ran::WaitsAt(index) => {
                    if let Some(session) = self.node.sessions.get_mut(id) {
                        session.inbound.parser.restart();
                    }
                    return batch.staged[index].end..bytes.len();
                }
                Ran::StalledAt(index) => return self.put_back(id, bytes, batch, index)..bytes.len(),
            }
            match ended {
                Ended::Full => at = next,
                Ended::Bytes => return next..bytes.len(),
                Ended::Large { start, len } => {
                    if let Some(session) = self.node.sessions.get_mut(id) {
                        session.inbound.large = Some(Large::new(len, &bytes[start..]));
                    }
                    return next..start;
                }
                Ended::Error(error) => {
                    self.protocol_error(id, error);
                    return nothing;
                }
            }
        }
    }

    /// Parses commands from offset `at` on. Returns why it stopped, and the offset of the first byte that is part of no whole
    /// command.
    #[inline]
    fn stage(&mut self, id: SessionId, bytes: &[u8], mut at: usize, batch: &mut Batch) -> (Ended, usize) {
        let Node { sessions, shard, settings, .. } = &mut self.node;
        let Some(session) = sessions.get_mut(id) else { return (Ended::Bytes, bytes.len()) };
        let limits = ParseLimits {
            arguments_max: settings.client_max_arguments as i64,
            bulk_max_bytes: settings.proto_max_bulk_len_bytes as i64,
            unauthenticated: !session.authenticated,
        };
        // AUTH changes what may be parsed, so before it every command runs on its own.
        let most = if session.authenticated { BATCH_MAX } else { 1 };
        let database = usize::from(session.database);
        session.running_bytes = bytes.len();
        let parser = &mut session.inbound.parser;
        let registry = self.commands.registry();
        let owns_all = self.routes.shards() == 1;
        loop {
            if at == bytes.len() {
                return (Ended::Bytes, at);
            }
            let first_span = batch.spans.len();
            let mut alone = false;
            let consumed = match parser.whole(&bytes[at..], &limits, &mut batch.spans) {
                Some(consumed) => consumed,
                None => match parser.parse(&bytes[at..], &limits) {
                    Parsed::Command { consumed } => {
                        alone = batch.take(parser);
                        consumed
                    }
                    Parsed::Nothing { consumed } => {
                        at += consumed;
                        continue;
                    }
                    Parsed::Incomplete => return (Ended::Bytes, at),
                    Parsed::Large { start, len } => return (Ended::Large { start: at + start, len }, at),
                    Parsed::Error(error) => return (Ended::Error(error), at),
                },
            };
            let mut staged = Staged {
                id: None,
                handler: None,
                start: at,
                end: at + consumed,
                first_span,
                span_count: batch.spans.len() - first_span,
                key_index: 0,
                slot: 0,
                owner: self.me,
                hash: 0,
            };
            at += consumed;
            let args = batch.args(bytes, &staged);
            let (name, len) = args.name();
            if let Some(id) = registry.find_in(name, len) {
                let brief = registry.brief(id);
                staged.id = Some(id);
                staged.handler = brief.handler(args.len());
                let first = usize::from(brief.first_key);
                if first > 0 && first < args.len() {
                    let key = args.get(first);
                    staged.key_index = first as u16;
                    staged.slot = slot_of(key);
                    staged.owner = self.routes.owner(staged.slot);
                    let names_element = (1..args.len()).contains(&usize::from(brief.element));
                    if owns_all {
                        staged.hash = shard.keyspace.hash(key);
                        shard.keyspace.prefetch_table(database, staged.slot, staged.hash);
                    } else {
                        let index = batch.staged.len();
                        batch.mine.add(index, staged.owner == self.me);
                        batch.theirs.add(index, staged.owner != self.me);
                    }
                    batch.elements.add(batch.staged.len(), names_element);
                }
            }
            batch.staged.push(staged);
            if alone || batch.staged.len() == most {
                return (Ended::Full, at);
            }
        }
    }

    /// Asks the processor for what the commands' keys stand in: first the tables, then the entries, then the
    /// elements.
    #[inline]
    fn prefetch(&self, id: SessionId, bytes: &[u8], batch: &mut Batch) {
        let Some(session) = self.node.sessions.get(id) else { return };
        let (database, keyspace) = (usize::from(session.database), &self.node.shard.keyspace);
        for &index in batch.mine.within(0..batch.staged.len()) {
            let index = usize::from(index);
            let Staged { key_index, slot, .. } = batch.staged[index];
            let hash = keyspace.hash(batch.args(bytes, &batch.staged[index]).get(usize::from(key_index)));
            keyspace.prefetch_table(database, slot, hash);
            batch.staged[index].hash = hash;
        }
        if batch.staged.len() == 1 {
            return;
        }
        if self.routes.shards() == 1 {
            for staged in batch.staged.iter().filter(|staged| staged.key_index > 0) {
                keyspace.prefetch_entry(database, staged.slot, staged.hash);
            }
        }
        for &index in batch.mine.within(0..batch.staged.len()) {
            let staged = &batch.staged[usize::from(index)];
            keyspace.prefetch_entry(database, staged.slot, staged.hash);
        }
        let elements = batch.elements.within(0..batch.staged.len());
        if !elements.is_empty() {
            self.prefetch_elements(session.database, bytes, batch, elements);
        }
    }

    /// The same for the elements of values that commands look up.
    fn prefetch_elements(&self, database: u16, bytes: &[u8], batch: &Batch, indexes: &[u8]) {
        let registry = self.commands.registry();
        let wanted = indexes.iter().filter_map(|index| {
            let staged = &batch.staged[usize::from(*index)];
            let element = registry.brief(staged.id?).element;
            let element = batch.args(bytes, staged).get(usize::from(element));
            let Staged { owner, slot, hash, .. } = *staged;
            (owner == self.me).then_some(Wanted { database, slot, hash, element })
        });
        self.node.shard.keyspace.prefetch_elements(wanted);
    }

    /// Runs the staged commands in order.
    #[inline]
    fn run_batch(&mut self, id: SessionId, bytes: &[u8], batch: &Batch) -> Ran {
        let mut index = 0;
        loop {
            index = self.run_simple(id, bytes, batch, index);
            let Some(staged) = batch.staged.get(index) else { return Ran::All };
            match self.execute(id, staged, &batch.args(bytes, staged)) {
                Flow::Next => index += 1,
                Flow::Stall => {
                    self.stall(id);
                    return Ran::StalledAt(index);
                }
                Flow::Wait => return Ran::WaitsAt(index),
                Flow::Close => return Ran::Closing,
            }
        }
    }

    /// Runs staged commands from `index` on, as long as each needs the shard of its one key and nothing else, and nothing is to
    /// be heeded besides; what holds for all of them is looked at once. Returns the index of the first that it did not run.
    #[inline]
    fn run_simple(&mut self, id: SessionId, bytes: &[u8], batch: &Batch, index: usize) -> usize {
        if self.arrivals.is_held()
            || self.reserved.is_some()
            || self.node.pause.is_on()
            || self.node.server.audience.has_monitors()
        {
            return index;
        }
        let Node { sessions, settings, .. } = &self.node;
        let Some(session) = sessions.get(id).filter(|session| session.is_simple()) else { return index };
        let room = settings.client_pipeline_limit.saturating_sub(session.replies.missing());
        let mut end = batch.end_of_simple(index);
        let theirs = batch.theirs.within(index..end);
        if let Some(first_without_room) = theirs.get(room) {
            end = usize::from(*first_without_room);
        }
        let end = match theirs {
            [first, ..] if usize::from(*first) < end => self.run_spread(id, bytes, batch, index..end),
            _ => self.run_own(id, bytes, batch, index..end),
        };
        if end > index {
            let ran = (end - index) as u64;
            self.node.statistics.commands += ran;
            if let Some(session) = self.node.sessions.get_mut(id) {
                session.commands += ran;
                session.last_command = batch.staged[end - 1].id;
            }
        }
        end
    }

    /// Runs commands whose keys this core owns; returns how far it came.
    #[inline]
    fn run_own(&mut self, id: SessionId, bytes: &[u8], batch: &Batch, range: Range<usize>) -> usize {
        let Node { sessions, shard, .. } = &mut self.node;
        let Some(session) = sessions.get_mut(id) else { return range.start };
        let mut end = range.start;
        for staged in &batch.staged[range] {
            let how = (self.commands, session.database, session.resp3);
            let args = batch.args(bytes, staged);
            match session.replies.direct() {
                Some(out) => run_staged(shard, how, staged, &args, out),
                None => session.replies.write(|out| run_staged(shard, how, staged, &args, out)),
            }
            end += 1;
            if shard.has_ready() {
                self.serve();
                break;
            }
        }
        end
    }

    /// Runs commands of which some have keys of other cores: these go first, and come back later. As they are run by others, and in
    /// a turn of their own, nobody can tell. Returns how far it came.
    #[inline]
    fn run_spread(&mut self, id: SessionId, bytes: &[u8], batch: &Batch, range: Range<usize>) -> usize {
        let Node { sessions, statistics, .. } = &mut self.node;
        let Some(session) = sessions.get(id) else { return range.start };
        let (database, resp3) = (session.database, session.resp3);
        let token = id.token(session.replies.next_number());
        let modes = Modes::default().with(Modes::RESP3, resp3);
        let mut spread = self.spreads.pop().unwrap_or_default();
        spread.begin(range.len());
        let (mut sources, mut forwarded, mut end) = (1, 0, range.end);
        let names_elements = !batch.elements.within(range.clone()).is_empty();
        let mut to: Option<(u16, &mut Envelope)> = None;
        for index in batch.theirs.within(range.clone()).iter().map(|index| usize::from(*index)) {
            let staged = &batch.staged[index];
            let Staged { owner, slot, key_index, .. } = *staged;
            if to.as_ref().is_none_or(|(core, _)| *core != owner) {
                to = self.outbox.envelope_with_room(owner).map(|envelope| (owner, envelope));
            }
            let (Some((_, envelope)), Some(command)) = (&mut to, staged.id) else {
                end = index;
                break;
            };
            let call = Call { token, command, database, modes, transaction: 0, slot, key_index };
            let (base, spans, large) = batch.args(bytes, staged).parts();
            let source = envelope.push_one_of(&call, &mut sources, base, (spans, large));
            envelope.names_elements |= names_elements;
            spread.comes_from(index - range.start, source);
            forwarded += 1;
        }
        if forwarded == 0 {
            self.spreads.push(spread);
            return self.run_own(id, bytes, batch, range.start..end);
        }
        statistics.forwarded += forwarded as u64;
        spread.end(end - range.start, sources);
        let mut mine = batch.mine.within(range.start..end);
        loop {
            let (shard, own) = (&mut self.node.shard, spread.own());
            while let Some((&index, later)) = mine.split_first()
                && !shard.has_ready()
            {
                let staged = &batch.staged[usize::from(index)];
                run_staged(
                    shard,
                    (self.commands, database, resp3),
                    staged,
                    &batch.args(bytes, staged),
                    own.out(),
                );
                own.end();
                mine = later;
            }
            if !shard.has_ready() {
                own.finish();
                break;
            }
            self.serve();
        }
        if let Some(session) = self.node.sessions.get_mut(id) {
            session.replies.expect_spread(token.sequence, spread, forwarded);
        }
        end
    }

    /// Puts command `index` of a batch and all behind it back, to be parsed again; returns the offset from which on the session
    /// keeps the bytes.
    fn put_back(&mut self, id: SessionId, bytes: &[u8], batch: &mut Batch, index: usize) -> usize {
        let staged = &batch.staged[index];
        let Some(session) = self.node.sessions.get_mut(id) else { return bytes.len() };
        session.inbound.parser.restart();
        if batch.large.is_empty() {
            return staged.start;
        }
        // Its large arguments are not in the bytes any more. It is the only command of its batch.
        let (base, spans, _) = batch.args(bytes, staged).parts();
        session.inbound.deferred = Some(Box::new(OwnedArgs {
            base: base[..base.len().min(staged.end - staged.start)].into(),
            spans: spans.into(),
            large: std::mem::take(&mut batch.large),
        }));
        staged.end
    }

    /// Runs a command that was put back after it was parsed; puts it back again if it still cannot run.
    fn run_deferred(&mut self, id: SessionId, deferred: Box<OwnedArgs>) {
        let args = deferred.args();
        let command = self.commands.registry().find(args.get(0));
        let first = command.map_or(0, |id| self.commands.row(id).keys.first as usize);
        let slot = if first > 0 && first < args.len() { slot_of(args.get(first)) } else { 0 };
        let staged = Staged {
            id: command,
            handler: None,
            start: 0,
            end: 0,
            first_span: 0,
            span_count: args.len(),
            key_index: if first < args.len() { first as u16 } else { 0 },
            slot,
            owner: self.routes.owner(slot),
            hash: self.node.shard.keyspace.hash(args.get(first)),
        };
        if let Flow::Stall = self.execute(id, &staged, &args) {
            self.stall(id);
            if let Some(session) = self.node.sessions.get_mut(id) {
                session.inbound.deferred = Some(deferred);
            }
        }
    }

    fn protocol_error(&mut self, id: SessionId, error: ProtocolError) {
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        let text = format!("ERR {error}");
        session.replies.write(|out| Reply::new(out, false).error(&wire_bytes(&text)));
        session.closing = Closing::AfterReplies;
        self.node.statistics.errors += 1;
        self.node.shard.count_error(&text);
    }

    /// Closes a client that keeps more unfinished bytes than `client-query-buffer-limit`.
    #[inline]
    fn check_query_limit(&mut self, id: SessionId) {
        let limit = self.node.settings.client_query_buffer_limit_bytes;
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        if !session.inbound.is_idle() && session.inbound.pending_bytes() > limit {
            session.closing = Closing::Now;
            self.node.statistics.query_limit_closings += 1;
        }
    }
}

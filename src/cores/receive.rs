//! From a client's bytes to commands.

use std::ops::Range;

use shards::{
    command::{OwnedArgs, args::Routed, error::wire_bytes},
    keyspace::slot::slot_of,
    message::{Call, Modes},
    resp::{ParseLimits, Parsed, ProtocolError, Reply},
};

use super::{
    core::Core,
    execute::Flow,
    staged::{BATCH_MAX, Batch, Staged},
};
use crate::{
    commands::Node,
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

impl Core {
    /// Takes bytes that a client sent and runs the commands in them.
    #[inline]
    pub fn receive(&mut self, id: SessionId, bytes: &[u8]) {
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
        loop {
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
                    if staged.owner == self.me {
                        staged.hash = shard.keyspace.hash(key);
                        shard.keyspace.prefetch_table(database, staged.slot, staged.hash);
                    }
                }
            }
            batch.staged.push(staged);
            if alone || batch.staged.len() == most {
                return (Ended::Full, at);
            }
        }
    }

    /// Runs the staged commands in order.
    #[inline]
    fn run_batch(&mut self, id: SessionId, bytes: &[u8], batch: &Batch) -> Ran {
        let Some(session) = self.node.sessions.get_mut(id) else { return Ran::Closing };
        if batch.staged.len() > 1 {
            let database = usize::from(session.database);
            for staged in &batch.staged {
                if staged.key_index > 0 && staged.owner == self.me {
                    self.node.shard.keyspace.prefetch_entry(database, staged.slot, staged.hash);
                }
            }
        }
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
    fn run_simple(&mut self, id: SessionId, bytes: &[u8], batch: &Batch, mut index: usize) -> usize {
        let begun = index;
        if self.arrivals.is_held()
            || self.reserved.is_some()
            || self.node.pause.is_on()
            || self.node.server.audience.has_monitors()
        {
            return begun;
        }
        let Node { sessions, shard, settings, statistics, .. } = &mut self.node;
        let Some(session) = sessions.get_mut(id).filter(|session| session.is_simple()) else { return begun };
        let (database, resp3) = (session.database, session.resp3);
        let most_missing = settings.client_pipeline_limit;
        let mut last = None;
        // The number under which the reply to the last command will come, and from which core.
        let mut row: Option<(u16, u32)> = None;
        while let Some(staged) = batch.staged.get(index)
            && let (Some(command), Some(handler)) = (staged.id, staged.handler)
        {
            let args = batch.args(bytes, staged);
            let Staged { key_index, slot, hash, owner, .. } = *staged;
            if owner == self.me {
                row = None;
                args.set_routed(Routed { argument: u32::from(key_index), slot, hash });
                let what = (command, self.commands.row(command), handler);
                match session.replies.direct() {
                    Some(out) => shard.execute(what, database, &args, resp3, out),
                    None => session.replies.write(|out| shard.execute(what, database, &args, resp3, out)),
                };
            } else {
                if session.replies.missing() >= most_missing {
                    break;
                }
                let Some(envelope) = self.outbox.envelope_with_room(owner) else { break };
                let number = match row {
                    Some((of, number)) if of == owner => {
                        session.replies.expect_in_row();
                        number
                    }
                    _ => session.replies.expect(),
                };
                row = Some((owner, number));
                let token = id.token(number);
                let modes = Modes::default().with(Modes::RESP3, resp3);
                let call = Call { token, command, database, modes, transaction: 0, slot, key_index };
                let (_, spans, large) = args.parts();
                envelope.push(call, batch.base_onward(bytes, staged), spans, large);
                statistics.forwarded += 1;
            }
            last = Some(command);
            index += 1;
            if shard.has_ready() {
                break;
            }
        }
        if index > begun {
            let ran = (index - begun) as u64;
            session.commands += ran;
            session.last_command = last;
            statistics.commands += ran;
            if shard.has_ready() {
                self.serve();
            }
        }
        index
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
            base: base.into(),
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

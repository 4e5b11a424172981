//! From a client's bytes to commands.

use std::ops::Range;

use shards::{
    command::{OwnedArgs, error::wire_bytes},
    keyspace::slot::slot_of,
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
        loop {
            let consumed = match parser.parse(&bytes[at..], &limits) {
                Parsed::Command { consumed } => consumed,
                Parsed::Nothing { consumed } => {
                    at += consumed;
                    continue;
                }
                Parsed::Incomplete => return (Ended::Bytes, at),
                Parsed::Large { start, len } => return (Ended::Large { start: at + start, len }, at),
                Parsed::Error(error) => return (Ended::Error(error), at),
            };
            let first_span = batch.spans.len();
            batch.spans.extend_from_slice(parser.spans());
            let mut staged = Staged {
                id: None,
                start: at,
                end: at + consumed,
                first_span,
                span_count: batch.spans.len() - first_span,
                key_index: 0,
                slot: 0,
                owner: self.me,
                hash: 0,
            };
            let mut alone = false;
            if let Some(words) = parser.words() {
                batch.words.extend_from_slice(words);
                alone = true;
            }
            if !parser.large_arguments().is_empty() {
                batch.large = parser.take_large();
                alone = true;
            }
            at += consumed;
            let args = batch.args(bytes, &staged);
            staged.id = self.commands.registry().find(args.get(0));
            if let Some(row) = staged.id.map(|id| self.commands.row(id)) {
                let first = row.keys.first as usize;
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
        for (index, staged) in batch.staged.iter().enumerate() {
            match self.execute(id, staged, &batch.args(bytes, staged)) {
                Flow::Next => {}
                Flow::Stall => {
                    self.stall(id);
                    return Ran::StalledAt(index);
                }
                Flow::Wait => return Ran::WaitsAt(index),
                Flow::Close => return Ran::Closing,
            }
        }
        Ran::All
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

//! One shard: a keyspace and the bookkeeping of the commands that run on it.

use std::collections::BTreeMap;

use crate::{
    command::{Args, Command, Error, Handler, Outcome, error::wire_bytes, registry},
    keyspace::{Entry, EvictionPolicy, ExpirePass, Keyspace, Kind, Settings, Touched},
    message::{Envelope, Reading},
    resp::{Out, Reply},
    tx::{Interest, LentKey, Tracking, Waits, Watches},
};

mod memory;
#[cfg(test)]
mod tests;
mod timing;
mod tracking;
mod waiting;

pub use memory::{Admission, Memory};
pub use timing::Timing;

/// Elements that one step of the background work looks at: some tens of microseconds.
const STEP_ELEMENTS: usize = 256;

/// Error codes counted apart, at most; the server has some tens.
const ERROR_CODES_MAX: usize = 128;

/// A shard. Everything it does is a call from outside: it knows no socket, clock or thread.
#[derive(Debug)]
pub struct Shard {
    /// Its keys.
    pub keyspace: Keyspace,
    /// Per command, by its registry id: what happened since the start or since CONFIG RESETSTAT.
    pub calls: Vec<Calls>,
    /// Errors answered since then, by their codes (`ERR`, `WRONGTYPE`, ...).
    pub errors: BTreeMap<String, u64>,
    /// Keys that clients watch.
    watches: Watches,
    /// Commands that wait for something in their keys.
    waits: Waits,
    /// Keys that clients keep copies of.
    pub tracking: Tracking,
    /// Which keys may be evicted to make room; none for `noeviction`.
    pub eviction: Option<EvictionPolicy>,
    /// What it holds, and may hold.
    pub memory: Memory,
    /// Whether the background pass removes expired keys (DEBUG SET-ACTIVE-EXPIRE).
    pub active_expire: bool,
    expire_pass: ExpirePass,
    reading: Reading,
    /// A clock in nanoseconds that never goes back, to time commands; it stands still where nobody sets another.
    pub clock_ns: fn() -> u64,
}

/// How often a command ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Times it ran.
    pub calls: u64,
    /// Times it answered an error.
    pub failed: u64,
    /// Times it was refused before it ran.
    pub rejected: u64,
    /// Times a part of it ran that the part which counts it was not.
    pub parts: u64,
    /// Time spent in it, nanoseconds, estimated from a sample.
    pub nanoseconds: u64,
}

impl Shard {
    /// An empty shard for `commands` registered commands.
    pub fn new(settings: &Settings, commands: usize) -> Self {
        Self {
            keyspace: Keyspace::new(settings),
            calls: vec![Calls::default(); commands],
            errors: BTreeMap::new(),
            watches: Watches::default(),
            tracking: Tracking::default(),
            waits: Waits::default(),
            eviction: None,
            memory: Memory::default(),
            active_expire: true,
            expire_pass: ExpirePass::default(),
            reading: Reading::default(),
            clock_ns: || 0,
        }
    }

    /// Runs one command in `database` and appends its reply to `out`. Returns whether there was nothing to take for a command that
    /// may wait.
    #[inline]
    pub fn execute(
        &mut self,
        (id, row, handler): (registry::Id, &Command, Handler),
        database: u16,
        args: &Args<'_>,
        resp3: bool,
        out: &mut Out,
    ) -> bool {
        if self.lacks_room(row) {
            self.calls[id as usize].rejected += 1;
            self.answer_error(&Error::OutOfMemory, out);
            return false;
        }
        let result = self.run_counted(id, (handler, database), args, resp3, out);
        self.calls[id as usize].calls += 1;
        match result {
            Ok(outcome) => outcome == Outcome::Nothing,
            Err(error) => {
                self.calls[id as usize].failed += 1;
                self.answer_error(&error, out);
                false
            }
        }
    }

    /// As [`Shard::execute`], for a further part of a command that another part counts.
    pub fn execute_part(
        &mut self,
        (id, row, handler): (registry::Id, &Command, Handler),
        database: u16,
        args: &Args<'_>,
        resp3: bool,
        out: &mut Out,
    ) {
        let result = if self.lacks_room(row) {
            Err(Box::new(Error::OutOfMemory))
        } else {
            let result = self.run_counted(id, (handler, database), args, resp3, out);
            self.calls[usize::from(id)].parts += 1;
            result.map(drop)
        };
        if let Err(error) = result {
            write_error(&error, out);
        }
    }

    /// Runs a handler for a run that the caller counts afterwards: some are timed.
    #[inline]
    fn run_counted(
        &mut self,
        id: registry::Id,
        (handler, database): (Handler, u16),
        args: &Args<'_>,
        resp3: bool,
        out: &mut Out,
    ) -> Result<Outcome, Box<Error>> {
        if self.is_timed(id) {
            return self.run_timed(id, (handler, database), args, resp3, out);
        }
        self.run(handler, database, args, resp3, out)
    }

    /// Runs a handler; after an error nothing of its reply is left.
    #[inline]
    fn run(
        &mut self,
        handler: Handler,
        database: u16,
        args: &Args<'_>,
        resp3: bool,
        out: &mut Out,
    ) -> Result<Outcome, Box<Error>> {
        self.keyspace.select(usize::from(database));
        let start = out.mark();
        // What a handler returns is large, because of the errors: it is looked at where it lies, and only an error is moved.
        let result = match handler(&mut self.keyspace, args, &mut Reply::new(out, resp3)) {
            Ok(outcome) => Ok(outcome),
            Err(error) => {
                out.truncate(start);
                Err(Box::new(error))
            }
        };
        let changed = matches!(result, Ok(Outcome::Changed));
        self.keyspace.counters.changes += u64::from(changed);
        if self.keyspace.is_recording() {
            self.note_touched(changed);
        }
        result
    }

    /// A command has ended, and may have touched keys.
    #[cold]
    fn note_touched(&mut self, changed: bool) {
        self.keyspace.settle_touched(changed);
        // What was borrowed is touched at its owners, when it comes back. Whom a swap concerns depends on what is there right then.
        if (!self.waits.is_empty() || self.keyspace.has_swapped()) && !self.keyspace.is_borrowing() {
            self.tell_touched();
        }
    }

    /// Lets a client watch a key: from now on changed keys are noted.
    pub fn watch(&mut self, watch: Interest, database: u16, key: &[u8]) {
        self.keyspace.set_recording(true);
        let key = LentKey { database, bytes: key.into() };
        let exists = kind_of(&mut self.keyspace, &key).is_some();
        // What was touched before, the end of its time included, is not for this one.
        self.tell_touched();
        self.watches.watch(watch, key, exists);
    }

    /// Ends a client's watch; whether one of its keys was touched.
    pub fn end_watch(&mut self, watch: Interest) -> bool {
        // Where a key's time has come that nobody has looked at, this is when it goes.
        for key in self.watches.existed(watch) {
            kind_of(&mut self.keyspace, key);
        }
        self.tell_touched();
        let touched = self.watches.end(watch);
        self.record_if_needed();
        touched
    }

    /// Notes changed keys only as long as somebody wants to know. To be called between commands when that may have changed.
    pub fn record_if_needed(&mut self) {
        // What a transaction touches of what it borrowed is noted in any case.
        if self.keyspace.is_borrowing() {
            return;
        }
        let wanted = !self.watches.is_empty() || !self.waits.is_empty() || self.tracking.wants_changes();
        if wanted != self.keyspace.is_recording() {
            self.keyspace.set_recording(wanted);
        }
    }

    /// Tells those who watch or wait for keys, or keep copies of them, what was touched. To be called once a turn, so that little
    /// gathers.
    pub fn tell_touched(&mut self) {
        if !self.keyspace.has_touched() {
            return;
        }
        let touched: Vec<(Touched, bool)> = self.keyspace.take_causes().collect();
        let Self { keyspace, watches, waits, tracking, .. } = self;
        for (touched, by_itself) in touched {
            tracking.note(&touched, by_itself);
            waits.note(&touched);
            watches.note(touched, by_itself, |key| kind_of(keyspace, key).is_some());
        }
        self.record_if_needed();
    }

    /// A key was touched while it was lent.
    pub fn touch(&mut self, key: &LentKey) {
        self.watches.touch(key, false);
        self.waits.touch(key);
    }

    /// Appends an error reply and counts it.
    #[cold]
    pub fn answer_error(&mut self, error: &Error, out: &mut Out) {
        let text = error.to_string();
        self.count_error(&text);
        Reply::new(out, false).error(&wire_bytes(&text));
    }

    /// Counts an error reply by the code that `text` begins with.
    pub fn count_error(&mut self, text: &str) {
        let code = text.split(' ').next().unwrap_or_default();
        if let Some(count) = self.errors.get_mut(code) {
            *count += 1;
        } else if self.errors.len() < ERROR_CODES_MAX {
            self.errors.insert(code.to_owned(), 1);
        }
    }

    /// Counts a run of a command that the machine ran.
    pub fn count_call(&mut self, id: registry::Id, failed: bool) {
        let calls = &mut self.calls[usize::from(id)];
        calls.calls += 1;
        calls.failed += u64::from(failed);
    }

    /// Reads a batch that is about to run and looks its keys up, so that their cache lines arrive together: first the tables, then
    /// the entries, then the elements. To be given back with [`Shard::prepared`].
    pub fn prepare(&mut self, envelope: &Envelope, registry: &registry::Registry) -> Reading {
        let mut reading = std::mem::take(&mut self.reading);
        let keyspace = &self.keyspace;
        envelope.read(&mut reading, |database, slot, key| {
            let hash = keyspace.hash(key);
            keyspace.prefetch_table(usize::from(database), slot, hash);
            hash
        });
        if envelope.len() > 1 {
            envelope.each_key(&reading, |database, slot, hash| {
                keyspace.prefetch_entry(usize::from(database), slot, hash);
            });
        }
        if envelope.names_elements {
            keyspace
                .prefetch_elements(envelope.elements(&reading, |command| registry.brief(command).element));
        }
        reading
    }

    /// Takes the reading of [`Shard::prepare`] back, to use its memory again.
    pub fn prepared(&mut self, reading: Reading) {
        self.reading = reading;
    }

    /// Whether the background has something to do at the time last set.
    pub fn has_garbage(&self) -> bool {
        self.keyspace.has_garbage()
    }

    /// One small step of freeing what is gone; true when nothing is left.
    pub fn free_step(&mut self) -> bool {
        self.keyspace.free_step(STEP_ELEMENTS)
    }

    /// One small step of removing expired keys; true when none is due.
    pub fn expire_step(&mut self) -> bool {
        !self.active_expire || self.keyspace.expire_step(&mut self.expire_pass, STEP_ELEMENTS)
    }

    /// How late expired keys were removed at most in the last round, milliseconds.
    pub fn expire_lag_ms(&self) -> i64 {
        self.expire_pass.lag_ms()
    }

    /// Forgets the statistics (CONFIG RESETSTAT).
    pub fn reset_statistics(&mut self) {
        self.calls.fill(Calls::default());
        self.errors.clear();
        // The number of changes is no statistic: it is what a snapshot would lack.
        let changes = self.keyspace.counters.changes;
        self.keyspace.counters =
            crate::keyspace::Counters { changes, ..crate::keyspace::Counters::default() };
    }
}

/// What kind of value is at a key, if it exists.
fn kind_of(keyspace: &mut Keyspace, key: &LentKey) -> Option<Kind> {
    keyspace.select(usize::from(key.database));
    keyspace.peek(&keyspace.key_named(&key.bytes)).map(Entry::kind)
}

/// Appends an error reply.
pub fn write_error(error: &Error, out: &mut Out) {
    Reply::new(out, false).error(&wire_bytes(&error.to_string()));
}

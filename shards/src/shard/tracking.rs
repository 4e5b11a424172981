//! Commands of clients that track keys: what they read is remembered, and what they change is known to be theirs.

use super::Shard;
use crate::{
    command::{Args, Keys},
    message::{Modes, Token},
    tx::{Cause, LentKey, Reader, Reads},
};

impl Shard {
    /// A command of a client that tracks keys is about to run.
    pub fn begin_tracked(&mut self, client: Reader) {
        self.tell_touched();
        self.tracking.set_running(Some(client));
    }

    /// The command ran. If `remember`, the client keeps copies of the keys that it names.
    pub fn end_tracked(&mut self, client: Reader, keys: Keys, args: &Args<'_>, remember: bool) {
        self.tell_touched();
        self.tracking.set_running(None);
        if remember {
            for index in keys.places(args) {
                self.tracking.remember(client, args.get(index));
            }
            self.record_if_needed();
        }
    }

    /// Runs a command with these modes for a client of core `core`, which tracks keys or not.
    pub fn as_tracked<R>(
        &mut self,
        (core, token, modes): (u16, Token, Modes),
        keys: Keys,
        args: &Args<'_>,
        run: impl FnOnce(&mut Self) -> R,
    ) -> R {
        if !modes.has(Modes::TRACKS) || self.keyspace.is_borrowing() {
            return run(self);
        }
        let client = Reader { core, session: token.session, generation: token.generation };
        self.begin_tracked(client);
        let result = run(self);
        self.end_tracked(client, keys, args, modes.has(Modes::REMEMBER));
        result
    }

    /// A transaction on borrowed keys ran: these it touched, and if its client tracks keys, those it read.
    pub fn end_borrowed(&mut self, touched: &[LentKey], reads: Option<Box<Reads>>) {
        let client = reads.as_ref().map(|reads| reads.client);
        let (before, after) = reads.map(|reads| (reads.before, reads.after)).unwrap_or_default();
        let Some(client) = client else { return self.note_borrowed(touched) };
        for key in &before {
            self.tracking.remember(client, key);
        }
        self.tracking.set_running(Some(client));
        self.note_borrowed(touched);
        self.tracking.set_running(None);
        for key in &after {
            self.tracking.remember(client, key);
        }
        self.record_if_needed();
    }

    fn note_borrowed(&mut self, touched: &[LentKey]) {
        if self.tracking.wants_changes() {
            for key in touched {
                self.tracking.note_key(&key.bytes, Cause::Command);
            }
        }
    }

    /// Throws up to `max` keys out of the table of those that clients keep copies of, if it is too large.
    pub fn trim_tracking(&mut self, max: usize) {
        self.tracking.trim(max, &mut self.keyspace.rng);
    }
}

//! Commands that wait for something in their keys: trying them, letting them wait, serving them.

use super::{Shard, kind_of};
use crate::{
    command::{Args, Command, Handler, More, OwnedArgs, registry},
    message::{Modes, Note},
    resp::{Out, Span},
    tx::{First, Interest, LentKey, Wait},
};

impl Shard {
    /// Runs a command that waits where it finds nothing; whether it found nothing. Then it has no reply yet.
    pub fn try_waiting(
        &mut self,
        what: (registry::Id, &Command, Handler),
        database: u16,
        args: &Args<'_>,
        resp3: bool,
        out: &mut Out,
    ) -> bool {
        let start = out.mark();
        let found_nothing = self.execute(what, database, args, resp3, out);
        if found_nothing {
            out.truncate(start);
        }
        found_nothing
    }

    /// Lets a command wait. What it waits for is not there now, or will be looked at.
    pub fn begin_wait(&mut self, wait: Wait) {
        self.tell_touched();
        self.keyspace.set_recording(true);
        self.waits.begin(wait);
    }

    /// Lets a command wait no more.
    pub fn end_wait(&mut self, interest: Interest) {
        self.waits.end(interest);
        self.record_if_needed();
    }

    /// Whether somebody who waits may have to be served: to be asked after each command or transaction.
    #[inline]
    pub fn has_ready(&self) -> bool {
        self.waits.has_ready()
    }

    /// Serves those who wait for the keys that were touched. `tell` gets what their cores must know.
    #[cold]
    pub fn serve(&mut self, mut tell: impl FnMut(u16, Note)) {
        while let Some(key) = self.waits.take_ready() {
            while let Some(there) = kind_of(&mut self.keyspace, &key)
                && let Some(first) = self.waits.first(&key, there)
            {
                match first {
                    First::Elsewhere(core, token) => tell(core, Note::Ready(token)),
                    First::Here(wait) => {
                        let reply = self.run_wait(&wait, &key);
                        tell(wait.core, Note::Served(wait.token, reply));
                    }
                }
            }
        }
        self.record_if_needed();
    }

    /// Runs a command that waited, on the one of its keys that is there.
    fn run_wait(&mut self, wait: &Wait, key: &LentKey) -> Out {
        let mut out = Out::new();
        let narrowed = wait.narrowed(&key.bytes);
        let args = narrowed.as_ref().unwrap_or(&wait.args).args();
        let resp3 = wait.modes.has(Modes::RESP3);
        self.as_tracked((wait.core, wait.token, wait.modes), wait.places, &args, |shard| {
            if let Err(error) = shard.run(wait.how.handler, wait.database, &args, resp3, &mut out) {
                shard.answer_error(&error, &mut out);
            }
        });
        out
    }
}

impl Wait {
    /// The command with only one of its keys; nothing if it has no other.
    fn narrowed(&self, key: &[u8]) -> Option<OwnedArgs> {
        let args = self.args.args();
        if self.how.moves || self.places.places(&args).nth(1).is_none() {
            return None;
        }
        let keys: Vec<usize> = self.places.places(&args).collect();
        let mut narrowed = OwnedArgs::default();
        let mut push = |word: &[u8]| {
            narrowed.spans.push(Span { start: narrowed.base.len() as u32, len: word.len() as u32 });
            narrowed.base.extend_from_slice(word);
        };
        for index in 0..args.len() {
            if matches!(self.places.more, More::Counted(at) if at == index) {
                push(b"1");
            } else if keys.first() == Some(&index) {
                push(key);
            } else if !keys.contains(&index) {
                push(args.get(index));
            }
        }
        Some(narrowed)
    }
}

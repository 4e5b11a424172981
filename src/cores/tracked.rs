//! Commands that do not run as others do: of clients that keep copies of keys, or whose looking at a key does not count as using it.

use std::collections::BTreeMap;

use shards::{
    command::{Args, Command, Flags, Handler, registry::Id},
    keyspace::{KeptKey, slot::slot_of},
    message::{Call, Modes},
    resp::Out,
    tx::{LentKey, Reader, Reads},
};

use super::{core::Core, execute::Flow};
use crate::session::{Said, Session, SessionId};

/// A command of the data engine: its number, its row, what it does.
type Runnable<'a> = (Id, &'a Command, Handler);

/// The modes of a client that has some, besides its protocol. Keys that TOUCH looks up count as used, whatever the client said: it
/// is there for that.
#[cold]
pub(super) fn special_modes(session: &Session, row: &Command, modes: Modes) -> Modes {
    if let Some(principal) = &session.acts_for {
        let own = principal.modes;
        return modes
            .with(Modes::NO_TOUCH, own.has(Modes::NO_TOUCH) && row.name != "TOUCH")
            .with(Modes::TRACKS, own.has(Modes::TRACKS))
            .with(Modes::REMEMBER, own.has(Modes::REMEMBER) && row.flags.has(Flags::READONLY));
    }
    let no_touch = session.no_touch && row.name != "TOUCH";
    let caching = session.caching.as_ref();
    let keeps = caching.is_some_and(|caching| caching.keeps_read_keys());
    modes
        .with(Modes::NO_TOUCH, no_touch)
        .with(Modes::TRACKS, caching.is_some())
        .with(Modes::REMEMBER, keeps && row.flags.has(Flags::READONLY))
}

/// A client begins a command: what CLIENT CACHING said counts for it, or no more.
#[cold]
pub(super) fn begin_command(session: &mut Session, name: &str) {
    // These two are about commands to come.
    if matches!(name, "CLIENT" | "MULTI") {
        return;
    }
    let commands = session.commands;
    if let Some(caching) = session.caching.as_mut().filter(|caching| caching.said != Said::Nothing) {
        caching.begin_command(commands);
        session.review();
    }
}

impl Core {
    /// Runs a command of the data engine on this core for a client of this core.
    #[cold]
    pub(super) fn run_specially(
        &mut self,
        id: SessionId,
        what: Runnable<'_>,
        modes: Modes,
        args: &Args<'_>,
    ) -> Flow {
        let reader = self.reader(id);
        let tracks = modes.has(Modes::TRACKS) && !self.node.shard.keyspace.is_borrowing();
        if tracks {
            self.node.shard.begin_tracked(reader);
            self.spread_stale();
        }
        let shard = &mut self.node.shard;
        let Some(session) = self.node.sessions.get_mut(id) else { return Flow::Close };
        let (database, resp3) = (session.database, session.resp3);
        shard.keyspace.set_touching(!modes.has(Modes::NO_TOUCH));
        session.replies.write(|out| shard.execute(what, database, args, resp3, out));
        shard.keyspace.set_touching(true);
        if tracks {
            shard.end_tracked(reader, what.1.keys, args, modes.has(Modes::REMEMBER));
            self.spread_stale();
        } else if modes.has(Modes::REMEMBER) {
            let changes = shard.keyspace.touched_len();
            let keys = what.1.keys.places(args).map(|index| (changes, KeptKey::from_slice(args.get(index))));
            self.node.stales.borrowed.extend(keys);
        }
        Flow::Next
    }

    /// Runs a command of the data engine for a client of core `from`.
    #[cold]
    pub(super) fn run_call_specially(
        &mut self,
        from: u16,
        call: &Call,
        what: Runnable<'_>,
        args: &Args<'_>,
        out: &mut Out,
    ) {
        let shard = &mut self.node.shard;
        shard.keyspace.set_touching(!call.modes.has(Modes::NO_TOUCH));
        shard.as_tracked((from, call.token, call.modes), what.1.keys, args, |shard| match call.token.part {
            0 => {
                shard.execute(what, call.database, args, call.resp3(), out);
            }
            _ => shard.execute_part(what, call.database, args, call.resp3(), out),
        });
        shard.keyspace.set_touching(true);
    }

    /// Tries a command that waits where it finds nothing, for a client of core `from`; whether it found nothing.
    pub(super) fn try_call(
        &mut self,
        from: u16,
        call: &Call,
        what: Runnable<'_>,
        args: &Args<'_>,
        out: &mut Out,
    ) -> bool {
        self.node.shard.as_tracked((from, call.token, call.modes), what.1.keys, args, |shard| {
            shard.try_waiting(what, call.database, args, call.resp3(), out)
        })
    }

    /// Tells of what became stale, unless a message would come between the replies of a transaction.
    fn spread_stale(&mut self) {
        if self.executing == 0 {
            self.node.spread_stale();
        }
    }

    /// The client that a session's commands are for.
    pub(super) fn reader(&self, id: SessionId) -> Reader {
        if let Some(principal) = self.node.sessions.get(id).and_then(|session| session.acts_for) {
            return principal.client;
        }
        Reader { core: self.me, session: id.index, generation: id.generation }
    }

    /// What a transaction of a client that tracks keys has read of each of `cores`, before or after it touched these keys; nothing
    /// for another client.
    pub(super) fn reads_by_owner(
        &self,
        id: SessionId,
        cores: &[u16],
        touched: &[LentKey],
        borrowed: Vec<(usize, KeptKey)>,
    ) -> BTreeMap<u16, Box<Reads>> {
        if self.node.sessions.get(id).is_none_or(|session| session.caching.is_none()) {
            return BTreeMap::new();
        }
        let client = self.reader(id);
        let none = || Box::new(Reads { client, before: Vec::new(), after: Vec::new() });
        let mut reads: BTreeMap<u16, Box<Reads>> = cores.iter().map(|core| (*core, none())).collect();
        for (changes, key) in borrowed {
            let Some(reads) = reads.get_mut(&self.routes.owner(slot_of(&key))) else { continue };
            let is_changed = touched.iter().skip(changes).any(|changed| *changed.bytes == *key);
            if is_changed { &mut reads.before } else { &mut reads.after }.push(key);
        }
        reads
    }
}

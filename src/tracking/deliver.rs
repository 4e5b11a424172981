//! Stale keys on their way: to this core's sessions, and to other cores.

use shards::{
    keyspace::KeptKey,
    message::{Note, Redirected},
    resp::{Out, Reply},
    tx::{Cause, Reader, Stale, StaleKey},
};

use super::{Registry, prefixes::Prefixes};
use crate::{
    pubsub::Posts,
    session::{Closing, Session, SessionId, Sessions},
};

/// The channel on which a RESP2 client hears of stale keys.
const CHANNEL: &[u8] = b"__redis__:invalidate";

/// One core's part in telling of stale keys.
#[derive(Debug, Default)]
pub struct Stales {
    /// Its clients' prefixes.
    pub prefixes: Prefixes,
    /// Its clients that track keys.
    pub clients: usize,
    /// Keys of this core's table, as the other cores know it.
    pub keys: usize,
    /// What the commands of a transaction have read, which runs on borrowed keys: how many changes there were before, and the key.
    pub borrowed: Vec<(usize, KeptKey)>,
    /// For each other core.
    outgoing: Vec<Vec<StaleKey>>,
    waiting: bool,
}

/// What telling of stale keys needs of a core.
#[derive(Debug)]
pub struct Room<'a> {
    /// Its number.
    pub core: u16,
    /// Its sessions.
    pub sessions: &'a mut Sessions,
    /// Those of them that were written to.
    pub touched: &'a mut Vec<SessionId>,
    /// What it has to tell other cores.
    pub posts: &'a mut Posts,
}

/// Which keys a message is about, as they stand in it.
#[derive(Clone, Copy)]
enum Keys<'a> {
    These(&'a [u8]),
    All,
}

impl Stales {
    /// Whether something waits for the end of the turn.
    #[inline]
    pub fn has_waiting(&self) -> bool {
        self.waiting || self.prefixes.has_changed()
    }

    /// Tells this core's sessions what is stale, and lays by what is for other cores.
    pub fn spread(&mut self, room: &mut Room<'_>, registry: &Registry, cores: u16, stale: Vec<Stale>) {
        let broadcasts = registry.has_prefixes();
        for stale in stale {
            let stale = match stale {
                Stale::Key(stale) => stale,
                Stale::Everything => {
                    room.tell_all();
                    continue;
                }
            };
            for core in 0..cores {
                let is_here = core == room.core;
                let concerned =
                    broadcasts && stale.cause != Cause::Forgotten && registry.has_prefixes_at(core.into());
                if !concerned && !stale.readers.iter().any(|reader| reader.core == core) {
                    continue;
                }
                if is_here {
                    self.take(room, &stale);
                } else {
                    self.outgoing.resize_with(cores.into(), Vec::new);
                    self.outgoing[usize::from(core)].push(stale.clone());
                    self.waiting = true;
                }
            }
        }
    }

    /// Tells those of this core's sessions that read a stale key; whom it concerns by its prefix hears of it at the end of the turn.
    pub fn take(&mut self, room: &mut Room<'_>, stale: &StaleKey) {
        let (mut keys, core) = (Vec::new(), room.core);
        for reader in stale.readers.iter().filter(|reader| reader.core == core) {
            let id = SessionId { index: reader.session, generation: reader.generation };
            let Some(session) = room.sessions.get(id) else { continue };
            let Some(caching) = &session.caching else { continue };
            if caching.broadcast || caching.no_loop && stale.running == Some(*reader) {
                continue;
            }
            if keys.is_empty() {
                write_keys(std::iter::once(&stale.key), 1, &mut keys);
            }
            room.tell(id, Keys::These(&keys));
        }
        if stale.cause != Cause::Forgotten {
            let by = stale.running.filter(|_| stale.cause == Cause::Command);
            self.prefixes.note(&stale.key, by);
        }
    }

    /// Sends what the turn has laid by.
    pub fn send(&mut self, room: &mut Room<'_>) {
        for (clients, changed) in self.prefixes.take_changed() {
            let mut all = Vec::new();
            write_keys(changed.keys(), changed.len(), &mut all);
            for id in clients {
                let Some(caching) = room.sessions.get(id).and_then(|session| session.caching.as_ref()) else {
                    continue;
                };
                if !caching.no_loop {
                    room.tell(id, Keys::These(&all));
                    continue;
                }
                let itself = room.reader(id);
                let by_others = || changed.iter().filter(|(_, by)| **by != Some(itself)).map(|(key, _)| key);
                let count = by_others().count();
                if count > 0 {
                    let mut keys = Vec::new();
                    write_keys(by_others(), count, &mut keys);
                    room.tell(id, Keys::These(&keys));
                }
            }
        }
        if std::mem::take(&mut self.waiting) {
            for (core, stale) in self.outgoing.iter_mut().enumerate().filter(|(_, stale)| !stale.is_empty()) {
                room.posts.add_note(core as u16, Note::Stale(std::mem::take(stale)));
            }
        }
    }
}

impl Room<'_> {
    fn reader(&self, id: SessionId) -> Reader {
        Reader { core: self.core, session: id.index, generation: id.generation }
    }

    /// Tells all sessions that track keys that every key is stale.
    fn tell_all(&mut self) {
        let tracking: Vec<SessionId> =
            self.sessions.iter().filter(|(_, session)| session.caching.is_some()).map(|(id, _)| id).collect();
        for id in tracking {
            self.tell(id, Keys::All);
        }
    }

    /// Tells a session of this core that keys are stale, or the client that is told for it.
    fn tell(&mut self, id: SessionId, keys: Keys<'_>) {
        let client = self.reader(id);
        let Some(session) = self.sessions.get(id) else { return };
        let Some(caching) = &session.caching else { return };
        let mut all = Out::new();
        let keys = match keys {
            Keys::These(keys) => keys,
            // As in Redis, in the protocol of the one that tracks, whoever is told.
            Keys::All => {
                Reply::new(&mut all, session.resp3).null();
                all.bytes()
            }
        };
        let Some(redirect) = caching.redirect else {
            return self.write(id, false, keys);
        };
        let to = Reader {
            core: redirect.core,
            session: redirect.session.index,
            generation: redirect.session.generation,
        };
        let redirected = Redirected { to, target: redirect.target, client, keys: keys.to_vec() };
        if redirect.core == self.core {
            self.take_redirected(&redirected);
        } else {
            self.posts.add_note(redirect.core, Note::Redirected(Box::new(redirected)));
        }
    }

    /// Tells a session of this core what is stale for a client of any core, or that client's core that this one is gone.
    pub fn take_redirected(&mut self, redirected: &Redirected) {
        let Redirected { to, target, client, keys } = redirected;
        let id = SessionId { index: to.session, generation: to.generation };
        if self.sessions.get(id).is_some_and(|session| session.closing == Closing::No) {
            self.write(id, true, keys);
        } else if client.core == self.core {
            self.take_broken(*client, *target);
        } else {
            self.posts.add_note(client.core, Note::RedirectBroken { client: *client, target: *target });
        }
    }

    /// Tells a session of this core that the client `target`, which is to get its messages, is gone.
    pub fn take_broken(&mut self, client: Reader, target: u64) {
        let id = SessionId { index: client.session, generation: client.generation };
        let Some(session) = self.sessions.get_mut(id) else { return };
        let Some(caching) = &mut session.caching else { return };
        // It may have chosen another one meanwhile.
        if caching.redirect.is_none_or(|redirect| redirect.target != target) {
            return;
        }
        caching.broken = true;
        if session.resp3 {
            let mut message = Out::new();
            let mut reply = Reply::new(&mut message, true);
            reply.push(2);
            reply.bulk(b"tracking-redir-broken");
            reply.integer(target as i64);
            push(session, id, self.touched, &message);
        }
    }

    /// Writes a message about stale keys, if the session speaks a protocol that has a form for it.
    fn write(&mut self, id: SessionId, for_another: bool, keys: &[u8]) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let mut message = Out::new();
        let mut reply = Reply::new(&mut message, session.resp3);
        if session.resp3 {
            reply.push(2);
            reply.bulk(b"invalidate");
        } else if for_another && session.is_subscriber() {
            reply.array(3);
            reply.bulk(b"message");
            reply.bulk(CHANNEL);
        } else {
            return;
        }
        message.buffer().extend_from_slice(keys);
        push(session, id, self.touched, &message);
    }
}

fn push(session: &mut Session, id: SessionId, touched: &mut Vec<SessionId>, message: &Out) {
    // Who is leaving gets nothing more; else it might never have got everything.
    if session.closing != Closing::No {
        return;
    }
    session.replies.push_message(message);
    if !session.dirty {
        touched.push(id);
    }
}

/// Appends an array of keys, which looks the same in both protocols.
fn write_keys<'a>(keys: impl Iterator<Item = &'a KeptKey>, count: usize, into: &mut Vec<u8>) {
    let mut out = Out::new();
    let mut reply = Reply::new(&mut out, false);
    reply.array(count);
    keys.for_each(|key| reply.bulk(key));
    into.extend_from_slice(out.bytes());
}

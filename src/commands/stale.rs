//! A core's part in client-side caching: which of its clients track keys, and telling those whom stale keys concern.

use shards::{
    message::Redirected,
    tx::{Reader, StaleKey},
};

use super::Node;
use crate::{
    session::{Caching, Said, SessionId},
    tracking::{Registry, Room, Stales},
};

/// Keys thrown out of a table that is too large, per turn: some tens of microseconds.
const KEYS_PER_TURN: usize = 256;

impl Node {
    /// Has a client track keys, or do so in another way. The prefixes come on top of those that it has.
    pub fn track(&mut self, id: SessionId, wanted: Caching) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        self.stales.clients += usize::from(session.caching.is_none());
        let before = session.caching.take();
        let (mut prefixes, said) =
            before.map_or_else(Default::default, |before| (before.prefixes, before.said));
        for prefix in &wanted.prefixes {
            if prefixes.insert(prefix.clone()) {
                self.stales.prefixes.add(&self.server.tracking, self.core, prefix, id);
            }
        }
        session.caching = Some(Box::new(Caching { prefixes, said, ..wanted }));
        session.review();
        self.shard.tracking.has_clients = true;
        self.shard.record_if_needed();
    }

    /// A client tracks no more keys. What owners remember of it stays until it is stale.
    pub fn stop_tracking(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let Some(caching) = session.caching.take() else { return };
        for prefix in &caching.prefixes {
            self.stales.prefixes.remove(&self.server.tracking, self.core, prefix, id);
        }
        session.review();
        self.stales.clients -= 1;
        self.shard.tracking.has_clients = self.stales.clients > 0;
    }

    /// What CLIENT CACHING said counts no more.
    #[cold]
    pub fn end_caching(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(id)
            && let Some(caching) = &mut session.caching
        {
            caching.said = Said::Nothing;
            session.review();
        }
    }

    /// Tells of what became stale here, but for what waits until the turn ends.
    pub fn spread_stale(&mut self) {
        if !self.shard.tracking.has_stale() {
            return;
        }
        let stale = self.shard.tracking.take_stale();
        let cores = self.server.routes.shards() as u16;
        self.with_room(|stales, room, registry| stales.spread(room, registry, cores, stale));
    }

    /// Whether there is something to do before the turn ends.
    #[inline]
    pub fn has_stale(&self) -> bool {
        let tracking = &self.shard.tracking;
        tracking.has_stale()
            || tracking.is_too_large()
            || tracking.keys() != self.stales.keys
            || self.stales.has_waiting()
    }

    /// Tells of all that became stale in this turn.
    #[cold]
    pub fn send_stale(&mut self) {
        self.limit_tracking();
        self.spread_stale();
        self.with_room(|stales, room, _| stales.send(room));
        // Whoever gets a prefix has it counted before it asks all cores to note changes.
        self.shard.tracking.broadcasts &= self.server.tracking.has_prefixes();
    }

    /// Throws keys out of the table while all tables together are too large and this one is larger than its part.
    fn limit_tracking(&mut self) {
        let (tracking, registry) = (&self.shard.tracking, &self.server.tracking);
        registry.set_keys(self.core, tracking.keys());
        if tracking.is_too_large() {
            let excess = registry.keys().saturating_sub(self.settings.tracking_table_max_keys);
            self.shard.trim_tracking(excess.min(KEYS_PER_TURN));
            registry.set_keys(self.core, self.shard.tracking.keys());
        }
        self.stales.keys = self.shard.tracking.keys();
    }

    /// Another core's keys are stale.
    pub fn take_stale(&mut self, stale: &[StaleKey]) {
        self.with_room(|stales, room, _| stale.iter().for_each(|stale| stales.take(room, stale)));
    }

    /// A message about stale keys for a client of this core, which gets it for another one.
    pub fn take_redirected(&mut self, redirected: &Redirected) {
        self.with_room(|_, room, _| room.take_redirected(redirected));
    }

    /// The client `target` is gone, which was to get the messages for a client of this core.
    pub fn take_broken_redirect(&mut self, client: Reader, target: u64) {
        self.with_room(|_, room, _| room.take_broken(client, target));
    }

    fn with_room(&mut self, tell: impl FnOnce(&mut Stales, &mut Room<'_>, &Registry)) {
        let Self { core, sessions, touched, posts, stales, server, .. } = self;
        tell(stales, &mut Room { core: *core as u16, sessions, touched, posts }, &server.tracking);
    }
}

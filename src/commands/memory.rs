//! The memory limit, as a core sees it: how much its shard may hold, and what goes where that is too much.

use shards::message::Note;

use super::Node;

/// For so long a core relies on what it knows of the others' memory, microseconds: what they take meanwhile may go beyond the limit.
const KNOWN_US: i64 = 100;

/// A client that has asked nothing for so long keeps no empty buffers, milliseconds.
const TRIM_AFTER_MS: i64 = 1_000;

/// Between two looks for such clients there are so many times as many microseconds as clients, which is some percent of a core's time.
const TRIM_REST_US: i64 = 2;

/// A core that cannot give back enough has all evict so often at most, microseconds.
const EVICT_US: i64 = 1_000;

/// What a core knows of the memory of the process.
#[derive(Debug)]
pub struct MemoryView {
    /// What the process uses besides what this core's thread holds, when that was looked up.
    besides_bytes: i64,
    besides_us: i64,
    /// What the process may still take, as of this turn; below zero for what it has taken too much.
    left_bytes: i64,
    /// Whether that is below zero, and no room was made in this turn.
    is_beyond: bool,
    /// Whether it was below zero at the last look of [`Node::evict_what_lasts`].
    was_beyond: bool,
    /// Whether the others know that this core has keys that may be evicted.
    may_evict: bool,
    /// When buffers of clients were last given back.
    trimmed_us: i64,
    /// When all were last told to evict.
    evicted_us: i64,
}

impl Default for MemoryView {
    fn default() -> Self {
        Self {
            besides_bytes: 0,
            besides_us: i64::MIN,
            left_bytes: i64::MAX,
            is_beyond: false,
            was_beyond: false,
            may_evict: false,
            trimmed_us: i64::MIN,
            evicted_us: i64::MIN,
        }
    }
}

impl Node {
    /// Tells the core how many bytes the process was measured to use. To be called some times a second, and right after `maxmemory`
    /// changed.
    pub fn set_memory_used(&mut self, bytes: u64) {
        self.server.note_memory(bytes);
        self.server.memory.set(self.core, (self.shard.memory.held_bytes)());
        self.server.memory.measured(bytes as i64);
        self.look_at_memory();
    }

    /// As [`Node::limit_memory`], by what the others hold now.
    fn look_at_memory(&mut self) {
        self.memory.besides_us = i64::MIN;
        self.limit_memory();
    }

    /// Tells the shard how much it may hold for the process to stay within `maxmemory`: all that is left, or, where there is too
    /// much already, less than it holds, by its part of that. To be called once a turn.
    #[inline]
    pub fn limit_memory(&mut self) {
        match self.settings.maxmemory_bytes {
            0 => {
                (self.memory.left_bytes, self.memory.is_beyond) = (i64::MAX, false);
                self.shard.memory.set_limit(None);
            }
            limit => self.limit_memory_to(limit),
        }
    }

    fn limit_memory_to(&mut self, limit: u64) {
        let held = (self.shard.memory.held_bytes)();
        self.server.memory.set(self.core, held);
        if self.now_us.saturating_sub(self.memory.besides_us) >= KNOWN_US {
            self.memory.besides_bytes = self.server.memory.besides(self.core);
            self.memory.besides_us = self.now_us;
            self.set_may_evict(self.shard.may_evict());
            self.shard.memory.others_may_evict = self.server.memory.others_may_evict(self.core);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let left = limit.saturating_sub(self.memory.besides_bytes).saturating_sub(held);
        (self.memory.left_bytes, self.memory.is_beyond) = (left, left < 0);
        let part = if left < 0 { self.part_of(left) } else { left };
        self.shard.memory.set_limit(Some(held.saturating_add(part)));
    }

    /// Whether the process had more than it may when this turn began, and nobody has made room since.
    #[inline]
    pub fn is_beyond_memory(&self) -> bool {
        self.memory.is_beyond
    }

    /// Makes room; until the next turn none is made but for what commands need.
    pub fn make_room(&mut self) {
        self.memory.is_beyond = false;
        self.shard.make_room();
    }

    /// Tells the other cores as soon as this one has keys that may be evicted, and what it could not give back itself. To be called
    /// at the end of a turn: who asks for memory next may be told at another core that there is none.
    #[inline]
    pub fn share_memory(&mut self) {
        if self.settings.maxmemory_bytes == 0 {
            return;
        }
        if !self.memory.may_evict && self.shard.may_evict() {
            self.set_may_evict(true);
        }
        if std::mem::take(&mut self.shard.memory.wants_others)
            && self.now_us.saturating_sub(self.memory.evicted_us) >= EVICT_US
        {
            self.evict();
        }
    }

    fn set_may_evict(&mut self, may_evict: bool) {
        self.memory.may_evict = may_evict;
        self.server.memory.set_may_evict(self.core, may_evict);
    }

    /// Has all cores evict their parts of what is beyond the limit. All go by the same figure: what the news of keys that go takes
    /// counts only afterwards.
    pub fn evict(&mut self) {
        self.look_at_memory();
        if self.memory.left_bytes >= 0 {
            return;
        }
        self.have_all_give_back(-self.part_of(self.memory.left_bytes));
        self.memory.evicted_us = self.now_us;
    }

    /// Has all cores evict what has been beyond the limit for two looks in a row. At the first, only empty buffers of clients go,
    /// which may be all of it: the cores have different numbers of them, and no core knows what another one's come to.
    pub fn evict_what_lasts(&mut self) {
        let is_beyond = self.memory.left_bytes < 0;
        let lasts = std::mem::replace(&mut self.memory.was_beyond, is_beyond);
        match (is_beyond, lasts) {
            (true, true) => self.evict(),
            (true, false) => self.have_all_give_back(0),
            (false, _) => {}
        }
    }

    fn have_all_give_back(&mut self, bytes_each: i64) {
        self.give_back(bytes_each);
        for core in (0..self.server.routes.shards()).filter(|core| *core != self.core) {
            self.posts.add_note(core as u16, Note::MakeRoom(bytes_each));
        }
    }

    /// Gives back so many bytes: empty buffers of clients first, then keys, in the background.
    pub fn give_back(&mut self, bytes: i64) {
        let before = (self.shard.memory.held_bytes)();
        self.trim_clients(0);
        let trimmed = before - (self.shard.memory.held_bytes)();
        self.shard.begin_eviction(bytes - trimmed);
    }

    /// Gives back the empty buffers of clients that ask nothing. To be called once a second.
    pub fn trim_idle_clients(&mut self) {
        self.trim_clients(TRIM_AFTER_MS);
    }

    /// Gives back the empty buffers of clients that have asked nothing for so long. Called more often than it is worth, it does
    /// nothing.
    fn trim_clients(&mut self, idle_ms: i64) {
        if self.now_us.saturating_sub(self.memory.trimmed_us) < self.sessions.len() as i64 * TRIM_REST_US {
            return;
        }
        self.memory.trimmed_us = self.now_us;
        let now_ms = self.now_ms();
        for (_, session) in self.sessions.iter_mut() {
            if now_ms - session.active_ms >= idle_ms {
                session.trim();
            }
        }
    }

    /// This core's part of a lack of memory, both below zero.
    fn part_of(&self, left: i64) -> i64 {
        (left / self.server.routes.shards() as i64).min(-1)
    }
}

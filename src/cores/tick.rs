//! What a core does ten times a second, whoever talks to it.

use super::machine::Machine;
use crate::{
    observe::memory,
    session::{Closing, SessionId},
};

/// Ticks in a second.
const TICKS_PER_SECOND: u64 = 10;

/// The counters at the last full second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    commands: u64,
    received_bytes: u64,
    sent_bytes: u64,
}

impl Machine {
    /// The periodic work.
    pub(super) fn tick(&mut self) {
        self.tick += 1;
        if !self.is_stopping() {
            self.listeners.accept(&mut self.ring);
        }
        if self.core.node.cron_paused {
            return;
        }
        let expires = self.core.node.shard.keyspace.sizes().any(|(_, _, expiring)| expiring > 0);
        // While clients are paused, nothing goes by itself.
        let paused = self.core.node.pause.is_on();
        self.core.node.expire_pass_due = expires && !paused;
        self.measure_memory();
        if self.tick.is_multiple_of(TICKS_PER_SECOND) {
            self.count_rates();
            self.check_clients();
            self.core.report_stuck();
            let node = &mut self.core.node;
            node.scripts.forget_gone(&node.server.library, &node.server.functions);
            memory::give_back_pages();
        }
    }

    /// Core 0 measures the process's memory, more often where there is a limit; where it is exceeded, all evict.
    fn measure_memory(&mut self) {
        let node = &mut self.core.node;
        let is_limited = node.settings.maxmemory_bytes > 0;
        let measures = node.core == 0 && (is_limited || self.tick.is_multiple_of(TICKS_PER_SECOND));
        if measures {
            node.set_memory_used(memory::used_bytes());
        }
        if self.tick.is_multiple_of(TICKS_PER_SECOND) {
            node.trim_idle_clients();
        }
        if measures {
            node.evict_what_lasts();
        }
    }

    fn count_rates(&mut self) {
        let statistics = &mut self.core.node.statistics;
        let before = self.rates;
        self.rates = Rates {
            commands: statistics.commands,
            received_bytes: statistics.received_bytes,
            sent_bytes: statistics.sent_bytes,
        };
        // CONFIG RESETSTAT sets the counters back: then the second counts from there.
        statistics.commands_last_second = statistics.commands.saturating_sub(before.commands);
        statistics.received_last_second_bytes =
            statistics.received_bytes.saturating_sub(before.received_bytes);
        statistics.sent_last_second_bytes = statistics.sent_bytes.saturating_sub(before.sent_bytes);
    }

    /// Closes idle clients, and looks again at those that do not read their replies.
    fn check_clients(&mut self) {
        let now_ms = self.core.node.now_ms();
        let timeout_ms = i64::from(self.core.node.settings.timeout_s) * 1_000;
        let mut concerned: Vec<SessionId> = Vec::new();
        for (id, session) in self.core.node.sessions.iter_mut() {
            let mut idle =
                timeout_ms > 0 && now_ms - session.active_ms > timeout_ms && !session.replies.is_waiting();
            // Who listens need not speak.
            idle &= !session.listens() && !session.transaction.running;
            if idle && let Some(Some(connection)) = self.connections.get_mut(id.index as usize) {
                // A large argument that comes slowly says nothing until it is whole: whether anything came is asked.
                idle = !connection.look_at_fill(&mut self.ring);
            }
            if idle {
                session.closing = Closing::Now;
            }
            if idle || session.over_soft_limit_since_ms.is_some() {
                concerned.push(id);
            }
        }
        for id in concerned {
            self.flush(id);
        }
    }
}

//! CLIENT PAUSE on one core: until when commands wait, and which; and whether a script has them refused.
//!
//! Every core keeps its own copy, so that nothing shared is looked at per command. A command that another core sent before the
//! pause reached its owner still runs: its client was not paused when it asked.

use shards::command::{Command, Flags};

/// Which commands wait. The order is that of their severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paused {
    /// None.
    #[default]
    Nothing,
    /// Those that may change the keyspace.
    Writes,
    /// All.
    Everything,
}

/// A pause, or none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pause {
    /// There is something to look at before a command runs.
    on: bool,
    /// A script has taken so long that commands are refused.
    busy: bool,
    what: Paused,
    /// When it ends, milliseconds since 1970.
    until_ms: i64,
    /// It ended, and who waited for that has still to be told.
    ended: bool,
}

impl Pause {
    /// Whether there is one, or a script has others refused.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Whether a script has others refused.
    #[inline]
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// A script has others refused from now on, or no more.
    pub fn set_busy(&mut self, busy: bool) {
        self.busy = busy;
        self.review();
    }

    fn review(&mut self) {
        self.on = self.busy || self.what != Paused::Nothing;
    }

    /// Whether the command must wait.
    pub fn holds(&self, command: &Command) -> bool {
        match self.what {
            Paused::Nothing => false,
            Paused::Writes => command.flags.has(Flags::WRITE),
            Paused::Everything => true,
        }
    }

    /// Whether commands that may change the keyspace must wait.
    pub fn holds_writes(&self) -> bool {
        self.what != Paused::Nothing
    }

    /// Begins a pause. One that is on becomes neither shorter nor milder.
    pub fn begin(&mut self, what: Paused, until_ms: i64) {
        self.what = self.what.max(what);
        self.until_ms = self.until_ms.max(until_ms);
        self.review();
    }

    /// Ends it.
    pub fn end(&mut self) {
        let ended = self.what != Paused::Nothing || self.ended;
        *self = Self { ended, busy: self.busy, ..Self::default() };
        self.review();
    }

    /// Ends it if its time is over.
    pub fn look_at_clock(&mut self, now_ms: i64) {
        if self.what != Paused::Nothing && now_ms >= self.until_ms {
            self.end();
        }
    }

    /// Whether it has ended, and nobody has taken note.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether it has ended since the last question.
    pub fn take_ended(&mut self) -> bool {
        std::mem::take(&mut self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Command = Command { flags: Flags::READONLY, ..Command::DEFAULT };
    const SET: Command = Command { flags: Flags::WRITE, ..Command::DEFAULT };

    #[test]
    fn a_pause_becomes_neither_shorter_nor_milder() {
        let mut pause = Pause::default();
        assert!(!pause.is_on() && !pause.holds(&SET));
        pause.begin(Paused::Writes, 100);
        assert!(pause.holds(&SET) && !pause.holds(&GET));
        pause.begin(Paused::Everything, 50);
        pause.begin(Paused::Writes, 70);
        assert!(pause.holds(&GET));
        pause.look_at_clock(99);
        assert!(pause.is_on() && !pause.take_ended());
        pause.look_at_clock(100);
        assert!(!pause.is_on() && pause.take_ended() && !pause.take_ended());
    }

    #[test]
    fn a_busy_script_is_no_pause() {
        let mut pause = Pause::default();
        pause.set_busy(true);
        assert!(pause.is_on() && !pause.holds(&SET));
        pause.begin(Paused::Everything, 100);
        pause.look_at_clock(100);
        assert!(pause.is_on() && pause.is_busy() && !pause.holds(&SET) && pause.take_ended());
        pause.set_busy(false);
        assert!(!pause.is_on() && !pause.take_ended());
    }

    #[test]
    fn the_next_pause_knows_nothing_of_the_last() {
        let mut pause = Pause::default();
        pause.begin(Paused::Everything, 1_000);
        pause.end();
        pause.begin(Paused::Writes, 10);
        assert!(!pause.holds(&GET));
        pause.look_at_clock(10);
        assert!(!pause.is_on());
    }
}

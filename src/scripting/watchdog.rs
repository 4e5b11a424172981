//! Scripts that take long: which cores have one under way, whether clients are told so, and whether it is to end.
//!
//! A core says here that its script has taken more than a moment, and looks at every pause of the script whether somebody wants it
//! to end. All cores look once a turn whether any script has taken so long that other clients are refused.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// A script is under way.
const RUNS: u8 = 1;
/// It has run a command that writes.
const WROTE: u8 = 1 << 1;
/// It has taken so long that other clients are refused.
const BUSY: u8 = 1 << 2;
/// It is to end.
const KILLED: u8 = 1 << 3;

/// What came of ending scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There is none.
    Nothing,
    /// They were told to end.
    Killed,
    /// One has written, and cannot be ended.
    Wrote,
}

/// The long scripts of all cores.
#[derive(Debug)]
pub struct Watchdog {
    cores: Vec<AtomicU8>,
    /// Cores whose script keeps other clients waiting.
    busy: AtomicUsize,
}

impl Watchdog {
    /// That of a server with so many cores.
    pub fn new(cores: usize) -> Self {
        Self {
            cores: std::iter::repeat_with(AtomicU8::default).take(cores).collect(),
            busy: AtomicUsize::new(0),
        }
    }

    /// A script of this core takes more than a moment.
    pub fn begin(&self, core: usize, wrote: bool) {
        self.cores[core].fetch_or(if wrote { RUNS | WROTE } else { RUNS }, Ordering::AcqRel);
    }

    /// The script of this core has run a command that writes. Whether it was told to end before: then it must not.
    pub fn wrote(&self, core: usize) -> bool {
        self.cores[core].fetch_or(WROTE, Ordering::AcqRel) & KILLED != 0
    }

    /// The script of this core has taken so long that other clients are refused.
    pub fn is_late(&self, core: usize) {
        if self.cores[core].fetch_or(BUSY, Ordering::AcqRel) & BUSY == 0 {
            self.busy.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Whether the script of this core is to end.
    pub fn is_killed(&self, core: usize) -> bool {
        self.cores[core].load(Ordering::Acquire) & KILLED != 0
    }

    /// The script of this core has ended.
    pub fn end(&self, core: usize) {
        if self.cores[core].swap(0, Ordering::AcqRel) & BUSY != 0 {
            self.busy.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Whether clients are refused because of a script.
    #[inline]
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    /// Ends the scripts that are under way, unless one has written.
    pub fn kill(&self) -> Ended {
        let states = || self.cores.iter().map(|core| core.load(Ordering::Acquire));
        if states().all(|state| state & RUNS == 0) {
            return Ended::Nothing;
        }
        if states().any(|state| state & WROTE != 0) {
            return Ended::Wrote;
        }
        for core in &self.cores {
            let kill = |state| (state & RUNS != 0 && state & WROTE == 0).then_some(state | KILLED);
            // One that has ended or written meanwhile stays as it is.
            let _ = core.fetch_update(Ordering::AcqRel, Ordering::Acquire, kill);
        }
        Ended::Killed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_has_not_written_is_ended() {
        let watchdog = Watchdog::new(2);
        assert_eq!(watchdog.kill(), Ended::Nothing);
        watchdog.begin(1, false);
        assert!(!watchdog.is_busy());
        watchdog.is_late(1);
        watchdog.is_late(1);
        assert!(watchdog.is_busy() && !watchdog.is_killed(1));
        assert_eq!(watchdog.kill(), Ended::Killed);
        assert!(watchdog.is_killed(1) && !watchdog.is_killed(0));
        watchdog.end(1);
        assert!(!watchdog.is_busy() && !watchdog.is_killed(1));
        assert_eq!(watchdog.kill(), Ended::Nothing);
    }

    #[test]
    fn a_script_that_has_written_goes_on() {
        let watchdog = Watchdog::new(1);
        watchdog.begin(0, true);
        assert_eq!(watchdog.kill(), Ended::Wrote);
        assert!(!watchdog.is_killed(0));
    }

    #[test]
    fn who_is_told_to_end_does_not_write() {
        let watchdog = Watchdog::new(1);
        watchdog.begin(0, false);
        assert_eq!(watchdog.kill(), Ended::Killed);
        assert!(watchdog.wrote(0));
    }
}

//! Scripts and functions that take long: which cores have one under way, whether clients are told so, and whether it is to end.
//!
//! A core says here that its script has taken more than a moment, and looks at every pause of the script whether somebody wants it
//! to end. All cores look once a turn whether any script has taken so long that other clients are refused.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU8, AtomicUsize, Ordering},
};

/// A script is under way.
const RUNS: u8 = 1;
/// It has run a command that writes.
const WROTE: u8 = 1 << 1;
/// It has taken so long that other clients are refused.
const BUSY: u8 = 1 << 2;
/// It is to end.
const KILLED: u8 = 1 << 3;
/// It is a function.
const FUNCTION: u8 = 1 << 4;

/// What takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A script, which SCRIPT KILL ends.
    Script,
    /// A function, which FUNCTION KILL ends.
    Function,
}

impl Kind {
    fn has(self, state: u8) -> bool {
        (state & FUNCTION != 0) == (self == Self::Function)
    }
}

/// A function under way, as FUNCTION STATS shows it.
#[derive(Debug)]
pub struct RunningFunction {
    /// Its name.
    pub name: Arc<str>,
    /// The command that runs it.
    pub command: Vec<Box<[u8]>>,
    /// When it began, microseconds since 1970.
    pub since_us: i64,
}

/// What came of ending scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There is none.
    Nothing,
    /// There are only those of the other kind.
    Other,
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
    /// By core.
    functions: Mutex<Vec<Option<Arc<RunningFunction>>>>,
}

impl Watchdog {
    /// That of a server with so many cores.
    pub fn new(cores: usize) -> Self {
        Self {
            cores: std::iter::repeat_with(AtomicU8::default).take(cores).collect(),
            busy: AtomicUsize::new(0),
            functions: Mutex::new(vec![None; cores]),
        }
    }

    fn set_function(&self, core: usize, function: Option<RunningFunction>) {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        functions[core] = function.map(Arc::new);
    }

    /// A script of this core takes more than a moment, or this function.
    pub fn begin(&self, core: usize, wrote: bool, function: Option<RunningFunction>) {
        let kind = if function.is_some() { FUNCTION } else { 0 };
        let wrote = if wrote { WROTE } else { 0 };
        if function.is_some() {
            self.set_function(core, function);
        }
        self.cores[core].fetch_or(RUNS | kind | wrote, Ordering::AcqRel);
    }

    /// A function that is under way.
    pub fn function(&self) -> Option<Arc<RunningFunction>> {
        let functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        functions.iter().flatten().next().map(Arc::clone)
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
        let state = self.cores[core].swap(0, Ordering::AcqRel);
        if state & BUSY != 0 {
            self.busy.fetch_sub(1, Ordering::AcqRel);
        }
        if state & FUNCTION != 0 {
            self.set_function(core, None);
        }
    }

    fn states(&self) -> impl Iterator<Item = u8> + Clone {
        self.cores.iter().map(|core| core.load(Ordering::Acquire))
    }

    /// Because of what clients are refused; nothing if they are not.
    pub fn busy_with(&self) -> Option<Kind> {
        let mut busy = self.states().filter(|state| state & BUSY != 0).peekable();
        busy.peek()?;
        Some(if busy.any(|state| Kind::Script.has(state)) { Kind::Script } else { Kind::Function })
    }

    /// Whether clients are refused because of a script.
    #[inline]
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    /// Ends the scripts that are under way, or the functions, unless one of them has written.
    pub fn kill(&self, kind: Kind) -> Ended {
        let running = self.states().filter(|state| state & RUNS != 0);
        let has_some = running.clone().any(|state| kind.has(state));
        let mut concerned = running.filter(|state| kind.has(*state) || !has_some).peekable();
        if concerned.peek().is_none() {
            return Ended::Nothing;
        }
        if concerned.any(|state| state & WROTE != 0) {
            return Ended::Wrote;
        }
        if !has_some {
            return Ended::Other;
        }
        for core in &self.cores {
            let kill = |state| {
                (state & RUNS != 0 && state & WROTE == 0 && kind.has(state)).then_some(state | KILLED)
            };
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
        assert_eq!(watchdog.kill(Kind::Script), Ended::Nothing);
        watchdog.begin(1, false, None);
        assert!(!watchdog.is_busy());
        watchdog.is_late(1);
        watchdog.is_late(1);
        assert!(watchdog.is_busy() && !watchdog.is_killed(1));
        assert_eq!(watchdog.kill(Kind::Script), Ended::Killed);
        assert!(watchdog.is_killed(1) && !watchdog.is_killed(0));
        watchdog.end(1);
        assert!(!watchdog.is_busy() && !watchdog.is_killed(1));
        assert_eq!(watchdog.kill(Kind::Script), Ended::Nothing);
    }

    #[test]
    fn a_script_that_has_written_goes_on() {
        let watchdog = Watchdog::new(1);
        watchdog.begin(0, true, None);
        assert_eq!(watchdog.kill(Kind::Script), Ended::Wrote);
        assert!(!watchdog.is_killed(0));
    }

    #[test]
    fn who_is_told_to_end_does_not_write() {
        let watchdog = Watchdog::new(1);
        watchdog.begin(0, false, None);
        assert_eq!(watchdog.kill(Kind::Script), Ended::Killed);
        assert!(watchdog.wrote(0));
    }

    #[test]
    fn scripts_and_functions_are_ended_by_commands_of_their_own() {
        let watchdog = Watchdog::new(3);
        let function = |name: &str| RunningFunction { name: name.into(), command: Vec::new(), since_us: 0 };
        watchdog.begin(1, false, Some(function("f")));
        assert_eq!(watchdog.function().map(|function| function.name.to_string()), Some("f".into()));
        assert_eq!(watchdog.kill(Kind::Script), Ended::Other);
        assert!(!watchdog.is_killed(1) && watchdog.busy_with().is_none());
        watchdog.is_late(1);
        assert_eq!(watchdog.busy_with(), Some(Kind::Function));
        watchdog.begin(0, true, None);
        watchdog.is_late(0);
        assert_eq!(watchdog.busy_with(), Some(Kind::Script));
        assert_eq!(watchdog.kill(Kind::Script), Ended::Wrote);
        assert_eq!(watchdog.kill(Kind::Function), Ended::Killed);
        assert!(watchdog.is_killed(1) && !watchdog.is_killed(0));
        watchdog.end(1);
        assert!(watchdog.function().is_none());
        assert_eq!(watchdog.kill(Kind::Function), Ended::Wrote);
    }
}

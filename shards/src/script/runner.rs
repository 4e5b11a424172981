//! What is under way in one Lua state, a script or a function: from its arguments to its reply.

use std::ffi::CStr;
use std::fmt;
use std::sync::Arc;

use super::lua::{Answer, Finished, Kind, Progress, Raise, Request, Stack, State};
use super::random::Rand48;
use super::to_resp::Writer;
use super::{Resume, Sha, Step, redis_table};

/// Why there is no Lua state.
#[derive(Debug)]
pub struct ScriptError;

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no memory for a Lua state")
    }
}

impl std::error::Error for ScriptError {}

/// What one Lua state may occupy, unless told otherwise. Below 2 GiB, so that no length overflows an `int` of Lua's.
pub const MEMORY_MAX_BYTES: usize = 1 << 30;

/// More than this, left behind by a run, is collected at once.
const GARBAGE_MAX_BYTES: usize = 16 << 20;

/// What runs, as its errors call it.
#[derive(Clone, Debug)]
pub enum Runs {
    /// The script of this name.
    Script(Sha),
    /// The function of this name.
    Function(Arc<str>),
}

impl fmt::Display for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Script(sha) => sha.fmt(f),
            Self::Function(name) => f.write_str(name),
        }
    }
}

/// What a script and a function end with when they are killed.
const KILLED: &CStr = c"Script killed by user with SCRIPT KILL...";

/// A Lua state, and one run at a time.
pub struct Runner {
    /// The state.
    pub state: State,
    memory_max: usize,
    error_is_counted: bool,
}

impl Runner {
    /// An empty state that may occupy so many bytes, with Lua's own libraries open.
    pub fn new(memory_max: usize) -> Result<Self, ScriptError> {
        let mut state = State::new(memory_max).ok_or(ScriptError)?;
        state.open_libraries();
        Ok(Self { state, memory_max, error_is_counted: false })
    }

    /// A new one as this was when it was made, whose random numbers go on.
    pub fn renewed(&self) -> Result<Self, ScriptError> {
        let new = Self::new(self.memory_max)?;
        new.state.shared().random.set(self.state.shared().random.get());
        Ok(new)
    }

    /// What the state occupies, in bytes.
    pub fn memory(&self) -> usize {
        self.state.shared().memory.used()
    }

    /// Where random numbers start from.
    pub fn seed(&mut self, seed: i32) {
        self.state.shared().random.set(Rand48::new(seed));
    }

    /// Whether a run is under way.
    pub fn is_running(&self) -> bool {
        self.state.is_running()
    }

    /// Whether the last run ended with the error of a command, which was counted then.
    pub fn error_is_counted(&self) -> bool {
        self.error_is_counted
    }

    /// Begins the function that is kept under `function`, with the arguments that `push` leaves.
    pub fn start(
        &mut self,
        function: i32,
        runs: Runs,
        resp3: bool,
        push: impl FnOnce(&Stack<'_>) -> usize,
    ) -> Step {
        let how = (redis_table::error_handler as super::lua::Function, KILLED);
        let finish = move |stack: &Stack<'_>, succeeded| finish(stack, succeeded, &runs, resp3);
        let progress = self.state.start(function, push, how, finish);
        self.step(progress)
    }

    /// Goes on with what is under way.
    pub fn resume(&mut self, with: Resume<'_>) -> Step {
        let answer = match with {
            Resume::Reply(reply) => Answer::Reply(reply),
            Resume::Continue => Answer::Continue,
            Resume::Kill => Answer::Kill,
        };
        let progress = self.state.resume(answer);
        self.step(progress)
    }

    fn step(&mut self, progress: Progress<Finished>) -> Step {
        match progress {
            Progress::Asks(Request::Command { args, resp3 }) => Step::Command { args, resp3 },
            Progress::Asks(Request::Slice) => Step::Slice,
            Progress::Asks(Request::Log { level, text }) => Step::Log { level, text },
            Progress::Ended(Finished { reply, error, counted }) => {
                self.error_is_counted = counted;
                self.collect_much();
                Step::Done { reply, error }
            }
        }
    }

    /// Collects what a run has left behind, if that is much.
    pub fn collect_much(&mut self) {
        if self.memory() > GARBAGE_MAX_BYTES.min(self.memory_max / 4) {
            self.state.collect();
        }
    }
}

/// Pushes a table of strings.
pub fn push_strings(stack: &Stack<'_>, values: &[&[u8]]) {
    stack.push_table(values.len(), 0);
    for (index, value) in values.iter().enumerate() {
        stack.push_bytes(value);
        stack.set_element(-2, index + 1);
    }
}

/// Makes the reply of what a script returned or failed with.
fn finish(stack: &Stack<'_>, succeeded: bool, runs: &Runs, resp3: bool) -> Finished {
    let counted = is_counted(stack);
    let mut writer = Writer::new(resp3, stack.shared.resp3.get());
    if succeeded {
        writer.value(stack);
        if let Some(Raise::Plain(why)) = writer.stopped() {
            let mut writer = Writer::new(resp3, false);
            writer.error(format!("ERR {why} script: {runs}.").as_bytes());
            return Finished { reply: writer.finish(), error: true, counted: false };
        }
    } else {
        writer.error(&failure(stack, runs));
    }
    Finished { reply: writer.finish(), error: !succeeded, counted }
}

/// Whether the value on top is the error of a command.
fn is_counted(stack: &Stack<'_>) -> bool {
    if stack.kind(-1) != Kind::Table {
        return false;
    }
    stack.push_field(-1, "ignore_error_stats_update");
    let counted = stack.is_true(-1);
    stack.pop(1);
    counted
}

/// The line for the error on top: its text, the script, and the place.
fn failure(stack: &Stack<'_>, runs: &Runs) -> Vec<u8> {
    let mut line = Vec::new();
    let mut place = None;
    if stack.kind(-1) == Kind::Table {
        stack.push_field(-1, "err");
        line.extend_from_slice(stack.text(-1).unwrap_or(b"ERR unknown error"));
        stack.push_field(-2, "source");
        stack.push_field(-3, "line");
        place = stack.text(-2).zip(stack.text(-1));
    } else {
        // The handler itself could not run: no memory, or no stack.
        line.extend_from_slice(b"ERR ");
        line.extend_from_slice(stack.text(-1).unwrap_or(b"unknown error"));
    }
    line.extend_from_slice(format!(" script: {runs}").as_bytes());
    if let Some((source, number)) = place {
        line.extend_from_slice(b", on ");
        line.extend_from_slice(source);
        line.push(b':');
        line.extend_from_slice(number);
    }
    line.push(b'.');
    line
}

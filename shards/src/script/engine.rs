//! The engine: scripts by their names, and the one under way.

use std::fmt;

use std::collections::HashMap;

use super::lua::{Answer, Finished, Kind, Progress, Raise, Request, Stack, State};
use super::random::Rand48;
use super::to_resp::Writer;
use super::{Resume, ScriptFlags, Sha, Step, redis_table, sandbox};
use crate::command::Error;

/// Why there is no Lua state.
#[derive(Debug)]
pub struct ScriptError;

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no memory for a Lua state")
    }
}

impl std::error::Error for ScriptError {}

/// What one engine's Lua state may occupy, unless told otherwise. Below 2 GiB, so that no length overflows an `int` of Lua's.
const MEMORY_MAX_BYTES: usize = 1 << 30;

/// More than this, left behind by a script, is collected at once.
const GARBAGE_MAX_BYTES: usize = 16 << 20;

/// One Lua state with Redis's libraries and sandbox. One script is under way at a time.
pub struct Engine {
    state: State,
    /// The number under which the state keeps the table that `KEYS` and `ARGV` are set in.
    globals: i32,
    scripts: HashMap<Sha, Script>,
    memory_max: usize,
    error_is_counted: bool,
}

struct Script {
    /// The number under which the state keeps the function.
    function: i32,
    flags: ScriptFlags,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("scripts", &self.scripts.len())
            .field("memory", &self.memory())
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that knows no script.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, ScriptError> {
        Self::with_memory_max(MEMORY_MAX_BYTES)
    }

    /// An engine whose Lua state may occupy so many bytes; a script that wants more ends with an error.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn with_memory_max(memory_max: usize) -> Result<Self, ScriptError> {
        let (state, globals) = sandboxed(memory_max)?;
        Ok(Self { state, globals, scripts: HashMap::new(), memory_max, error_is_counted: false })
    }

    /// Compiles a script, once: what is known already stays as it is. No script may be under way.
    ///
    /// # Errors
    /// The client's error line: what the compiler says, or what is wrong with the first line.
    pub fn load(&mut self, body: &[u8]) -> Result<(Sha, ScriptFlags), Error> {
        let sha = Sha::of(body);
        if let Some(script) = self.scripts.get(&sha) {
            return Ok((sha, script.flags));
        }
        let (flags, code) = ScriptFlags::of(body)?;
        let function = self.state.compile(code, c"@user_script").map_err(|said| {
            Error::Message(format!(
                "ERR Error compiling script (new function): {}",
                String::from_utf8_lossy(&said)
            ))
        })?;
        self.scripts.insert(sha, Script { function, flags });
        Ok((sha, flags))
    }

    /// Whether a script of this name was loaded.
    pub fn knows(&self, sha: &Sha) -> bool {
        self.scripts.contains_key(sha)
    }

    /// Forgets all scripts and what they left behind. No script may be under way.
    pub fn flush(&mut self) {
        assert!(!self.is_running(), "no script under way");
        let random = self.state.shared().random.get();
        if let Ok((state, globals)) = sandboxed(self.memory_max) {
            (self.state, self.globals) = (state, globals);
            self.state.shared().random.set(random);
        }
        self.scripts.clear();
    }

    /// What the Lua state occupies, in bytes.
    pub fn memory(&self) -> usize {
        self.state.shared().memory.used()
    }

    /// Where `math.random` starts from; without it, all engines give the same numbers.
    pub fn seed(&mut self, seed: i32) {
        self.state.shared().random.set(Rand48::new(seed));
    }

    /// Begins a script that is known; `resp3` is the calling client's protocol, for the reply.
    pub fn start(&mut self, sha: &Sha, keys: &[&[u8]], argv: &[&[u8]], resp3: bool) -> Step {
        let Some(script) = self.scripts.get(sha) else {
            let reply = b"-NOSCRIPT No matching script. Please use EVAL.\r\n".to_vec();
            return Step::Done { reply, error: true };
        };
        let globals = self.globals;
        self.state.with(|stack| {
            stack.push_kept(globals);
            for (name, values) in [("KEYS", keys), ("ARGV", argv)] {
                stack.push_table(values.len(), 0);
                for (index, value) in values.iter().enumerate() {
                    stack.push_bytes(value);
                    stack.set_element(-2, index + 1);
                }
                stack.set_field(-2, name);
            }
        });
        let sha = *sha;
        let progress =
            self.state.start(script.function, redis_table::error_handler, move |stack, succeeded| {
                finish(stack, succeeded, &sha, resp3)
            });
        self.step(progress)
    }

    /// Goes on with the script under way.
    pub fn resume(&mut self, with: Resume<'_>) -> Step {
        let answer = match with {
            Resume::Reply(reply) => Answer::Reply(reply),
            Resume::Continue => Answer::Continue,
            Resume::Kill => Answer::Kill,
        };
        let progress = self.state.resume(answer);
        self.step(progress)
    }

    /// Whether a script is under way.
    pub fn is_running(&self) -> bool {
        self.state.is_running()
    }

    /// Whether the error that the last script ended with, raised or returned, is the one of a command: that was counted then, and
    /// is not counted again for the script.
    pub fn error_is_counted(&self) -> bool {
        self.error_is_counted
    }

    fn step(&mut self, progress: Progress<Finished>) -> Step {
        match progress {
            Progress::Asks(Request::Command { args, resp3 }) => Step::Command { args, resp3 },
            Progress::Asks(Request::Slice) => Step::Slice,
            Progress::Asks(Request::Log { level, text }) => Step::Log { level, text },
            Progress::Ended(Finished { reply, error, counted }) => {
                self.error_is_counted = counted;
                if self.memory() > GARBAGE_MAX_BYTES.min(self.memory_max / 4) {
                    self.state.collect();
                }
                Step::Done { reply, error }
            }
        }
    }
}

/// A state with the sandbox, and where it keeps the globals.
fn sandboxed(memory_max: usize) -> Result<(State, i32), ScriptError> {
    let mut state = State::new(memory_max).ok_or(ScriptError)?;
    state.open_libraries();
    let globals = state.keep(sandbox::build).map_err(|_| ScriptError)?;
    Ok((state, globals))
}

/// Makes the reply of what a script returned or failed with.
fn finish(stack: &Stack<'_>, succeeded: bool, sha: &Sha, resp3: bool) -> Finished {
    let counted = is_counted(stack);
    let mut writer = Writer::new(resp3, stack.shared.resp3.get());
    if succeeded {
        writer.value(stack);
        if let Some(Raise::Plain(why)) = writer.stopped() {
            let mut writer = Writer::new(resp3, false);
            writer.error(format!("ERR {why} script: {sha}.").as_bytes());
            return Finished { reply: writer.finish(), error: true, counted: false };
        }
    } else {
        writer.error(&failure(stack, sha));
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
fn failure(stack: &Stack<'_>, sha: &Sha) -> Vec<u8> {
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
    line.extend_from_slice(format!(" script: {sha}").as_bytes());
    if let Some((source, number)) = place {
        line.extend_from_slice(b", on ");
        line.extend_from_slice(source);
        line.push(b':');
        line.extend_from_slice(number);
    }
    line.push(b'.');
    line
}

//! The engine of scripts: those that are known, by their names, and the one under way.

use std::collections::HashMap;
use std::fmt;

use super::runner::{MEMORY_MAX_BYTES, Runner, Runs, ScriptError, push_strings};
use super::sandbox::{self, Dialect};
use super::{Resume, ScriptFlags, Sha, Step};
use crate::command::Error;

/// One Lua state with Redis's libraries and sandbox. One script is under way at a time.
pub struct Engine {
    runner: Runner,
    /// The number under which the state keeps the table that `KEYS` and `ARGV` are set in.
    globals: i32,
    scripts: HashMap<Sha, Script>,
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
        Self::in_sandbox(Runner::new(memory_max)?)
    }

    fn in_sandbox(mut runner: Runner) -> Result<Self, ScriptError> {
        let globals =
            runner.state.keep(|stack| sandbox::build(stack, Dialect::Scripts)).map_err(|_| ScriptError)?;
        Ok(Self { runner, globals, scripts: HashMap::new() })
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
        let function = self.runner.state.compile(code, c"@user_script").map_err(|said| {
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
        if let Ok(new) = self.runner.renewed().and_then(Self::in_sandbox) {
            *self = new;
        }
        self.scripts.clear();
    }

    /// What the Lua state occupies, in bytes.
    pub fn memory(&self) -> usize {
        self.runner.memory()
    }

    /// Where `math.random` starts from; without it, all engines give the same numbers.
    pub fn seed(&mut self, seed: i32) {
        self.runner.seed(seed);
    }

    /// Begins a script that is known; `resp3` is the calling client's protocol, for the reply.
    pub fn start(&mut self, sha: &Sha, keys: &[&[u8]], argv: &[&[u8]], resp3: bool) -> Step {
        let Some(script) = self.scripts.get(sha) else {
            let reply = b"-NOSCRIPT No matching script. Please use EVAL.\r\n".to_vec();
            return Step::Done { reply, error: true };
        };
        let globals = self.globals;
        self.runner.start(script.function, Runs::Script(*sha), resp3, |stack| {
            stack.push_kept(globals);
            for (name, values) in [("KEYS", keys), ("ARGV", argv)] {
                push_strings(stack, values);
                stack.set_field(-2, name);
            }
            stack.pop(1);
            0
        })
    }

    /// Goes on with the script under way.
    pub fn resume(&mut self, with: Resume<'_>) -> Step {
        self.runner.resume(with)
    }

    /// Whether a script is under way.
    pub fn is_running(&self) -> bool {
        self.runner.is_running()
    }

    /// Whether the error that the last script ended with, raised or returned, is the one of a command: that was counted then, and
    /// is not counted again for the script.
    pub fn error_is_counted(&self) -> bool {
        self.runner.error_is_counted()
    }
}

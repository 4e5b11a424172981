//! The engine of functions: libraries are loaded into a Lua state of their own, and one of their functions is under way at a time.
//!
//! All libraries share one table of globals, which nobody can change. What it leads to changes: while a library is loaded it has
//! nothing but a small table `redis`, by which the library registers its functions; when these run, all that scripts see.

use std::fmt;
use std::sync::Arc;

use super::lua::{Answer, Finished, Kind, Progress, Raise, Request, Stack};
use super::register::{Registered, Registry};
use super::runner::{MEMORY_MAX_BYTES, Runner, Runs, ScriptError, push_strings};
use super::sandbox::{self, Dialect};
use super::{Resume, Step};
use crate::command::{Error, given};

/// What whoever loads a library is asked meanwhile.
pub trait Loading {
    /// Whether it may go on after it has computed for a while.
    fn may_go_on(&mut self) -> bool;
    /// It writes a line to the log; the level is 0 to 3.
    fn log(&mut self, level: u8, text: &[u8]);
}

/// One Lua state with Redis's libraries and sandbox for functions.
pub struct FunctionEngine {
    runner: Runner,
    /// The numbers under which the state keeps the metatable of the table of globals, and the two tables that it may lead to.
    metatable: i32,
    globals: i32,
    globals_of_loading: i32,
}

impl fmt::Debug for FunctionEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionEngine").field("memory", &self.memory()).finish_non_exhaustive()
    }
}

impl FunctionEngine {
    /// An engine without functions.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, ScriptError> {
        Self::with_memory_max(MEMORY_MAX_BYTES)
    }

    /// An engine whose Lua state may occupy so many bytes; a function that wants more ends with an error.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn with_memory_max(memory_max: usize) -> Result<Self, ScriptError> {
        let mut runner = Runner::new(memory_max)?;
        let [globals, metatable, globals_of_loading] = runner
            .state
            .keep_all(|stack| sandbox::build(stack, Dialect::Functions))
            .map_err(|_| ScriptError)?;
        Ok(Self { runner, metatable, globals, globals_of_loading })
    }

    /// Loads a library: runs its code, and returns the functions that this has registered, at least one. Nothing may be under way.
    ///
    /// # Errors
    /// The client's error line: what the compiler says, or what the library has failed with. Then nothing is kept.
    pub fn load(&mut self, code: &[u8], loading: &mut dyn Loading) -> Result<Vec<Registered>, Error> {
        let chunk = self
            .runner
            .state
            .compile(code, c"@user_function")
            .map_err(|said| Error::Message(format!("ERR Error compiling function: {}", given(&said))))?;
        self.lead_to(self.globals_of_loading);
        self.runner.state.shared().registered.replace(Some(Registry::default()));
        let failed = self.run(chunk, loading).err();
        let registered = self.runner.state.shared().registered.take().unwrap_or_default().into_functions();
        self.lead_to(self.globals);
        self.runner.state.release(chunk);
        self.runner.collect_much();
        if let Some(why) = failed {
            self.release(&registered);
            return Err(Error::Message(format!("ERR Error registering functions: {}", given(&why))));
        }
        if registered.is_empty() {
            return Err(Error::Text("ERR No functions registered"));
        }
        Ok(registered)
    }

    /// Makes the table of globals lead to one of the two.
    fn lead_to(&mut self, globals: i32) {
        let metatable = self.metatable;
        self.runner.state.with(|stack| {
            stack.push_kept(metatable);
            stack.push_kept(globals);
            stack.set_field(-2, "__index");
        });
    }

    /// Runs a library's code to its end; what it fails with.
    fn run(&mut self, chunk: i32, loading: &mut dyn Loading) -> Result<(), Vec<u8>> {
        let how = (as_it_is as super::lua::Function, c"FUNCTION LOAD timeout");
        let mut progress = self.runner.state.start(chunk, |_| 0, how, finish);
        loop {
            let answer = match progress {
                Progress::Ended(Finished { error: false, .. }) => return Ok(()),
                Progress::Ended(Finished { reply, .. }) => return Err(reply),
                Progress::Asks(Request::Log { level, text }) => {
                    loading.log(level, &text);
                    Answer::Continue
                }
                Progress::Asks(Request::Slice) if loading.may_go_on() => Answer::Continue,
                // There are no commands to call: it has computed for too long.
                Progress::Asks(_) => Answer::Kill,
            };
            progress = self.runner.state.resume(answer);
        }
    }

    /// Forgets the functions of a library. Nothing may be under way.
    pub fn release(&mut self, functions: &[Registered]) {
        for function in functions {
            self.runner.state.release(function.function);
        }
    }

    /// What the Lua state occupies, in bytes.
    pub fn memory(&self) -> usize {
        self.runner.memory()
    }

    /// Where `math.random` starts from; without it, all engines give the same numbers.
    pub fn seed(&mut self, seed: i32) {
        self.runner.seed(seed);
    }

    /// Begins a function that was loaded here; `name` is what its errors call it, `resp3` the calling client's protocol.
    pub fn start(
        &mut self,
        function: &Registered,
        name: Arc<str>,
        keys: &[&[u8]],
        argv: &[&[u8]],
        resp3: bool,
    ) -> Step {
        self.runner.start(function.function, Runs::Function(name), resp3, |stack| {
            push_strings(stack, keys);
            push_strings(stack, argv);
            2
        })
    }

    /// Goes on with the function under way.
    pub fn resume(&mut self, with: Resume<'_>) -> Step {
        self.runner.resume(with)
    }

    /// Whether a function is under way.
    pub fn is_running(&self) -> bool {
        self.runner.is_running()
    }

    /// Whether the error that the last function ended with is the one of a command, which was counted then.
    pub fn error_is_counted(&self) -> bool {
        self.runner.error_is_counted()
    }
}

/// The handler of a library's errors, which says nothing of where they were raised.
fn as_it_is(_stack: &Stack<'_>) -> Result<usize, Raise> {
    Ok(1)
}

/// What a library has failed with, as its reply.
fn finish(stack: &Stack<'_>, succeeded: bool) -> Finished {
    let mut reply = Vec::new();
    if !succeeded {
        if stack.kind(-1) == Kind::Table {
            stack.push_field(-1, "err");
            reply.extend_from_slice(stack.text(-1).unwrap_or(b"ERR unknown error"));
        } else {
            reply.extend_from_slice(b"ERR ");
            reply.extend_from_slice(stack.text(-1).unwrap_or(b"unknown error"));
        }
    }
    Finished { reply, error: !succeeded, counted: false }
}

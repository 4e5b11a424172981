//! A stack of its own for the script under way, so that it can wait in the middle of anything.

use corosensei::stack::{DefaultStack, Stack as _};
use corosensei::{Coroutine as Switch, CoroutineResult, Yielder};

use super::{Answer, Request};

/// The stack of a script; memory is taken as it is used. Lua nests at most two hundred C calls, some of them with buffers of eight
/// kilobytes, and a pattern's quantifiers; and so does each of its own coroutines.
const STACK_BYTES: usize = 16 << 20;

/// Where a script stands.
pub enum Progress<T> {
    /// It asks for something.
    Asks(Request),
    /// It has ended.
    Ended(T),
}

/// At most one job at a time, suspended or not; its stack serves all.
pub struct Coroutine<T: 'static> {
    running: Option<Switch<Answer, Request, T, DefaultStack>>,
    idle: Option<DefaultStack>,
}

impl<T: 'static> Coroutine<T> {
    /// A coroutine without a job, if there is memory for its stack.
    pub fn new() -> Option<Self> {
        Some(Self { running: None, idle: Some(DefaultStack::new(STACK_BYTES).ok()?) })
    }

    /// The lowest address of the stack; none while a job is under way.
    pub fn stack_limit(&self) -> Option<usize> {
        self.idle.as_ref().map(|stack| stack.limit().get())
    }

    /// Whether a job is under way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Begins a job.
    pub fn start(&mut self, job: impl FnOnce(&Yielder<Answer, Request>) -> T + 'static) -> Progress<T> {
        let stack = self.idle.take().expect("one script at a time");
        self.running = Some(Switch::with_stack(stack, move |yielder, _| job(yielder)));
        self.resume(Answer::Continue)
    }

    /// Goes on with the job.
    pub fn resume(&mut self, with: Answer) -> Progress<T> {
        let running = self.running.as_mut().expect("a script under way");
        match running.resume(with) {
            CoroutineResult::Yield(request) => Progress::Asks(request),
            CoroutineResult::Return(result) => {
                self.idle = self.running.take().map(Switch::into_stack);
                Progress::Ended(result)
            }
        }
    }
}

//! What the functions of one state share: memory, random numbers, and the way out to whoever drives the script.

use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use std::ptr;

use corosensei::Yielder;
use mlua_sys::lua_State;

use super::memory::Memory;
use crate::script::{random::Rand48, register::Registry};

/// What a script asks of whoever drives it.
#[derive(Debug)]
pub enum Request {
    /// Run a command.
    Command {
        /// Its name and arguments.
        args: Vec<Box<[u8]>>,
        /// The protocol of its reply.
        resp3: bool,
    },
    /// May it go on?
    Slice,
    /// A line for the log.
    Log {
        /// 0 to 3.
        level: u8,
        /// The line.
        text: Vec<u8>,
    },
}

/// What it is told.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// The reply; it lives until the script suspends again.
    Reply(*const [u8]),
    /// Go on.
    Continue,
    /// End.
    Kill,
}

/// The state of an engine that its functions reach. All of it in cells: C holds a pointer to it.
pub struct Shared {
    /// The account of the Lua state's memory.
    pub memory: Memory,
    /// `math.random`.
    pub random: Cell<Rand48>,
    /// The protocol that the running script asked for.
    pub resp3: Cell<bool>,
    /// Whether the running script has to end.
    pub killed: Cell<bool>,
    /// What it ends with then.
    pub killed_says: Cell<&'static CStr>,
    /// What the library that is being loaded has registered so far; none while nothing is loaded.
    pub registered: RefCell<Option<Registry>>,
    /// How often a coroutine of Lua's was entered since the script was last asked whether it may go on.
    pub resumes: Cell<u32>,
    /// The lowest address of the stack that scripts run on.
    pub stack_limit: Cell<usize>,
    /// The state itself, not one of its coroutines.
    pub main: Cell<*mut lua_State>,
    yielder: Cell<*const Yielder<Answer, Request>>,
}

impl Shared {
    /// The state before the first script.
    pub fn new(memory_max: usize) -> Self {
        Self {
            memory: Memory::new(memory_max),
            random: Cell::new(Rand48::default()),
            resp3: Cell::new(false),
            killed: Cell::new(false),
            killed_says: Cell::new(c""),
            registered: RefCell::new(None),
            resumes: Cell::new(0),
            stack_limit: Cell::new(0),
            main: Cell::new(ptr::null_mut()),
            yielder: Cell::new(ptr::null()),
        }
    }

    /// Runs `run` with a way out.
    pub(super) fn with_yielder<T>(&self, yielder: &Yielder<Answer, Request>, run: impl FnOnce() -> T) -> T {
        self.yielder.set(yielder);
        let result = run();
        self.yielder.set(ptr::null());
        result
    }

    /// Suspends the running script. A killed one is not asked again, nor is code that runs outside of a script.
    pub fn ask(&self, request: Request) -> Answer {
        let yielder = self.yielder.get();
        if yielder.is_null() || self.killed.get() {
            return Answer::Kill;
        }
        // SAFETY: it is set while the coroutine that owns it runs, and only code on that coroutine's stack gets here.
        let answer = unsafe { &*yielder }.suspend(request);
        if matches!(answer, Answer::Kill) {
            self.killed.set(true);
        }
        answer
    }
}

//! The Lua state: made, filled, run and closed.

use std::ffi::{CStr, c_int};

use mlua_sys::{self as ffi, lua_CFunction, lua_State};

use super::guard::{self, Guard, Source};
use super::{Answer, Coroutine, Function, Progress, Request, Shared, Stack, bridge, memory};

/// What a script leaves.
#[derive(Debug)]
pub struct Finished {
    /// The reply.
    pub reply: Vec<u8>,
    /// Whether the script failed.
    pub error: bool,
    /// Whether the error that the reply is has been counted when a command failed.
    pub counted: bool,
}

/// A Lua state with one script under way at most.
pub struct State {
    raw: *mut lua_State,
    /// Owned; a bare pointer because C holds it too.
    shared: *mut Shared,
    coroutine: Coroutine<Finished>,
}

// SAFETY of all blocks below: `raw` and `shared` are valid from `new` to `drop`. Calls that may raise for want of memory stand
// between `unlimit` and `limit`; calls that may raise for other reasons stand behind a protected call of Lua's.
impl State {
    /// An empty state, if there is memory for it and for its stack.
    pub fn new(memory_max: usize) -> Option<Self> {
        let coroutine = Coroutine::new()?;
        let shared = Box::into_raw(Box::new(Shared::new(memory_max)));
        // SAFETY: see above; Lua keeps the pointer until the state is closed.
        let state = unsafe { ffi::lua_newstate(memory::allocate, shared.cast()) };
        if state.is_null() {
            // SAFETY: nobody else has it.
            drop(unsafe { Box::from_raw(shared) });
            return None;
        }
        let state = Self { raw: state, shared, coroutine };
        state.shared().stack_limit.set(state.coroutine.stack_limit().unwrap_or_default());
        state.shared().main.set(state.raw);
        Some(state)
    }

    /// What the functions share.
    pub fn shared(&self) -> &Shared {
        // SAFETY: see above.
        unsafe { &*self.shared }
    }

    /// Works on the state's stack, outside of any script; the stack is empty before and after.
    pub fn with<T>(&mut self, work: impl FnOnce(&Stack<'_>) -> T) -> T {
        assert!(!self.coroutine.is_running(), "no script under way");
        self.shared().memory.unlimit();
        // SAFETY: see above.
        let result = work(&unsafe { Stack::new(self.raw, self.shared()) });
        // SAFETY: see above.
        unsafe { ffi::lua_settop(self.raw, 0) };
        self.shared().memory.limit();
        result
    }

    /// Compiles `code` and keeps it under the number that is returned.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn compile(&mut self, code: &[u8], name: &CStr) -> Result<i32, Vec<u8>> {
        assert!(!self.coroutine.is_running(), "no script under way");
        let mut source = Source { started: false, start: code.as_ptr().cast(), len: code.len() };
        // SAFETY: see above; `lua_load` protects itself, and `code` outlives it.
        let status =
            unsafe { ffi::lua_load(self.raw, guard::read_text, (&raw mut source).cast(), name.as_ptr()) };
        let state = self.raw;
        self.with(|stack| {
            if status == 0 {
                // SAFETY: see above; the function is on top.
                Ok(unsafe { ffi::luaL_ref(state, ffi::LUA_REGISTRYINDEX) })
            } else {
                Err(stack.bytes(-1).unwrap_or(b"not enough memory").to_vec())
            }
        })
    }

    /// Keeps the value that `push` leaves on top under the number that is returned.
    pub fn keep<E>(&mut self, push: impl FnOnce(&Stack<'_>) -> Result<(), E>) -> Result<i32, E> {
        self.keep_all(push).map(|[number]| number)
    }

    /// The same for as many values on top.
    pub fn keep_all<const COUNT: usize, E>(
        &mut self,
        push: impl FnOnce(&Stack<'_>) -> Result<(), E>,
    ) -> Result<[i32; COUNT], E> {
        self.with(|stack| {
            push(stack)?;
            assert!(stack.top() >= COUNT, "values to keep");
            let mut numbers = [0; COUNT];
            numbers.iter_mut().rev().for_each(|number| *number = stack.keep());
            Ok(numbers)
        })
    }

    /// Forgets what is kept under `number`.
    pub fn release(&mut self, number: i32) {
        // SAFETY: see above; it overwrites places that are there.
        self.with(|stack| unsafe { ffi::luaL_unref(stack.raw(), ffi::LUA_REGISTRYINDEX, number) });
    }

    /// Begins the function kept under `number`, with as many arguments as `push` says that it has left on top. Its errors pass
    /// through `handler`, killed it ends with `killed_says`; `finish` makes its reply of what is on top.
    pub fn start(
        &mut self,
        number: i32,
        push: impl FnOnce(&Stack<'_>) -> usize,
        (handler, killed_says): (Function, &'static CStr),
        finish: impl FnOnce(&Stack<'_>, bool) -> Finished + 'static,
    ) -> Progress<Finished> {
        let (state, shared) = (self.raw, self.shared);
        assert!(!self.coroutine.is_running(), "no script under way");
        // SAFETY: see above; a plain setting.
        unsafe { bridge::arm(state) };
        self.shared().killed.set(false);
        self.shared().killed_says.set(killed_says);
        self.shared().resp3.set(false);
        self.shared().memory.unlimit();
        // SAFETY: see above.
        let stack = unsafe { Stack::new(self.raw, self.shared()) };
        let arguments = push(&stack);
        assert_eq!(stack.top(), arguments, "arguments and nothing else");
        self.shared().memory.limit();
        self.coroutine.start(move |yielder| {
            // SAFETY: the state outlives its coroutine.
            let shared = unsafe { &*shared };
            shared.with_yielder(yielder, || {
                shared.memory.unlimit();
                // SAFETY: see above; the call is a protected one, and limited.
                let result = unsafe {
                    bridge::push_function(state, handler);
                    ffi::lua_insert(state, 1);
                    ffi::lua_rawgeti_(state, ffi::LUA_REGISTRYINDEX, number);
                    ffi::lua_insert(state, 2);
                    shared.memory.limit();
                    let status = ffi::lua_pcall(state, arguments as c_int, 1, 1);
                    shared.memory.unlimit();
                    let stack = Stack::new(state, shared);
                    let work = std::panic::AssertUnwindSafe(|| finish(&stack, status == 0));
                    std::panic::catch_unwind(work).unwrap_or_else(|_| Finished {
                        reply: b"-ERR internal error of a script\r\n".to_vec(),
                        error: true,
                        counted: false,
                    })
                };
                // SAFETY: see above.
                unsafe { ffi::lua_settop(state, 0) };
                shared.memory.limit();
                result
            })
        })
    }

    /// Goes on with the script under way.
    pub fn resume(&mut self, with: Answer) -> Progress<Finished> {
        self.coroutine.resume(with)
    }

    /// Whether a script is under way.
    pub fn is_running(&self) -> bool {
        self.coroutine.is_running()
    }

    /// Collects all garbage, and goes on collecting as usual, whatever a script has made of that.
    pub fn collect(&mut self) {
        /// Lua's own defaults, of both settings.
        const PERCENT: c_int = 200;
        self.with(|stack| {
            // SAFETY: see above.
            unsafe {
                ffi::lua_gc(stack.raw(), ffi::LUA_GCSETPAUSE, PERCENT);
                ffi::lua_gc(stack.raw(), ffi::LUA_GCSETSTEPMUL, PERCENT);
                ffi::lua_gc(stack.raw(), ffi::LUA_GCCOLLECT, 0);
                ffi::lua_gc(stack.raw(), ffi::LUA_GCRESTART, 0);
            }
        });
    }

    /// Opens those libraries of Lua that touch nothing outside, as globals.
    pub fn open_libraries(&mut self) {
        let libraries: [(&CStr, lua_CFunction); 4] = [
            (c"", ffi::luaopen_base),
            (c"table", ffi::luaopen_table),
            (c"string", ffi::luaopen_string),
            (c"math", ffi::luaopen_math),
        ];
        self.with(|stack| {
            for (name, open) in libraries {
                // SAFETY: see above; a protected call.
                unsafe {
                    ffi::lua_pushcclosure(stack.raw(), open, 0);
                    ffi::lua_pushstring_(stack.raw(), name.as_ptr());
                    ffi::lua_pcall(stack.raw(), 1, 0, 0);
                }
            }
        });
    }
}

/// What only the building of the sandbox needs.
impl Stack<'_> {
    /// Pushes what [`State::keep`] keeps.
    pub fn push_kept(&self, number: i32) {
        assert!(self.has_room(1), "room on Lua's stack");
        // SAFETY: see above.
        unsafe { ffi::lua_rawgeti_(self.raw(), ffi::LUA_REGISTRYINDEX, number) }
    }

    /// Pushes the table of globals.
    pub fn push_globals(&self) {
        assert!(self.has_room(1), "room on Lua's stack");
        // SAFETY: see above.
        unsafe { ffi::lua_pushvalue(self.raw(), ffi::LUA_GLOBALSINDEX) }
    }

    /// Takes the table on top as the table of globals.
    pub fn set_globals(&self) {
        assert_eq!(self.kind(-1), super::Kind::Table, "a table of globals");
        // SAFETY: see above.
        unsafe { ffi::lua_replace(self.raw(), ffi::LUA_GLOBALSINDEX) }
    }

    /// Takes the table on top as metatable of the value at `index`, or of its kind.
    pub fn set_metatable(&self, index: isize) {
        assert!(self.kind(index) != super::Kind::None && self.kind(-1) == super::Kind::Table, "a metatable");
        // SAFETY: see above; a negative place would count from the metatable.
        unsafe {
            ffi::lua_setmetatable(self.raw(), index as c_int);
        }
    }

    /// Pushes the metatable of the value at `index`, if it has one.
    pub fn push_metatable(&self, index: isize) -> bool {
        assert!(self.kind(index) != super::Kind::None && self.has_room(1), "a value");
        // SAFETY: see above.
        unsafe { ffi::lua_getmetatable(self.raw(), index as c_int) != 0 }
    }

    /// Replaces the function on top by one that guards it. `protected` is the place of the table of protected tables; for
    /// [`Guard::Pairs`] the guarded `next` is the place `next`.
    pub fn guard(&self, guard: Guard, protected: isize, next: Option<isize>) {
        self.push_copy(protected);
        self.insert(-2);
        let mut upvalues = 2;
        if let Some(next) = next {
            self.push_copy(next);
            upvalues += 1;
        }
        // SAFETY: see above; so many values are on top.
        unsafe { ffi::lua_pushcclosure(self.raw(), guard.function(), upvalues) }
    }

    /// Pushes one of the functions that replace Lua's own: `pcall`, `xpcall`, `load` or `loadstring`.
    pub fn push_replacement(&self, name: &str) {
        assert!(self.has_room(1), "room on Lua's stack");
        let function = match name {
            "pcall" => guard::pcall,
            "xpcall" => guard::xpcall,
            "load" => guard::load,
            _ => guard::loadstring as lua_CFunction,
        };
        // SAFETY: see above.
        unsafe { ffi::lua_pushcclosure(self.raw(), function, 0) }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.coroutine.is_running() {
            // Killed, a script asks for nothing more: it ends at once, and its own frames give back what they hold.
            self.shared().killed.set(true);
            while let Progress::Asks(Request::Command { .. } | Request::Slice | Request::Log { .. }) =
                self.coroutine.resume(Answer::Kill)
            {}
        }
        // SAFETY: see above; nothing runs any more.
        unsafe {
            ffi::lua_close(self.raw);
            drop(Box::from_raw(self.shared));
        }
    }
}

//! From C to Rust functions and back: results, errors, panics, and the hook that bounds a script's time.

use std::ffi::{CStr, c_int, c_void};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mlua_sys::{self as ffi, lua_Debug, lua_State};

use super::{Answer, Request, Shared, Stack};

/// A function of a library: takes its arguments from the stack, leaves its results on top of it and says how many.
pub type Function = fn(&Stack<'_>) -> Result<usize, Raise>;

/// An error that a function raises.
#[derive(Debug, PartialEq, Eq)]
pub enum Raise {
    /// A text, behind the place of the call.
    Text(String),
    /// A text alone.
    Plain(String),
    /// What is wrong with an argument, counted from 1.
    Argument(usize, String),
    /// A table with the text as its field `err`.
    Table(Vec<u8>),
    /// What is on top of the stack.
    Value,
}

impl Raise {
    /// [`Raise::Text`]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// [`Raise::Argument`]
    pub fn argument(number: usize, text: impl Into<String>) -> Self {
        Self::Argument(number, text.into())
    }
}

/// Instructions between two calls of the hook.
const SLICE_INSTRUCTIONS: c_int = 100_000;

/// The shared state behind `state`.
///
/// # Safety
/// The state was made by [`super::State`].
pub(super) unsafe fn shared_of<'a>(state: *mut lua_State) -> &'a Shared {
    let mut user: *mut c_void = std::ptr::null_mut();
    // SAFETY: the allocator's user data is the `Shared` that the state was made with and that outlives it.
    unsafe {
        ffi::lua_getallocf(state, &raw mut user);
        &*user.cast::<Shared>()
    }
}

/// Pushes `function` as a Lua function.
///
/// # Safety
/// The stack has room for two values.
pub(super) unsafe fn push_function(state: *mut lua_State, function: Function) {
    // SAFETY: as promised; the upvalue is read by `call` alone.
    unsafe {
        ffi::lua_pushlightuserdata(state, function as *mut c_void);
        ffi::lua_pushcclosure(state, call, 1);
    }
}

/// Pushes `function` with settings of its own: the object on top, which is taken.
///
/// # Safety
/// The stack has room for two values, and a userdata that holds a [`crate::script::cjson::Config`] is on top.
pub(super) unsafe fn push_function_with(state: *mut lua_State, function: Function) {
    // SAFETY: as promised.
    unsafe {
        ffi::lua_pushlightuserdata(state, function as *mut c_void);
        ffi::lua_insert(state, -2);
        ffi::lua_pushcclosure(state, call, 2);
    }
}

/// The C function of all Rust functions; the first upvalue says which.
unsafe extern "C-unwind" fn call(state: *mut lua_State) -> c_int {
    // SAFETY: `run` has given everything back when it returns; nothing in this frame has a destructor.
    unsafe {
        let results = run(state);
        if results < 0 {
            ffi::lua_error(state);
        }
        results
    }
}

/// Calls the function; less than zero: the error is on top of the stack.
#[inline(never)]
unsafe fn run(state: *mut lua_State) -> c_int {
    // SAFETY: the upvalue was pushed by `push_function`. Nothing below raises: memory is not limited meanwhile.
    unsafe {
        let shared = shared_of(state);
        let function = ffi::lua_touserdata(state, ffi::lua_upvalueindex(1));
        let function: Function = mem::transmute::<*mut c_void, Function>(function);
        shared.memory.unlimit();
        let stack = Stack::new(state, shared);
        let result = catch_unwind(AssertUnwindSafe(|| function(&stack)));
        let results = match result {
            Ok(Ok(results)) => results as c_int,
            Ok(Err(raise)) => {
                push_error(&stack, state, raise);
                -1
            }
            Err(_) => {
                push_error(&stack, state, Raise::Plain("internal error of a script function".to_owned()));
                -1
            }
        };
        shared.memory.limit();
        results
    }
}

/// Leaves the error value on top of the stack.
unsafe fn push_error(stack: &Stack<'_>, state: *mut lua_State, raise: Raise) {
    // What a function left behind may fill the stack; its arguments are of no more use.
    if raise != Raise::Value {
        stack.set_top(0);
    }
    match raise {
        Raise::Value => {}
        Raise::Plain(text) => stack.push_bytes(text.as_bytes()),
        // SAFETY: the stack has room, as it is empty.
        Raise::Text(text) => unsafe { push_placed(stack, state, &text) },
        // SAFETY: as above.
        Raise::Argument(number, text) => unsafe {
            let text = argument_error(state, number, &text);
            push_placed(stack, state, &text);
        },
        Raise::Table(text) => {
            stack.push_table(0, 1);
            stack.push_bytes(&text);
            stack.set_field(-2, "err");
        }
    }
}

/// Pushes `text` behind the place of the call, as `luaL_error` does.
unsafe fn push_placed(stack: &Stack<'_>, state: *mut lua_State, text: &str) {
    // SAFETY: looks at the call stack, pushes one string; then two strings become one.
    unsafe {
        ffi::luaL_where(state, 1);
        stack.push_bytes(text.as_bytes());
        ffi::lua_concat(state, 2);
    }
}

/// The text of `luaL_argerror`.
unsafe fn argument_error(state: *mut lua_State, mut number: usize, text: &str) -> String {
    // SAFETY: `lua_Debug` is plain data; level 0 is the running function, so it exists. The names are constants of the running
    // function, copied at once.
    unsafe {
        let mut place: lua_Debug = mem::zeroed();
        if ffi::lua_getstack(state, 0, &raw mut place) == 0 {
            return format!("bad argument #{number} ({text})");
        }
        ffi::lua_getinfo(state, c"n".as_ptr(), &raw mut place);
        let name = if place.name.is_null() {
            "?".into()
        } else {
            CStr::from_ptr(place.name).to_string_lossy().into_owned()
        };
        if !place.namewhat.is_null() && CStr::from_ptr(place.namewhat) == c"method" {
            number -= 1;
            if number == 0 {
                return format!("calling '{name}' on bad self ({text})");
            }
        }
        format!("bad argument #{number} to '{name}' ({text})")
    }
}

/// Calls [`hook`] every so many instructions.
///
/// # Safety
/// The state was made by [`super::State`].
pub(super) unsafe fn arm(state: *mut lua_State) {
    // SAFETY: a plain setting.
    unsafe {
        ffi::lua_sethook(state, Some(hook), ffi::LUA_MASKCOUNT, SLICE_INSTRUCTIONS);
    }
}

/// Asks whether the script may go on. A killed script is stopped at each further instruction, so that no `pcall` of its saves it.
unsafe extern "C-unwind" fn hook(state: *mut lua_State, _place: *mut lua_Debug) {
    // SAFETY: `may_go_on` has given everything back when it returns; nothing in this frame has a destructor.
    unsafe {
        if may_go_on(state) {
            return;
        }
        ffi::lua_sethook(state, Some(hook), ffi::LUA_MASKCOUNT, 1);
        // Should this be a coroutine, who resumed it must not go on either.
        ffi::lua_sethook(shared_of(state).main.get(), Some(hook), ffi::LUA_MASKCOUNT, 1);
        raise_killed(state);
    }
}

/// Raises what a killed script ends with.
///
/// # Safety
/// The caller's frames own nothing.
pub(super) unsafe fn raise_killed(state: *mut lua_State) -> ! {
    // SAFETY: as promised.
    unsafe {
        ffi::lua_pushstring_(state, shared_of(state).killed_says.get().as_ptr());
        ffi::lua_error(state)
    }
}

/// Asks whoever drives the script, unless it has been killed.
///
/// # Safety
/// The state was made by [`super::State`].
#[inline(never)]
pub(super) unsafe fn may_go_on(state: *mut lua_State) -> bool {
    // SAFETY: by the caller's promise.
    let shared = unsafe { shared_of(state) };
    !shared.killed.get() && !matches!(shared.ask(Request::Slice), Answer::Kill)
}

/// What a killed script ends with.
pub fn killed(shared: &Shared) -> Raise {
    Raise::Plain(shared.killed_says.get().to_string_lossy().into_owned())
}

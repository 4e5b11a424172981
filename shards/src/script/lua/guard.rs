//! The functions of Lua's own libraries that a sandbox must replace, as plain C functions: they may raise, own nothing.
//!
//! A protected table is an empty table whose metatable leads to the real one; a table of all protected ones tells the functions
//! that look past metatables which real one is meant.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use mlua_sys::{self as ffi, lua_CFunction, lua_State};

/// What writing to a protected table raises.
pub const READONLY: &CStr = c"Attempt to modify a readonly table";

/// How a function of Lua's is guarded.
#[derive(Clone, Copy, Debug)]
pub enum Guard {
    /// Refuses to change a protected first argument: `rawset` and `table.insert`, which take at least so many arguments.
    Write(u8),
    /// `setmetatable`
    SetMetatable,
    /// Reads the real table behind a protected first argument: `rawget`.
    Read,
    /// `getmetatable`
    Metatable,
    /// `pairs`; the upvalue is the guarded `next`.
    Pairs,
    /// `next`
    Next,
    /// `string.find` and all that take a pattern as second argument, whose matching nests with each quantifier.
    Pattern,
    /// `string.rep`, which takes its time even for nothing.
    Repeat,
    /// `unpack`, which overflows when it counts what it is to return.
    Unpack,
    /// `coroutine.resume`: Lua counts nested calls per coroutine only, so nested coroutines would overflow the script's stack.
    Resume,
    /// `coroutine.wrap`, likewise.
    Wrap,
}

impl Guard {
    pub(super) fn function(self) -> lua_CFunction {
        match self {
            Self::Write(2) => write_of_two,
            Self::Write(_) => write_of_three,
            Self::SetMetatable => set_metatable,
            Self::Read => read,
            Self::Metatable => metatable,
            Self::Pairs => pairs,
            Self::Next => next,
            Self::Pattern => pattern,
            Self::Repeat => repeat,
            Self::Unpack => unpack,
            Self::Resume => resume,
            Self::Wrap => wrap,
        }
    }
}

// SAFETY of this file: each function is called by Lua alone, with upvalues (the protected tables, the replaced function) as
// `State::guard` pushes them and at least twenty free places on the stack; values are looked at by index with Lua's own checks,
// and no frame owns anything that an error could skip.

/// Pushes what belongs to the protected table at `index`: its real table, or nothing and `false`.
unsafe fn push_real(state: *mut lua_State, index: c_int) -> bool {
    // SAFETY: see above.
    unsafe {
        if ffi::lua_type(state, index) != ffi::LUA_TTABLE {
            return false;
        }
        ffi::lua_pushvalue(state, index);
        ffi::lua_rawget_(state, ffi::lua_upvalueindex(1));
        let found = ffi::lua_type(state, -1) == ffi::LUA_TTABLE;
        if !found {
            ffi::lua_settop(state, -2);
        }
        found
    }
}

/// Goes on with the function that was replaced.
unsafe fn original(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        match ffi::lua_tocfunction(state, ffi::lua_upvalueindex(2)) {
            Some(function) => function(state),
            None => 0,
        }
    }
}

/// Refuses if the first argument is protected and the others are plausible; wrong ones are the original's to refuse.
unsafe fn write(state: *mut lua_State, plausible: bool) -> c_int {
    // SAFETY: see above.
    unsafe {
        if plausible && push_real(state, 1) {
            ffi::lua_pushstring_(state, READONLY.as_ptr());
            ffi::lua_error(state);
        }
        original(state)
    }
}

unsafe extern "C-unwind" fn write_of_two(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe { write(state, ffi::lua_gettop(state) >= 2) }
}

unsafe extern "C-unwind" fn write_of_three(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe { write(state, ffi::lua_gettop(state) >= 3) }
}

unsafe extern "C-unwind" fn set_metatable(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe { write(state, matches!(ffi::lua_type(state, 2), ffi::LUA_TNIL | ffi::LUA_TTABLE)) }
}

unsafe extern "C-unwind" fn read(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        if push_real(state, 1) {
            ffi::lua_replace(state, 1);
        }
        original(state)
    }
}

unsafe extern "C-unwind" fn metatable(state: *mut lua_State) -> c_int {
    // SAFETY: see above; a protected table's metatable says under `shown` what scripts see.
    unsafe {
        if push_real(state, 1) {
            ffi::lua_getmetatable(state, 1);
            ffi::lua_pushstring_(state, c"shown".as_ptr());
            ffi::lua_rawget_(state, -2);
            return 1;
        }
        original(state)
    }
}

unsafe extern "C-unwind" fn pairs(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        if push_real(state, 1) {
            ffi::lua_pushvalue(state, ffi::lua_upvalueindex(3));
            ffi::lua_pushvalue(state, 1);
            ffi::lua_pushnil(state);
            return 3;
        }
        // The original takes `next` from an upvalue of its own.
        ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        ffi::lua_pushvalue(state, 1);
        ffi::lua_pushnil(state);
        3
    }
}

unsafe extern "C-unwind" fn next(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        if push_real(state, 1) {
            ffi::lua_replace(state, 1);
        }
        original(state)
    }
}

/// Each quantifier may nest two frames of the matcher on the script's stack, which is bounded.
const QUANTIFIERS_MAX: usize = 8_000;

unsafe extern "C-unwind" fn pattern(state: *mut lua_State) -> c_int {
    // SAFETY: see above; the bytes are those of a string that stays on the stack.
    unsafe {
        let mut len = 0;
        if ffi::lua_type(state, 2) == ffi::LUA_TSTRING {
            let start = ffi::lua_tolstring(state, 2, &raw mut len);
            if len > QUANTIFIERS_MAX {
                let bytes = std::slice::from_raw_parts(start.cast::<u8>(), len);
                let quantifiers =
                    bytes.iter().filter(|byte| matches!(byte, b'*' | b'+' | b'-' | b'?')).count();
                if quantifiers > QUANTIFIERS_MAX && ffi::lua_toboolean(state, 4) == 0 {
                    ffi::luaL_error(state, c"pattern too complex".as_ptr());
                }
            }
        }
        original(state)
    }
}

unsafe extern "C-unwind" fn repeat(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        if ffi::lua_isstring(state, 1) != 0 && ffi::lua_isnumber(state, 2) != 0 {
            let mut len = 0;
            ffi::lua_tolstring(state, 1, &raw mut len);
            let count = ffi::lua_tonumber(state, 2);
            if len == 0 && count > 0.0 {
                ffi::lua_settop(state, 1);
                return 1;
            }
            if count > 0.0
                && count < f64::from(c_int::MAX)
                && super::bridge::shared_of(state).memory.is_exceeded_by(len.saturating_mul(count as usize))
            {
                ffi::lua_pushstring_(state, c"not enough memory".as_ptr());
                ffi::lua_error(state);
            }
        }
        original(state)
    }
}

unsafe extern "C-unwind" fn unpack(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        let first = ffi::luaL_optinteger(state, 2, 1) as c_int;
        let last = if ffi::lua_type(state, 3) <= ffi::LUA_TNIL {
            ffi::lua_objlen(state, 1) as c_int
        } else {
            ffi::luaL_checkinteger(state, 3) as c_int
        };
        if i64::from(last) - i64::from(first) >= i64::from(c_int::MAX) - 1 {
            ffi::luaL_error(state, c"too many results to unpack".as_ptr());
        }
        original(state)
    }
}

/// What one coroutine of Lua's may need: two hundred nested C calls with their buffers, and the matcher's frames.
const STACK_RESERVE_BYTES: usize = 6 << 20;

/// Coroutines entered between two questions whether the script may go on. Lua counts instructions per coroutine: a script of many
/// short ones, nested, would never come to the end of a slice.
const RESUMES_PER_SLICE: u32 = 64;

/// Raises an error when the script's stack has no room for another coroutine, or when the script has been killed.
unsafe fn check_stack(state: *mut lua_State) {
    // SAFETY: see above.
    unsafe {
        let mark = 0_u8;
        let here = (&raw const mark) as usize;
        let shared = super::bridge::shared_of(state);
        let resumes = shared.resumes.get() + 1;
        shared.resumes.set(resumes % RESUMES_PER_SLICE);
        if shared.killed.get() || (resumes == RESUMES_PER_SLICE && !super::bridge::may_go_on(state)) {
            super::bridge::raise_killed(state);
        }
        let limit = shared.stack_limit.get();
        if here.saturating_sub(limit) < STACK_RESERVE_BYTES {
            ffi::luaL_error(state, c"C stack overflow".as_ptr());
        }
    }
}

unsafe extern "C-unwind" fn resume(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        check_stack(state);
        original(state)
    }
}

/// The function that `coroutine.wrap` returns: its upvalues are the coroutine, as the original expects, and the original.
unsafe extern "C-unwind" fn wrapped(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        check_stack(state);
        original(state)
    }
}

unsafe extern "C-unwind" fn wrap(state: *mut lua_State) -> c_int {
    // SAFETY: see above; the original leaves a function whose only upvalue is the coroutine.
    unsafe {
        original(state);
        ffi::lua_getupvalue(state, -1, 1);
        ffi::lua_insert(state, -2);
        ffi::lua_pushcclosure(state, wrapped, 2);
        1
    }
}

/// The handler of `xpcall`, around the script's own one. A kill is raised within Lua's hook, where it counts no instructions: a
/// handler that ran then could not be ended.
unsafe extern "C-unwind" fn handle(state: *mut lua_State) -> c_int {
    // SAFETY: see above; the upvalue is the script's handler.
    unsafe {
        ffi::lua_settop(state, 1);
        if !super::bridge::shared_of(state).killed.get() {
            ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
            ffi::lua_insert(state, 1);
            ffi::lua_call(state, 1, 1);
        }
        1
    }
}

/// `xpcall` whose handler does not see that the script is killed.
pub(super) unsafe extern "C-unwind" fn xpcall(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        ffi::luaL_checkany(state, 2);
        ffi::lua_settop(state, 2);
        ffi::lua_pushcclosure(state, handle, 1);
        ffi::lua_insert(state, 1);
        let status = ffi::lua_pcall(state, 0, ffi::LUA_MULTRET, 1);
        ffi::lua_pushboolean(state, c_int::from(status == 0));
        ffi::lua_replace(state, 1);
        ffi::lua_gettop(state)
    }
}

/// `pcall` as Redis has it: an error that is a table with a field `err` becomes that field.
pub(super) unsafe extern "C-unwind" fn pcall(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        let count = ffi::lua_gettop(state);
        if count == 0 {
            ffi::lua_pushboolean(state, 0);
            ffi::lua_pushstring_(state, c"attempt to call a boolean value".as_ptr());
            return 2;
        }
        ffi::lua_pushboolean(state, 1);
        ffi::lua_insert(state, 1);
        if ffi::lua_pcall(state, count - 1, ffi::LUA_MULTRET, 0) != 0 {
            if ffi::lua_type(state, -1) == ffi::LUA_TTABLE {
                ffi::lua_pushstring_(state, c"err".as_ptr());
                ffi::lua_rawget_(state, -2);
                if ffi::lua_type(state, -1) == ffi::LUA_TNIL {
                    ffi::lua_settop(state, -2);
                } else {
                    ffi::lua_remove(state, -2);
                }
            }
            ffi::lua_pushboolean(state, 0);
            ffi::lua_replace(state, 1);
        }
        ffi::lua_gettop(state)
    }
}

/// Source text on its way to the compiler. A space comes first: so no text ever looks like bytecode.
#[repr(C)]
pub(super) struct Source {
    pub started: bool,
    pub start: *const c_char,
    pub len: usize,
}

impl Source {
    /// The space, and its length, if it is still to come.
    fn space(&mut self) -> Option<(*const c_char, usize)> {
        (!std::mem::replace(&mut self.started, true)).then_some((c" ".as_ptr(), 1))
    }
}

/// Hands out a [`Source`] in memory.
pub(super) unsafe extern "C-unwind" fn read_text(
    _state: *mut lua_State,
    user: *mut c_void,
    len: *mut usize,
) -> *const c_char {
    // SAFETY: `user` is the caller's `Source`.
    unsafe {
        let source = &mut *user.cast::<Source>();
        if let Some((space, space_len)) = source.space() {
            *len = space_len;
            return space;
        }
        *len = source.len;
        source.len = 0;
        if *len == 0 { ptr::null() } else { source.start }
    }
}

/// Hands out what the function at place 1 returns, until it returns nothing.
unsafe extern "C-unwind" fn read_pieces(
    state: *mut lua_State,
    user: *mut c_void,
    len: *mut usize,
) -> *const c_char {
    // SAFETY: see above; `user` is the caller's `Source`.
    unsafe {
        let source = &mut *user.cast::<Source>();
        if let Some((space, space_len)) = source.space() {
            *len = space_len;
            return space;
        }
        ffi::luaL_checkstack_(state, 2, c"too many nested functions".as_ptr());
        ffi::lua_pushvalue(state, 1);
        ffi::lua_call(state, 0, 1);
        if ffi::lua_type(state, -1) == ffi::LUA_TNIL {
            *len = 0;
            return ptr::null();
        }
        if ffi::lua_isstring(state, -1) == 0 {
            ffi::luaL_error(state, c"reader function must return a string".as_ptr());
        }
        // Keeps the piece from being collected.
        ffi::lua_replace(state, 3);
        ffi::lua_tolstring(state, 3, len)
    }
}

/// What `load` and `loadstring` return.
unsafe fn loaded(state: *mut lua_State, status: c_int) -> c_int {
    // SAFETY: see above.
    unsafe {
        if status == 0 {
            return 1;
        }
        ffi::lua_pushnil(state);
        ffi::lua_insert(state, -2);
        2
    }
}

/// `load` of text alone.
pub(super) unsafe extern "C-unwind" fn load(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        let name = ffi::luaL_optlstring(state, 2, c"=(load)".as_ptr(), ptr::null_mut());
        ffi::luaL_checktype(state, 1, ffi::LUA_TFUNCTION);
        ffi::lua_settop(state, 3);
        let mut source = Source { started: false, start: ptr::null(), len: 0 };
        let status = ffi::lua_load(state, read_pieces, (&raw mut source).cast(), name);
        loaded(state, status)
    }
}

/// `loadstring` of text alone.
pub(super) unsafe extern "C-unwind" fn loadstring(state: *mut lua_State) -> c_int {
    // SAFETY: see above.
    unsafe {
        let mut len = 0;
        let start = ffi::luaL_checklstring(state, 1, &raw mut len);
        let name = ffi::luaL_optlstring(state, 2, start, ptr::null_mut());
        let mut source = Source { started: false, start, len };
        let status = ffi::lua_load(state, read_text, (&raw mut source).cast(), name);
        loaded(state, status)
    }
}

//! The values that a function works on, by their place: 1 is the first argument, -1 is on top.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int};
use std::{mem, ptr, slice};

use mlua_sys::{self as ffi, lua_Debug, lua_State};

use super::bridge::{self, Function, Raise};
use super::{Answer, Request, Shared};
use crate::script::cjson::Config;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is none at this place.
    None,
    /// nil
    Nil,
    /// true or false
    Boolean,
    /// A bare pointer; `cjson.null` is the null one.
    Pointer,
    /// A double.
    Number,
    /// Bytes.
    String,
    /// A table.
    Table,
    /// A function.
    Function,
    /// An object.
    Userdata,
    /// A coroutine of Lua's own.
    Thread,
}

/// The stack of a running function. What it offers never raises; out of bounds it panics, which the bridge makes an error.
#[derive(Clone, Copy)]
pub struct Stack<'a> {
    state: *mut lua_State,
    /// What all functions share.
    pub shared: &'a Shared,
}

/// As C converts a double to a 64-bit integer on this hardware: everything out of range is the smallest integer.
pub fn truncated(number: f64) -> i64 {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if (-BOUND..BOUND).contains(&number) { number as i64 } else { i64::MIN }
}

// SAFETY of all blocks below: the state is valid while the function that was given the stack runs; places are checked against
// the top, room is made before each push, and no call among them runs a metamethod or can raise (see the head of this room).
impl<'a> Stack<'a> {
    /// # Safety
    /// `state` is valid for `'a`, and its memory is not limited meanwhile.
    pub(super) unsafe fn new(state: *mut lua_State, shared: &'a Shared) -> Self {
        Self { state, shared }
    }

    pub(super) fn raw(&self) -> *mut lua_State {
        self.state
    }

    /// How many values there are.
    pub fn top(&self) -> usize {
        // SAFETY: see above.
        unsafe { ffi::lua_gettop(self.state) as usize }
    }

    /// Drops values, or adds nils, until there are `top`.
    pub fn set_top(&self, top: usize) {
        let now = self.top();
        if top > now {
            self.reserve(top - now);
        }
        // SAFETY: see above.
        unsafe { ffi::lua_settop(self.state, top as c_int) }
    }

    /// Drops so many values.
    pub fn pop(&self, count: usize) {
        self.set_top(self.top().checked_sub(count).expect("values to drop"));
    }

    /// Makes room for `count` values more, or says that there is none.
    pub fn has_room(&self, count: usize) -> bool {
        // SAFETY: see above.
        unsafe { ffi::lua_checkstack(self.state, count as c_int) != 0 }
    }

    fn reserve(&self, count: usize) {
        assert!(self.has_room(count), "room on Lua's stack");
    }

    /// An index that is within the stack.
    fn at(&self, index: isize) -> c_int {
        let top = self.top() as isize;
        let place = if index < 0 { top + 1 + index } else { index };
        assert!(place >= 1 && place <= top, "a value at {index} of {top}");
        place as c_int
    }

    fn table_at(&self, index: isize) -> c_int {
        let place = self.at(index);
        // SAFETY: see above.
        assert!(unsafe { ffi::lua_type(self.state, place) } == ffi::LUA_TTABLE, "a table at {index}");
        place
    }

    /// What stands at `index`; there may be nothing.
    pub fn kind(&self, index: isize) -> Kind {
        let place = if index < 0 { self.at(index) } else { index as c_int };
        assert!(place > 0, "a place");
        // SAFETY: see above; Lua takes indices above the top here.
        match unsafe { ffi::lua_type(self.state, place) } {
            ffi::LUA_TNIL => Kind::Nil,
            ffi::LUA_TBOOLEAN => Kind::Boolean,
            ffi::LUA_TLIGHTUSERDATA => Kind::Pointer,
            ffi::LUA_TNUMBER => Kind::Number,
            ffi::LUA_TSTRING => Kind::String,
            ffi::LUA_TTABLE => Kind::Table,
            ffi::LUA_TFUNCTION => Kind::Function,
            ffi::LUA_TUSERDATA => Kind::Userdata,
            ffi::LUA_TTHREAD => Kind::Thread,
            _ => Kind::None,
        }
    }

    /// What Lua calls the kind of the value at `index`.
    pub fn kind_name(&self, index: isize) -> &'static str {
        match self.kind(index) {
            Kind::None => "no value",
            Kind::Nil => "nil",
            Kind::Boolean => "boolean",
            Kind::Pointer | Kind::Userdata => "userdata",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Table => "table",
            Kind::Function => "function",
            Kind::Thread => "thread",
        }
    }

    /// Everything but nil, false and nothing is true.
    pub fn is_true(&self, index: isize) -> bool {
        // SAFETY: see above.
        self.kind(index) != Kind::None && unsafe { ffi::lua_toboolean(self.state, self.at(index)) != 0 }
    }

    /// The null pointer that `cjson.null` is.
    pub fn is_null_pointer(&self, index: isize) -> bool {
        // SAFETY: see above.
        self.kind(index) == Kind::Pointer
            && unsafe { ffi::lua_touserdata(self.state, self.at(index)).is_null() }
    }

    /// The number at `index`, or the one that the string there says.
    pub fn number(&self, index: isize) -> Option<f64> {
        if matches!(self.kind(index), Kind::None) {
            return None;
        }
        let place = self.at(index);
        // SAFETY: see above.
        unsafe { (ffi::lua_isnumber(self.state, place) != 0).then(|| ffi::lua_tonumber(self.state, place)) }
    }

    /// The bytes of the string at `index`. They stay where they are while the string is on the stack.
    pub fn bytes(&self, index: isize) -> Option<&'a [u8]> {
        if self.kind(index) != Kind::String {
            return None;
        }
        // SAFETY: see above; a string's bytes do not move, and functions keep their strings on the stack while they use them.
        unsafe {
            let mut len = 0;
            let start = ffi::lua_tolstring(self.state, self.at(index), &raw mut len);
            Some(slice::from_raw_parts(start.cast(), len))
        }
    }

    /// The bytes of the string at `index`; a number there becomes a string.
    pub fn text(&self, index: isize) -> Option<&'a [u8]> {
        if self.kind(index) == Kind::Number {
            // SAFETY: see above.
            unsafe { ffi::lua_tolstring(self.state, self.at(index), ptr::null_mut()) };
        }
        self.bytes(index)
    }

    /// The length of the table at `index` as `#` gives it.
    pub fn table_len(&self, index: isize) -> usize {
        // SAFETY: see above.
        unsafe { ffi::lua_objlen(self.state, self.table_at(index)) }
    }

    /// Pushes nil.
    pub fn push_nil(&self) {
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_pushnil(self.state) }
    }

    /// Pushes true or false.
    pub fn push_bool(&self, value: bool) {
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_pushboolean(self.state, c_int::from(value)) }
    }

    /// Pushes a number.
    pub fn push_number(&self, value: f64) {
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_pushnumber(self.state, value) }
    }

    /// Pushes a string.
    pub fn push_bytes(&self, value: &[u8]) {
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_pushlstring_(self.state, value.as_ptr().cast::<c_char>(), value.len()) }
    }

    /// Pushes the null pointer.
    pub fn push_null_pointer(&self) {
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_pushlightuserdata(self.state, ptr::null_mut()) }
    }

    /// Pushes a table with room for so many elements and fields.
    pub fn push_table(&self, elements: usize, fields: usize) {
        self.reserve(1);
        let bounded = |count: usize| count.min(c_int::MAX as usize) as c_int;
        // SAFETY: see above.
        unsafe { ffi::lua_createtable(self.state, bounded(elements), bounded(fields)) }
    }

    /// Pushes a function.
    pub fn push_function(&self, function: Function) {
        self.reserve(2);
        // SAFETY: see above.
        unsafe { bridge::push_function(self.state, function) }
    }

    /// Pushes an object that holds settings of `cjson`.
    pub fn push_settings(&self, settings: Config) {
        self.reserve(1);
        // SAFETY: see above; Lua's objects are aligned for doubles, and settings are plain numbers.
        unsafe {
            let place = ffi::lua_newuserdata(self.state, mem::size_of::<Cell<Config>>());
            place.cast::<Cell<Config>>().write(Cell::new(settings));
        }
    }

    /// Pushes a function that keeps the object of settings at `index`.
    pub fn push_function_with(&self, function: Function, index: isize) {
        assert_eq!(self.kind(index), Kind::Userdata, "settings");
        self.push_copy(index);
        self.reserve(2);
        // SAFETY: see above; scripts cannot reach such objects, and there are no others.
        unsafe { bridge::push_function_with(self.state, function) }
    }

    /// The settings of the running function, which [`Stack::push_function_with`] made.
    pub fn settings(&self) -> &'a Cell<Config> {
        // SAFETY: see above; the object lives as long as the function.
        unsafe {
            let place = ffi::lua_touserdata(self.state, ffi::lua_upvalueindex(2));
            assert!(!place.is_null(), "a function with settings");
            &*place.cast::<Cell<Config>>()
        }
    }

    /// Keeps the value on top, which is taken, under the number that is returned, until [`super::State::release`].
    pub fn keep(&self) -> i32 {
        self.at(-1);
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::luaL_ref(self.state, ffi::LUA_REGISTRYINDEX) }
    }

    /// Pushes the value at `index` once more.
    pub fn push_copy(&self, index: isize) {
        let place = self.at(index);
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_pushvalue(self.state, place) }
    }

    /// Moves the value on top to `index`, shifting those above.
    pub fn insert(&self, index: isize) {
        let place = self.at(index);
        // SAFETY: see above.
        unsafe { ffi::lua_insert(self.state, place) }
    }

    /// Drops the value at `index`, closing the gap.
    pub fn remove(&self, index: isize) {
        let place = self.at(index);
        // SAFETY: see above.
        unsafe { ffi::lua_remove(self.state, place) }
    }

    /// Pushes element `number` of the table at `index`.
    pub fn push_element(&self, index: isize, number: usize) {
        let place = self.table_at(index);
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_rawgeti_(self.state, place, number as c_int) }
    }

    /// Pushes the field `name` of the table at `index`, past any metatable.
    pub fn push_field(&self, index: isize, name: &str) {
        let place = self.table_at(index);
        self.push_bytes(name.as_bytes());
        // SAFETY: see above.
        unsafe { ffi::lua_rawget_(self.state, place) }
    }

    /// Takes the value on top as element `number` of the table at `index`.
    pub fn set_element(&self, index: isize, number: usize) {
        let place = self.table_at(index);
        self.at(-1);
        // SAFETY: see above.
        unsafe { ffi::lua_rawseti_(self.state, place, number as c_int) }
    }

    /// Takes the value on top as field `name` of the table at `index`.
    pub fn set_field(&self, index: isize, name: &str) {
        let place = self.table_at(index);
        self.push_bytes(name.as_bytes());
        self.insert(-2);
        // SAFETY: see above.
        unsafe { ffi::lua_rawset(self.state, place) }
    }

    /// Takes the value on top for the key below it, in the table at `index`. A key that no table can have (nil, NaN) is refused.
    pub fn set_pair(&self, index: isize) -> Result<(), Raise> {
        let place = self.table_at(index);
        match self.kind(-2) {
            Kind::Nil => return Err(Raise::Plain("table index is nil".into())),
            Kind::Number if self.number(-2).is_some_and(f64::is_nan) => {
                return Err(Raise::Plain("table index is NaN".into()));
            }
            _ => {}
        }
        // SAFETY: see above.
        unsafe { ffi::lua_rawset(self.state, place) }
        Ok(())
    }

    /// Takes the key on top and pushes the next key and value of the table at `index`, if there is one; begins at nil. The table
    /// must not change between two calls, and the key must be one that it gave.
    pub fn next(&self, index: isize) -> bool {
        let place = self.table_at(index);
        self.reserve(1);
        // SAFETY: see above.
        unsafe { ffi::lua_next(self.state, place) != 0 }
    }

    /// Refuses to go on when more memory is in use than a script may use.
    pub fn check_memory(&self, more: usize) -> Result<(), Raise> {
        if self.shared.memory.is_exceeded_by(more) {
            return Err(Raise::Plain("not enough memory".into()));
        }
        Ok(())
    }

    /// The name, the line and the kind of the function at `level` of the call stack, 0 being the running one.
    pub fn place(&self, level: usize) -> Option<(Vec<u8>, i64, bool)> {
        // SAFETY: see above; the source's name is copied at once.
        unsafe {
            let mut place: lua_Debug = mem::zeroed();
            if ffi::lua_getstack(self.state, level as c_int, &raw mut place) == 0 {
                return None;
            }
            ffi::lua_getinfo(self.state, c"Sl".as_ptr(), &raw mut place);
            let is_c = CStr::from_ptr(place.what) == c"C";
            Some((CStr::from_ptr(place.source).to_bytes().to_vec(), i64::from(place.currentline), is_c))
        }
    }

    /// Suspends the script for a command and hands its reply to `take`.
    pub fn ask<T>(&self, request: Request, take: impl FnOnce(&[u8]) -> Result<T, Raise>) -> Result<T, Raise> {
        match self.shared.ask(request) {
            // SAFETY: the driver waits, with the reply at hand, until this script suspends or ends.
            Answer::Reply(reply) => take(unsafe { &*reply }),
            Answer::Continue => take(b"_\r\n"),
            Answer::Kill => Err(bridge::killed(self.shared)),
        }
    }

    /// The string argument `number`, as `luaL_checklstring` takes it.
    pub fn check_bytes(&self, number: usize) -> Result<&'a [u8], Raise> {
        self.text(number as isize).ok_or_else(|| self.wrong_kind(number, "string"))
    }

    /// The number argument `number`, as `luaL_checknumber` takes it.
    pub fn check_number(&self, number: usize) -> Result<f64, Raise> {
        self.number(number as isize).ok_or_else(|| self.wrong_kind(number, "number"))
    }

    /// The integer argument `number`, as `luaL_checkinteger` takes it.
    pub fn check_integer(&self, number: usize) -> Result<i64, Raise> {
        self.check_number(number).map(truncated)
    }

    /// The integer argument `number`, or a default for none or nil.
    pub fn integer_or(&self, number: usize, default: i64) -> Result<i64, Raise> {
        match self.kind(number as isize) {
            Kind::None | Kind::Nil => Ok(default),
            _ => self.check_integer(number),
        }
    }

    fn wrong_kind(&self, number: usize, expected: &str) -> Raise {
        Raise::argument(number, format!("{expected} expected, got {}", self.kind_name(number as isize)))
    }
}

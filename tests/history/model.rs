//! The server that histories are held against: one command after the other on plain maps, as Redis's documentation has it.
//!
//! It is compared with a simulated server command by command (`tests/simulation/model.rs`).

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
};

use super::call::{Call, Words, as_lua_has_it, waits_for};
use crate::resp::Value;

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Object {
    Text(Vec<u8>),
    List(VecDeque<Vec<u8>>),
    Set(BTreeSet<Vec<u8>>),
}

/// What a client watches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Watch {
    keys: BTreeSet<Vec<u8>>,
    touched: bool,
}

/// All that there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    objects: BTreeMap<Vec<u8>, Object>,
    /// By session; only of those that watch something.
    watches: BTreeMap<usize, Watch>,
}

type Answer = Result<Value, Value>;

const OK: &[u8] = b"OK";

fn wrong_type() -> Value {
    error("WRONGTYPE Operation against a key holding the wrong kind of value")
}

fn error(text: &str) -> Value {
    Value::Error(text.as_bytes().to_vec())
}

fn ok() -> Answer {
    Ok(Value::Simple(OK.to_vec()))
}

fn count(number: usize) -> Answer {
    Ok(Value::Integer(number as i64))
}

fn bulk(text: Option<Vec<u8>>) -> Value {
    text.map_or(Value::NullBulk, Value::Bulk)
}

fn array(elements: impl IntoIterator<Item = Vec<u8>>) -> Answer {
    Ok(Value::Array(elements.into_iter().map(Value::Bulk).collect()))
}

impl State {
    /// Runs an operation of a session; returns its reply, members of sets in order. Nothing if it has to wait.
    pub fn run(&mut self, session: usize, call: &Call) -> Option<Value> {
        if let (Call::One(command), Some(keys)) = (call, call.waits_for()) {
            return self.take(command, keys);
        }
        Some(match call {
            Call::One(command) if command[0] == b"WATCH" => {
                let watch = self.watches.entry(session).or_default();
                watch.keys.extend(command[1..].iter().cloned());
                Value::Simple(OK.to_vec())
            }
            Call::One(command) if command[0] == b"UNWATCH" => {
                self.watches.remove(&session);
                Value::Simple(OK.to_vec())
            }
            Call::One(command) => self.command(command),
            Call::Exec(queued) => match self.watches.remove(&session) {
                Some(Watch { touched: true, .. }) => Value::NullArray,
                _ => Value::Array(queued.iter().map(|command| self.command(command)).collect()),
            },
            Call::Script(_, commands) => {
                as_lua_has_it(Value::Array(commands.iter().map(|command| self.command(command)).collect()))
            }
        })
    }

    /// Runs an operation that has waited, on one of the keys that it waits for; nothing if that does not hold what it wants.
    pub fn serve(&mut self, call: &Call, key: &Vec<u8>) -> Option<Value> {
        match (call, self.objects.get(key)) {
            (Call::One(command), Some(Object::List(_))) => self.take(command, std::slice::from_ref(key)),
            _ => None,
        }
    }

    /// A command that waits: takes from the first of these keys that holds something.
    fn take(&mut self, command: &Words, keys: &[Vec<u8>]) -> Option<Value> {
        for key in keys {
            match self.list(key) {
                Err(error) => return Some(error),
                Ok(list) if list.is_empty() => {}
                Ok(list) => {
                    return Some(self.take_from(key, list, command).unwrap_or_else(|error| error));
                }
            }
        }
        None
    }

    fn take_from(&mut self, key: &[u8], mut list: VecDeque<Vec<u8>>, command: &Words) -> Answer {
        let words: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
        let (side, most) = match words[..] {
            [b"BLMOVE", from, to, taken, put, _] => return self.move_element(from, to, taken, put),
            [b"BRPOPLPUSH", from, to, _] => return self.move_element(from, to, b"RIGHT", b"LEFT"),
            [b"BLMPOP", .., side, b"COUNT", most] => (side, integer(most).unwrap_or(1)),
            [b"BLMPOP", .., side] => (side, 1),
            [name, ..] => (&name[1..2], 1),
            [] => unreachable!("a command has a name"),
        };
        let popped: Vec<Value> = (0..most).map_while(|_| pop(&mut list, side)).map(Value::Bulk).collect();
        self.put(key, Object::List(list));
        let popped = match words[0] {
            b"BLMPOP" => vec![Value::Array(popped)],
            _ => popped,
        };
        Ok(Value::Array([vec![Value::Bulk(key.to_vec())], popped].concat()))
    }

    /// A command that is not to wait.
    fn command(&mut self, command: &Words) -> Value {
        if let Some(keys) = waits_for(command) {
            let moves = matches!(command[0].as_slice(), b"BLMOVE" | b"BRPOPLPUSH");
            let nothing = if moves { Value::NullBulk } else { Value::NullArray };
            return self.take(command, keys).unwrap_or(nothing);
        }
        self.answer(command).unwrap_or_else(|error| error)
    }

    fn answer(&mut self, command: &Words) -> Answer {
        let words: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
        match words[..] {
            [b"SET", key, value] => {
                self.put(key, Object::Text(value.to_vec()));
                ok()
            }
            [b"GET", key] => Ok(bulk(self.text(key)?)),
            [b"GETSET", key, value] => {
                let old = self.text(key)?;
                self.put(key, Object::Text(value.to_vec()));
                Ok(bulk(old))
            }
            [b"INCR", key] => {
                let old = self.text(key)?.unwrap_or_else(|| b"0".to_vec());
                let sum =
                    integer(&old).ok_or_else(|| error("ERR value is not an integer or out of range"))?;
                let sum =
                    sum.checked_add(1).ok_or_else(|| error("ERR increment or decrement would overflow"))?;
                self.put(key, Object::Text(sum.to_string().into_bytes()));
                Ok(Value::Integer(sum))
            }
            [b"APPEND", key, more] => {
                let whole = [&self.text(key)?.unwrap_or_default(), more].concat();
                let len = whole.len();
                self.put(key, Object::Text(whole));
                count(len)
            }
            [b"MSET", ref pairs @ ..] => {
                for pair in pairs.chunks(2) {
                    self.put(pair[0], Object::Text(pair[1].to_vec()));
                }
                ok()
            }
            [b"MGET", ref keys @ ..] => {
                Ok(Value::Array(keys.iter().map(|key| bulk(self.text(key).unwrap_or(None))).collect()))
            }
            [b"EXISTS", ref keys @ ..] => {
                count(keys.iter().filter(|key| self.objects.contains_key(**key)).count())
            }
            [b"DEL", ref keys @ ..] => count(keys.iter().filter(|key| self.remove(key)).count()),
            [b"RENAME", from, to] => self.rename(from, to),
            [b"COPY", from, to] => self.copy(from, to, false),
            [b"COPY", from, to, b"REPLACE"] => self.copy(from, to, true),
            [side @ (b"LPUSH" | b"RPUSH"), key, ref elements @ ..] => {
                let mut list = self.list(key)?;
                for element in elements {
                    push(&mut list, &side[..1], element.to_vec());
                }
                let len = list.len();
                self.put(key, Object::List(list));
                count(len)
            }
            [side @ (b"LPOP" | b"RPOP"), key] => {
                let mut list = self.list(key)?;
                let popped = pop(&mut list, &side[..1]);
                if popped.is_some() {
                    self.put(key, Object::List(list));
                }
                Ok(bulk(popped))
            }
            [b"LRANGE", key, b"0", b"-1"] => array(self.list(key)?),
            [b"LMOVE", from, to, taken, put] => self.move_element(from, to, taken, put),
            [b"RPOPLPUSH", from, to] => self.move_element(from, to, b"RIGHT", b"LEFT"),
            [b"SADD", key, ref members @ ..] => {
                let mut set = self.set(key)?;
                let added = members.iter().filter(|member| set.insert(member.to_vec())).count();
                if added > 0 {
                    self.put(key, Object::Set(set));
                }
                count(added)
            }
            [b"SREM", key, ref members @ ..] => {
                let mut set = self.set(key)?;
                let removed = members.iter().filter(|member| set.remove(**member)).count();
                if removed > 0 {
                    self.put(key, Object::Set(set));
                }
                count(removed)
            }
            [b"SMOVE", from, to, member] => self.move_member(from, to, member),
            [b"SMEMBERS", key] => array(self.set(key)?),
            [b"SISMEMBER", key, member] => count(usize::from(self.set(key)?.contains(member))),
            [b"SINTER", ref keys @ ..] => array(self.inter(keys)?),
            [b"SUNION", ref keys @ ..] => array(self.union(keys)?),
            [b"SINTERSTORE", to, ref keys @ ..] => {
                let set = self.inter(keys)?;
                self.store(to, set)
            }
            [b"SUNIONSTORE", to, ref keys @ ..] => {
                let set = self.union(keys)?;
                self.store(to, set)
            }
            _ => panic!("the model does not know {}", command.join(&b' ').escape_ascii()),
        }
    }

    fn text(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Value> {
        match self.objects.get(key) {
            None => Ok(None),
            Some(Object::Text(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong_type()),
        }
    }

    fn list(&self, key: &[u8]) -> Result<VecDeque<Vec<u8>>, Value> {
        match self.objects.get(key) {
            None => Ok(VecDeque::new()),
            Some(Object::List(list)) => Ok(list.clone()),
            Some(_) => Err(wrong_type()),
        }
    }

    fn set(&self, key: &[u8]) -> Result<BTreeSet<Vec<u8>>, Value> {
        match self.objects.get(key) {
            None => Ok(BTreeSet::new()),
            Some(Object::Set(set)) => Ok(set.clone()),
            Some(_) => Err(wrong_type()),
        }
    }

    /// Writes a key; one whose list or set is empty goes. Who watches it is told.
    fn put(&mut self, key: &[u8], object: Object) {
        let is_empty = match &object {
            Object::Text(_) => false,
            Object::List(list) => list.is_empty(),
            Object::Set(set) => set.is_empty(),
        };
        if is_empty {
            self.objects.remove(key);
        } else {
            self.objects.insert(key.to_vec(), object);
        }
        self.touch(key);
    }

    fn remove(&mut self, key: &[u8]) -> bool {
        let existed = self.objects.remove(key).is_some();
        if existed {
            self.touch(key);
        }
        existed
    }

    fn touch(&mut self, key: &[u8]) {
        for watch in self.watches.values_mut() {
            watch.touched |= watch.keys.contains(key);
        }
    }

    fn rename(&mut self, from: &[u8], to: &[u8]) -> Answer {
        let object = self.objects.get(from).cloned().ok_or_else(|| error("ERR no such key"))?;
        if from != to {
            self.remove(from);
            self.put(to, object);
        }
        ok()
    }

    fn copy(&mut self, from: &[u8], to: &[u8], replace: bool) -> Answer {
        if from == to {
            return Err(error("ERR source and destination objects are the same"));
        }
        match self.objects.get(from).cloned() {
            Some(object) if replace || !self.objects.contains_key(to) => {
                self.put(to, object);
                count(1)
            }
            _ => count(0),
        }
    }

    fn move_element(&mut self, from: &[u8], to: &[u8], taken: &[u8], put: &[u8]) -> Answer {
        let mut source = self.list(from)?;
        if source.is_empty() {
            return Ok(Value::NullBulk);
        }
        self.list(to)?;
        let Some(element) = pop(&mut source, taken) else { return Ok(Value::NullBulk) };
        self.put(from, Object::List(source));
        let mut target = self.list(to)?;
        push(&mut target, put, element.clone());
        self.put(to, Object::List(target));
        Ok(Value::Bulk(element))
    }

    fn move_member(&mut self, from: &[u8], to: &[u8], member: &[u8]) -> Answer {
        if !self.objects.contains_key(from) {
            return count(0);
        }
        let mut source = self.set(from)?;
        let mut target = self.set(to)?;
        if from == to {
            return count(usize::from(source.contains(member)));
        }
        if !source.remove(member) {
            return count(0);
        }
        self.put(from, Object::Set(source));
        if target.insert(member.to_vec()) {
            self.put(to, Object::Set(target));
        }
        count(1)
    }

    fn inter(&self, keys: &[&[u8]]) -> Result<BTreeSet<Vec<u8>>, Value> {
        let sets = keys.iter().map(|key| self.set(key)).collect::<Result<Vec<_>, _>>()?;
        Ok(sets.into_iter().reduce(|one, other| &one & &other).unwrap_or_default())
    }

    fn union(&self, keys: &[&[u8]]) -> Result<BTreeSet<Vec<u8>>, Value> {
        let sets = keys.iter().map(|key| self.set(key)).collect::<Result<Vec<_>, _>>()?;
        Ok(sets.into_iter().flatten().collect())
    }

    fn store(&mut self, to: &[u8], set: BTreeSet<Vec<u8>>) -> Answer {
        let len = set.len();
        if len > 0 {
            self.put(to, Object::Set(set));
        } else {
            self.remove(to);
        }
        count(len)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = |texts: &mut dyn Iterator<Item = &Vec<u8>>| {
            texts.map(|text| text.escape_ascii().to_string()).collect::<Vec<_>>().join(" ")
        };
        write!(f, "(")?;
        for (key, object) in &self.objects {
            write!(f, " {}: ", key.escape_ascii())?;
            match object {
                Object::Text(text) => write!(f, "\"{}\"", text.escape_ascii())?,
                Object::List(list) => write!(f, "[{}]", texts(&mut list.iter()))?,
                Object::Set(set) => write!(f, "{{{}}}", texts(&mut set.iter()))?,
            }
        }
        for (session, watch) in &self.watches {
            let touched = if watch.touched { " touched" } else { "" };
            write!(f, " s{session} watches {}{touched}", texts(&mut watch.keys.iter()))?;
        }
        write!(f, " )")
    }
}

/// Puts an element on a side of a list: left if its name begins with L.
fn push(list: &mut VecDeque<Vec<u8>>, side: &[u8], element: Vec<u8>) {
    if side.starts_with(b"L") { list.push_front(element) } else { list.push_back(element) }
}

fn pop(list: &mut VecDeque<Vec<u8>>, side: &[u8]) -> Option<Vec<u8>> {
    if side.starts_with(b"L") { list.pop_front() } else { list.pop_back() }
}

/// A number as Redis takes it: what it prints itself.
fn integer(text: &[u8]) -> Option<i64> {
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == text).then_some(number)
}

//! One operation of a history, and what it is on the wire.

use std::{collections::BTreeSet, fmt};

use crate::resp::Value;

/// A command's arguments, its name among them.
pub type Words = Vec<Vec<u8>>;

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A command on its own; WATCH is one.
    One(Words),
    /// MULTI, these commands, EXEC.
    Exec(Vec<Words>),
    /// A script that runs these commands.
    Script(Scripted, Vec<Words>),
}

/// Which keys a script is called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripted {
    /// All that its commands name.
    All,
    /// Those of its first command.
    First,
    /// None.
    None,
}

/// Runs commands whose words stand one after the other among its arguments, each with their number before them, behind the number of
/// commands. An error of one stops nothing.
const RUN_ALL: &str = "local replies, at = {}, 2 \
    for command = 1, tonumber(ARGV[1]) do \
      local last = at + tonumber(ARGV[at]) \
      replies[command] = redis.pcall(unpack(ARGV, at + 1, last)) \
      at = last + 1 \
    end \
    return replies";

impl Scripted {
    /// EVAL of a script that runs these commands. Scripts with keys of different kinds have names of their own: what a server learns
    /// of one says nothing of the others.
    fn eval(self, commands: &[Words]) -> Words {
        let named = match self {
            Scripted::All => commands,
            Scripted::First => &commands[..1],
            Scripted::None => &[],
        };
        let keys: BTreeSet<Vec<u8>> = named.iter().flat_map(|command| keys(command)).collect();
        let number = |number: usize| number.to_string().into_bytes();
        let mut eval = vec![b"EVAL".to_vec(), format!("{RUN_ALL} -- {self:?}").into(), number(keys.len())];
        eval.extend(keys);
        eval.push(number(commands.len()));
        for command in commands {
            eval.push(number(command.len()));
            eval.extend(command.iter().cloned());
        }
        eval
    }
}

/// A command's reply as a script hands it on: one kind of null, and numbers that a double holds.
pub fn as_lua_has_it(reply: Value) -> Value {
    match reply {
        Value::NullArray => Value::NullBulk,
        Value::Integer(number) => Value::Integer(number as f64 as i64),
        Value::Array(elements) => Value::Array(elements.into_iter().map(as_lua_has_it).collect()),
        other => other,
    }
}

impl Call {
    /// A command, written with spaces between its words.
    pub fn one(line: &str) -> Call {
        Call::One(words(line))
    }

    /// A transaction of such commands.
    pub fn exec(lines: &[&str]) -> Call {
        Call::Exec(lines.iter().map(|line| words(line)).collect())
    }

    /// The commands that are sent; the reply to the last of them is the operation's.
    pub fn commands(&self) -> Vec<Words> {
        match self {
            Call::One(command) => vec![command.clone()],
            Call::Exec(queued) => {
                let mut commands = vec![words("MULTI")];
                commands.extend(queued.iter().cloned());
                commands.push(words("EXEC"));
                commands
            }
            Call::Script(scripted, commands) => vec![scripted.eval(commands)],
        }
    }

    /// What must be answered to command `index` of those sent, if it is not the last.
    pub fn preface(index: usize) -> Value {
        Value::Simple(if index == 0 { b"OK".to_vec() } else { b"QUEUED".to_vec() })
    }

    /// The keys named.
    pub fn keys(&self) -> BTreeSet<Vec<u8>> {
        match self {
            Call::One(command) => keys(command).into_iter().collect(),
            Call::Exec(commands) | Call::Script(_, commands) => {
                commands.iter().flat_map(|command| keys(command)).collect()
            }
        }
    }

    /// Whether it waits where it finds nothing, and for which keys; those within a transaction do not.
    pub fn waits_for(&self) -> Option<&[Vec<u8>]> {
        match self {
            Call::One(command) => waits_for(command),
            Call::Exec(_) | Call::Script(..) => None,
        }
    }

    /// Whether it waits for a time only.
    pub fn gives_up(&self) -> bool {
        match self {
            Call::One(command) if command[0] == b"BLMPOP" => command[1] != b"0",
            Call::One(command) => {
                self.waits_for().is_some() && command.last().is_some_and(|last| last != b"0")
            }
            Call::Exec(_) | Call::Script(..) => false,
        }
    }

    /// Whether this reply says that its time was up.
    pub fn is_given_up(&self, reply: &Value) -> bool {
        self.waits_for().is_some() && *reply == Value::NullArray
    }

    /// The reply with members of sets in their order, as a server may send these in any.
    pub fn in_order(&self, reply: Value) -> Value {
        match (self, reply) {
            (Call::One(command), reply) => in_order(command, reply),
            (Call::Exec(queued) | Call::Script(_, queued), Value::Array(replies))
                if replies.len() == queued.len() =>
            {
                let replies = queued.iter().zip(replies);
                Value::Array(replies.map(|(command, reply)| in_order(command, reply)).collect())
            }
            (Call::Exec(_) | Call::Script(..), reply) => reply,
        }
    }

    /// Whether it has changed nothing if this was its reply, whenever it ran.
    pub fn has_no_effect(&self, reply: &Value) -> bool {
        match (self, reply) {
            (Call::One(command), reply) => has_no_effect(command, reply),
            (Call::Exec(queued) | Call::Script(_, queued), Value::Array(replies)) => {
                queued.len() == replies.len()
                    && queued.iter().zip(replies).all(|(command, reply)| has_no_effect(command, reply))
            }
            (Call::Exec(_) | Call::Script(..), _) => false,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |words: &Words| words.join(&b' ').escape_ascii().to_string();
        match self {
            Call::One(command) => f.write_str(&line(command)),
            Call::Exec(queued) => {
                write!(f, "EXEC({})", queued.iter().map(line).collect::<Vec<_>>().join("; "))
            }
            Call::Script(scripted, commands) => {
                let lines: Vec<String> = commands.iter().map(line).collect();
                write!(f, "EVAL {scripted:?}({})", lines.join("; "))
            }
        }
    }
}

/// The words of a line.
pub fn words(line: &str) -> Words {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

/// The keys that a command waits for where it finds nothing.
pub fn waits_for(command: &[Vec<u8>]) -> Option<&[Vec<u8>]> {
    match command[0].as_slice() {
        b"BLPOP" | b"BRPOP" => Some(&command[1..command.len() - 1]),
        b"BLMOVE" | b"BRPOPLPUSH" => Some(&command[1..2]),
        b"BLMPOP" => {
            let sides = command.iter().position(|word| word == b"LEFT" || word == b"RIGHT");
            Some(&command[3..sides?])
        }
        _ => None,
    }
}

fn keys(command: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let arguments = &command[1..];
    if let (Some(keys), b"BLPOP" | b"BRPOP" | b"BLMPOP") = (waits_for(command), command[0].as_slice()) {
        return keys.to_vec();
    }
    match command[0].as_slice() {
        b"MSET" => arguments.iter().step_by(2).cloned().collect(),
        b"MGET" | b"DEL" | b"EXISTS" | b"WATCH" | b"SINTER" | b"SUNION" | b"SINTERSTORE" | b"SUNIONSTORE" => {
            arguments.to_vec()
        }
        b"LMOVE" | b"RPOPLPUSH" | b"BLMOVE" | b"BRPOPLPUSH" | b"SMOVE" | b"RENAME" | b"COPY" => {
            arguments[..2].to_vec()
        }
        b"UNWATCH" => Vec::new(),
        _ => arguments[..1].to_vec(),
    }
}

fn in_order(command: &[Vec<u8>], reply: Value) -> Value {
    match (command[0].as_slice(), reply) {
        (b"SMEMBERS" | b"SINTER" | b"SUNION", Value::Array(mut members)) => {
            members.sort_by(|one, other| match (one, other) {
                (Value::Bulk(one), Value::Bulk(other)) => one.cmp(other),
                _ => std::cmp::Ordering::Equal,
            });
            Value::Array(members)
        }
        (_, reply) => reply,
    }
}

fn has_no_effect(command: &[Vec<u8>], reply: &Value) -> bool {
    matches!(
        (command[0].as_slice(), reply),
        (b"GET" | b"MGET" | b"EXISTS" | b"LRANGE" | b"SMEMBERS" | b"SISMEMBER" | b"SINTER" | b"SUNION", _,)
            | (_, Value::Error(_))
            | (b"SADD" | b"SREM" | b"SMOVE" | b"DEL" | b"COPY", Value::Integer(0))
            | (b"LPOP" | b"RPOP" | b"LMOVE" | b"RPOPLPUSH" | b"BLMOVE" | b"BRPOPLPUSH", Value::NullBulk)
            | (b"BLPOP" | b"BRPOP" | b"BLMPOP" | b"BLMOVE" | b"BRPOPLPUSH", Value::NullArray)
    )
}

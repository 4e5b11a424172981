//! A client of the soak: pipelines, and now and then an end in the middle of one.

use shards::structures::random::Rng;

use crate::{
    Soak,
    harness::{
        connection::{Connection, Failure},
        resp::{Value, encode},
    },
};

/// One pipeline in so many is cut off.
const CUT_ONE_IN: usize = 40;

/// A command's arguments.
pub type Words = Vec<Vec<u8>>;

/// A client.
pub struct Client<'a> {
    /// The run it takes part in.
    pub soak: &'a Soak,
    /// The source of its choices.
    pub rng: Rng,
    connection: Connection,
}

impl<'a> Client<'a> {
    /// Connects.
    pub fn new(soak: &'a Soak, rng: Rng) -> Client<'a> {
        Client { soak, rng, connection: connect(soak) }
    }

    /// Sends commands in one piece.
    pub fn send(&mut self, commands: &[Words]) -> Result<(), String> {
        let bytes: Vec<u8> = commands.iter().flat_map(|command| encode(command)).collect();
        self.connection.send(&bytes).map_err(|why| format!("{}: {why}", shown(commands)))
    }

    /// The next reply.
    pub fn reply(&mut self) -> Result<Value, String> {
        self.connection.reply().map_err(|why| why.to_string())
    }

    /// Sends commands in one piece and awaits all replies.
    pub fn ask(&mut self, commands: &[Words]) -> Result<Vec<Value>, String> {
        self.send(commands)?;
        let replies: Result<Vec<Value>, String> = commands.iter().map(|_| self.reply()).collect();
        replies.map_err(|why| format!("{}: {why}", shown(commands)))
    }

    /// Asks, or hangs up in the middle of that: then there are no replies.
    pub fn ask_or_vanish(&mut self, commands: &[Words]) -> Result<Option<Vec<Value>>, String> {
        if self.rng.below(CUT_ONE_IN) > 0 {
            return self.ask(commands).map(Some);
        }
        self.vanish(commands)?;
        Ok(None)
    }

    /// Sends a part of these commands, all of them perhaps, hangs up, and connects anew.
    pub fn vanish(&mut self, commands: &[Words]) -> Result<(), String> {
        let mut bytes: Vec<u8> = commands.iter().flat_map(|command| encode(command)).collect();
        bytes.truncate(self.rng.below(bytes.len() + 1));
        self.connection.send(&bytes).map_err(|why| why.to_string())?;
        let is_whole = bytes.len() >= commands.first().map_or(1, |command| encode(command).len());
        if is_whole && self.rng.below(2) == 0 {
            // Some of it is answered by then.
            let _ = self.reply();
        }
        self.hang_up();
        Ok(())
    }

    /// Asks for a command; nothing if the server has ended the connection. Then there is another.
    pub fn ask_while_open(&mut self, command: &Words) -> Result<Option<Value>, String> {
        let reply = self.connection.send(&encode(command)).and_then(|()| self.connection.reply());
        match reply {
            Ok(reply) => Ok(Some(reply)),
            Err(Failure::Closed) => {
                self.hang_up();
                Ok(None)
            }
            Err(why) => Err(format!("{}: {why}", shown(std::slice::from_ref(command)))),
        }
    }

    /// Hangs up and connects anew.
    pub fn hang_up(&mut self) {
        self.connection = connect(self.soak);
    }

    /// Asks for these commands as one transaction; the reply of EXEC.
    pub fn exec(&mut self, commands: &[Words]) -> Result<Value, String> {
        let replies = self.ask(&transaction(commands))?;
        end_of(commands, replies)
    }
}

fn connect(soak: &Soak) -> Connection {
    Connection::open(soak.port).expect("the server takes connections")
}

/// MULTI, the commands, EXEC.
pub fn transaction(commands: &[Words]) -> Vec<Words> {
    [&[words("MULTI")], commands, &[words("EXEC")]].concat()
}

/// The reply of EXEC among those to a transaction of these commands.
pub fn end_of(commands: &[Words], mut replies: Vec<Value>) -> Result<Value, String> {
    let queued = Value::Simple(b"QUEUED".to_vec());
    if let Some(wrong) = replies[1..=commands.len()].iter().find(|reply| **reply != queued) {
        return Err(format!("{}: {wrong:?}", shown(commands)));
    }
    replies.pop().ok_or_else(|| "no reply".into())
}

/// The words of a line.
pub fn words(line: &str) -> Words {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

/// The elements of an array.
pub fn elements(value: Value) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(elements) => Ok(elements),
        other => Err(format!("expected an array, got {other:?}")),
    }
}

/// The number in a reply; 0 for a missing value.
pub fn number(value: &Value) -> Result<i64, String> {
    let digits = match value {
        Value::Integer(number) => return Ok(*number),
        Value::NullBulk => return Ok(0),
        Value::Bulk(digits) => std::str::from_utf8(digits).ok(),
        _ => None,
    };
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| format!("expected a number, got {value:?}"))
}

fn shown(commands: &[Words]) -> String {
    let lines: Vec<String> =
        commands.iter().map(|command| command.join(&b' ').escape_ascii().to_string()).collect();
    lines.join("; ")
}

//! A fact's hands: commands with the replies that they must get.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::arguments;
use crate::display::{quote, show};
use crate::harness::connection::{Connection, Failure};
use crate::harness::resp::{self, Value};
use crate::notation;
use crate::target::{Answers, Target};

/// How long a condition may take to come true.
const EVENTUALLY: Duration = Duration::from_secs(10);

/// A fact: its name and what it does.
pub type Fact = (&'static str, fn(&mut Script));

/// One client of the target of one fact.
pub struct Script {
    proof: Rc<RefCell<Proof>>,
    connection: Connection,
}

/// What the clients of one fact share.
struct Proof {
    fact: String,
    target: Box<dyn Target>,
    expectations: Expectations,
    failures: Vec<String>,
}

/// The different expectations of a fact: commands with their replies.
pub type Expectations = BTreeSet<(String, String)>;

/// Runs a fact on a target: its expectations; panics with all that failed.
pub fn prove(fact: &str, mut target: Box<dyn Target>, run: fn(&mut Script)) -> Expectations {
    let connection = Connection::new(target.client());
    let proof =
        Proof { fact: fact.to_owned(), target, expectations: Expectations::new(), failures: Vec::new() };
    let mut script = Script { proof: Rc::new(RefCell::new(proof)), connection };
    run(&mut script);
    script.check_nothing_unread();
    let mut proof = script.proof.borrow_mut();
    if !proof.failures.is_empty() {
        proof.give_up();
    }
    std::mem::take(&mut proof.expectations)
}

impl Proof {
    fn fail(&mut self, at: &Location<'_>, command: &str, expected: &str, got: &str) {
        let (fact, target) = (&self.fact, self.target.name());
        self.failures.push(format!(
            "{fact}, {}:{}, on {target}\n  command   {command}\n  expected  {expected}\n  got       {got}",
            at.file(),
            at.line()
        ));
    }

    fn give_up(&mut self) -> ! {
        let mut message = self.failures.join("\n");
        let log = self.target.log();
        let _ = write!(message, "\nend of the log of {}:\n{log}", self.target.name());
        panic!("\n{message}");
    }
}

impl Script {
    /// The command gets this reply (see `notation`).
    #[track_caller]
    pub fn check(&mut self, command: &str, expected: &str) {
        self.check_arguments(&arguments::split(command), expected, command);
    }

    /// What a fact needs before it begins: any reply but an error, and no expectation.
    #[track_caller]
    pub fn given(&mut self, command: &str) {
        let reply = self.ask(command);
        if matches!(reply, Value::Error(_)) {
            self.expect(false, command, "anything but an error", &show(&reply));
        }
    }

    /// The command gets the first reply from redis-server 7.0, the second one since 7.2.
    #[track_caller]
    pub fn check_since_7_2(&mut self, command: &str, on_7_0: &str, on_7_2: &str) {
        let answers = self.proof.borrow().target.answers();
        self.check(command, if answers == Answers::AsRedis70 { on_7_0 } else { on_7_2 });
    }

    /// The arguments, too long or too many to be written out, get this reply; `shown` stands for them in messages.
    #[track_caller]
    pub fn check_arguments<A: AsRef<[u8]>>(&mut self, arguments: &[A], expected: &str, shown: &str) {
        let got = self.connection.command(arguments);
        self.compare(got, expected, shown);
    }

    /// The next reply on this connection, to no command of its own.
    #[track_caller]
    pub fn check_next(&mut self, expected: &str) {
        let got = self.connection.reply();
        self.compare(got, expected, "(next reply)");
    }

    /// The next replies tell a listener to `__key*` of these events, each with its key in database 0.
    #[track_caller]
    pub fn check_events(&mut self, events: &[(&str, &str)]) {
        for (event, key) in events {
            self.check_next(&format!(r#"["pmessage", "__key*", "__keyevent@0__:{event}", "{key}"]"#));
        }
    }

    /// The next reply, a line of MONITOR, shows this command.
    #[track_caller]
    pub fn check_shown(&mut self, command: &str) {
        let shown = match self.connection.reply() {
            Ok(Value::Simple(line)) => {
                let line = String::from_utf8_lossy(&line).into_owned();
                Ok(Value::Bulk(line.split_once("] ").map_or(line.as_str(), |(_, shown)| shown).into()))
            }
            other => other,
        };
        let quoted: Vec<String> = command.split(' ').map(|word| format!("\\\"{word}\\\"")).collect();
        self.compare(shown, &format!("\"{}\"", quoted.join(" ")), "(next line of MONITOR)");
    }

    /// The command gets this reply some time soon.
    #[track_caller]
    pub fn check_eventually(&mut self, command: &str, expected: &str) {
        let deadline = Instant::now() + EVENTUALLY;
        loop {
            let got = self.connection.command(&arguments::split(command));
            if got.as_ref().is_ok_and(|got| !notation::matches(expected, got)) && Instant::now() < deadline {
                self.proof.borrow_mut().target.pass_time();
            } else {
                return self.compare(got, expected, command);
            }
        }
    }

    /// A whole iteration returns these elements, each at least once. `command` has `CURSOR` where the cursor goes.
    #[track_caller]
    pub fn check_scan(&mut self, command: &str, expected: &str) {
        let mut cursor = b"0".to_vec();
        let mut all = Vec::new();
        loop {
            let line = command.replace("CURSOR", &cursor.escape_ascii().to_string());
            match self.connection.command(&arguments::split(&line)) {
                Ok(Value::Array(mut reply)) if reply.len() == 2 => {
                    let (elements, next) = (reply.pop(), reply.pop());
                    let (Some(Value::Array(elements)), Some(Value::Bulk(next))) = (elements, next) else {
                        return self.compare(Ok(Value::Array(reply)), "[cursor, [..]]", &line);
                    };
                    for element in elements {
                        if !all.contains(&element) {
                            all.push(element);
                        }
                    }
                    cursor = next;
                }
                other => return self.compare(other, "[cursor, [..]]", &line),
            }
            if cursor == b"0" {
                return self.compare(Ok(Value::Array(all)), expected, command);
            }
        }
    }

    /// The command's reply, whatever it is.
    #[track_caller]
    pub fn ask(&mut self, command: &str) -> Value {
        match self.connection.command(&arguments::split(command)) {
            Ok(value) => value,
            Err(failure) => self.broken(command, "any", &failure),
        }
    }

    /// These bytes get exactly those bytes, and no closed connection.
    #[track_caller]
    pub fn raw(&mut self, sent: &[u8], expected: &[u8]) {
        self.raw_in_pieces(&[sent], expected);
    }

    /// Like `raw`, with each piece handed over on its own.
    #[track_caller]
    pub fn raw_in_pieces(&mut self, pieces: &[&[u8]], expected: &[u8]) {
        for piece in pieces {
            if let Err(failure) = self.connection.send(piece) {
                self.broken(&quote(piece), &quote(expected), &failure);
            }
        }
        let got = self.connection.bytes(expected.len());
        self.expect(got == expected, &quote(&pieces.concat()), &quote(expected), &quote(&got));
    }

    /// These bytes get exactly those bytes, then the server hangs up.
    #[track_caller]
    pub fn raw_then_closed(&mut self, sent: &[u8], expected: &[u8]) {
        self.raw(sent, expected);
        self.check_closed(&quote(sent));
    }

    /// The server hangs up without another word; `after` names what made it.
    #[track_caller]
    pub fn check_closed(&mut self, after: &str) {
        let closed = self.connection.is_closed();
        let got = if closed { String::new() } else { quote(self.connection.unread()) };
        self.expect(closed, after, "(connection closed)", &got);
    }

    /// From here on replies come in RESP3.
    #[track_caller]
    pub fn resp3(&mut self) {
        if let Err(failure) = self.connection.speak_resp3() {
            self.broken("HELLO 3", "{..}", &failure);
        }
    }

    /// A second connection to the same server.
    pub fn second_client(&mut self) -> Script {
        let connection = Connection::new(self.proof.borrow_mut().target.client());
        Script { proof: Rc::clone(&self.proof), connection }
    }

    /// Sends a command without waiting for its reply.
    #[track_caller]
    pub fn send(&mut self, command: &str) {
        if let Err(failure) = self.connection.send(&resp::encode(&arguments::split(command))) {
            self.broken(command, "any", &failure);
        }
    }

    #[track_caller]
    fn check_nothing_unread(&mut self) {
        if !self.connection.unread().is_empty() {
            let unread = quote(self.connection.unread());
            self.proof.borrow_mut().fail(Location::caller(), "(after the last command)", "", &unread);
        }
    }

    #[track_caller]
    fn compare(&mut self, got: Result<Value, Failure>, expected: &str, shown: &str) {
        match got {
            Ok(value) => self.expect(notation::matches(expected, &value), shown, expected, &show(&value)),
            Err(failure) => self.broken(shown, expected, &failure),
        }
    }

    #[track_caller]
    fn expect(&mut self, holds: bool, shown: &str, expected: &str, got: &str) {
        let mut proof = self.proof.borrow_mut();
        proof.expectations.insert((shown.to_owned(), expected.to_owned()));
        if !holds {
            proof.fail(Location::caller(), shown, expected, got);
        }
    }

    /// Nothing that follows on this connection can succeed.
    #[track_caller]
    fn broken(&mut self, shown: &str, expected: &str, failure: &Failure) -> ! {
        let mut proof = self.proof.borrow_mut();
        proof.fail(Location::caller(), shown, expected, &failure.to_string());
        proof.give_up();
    }
}

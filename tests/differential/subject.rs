//! A server that runs cases: what its clients are answered, what is heard meanwhile, and what is there at the end.

use std::cell::Cell;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::case::{CLIENTS, IN_RESP3, LIMITS, Step};
use crate::grammar::Rule;
use crate::harness::connection::{Client, Connection, Failure};
use crate::harness::resp::{self, Value};
use crate::harness::server::Server;

/// How long a reply may take before somebody looks whether the client waits for data.
const PROMPTLY: Duration = Duration::from_millis(3);
/// How long anything may take.
const AT_MOST: Duration = Duration::from_secs(10);
/// How long what is to be heard may be under way.
const UNDER_WAY: Duration = Duration::from_millis(300);
/// Longer than what keys have to live that are to expire, in seconds.
const LAPSE_S: &str = "0.003";
/// Databases that forms select.
const DATABASES: [&str; 3] = ["0", "1", "2"];
/// A database that no form selects.
const ASIDE: &str = "5";

/// A server with connections that no case uses.
pub struct Subject {
    pub name: &'static str,
    pub server: Server,
    control: Connection,
    aside: Connection,
}

/// What came of a case.
#[derive(Default)]
pub struct Outcome {
    /// By step.
    pub replies: Vec<Result<Value, Failure>>,
    /// Channels with messages, in the order in which one listener heard of them.
    pub heard: Vec<(Vec<u8>, Vec<u8>)>,
    /// What each client was told to forget.
    pub stale: Vec<Vec<Value>>,
    /// What is there in the end: a question, how answers compare, and the answer.
    pub state: Vec<(String, Rule, Value)>,
}

/// A socket with a timeout of the moment.
struct Impatient {
    socket: TcpStream,
    timeout: Rc<Cell<Duration>>,
}

impl Client for Impatient {
    fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.socket.write_all(bytes).map_err(|_| Failure::Closed)
    }

    fn receive(&mut self, into: &mut Vec<u8>) -> Result<(), Failure> {
        self.socket.set_read_timeout(Some(self.timeout.get())).expect("a timeout");
        let mut piece = [0; 16 * 1024];
        match self.socket.read(&mut piece) {
            Ok(0) => Err(Failure::Closed),
            Ok(length) => {
                into.extend_from_slice(&piece[..length]);
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(Failure::TimedOut)
            }
            Err(_) => Err(Failure::Closed),
        }
    }
}

/// A client of a case.
struct Participant {
    connection: Connection,
    timeout: Rc<Cell<Duration>>,
    id: String,
    stale: Vec<Value>,
    /// The step whose reply is still to come.
    waits_for: Option<usize>,
}

impl Participant {
    fn new(server: &Server) -> Participant {
        let socket = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
        socket.set_nodelay(true).expect("an option");
        let timeout = Rc::new(Cell::new(AT_MOST));
        let client = Impatient { socket, timeout: Rc::clone(&timeout) };
        let mut connection = Connection::new(Box::new(client));
        let id = match connection.command(&["CLIENT", "ID"]) {
            Ok(Value::Integer(id)) => id.to_string(),
            other => panic!("{other:?} for CLIENT ID"),
        };
        Participant { connection, timeout, id, stale: Vec::new(), waits_for: None }
    }

    /// The next reply; what comes before it and belongs to none is kept.
    fn reply(&mut self) -> Result<Value, Failure> {
        loop {
            match self.connection.reply()? {
                Value::Push(parts) => {
                    self.stale.extend(parts.into_iter().skip(1).flat_map(|part| match part {
                        Value::Array(keys) => keys,
                        all => vec![all],
                    }));
                }
                reply => return Ok(reply),
            }
        }
    }

    fn reply_within(&mut self, timeout: Duration) -> Result<Value, Failure> {
        self.timeout.set(timeout);
        let reply = self.reply();
        self.timeout.set(AT_MOST);
        reply
    }
}

impl Subject {
    /// Takes a server, which from now on removes expired keys only when somebody looks for them.
    pub fn new(name: &'static str, server: Server) -> Subject {
        let (mut control, mut aside) = (server.connect(), server.connect());
        assert_eq!(control.command(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]), Ok(Value::Simple("OK".into())));
        assert_eq!(aside.command(&["SELECT", ASIDE]), Ok(Value::Simple("OK".into())));
        Subject { name, server, control, aside }
    }

    /// Runs a case from an empty keyspace on. `reference` reads what this server dumps, and the other way round; so many
    /// messages and stale keys are waited for as `expected` has.
    pub fn run(
        &mut self,
        steps: &[Step],
        reference: Option<&mut Connection>,
        expected: Option<&Outcome>,
    ) -> Outcome {
        self.control.command(&["FLUSHALL"]).expect("an empty keyspace");
        let limits = LIMITS.iter().flat_map(|(name, value)| [*name, *value]);
        let reset: Vec<&str> = ["CONFIG", "SET"].into_iter().chain(limits).collect();
        self.control.command(&reset).expect("the defaults");
        let mut listener = self.listener();
        let mut clients: Vec<Participant> = (0..CLIENTS).map(|_| Participant::new(&self.server)).collect();
        clients[IN_RESP3].connection.speak_resp3().expect("RESP3");
        let mut outcome = Outcome::default();
        for (at, step) in steps.iter().enumerate() {
            let client = &mut clients[step.client];
            self.collect(client, &mut outcome);
            let reply = match step.rule {
                Rule::Waits => self.begin(client, at, step),
                Rule::Scan => self.scan(client, step),
                _ => self.ask(client, &step.arguments),
            };
            outcome.replies.push(reply);
            if step.lapses || (step.is("EXEC") && steps.iter().any(|step| step.lapses)) {
                self.control.command(&["DEBUG", "SLEEP", LAPSE_S]).expect("time that passes");
            }
        }
        for client in &mut clients {
            self.collect(client, &mut outcome);
            // What was told behind the last reply.
            let _ = self.ask(client, &[b"DISCARD".to_vec()]);
        }
        let stale = expected.map_or(&[][..], |expected| &expected.stale);
        for (at, client) in clients.iter_mut().enumerate() {
            let deadline = Instant::now() + UNDER_WAY;
            while stale.get(at).is_some_and(|stale| client.stale.len() < stale.len())
                && Instant::now() < deadline
            {
                let _ = self.ask(client, &[b"PING".to_vec()]);
            }
        }
        outcome.stale = clients.into_iter().map(|client| client.stale).collect();
        let heard = expected.map_or(0, |expected| expected.heard.len());
        let deadline = Instant::now() + UNDER_WAY;
        loop {
            hear(&mut listener, &mut outcome.heard);
            if outcome.heard.len() >= heard || Instant::now() >= deadline {
                break;
            }
        }
        self.look_around(reference, &mut outcome.state);
        outcome
    }

    /// The connection beside all cases.
    pub fn aside(&mut self) -> &mut Connection {
        &mut self.aside
    }

    fn listener(&self) -> Connection {
        let mut listener = self.server.connect();
        for subscribe in [
            &["PSUBSCRIBE", "__key*"],
            &["PSUBSCRIBE", "news.*"],
            &["SUBSCRIBE", "c1"],
            &["SSUBSCRIBE", "c2"],
        ] {
            listener.command(subscribe).expect("a subscription");
        }
        listener
    }

    /// Takes the reply to what a client waits for.
    fn collect(&mut self, client: &mut Participant, outcome: &mut Outcome) {
        if let Some(at) = client.waits_for.take() {
            outcome.replies[at] = self.awaited(client);
        }
    }

    /// Sends what may wait; returns when it does.
    fn begin(&mut self, client: &mut Participant, at: usize, step: &Step) -> Result<Value, Failure> {
        client.connection.send(&resp::encode(&step.arguments))?;
        let deadline = Instant::now() + AT_MOST;
        loop {
            match client.reply_within(PROMPTLY) {
                Err(Failure::TimedOut) if self.somebody_waits() => {
                    client.waits_for = Some(at);
                    return Err(Failure::TimedOut);
                }
                Err(Failure::TimedOut) if Instant::now() < deadline => {}
                reply => return reply,
            }
        }
    }

    fn somebody_waits(&mut self) -> bool {
        let Ok(Value::Bulk(clients)) = self.control.command(&["INFO", "clients"]) else { return false };
        String::from_utf8_lossy(&clients).contains("blocked_clients:1\r")
    }

    /// Sends a command and takes its reply. A client that waits for data that nobody will bring is let go.
    fn ask(&mut self, client: &mut Participant, arguments: &[Vec<u8>]) -> Result<Value, Failure> {
        client.connection.send(&resp::encode(arguments))?;
        self.awaited(client)
    }

    fn awaited(&mut self, client: &mut Participant) -> Result<Value, Failure> {
        // Longer than any timeout that forms have for clients that wait by themselves.
        match client.reply_within(10 * PROMPTLY) {
            Err(Failure::TimedOut) => {
                self.control.command(&["CLIENT", "UNBLOCK", &client.id])?;
                client.reply()
            }
            reply => reply,
        }
    }

    /// A whole iteration: all elements, or what was answered instead.
    fn scan(&mut self, client: &mut Participant, step: &Step) -> Result<Value, Failure> {
        let mut arguments = step.arguments.clone();
        let Some(cursor) = arguments.iter().position(|word| word.eq_ignore_ascii_case(b"CURSOR")) else {
            return self.ask(client, &arguments);
        };
        arguments[cursor] = b"0".to_vec();
        let mut all = Vec::new();
        loop {
            match self.ask(client, &arguments)? {
                Value::Array(parts) => match <[Value; 2]>::try_from(parts) {
                    Ok([Value::Bulk(next), Value::Array(found)]) => {
                        all.extend(found);
                        if next == b"0" {
                            return Ok(Value::Array(all));
                        }
                        arguments[cursor] = next;
                    }
                    Ok(other) => return Ok(Value::Array(other.into())),
                    Err(other) => return Ok(Value::Array(other)),
                },
                other => return Ok(other),
            }
        }
    }

    /// What is in the keyspace. The reference is this server itself where there is none.
    fn look_around(
        &mut self,
        mut reference: Option<&mut Connection>,
        state: &mut Vec<(String, Rule, Value)>,
    ) {
        for database in DATABASES {
            ask(&mut self.control, &["SELECT", database]);
            let mut keys = match ask(&mut self.control, &["KEYS", "*"]) {
                Value::Array(keys) => keys,
                other => panic!("{other:?} for KEYS"),
            };
            keys.sort_by_key(|key| format!("{key:?}"));
            for key in &keys {
                let Value::Bulk(key) = key else { panic!("{key:?} in KEYS") };
                let shown = |what: &str| format!("{what} {} of database {database}", key.escape_ascii());
                let kind = ask(&mut self.control, &[b"TYPE", &key[..]]);
                let encoding = ask(&mut self.control, &[&b"OBJECT"[..], b"ENCODING", key]);
                state.push((shown("TYPE"), Rule::Exact, kind.clone()));
                state.push((shown("OBJECT ENCODING"), Rule::Exact, encoding));
                state.push((shown("PTTL"), Rule::Near, ask(&mut self.control, &[b"PTTL", &key[..]])));
                let (read, rule) = reading(&kind);
                let content = ask(&mut self.control, &on(&read, key));
                state.push((shown("what is at"), rule, content));
                let Value::Bulk(payload) = ask(&mut self.control, &[b"DUMP", &key[..]]) else { continue };
                let there = reference.as_deref_mut().unwrap_or(&mut self.aside);
                let restore =
                    |payload: &[u8]| [b"RESTORE", &b"k"[..], b"0", payload, b"REPLACE"].map(<[u8]>::to_vec);
                state.push((
                    shown("RESTORE on redis-server of"),
                    Rule::Exact,
                    ask(there, &restore(&payload)),
                ));
                state.push((shown("as redis-server reads the dump of"), rule, ask(there, &on(&read, b"k"))));
                if let Value::Bulk(payload) = ask(there, &["DUMP", "k"]) {
                    let back = ask(&mut self.aside, &restore(&payload));
                    state.push((shown("RESTORE of redis-server's dump of"), Rule::Exact, back));
                    state.push((
                        shown("redis-server's dump of"),
                        rule,
                        ask(&mut self.aside, &on(&read, b"k")),
                    ));
                }
            }
            state.push((format!("keys of database {database}"), Rule::Exact, Value::Array(keys)));
        }
        ask(&mut self.control, &["SELECT", "0"]);
    }
}

fn ask<A: AsRef<[u8]>>(connection: &mut Connection, arguments: &[A]) -> Value {
    connection.command(arguments).expect("a reply")
}

/// What reads a whole value of a type, with `KEY` for its key, and how two such replies compare.
fn reading(kind: &Value) -> (Vec<&'static str>, Rule) {
    match kind {
        Value::Simple(kind) => match &kind[..] {
            b"list" => (vec!["LRANGE", "KEY", "0", "-1"], Rule::Exact),
            b"set" => (vec!["SMEMBERS", "KEY"], Rule::Unordered),
            b"hash" => (vec!["HGETALL", "KEY"], Rule::Pairs),
            b"zset" => (vec!["ZRANGE", "KEY", "0", "-1", "WITHSCORES"], Rule::Exact),
            // A string, or nothing any more.
            _ => (vec!["GET", "KEY"], Rule::Exact),
        },
        other => panic!("{other:?} for TYPE"),
    }
}

fn on(read: &[&str], key: &[u8]) -> Vec<Vec<u8>> {
    read.iter().map(|word| if *word == "KEY" { key } else { word.as_bytes() }.to_vec()).collect()
}

/// Takes in what a listener was told by now.
fn hear(listener: &mut Connection, heard: &mut Vec<(Vec<u8>, Vec<u8>)>) {
    listener.send(&resp::encode(&["PING", "now"])).expect("a question");
    loop {
        let Ok(Value::Array(parts)) = listener.reply() else { panic!("a listener hears nothing more") };
        let text = |value: &Value| if let Value::Bulk(text) = value { text.clone() } else { Vec::new() };
        match &parts[..] {
            [kind, _] if text(kind) == b"pong" => return,
            [.., channel, message] => heard.push((text(channel), text(message))),
            _ => {}
        }
    }
}

//! A blocking client: bytes out, replies in, and never waiting for longer than its timeout.

use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::harness::resp::{self, Value};

/// How long a reply may take before the test fails.
pub const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// One client's byte stream to a server: a socket, or a session of a simulated one.
pub trait Client {
    /// Hands the bytes over as one piece, as far as the medium allows.
    ///
    /// # Errors
    /// `Failure::Closed` when the server has hung up.
    fn send(&mut self, bytes: &[u8]) -> Result<(), Failure>;

    /// Appends at least one byte of what the server sent to `into`; waits for it if need be.
    ///
    /// # Errors
    /// `Failure::Closed` at the end of the stream, `Failure::TimedOut` when nothing came.
    fn receive(&mut self, into: &mut Vec<u8>) -> Result<(), Failure>;

    /// Switches this client to RESP3 if the medium can do so without a command; `false`: `HELLO 3` has to be sent.
    fn speak_resp3(&mut self) -> bool {
        false
    }
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The server closed the connection.
    Closed,
    /// No complete reply within the timeout.
    TimedOut,
    /// Bytes that are no RESP.
    Malformed(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Closed => f.write_str("(connection closed)"),
            Failure::TimedOut => f.write_str("(no reply in time)"),
            Failure::Malformed(what) => write!(f, "(no RESP: {what})"),
        }
    }
}

/// A client over TCP.
pub struct Tcp(TcpStream);

impl Tcp {
    /// Connects to a port of this machine.
    ///
    /// # Errors
    /// What `connect` says.
    pub fn connect(port: u16) -> std::io::Result<Tcp> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(REPLY_TIMEOUT))?;
        stream.set_write_timeout(Some(REPLY_TIMEOUT))?;
        Ok(Tcp(stream))
    }
}

impl Client for Tcp {
    fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.0.write_all(bytes).map_err(failure)
    }

    fn receive(&mut self, into: &mut Vec<u8>) -> Result<(), Failure> {
        let mut piece = [0; 16 * 1024];
        match self.0.read(&mut piece).map_err(failure)? {
            0 => Err(Failure::Closed),
            length => {
                into.extend_from_slice(&piece[..length]);
                Ok(())
            }
        }
    }
}

fn failure(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Failure::TimedOut,
        _ => Failure::Closed,
    }
}

/// Replies out of a client's byte stream.
pub struct Connection {
    client: Box<dyn Client>,
    received: Vec<u8>,
}

impl Connection {
    /// Reads replies from `client`.
    pub fn new(client: Box<dyn Client>) -> Connection {
        Connection { client, received: Vec::new() }
    }

    /// Connects to a port of this machine.
    ///
    /// # Errors
    /// What `connect` says.
    pub fn open(port: u16) -> std::io::Result<Connection> {
        Ok(Connection::new(Box::new(Tcp::connect(port)?)))
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// See [`Client::send`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.client.send(bytes)
    }

    /// The next reply.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn reply(&mut self) -> Result<Value, Failure> {
        loop {
            match resp::decode(&self.received) {
                Ok(Some((value, length))) => {
                    self.received.drain(..length);
                    return Ok(value);
                }
                Ok(None) => self.client.receive(&mut self.received)?,
                Err(what) => return Err(Failure::Malformed(what)),
            }
        }
    }

    /// The next `length` bytes, fewer if the connection ends or stays silent before.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        while self.received.len() < length && self.client.receive(&mut self.received).is_ok() {}
        self.received.drain(..length.min(self.received.len())).collect()
    }

    /// Whether the server has closed the connection and nothing was left to read.
    pub fn is_closed(&mut self) -> bool {
        self.received.is_empty() && self.client.receive(&mut self.received) == Err(Failure::Closed)
    }

    /// Bytes that were received and that nobody asked for.
    pub fn unread(&self) -> &[u8] {
        &self.received
    }

    /// Has the replies written in RESP3 from now on.
    ///
    /// # Errors
    /// `Failure::Malformed` with the reply if the server refuses.
    pub fn speak_resp3(&mut self) -> Result<(), Failure> {
        if self.client.speak_resp3() {
            return Ok(());
        }
        match self.command(&["HELLO", "3"])? {
            Value::Map(_) => Ok(()),
            other => Err(Failure::Malformed(format!("{other:?} to HELLO 3"))),
        }
    }

    /// Sends one command and returns its reply.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn command<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> Result<Value, Failure> {
        self.send(&resp::encode(arguments))?;
        self.reply()
    }

    /// One figure of INFO.
    pub fn figure(&mut self, name: &str) -> usize {
        let info = match self.command(&["INFO"]) {
            Ok(Value::Bulk(info) | Value::Verbatim { text: info, .. }) => info,
            other => panic!("INFO: {other:?}"),
        };
        let info = String::from_utf8(info).expect("text");
        let line = info.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.and_then(|figure| figure.parse().ok()).unwrap_or_else(|| panic!("{name} in {info}"))
    }
}

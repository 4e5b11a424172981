//! Clients that are not polite: raw sockets, and waiting for what must come true.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::connection::{Connection, Failure, REPLY_TIMEOUT};
use crate::harness::resp::{self, Value};
use crate::harness::server::Server;

/// A socket to the server.
pub fn socket(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    stream.set_read_timeout(Some(REPLY_TIMEOUT)).expect("a timeout");
    stream.set_write_timeout(Some(REPLY_TIMEOUT)).expect("a timeout");
    stream
}

/// Commands of words that are separated by single spaces, one after the other.
pub fn commands<S: AsRef<str>>(commands: impl IntoIterator<Item = S>) -> Vec<u8> {
    let encode = |command: S| resp::encode(&command.as_ref().split(' ').collect::<Vec<_>>());
    commands.into_iter().flat_map(encode).collect()
}

/// Ends the connection with a reset, as a crashed peer does.
pub fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("linger");
    drop(stream);
}

/// Everything until the server closes the connection, in whatever way. Fails if it does not in time.
pub fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let (mut all, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return all,
            Ok(length) => all.extend_from_slice(&piece[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("still open after {} bytes", all.len())
            }
            Err(_) => return all,
        }
    }
}

/// The next bytes, as many as `text` has, are `text`.
pub fn expect_text(stream: &mut TcpStream, text: &str) {
    let mut bytes = vec![0; text.len()];
    stream.read_exact(&mut bytes).unwrap_or_else(|error| panic!("{error} instead of {text:?}"));
    assert_eq!(String::from_utf8_lossy(&bytes), text);
}

/// Writes until the server takes no more for `patience`, or has closed the connection, or `most` bytes went; returns how
/// many bytes went.
pub fn pour(stream: &mut TcpStream, bytes: &[u8], most: usize, patience: Duration) -> usize {
    stream.set_write_timeout(Some(patience)).expect("a timeout");
    let mut written = 0;
    while written < most {
        // A part of a repetition may have gone: the next write goes on where it stopped.
        match stream.write(&bytes[written % bytes.len()..]) {
            Ok(length) => written += length,
            Err(_) => break,
        }
    }
    written
}

/// Whether the server answers PING on a new connection, and how long that takes.
pub fn ping(server: &Server) -> Duration {
    let started = Instant::now();
    assert_eq!(server.connect().command(&["PING"]), Ok(Value::Simple(b"PONG".to_vec())), "{}", server.log());
    started.elapsed()
}

/// A field of INFO.
pub fn info(connection: &mut Connection, section: &str, field: &str) -> String {
    let reply = connection.command(&["INFO", section]);
    let Ok(Value::Bulk(text)) = reply else { panic!("{reply:?} to INFO {section}") };
    let text = String::from_utf8(text).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {field} in {text}")).to_owned()
}

/// Waits until `condition` holds, and fails if it has not within `within`.
pub fn until(what: &str, within: Duration, mut condition: impl FnMut() -> bool) {
    const POLL: Duration = Duration::from_millis(5);
    let deadline = Instant::now() + within;
    while !condition() {
        assert!(Instant::now() < deadline, "after {within:?} still not: {what}");
        thread::sleep(POLL);
    }
}

/// A command's reply, which must come.
pub fn reply(connection: &mut Connection, command: &str) -> Value {
    let reply = connection.command(&command.split(' ').collect::<Vec<_>>());
    reply.unwrap_or_else(|failure: Failure| panic!("{failure} to {command}"))
}

/// A command that must be answered OK.
pub fn ok(connection: &mut Connection, command: &[&str]) {
    assert_eq!(connection.command(command), Ok(Value::Simple(b"OK".to_vec())), "{command:?}");
}

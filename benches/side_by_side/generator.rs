//! A small load generator: one thread, epoll, groups of connections that each send batches and await all replies.
//!
//! It exists for what redis-benchmark cannot do: Zipf keys, mixes, distinct keys for loading, and a paced load whose
//! latency counts from the moment a batch was due. The last matters for stalls: a client that waits for its reply before
//! it sends again would see one slow reply where a paced one sees every request that the stall held up.
//!
//! Sockets stay blocking: a batch is written only when all earlier replies have been read, so neither side can wait for
//! the other as long as a batch and its replies fit into the socket buffers ([`BATCH_BYTES_MAX`]).

use super::histogram::Histogram;
use super::replies::Replies;
use super::system::Epoll;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// A batch that is larger is cut short: what fits into a loopback socket's buffers with room to spare.
const BATCH_BYTES_MAX: usize = 128 * 1_024;

/// A server that says nothing for this long has hung.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// When a group has done its part.
#[derive(Clone, Copy)]
pub enum Until {
    /// After so many requests.
    Requests(u64),
    /// After so much time.
    Elapsed(Duration),
    /// When all groups that count requests or time are done.
    OthersEnd,
}

/// Writes one command in RESP at the end of the buffer.
pub type Source<'a> = Box<dyn FnMut(&mut Vec<u8>) + Send + 'a>;

/// Connections that send the same kind of commands.
pub struct Group<'a> {
    /// How many.
    pub connections: usize,
    /// Commands in a batch.
    pub depth: u64,
    /// The time between two batches of one connection, or as soon as the replies are in.
    pub every: Option<Duration>,
    /// When to stop.
    pub until: Until,
    /// The commands.
    pub source: Source<'a>,
}

/// What a group has seen.
pub struct Seen {
    /// From the first batch to the last reply.
    pub elapsed: Duration,
    /// Nanoseconds from the moment a request was due (paced) or sent to its reply.
    pub latency: Histogram,
}

impl Seen {
    /// Answered requests.
    pub fn requests(&self) -> u64 {
        self.latency.count()
    }
}

struct Connection {
    socket: TcpStream,
    group: usize,
    replies: Replies,
    in_flight: u64,
    sent: Instant,
    due: Instant,
}

/// Connects and exchanges a PING, so that the server has fully accepted the connection: what that costs it is no latency
/// of a command.
///
/// # Errors
/// A connection that fails or is refused with an error reply.
pub fn greet(port: u16) -> io::Result<TcpStream> {
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(SILENCE_MAX))?;
    socket.set_write_timeout(Some(SILENCE_MAX))?;
    socket.write_all(b"PING\r\n")?;
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        let mut byte = [0];
        socket.read_exact(&mut byte)?;
        line.extend_from_slice(&byte);
    }
    match line.strip_prefix(b"-") {
        Some(error) => {
            Err(io::Error::other(format!("error reply: {}", String::from_utf8_lossy(error).trim_end())))
        }
        None => Ok(socket),
    }
}

/// Drives all groups against the server on a loopback port until each is done.
///
/// # Errors
/// A connection that fails, a server that hangs, and any error reply.
pub fn drive(port: u16, groups: Vec<Group<'_>>) -> Result<Vec<Seen>, String> {
    Run::connect(port, groups).map_err(|error| error.to_string())?.until_done()
}

struct Run<'a> {
    groups: Vec<Group<'a>>,
    seen: Vec<Seen>,
    asked: Vec<u64>,
    connections: Vec<Connection>,
    epoll: Epoll,
    start: Instant,
    buffer: Vec<u8>,
}

impl<'a> Run<'a> {
    fn connect(port: u16, groups: Vec<Group<'a>>) -> io::Result<Self> {
        let epoll = Epoll::new()?;
        let mut connections = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            for _ in 0..group.connections {
                let socket = greet(port)?;
                epoll.add(socket.as_fd(), connections.len() as u64)?;
                let now = Instant::now();
                let replies = Replies::default();
                connections.push(Connection {
                    socket,
                    group: index,
                    replies,
                    in_flight: 0,
                    sent: now,
                    due: now,
                });
            }
        }
        let empty = || Seen { elapsed: Duration::ZERO, latency: Histogram::new() };
        let seen = groups.iter().map(|_| empty()).collect();
        let asked = vec![0; groups.len()];
        Ok(Self { groups, seen, asked, connections, epoll, start: Instant::now(), buffer: Vec::new() })
    }

    fn until_done(mut self) -> Result<Vec<Seen>, String> {
        self.start = Instant::now();
        self.spread_paced_starts();
        let paced = self.groups.iter().any(|group| group.every.is_some());
        let mut ready = Vec::new();
        let mut last_word = Instant::now();
        let mut input = vec![0; 64 * 1_024];
        for index in 0..self.connections.len() {
            self.send_if_due(index).map_err(|error| error.to_string())?;
        }
        while self.connections.iter().any(|connection| connection.in_flight > 0) || !self.all_done() {
            // A paced load looks at the clock all the time: a sleeping one would measure its own wake-up.
            self.epoll.wait(&mut ready, if paced { 0 } else { 100 }).map_err(|error| error.to_string())?;
            for &token in &ready {
                self.receive(token as usize, &mut input)?;
                self.send_if_due(token as usize).map_err(|error| error.to_string())?;
            }
            if !ready.is_empty() {
                last_word = Instant::now();
            } else if last_word.elapsed() > SILENCE_MAX {
                return Err(format!("no reply for {SILENCE_MAX:?}"));
            }
            if paced {
                for index in 0..self.connections.len() {
                    self.send_if_due(index).map_err(|error| error.to_string())?;
                }
            }
        }
        Ok(self.seen)
    }

    /// Connections of a paced group start at different moments of the interval, not in one burst.
    fn spread_paced_starts(&mut self) {
        let mut position = vec![0_u32; self.groups.len()];
        for connection in &mut self.connections {
            let group = &self.groups[connection.group];
            let step = group.every.unwrap_or_default() / group.connections.max(1) as u32;
            connection.due = self.start + step * position[connection.group];
            position[connection.group] += 1;
        }
    }

    fn counts_are_done(&self, index: usize) -> bool {
        match self.groups[index].until {
            Until::Requests(requests) => self.asked[index] >= requests,
            Until::Elapsed(limit) => self.start.elapsed() >= limit,
            Until::OthersEnd => true,
        }
    }

    fn all_done(&self) -> bool {
        (0..self.groups.len()).all(|index| self.counts_are_done(index))
    }

    fn wants_more(&self, index: usize) -> bool {
        match self.groups[index].until {
            Until::OthersEnd => {
                let others_wait = |c: &Connection| {
                    c.in_flight > 0 && !matches!(self.groups[c.group].until, Until::OthersEnd)
                };
                !self.all_done() || self.connections.iter().any(others_wait)
            }
            _ => !self.counts_are_done(index),
        }
    }

    fn send_if_due(&mut self, index: usize) -> io::Result<()> {
        let connection = &self.connections[index];
        let group_index = connection.group;
        let now = Instant::now();
        let paced = self.groups[group_index].every.is_some();
        if connection.in_flight > 0 || (paced && now < connection.due) || !self.wants_more(group_index) {
            return Ok(());
        }
        let group = &mut self.groups[group_index];
        let left = match group.until {
            Until::Requests(requests) => requests - self.asked[group_index],
            _ => u64::MAX,
        };
        self.buffer.clear();
        let mut batch = 0;
        while batch < group.depth.min(left) && self.buffer.len() < BATCH_BYTES_MAX {
            (group.source)(&mut self.buffer);
            batch += 1;
        }
        self.asked[group_index] += batch;
        let connection = &mut self.connections[index];
        connection.in_flight = batch;
        connection.sent = if paced { connection.due } else { now };
        connection.due += group.every.unwrap_or_default();
        connection.socket.write_all(&self.buffer)
    }

    fn receive(&mut self, index: usize, input: &mut [u8]) -> Result<(), String> {
        let connection = &mut self.connections[index];
        let length = connection.socket.read(input).map_err(|error| error.to_string())?;
        if length == 0 {
            return Err("the server closed a connection".to_owned());
        }
        let complete = connection.replies.take(&input[..length])?;
        if let Some(error) = connection.replies.error.take() {
            return Err(format!("error reply: {error}"));
        }
        let now = Instant::now();
        connection.in_flight =
            connection.in_flight.checked_sub(complete).ok_or("more replies than requests".to_owned())?;
        let seen = &mut self.seen[connection.group];
        seen.latency.record((now - connection.sent).as_nanos() as u64, complete);
        seen.elapsed = now - self.start;
        Ok(())
    }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    /// A server that answers every line with `+OK`, and is silent once for `stall` after `before_stall` requests.
    fn echo_server(before_stall: u64, stall: Duration) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                thread::spawn(move || {
                    let mut input = [0; 4_096];
                    let mut served = 0;
                    while let Ok(length @ 1..) = socket.read(&mut input) {
                        for _ in input[..length].iter().filter(|byte| **byte == b'\n') {
                            served += 1;
                            if served == before_stall {
                                thread::sleep(stall);
                            }
                            if socket.write_all(b"+OK\r\n").is_err() {
                                return;
                            }
                        }
                    }
                });
            }
        });
        port
    }

    fn ping() -> Source<'static> {
        Box::new(|out| out.extend_from_slice(b"PING\n"))
    }

    #[test]
    fn exactly_the_wanted_requests_are_sent_and_counted() {
        let port = echo_server(0, Duration::ZERO);
        let group =
            Group { connections: 3, depth: 7, every: None, until: Until::Requests(1_000), source: ping() };
        let seen = drive(port, vec![group]).unwrap();
        assert_eq!(seen[0].requests(), 1_000);
        assert!(seen[0].elapsed > Duration::ZERO);
    }

    #[test]
    fn a_stall_counts_for_every_request_that_was_due_in_it() {
        let port = echo_server(20, Duration::from_millis(200));
        let every = Some(Duration::from_millis(2));
        let until = Until::Elapsed(Duration::from_millis(600));
        let group = Group { connections: 1, depth: 1, every, until, source: ping() };
        let seen = drive(port, vec![group]).unwrap();
        // 100 of at most 300 requests were due within the stall: a closed loop would have seen a single slow one.
        assert!(seen[0].latency.quantile(0.85) > 50_000_000, "{} ns", seen[0].latency.quantile(0.85));
    }

    #[test]
    fn a_group_without_a_count_ends_with_the_others() {
        let port = echo_server(0, Duration::ZERO);
        let counted =
            Group { connections: 1, depth: 2, every: None, until: Until::Requests(200), source: ping() };
        let follows =
            Group { connections: 2, depth: 1, every: None, until: Until::OthersEnd, source: ping() };
        let seen = drive(port, vec![counted, follows]).unwrap();
        assert_eq!(seen[0].requests(), 200);
        assert!(seen[1].requests() > 0);
    }

    #[test]
    fn an_error_reply_ends_the_run() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            socket.write_all(b"-ERR no\r\n").unwrap();
            let _ = socket.read(&mut [0; 16]);
            thread::sleep(Duration::from_millis(200));
        });
        let group =
            Group { connections: 1, depth: 1, every: None, until: Until::Requests(5), source: ping() };
        assert_eq!(drive(port, vec![group]).err().as_deref(), Some("error reply: ERR no"));
    }
}

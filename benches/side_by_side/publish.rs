//! What a published message costs the server per subscriber that gets it: 1,000 subscribers of one channel, one publisher.
//!
//! The publisher sends its next pipeline when every subscriber has all messages of the last one. The subscribers are read by
//! one thread, as their sockets become readable. It looks for them from time to time rather than wait for them: the kernel
//! charges the server for waking up a thread that waits, which costs more than the message where that thread is to run on
//! another CPU, and which subscribers on other machines would not cost it. Each one's bytes are counted, since all messages are alike: a lost message
//! ends the run with an error, and so does one too many.

use super::commands::command;
use super::generator::greet;
use super::histogram::Histogram;
use super::measure::{Cell, Cells, Measure};
use super::options::Size;
use super::placement;
use super::rounds::Ground;
use super::server::{Server, Target};
use super::system::Epoll;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// Subscribers of the channel.
pub const SUBSCRIBERS: usize = 1_000;
const CHANNEL: &[u8] = b"news";
const PAYLOAD: [u8; 32] = [b'x'; 32];
/// A message that has not come after this time is lost.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// Between two looks at sockets that have nothing to read.
const NAP: Duration = Duration::from_micros(50);
/// How long the run waits for messages that nobody published.
const SURPLUS_WAIT_MS: i32 = 20;
/// A subscriber's messages of a pipeline fit into it many times over.
const INPUT_BYTES: usize = 64 * 1_024;

/// One row.
struct Row {
    name: &'static str,
    /// Messages that are published at once.
    pipeline: u64,
    /// Messages of a full run.
    messages: u64,
}

const ROWS: [Row; 2] = [
    Row { name: "publish/one", pipeline: 1, messages: 1_000 },
    Row { name: "publish/pipeline10", pipeline: 10, messages: 2_000 },
];
/// A quick run publishes this part of the messages.
const QUICK_DIVISOR: u64 = 5;

/// Whether a server takes part: one thread, and four shards.
pub fn takes(target: Target) -> bool {
    target.is_plain() || matches!(target, Target::RedisLoose | Target::Kvadrant(4))
}

/// Measures all rows in interleaved rounds. Requests are messages that reached a subscriber; latencies are from the
/// sending of a pipeline until all subscribers have all of it.
///
/// # Errors
/// A server that does not start, or too few descriptors for the subscribers.
pub fn run(ground: &Ground<'_>, targets: &[Target], rounds: usize) -> Result<Cells, String> {
    // Sockets of the subscribers and, inherited by the server, of its side.
    rlimit::increase_nofile_limit(4 * SUBSCRIBERS as u64)
        .map_err(|error| format!("RLIMIT_NOFILE: {error}"))?;
    let start = |target: &Target| Server::start(*target, ground.programs, ground.placement);
    let servers = targets.iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let mut cells = Cells::default();
    for row in ROWS {
        eprintln!("[publish] {}", row.name);
        let empty = |server: &Server| Cell {
            workload: row.name.to_owned(),
            target: server.target,
            rounds: Vec::new(),
            errors: Vec::new(),
        };
        let mut row_cells: Vec<Cell> = servers.iter().map(empty).collect();
        for round in 0..rounds {
            for step in 0..servers.len() {
                let index = (step + round) % servers.len();
                let (server, cell) = (&servers[index], &mut row_cells[index]);
                let result = placement::run_on(server.target.load_cpus(ground.placement), || {
                    once(ground, &row, server)
                });
                if let Err(error) = &result {
                    eprintln!("  {} on {}: {error}", row.name, server.target);
                    cell.errors.push(error.clone());
                }
                cell.rounds.push(result.ok());
            }
        }
        cells.0.extend(row_cells);
    }
    Ok(cells)
}

fn once(ground: &Ground<'_>, row: &Row, server: &Server) -> Result<Measure, String> {
    let messages = if ground.size == Size::Full { row.messages } else { row.messages / QUICK_DIVISOR };
    let mut audience = Audience::subscribe(server.port, SUBSCRIBERS)?;
    server.settle();
    let (before, start) = (server.cpu_ns(), Instant::now());
    let mut latency = Histogram::new();
    for _ in 0..messages / row.pipeline {
        let sent = Instant::now();
        audience.publish(row.pipeline)?;
        latency.record(sent.elapsed().as_nanos() as u64, 1);
    }
    let elapsed = start.elapsed();
    let used_ns = server.cpu_ns().saturating_sub(before);
    audience.hears_nothing_more()?;
    drop(audience);
    server.settle();
    let delivered = (messages * SUBSCRIBERS as u64) as f64;
    let at = |q| latency.quantile(q) as f64 / 1_000.0;
    Ok(Measure {
        rps: delivered / elapsed.as_secs_f64(),
        p50_us: at(0.5),
        p99_us: at(0.99),
        p999_us: at(0.999),
        cpu_us: used_ns as f64 / 1_000.0 / delivered,
    })
}

/// The subscribers and the publisher, who is the last of the connections.
struct Audience {
    connections: Vec<Listener>,
    epoll: Epoll,
    ready: Vec<u64>,
    input: Vec<u8>,
    /// What a subscriber gets for a message.
    message_bytes: u64,
    /// What the publisher gets for a message: the number of subscribers.
    answer: Vec<u8>,
    silence_max: Duration,
}

struct Listener {
    socket: TcpStream,
    /// Bytes that are still to come.
    owed: u64,
}

impl Audience {
    fn subscribe(port: u16, subscribers: usize) -> Result<Self, String> {
        let connect = || -> std::io::Result<Self> {
            let epoll = Epoll::new()?;
            let mut connections = Vec::with_capacity(subscribers + 1);
            let mut subscribe = Vec::new();
            command(&mut subscribe, &[b"SUBSCRIBE", CHANNEL]);
            let mut confirmed = vec![0; subscribed().len()];
            for token in 0..=subscribers {
                let mut socket = greet(port)?;
                if token < subscribers {
                    socket.write_all(&subscribe)?;
                    socket.read_exact(&mut confirmed)?;
                    if confirmed != subscribed() {
                        let said = String::from_utf8_lossy(&confirmed).into_owned();
                        return Err(std::io::Error::other(format!("no subscription: {said:?}")));
                    }
                }
                epoll.add(socket.as_fd(), token as u64)?;
                connections.push(Listener { socket, owed: 0 });
            }
            let message_bytes = message().len() as u64;
            let answer = format!(":{subscribers}\r\n").into_bytes();
            let (ready, input) = (Vec::new(), vec![0; INPUT_BYTES]);
            Ok(Self { connections, epoll, ready, input, message_bytes, answer, silence_max: SILENCE_MAX })
        };
        connect().map_err(|error| format!("{subscribers} subscribers: {error}"))
    }

    /// Publishes so many messages at once and returns when every subscriber has each of them.
    fn publish(&mut self, messages: u64) -> Result<(), String> {
        let mut batch = Vec::new();
        for _ in 0..messages {
            command(&mut batch, &[b"PUBLISH", CHANNEL, &PAYLOAD]);
        }
        let publisher = self.connections.len() - 1;
        for (index, listener) in self.connections.iter_mut().enumerate() {
            let bytes = if index == publisher { self.answer.len() as u64 } else { self.message_bytes };
            listener.owed = messages * bytes;
        }
        self.connections[publisher].socket.write_all(&batch).map_err(|error| error.to_string())?;
        let mut waiting = self.connections.len();
        let mut last_word = Instant::now();
        while waiting > 0 {
            self.epoll.wait(&mut self.ready, 0).map_err(|error| error.to_string())?;
            for at in 0..self.ready.len() {
                let index = self.ready[at] as usize;
                waiting -= usize::from(self.receive(index, index == publisher)?);
            }
            if !self.ready.is_empty() {
                last_word = Instant::now();
            } else if last_word.elapsed() > self.silence_max {
                let missing: u64 =
                    self.connections[..publisher].iter().map(|c| c.owed.div_ceil(self.message_bytes)).sum();
                return Err(format!("{missing} messages are missing after {:?}", self.silence_max));
            } else {
                std::thread::sleep(NAP);
            }
        }
        Ok(())
    }

    /// Reads what has come; whether nothing is owed any more.
    fn receive(&mut self, index: usize, is_publisher: bool) -> Result<bool, String> {
        let listener = &mut self.connections[index];
        let length = listener.socket.read(&mut self.input).map_err(|error| error.to_string())?;
        if length == 0 {
            return Err("the server closed a connection".to_owned());
        }
        let input = &self.input[..length];
        if is_publisher && !continues(&self.answer, listener.owed, input) {
            return Err(format!("PUBLISH was answered {:?}", String::from_utf8_lossy(input)));
        }
        let surplus = || format!("{} got more than was published: {length} bytes", name(is_publisher));
        listener.owed = listener.owed.checked_sub(length as u64).ok_or_else(surplus)?;
        Ok(listener.owed == 0)
    }

    /// Waits a moment for bytes that should not come.
    fn hears_nothing_more(&mut self) -> Result<(), String> {
        self.epoll.wait(&mut self.ready, SURPLUS_WAIT_MS).map_err(|error| error.to_string())?;
        match self.ready.first() {
            None => Ok(()),
            Some(_) => Err("more came than was published".to_owned()),
        }
    }
}

fn name(is_publisher: bool) -> &'static str {
    if is_publisher { "the publisher" } else { "a subscriber" }
}

/// Whether `input` goes on with whole repetitions of `unit` that end `owed` bytes after its start.
fn continues(unit: &[u8], owed: u64, input: &[u8]) -> bool {
    let length = unit.len() as u64;
    let from = (length - owed % length) % length;
    input.iter().zip(unit.iter().cycle().skip(from as usize)).all(|(said, due)| said == due)
}

/// The confirmation of a subscription.
fn subscribed() -> Vec<u8> {
    let mut reply = Vec::new();
    command(&mut reply, &[b"subscribe", CHANNEL]);
    reply[1] = b'3';
    reply.extend_from_slice(b":1\r\n");
    reply
}

/// One message, as a subscriber gets it.
fn message() -> Vec<u8> {
    let mut message = Vec::new();
    command(&mut message, &[b"message", CHANNEL, &PAYLOAD]);
    message
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, TcpListener};
    use std::sync::{Arc, Mutex};
    use std::thread;

    /// Serves PING, SUBSCRIBE and PUBLISH, each told by its arguments' count; each message goes to a subscriber as often as
    /// `times` says for its number.
    fn channel(times: fn(usize) -> usize) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let subscribers: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (mut socket, subscribers) = (socket.unwrap(), Arc::clone(&subscribers));
                thread::spawn(move || {
                    let mut input = [0; 4_096];
                    while let Ok(length @ 1..) = socket.read(&mut input) {
                        let text = String::from_utf8_lossy(&input[..length]).into_owned();
                        if text.starts_with("PING") {
                            socket.write_all(b"+PONG\r\n").unwrap();
                        } else if text.starts_with("*2") {
                            // Before it is told so: who is told may have somebody publish at once.
                            subscribers.lock().unwrap().push(socket.try_clone().unwrap());
                            socket.write_all(&subscribed()).unwrap();
                        }
                        for _ in text.matches("PUBLISH") {
                            let all = subscribers.lock().unwrap();
                            for (index, subscriber) in all.iter().enumerate() {
                                let mut subscriber = subscriber;
                                subscriber.write_all(&message().repeat(times(index))).unwrap();
                            }
                            socket.write_all(format!(":{}\r\n", all.len()).as_bytes()).unwrap();
                        }
                    }
                });
            }
        });
        port
    }

    #[test]
    fn every_subscriber_gets_every_message_of_a_pipeline() {
        let mut audience = Audience::subscribe(channel(|_| 1), 5).unwrap();
        for pipeline in [1, 10, 3] {
            audience.publish(pipeline).unwrap();
        }
        audience.hears_nothing_more().unwrap();
    }

    #[test]
    fn a_message_that_is_lost_is_an_error() {
        let mut audience = Audience::subscribe(channel(|index| usize::from(index != 3)), 5).unwrap();
        audience.silence_max = Duration::from_millis(50);
        assert_eq!(audience.publish(2).unwrap_err(), "2 messages are missing after 50ms");
    }

    #[test]
    fn a_message_that_comes_twice_is_an_error() {
        let mut audience = Audience::subscribe(channel(|index| 1 + usize::from(index == 3)), 5).unwrap();
        let result = audience.publish(2).and_then(|()| audience.hears_nothing_more());
        assert!(result.unwrap_err().contains("more"));
    }

    #[test]
    fn answers_are_checked_wherever_they_are_cut() {
        let unit = b":5\r\n";
        assert!(continues(unit, 8, b":5\r\n:5\r\n"));
        assert!(continues(unit, 6, b"\r\n:5"));
        assert!(!continues(unit, 8, b":4\r\n"));
        assert!(!continues(unit, 7, b":5\r\n"));
    }

    #[test]
    fn messages_have_the_form_that_subscribers_get() {
        assert_eq!(subscribed(), b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
        assert!(message().starts_with(b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$32\r\nxx"));
    }
}

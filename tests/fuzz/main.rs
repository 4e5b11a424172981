//! Random and damaged requests at live servers.
//!
//! Each seed is a stream of bytes (`stream`). It goes to redis-server in one piece and to Kvadrant in random pieces; both
//! must send the same bytes back and then close the connection. Between streams the server must answer others promptly,
//! and at the end it must be alive, small, and have nothing to complain about.
//!
//! `KVADRANT_SEED=7` replays one seed; `KVADRANT_FIRST_SEED` and `KVADRANT_SEEDS` choose a range.

#[path = "../harness/mod.rs"]
mod harness;

mod reference;
mod stream;

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use harness::connection::REPLY_TIMEOUT;
use harness::resp::Value;
use harness::seeds::seeds;
use harness::server::Server;
use stream::Draw;

/// Seeds in a run of the tests.
const SEEDS: u64 = 1_500;

/// The memory that a server may take in all, in bytes. A debugging build takes some 60 MiB.
const MEMORY_MAX_BYTES: u64 = 400 << 20;

/// Sends `pieces` and returns all that comes back until the server closes the connection.
fn exchange<'a>(server: &Server, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, String> {
    let mut socket = TcpStream::connect(("127.0.0.1", server.port())).map_err(|error| error.to_string())?;
    socket.set_nodelay(true).and_then(|()| socket.set_read_timeout(Some(REPLY_TIMEOUT))).expect("options");
    for piece in pieces {
        // The server may have closed the connection for what came before.
        if socket.write_all(piece).is_err() {
            break;
        }
    }
    let _ = socket.shutdown(Shutdown::Write);
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        match socket.read(&mut piece) {
            Ok(0) => return Ok(all),
            Ok(length) => all.extend_from_slice(&piece[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(format!("the connection stays open behind {}", all.escape_ascii()));
            }
            Err(_) => return Ok(all),
        }
    }
}

/// Cuts a stream at random.
fn cut<'a>(draw: &mut Draw, stream: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = stream;
    let most = [1, 8, 64, 4096][draw.below(4)];
    // Each piece is a system call: a long stream in single bytes ends in one piece.
    while !rest.is_empty() && pieces.len() < 100 {
        let (piece, more) = rest.split_at((1 + draw.below(most)).min(rest.len()));
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    pieces
}

fn empty(server: &Server) {
    let started = Instant::now();
    let emptied = server.connect().command(&["FLUSHALL"]);
    assert_eq!(emptied, Ok(Value::Simple(b"OK".to_vec())), "{}", server.log());
    assert!(started.elapsed() < Duration::from_secs(2), "FLUSHALL took {:?}", started.elapsed());
}

fn resident_bytes(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("the server lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).expect("kB") * 1024
}

#[test]
fn damaged_requests_are_answered_as_redis_answers_them() {
    const SHOWN: usize = 5;
    let redis = Server::redis(&[]);
    // Redis takes so many arguments; Kvadrant does when told to.
    let arguments = ["--client-max-arguments", "2147483647"];
    let mut servers = [1, 4].map(|shards| (shards, Server::kvadrant(shards, &arguments)));
    let mut differences = Vec::new();
    for seed in seeds(SEEDS) {
        let mut draw = Draw::new(seed);
        let mut stream = draw.stream();
        // In a command on a line, Redis takes a zero byte for the end of all that it has received, and waits.
        stream.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = 1);
        empty(&redis);
        let expected = exchange(&redis, [&stream[..]]).expect("redis-server answers");
        for (shards, server) in &servers {
            empty(server);
            let pieces = cut(&mut draw, &stream);
            let answer = exchange(server, pieces);
            if answer.as_ref() != Ok(&expected) && !answer.as_ref().is_ok_and(|here| lacks(here, &expected)) {
                let here = answer.map(|bytes| bytes.escape_ascii().to_string());
                let (sent, redis) = (stream.escape_ascii(), expected.escape_ascii());
                differences.push(format!(
                    "KVADRANT_SEED={seed}, {shards} shards\nsent  {sent}\nredis {redis}\nhere  {here:?}\n"
                ));
            }
        }
        if differences.len() >= SHOWN {
            break;
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    for (_, server) in &mut servers {
        assert_unharmed(server);
    }
}

/// Whether damage made a command out of another that Redis has and Kvadrant has not, LSET out of HSET.
fn lacks(here: &[u8], redis: &[u8]) -> bool {
    const UNKNOWN: &[u8] = b"-ERR unknown command";
    let count = |bytes: &[u8]| bytes.windows(UNKNOWN.len()).filter(|window| *window == UNKNOWN).count();
    count(here) > count(redis)
}

/// Still there, still small, and nothing in its log.
fn assert_unharmed(server: &mut Server) {
    assert!(server.is_running(), "{}", server.log());
    assert!(!server.log().contains("ERROR") && !server.log().contains("panic"), "{}", server.log());
    let resident = resident_bytes(server);
    assert!(resident < MEMORY_MAX_BYTES, "{} MiB", resident >> 20);
}

#[test]
fn many_connections_of_damaged_requests_hold_up_nobody() {
    const CONNECTIONS: usize = 40;
    for shards in [1, 4] {
        let mut server = Server::kvadrant(shards, &[]);
        for first in seeds(SEEDS).step_by(CONNECTIONS).take(8) {
            let mut clients = Vec::new();
            for seed in first..first + CONNECTIONS as u64 {
                let mut draw = Draw::new(seed);
                let stream = draw.stream();
                let socket = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
                let pieces: Vec<Vec<u8>> = cut(&mut draw, &stream).into_iter().map(<[u8]>::to_vec).collect();
                clients.push((socket, pieces.into_iter()));
            }
            // A piece of each in turn; none is read, some are closed by the server on the way.
            let mut open = clients.len();
            while open > 0 {
                open = 0;
                for (socket, pieces) in &mut clients {
                    if let Some(piece) = pieces.next() {
                        open += 1;
                        let _ = socket.write_all(&piece);
                    }
                }
            }
            let started = Instant::now();
            let pong = server.connect().command(&["PING"]);
            assert_eq!(pong, Ok(Value::Simple(b"PONG".to_vec())), "seeds from {first}: {}", server.log());
            assert!(
                started.elapsed() < Duration::from_secs(2),
                "seeds from {first}: {:?}",
                started.elapsed()
            );
        }
        assert_unharmed(&mut server);
    }
}

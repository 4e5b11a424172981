//! Counters and a log that many clients write: no increment and no token is lost or comes twice.

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, integer},
};

/// The keys of the counters.
pub const COUNTERS: [&[u8]; 3] = [b"count:a", b"count:b", b"count:c"];

/// The key of the log.
pub const LOG: &[u8] = b"log";

/// Bytes of one token in the log.
pub const TOKEN_BYTES: usize = 8;

/// Token number `index` of a client.
pub fn token(client: usize, index: u64) -> Vec<u8> {
    format!("{client:02}-{index:04}.").into_bytes()
}

/// Increments and appends.
pub struct Counter {
    client: usize,
    left: usize,
}

impl Counter {
    /// Client number `client`; will do so `times` times.
    pub fn new(client: usize, times: usize) -> Self {
        Self { client, left: times }
    }

    fn next(&mut self, board: &mut Board, rng: &mut Rng) -> Asked {
        self.left -= 1;
        if rng.below(3) == 0 { self.append(board) } else { increment(board, rng) }
    }

    fn append(&self, board: &mut Board) -> Asked {
        let logged = board.logged.entry(self.client).or_default();
        let token = token(self.client, *logged);
        *logged += 1;
        let known = board.log_known;
        ask(&[b"APPEND", LOG, &token], move |got, board| {
            let length = integer(got)?;
            if length <= known || length % TOKEN_BYTES as i64 != 0 {
                return Err(format!("the log has {length} bytes after {known} were known"));
            }
            board.log_known = board.log_known.max(length);
            Ok(())
        })
    }
}

fn increment(board: &mut Board, rng: &mut Rng) -> Asked {
    let key = COUNTERS[rng.below(COUNTERS.len())];
    let count = board.counts.entry(key.to_vec()).or_default();
    count.sent += 1;
    let known = count.known();
    ask(&[b"INCR", key], move |got, board| {
        let value = integer(got)?;
        if value <= known {
            return Err(format!("{} came to {value} after {known}", key.escape_ascii()));
        }
        let fresh = board.counts.entry(key.to_vec()).or_default().answered.insert(value);
        if fresh { Ok(()) } else { Err(format!("{} came to {value} twice", key.escape_ascii())) }
    })
}

impl Program for Counter {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 8 {
            return Act::Wait;
        }
        let count = self.left.min(1 + rng.below(6));
        Act::Send((0..count).map(|_| self.next(board, rng)).collect())
    }
}

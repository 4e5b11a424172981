//! A client that hangs up in the middle of its pipelines, and comes back.

use shards::structures::random::Rng;

use super::counters::COUNTERS;
use crate::{
    board::Board,
    program::{Act, Asked, Program, ask},
};

/// Bytes of a value that never arrives whole.
const LARGE_BYTES: usize = 50_000;

/// Vanishes a number of times.
pub struct Vanisher {
    left: usize,
    client: usize,
}

impl Vanisher {
    /// Client number `client`; will vanish `times` times.
    pub fn new(client: usize, times: usize) -> Self {
        Self { left: times, client }
    }

    fn next(&self, board: &mut Board, rng: &mut Rng) -> Asked {
        let own = |index: usize| format!("gone:{}:{index}", self.client).into_bytes();
        let (key, other) = (own(rng.below(4)), own(rng.below(4)));
        match rng.below(6) {
            0 => ask(&[b"SET", &key, &vec![b'v'; LARGE_BYTES]], |_, _| Ok(())),
            1 => ask(&[b"GET", &key], |_, _| Ok(())),
            2 => ask(&[b"MSET", &key, b"1", &other, b"2"], |_, _| Ok(())),
            3 => ask(&[b"KEYS", b"gone:*"], |_, _| Ok(())),
            _ => {
                let key = COUNTERS[rng.below(COUNTERS.len())];
                board.counts.entry(key.to_vec()).or_default().unsure += 1;
                ask(&[b"INCR", key], |_, _| Ok(()))
            }
        }
    }
}

impl Program for Vanisher {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 0 && rng.below(2) == 0 {
            self.left -= 1;
            return Act::Vanish;
        }
        Act::Send((0..=rng.below(8)).map(|_| self.next(board, rng)).collect())
    }
}

//! Keys on different cores that are only ever written together: nobody sees them differ, and a client sees its own writes.

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, ask_exactly, elements, equal, leading_number, ok},
    resp::Value,
};

/// Writes all keys at once, and with them keys that nobody else writes.
pub struct PairWriter {
    keys: Vec<Vec<u8>>,
    own: Vec<Vec<u8>>,
    left: usize,
}

impl PairWriter {
    /// Will write `times` times to `keys`, shared with others, and `own`.
    pub fn new(keys: Vec<Vec<u8>>, own: Vec<Vec<u8>>, times: usize) -> Self {
        Self { keys, own, left: times }
    }
}

impl Program for PairWriter {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 4 {
            return Act::Wait;
        }
        self.left -= 1;
        board.written_together += 1;
        let number = board.written_together.to_string().into_bytes();
        let mut command: Vec<&[u8]> = vec![b"MSET"];
        for key in self.keys.iter().chain(&self.own) {
            command.extend([key.as_slice(), &number]);
        }
        let mut pipeline = vec![ask_exactly(&command, ok())];
        // What is asked behind it, of whichever core, does not overtake it.
        for _ in 0..rng.below(3) {
            let own = &self.own[rng.below(self.own.len())];
            let expected = Value::Bulk(number.clone());
            pipeline.push(ask(&[b"GET", own], move |got, _| equal(got, &expected)));
        }
        Act::Send(pipeline)
    }
}

/// Reads all keys at once.
pub struct PairReader {
    keys: Vec<Vec<u8>>,
    left: usize,
}

impl PairReader {
    /// Will read `times` times.
    pub fn new(keys: Vec<Vec<u8>>, times: usize) -> Self {
        Self { keys, left: times }
    }

    fn all(&self) -> Asked {
        let mut command: Vec<&[u8]> = vec![b"MGET"];
        command.extend(self.keys.iter().map(Vec::as_slice));
        ask(&command, |got, _| {
            let numbers = elements(got)?.iter().map(leading_number).collect::<Result<Vec<_>, _>>()?;
            if numbers.iter().any(|number| *number != numbers[0]) {
                return Err(format!("a write is torn: {numbers:?}"));
            }
            Ok(())
        })
    }
}

impl Program for PairReader {
    fn act(&mut self, waiting: usize, _board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 3 {
            return Act::Wait;
        }
        self.left -= 1;
        Act::Send((0..=rng.below(2)).map(|_| self.all()).collect())
    }
}

//! Keys with one writer each. A pipeline's writes count upwards, over keys of all cores; who knows of one write, because it was
//! answered or because anyone has read it anywhere, must find all that were sent before it.
//!
//! "Knows" is meant strictly: a read counts from when its reply has come, and must find what was known when it was *sent*. Two
//! reads of one pipeline are under way together; of these only reads of the same key are ordered.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, bulk, elements, equal, leading_number, ok},
    resp::Value,
};

/// Bytes of a value that is received in an allocation of its own.
const LARGE_BYTES: usize = 33_000;

/// Writes its registers in pipelines.
pub struct Writer {
    index: usize,
    keys: Vec<Vec<u8>>,
    left: usize,
    large: bool,
}

impl Writer {
    /// Will write `writes` times to `keys`, which no other client writes; some values are large if `large`.
    pub fn new(keys: Vec<Vec<u8>>, writes: usize, large: bool, board: &mut Board) -> Self {
        board.writes.push(crate::board::Writes::default());
        Self { index: board.writes.len() - 1, keys, left: writes, large }
    }

    fn write(&mut self, board: &mut Board, rng: &mut Rng) -> Asked {
        self.left -= 1;
        let writer = self.index;
        let count = if rng.below(6) == 0 { 2 + rng.below(3) } else { 1 };
        let mut keys: Vec<Vec<u8>> =
            (0..count).map(|_| self.keys[rng.below(self.keys.len())].clone()).collect();
        keys.sort();
        keys.dedup();
        let number = board.writes[writer].send(&keys);
        let mut value = format!("{number}:").into_bytes();
        if self.large && rng.below(12) == 0 {
            value.resize(LARGE_BYTES, b'x');
        }
        let mut arguments: Vec<&[u8]> = vec![if keys.len() == 1 { b"SET" } else { b"MSET" }];
        for key in &keys {
            arguments.extend([key.as_slice(), &value]);
        }
        let first = keys[0].clone();
        ask(&arguments, move |got, board| {
            equal(got, &ok())?;
            board.writes[writer].learn(&first, number)
        })
    }
}

impl Program for Writer {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 0 && rng.below(2) == 0 {
            return Act::Wait;
        }
        let count = self.left.min(1 + rng.below(6));
        Act::Send((0..count).map(|_| self.write(board, rng)).collect())
    }
}

/// Reads the registers of all writers.
pub struct Reader {
    keys: Vec<Vec<Vec<u8>>>,
    left: usize,
    seen: Rc<RefCell<BTreeMap<Vec<u8>, u64>>>,
}

impl Reader {
    /// Will read `reads` times; `keys` holds the keys of each writer.
    pub fn new(keys: Vec<Vec<Vec<u8>>>, reads: usize) -> Self {
        Self { keys, left: reads, seen: Rc::default() }
    }

    fn read(&mut self, board: &mut Board, rng: &mut Rng) -> Asked {
        self.left -= 1;
        let writer = rng.below(self.keys.len());
        let keys = &self.keys[writer];
        let count = if rng.below(5) == 0 { 2 + rng.below(3) } else { 1 };
        let keys: Vec<Vec<u8>> = (0..count).map(|_| keys[rng.below(keys.len())].clone()).collect();
        let floors: Vec<u64> = keys.iter().map(|key| board.writes[writer].floor(key)).collect();
        let mut arguments: Vec<&[u8]> = vec![if count == 1 { b"GET" } else { b"MGET" }];
        arguments.extend(keys.iter().map(Vec::as_slice));
        let seen = Rc::clone(&self.seen);
        let asked = keys.clone();
        ask(&arguments, move |got, board| {
            let one = [got.clone()];
            let values = if count == 1 { &one } else { elements(got)? };
            if values.len() != asked.len() {
                return Err(format!("{} values for {} keys", values.len(), asked.len()));
            }
            for ((key, floor), value) in asked.iter().zip(floors).zip(values) {
                let number = register(value)?;
                if number < floor {
                    return Err(format!(
                        "{} holds write {number} of writer {writer}, but write {floor} to it was sent before one that was known",
                        key.escape_ascii()
                    ));
                }
                let mut seen = seen.borrow_mut();
                let before = seen.insert(key.clone(), number).unwrap_or(0);
                if number < before {
                    return Err(format!("{} went back from {before} to {number}", key.escape_ascii()));
                }
                board.writes[writer].learn(key, number)?;
            }
            Ok(())
        })
    }
}

/// The number in a register, whose padding must be whole.
fn register(value: &Value) -> Result<u64, String> {
    let number = leading_number(value)?;
    let padding = bulk(value)?.map_or(&[][..], |bytes| &bytes[number.to_string().len()..]);
    match padding {
        [] | [b':'] => Ok(number),
        [b':', x @ ..] if x.iter().all(|byte| *byte == b'x') => Ok(number),
        _ => Err(format!("register {number} has a torn value")),
    }
}

impl Program for Reader {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 0 && rng.below(4) > 0 {
            return Act::Wait;
        }
        let count = self.left.min(1 + rng.below(3));
        Act::Send((0..count).map(|_| self.read(board, rng)).collect())
    }
}

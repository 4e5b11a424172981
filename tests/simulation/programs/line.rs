//! Clients that wait for one key, known to wait one after the other: they are served in this order.

use shards::structures::random::Rng;

use super::waiting::blocked_clients;
use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, bulk, show},
    resp::Value,
};

/// Asks how many clients wait.
fn look() -> Act {
    Act::Send(vec![ask(&[b"INFO", b"clients"], |got, board| {
        board.queue.in_line = board.queue.in_line.max(blocked_clients(got)?);
        Ok(())
    })])
}

/// Comes when all before it wait, and waits for what is meant for its place.
pub struct InLine {
    place: usize,
    key: Vec<u8>,
    /// A list of another core.
    other: Vec<u8>,
    asked: bool,
}

impl InLine {
    /// Will be at this place.
    pub fn new(place: usize, key: Vec<u8>, other: Vec<u8>) -> Self {
        Self { place, key, other, asked: false }
    }
}

impl Program for InLine {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if waiting > 0 {
            return Act::Wait;
        }
        if self.asked {
            return Act::Done;
        }
        if board.queue.in_line < self.place {
            return look();
        }
        self.asked = true;
        let (key, other) = (&self.key[..], &self.other[..]);
        let command: &[&[u8]] = match rng.below(6) {
            0 => &[b"BLPOP", key, b"0"],
            1 => &[b"BLPOP", other, key, b"0"],
            2 => &[b"BLMPOP", b"0", b"2", key, other, b"LEFT"],
            3 => &[b"BLMOVE", key, b"taken", b"LEFT", b"RIGHT", b"0"],
            _ => &[b"BLMOVE", key, b"taken too", b"LEFT", b"LEFT", b"0"],
        };
        let place = self.place;
        Act::Send(vec![ask(command, move |got, _| match got_by(got)? {
            number if number == place => Ok(()),
            number => Err(format!("who waits at place {place} was served number {number}")),
        })])
    }
}

/// The element in a reply.
fn got_by(got: &Value) -> Result<usize, String> {
    match got {
        Value::Array(parts) => got_by(parts.last().ok_or("an empty array")?),
        got => {
            let element = bulk(got)?.and_then(|element| std::str::from_utf8(element).ok());
            element.and_then(|element| element.parse().ok()).ok_or_else(|| format!("got {}", show(got)))
        }
    }
}

/// When all wait, pushes what they wait for, in order.
pub struct LinePusher {
    next: usize,
    places: usize,
    key: Vec<u8>,
    /// A list of another core.
    other: Vec<u8>,
}

impl LinePusher {
    /// Will push for so many.
    pub fn new(places: usize, key: Vec<u8>, other: Vec<u8>) -> Self {
        Self { next: 0, places, key, other }
    }

    fn element(&mut self) -> Vec<u8> {
        self.next += 1;
        (self.next - 1).to_string().into_bytes()
    }
}

fn unchecked(words: &[&[u8]]) -> Asked {
    ask(words, |got, _| match got {
        Value::Error(text) => Err(text.escape_ascii().to_string()),
        _ => Ok(()),
    })
}

impl Program for LinePusher {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.next == self.places {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if board.queue.in_line < self.places {
            return if waiting == 0 { look() } else { Act::Wait };
        }
        if waiting > 3 {
            return Act::Wait;
        }
        let element = self.element();
        let push = unchecked(&[b"RPUSH", &self.key, &element]);
        Act::Send(match rng.below(4) {
            0 | 1 => vec![push],
            2 if self.next < self.places => {
                let second = self.element();
                let both = unchecked(&[b"RPUSH", &self.key, &second]);
                vec![unchecked(&[b"MULTI"]), push, both, unchecked(&[b"EXEC"])]
            }
            // Nobody waits for this one.
            _ => vec![
                unchecked(&[b"RPUSH", b"stage", &element]),
                unchecked(&[b"LMOVE", b"stage", &self.key, b"LEFT", b"RIGHT"]),
                unchecked(&[b"EXISTS", &self.other]),
            ],
        })
    }
}

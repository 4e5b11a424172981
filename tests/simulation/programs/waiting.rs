//! A queue whose workers wait: elements are pushed in all ways there are, and each is taken by one worker, or is in one list.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use shards::structures::random::Rng;

use crate::{
    board::{Board, Queue},
    program::{Act, Asked, Program, ask, ask_exactly, bulk, elements, integer, leading_number, ok, show},
    resp::Value,
};

/// Timeouts in seconds: for ever, and times in which a few hundred steps are taken.
const TIMEOUTS: [&[u8]; 4] = [b"0", b"0", b"0.001", b"0.004"];

fn one_of<'a>(keys: &'a [Vec<u8>], rng: &mut Rng) -> &'a [u8] {
    &keys[rng.below(keys.len())]
}

/// Puts elements into lists.
pub struct Pusher {
    lists: Vec<Vec<u8>>,
    /// A list of its own, which it moves to others.
    own: Vec<u8>,
    next: u64,
    last: u64,
}

impl Pusher {
    /// Will push `count` elements from number `first` on.
    pub fn new(lists: Vec<Vec<u8>>, own: Vec<u8>, first: u64, count: usize, board: &mut Board) -> Self {
        let last = first + count as u64;
        board.queue.pushed.extend(first..last);
        board.queue.lists.extend(lists.iter().cloned());
        board.queue.lists.insert(own.clone());
        Self { lists, own, next: first, last }
    }

    fn element(&mut self) -> Vec<u8> {
        self.next += 1;
        (self.next - 1).to_string().into_bytes()
    }

    fn push(&mut self, key: &[u8], rng: &mut Rng) -> Vec<Vec<u8>> {
        let name: &[u8] = if rng.below(2) == 0 { b"RPUSH" } else { b"LPUSH" };
        let mut command = vec![name.to_vec(), key.to_vec(), self.element()];
        if self.next < self.last && rng.below(3) == 0 {
            command.push(self.element());
        }
        command
    }

    fn any_push(&mut self, rng: &mut Rng) -> Vec<Vec<u8>> {
        let key = one_of(&self.lists, rng).to_vec();
        self.push(&key, rng)
    }
}

fn asked(command: &[Vec<u8>], check: fn(&Value) -> Result<(), String>) -> Asked {
    let words: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
    ask(&words, move |got, _| check(got))
}

fn is_number(got: &Value) -> Result<(), String> {
    integer(got).map(|_| ())
}

fn is_bulk(got: &Value) -> Result<(), String> {
    bulk(got).map(|_| ())
}

fn is_queued(got: &Value) -> Result<(), String> {
    crate::program::equal(got, &Value::Simple(b"QUEUED".to_vec()))
}

impl Program for Pusher {
    fn act(&mut self, waiting: usize, _board: &mut Board, rng: &mut Rng) -> Act {
        if self.next >= self.last {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 4 {
            return Act::Wait;
        }
        let (from, to) = (one_of(&self.lists, rng).to_vec(), one_of(&self.lists, rng).to_vec());
        let (own, side): (_, &[u8]) = (self.own.clone(), if rng.below(2) == 0 { b"LEFT" } else { b"RIGHT" });
        Act::Send(match rng.below(8) {
            0..=2 => vec![asked(&self.any_push(rng), is_number)],
            3 => {
                let mut pipeline = vec![ask_exactly(&[b"MULTI"], ok())];
                for _ in 0..=rng.below(3) {
                    if self.next < self.last {
                        pipeline.push(asked(&self.any_push(rng), is_queued));
                    }
                }
                if rng.below(2) == 0 {
                    pipeline
                        .push(asked(&[b"LMOVE", &from[..], &to, side, side].map(<[u8]>::to_vec), is_queued));
                }
                pipeline.push(ask(&[b"EXEC"], |got, _| elements(got).map(|_| ())));
                pipeline
            }
            4 => vec![
                asked(&self.push(&own, rng), is_number),
                ask(&[b"RENAMENX", &own, &to], |got, _| match got {
                    // What it holds may have been moved on.
                    Value::Error(text) if text == b"ERR no such key" => Ok(()),
                    got => is_number(got),
                }),
            ],
            5 => vec![
                asked(&self.push(&own, rng), is_number),
                asked(&[b"LMOVE", &own[..], &to, side, side].map(<[u8]>::to_vec), is_bulk),
            ],
            6 => vec![asked(&[b"RPOPLPUSH", &from[..], &to].map(<[u8]>::to_vec), is_bulk)],
            _ => vec![asked(&[b"LMOVE", &own[..], &to, side, b"RIGHT"].map(<[u8]>::to_vec), is_bulk)],
        })
    }
}

/// A command of a taker that is under way.
#[derive(Clone, Debug, Default)]
struct Open {
    /// The keys that it takes from.
    keys: Vec<Vec<u8>>,
    /// Elements that its reply may bring.
    takes_max: usize,
    /// Whether it waits where it finds nothing.
    waits: bool,
    /// Whether it waits for ever.
    for_ever: bool,
}

/// Takes elements, and waits for them.
pub struct Taker {
    lists: Vec<Vec<u8>>,
    /// A list of its own, to which it moves what it takes.
    own: Vec<u8>,
    left: usize,
    /// How often it may still vanish.
    vanishes: usize,
    known: bool,
    open: Rc<RefCell<VecDeque<Open>>>,
}

impl Taker {
    /// Will ask `times` times, and hang up up to `vanishes` times in the middle.
    pub fn new(lists: Vec<Vec<u8>>, own: Vec<u8>, times: usize, vanishes: usize, board: &mut Board) -> Self {
        board.queue.lists.insert(own.clone());
        Self { lists, own, left: times, vanishes, known: false, open: Rc::default() }
    }

    fn next(&mut self, rng: &mut Rng) -> Asked {
        let mut key = || one_of(&self.lists, rng);
        let (one, other, third) = (key(), key(), key());
        let to = if rng.below(2) == 0 { &self.own } else { one_of(&self.lists, rng) };
        let timeout = TIMEOUTS[rng.below(TIMEOUTS.len())];
        let command: &[&[u8]] = match rng.below(12) {
            0 => &[b"BLPOP", one, timeout],
            1 => &[b"BRPOP", one, timeout],
            2 | 3 => &[b"BLPOP", one, other, third, timeout],
            4 => &[b"BRPOP", one, other, timeout],
            5 | 6 => &[b"BLMOVE", one, to, b"LEFT", b"RIGHT", timeout],
            7 => &[b"BRPOPLPUSH", one, to, timeout],
            8 => &[b"BLMPOP", timeout, b"2", one, other, b"LEFT", b"COUNT", b"3"],
            9 => &[b"BLMPOP", timeout, b"3", one, other, third, b"RIGHT"],
            10 => &[b"LPOP", one],
            _ => &[b"LMOVE", one, to, b"RIGHT", b"LEFT"],
        };
        let name = command[0];
        let open = Open {
            keys: match name {
                b"BLPOP" | b"BRPOP" => &command[1..command.len() - 1],
                b"BLMPOP" if command[2] == b"2" => &command[3..5],
                b"BLMPOP" => &command[3..6],
                _ => &command[1..2],
            }
            .iter()
            .map(|key| key.to_vec())
            .collect(),
            takes_max: match name {
                b"BLMOVE" | b"BRPOPLPUSH" | b"LMOVE" => 0,
                b"BLMPOP" => 3,
                _ => 1,
            },
            waits: name[0] == b'B',
            for_ever: name[0] == b'B' && timeout == b"0",
        };
        let moves = open.takes_max == 0;
        self.open.borrow_mut().push_back(open);
        let all_open = Rc::clone(&self.open);
        ask(command, move |got, board| {
            let open = all_open.borrow_mut().pop_front().unwrap_or_default();
            match got {
                Value::Error(text) if open.waits && text.starts_with(b"UNBLOCKED ") => {
                    board.queue.unblocked_seen += 1;
                    Ok(())
                }
                Value::NullArray if open.waits => Ok(()),
                Value::NullBulk if !open.waits => Ok(()),
                Value::Bulk(_) if moves => board.queue.pushed_number(got).map(|_| ()),
                Value::Bulk(_) if !open.waits => board.queue.take(got),
                Value::Array(parts) if open.waits && !moves => taken(parts, &open, &mut board.queue),
                got => Err(format!("got {}", show(got))),
            }
        })
    }
}

/// A key and what was taken from it.
fn taken(parts: &[Value], open: &Open, queue: &mut Queue) -> Result<(), String> {
    let [key, taken] = parts else { return Err(format!("{} parts", parts.len())) };
    let key = bulk(key)?.unwrap_or_default();
    if !open.keys.iter().any(|asked| asked == key) {
        return Err(format!("it was served from {}", key.escape_ascii()));
    }
    match taken {
        Value::Array(taken) if (1..=open.takes_max).contains(&taken.len()) => {
            taken.iter().try_for_each(|element| queue.take(element))
        }
        taken => queue.take(taken),
    }
}

impl Queue {
    fn pushed_number(&self, element: &Value) -> Result<u64, String> {
        let number = leading_number(element)?;
        if self.pushed.contains(&number) { Ok(number) } else { Err(format!("{number} was never pushed")) }
    }

    fn take(&mut self, element: &Value) -> Result<(), String> {
        let number = self.pushed_number(element)?;
        if self.taken.insert(number) { Ok(()) } else { Err(format!("{number} was taken twice")) }
    }
}

impl Program for Taker {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if waiting > 0 && self.vanishes > 0 && rng.below(8) == 0 {
            self.vanishes -= 1;
            self.known = false;
            let open = std::mem::take(&mut *self.open.borrow_mut());
            board.queue.lost_max += open.iter().map(|open| open.takes_max).sum::<usize>();
            board.queue.unblocked_unseen += open.iter().filter(|open| open.waits).count();
            return Act::Vanish;
        }
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 0 && (waiting > 2 || rng.below(4) > 0) {
            return Act::Wait;
        }
        self.left -= 1;
        let mut pipeline = Vec::new();
        if !std::mem::replace(&mut self.known, true) {
            pipeline.push(ask(&[b"CLIENT", b"ID"], |got, board| {
                board.queue.waiters.push(integer(got)?);
                Ok(())
            }));
        }
        pipeline.push(self.next(rng));
        Act::Send(pipeline)
    }

    fn waits_in_vain(&mut self, board: &mut Board) -> bool {
        let open = self.open.borrow();
        let Some(first) = open.front().filter(|first| first.for_ever) else { return false };
        board.queue.wanted.extend(first.keys.iter().cloned());
        true
    }
}

/// Ends what others wait for.
pub struct Unblocker {
    left: usize,
}

impl Unblocker {
    /// Will do so `times` times.
    pub fn new(times: usize) -> Self {
        Self { left: times }
    }
}

impl Program for Unblocker {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 0 {
            return Act::Wait;
        }
        self.left -= 1;
        let client = match board.queue.waiters[..] {
            [] => return Act::Send(vec![ask_exactly(&[b"PING"], Value::Simple(b"PONG".to_vec()))]),
            ref waiters => waiters[rng.below(waiters.len())].to_string(),
        };
        let with_error = rng.below(2) == 0;
        let how: &[u8] = if with_error { b"ERROR" } else { b"TIMEOUT" };
        Act::Send(vec![ask(&[b"CLIENT", b"UNBLOCK", client.as_bytes(), how], move |got, board| {
            let done = integer(got)?;
            board.queue.unblocked += usize::from(with_error && done == 1);
            if (0..=1).contains(&done) { Ok(()) } else { Err(format!("got {done}")) }
        })])
    }
}

/// What must be true of the lists when nobody can do anything any more.
pub fn audit(board: &Board) -> Vec<Asked> {
    let queue = &board.queue;
    if queue.lists.is_empty() {
        return Vec::new();
    }
    let in_vain = board.in_vain;
    let mut pipeline: Vec<Asked> = queue.lists.iter().map(|key| contents(key.clone())).collect();
    pipeline.push(ask(&[b"INFO", b"clients"], move |got, board| {
        let blocked = blocked_clients(got)?;
        if blocked != in_vain {
            return Err(format!("{blocked} clients wait, not {in_vain}"));
        }
        let queue = &board.queue;
        let is_known = |number: &&u64| !queue.found.contains(number) && !queue.taken.contains(number);
        let lost: Vec<&u64> = queue.pushed.iter().filter(is_known).collect();
        if lost.len() > queue.lost_max {
            return Err(format!("{lost:?} are lost; vanished clients could have had {}", queue.lost_max));
        }
        let seen = queue.unblocked_seen;
        if (seen..=seen + queue.unblocked_unseen).contains(&queue.unblocked) {
            return Ok(());
        }
        Err(format!("{} waiting commands were ended, but {seen} clients saw that", queue.unblocked))
    }));
    pipeline
}

fn contents(key: Vec<u8>) -> Asked {
    ask(&[b"LRANGE", &key.clone(), b"0", b"-1"], move |got, board| {
        let queue = &mut board.queue;
        let found = elements(got)?;
        if !found.is_empty() && queue.wanted.contains(&key) {
            return Err(format!("{} is waited for and holds {}", key.escape_ascii(), show(got)));
        }
        for element in found {
            let number = queue.pushed_number(element)?;
            if queue.taken.contains(&number) || !queue.found.insert(number) {
                return Err(format!("{} holds {number}, which is elsewhere too", key.escape_ascii()));
            }
        }
        Ok(())
    })
}

/// How many clients wait, of the reply to `INFO clients`.
pub fn blocked_clients(info: &Value) -> Result<usize, String> {
    let text = String::from_utf8_lossy(bulk(info)?.unwrap_or_default()).into_owned();
    let number = text.lines().find_map(|line| line.strip_prefix("blocked_clients:"));
    number.and_then(|number| number.parse().ok()).ok_or_else(|| format!("no blocked_clients in {text}"))
}

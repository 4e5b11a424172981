//! Scripts and functions that do not end. Whoever asks something meanwhile is told so, or waits; SCRIPT KILL and FUNCTION KILL end
//! them, and what was counted before and behind them is all there is.

use std::{cell::Cell, rc::Rc};

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Program, ask, integer, ok, show},
    resp::Value,
};

/// Reads its key, if it has one, and never ends.
const ENDLESS: &[u8] =
    b"if KEYS[1] then redis.call('GET', KEYS[1]) end if ARGV[1] == 'end' then return 1 end while true do end";

/// A function that does the same.
const LIBRARY: &[u8] = b"#!lua name=endless\nredis.register_function('endless', function(keys, args) \
    if keys[1] then redis.call('GET', keys[1]) end if args[1] == 'end' then return 1 end while true do end end)";

/// What a client is told while a script takes too long, or a function.
const BUSY: [&[u8]; 2] = [
    b"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    b"BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
];

fn is_busy(got: &Value) -> bool {
    matches!(got, Value::Error(text) if BUSY.contains(&text.as_slice()))
}

/// The function could not be loaded before.
fn is_unknown(got: &Value) -> bool {
    matches!(got, Value::Error(text) if text == b"ERR Function not found")
}

/// Runs a script that does not end, after one that does, so that it is known which keys it uses.
pub struct Looper {
    number: usize,
    key: Vec<u8>,
    vanishes: bool,
    /// The command that runs the script or the function.
    runs: [&'static [u8]; 2],
    began: bool,
    sent: bool,
}

impl Looper {
    /// Looper number `number`, which calls its script with `key`, or a function; it hangs up if it `vanishes`.
    pub fn new(number: usize, key: Vec<u8>, vanishes: bool, function: bool) -> Self {
        let runs = if function { [&b"FCALL"[..], b"endless"] } else { [&b"EVAL"[..], ENDLESS] };
        Self { number, key, vanishes, runs, began: false, sent: false }
    }
}

impl Program for Looper {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if !std::mem::replace(&mut self.began, true) {
            board.endless += 1;
            let limit = ask(&[b"CONFIG", b"SET", b"lua-time-limit", b"1"], |got, _| {
                if is_busy(got) { Ok(()) } else { crate::program::equal(got, &ok()) }
            });
            let load = ask(&[b"FUNCTION", b"LOAD", b"REPLACE", LIBRARY], |got, _| {
                if is_busy(got) {
                    Ok(())
                } else {
                    crate::program::equal(got, &Value::Bulk(b"endless".to_vec()))
                }
            });
            let [run, what] = self.runs;
            let known = ask(&[run, what, b"1", &self.key, b"end"], |got, _| {
                if is_busy(got) || is_unknown(got) { Ok(()) } else { integer(got).map(|_| ()) }
            });
            return Act::Send(vec![limit, load, known]);
        }
        if !self.sent {
            if waiting > 0 {
                return Act::Wait;
            }
            self.sent = true;
            board.endless_sent = true;
            let [run, what] = self.runs;
            let with_key: &[&[u8]] = &[run, what, b"1", &self.key];
            let without: &[&[u8]] = &[run, what, b"0"];
            let script = if (self.number + rng.below(2)).is_multiple_of(2) { with_key } else { without };
            return Act::Send(vec![ask(script, |got, board| {
                board.endless -= 1;
                match got {
                    Value::Error(text) if text.starts_with(b"ERR Script killed by user") => Ok(()),
                    got if is_busy(got) || is_unknown(got) => Ok(()),
                    got => Err(format!("an endless script ends with {}", show(got))),
                }
            })]);
        }
        match waiting {
            0 => Act::Done,
            _ if self.vanishes && rng.below(20) == 0 => {
                self.vanishes = false;
                // Whether it runs by now, or is never going to, nobody knows.
                board.endless -= 1;
                Act::Vanish
            }
            _ => Act::Wait,
        }
    }
}

/// Ends scripts until there is none.
#[derive(Default)]
pub struct Ender {
    /// Answers in a row that there is none.
    none: Rc<Cell<usize>>,
    /// How often it has asked.
    asked: usize,
}

impl Program for Ender {
    fn act(&mut self, waiting: usize, board: &mut Board, _rng: &mut Rng) -> Act {
        // Scripts of those who have hung up run on, and may begin later than they are asked for.
        const NONE_ENOUGH: usize = 50;
        if waiting > 0 {
            return Act::Wait;
        }
        if board.endless == 0 && board.endless_sent && self.none.get() > NONE_ENOUGH {
            return Act::Done;
        }
        let none = Rc::clone(&self.none);
        self.asked += 1;
        let kind: &[u8] = if self.asked.is_multiple_of(2) { b"SCRIPT" } else { b"FUNCTION" };
        Act::Send(vec![ask(&[kind, b"KILL"], move |got, _| match got {
            Value::Error(text) if text.starts_with(b"NOTBUSY ") => {
                none.set(none.get() + 1);
                Ok(())
            }
            // There are only those of the other kind.
            got if is_busy(got) => {
                none.set(0);
                Ok(())
            }
            got => {
                none.set(0);
                crate::program::equal(got, &ok())
            }
        })])
    }
}

/// Counts in a key of its own, as far as it may.
pub struct Calm {
    key: Vec<u8>,
    left: usize,
    counted: Rc<Cell<i64>>,
}

impl Calm {
    /// Counts in `key`.
    pub fn new(key: Vec<u8>) -> Self {
        Self { key, left: 20, counted: Rc::default() }
    }
}

impl Program for Calm {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if waiting > 3 || waiting > 0 && self.left == 0 {
            return Act::Wait;
        }
        if self.left == 0 {
            if board.endless > 0 {
                return Act::Send(vec![ask(&[b"PING"], |got, _| match got {
                    Value::Simple(_) => Ok(()),
                    got if is_busy(got) => Ok(()),
                    got => Err(format!("PING is answered {}", show(got))),
                })]);
            }
            return Act::Done;
        }
        self.left -= 1;
        let counted = Rc::clone(&self.counted);
        if rng.below(4) == 0 {
            return Act::Send(vec![ask(&[b"GET", &self.key], move |got, _| match got {
                got if is_busy(got) => Ok(()),
                Value::NullBulk if counted.get() == 0 => Ok(()),
                Value::Bulk(digits) if *digits == counted.get().to_string().into_bytes() => Ok(()),
                got => Err(format!("{} were counted, found {}", counted.get(), show(got))),
            })]);
        }
        Act::Send(vec![ask(&[b"INCR", &self.key], move |got, _| {
            if is_busy(got) {
                return Ok(());
            }
            counted.set(counted.get() + 1);
            crate::program::equal(got, &Value::Integer(counted.get()))
        })])
    }
}

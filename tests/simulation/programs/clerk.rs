//! Transfers between accounts by scripts and functions: called with all the keys that they use or with some, in one go or with long thoughts and
//! looks at all keys in between. Whoever looks finds the sum unchanged, even if a clerk hangs up in the middle.

use std::{cell::Cell, rc::Rc};

use shards::structures::random::Rng;

use super::bank::sum_is_right;
use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, ask_exactly, elements, integer, show},
    resp::Value,
};

/// Moves an amount between two accounts that it is called with.
const DECLARED: &[u8] =
    b"redis.call('DECRBY', KEYS[1], ARGV[1]) return redis.call('INCRBY', KEYS[2], ARGV[1])";

/// The same, called with one of them or none.
const ONE: &[u8] = b"redis.call('GET', KEYS[1]) redis.call('DECRBY', KEYS[1], ARGV[1]) return redis.call('INCRBY', ARGV[2], ARGV[1])";
const NONE: &[u8] =
    b"redis.call('DECRBY', ARGV[2], ARGV[1]) redis.call('DBSIZE') return redis.call('INCRBY', ARGV[3], ARGV[1])";

/// The same with so long a thought in between that its core must take turns.
const LONG: &[u8] = b"redis.call('DECRBY', KEYS[1], ARGV[1]) local n = 0 for i = 1, 60000 do n = n + i end return redis.call('INCRBY', KEYS[2], ARGV[1])";

/// Adds an amount to an account and takes it again.
const BACK: &[u8] =
    b"local with = redis.call('INCRBY', KEYS[1], ARGV[1]) return with - redis.call('DECRBY', KEYS[1], ARGV[1])";

/// Reads all accounts, one by one.
const LOOK: &[u8] = b"local held = {} for at, key in ipairs(ARGV) do held[at] = redis.call('GET', key) or '0' end return held";

/// The scripts as functions, by their names.
const FUNCTIONS: [(&[u8], &[u8]); 6] = [
    (b"declared", DECLARED),
    (b"one", ONE),
    (b"none", NONE),
    (b"long", LONG),
    (b"back", BACK),
    (b"look", LOOK),
];

/// The library that has them.
fn library() -> Vec<u8> {
    let mut code = b"#!lua name=clerk\n".to_vec();
    for (name, script) in FUNCTIONS {
        code.extend(
            [b"redis.register_function('", name, b"', function(KEYS, ARGV) ", script, b" end)\n"].concat(),
        );
    }
    code
}

/// Runs scripts, or functions.
pub struct Clerk {
    accounts: Vec<Vec<u8>>,
    left: usize,
    vanishes: usize,
    /// Whether the library is there, for one who calls functions.
    loaded: Option<Rc<Cell<bool>>>,
}

impl Clerk {
    /// Will act `times` times, and hang up up to `vanishes` times in the middle.
    pub fn new(accounts: Vec<Vec<u8>>, times: usize, vanishes: usize, functions: bool) -> Self {
        Self { accounts, left: times, vanishes, loaded: functions.then(Rc::default) }
    }

    /// A command that runs a script, or the function that is the same.
    fn run(&self, script: &'static [u8]) -> [&'static [u8]; 2] {
        let function = FUNCTIONS.iter().find(|(_, body)| *body == script).filter(|_| self.loaded.is_some());
        function.map_or([b"EVAL", script], |(name, _)| [b"FCALL", name])
    }

    /// Loads the library; others may have, and call its functions meanwhile.
    fn load(loaded: &Rc<Cell<bool>>) -> Asked {
        let loaded = Rc::clone(loaded);
        ask(&[b"FUNCTION", b"LOAD", b"REPLACE", &library()], move |got, _| {
            loaded.set(true);
            crate::program::equal(got, &Value::Bulk(b"clerk".to_vec()))
        })
    }

    fn next(&self, rng: &mut Rng) -> Asked {
        let from = rng.below(self.accounts.len());
        let to = (from + 1 + rng.below(self.accounts.len() - 1)) % self.accounts.len();
        let (from, to) = (self.accounts[from].as_slice(), self.accounts[to].as_slice());
        let amount = (1 + rng.below(9)).to_string().into_bytes();
        let is_number = |got: &Value, _: &mut Board| integer(got).map(|_| ());
        let with = |script, rest: &[&[u8]]| {
            let arguments = [&self.run(script)[..], rest].concat();
            ask(&arguments, is_number)
        };
        match rng.below(12) {
            0..=2 => with(DECLARED, &[b"2", from, to, &amount]),
            3 => with(ONE, &[b"1", from, &amount, to]),
            4 | 5 => with(NONE, &[b"0", &amount, from, to]),
            6 => with(LONG, &[b"2", from, to, &amount]),
            7 | 8 => {
                let gained = Value::Integer(i64::from(amount[0] - b'0'));
                let [run, what] = self.run(BACK);
                ask_exactly(&[run, what, b"1", from, &amount], gained)
            }
            _ => {
                let [run, what] = self.run(LOOK);
                let mut look: Vec<&[u8]> = vec![run, what, b"0"];
                look.extend(self.accounts.iter().map(Vec::as_slice));
                ask(&look, |got, _| sum_is_right(elements(got)?))
            }
        }
    }

    /// MULTI with transfers by script.
    fn transaction(&self, rng: &mut Rng) -> Vec<Asked> {
        let queued = || Value::Simple(b"QUEUED".to_vec());
        let mut pipeline = vec![ask_exactly(&[b"MULTI"], Value::Simple(b"OK".to_vec()))];
        for _ in 0..=rng.below(3) {
            let script = self.next(rng);
            pipeline.push(Asked {
                check: Box::new(move |got, _| crate::program::equal(got, &queued())),
                ..script
            });
        }
        pipeline.push(ask(&[b"EXEC"], |got, _| match elements(got)?.iter().find(|reply| is_error(reply)) {
            Some(error) => Err(format!("a script fails: {}", show(error))),
            None => Ok(()),
        }));
        pipeline
    }
}

fn is_error(reply: &Value) -> bool {
    matches!(reply, Value::Error(_))
}

impl Program for Clerk {
    fn act(&mut self, waiting: usize, _board: &mut Board, rng: &mut Rng) -> Act {
        if let Some(loaded) = self.loaded.as_ref().filter(|loaded| !loaded.get()) {
            return if waiting == 0 { Act::Send(vec![Self::load(loaded)]) } else { Act::Wait };
        }
        if waiting > 0 && self.vanishes > 0 && rng.below(6) == 0 {
            self.vanishes -= 1;
            return Act::Vanish;
        }
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 6 {
            return Act::Wait;
        }
        self.left -= 1;
        Act::Send(match rng.below(5) {
            0 => self.transaction(rng),
            _ => (0..=rng.below(3)).map(|_| self.next(rng)).collect(),
        })
    }
}

//! Accounts on different cores: transfers keep their sum, whoever looks, and what an element moved between keys is never gone or
//! double.

use std::{cell::RefCell, rc::Rc};

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, ask_exactly, elements, integer, leading_number, ok, show},
    resp::Value,
};

/// What all accounts hold together.
pub const TOTAL: u64 = 0;

fn queued() -> Value {
    Value::Simple(b"QUEUED".to_vec())
}

/// Moves money between accounts, and an element between sets.
pub struct Teller {
    accounts: Vec<Vec<u8>>,
    sets: Vec<Vec<u8>>,
    left: usize,
    /// What a read before a conditional transfer found.
    read: Rc<RefCell<Option<i64>>>,
    watching: Option<(usize, usize)>,
}

impl Teller {
    /// Will act `times` times.
    pub fn new(accounts: Vec<Vec<u8>>, sets: Vec<Vec<u8>>, times: usize) -> Self {
        Self { accounts, sets, left: times, read: Rc::default(), watching: None }
    }

    fn two(&self, rng: &mut Rng) -> (usize, usize) {
        let from = rng.below(self.accounts.len());
        let to = (from + 1 + rng.below(self.accounts.len() - 1)) % self.accounts.len();
        (from, to)
    }

    /// MULTI with a transfer: two commands, each on one core.
    fn transfer(&self, rng: &mut Rng) -> Vec<Asked> {
        let (from, to) = self.two(rng);
        let amount = (1 + rng.below(9)).to_string().into_bytes();
        vec![
            ask_exactly(&[b"MULTI"], ok()),
            ask_exactly(&[b"DECRBY", &self.accounts[from], &amount], queued()),
            ask_exactly(&[b"INCRBY", &self.accounts[to], &amount], queued()),
            ask(&[b"EXEC"], |got, _| elements(got)?.iter().try_for_each(|value| integer(value).map(|_| ()))),
        ]
    }

    /// The element goes from whichever set has it to another.
    fn move_element(&self, rng: &mut Rng) -> Vec<Asked> {
        let from = rng.below(self.sets.len());
        let to = (from + 1) % self.sets.len();
        vec![ask(&[b"SMOVE", &self.sets[from], &self.sets[to], b"x"], |got, _| integer(got).map(|_| ()))]
    }

    /// All accounts and all sets are looked at in one transaction.
    fn look(&self, rng: &mut Rng) -> Vec<Asked> {
        if rng.below(2) == 0 {
            let mut command: Vec<&[u8]> = vec![b"MGET"];
            command.extend(self.accounts.iter().map(Vec::as_slice));
            return vec![ask(&command, |got, _| sum_is_right(elements(got)?))];
        }
        let mut pipeline = vec![ask_exactly(&[b"MULTI"], ok())];
        for account in &self.accounts {
            pipeline.push(ask_exactly(&[b"GET", account], queued()));
        }
        for set in &self.sets {
            pipeline.push(ask_exactly(&[b"SCARD", set], queued()));
        }
        let accounts = self.accounts.len();
        pipeline.push(ask(&[b"EXEC"], move |got, _| {
            let values = elements(got)?;
            sum_is_right(&values[..accounts])?;
            let held = values[accounts..].iter().map(integer).sum::<Result<i64, _>>()?;
            if held == 1 { Ok(()) } else { Err(format!("the element is in {held} sets: {}", show(got))) }
        }));
        pipeline
    }

    /// Reads an account under WATCH; what is written next rests on it.
    fn watch(&mut self, rng: &mut Rng) -> Vec<Asked> {
        let (from, to) = self.two(rng);
        self.watching = Some((from, to));
        let read = Rc::clone(&self.read);
        vec![
            ask_exactly(&[b"WATCH", &self.accounts[from], &self.accounts[to]], ok()),
            ask(&[b"GET", &self.accounts[from]], move |got, _| {
                *read.borrow_mut() = Some(signed(got)?);
                Ok(())
            }),
        ]
    }

    /// Sets the account to what was read, less one: right only if nothing came between.
    fn set_watched(&mut self, (from, to): (usize, usize), balance: i64) -> Vec<Asked> {
        let less = (balance - 1).to_string().into_bytes();
        vec![
            ask_exactly(&[b"MULTI"], ok()),
            ask_exactly(&[b"SET", &self.accounts[from], &less], queued()),
            ask_exactly(&[b"INCR", &self.accounts[to]], queued()),
            ask(&[b"EXEC"], |got, _| match got {
                Value::NullArray => Ok(()),
                other => elements(other).map(|_| ()),
            }),
        ]
    }
}

/// The number in a string reply, or none for a missing value, as 0.
pub fn signed(value: &Value) -> Result<i64, String> {
    match value {
        Value::NullBulk => Ok(0),
        Value::Bulk(digits) => std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| format!("expected a number, got {}", show(value))),
        other => leading_number(other).map(|number| number as i64),
    }
}

/// An error unless the accounts hold together what they should.
pub fn sum_is_right(balances: &[Value]) -> Result<(), String> {
    let sum = balances.iter().map(signed).sum::<Result<i64, _>>()?;
    if sum == TOTAL as i64 {
        return Ok(());
    }
    let balances: Vec<String> = balances.iter().map(show).collect();
    Err(format!("the accounts hold {sum}: {balances:?}"))
}

impl Program for Teller {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if let Some(accounts) = self.watching {
            let Some(balance) = self.read.borrow_mut().take() else { return Act::Wait };
            self.watching = None;
            return Act::Send(self.set_watched(accounts, balance));
        }
        match board.element_placed {
            None => {
                board.element_placed = Some(false);
                let place = ask(&[b"SADD", &self.sets[0], b"x"], |got, board| {
                    board.element_placed = Some(true);
                    integer(got).map(|_| ())
                });
                return Act::Send(vec![place]);
            }
            Some(false) if waiting > 0 => return Act::Wait,
            Some(false) => {
                let pong = Value::Simple(b"PONG".to_vec());
                return Act::Send(vec![ask_exactly(&[b"PING"], pong)]);
            }
            Some(true) => {}
        }
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 6 {
            return Act::Wait;
        }
        self.left -= 1;
        Act::Send(match rng.below(8) {
            0..=2 => self.transfer(rng),
            3 | 4 => self.move_element(rng),
            5 => self.watch(rng),
            _ => self.look(rng),
        })
    }
}

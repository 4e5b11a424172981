//! Accounts on all shards: whoever looks at all of them at one instant finds the same sum.

use crate::{
    client::{Client, Words, elements, end_of, number, transaction, words},
    harness::resp::Value,
};

/// Accounts.
const ACCOUNTS: usize = 24;

/// Moves money until the end, and looks at all of it.
pub fn run(teller: &mut Client<'_>) -> Result<u64, String> {
    let soak = teller.soak;
    soak.repeat(|| match teller.rng.below(4) {
        0 => transfer(teller),
        1 => watched_transfer(teller),
        2 => look(teller),
        _ => audit(teller),
    })
}

fn account(index: usize) -> String {
    format!("account:{index}")
}

fn two(teller: &mut Client<'_>) -> (String, String) {
    let from = teller.rng.below(ACCOUNTS);
    (account(from), account((from + 1 + teller.rng.below(ACCOUNTS - 1)) % ACCOUNTS))
}

fn transfer(teller: &mut Client<'_>) -> Result<(), String> {
    let ((from, to), amount) = (two(teller), 1 + teller.rng.below(9));
    let commands = [words(&format!("DECRBY {from} {amount}")), words(&format!("INCRBY {to} {amount}"))];
    let Some(replies) = teller.ask_or_vanish(&transaction(&commands))? else { return Ok(()) };
    let replies = elements(end_of(&commands, replies)?)?;
    replies.iter().try_for_each(|reply| number(reply).map(|_| ()))
}

/// Writes what it has read and counted on: right only if nobody has come between.
fn watched_transfer(teller: &mut Client<'_>) -> Result<(), String> {
    let (from, to) = two(teller);
    let read = [words(&format!("WATCH {from} {to}")), words(&format!("MGET {from} {to}"))];
    let mut replies = teller.ask(&read)?;
    let Some(held) = replies.pop() else { return Err("no reply".into()) };
    let held = elements(held)?.iter().map(number).collect::<Result<Vec<i64>, _>>()?;
    let commands =
        [words(&format!("SET {from} {}", held[0] - 1)), words(&format!("SET {to} {}", held[1] + 1))];
    let Some(replies) = teller.ask_or_vanish(&transaction(&commands))? else { return Ok(()) };
    match end_of(&commands, replies)? {
        Value::NullArray => Ok(()),
        other => elements(other).map(|_| ()),
    }
}

fn look(teller: &mut Client<'_>) -> Result<(), String> {
    let commands: Vec<Words> = (0..ACCOUNTS).map(|index| words(&format!("GET {}", account(index)))).collect();
    let balances = teller.exec(&commands)?;
    check(balances)
}

/// Looks at all accounts.
pub fn audit(teller: &mut Client<'_>) -> Result<(), String> {
    let mut command = words("MGET");
    command.extend((0..ACCOUNTS).map(|index| account(index).into_bytes()));
    teller.ask(&[command])?.pop().map_or(Ok(()), check)
}

fn check(balances: Value) -> Result<(), String> {
    let balances = elements(balances)?.iter().map(number).collect::<Result<Vec<i64>, _>>()?;
    match balances.iter().sum::<i64>() {
        0 => Ok(()),
        sum => Err(format!("the accounts hold {sum}: {balances:?}")),
    }
}

//! Elements that are moved between lists and between sets on all shards: each is in one place, whoever looks.

use crate::{
    client::{Client, Words, elements, end_of, transaction, words},
    harness::resp::Value,
};

/// Lists, and sets.
const KEYS: usize = 10;

/// Elements in all lists, and members in all sets.
const ELEMENTS: usize = 30;

/// Puts all elements into one list and one set.
pub fn place(client: &mut Client<'_>) {
    let elements: Vec<Vec<u8>> = (0..ELEMENTS).map(|element| element.to_string().into_bytes()).collect();
    let commands = ["RPUSH list:0", "SADD set:0"].map(|command| [words(command), elements.clone()].concat());
    let all = Value::Integer(ELEMENTS as i64);
    assert_eq!(client.ask(&commands), Ok(vec![all.clone(), all]));
}

/// Moves elements until the end.
pub fn run(mover: &mut Client<'_>) -> Result<u64, String> {
    let soak = mover.soak;
    soak.repeat(|| {
        let moves: Vec<Words> = (0..=mover.rng.below(4)).map(|_| next(mover)).collect();
        let (replies, count) = if mover.rng.below(3) == 0 {
            let Some(replies) = mover.ask_or_vanish(&transaction(&moves))? else { return Ok(()) };
            (elements(end_of(&moves, replies)?)?, moves.len())
        } else {
            let Some(replies) = mover.ask_or_vanish(&moves)? else { return Ok(()) };
            (replies, moves.len())
        };
        let is_right = |reply: &Value| matches!(reply, Value::Bulk(_) | Value::NullBulk | Value::Integer(_));
        if replies.len() == count && replies.iter().all(is_right) {
            Ok(())
        } else {
            Err(format!("{replies:?}"))
        }
    })
}

fn next(mover: &mut Client<'_>) -> Words {
    let (from, to) = (mover.rng.below(KEYS), mover.rng.below(KEYS));
    let element = mover.rng.below(ELEMENTS);
    words(&match mover.rng.below(6) {
        0 => format!("RPOPLPUSH list:{from} list:{to}"),
        1 => format!("LMOVE list:{from} list:{to} LEFT RIGHT"),
        2 => format!("LMOVE list:{from} list:{to} RIGHT RIGHT"),
        _ => format!("SMOVE set:{from} set:{to} {element}"),
    })
}

/// Looks at all lists and sets until the end.
pub fn look(looker: &mut Client<'_>) -> Result<u64, String> {
    let soak = looker.soak;
    soak.repeat(|| audit(looker))
}

/// Looks at all lists and sets.
pub fn audit(looker: &mut Client<'_>) -> Result<(), String> {
    for (command, end) in [("LRANGE list:", " 0 -1"), ("SMEMBERS set:", "")] {
        let commands: Vec<Words> = (0..KEYS).map(|key| words(&format!("{command}{key}{end}"))).collect();
        let mut found: Vec<usize> = Vec::new();
        for part in elements(looker.exec(&commands)?)? {
            for element in elements(part)? {
                found.push(crate::client::number(&element)? as usize);
            }
        }
        found.sort_unstable();
        if !found.iter().copied().eq(0..ELEMENTS) {
            return Err(format!("{command}*: of {ELEMENTS} elements there are {found:?}"));
        }
    }
    Ok(())
}

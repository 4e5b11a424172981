//! The last client: what must be true when all others have ended.

use std::collections::BTreeMap;

use shards::structures::random::Rng;

use super::{
    counters::{LOG, TOKEN_BYTES, token},
    histories::ask_recorded,
    waiting,
};
use crate::{
    board::Board,
    history::Mix,
    program::{Act, Asked, Program, ask, ask_exactly, bulk, integer, leading_number, ok},
    resp::Value,
};

/// Looks at everything, then empties the server.
#[derive(Default)]
pub struct Auditor {
    asked: bool,
}

impl Auditor {
    fn counters(board: &Board) -> impl Iterator<Item = Asked> {
        board.counts.iter().map(|(key, count)| {
            let (sent, most) = (count.sent as i64, (count.sent + count.unsure) as i64);
            ask(&[b"GET", key], move |got, _| {
                let value = leading_number(got)? as i64;
                if (sent..=most).contains(&value) {
                    return Ok(());
                }
                Err(format!("{value} after {sent} increments and {} that may have come", most - sent))
            })
        })
    }

    fn log(board: &Board) -> Asked {
        let logged = board.logged.clone();
        ask(&[b"GET", LOG], move |got, _| {
            let mut next: BTreeMap<usize, u64> = BTreeMap::new();
            for found in bulk(got)?.unwrap_or_default().chunks(TOKEN_BYTES) {
                let client = std::str::from_utf8(&found[..2]).ok().and_then(|client| client.parse().ok());
                let client = client.ok_or("the log holds what nobody appended")?;
                let index = next.entry(client).or_default();
                if found != token(client, *index) {
                    return Err(format!(
                        "the log has {} for token {index} of its client",
                        found.escape_ascii()
                    ));
                }
                *index += 1;
            }
            if next == logged { Ok(()) } else { Err(format!("the log has {next:?} of {logged:?}")) }
        })
    }

    /// Its end belongs to a history.
    fn what_history_left(board: &mut Board) -> Vec<Asked> {
        let Some(read) = board.mix.as_ref().map(Mix::read_all) else { return Vec::new() };
        let session = board.history.session();
        ask_recorded(read, session, board).1
    }

    fn registers(board: &Board) -> impl Iterator<Item = Asked> {
        board.writes.iter().enumerate().flat_map(|(writer, writes)| {
            let last = writes.sent;
            writes.keys().map(move |key| {
                let floor = writes.floor(key);
                ask(&[b"GET", key], move |got, _| match leading_number(got)? {
                    number if number == floor => Ok(()),
                    number => Err(format!("{number} after write {floor} of writer {writer}, of {last}")),
                })
            })
        })
    }
}

impl Program for Auditor {
    fn act(&mut self, waiting: usize, board: &mut Board, _rng: &mut Rng) -> Act {
        if std::mem::replace(&mut self.asked, true) {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        let own = board.own_keys;
        let own_keys = ask(&[b"KEYS", b"own:*"], move |got, _| match got {
            Value::Array(keys) if keys.len() == own => Ok(()),
            other => Err(format!("{own} keys of clients expected, got {other:?}")),
        });
        let mut pipeline: Vec<Asked> = Self::counters(board).collect();
        pipeline.extend(Self::registers(board));
        pipeline.push(Self::log(board));
        pipeline.extend(Self::what_history_left(board));
        pipeline.extend(waiting::audit(board));
        pipeline.push(own_keys);
        pipeline.push(ask(&[b"DBSIZE"], move |got, _| {
            let size = integer(got)?;
            if size >= own as i64 { Ok(()) } else { Err(format!("{size} keys, of which {own} are known")) }
        }));
        pipeline.push(ask_exactly(&[b"FLUSHALL"], ok()));
        pipeline.push(ask_exactly(&[b"KEYS", b"*"], Value::Array(Vec::new())));
        pipeline.push(ask_exactly(&[b"DBSIZE"], Value::Integer(0)));
        pipeline.push(ask_exactly(&[b"SET", b"a", b"1"], ok()));
        pipeline.push(ask_exactly(&[b"DBSIZE"], Value::Integer(1)));
        Act::Send(pipeline)
    }
}

//! Taking a history down, and showing it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use super::call::Call;
use crate::resp::Value;

/// Operations of a history; the search keeps sets of them in the bits of one number.
pub const OPERATIONS_MAX: usize = 128;

/// A set of operations, by their numbers.
pub type Operations = u128;

/// What one client asked once.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The connection it was asked on.
    pub session: usize,
    /// What.
    pub call: Call,
    /// When it could have reached the server at the earliest, on any clock that all clients share.
    pub asked_at: u64,
    /// When the client had its reply, and which.
    pub answered: Option<(u64, Value)>,
    /// Whether it waited to the end for what did not come.
    pub in_vain: bool,
    /// The keys named, and those whose watch it ends.
    keys: BTreeSet<Vec<u8>>,
}

/// What was asked and answered.
#[derive(Clone, Debug, Default)]
pub struct History {
    operations: Vec<Operation>,
    /// Per session: what it watches.
    watched: BTreeMap<usize, BTreeSet<Vec<u8>>>,
    sessions: usize,
}

impl History {
    /// A number for a connection that begins.
    pub fn session(&mut self) -> usize {
        self.sessions += 1;
        self.sessions - 1
    }

    /// Notes that a session is about to send a call, behind all that it has sent before; returns its number.
    pub fn ask(&mut self, session: usize, call: Call, now: u64) -> usize {
        assert!(self.operations.len() < OPERATIONS_MAX, "a history of more than {OPERATIONS_MAX} operations");
        let mut keys = call.keys();
        let watched = self.watched.entry(session).or_default();
        match &call {
            Call::One(command) if command[0] == b"WATCH" => watched.extend(keys.iter().cloned()),
            Call::One(command) if command[0] != b"UNWATCH" => {}
            Call::Script(..) => {}
            Call::One(_) | Call::Exec(_) => keys.append(watched),
        }
        self.operations.push(Operation {
            session,
            call,
            asked_at: now,
            answered: None,
            in_vain: false,
            keys,
        });
        self.operations.len() - 1
    }

    /// Notes that a call's first byte leaves only now.
    pub fn sent(&mut self, operation: usize, now: u64) {
        self.operations[operation].asked_at = now;
    }

    /// Notes a reply.
    pub fn answer(&mut self, operation: usize, reply: Value, now: u64) {
        let operation = &mut self.operations[operation];
        operation.answered = Some((now, operation.call.in_order(reply)));
    }

    /// Notes that all has ended and a session still waits for a reply: what it asked has done nothing. False if its command is none
    /// that waits.
    pub fn waits_in_vain(&mut self, session: usize) -> bool {
        let is_open =
            |operation: &&mut Operation| operation.session == session && operation.answered.is_none();
        let mut open = self.operations.iter_mut().filter(is_open).peekable();
        let waits = open.peek().is_some_and(|first| first.call.waits_for().is_some());
        open.for_each(|operation| operation.in_vain = waits);
        waits
    }

    /// The operations, by their numbers.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Per operation, those that must come before it: answered before it was asked, or sent before it on the same connection to
    /// one of its keys, or to wait.
    pub fn before(&self) -> Vec<Operations> {
        let is_before = |(earlier, one): (usize, &Operation), (later, other): (usize, &Operation)| {
            let by_time = one.answered.as_ref().is_some_and(|(at, _)| *at < other.asked_at);
            let in_order = one.call.waits_for().is_some() || !one.keys.is_disjoint(&other.keys);
            let by_session = one.session == other.session && earlier < later && in_order;
            by_time || by_session
        };
        let all = || self.operations.iter().enumerate();
        all()
            .map(|other| {
                all().filter(|one| is_before(*one, other)).fold(0, |set, (number, _)| set | 1 << number)
            })
            .collect()
    }
}

/// The calls and their replies, ordered by when they were asked, each with a bar from then until its reply.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut instants: Vec<u64> = self.operations.iter().map(|operation| operation.asked_at).collect();
        instants.extend(
            self.operations.iter().filter_map(|operation| operation.answered.as_ref().map(|(at, _)| *at)),
        );
        instants.sort_unstable();
        instants.dedup();
        let place = |at: u64| instants.partition_point(|instant| *instant < at);
        let mut rows: Vec<(usize, &Operation)> = self.operations.iter().enumerate().collect();
        rows.sort_by_key(|(number, operation)| (operation.asked_at, *number));
        for (number, operation) in rows {
            let from = place(operation.asked_at);
            let until = operation.answered.as_ref().map_or(instants.len(), |(at, _)| place(*at));
            let mut bar = " ".repeat(from) + "|" + &"-".repeat(until.saturating_sub(from + 1));
            bar.push(if operation.answered.is_some() { '|' } else { '>' });
            let reply = operation.answered.as_ref().map_or(
                if operation.in_vain { "waits to the end".into() } else { "no answer".into() },
                |(_, reply)| shown(reply),
            );
            let (call, session) = (&operation.call, operation.session);
            let width = instants.len() + 1;
            writeln!(f, "  #{number:<3} s{session:<2} {bar:<width$}  {call}  ->  {reply}")?;
        }
        Ok(())
    }
}

/// A reply in a few words.
pub fn shown(reply: &Value) -> String {
    match reply {
        Value::Simple(text) => format!("+{}", text.escape_ascii()),
        Value::Error(text) => format!("-{}", text.escape_ascii()),
        Value::Integer(number) => format!("{number}"),
        Value::Bulk(text) => format!("\"{}\"", text.escape_ascii()),
        Value::NullBulk => "nil".into(),
        Value::NullArray => "nil array".into(),
        Value::Array(elements) => {
            let mut text = String::from("[");
            for (index, element) in elements.iter().enumerate() {
                let _ = write!(text, "{}{}", if index > 0 { ", " } else { "" }, shown(element));
            }
            text + "]"
        }
        other => format!("{other:?}"),
    }
}

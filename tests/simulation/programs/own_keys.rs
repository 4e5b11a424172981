//! A client with keys, or a whole database, of its own: every reply of every pipeline is known when it is sent.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use shards::structures::random::Rng;

use super::own_scan::OwnScan;
use crate::{
    board::Board,
    machine::elsewhere::{REFUSED_END, SIMULATED},
    program::{Act, Asked, Program, ask, ask_exactly, equal, ok, show},
    resp::Value,
};

#[derive(Clone)]
enum Held {
    Text(Vec<u8>),
    List(Vec<Vec<u8>>),
}

/// The client.
pub struct OwnKeys {
    prefix: String,
    /// Its own database; it shares database 0 if there is none.
    database: Option<usize>,
    selected: bool,
    left: usize,
    sent: u64,
    model: BTreeMap<Vec<u8>, Held>,
    scan: Option<Rc<RefCell<OwnScan>>>,
}

impl OwnKeys {
    /// Client number `client`; will send about `commands` commands.
    pub fn new(client: usize, database: Option<usize>, commands: usize) -> Self {
        Self {
            prefix: format!("own:{client}:"),
            database,
            selected: database.is_none(),
            left: commands,
            sent: 0,
            model: BTreeMap::new(),
            scan: None,
        }
    }

    fn key(&self, kind: char, rng: &mut Rng) -> Vec<u8> {
        format!("{}{kind}{}", self.prefix, rng.below(5)).into_bytes()
    }

    fn any_key(&self, rng: &mut Rng) -> Vec<u8> {
        let kind = ['t', 'n', 'l'][rng.below(3)];
        self.key(kind, rng)
    }

    /// A value that no other command has.
    fn value(&mut self, rng: &mut Rng) -> Vec<u8> {
        self.sent += 1;
        let mut value = format!("{}{}.", self.prefix, self.sent).into_bytes();
        match rng.below(24) {
            0 => value.resize(32_768 + rng.below(9_000), b'L'),
            1 => value.resize(200 + rng.below(20_000), b'm'),
            _ => {}
        }
        value
    }

    fn text(&self, key: &[u8]) -> Option<&[u8]> {
        match self.model.get(key) {
            Some(Held::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn next(&mut self, rng: &mut Rng) -> Asked {
        self.left = self.left.saturating_sub(1);
        match rng.below(20) {
            0..=3 => self.set(rng),
            4..=6 => self.get(rng),
            7 => self.append(rng),
            8 | 9 => self.increment(rng),
            10 => self.count_keys(b"DEL", rng),
            11 => self.count_keys(b"EXISTS", rng),
            12 => self.set_many(rng),
            13 => self.get_many(rng),
            14 | 15 => self.push(rng),
            16 => self.range(rng),
            17 if rng.below(2) == 0 => self.migrate(rng),
            17 => self.echo(rng),
            18 => self.keys(),
            _ => self.whole_database(rng),
        }
    }

    fn set(&mut self, rng: &mut Rng) -> Asked {
        let (key, value) = (self.key('t', rng), self.value(rng));
        let asked = ask_exactly(&[b"SET", &key, &value], ok());
        self.model.insert(key, Held::Text(value));
        asked
    }

    fn get(&mut self, rng: &mut Rng) -> Asked {
        let key = self.key('t', rng);
        ask_exactly(&[b"GET", &key], string(self.text(&key)))
    }

    fn append(&mut self, rng: &mut Rng) -> Asked {
        let (key, value) = (self.key('t', rng), self.value(rng));
        let text = [self.text(&key).unwrap_or_default(), &value].concat();
        let asked = ask_exactly(&[b"APPEND", &key, &value], Value::Integer(text.len() as i64));
        self.model.insert(key, Held::Text(text));
        asked
    }

    fn increment(&mut self, rng: &mut Rng) -> Asked {
        let key = self.key('n', rng);
        let number = std::str::from_utf8(self.text(&key).unwrap_or(b"0"))
            .ok()
            .and_then(|text| text.parse::<i64>().ok())
            .map_or(0, |number| number + 1);
        let asked = ask_exactly(&[b"INCR", &key], Value::Integer(number));
        self.model.insert(key, Held::Text(number.to_string().into_bytes()));
        asked
    }

    fn count_keys(&mut self, command: &[u8], rng: &mut Rng) -> Asked {
        let keys: Vec<Vec<u8>> = (0..=rng.below(4)).map(|_| self.any_key(rng)).collect();
        let delete = command == b"DEL";
        let mut count = 0;
        for key in &keys {
            let held = if delete { self.model.remove(key).is_some() } else { self.model.contains_key(key) };
            count += i64::from(held);
        }
        let arguments: Vec<&[u8]> = std::iter::once(command).chain(keys.iter().map(Vec::as_slice)).collect();
        ask_exactly(&arguments, Value::Integer(count))
    }

    /// Sends keys to another server, which refuses some.
    fn migrate(&mut self, rng: &mut Rng) -> Asked {
        let mut keys: Vec<Vec<u8>> = (0..=rng.below(4)).map(|_| self.any_key(rng)).collect();
        keys.sort();
        keys.dedup();
        let mut arguments: Vec<&[u8]> = vec![b"MIGRATE", SIMULATED, b"1", b"", b"0", b"1000", b"KEYS"];
        arguments.extend(keys.iter().map(Vec::as_slice));
        let there: Vec<&Vec<u8>> = keys.iter().filter(|key| self.model.contains_key(*key)).collect();
        let is_refused = |key: &Vec<u8>| key.ends_with(&[REFUSED_END]);
        let expected = if there.is_empty() {
            Value::Simple(b"NOKEY".to_vec())
        } else if there.iter().any(|key| is_refused(key)) {
            Value::Error(b"ERR Target instance replied with error: ERR not here".to_vec())
        } else {
            ok()
        };
        self.model.retain(|key, _| is_refused(key) || !keys.contains(key));
        ask_exactly(&arguments, expected)
    }

    fn set_many(&mut self, rng: &mut Rng) -> Asked {
        let pairs: Vec<(Vec<u8>, Vec<u8>)> =
            (0..=rng.below(5)).map(|_| (self.key('t', rng), self.value(rng))).collect();
        let mut arguments: Vec<&[u8]> = vec![b"MSET"];
        for (key, value) in &pairs {
            arguments.extend([key.as_slice(), value]);
        }
        let asked = ask_exactly(&arguments, ok());
        for (key, value) in pairs {
            self.model.insert(key, Held::Text(value));
        }
        asked
    }

    fn get_many(&mut self, rng: &mut Rng) -> Asked {
        let keys: Vec<Vec<u8>> = (0..=rng.below(6)).map(|_| self.any_key(rng)).collect();
        let expected = keys.iter().map(|key| string(self.text(key))).collect();
        let arguments: Vec<&[u8]> =
            std::iter::once(&b"MGET"[..]).chain(keys.iter().map(Vec::as_slice)).collect();
        ask_exactly(&arguments, Value::Array(expected))
    }

    fn push(&mut self, rng: &mut Rng) -> Asked {
        let (key, value) = (self.key('l', rng), self.value(rng));
        let held = self.model.entry(key.clone()).or_insert_with(|| Held::List(Vec::new()));
        let Held::List(list) = held else { panic!("{} is no list", key.escape_ascii()) };
        list.push(value.clone());
        ask_exactly(&[b"RPUSH", &key, &value], Value::Integer(list.len() as i64))
    }

    fn range(&mut self, rng: &mut Rng) -> Asked {
        let key = self.key('l', rng);
        let list = match self.model.get(&key) {
            Some(Held::List(list)) => list.iter().cloned().map(Value::Bulk).collect(),
            _ => Vec::new(),
        };
        ask_exactly(&[b"LRANGE", &key, b"0", b"-1"], Value::Array(list))
    }

    fn echo(&mut self, rng: &mut Rng) -> Asked {
        let value = self.value(rng);
        ask_exactly(&[b"ECHO", &value], Value::Bulk(value.clone()))
    }

    fn keys(&mut self) -> Asked {
        let expected: Vec<Vec<u8>> = self.model.keys().cloned().collect();
        ask(&[b"KEYS", format!("{}*", self.prefix).as_bytes()], move |got, _| {
            let Value::Array(found) = got else { return Err(format!("no array: {}", show(got))) };
            let mut found: Vec<Vec<u8>> = found
                .iter()
                .map(|key| if let Value::Bulk(key) = key { key.clone() } else { Vec::new() })
                .collect();
            found.sort();
            let list = |keys: Vec<Vec<u8>>| Value::Array(keys.into_iter().map(Value::Bulk).collect());
            equal(&list(found), &list(expected))
        })
    }

    /// What only the owner of a database can know.
    fn whole_database(&mut self, rng: &mut Rng) -> Asked {
        if self.database.is_none() {
            return self.get(rng);
        }
        if rng.below(3) == 0 {
            self.model.clear();
            return ask_exactly(&[b"FLUSHDB"], ok());
        }
        ask_exactly(&[b"DBSIZE"], Value::Integer(self.model.len() as i64))
    }

    /// The next step of a walk with SCAN; nothing when it is over.
    fn scan(&mut self, rng: &mut Rng) -> Option<Asked> {
        let scan = self.scan.as_ref()?;
        if scan.borrow().is_over() {
            self.scan = None;
            return None;
        }
        Some(OwnScan::next(scan, &format!("{}*", self.prefix), 1 + rng.below(4)))
    }
}

fn string(value: Option<&[u8]>) -> Value {
    value.map_or(Value::NullBulk, |value| Value::Bulk(value.to_vec()))
}

impl Program for OwnKeys {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.scan.is_some() {
            if waiting > 0 {
                return Act::Wait;
            }
            if let Some(next) = self.scan(rng) {
                return Act::Send(vec![next]);
            }
        }
        if self.left == 0 {
            if waiting == 0 && self.database.is_none() {
                board.own_keys += self.model.len();
            }
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 20 {
            return Act::Wait;
        }
        if waiting == 0 && self.selected && rng.below(8) == 0 {
            let keys = self.model.keys().cloned().collect();
            self.scan = Some(Rc::new(RefCell::new(OwnScan::new(keys))));
        }
        let mut pipeline = Vec::new();
        if let Some(database) = self.database.filter(|_| !self.selected) {
            pipeline.push(ask_exactly(&[b"SELECT", database.to_string().as_bytes()], ok()));
            self.selected = true;
        } else if let Some(next) = self.scan(rng) {
            pipeline.push(next);
            return Act::Send(pipeline);
        }
        pipeline.extend((0..=rng.below(10)).map(|_| self.next(rng)));
        Act::Send(pipeline)
    }
}

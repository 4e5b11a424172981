//! What the clients of a history ask: small random plans over a handful of keys, so that they get in each other's way.

use shards::structures::random::Rng;

use super::call::{Call, Scripted, Words};

/// Members of sets; few, so that sets have them in common.
const MEMBERS: [&[u8]; 3] = [b"x", b"y", b"z"];

/// Which commands are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// Those that take effect in one hop: each of their keys on its own, or all at once.
    OneHop,
    /// Also those that read some keys to write others, and WATCH.
    All,
    /// Also scripts that run several of these.
    Scripts,
    /// Also those that wait where they find nothing, and more than else of those that serve them.
    Waiting {
        /// For how long they may wait, in seconds.
        timeouts: &'static [&'static str],
    },
}

/// Calls that a client sends in one go.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The calls.
    pub calls: Vec<Call>,
    /// Whether the client first awaits the replies to all before.
    pub waits: bool,
}

/// What may be asked.
#[derive(Clone, Debug)]
pub struct Mix {
    registers: Vec<Vec<u8>>,
    lists: Vec<Vec<u8>>,
    sets: Vec<Vec<u8>>,
    kinds: Kinds,
}

/// The source of one client's choices.
struct Draw<'a> {
    mix: &'a Mix,
    rng: &'a mut Rng,
    /// The number written last; no other client writes it.
    last_value: usize,
}

impl Mix {
    /// A mix over these keys: a third of them for registers, for lists and for sets each; or two thirds for lists, if some wait.
    pub fn new(keys: &[Vec<u8>], kinds: Kinds) -> Mix {
        if matches!(kinds, Kinds::Waiting { .. }) {
            let (others, lists) = keys.split_at(keys.len() / 3);
            let (registers, sets) = others.split_at(others.len() / 2);
            return Mix { registers: registers.into(), lists: lists.into(), sets: sets.into(), kinds };
        }
        let every_third = |first: usize| keys.iter().skip(first).step_by(3).cloned().collect();
        Mix { registers: every_third(0), lists: every_third(1), sets: every_third(2), kinds }
    }

    /// What client number `client` asks: `calls` calls, or one more.
    pub fn plan(&self, client: usize, calls: usize, rng: &mut Rng) -> Vec<Batch> {
        let mut draw = Draw { mix: self, rng, last_value: (client + 1) * 1_000 };
        let mut batches = Vec::new();
        let mut left = calls;
        while left > 0 {
            let drawn = draw.batches();
            left = left.saturating_sub(drawn.iter().map(|batch| batch.calls.len()).sum());
            batches.extend(drawn);
        }
        batches
    }

    /// All that the keys hold, read at one instant.
    pub fn read_all(&self) -> Call {
        let read = |key: &Vec<u8>| {
            [command(&[b"GET", key]), command(&[b"LRANGE", key, b"0", b"-1"]), command(&[b"SMEMBERS", key])]
        };
        let keys = [&self.registers, &self.lists, &self.sets];
        Call::Exec(keys.into_iter().flatten().flat_map(read).collect())
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &Vec<u8>> {
        [&self.registers, &self.lists, &self.sets].into_iter().flatten()
    }
}

impl Draw<'_> {
    fn batches(&mut self) -> Vec<Batch> {
        let waits = self.rng.below(2) == 0;
        let one = |calls| vec![Batch { calls, waits }];
        if self.mix.kinds == Kinds::Scripts && self.rng.below(3) == 0 {
            return one(vec![self.script()]);
        }
        match self.rng.below(9) {
            0..=2 => one(vec![Call::One(self.any_command())]),
            3 | 4 => {
                let calls = 2 + self.rng.below(2);
                one((0..calls).map(|_| Call::One(self.any_command())).collect())
            }
            5 => one(vec![self.exec()]),
            6 if self.mix.kinds != Kinds::OneHop => self.watched(),
            7 => self.one_after_the_other(),
            _ => one(vec![self.read()]),
        }
    }

    fn exec(&mut self) -> Call {
        let commands = 1 + self.rng.below(4);
        Call::Exec((0..commands).map(|_| self.any_command()).collect())
    }

    /// A script that runs a few commands. One that is called with the keys of its first command only reads there, so that it has done
    /// nothing before it turns out to use others.
    fn script(&mut self) -> Call {
        let commands = 1 + self.rng.below(4);
        let mut commands: Vec<Words> = (0..commands).map(|_| self.any_command()).collect();
        let scripted = match self.rng.below(3) {
            0 => Scripted::All,
            1 => Scripted::None,
            _ => {
                commands.truncate(1);
                commands.insert(0, command(&[b"GET", &self.register()]));
                commands.truncate(1 + self.rng.below(2));
                Scripted::First
            }
        };
        Call::Script(scripted, commands)
    }

    /// All keys of a kind at once.
    fn read(&mut self) -> Call {
        let mix = self.mix;
        let read = |name: &[u8], keys: &[Vec<u8>]| [&[name.to_vec()], keys].concat();
        match self.rng.below(4) {
            0 => Call::One(read(b"MGET", &mix.registers)),
            1 => mix.read_all(),
            2 => Call::Exec(mix.lists.iter().map(|key| command(&[b"LRANGE", key, b"0", b"-1"])).collect()),
            _ => Call::Exec(mix.sets.iter().map(|key| command(&[b"SMEMBERS", key])).collect()),
        }
    }

    /// A key of a kind, and when that is answered, another: what was seen in one is to be seen in the other.
    fn one_after_the_other(&mut self) -> Vec<Batch> {
        let (keys, name): (_, &[u8]) = match self.rng.below(2) {
            0 => (&self.mix.registers, b"GET"),
            _ => (&self.mix.sets, b"SMEMBERS"),
        };
        let first = self.rng.below(keys.len());
        let read = |at: usize| Call::One(command(&[name, &keys[(first + at) % keys.len()]]));
        [read(0), read(1)].map(|call| Batch { calls: vec![call], waits: true }).into()
    }

    /// WATCH, a read or a write of its own, and an EXEC that rests on it, at once or after the replies.
    fn watched(&mut self) -> Vec<Batch> {
        let (one, other) = (self.any_key(), self.any_key());
        let mut calls = vec![Call::One(command(&[b"WATCH", &one, &other]))];
        match self.rng.below(8) {
            0 => calls.push(Call::One(command(&[b"UNWATCH"]))),
            1 => calls.push(Call::One(self.any_command())),
            _ => {}
        }
        let exec = self.exec();
        let waits = self.rng.below(2) == 0;
        if self.rng.below(3) == 0 {
            calls.push(exec);
            return vec![Batch { calls, waits }];
        }
        vec![Batch { calls, waits }, Batch { calls: vec![exec], waits: true }]
    }

    fn any_command(&mut self) -> Words {
        let kinds = match self.mix.kinds {
            Kinds::OneHop => 10,
            Kinds::All | Kinds::Scripts => 14,
            Kinds::Waiting { timeouts } => match self.rng.below(3) {
                0 => return self.waiting(timeouts),
                1 => return self.of_lists(),
                _ => 14,
            },
        };
        match self.rng.below(kinds) {
            0..=3 => self.of_registers(),
            4..=6 => self.of_lists(),
            7 | 8 => self.of_sets(),
            9 => self.of_any_keys(),
            10 | 11 => self.between_lists(),
            12 => self.between_sets(),
            _ => self.between_keys(),
        }
    }

    fn of_registers(&mut self) -> Words {
        let (key, other, value) = (self.register(), self.register(), self.value());
        match self.rng.below(8) {
            0 | 1 => command(&[b"SET", &key, &value]),
            2 => command(&[b"GET", &key]),
            3 => command(&[b"INCR", &key]),
            4 => command(&[b"APPEND", &key, &value]),
            5 => command(&[b"GETSET", &key, &value]),
            6 => {
                let second = self.value();
                command(&[b"MSET", &key, &value, &other, &second])
            }
            _ => command(&[b"MGET", &key, &other]),
        }
    }

    fn of_lists(&mut self) -> Words {
        let (key, value) = (self.list(), self.value());
        match self.rng.below(6) {
            0 => {
                let second = self.value();
                command(&[b"RPUSH", &key, &value, &second])
            }
            1 => command(&[b"RPUSH", &key, &value]),
            2 => command(&[b"LPUSH", &key, &value]),
            3 => command(&[b"LPOP", &key]),
            4 => command(&[b"RPOP", &key]),
            _ => command(&[b"LRANGE", &key, b"0", b"-1"]),
        }
    }

    fn of_sets(&mut self) -> Words {
        let (key, member) = (self.set(), self.member());
        match self.rng.below(6) {
            0 | 1 => command(&[b"SADD", &key, member]),
            2 => command(&[b"SADD", &key, b"x", b"y"]),
            3 => command(&[b"SREM", &key, member]),
            4 => command(&[b"SISMEMBER", &key, member]),
            _ => command(&[b"SMEMBERS", &key]),
        }
    }

    fn of_any_keys(&mut self) -> Words {
        let (one, other, third) = (self.any_key(), self.any_key(), self.any_key());
        match self.rng.below(3) {
            0 => command(&[b"DEL", &one, &other]),
            1 => command(&[b"EXISTS", &one, &other]),
            _ => command(&[b"EXISTS", &one, &other, &third]),
        }
    }

    fn between_lists(&mut self) -> Words {
        let (from, to) = (self.list(), self.list());
        match self.rng.below(4) {
            0 => command(&[b"RPOPLPUSH", &from, &to]),
            1 => command(&[b"LMOVE", &from, &to, b"LEFT", b"LEFT"]),
            2 => command(&[b"LMOVE", &from, &to, b"RIGHT", b"RIGHT"]),
            _ => command(&[b"LMOVE", &from, &to, b"LEFT", b"RIGHT"]),
        }
    }

    fn waiting(&mut self, timeouts: &[&str]) -> Words {
        let (one, other, third) = (self.list(), self.list(), self.list());
        let timeout = timeouts[self.rng.below(timeouts.len())].as_bytes();
        let side: &[u8] = if self.rng.below(2) == 0 { b"LEFT" } else { b"RIGHT" };
        match self.rng.below(10) {
            0 => command(&[b"BLPOP", &one, timeout]),
            1 | 2 => command(&[b"BLPOP", &one, &other, &third, timeout]),
            3 => command(&[b"BRPOP", &one, timeout]),
            4 => command(&[b"BRPOP", &one, &other, timeout]),
            5 | 6 => command(&[b"BLMOVE", &one, &other, side, b"RIGHT", timeout]),
            7 => command(&[b"BRPOPLPUSH", &one, &other, timeout]),
            8 => command(&[b"BLMPOP", timeout, b"1", &one, side, b"COUNT", b"2"]),
            _ => command(&[b"BLMPOP", timeout, b"2", &one, &other, side]),
        }
    }

    fn between_sets(&mut self) -> Words {
        let (one, other, third, member) = (self.set(), self.set(), self.set(), self.member());
        match self.rng.below(6) {
            0 | 1 => command(&[b"SMOVE", &one, &other, member]),
            2 => command(&[b"SINTERSTORE", &one, &other, &third]),
            3 => command(&[b"SUNIONSTORE", &one, &other, &third]),
            4 => command(&[b"SINTER", &one, &other]),
            _ => command(&[b"SUNION", &one, &other]),
        }
    }

    /// Mostly within a kind: the wrong type is asked for often enough without.
    fn between_keys(&mut self) -> Words {
        let (from, to) = match self.rng.below(7) {
            0 | 1 => (self.register(), self.register()),
            2 | 3 => (self.list(), self.list()),
            4 | 5 => (self.set(), self.set()),
            _ => (self.any_key(), self.any_key()),
        };
        match self.rng.below(4) {
            0 | 1 => command(&[b"RENAME", &from, &to]),
            2 => command(&[b"COPY", &from, &to]),
            _ => command(&[b"COPY", &from, &to, b"REPLACE"]),
        }
    }

    fn one_of(&mut self, keys: &[Vec<u8>]) -> Vec<u8> {
        keys[self.rng.below(keys.len())].clone()
    }

    fn register(&mut self) -> Vec<u8> {
        self.one_of(&self.mix.registers)
    }

    fn list(&mut self) -> Vec<u8> {
        self.one_of(&self.mix.lists)
    }

    fn set(&mut self) -> Vec<u8> {
        self.one_of(&self.mix.sets)
    }

    fn any_key(&mut self) -> Vec<u8> {
        match self.rng.below(3) {
            0 => self.register(),
            1 => self.list(),
            _ => self.set(),
        }
    }

    fn member(&mut self) -> &'static [u8] {
        MEMBERS[self.rng.below(MEMBERS.len())]
    }

    /// A number that is written once.
    fn value(&mut self) -> Vec<u8> {
        self.last_value += 1;
        self.last_value.to_string().into_bytes()
    }
}

fn command(words: &[&[u8]]) -> Words {
    words.iter().map(|word| word.to_vec()).collect()
}

//! A library that is replaced again and again, and those who call its function. Who knows of a version, because it was loaded or
//! because anyone was answered by it, must be answered by that one or a later one, on whichever core the function runs.

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, ask_exactly, elements, equal, integer, show},
    resp::Value,
};

/// Loads version after version of a library of its own.
pub struct Librarian {
    number: usize,
    left: u64,
    version: u64,
}

impl Librarian {
    /// Will load `versions` versions of library `number`.
    pub fn new(number: usize, versions: u64, board: &mut Board) -> Self {
        board.versions.push(0);
        Self { number, left: versions, version: 0 }
    }

    fn load(&mut self) -> Asked {
        self.left -= 1;
        self.version += 1;
        let (number, version) = (self.number, self.version);
        let name = format!("l{number}");
        // Every other version reads a key that it was not called with, behind what it writes.
        let afterwards = if version.is_multiple_of(2) { "redis.call('get', 'afterwards')" } else { "" };
        let code = format!(
            "#!lua name={name}\nredis.register_function('f{number}', function(keys, args) \
             if args[1] then redis.call('get', args[1]) end if keys[1] then redis.call('incr', keys[1]) end {afterwards} return {version} end)"
        );
        ask(&[b"FUNCTION", b"LOAD", b"REPLACE", code.as_bytes()], move |got, board| {
            equal(got, &Value::Bulk(name.into_bytes()))?;
            board.learn_version(number, version);
            Ok(())
        })
    }
}

impl Program for Librarian {
    fn act(&mut self, waiting: usize, _board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 0 && rng.below(3) > 0 {
            return Act::Wait;
        }
        Act::Send(vec![self.load()])
    }
}

/// Calls the functions of all libraries.
pub struct Caller {
    libraries: usize,
    keys: Vec<Vec<u8>>,
    left: usize,
}

impl Caller {
    /// Will call `calls` times, with some of `keys`.
    pub fn new(libraries: usize, keys: Vec<Vec<u8>>, calls: usize) -> Self {
        Self { libraries, keys, left: calls }
    }

    /// A call, with keys of one core, of several, or with one that it only says by the way.
    fn call(&self, number: usize, rng: &mut Rng) -> Vec<Vec<u8>> {
        let mut key = || self.keys[rng.below(self.keys.len())].clone();
        let (one, other) = (key(), key());
        let function = format!("f{number}").into_bytes();
        let mut call = vec![b"FCALL".to_vec(), function];
        match rng.below(6) {
            0 => call.extend([b"0".to_vec()]),
            1 => call.extend([b"2".to_vec(), one, other]),
            2 => call.extend([b"1".to_vec(), one, other]),
            _ => call.extend([b"1".to_vec(), one]),
        }
        call
    }

    fn next(&mut self, board: &Board, rng: &mut Rng) -> Vec<Asked> {
        self.left -= 1;
        let number = rng.below(self.libraries);
        let floor = board.versions[number];
        if rng.below(4) > 0 {
            let call = self.call(number, rng);
            let call: Vec<&[u8]> = call.iter().map(Vec::as_slice).collect();
            return vec![ask(&call, move |got, board| version(got, number, floor, board).map(drop))];
        }
        let simple = |text: &[u8]| Value::Simple(text.to_vec());
        let mut pipeline = vec![ask_exactly(&[b"MULTI"], simple(b"OK"))];
        for _ in 0..2 {
            let call = self.call(number, rng);
            let call: Vec<&[u8]> = call.iter().map(Vec::as_slice).collect();
            pipeline.push(ask_exactly(&call, simple(b"QUEUED")));
        }
        pipeline.push(ask(&[b"EXEC"], move |got, board| {
            let [one, other] = elements(got)? else { return Err(format!("two replies: {}", show(got))) };
            let (one, other) = (version(one, number, floor, board)?, version(other, number, floor, board)?);
            if one == other { Ok(()) } else { Err(format!("versions {one} and {other} in one transaction")) }
        }));
        pipeline
    }
}

/// The version that has answered, at least `floor`; 0 if there was none yet.
fn version(got: &Value, number: usize, floor: u64, board: &mut Board) -> Result<u64, String> {
    let version = match got {
        Value::Error(text) if text == b"ERR Function not found" => 0,
        got => u64::try_from(integer(got)?).map_err(|error| error.to_string())?,
    };
    if version < floor {
        return Err(format!("function f{number} of version {version}, when version {floor} was known"));
    }
    board.learn_version(number, version);
    Ok(version)
}

impl Program for Caller {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.left == 0 {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 4 || waiting > 0 && rng.below(3) > 0 {
            return Act::Wait;
        }
        Act::Send(self.next(board, rng))
    }
}

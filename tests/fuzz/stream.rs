//! Byte streams that are nearly requests: whole commands, some of them damaged, and what nobody would send.

use shards::structures::random::Rng;

/// Commands whose replies depend on nothing but the commands before them, in words; `K` stands for a key, `V` for a
/// value, `N` for a number.
const COMMANDS: &[&str] = &[
    "GET K",
    "SET K V",
    "SET K V NX",
    "SET K V EX 100",
    "APPEND K V",
    "STRLEN K",
    "INCR K",
    "INCRBY K N",
    "DECRBY K N",
    "MSET K V K V K V",
    "MGET K K K K",
    "DEL K K",
    "EXISTS K K K",
    "TYPE K",
    "GETSET K V",
    "GETDEL K",
    "LPUSH K V V",
    "RPUSH K V",
    "LPOP K",
    "RPOP K N",
    "LRANGE K N N",
    "LLEN K",
    "SADD K V V",
    "SISMEMBER K V",
    "SCARD K",
    "HSET K V V",
    "HGET K V",
    "ZADD K N V",
    "ZSCORE K V",
    "ZCARD K",
    "ZRANGE K N N",
    "PING",
    "PING V",
    "ECHO V",
    "EXPIRE K 1000",
    "PERSIST K",
    "DBSIZE",
    "NOPE V",
];

/// Bytes that the protocol gives a meaning to.
const TELLING: &[u8] = b"*$\r\n-+0123456789 \"'\\\0\xff";

/// Counts and lengths that break what is not careful.
const NUMBERS: &[&str] = &[
    "-1",
    "-2",
    "0",
    "1",
    "2",
    "3",
    "00",
    "01",
    "+1",
    "1 ",
    " 1",
    "",
    "x",
    "1x",
    "16",
    "255",
    "16384",
    "32767",
    "32768",
    "65536",
    "1048575",
    "1048576",
    "1048577",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "536870912",
    "536870913",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999",
    "1e3",
    "0x10",
];

/// What is drawn for a stream.
pub struct Draw(Rng);

impl Draw {
    /// The draw of a seed.
    pub fn new(seed: u64) -> Draw {
        Draw(Rng::new(seed))
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length)
            .map(|_| if self.one_in(3) { TELLING[self.below(TELLING.len())] } else { self.below(256) as u8 })
            .collect()
    }

    fn value(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => Vec::new(),
            1 => self.bytes(40),
            2 => vec![b'v'; self.below(600)],
            3 => self.of(NUMBERS).as_bytes().to_vec(),
            _ => format!("value{}", self.below(10)).into_bytes(),
        }
    }

    fn word(&mut self, word: &str) -> Vec<u8> {
        match word {
            "K" => format!("key:{}", self.below(12)).into_bytes(),
            "V" => self.value(),
            "N" => (self.below(20) as i64 - 5).to_string().into_bytes(),
            other if self.one_in(8) => other.to_lowercase().into_bytes(),
            other => other.as_bytes().to_vec(),
        }
    }

    fn words(&mut self) -> Vec<Vec<u8>> {
        let command = self.of(COMMANDS);
        command.split(' ').map(|word| self.word(word)).collect()
    }

    /// A command as an array, one of its numbers wrong if `damaged`.
    fn array(&mut self, damaged: bool) -> Vec<u8> {
        let words = self.words();
        let wrong = if damaged { self.below(words.len() + 1) } else { usize::MAX };
        let mut number = |index: usize, right: usize| {
            if index == wrong { self.of(NUMBERS).to_owned() } else { right.to_string() }
        };
        let mut bytes = format!("*{}\r\n", number(0, words.len())).into_bytes();
        for (index, word) in words.iter().enumerate() {
            bytes.extend_from_slice(format!("${}\r\n", number(index + 1, word.len())).as_bytes());
            bytes.extend_from_slice(word);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    }

    /// A command on a line, its words in quotes now and then.
    fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        for word in self.words() {
            match self.below(6) {
                0 => line.extend_from_slice(&[b"\"", &word[..], b"\""].concat()),
                1 => line.extend_from_slice(&[b"'", &word[..], b"'"].concat()),
                2 => {
                    line.push(b'"');
                    line.extend(word.iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes()));
                    line.push(b'"');
                }
                _ => line.extend_from_slice(&word),
            }
            line.extend_from_slice(self.of(&[" ", "  ", "\t", " \x0b "]).as_bytes());
        }
        line.extend_from_slice(self.of(&["\r\n", "\n"]).as_bytes());
        line
    }

    /// A stream of some pieces of all kinds.
    pub fn stream(&mut self) -> Vec<u8> {
        let mut stream = Vec::new();
        for _ in 0..=self.below(24) {
            let piece = match self.below(40) {
                0 => self.array(true),
                1..=4 => self.line(),
                5 => self.bytes(60),
                6 => self
                    .of(&["\r\n", "\n", "*0\r\n", "*-1\r\n", "*1\r\n$0\r\n\r\n", "*1\r\n", "$3\r\nGET\r\n"])
                    .as_bytes()
                    .to_vec(),
                _ => self.array(false),
            };
            stream.extend_from_slice(&piece);
        }
        for _ in 0..self.below(3) {
            self.damage(&mut stream);
        }
        stream
    }

    /// One change somewhere: a byte, a part lost, a part twice.
    fn damage(&mut self, stream: &mut Vec<u8>) {
        if stream.is_empty() || self.one_in(2) {
            return;
        }
        let at = self.below(stream.len());
        let end = (at + self.below(20)).min(stream.len());
        match self.below(5) {
            0 => stream[at] = TELLING[self.below(TELLING.len())],
            1 => stream[at] ^= 1 << self.below(8),
            2 => drop(stream.drain(at..end)),
            3 => {
                let part = stream[at..end].to_vec();
                stream.splice(at..at, part);
            }
            _ => stream.truncate(at),
        }
    }
}

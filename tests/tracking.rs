//! Client-side caching on the real server: copies that clients keep are never left behind, whoever changes keys in whatever way.

#[path = "harness/mod.rs"]
mod harness;

use std::{
    collections::HashMap,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use harness::{
    connection::Connection,
    resp::{self, Value},
    server::Server,
};

/// How long something may take that happens soon.
const SOON: Duration = Duration::from_secs(20);

/// Servers that must do the same.
const TARGETS: [fn() -> Server; 3] =
    [|| Server::redis(&[]), || Server::kvadrant(1, &[]), || Server::kvadrant(4, &[])];

fn ok() -> Value {
    Value::Simple(b"OK".into())
}

fn ask(connection: &mut Connection, command: &[&str]) -> Value {
    connection.command(command).unwrap_or_else(|failure| panic!("{command:?}: {failure}"))
}

fn text(value: &Value) -> String {
    match value {
        Value::Bulk(text) => String::from_utf8_lossy(text).into_owned(),
        other => panic!("{other:?} is no text"),
    }
}

/// A generator of numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

const KEYS: u64 = 40;

fn key(numbers: &mut Numbers) -> String {
    format!("key:{}", numbers.below(KEYS))
}

/// A client that keeps copies of what it reads, as its options allow.
struct Cache {
    connection: Connection,
    copies: HashMap<String, Value>,
    /// It must drop by itself what it changes.
    no_loop: bool,
    /// It asks for every copy.
    opt_in: bool,
    invalidations: usize,
}

impl Cache {
    fn new(server: &Server, options: &[&str]) -> Cache {
        let mut connection = server.connect();
        connection.speak_resp3().expect("RESP3");
        let command: Vec<&str> = ["CLIENT", "TRACKING", "ON"].iter().chain(options).copied().collect();
        assert_eq!(ask(&mut connection, &command), ok());
        Cache {
            connection,
            copies: HashMap::new(),
            no_loop: options.contains(&"NOLOOP"),
            opt_in: options.contains(&"OPTIN"),
            invalidations: 0,
        }
    }

    /// The next reply; messages before it are heeded.
    fn reply(&mut self) -> Value {
        loop {
            match self.connection.reply().expect("a reply") {
                Value::Push(message) => self.heed(message),
                reply => return reply,
            }
        }
    }

    fn heed(&mut self, message: Vec<Value>) {
        assert_eq!(message.first(), Some(&Value::Bulk(b"invalidate".into())));
        self.invalidations += 1;
        match message.get(1) {
            Some(Value::Array(keys)) => {
                assert!(!keys.is_empty());
                for key in keys {
                    self.copies.remove(&text(key));
                }
            }
            Some(Value::Null) => self.copies.clear(),
            other => panic!("stale: {other:?}"),
        }
    }

    /// Sends a pipeline of reads and writes.
    fn send(&mut self, numbers: &mut Numbers, commands: u64, writes: bool) -> Vec<Vec<String>> {
        let commands: Vec<Vec<String>> = (0..commands)
            .map(|_| match numbers.below(10) {
                0 if writes => vec!["SET".into(), key(numbers), numbers.below(1 << 40).to_string()],
                1 if writes => vec!["RENAME".into(), key(numbers), key(numbers)],
                2 | 3 => vec!["MGET".into(), key(numbers), key(numbers), key(numbers)],
                _ => vec!["GET".into(), key(numbers)],
            })
            .collect();
        let mut pipeline = Vec::new();
        for command in &commands {
            if self.opt_in {
                pipeline.extend(resp::encode(&["CLIENT", "CACHING", "YES"]));
            }
            pipeline.extend(resp::encode(command));
        }
        self.connection.send(&pipeline).expect("a pipeline");
        commands
    }

    /// Keeps copies of what comes back.
    fn take(&mut self, commands: Vec<Vec<String>>) {
        for command in commands {
            if self.opt_in {
                assert_eq!(self.reply(), ok());
            }
            match (self.reply(), command[0].as_str()) {
                (Value::Array(values), "MGET") => self.copies.extend(command.into_iter().skip(1).zip(values)),
                (value, "GET") => drop(self.copies.insert(command[1].clone(), value)),
                (_, "SET" | "RENAME") if self.no_loop => {
                    command[1..].iter().for_each(|key| drop(self.copies.remove(key)));
                }
                (Value::Simple(_) | Value::Error(_), _) => {}
                (other, _) => panic!("{command:?}: {other:?}"),
            }
        }
    }
}

/// Changes keys in all ways there are.
fn change(server_port: u16, seed: u64, rounds: usize) {
    let mut connection = Connection::open(server_port).expect("a connection");
    let mut numbers = Numbers(seed);
    for _ in 0..rounds {
        let (one, other, value) = (key(&mut numbers), key(&mut numbers), numbers.below(1 << 40).to_string());
        let transaction: Vec<Vec<&str>> = match numbers.below(13) {
            0 => vec![vec!["DEL", &one, &other]],
            1 => vec![vec!["MSET", &one, &value, &other, &value]],
            2 => vec![vec!["RENAME", &one, &other]],
            3 => vec![vec!["SET", &one, &value, "PX", "3"]],
            4 => vec![vec!["MULTI"], vec!["SET", &one, &value], vec!["RENAME", &one, &other], vec!["EXEC"]],
            5 => vec![vec!["MULTI"], vec!["SET", &one, &value], vec!["DEL", &other], vec!["EXEC"]],
            6 => vec![vec!["COPY", &one, &other, "REPLACE"]],
            7 => vec![vec!["APPEND", &one, &value]],
            8 if numbers.below(20) == 0 => vec![vec!["FLUSHALL"]],
            9 => vec![vec!["PEXPIRE", &one, "2"]],
            _ => vec![vec!["SET", &one, &value]],
        };
        let mut pipeline = Vec::new();
        for command in &transaction {
            pipeline.extend(resp::encode(command));
        }
        connection.send(&pipeline).expect("a command");
        for _ in &transaction {
            connection.reply().expect("a reply");
        }
    }
}

/// Copies of keys that are not what the server has.
fn stale_copies(cache: &Cache, control: &mut Connection) -> Vec<(String, Value, Value)> {
    let is_missing = |value: &Value| matches!(value, Value::Null | Value::NullBulk);
    cache
        .copies
        .iter()
        .filter_map(|(key, copy)| {
            let value = ask(control, &["GET", key]);
            let same = *copy == value || is_missing(copy) && is_missing(&value);
            (!same).then(|| (key.clone(), copy.clone(), value))
        })
        .collect()
}

#[test]
fn no_copy_outlives_its_key() {
    const OPTIONS: [&[&str]; 6] =
        [&[], &["NOLOOP"], &["OPTIN"], &["BCAST"], &["BCAST", "NOLOOP"], &["BCAST", "PREFIX", "key:"]];
    for start in TARGETS {
        let server = start();
        let port = server.port();
        let writers: Vec<_> = (1..=2).map(|seed| thread::spawn(move || change(port, seed, 3_000))).collect();
        let mut caches: Vec<Cache> = OPTIONS.iter().map(|options| Cache::new(&server, options)).collect();
        let mut numbers = Numbers(100);
        let mut quiet_rounds = 0;
        // In the end they only read, so that the last changes concern copies.
        while quiet_rounds < 20 {
            let writes = !writers.iter().all(thread::JoinHandle::is_finished);
            quiet_rounds += u32::from(!writes);
            let sent: Vec<_> = caches
                .iter_mut()
                .map(|cache| {
                    let length = 1 + numbers.below(20);
                    cache.send(&mut numbers, length, writes)
                })
                .collect();
            caches.iter_mut().zip(sent).for_each(|(cache, sent)| cache.take(sent));
        }
        for writer in writers {
            writer.join().expect("a writer");
        }
        let mut control = server.connect();
        for (cache, options) in caches.iter_mut().zip(OPTIONS) {
            assert!(cache.invalidations > 0, "{options:?} hears of nothing");
            let deadline = Instant::now() + SOON;
            loop {
                cache.connection.send(&resp::encode(&["PING"])).expect("PING");
                assert_eq!(cache.reply(), Value::Simple(b"PONG".into()));
                let stale = stale_copies(cache, &mut control);
                if stale.is_empty() {
                    break;
                }
                assert!(Instant::now() < deadline, "{options:?}: {stale:?}");
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

#[test]
fn evicted_keys_are_told() {
    for start in TARGETS {
        let server = start();
        let mut control = server.connect();
        let mut cache = Cache::new(&server, &[]);
        let value = "x".repeat(1_000);
        for number in 0..20_000 {
            assert_eq!(ask(&mut control, &["SET", &format!("key:{number}"), &value]), ok());
        }
        for number in 0..20_000 {
            cache.connection.send(&resp::encode(&["EXISTS", &format!("key:{number}")])).expect("EXISTS");
            assert_eq!(cache.reply(), Value::Integer(1));
        }
        let limit = (control.figure("used_memory") - 4_000_000).to_string();
        assert_eq!(ask(&mut control, &["CONFIG", "SET", "maxmemory-policy", "allkeys-random"]), ok());
        assert_eq!(ask(&mut control, &["CONFIG", "SET", "maxmemory", &limit]), ok());
        let deadline = Instant::now() + SOON;
        while control.figure("evicted_keys") < 100 {
            assert!(Instant::now() < deadline, "nothing is evicted");
        }
        assert_eq!(ask(&mut control, &["CONFIG", "SET", "maxmemory", "0"]), ok());
        let evicted = control.figure("evicted_keys");
        while cache.invalidations < evicted {
            match cache.connection.reply().expect("a message") {
                Value::Push(message) => cache.heed(message),
                other => panic!("{other:?} is no message"),
            }
        }
        assert_eq!(control.figure("tracking_total_keys"), 20_000 - evicted);
    }
}

#[test]
fn the_table_keeps_to_its_limit() {
    const READ: usize = 5_000;
    for start in TARGETS {
        let server = start();
        let mut control = server.connect();
        assert_eq!(ask(&mut control, &["CONFIG", "SET", "tracking-table-max-keys", "1000"]), ok());
        let mut cache = Cache::new(&server, &[]);
        for number in 0..READ {
            cache.connection.send(&resp::encode(&["GET", &format!("key:{number}")])).expect("GET");
            assert_eq!(cache.reply(), Value::Null);
        }
        let deadline = Instant::now() + SOON;
        while control.figure("tracking_total_keys") > 1_000 {
            assert!(Instant::now() < deadline, "the table stays too large");
        }
        let left = control.figure("tracking_total_keys");
        assert_eq!(control.figure("tracking_total_items"), left);
        while cache.invalidations < READ - left {
            match cache.connection.reply().expect("a message") {
                Value::Push(message) => cache.heed(message),
                other => panic!("{other:?} is no message"),
            }
        }
    }
}

#[test]
fn one_client_hears_for_many() {
    for start in TARGETS {
        let server = start();
        let mut told = server.connect();
        let Value::Integer(id) = ask(&mut told, &["CLIENT", "ID"]) else { panic!("CLIENT ID") };
        let confirmed = ask(&mut told, &["SUBSCRIBE", "__redis__:invalidate"]);
        assert!(matches!(confirmed, Value::Array(_)));
        let mut readers: Vec<Connection> = (0..8).map(|_| server.connect()).collect();
        for (number, reader) in readers.iter_mut().enumerate() {
            assert_eq!(ask(reader, &["CLIENT", "TRACKING", "ON", "REDIRECT", &id.to_string()]), ok());
            for key in 0..10 {
                assert_eq!(ask(reader, &["GET", &format!("{number}:{key}")]), Value::NullBulk);
            }
        }
        let mut control = server.connect();
        let mut expected: Vec<String> = (0..8)
            .flat_map(|number| (0..10).map(move |key| format!("{number}:{key}")))
            .inspect(|key| assert_eq!(ask(&mut control, &["SET", key, "v"]), ok()))
            .collect();
        let mut heard: Vec<String> = expected
            .iter()
            .map(|_| match told.reply().expect("a message") {
                Value::Array(message) => match &message[2] {
                    Value::Array(keys) => text(&keys[0]),
                    other => panic!("{other:?} are no keys"),
                },
                other => panic!("{other:?} is no message"),
            })
            .collect();
        expected.sort();
        heard.sort();
        assert_eq!(heard, expected);
        // All of them learn that it is gone.
        for reader in &mut readers {
            reader.speak_resp3().expect("RESP3");
            assert_eq!(ask(reader, &["GET", "k"]), Value::Null);
        }
        drop(told);
        let gone = format!("redir={id}");
        let deadline = Instant::now() + SOON;
        loop {
            let Value::Bulk(list) = ask(&mut control, &["CLIENT", "LIST", "ID", &id.to_string()]) else {
                panic!("CLIENT LIST is text")
            };
            if list.is_empty() {
                break;
            }
            assert!(Instant::now() < deadline, "client {id} never leaves");
        }
        assert_eq!(ask(&mut control, &["SET", "k", "v"]), ok());
        let broken = Value::Push(vec![Value::Bulk(b"tracking-redir-broken".into()), Value::Integer(id)]);
        for reader in &mut readers {
            assert_eq!(reader.reply(), Ok(broken.clone()));
            let Value::Verbatim { text: line, .. } = ask(reader, &["CLIENT", "INFO"]) else {
                panic!("CLIENT INFO is text")
            };
            let line = String::from_utf8(line).expect("text");
            assert!(line.contains(" flags=tR ") && line.contains(&gone), "{line}");
        }
    }
}

#[test]
fn redis_py_keeps_copies() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "redis-py is missing: run tests/install");
    for start in TARGETS {
        let server = start();
        let round = Command::new(&python)
            .arg(root.join("tests/clients/redis_py_caching.py"))
            .arg(server.port().to_string())
            .output()
            .expect("python runs");
        assert!(round.status.success(), "{}", String::from_utf8_lossy(&round.stderr));
    }
}

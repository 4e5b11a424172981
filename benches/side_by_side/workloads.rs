//! The table of workloads: what is asked, of whom, how often, and what the server holds before.
//!
//! Requests per cell are fixed per depth, so that every server does the same work: writes begin on an empty server (as
//! in redis-benchmark's own runs, so they both create and overwrite), reads and pops on a loaded one.
//!
//! `collections1/*` and `collections16/*` are what `depth1/*` and `depth16/*` lack of the everyday commands on hashes, sets,
//! sorted sets and lists. Those on one key stay on one shard, whatever the number of shards, and run on one thread only, as do
//! `hundreds/*`.

use super::options::Size;
use super::server::Target;

/// Random keys in redis-benchmark's tests (`-r`).
pub const KEYSPACE: u64 = 100_000;
/// Keys of the Zipf mix.
pub const ZIPF_KEYS: u64 = 1_000_000;
/// Fields of each hash that HGET and HGETALL read.
pub const HASH_FIELDS: u64 = 20;
/// Commands of a transaction, MULTI and EXEC included.
pub const TRANSACTION_COMMANDS: u32 = 7;
/// Tags of the transactions' keys: all keys of a transaction have the same.
pub const TRANSACTION_TAGS: u64 = 1_000;
/// Connections of every load.
pub const CONNECTIONS: u32 = 50;

/// How a workload is sent.
#[derive(Debug, Clone)]
pub enum Load {
    /// `redis-benchmark -t NAME`.
    Test(&'static str),
    /// `redis-benchmark WORDS`.
    Words(Vec<String>),
    /// The own generator: 95 % GET, 5 % SET, Zipf(0.99) keys.
    ZipfMix,
    /// The own generator: MULTI, SET, GET, INCR, HSET, GET, EXEC, on keys of one random tag each time.
    Transactions,
}

/// What the server holds when a workload begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// redis-benchmark's string keys, each once.
    Strings,
    /// `mylist` with this many elements.
    List(u64),
    /// [`KEYSPACE`] lists with this many elements each.
    Lists(u64),
    /// The keys of the Zipf mix, with 32-byte values.
    ZipfKeys,
    /// [`KEYSPACE`] hashes with [`HASH_FIELDS`] fields each.
    Hashes,
    /// `myset` with this many members.
    Set(u64),
    /// `myzset` with [`KEYSPACE`] members and random scores.
    SortedSet,
}

impl Before {
    /// Whether what begins in this state also ends in it: it reads, or overwrites with values of the same kind and length.
    pub fn lasts(self) -> bool {
        match self {
            Self::Strings | Self::ZipfKeys | Self::Hashes | Self::SortedSet => true,
            Self::Nothing | Self::List(_) | Self::Lists(_) | Self::Set(_) => false,
        }
    }
}

/// Which servers run a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsOn {
    /// One-thread servers, and Kvadrant with any number of shards.
    Shards,
    /// These and the shard-direct ports.
    ShardsAndDirect,
    /// One-thread servers only.
    OneThread,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Workload {
    /// `group/test`.
    pub name: String,
    /// Commands in a batch (`-P`); of transactions, each command of each.
    pub depth: u32,
    /// Requests in a cell; of transactions, each command of each.
    pub requests: u64,
    /// Whether keys are random (`-r`).
    pub random: bool,
    /// What is sent.
    pub load: Load,
    /// What the server holds.
    pub before: Before,
    /// Which servers run it.
    pub runs_on: RunsOn,
}

impl Workload {
    /// Whether a server takes part; a quick run spares the servers that tell least about this workload.
    pub fn takes(&self, target: Target, size: Size) -> bool {
        let quick = size == Size::Quick;
        match target {
            Target::Redis | Target::Valkey | Target::Kvadrant(1) => true,
            Target::Kvadrant(2) => {
                let is_spared = ["pydis", "collections", "multi"].contains(&self.group());
                self.runs_on != RunsOn::OneThread && !(quick && is_spared)
            }
            Target::Kvadrant(_) => self.runs_on != RunsOn::OneThread && (!quick || self.is_hop_row()),
            Target::RedisLoose | Target::KvadrantLoose => self.spreads(size),
            Target::Direct(_) => {
                self.runs_on == RunsOn::ShardsAndDirect && (!quick || self.tests_a_random_key())
            }
        }
    }

    /// The same with fewer requests, still whole batches: what a quick run does where the machine is slow.
    pub fn shortened(&self, divisor: u64) -> Self {
        Self { requests: whole_batches(self.requests / divisor, self.depth), ..self.clone() }
    }

    /// Whether the row is one of those that compare several shards with one thread.
    fn spreads(&self, size: Size) -> bool {
        match self.group() {
            "depth" => super::results::SPREAD.contains(&self.test()) || self.is_hop_row(),
            "collections" | "multi" => size == Size::Full && self.runs_on != RunsOn::OneThread,
            _ => false,
        }
    }

    /// GET, SET and MSET at depth 16: what a quick run asks of four and eight shards too.
    fn is_hop_row(&self) -> bool {
        let is_mset = matches!(self.load, Load::Test("mset"));
        self.depth == 16 && (self.tests_a_random_key() || is_mset)
    }

    /// The name up to the slash, without the depth that it may end in.
    fn group(&self) -> &str {
        let group = self.name.split('/').next().unwrap_or_default();
        group.trim_end_matches(|c: char| c.is_ascii_digit())
    }

    /// The name after the slash.
    fn test(&self) -> &str {
        self.name.split_once('/').map_or("", |(_, test)| test)
    }

    fn tests_a_random_key(&self) -> bool {
        matches!(self.load, Load::Test("get" | "set"))
    }
}

/// The fifteen tests of pydis's README.
pub const PYDIS: [&str; 15] = [
    "set",
    "get",
    "incr",
    "lpush",
    "rpush",
    "lpop",
    "rpop",
    "sadd",
    "hset",
    "spop",
    "lrange_100",
    "lrange_300",
    "lrange_500",
    "lrange_600",
    "mset",
];
/// Tests over random keys, each at every depth of [`DEPTHS`].
const RANDOM: [&str; 9] = ["set", "get", "incr", "hset", "sadd", "lpush", "lpop", "zadd", "mset"];
/// The same verbs with a random *key* each, where redis-benchmark's own test has one key with random members.
const RANDOM_KEYS: [(&str, &str); 5] = [
    ("hset-keys", "HSET hash:__rand_int__ field xxx"),
    ("sadd-keys", "SADD set:__rand_int__ member"),
    ("lpush-keys", "LPUSH list:__rand_int__ xxx"),
    ("lpop-keys", "LPOP list:__rand_int__"),
    ("zadd-keys", "ZADD zset:__rand_int__ 1 member"),
];
/// Everyday commands on collections that are no tests of redis-benchmark, or none on collections of a known size. Tests
/// that begin in the same lasting state stand together, since it is loaded once then.
///
/// The scores of `zadd` are as random as its members, all of which exist: each one moves within the order. `zrange_100`
/// begins in the middle, so that a rank has to be found.
const COLLECTIONS: [(&str, &str, RunsOn); 5] = [
    ("hget", "HGET hash:__rand_int__ field:10", RunsOn::Shards),
    ("hgetall_20", "HGETALL hash:__rand_int__", RunsOn::Shards),
    ("spop", "SPOP myset", RunsOn::OneThread),
    ("zadd_100000", "ZADD myzset __rand_int__ element:__rand_int__", RunsOn::OneThread),
    ("zrange_100", "ZRANGE myzset 50000 50099", RunsOn::OneThread),
];
/// Commands that look up a hundred random elements of a large collection at once.
const HUNDREDS: [(&str, &str, Before); 2] = [
    ("zmscore_100", "ZMSCORE myzset", Before::SortedSet),
    ("smismember_100", "SMISMEMBER myset", Before::Set(KEYSPACE)),
];
/// Pipeline depths of the collections and of the transactions.
pub const FEW_DEPTHS: [u32; 2] = [1, 16];
/// Pipeline depths of the random-key tests.
pub const DEPTHS: [u32; 3] = [1, 16, 64];

/// All workloads of a run, in order.
pub fn all(size: Size) -> Vec<Workload> {
    let mut rows = Vec::new();
    for name in PYDIS {
        rows.push(test(size, "pydis", name, 5, false, RunsOn::Shards));
    }
    // Pydis's MSET names one key ten times.
    rows.push(test(size, "depth5", "mset", 5, true, RunsOn::OneThread));
    for depth in DEPTHS {
        for name in RANDOM {
            rows.push(test(size, &format!("depth{depth}"), name, depth, true, RunsOn::ShardsAndDirect));
        }
        for (name, words) in RANDOM_KEYS.iter().filter(|_| size == Size::Full) {
            let mut row = test(size, &format!("depth{depth}"), name, depth, true, RunsOn::Shards);
            row.load = Load::Words(words.split(' ').map(str::to_owned).collect());
            rows.push(row);
        }
    }
    for name in &PYDIS[10..14] {
        rows.push(test(size, "lrange", name, 1, false, RunsOn::OneThread));
    }
    for depth in DEPTHS {
        if size == Size::Full || depth == 16 {
            let mut row = test(size, "zipf", "get95", depth, true, RunsOn::Shards);
            row.name = format!("zipf/depth{depth}");
            row.load = Load::ZipfMix;
            row.before = Before::ZipfKeys;
            rows.push(row);
        }
    }
    rows.extend(collections(size));
    for transactions in FEW_DEPTHS {
        let depth = transactions * TRANSACTION_COMMANDS;
        let mut row = test(size, "multi", "transaction", depth, true, RunsOn::Shards);
        row.name = format!("multi/depth{transactions}");
        row.load = Load::Transactions;
        rows.push(row);
    }
    rows
}

fn collections(size: Size) -> Vec<Workload> {
    let mut rows = Vec::new();
    for (name, words, runs_on) in COLLECTIONS {
        for depth in FEW_DEPTHS {
            let mut row = test(size, &format!("collections{depth}"), name, depth, true, runs_on);
            row.load = Load::Words(words.split(' ').map(str::to_owned).collect());
            if name == "spop" {
                // More than are taken, or the last pops would find a set that shrinks to nothing.
                row.before = Before::Set(row.requests + KEYSPACE);
            }
            rows.push(row);
        }
    }
    for (name, command, before) in HUNDREDS {
        let mut row = test(size, "hundreds", name, 1, true, RunsOn::OneThread);
        let elements = std::iter::repeat_n("element:__rand_int__", 100);
        row.load = Load::Words(command.split(' ').chain(elements).map(str::to_owned).collect());
        row.before = before;
        rows.push(row);
    }
    // Depth 1 has it among the `lrange/*`.
    rows.push(test(size, "collections16", "lrange_100", 16, false, RunsOn::OneThread));
    rows
}

fn test(size: Size, group: &str, name: &'static str, depth: u32, random: bool, runs_on: RunsOn) -> Workload {
    let requests = requests(size, name, depth);
    let (load, before) = match name.strip_prefix("lrange_") {
        Some(length) => {
            let last = length.parse::<u32>().unwrap_or(1) - 1;
            let words = format!("LRANGE mylist 0 {last}");
            (Load::Words(words.split(' ').map(str::to_owned).collect()), Before::List(requests.max(1_000)))
        }
        None => (Load::Test(name), before(name, requests)),
    };
    Workload { name: format!("{group}/{name}"), depth, requests, random, load, before, runs_on }
}

fn before(name: &str, requests: u64) -> Before {
    match name {
        "get" => Before::Strings,
        "lpop" | "rpop" => Before::List(requests),
        // Pops hit lists at random: two to spare keep most of them from running dry.
        "lpop-keys" => Before::Lists(requests / KEYSPACE + 2),
        "hget" | "hgetall_20" => Before::Hashes,
        "zadd_100000" | "zrange_100" => Before::SortedSet,
        _ => Before::Nothing,
    }
}

/// Requests of a cell: at depth 16 and 64 at least 0.3 s of CPU for a server that is twice as good as Redis.
fn requests(size: Size, name: &str, depth: u32) -> u64 {
    let (full, quick): (u64, u64) = match depth {
        ..=1 => (60_000, 10_000),
        2..=5 => (300_000, 30_000),
        6..=16 => (700_000, 100_000),
        _ => (2_000_000, 200_000),
    };
    let heavier = match name {
        "mset" | "lrange_100" | "hgetall_20" | "zrange_100" | "zmscore_100" | "smismember_100" => 4,
        "lrange_300" => 8,
        "lrange_500" | "lrange_600" => 12,
        _ => 1,
    };
    // Single commands cost the kernel most, whatever they do.
    let heavier = if depth == 1 { 1 + heavier / 4 } else { heavier };
    let requests = if size == Size::Full { full } else { quick } / heavier;
    whole_batches(requests, depth)
}

fn whole_batches(requests: u64, depth: u32) -> u64 {
    let batch = u64::from(depth * CONNECTIONS);
    requests.div_ceil(batch) * batch
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_requests_are_whole_batches() {
        for size in [Size::Quick, Size::Full] {
            let rows = all(size);
            let names: HashSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(names.len(), rows.len());
            assert!(rows.iter().all(|row| row.requests % u64::from(row.depth * CONNECTIONS) == 0));
        }
    }

    #[test]
    fn lrange_asks_for_as_many_elements_as_its_name_says() {
        let rows = all(Size::Full);
        let row = rows.iter().find(|row| row.name == "pydis/lrange_300").unwrap();
        let Load::Words(words) = &row.load else { panic!("{row:?}") };
        assert_eq!(words.join(" "), "LRANGE mylist 0 299");
        assert!(matches!(row.before, Before::List(1_000..)));
    }

    #[test]
    fn pops_find_as_many_elements_as_they_take() {
        for row in all(Size::Full) {
            match (row.name.split('/').nth(1), row.before) {
                (Some("lpop" | "rpop"), before) => assert_eq!(before, Before::List(row.requests)),
                (Some("lpop-keys"), Before::Lists(each)) => assert!(each * KEYSPACE > row.requests),
                (Some("lpop-keys"), other) => panic!("{other:?}"),
                _ => {}
            }
        }
    }

    #[test]
    fn spop_leaves_members_in_its_set() {
        let rows = all(Size::Full);
        let spops: Vec<_> = rows.iter().filter(|row| row.name.ends_with("/spop") && row.depth != 5).collect();
        assert_eq!(spops.len(), FEW_DEPTHS.len());
        assert!(spops.iter().all(|row| matches!(row.before, Before::Set(members) if members > row.requests)));
    }

    #[test]
    fn transactions_are_whole_in_every_batch() {
        for row in all(Size::Quick).iter().filter(|row| row.name.starts_with("multi/")) {
            assert_eq!(row.depth % TRANSACTION_COMMANDS, 0, "{row:?}");
            assert_eq!(row.shortened(4).requests % u64::from(row.depth), 0, "{row:?}");
        }
    }

    #[test]
    fn commands_on_one_key_are_not_asked_of_several_shards() {
        for row in all(Size::Full).iter().filter(|row| row.name.starts_with("collections")) {
            let Load::Words(words) = &row.load else { panic!("{row:?}") };
            let spreads = words[1].contains("__rand_int__");
            for target in [Target::Kvadrant(4), Target::RedisLoose] {
                assert_eq!(row.takes(target, Size::Full), spreads, "{row:?}");
            }
            assert!(row.takes(Target::Redis, Size::Quick) && !row.takes(Target::Kvadrant(2), Size::Quick));
        }
    }

    #[test]
    fn a_state_that_lasts_is_that_of_neighbours() {
        let rows = all(Size::Full);
        let of = |state| {
            let mut at = rows.iter().enumerate().filter(|(_, row)| row.before == state).map(|(at, _)| at);
            (at.next().unwrap(), at.count() + 1)
        };
        for (state, count) in [(Before::Hashes, 4), (Before::SortedSet, 5)] {
            let (first, found) = of(state);
            assert_eq!(found, count);
            assert!(rows[first..first + count].iter().all(|row| row.before == state && state.lasts()));
        }
    }

    #[test]
    fn direct_ports_run_only_what_redis_benchmark_can_send_to_a_cluster() {
        for row in all(Size::Full).iter().filter(|row| row.takes(Target::Direct(2), Size::Full)) {
            assert!(matches!(row.load, Load::Test(_)), "{row:?}");
        }
    }
}

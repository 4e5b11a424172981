//! The commands that the generator sends: RESP text, keys of 16 bytes, values of a fixed length.

use super::generator::{Group, Source, Until, drive};
use super::random::{Permutation, Random};
use super::workloads::{HASH_FIELDS, KEYSPACE, TRANSACTION_COMMANDS, TRANSACTION_TAGS};
use super::zipf::Zipf;

/// Bytes of a value in the mixes and in the memory figures.
pub const VALUE_BYTES: usize = 32;
/// Bytes of a value in redis-benchmark's own tests.
const SHORT_VALUE: &str = "xxx";
/// A day: long enough that nothing expires during a run.
const TTL_S: &str = "86400";
/// Elements in one preparing push.
const PUSH_ELEMENTS: u64 = 100;

/// Appends one command.
pub fn command(out: &mut Vec<u8>, words: &[&[u8]]) {
    number_line(out, b'*', words.len());
    for word in words {
        number_line(out, b'$', word.len());
        out.extend_from_slice(word);
        out.extend_from_slice(b"\r\n");
    }
}

fn number_line(out: &mut Vec<u8>, kind: u8, number: usize) {
    out.push(kind);
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// `key:000000000042`: 16 bytes, the names that redis-benchmark gives its keys.
pub fn key(id: u64) -> [u8; 16] {
    numbered(*b"key:", id)
}

/// `list:000000000042` and so on: a kind of key, numbered as redis-benchmark numbers its own.
fn named(kind: &str, id: u64) -> Vec<u8> {
    let mut name = kind.as_bytes().to_vec();
    name.extend_from_slice(&key(id)[4..]);
    name
}

fn numbered(prefix: [u8; 4], mut id: u64) -> [u8; 16] {
    let mut key = [b'0'; 16];
    key[..4].copy_from_slice(&prefix);
    for digit in key[4..].iter_mut().rev() {
        *digit = b'0' + (id % 10) as u8;
        id /= 10;
    }
    key
}

/// A value of [`VALUE_BYTES`] that differs from key to key.
fn value(id: u64) -> [u8; VALUE_BYTES] {
    let mut value = [b'v'; VALUE_BYTES];
    value[..16].copy_from_slice(&key(id));
    value
}

/// SET of distinct keys in random order: ids `first..first + count`.
pub fn distinct_sets(first: u64, count: u64, with_ttl: bool) -> Source<'static> {
    let order = Permutation::new(count, 11);
    let mut index = 0;
    Box::new(move |out| {
        let id = first + order.at(index % count);
        index += 1;
        let (key, value) = (key(id), value(id));
        if with_ttl {
            command(out, &[b"SET", &key, &value, b"EX", TTL_S.as_bytes()]);
        } else {
            command(out, &[b"SET", &key, &value]);
        }
    })
}

/// GET of uniformly random keys below `keys`.
pub fn random_gets(keys: u64, seed: u64) -> Source<'static> {
    let mut random = Random::new(seed);
    Box::new(move |out| command(out, &[b"GET", &key(random.below(keys))]))
}

/// SET of uniformly random keys below `keys`.
pub fn random_sets(keys: u64, seed: u64) -> Source<'static> {
    let mut random = Random::new(seed);
    Box::new(move |out| {
        let id = random.below(keys);
        command(out, &[b"SET", &key(id), &value(id)]);
    })
}

/// GET with a share of SET, over Zipf(0.99) ranks of `keys` keys.
///
/// The rank is permuted first, so that the hot keys are no neighbours in anything.
pub fn zipf_mix(keys: u64, get_percent: u64, seed: u64) -> Source<'static> {
    let zipf = Zipf::new(keys, 0.99);
    let order = Permutation::new(keys, 13);
    let mut random = Random::new(seed);
    Box::new(move |out| {
        let id = order.at(zipf.rank(&mut random));
        if random.below(100) < get_percent {
            command(out, &[b"GET", &key(id)]);
        } else {
            command(out, &[b"SET", &key(id), &value(id)]);
        }
    })
}

/// MULTI, SET, GET, INCR, HSET, GET and EXEC, in turn; all keys of a transaction have one tag, random each time.
pub fn transactions(seed: u64) -> Source<'static> {
    let mut random = Random::new(seed);
    let (mut step, mut id) = (0, 0);
    Box::new(move |out| {
        if step == 0 {
            id = random.below(TRANSACTION_TAGS);
        }
        let tagged = |name: &str| format!("{{tag:{id}}}:{name}").into_bytes();
        match step {
            0 => command(out, &[b"MULTI"]),
            1 => command(out, &[b"SET", &tagged("string"), &value(id)]),
            2 => command(out, &[b"GET", &tagged("string")]),
            3 => command(out, &[b"INCR", &tagged("counter")]),
            4 => command(out, &[b"HSET", &tagged("hash"), b"field", SHORT_VALUE.as_bytes()]),
            5 => command(out, &[b"GET", &tagged("counter")]),
            _ => command(out, &[b"EXEC"]),
        }
        step = (step + 1) % TRANSACTION_COMMANDS;
    })
}

/// Sends `count` commands through a few connections in deep batches, unmeasured.
///
/// # Errors
/// As [`drive`].
pub fn send_all(port: u16, count: u64, source: Source<'_>) -> Result<(), String> {
    let group = Group { connections: 4, depth: 200, every: None, until: Until::Requests(count), source };
    drive(port, vec![group]).map(drop)
}

/// The keys that redis-benchmark's SET and GET use, each with its 3-byte value.
///
/// # Errors
/// As [`drive`].
pub fn load_strings(port: u16, count: u64) -> Result<(), String> {
    let order = Permutation::new(count, 17);
    let mut index = 0;
    let source = Box::new(move |out: &mut Vec<u8>| {
        command(out, &[b"SET", &key(order.at(index)), SHORT_VALUE.as_bytes()]);
        index += 1;
    });
    send_all(port, count, source)
}

/// `mylist` with so many elements of 3 bytes.
///
/// # Errors
/// As [`drive`].
pub fn load_list(port: u16, elements: u64) -> Result<(), String> {
    send_all(port, elements.div_ceil(PUSH_ELEMENTS), push("mylist".into(), PUSH_ELEMENTS))
}

/// Lists `list:000000000000` and so on, each with so many elements of 3 bytes.
///
/// # Errors
/// As [`drive`].
pub fn load_lists(port: u16, lists: u64, elements_each: u64) -> Result<(), String> {
    let mut id = 0;
    let elements = vec![SHORT_VALUE.as_bytes(); elements_each as usize];
    let source = Box::new(move |out: &mut Vec<u8>| {
        let name = named("list:", id);
        let mut words: Vec<&[u8]> = vec![b"LPUSH", &name];
        words.extend_from_slice(&elements);
        command(out, &words);
        id += 1;
    });
    send_all(port, lists, source)
}

/// [`KEYSPACE`] hashes `hash:000000000000` and so on, each with fields `field:00` and so on.
///
/// # Errors
/// As [`drive`].
pub fn load_hashes(port: u16) -> Result<(), String> {
    let order = Permutation::new(KEYSPACE, 31);
    let fields: Vec<String> = (0..HASH_FIELDS).map(|field| format!("field:{field:02}")).collect();
    let mut index = 0;
    let source = Box::new(move |out: &mut Vec<u8>| {
        let id = order.at(index);
        let name = named("hash:", id);
        let mut words: Vec<&[u8]> = vec![b"HSET", &name];
        let value = &name[name.len() - 8..];
        words.extend(fields.iter().flat_map(|field| [field.as_bytes(), value]));
        command(out, &words);
        index += 1;
    });
    send_all(port, KEYSPACE, source)
}

/// `myset` with members `element:000000000000` and so on.
///
/// # Errors
/// As [`drive`].
pub fn load_set(port: u16, members: u64) -> Result<(), String> {
    let mut first = 0;
    let source = Box::new(move |out: &mut Vec<u8>| {
        let names = (first..members.min(first + PUSH_ELEMENTS)).map(|id| named("element:", id));
        let names: Vec<Vec<u8>> = names.collect();
        let mut words: Vec<&[u8]> = vec![b"SADD", b"myset"];
        words.extend(names.iter().map(Vec::as_slice));
        command(out, &words);
        first += PUSH_ELEMENTS;
    });
    send_all(port, members.div_ceil(PUSH_ELEMENTS), source)
}

/// `myzset` with [`KEYSPACE`] members `element:000000000000` and so on, and random scores below that number.
///
/// # Errors
/// As [`drive`].
pub fn load_sorted_set(port: u16) -> Result<(), String> {
    let order = Permutation::new(KEYSPACE, 37);
    let mut random = Random::new(41);
    let mut index = 0;
    let source = Box::new(move |out: &mut Vec<u8>| {
        let score = random.below(KEYSPACE).to_string();
        command(out, &[b"ZADD", b"myzset", score.as_bytes(), &named("element:", order.at(index))]);
        index += 1;
    });
    send_all(port, KEYSPACE, source)
}

fn push(name: Vec<u8>, elements: u64) -> Source<'static> {
    Box::new(move |out| {
        let mut words: Vec<&[u8]> = vec![b"LPUSH", &name];
        words.extend((0..elements).map(|_| SHORT_VALUE.as_bytes()));
        command(out, &words);
    })
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_command_is_an_array_of_bulks() {
        let mut out = Vec::new();
        command(&mut out, &[b"SET", b"k", b""]);
        assert_eq!(out, b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
    }

    #[test]
    fn keys_are_named_as_redis_benchmark_names_them() {
        assert_eq!(&key(42), b"key:000000000042");
    }

    #[test]
    fn distinct_sets_name_every_key_once() {
        let mut source = distinct_sets(500, 1_000, true);
        let mut names = HashSet::new();
        for _ in 0..1_000 {
            let mut out = Vec::new();
            source(&mut out);
            let text = String::from_utf8(out).unwrap();
            assert!(text.ends_with("$2\r\nEX\r\n$5\r\n86400\r\n"), "{text}");
            names.insert(text.lines().nth(4).unwrap().to_owned());
        }
        assert_eq!(names.len(), 1_000);
        assert!(names.contains("key:000000000500") && names.contains("key:000000001499"));
    }

    #[test]
    fn a_transaction_is_seven_commands_on_keys_of_one_tag() {
        let mut source = transactions(1);
        let mut tags = HashSet::new();
        for _ in 0..3_000 {
            let mut out = Vec::new();
            for _ in 0..TRANSACTION_COMMANDS {
                source(&mut out);
            }
            let text = String::from_utf8(out).unwrap();
            assert!(
                text.starts_with("*1\r\n$5\r\nMULTI\r\n") && text.ends_with("*1\r\n$4\r\nEXEC\r\n"),
                "{text}"
            );
            let in_it: Vec<&str> = text.lines().filter(|line| line.starts_with('{')).collect();
            let tag = in_it[0].split(':').nth(1).unwrap().to_owned();
            assert!(in_it.len() == 5 && in_it.iter().all(|key| key.contains(&tag)), "{text}");
            tags.insert(tag);
        }
        assert!((900..=TRANSACTION_TAGS as usize).contains(&tags.len()), "{}", tags.len());
    }

    #[test]
    fn the_mix_keeps_its_share_and_its_hot_keys() {
        let mut source = zipf_mix(1_000, 95, 1);
        let mut out = Vec::new();
        for _ in 0..20_000 {
            source(&mut out);
        }
        let text = String::from_utf8(out).unwrap();
        let gets = text.matches("\r\nGET\r\n").count();
        assert!((18_800..19_200).contains(&gets), "{gets}");
        let hottest = key(Permutation::new(1_000, 13).at(0));
        let hits = text.matches(std::str::from_utf8(&hottest).unwrap()).count();
        assert!(hits > 2_000, "{hits} of 20,000 for the hottest of 1,000 keys");
    }
}

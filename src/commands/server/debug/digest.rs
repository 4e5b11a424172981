//! DEBUG DIGEST and DEBUG DIGEST-VALUE: equal data have equal digests, however they are encoded and wherever they lie.
//!
//! The digest is that of Redis, so that data can be compared across servers. Two operations on 20 bytes make it: *adding* bytes
//! (exclusive or with their SHA-1), which knows no order, and *mixing* bytes in (adding them, then the SHA-1 of the result), which
//! does. Elements of lists are mixed, those of sets and hashes added, each after its parts were mixed; so are keys to a database.
//! Databases are mixed one after the other: each core answers the sum of its keys per database, and the merge does the rest.

use sha1::{Digest as _, Sha1};
use shards::{
    command::{Args, Error},
    keyspace::{Entry, Kind, entry::View},
    resp::{Out, Reply, number::push_f64, walk::Walk},
};

use super::Subcommand;
use crate::commands::{Caller, Node, NodeRun};

/// A digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Digest([u8; 20]);

impl Digest {
    fn add(&mut self, bytes: &[u8]) {
        self.join(Self(Sha1::digest(bytes).into()));
    }

    fn mix(&mut self, bytes: &[u8]) {
        self.add(bytes);
        self.0 = Sha1::digest(self.0).into();
    }

    fn join(&mut self, other: Self) {
        for (byte, other) in self.0.iter_mut().zip(other.0) {
            *byte ^= other;
        }
    }

    /// What is mixed of several parts.
    fn of(parts: &[&[u8]]) -> Self {
        let mut digest = Self::default();
        for part in parts {
            digest.mix(part);
        }
        digest
    }

    fn hexadecimal(self) -> String {
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
    }
}

/// Mixes the value of a key into `digest`.
fn mix_value(digest: &mut Digest, entry: &Entry) {
    let kind: u32 = match entry.kind() {
        Kind::String => 0,
        Kind::List => 1,
        Kind::Set => 2,
        Kind::ZSet => 3,
        Kind::Hash => 4,
    };
    digest.mix(&kind.to_be_bytes());
    match entry.view() {
        View::String(text) => digest.mix(text.text(&mut itoa::Buffer::new())),
        View::List(list) => list.iter().for_each(|item| digest.mix(&item.to_vec())),
        View::Set(set) => set.iter().for_each(|item| digest.add(&item.to_vec())),
        View::Hash(hash) => {
            hash.iter()
                .for_each(|(field, value)| digest.add(&Digest::of(&[&field.to_vec(), &value.to_vec()]).0));
        }
        View::ZSet(zset) => zset.iter().for_each(|(member, score)| {
            let mut text = Vec::new();
            push_f64(&mut text, score);
            digest.add(&Digest::of(&[&member.to_vec(), &text]).0);
        }),
    }
    if entry.expire_at_ms().is_some() {
        digest.add(b"!!expire!!");
    }
}

pub static DIGEST: Subcommand = Subcommand {
    name: "DIGEST",
    arguments: 2..=2,
    run: NodeRun::Every { check: |_, _| Ok(()), run: databases, merge: merge_databases },
    help: ("DIGEST", &["Output a hex signature representing the current DB content."]),
};

/// Answers number and sum of each database with keys.
fn databases(node: &mut Node, _caller: Caller, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let keyspace = &mut node.shard.keyspace;
    let filled: Vec<usize> = keyspace.sizes().map(|(database, ..)| database).collect();
    out.array(filled.len() * 2);
    for database in filled {
        keyspace.select(database);
        let mut sum = Digest::default();
        keyspace.for_each(|entry| {
            let mut digest = Digest::of(&[entry.key()]);
            mix_value(&mut digest, entry);
            sum.add(&digest.0);
        });
        out.count(database);
        out.bulk(&sum.0);
    }
    Ok(())
}

fn merge_databases(parts: &[Out], out: &mut Reply<'_>) {
    let mut sums: std::collections::BTreeMap<u32, Digest> = std::collections::BTreeMap::new();
    for part in parts {
        let mut walk = Walk::new(part);
        walk.enter();
        while let (Some(database), Some(_)) = (walk.enter(), walk.peek()) {
            walk.skip();
            let end = walk.mark().byte() - 2;
            let mut sum = Digest::default();
            sum.0.copy_from_slice(&part.bytes()[end - 20..end]);
            sums.entry(database.number() as u32).or_default().join(sum);
        }
    }
    let mut all = Digest::default();
    for (database, sum) in sums {
        all.mix(&database.to_be_bytes());
        all.join(sum);
    }
    out.simple(&all.hexadecimal());
}

pub static DIGEST_VALUE: Subcommand = Subcommand {
    name: "DIGEST-VALUE",
    arguments: 2..=usize::MAX,
    run: NodeRun::Every { check: |_, _| Ok(()), run: values, merge: merge_values },
    help: (
        "DIGEST-VALUE <key> [<key> ...]",
        &["Output a hex signature of the values of all the specified keys."],
    ),
};

/// Answers a digest per key, empty for those that other cores own.
fn values(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let keyspace = &mut node.shard.keyspace;
    keyspace.select(usize::from(caller.database));
    let slots = keyspace.slots();
    out.array(args.len() - 2);
    for index in 2..args.len() {
        if !slots.contains(&shards::keyspace::slot::slot_of(args.get(index))) {
            out.simple("");
            continue;
        }
        let mut digest = Digest::default();
        let key = keyspace.key(args, index);
        if let Some(entry) = keyspace.inspect(&key) {
            mix_value(&mut digest, entry);
        }
        out.simple(&digest.hexadecimal());
    }
    Ok(())
}

fn merge_values(parts: &[Out], out: &mut Reply<'_>) {
    let mut walks: Vec<Walk<'_>> = parts.iter().map(Walk::new).collect();
    let count = walks.iter_mut().filter_map(Walk::enter).map(|head| head.number()).max().unwrap_or(0);
    out.array(count as usize);
    for _ in 0..count {
        for (walk, part) in walks.iter_mut().zip(parts) {
            let start = walk.mark();
            walk.skip();
            if walk.mark().byte() - start.byte() > "+\r\n".len() {
                out.out().append_range(part, start, walk.mark());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_knows_no_order_and_mixing_does() {
        let added = |parts: [&[u8]; 2]| {
            let mut digest = Digest::default();
            for part in parts {
                digest.add(part);
            }
            digest
        };
        assert_eq!(added([b"a", b"b"]), added([b"b", b"a"]));
        assert_ne!(Digest::of(&[b"a", b"b"]), Digest::of(&[b"b", b"a"]));
    }

    #[test]
    fn databases_of_all_cores_come_together() {
        let part = |databases: &[(usize, Digest)]| {
            let mut out = Out::new();
            let mut reply = Reply::new(&mut out, false);
            reply.array(databases.len() * 2);
            for (database, sum) in databases {
                reply.count(*database);
                reply.bulk(&sum.0);
            }
            out
        };
        let merged = |parts: &[Out]| {
            let mut out = Out::new();
            merge_databases(parts, &mut Reply::new(&mut out, false));
            out.to_vec()
        };
        let (a, b, c) = (Digest::of(&[b"a"]), Digest::of(&[b"b"]), Digest::of(&[b"c"]));
        let mut ab = a;
        ab.join(b);
        assert_eq!(merged(&[part(&[(0, a), (3, c)]), part(&[(0, b)])]), merged(&[part(&[(0, ab), (3, c)])]));
        assert_eq!(merged(&[part(&[])]), format!("+{}\r\n", "0".repeat(40)).as_bytes());
    }
}

//! DEBUG OBJECT and DEBUG LISTPACK, on the core that owns the key.

use shards::{
    command::{Args, Error, given},
    keyspace::{Entry, entry::View},
    resp::{Reply, number::parse_i64},
    structures::listpack::Item,
};

use super::Subcommand;
use crate::commands::{Caller, Node, NodeRun};

pub static OBJECT: Subcommand = Subcommand {
    name: "OBJECT",
    arguments: 3..=3,
    run: NodeRun::AtKey { argument: 2, run: object },
    help: ("OBJECT <key>", &["Show low level info about `key` and associated value."]),
};

/// Looking is no use of the key, and an expired key is still there to be looked at.
fn find<'a>(node: &'a mut Node, caller: Caller, args: &Args<'_>) -> Result<&'a Entry, Error> {
    let keyspace = &mut node.shard.keyspace;
    keyspace.select(usize::from(caller.database));
    let key = keyspace.key(args, 2);
    keyspace.inspect(&key).ok_or(Error::NoSuchKey)
}

fn object(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let now_s = node.shard.keyspace.clock();
    let entry = find(node, caller, args)?;
    let idle_s = now_s.wrapping_sub(entry.clock()) & 0x00FF_FFFF;
    out.simple(&format!(
        "Value at:{:p} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{idle_s}",
        entry.address(),
        entry.encoding(),
        serialized_bytes(entry),
        entry.clock(),
    ));
    Ok(())
}

/// Bytes that the value takes in an RDB file that holds its elements one by one, without compression.
fn serialized_bytes(entry: &Entry) -> usize {
    let mut digits = itoa::Buffer::new();
    match entry.view() {
        View::String(text) => string_bytes(text.text(&mut digits)),
        View::List(list) => {
            length_bytes(list.len()) + list.iter().map(|item| string_bytes(&item.to_vec())).sum::<usize>()
        }
        View::Set(set) => {
            length_bytes(set.len()) + set.iter().map(|item| string_bytes(&item.to_vec())).sum::<usize>()
        }
        View::Hash(hash) => {
            let pair = |(field, value): (Item<'_>, Item<'_>)| {
                string_bytes(&field.to_vec()) + string_bytes(&value.to_vec())
            };
            length_bytes(hash.len()) + hash.iter().map(pair).sum::<usize>()
        }
        View::ZSet(zset) => {
            const SCORE_BYTES: usize = 8;
            let member = |(member, _): (Item<'_>, f64)| string_bytes(&member.to_vec()) + SCORE_BYTES;
            length_bytes(zset.len()) + zset.iter().map(member).sum::<usize>()
        }
    }
}

/// A length: 6 bits, 14 bits, 32 bits or 64 bits, told apart by the first byte.
fn length_bytes(length: usize) -> usize {
    match length {
        0..=0x3F => 1,
        0x40..=0x3FFF => 2,
        0x4000..=0xFFFF_FFFF => 5,
        _ => 9,
    }
}

/// A string: small numbers in 1, 2 or 4 bytes behind one for their kind, else its length and its bytes.
fn string_bytes(text: &[u8]) -> usize {
    let number = parse_i64(text).filter(|_| text.len() <= 11);
    match number.map(|number| (i8::try_from(number), i16::try_from(number), i32::try_from(number))) {
        Some((Ok(_), ..)) => 2,
        Some((_, Ok(_), _)) => 3,
        Some((.., Ok(_))) => 5,
        _ => length_bytes(text.len()) + text.len(),
    }
}

pub static LISTPACK: Subcommand = Subcommand {
    name: "LISTPACK",
    arguments: 3..=3,
    run: NodeRun::AtKey { argument: 2, run: listpack },
    help: ("LISTPACK <key>", &["Write the elements of the listpack of <key> to the log."]),
};

fn listpack(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let entry = find(node, caller, args)?;
    if entry.encoding() != "listpack" {
        return Err(Error::Text("ERR Not a listpack encoded object."));
    }
    let mut elements: Vec<Vec<u8>> = Vec::new();
    match entry.view() {
        View::List(list) => elements.extend(list.iter().map(|item| item.to_vec())),
        View::Set(set) => elements.extend(set.iter().map(|item| item.to_vec())),
        View::Hash(hash) => {
            elements.extend(hash.iter().flat_map(|(field, value)| [field.to_vec(), value.to_vec()]));
        }
        View::ZSet(zset) => elements.extend(
            zset.iter().flat_map(|(member, score)| [member.to_vec(), score.to_string().into_bytes()]),
        ),
        View::String(_) => {}
    }
    tracing::warn!("listpack of '{}': {} elements", given(entry.key()).escape_debug(), elements.len());
    for (index, element) in elements.iter().enumerate() {
        tracing::warn!("{index}: {}", given(element).escape_debug());
    }
    out.simple("Listpack structure printed on stdout");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_rdb_files() {
        for (text, bytes) in [
            ("", 1),
            ("127", 2),
            ("128", 3),
            ("-32768", 3),
            ("32768", 5),
            ("2147483648", 11),
            ("007", 4),
            ("abc", 4),
        ] {
            assert_eq!(string_bytes(text.as_bytes()), bytes, "{text}");
        }
        assert_eq!(string_bytes(&[b'x'; 64]), 66);
        assert_eq!(length_bytes(16_384), 5);
    }
}

//! DEBUG OBJECT and DEBUG LISTPACK, on the core that owns the key.

use shards::{
    command::{Args, Error, given},
    keyspace::{Entry, Usage, entry::View},
    rdb,
    resp::Reply,
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
    let keyspace = &node.shard.keyspace;
    let compress = keyspace.dumps.compress;
    let stamp = find(node, caller, args)?.clock();
    // Where uses are counted, nobody knows when the last one was; Redis takes the counter for a time.
    let idle_s = match node.shard.keyspace.usage(stamp) {
        Usage::IdleS(idle_s) => idle_s,
        Usage::Counter(_) => 0,
    };
    let entry = find(node, caller, args)?;
    out.simple(&format!(
        "Value at:{:p} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{idle_s}",
        entry.address(),
        entry.encoding(),
        rdb::value_bytes(entry, compress),
        entry.clock(),
    ));
    Ok(())
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

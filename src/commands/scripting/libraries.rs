//! FUNCTION DUMP and RESTORE: all libraries as bytes.

use shards::{
    command::{Args, Arity, Command, Error},
    rdb::{LibraryRefusal, dump_libraries, read_libraries},
    resp::Reply,
};

use super::function::{ADDS_FUNCTIONS, FUNCTION_SUBCOMMAND, exists, wrong_number};
use crate::{
    commands::{Here, NodeCommand, NodeRun},
    scripting::{Catalogue, log},
};

pub static DUMP: NodeCommand = NodeCommand {
    row: Command {
        name: "DUMP",
        arity: Arity::exactly(2),
        summary: "Dumps all libraries into a serialized binary payload.",
        complexity: "O(N) where N is the number of functions",
        ..FUNCTION_SUBCOMMAND
    },
    run: NodeRun::Here(dump),
};

fn dump(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let catalogue = here.node.server.functions.catalogue();
    let codes = catalogue.libraries().map(|library| &*library.code);
    out.bulk(&dump_libraries(codes, here.node.shard.keyspace.dumps.compress));
    Ok(())
}

pub static RESTORE: NodeCommand = NodeCommand {
    row: Command {
        name: "RESTORE",
        arity: Arity::at_least(3),
        summary: "Restores all libraries from a payload.",
        complexity: "O(N) where N is the number of functions on the payload",
        syntax: "serialized-value [FLUSH | APPEND | REPLACE]",
        ..ADDS_FUNCTIONS
    },
    run: NodeRun::Here(restore),
};

/// What becomes of the libraries that are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Policy {
    /// They stay; others are added.
    Append,
    /// Those that come again are replaced.
    Replace,
    /// All go.
    Flush,
}

fn restore(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let policy = match args.len() {
        3 => Policy::Append,
        4 => match args.word(3).as_str() {
            "APPEND" => Policy::Append,
            "REPLACE" => Policy::Replace,
            "FLUSH" => Policy::Flush,
            _ => {
                return Err(Error::Text(
                    "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
                ));
            }
        },
        _ => return Err(wrong_number(args)),
    };
    let node = &mut *here.node;
    let functions = &node.server.functions;
    let loaded = &mut node.scripts.functions;
    let mut restored = Catalogue::default();
    let read = read_libraries(args.get(2), refusal, |code| {
        let may_have = |name: &str| if restored.has(name) { Err(exists(name)) } else { Ok(()) };
        let library = loaded.load(functions, code, may_have, log)?;
        restored.add(&library)
    });
    let joined = read.and_then(|()| functions.change(|all| join(all, &restored, policy)));
    loaded.settle(functions);
    joined?;
    node.shard.keyspace.counters.changes += 1;
    out.ok();
    Ok(())
}

/// Adds what was restored to all that there is.
fn join(all: &mut Catalogue, restored: &Catalogue, policy: Policy) -> Result<(), Error> {
    if policy == Policy::Flush {
        *all = Catalogue::default();
    }
    for library in restored.libraries() {
        if all.remove(library.name.as_bytes()) && policy == Policy::Append {
            return Err(Error::Message(format!("ERR Library {} already exists", library.name)));
        }
    }
    restored.libraries().try_for_each(|library| all.add(library))
}

fn refusal(refusal: LibraryRefusal) -> Error {
    Error::Text(match refusal {
        LibraryRefusal::Seal => "ERR DUMP payload version or checksum are wrong",
        LibraryRefusal::NoLibrary => "ERR given type is not a function",
        LibraryRefusal::TooOld => "ERR Pre-GA function format not supported",
        LibraryRefusal::Data => "ERR Failed loading library payload",
    })
}

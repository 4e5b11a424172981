//! COMMAND LIST.

use shards::{
    command::{Args, Arity, Command, Error, registry::Id},
    resp::Reply,
    structures::glob::{self, Case},
};

use super::{INTROSPECTION, UNORDERED, describe::acl_categories};
use crate::commands::{Here, NodeCommand, NodeRun, commands};

pub static LIST: NodeCommand = NodeCommand {
    row: Command {
        name: "LIST",
        arity: Arity::at_least(2),
        tips: UNORDERED,
        since: "7.0.0",
        summary: "Returns a list of command names.",
        complexity: "O(N) where N is the total number of Redis commands",
        syntax: "[FILTERBY MODULE module-name|ACLCAT category|PATTERN pattern]",
        ..INTROSPECTION
    },
    run: NodeRun::Here(list),
};

fn list(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let wanted: &dyn Fn(Id) -> bool = match args.len() {
        2 => &|_| true,
        5 if args.is(2, "FILTERBY") => match args.word(3).as_str() {
            // There are no modules.
            "MODULE" => &|_| false,
            "ACLCAT" => &|id| {
                let categories = acl_categories(commands().row(id));
                categories.iter().any(|name| name.as_bytes()[1..].eq_ignore_ascii_case(args.get(4)))
            },
            "PATTERN" => &|id| glob::matches(args.get(4), commands().name(id).as_bytes(), Case::Insensitive),
            _ => return Err(Error::Syntax),
        },
        _ => return Err(Error::Syntax),
    };
    let found: Vec<Id> = (0..commands().len() as Id).filter(|id| wanted(*id)).collect();
    out.array(found.len());
    for id in found {
        out.bulk(commands().name(id).as_bytes());
    }
    Ok(())
}

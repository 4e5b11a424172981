//! INFO: each core reports its figures, the client's core adds them up and writes the text.
//!
//! ```text
//! core 0: Report ─┐
//! core 1: Report ─┼─ merge ─ Server, Clients, Memory, ... with the sums, Shards with a line per core
//! core 2: Report ─┘
//! ```
//!
//! What concerns the process as a whole (its memory, its CPU time, its settings) core 0 reports alone.

mod gather;
mod render;
mod report;
mod sections;
mod stats;

use shards::{
    command::{Acl, Args, Arity, Command, Error},
    resp::{Out, Reply},
};

use super::SERVER;
use crate::commands::{Caller, Node, NodeCommand, NodeRun};
use report::Report;
use sections::Sections;

pub static INFO: NodeCommand = NodeCommand {
    row: Command {
        name: "INFO",
        arity: Arity::at_least(1),
        acl: Acl::DANGEROUS,
        tips: &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        summary: "Returns information and statistics about the server.",
        syntax: "[section [section ...]]",
        ..SERVER
    },
    run: NodeRun::Every { check: |_, _| Ok(()), run, merge },
};

fn run(node: &mut Node, _caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let sections = Sections::chosen(args.iter_from(1));
    out.bulk(gather::gather(node, sections).encode().as_bytes());
    Ok(())
}

fn merge(parts: &[Out], out: &mut Reply<'_>) {
    let reports: Vec<Report> = parts.iter().map(|part| Report::decode(bulk(part))).collect();
    out.verbatim(render::render(&reports).as_bytes());
}

/// The text of a bulk string that is all of `part`.
fn bulk(part: &Out) -> &str {
    let text = std::str::from_utf8(part.bytes()).unwrap_or_default();
    text.split_once("\r\n").map_or("", |(_, rest)| rest.strip_suffix("\r\n").unwrap_or(rest))
}

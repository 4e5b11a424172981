//! CLIENT INFO, and CLIENT LIST over all cores.

use std::collections::HashMap;

use shards::{
    command::{Args, Arity, Command, Error},
    resp::{Out, Reply, walk::Walk},
};

use super::{ADMIN_SUBCOMMAND, CLIENT_SUBCOMMAND, kind::Kind, line::line};
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun},
    session::{Closing, Session},
};

pub static INFO: NodeCommand = NodeCommand {
    row: Command {
        name: "INFO",
        arity: Arity::exactly(2),
        since: "6.2.0",
        summary: "Describes the connection in one line.",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(info),
};

fn info(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let now_ms = here.node.now_ms();
    out.verbatim(line(here.session(), Some("client|info"), now_ms).as_bytes());
    Ok(())
}

pub static LIST: NodeCommand = NodeCommand {
    row: Command {
        name: "LIST",
        arity: Arity::at_least(2),
        since: "2.4.0",
        summary: "Describes all clients, one per line.",
        complexity: "O(N log N) where N is the number of clients",
        syntax: "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id [client-id ...]]",
        ..ADMIN_SUBCOMMAND
    },
    run: NodeRun::Every { check, run: list, merge },
};

/// Which clients are asked for.
enum Wanted {
    All,
    Of(Kind),
    /// Those with these numbers: per number, its places among the arguments. One that is asked for twice is listed twice.
    Numbered(HashMap<u64, Vec<i64>>),
}

impl Wanted {
    fn parse(args: &Args<'_>) -> Result<Self, Error> {
        match args.len() {
            2 => Ok(Self::All),
            4 if args.is(2, "TYPE") => Ok(Self::Of(Kind::parse(args, 3)?)),
            4.. if args.is(2, "ID") => {
                let mut places: HashMap<u64, Vec<i64>> = HashMap::new();
                for index in 3..args.len() {
                    let number = args.integer(index).map_err(|_| Error::Text("ERR Invalid client ID"))?;
                    places.entry(number as u64).or_default().push(index as i64);
                }
                Ok(Self::Numbered(places))
            }
            _ => Err(Error::Syntax),
        }
    }

    /// The places of a client in the list: its number, or where it was asked for.
    fn places(&self, session: &Session) -> Vec<i64> {
        match self {
            Self::Of(kind) if *kind != Kind::of(session) => Vec::new(),
            Self::All | Self::Of(_) => vec![session.id as i64],
            Self::Numbered(places) => places.get(&session.id).cloned().unwrap_or_default(),
        }
    }
}

fn check(_here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    Wanted::parse(args).map(drop)
}

/// Answers this core's clients as an array: place, line, place, line, ...
fn list(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let wanted = Wanted::parse(args)?;
    let now_ms = node.now_ms();
    let mut lines = Vec::new();
    for (_, session) in node.sessions.iter().filter(|(_, session)| session.closing != Closing::Now) {
        let places = wanted.places(session);
        if !places.is_empty() {
            let running = (session.id == caller.client).then_some("client|list");
            let line = line(session, running, now_ms);
            lines.extend(places.into_iter().map(|place| (place, line.clone())));
        }
    }
    out.array(lines.len() * 2);
    for (place, line) in lines {
        out.integer(place);
        out.bulk(line.as_bytes());
    }
    Ok(())
}

/// Sorts the lines of all cores by their places.
fn merge(parts: &[Out], out: &mut Reply<'_>) {
    let mut lines: Vec<(i64, &[u8])> = Vec::new();
    for part in parts {
        let mut walk = Walk::new(part);
        walk.enter();
        while let (Some(place), Some(line)) = (walk.enter(), walk.peek()) {
            // The line is the end of its bulk, before the line end of the protocol.
            let len = line.number() as usize;
            walk.skip();
            let end = walk.mark().byte() - 2;
            lines.push((place.number(), &part.bytes()[end - len..end]));
        }
    }
    lines.sort_unstable_by_key(|(place, _)| *place);
    let text: Vec<&[u8]> = lines.into_iter().map(|(_, line)| line).collect();
    out.verbatim(&text.concat());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_all_cores_are_sorted() {
        let part = |lines: &[(i64, &str)]| {
            let mut out = Out::new();
            let mut reply = Reply::new(&mut out, false);
            reply.array(lines.len() * 2);
            for (place, line) in lines {
                reply.integer(*place);
                reply.bulk(line.as_bytes());
            }
            out
        };
        let parts = [part(&[(2, "b\n"), (10, "d\n")]), part(&[]), part(&[(9, "c\n"), (1, "a\n")])];
        let mut out = Out::new();
        merge(&parts, &mut Reply::new(&mut out, true));
        assert_eq!(out.to_vec(), b"=12\r\ntxt:a\nb\nc\nd\n\r\n");
        let mut out = Out::new();
        merge(&[part(&[])], &mut Reply::new(&mut out, false));
        assert_eq!(out.to_vec(), b"$0\r\n\r\n");
    }
}

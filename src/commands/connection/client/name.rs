//! What a connection is called: ID, GETNAME, SETNAME, SETINFO.

use shards::{
    command::{Args, Arity, Command, Error, given},
    resp::Reply,
};

use super::CLIENT_SUBCOMMAND;
use crate::commands::{Here, NodeCommand, NodeRun};

pub static ID: NodeCommand = NodeCommand {
    row: Command {
        name: "ID",
        arity: Arity::exactly(2),
        since: "5.0.0",
        summary: "Returns the number of the connection, which no other one ever has.",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(id),
};

fn id(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.integer(here.session().id as i64);
    Ok(())
}

pub static GETNAME: NodeCommand = NodeCommand {
    row: Command {
        name: "GETNAME",
        arity: Arity::exactly(2),
        since: "2.6.9",
        summary: "Returns the name of the connection.",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(getname),
};

fn getname(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    match here.session().name.as_slice() {
        [] => out.null(),
        name => out.bulk(name),
    }
    Ok(())
}

pub static SETNAME: NodeCommand = NodeCommand {
    row: Command {
        name: "SETNAME",
        arity: Arity::exactly(3),
        since: "2.6.9",
        summary: "Names the connection; an empty name takes the name away.",
        syntax: "connection-name",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(setname),
};

fn setname(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    here.session().name = name_of(args.get(2))?.to_vec();
    out.ok();
    Ok(())
}

pub static SETINFO: NodeCommand = NodeCommand {
    row: Command {
        name: "SETINFO",
        arity: Arity::exactly(4),
        since: "7.2.0",
        summary: "Tells which client library the connection uses.",
        syntax: "<LIB-NAME libname | LIB-VER libver>",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(setinfo),
};

fn setinfo(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let option = || given(args.get(2));
    let session = here.session();
    let field = if args.is(2, "LIB-NAME") {
        &mut session.library
    } else if args.is(2, "LIB-VER") {
        &mut session.library_version
    } else {
        return Err(Error::Message(format!("ERR Unrecognized option '{}'", option())));
    };
    let value = args.get(3);
    if !fits_a_list(value) {
        return Err(Error::Message(format!(
            "ERR {} cannot contain spaces, newlines or special characters.",
            option()
        )));
    }
    *field = value.to_vec();
    out.ok();
    Ok(())
}

/// A name for a connection, if it is one.
pub fn name_of(name: &[u8]) -> Result<&[u8], Error> {
    if fits_a_list(name) {
        Ok(name)
    } else {
        Err(Error::Text("ERR Client names cannot contain spaces, newlines or special characters."))
    }
}

/// Whether a text stays one field of a line in CLIENT LIST.
fn fits_a_list(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_visible_ascii() {
        for name in [&b""[..], b"a", b"!~", b"a=b"] {
            assert_eq!(name_of(name).ok(), Some(name));
        }
        for name in [&b"a b"[..], b"\n", b"\0", b"a\x7f", b"\xc3\xa9"] {
            assert!(name_of(name).is_err(), "{}", name.escape_ascii());
        }
    }
}

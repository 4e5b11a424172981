//! The handshake and its undoing: HELLO, RESET.

use shards::{
    command::{Args, Arity, Command, Error, given},
    resp::Reply,
};

use super::{GREETING, auth::authenticate, client::name_of, greet::CONNECTION};
use crate::{
    commands::{Here, NodeCommand, NodeRun},
    session::Mute,
};

const NOT_AUTHENTICATED: &str = "NOAUTH HELLO must be called with the client already authenticated, otherwise the \
     HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol \
     version at the same time";

pub static HELLO: NodeCommand = NodeCommand {
    row: Command {
        name: "HELLO",
        arity: Arity::at_least(1),
        flags: GREETING,
        since: "6.0.0",
        summary: "Shakes hands: chooses the protocol, and authenticates and names the connection.",
        syntax: "[protover [AUTH username password] [SETNAME clientname]]",
        ..CONNECTION
    },
    run: NodeRun::Here(hello),
};

/// What HELLO was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wishes<'a> {
    resp3: Option<bool>,
    user_and_password: Option<(&'a [u8], &'a [u8])>,
    name: Option<&'a [u8]>,
}

impl<'a> Wishes<'a> {
    fn parse(args: &Args<'a>) -> Result<Self, Error> {
        let mut wishes = Self::default();
        if args.len() > 1 {
            wishes.resp3 = match args.integer(1) {
                Ok(2) => Some(false),
                Ok(3) => Some(true),
                Ok(_) => return Err(Error::Text("NOPROTO unsupported protocol version")),
                Err(_) => return Err(Error::Text("ERR Protocol version is not an integer or out of range")),
            };
        }
        let mut at = 2;
        while at < args.len() {
            let following = args.len() - at - 1;
            if args.is(at, "AUTH") && following >= 2 {
                wishes.user_and_password = Some((args.get(at + 1), args.get(at + 2)));
                at += 3;
            } else if args.is(at, "SETNAME") && following >= 1 {
                wishes.name = Some(name_of(args.get(at + 1))?);
                at += 2;
            } else {
                let option = given(args.get(at));
                return Err(Error::Message(format!("ERR Syntax error in HELLO option '{option}'")));
            }
        }
        Ok(wishes)
    }
}

fn hello(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let wishes = Wishes::parse(args)?;
    if let Some((user, password)) = wishes.user_and_password {
        authenticate(here, user, password)?;
    }
    let mode = if here.node.settings.cluster_ports.is_some() { "cluster" } else { "standalone" };
    let session = here.session();
    if !session.authenticated {
        return Err(Error::Text(NOT_AUTHENTICATED));
    }
    if let Some(name) = wishes.name {
        session.name = name.to_vec();
    }
    session.resp3 = wishes.resp3.unwrap_or(session.resp3);

    out.set_resp3(session.resp3);
    out.map(7);
    out.bulk(b"server");
    out.bulk(b"redis");
    out.bulk(b"version");
    out.bulk(crate::commands::REDIS_VERSION.as_bytes());
    out.bulk(b"proto");
    out.integer(if session.resp3 { 3 } else { 2 });
    out.bulk(b"id");
    out.integer(session.id as i64);
    out.bulk(b"mode");
    out.bulk(mode.as_bytes());
    out.bulk(b"role");
    out.bulk(b"master");
    out.bulk(b"modules");
    out.array(0);
    Ok(())
}

pub static RESET: NodeCommand = NodeCommand {
    row: Command {
        name: "RESET",
        arity: Arity::exactly(1),
        flags: GREETING,
        since: "6.2.0",
        summary: "Makes the connection what it was when it was new.",
        ..CONNECTION
    },
    run: NodeRun::Here(reset),
};

fn reset(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let authenticated = !here.node.requires_password();
    here.node.stop_listening(here.client);
    let session = here.session();
    session.resp3 = false;
    session.database = 0;
    session.name.clear();
    session.readonly = false;
    session.no_touch = false;
    session.review();
    session.no_evict = false;
    session.replies.set_mute(Mute::Nothing);
    session.authenticated = authenticated;
    out.simple("RESET");
    Ok(())
}

//! CLIENT KILL over all cores.

use shards::{
    command::{Args, Arity, Command, Error, given},
    resp::{Out, Reply, walk::Walk},
};

use super::{ADMIN_SUBCOMMAND, kind::Kind};
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun, connection::auth::DEFAULT_USER},
    session::{Closing, Session},
};

pub static KILL: NodeCommand = NodeCommand {
    row: Command {
        name: "KILL",
        arity: Arity::at_least(3),
        since: "2.4.0",
        summary: "Closes the connections of clients.",
        complexity: "O(N) where N is the number of clients",
        syntax: "<ip:port | [ID client-id] [TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB>] [USER username] \
                 [ADDR ip:port] [LADDR ip:port] [SKIPME yes/no]>",
        ..ADMIN_SUBCOMMAND
    },
    run: NodeRun::Every { check, run: kill, merge },
};

/// Whom to kill: who fits all that is set.
#[derive(Debug, Default)]
struct Victims<'a> {
    /// An address was given and nothing else: the answer is OK or an error rather than a count.
    is_old_form: bool,
    number: Option<u64>,
    kind: Option<Kind>,
    address: Option<&'a [u8]>,
    local_address: Option<&'a [u8]>,
    spares_caller: bool,
}

impl<'a> Victims<'a> {
    fn parse(args: &Args<'a>) -> Result<Self, Error> {
        if args.len() == 3 {
            return Ok(Self { is_old_form: true, address: Some(args.get(2)), ..Self::default() });
        }
        let mut victims = Self { spares_caller: true, ..Self::default() };
        for option in (2..args.len()).step_by(2) {
            let value = option + 1;
            if value == args.len() {
                return Err(Error::Syntax);
            }
            match args.word(option).as_str() {
                "ID" => {
                    let number = args.integer(value).ok().filter(|number| *number > 0);
                    victims.number =
                        Some(number.ok_or(Error::Text("ERR client-id should be greater than 0"))? as u64);
                }
                "TYPE" => victims.kind = Some(Kind::parse(args, value)?),
                "ADDR" => victims.address = Some(args.get(value)),
                "LADDR" => victims.local_address = Some(args.get(value)),
                // All clients are the default user's.
                "USER" if args.get(value) == DEFAULT_USER => {}
                "USER" => {
                    let user = given(args.get(value));
                    return Err(Error::Message(format!("ERR No such user '{user}'")));
                }
                "SKIPME" => {
                    victims.spares_caller = match args.word(value).as_str() {
                        "YES" => true,
                        "NO" => false,
                        _ => return Err(Error::Syntax),
                    }
                }
                _ => return Err(Error::Syntax),
            }
        }
        Ok(victims)
    }

    fn has(&self, session: &Session, caller: Caller) -> bool {
        let is = |wanted: Option<&[u8]>, address: &dyn Fn() -> String| {
            wanted.is_none_or(|wanted| address().as_bytes() == wanted)
        };
        session.closing != Closing::Now
            && !(self.spares_caller && session.id == caller.client)
            && self.number.is_none_or(|number| session.id == number)
            && self.kind.is_none_or(|kind| kind == Kind::of(session))
            && is(self.address, &|| session.origin.address())
            && is(self.local_address, &|| session.origin.local_address())
    }
}

fn check(_here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    Victims::parse(args).map(drop)
}

/// Closes this core's victims; answers how many there were, for the old form as the only element of an array.
fn kill(node: &mut Node, caller: Caller, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let victims = Victims::parse(args)?;
    let mut killed = 0;
    let Node { sessions, touched, .. } = node;
    for (id, session) in sessions.iter_mut() {
        if !victims.has(session, caller) {
            continue;
        }
        // Who kills himself still gets the answer.
        session.closing = if session.id == caller.client { Closing::AfterReplies } else { Closing::Now };
        touched.push(id);
        killed += 1;
    }
    if victims.is_old_form {
        out.array(1);
    }
    out.integer(killed);
    Ok(())
}

fn merge(parts: &[Out], out: &mut Reply<'_>) {
    let mut is_old_form = false;
    let mut killed = 0;
    for part in parts {
        let mut walk = Walk::new(part);
        if walk.peek().is_some_and(|head| head.kind == b'*') {
            is_old_form = true;
            walk.enter();
        }
        killed += walk.peek().map_or(0, |head| head.number());
    }
    match (is_old_form, killed) {
        (false, killed) => out.integer(killed),
        (true, 0) => out.error(b"ERR No such client"),
        (true, _) => out.ok(),
    }
}

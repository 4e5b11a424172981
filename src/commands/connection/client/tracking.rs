//! Client-side caching: TRACKING, CACHING, TRACKINGINFO, GETREDIR. What it does is told in [`crate::tracking`].

use std::collections::BTreeSet;

use bytes::Bytes;
use shards::{
    command::{Args, Arity, Command, Error, given},
    resp::Reply,
};

use super::CLIENT_SUBCOMMAND;
use crate::{
    commands::{Caller, Here, Node, NodeCommand, NodeRun, merge::merge_equal},
    session::{Caching, Choice, Redirect, Said},
    tracking::Registry,
};

pub static TRACKING: NodeCommand = NodeCommand {
    row: Command {
        name: "TRACKING",
        arity: Arity::at_least(3),
        since: "6.0.0",
        summary: "Controls server-assisted client-side caching for the connection.",
        complexity: "O(1). Some options may introduce additional complexity.",
        syntax: "<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Chosen { check: |_, _| Ok(()), choose },
};

/// What CLIENT TRACKING was asked for.
#[expect(clippy::struct_excessive_bools, reason = "each is a word that was said or not")]
#[derive(Debug, Default)]
struct Wishes<'a> {
    /// The client to redirect to, as it was given.
    redirect: Option<i64>,
    /// Where that one is.
    found: Option<Redirect>,
    broadcast: bool,
    opt_in: bool,
    opt_out: bool,
    no_loop: bool,
    prefixes: Vec<&'a [u8]>,
}

impl<'a> Wishes<'a> {
    /// Reads the options. Where there is a registry, the client to redirect to must be there.
    fn parse(args: &Args<'a>, registry: Option<&Registry>) -> Result<Self, Error> {
        let mut wishes = Self::default();
        let mut at = 3;
        while at < args.len() {
            let has_value = at + 1 < args.len();
            match args.word(at).as_str() {
                "REDIRECT" if has_value => {
                    at += 1;
                    if wishes.redirect.is_some() {
                        return Err(Error::Text("ERR A client can only redirect to a single other client"));
                    }
                    let number = args.integer(at)?;
                    wishes.redirect = Some(number);
                    if let Some(registry) = registry {
                        wishes.found = Some(find(registry, number)?);
                    }
                }
                "BCAST" => wishes.broadcast = true,
                "OPTIN" => wishes.opt_in = true,
                "OPTOUT" => wishes.opt_out = true,
                "NOLOOP" => wishes.no_loop = true,
                "PREFIX" if has_value => {
                    at += 1;
                    wishes.prefixes.push(args.get(at));
                }
                _ => return Err(Error::Syntax),
            }
            at += 1;
        }
        Ok(wishes)
    }

    /// Whether a client may ask for this that tracks keys in the way `before`, if it does.
    fn check(&self, before: Option<&Caching>) -> Result<(), Error> {
        if !self.broadcast && !self.prefixes.is_empty() {
            return Err(Error::Text("ERR PREFIX option requires BCAST mode to be enabled"));
        }
        if before.is_some_and(|before| before.broadcast != self.broadcast) {
            return Err(Error::Text(
                "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
            ));
        }
        if self.broadcast && (self.opt_in || self.opt_out) {
            return Err(Error::Text("ERR OPTIN and OPTOUT are not compatible with BCAST"));
        }
        if self.opt_in && self.opt_out {
            return Err(Error::Text("ERR You can't specify both OPTIN mode and OPTOUT mode"));
        }
        let choice = before.map_or(Choice::All, |before| before.choice);
        if self.opt_in && choice == Choice::Out || self.opt_out && choice == Choice::In {
            return Err(Error::Text(
                "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
            ));
        }
        self.check_prefixes(before)
    }

    /// No prefix may begin with another one: a key that has both would be told of twice.
    fn check_prefixes(&self, before: Option<&Caching>) -> Result<(), Error> {
        let overlap = |one: &[u8], other: &[u8]| one.starts_with(other) || other.starts_with(one);
        let refusal = |prefix: &[u8], which: &str, other: &[u8]| {
            Error::Message(format!(
                "ERR Prefix '{}' overlaps with {which} prefix '{}'. Prefixes for a single client must not overlap.",
                given(prefix),
                given(other)
            ))
        };
        for (index, prefix) in self.prefixes.iter().enumerate() {
            let existing =
                before.and_then(|before| before.prefixes.iter().find(|other| overlap(other, prefix)));
            if let Some(existing) = existing {
                return Err(refusal(prefix, "an existing", existing));
            }
            if let Some(other) = self.prefixes[index + 1..].iter().find(|other| overlap(other, prefix)) {
                return Err(refusal(prefix, "another provided", other));
            }
        }
        Ok(())
    }

    fn caching(&self) -> Caching {
        let mut prefixes: BTreeSet<Bytes> =
            self.prefixes.iter().map(|prefix| Bytes::copy_from_slice(prefix)).collect();
        if self.broadcast && prefixes.is_empty() {
            prefixes.insert(Bytes::new());
        }
        Caching {
            redirect: self.found,
            broken: false,
            broadcast: self.broadcast,
            prefixes,
            choice: match (self.opt_in, self.opt_out) {
                (true, _) => Choice::In,
                (_, true) => Choice::Out,
                _ => Choice::All,
            },
            no_loop: self.no_loop,
            said: Said::Nothing,
        }
    }
}

fn find(registry: &Registry, number: i64) -> Result<Redirect, Error> {
    let found = u64::try_from(number).ok().and_then(|target| Some((target, registry.client(target)?)));
    match found {
        Some((target, (core, session))) => Ok(Redirect { target, core, session }),
        None => Err(Error::Text("ERR The client ID you want redirect to does not exist")),
    }
}

/// What there is to do on the client's core.
fn track(here: &mut Here<'_>, args: &Args<'_>) -> Result<(), Error> {
    let wishes = Wishes::parse(args, Some(&here.node.server.tracking))?;
    match args.word(2).as_str() {
        "ON" => {
            wishes.check(here.session().caching.as_deref())?;
            here.node.track(here.client, wishes.caching());
        }
        "OFF" => here.node.stop_tracking(here.client),
        _ => return Err(Error::Syntax),
    }
    Ok(())
}

/// All owners must note what changes before a client may rely on hearing of keys that it has not read.
fn choose(args: &Args<'_>) -> Result<NodeRun, Error> {
    let broadcasts = args.is(2, "ON") && Wishes::parse(args, None).is_ok_and(|wishes| wishes.broadcast);
    Ok(if broadcasts {
        NodeRun::Every { check: track, run: broadcast, merge: merge_equal }
    } else {
        NodeRun::Here(|here, args, out| {
            track(here, args)?;
            out.ok();
            Ok(())
        })
    })
}

fn broadcast(node: &mut Node, _caller: Caller, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    // Whoever asked may be gone by now.
    node.shard.tracking.broadcasts = node.server.tracking.has_prefixes();
    node.shard.record_if_needed();
    out.ok();
    Ok(())
}

pub static CACHING: NodeCommand = NodeCommand {
    row: Command {
        name: "CACHING",
        arity: Arity::exactly(3),
        since: "6.0.0",
        summary: "Instructs the server whether to track the keys in the next request.",
        syntax: "<YES | NO>",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(caching),
};

fn caching(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let session = here.session();
    let Some(caching) = &mut session.caching else {
        return Err(Error::Text(
            "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
        ));
    };
    match args.word(2).as_str() {
        "YES" if caching.choice != Choice::In => {
            return Err(Error::Text(
                "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
            ));
        }
        "NO" if caching.choice != Choice::Out => {
            return Err(Error::Text(
                "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
            ));
        }
        "YES" | "NO" => caching.said = Said::Next,
        _ => return Err(Error::Syntax),
    }
    session.review();
    out.ok();
    Ok(())
}

pub static TRACKINGINFO: NodeCommand = NodeCommand {
    row: Command {
        name: "TRACKINGINFO",
        arity: Arity::exactly(2),
        since: "6.2.0",
        summary: "Returns information about server-assisted client-side caching for the connection.",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(trackinginfo),
};

fn trackinginfo(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let caching = here.session().caching.as_deref();
    let flags = flags(caching);
    out.map(3);
    out.bulk(b"flags");
    out.set(flags.len());
    for flag in flags {
        out.bulk(flag.as_bytes());
    }
    out.bulk(b"redirect");
    out.integer(redirect(caching));
    out.bulk(b"prefixes");
    out.array(caching.map_or(0, |caching| caching.prefixes.len()));
    for prefix in caching.iter().flat_map(|caching| &caching.prefixes) {
        out.bulk(prefix);
    }
    Ok(())
}

fn flags(caching: Option<&Caching>) -> Vec<&'static str> {
    let Some(caching) = caching else { return vec!["off"] };
    // What was said before the command that ran last is over.
    let said = caching.said == Said::Next;
    let all = [
        ("on", true),
        ("bcast", caching.broadcast),
        ("optin", caching.choice == Choice::In),
        ("caching-yes", caching.choice == Choice::In && said),
        ("optout", caching.choice == Choice::Out),
        ("caching-no", caching.choice == Choice::Out && said),
        ("noloop", caching.no_loop),
        ("broken_redirect", caching.broken),
    ];
    all.iter().filter(|(_, set)| *set).map(|(flag, _)| *flag).collect()
}

pub static GETREDIR: NodeCommand = NodeCommand {
    row: Command {
        name: "GETREDIR",
        arity: Arity::exactly(2),
        since: "6.0.0",
        summary: "Returns the client ID to which the connection's tracking notifications are redirected.",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(getredir),
};

fn getredir(here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.integer(redirect(here.session().caching.as_deref()));
    Ok(())
}

/// The client that gets the messages of another one: 0 for itself, -1 for one that tracks no keys.
pub(super) fn redirect(caching: Option<&Caching>) -> i64 {
    caching.map_or(-1, |caching| caching.redirect.map_or(0, |redirect| redirect.target as i64))
}

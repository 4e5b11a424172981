//! What a core knows of one client.

use std::{net::SocketAddr, path::PathBuf};

use shards::{message::Modes, tx::Reader};

use super::{Blocked, Caching, Inbound, Mute, Replies, Said, Subscriptions, Topic, Transaction, Waiting};

/// Where a client comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A TCP connection: (the client's end, our end).
    Tcp(SocketAddr, SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
    /// Nowhere: scripts run their commands in it.
    Script,
}

impl Origin {
    /// The client's address as CLIENT LIST prints it.
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(client, _) => client.to_string(),
            Self::Unix(path) => format!("{}:0", path.display()),
            Self::Script => "lua".to_owned(),
        }
    }

    /// Our address as CLIENT LIST prints it.
    pub fn local_address(&self) -> String {
        match self {
            Self::Tcp(_, local) => local.to_string(),
            Self::Unix(path) => format!("{}:0", path.display()),
            Self::Script => "lua".to_owned(),
        }
    }

    /// Whether the client is on this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(client, _) => client.ip().to_canonical().is_loopback(),
            // Scripts run DEBUG only if somebody who may run it has said so.
            Self::Unix(_) | Self::Script => true,
        }
    }
}

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It does not.
    No,
    /// When its replies are sent; it reads no more.
    AfterReplies,
    /// At once.
    Now,
}

/// The client whose script runs commands, which may be another core's.
#[derive(Clone, Copy, Debug)]
pub struct Principal {
    /// Who it is.
    pub client: Reader,
    /// Its modes, as if every command were one that reads.
    pub modes: Modes,
}

/// One client.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and a client may have any of them"
)]
#[derive(Debug)]
pub struct Session {
    /// Its number, which no other client ever has.
    pub id: u64,
    /// Where it comes from.
    pub origin: Origin,
    /// Its request stream.
    pub inbound: Inbound,
    /// Its replies.
    pub replies: Replies,
    /// Set when it is to be closed.
    pub closing: Closing,
    /// Its command cannot run before another core answers: nothing is read meanwhile.
    pub stalled: bool,
    /// The database it selected.
    pub database: u16,
    /// Whether it speaks RESP3.
    pub resp3: bool,
    /// Whether it may run commands.
    pub authenticated: bool,
    /// READONLY was said; without replicas it changes nothing.
    pub readonly: bool,
    /// CLIENT NO-EVICT: it is not to be closed to make room. No client is, so far.
    pub no_evict: bool,
    /// CLIENT NO-TOUCH: what it reads does not count as used.
    pub no_touch: bool,
    /// CLIENT TRACKING: how it keeps copies of keys; nothing if it does not.
    pub caching: Option<Box<Caching>>,
    /// Its commands run as commands do: it has none of the modes that [`Modes`](shards::message::Modes) has besides RESP3.
    pub plain: bool,
    /// For the session of scripts: whom its commands are for.
    pub acts_for: Option<Principal>,
    /// What it listens to; nothing if it does not.
    pub subscriptions: Option<Box<Subscriptions>>,
    /// MONITOR: it sees the commands of all clients.
    pub monitors: bool,
    /// It listens or monitors, so that not every command may run, or it has said CLIENT CACHING: look before a command.
    pub restricted: bool,
    /// Its next command waits until CLIENT PAUSE is over.
    pub paused: bool,
    /// Bytes of the requests that are running, where they were received.
    pub running_bytes: usize,
    /// CLIENT SETNAME.
    pub name: Vec<u8>,
    /// CLIENT SETINFO LIB-NAME.
    pub library: Vec<u8>,
    /// CLIENT SETINFO LIB-VER.
    pub library_version: Vec<u8>,
    /// When it connected, milliseconds since 1970.
    pub since_ms: i64,
    /// When it last sent something, milliseconds since 1970.
    pub active_ms: i64,
    /// The command it ran last.
    pub last_command: Option<shards::command::registry::Id>,
    /// The subcommand of that, if it was a container.
    pub last_subcommand: Option<&'static str>,
    /// Bytes received.
    pub received_bytes: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Commands run.
    pub commands: u64,
    /// Since when its output is over the soft limit, milliseconds since 1970.
    pub over_soft_limit_since_ms: Option<i64>,
    /// The descriptor, as CLIENT LIST shows it.
    pub fd: i32,
    /// It sends no more; what it sent is still answered.
    pub ended: bool,
    /// It is gone, but for its transaction, which holds shards: it goes when that has ended.
    pub orphaned: bool,
    /// Bytes of replies that are not sent.
    pub unsent_bytes: usize,
    /// Its command that waits.
    pub blocked: Option<Box<Blocked>>,
    /// Its part in transactions.
    pub transaction: Transaction,
    /// Its commands on their way through this core's own inbox. While there are some, what it asks of this core's keys goes the same
    /// way, behind them.
    pub own_missing: u32,
    /// How often its next command found no room at all the cores that it needs.
    pub refusals: u32,
    /// Listed in the core's list of sessions with something to send.
    pub dirty: bool,
}

impl Session {
    /// A client that has just connected.
    pub fn new(id: u64, origin: Origin, fd: i32, now_ms: i64, authenticated: bool) -> Self {
        Self {
            id,
            origin,
            inbound: Inbound::default(),
            replies: Replies::default(),
            closing: Closing::No,
            stalled: false,
            database: 0,
            resp3: false,
            authenticated,
            readonly: false,
            no_evict: false,
            no_touch: false,
            caching: None,
            plain: true,
            acts_for: None,
            subscriptions: None,
            monitors: false,
            restricted: false,
            paused: false,
            running_bytes: 0,
            name: Vec::new(),
            library: Vec::new(),
            library_version: Vec::new(),
            since_ms: now_ms,
            active_ms: now_ms,
            last_command: None,
            last_subcommand: None,
            received_bytes: 0,
            sent_bytes: 0,
            commands: 0,
            over_soft_limit_since_ms: None,
            fd,
            ended: false,
            orphaned: false,
            unsent_bytes: 0,
            blocked: None,
            transaction: Transaction::default(),
            own_missing: 0,
            refusals: 0,
            dirty: false,
        }
    }

    /// Derives what commands look at from what it is derived of; to be called when that changed.
    pub fn review(&mut self) {
        self.plain = match self.acts_for {
            Some(principal) => principal.modes.is_plain(),
            None => !self.no_touch && self.caching.is_none(),
        };
        let said = self.caching.as_ref().is_some_and(|caching| caching.said != Said::Nothing);
        self.restricted = self.listens() || said;
    }

    /// Whether nothing is to be looked at before or after a command of it that concerns one key.
    #[inline]
    pub fn is_simple(&self) -> bool {
        self.plain
            && self.authenticated
            && !self.restricted
            && !self.transaction.is_open()
            && self.own_missing == 0
            && self.replies.mute() == Mute::Nothing
    }

    /// Whether it waits for what others do.
    pub fn listens(&self) -> bool {
        self.subscriptions.is_some() || self.monitors
    }

    /// Whether a command of it waits, as far as is known.
    pub fn is_blocked(&self) -> bool {
        self.blocked.as_ref().is_some_and(|blocked| blocked.state != Waiting::Tried)
    }

    /// Whether it listens to anything.
    pub fn is_subscriber(&self) -> bool {
        self.subscriptions.is_some()
    }

    /// How many names of one kind it listens to.
    pub fn subscribed(&self, topic: Topic) -> usize {
        self.subscriptions.as_ref().map_or(0, |all| all.names(topic).len())
    }

    /// Gives back the memory of buffers in which nothing is.
    pub fn trim(&mut self) {
        if self.replies.is_empty() {
            self.replies.shrink(0);
        }
        if self.inbound.is_idle() && self.inbound.heap_bytes() > 0 {
            self.inbound = Inbound::default();
        }
    }

    /// Heap bytes of its buffers.
    pub fn heap_bytes(&self) -> usize {
        let subscriptions = self.subscriptions.as_ref().map_or(0, |all| all.heap_bytes());
        size_of::<Self>()
            + self.inbound.heap_bytes()
            + self.transaction.heap_bytes()
            + self.replies.heap_bytes()
            + subscriptions
            + self.caching.as_ref().map_or(0, |caching| caching.heap_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_unix_clients_are_local() {
        let tcp = |text: &str| {
            let address: SocketAddr = text.parse().expect("an address");
            Origin::Tcp(address, address)
        };
        assert!(tcp("127.0.0.1:1").is_local() && tcp("[::1]:1").is_local());
        assert!(tcp("[::ffff:127.0.0.1]:1").is_local());
        assert!(!tcp("10.0.0.1:1").is_local());
        assert!(Origin::Unix("/tmp/s".into()).is_local());
    }
}

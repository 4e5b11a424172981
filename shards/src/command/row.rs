//! A command as a row: everything that lookup, arity, routing, merging, COMMAND and the documentation need to know of it.

use super::{Args, Error, Keys};
use crate::{
    keyspace::{KeptKey, Keyspace, Kind},
    resp::Reply,
};

/// One command or subcommand.
#[derive(Debug)]
pub struct Command {
    /// Its name in upper case; a subcommand's is its own word only.
    pub name: &'static str,
    /// How many arguments it takes, the name (and a subcommand's container) included.
    pub arity: Arity,
    /// What it does to the keyspace and under which conditions it runs.
    pub flags: Flags,
    /// The ACL categories that do not follow from its flags.
    pub acl: Acl,
    /// Which arguments are keys.
    pub keys: Keys,
    /// Which argument is the first that names an element of the value at its key (a member, a field), to be looked up there; 0 for
    /// none. Only how fast the command is depends on it.
    pub element: u8,
    /// What it does with them, in COMMAND INFO's words; empty if that follows from its flags.
    pub key_use: &'static [&'static str],
    /// What it does with the last of its keys, if that is something else than with those before it; else empty. Where how many
    /// keys there are is open (all arguments, or a counted number of them), this is for all keys but the first.
    pub last_key_use: &'static [&'static str],
    /// What it does with its keys given these arguments, where `key_use` says "variable".
    pub key_use_of: Option<KeyUseOf>,
    /// What clients of a cluster should know, in COMMAND INFO's words, beyond what follows from `run`.
    pub tips: &'static [&'static str],
    /// Which chapter of the documentation it belongs to.
    pub group: Group,
    /// The Redis version that introduced it.
    pub since: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Its cost, in O notation.
    pub complexity: &'static str,
    /// Its arguments behind the name, in the documentation's notation.
    pub syntax: &'static str,
    /// What it reads beyond its keys.
    pub beyond: Option<Beyond>,
    /// Where and how it runs.
    pub run: Run,
}

/// What a command does with its keys given its arguments, in COMMAND INFO's words.
pub type KeyUseOf = fn(&Args<'_>) -> &'static [&'static str];

/// Keys that a command reads and that only what its own keys hold can tell (SORT's patterns).
#[derive(Clone, Copy, Debug)]
pub struct Beyond {
    /// Whether a request with these arguments may read any.
    pub asked: fn(&Args<'_>) -> bool,
    /// Those that are not at hand, as far as is known now. Once these are at hand there may be more.
    pub missing: fn(&Keyspace, &Args<'_>, &AtHand<'_>) -> Vec<KeptKey>,
}

/// Whether a key has been taken care of.
pub type AtHand<'a> = dyn Fn(&[u8]) -> bool + 'a;

impl Command {
    /// What the rows leave out.
    pub const DEFAULT: Command = Command {
        name: "",
        arity: Arity::at_least(1),
        flags: Flags::NONE,
        acl: Acl::NONE,
        keys: Keys::NONE,
        element: 0,
        key_use: &[],
        last_key_use: &[],
        key_use_of: None,
        tips: &[],
        group: Group::Generic,
        since: "1.0.0",
        summary: "",
        complexity: "O(1)",
        syntax: "",
        beyond: None,
        run: Run::Session,
    };
}

/// What a handler does: it sees one shard's keyspace and nothing else, and cannot be interrupted.
pub type Handler = fn(&mut Keyspace, &Args<'_>, &mut Reply<'_>) -> Result<Outcome, Error>;

/// Where a command runs.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// All its keys are on one shard, which runs it.
    Local(Handler),
    /// Each shard runs it on its own keys; the replies are merged.
    Split(Handler, Merge),
    /// Every shard runs it; the replies are merged.
    Every(Handler, Merge),
    /// As `Local`; if it finds nothing, and stands alone, its client waits until there is something.
    Waiting(&'static Waiting),
    /// The shard that owns the slot in its cursor runs it.
    Cursor(Handler),
    /// It does not run itself: argument 1 names one of these.
    Container(&'static [&'static Command]),
    /// The core that holds the client runs it: it needs the session or the server.
    Session,
}

impl Run {
    /// How the command waits, if it does.
    pub const fn waiting(self) -> Option<&'static Waiting> {
        if let Run::Waiting(how) = self { Some(how) } else { None }
    }

    /// What runs it on a keyspace that has all its keys, if that can be.
    #[inline]
    pub const fn on_its_keys(self) -> Option<Handler> {
        match self {
            Run::Local(handler) | Run::Split(handler, _) => Some(handler),
            Run::Waiting(how) => Some(how.handler),
            Run::Every(..) | Run::Cursor(_) | Run::Container(_) | Run::Session => None,
        }
    }
}

/// A command that waits where it finds nothing.
#[derive(Debug)]
pub struct Waiting {
    /// Answers [`Outcome::Nothing`] and a null if nothing is there: within a transaction, that is its reply.
    pub handler: Handler,
    /// Where the longest time to wait is among its arguments.
    pub timeout: Timeout,
    /// What must be there for it to run.
    pub opens: Kind,
    /// Whether it waits for its first key only, and changes the others.
    pub moves: bool,
}

/// Where a timeout is: seconds, with a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// The first argument.
    First,
    /// The last argument.
    Last,
}

/// How the replies of several shards become one. An error from any shard is the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// All answered OK.
    AllOk,
    /// The sum of integers.
    Sum,
    /// One array, its elements in the order of the keys in the request.
    KeyOrder,
    /// The arrays one after the other.
    Concat,
    /// Each shard answers `[weight, element]`; one element is drawn in proportion to the weights; null if all weights are zero.
    Draw,
}

impl Merge {
    /// Whether the reply of one shard that runs the whole command is the reply.
    pub const fn is_whole(self) -> bool {
        !matches!(self, Merge::Draw)
    }
}

/// What a handler did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The keyspace changed.
    Changed,
    /// Nothing changed.
    Unchanged,
    /// Nothing changed, for there was nothing to take: who may wait, waits.
    Nothing,
}

/// How many arguments a command takes, the name included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arity(i32);

impl Arity {
    /// Exactly `count`.
    pub const fn exactly(count: i32) -> Self {
        Self(count)
    }

    /// `count` or more.
    pub const fn at_least(count: i32) -> Self {
        Self(-count)
    }

    /// Whether `count` arguments will do.
    #[inline]
    pub const fn takes(self, count: usize) -> bool {
        let count = count as i64;
        if self.0 >= 0 { count == self.0 as i64 } else { count >= -(self.0 as i64) }
    }

    /// Redis's notation: negative for "at least".
    pub const fn redis(self) -> i32 {
        self.0
    }
}

/// A command's flags; the names are those of COMMAND INFO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// None.
    pub const NONE: Flags = Flags(0);
    /// May change the keyspace.
    pub const WRITE: Flags = Flags(1);
    /// Never changes the keyspace.
    pub const READONLY: Flags = Flags(1 << 1);
    /// May need memory: refused when maxmemory is reached.
    pub const DENYOOM: Flags = Flags(1 << 2);
    /// For administrators.
    pub const ADMIN: Flags = Flags(1 << 3);
    /// About publish/subscribe.
    pub const PUBSUB: Flags = Flags(1 << 4);
    /// Not from scripts.
    pub const NOSCRIPT: Flags = Flags(1 << 5);
    /// May block the client.
    pub const BLOCKING: Flags = Flags(1 << 6);
    /// Runs while data is loading.
    pub const LOADING: Flags = Flags(1 << 7);
    /// Runs on a replica with old data.
    pub const STALE: Flags = Flags(1 << 8);
    /// Not shown to MONITOR.
    pub const SKIP_MONITOR: Flags = Flags(1 << 9);
    /// Not in the slow log.
    pub const SKIP_SLOWLOG: Flags = Flags(1 << 10);
    /// O(1) or O(log n).
    pub const FAST: Flags = Flags(1 << 11);
    /// Runs before authentication.
    pub const NO_AUTH: Flags = Flags(1 << 12);
    /// Runs while a script blocks the server.
    pub const ALLOW_BUSY: Flags = Flags(1 << 13);
    /// Not inside MULTI.
    pub const NO_MULTI: Flags = Flags(1 << 14);
    /// The connection's state decides, so it is not sent from elsewhere.
    pub const NO_ASYNC_LOADING: Flags = Flags(1 << 15);
    /// Runs on a cluster's node that is still to get the slot of its keys.
    pub const ASKING: Flags = Flags(1 << 16);
    /// May name no keys at all, although it takes some.
    pub const NO_MANDATORY_KEYS: Flags = Flags(1 << 17);
    /// Is no write, but would go to replicas: what refuses writes refuses it, too. COMMAND INFO does not show it.
    pub const MAY_REPLICATE: Flags = Flags(1 << 18);

    /// Their names, in the order in which COMMAND INFO prints them.
    pub const NAMES: [(Flags, &'static str); 18] = [
        (Flags::WRITE, "write"),
        (Flags::READONLY, "readonly"),
        (Flags::DENYOOM, "denyoom"),
        (Flags::ADMIN, "admin"),
        (Flags::PUBSUB, "pubsub"),
        (Flags::NOSCRIPT, "noscript"),
        (Flags::BLOCKING, "blocking"),
        (Flags::LOADING, "loading"),
        (Flags::STALE, "stale"),
        (Flags::SKIP_MONITOR, "skip_monitor"),
        (Flags::SKIP_SLOWLOG, "skip_slowlog"),
        (Flags::ASKING, "asking"),
        (Flags::FAST, "fast"),
        (Flags::NO_AUTH, "no_auth"),
        (Flags::ALLOW_BUSY, "allow_busy"),
        (Flags::NO_MULTI, "no_multi"),
        (Flags::NO_ASYNC_LOADING, "no_async_loading"),
        (Flags::NO_MANDATORY_KEYS, "no_mandatory_keys"),
    ];

    /// Both.
    #[must_use]
    pub const fn and(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// Whether one of `others` is set.
    #[inline]
    pub const fn has_any(self, others: Flags) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether all of `other` are set.
    #[inline]
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// ACL categories beyond those that follow from flags (`read`, `write`, `fast`, `slow`, `admin`, `blocking`, `pubsub`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acl(u32);

impl Acl {
    /// None.
    pub const NONE: Acl = Acl(0);
    /// `@keyspace`
    pub const KEYSPACE: Acl = Acl(1);
    /// `@string`
    pub const STRING: Acl = Acl(1 << 1);
    /// `@list`
    pub const LIST: Acl = Acl(1 << 2);
    /// `@set`
    pub const SET: Acl = Acl(1 << 3);
    /// `@sortedset`
    pub const SORTEDSET: Acl = Acl(1 << 4);
    /// `@hash`
    pub const HASH: Acl = Acl(1 << 5);
    /// `@connection`
    pub const CONNECTION: Acl = Acl(1 << 6);
    /// `@dangerous`
    pub const DANGEROUS: Acl = Acl(1 << 7);
    /// `@transaction`
    pub const TRANSACTION: Acl = Acl(1 << 8);
    /// `@bitmap`
    pub const BITMAP: Acl = Acl(1 << 9);
    /// `@geo`
    pub const GEO: Acl = Acl(1 << 10);
    /// `@scripting`
    pub const SCRIPTING: Acl = Acl(1 << 11);

    /// Their names.
    pub const NAMES: [(Acl, &'static str); 12] = [
        (Acl::KEYSPACE, "@keyspace"),
        (Acl::STRING, "@string"),
        (Acl::LIST, "@list"),
        (Acl::SET, "@set"),
        (Acl::SORTEDSET, "@sortedset"),
        (Acl::HASH, "@hash"),
        (Acl::CONNECTION, "@connection"),
        (Acl::DANGEROUS, "@dangerous"),
        (Acl::TRANSACTION, "@transaction"),
        (Acl::BITMAP, "@bitmap"),
        (Acl::GEO, "@geo"),
        (Acl::SCRIPTING, "@scripting"),
    ];

    /// Both.
    #[must_use]
    pub const fn and(self, other: Acl) -> Acl {
        Acl(self.0 | other.0)
    }

    /// Whether all of `other` are set.
    pub const fn has(self, other: Acl) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A chapter of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Keys of any type.
    Generic,
    /// Strings.
    String,
    /// Lists.
    List,
    /// Sets.
    Set,
    /// Sorted sets.
    SortedSet,
    /// Hashes.
    Hash,
    /// The connection.
    Connection,
    /// The server.
    Server,
    /// Cluster.
    Cluster,
    /// Transactions.
    Transactions,
    /// Publish/subscribe.
    PubSub,
    /// Strings as arrays of bits.
    Bitmap,
    /// Places on earth.
    Geo,
    /// Scripts.
    Scripting,
}

impl Group {
    /// Its name in COMMAND DOCS.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "sorted-set",
            Self::Hash => "hash",
            Self::Connection => "connection",
            Self::Server => "server",
            Self::Cluster => "cluster",
            Self::Transactions => "transactions",
            Self::PubSub => "pubsub",
            Self::Bitmap => "bitmap",
            Self::Geo => "geo",
            Self::Scripting => "scripting",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arity_counts_the_name() {
        assert!(Arity::exactly(2).takes(2) && !Arity::exactly(2).takes(3));
        assert!(Arity::at_least(2).takes(9) && !Arity::at_least(2).takes(1));
    }
}

//! Transactions over several shards.
//!
//! # One hop: groups
//!
//! A command whose parts need nothing of each other (MSET, MGET, DEL, FLUSHALL; a MULTI of such and of commands with one key)
//! takes effect in one hop. The client's core pushes its parts as a *group*: one group at a time over all cores, its own part
//! through its own inbox. Any two groups are therefore in the same order in all inboxes, and each core runs its inbox in
//! order. No shard locks anything, and nothing is ever refused or tried again.
//!
//! Why this is strictly serializable: order all groups by the time of their push, and put each command of one shard between the
//! groups where its shard ran it. Who sees an effect of a group sees it after the group was pushed to all cores (a turn's requests
//! become runnable when they are published, behind the last push), so whatever they ask next arrives behind the group everywhere.
//!
//! # Two hops: holding shards
//!
//! A command with keys on several shards that reads one to write another (RENAME, SMOVE, SINTERSTORE; a MULTI with such; EXEC
//! after a WATCH) must see all its keys at one instant and change them before anybody looks again:
//!
//! ```text
//! client's core (coordinator)            owners
//! hold: a group ────────────────────────> take the keys' entries out of their tables, and from then on
//!                                         run nothing (others' envelopes and their own clients wait, in order)
//!       <──────────────────── held: the entries themselves, moved by pointer; was a watched key touched?
//! run the commands, with the ordinary handlers, in a keyspace of just these entries
//! release ──────────────────────────────> put back what is left of them, and go on where they stopped
//! ```
//!
//! States of the coordinator: *holding* until all owners have answered, then *releasing*, which needs no answer that anyone
//! waits for. Between the two it may ask for more: what SORT reads through patterns only the sorted list can tell, so a transaction
//! with such a command holds all shards, and before that command runs has them lend what it names. States of an owner: *free*, *held* by one transaction. A transaction that has only to look at watched keys lends
//! nothing; its commands travel with the release.
//!
//! Invariants:
//! - An owner is held by at most one transaction, and is held only by groups: transactions that meet on two owners meet in the same
//!   order on both. So the one whose hold was pushed first is never waited for in a circle, and there is no deadlock.
//! - A held core still takes answers and sends releases: it waits with commands only. A release needs no credit; an inbox has room
//!   for one from each core.
//! - A transaction holds its owners for one round trip, and runs no user's code beyond its commands, unless it has a script. Nothing
//!   of it waits for a client: what one has begun that vanishes meanwhile is done to its end. Only keys that go to another server
//!   (MIGRATE) hold their owners until that has answered, or its time is up; the coordinator goes on with its turns meanwhile.
//! - A transaction has one time, at which keys expire: the latest of those at which its owners stood still, who learn it with whatever
//!   they are told next. No key that one of them has found expired is there again, and none that is there vanishes on its way.
//! - Every shard of a server hashes with the same seed, so that an entry is at home in any of them.
//!
//! # Scripts
//!
//! What a script uses only running it can tell. So it holds all shards, borrows the keys that it was called with, and has more lent
//! while it stands still before a command that names others; a command about all keys has everything given back for it, and lent
//! again. Owners are held for as long as the script runs, and time stands still for all of it: what the script finds at its end is as
//! old as what it found first. A script that has used no other keys than those that it was called with does without all this where one
//! shard has them: it runs there as a command. Should it use others after all, and have written nothing, it is as if it had not
//! begun, and it runs again, holding all shards.
//!
//! # Waiting
//!
//! A command that waits (BLPOP) is a command that found nothing, remembered by the owners of its keys until somebody brings
//! something: see the head of `wait.rs`. It holds nothing meanwhile, and takes effect as a command of its own right behind the
//! one that served it. A client that vanishes takes its claim with it.
//!
//! Handlers and data types know nothing of all this: a handler sees a keyspace with its keys in it.

mod hop;
mod tracking;
mod wait;
mod watch;

pub use hop::{Hold, Hop, Interest, LentKey, Release};
pub use tracking::{Cause, Reader, Readers, Reads, Stale, StaleKey, Tracking};
pub use wait::{Claim, First, Wait, Waits};
pub use watch::Watches;

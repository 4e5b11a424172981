//! Keys of any type: existence, expiry, walks, whole databases.

pub(in crate::commands) mod expiry;
mod flush;
mod presence;
mod ttl;
mod walk;

pub use super::scan_options::cursor_number;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &expiry::EXPIRE,
    &expiry::EXPIREAT,
    &expiry::PEXPIRE,
    &expiry::PEXPIREAT,
    &flush::FLUSHALL,
    &flush::FLUSHDB,
    &presence::DEL,
    &presence::EXISTS,
    &presence::TYPE,
    &presence::UNLINK,
    &ttl::EXPIRETIME,
    &ttl::PERSIST,
    &ttl::PEXPIRETIME,
    &ttl::PTTL,
    &ttl::TTL,
    &walk::DBSIZE,
    &walk::KEYS,
    &walk::RANDOMKEY,
    &walk::SCAN,
];

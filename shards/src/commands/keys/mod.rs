//! Keys of any type: existence, names, expiry, what lies behind them, walks, whole databases.

pub(in crate::commands) mod counted;
mod dump;
pub(in crate::commands) mod expiry;
mod flush;
pub mod memory;
mod object;
mod presence;
mod rename;
mod restore;
pub(in crate::commands) mod result;
mod sort;
mod sort_pattern;
mod swap;
pub(in crate::commands) mod taken;
mod transfer;
mod ttl;
mod walk;

pub use super::scan_options::cursor_number;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &dump::DUMP,
    &expiry::EXPIRE,
    &expiry::EXPIREAT,
    &expiry::PEXPIRE,
    &expiry::PEXPIREAT,
    &flush::FLUSHALL,
    &flush::FLUSHDB,
    &object::OBJECT,
    &presence::DEL,
    &presence::EXISTS,
    &presence::TOUCH,
    &presence::TYPE,
    &presence::UNLINK,
    &rename::RENAME,
    &rename::RENAMENX,
    &restore::RESTORE,
    &restore::RESTORE_ASKING,
    &sort::SORT,
    &sort::SORT_RO,
    &swap::SWAPDB,
    &transfer::COPY,
    &transfer::MOVE,
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

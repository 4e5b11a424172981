//! Hashes.

mod counters;
mod delete;
mod presence;
mod random;
mod read;
mod scan;
mod whole;
mod write;

use crate::command::Command;
pub(super) use random::Draw;
pub(super) use scan::reply_scan;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &counters::HINCRBY,
    &counters::HINCRBYFLOAT,
    &delete::HDEL,
    &presence::HEXISTS,
    &presence::HLEN,
    &presence::HSTRLEN,
    &random::HRANDFIELD,
    &read::HGET,
    &read::HMGET,
    &scan::HSCAN,
    &whole::HGETALL,
    &whole::HKEYS,
    &whole::HVALS,
    &write::HMSET,
    &write::HSET,
    &write::HSETNX,
];

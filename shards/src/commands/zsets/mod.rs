//! Sorted sets.

mod add;
mod bounds;
mod count;
mod pop;
mod random;
mod range;
mod rank;
mod read;
mod remove;
mod scan;
#[cfg(test)]
mod tests;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &add::ZADD,
    &add::ZINCRBY,
    &count::ZCARD,
    &count::ZCOUNT,
    &count::ZLEXCOUNT,
    &pop::ZPOPMAX,
    &pop::ZPOPMIN,
    &random::ZRANDMEMBER,
    &range::ZRANGE,
    &range::ZRANGEBYLEX,
    &range::ZRANGEBYSCORE,
    &range::ZREVRANGE,
    &range::ZREVRANGEBYLEX,
    &range::ZREVRANGEBYSCORE,
    &rank::ZRANK,
    &rank::ZREVRANK,
    &read::ZMSCORE,
    &read::ZSCORE,
    &remove::ZREM,
    &remove::ZREMRANGEBYLEX,
    &remove::ZREMRANGEBYRANK,
    &remove::ZREMRANGEBYSCORE,
    &scan::ZSCAN,
];

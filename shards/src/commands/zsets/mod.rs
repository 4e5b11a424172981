//! Sorted sets.

pub(super) mod add;
mod algebra;
mod bounds;
mod count;
mod pop;
mod pop_first;
mod random;
mod range;
mod range_store;
mod rank;
mod read;
mod remove;
mod scan;
#[cfg(test)]
mod tests;
mod waiting;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &add::ZADD,
    &add::ZINCRBY,
    &algebra::ZDIFF,
    &algebra::ZDIFFSTORE,
    &algebra::ZINTER,
    &algebra::ZINTERCARD,
    &algebra::ZINTERSTORE,
    &algebra::ZUNION,
    &algebra::ZUNIONSTORE,
    &count::ZCARD,
    &count::ZCOUNT,
    &count::ZLEXCOUNT,
    &pop::ZPOPMAX,
    &pop::ZPOPMIN,
    &pop_first::ZMPOP,
    &random::ZRANDMEMBER,
    &range::ZRANGE,
    &range::ZRANGEBYLEX,
    &range::ZRANGEBYSCORE,
    &range::ZREVRANGE,
    &range::ZREVRANGEBYLEX,
    &range::ZREVRANGEBYSCORE,
    &range_store::ZRANGESTORE,
    &rank::ZRANK,
    &rank::ZREVRANK,
    &read::ZMSCORE,
    &read::ZSCORE,
    &remove::ZREM,
    &remove::ZREMRANGEBYLEX,
    &remove::ZREMRANGEBYRANK,
    &remove::ZREMRANGEBYSCORE,
    &scan::ZSCAN,
    &waiting::BZMPOP,
    &waiting::BZPOPMAX,
    &waiting::BZPOPMIN,
];

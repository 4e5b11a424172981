//! Memory: its limit, eviction, and freeing.

use super::super::bounds::{COUNT, POSITIVE};
use super::super::parameter::{Parameter, inert, live};
use super::super::settings::MaxmemoryPolicy;
use super::super::value::Kind;

const FREED_IN_STEPS: &str = "large values are always freed in small steps in the background";

pub(super) const ROWS: &[Parameter] = &[
    live!(
        "maxmemory",
        Kind::Memory { min: 0, max: u64::MAX as i128 },
        maxmemory_bytes,
        "Bytes the whole process may use before keys are evicted; 0: no limit"
    ),
    live!(
        "maxmemory-policy",
        Kind::Choice(MaxmemoryPolicy::WORDS),
        maxmemory_policy,
        "Which keys are evicted"
    ),
    live!("maxmemory-samples", POSITIVE, maxmemory_samples, "Keys looked at for each one evicted"),
    inert(
        "maxmemory-eviction-tenacity",
        Kind::Integer { min: 0, max: 100 },
        "10",
        "a write evicts a bounded number of keys",
    ),
    live!("lfu-log-factor", COUNT, lfu_log_factor, "The larger, the slower a key's access counter grows"),
    live!(
        "lfu-decay-time",
        COUNT,
        lfu_decay_time_min,
        "Minutes after which an access counter is lowered by one"
    ),
    inert("lazyfree-lazy-eviction", Kind::Flag, "no", FREED_IN_STEPS),
    inert("lazyfree-lazy-expire", Kind::Flag, "no", FREED_IN_STEPS),
    inert("lazyfree-lazy-server-del", Kind::Flag, "no", FREED_IN_STEPS),
    inert("lazyfree-lazy-user-del", Kind::Flag, "no", FREED_IN_STEPS),
    inert("lazyfree-lazy-user-flush", Kind::Flag, "no", FREED_IN_STEPS),
    inert(
        "active-expire-effort",
        Kind::Integer { min: 1, max: 10 },
        "1",
        "expiry follows a budget of time and hints of what expires next",
    ),
];

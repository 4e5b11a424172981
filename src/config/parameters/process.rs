//! The process: shards, CPUs, and how it runs under its supervisor.

use super::super::bounds::{COUNT, POSITIVE};
use super::super::cpus;
use super::super::parameter::{Parameter, Role, absent, inert, live};
use super::super::settings::{MAX_SHARDS, Settings};
use super::super::stored::Stored as _;
use super::super::value::{Kind, Value};
use super::word_lists::{oom_scores, shutdown_flags};

const FOREGROUND: &str =
    "remove it: the server stays in the foreground, where systemd or a container supervises it";
const PINNED: &str = "shards are pinned by cpus, and there are no background processes";

const fn without_save(flags: &[u8]) -> bool {
    // Flags are shown in a fixed order in which "save" comes first.
    !matches!(flags, [b's', b'a', b'v', b'e', ..])
}

/// `hz` is clamped, not refused, as Redis does.
const HZ: Role = Role::Live {
    get: |settings: &Settings| settings.hz.to_value(),
    set: |settings, value: Value| {
        settings.hz = u32::from_value(value)?.clamp(1, 500);
        Ok(())
    },
};

pub(super) const ROWS: &[Parameter] = &[
    live!(
        "shards",
        Kind::Integer { min: 0, max: MAX_SHARDS as i128 },
        shards,
        "Shards, each on its own core; 0: one per usable CPU"
    )
    .at_startup_here(),
    live!(
        "cpus",
        Kind::Words(cpus::check),
        cpus,
        "CPUs to pin shards to, such as 0-3,6; empty: all usable ones"
    )
    .at_startup_here(),
    live!(
        "busy-poll-us",
        Kind::Integer { min: 0, max: 1_000_000 },
        busy_poll_us,
        "Microseconds a core polls before it sleeps; for dedicated cores"
    ),
    live!("databases", POSITIVE, databases, "Logical databases that SELECT can choose").at_startup(),
    Parameter { role: HZ, ..live!("hz", COUNT, hz, "Background passes per second, 1 to 500") },
    live!("dir", Kind::Text, dir, "Working directory").protected(),
    absent("daemonize", Kind::Flag, "no", FOREGROUND).at_startup(),
    absent(
        "supervised",
        Kind::Choice(&["upstart", "systemd", "auto", "no"]),
        "no",
        "write systemd, auto or no",
    )
    .fits(|value| value != b"upstart")
    .at_startup(),
    inert("pidfile", Kind::Text, "", "no pid file is written; the supervisor knows the process").at_startup(),
    inert("set-proc-title", Kind::Flag, "yes", "the process keeps its title").at_startup(),
    inert(
        "proc-title-template",
        Kind::Text,
        "{title} {listen-addr} {server-mode}",
        "the process keeps its title",
    ),
    inert("always-show-logo", Kind::Flag, "no", "there is no logo").at_startup(),
    inert("ignore-warnings", Kind::Text, "", "no start-up warning of that kind is given"),
    inert("disable-thp", Kind::Flag, "yes", "transparent huge pages are left as the system has them")
        .at_startup(),
    inert(
        "io-threads",
        Kind::Integer { min: 1, max: 128 },
        "1",
        "every shard does its own input and output, see shards",
    )
    .at_startup(),
    inert("io-threads-do-reads", Kind::Flag, "no", "every shard does its own input and output, see shards")
        .at_startup(),
    inert("dynamic-hz", Kind::Flag, "yes", "background work adapts to the load by itself"),
    inert("server_cpulist", Kind::Text, "", PINNED).at_startup(),
    inert("bio_cpulist", Kind::Text, "", PINNED).at_startup(),
    inert("aof_rewrite_cpulist", Kind::Text, "", PINNED).at_startup(),
    inert("bgsave_cpulist", Kind::Text, "", PINNED).at_startup(),
    inert("crash-log-enabled", Kind::Flag, "yes", "a crash leaves its backtrace on standard error"),
    inert("crash-memcheck-enabled", Kind::Flag, "yes", "memory is not tested after a crash"),
    absent(
        "oom-score-adj",
        Kind::Choice(&["no", "yes", "relative", "absolute"]),
        "no",
        "set OOMScoreAdjust in the systemd unit, or --oom-score-adj of the container",
    ),
    inert(
        "oom-score-adj-values",
        Kind::Words(oom_scores),
        "0 200 800",
        "the score is left to the supervisor",
    ),
    absent(
        "shutdown-on-sigint",
        Kind::Words(shutdown_flags),
        "default",
        "remove save: nothing is kept on disk",
    )
    .fits(without_save),
    absent(
        "shutdown-on-sigterm",
        Kind::Words(shutdown_flags),
        "default",
        "remove save: nothing is kept on disk",
    )
    .fits(without_save),
    inert("shutdown-timeout", COUNT, "10", "there are no replicas to wait for"),
    inert("jemalloc-bg-thread", Kind::Flag, "yes", "the allocator purges on the shards' own threads"),
    inert("activerehashing", Kind::Flag, "yes", "tables grow and shrink segment by segment"),
    absent("activedefrag", Kind::Flag, "no", "remove it: memory is not defragmented"),
    inert("active-defrag-cycle-min", Kind::Integer { min: 1, max: 99 }, "1", NO_DEFRAG),
    inert("active-defrag-cycle-max", Kind::Integer { min: 1, max: 99 }, "25", NO_DEFRAG),
    inert("active-defrag-threshold-lower", Kind::Integer { min: 0, max: 1000 }, "10", NO_DEFRAG),
    inert("active-defrag-threshold-upper", Kind::Integer { min: 0, max: 1000 }, "100", NO_DEFRAG),
    inert(
        "active-defrag-ignore-bytes",
        Kind::Memory { min: 1, max: i64::MAX as i128 },
        "104857600",
        NO_DEFRAG,
    ),
    inert(
        "active-defrag-max-scan-fields",
        Kind::Integer { min: 1, max: i64::MAX as i128 },
        "1000",
        NO_DEFRAG,
    ),
];

const NO_DEFRAG: &str = "memory is not defragmented";

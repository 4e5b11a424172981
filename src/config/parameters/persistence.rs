//! Snapshots and the append-only file, of which nothing is kept on disk yet, and values as DUMP hands them out.

use super::super::bounds::{BYTES, COUNT};
use super::super::parameter::{Parameter, absent, inert, live};
use super::super::settings::SanitizeDumps;
use super::super::value::Kind;
use super::word_lists::save_points;

const NOT_KEPT: &str = "nothing is kept on disk";

pub(super) const ROWS: &[Parameter] = &[
    absent(
        "save",
        Kind::Words(save_points),
        "",
        "write save \"\": nothing is kept on disk, a restart begins empty",
    ),
    absent(
        "appendonly",
        Kind::Flag,
        "no",
        "write appendonly no: nothing is kept on disk, a restart begins empty",
    ),
    live!("dbfilename", Kind::Text, dbfilename, "Name of the snapshot file within dir").protected(),
    inert("appendfilename", Kind::Text, "appendonly.aof", NOT_KEPT).at_startup(),
    inert("appenddirname", Kind::Text, "appendonlydir", NOT_KEPT).at_startup(),
    inert("appendfsync", Kind::Choice(&["everysec", "always", "no"]), "everysec", NOT_KEPT),
    inert("no-appendfsync-on-rewrite", Kind::Flag, "no", NOT_KEPT),
    inert("auto-aof-rewrite-percentage", COUNT, "100", NOT_KEPT),
    inert("auto-aof-rewrite-min-size", BYTES, "67108864", NOT_KEPT),
    inert("aof-load-truncated", Kind::Flag, "yes", NOT_KEPT),
    inert("aof-use-rdb-preamble", Kind::Flag, "yes", NOT_KEPT),
    inert("aof-rewrite-incremental-fsync", Kind::Flag, "yes", NOT_KEPT),
    inert("aof-timestamp-enabled", Kind::Flag, "no", NOT_KEPT),
    inert("aof-disable-auto-gc", Kind::Flag, "no", NOT_KEPT),
    live!(
        "rdbcompression",
        Kind::Flag,
        rdbcompression,
        "Whether strings are compressed in what DUMP hands out, where that helps"
    ),
    inert("rdbchecksum", Kind::Flag, "yes", NOT_KEPT).at_startup(),
    inert("rdb-save-incremental-fsync", Kind::Flag, "yes", NOT_KEPT),
    inert(
        "rdb-key-save-delay",
        Kind::Integer { min: i32::MIN as i128, max: i32::MAX as i128 },
        "0",
        NOT_KEPT,
    )
    .hidden(),
    inert("key-load-delay", Kind::Integer { min: i32::MIN as i128, max: i32::MAX as i128 }, "0", NOT_KEPT)
        .hidden(),
    inert("rdb-del-sync-files", Kind::Flag, "no", NOT_KEPT),
    inert("stop-writes-on-bgsave-error", Kind::Flag, "yes", NOT_KEPT),
    live!(
        "sanitize-dump-payload",
        Kind::Choice(SanitizeDumps::WORDS),
        sanitize_dump_payload,
        "Whose compact values must hold nothing twice, and sets of integers be in order; no: the last of what comes twice counts"
    ),
];

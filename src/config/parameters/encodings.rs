//! When a value leaves its compact encoding.

use super::super::bounds::{BYTES, COUNT, LONG};
use super::super::parameter::{Parameter, inert, live};
use super::super::value::Kind;

const NO_STREAMS: &str = "streams are not served";

pub(super) const ROWS: &[Parameter] = &[
    live!(
        "hash-max-listpack-entries",
        LONG,
        encodings.hash_max_listpack_entries,
        "Fields of a compact hash, at most"
    )
    .alias("hash-max-ziplist-entries"),
    live!(
        "hash-max-listpack-value",
        BYTES,
        encodings.hash_max_listpack_value,
        "Bytes of a compact hash's field or value"
    )
    .alias("hash-max-ziplist-value"),
    live!(
        "set-max-intset-entries",
        LONG,
        encodings.set_max_intset_entries,
        "Members of a compact set of integers, at most"
    ),
    live!(
        "set-max-listpack-entries",
        LONG,
        encodings.set_max_listpack_entries,
        "Members of a compact set, at most"
    ),
    live!(
        "set-max-listpack-value",
        BYTES,
        encodings.set_max_listpack_value,
        "Bytes of a compact set's member, at most"
    ),
    live!(
        "zset-max-listpack-entries",
        LONG,
        encodings.zset_max_listpack_entries,
        "Members of a compact sorted set, at most"
    )
    .alias("zset-max-ziplist-entries"),
    live!(
        "zset-max-listpack-value",
        BYTES,
        encodings.zset_max_listpack_value,
        "Bytes of a compact sorted set's member"
    )
    .alias("zset-max-ziplist-value"),
    live!(
        "list-max-listpack-size",
        Kind::Integer { min: i32::MIN as i128, max: i32::MAX as i128 },
        encodings.list_max_listpack_size,
        "Elements per block of a list; -1 to -5: blocks of 4, 8, 16, 32, 64 KiB"
    )
    .alias("list-max-ziplist-size"),
    live!(
        "compact-lists",
        Kind::Flag,
        encodings.compact_lists,
        "Whether a list of one block is a listpack, as since Redis 7.2; else it is a quicklist from the start"
    ),
    inert("list-compress-depth", COUNT, "0", "blocks of a list are not compressed"),
    inert("hll-sparse-max-bytes", BYTES, "3000", "HyperLogLogs are not served"),
    inert("stream-node-max-bytes", BYTES, "4096", NO_STREAMS),
    inert("stream-node-max-entries", LONG, "100", NO_STREAMS),
];

//! What one client may ask for.

use shards::structures::listpack::ITEM_BYTES_MAX;

use super::super::bounds::LONG;
use super::super::output_limits;
use super::super::parameter::{Parameter, Role, absent, live};
use super::super::value::Kind;

const FROM_1MB: Kind = Kind::Memory { min: 1 << 20, max: i64::MAX as i128 };

/// Any argument, and any string, may become an element.
const ARGUMENT: Kind = Kind::Memory { min: 1 << 20, max: ITEM_BYTES_MAX as i128 };

const OUTPUT: Role = Role::Live {
    get: |settings| output_limits::show(&settings.client_output_buffer_limit),
    set: |settings, value| output_limits::apply(&mut settings.client_output_buffer_limit, value),
};

pub(super) const ROWS: &[Parameter] = &[
    live!(
        "maxclients",
        Kind::Integer { min: 1, max: u32::MAX as i128 },
        maxclients,
        "Clients served at once; the next one is told so and disconnected"
    ),
    live!(
        "proto-max-bulk-len",
        ARGUMENT,
        proto_max_bulk_len_bytes,
        "Bytes of one argument and of a string, at most; 512 MB or less, as no element of a value can be longer"
    ),
    live!(
        "client-query-buffer-limit",
        FROM_1MB,
        client_query_buffer_limit_bytes,
        "Bytes of one unfinished command, at most"
    ),
    live!(
        "client-max-arguments",
        Kind::Integer { min: 16, max: i32::MAX as i128 },
        client_max_arguments,
        "Arguments of one command, at most"
    ),
    live!(
        "client-pipeline-limit",
        Kind::Integer { min: 1, max: 1 << 20 },
        client_pipeline_limit,
        "Commands of one client that may wait for replies before reading from it pauses"
    ),
    Parameter {
        name: "client-output-buffer-limit",
        alias: None,
        kind: Kind::Words(output_limits::check),
        change: super::super::parameter::Change::Runtime,
        role: OUTPUT,
        secret: false,
        hidden: false,
        doc: "Per class of client: hard bytes, soft bytes and seconds after which it is disconnected",
    },
    absent(
        "maxmemory-clients",
        Kind::MemoryOrPercent,
        "0",
        "write 0, and limit clients by client-output-buffer-limit",
    ),
    live!(
        "tracking-table-max-keys",
        LONG,
        tracking_table_max_keys,
        "Keys of which is remembered who has copies of them (CLIENT TRACKING); 0: no limit"
    ),
    live!(
        "busy-reply-threshold",
        LONG,
        busy_reply_threshold_ms,
        "Milliseconds after which a script that still runs has the commands of other clients refused; 0: never"
    )
    .alias("lua-time-limit"),
];

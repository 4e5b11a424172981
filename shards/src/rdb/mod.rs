//! Values in the RDB format: what DUMP hands out and RESTORE takes, and the image of a whole keyspace. Bytes in, bytes out.
//!
//! ```text
//! payload   value type, 1 byte | value | version, 2 bytes | CRC-64 of all before it, 8 bytes
//! libraries per library: its mark, its code | version, 2 bytes | CRC-64
//! image     "REDIS0010" | per database: its number, its sizes, its keys | end mark | CRC-64
//! key       [expiry] [idle time] value type | key | value
//! ```
//!
//! What is written is what redis-server 7.0 writes, so that it can read it back: compact values go as they lie in memory, whose
//! elements have the same bytes there. What is read may come from anybody: besides those forms the older ones of ziplists and
//! zipmaps, and sets as Redis 7.2 writes them. Nothing in it is believed: every length is checked against the bytes that are there
//! before anything is allocated for it, and what does not add up is [`Malformed`]. A value that was read is built by the
//! operations of its type, so its encoding follows the thresholds of this server, as it does in Redis.
//!
//! `format` names the numbers of the format, `writer` and `source` are its primitives, `save` and `load` its values, `listpack`,
//! `ziplist`, `zipmap` and `ints` the compact forms inside of them, `payload`, `libraries` and `image` what goes around. Source: Redis's
//! `rdb.h`, the listpack specification, and the heads of its ziplist and zipmap.

mod build;
mod format;
mod image;
mod ints;
mod libraries;
mod listpack;
mod load;
mod lzf;
mod payload;
mod save;
mod source;
#[cfg(test)]
mod tests;
mod writer;
mod ziplist;
mod zipmap;

pub use image::{read_image, write_image};
pub use libraries::{LibraryRefusal, dump_libraries, read_libraries};
pub use load::{Rules, Value};
pub use payload::{Refusal, dump, restore, seal};
pub use save::value_bytes;
pub use source::Malformed;

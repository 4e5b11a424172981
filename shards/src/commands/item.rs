//! Elements of compact values as replies.

use crate::{resp::Reply, structures::listpack::Item};

/// Writes an element as a bulk string.
#[inline]
pub fn reply_item(out: &mut Reply<'_>, item: Item<'_>) {
    match item {
        Item::Bytes(bytes) => out.bulk(bytes),
        Item::Int(number) => out.bulk_integer(number),
    }
}

//! How the parts of a machine's command become one reply, where several commands do it alike.

use shards::resp::{Out, Reply, walk::Walk};

/// All cores answered the same: the first answer stands for all.
pub(super) fn merge_equal(parts: &[Out], out: &mut Reply<'_>) {
    if let Some(first) = parts.first() {
        out.out().append(first);
    }
}

/// The sum of integers.
pub(super) fn merge_sum(parts: &[Out], out: &mut Reply<'_>) {
    out.integer(parts.iter().map(|part| Walk::new(part).peek().map_or(0, |head| head.number())).sum());
}

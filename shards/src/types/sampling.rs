//! Distinct random elements of a collection (SRANDMEMBER, HRANDFIELD with a positive count).

use hashbrown::HashSet;

use crate::structures::random::Rng;
use crate::structures::table::Table;

/// Shows `count` of the `len` elements of `elements` to `visit`, or all if there are no more; each choice is equally
/// likely. One pass, no memory (selection sampling, Knuth, TAOCP 3.4.2 S).
pub fn select<T>(
    elements: impl Iterator<Item = T>,
    len: usize,
    count: usize,
    rng: &mut Rng,
    mut visit: impl FnMut(T),
) {
    let mut wanted = count.min(len);
    for (element, left) in elements.zip((1..=len).rev()) {
        if wanted == 0 {
            break;
        }
        if rng.below(left) < wanted {
            wanted -= 1;
            visit(element);
        }
    }
}

/// The same from a table. Few elements of many are drawn, and drawn again if they were drawn before; that takes less
/// than two draws each.
pub fn select_from_table<'a, T>(
    table: &'a Table<T>,
    count: usize,
    rng: &mut Rng,
    mut visit: impl FnMut(&'a T),
) {
    let len = table.len();
    if count > len / 2 {
        return select(table.iter(), len, count, rng, visit);
    }
    let mut drawn =
        HashSet::with_capacity_and_hasher(count, foldhash::fast::FixedState::with_seed(rng.next_u64()));
    while drawn.len() < count
        && let Some(element) = table.sample(rng)
    {
        if drawn.insert(std::ptr::from_ref(element)) {
            visit(element);
        }
    }
}

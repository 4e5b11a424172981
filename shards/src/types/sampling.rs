//! Random elements of a collection: distinct ones (SRANDMEMBER, HRANDFIELD with a positive count), and any (with a negative
//! one).

use hashbrown::HashSet;

use crate::structures::ahead::ahead;
use crate::structures::random::Rng;
use crate::structures::table::Table;

/// So many draws from a sequence walk it once each.
const PASSES_MAX: usize = 2;

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

/// The same from a table, whose elements point to an `address` each. Few elements of many are drawn, and drawn again if they were
/// drawn before; that takes less than two draws each.
pub fn select_from_table<'a, T>(
    table: &'a Table<T>,
    address: impl Fn(&T) -> usize,
    count: usize,
    rng: &mut Rng,
    visit: impl FnMut(&'a T),
) {
    let len = table.len();
    if count > len / 2 {
        return select(table.iter(), len, count, rng, visit);
    }
    let mut drawn =
        HashSet::with_capacity_and_hasher(count, foldhash::fast::FixedState::with_seed(rng.next_u64()));
    let distinct = (0..count).map_while(|_| {
        loop {
            let element = table.sample(rng)?;
            if drawn.insert(std::ptr::from_ref(element)) {
                return Some(element);
            }
        }
    });
    ahead(distinct, address).for_each(visit);
}

/// Shows `count` random elements to `visit`, each drawn from all `len` of them, until it fails. A pass over the elements
/// for each of a few; where more are wanted, one pass that notes them all.
///
/// # Errors
/// What `visit` failed with.
pub fn repeat<T: Copy, I: Iterator<Item = T>, E>(
    elements: impl Fn() -> I,
    len: usize,
    count: usize,
    rng: &mut Rng,
    mut visit: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    if len == 0 {
        return Ok(());
    }
    if count <= PASSES_MAX {
        return (0..count).filter_map(|_| elements().nth(rng.below(len))).try_for_each(visit);
    }
    let all: Vec<T> = elements().collect();
    (0..count).try_for_each(|_| visit(all[rng.below(all.len())]))
}

/// The same from a table, whose elements point to an `address` each.
///
/// # Errors
/// What `visit` failed with.
pub fn repeat_from_table<'a, T, E>(
    table: &'a Table<T>,
    address: impl Fn(&T) -> usize,
    count: usize,
    rng: &mut Rng,
    visit: impl FnMut(&'a T) -> Result<(), E>,
) -> Result<(), E> {
    ahead((0..count).map_while(|_| table.sample(rng)), address).try_for_each(visit)
}

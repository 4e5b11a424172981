//! Walking a table in pieces, and drawing from it.

use super::super::hash::ORDER_BITS;
use super::super::random::Rng;
use super::segment::{PLACES_MAX, Segment};
use super::{Form, Table};

/// Orders end here.
const ORDER_END: u64 = 1 << ORDER_BITS;

/// Draws from a table before giving up on an even choice. A segment that shrinks keeps one bucket in four filled, a
/// directory one in eight or so: the odds of coming this far are below 10⁻¹⁴.
const DRAWS_MAX: usize = 256;

impl<T, S: Segment<T>> Table<T, S> {
    /// Visits about `count` elements whose order is `cursor` or later, in ascending order; returns where to go on, or
    /// `None` at the end. Start with 0. `order_of` is the [`scan_order`](super::super::hash::scan_order) of an element's
    /// hash.
    ///
    /// An element that is in the table from the first call to the last is visited exactly once, and none is visited
    /// twice without having been removed in between, whatever happens to the table between the calls: the cursor is a
    /// position in the order of hashes, and that does not depend on the table's shape. Elements of one order are always
    /// visited together. A call looks at `count` / 32 + 2 segments at most.
    pub fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        order_of: impl Fn(&T) -> u64,
        mut visit: impl FnMut(&'a T),
    ) -> Option<u64> {
        let mut cursor = cursor;
        let mut wanted = count.max(1);
        for _ in 0..count / 32 + 2 {
            if cursor >= ORDER_END || wanted == 0 {
                break;
            }
            let (segment, end) = match &self.0 {
                Form::One(segment) => (segment, ORDER_END),
                Form::Many(directory) => {
                    let branch = directory.branch_at(cursor);
                    (&branch.segment, branch.end())
                }
            };
            let visited;
            (visited, cursor) = scan_segment(segment, cursor..end, wanted, &order_of, &mut visit);
            wanted = wanted.saturating_sub(visited);
        }
        (cursor < ORDER_END).then_some(cursor)
    }

    /// Elements from a random place of a random segment on, once round that segment. Reads no element.
    pub fn from_random_place(&self, rng: &mut Rng) -> impl Iterator<Item = &T> {
        let segment = match &self.0 {
            Form::One(segment) => segment,
            Form::Many(directory) => &directory.branches[rng.below(directory.branches.len())].segment,
        };
        let places = segment.places();
        let first = if places > 0 { rng.below(places) } else { 0 };
        (first..places).chain(0..first).filter_map(|place| segment.at(place))
    }

    /// A random element; `None` only if there is none. Takes a handful of steps, on average the inverse of how full the
    /// buckets are, and reads no element.
    ///
    /// Each element is equally likely, with two exceptions: a segment that outgrew [`SEGMENT_MAX`](super::SEGMENT_MAX)
    /// (colliding hashes) is drawn as if it had that size, and a table that [`drain_step`](Table::drain_step) has left
    /// nearly empty favours elements behind a gap.
    pub fn sample(&self, rng: &mut Rng) -> Option<&T> {
        if self.is_empty() {
            return None;
        }
        for _ in 0..DRAWS_MAX {
            let drawn = match &self.0 {
                Form::One(segment) => segment.at(rng.below(segment.places())),
                Form::Many(directory) => {
                    let branch = &directory.branches[rng.below(directory.branches.len())];
                    draw(&branch.segment, rng)
                }
            };
            if drawn.is_some() {
                return drawn;
            }
        }
        let skip = rng.below(self.len());
        self.iter().nth(skip)
    }
}

/// Visits at least `wanted` of a segment's elements in the range of orders, if it has them, the earliest first; returns how
/// many it visited and where to go on.
pub fn scan_segment<'a, T: 'a, S: Segment<T>>(
    segment: &'a S,
    range: std::ops::Range<u64>,
    wanted: usize,
    order_of: &impl Fn(&T) -> u64,
    visit: &mut impl FnMut(&'a T),
) -> (usize, u64) {
    let mut found: Vec<(u64, &'a T)> = Vec::with_capacity(segment.len());
    found.extend(
        segment.iter().map(|value| (order_of(value), value)).filter(|(order, _)| range.contains(order)),
    );
    let mut next = range.end;
    // A few more than asked for come cheaper than hashing the whole segment again for them.
    if found.len() > wanted.saturating_mul(2) {
        let (_, &mut (last, _), _) = found.select_nth_unstable_by_key(wanted - 1, |&(order, _)| order);
        found.retain(|&(order, _)| order <= last);
        next = last + 1;
    }
    found.sort_unstable_by_key(|&(order, _)| order);
    for &(_, value) in &found {
        visit(value);
    }
    (found.len(), next)
}

/// What is in a random one of `PLACES_MAX` places, of which a smaller segment leaves the rest empty: so elements of all
/// segments are equally likely.
fn draw<'a, T, S: Segment<T>>(segment: &'a S, rng: &mut Rng) -> Option<&'a T>
where
    T: 'a,
{
    let place = rng.below(PLACES_MAX.max(segment.places()));
    if place < segment.places() { segment.at(place) } else { None }
}

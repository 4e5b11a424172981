//! Collections whose elements are looked up by their bytes: what to fetch ahead of a lookup.

use std::ops::{ControlFlow, Deref};

use smallvec::SmallVec;

use super::Limits;
use crate::structures::listpack::{Item, SCRATCH_BYTES};

/// Elements looked up together: as many as most pipelines bring at once.
pub const TOGETHER: usize = 32;

/// Elements that are looked up together.
pub(super) type Group<E> = SmallVec<[E; TOGETHER]>;

/// A collection whose elements are looked up by their bytes. Several lookups ahead, all are asked for with
/// [`Lookup::prefetch_place`] and then with [`Lookup::prefetch_element`], and take little more time than one.
pub trait Lookup {
    /// Whether there are so many elements that it takes time to fetch one.
    fn is_far(&self) -> bool;

    /// Asks the processor for where the lookup of `element` begins. Returns the element's hash if more is to be asked for.
    fn prefetch_place(&self, element: &[u8], limits: &Limits) -> Option<u64>;

    /// Asks for the element with this hash that a lookup most likely finds; reads what [`Lookup::prefetch_place`] asked for.
    fn prefetch_element(&self, hash: u64);
}

/// What names an element, alone or with what comes along.
pub trait Named {
    /// The element.
    fn element(&self) -> &[u8];
}

impl Named for &[u8] {
    #[inline]
    fn element(&self) -> &[u8] {
        self
    }
}

impl<X> Named for (&[u8], X) {
    #[inline]
    fn element(&self) -> &[u8] {
        self.0
    }
}

/// Calls `visit` with a collection and each of the elements that it is to look up, in their order. Up to [`TOGETHER`] of them are
/// asked for at once.
pub fn look_up_each<V, N>(
    mut collection: V,
    limits: &Limits,
    mut elements: impl Iterator<Item = N>,
    mut visit: impl FnMut(&mut V, N),
) where
    V: Deref<Target: Lookup + Sized>,
    N: Named,
{
    // Whoever runs a command has asked for its first one.
    while elements.size_hint().1.is_none_or(|most| most > 1) {
        let group: Group<N> = elements.by_ref().take(TOGETHER).collect();
        if group.is_empty() {
            return;
        }
        ask_for(&*collection, group.iter().map(|named| Item::Bytes(named.element())), limits);
        for named in group {
            visit(&mut collection, named);
        }
    }
    for named in elements {
        visit(&mut collection, named);
    }
}

/// Shows the elements of a collection to `visit`, up to [`TOGETHER`] at once, until it breaks. What it leaves is dropped.
pub(super) fn try_in_groups<E>(
    mut elements: impl Iterator<Item = E>,
    mut visit: impl FnMut(&mut Group<E>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut group = Group::new();
    elements.try_for_each(|element| {
        group.push(element);
        if group.len() < TOGETHER {
            return ControlFlow::Continue(());
        }
        let flow = visit(&mut group);
        group.clear();
        flow
    })?;
    visit(&mut group)
}

/// As [`try_in_groups`], to the end.
pub(super) fn in_groups<E>(elements: impl Iterator<Item = E>, mut visit: impl FnMut(&mut Group<E>)) {
    let _ = try_in_groups(elements, |group| {
        visit(group);
        ControlFlow::Continue(())
    });
}

/// Asks for up to [`TOGETHER`] elements that `collection` is about to look up.
pub(super) fn ask_for<'e, T: Lookup>(
    collection: &T,
    elements: impl Iterator<Item = Item<'e>>,
    limits: &Limits,
) {
    if collection.is_far() {
        let place =
            |element: Item<'_>| collection.prefetch_place(element.as_bytes(&mut [0; SCRATCH_BYTES]), limits);
        let places = elements.filter_map(place);
        for hash in places.collect::<SmallVec<[u64; TOGETHER]>>() {
            collection.prefetch_element(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::{structures::hash::HashSeed, types::Encodings};

    /// Notes what happens: elements' places and elements that are asked for.
    #[derive(Default)]
    struct Noting {
        near: bool,
        places: RefCell<Vec<u64>>,
        elements: RefCell<Vec<u64>>,
    }

    impl Lookup for Noting {
        fn is_far(&self) -> bool {
            !self.near
        }

        fn prefetch_place(&self, element: &[u8], _: &Limits) -> Option<u64> {
            let number = std::str::from_utf8(element).ok()?.parse().ok()?;
            self.places.borrow_mut().push(number);
            (number % 3 != 0).then_some(number)
        }

        fn prefetch_element(&self, hash: u64) {
            assert!(self.places.borrow().contains(&hash));
            self.elements.borrow_mut().push(hash);
        }
    }

    fn limits() -> Limits {
        Encodings::default().limits(HashSeed::new(1))
    }

    #[test]
    fn elements_are_visited_in_order_after_they_were_asked_for() {
        for (count, near) in
            [0, 1, 2, 31, 32, 33, 34, 64, 100].into_iter().flat_map(|n| [(n, false), (n, true)])
        {
            let names: Vec<String> = (0..count).map(|number| number.to_string()).collect();
            let mut visited = 0;
            let mut noting = Noting { near, ..Noting::default() };
            let named = names.iter().zip(0..).map(|(name, number)| (name.as_bytes(), number));
            look_up_each(&mut noting, &limits(), named, |noting, (element, number)| {
                assert_eq!((element, number), (names[visited].as_bytes(), visited));
                // But for one that is alone, and for what was said to be near.
                let alone = number + 1 == count && number % TOGETHER == 0;
                let asked = !near && !alone;
                assert_eq!(noting.places.borrow().contains(&(number as u64)), asked, "{number} of {count}");
                let wanted = asked && number % 3 != 0;
                assert_eq!(noting.elements.borrow().contains(&(number as u64)), wanted);
                visited += 1;
            });
            assert_eq!(visited, count);
        }
    }

    #[test]
    fn groups_hold_all_elements_in_order_until_one_breaks() {
        for count in [0, 1, 31, 32, 33, 64, 100] {
            let mut seen = Vec::new();
            in_groups(0..count, |group| {
                assert!(group.len() <= TOGETHER);
                // What is not taken out is dropped.
                seen.extend(group.iter().copied());
            });
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
            let mut groups = 0;
            let flow = try_in_groups(0..count, |_| {
                groups += 1;
                ControlFlow::Break(())
            });
            assert!(flow.is_break() && groups == 1);
        }
    }
}

//! Intersection, union and difference of sets, which stay as they are.
//!
//! Members of an intersection are looked for in the smallest set, those of a difference in the first one; a difference that
//! takes away little in all is made in a copy of the first set instead, from which the others' members are removed.

use std::ops::ControlFlow;

use super::super::lookup::{ask_for, in_groups, try_in_groups};
use super::{Form, Limits, Set};
use crate::structures::listpack::{Encoded, Item, SCRATCH_BYTES, parse_canonical};

/// An operation on sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Members of all sets.
    Intersection,
    /// Members of any set.
    Union,
    /// Members of the first set that none of the others has.
    Difference,
}

impl Set {
    /// As [`Set::contains`], for a member as another set shows it.
    #[inline]
    pub fn contains_item(&self, item: Item<'_>, limits: &Limits) -> bool {
        match (&self.0, item) {
            (Form::Ints(ints), Item::Int(value)) => ints.contains(value),
            (Form::Ints(ints), Item::Bytes(text)) => {
                parse_canonical(text).is_some_and(|value| ints.contains(value))
            }
            (Form::Pack(pack), item) => {
                pack.find(Encoded::from(item.as_bytes(&mut [0; SCRATCH_BYTES])), 1).is_some()
            }
            (Form::Table(_), item) => self.contains(item.as_bytes(&mut [0; SCRATCH_BYTES]), limits),
        }
    }

    /// Adds a member as another set shows it; false if it was there.
    #[inline]
    pub fn add_item(&mut self, item: Item<'_>, limits: &Limits) -> bool {
        self.add(item.as_bytes(&mut [0; SCRATCH_BYTES]), limits)
    }

    /// Adds members as another set shows them, up to as many as are looked up together.
    fn add_all(&mut self, items: &[Item<'_>], limits: &Limits) {
        ask_for(self, items.iter().copied(), limits);
        for item in items {
            self.add_item(*item, limits);
        }
    }
}

/// Shows the members that all of `sets` have to `visit` until it breaks. Puts the sets in order of size.
pub fn intersect<'a>(
    sets: &mut [&'a Set],
    limits: &Limits,
    mut visit: impl FnMut(Item<'a>) -> ControlFlow<()>,
) {
    sets.sort_by_key(|set| set.len());
    let Some((smallest, others)) = sets.split_first() else { return };
    // What breaks off has what it wanted.
    let _ = try_in_groups(smallest.iter(), |items| {
        for other in others.iter().filter(|other| !std::ptr::eq(**other, *smallest)) {
            ask_for(*other, items.iter().copied(), limits);
            items.retain(|item| other.contains_item(*item, limits));
        }
        items.drain(..).try_for_each(&mut visit)
    });
}

/// The union of `sets` as a set of its own.
pub fn unite(sets: &[&Set], limits: &Limits) -> Set {
    let mut union = Set::new();
    for set in sets {
        in_groups(set.iter(), |items| union.add_all(items, limits));
    }
    union
}

/// What is left of the `first` set without the members of `others`, as a set of its own.
pub fn subtract(first: &Set, others: &mut [&Set], limits: &Limits) -> Set {
    let mut left = Set::new();
    if others.iter().any(|other| std::ptr::eq(*other, first)) {
        return left;
    }
    let looked_up = first.len() * (others.len() + 1) / 2;
    let walked = first.len() + others.iter().map(|other| other.len()).sum::<usize>();
    if looked_up <= walked {
        // The largest knows the most members that have to go.
        others.sort_by_key(|other| std::cmp::Reverse(other.len()));
        in_groups(first.iter(), |items| {
            for other in others.iter() {
                ask_for(*other, items.iter().copied(), limits);
                items.retain(|item| !other.contains_item(*item, limits));
            }
            left.add_all(items, limits);
        });
        return left;
    }
    in_groups(first.iter(), |items| left.add_all(items, limits));
    for other in others.iter() {
        if left.is_empty() {
            break;
        }
        in_groups(other.iter(), |items| {
            ask_for(&left, items.iter().copied(), limits);
            for item in items.drain(..) {
                left.remove(item.as_bytes(&mut [0; SCRATCH_BYTES]), limits);
            }
        });
    }
    left
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::structures::hash::HashSeed;
    use crate::types::Encodings;

    type Model = BTreeSet<Vec<u8>>;

    fn limits() -> Limits {
        Encodings { set_max_intset_entries: 8, set_max_listpack_entries: 16, ..Encodings::default() }
            .limits(HashSeed::new(5))
    }

    /// Integers or words, so that all encodings meet.
    fn members() -> impl Strategy<Value = Model> {
        let numbers = prop::collection::btree_set((0..40i64).prop_map(|n| n.to_string().into_bytes()), 0..30);
        let words = prop::collection::btree_set((0..30u8).prop_map(|n| vec![b'm', b'a' + n % 26, n]), 0..40);
        let both = (numbers.clone(), words.clone()).prop_map(|(a, b)| a.union(&b).cloned().collect());
        prop_oneof![numbers, words, both]
    }

    fn set_of(model: &Model, limits: &Limits) -> Set {
        let mut set = Set::new();
        for member in model {
            set.add(member, limits);
        }
        set
    }

    fn model_of(set: &Set) -> Model {
        set.iter().map(|item| item.to_vec()).collect()
    }

    proptest! {
        #[test]
        fn algebra_is_that_of_standard_sets(models in prop::collection::vec(members(), 1..5), stop in 1..20usize) {
            let limits = limits();
            let sets: Vec<Set> = models.iter().map(|model| set_of(model, &limits)).collect();
            let all: Vec<&Set> = sets.iter().collect();
            let fold = |with: fn(&Model, &Model) -> Model| {
                models[1..].iter().fold(models[0].clone(), |folded, model| with(&folded, model))
            };
            let union = fold(|a, b| a.union(b).cloned().collect());
            let common = fold(|a, b| a.intersection(b).cloned().collect());
            let left = fold(|a, b| a.difference(b).cloned().collect());
            prop_assert_eq!(model_of(&unite(&all, &limits)), union);
            prop_assert_eq!(model_of(&subtract(all[0], &mut all[1..].to_vec(), &limits)), left);
            let mut seen = Vec::new();
            intersect(&mut all.clone(), &limits, |item| {
                seen.push(item.to_vec());
                ControlFlow::Continue(())
            });
            prop_assert_eq!(seen.len(), common.len());
            prop_assert_eq!(seen.into_iter().collect::<Model>(), common.clone());
            let mut counted = 0;
            intersect(&mut all.clone(), &limits, |_| {
                counted += 1;
                if counted == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            prop_assert_eq!(counted, common.len().min(stop));
            for set in &sets {
                let copy = set.duplicate(&limits);
                prop_assert_eq!((model_of(&copy), copy.encoding()), (model_of(set), set.encoding()));
            }
        }

        #[test]
        fn a_set_against_itself(model in members()) {
            let limits = limits();
            let set = set_of(&model, &limits);
            prop_assert!(subtract(&set, &mut [&set], &limits).is_empty());
            prop_assert_eq!(model_of(&unite(&[&set, &set], &limits)), model.clone());
            let mut count = 0;
            intersect(&mut [&set, &set], &limits, |_| {
                count += 1;
                ControlFlow::Continue(())
            });
            prop_assert_eq!(count, model.len());
        }
    }
}

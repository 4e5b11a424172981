//! Intersection, union and difference of sorted sets and of sets, whose members count as if their score were 1.
//!
//! Scores are multiplied by the weight of their input, then added up, or the least or greatest of them is taken. Inputs are
//! taken in the order of their size, the smallest first, which decides how sums of doubles are rounded. What would be NaN, an
//! infinity times zero or plus its opposite, becomes 0, but for what Redis lets pass: a NaN that is compared loses.

use std::ops::ControlFlow;

use super::super::lookup::{Group, ask_for, in_groups, try_in_groups};
use super::{Limits, Rule, ZSet};
use crate::structures::listpack::{Item, SCRATCH_BYTES};
use crate::types::set::Set;

/// What members come from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A key that is not there.
    Nothing,
    /// A set.
    Set(&'a Set),
    /// A sorted set.
    ZSet(&'a ZSet),
}

/// A source with the weight of its scores.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The members.
    pub source: Source<'a>,
    /// What their scores are multiplied by.
    pub weight: f64,
}

/// How several scores of a member become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregate {
    /// Their sum.
    #[default]
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl Aggregate {
    fn join(self, score: f64, other: f64) -> f64 {
        match self {
            Self::Sum => zero_if_nan(score + other),
            Self::Min if other < score => other,
            Self::Max if other > score => other,
            Self::Min | Self::Max => score,
        }
    }
}

fn zero_if_nan(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

impl<'a> Source<'a> {
    /// Members.
    pub fn len(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Set(set) => set.len(),
            Self::ZSet(zset) => zset.len(),
        }
    }

    /// Whether there is no member.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether both are the same value.
    fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Set(one), Self::Set(other)) => std::ptr::eq(one, other),
            (Self::ZSet(one), Self::ZSet(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }

    fn score(self, item: Item<'_>, limits: &Limits) -> Option<f64> {
        match self {
            Self::Nothing => None,
            Self::Set(set) => set.contains_item(item, limits).then_some(1.0),
            Self::ZSet(zset) => zset.score(item.as_bytes(&mut [0; SCRATCH_BYTES]), limits),
        }
    }

    /// Asks for members that are about to be looked up.
    fn ask_for<'e>(self, items: impl Iterator<Item = Item<'e>>, limits: &Limits) {
        match self {
            Self::Nothing => {}
            Self::Set(set) => ask_for(set, items, limits),
            Self::ZSet(zset) => ask_for(zset, items, limits),
        }
    }

    /// Shows the members with their scores in groups until `visit` breaks.
    fn try_each(self, visit: impl FnMut(&mut Scores<'a>) -> ControlFlow<()>) -> ControlFlow<()> {
        match self {
            Self::Nothing => ControlFlow::Continue(()),
            Self::Set(set) => try_in_groups(set.iter().map(|item| (item, 1.0)), visit),
            Self::ZSet(zset) => try_in_groups(zset.iter(), visit),
        }
    }

    /// Shows all members with their scores in groups.
    fn each(self, visit: impl FnMut(&mut Scores<'a>)) {
        match self {
            Self::Nothing => {}
            Self::Set(set) => in_groups(set.iter().map(|item| (item, 1.0)), visit),
            Self::ZSet(zset) => in_groups(zset.iter(), visit),
        }
    }
}

/// Some members with their scores.
type Scores<'a> = Group<(Item<'a>, f64)>;

fn items<'a>(scores: &Scores<'a>) -> impl Iterator<Item = Item<'a>> {
    scores.iter().map(|(item, _)| *item)
}

/// Shows the members that all inputs have, with their scores, to `visit` until it breaks. Puts the inputs in order of size.
pub fn intersect<'a>(
    inputs: &mut [Input<'a>],
    aggregate: Aggregate,
    limits: &Limits,
    mut visit: impl FnMut(Item<'a>, f64) -> ControlFlow<()>,
) {
    inputs.sort_by_key(|input| input.source.len());
    let Some((smallest, others)) = inputs.split_first() else { return };
    // What breaks off has what it wanted.
    let _ = smallest.source.try_each(|scores| {
        let mut common: Group<_> =
            scores.iter().map(|&(item, own)| (item, own, zero_if_nan(smallest.weight * own))).collect();
        for other in others {
            let is_same = other.source.is(smallest.source);
            if !is_same {
                other.source.ask_for(common.iter().map(|(item, ..)| *item), limits);
            }
            common.retain(|(item, own, score)| {
                let found = if is_same { Some(*own) } else { other.source.score(*item, limits) };
                *score = found.map_or(*score, |found| aggregate.join(*score, found * other.weight));
                found.is_some()
            });
        }
        common.into_iter().try_for_each(|(item, _, score)| visit(item, score))
    });
}

/// The intersection as a sorted set of its own, to be made compact where it is kept.
pub fn intersection(inputs: &mut [Input<'_>], aggregate: Aggregate, limits: &Limits) -> ZSet {
    let mut result = ZSet::large();
    intersect(inputs, aggregate, limits, |item, score| {
        put(&mut result, item, score, limits);
        ControlFlow::Continue(())
    });
    result
}

/// The union as a sorted set of its own, to be made compact where it is kept.
pub fn union(inputs: &mut [Input<'_>], aggregate: Aggregate, limits: &Limits) -> ZSet {
    inputs.sort_by_key(|input| input.source.len());
    let mut result = ZSet::large();
    for (index, input) in inputs.iter().enumerate() {
        input.source.each(|scores| {
            ask_for(&result, items(scores), limits);
            for (item, score) in scores.drain(..) {
                let score = zero_if_nan(input.weight * score);
                let mut scratch = [0; SCRATCH_BYTES];
                let member = item.as_bytes(&mut scratch);
                let present = if index == 0 { None } else { result.score(member, limits) };
                let joined = present.map_or(score, |present| aggregate.join(present, score));
                if joined == 0.0 && present == Some(0.0) {
                    // One zero may be negative, which changes nothing for an update of the score.
                    result.remove(member, limits);
                }
                put(&mut result, item, joined, limits);
            }
        });
    }
    result
}

/// What is left of the `first` input without the members of `others`, with the scores of the first, to be made compact where it is
/// kept.
pub fn difference(first: Source<'_>, others: &[Source<'_>], limits: &Limits) -> ZSet {
    let mut left = ZSet::large();
    if first.is_empty() || others.iter().any(|other| other.is(first)) {
        return left;
    }
    let looked_up = first.len() * (others.len() + 1) / 2;
    let walked = first.len() + others.iter().map(|other| other.len()).sum::<usize>();
    if looked_up <= walked {
        first.each(|scores| {
            for other in others {
                other.ask_for(items(scores), limits);
                scores.retain(|(item, _)| other.score(*item, limits).is_none());
            }
            put_all(&mut left, scores, limits);
        });
        return left;
    }
    first.each(|scores| put_all(&mut left, scores, limits));
    for other in others {
        if left.is_empty() {
            break;
        }
        other.each(|scores| {
            ask_for(&left, items(scores), limits);
            for (item, _) in scores.drain(..) {
                left.remove(item.as_bytes(&mut [0; SCRATCH_BYTES]), limits);
            }
        });
    }
    left
}

/// Gives members their scores; none is NaN here.
fn put_all(zset: &mut ZSet, scores: &mut Scores<'_>, limits: &Limits) {
    ask_for(zset, items(scores), limits);
    for (item, score) in scores.drain(..) {
        put(zset, item, score, limits);
    }
}

/// Gives a member its score; none is NaN here.
fn put(zset: &mut ZSet, item: Item<'_>, score: f64, limits: &Limits) {
    let added = zset.add(item.as_bytes(&mut [0; SCRATCH_BYTES]), score, Rule::default(), limits);
    debug_assert!(added.is_ok());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::structures::hash::HashSeed;
    use crate::types::Encodings;

    type Model = BTreeMap<Vec<u8>, f64>;

    fn limits() -> Limits {
        Encodings {
            zset_max_listpack_entries: 12,
            set_max_intset_entries: 8,
            set_max_listpack_entries: 12,
            ..Encodings::default()
        }
        .limits(HashSeed::new(9))
    }

    enum Value {
        Set(Set),
        ZSet(ZSet),
    }

    /// Members with whole scores, whose sums do not depend on the order, and whether they are a set, with scores of one.
    fn members() -> impl Strategy<Value = (Model, bool)> {
        let name = prop_oneof![
            (0..20u8).prop_map(|n| n.to_string().into_bytes()),
            (0..20u8).prop_map(|n| vec![b'a' + n])
        ];
        let scores = prop::collection::btree_map(name, (-50..50i32).prop_map(f64::from), 0..30);
        (scores, any::<bool>()).prop_map(|(mut model, is_set)| {
            if is_set {
                for score in model.values_mut() {
                    *score = 1.0;
                }
            }
            (model, is_set)
        })
    }

    fn value_of(model: &Model, is_set: bool, limits: &Limits) -> Value {
        if is_set {
            let mut set = Set::new();
            for member in model.keys() {
                set.add(member, limits);
            }
            return Value::Set(set);
        }
        let mut zset = ZSet::new();
        for (member, score) in model {
            put(&mut zset, Item::Bytes(member), *score, limits);
        }
        Value::ZSet(zset)
    }

    fn model_of(zset: &ZSet) -> Model {
        zset.iter().map(|(item, score)| (item.to_vec(), score)).collect()
    }

    proptest! {
        #[test]
        fn algebra_is_that_of_standard_maps(
            models in prop::collection::vec((members(), -3..4i32), 1..5),
            aggregate in prop::sample::select(vec![Aggregate::Sum, Aggregate::Min, Aggregate::Max]),
        ) {
            let limits = limits();
            let values: Vec<Value> =
                models.iter().map(|((model, is_set), _)| value_of(model, *is_set, &limits)).collect();
            let mut inputs: Vec<Input<'_>> = values.iter().zip(&models).map(|(value, (_, weight))| {
                let source = match value {
                    Value::Set(set) => Source::Set(set),
                    Value::ZSet(zset) => Source::ZSet(zset),
                };
                Input { source, weight: f64::from(*weight) }
            }).collect();
            let sources: Vec<Source<'_>> = inputs.iter().map(|input| input.source).collect();
            let left = difference(sources[0], &sources[1..], &limits);
            let mut expected = models[0].0.0.clone();
            expected.retain(|member, _| !models[1..].iter().any(|((model, _), _)| model.contains_key(member)));
            prop_assert_eq!(model_of(&left), expected);

            let mut united = Model::new();
            for ((model, _), weight) in &models {
                for (member, score) in model {
                    let score = score * f64::from(*weight);
                    let joined = united.get(member).map_or(score, |present| match aggregate {
                        Aggregate::Sum => present + score,
                        Aggregate::Min => present.min(score),
                        Aggregate::Max => present.max(score),
                    });
                    united.insert(member.clone(), joined);
                }
            }
            let mut union = union(&mut inputs.clone(), aggregate, &limits);
            union.compact(&limits);
            prop_assert_eq!(model_of(&union), united.clone());
            prop_assert_eq!(union.is_compact(), union.len() <= limits.encodings.zset_max_listpack_entries);
            let common: Model = united.into_iter()
                .filter(|(member, _)| models.iter().all(|((model, _), _)| model.contains_key(member)))
                .collect();
            let result = intersection(&mut inputs, aggregate, &limits);
            prop_assert_eq!(model_of(&result), common);
            let copy = result.duplicate(&limits);
            prop_assert_eq!((model_of(&copy), copy.encoding()), (model_of(&result), result.encoding()));
        }
    }

    #[test]
    fn no_result_is_nan() {
        let limits = limits();
        let of = |score: f64| {
            let mut zset = ZSet::new();
            put(&mut zset, Item::Bytes(b"m"), score, &limits);
            zset
        };
        let (high, low) = (of(f64::INFINITY), of(f64::NEG_INFINITY));
        for aggregate in [Aggregate::Sum, Aggregate::Min, Aggregate::Max] {
            for weights in [[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0]] {
                let mut inputs = [
                    Input { source: Source::ZSet(&high), weight: weights[0] },
                    Input { source: Source::ZSet(&low), weight: weights[1] },
                ];
                assert_eq!(union(&mut inputs, aggregate, &limits).len(), 1);
                assert_eq!(intersection(&mut inputs, aggregate, &limits).len(), 1);
            }
        }
        let source = Source::ZSet(&high);
        let mut opposite = [Input { source, weight: 1.0 }, Input { source: Source::ZSet(&low), weight: 1.0 }];
        assert_eq!(union(&mut opposite, Aggregate::Sum, &limits).score(b"m", &limits), Some(0.0));
    }
}

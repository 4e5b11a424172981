//! Walking members with their scores, in either form and from either side.

use std::iter::FusedIterator;
use std::ops::Range;

use super::pack::score_of;
use crate::structures::listpack::{Item, Iter, Listpack};
use crate::structures::ranked;

/// Members at consecutive ranks with their scores, the lowest first.
pub struct Members<'a>(Form<'a>);

enum Form<'a> {
    /// Whole pairs.
    Pack(Iter<'a>, usize),
    Large(ranked::Range<'a>),
}

impl<'a> Members<'a> {
    /// The pairs at these ranks, which must be within the listpack.
    pub(super) fn of_pack(pack: &'a Listpack, ranks: Range<usize>) -> Self {
        let mut items = pack.iter();
        if let Some(skipped) = (2 * ranks.start).checked_sub(1) {
            items.nth(skipped);
        }
        if let Some(skipped) = (pack.len() - 2 * ranks.end).checked_sub(1) {
            items.nth_back(skipped);
        }
        Self(Form::Pack(items, ranks.len()))
    }

    pub(super) fn of_large(range: ranked::Range<'a>) -> Self {
        Self(Form::Large(range))
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Item<'a>, f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Form::Pack(items, left) => {
                *left = left.checked_sub(1)?;
                let member = items.next()?;
                Some((member, score_of(items.next()?)))
            }
            Form::Large(range) => range.next().map(|(member, score)| (Item::Bytes(member), score)),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Form::Pack(_, left) => (*left, Some(*left)),
            Form::Large(range) => range.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Members<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Form::Pack(items, left) => {
                *left = left.checked_sub(1)?;
                let score = score_of(items.next_back()?);
                Some((items.next_back()?, score))
            }
            Form::Large(range) => range.next_back().map(|(member, score)| (Item::Bytes(member), score)),
        }
    }
}

impl ExactSizeIterator for Members<'_> {}
impl FusedIterator for Members<'_> {}

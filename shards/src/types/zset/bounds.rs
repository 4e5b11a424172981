//! Ranges of scores and of names.

use crate::structures::listpack::Item;

/// An end of a range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScoreBound {
    /// The score belongs to the range.
    Inclusive(f64),
    /// It does not (`(1.5`).
    Exclusive(f64),
}

/// A range of scores; empty if its ends are the wrong way round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreRange {
    /// The lower end.
    pub min: ScoreBound,
    /// The upper end.
    pub max: ScoreBound,
}

impl ScoreRange {
    /// Whether the range begins after `score`.
    pub(super) fn starts_after(&self, score: f64) -> bool {
        match self.min {
            ScoreBound::Inclusive(min) => score < min,
            ScoreBound::Exclusive(min) => score <= min,
        }
    }

    /// Whether the range ends before `score`.
    pub(super) fn ends_before(&self, score: f64) -> bool {
        match self.max {
            ScoreBound::Inclusive(max) => score > max,
            ScoreBound::Exclusive(max) => score >= max,
        }
    }
}

/// An end of a range of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexBound<'a> {
    /// Before every name (`-`).
    Lowest,
    /// After every name (`+`).
    Highest,
    /// The name belongs to the range (`[name`).
    Inclusive(&'a [u8]),
    /// It does not (`(name`).
    Exclusive(&'a [u8]),
}

/// A range of names, in the order of their bytes; empty if its ends are the wrong way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexRange<'a> {
    /// The lower end.
    pub min: LexBound<'a>,
    /// The upper end.
    pub max: LexBound<'a>,
}

impl LexRange<'_> {
    /// Whether the range begins after `name`.
    pub(super) fn starts_after(&self, name: Item<'_>) -> bool {
        match self.min {
            LexBound::Lowest => false,
            LexBound::Highest => true,
            LexBound::Inclusive(min) => name.cmp_bytes(min).is_lt(),
            LexBound::Exclusive(min) => name.cmp_bytes(min).is_le(),
        }
    }

    /// Whether the range ends before `name`.
    pub(super) fn ends_before(&self, name: Item<'_>) -> bool {
        match self.max {
            LexBound::Lowest => true,
            LexBound::Highest => false,
            LexBound::Inclusive(max) => name.cmp_bytes(max).is_gt(),
            LexBound::Exclusive(max) => name.cmp_bytes(max).is_ge(),
        }
    }
}

//! Ends of ranges, as clients write them: `1.5`, `(1.5`, `-inf` for scores; `[name`, `(name`, `-`, `+` for names.

use std::ops::Range;

use crate::{
    command::{Args, Error},
    resp::number::read_f64,
    types::zset::{LexBound, LexRange, ScoreBound, ScoreRange, ZSet},
};

/// The two ends of a range, which commands read before they look at the key.
#[derive(Clone, Copy, Debug)]
pub enum Ends<'a> {
    /// Both inclusive; negative ones count from the end.
    Indexes(i64, i64),
    Scores(ScoreRange),
    Names(LexRange<'a>),
}

impl<'a> Ends<'a> {
    /// Indexes from arguments `start` and `stop`.
    ///
    /// # Errors
    /// [`Error::NotAnInteger`] if one of them is none.
    pub fn indexes(args: &Args<'a>, start: usize, stop: usize) -> Result<Self, Error> {
        Ok(Self::Indexes(args.integer(start)?, args.integer(stop)?))
    }

    /// Scores from arguments `min` and `max`.
    ///
    /// # Errors
    /// If one of them is no bound.
    pub fn scores(args: &Args<'a>, min: usize, max: usize) -> Result<Self, Error> {
        match (score_bound(args.get(min)), score_bound(args.get(max))) {
            (Some(min), Some(max)) => Ok(Self::Scores(ScoreRange { min, max })),
            _ => Err(Error::Text("ERR min or max is not a float")),
        }
    }

    /// Names from arguments `min` and `max`.
    ///
    /// # Errors
    /// If one of them is no bound.
    pub fn names(args: &Args<'a>, min: usize, max: usize) -> Result<Self, Error> {
        match (lex_bound(args.get(min)), lex_bound(args.get(max))) {
            (Some(min), Some(max)) => Ok(Self::Names(LexRange { min, max })),
            _ => Err(Error::Text("ERR min or max not valid string range item")),
        }
    }

    /// The ranks within the range, counted from the lowest score; indexes count from there too.
    pub fn ranks(self, zset: &ZSet) -> Range<usize> {
        match self {
            Self::Indexes(start, stop) => zset.ranks_by_index(start, stop),
            Self::Scores(range) => zset.ranks_by_score(range),
            Self::Names(range) => zset.ranks_by_lex(range),
        }
    }
}

fn score_bound(text: &[u8]) -> Option<ScoreBound> {
    match text {
        [b'(', rest @ ..] => lenient_score(rest).map(ScoreBound::Exclusive),
        _ => lenient_score(text).map(ScoreBound::Inclusive),
    }
}

/// Redis reads bounds with a bare `strtod`, up to the first NUL: white space may stand in front, nothing at all is zero, and a
/// number beyond all doubles is an infinity. Scores themselves are read more strictly.
fn lenient_score(text: &[u8]) -> Option<f64> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Some(0.0);
    }
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !is_space(byte))?;
    read_f64(&text[start..])
}

fn lex_bound(text: &[u8]) -> Option<LexBound<'_>> {
    match text {
        b"-" => Some(LexBound::Lowest),
        b"+" => Some(LexBound::Highest),
        [b'[', name @ ..] => Some(LexBound::Inclusive(name)),
        [b'(', name @ ..] => Some(LexBound::Exclusive(name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_scores_are_read_as_strtod_reads() {
        for (text, bound) in [
            (&b"1.5"[..], Some(ScoreBound::Inclusive(1.5))),
            (b"(1.5", Some(ScoreBound::Exclusive(1.5))),
            (b"-inf", Some(ScoreBound::Inclusive(f64::NEG_INFINITY))),
            (b"(+inf", Some(ScoreBound::Exclusive(f64::INFINITY))),
            (b"", Some(ScoreBound::Inclusive(0.0))),
            (b"(", Some(ScoreBound::Exclusive(0.0))),
            (b" \t7", Some(ScoreBound::Inclusive(7.0))),
            (b"1e999", Some(ScoreBound::Inclusive(f64::INFINITY))),
            (b"7\0x", Some(ScoreBound::Inclusive(7.0))),
            (b"7 ", None),
            (b" ", None),
            (b"[1", None),
            (b"nan", None),
        ] {
            assert_eq!(score_bound(text), bound, "{text:?}");
        }
    }

    #[test]
    fn bounds_of_names_say_whether_the_name_belongs() {
        for (text, bound) in [
            (&b"-"[..], Some(LexBound::Lowest)),
            (b"+", Some(LexBound::Highest)),
            (b"[", Some(LexBound::Inclusive(b""))),
            (b"(a", Some(LexBound::Exclusive(b"a"))),
            (b"-a", None),
            (b"a", None),
            (b"", None),
        ] {
            assert_eq!(lex_bound(text), bound, "{text:?}");
        }
    }
}

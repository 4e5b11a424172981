//! Ends of ranges, as clients write them: `1.5`, `(1.5`, `-inf` for scores; `[name`, `(name`, `-`, `+` for names.

use crate::{
    command::Error,
    resp::number::read_f64,
    types::zset::{LexBound, LexRange, ScoreBound, ScoreRange},
};

/// The range of scores from `min` to `max`.
pub fn score_range<'a>(min: &'a [u8], max: &'a [u8]) -> Result<ScoreRange, Error> {
    match (score_bound(min), score_bound(max)) {
        (Some(min), Some(max)) => Ok(ScoreRange { min, max }),
        _ => Err(Error::Text("ERR min or max is not a float")),
    }
}

/// The range of names from `min` to `max`.
pub fn lex_range<'a>(min: &'a [u8], max: &'a [u8]) -> Result<LexRange<'a>, Error> {
    match (lex_bound(min), lex_bound(max)) {
        (Some(min), Some(max)) => Ok(LexRange { min, max }),
        _ => Err(Error::Text("ERR min or max not valid string range item")),
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

//! What an addition may do: the options of ZADD.

/// Which members an addition concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// All.
    #[default]
    Any,
    /// Only those that are not there yet (`NX`).
    Absent,
    /// Only those that are there (`XX`).
    Present,
}

/// Which way the score of a present member may move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Either.
    #[default]
    Any,
    /// Only up (`GT`).
    Up,
    /// Only down (`LT`).
    Down,
}

/// The options of an addition; the default sets the score whatever was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// `NX`, `XX`.
    pub presence: Presence,
    /// `GT`, `LT`.
    pub direction: Direction,
    /// The score is added to the present one (`INCR`, ZINCRBY).
    pub increment: bool,
}

/// What an addition came to, with the member's score now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// The member is new.
    Added(f64),
    /// The member has another score than before.
    Updated(f64),
    /// The member was there with this score, of which zero may have had the other sign.
    Unchanged(f64),
    /// The options forbade it.
    Refused,
}

/// A score is, or would become, NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl Rule {
    /// The score to set, if any, and the answer, for a member with the score `present`.
    #[expect(clippy::float_cmp, reason = "an update is one that changes the score at all")]
    pub(super) fn decide(
        self,
        present: Option<f64>,
        score: f64,
    ) -> (Option<f64>, Result<Change, NotANumber>) {
        let refused = (None, Ok(Change::Refused));
        let Some(present) = present else {
            return match self.presence {
                Presence::Present => refused,
                Presence::Any | Presence::Absent => (Some(score), Ok(Change::Added(score))),
            };
        };
        if self.presence == Presence::Absent {
            return refused;
        }
        let score = if self.increment { present + score } else { score };
        if score.is_nan() {
            return (None, Err(NotANumber));
        }
        match self.direction {
            Direction::Up if score <= present => refused,
            Direction::Down if score >= present => refused,
            _ if score == present => (None, Ok(Change::Unchanged(score))),
            _ => (Some(score), Ok(Change::Updated(score))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_added_to_a_negative_zero_is_a_zero() {
        let rule = Rule { increment: true, ..Rule::default() };
        let (set, answer) = rule.decide(Some(-0.0), 0.0);
        assert_eq!(set, None);
        assert!(matches!(answer, Ok(Change::Unchanged(score)) if score.is_sign_positive()));
        let (_, answer) = rule.decide(Some(-0.0), -0.0);
        assert!(matches!(answer, Ok(Change::Unchanged(score)) if score.is_sign_negative()));
    }
}

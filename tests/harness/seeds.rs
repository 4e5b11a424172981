//! The seeds of a run, as the environment asks for them.

use std::ops::Range;

/// `KVADRANT_SEED` alone, or as many as `KVADRANT_SEEDS` says, else `usual`, from `KVADRANT_FIRST_SEED` or 1 on.
pub fn seeds(usual: u64) -> Range<u64> {
    if let Some(seed) = number("KVADRANT_SEED") {
        return seed..seed + 1;
    }
    let first = number("KVADRANT_FIRST_SEED").unwrap_or(1);
    first..first + number("KVADRANT_SEEDS").unwrap_or(usual)
}

/// The number in a variable of the environment, if it is set.
pub fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse().ok();
    assert!(number.is_some(), "{variable}={text} is no number");
    number
}

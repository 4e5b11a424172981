//! How long a command may wait.

use crate::{
    command::{Args, Error, Timeout},
    resp::long_double,
};

/// The timeout in seconds, as milliseconds; 0 is no limit. A fraction of a millisecond is a whole one.
///
/// # Errors
/// With Redis's texts, if there is no such time.
pub fn timeout_ms(args: &Args<'_>, place: Timeout) -> Result<i64, Error> {
    let index = match place {
        Timeout::First => 1,
        Timeout::Last => args.len() - 1,
    };
    let number = long_double::parse(args.get(index))
        .ok_or(Error::Text("ERR timeout is not a float or out of range"))?;
    let ms = (number.to_f64() * 1_000.0).ceil();
    // What is too large for a number of milliseconds is negative to Redis.
    if ms < 0.0 || ms >= i64::MAX as f64 {
        return Err(Error::Text("ERR timeout is negative"));
    }
    Ok(ms as i64)
}

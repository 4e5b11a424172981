//! Why the server did not start, in one line that also says what to do about it.

use std::fmt;

/// A cause and its remedy. `Display` is a single line; the caller prints it and exits with status 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartupError {
    cause: String,
    remedy: String,
}

impl StartupError {
    /// `cause` says what is wrong and where, `remedy` what the operator can do; both without a final full stop.
    pub fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { cause: cause.into(), remedy: remedy.into() }
    }

    /// What is wrong.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// The same error, its cause preceded by the place it came from, such as a file and a line.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        self.cause = format!("{place}: {}", self.cause);
        self
    }
}

impl fmt::Display for StartupError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Causes quote what a file or a command line holds: line breaks and control characters in there must neither
        // break the one line nor reach a terminal.
        for part in [&self.cause, "; ", &self.remedy] {
            for character in part.chars() {
                if character.is_control() {
                    write!(out, "{}", character.escape_default())?;
                } else {
                    write!(out, "{character}")?;
                }
            }
        }
        Ok(())
    }
}

impl std::error::Error for StartupError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_line_whatever_it_quotes() {
        let error = StartupError::new("cannot read 'a\nb\u{1b}[2J'", "name a file").at("x.conf line 3");
        assert_eq!(error.to_string(), "x.conf line 3: cannot read 'a\\nb\\u{1b}[2J'; name a file");
    }
}

//! What happened lately, for the message of a failure.

use std::collections::VecDeque;

/// The last lines of a run.
#[derive(Debug)]
pub struct Trace {
    lines: VecDeque<String>,
    keep: usize,
}

impl Trace {
    /// A trace that keeps `keep` lines.
    pub fn new(keep: usize) -> Self {
        Self { lines: VecDeque::new(), keep }
    }

    /// Adds a line; it is made only if lines are kept.
    pub fn note(&mut self, step: u64, line: impl FnOnce() -> String) {
        if self.keep == 0 {
            return;
        }
        if self.lines.len() == self.keep {
            self.lines.pop_front();
        }
        self.lines.push_back(format!("{step:>6}  {}", line()));
    }

    /// The lines.
    pub fn text(&self) -> String {
        self.lines.iter().fold(String::new(), |text, line| text + "  " + line + "\n")
    }
}

/// Bytes as text, the middle of long ones left out.
pub fn shorten(bytes: &[u8]) -> String {
    /// Longer texts lose their middle.
    const MAX: usize = 200;
    if bytes.len() <= MAX {
        return bytes.escape_ascii().to_string();
    }
    let (head, tail) = (&bytes[..MAX / 2], &bytes[bytes.len() - MAX / 4..]);
    format!("{}..({} bytes)..{}", head.escape_ascii(), bytes.len(), tail.escape_ascii())
}

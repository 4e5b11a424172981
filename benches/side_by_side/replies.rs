//! Counts complete RESP2 replies in a stream that may be cut at any byte, without keeping any of them.
//!
//! A reply is a number of elements still owed: one to begin with, an array owes its own elements in its place. So
//! nesting needs no stack, and the state is a header line in progress, bytes of a bulk to skip, and two numbers.

/// Where in the stream of replies the reader stands.
#[derive(Default)]
pub struct Replies {
    header: Vec<u8>,
    skip: usize,
    owed: u64,
    /// The first error reply that was seen, as the server wrote it.
    pub error: Option<String>,
}

impl Replies {
    /// Takes the next bytes from the server and tells how many replies they completed.
    ///
    /// # Errors
    /// Bytes that are no RESP2.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<u64, String> {
        let mut complete = 0;
        while !bytes.is_empty() {
            if self.skip > 0 {
                let skipped = self.skip.min(bytes.len());
                self.skip -= skipped;
                bytes = &bytes[skipped..];
                if self.skip == 0 {
                    complete += self.element_ends();
                }
                continue;
            }
            let Some(end) = memchr::memchr(b'\n', bytes) else {
                self.header.extend_from_slice(bytes);
                break;
            };
            let (line, rest) = bytes.split_at(end + 1);
            bytes = rest;
            if self.header.is_empty() {
                complete += self.line(line)?;
            } else {
                let mut whole = std::mem::take(&mut self.header);
                whole.extend_from_slice(line);
                complete += self.line(&whole)?;
                whole.clear();
                self.header = whole;
            }
        }
        Ok(complete)
    }

    fn line(&mut self, line: &[u8]) -> Result<u64, String> {
        let text = String::from_utf8_lossy(line.trim_ascii_end());
        let number = || text[1..].parse::<i64>().map_err(|_| format!("no RESP reply: {text:?}"));
        if self.owed == 0 {
            self.owed = 1;
        }
        match line.first() {
            Some(b'+' | b':') => Ok(self.element_ends()),
            Some(b'-') => {
                self.error.get_or_insert_with(|| text[1..].to_owned());
                Ok(self.element_ends())
            }
            Some(b'$') => match number()? {
                ..0 => Ok(self.element_ends()),
                length => {
                    self.skip = length as usize + 2;
                    Ok(0)
                }
            },
            Some(b'*') => {
                self.owed += number()?.max(0) as u64;
                Ok(self.element_ends())
            }
            _ => Err(format!("no RESP reply: {text:?}")),
        }
    }

    fn element_ends(&mut self) -> u64 {
        self.owed -= 1;
        u64::from(self.owed == 0)
    }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b"+OK\r\n:1\r\n$3\r\nabc\r\n$-1\r\n$0\r\n\r\n*2\r\n$1\r\na\r\n*1\r\n:1\r\n*0\r\n*-1\r\n+PONG\r\n";

    #[test]
    fn replies_are_counted_in_one_piece() {
        assert_eq!(Replies::default().take(STREAM), Ok(9));
    }

    #[test]
    fn replies_are_counted_wherever_the_stream_is_cut() {
        for cut in 0..=STREAM.len() {
            let mut replies = Replies::default();
            let total = replies.take(&STREAM[..cut]).unwrap() + replies.take(&STREAM[cut..]).unwrap();
            assert_eq!(total, 9, "cut at {cut}");
        }
        let mut replies = Replies::default();
        let total: u64 = STREAM.iter().map(|byte| replies.take(&[*byte]).unwrap()).sum();
        assert_eq!(total, 9, "byte by byte");
    }

    #[test]
    fn the_first_error_is_kept_and_counts_as_a_reply() {
        let mut replies = Replies::default();
        assert_eq!(replies.take(b"-ERR one\r\n-ERR two\r\n"), Ok(2));
        assert_eq!(replies.error.as_deref(), Some("ERR one"));
    }

    #[test]
    fn a_bulk_that_holds_line_ends_is_skipped_by_its_length() {
        assert_eq!(Replies::default().take(b"$6\r\n+a\r\n+b\r\n:1\r\n"), Ok(2));
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(Replies::default().take(b"HTTP/1.1 400\r\n").is_err());
        assert!(Replies::default().take(b"$x\r\n").is_err());
    }
}

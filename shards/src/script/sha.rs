//! The name of a script: the SHA-1 digest of its body.

use std::fmt;

use sha1::{Digest, Sha1};

/// A SHA-1 digest as forty lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sha(pub [u8; 40]);

impl Sha {
    /// The digest of `body`.
    pub fn of(body: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 40];
        for (pair, byte) in text.chunks_exact_mut(2).zip(Sha1::digest(body)) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }

    /// Reads a digest as EVALSHA takes it: forty characters, whose case does not matter. What is no digest names no script.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut text: [u8; 40] = text.try_into().ok()?;
        text.make_ascii_lowercase();
        text.iter().all(u8::is_ascii_hexdigit).then_some(Self(text))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_named_in_either_case() {
        let sha = Sha::of(b"return 1");
        assert_eq!(sha.to_string(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
        assert_eq!(Sha::parse(b"E0E1F9FABFC9D4800C877A703B823AC0578FF8DB"), Some(sha));
        assert_eq!(Sha::parse(b"e0e1"), None);
        assert_eq!(Sha::parse(&[b'x'; 40]), None);
    }
}

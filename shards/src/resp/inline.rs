//! Inline commands: a line of words, with the quoting of Redis's `sdssplitargs`.

/// Splits `line` into words, appending each word to `words` and its end offset to `ends`. Double quotes take the escapes
/// `\n \r \t \b \a \xHH` and `\` before any other byte; single quotes take only `\'`. Returns `None` for a quote that does not close
/// or that a byte other than white space follows.
pub fn split(line: &[u8], words: &mut Vec<u8>, ends: &mut Vec<usize>) -> Option<()> {
    let mut at = 0;
    loop {
        while line.get(at).is_some_and(u8::is_ascii_whitespace_c) {
            at += 1;
        }
        if at >= line.len() {
            return Some(());
        }
        at = word(line, at, words)?;
        ends.push(words.len());
    }
}

/// Reads one word from `at`; returns where it ends.
fn word(line: &[u8], mut at: usize, words: &mut Vec<u8>) -> Option<usize> {
    while let Some(&byte) = line.get(at) {
        match byte {
            b'"' => return closed(line, double_quoted(line, at + 1, words)?),
            b'\'' => return closed(line, single_quoted(line, at + 1, words)?),
            // Fewer than the bytes between words: a vertical tab is part of a word that it does not begin.
            b' ' | b'\n' | b'\r' | b'\t' | 0 => break,
            byte => words.push(byte),
        }
        at += 1;
    }
    Some(at)
}

/// A closing quote must be followed by white space or by nothing.
fn closed(line: &[u8], at: usize) -> Option<usize> {
    line.get(at).is_none_or(u8::is_ascii_whitespace_c).then_some(at)
}

fn double_quoted(line: &[u8], mut at: usize, words: &mut Vec<u8>) -> Option<usize> {
    loop {
        match *line.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => {
                let escaped = *line.get(at + 1)?;
                let hex = line.get(at + 2..at + 4).and_then(hex_byte).filter(|_| escaped == b'x');
                words.push(hex.unwrap_or(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => other,
                }));
                at += if hex.is_some() { 4 } else { 2 };
            }
            byte => {
                words.push(byte);
                at += 1;
            }
        }
    }
}

fn single_quoted(line: &[u8], mut at: usize, words: &mut Vec<u8>) -> Option<usize> {
    loop {
        match *line.get(at)? {
            b'\'' => return Some(at + 1),
            b'\\' if line.get(at + 1) == Some(&b'\'') => {
                words.push(b'\'');
                at += 2;
            }
            byte => {
                words.push(byte);
                at += 1;
            }
        }
    }
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    Some((digit(digits[0])? * 16 + digit(digits[1])?) as u8)
}

/// What C's `isspace` calls white space: Rust's set and the vertical tab; and the NUL byte, at which `sdssplitargs` ends a word.
trait WhiteSpace {
    fn is_ascii_whitespace_c(&self) -> bool;
}

impl WhiteSpace for u8 {
    fn is_ascii_whitespace_c(&self) -> bool {
        matches!(self, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Option<Vec<String>> {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        split(line.as_bytes(), &mut bytes, &mut ends)?;
        let mut start = 0;
        Some(
            ends.into_iter()
                .map(|end| {
                    let word = String::from_utf8_lossy(&bytes[start..end]).into_owned();
                    start = end;
                    word
                })
                .collect(),
        )
    }

    #[test]
    fn words_and_quotes() {
        assert_eq!(words("  SET  k\tv ").expect("words"), ["SET", "k", "v"]);
        assert_eq!(words(r#"SET "a b" 'c d'"#).expect("words"), ["SET", "a b", "c d"]);
        assert_eq!(words(r#""\x41\n\q" 'it\'s'"#).expect("words"), ["A\nq", "it's"]);
        assert_eq!(words(r#""\xZZ""#).expect("words"), ["xZZ"]);
        assert_eq!(words("\x0b a\x0bb \x0cc").expect("words"), ["a\x0bb", "c"]);
        assert_eq!(words("").expect("words"), Vec::<String>::new());
    }

    #[test]
    fn unbalanced_quotes_are_refused() {
        for line in [r#""open"#, "'open", r#""a"b"#, "'a'b", r#""a\"#] {
            assert_eq!(words(line), None, "{line}");
        }
    }
}

//! Splitting a line of a configuration file into words, with Redis's quoting.
//!
//! - `"..."` knows `\n \r \t \b \a`, `\xHH`, and `\` before any other byte for that byte
//! - `'...'` knows `\'` alone
//! - behind a closing quote comes a space or the end of the line

/// The words of `line`, or `None` if its quotes are unbalanced.
pub fn split(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return Some(words);
        }
        let mut word = Vec::new();
        rest = take_word(rest, &mut word)?;
        words.push(word);
    }
}

/// Moves the first word of `rest` into `word`; what is behind it.
fn take_word<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [] => return Some(rest),
            [b'"', quoted @ ..] => return closed(double_quoted(quoted, word)?),
            [b'\'', quoted @ ..] => return closed(single_quoted(quoted, word)?),
            [byte, ..] if byte.is_ascii_whitespace() || *byte == 0 => return Some(rest),
            [byte, behind @ ..] => {
                word.push(*byte);
                rest = behind;
            }
        }
    }
}

/// `rest` if a word may end in front of it.
fn closed(rest: &[u8]) -> Option<&[u8]> {
    rest.first().is_none_or(u8::is_ascii_whitespace).then_some(rest)
}

fn double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [] => return None,
            [b'"', behind @ ..] => return Some(behind),
            [b'\\', b'x', high, low, behind @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                word.push(hex(*high) << 4 | hex(*low));
                rest = behind;
            }
            [b'\\', escaped, behind @ ..] => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                rest = behind;
            }
            [byte, behind @ ..] => {
                word.push(*byte);
                rest = behind;
            }
        }
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [] => return None,
            [b'\'', behind @ ..] => return Some(behind),
            [b'\\', b'\'', behind @ ..] => {
                word.push(b'\'');
                rest = behind;
            }
            [byte, behind @ ..] => {
                word.push(*byte);
                rest = behind;
            }
        }
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        let expected: Vec<Vec<u8>> = expected.iter().map(|word| word.as_bytes().to_vec()).collect();
        assert_eq!(split(line.as_bytes()), Some(expected), "{line}");
    }

    #[test]
    fn words_are_separated_by_white_space() {
        check("  a  b\tc ", &["a", "b", "c"]);
        check("", &[]);
    }

    #[test]
    fn double_quotes_know_escapes() {
        check(r#"save """#, &["save", ""]);
        check(r#"a "b \"c\" \x41\n\q\xZZ""#, &["a", "b \"c\" A\nqxZZ"]);
        assert_eq!(split(br#""\xff""#), Some(vec![vec![0xff]]));
    }

    #[test]
    fn single_quotes_know_the_quote_alone() {
        check(r"a 'b \' \n c'", &["a", r"b ' \n c"]);
    }

    #[test]
    fn a_quote_may_open_inside_a_word_and_must_end_it() {
        check(r#"pre"a b""#, &["prea b"]);
        for odd in [r#""a"b"#, r#""a"#, "'a", "'a'b", r#""a\"#] {
            assert_eq!(split(odd.as_bytes()), None, "{odd}");
        }
    }
}

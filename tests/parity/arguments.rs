//! The arguments of a command line, quoted as in redis-cli.
//!
//! `"a\r\n\x00"` with escapes, `'it''s'`-free single quotes with `\'` only, spaces between arguments.

/// Splits a line into arguments; panics on an unbalanced quote, since lines are written by the tests' authors.
pub fn split(line: &str) -> Vec<Vec<u8>> {
    let mut rest = line.as_bytes();
    let mut arguments = Vec::new();
    loop {
        while let [b' ', tail @ ..] = rest {
            rest = tail;
        }
        if rest.is_empty() {
            return arguments;
        }
        let mut argument = Vec::new();
        loop {
            match rest {
                [] | [b' ', ..] => break,
                [b'"', tail @ ..] => rest = double_quoted(tail, &mut argument, line),
                [b'\'', tail @ ..] => rest = single_quoted(tail, &mut argument, line),
                [byte, tail @ ..] => {
                    argument.push(*byte);
                    rest = tail;
                }
            }
        }
        arguments.push(argument);
    }
}

/// Reads up to the closing quote, which is taken too; returns what follows it.
pub fn double_quoted<'a>(mut rest: &'a [u8], into: &mut Vec<u8>, line: &str) -> &'a [u8] {
    loop {
        let (byte, tail) = match rest {
            [b'"', tail @ ..] => return tail,
            [b'\\', b'x', high, low, tail @ ..] => (hex(*high, line) * 16 + hex(*low, line), tail),
            [b'\\', escaped, tail @ ..] => (unescape(*escaped), tail),
            [byte, tail @ ..] => (*byte, tail),
            [] => panic!("a quote without its end: {line}"),
        };
        into.push(byte);
        rest = tail;
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], into: &mut Vec<u8>, line: &str) -> &'a [u8] {
    loop {
        let (byte, tail) = match rest {
            [b'\'', tail @ ..] => return tail,
            [b'\\', b'\'', tail @ ..] => (b'\'', tail),
            [byte, tail @ ..] => (*byte, tail),
            [] => panic!("a quote without its end: {line}"),
        };
        into.push(byte);
        rest = tail;
    }
}

fn unescape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'0' => b'\0',
        other => other,
    }
}

fn hex(digit: u8, line: &str) -> u8 {
    match char::from(digit).to_digit(16) {
        Some(value) => value as u8,
        None => panic!("\\x without two hexadecimal digits: {line}"),
    }
}

#[test]
fn arguments_are_split_at_spaces_outside_of_quotes() {
    assert_eq!(split(r#"SET  key "a \"b\"""#), [&b"SET"[..], b"key", b"a \"b\""]);
    assert_eq!(split(r#"ECHO "" '\x00' "\x00\r\n""#), [&b"ECHO"[..], b"", b"\\x00", b"\0\r\n"]);
}

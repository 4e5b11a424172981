//! From JSON to Lua.

use super::config::{Config, Invalid};
use crate::script::lua::{Raise, Stack};
use crate::script::number::leading;

/// `cjson.decode(text)`
pub fn decode(stack: &Stack<'_>) -> Result<usize, Raise> {
    if stack.top() != 1 {
        return Err(Raise::argument(1, "expected 1 argument"));
    }
    let text = stack.check_bytes(1)?;
    if text.len() >= 2 && (text[0] == 0 || text[1] == 0) {
        return Err(Raise::text("JSON parser does not support UTF-16 or UTF-32"));
    }
    let mut reader = Reader { config: stack.settings().get(), text, at: 0, depth: 0 };
    let (token, at) = reader.next();
    reader.value(stack, token, at)?;
    let (token, at) = reader.next();
    if token != Token::End {
        return Err(expected("the end", token, at));
    }
    Ok(1)
}

/// What text consists of.
#[derive(Debug, PartialEq)]
enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    String(Vec<u8>),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    End,
    Wrong(&'static str),
}

impl Token {
    fn name(&self) -> &'static str {
        match self {
            Self::ObjectBegin => "T_OBJ_BEGIN",
            Self::ObjectEnd => "T_OBJ_END",
            Self::ArrayBegin => "T_ARR_BEGIN",
            Self::ArrayEnd => "T_ARR_END",
            Self::String(_) => "T_STRING",
            Self::Number(_) => "T_NUMBER",
            Self::Boolean(_) => "T_BOOLEAN",
            Self::Null => "T_NULL",
            Self::Colon => "T_COLON",
            Self::Comma => "T_COMMA",
            Self::End => "T_END",
            Self::Wrong(what) => what,
        }
    }
}

fn expected(what: &str, found: Token, at: usize) -> Raise {
    Raise::text(format!("Expected {what} but found {} at character {}", found.name(), at + 1))
}

struct Reader<'a> {
    config: Config,
    text: &'a [u8],
    at: usize,
    depth: i32,
}

impl Reader<'_> {
    /// The byte at `at`; the text ends in a zero, like a string of C.
    fn byte(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(0)
    }

    /// The next token and where it begins, or where it is wrong.
    fn next(&mut self) -> (Token, usize) {
        while matches!(self.byte(self.at), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        let at = self.at;
        let single = match self.byte(at) {
            b'{' => Token::ObjectBegin,
            b'}' => Token::ObjectEnd,
            b'[' => Token::ArrayBegin,
            b']' => Token::ArrayEnd,
            b',' => Token::Comma,
            b':' => Token::Colon,
            0 => return (Token::End, at),
            b'"' => return self.string(),
            first => return (self.word(first), at),
        };
        self.at += 1;
        (single, at)
    }

    /// A number or a name.
    fn word(&mut self, first: u8) -> Token {
        let rest = &self.text[self.at..];
        if first == b'-' || first.is_ascii_digit() {
            if self.config.decode_invalid == Invalid::Refused && is_invalid_number(rest) {
                return Token::Wrong("invalid number");
            }
            return self.number();
        }
        for (name, token) in
            [("true", Token::Boolean(true)), ("false", Token::Boolean(false)), ("null", Token::Null)]
        {
            if rest.starts_with(name.as_bytes()) {
                self.at += name.len();
                return token;
            }
        }
        if self.config.decode_invalid != Invalid::Refused
            && matches!(first, b'+' | b'i' | b'I' | b'n' | b'N')
            && is_invalid_number(rest)
        {
            return self.number();
        }
        Token::Wrong("invalid token")
    }

    fn number(&mut self) -> Token {
        match leading(&self.text[self.at..]) {
            Some((number, len)) => {
                self.at += len;
                Token::Number(number)
            }
            None => Token::Wrong("invalid number"),
        }
    }

    fn string(&mut self) -> (Token, usize) {
        let begin = self.at;
        let mut bytes = Vec::new();
        self.at += 1;
        loop {
            match self.byte(self.at) {
                b'"' => break,
                0 => return (Token::Wrong("unexpected end of string"), self.at),
                b'\\' => {
                    let plain = match self.byte(self.at + 1) {
                        byte @ (b'"' | b'\\' | b'/') => byte,
                        b'b' => 8,
                        b't' => b'\t',
                        b'n' => b'\n',
                        b'f' => 12,
                        b'r' => b'\r',
                        b'u' => {
                            let Some((point, len)) = self.code_point() else {
                                return (Token::Wrong("invalid unicode escape code"), self.at);
                            };
                            push_utf8(&mut bytes, point);
                            self.at += len;
                            continue;
                        }
                        _ => return (Token::Wrong("invalid escape code"), self.at),
                    };
                    bytes.push(plain);
                    self.at += 2;
                }
                byte => {
                    bytes.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        (Token::String(bytes), begin)
    }

    /// The code point of one `\uXXXX`, or of two that are a surrogate pair, and their length.
    fn code_point(&self) -> Option<(u32, usize)> {
        let unit = |at: usize| -> Option<u32> {
            let digits = self.text.get(at + 2..at + 6)?;
            digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | (*digit as char).to_digit(16)?))
        };
        let high = unit(self.at)?;
        if high & 0xF800 != 0xD800 {
            return Some((high, 6));
        }
        let next = self.at + 6;
        if high & 0x400 != 0 || self.byte(next) != b'\\' || self.byte(next + 1) != b'u' {
            return None;
        }
        let low = unit(next)?;
        (low & 0xFC00 == 0xDC00).then_some((((high & 0x3FF) << 10 | low & 0x3FF) + 0x1_0000, 12))
    }

    /// Pushes the value that `token` begins.
    fn value(&mut self, stack: &Stack<'_>, token: Token, at: usize) -> Result<(), Raise> {
        match token {
            Token::String(bytes) => {
                stack.check_memory(bytes.len())?;
                stack.push_bytes(&bytes);
            }
            Token::Number(number) => stack.push_number(number),
            Token::Boolean(value) => stack.push_bool(value),
            Token::Null => stack.push_null_pointer(),
            Token::ObjectBegin => self.object(stack)?,
            Token::ArrayBegin => self.array(stack)?,
            other => return Err(expected("value", other, at)),
        }
        Ok(())
    }

    fn descend(&mut self, stack: &Stack<'_>, values: usize) -> Result<(), Raise> {
        self.depth += 1;
        stack.check_memory(0)?;
        if self.depth <= self.config.decode_max_depth && stack.has_room(values) {
            return Ok(());
        }
        Err(Raise::text(format!(
            "Found too many nested data structures ({}) at character {}",
            self.depth, self.at
        )))
    }

    fn object(&mut self, stack: &Stack<'_>) -> Result<(), Raise> {
        self.descend(stack, 3)?;
        stack.push_table(0, 0);
        let (mut token, mut at) = self.next();
        if token == Token::ObjectEnd {
            self.depth -= 1;
            return Ok(());
        }
        loop {
            let Token::String(key) = token else { return Err(expected("object key string", token, at)) };
            stack.push_bytes(&key);
            (token, at) = self.next();
            if token != Token::Colon {
                return Err(expected("colon", token, at));
            }
            (token, at) = self.next();
            self.value(stack, token, at)?;
            stack.set_pair(-3)?;
            (token, at) = self.next();
            match token {
                Token::ObjectEnd => break,
                Token::Comma => (token, at) = self.next(),
                other => return Err(expected("comma or object end", other, at)),
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn array(&mut self, stack: &Stack<'_>) -> Result<(), Raise> {
        self.descend(stack, 2)?;
        stack.push_table(0, 0);
        let (mut token, mut at) = self.next();
        let mut number = 0;
        if token == Token::ArrayEnd {
            self.depth -= 1;
            return Ok(());
        }
        loop {
            number += 1;
            self.value(stack, token, at)?;
            stack.set_element(-2, number);
            (token, at) = self.next();
            match token {
                Token::ArrayEnd => break,
                Token::Comma => (token, at) = self.next(),
                other => return Err(expected("comma or array end", other, at)),
            }
        }
        self.depth -= 1;
        Ok(())
    }
}

/// Whether a number begins that C reads but JSON does not know: signed with `+`, with leading zeros, hexadecimal, infinite, NaN.
fn is_invalid_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let starts = |word: &[u8]| unsigned.len() >= 3 && unsigned[..3].eq_ignore_ascii_case(word);
    match unsigned {
        [b'+', ..] => true,
        [b'0', second, ..] => matches!(second, b'x' | b'X') || second.is_ascii_digit(),
        _ => starts(b"inf") || starts(b"nan"),
    }
}

fn push_utf8(bytes: &mut Vec<u8>, point: u32) {
    // Surrogates never get here: every code point is a character.
    let character = char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

//! How expected replies are written.
//!
//! ```text
//! +OK   -ERR syntax error     simple strings and errors, to the end of the line (in aggregates to , ] or })
//! -WRONGTYPE ..               an error that begins so (likewise +..)
//! :10   :10..12   :1..   :..  integers: exact, in a range, at least, any
//! "bulk\r\n\x00"              a bulk string; "be".. begins so, .."end" ends so, .."mid".. contains it, ".." any: "" ..
//! nil   nil[]   _             RESP2's null string and null array, RESP3's null
//! ["a", :1, ..]               an array; a last `..` stands for any rest
//! unordered["a", "b"]         an array in any order
//! {"k": :1}   ~{"a", "b"}     RESP3: a map in this order, a set in any order; unordered{"k": :1}
//! >["a"]  ,1.5  #t  (12  ="t" RESP3: push, double (its exact text), boolean, big number, verbatim string (as a bulk string)
//! any                         whatever it is
//! "a" | "b"                   either
//! ```

use crate::arguments;
use crate::harness::resp::Value;

/// An expected reply.
#[derive(Clone, Debug)]
enum Pattern {
    Any,
    Exactly(Value),
    Simple(Text),
    Error(Text),
    Bulk(Text),
    Verbatim(Text),
    Integer(i64, i64),
    Array { elements: Vec<Pattern>, ordered: bool, open: bool },
    Push(Vec<Pattern>),
    Set(Vec<Pattern>),
    Map { pairs: Vec<(Pattern, Pattern)>, ordered: bool },
    Either(Vec<Pattern>),
}

#[derive(Clone, Debug)]
struct Text {
    bytes: Vec<u8>,
    open_start: bool,
    open_end: bool,
}

/// Whether `value` is what `expected` describes.
pub fn matches(expected: &str, value: &Value) -> bool {
    let mut reader = Reader { all: expected, rest: expected.as_bytes(), depth: 0 };
    let pattern = reader.alternatives();
    assert!(
        reader.rest.is_empty(),
        "cannot read the expectation {expected:?} from {:?} on",
        reader.rest_text()
    );
    pattern.matches(value)
}

impl Text {
    fn matches(&self, got: &[u8]) -> bool {
        match (self.open_start, self.open_end) {
            (false, false) => got == self.bytes,
            (false, true) => got.starts_with(&self.bytes),
            (true, false) => got.ends_with(&self.bytes),
            (true, true) => {
                self.bytes.is_empty() || got.windows(self.bytes.len()).any(|window| window == self.bytes)
            }
        }
    }
}

impl Pattern {
    fn matches(&self, value: &Value) -> bool {
        match (self, value) {
            (Pattern::Any, _) => true,
            (Pattern::Exactly(expected), got) => expected == got,
            (Pattern::Simple(text), Value::Simple(got))
            | (Pattern::Error(text), Value::Error(got))
            | (Pattern::Bulk(text), Value::Bulk(got))
            | (Pattern::Verbatim(text), Value::Verbatim { text: got, .. }) => text.matches(got),
            (Pattern::Integer(low, high), Value::Integer(got)) => (low..=high).contains(&got),
            (Pattern::Array { elements, ordered, open }, Value::Array(got)) => match (ordered, open) {
                (true, true) => got.len() >= elements.len() && in_order(elements, &got[..elements.len()]),
                (true, false) => in_order(elements, got),
                (false, open) => in_any_order(elements, got, *open, &|p, v| p.matches(v)),
            },
            (Pattern::Push(elements), Value::Push(got)) => in_order(elements, got),
            (Pattern::Set(elements), Value::Set(got)) => {
                in_any_order(elements, got, false, &|p, v| p.matches(v))
            }
            (Pattern::Map { pairs, ordered: true }, Value::Map(got)) => {
                pairs.len() == got.len() && pairs.iter().zip(got).all(|(pair, got)| pair_matches(pair, got))
            }
            (Pattern::Map { pairs, ordered: false }, Value::Map(got)) => {
                in_any_order(pairs, got, false, &pair_matches)
            }
            (Pattern::Either(patterns), got) => patterns.iter().any(|pattern| pattern.matches(got)),
            _ => false,
        }
    }
}

fn pair_matches(pattern: &(Pattern, Pattern), got: &(Value, Value)) -> bool {
    pattern.0.matches(&got.0) && pattern.1.matches(&got.1)
}

fn in_order(patterns: &[Pattern], got: &[Value]) -> bool {
    patterns.len() == got.len() && patterns.iter().zip(got).all(|(pattern, got)| pattern.matches(got))
}

/// Gives each pattern a value of its own, taking choices back where a later pattern finds none.
fn in_any_order<P, V>(patterns: &[P], got: &[V], open: bool, fits: &dyn Fn(&P, &V) -> bool) -> bool {
    fn place<P, V>(patterns: &[P], got: &[V], used: &mut [bool], fits: &dyn Fn(&P, &V) -> bool) -> bool {
        let Some((first, rest)) = patterns.split_first() else { return true };
        for index in 0..got.len() {
            if !used[index] && fits(first, &got[index]) {
                used[index] = true;
                if place(rest, got, used, fits) {
                    return true;
                }
                used[index] = false;
            }
        }
        false
    }
    (open || patterns.len() == got.len()) && place(patterns, got, &mut vec![false; got.len()], fits)
}

struct Reader<'a> {
    all: &'a str,
    rest: &'a [u8],
    depth: usize,
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Pattern {
        let mut patterns = vec![self.pattern()];
        while self.take("|") {
            patterns.push(self.pattern());
        }
        if patterns.len() == 1 { patterns.remove(0) } else { Pattern::Either(patterns) }
    }

    fn pattern(&mut self) -> Pattern {
        if self.take("any") {
            Pattern::Any
        } else if self.take("nil[]") {
            Pattern::Exactly(Value::NullArray)
        } else if self.take("nil") {
            Pattern::Exactly(Value::NullBulk)
        } else if self.take("_") {
            Pattern::Exactly(Value::Null)
        } else if self.take("#t") {
            Pattern::Exactly(Value::Boolean(true))
        } else if self.take("#f") {
            Pattern::Exactly(Value::Boolean(false))
        } else if self.take("+") {
            Pattern::Simple(self.bare_text())
        } else if self.take("-") {
            Pattern::Error(self.bare_text())
        } else if self.take(":") {
            self.integer()
        } else if self.take(",") {
            Pattern::Exactly(Value::Double(self.word()))
        } else if self.take("(") {
            Pattern::Exactly(Value::BigNumber(self.word()))
        } else if self.take("=") {
            Pattern::Verbatim(self.quoted())
        } else if self.take("unordered[") {
            self.array(false)
        } else if self.take("unordered{") {
            Pattern::Map { pairs: self.pairs(), ordered: false }
        } else if self.take("[") {
            self.array(true)
        } else if self.take("~{") {
            Pattern::Set(self.elements("}"))
        } else if self.take(">[") {
            Pattern::Push(self.elements("]"))
        } else if self.take("{") {
            Pattern::Map { pairs: self.pairs(), ordered: true }
        } else {
            Pattern::Bulk(self.quoted())
        }
    }

    /// Takes `token` and the spaces around it.
    fn take(&mut self, token: &str) -> bool {
        let trimmed = self.rest.trim_ascii_start();
        let Some(rest) = trimmed.strip_prefix(token.as_bytes()) else { return false };
        // Behind these, spaces are text.
        self.rest = if matches!(token, "+" | "-" | "\"") { rest } else { rest.trim_ascii_start() };
        true
    }

    fn bare_text(&mut self) -> Text {
        let end = match self.depth {
            0 => self.rest.len(),
            _ => self.rest.iter().position(|byte| b",]}".contains(byte)).unwrap_or(self.rest.len()),
        };
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let closed = text.strip_suffix(b"..");
        Text { bytes: closed.unwrap_or(text).to_vec(), open_start: false, open_end: closed.is_some() }
    }

    fn word(&mut self) -> Vec<u8> {
        let end = self.rest.iter().position(|byte| b" ,]}".contains(byte)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_ascii_start();
        word.to_vec()
    }

    fn integer(&mut self) -> Pattern {
        let word = String::from_utf8(self.word()).expect("digits");
        let bound = |text: &str, open: i64| match text {
            "" => open,
            digits => digits.parse().unwrap_or_else(|_| panic!("no integer: {digits:?} in {}", self.all)),
        };
        match word.split_once("..") {
            Some((low, high)) => Pattern::Integer(bound(low, i64::MIN), bound(high, i64::MAX)),
            None => Pattern::Integer(bound(&word, 0), bound(&word, 0)),
        }
    }

    fn quoted(&mut self) -> Text {
        let open_start = self.take("..");
        assert!(self.take("\""), "cannot read the expectation {:?} from {:?} on", self.all, self.rest_text());
        let mut text = Vec::new();
        self.rest = arguments::double_quoted(self.rest, &mut text, self.all);
        // Two dots right behind the quote belong to it; behind a comma they are an array's open end.
        let open_end = self.take("..");
        self.rest = self.rest.trim_ascii_start();
        Text { bytes: text, open_start, open_end }
    }

    fn array(&mut self, ordered: bool) -> Pattern {
        let mut elements = Vec::new();
        let mut open = false;
        self.depth += 1;
        while !self.take("]") {
            open = self.rest.starts_with(b"..]") && self.take("..");
            if !open {
                elements.push(self.alternatives());
                self.take(",");
            }
        }
        self.depth -= 1;
        Pattern::Array { elements, ordered, open }
    }

    fn elements(&mut self, end: &str) -> Vec<Pattern> {
        let mut elements = Vec::new();
        self.depth += 1;
        while !self.take(end) {
            elements.push(self.alternatives());
            self.take(",");
        }
        self.depth -= 1;
        elements
    }

    fn pairs(&mut self) -> Vec<(Pattern, Pattern)> {
        let mut pairs = Vec::new();
        self.depth += 1;
        while !self.take("}") {
            let key = self.alternatives();
            assert!(self.take(":"), "a map's key without its colon: {}", self.all);
            pairs.push((key, self.alternatives()));
            self.take(",");
        }
        self.depth -= 1;
        pairs
    }

    fn rest_text(&self) -> String {
        String::from_utf8_lossy(self.rest).into_owned()
    }
}

#[test]
fn each_reply_matches_its_own_picture_and_no_other() {
    use crate::display::show;
    let bulk = |text: &str| Value::Bulk(text.into());
    let replies = [
        Value::Simple("OK".into()),
        Value::Error("ERR no, [really]".into()),
        Value::Integer(-3),
        bulk("OK"),
        bulk(" two\r\n\"\0' "),
        Value::NullBulk,
        Value::NullArray,
        Value::Null,
        Value::Double("1.5".into()),
        Value::Boolean(true),
        Value::BigNumber("12".into()),
        Value::Verbatim { format: "txt".into(), text: "OK".into() },
        Value::Array(vec![bulk("a"), Value::Array(vec![Value::Integer(1)]), Value::Simple("x".into())]),
        Value::Set(vec![bulk("a"), Value::Double("inf".into())]),
        Value::Push(vec![bulk("a")]),
        Value::Map(vec![(bulk("k"), Value::Integer(1)), (bulk("l"), Value::Null)]),
    ];
    for (index, reply) in replies.iter().enumerate() {
        for (other, candidate) in replies.iter().enumerate() {
            assert_eq!(matches(&show(reply), candidate), index == other, "{} for {candidate:?}", show(reply));
        }
    }
}

#[test]
fn open_expectations_leave_open_what_they_say() {
    let bulk = |text: &str| Value::Bulk(text.into());
    let list = Value::Array(vec![bulk("a"), bulk("b"), bulk("c")]);
    for (expected, value, fits) in [
        (":10..12", &Value::Integer(10), true),
        (":10..12", &Value::Integer(13), false),
        (":1..", &Value::Integer(i64::MAX), true),
        ("-ERR ..", &Value::Error("ERR what".into()), true),
        ("-ERR ..", &Value::Error("WRONGTYPE".into()), false),
        (r#""ab".."#, &bulk("abc"), true),
        (r#".."bc""#, &bulk("abc"), true),
        (r#".."b".."#, &bulk("abc"), true),
        (r#".."b".."#, &bulk("ac"), false),
        (r#""x" | "a""#, &bulk("a"), true),
        (r#"["a", ..]"#, &list, true),
        (r#"["b", ..]"#, &list, false),
        (r#"unordered["c", "a", "b"]"#, &list, true),
        (r#"unordered["c", "a"]"#, &list, false),
        (r#"unordered["a" | "b", "a", "c"]"#, &list, true),
        (r#"unordered["c", ..]"#, &list, true),
        (r#"[any, "b", any]"#, &list, true),
    ] {
        assert_eq!(matches(expected, value), fits, "{expected} for {value:?}");
    }
}

//! What a parameter's text may be: kinds with their bounds, parsing, and the text that CONFIG GET shows.
//!
//! Error texts are Redis's, to the letter: clients see them behind `CONFIG SET failed`.

/// Checks the words of one directive; the text that CONFIG GET shows for them, or Redis's complaint.
pub type CheckWords = fn(&[Vec<u8>]) -> Result<Vec<u8>, String>;

/// The kinds of parameters. Bounds are inclusive.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `yes` or `no`.
    Flag,
    /// A decimal integer, written as Redis insists: no plus sign, no leading zero, no space.
    Integer {
        /// Smallest value.
        min: i128,
        /// Largest value.
        max: i128,
    },
    /// Bytes: digits and an optional unit b, k, kb, m, mb, g or gb, in any case; `k` is 1000, `kb` is 1024.
    Memory {
        /// Smallest number of bytes.
        min: i128,
        /// Largest number of bytes.
        max: i128,
    },
    /// Bytes as above, or a percentage up to 100, kept as a negative number.
    MemoryOrPercent,
    /// File permissions in octal.
    Octal {
        /// Largest value.
        max: i128,
    },
    /// One of these words, in any case.
    Choice(&'static [&'static str]),
    /// Any bytes.
    Text,
    /// Several words, checked by the function, which returns the text to show.
    Words(CheckWords),
}

/// A checked value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of [`Kind::Flag`].
    Flag(bool),
    /// Of the numeric kinds.
    Integer(i128),
    /// The index into the words of [`Kind::Choice`].
    Choice(usize),
    /// Of [`Kind::Text`] and [`Kind::Words`].
    Text(Vec<u8>),
}

impl Kind {
    /// Whether a directive of this kind takes any number of words on its line.
    pub const fn takes_many_words(&self) -> bool {
        matches!(self, Self::Words(_))
    }

    /// Checks the words behind a directive's name.
    ///
    /// # Errors
    /// Redis's text about a value that is not of this kind or out of bounds.
    pub fn parse(&self, words: &[Vec<u8>]) -> Result<Value, String> {
        if let Self::Words(check) = self {
            return check(words).map(Value::Text);
        }
        let [text] = words else { return Err("wrong number of arguments".into()) };
        match *self {
            Self::Flag => match text.to_ascii_lowercase().as_slice() {
                b"yes" => Ok(Value::Flag(true)),
                b"no" => Ok(Value::Flag(false)),
                _ => Err("argument must be 'yes' or 'no'".into()),
            },
            Self::Integer { min, max } => {
                let number = integer(text).ok_or("argument couldn't be parsed into an integer")?;
                within(number, min, max)
            }
            Self::Memory { min, max } => {
                let number = memory(text).ok_or("argument must be a memory value")?;
                within(number, min, max)
            }
            Self::MemoryOrPercent => {
                if let Some(number) = memory(text) {
                    return within(number, -100, i128::from(i64::MAX));
                }
                let percent = text.strip_suffix(b"%").and_then(integer).filter(|&percent| percent >= 0);
                match percent.ok_or("argument must be a memory or percent value")? {
                    percent @ 0..=100 => Ok(Value::Integer(-percent)),
                    _ => Err("percentage argument must be less or equal to 100".into()),
                }
            }
            Self::Octal { max } => {
                let digits = std::str::from_utf8(text).ok().filter(|digits| !digits.starts_with('+'));
                let number = digits.and_then(|digits| i64::from_str_radix(digits, 8).ok());
                within(number.ok_or("argument couldn't be parsed as an octal number")?.into(), 0, max)
            }
            Self::Choice(words) => {
                let found = words.iter().position(|word| word.as_bytes().eq_ignore_ascii_case(text));
                found.map(Value::Choice).ok_or_else(|| one_of(words))
            }
            Self::Text | Self::Words(_) => Ok(Value::Text(text.clone())),
        }
    }

    /// The text of a value of this kind, as CONFIG GET shows it and as a file may give it.
    pub fn text(&self, value: &Value) -> Vec<u8> {
        match (self, value) {
            (Self::Choice(words), Value::Choice(index)) => words[*index].as_bytes().to_vec(),
            (_, Value::Flag(on)) => if *on { "yes" } else { "no" }.into(),
            (Self::Octal { .. }, Value::Integer(number)) => format!("{number:o}").into_bytes(),
            (Self::MemoryOrPercent, Value::Integer(percent @ ..=-1)) => format!("{}%", -percent).into_bytes(),
            (_, Value::Integer(number)) => number.to_string().into_bytes(),
            (_, Value::Text(text)) => text.clone(),
            (_, Value::Choice(_)) => unreachable!("a choice belongs to a row of kind Choice"),
        }
    }

    /// What an operator may write, for the remedy of a start-up error.
    pub fn expects(&self) -> String {
        match self {
            Self::Flag => "write yes or no".into(),
            Self::Integer { min, max } => format!("write a whole number from {min} to {max}"),
            Self::Memory { .. } => "write a number of bytes, or a size such as 100mb or 1gb".into(),
            Self::MemoryOrPercent => "write a size such as 100mb, or a percentage such as 5%".into(),
            Self::Octal { .. } => "write file permissions in octal, such as 700".into(),
            Self::Choice(words) => format!("write one of {}", words.join(", ")),
            Self::Text => "write one value, in double quotes if it holds spaces".into(),
            Self::Words(_) => "see the sample kvadrant.conf for its form".into(),
        }
    }
}

/// Redis's complaint about a word that is not in the list.
pub fn one_of(words: &[&str]) -> String {
    format!("argument(s) must be one of the following: {}", words.join(", "))
}

fn within(number: i128, min: i128, max: i128) -> Result<Value, String> {
    if (min..=max).contains(&number) {
        Ok(Value::Integer(number))
    } else {
        Err(format!("argument must be between {min} and {max} inclusive"))
    }
}

/// A 64-bit integer in its only canonical form: what `+1`, `01` and ` 1` are not.
pub fn integer(text: &[u8]) -> Option<i128> {
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (itoa::Buffer::new().format(number).as_bytes() == text).then_some(i128::from(number))
}

/// Bytes with an optional unit. No digits at all is 0 and numbers beyond 64 bits are the largest one, as in Redis.
pub fn memory(text: &[u8]) -> Option<i128> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let factor: u64 = match text[digits..].to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    if digits >= 128 {
        return None;
    }
    let number = text[..digits]
        .iter()
        .fold(0u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    Some(number.saturating_mul(factor).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, text: &str, expected: &str) {
        let shown = match kind.parse(&[text.as_bytes().to_vec()]) {
            Ok(value) => String::from_utf8(kind.text(&value)).unwrap(),
            Err(error) => error,
        };
        assert_eq!(shown, expected, "{kind:?} {text:?}");
    }

    #[test]
    fn flags() {
        check(Kind::Flag, "YES", "yes");
        check(Kind::Flag, "no", "no");
        check(Kind::Flag, "1", "argument must be 'yes' or 'no'");
    }

    #[test]
    fn integers_are_canonical_and_bounded() {
        let kind = Kind::Integer { min: -2, max: 65_535 };
        check(kind, "-2", "-2");
        check(kind, "65536", "argument must be between -2 and 65535 inclusive");
        for odd in ["", "+1", "01", " 1", "1 ", "-0", "0x10", "1.5", "18446744073709551616"] {
            check(kind, odd, "argument couldn't be parsed into an integer");
        }
    }

    #[test]
    fn memory_sizes_have_decimal_and_binary_units() {
        let kind = Kind::Memory { min: 0, max: u64::MAX.into() };
        for (text, bytes) in [("", "0"), ("7", "7"), ("7b", "7"), ("1k", "1000"), ("1KB", "1024")] {
            check(kind, text, bytes);
        }
        for (text, bytes) in
            [("2m", "2000000"), ("2Mb", "2097152"), ("1g", "1000000000"), ("1gB", "1073741824")]
        {
            check(kind, text, bytes);
        }
        check(kind, "99999999999999999999", "18446744073709551615");
        for odd in ["-1", "1.5gb", "1t", "50%", "kbx"] {
            check(kind, odd, "argument must be a memory value");
        }
    }

    #[test]
    fn percentages_octals_and_choices() {
        check(Kind::MemoryOrPercent, "10%", "10%");
        check(Kind::MemoryOrPercent, "101%", "percentage argument must be less or equal to 100");
        check(Kind::MemoryOrPercent, "x", "argument must be a memory or percent value");
        check(Kind::Octal { max: 0o777 }, "700", "700");
        check(Kind::Octal { max: 0o777 }, "9", "argument couldn't be parsed as an octal number");
        check(Kind::Choice(&["a", "b"]), "B", "b");
        check(Kind::Choice(&["a", "b"]), "c", "argument(s) must be one of the following: a, b");
    }

    #[test]
    fn one_word_means_one_word() {
        let two = [b"1".to_vec(), b"2".to_vec()];
        assert_eq!(Kind::Flag.parse(&two), Err("wrong number of arguments".into()));
        assert_eq!(Kind::Text.parse(&[]), Err("wrong number of arguments".into()));
    }
}

//! What SCAN, SSCAN, HSCAN and ZSCAN have in common: the cursor and the options behind it.

use crate::{
    command::{Args, Error},
    structures::glob::{self, Case},
};

/// Reads argument `index` as a cursor, see [`cursor_number`].
///
/// # Errors
/// [`Error::InvalidCursor`] for anything that is no cursor.
pub fn scan_cursor(args: &Args<'_>, index: usize) -> Result<u64, Error> {
    cursor_number(args.get(index))
}

/// Reads a cursor as Redis does, through `strtoul`: the text ends at a zero byte, nothing at all is 0, one sign is
/// allowed, and a negative number is taken modulo 2⁶⁴.
///
/// # Errors
/// [`Error::InvalidCursor`] for anything else, blanks on either side included.
pub fn cursor_number(text: &[u8]) -> Result<u64, Error> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let (negative, digits) = match text {
        [] => return Ok(0),
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let number = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'));
    let number: u64 = number.and_then(|digits| digits.parse().ok()).ok_or(Error::InvalidCursor)?;
    Ok(if negative { number.wrapping_neg() } else { number })
}

/// MATCH and COUNT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanOptions<'a> {
    /// MATCH; `None` where everything matches.
    pub pattern: Option<&'a [u8]>,
    /// COUNT, at least 1; 10 unless given.
    pub count: usize,
}

impl<'a> ScanOptions<'a> {
    /// Reads the options from argument `first_index` on.
    ///
    /// # Errors
    /// [`Error::Syntax`] for an unknown option, a missing value or a count below 1; [`Error::NotAnInteger`] for a count
    /// that is no number.
    pub fn read(args: &Args<'a>, first_index: usize) -> Result<Self, Error> {
        Self::read_with(args, first_index, |_, _| false)
    }

    /// Reads the options from argument `first_index` on, and shows those that are neither MATCH nor COUNT to `other`: the
    /// word in upper case and its value. It says whether there is such an option.
    ///
    /// # Errors
    /// As [`ScanOptions::read`].
    pub fn read_with(
        args: &Args<'a>,
        first_index: usize,
        mut other: impl FnMut(&str, &'a [u8]) -> bool,
    ) -> Result<Self, Error> {
        let mut options = Self { pattern: None, count: 10 };
        for index in (first_index..args.len()).step_by(2) {
            let value = index + 1;
            if value == args.len() {
                return Err(Error::Syntax);
            }
            match args.word(index).as_str() {
                "COUNT" => {
                    let count = usize::try_from(args.integer(value)?).ok();
                    options.count = count.filter(|count| *count > 0).ok_or(Error::Syntax)?;
                }
                "MATCH" => options.pattern = Some(args.get(value)).filter(|pattern| *pattern != b"*"),
                word if other(word, args.get(value)) => {}
                _ => return Err(Error::Syntax),
            }
        }
        Ok(options)
    }

    /// Whether `text` is among what MATCH asks for.
    #[inline]
    pub fn admits(&self, text: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, text, Case::Sensitive))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::Span;

    fn read(words: &[&str]) -> Result<(Option<Vec<u8>>, usize), Error> {
        let text = words.concat();
        let mut start = 0;
        let spans: Vec<Span> = words
            .iter()
            .map(|word| {
                let span = Span { start, len: word.len() as u32 };
                start += span.len;
                span
            })
            .collect();
        let args = Args::new(text.as_bytes(), &spans, &[]);
        ScanOptions::read(&args, 0).map(|options| (options.pattern.map(<[u8]>::to_vec), options.count))
    }

    #[test]
    fn cursors_are_read_as_strtoul_reads_them() {
        for (text, number) in [
            ("", Some(0)),
            ("0", Some(0)),
            ("007", Some(7)),
            ("+5", Some(5)),
            ("-0", Some(0)),
            ("-1", Some(u64::MAX)),
            ("18446744073709551615", Some(u64::MAX)),
            ("-18446744073709551615", Some(1)),
            ("5\0x", Some(5)),
            ("\x001", Some(0)),
            ("18446744073709551616", None),
            ("-18446744073709551616", None),
            ("-", None),
            ("+", None),
            ("++1", None),
            ("-+1", None),
            ("+-1", None),
            (" 1", None),
            ("1 ", None),
            ("0x10", None),
            ("é", None),
        ] {
            assert_eq!(cursor_number(text.as_bytes()), number.ok_or(Error::InvalidCursor), "{text:?}");
        }
    }

    #[test]
    fn options_come_in_any_order_and_the_last_one_counts() {
        assert_eq!(read(&[]), Ok((None, 10)));
        assert_eq!(read(&["count", "5", "MATCH", "a*"]), Ok((Some(b"a*".to_vec()), 5)));
        assert_eq!(read(&["match", "a", "match", "*", "COUNT", "1", "COUNT", "2"]), Ok((None, 2)));
        assert_eq!(read(&["COUNT"]), Err(Error::Syntax));
        assert_eq!(read(&["COUNT", "0"]), Err(Error::Syntax));
        assert_eq!(read(&["COUNT", "x"]), Err(Error::NotAnInteger));
        assert_eq!(read(&["TYPE", "set"]), Err(Error::Syntax));
    }
}

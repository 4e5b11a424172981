//! Numbers as C's `long double` keeps them on x86-64 (INCRBYFLOAT, HINCRBYFLOAT): 64 bits of mantissa, rounded to the nearest
//! and to even, read as `strtold` reads them and written as Redis writes them for people, with seventeen digits behind the
//! point less the zeros at the end.
//!
//! Rust has no such type and the machine's instructions for it are out of safe reach, so it is computed: in 128 bits where
//! that is exact, which is all that counters ever see, and with whole numbers of any length ([`whole`]) beyond.

mod whole;

use whole::Whole;

/// Exponent of the last bit of a subnormal number: what is smaller than half of 2 to that power is zero.
const EXPONENT_MIN: i32 = -16_445;

/// Exponent of the last bit of the largest numbers.
const EXPONENT_MAX: i32 = 16_320;

/// Decimal digits before the point that the largest number has; more overflow.
const WHOLE_DIGITS_MAX: i64 = 4_933;

/// Numbers whose first digit stands behind that many zeros after the point are less than half of the smallest.
const LEADING_ZEROS_MAX: i64 = 4_951;

/// A text of that many bytes is no number to Redis, which reads into a buffer of this size.
const TEXT_END_BYTES: usize = 5 * 1_024;

/// Digits behind the point.
const FRACTION_DIGITS: usize = 17;

/// `10^17`: less than 2 to the 57th.
const FRACTION: u128 = 100_000_000_000_000_000;

/// A number or an infinity, never NaN: `±mantissa · 2^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongDouble {
    negative: bool,
    infinite: bool,
    /// Its top bit is set unless the exponent is the least one.
    mantissa: u64,
    exponent: i32,
}

/// Reads a number as Redis does with `strtold`: decimal or hexadecimal notation, `inf`, `infinity`; nothing around it, no
/// NaN, and no number so large that it becomes an infinity or so small that it becomes zero.
pub fn parse(text: &[u8]) -> Option<LongDouble> {
    if text.len() >= TEXT_END_BYTES {
        return None;
    }
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity") {
        return Some(LongDouble { negative, infinite: true, mantissa: 0, exponent: EXPONENT_MIN });
    }
    let (magnitude, exponent) = match unsigned {
        [b'0', b'x' | b'X', digits @ ..] => hexadecimal(digits)?,
        _ => decimal(unsigned)?,
    };
    let value = LongDouble::rounded(negative, magnitude, exponent)?;
    (value.mantissa != 0 || magnitude == 0).then_some(value)
}

impl From<i64> for LongDouble {
    fn from(value: i64) -> Self {
        let magnitude = u128::from(value.unsigned_abs());
        match Self::rounded(value < 0, magnitude, 0) {
            Some(exact) => exact,
            None => unreachable!("64 bits are within the range"),
        }
    }
}

impl LongDouble {
    /// The nearest number to `magnitude · 2^exponent`, the even one of two; `None` beyond the range. A magnitude that stands
    /// for more bits than it has must have at least 66, and its last bit set if any of those left out is.
    fn rounded(negative: bool, magnitude: u128, exponent: i64) -> Option<Self> {
        let zero = Self { negative, infinite: false, mantissa: 0, exponent: EXPONENT_MIN };
        if magnitude == 0 {
            return Some(zero);
        }
        let bits = i64::from(128 - magnitude.leading_zeros());
        let dropped = (bits - 64).max(i64::from(EXPONENT_MIN) - exponent);
        let mut exponent = exponent + dropped;
        let mut kept = if dropped <= 0 {
            magnitude << -dropped
        } else if dropped > 128 {
            return Some(zero);
        } else {
            let kept = magnitude.checked_shr(dropped as u32).unwrap_or(0);
            let rest = magnitude & (u128::MAX >> (128 - dropped));
            let half = 1 << (dropped - 1);
            kept + u128::from(rest > half || rest == half && kept & 1 == 1)
        };
        if kept > u128::from(u64::MAX) {
            kept >>= 1;
            exponent += 1;
        }
        // Within the range the exponent fits.
        (exponent <= i64::from(EXPONENT_MAX)).then_some(Self {
            mantissa: kept as u64,
            exponent: exponent as i32,
            ..zero
        })
    }

    /// The nearest double.
    pub fn to_f64(&self) -> f64 {
        let magnitude = if self.infinite {
            f64::INFINITY
        } else {
            self.mantissa as f64 * f64::from(self.exponent).exp2()
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// Whether it is an infinity.
    pub fn is_infinite(&self) -> bool {
        self.infinite
    }

    /// The sum, rounded; `None` where it is NaN or an infinity.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a sum that may not exist is no `Add`")]
    pub fn add(self, other: Self) -> Option<Self> {
        /// Room to the right of the larger number: what falls beyond it only tells above from below.
        const GUARD_BITS: u32 = 62;
        if self.infinite || other.infinite {
            return None;
        }
        let (large, small) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let apart = large.exponent.abs_diff(small.exponent);
        let (a, b) = (u128::from(large.mantissa) << GUARD_BITS, u128::from(small.mantissa) << GUARD_BITS);
        let moved = b.checked_shr(apart).unwrap_or(0);
        let inexact = moved.checked_shl(apart) != Some(b) && b != 0;
        let moved = moved | u128::from(inexact);
        let exponent = i64::from(large.exponent) - i64::from(GUARD_BITS);
        if large.negative == small.negative {
            return Self::rounded(large.negative, a + moved, exponent);
        }
        // A difference of equal numbers is positive zero.
        let negative = if a > moved { large.negative } else { a < moved && small.negative };
        Self::rounded(negative, a.abs_diff(moved), exponent)
    }

    /// Appends it as Redis writes it for people (`LD_STR_HUMAN`): never with an exponent, at most seventeen digits behind the
    /// point, no zeros at the end, and no negative zero.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        if self.negative {
            out.push(b'-');
        }
        if self.infinite {
            return out.extend_from_slice(b"inf");
        }
        let digits_start = out.len();
        let mantissa = u128::from(self.mantissa);
        if self.exponent > 64 {
            Whole::from(mantissa).shifted_left(self.exponent.unsigned_abs()).write(out);
        } else if self.exponent >= 0 {
            out.extend_from_slice((mantissa << self.exponent).to_string().as_bytes());
        } else {
            write_fraction(mantissa, self.exponent.unsigned_abs(), out);
        }
        if self.negative && out[digits_start..] == *b"0" {
            out.truncate(start);
            out.push(b'0');
        }
    }
}

/// Appends `mantissa / 2^shift`, rounded to [`FRACTION_DIGITS`], without the zeros at the end.
fn write_fraction(mantissa: u128, shift: u32, out: &mut Vec<u8>) {
    let whole = mantissa.checked_shr(shift).unwrap_or(0);
    // Less than 2^64 · 10^17, which is less than 2^121: divided by more than its double that is less than a half.
    let scaled = (mantissa - whole.checked_shl(shift).unwrap_or(0)) * FRACTION;
    let fraction = if shift > 122 {
        0
    } else {
        let (kept, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1 << (shift - 1));
        kept + u128::from(rest > half || rest == half && kept & 1 == 1)
    };
    let (whole, fraction) = (whole + fraction / FRACTION, fraction % FRACTION);
    out.extend_from_slice(whole.to_string().as_bytes());
    if fraction > 0 {
        let digits = format!("{fraction:0FRACTION_DIGITS$}");
        out.push(b'.');
        out.extend_from_slice(digits.trim_end_matches('0').as_bytes());
    }
}

/// The digits of a number without its point, the number of digits behind the point, and what follows `mark`, if it is there.
struct Notation<'a> {
    digits: Vec<u8>,
    behind_point: i64,
    exponent: Option<&'a [u8]>,
}

impl<'a> Notation<'a> {
    fn read(text: &'a [u8], is_digit: fn(&u8) -> bool, mark: u8) -> Option<Self> {
        let end = text.iter().position(|byte| byte.eq_ignore_ascii_case(&mark)).unwrap_or(text.len());
        let exponent = text.get(end + 1..);
        let (whole, fraction) = match text[..end].iter().position(|byte| *byte == b'.') {
            Some(point) => (&text[..point], &text[point + 1..end]),
            None => (&text[..end], &b""[..]),
        };
        let mut digits = whole.to_vec();
        digits.extend_from_slice(fraction);
        if digits.is_empty() || !digits.iter().all(is_digit) {
            return None;
        }
        let mut behind_point = fraction.len() as i64;
        let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        digits.truncate(digits.len() - zeros);
        behind_point -= zeros as i64;
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        Some(Self { digits, behind_point, exponent })
    }

    /// The written exponent; beyond what can matter it stays where it is.
    fn exponent(&self) -> Option<i64> {
        const ENOUGH: i64 = 1_000_000;
        let Some(text) = self.exponent else { return Some(0) };
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number =
            digits.iter().fold(0, |number, digit| (number * 10 + i64::from(digit - b'0')).min(ENOUGH));
        Some(if negative { -number } else { number })
    }
}

/// Reads what is behind `0x`: a magnitude and its exponent for [`LongDouble::rounded`].
fn hexadecimal(text: &[u8]) -> Option<(u128, i64)> {
    let notation = Notation::read(text, u8::is_ascii_hexdigit, b'p')?;
    let mut exponent = notation.exponent()? - 4 * notation.behind_point;
    let mut magnitude: u128 = 0;
    for &digit in &notation.digits {
        let value = u128::from((digit as char).to_digit(16)?);
        if magnitude >> 124 == 0 {
            magnitude = magnitude << 4 | value;
        } else {
            magnitude |= u128::from(value != 0);
            exponent += 4;
        }
    }
    Some((magnitude, exponent))
}

/// Reads decimal notation: a magnitude and its exponent for [`LongDouble::rounded`].
fn decimal(text: &[u8]) -> Option<(u128, i64)> {
    /// So many digits fit.
    const DIGITS_MAX: usize = 38;
    /// Ten to this power leaves a quotient of 66 bits of a dividend of 128.
    const POWER_MAX: i64 = 18;
    let notation = Notation::read(text, u8::is_ascii_digit, b'e')?;
    let power = notation.exponent()? - notation.behind_point;
    let digits = &notation.digits[..];
    if digits.is_empty() {
        return Some((0, 0));
    }
    let whole_digits = digits.len() as i64 + power;
    if !(-LEADING_ZEROS_MAX..=WHOLE_DIGITS_MAX).contains(&whole_digits) {
        return None;
    }
    if digits.len() <= DIGITS_MAX && power.abs() <= POWER_MAX {
        let number = digits.iter().fold(0, |number, digit| number * 10 + u128::from(digit - b'0'));
        let ten_to = 10_u128.pow(power.unsigned_abs() as u32);
        if power < 0 {
            let shift = number.leading_zeros();
            let dividend = number << shift;
            let inexact = !dividend.is_multiple_of(ten_to);
            return Some(((dividend / ten_to) | u128::from(inexact), -i64::from(shift)));
        }
        if let Some(product) = number.checked_mul(ten_to) {
            return Some((product, 0));
        }
    }
    // 10^p is 5^p · 2^p.
    let number = Whole::from_digits(digits);
    let five_to = Whole::power_of_five(power.unsigned_abs() as u32);
    if power >= 0 {
        let (top, exponent) = number.times(&five_to).top();
        return Some((top, exponent + power));
    }
    let (quotient, exponent) = number.divided_by(five_to);
    Some((quotient, exponent + power))
}

#[cfg(test)]
mod tests;

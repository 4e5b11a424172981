//! Numbers as text, in Redis's notation: strict integers, and doubles in their shortest form.

/// Reads a signed 64-bit integer as Redis does: no sign but `-`, no leading zeros, no spaces, no overflow.
#[inline]
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut value: u64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // Nineteen digits cannot overflow an unsigned 64-bit number.
        value = value * 10 + u64::from(digit);
    }
    if negative {
        (value <= 1 << 63).then(|| (value as i64).wrapping_neg())
    } else {
        i64::try_from(value).ok()
    }
}

/// Reads a double as Redis does for scores: decimal or hexadecimal notation, `inf`, `+inf`, `-inf`, `infinity`; never NaN, no
/// spaces around it, no number too large or too small for a double.
pub fn parse_f64(text: &[u8]) -> Option<f64> {
    let value = read_f64(text)?;
    if value.is_infinite() || value == 0.0 {
        return in_range(text, value).then_some(value);
    }
    Some(value)
}

/// Whether an infinity or a zero is what `text` says, and not what remains of a number beyond the range of doubles.
#[cold]
fn in_range(text: &[u8], value: f64) -> bool {
    let unsigned = text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text);
    if value.is_infinite() {
        return matches!(unsigned.first(), Some(b'i' | b'I'));
    }
    let (digits, exponent_marks) = match unsigned {
        [b'0', b'x' | b'X', rest @ ..] => (rest, b"pP"),
        _ => (unsigned, b"eE"),
    };
    !digits.iter().take_while(|byte| !exponent_marks.contains(byte)).any(|byte| !matches!(byte, b'0' | b'.'))
}

/// Reads a double as C's `strtod` does, if it is the whole of `text`; never NaN. Beyond the range of doubles it gives an
/// infinity or zero.
pub fn read_f64(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.len() > 1 && unsigned.as_bytes()[0] == b'0' && matches!(unsigned.as_bytes()[1], b'x' | b'X') {
        return parse_hex_f64(&unsigned[2..]).map(|value| if text.starts_with('-') { -value } else { value });
    }
    let value: f64 = text.parse().ok()?;
    (!value.is_nan()).then_some(value)
}

/// The part of a C99 hexadecimal float behind `0x`, as strtod reads it: digits, an optional point, an optional `p` exponent.
fn parse_hex_f64(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['p', 'P']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value.mul_add(16.0, f64::from(digit.to_digit(16)?));
    }
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    Some(value * f64::from(scale.clamp(-2_000, 2_000)).exp2())
}

/// Appends an integer.
#[inline]
pub fn push_i64(out: &mut Vec<u8>, value: i64) {
    if (0..10).contains(&value) {
        out.push(b'0' + value as u8);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }
}

/// The first number that is too long for [`short_digits`].
pub const SHORT_DIGITS_END: i64 = 100_000_000;

/// The digits of a number up to eight digits long, the first one in the lowest byte, and how many they are; of 0 none.
///
/// All of them at once: the number is halved into fours, these into pairs and these into digits, each half in a part of one word.
#[inline]
pub fn short_digits(number: u32) -> (u64, usize) {
    debug_assert!(i64::from(number) < SHORT_DIGITS_END);
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    // Divided by multiplication with the inverse in 20 bits (up to 9999) and in 10 bits (up to 99), rounded up.
    let hundreds = ((fours * 10_486) >> 20) & 0x7F_0000_007F;
    let pairs = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    let digits = tens | (pairs - 10 * tens) << 8;
    let zeros = digits.trailing_zeros() / 8;
    let text = digits | u64::from_le_bytes([b'0'; 8]);
    (text.checked_shr(8 * zeros).unwrap_or(0), 8 - zeros as usize)
}

/// Appends a double as Redis 7.2 prints it: integers up to 2⁶² with all of their digits, everything else in the shortest
/// digits that read back the same, `inf`, `-inf` and `nan` by name.
pub fn push_f64(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        return out.extend_from_slice(b"nan");
    }
    if value.is_infinite() {
        return out.extend_from_slice(if value > 0.0 { b"inf" } else { b"-inf" });
    }
    if value == 0.0 {
        return out.extend_from_slice(if value.is_sign_negative() { b"-0" } else { b"0" });
    }
    match whole_number(value) {
        Some(whole) => push_i64(out, whole),
        None => push_shortest(out, value),
    }
}

/// `value` as an integer, if it is one of up to 2⁶² and prints as one: negative zero does not.
#[inline]
pub fn whole_number(value: f64) -> Option<i64> {
    // Far enough within an i64 that no conversion saturates.
    const AS_INTEGER_MAX: i64 = 1 << 62;
    let whole = value as i64;
    // The same bits, not only the same value: that tells the zeros apart.
    ((whole as f64).to_bits() == value.to_bits() && (-AS_INTEGER_MAX..=AS_INTEGER_MAX).contains(&whole))
        .then_some(whole)
}

/// The shortest digits in the layout of fpconv, which Redis uses: plain up to a few zeros, `1e+21` beyond.
fn push_shortest(out: &mut Vec<u8>, value: f64) {
    // `{:e}` prints the shortest digits as `d.ddde-7`: the digits and the exponent are taken from there.
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: Vec<u8> = mantissa.bytes().filter(|byte| *byte != b'.').collect();
    let count = digits.len() as i32;
    if value < 0.0 {
        out.push(b'-');
    }
    // The value is `digits × 10^scale`.
    let scale = exponent - (count - 1);
    if scale >= 0 && exponent.abs() < count + 7 {
        out.extend_from_slice(&digits);
        out.resize(out.len() + scale as usize, b'0');
    } else if scale < 0 && (scale > -7 || exponent.abs() < 4) {
        let whole = count + scale;
        if whole <= 0 {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + whole.unsigned_abs() as usize, b'0');
            out.extend_from_slice(&digits);
        } else {
            out.extend_from_slice(&digits[..whole as usize]);
            out.push(b'.');
            out.extend_from_slice(&digits[whole as usize..]);
        }
    } else {
        out.push(digits[0]);
        if count > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.push(b'e');
        out.push(if exponent < 0 { b'-' } else { b'+' });
        push_i64(out, i64::from(exponent.abs()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn double(value: f64) -> String {
        let mut out = Vec::new();
        push_f64(&mut out, value);
        String::from_utf8(out).expect("ascii")
    }

    #[test]
    fn integers_are_strict() {
        for (text, value) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("99999999999999999999", None),
            ("+1", None),
            ("01", None),
            ("-0", None),
            ("-", None),
            ("", None),
            (" 1", None),
            ("1 ", None),
            ("1a", None),
        ] {
            assert_eq!(parse_i64(text.as_bytes()), value, "{text:?}");
        }
    }

    #[test]
    fn doubles_print_as_redis_prints_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-12.0, "-12"),
            (0.1, "0.1"),
            (1.5, "1.5"),
            (3.0e-7, "3e-7"),
            (0.000_01, "0.00001"),
            (1.234e-5, "1.234e-5"),
            (1e16, "10000000000000000"),
            (-123_456_789_012_345_678.0, "-123456789012345680"),
            (4_611_686_018_427_387_904.0, "4611686018427387904"),
            (4_611_686_018_427_388_928.0, "4611686018427389000"),
            (1e21, "1e+21"),
            (1e22, "1e+22"),
            (123_456_789.123, "123456789.123"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
        ] {
            assert_eq!(double(value), text);
        }
    }

    #[test]
    fn doubles_read_what_strtod_reads() {
        for (text, value) in [
            ("1", Some(1.0)),
            ("+1.5", Some(1.5)),
            ("-inf", Some(f64::NEG_INFINITY)),
            ("+Infinity", Some(f64::INFINITY)),
            ("0x10", Some(16.0)),
            ("-0x1p-1", Some(-0.5)),
            ("0x.8", Some(0.5)),
            ("nan", None),
            ("", None),
            ("1 ", None),
            ("0x", None),
            ("abc", None),
            ("0e5", Some(0.0)),
            ("-0.0", Some(-0.0)),
            ("0x0p9", Some(0.0)),
            ("5e-324", Some(5e-324)),
            ("1e400", None),
            ("-1e400", None),
            ("1e-400", None),
            ("0x1p-2000", None),
            ("0x1p2000", None),
        ] {
            assert_eq!(parse_f64(text.as_bytes()), value, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_double_reads_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            prop_assert_eq!(parse_f64(double(value).as_bytes()), Some(value));
        }

        #[test]
        fn the_digits_in_a_word_are_the_decimal_form(number in 0..SHORT_DIGITS_END as u32, cut in 0..8u32) {
            for number in [number, number / 10u32.pow(cut), 10u32.pow(cut), 10u32.pow(cut + 1) - 1] {
                let (digits, count) = short_digits(number);
                let text = number.to_string();
                let expected = if number == 0 { "" } else { &text };
                prop_assert_eq!(&digits.to_le_bytes()[..count], expected.as_bytes());
                prop_assert_eq!(digits.checked_shr(8 * count as u32).unwrap_or(0), 0, "nothing behind them");
            }
        }

        #[test]
        fn every_integer_reads_back(value: i64) {
            prop_assert_eq!(parse_i64(value.to_string().as_bytes()), Some(value));
        }
    }
}

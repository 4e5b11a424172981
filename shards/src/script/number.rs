//! Numbers as C prints and reads them.

/// Whether two numbers are the same exactly; the two zeros are.
pub fn equal(a: f64, b: f64) -> bool {
    a <= b && b <= a
}

/// `printf("%.{digits}g")`.
pub fn general(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        let text = if value.is_nan() { "nan" } else { "inf" };
        return if value.is_sign_negative() { format!("-{text}") } else { text.to_owned() };
    }
    let digits = digits.max(1);
    let scientific = format!("{:.*e}", digits - 1, value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 || exponent >= digits as i32 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", without_zeros(mantissa), exponent.abs());
    }
    let places = (digits as i32 - 1 - exponent).max(0) as usize;
    without_zeros(&format!("{value:.places$}")).to_owned()
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// `strtod`: the number that `text` begins with, and how long it is.
pub fn leading(text: &[u8]) -> Option<(f64, usize)> {
    let sign_len = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let negative = text.first() == Some(&b'-');
    let rest = &text[sign_len..];
    let signed = |value: f64| if negative { -value } else { value };
    let starts = |word: &[u8]| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
    if starts(b"inf") {
        let len = if starts(b"infinity") { 8 } else { 3 };
        return Some((signed(f64::INFINITY), sign_len + len));
    }
    if starts(b"nan") {
        return Some((signed(f64::NAN.abs()), sign_len + 3));
    }
    if starts(b"0x")
        && let Some((value, len)) = hexadecimal(&rest[2..])
    {
        return Some((signed(value), sign_len + 2 + len));
    }
    let mantissa = mantissa_len(rest, u8::is_ascii_digit)?;
    let len = mantissa + exponent_len(&rest[mantissa..], b'e');
    let value: f64 = std::str::from_utf8(&rest[..len]).ok()?.parse().ok()?;
    Some((signed(value), sign_len + len))
}

/// The length of digits with at most one point, if there is a digit.
fn mantissa_len(text: &[u8], is_digit: fn(&u8) -> bool) -> Option<usize> {
    let count = |text: &[u8]| text.iter().take_while(|byte| is_digit(byte)).count();
    let whole = count(text);
    let fraction = if text.get(whole) == Some(&b'.') { count(&text[whole + 1..]) } else { 0 };
    let point = usize::from(text.get(whole) == Some(&b'.'));
    (whole + fraction > 0).then_some(whole + point + fraction)
}

/// The length of an exponent, zero if what stands there is none.
fn exponent_len(text: &[u8], mark: u8) -> usize {
    if !text.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&mark)) {
        return 0;
    }
    let sign = usize::from(matches!(text.get(1), Some(b'+' | b'-')));
    let digits = text[1 + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

fn hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    let mantissa = mantissa_len(text, u8::is_ascii_hexdigit)?;
    let len = mantissa + exponent_len(&text[mantissa..], b'p');
    let mut whole = b"0x".to_vec();
    whole.extend_from_slice(&text[..len]);
    Some((crate::resp::number::read_f64(&whole)?, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_c_prints_them() {
        for (value, digits, text) in [
            (1e15, 14, "1e+15"),
            (1e14, 14, "1e+14"),
            (0.1, 14, "0.1"),
            (123_456_789_012_345_678.0, 14, "1.2345678901235e+17"),
            (-0.0, 14, "-0"),
            (1.5, 17, "1.5"),
            (1e15, 17, "1000000000000000"),
            (1e17, 17, "1e+17"),
            (1e300, 17, "1.0000000000000001e+300"),
            (0.1 + 0.2, 17, "0.30000000000000004"),
            (1e-5, 14, "1e-05"),
            (0.000_123, 14, "0.000123"),
            (3.242_592_65, 3, "3.24"),
            (f64::NEG_INFINITY, 17, "-inf"),
            (999_999.5, 6, "1e+06"),
        ] {
            assert_eq!(general(value, digits), text);
        }
    }

    #[test]
    fn numbers_read_as_c_reads_them() {
        for (text, value, len) in [
            ("1e", 1.0, 1),
            ("1.5e3x", 1500.0, 5),
            ("1.", 1.0, 2),
            ("-0x10", -16.0, 5),
            ("0x", 0.0, 1),
            ("01", 1.0, 2),
        ] {
            assert_eq!(leading(text.as_bytes()), Some((value, len)), "{text}");
        }
        assert_eq!(leading(b"-"), None);
        assert_eq!(leading(b"infinit").map(|(_, len)| len), Some(3));
    }
}

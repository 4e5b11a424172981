use super::*;
use proptest::prelude::*;

fn text(value: LongDouble) -> String {
    let mut out = b"before ".to_vec();
    value.write(&mut out);
    String::from_utf8(out.split_off(7)).expect("ascii")
}

fn read(text: &str) -> LongDouble {
    parse(text.as_bytes()).unwrap_or_else(|| panic!("{text:?} is a number"))
}

fn sum(a: &str, b: &str) -> Option<String> {
    read(a).add(read(b)).map(text)
}

/// With the sums of gcc on x86-64.
#[test]
fn sums_are_those_of_the_machine() {
    for (a, b, expected) in [
        ("1.5", "1.5", "3"),
        ("0.1", "0.2", "0.3"),
        ("3.0e3", "200", "3200"),
        ("1", "-1.1", "-0.1"),
        ("17179869184", "1.5", "17179869185.5"),
        ("1.23", "-0.00000000000000001", "1.22999999999999999"),
        ("-0", "-0.0", "0"),
        ("-1e-30", "0", "0"),
        ("6e-18", "0", "0.00000000000000001"),
        ("5e-18", "0", "0"),
        ("9223372036854775807", "1", "9223372036854775808"),
        ("18446744073709551615", "1", "18446744073709551616"),
        ("18446744073709551616", "1", "18446744073709551616"),
        ("18446744073709551616", "3", "18446744073709551620"),
        ("1e23", "0", "100000000000000000000000"),
        ("1e30", "1e-30", "1000000000000000000024696061952"),
        ("0x1p-3", "0xA.8", "10.625"),
        ("3.6e-4951", "1", "1"),
    ] {
        assert_eq!(sum(a, b).as_deref(), Some(expected), "{a} + {b}");
    }
}

#[test]
fn infinities_can_be_read_but_not_added() {
    for text in ["inf", "-INF", "+Infinity"] {
        assert!(read(text).is_infinite());
        assert_eq!(sum(text, "1"), None);
        assert_eq!(sum("1", text), None);
    }
    assert_eq!(sum("inf", "-inf"), None);
    assert_eq!(sum("1.1e4932", "1.1e4932"), None);
    assert!(sum("1.1e4932", "0.07e4932").is_some_and(|text| text.len() == 4933));
}

#[test]
fn what_strtold_does_not_read_to_the_end_is_no_number() {
    for text in [
        "",
        "+",
        "-",
        ".",
        "abc",
        "1.",
        " 1",
        "1 ",
        "\t1",
        "1 2",
        "1e",
        "1e+",
        "e5",
        "--1",
        "1.2.3",
        "0x",
        "0x.",
        "0xp1",
        "1p5",
        "nan",
        "NaN(1)",
        "infinit",
        "1\0",
        "1e5000",
        "-1e5000",
        "1e-5000",
        "1.8e-4951",
        "0x1p16384",
        "0x1p-16446",
        "1e99999999999999999999",
    ] {
        let number = parse(text.as_bytes());
        assert_eq!(number.is_none(), text != "1.", "{text:?} is {number:?}");
    }
    assert!(parse(&[b'1'; TEXT_END_BYTES]).is_none());
    let long = [&b"1."[..], &[b'0'; TEXT_END_BYTES - 3]].concat();
    assert_eq!(parse(&long).map(text).as_deref(), Some("1"));
}

#[test]
fn the_ends_of_the_range() {
    assert_eq!(read("1.18973149535723176502e4932"), read("0x1.fffffffffffffffep16383"));
    assert_eq!(parse(b"1.18973149535723176506e4932"), None);
    assert_eq!(read("1.83e-4951"), read("0x1p-16445"));
    assert_eq!(read("3.6451995318824746025e-4951"), read("0x1p-16445"));
    assert_eq!(read("0x1p-16382").mantissa, 1 << 63);
    assert_eq!(read("0e99999999999999999999"), read("0"));
    assert!(read("-0e-99999999999999999999").negative);
}

/// The exact value of a double in hexadecimal notation.
fn hexadecimal_text(value: f64) -> String {
    let bits = value.to_bits();
    let (mantissa, exponent) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7ff) as i32);
    let (mantissa, exponent) =
        if exponent == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, exponent - 1075) };
    format!("{}0x{mantissa:x}p{exponent}", if value.is_sign_negative() { "-" } else { "" })
}

proptest! {
    #[test]
    fn doubles_are_written_with_seventeen_digits_behind_the_point(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        let exact = format!("{value:.17}");
        let trimmed = exact.trim_end_matches('0').trim_end_matches('.');
        let expected = if trimmed == "-0" { "0" } else { trimmed };
        prop_assert_eq!(text(read(&hexadecimal_text(value))), expected);
    }

    #[test]
    fn decimals_of_doubles_are_read_exactly(bits: u64) {
        // A double has up to 1,074 digits behind the point, all of which count.
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        prop_assert_eq!(read(&format!("{value:.1074}")), read(&hexadecimal_text(value)));
    }

    #[test]
    fn whole_numbers_add_exactly(a: i64, b: i64) {
        // A carry into the 65th bit is even here or not: only what fits is compared.
        let exact = i128::from(a) + i128::from(b);
        prop_assume!(exact.unsigned_abs() <= u128::from(u64::MAX));
        prop_assert_eq!(LongDouble::from(a).add(LongDouble::from(b)).map(text), Some(exact.to_string()));
        prop_assert_eq!(read(&a.to_string()), LongDouble::from(a));
    }

    #[test]
    fn sums_do_not_depend_on_the_order(a: f64, b: f64) {
        let (a, b) = (read(&hexadecimal_text(a)), read(&hexadecimal_text(b)));
        prop_assert_eq!(a.add(b), b.add(a));
    }

    #[test]
    fn nothing_panics(text in "[-+]?[0-9xa-fA-F.]{0,40}([eEpP][-+]?[0-9]{0,6})?") {
        if let Some(number) = parse(text.as_bytes()) {
            number.write(&mut Vec::new());
        }
    }
}

//! INCRBYFLOAT: sums in 80 bits, written with at most seventeen digits behind the point.

use crate::script::Script;

const NOT_A_FLOAT: &str = "-ERR value is not a valid float";
const TOO_FAR: &str = "-ERR increment would produce NaN or Infinity";

fn counting_starts_at_zero_and_goes_on(c: &mut Script) {
    c.check("INCRBYFLOAT k 1", r#""1""#);
    c.check("GET k", r#""1""#);
    c.check("INCRBYFLOAT k 0.25", r#""1.25""#);
    c.check("INCRBYFLOAT k -0.25", r#""1""#);
    c.check("INCRBYFLOAT k -3", r#""-2""#);
    c.check("INCRBYFLOAT k 2", r#""0""#);
    c.check("STRLEN k", ":1");
    c.resp3();
    c.check("INCRBYFLOAT k 1.5", r#""1.5""#);
}

fn sums_are_those_of_a_long_double(c: &mut Script) {
    for (start, increment, sum) in [
        ("10.50", "0.1", "10.6"),
        ("5.0e3", "2.0e2", "5200"),
        ("0.1", "0.2", "0.3"),
        ("1.1", "2.2", "3.3"),
        ("1", "-1.1", "-0.1"),
        ("3", "1.1", "4.1"),
        ("17179869184", "1.5", "17179869185.5"),
        ("1.23", "-0.00000000000000001", "1.22999999999999999"),
        ("9223372036854775807", "1", "9223372036854775808"),
        ("-9223372036854775808", "-0.5", "-9223372036854775808"),
        ("18446744073709551615", "1", "18446744073709551616"),
        ("18446744073709551616", "1", "18446744073709551616"),
        ("18446744073709551616", "3", "18446744073709551620"),
        ("1e23", "0", "100000000000000000000000"),
        ("1e30", "1e-30", "1000000000000000000024696061952"),
        ("0x10", "0x.8", "16.5"),
        ("0x1p-3", "0xA.8", "10.625"),
        ("-0", "-0", "0"),
        ("-1e-30", "0", "0"),
        ("6e-18", "0", "0.00000000000000001"),
        ("5e-18", "0", "0"),
        ("0.123456789012345678", "0", "0.12345678901234568"),
        ("123456789.123456789123", "1", "123456790.12345678912242875"),
        ("3.6e-4951", "1", "1"),
        (".5", "5.", "5.5"),
        ("+1.5", "+1", "2.5"),
        ("00012.50", "-0012.5", "0"),
        ("1E2", "1e+2", "200"),
    ] {
        c.check(&format!("SET k {start}"), "+OK");
        c.check(&format!("INCRBYFLOAT k {increment}"), &format!("\"{sum}\""));
        c.check("GET k", &format!("\"{sum}\""));
    }
}

fn large_sums_have_all_their_digits(c: &mut Script) {
    c.check("SET k 1e300", "+OK");
    c.check("INCRBYFLOAT k 0", r#""1000000000000000000008".."#);
    c.check("STRLEN k", ":301");
    c.check("SET k 1e4932", "+OK");
    c.check("INCRBYFLOAT k 1", r#""1000000000000000000006".."#);
    c.check("STRLEN k", ":4933");
}

fn sums_are_texts_that_count_on(c: &mut Script) {
    c.check("INCRBYFLOAT k 3", r#""3""#);
    c.check("OBJECT ENCODING k", r#""embstr""#);
    c.check("INCR k", ":4");
    c.check("OBJECT ENCODING k", r#""int""#);
    c.check("INCRBYFLOAT k 0.5", r#""4.5""#);
    c.check("INCR k", "-ERR value is not an integer or out of range");
    c.check("APPEND k 5", ":4");
    c.check("INCRBYFLOAT k 0.05", r#""4.6""#);
}

fn counting_keeps_the_lifetime(c: &mut Script) {
    c.check("SET k 1.5 EX 100", "+OK");
    c.check("INCRBYFLOAT k 1", r#""2.5""#);
    c.check("TTL k", ":90..100");
}

fn only_numbers_count(c: &mut Script) {
    for text in [
        "abc",
        "",
        " 1",
        "1 ",
        "1.5x",
        "1,5",
        "--1",
        "+-1",
        "1e",
        "e5",
        "0x",
        "nan",
        "-nan",
        "1.2.3",
        ".",
        "1e5000",
        "1e-5000",
        "0x1p99999",
    ] {
        c.check(&format!("SET k '{text}'"), "+OK");
        c.check("INCRBYFLOAT k 1", NOT_A_FLOAT);
        c.check(&format!("INCRBYFLOAT missing '{text}'"), NOT_A_FLOAT);
        c.check("GET k", &format!("\"{text}\""));
    }
    c.check(r#"SET k "1\x00""#, "+OK");
    c.check("INCRBYFLOAT k 1", NOT_A_FLOAT);
    c.check("EXISTS missing", ":0");
}

fn infinities_are_read_but_never_the_sum(c: &mut Script) {
    c.check("SET k 1", "+OK");
    for text in ["inf", "-inf", "+inf", "Infinity", "-INFINITY"] {
        c.check(&format!("INCRBYFLOAT k {text}"), TOO_FAR);
        c.check(&format!("INCRBYFLOAT missing {text}"), TOO_FAR);
    }
    c.check("SET k inf", "+OK");
    c.check("INCRBYFLOAT k 1", TOO_FAR);
    c.check("INCRBYFLOAT k -inf", TOO_FAR);
    c.check("SET k 1.1e4932", "+OK");
    c.check("INCRBYFLOAT k 1.1e4932", TOO_FAR);
    c.check("GET k", r#""1.1e4932""#);
    c.check("EXISTS missing", ":0");
}

fn counting_is_for_strings(c: &mut Script) {
    c.check("RPUSH l 1", ":1");
    c.check("INCRBYFLOAT l 1", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("INCRBYFLOAT l x", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("INCRBYFLOAT l", "-ERR wrong number of arguments for 'incrbyfloat' command");
    c.check("INCRBYFLOAT k 1 2", "-ERR wrong number of arguments for 'incrbyfloat' command");
}

facts! { data:
    counting_starts_at_zero_and_goes_on,
    sums_are_those_of_a_long_double,
    large_sums_have_all_their_digits,
    sums_are_texts_that_count_on,
    counting_keeps_the_lifetime,
    only_numbers_count,
    infinities_are_read_but_never_the_sum,
    counting_is_for_strings,
}

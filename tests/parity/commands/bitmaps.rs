//! Bits of strings: SETBIT, GETBIT, BITCOUNT, BITPOS.

use crate::script::Script;

const NO_OFFSET: &str = "-ERR bit offset is not an integer or out of range";
const NO_BIT: &str = "-ERR bit is not an integer or out of range";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn setbit_answers_with_the_bit_before(c: &mut Script) {
    c.check("SETBIT k 7 1", ":0");
    c.check("GET k", r#""\x01""#);
    c.check("SETBIT k 7 0", ":1");
    c.check("GET k", r#""\x00""#);
    c.check("SETBIT k 0 1", ":0");
    c.check("SETBIT k 0 1", ":1");
    c.check("GET k", r#""\x80""#);
    c.check("SETBIT k 26 1", ":0");
    c.check("GET k", r#""\x80\x00\x00\x20""#);
    c.check("STRLEN k", ":4");
    c.check("SETBIT k 100 0", ":0");
    c.check("STRLEN k", ":13");
    c.check("OBJECT ENCODING k", r#""raw""#);
    c.resp3();
    c.check("SETBIT k 26 0", ":1");
    c.check("GETBIT k 0", ":1");
}

fn setbit_changes_strings_of_any_kind(c: &mut Script) {
    c.check("SET n 1", "+OK");
    c.check("OBJECT ENCODING n", r#""int""#);
    c.check("SETBIT n 6 1", ":0");
    c.check("GET n", r#""3""#);
    c.check("OBJECT ENCODING n", r#""raw""#);
    c.check("SET n 12", "+OK");
    c.check("SETBIT n 0 0", ":0");
    c.check("OBJECT ENCODING n", r#""raw""#);
    c.check("GET n", r#""12""#);
    c.check("INCR n", ":13");
    c.check("SET s hello EX 100", "+OK");
    c.check("OBJECT ENCODING s", r#""embstr""#);
    c.check("SETBIT s 2 0", ":1");
    c.check("GET s", r#""Hello""#);
    c.check("OBJECT ENCODING s", r#""raw""#);
    c.check("TTL s", ":90..100");
    c.check("SET e ''", "+OK");
    c.check("SETBIT e 0 0", ":0");
    c.check("GET e", r#""\x00""#);
}

fn large_bitmaps_grow_where_they_are(c: &mut Script) {
    c.check("SETBIT k 80000 1", ":0");
    c.check("STRLEN k", ":10001");
    c.check("GETBIT k 80000", ":1");
    c.check("BITCOUNT k", ":1");
    c.check("BITPOS k 1", ":80000");
    c.check("GETRANGE k 0 3", r#""\x00\x00\x00\x00""#);
    c.check("SETBIT k 8000000 1", ":0");
    c.check("STRLEN k", ":1000001");
    for bit in 0..50 {
        c.check(&format!("SETBIT k {} 1", bit * 12_345), ":0");
    }
    c.check("BITCOUNT k", ":52");
    c.check("BITCOUNT k 0 10000", ":8");
    c.check("BITPOS k 1 12346 -1 BIT", ":24690");
    c.check("BITPOS k 1 1", ":12345");
    c.check("BITPOS k 1 100001", ":8000000");
    c.check("BITPOS k 0 -1", ":8000001");
    c.check("OBJECT ENCODING k", r#""raw""#);
}

fn getbit_of_what_is_not_there_is_zero(c: &mut Script) {
    c.check("GETBIT missing 0", ":0");
    c.check("GETBIT missing 4294967295", ":0");
    c.check(r#"SET k "\x40""#, "+OK");
    c.check("GETBIT k 0", ":0");
    c.check("GETBIT k 1", ":1");
    c.check("GETBIT k 8", ":0");
    c.check("GETBIT k 100", ":0");
    c.check("GETBIT k 10000", ":0");
    c.check("SET n 1", "+OK");
    for (offset, bit) in [":0", ":0", ":1", ":1", ":0", ":0", ":0", ":1", ":0"].iter().enumerate() {
        c.check(&format!("GETBIT n {offset}"), bit);
    }
}

fn bits_and_offsets_are_checked_in_order(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    for offset in
        ["-1", "x", "01", "#1", "1.5", "''", "4294967296", "9223372036854775807", "9223372036854775808"]
    {
        c.check(&format!("SETBIT k {offset} 1"), NO_OFFSET);
        c.check(&format!("SETBIT l {offset} 2"), NO_OFFSET);
        c.check(&format!("GETBIT k {offset}"), NO_OFFSET);
        c.check(&format!("GETBIT l {offset}"), NO_OFFSET);
    }
    for bit in ["2", "-1", "x", "01", "''", "20", "9223372036854775808"] {
        c.check(&format!("SETBIT l 1 {bit}"), NO_BIT);
    }
    c.check("SETBIT l 1 1", WRONG_TYPE);
    c.check("GETBIT l 1", WRONG_TYPE);
    c.check("EXISTS k", ":0");
    c.check("SETBIT k 1", "-ERR wrong number of arguments for 'setbit' command");
    c.check("SETBIT k 1 1 1", "-ERR wrong number of arguments for 'setbit' command");
    c.check("GETBIT k", "-ERR wrong number of arguments for 'getbit' command");
    c.check("GETBIT k 1 1", "-ERR wrong number of arguments for 'getbit' command");
}

fn bitcount_counts_a_string_or_a_part(c: &mut Script) {
    c.check("SET k foobar", "+OK");
    c.check("BITCOUNT k", ":26");
    for (part, count) in [
        ("0 0", 4),
        ("1 1", 6),
        ("0 -1", 26),
        ("-2 -1", 7),
        ("0 100", 26),
        ("-100 100", 26),
        ("-100 -100", 4),
        ("-100 -101", 0),
        ("-101 -100", 4),
        ("5 3", 0),
        ("-1 -2", 0),
        ("6 6", 0),
        ("-9223372036854775808 9223372036854775807", 26),
        ("9223372036854775807 -9223372036854775808", 0),
        ("0 0 BYTE", 4),
        ("1 1 byte", 6),
        ("5 30 BIT", 17),
        ("5 30 bit", 17),
        ("0 -1 BIT", 26),
        ("1 1 BIT", 1),
        ("0 0 BIT", 0),
        ("-7 -1 BIT", 4),
        ("-3 -1 BIT", 1),
        ("47 47 BIT", 0),
        ("48 48 BIT", 0),
        ("-100 -100 BIT", 0),
        ("-100 -101 BIT", 0),
        ("9 13 BIT", 4),
        ("-9223372036854775808 9223372036854775807 BIT", 26),
    ] {
        c.check(&format!("BITCOUNT k {part}"), &format!(":{count}"));
    }
    c.check("BITCOUNT missing", ":0");
    c.check("BITCOUNT missing 0 -1", ":0");
    c.check("BITCOUNT missing 0 -1 BIT", ":0");
    c.check("SET e ''", "+OK");
    c.check("BITCOUNT e", ":0");
    c.check("BITCOUNT e 0 -1", ":0");
    c.check("BITCOUNT e 0 0 BIT", ":0");
    c.check("SET n -1234567", "+OK");
    c.check("BITCOUNT n", ":30");
    c.check("BITCOUNT n 1 1", ":3");
    c.resp3();
    c.check("BITCOUNT k 0 1", ":10");
}

fn bitcount_counts_at_every_length(c: &mut Script) {
    for len in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 1001, 5000] {
        let value: String = (0..len).map(|index| char::from(b'a' + (index * 7 % 26) as u8)).collect();
        let ones = |from: usize, to: usize| {
            value.as_bytes()[from..to].iter().map(|byte| byte.count_ones()).sum::<u32>()
        };
        c.check_arguments(&["SET", "k", &value], "+OK", "SET");
        c.check_arguments(
            &["BITCOUNT", "k"],
            &format!(":{}", ones(0, len)),
            &format!("BITCOUNT of {len} bytes"),
        );
        c.check_arguments(
            &["BITCOUNT", "k", "1", "-2"],
            &format!(":{}", if len > 2 { ones(1, len - 1) } else { 0 }),
            &format!("BITCOUNT of {len} bytes without the ends"),
        );
    }
}

fn bitcount_checks_its_arguments(c: &mut Script) {
    c.check("SET k foobar", "+OK");
    c.check("RPUSH l a", ":1");
    c.check("BITCOUNT k 0", SYNTAX);
    c.check("BITCOUNT k x", SYNTAX);
    c.check("BITCOUNT k x 1", NOT_AN_INTEGER);
    c.check("BITCOUNT k 0 x", NOT_AN_INTEGER);
    c.check("BITCOUNT k 0 1.5", NOT_AN_INTEGER);
    c.check("BITCOUNT k 0 9223372036854775808", NOT_AN_INTEGER);
    c.check("BITCOUNT k x y foo", NOT_AN_INTEGER);
    c.check("BITCOUNT k 0 1 foo", SYNTAX);
    c.check("BITCOUNT k 0 1 BITS", SYNTAX);
    c.check("BITCOUNT k 0 1 BIT 1", SYNTAX);
    c.check("BITCOUNT l", WRONG_TYPE);
    c.check("BITCOUNT l 0 1", WRONG_TYPE);
    c.check("BITCOUNT l 0 1 BIT", WRONG_TYPE);
    c.check("BITCOUNT", "-ERR wrong number of arguments for 'bitcount' command");
    // Since 7.2 the arguments are looked at before the key.
    c.check_since_7_2("BITCOUNT missing 0", ":0", SYNTAX);
    c.check_since_7_2("BITCOUNT missing x 1", ":0", NOT_AN_INTEGER);
    c.check_since_7_2("BITCOUNT missing 0 1 foo", ":0", SYNTAX);
    c.check_since_7_2("BITCOUNT l x 1", WRONG_TYPE, NOT_AN_INTEGER);
    c.check_since_7_2("BITCOUNT l 0", WRONG_TYPE, SYNTAX);
    c.check_since_7_2("BITCOUNT k -1 -2 foo", ":0", SYNTAX);
}

fn bitpos_finds_the_first_bit(c: &mut Script) {
    c.check(r#"SET k "\xff\xf0\x00""#, "+OK");
    c.check("BITPOS k 0", ":12");
    c.check("BITPOS k 1", ":0");
    for (wanted, part, found) in [
        (1, "0", 0),
        (1, "1", 8),
        (1, "2", -1),
        (1, "-2", 8),
        (1, "2 -1", -1),
        (0, "0 0", -1),
        (0, "0", 12),
        (0, "2", 16),
        (0, "-1 -1", 16),
        (0, "-1 -2", -1),
        (0, "3", -1),
        (0, "3 5", -1),
        (0, "-100 -200", -1),
        (1, "-100 -200", 0),
        (0, "0 -1 BYTE", 12),
        (0, "0 1 byte", 12),
        (0, "0 11 BIT", -1),
        (0, "0 12 BIT", 12),
        (0, "13 -1 BIT", 13),
        (1, "3 -1 BIT", 3),
        (1, "12 -1 BIT", -1),
        (1, "11 11 bit", 11),
        (1, "12 12 BIT", -1),
        (0, "-1 -1 BIT", 23),
        (0, "24 -1 BIT", -1),
        (0, "5 4 BIT", -1),
        (1, "-9223372036854775808 9223372036854775807 BIT", 0),
        (0, "-9223372036854775808 9223372036854775807", 12),
    ] {
        c.check(&format!("BITPOS k {wanted} {part}"), &format!(":{found}"));
    }
    c.resp3();
    c.check("BITPOS k 1 1", ":8");
}

fn bitpos_sees_zeros_behind_a_string_without_an_end(c: &mut Script) {
    c.check(r#"SET k "\xff\xff\xff""#, "+OK");
    c.check("BITPOS k 0", ":24");
    c.check("BITPOS k 0 0", ":24");
    c.check("BITPOS k 0 2", ":24");
    c.check("BITPOS k 0 3", ":-1");
    c.check("BITPOS k 0 0 -1", ":-1");
    c.check("BITPOS k 0 0 10", ":-1");
    c.check("BITPOS k 0 0 -1 BIT", ":-1");
    c.check(r#"SET k "\x00\x00\x00""#, "+OK");
    c.check("BITPOS k 1", ":-1");
    c.check("BITPOS k 1 0 -1", ":-1");
    c.check("BITPOS missing 0", ":0");
    c.check("BITPOS missing 1", ":-1");
    c.check("BITPOS missing 0 5 7", ":0");
    c.check("BITPOS missing 1 5 7 BIT", ":-1");
    c.check("SET e ''", "+OK");
    c.check("BITPOS e 0", ":-1");
    c.check("BITPOS e 1", ":-1");
    c.check("BITPOS e 0 0", ":-1");
    c.check("BITPOS e 0 0 -1", ":-1");
    c.check("SET n 1", "+OK");
    c.check("BITPOS n 1", ":2");
    c.check("BITPOS n 0 2 -1 BIT", ":4");
}

fn bitpos_finds_bits_at_every_distance(c: &mut Script) {
    for distance in [0, 1, 63, 64, 65, 127, 128, 1000, 4095, 4096, 8191] {
        c.given("DEL k");
        c.check(&format!("SETBIT k {distance} 1"), ":0");
        c.check_arguments(
            &["BITPOS", "k", "1"],
            &format!(":{distance}"),
            &format!("BITPOS of 1 after {distance}"),
        );
        c.check("BITOP NOT i k", &format!(":{}", distance / 8 + 1));
        c.check_arguments(
            &["BITPOS", "i", "0"],
            &format!(":{distance}"),
            &format!("BITPOS of 0 after {distance}"),
        );
    }
}

fn bitpos_checks_its_arguments(c: &mut Script) {
    c.check("SET k foobar", "+OK");
    c.check("RPUSH l a", ":1");
    c.check("BITPOS l 2", "-ERR The bit argument must be 1 or 0.");
    c.check("BITPOS k -1", "-ERR The bit argument must be 1 or 0.");
    c.check("BITPOS missing 7 x", "-ERR The bit argument must be 1 or 0.");
    c.check("BITPOS l x", NOT_AN_INTEGER);
    c.check("BITPOS k 1 x", NOT_AN_INTEGER);
    c.check("BITPOS k 1 0 x", NOT_AN_INTEGER);
    c.check("BITPOS k 1 0 x BIT", NOT_AN_INTEGER);
    c.check("BITPOS k 1 x 0 foo", NOT_AN_INTEGER);
    c.check("BITPOS k 1 0 x foo", SYNTAX);
    c.check("BITPOS k 1 0 0 foo", SYNTAX);
    c.check("BITPOS k 1 0 0 BIT 0", SYNTAX);
    c.check("BITPOS l 1", WRONG_TYPE);
    c.check("BITPOS l 1 0", WRONG_TYPE);
    c.check("BITPOS l 1 0 1 BIT", WRONG_TYPE);
    c.check("BITPOS k", "-ERR wrong number of arguments for 'bitpos' command");
    c.check_since_7_2("BITPOS missing 0 x", ":0", NOT_AN_INTEGER);
    c.check_since_7_2("BITPOS missing 1 0 0 foo", ":-1", SYNTAX);
    c.check_since_7_2("BITPOS l 1 x", WRONG_TYPE, NOT_AN_INTEGER);
    c.check_since_7_2("BITPOS l 1 0 0 BIT 0", WRONG_TYPE, SYNTAX);
}

facts! { data:
    setbit_answers_with_the_bit_before,
    setbit_changes_strings_of_any_kind,
    large_bitmaps_grow_where_they_are,
    getbit_of_what_is_not_there_is_zero,
    bits_and_offsets_are_checked_in_order,
    bitcount_counts_a_string_or_a_part,
    bitcount_counts_at_every_length,
    bitcount_checks_its_arguments,
    bitpos_finds_the_first_bit,
    bitpos_sees_zeros_behind_a_string_without_an_end,
    bitpos_finds_bits_at_every_distance,
    bitpos_checks_its_arguments,
}

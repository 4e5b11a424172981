//! Parts of strings: GETRANGE, SUBSTR and SETRANGE.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const TOO_LONG: &str = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn getrange_counts_from_either_end(c: &mut Script) {
    c.check("SET k 'Hello World'", "+OK");
    for (range, part) in [
        ("0 3", "Hell"),
        ("0 -1", "Hello World"),
        ("-4 -1", "orld"),
        ("5 3", ""),
        ("5 5000", " World"),
        ("-5000 10000", "Hello World"),
        ("0 0", "H"),
        ("10 10", "d"),
        ("11 11", ""),
        ("-1 -1", "d"),
        ("-1 -2", ""),
        ("0 -100", "H"),
        ("-100 0", "H"),
        ("-100 -100", "H"),
        ("-100 -101", ""),
        ("3 -3", "lo Wor"),
        ("-3 3", ""),
        ("-3 8", "r"),
        ("-9223372036854775808 9223372036854775807", "Hello World"),
        ("9223372036854775807 -1", ""),
    ] {
        c.check(&format!("GETRANGE k {range}"), &format!("\"{part}\""));
        c.check(&format!("SUBSTR k {range}"), &format!("\"{part}\""));
    }
}

fn getrange_of_nothing_is_the_empty_string(c: &mut Script) {
    c.check("GETRANGE k 0 -1", r#""""#);
    c.check("SUBSTR k 0 -1", r#""""#);
    c.check("SET k ''", "+OK");
    c.check("GETRANGE k 0 -1", r#""""#);
    c.check("GETRANGE k 0 0", r#""""#);
    c.check("GETRANGE k -1 -1", r#""""#);
    c.resp3();
    c.check("GETRANGE missing 0 -1", r#""""#);
}

fn getrange_reads_numbers_and_any_bytes(c: &mut Script) {
    c.check("SET k -12345", "+OK");
    c.check("GETRANGE k 0 2", r#""-12""#);
    c.check("GETRANGE k -2 -1", r#""45""#);
    c.check(r#"SET k "a\x00b\r\n""#, "+OK");
    c.check("GETRANGE k 1 3", r#""\x00b\r""#);
}

fn getrange_cuts_long_strings(c: &mut Script) {
    let numbers: Vec<String> = (0..20_000).map(|number| format!("{number:05}")).collect();
    let value = numbers.concat();
    c.check_arguments(&["SET", "k", &value], "+OK", "SET of 100000 digits");
    c.check("GETRANGE k 500 514", r#""001000010100102""#);
    c.check("GETRANGE k -5 -1", r#""19999""#);
    c.check_arguments(
        &["GETRANGE", "k", "1000", "60999"],
        &format!("\"{}\"", &value[1000..61_000]),
        "GETRANGE k 1000 60999 of 100000 digits",
    );
}

fn getrange_needs_two_integers(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    for command in ["GETRANGE", "SUBSTR"] {
        let lower = command.to_ascii_lowercase();
        let arity = format!("-ERR wrong number of arguments for '{lower}' command");
        c.check(&format!("{command} k 0"), &arity);
        c.check(&format!("{command} k 0 1 2"), &arity);
        c.check(&format!("{command} k a 1"), NOT_AN_INTEGER);
        c.check(&format!("{command} k 0 1.5"), NOT_AN_INTEGER);
        c.check(&format!("{command} l x 1"), NOT_AN_INTEGER);
        c.check(&format!("{command} k 0 9223372036854775808"), NOT_AN_INTEGER);
        c.check(&format!("{command} l 0 1"), WRONG_TYPE);
    }
}

fn setrange_overwrites_and_extends(c: &mut Script) {
    c.check("SET k 'Hello World'", "+OK");
    c.check("SETRANGE k 6 Redis", ":11");
    c.check("GET k", r#""Hello Redis""#);
    c.check("SETRANGE k 0 J", ":11");
    c.check("SETRANGE k 10 'sss!'", ":14");
    c.check("GET k", r#""Jello Redisss!""#);
    c.check("SETRANGE k 16 end", ":19");
    c.check("GET k", r#""Jello Redisss!\x00\x00end""#);
}

fn setrange_makes_a_key_with_a_gap(c: &mut Script) {
    c.check("SETRANGE k 3 abc", ":6");
    c.check("GET k", r#""\x00\x00\x00abc""#);
    c.check("TTL k", ":-1");
    c.check("SETRANGE n 0 12", ":2");
    c.check("INCR n", ":13");
    c.check("SETRANGE long 3000 x", ":3001");
    c.check("GETRANGE long 2999 -1", r#""\x00x""#);
    c.check("SETRANGE long 0 y", ":3001");
    c.check("GETRANGE long 0 1", r#""y\x00""#);
    c.check("STRLEN long", ":3001");
}

fn setrange_of_nothing_changes_nothing(c: &mut Script) {
    c.check("SETRANGE k 0 ''", ":0");
    c.check("SETRANGE k 100 ''", ":0");
    c.check("EXISTS k", ":0");
    c.check("SET k abc", "+OK");
    c.check("SETRANGE k 1 ''", ":3");
    c.check("SETRANGE k 100 ''", ":3");
    c.check("SETRANGE k 9223372036854775807 ''", ":3");
    c.check("GET k", r#""abc""#);
}

fn setrange_writes_into_numbers(c: &mut Script) {
    c.check("SET k 1234", "+OK");
    c.check("SETRANGE k 0 2", ":4");
    c.check("GET k", r#""2234""#);
    c.check("INCR k", ":2235");
    c.check("SETRANGE k 1 x", ":4");
    c.check("GET k", r#""2x35""#);
    c.check("SETRANGE k 5 9", ":6");
    c.check("GET k", r#""2x35\x009""#);
}

fn setrange_keeps_the_lifetime(c: &mut Script) {
    c.check("SET k abc EX 100", "+OK");
    c.check("SETRANGE k 1 X", ":3");
    c.check("TTL k", ":90..100");
}

fn setrange_refuses_what_is_out_of_range(c: &mut Script) {
    c.check("SETRANGE k -1 x", "-ERR offset is out of range");
    c.check("SETRANGE k -9223372036854775808 ''", "-ERR offset is out of range");
    c.check("SETRANGE k 536870912 x", TOO_LONG);
    c.check("SETRANGE k 536870909 abcd", TOO_LONG);
    c.check("SETRANGE k 9223372036854775807 x", TOO_LONG);
    c.check("EXISTS k", ":0");
    c.check("SET k abc", "+OK");
    c.check("SETRANGE k -1 x", "-ERR offset is out of range");
    c.check("SETRANGE k 536870912 x", TOO_LONG);
    c.check("SETRANGE k x y", NOT_AN_INTEGER);
    c.check("SETRANGE k 1.0 y", NOT_AN_INTEGER);
    c.check("SETRANGE k 9223372036854775808 y", NOT_AN_INTEGER);
    c.check("GET k", r#""abc""#);
}

fn setrange_is_for_strings(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    c.check("SETRANGE l 0 x", WRONG_TYPE);
    c.check("SETRANGE l 0 ''", WRONG_TYPE);
    c.check("SETRANGE l 536870912 x", WRONG_TYPE);
    c.check("SETRANGE l -1 x", "-ERR offset is out of range");
    c.check("SETRANGE l", "-ERR wrong number of arguments for 'setrange' command");
    c.check("SETRANGE l 0", "-ERR wrong number of arguments for 'setrange' command");
    c.check("SETRANGE l 0 x y", "-ERR wrong number of arguments for 'setrange' command");
}

facts! { data:
    getrange_counts_from_either_end,
    getrange_of_nothing_is_the_empty_string,
    getrange_reads_numbers_and_any_bytes,
    getrange_cuts_long_strings,
    getrange_needs_two_integers,
    setrange_overwrites_and_extends,
    setrange_makes_a_key_with_a_gap,
    setrange_of_nothing_changes_nothing,
    setrange_writes_into_numbers,
    setrange_keeps_the_lifetime,
    setrange_refuses_what_is_out_of_range,
    setrange_is_for_strings,
}

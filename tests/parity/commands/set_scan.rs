//! SSCAN: cursors, patterns, counts.

use crate::script::Script;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const EMPTY: &str = r#"["0", []]"#;

fn small_sets_come_at_once(c: &mut Script) {
    c.check("SADD i 1 2 3", ":3");
    for cursor in ["0", "5", "18446744073709551615"] {
        c.check(&format!("SSCAN i {cursor}"), r#"["0", unordered["1", "2", "3"]]"#);
    }
    c.check("SSCAN i 0 COUNT 1", r#"["0", unordered["1", "2", "3"]]"#);
    c.check("SADD s a b 3 ''", ":4");
    c.check("SSCAN missing 0", EMPTY);
    c.check("SSCAN missing 17", EMPTY);
    c.check_scan("SSCAN s CURSOR", r#"unordered["a", "b", "3", ""]"#);
    c.check_scan("SSCAN s CURSOR COUNT 1", r#"unordered["a", "b", "3", ""]"#);
    c.resp3();
    c.check("SSCAN i 0", r#"["0", unordered["1", "2", "3"]]"#);
    c.check("SSCAN missing 0", EMPTY);
}

fn large_sets_come_in_pieces(c: &mut Script) {
    let mut expected = Vec::new();
    for number in 0..1_000 {
        c.given(&format!("SADD s member:{number}"));
        expected.push(format!("\"member:{number}\""));
    }
    let expected = format!("unordered[{}]", expected.join(", "));
    c.check_scan("SSCAN s CURSOR", &expected);
    c.check_scan("SSCAN s CURSOR COUNT 1", &expected);
    c.check_scan("SSCAN s CURSOR COUNT 100", &expected);
    c.check_scan("SSCAN s CURSOR MATCH *", &expected);
    c.check("SSCAN s 0 COUNT 1000000", &format!(r#"["0", {expected}]"#));
    c.check("SSCAN s 0 COUNT 9223372036854775807", &format!(r#"["0", {expected}]"#));
    c.check_scan("SSCAN s CURSOR MATCH member:99?", &{
        let matching: Vec<String> = (990..1_000).map(|number| format!("\"member:{number}\"")).collect();
        format!("unordered[{}]", matching.join(", "))
    });
    c.check_scan("SSCAN s CURSOR MATCH nothing COUNT 50", "[]");
}

fn large_sets_of_integers_are_scanned_as_texts(c: &mut Script) {
    for number in 0..600 {
        c.given(&format!("SADD s {}", number * 1_000));
    }
    c.given("SADD s word");
    c.check_scan("SSCAN s CURSOR MATCH 5*00000 COUNT 20", r#"unordered["500000"]"#);
    c.check_scan("SSCAN s CURSOR MATCH [0w]*", r#"unordered["0", "word"]"#);
    c.check_scan("SSCAN s CURSOR MATCH 59?000", {
        r#"unordered["590000", "591000", "592000", "593000", "594000", "595000", "596000", "597000", "598000", "599000"]"#
    });
}

fn sscan_matches_patterns(c: &mut Script) {
    c.check("SADD s foo bar foobar 1 12 -1 'a*' '[x]'", ":8");
    for (pattern, members) in [
        ("*", r#"unordered["foo", "bar", "foobar", "1", "12", "-1", "a*", "[x]"]"#),
        ("**", r#"unordered["foo", "bar", "foobar", "1", "12", "-1", "a*", "[x]"]"#),
        ("foo*", r#"unordered["foo", "foobar"]"#),
        ("*bar", r#"unordered["bar", "foobar"]"#),
        ("1*", r#"unordered["1", "12"]"#),
        ("?1", r#"unordered["-1"]"#),
        ("??", r#"unordered["12", "-1", "a*"]"#),
        ("[bf]oo", r#"unordered["foo"]"#),
        ("[^f]*r", r#"unordered["bar"]"#),
        ("[0-9]", r#"unordered["1"]"#),
        (r"'a\*'", r#"unordered["a*"]"#),
        (r"'\[x\]'", r#"unordered["[x]"]"#),
        ("FOO", "[]"),
        ("''", "[]"),
    ] {
        c.check_scan(&format!("SSCAN s CURSOR MATCH {pattern}"), members);
    }
    c.check("SADD i 1 12 123 -1", ":4");
    c.check("SSCAN i 0 MATCH 12*", r#"["0", unordered["12", "123"]]"#);
    c.check("SSCAN i 0 MATCH -*", r#"["0", unordered["-1"]]"#);
    c.check("SSCAN i 0 match 1 MATCH 12", r#"["0", ["12"]]"#);
    c.check("SSCAN i 0 COUNT 5 match 1 count 7", r#"["0", ["1"]]"#);
}

fn cursors_are_numbers(c: &mut Script) {
    c.check("SADD i 1", ":1");
    for cursor in ["0", "007", "+5", "-1", "-0", "''", r#""5\x00x""#, "18446744073709551615"] {
        c.check(&format!("SSCAN i {cursor}"), r#"["0", ["1"]]"#);
    }
    for cursor in ["x", "1x", "' 1'", "'1 '", "-", "+", "++1", "--1", "0x10", "1.0", "18446744073709551616"] {
        c.check(&format!("SSCAN i {cursor}"), "-ERR invalid cursor");
        c.check(&format!("SSCAN missing {cursor}"), "-ERR invalid cursor");
        c.check(&format!("SCAN {cursor}"), "-ERR invalid cursor");
    }
}

fn scan_takes_the_same_cursors(c: &mut Script) {
    for cursor in ["0", "00", "+0", "-0", "''", r#""0\x00x""#, r#""\x00""#] {
        c.check(&format!("SCAN {cursor} COUNT 1000000"), r#"[.."", []]"#);
    }
}

fn sscan_reads_the_cursor_then_the_key_then_options(c: &mut Script) {
    c.check("SADD s a", ":1");
    for (options, error) in [
        ("COUNT", "-ERR syntax error"),
        ("MATCH", "-ERR syntax error"),
        ("COUNT 0", "-ERR syntax error"),
        ("COUNT -1", "-ERR syntax error"),
        ("COUNT x", "-ERR value is not an integer or out of range"),
        ("COUNT 1.5", "-ERR value is not an integer or out of range"),
        ("COUNT 9223372036854775808", "-ERR value is not an integer or out of range"),
        ("COUNT 0 COUNT x", "-ERR syntax error"),
        ("COUNT 5 MATCH", "-ERR syntax error"),
        ("TYPE set", "-ERR syntax error"),
        ("NOVALUES", "-ERR syntax error"),
        ("LIMIT 5", "-ERR syntax error"),
        ("'' ''", "-ERR syntax error"),
    ] {
        c.check(&format!("SSCAN s 0 {options}"), error);
        c.check(&format!("SSCAN missing 0 {options}"), EMPTY);
        c.check(&format!("SSCAN s x {options}"), "-ERR invalid cursor");
    }
    for make in ["SET k v", "RPUSH k a", "HSET k f v", "ZADD k 1 a"] {
        c.given("DEL k");
        c.given(make);
        c.check("SSCAN k 0", WRONG_TYPE);
        c.check("SSCAN k 0 COUNT x", WRONG_TYPE);
        c.check("SSCAN k x", "-ERR invalid cursor");
    }
    c.check("SSCAN s", "-ERR wrong number of arguments for 'sscan' command");
    c.check("SSCAN", "-ERR wrong number of arguments for 'sscan' command");
}

fn a_scan_with_removals_in_between_ends(c: &mut Script) {
    for number in 0..500 {
        c.given(&format!("SADD s member:{number}"));
    }
    c.check("SSCAN s 0 COUNT 10", r#"[.."", [.."", .."", ..]]"#);
    for number in 0..499 {
        c.given(&format!("SREM s member:{number}"));
    }
    c.check_scan("SSCAN s CURSOR", r#"["member:499"]"#);
}

facts! { data:
    small_sets_come_at_once,
    large_sets_come_in_pieces,
    large_sets_of_integers_are_scanned_as_texts,
    sscan_matches_patterns,
    cursors_are_numbers,
    scan_takes_the_same_cursors,
    sscan_reads_the_cursor_then_the_key_then_options,
    a_scan_with_removals_in_between_ends,
}

//! Hashes: random fields, and walks.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const SYNTAX_ERROR: &str = "-ERR syntax error";
const INVALID_CURSOR: &str = "-ERR invalid cursor";
const COUNT_OUT_OF_RANGE: &str =
    "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";

fn hrandfield_of_nothing(c: &mut Script) {
    c.check("HRANDFIELD missing", "nil");
    c.check("HRANDFIELD missing 0", "[]");
    c.check("HRANDFIELD missing 3", "[]");
    c.check("HRANDFIELD missing -3", "[]");
    c.check("HRANDFIELD missing 3 WITHVALUES", "[]");
    c.check("HRANDFIELD missing -3 WITHVALUES", "[]");
    c.resp3();
    c.check("HRANDFIELD missing", "_");
    c.check("HRANDFIELD missing 3", "[]");
    c.check("HRANDFIELD missing 3 WITHVALUES", "[]");
}

fn hrandfield_of_one_field(c: &mut Script) {
    c.check("HSET h f v", ":1");
    c.check("HRANDFIELD h", r#""f""#);
    c.check("HRANDFIELD h 0", "[]");
    c.check("HRANDFIELD h -0", NOT_AN_INTEGER);
    c.check("HRANDFIELD h 1", r#"["f"]"#);
    c.check("HRANDFIELD h 5", r#"["f"]"#);
    c.check("HRANDFIELD h -1", r#"["f"]"#);
    c.check("HRANDFIELD h -3", r#"["f", "f", "f"]"#);
    c.check("HRANDFIELD h 0 WITHVALUES", "[]");
    c.check("HRANDFIELD h 1 WITHVALUES", r#"["f", "v"]"#);
    c.check("HRANDFIELD h 5 withvalues", r#"["f", "v"]"#);
    c.check("HRANDFIELD h -2 WITHVALUES", r#"["f", "v", "f", "v"]"#);
    c.check("HRANDFIELD h 9223372036854775807", r#"["f"]"#);
    c.check("HRANDFIELD h 4611686018427387903 WITHVALUES", r#"["f", "v"]"#);
    c.resp3();
    c.check("HRANDFIELD h", r#""f""#);
    c.check("HRANDFIELD h 0", "[]");
    c.check("HRANDFIELD h 1", r#"["f"]"#);
    c.check("HRANDFIELD h -2", r#"["f", "f"]"#);
    c.check("HRANDFIELD h 0 WITHVALUES", "[]");
    c.check("HRANDFIELD h 1 WITHVALUES", r#"[["f", "v"]]"#);
    c.check("HRANDFIELD h 5 WITHVALUES", r#"[["f", "v"]]"#);
    c.check("HRANDFIELD h -2 WITHVALUES", r#"[["f", "v"], ["f", "v"]]"#);
}

fn hrandfield_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("HRANDFIELD", "-ERR wrong number of arguments for 'hrandfield' command");
    c.check("HRANDFIELD h x", NOT_AN_INTEGER);
    c.check("HRANDFIELD h ''", NOT_AN_INTEGER);
    c.check("HRANDFIELD h 1.5", NOT_AN_INTEGER);
    c.check("HRANDFIELD h 9223372036854775808", NOT_AN_INTEGER);
    c.check("HRANDFIELD h -9223372036854775809", NOT_AN_INTEGER);
    c.check("HRANDFIELD h -9223372036854775808", COUNT_OUT_OF_RANGE);
    c.check("HRANDFIELD h -9223372036854775807", "[]");
    c.check("HRANDFIELD h 1 x", SYNTAX_ERROR);
    c.check("HRANDFIELD h 1 WITHSCORES", SYNTAX_ERROR);
    c.check("HRANDFIELD h WITHVALUES", NOT_AN_INTEGER);
    c.check("HRANDFIELD h x y", NOT_AN_INTEGER);
    c.check("HRANDFIELD h 1 WITHVALUES x", SYNTAX_ERROR);
    c.check("HRANDFIELD h -9223372036854775808 WITHVALUES", COUNT_OUT_OF_RANGE);
    c.check("HRANDFIELD h -9223372036854775807 WITHVALUES", "-ERR value is out of range");
    c.check("HRANDFIELD h -4611686018427387904 WITHVALUES", "-ERR value is out of range");
    c.check("HRANDFIELD h 4611686018427387904 WITHVALUES", "-ERR value is out of range");
    c.check("HRANDFIELD h 9223372036854775807 WITHVALUES", "-ERR value is out of range");
    c.check("HRANDFIELD h 9223372036854775807 x", SYNTAX_ERROR);
}

fn hscan_of_a_small_hash_returns_all_at_once(c: &mut Script) {
    c.check("HSET h a 1 b 2 ab 3 12 4", ":4");
    c.check("HSCAN h 0", r#"["0", ["a", "1", "b", "2", "ab", "3", "12", "4"]]"#);
    c.check("HSCAN h 0 COUNT 1", r#"["0", ["a", "1", "b", "2", "ab", "3", "12", "4"]]"#);
    c.check("HSCAN h 0 MATCH *", r#"["0", ["a", "1", "b", "2", "ab", "3", "12", "4"]]"#);
    c.check("HSCAN h 0 MATCH a*", r#"["0", ["a", "1", "ab", "3"]]"#);
    c.check("HSCAN h 0 match ?", r#"["0", ["a", "1", "b", "2"]]"#);
    c.check("HSCAN h 0 MATCH 1*", r#"["0", ["12", "4"]]"#);
    c.check("HSCAN h 0 MATCH x", r#"["0", []]"#);
    c.check("HSCAN h 0 MATCH ''", r#"["0", []]"#);
    c.check("HSCAN h 0 MATCH a COUNT 5", r#"["0", ["a", "1"]]"#);
    c.check("HSCAN h 0 COUNT 5 MATCH [bc]", r#"["0", ["b", "2"]]"#);
    c.check("HSCAN h 0 MATCH a MATCH b", r#"["0", ["b", "2"]]"#);
    c.check("HSCAN h 0 MATCH 4", r#"["0", []]"#);
    c.check("HSCAN h 007", r#"["0", ["a", "1", "b", "2", "ab", "3", "12", "4"]]"#);
    c.resp3();
    c.check("HSCAN h 0", r#"["0", ["a", "1", "b", "2", "ab", "3", "12", "4"]]"#);
    c.check("HSCAN h 0 MATCH ab", r#"["0", ["ab", "3"]]"#);
}

fn hscan_of_nothing_is_the_end(c: &mut Script) {
    c.check("HSCAN missing 0", r#"["0", []]"#);
    c.check("HSCAN missing 17", r#"["0", []]"#);
    c.check("HSCAN missing 0 MATCH", r#"["0", []]"#);
    c.check("HSCAN missing 0 COUNT 0", r#"["0", []]"#);
    c.check("HSCAN missing 0 FOO BAR", r#"["0", []]"#);
    c.resp3();
    c.check("HSCAN missing 0", r#"["0", []]"#);
}

fn hscan_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("HSCAN", "-ERR wrong number of arguments for 'hscan' command");
    c.check("HSCAN h", "-ERR wrong number of arguments for 'hscan' command");
    c.check("HSET h f v", ":1");
    c.check("HSCAN h x", INVALID_CURSOR);
    c.check("HSCAN h ' 1'", INVALID_CURSOR);
    c.check("HSCAN h 1.5", INVALID_CURSOR);
    c.check("HSCAN h 18446744073709551616", INVALID_CURSOR);
    c.check("HSCAN missing x", INVALID_CURSOR);
    c.check("HSCAN h 0 FOO", SYNTAX_ERROR);
    c.check("HSCAN h 0 FOO BAR", SYNTAX_ERROR);
    c.check("HSCAN h 0 MATCH", SYNTAX_ERROR);
    c.check("HSCAN h 0 COUNT", SYNTAX_ERROR);
    c.check("HSCAN h 0 COUNT x", NOT_AN_INTEGER);
    c.check("HSCAN h 0 COUNT 0", SYNTAX_ERROR);
    c.check("HSCAN h 0 COUNT -1", SYNTAX_ERROR);
    c.check("HSCAN h 0 TYPE string", SYNTAX_ERROR);
    c.check("HSCAN h 0 NOVALUES", SYNTAX_ERROR);
    c.check("HSCAN h x COUNT 0", INVALID_CURSOR);
    c.check("HSCAN h 0 COUNT 0 MATCH", SYNTAX_ERROR);
}

facts! { data:
    hrandfield_of_nothing,
    hrandfield_of_one_field,
    hrandfield_refuses_what_it_cannot_read,
    hscan_of_a_small_hash_returns_all_at_once,
    hscan_of_nothing_is_the_end,
    hscan_refuses_what_it_cannot_read,
}

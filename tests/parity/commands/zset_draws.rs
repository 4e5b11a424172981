//! Sorted sets: the highest members, random ones, and walks.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const SYNTAX_ERROR: &str = "-ERR syntax error";
const INVALID_CURSOR: &str = "-ERR invalid cursor";
const MUST_BE_POSITIVE: &str = "-ERR value is out of range, must be positive";
const COUNT_OUT_OF_RANGE: &str =
    "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";

fn zpopmax_takes_the_highest_first(c: &mut Script) {
    c.check("ZADD z 3 c 1 a 2 b 2 bb", ":4");
    c.check("ZPOPMAX z", r#"["c", "3"]"#);
    c.check("ZPOPMAX z 2", r#"["bb", "2", "b", "2"]"#);
    c.check("ZPOPMAX z 0", "[]");
    c.check("ZPOPMAX z 10", r#"["a", "1"]"#);
    c.check("EXISTS z", ":0");
    c.check("ZPOPMAX z", "[]");
    c.check("ZPOPMAX missing 2", "[]");
}

fn zpopmax_of_equal_scores_goes_backwards_through_the_bytes(c: &mut Script) {
    c.check("ZADD z 1 b 1 a 1 c", ":3");
    c.check("ZPOPMAX z 2", r#"["c", "1", "b", "1"]"#);
    c.check("ZPOPMAX z 1", r#"["a", "1"]"#);
}

fn zpopmax_nests_pairs_in_resp3_where_a_count_is_given(c: &mut Script) {
    c.resp3();
    c.check("ZADD z 1 a 2 b 3.5 c", ":3");
    c.check("ZPOPMAX z", r#"["c", ,3.5]"#);
    c.check("ZPOPMAX z 0", "[]");
    c.check("ZPOPMAX z 1", r#"[["b", ,2]]"#);
    c.check("ZPOPMAX z 5", r#"[["a", ,1]]"#);
    c.check("ZPOPMAX z", "[]");
    c.check("ZPOPMAX z 1", "[]");
}

fn zpopmax_counts_upwards_from_zero(c: &mut Script) {
    c.check("ZADD z 1 a", ":1");
    c.check("ZPOPMAX z -1", MUST_BE_POSITIVE);
    c.check("ZPOPMAX z x", MUST_BE_POSITIVE);
    c.check("ZPOPMAX z 1.5", MUST_BE_POSITIVE);
    c.check("ZPOPMAX z 9223372036854775808", MUST_BE_POSITIVE);
    c.check("ZPOPMAX missing x", MUST_BE_POSITIVE);
    c.check("ZPOPMAX z 1 2", SYNTAX_ERROR);
    c.check("ZPOPMAX missing x 2", SYNTAX_ERROR);
    c.check("ZPOPMAX", "-ERR wrong number of arguments for 'zpopmax' command");
    c.check("ZPOPMIN z 9223372036854775807", r#"["a", "1"]"#);
    c.check("EXISTS z", ":0");
}

fn zrandmember_of_nothing(c: &mut Script) {
    c.check("ZRANDMEMBER missing", "nil");
    c.check("ZRANDMEMBER missing 0", "[]");
    c.check("ZRANDMEMBER missing 3", "[]");
    c.check("ZRANDMEMBER missing -3", "[]");
    c.check("ZRANDMEMBER missing 3 WITHSCORES", "[]");
    c.check("ZRANDMEMBER missing -3 WITHSCORES", "[]");
    c.resp3();
    c.check("ZRANDMEMBER missing", "_");
    c.check("ZRANDMEMBER missing 3 WITHSCORES", "[]");
}

fn zrandmember_of_one_member(c: &mut Script) {
    c.check("ZADD z 1.5 m", ":1");
    c.check("ZRANDMEMBER z", r#""m""#);
    c.check("ZRANDMEMBER z 0", "[]");
    c.check("ZRANDMEMBER z 1", r#"["m"]"#);
    c.check("ZRANDMEMBER z 5", r#"["m"]"#);
    c.check("ZRANDMEMBER z -1", r#"["m"]"#);
    c.check("ZRANDMEMBER z -3", r#"["m", "m", "m"]"#);
    c.check("ZRANDMEMBER z 0 WITHSCORES", "[]");
    c.check("ZRANDMEMBER z 1 WITHSCORES", r#"["m", "1.5"]"#);
    c.check("ZRANDMEMBER z 5 withscores", r#"["m", "1.5"]"#);
    c.check("ZRANDMEMBER z -2 WITHSCORES", r#"["m", "1.5", "m", "1.5"]"#);
    c.check("ZRANDMEMBER z 9223372036854775807", r#"["m"]"#);
    c.check("ZRANDMEMBER z 4611686018427387903 WITHSCORES", r#"["m", "1.5"]"#);
    c.resp3();
    c.check("ZRANDMEMBER z", r#""m""#);
    c.check("ZRANDMEMBER z 1", r#"["m"]"#);
    c.check("ZRANDMEMBER z -2", r#"["m", "m"]"#);
    c.check("ZRANDMEMBER z 0 WITHSCORES", "[]");
    c.check("ZRANDMEMBER z 1 WITHSCORES", r#"[["m", ,1.5]]"#);
    c.check("ZRANDMEMBER z -2 WITHSCORES", r#"[["m", ,1.5], ["m", ,1.5]]"#);
}

fn zrandmember_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("ZRANDMEMBER", "-ERR wrong number of arguments for 'zrandmember' command");
    c.check("ZRANDMEMBER z x", NOT_AN_INTEGER);
    c.check("ZRANDMEMBER z ''", NOT_AN_INTEGER);
    c.check("ZRANDMEMBER z 9223372036854775808", NOT_AN_INTEGER);
    c.check("ZRANDMEMBER z -9223372036854775808", COUNT_OUT_OF_RANGE);
    c.check("ZRANDMEMBER z -9223372036854775807", "[]");
    c.check("ZRANDMEMBER z 1 x", SYNTAX_ERROR);
    c.check("ZRANDMEMBER z 1 WITHVALUES", SYNTAX_ERROR);
    c.check("ZRANDMEMBER z WITHSCORES", NOT_AN_INTEGER);
    c.check("ZRANDMEMBER z x y", NOT_AN_INTEGER);
    c.check("ZRANDMEMBER z 1 WITHSCORES x", SYNTAX_ERROR);
    c.check("ZRANDMEMBER z -9223372036854775808 WITHSCORES", COUNT_OUT_OF_RANGE);
    c.check("ZRANDMEMBER z -9223372036854775807 WITHSCORES", "-ERR value is out of range");
    c.check("ZRANDMEMBER z -4611686018427387904 WITHSCORES", "-ERR value is out of range");
    c.check("ZRANDMEMBER z 4611686018427387904 WITHSCORES", "-ERR value is out of range");
}

fn zscan_of_a_small_set_returns_all_at_once(c: &mut Script) {
    c.check("ZADD z 1 a 2.5 b 3 ab 4 12 inf x -inf y", ":6");
    c.check("ZSCAN z 0", r#"["0", ["y", "-inf", "a", "1", "b", "2.5", "ab", "3", "12", "4", "x", "inf"]]"#);
    c.check(
        "ZSCAN z 0 COUNT 1",
        r#"["0", ["y", "-inf", "a", "1", "b", "2.5", "ab", "3", "12", "4", "x", "inf"]]"#,
    );
    c.check(
        "ZSCAN z 0 MATCH *",
        r#"["0", ["y", "-inf", "a", "1", "b", "2.5", "ab", "3", "12", "4", "x", "inf"]]"#,
    );
    c.check("ZSCAN z 0 MATCH a*", r#"["0", ["a", "1", "ab", "3"]]"#);
    c.check("ZSCAN z 0 match ?", r#"["0", ["y", "-inf", "a", "1", "b", "2.5", "x", "inf"]]"#);
    c.check("ZSCAN z 0 MATCH 1*", r#"["0", ["12", "4"]]"#);
    c.check("ZSCAN z 0 MATCH none", r#"["0", []]"#);
    c.check("ZSCAN z 0 MATCH 3", r#"["0", []]"#);
    c.check("ZSCAN z 0 COUNT 5 MATCH [bc]", r#"["0", ["b", "2.5"]]"#);
    c.check("ZSCAN z 17", r#"["0", ["y", "-inf", "a", "1", "b", "2.5", "ab", "3", "12", "4", "x", "inf"]]"#);
    c.resp3();
    c.check("ZSCAN z 0", r#"["0", ["y", "-inf", "a", "1", "b", "2.5", "ab", "3", "12", "4", "x", "inf"]]"#);
    c.check("ZSCAN z 0 MATCH b", r#"["0", ["b", "2.5"]]"#);
}

fn zscan_of_nothing_is_the_end(c: &mut Script) {
    c.check("ZSCAN missing 0", r#"["0", []]"#);
    c.check("ZSCAN missing 17", r#"["0", []]"#);
    c.check("ZSCAN missing 0 MATCH", r#"["0", []]"#);
    c.check("ZSCAN missing 0 COUNT 0", r#"["0", []]"#);
    c.check("ZSCAN missing 0 FOO BAR", r#"["0", []]"#);
}

fn zscan_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("ZSCAN", "-ERR wrong number of arguments for 'zscan' command");
    c.check("ZSCAN z", "-ERR wrong number of arguments for 'zscan' command");
    c.check("ZADD z 1 a", ":1");
    c.check("ZSCAN z x", INVALID_CURSOR);
    c.check("ZSCAN z ' 1'", INVALID_CURSOR);
    c.check("ZSCAN z 18446744073709551616", INVALID_CURSOR);
    c.check("ZSCAN missing x", INVALID_CURSOR);
    c.check("ZSCAN z 0 FOO", SYNTAX_ERROR);
    c.check("ZSCAN z 0 FOO BAR", SYNTAX_ERROR);
    c.check("ZSCAN z 0 MATCH", SYNTAX_ERROR);
    c.check("ZSCAN z 0 COUNT", SYNTAX_ERROR);
    c.check("ZSCAN z 0 COUNT x", NOT_AN_INTEGER);
    c.check("ZSCAN z 0 COUNT 0", SYNTAX_ERROR);
    c.check("ZSCAN z 0 COUNT -1", SYNTAX_ERROR);
    c.check("ZSCAN z 0 TYPE string", SYNTAX_ERROR);
    c.check("ZSCAN z x COUNT 0", INVALID_CURSOR);
}

fn zrandmember_draws_different_members_or_any(c: &mut Script) {
    const TWO_OF_THREE: &str = r#"unordered["a", "b"] | unordered["a", "c"] | unordered["b", "c"]"#;
    c.check("ZADD z 1 a 2 b 3 c", ":3");
    for _ in 0..10 {
        c.check("ZRANDMEMBER z", r#""a" | "b" | "c""#);
        c.check("ZRANDMEMBER z 2", TWO_OF_THREE);
        c.check("ZRANDMEMBER z 3", r#"unordered["a", "b", "c"]"#);
        c.check("ZRANDMEMBER z 4", r#"unordered["a", "b", "c"]"#);
        c.check("ZRANDMEMBER z -2", r#"["a" | "b" | "c", "a" | "b" | "c"]"#);
        c.check("ZRANDMEMBER z 1 WITHSCORES", r#"["a", "1"] | ["b", "2"] | ["c", "3"]"#);
        c.check("ZRANDMEMBER z 3 WITHSCORES", r#"unordered["a", "1", "b", "2", "c", "3"]"#);
        c.check("ZRANDMEMBER z -1 WITHSCORES", r#"["a", "1"] | ["b", "2"] | ["c", "3"]"#);
    }
    c.resp3();
    for _ in 0..10 {
        c.check("ZRANDMEMBER z 2", TWO_OF_THREE);
        c.check("ZRANDMEMBER z 1 WITHSCORES", r#"[["a", ,1] | ["b", ,2] | ["c", ,3]]"#);
        c.check("ZRANDMEMBER z 9 WITHSCORES", r#"unordered[["a", ,1], ["b", ,2], ["c", ,3]]"#);
        c.check("ZRANDMEMBER z -1 WITHSCORES", r#"[["a", ,1] | ["b", ,2] | ["c", ,3]]"#);
    }
}

facts! { data:
    zpopmax_takes_the_highest_first,
    zpopmax_of_equal_scores_goes_backwards_through_the_bytes,
    zpopmax_nests_pairs_in_resp3_where_a_count_is_given,
    zpopmax_counts_upwards_from_zero,
    zrandmember_of_nothing,
    zrandmember_of_one_member,
    zrandmember_refuses_what_it_cannot_read,
    zscan_of_a_small_set_returns_all_at_once,
    zscan_of_nothing_is_the_end,
    zscan_refuses_what_it_cannot_read,
    zrandmember_draws_different_members_or_any,
}

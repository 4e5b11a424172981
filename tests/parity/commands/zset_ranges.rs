//! Sorted sets: ranges of indexes and scores, from either side.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const SYNTAX_ERROR: &str = "-ERR syntax error";
const NO_SCORE_RANGE: &str = "-ERR min or max is not a float";
const NO_NAME_RANGE: &str = "-ERR min or max not valid string range item";
const NO_LIMIT_BY_INDEX: &str =
    "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";

fn zrange_by_score_selects_between_two_scores(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 2.5 c 3 d inf e -inf f", ":6");
    c.check("ZRANGE z 1 3 BYSCORE", r#"["a", "b", "c", "d"]"#);
    c.check("ZRANGE z (1 3 BYSCORE", r#"["b", "c", "d"]"#);
    c.check("ZRANGE z 1 (3 BYSCORE", r#"["a", "b", "c"]"#);
    c.check("ZRANGE z (1 (3 BYSCORE", r#"["b", "c"]"#);
    c.check("ZRANGE z -inf +inf byscore", r#"["f", "a", "b", "c", "d", "e"]"#);
    c.check("ZRANGE z (-inf (+inf BYSCORE", r#"["a", "b", "c", "d"]"#);
    c.check("ZRANGE z -inf 0 BYSCORE", r#"["f"]"#);
    c.check("ZRANGE z 3 1 BYSCORE", "[]");
    c.check("ZRANGE z (2 2 BYSCORE", "[]");
    c.check("ZRANGE z 2 (2 BYSCORE", "[]");
    c.check("ZRANGE z 2 2 BYSCORE", r#"["b"]"#);
    c.check("ZRANGE z 10 20 BYSCORE", "[]");
    c.check("ZRANGE z inf inf BYSCORE", r#"["e"]"#);
    c.check("ZRANGE z 1e0 0x3 BYSCORE", r#"["a", "b", "c", "d"]"#);
    c.check("ZRANGE z '' 2 BYSCORE", r#"["a", "b"]"#);
    c.check("ZRANGE z 1 3 BYSCORE WITHSCORES", r#"["a", "1", "b", "2", "c", "2.5", "d", "3"]"#);
    c.check("ZRANGE z 3 1 BYSCORE REV", r#"["d", "c", "b", "a"]"#);
    c.check("ZRANGE z (3 (1 BYSCORE REV WITHSCORES", r#"["c", "2.5", "b", "2"]"#);
    c.check("ZRANGE z +inf -inf REV BYSCORE LIMIT 1 2", r#"["d", "c"]"#);
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 1 2 WITHSCORES", r#"["a", "1", "b", "2"]"#);
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 0 0", "[]");
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 2 -1", r#"["b", "c", "d", "e"]"#);
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 2 -9", r#"["b", "c", "d", "e"]"#);
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT -1 2", "[]");
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 6 1", "[]");
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 5 10", r#"["e"]"#);
    c.check("ZRANGE z -inf +inf BYSCORE LIMIT 0 1 LIMIT 1 1", r#"["a"]"#);
    c.check("ZRANGE missing 1 3 BYSCORE", "[]");
    c.resp3();
    c.check("ZRANGE z 1 3 BYSCORE WITHSCORES", r#"[["a", ,1], ["b", ,2], ["c", ,2.5], ["d", ,3]]"#);
    c.check("ZRANGE z inf 3 BYSCORE REV WITHSCORES", r#"[["e", ,inf], ["d", ,3]]"#);
    c.check("ZRANGE missing 1 3 BYSCORE WITHSCORES", "[]");
}

fn zrange_options_exclude_each_other(c: &mut Script) {
    c.check("ZRANGE z 0 1 BYSCORE BYLEX", SYNTAX_ERROR);
    c.check("ZRANGE z 0 1 BYSCORE BYSCORE", SYNTAX_ERROR);
    c.check("ZRANGE z - + BYLEX BYSCORE", SYNTAX_ERROR);
    c.check("ZRANGE z 0 1 REV REV", SYNTAX_ERROR);
    c.check("ZRANGE z 0 1 WITHSCORES WITHSCORES", "[]");
    c.check(
        "ZRANGE z - + BYLEX WITHSCORES",
        "-ERR syntax error, WITHSCORES not supported in combination with BYLEX",
    );
    c.check("ZRANGE z 0 1 LIMIT 1 2", NO_LIMIT_BY_INDEX);
    c.check("ZRANGE z 0 1 REV LIMIT 1 2", NO_LIMIT_BY_INDEX);
    c.check("ZRANGE z 0 1 LIMIT 1 -1", "[]");
    c.check("ZRANGE z 0 1 LIMIT x 1", NOT_AN_INTEGER);
    c.check("ZRANGE z 0 1 BYSCORE LIMIT 0 x", NOT_AN_INTEGER);
    c.check("ZRANGE z 0 1 BYSCORE LIMIT", SYNTAX_ERROR);
    c.check("ZRANGE z 0 1 BYSCORE LIMIT 0", SYNTAX_ERROR);
    c.check("ZRANGE z x 1 BYSCORE", NO_SCORE_RANGE);
    c.check("ZRANGE z 1 x BYSCORE", NO_SCORE_RANGE);
    c.check("ZRANGE z nan 1 BYSCORE", NO_SCORE_RANGE);
    c.check("ZRANGE z [1 2 BYSCORE", NO_SCORE_RANGE);
    c.check("ZRANGE z ((1 2 BYSCORE", NO_SCORE_RANGE);
    c.check("ZRANGE z '1 ' 2 BYSCORE", NO_SCORE_RANGE);
    c.check("ZRANGE z a + BYLEX", NO_NAME_RANGE);
    c.check("ZRANGE z - b BYLEX", NO_NAME_RANGE);
    c.check("ZRANGE z '' + BYLEX", NO_NAME_RANGE);
    c.check("ZRANGE z -a + BYLEX", NO_NAME_RANGE);
    c.check("ZRANGE z - ++ BYLEX", NO_NAME_RANGE);
    c.check("ZRANGE z 0", "-ERR wrong number of arguments for 'zrange' command");
    c.check("ZRANGE z", "-ERR wrong number of arguments for 'zrange' command");
}

fn zrevrange_shows_the_highest_first(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d", ":4");
    c.check("ZREVRANGE z 0 -1", r#"["d", "c", "b", "a"]"#);
    c.check("ZREVRANGE z 0 0", r#"["d"]"#);
    c.check("ZREVRANGE z 1 2", r#"["c", "b"]"#);
    c.check("ZREVRANGE z -2 -1", r#"["b", "a"]"#);
    c.check("ZREVRANGE z -100 1", r#"["d", "c"]"#);
    c.check("ZREVRANGE z 2 100", r#"["b", "a"]"#);
    c.check("ZREVRANGE z 2 1", "[]");
    c.check("ZREVRANGE z 4 5", "[]");
    c.check("ZREVRANGE z 0 1 WITHSCORES", r#"["d", "4", "c", "3"]"#);
    c.check("ZREVRANGE z 0 1 withscores WITHSCORES", r#"["d", "4", "c", "3"]"#);
    c.check("ZREVRANGE z 0 1 LIMIT 1 -1", r#"["d", "c"]"#);
    c.check("ZREVRANGE z -9223372036854775808 9223372036854775807", r#"["d", "c", "b", "a"]"#);
    c.check("ZREVRANGE missing 0 -1", "[]");
    c.check("ZREVRANGE missing 0 -1 WITHSCORES", "[]");
    c.resp3();
    c.check("ZREVRANGE z 0 1", r#"["d", "c"]"#);
    c.check("ZREVRANGE z 0 1 WITHSCORES", r#"[["d", ,4], ["c", ,3]]"#);
}

fn zrevrange_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("ZREVRANGE z 0", "-ERR wrong number of arguments for 'zrevrange' command");
    c.check("ZREVRANGE z x 1", NOT_AN_INTEGER);
    c.check("ZREVRANGE z 0 1.5", NOT_AN_INTEGER);
    c.check("ZREVRANGE z 0 9223372036854775808", NOT_AN_INTEGER);
    c.check("ZREVRANGE z 0 1 REV", SYNTAX_ERROR);
    c.check("ZREVRANGE z 0 1 BYSCORE", SYNTAX_ERROR);
    c.check("ZREVRANGE z 0 1 BYLEX", SYNTAX_ERROR);
    c.check("ZREVRANGE z 0 1 FOO", SYNTAX_ERROR);
    c.check("ZREVRANGE z 0 1 LIMIT 0 1", NO_LIMIT_BY_INDEX);
    c.check("ZREVRANGE z 0 1 LIMIT 0", SYNTAX_ERROR);
    c.check("ZREVRANGE z x 1 FOO", SYNTAX_ERROR);
}

fn zrangebyscore_selects_between_two_scores(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d 5 e", ":5");
    c.check("ZRANGEBYSCORE z 2 4", r#"["b", "c", "d"]"#);
    c.check("ZRANGEBYSCORE z (2 4", r#"["c", "d"]"#);
    c.check("ZRANGEBYSCORE z 2 (4", r#"["b", "c"]"#);
    c.check("ZRANGEBYSCORE z (2 (4", r#"["c"]"#);
    c.check("ZRANGEBYSCORE z -inf +inf", r#"["a", "b", "c", "d", "e"]"#);
    c.check("ZRANGEBYSCORE z -inf (3", r#"["a", "b"]"#);
    c.check("ZRANGEBYSCORE z 4 2", "[]");
    c.check("ZRANGEBYSCORE z (3 3", "[]");
    c.check("ZRANGEBYSCORE z 6 inf", "[]");
    c.check("ZRANGEBYSCORE z 2 4 WITHSCORES", r#"["b", "2", "c", "3", "d", "4"]"#);
    c.check("ZRANGEBYSCORE z 1 5 LIMIT 1 2", r#"["b", "c"]"#);
    c.check("ZRANGEBYSCORE z 1 5 LIMIT 1 2 WITHSCORES", r#"["b", "2", "c", "3"]"#);
    c.check("ZRANGEBYSCORE z 1 5 WITHSCORES LIMIT 3 -1", r#"["d", "4", "e", "5"]"#);
    c.check("ZRANGEBYSCORE z 1 5 limit 0 0", "[]");
    c.check("ZRANGEBYSCORE z 1 5 LIMIT -1 5", "[]");
    c.check("ZRANGEBYSCORE z 1 5 LIMIT 5 1", "[]");
    c.check("ZRANGEBYSCORE z 1 5 LIMIT 9223372036854775807 9223372036854775807", "[]");
    c.check("ZRANGEBYSCORE z 1 5 LIMIT 4 9223372036854775807", r#"["e"]"#);
    c.check("ZRANGEBYSCORE missing 1 5 WITHSCORES", "[]");
    c.resp3();
    c.check("ZRANGEBYSCORE z 2 3", r#"["b", "c"]"#);
    c.check("ZRANGEBYSCORE z 2 3 WITHSCORES", r#"[["b", ,2], ["c", ,3]]"#);
    c.check("ZRANGEBYSCORE missing 1 5", "[]");
}

fn zrevrangebyscore_takes_the_higher_end_first(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d 5 e", ":5");
    c.check("ZREVRANGEBYSCORE z 4 2", r#"["d", "c", "b"]"#);
    c.check("ZREVRANGEBYSCORE z (4 2", r#"["c", "b"]"#);
    c.check("ZREVRANGEBYSCORE z 4 (2", r#"["d", "c"]"#);
    c.check("ZREVRANGEBYSCORE z (4 (2", r#"["c"]"#);
    c.check("ZREVRANGEBYSCORE z +inf -inf", r#"["e", "d", "c", "b", "a"]"#);
    c.check("ZREVRANGEBYSCORE z 2 4", "[]");
    c.check("ZREVRANGEBYSCORE z 3 3", r#"["c"]"#);
    c.check("ZREVRANGEBYSCORE z 0 -5", "[]");
    c.check("ZREVRANGEBYSCORE z 4 2 WITHSCORES", r#"["d", "4", "c", "3", "b", "2"]"#);
    c.check("ZREVRANGEBYSCORE z 5 1 LIMIT 1 2", r#"["d", "c"]"#);
    c.check("ZREVRANGEBYSCORE z 5 1 LIMIT 3 10 WITHSCORES", r#"["b", "2", "a", "1"]"#);
    c.check("ZREVRANGEBYSCORE z 5 1 LIMIT -1 10", "[]");
    c.check("ZREVRANGEBYSCORE z 5 1 LIMIT 0 -3", r#"["e", "d", "c", "b", "a"]"#);
    c.check("ZREVRANGEBYSCORE missing 5 1", "[]");
    c.resp3();
    c.check("ZREVRANGEBYSCORE z 3 2 WITHSCORES", r#"[["c", ,3], ["b", ,2]]"#);
}

fn ranges_by_score_refuse_what_they_cannot_read(c: &mut Script) {
    c.check("ZRANGEBYSCORE z 1", "-ERR wrong number of arguments for 'zrangebyscore' command");
    c.check("ZRANGEBYSCORE z x 1", NO_SCORE_RANGE);
    c.check("ZRANGEBYSCORE z 1 x", NO_SCORE_RANGE);
    c.check("ZRANGEBYSCORE z (x 1", NO_SCORE_RANGE);
    c.check("ZRANGEBYSCORE z nan 1", NO_SCORE_RANGE);
    c.check("ZRANGEBYSCORE z 1 NaN", NO_SCORE_RANGE);
    c.check("ZRANGEBYSCORE z 1 2 REV", SYNTAX_ERROR);
    c.check("ZRANGEBYSCORE z 1 2 BYSCORE", SYNTAX_ERROR);
    c.check("ZRANGEBYSCORE z 1 2 FOO", SYNTAX_ERROR);
    c.check("ZRANGEBYSCORE z 1 2 LIMIT 0", SYNTAX_ERROR);
    c.check("ZRANGEBYSCORE z 1 2 LIMIT x 1", NOT_AN_INTEGER);
    c.check("ZRANGEBYSCORE z 1 2 LIMIT 0 x", NOT_AN_INTEGER);
    c.check("ZRANGEBYSCORE z 1 2 WITHSCORES LIMIT", SYNTAX_ERROR);
    c.check("ZRANGEBYSCORE z x y FOO", SYNTAX_ERROR);
    c.check("ZREVRANGEBYSCORE z 1", "-ERR wrong number of arguments for 'zrevrangebyscore' command");
    c.check("ZREVRANGEBYSCORE z x 1", NO_SCORE_RANGE);
    c.check("ZREVRANGEBYSCORE z 1 2 REV", SYNTAX_ERROR);
    c.check("ZREVRANGEBYSCORE z 2 1 LIMIT 1", SYNTAX_ERROR);
}

facts! { data:
    zrange_by_score_selects_between_two_scores,
    zrange_options_exclude_each_other,
    zrevrange_shows_the_highest_first,
    zrevrange_refuses_what_it_cannot_read,
    zrangebyscore_selects_between_two_scores,
    zrevrangebyscore_takes_the_higher_end_first,
    ranges_by_score_refuse_what_they_cannot_read,
}

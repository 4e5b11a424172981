//! Unions, intersections and differences of sorted sets, stored ranges, pops from several.

use crate::script::Script;

fn unions_add_scores_up(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.check("ZUNION 1 {k}a", r#"["a", "b", "c", "d"]"#);
    c.check("ZUNION 2 {k}a {k}b", r#"["a", "d", "b", "c", "e"]"#);
    c.check("ZUNION 2 {k}a {k}b WITHSCORES", r#"["a", "1", "d", "4", "b", "12", "c", "23", "e", "30"]"#);
    c.check(
        "ZUNION 3 {k}a {k}b {k}none WITHSCORES",
        r#"["a", "1", "d", "4", "b", "12", "c", "23", "e", "30"]"#,
    );
    c.check("ZUNION 2 {k}a {k}a WITHSCORES", r#"["a", "2", "b", "4", "c", "6", "d", "8"]"#);
    c.check("ZUNION 2 {k}a {k}s WITHSCORES", r#"["a", "1", "z", "1", "b", "3", "c", "4", "d", "4"]"#);
    c.check("ZUNION 1 {k}s WITHSCORES", r#"["b", "1", "c", "1", "z", "1"]"#);
    c.check("ZUNION 1 {k}none", "[]");
    c.check("ZUNION 1 {k}none WITHSCORES", "[]");
    c.check(
        "ZUNION 2 {k}a {k}b WEIGHTS 2 3 WITHSCORES",
        r#"["a", "2", "d", "8", "b", "34", "c", "66", "e", "90"]"#,
    );
    c.check(
        "ZUNION 2 {k}a {k}b weights 0.5 -1 aggregate max withscores",
        r#"["e", "-30", "a", "0.5", "b", "1", "c", "1.5", "d", "2"]"#,
    );
    c.check(
        "ZUNION 2 {k}a {k}b AGGREGATE MIN WITHSCORES",
        r#"["a", "1", "b", "2", "c", "3", "d", "4", "e", "30"]"#,
    );
    c.check(
        "ZUNION 2 {k}a {k}b AGGREGATE MAX WITHSCORES",
        r#"["a", "1", "d", "4", "b", "10", "c", "20", "e", "30"]"#,
    );
    c.check(
        "ZUNION 2 {k}a {k}b AGGREGATE SUM WITHSCORES",
        r#"["a", "1", "d", "4", "b", "12", "c", "23", "e", "30"]"#,
    );
    c.check(
        "ZUNION 2 {k}a {k}b AGGREGATE MIN AGGREGATE MAX WEIGHTS 1 1 WEIGHTS 1 2 WITHSCORES WITHSCORES",
        r#"["a", "1", "d", "4", "b", "20", "c", "40", "e", "60"]"#,
    );
    c.resp3();
    c.check("ZUNION 2 {k}a {k}b", r#"["a", "d", "b", "c", "e"]"#);
    c.check("ZUNION 2 {k}a {k}b WITHSCORES", r#"[["a", ,1], ["d", ,4], ["b", ,12], ["c", ,23], ["e", ,30]]"#);
    c.check("ZUNION 1 {k}none WITHSCORES", "[]");
}

fn intersections_have_what_all_have(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.check("ZINTER 2 {k}a {k}b", r#"["b", "c"]"#);
    c.check("ZINTER 2 {k}a {k}b WITHSCORES", r#"["b", "12", "c", "23"]"#);
    c.check("ZINTER 3 {k}a {k}b {k}c WITHSCORES", r#"["c", "28"]"#);
    c.check("ZINTER 3 {k}a {k}s {k}b WEIGHTS 1 100 10 WITHSCORES", r#"["b", "202", "c", "303"]"#);
    c.check("ZINTER 2 {k}b {k}a WEIGHTS 2 3 AGGREGATE MIN WITHSCORES", r#"["b", "6", "c", "9"]"#);
    c.check("ZINTER 2 {k}b {k}a WEIGHTS 2 3 AGGREGATE MAX WITHSCORES", r#"["b", "20", "c", "40"]"#);
    c.check("ZINTER 2 {k}a {k}a WITHSCORES", r#"["a", "2", "b", "4", "c", "6", "d", "8"]"#);
    c.check("ZINTER 2 {k}a {k}none WITHSCORES", "[]");
    c.check("ZINTER 1 {k}a", r#"["a", "b", "c", "d"]"#);
    c.resp3();
    c.check("ZINTER 2 {k}a {k}b WITHSCORES", r#"[["b", ,12], ["c", ,23]]"#);
    c.check("ZINTER 2 {k}a {k}none", "[]");
}

fn differences_keep_the_scores_of_the_first(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.check("ZDIFF 1 {k}a WITHSCORES", r#"["a", "1", "b", "2", "c", "3", "d", "4"]"#);
    c.check("ZDIFF 2 {k}a {k}b", r#"["a", "d"]"#);
    c.check("ZDIFF 2 {k}a {k}b WITHSCORES", r#"["a", "1", "d", "4"]"#);
    c.check("ZDIFF 3 {k}a {k}b {k}c WITHSCORES", r#"["a", "1", "d", "4"]"#);
    c.check("ZDIFF 2 {k}a {k}s WITHSCORES", r#"["a", "1", "d", "4"]"#);
    c.check("ZDIFF 2 {k}s {k}a WITHSCORES", r#"["z", "1"]"#);
    c.check("ZDIFF 2 {k}a {k}a", "[]");
    c.check("ZDIFF 3 {k}a {k}b {k}a", "[]");
    c.check("ZDIFF 2 {k}none {k}a", "[]");
    c.check("ZDIFF 2 {k}a {k}none", r#"["a", "b", "c", "d"]"#);
    c.resp3();
    c.check("ZDIFF 2 {k}a {k}b WITHSCORES", r#"[["a", ,1], ["d", ,4]]"#);
    c.check("ZDIFF 2 {k}a {k}a WITHSCORES", "[]");
}

fn stores_replace_the_destination(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.check("SET {k}dst v EX 100", "+OK");
    c.check("ZUNIONSTORE {k}dst 2 {k}a {k}b", ":5");
    c.check("TTL {k}dst", ":-1");
    c.check("ZRANGE {k}dst 0 -1 WITHSCORES", r#"["a", "1", "d", "4", "b", "12", "c", "23", "e", "30"]"#);
    c.check("ZINTERSTORE {k}dst 2 {k}a {k}b WEIGHTS 2 3 AGGREGATE MAX", ":2");
    c.check("ZRANGE {k}dst 0 -1 WITHSCORES", r#"["b", "30", "c", "60"]"#);
    c.check("ZDIFFSTORE {k}dst 2 {k}a {k}b", ":2");
    c.check("ZRANGE {k}dst 0 -1 WITHSCORES", r#"["a", "1", "d", "4"]"#);
    c.check("ZUNIONSTORE {k}dst 2 {k}s {k}a AGGREGATE MIN", ":5");
    c.check("ZRANGE {k}dst 0 -1 WITHSCORES", r#"["a", "1", "b", "1", "c", "1", "z", "1", "d", "4"]"#);
    c.check("ZUNIONSTORE {k}a 2 {k}a {k}b", ":5");
    c.check("ZRANGE {k}a 0 -1 WITHSCORES", r#"["a", "1", "d", "4", "b", "12", "c", "23", "e", "30"]"#);
    c.check("ZINTERSTORE {k}a 1 {k}a WEIGHTS 2", ":5");
    c.check("ZRANGE {k}a 0 -1 WITHSCORES", r#"["a", "2", "d", "8", "b", "24", "c", "46", "e", "60"]"#);
    c.check("ZDIFFSTORE {k}a 2 {k}a {k}b", ":2");
    c.check("ZRANGE {k}a 0 -1 WITHSCORES", r#"["a", "2", "d", "8"]"#);
    c.check("OBJECT ENCODING {k}a", r#""listpack""#);
}

fn an_empty_result_leaves_no_destination(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.check("SET {k}dst v", "+OK");
    c.check("ZINTERSTORE {k}dst 2 {k}a {k}none", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("SET {k}dst v", "+OK");
    c.check("ZUNIONSTORE {k}dst 1 {k}none", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("SET {k}dst v", "+OK");
    c.check("ZDIFFSTORE {k}dst 2 {k}a {k}a", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("ZDIFFSTORE {k}dst 1 {k}none", ":0");
}

fn infinities_never_make_a_nan(c: &mut Script) {
    c.check("ZADD {k}a inf m", ":1");
    c.check("ZADD {k}b -inf m", ":1");
    c.check("ZUNION 2 {k}a {k}b WITHSCORES", r#"["m", "0"]"#);
    c.check("ZINTER 2 {k}a {k}b WITHSCORES", r#"["m", "0"]"#);
    c.check("ZUNION 2 {k}a {k}b WEIGHTS 0 1 WITHSCORES", r#"["m", "-inf"]"#);
    c.check("ZINTER 2 {k}a {k}b WEIGHTS 1 0 WITHSCORES", r#"["m", "0"]"#);
    c.check("ZINTER 2 {k}a {k}b WEIGHTS 1 0 AGGREGATE MIN WITHSCORES", r#"["m", "inf"]"#);
    c.check("ZINTER 2 {k}a {k}b WEIGHTS 1 0 AGGREGATE MAX WITHSCORES", r#"["m", "inf"]"#);
    c.check("ZUNION 2 {k}a {k}b WEIGHTS inf inf WITHSCORES", r#"["m", "0"]"#);
    c.check("ZUNION 2 {k}a {k}b WEIGHTS 0 0 WITHSCORES", r#"["m", "0"]"#);
    c.check("ZUNIONSTORE {k}dst 2 {k}a {k}b", ":1");
    c.check("ZSCORE {k}dst m", r#""0""#);
}

fn errors_come_in_redis_order(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.given("SET {k}str v");
    c.given("RPUSH {k}list a");
    c.check("ZUNION 0 {k}a", "-ERR at least 1 input key is needed for 'zunion' command");
    c.check("ZUNION -1 {k}a", "-ERR at least 1 input key is needed for 'zunion' command");
    c.check("ZUNION x {k}a", "-ERR value is not an integer or out of range");
    c.check("ZUNION 3 {k}a {k}b", "-ERR syntax error");
    c.check("ZUNION 9223372036854775807 {k}a", "-ERR syntax error");
    c.check("ZUNION 1 {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZUNION 2 {k}none {k}list", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZUNION 1 {k}str FOO", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZUNION 1 {k}a FOO", "-ERR syntax error");
    c.check("ZUNION 2 {k}a {k}b WEIGHTS 1", "-ERR syntax error");
    c.check("ZUNION 1 {k}a WEIGHTS x", "-ERR weight value is not a float");
    c.check("ZUNION 1 {k}a WEIGHTS nan", "-ERR weight value is not a float");
    c.check("ZUNION 1 {k}a WEIGHTS", "-ERR syntax error");
    c.check("ZUNION 1 {k}a AGGREGATE", "-ERR syntax error");
    c.check("ZUNION 1 {k}a AGGREGATE AVG", "-ERR syntax error");
    c.check("ZUNION 1 {k}a LIMIT 1", "-ERR syntax error");
    c.check("ZINTER 0 {k}a", "-ERR at least 1 input key is needed for 'zinter' command");
    c.check("ZINTER 1 {k}a WITHSCORES FOO", "-ERR syntax error");
    c.check("ZINTER 1 {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZDIFF 0 {k}a", "-ERR at least 1 input key is needed for 'zdiff' command");
    c.check("ZDIFF 1 {k}a WEIGHTS 1", "-ERR syntax error");
    c.check("ZDIFF 1 {k}a AGGREGATE MIN", "-ERR syntax error");
    c.check("ZDIFF 2 {k}a {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZUNIONSTORE {k}dst 0 {k}a", "-ERR at least 1 input key is needed for 'zunionstore' command");
    c.check("ZINTERSTORE {k}dst 0 {k}a", "-ERR at least 1 input key is needed for 'zinterstore' command");
    c.check("ZDIFFSTORE {k}dst 0 {k}a", "-ERR at least 1 input key is needed for 'zdiffstore' command");
    c.check("ZUNIONSTORE {k}dst 1 {k}a WITHSCORES", "-ERR syntax error");
    c.check("ZDIFFSTORE {k}dst 1 {k}a WEIGHTS 1", "-ERR syntax error");
    c.check(
        "ZINTERSTORE {k}dst 2 {k}a {k}str",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("ZUNIONSTORE {k}dst x {k}a", "-ERR value is not an integer or out of range");
    c.check("ZUNIONSTORE {k}dst 2 {k}a", "-ERR syntax error");
    c.check("ZINTERCARD 0 {k}a", "-ERR at least 1 input key is needed for 'zintercard' command");
    c.check("ZINTERCARD 1 {k}a LIMIT x", "-ERR LIMIT can't be negative");
    c.check("ZINTERCARD 1 {k}a LIMIT -1", "-ERR LIMIT can't be negative");
    c.check("ZINTERCARD 1 {k}a LIMIT", "-ERR syntax error");
    c.check("ZINTERCARD 1 {k}a WITHSCORES", "-ERR syntax error");
    c.check("ZINTERCARD 1 {k}a WEIGHTS 1", "-ERR syntax error");
    c.check("ZINTERCARD 2 {k}a {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check(
        "ZINTERCARD 1 {k}str LIMIT x",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("ZUNION 1", "-ERR wrong number of arguments for 'zunion' command");
    c.check("ZUNIONSTORE {k}dst 1", "-ERR wrong number of arguments for 'zunionstore' command");
    c.check("ZINTERCARD 1", "-ERR wrong number of arguments for 'zintercard' command");
    c.check("EXISTS {k}dst", ":0");
}

fn zintercard_counts_up_to_a_limit(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}b 10 b 20 c 30 e", ":3");
    c.check("ZADD {k}c 5 c 6 x", ":2");
    c.check("SADD {k}s b c z", ":3");
    c.check("ZINTERCARD 1 {k}a", ":4");
    c.check("ZINTERCARD 2 {k}a {k}b", ":2");
    c.check("ZINTERCARD 2 {k}a {k}b LIMIT 1", ":1");
    c.check("ZINTERCARD 2 {k}a {k}b LIMIT 0", ":2");
    c.check("ZINTERCARD 2 {k}a {k}b limit 10", ":2");
    c.check("ZINTERCARD 3 {k}a {k}b {k}s", ":2");
    c.check("ZINTERCARD 2 {k}a {k}none", ":0");
    c.check("ZINTERCARD 2 {k}s {k}s LIMIT 2", ":2");
}

fn zrangestore_keeps_a_range(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c 4 d", ":4");
    c.check("ZADD {k}l 0 a 0 b 0 c 0 d", ":4");
    c.check("SET {k}dst v", "+OK");
    c.check("ZRANGESTORE {k}dst {k}a 1 2", ":2");
    c.check("ZRANGE {k}dst 0 -1 WITHSCORES", r#"["b", "2", "c", "3"]"#);
    c.check("ZRANGESTORE {k}dst {k}a 0 1 REV", ":2");
    c.check("ZRANGE {k}dst 0 -1 WITHSCORES", r#"["c", "3", "d", "4"]"#);
    c.check("ZRANGESTORE {k}dst {k}a (1 3 BYSCORE", ":2");
    c.check("ZRANGE {k}dst 0 -1", r#"["b", "c"]"#);
    c.check("ZRANGESTORE {k}dst {k}a 4 -inf BYSCORE REV LIMIT 1 2", ":2");
    c.check("ZRANGE {k}dst 0 -1", r#"["b", "c"]"#);
    c.check("ZRANGESTORE {k}dst {k}l [b (d BYLEX", ":2");
    c.check("ZRANGE {k}dst 0 -1", r#"["b", "c"]"#);
    c.check("ZRANGESTORE {k}dst {k}a -inf +inf BYSCORE LIMIT 0 0", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("ZRANGESTORE {k}a {k}a 0 1", ":2");
    c.check("ZRANGE {k}a 0 -1 WITHSCORES", r#"["a", "1", "b", "2"]"#);
    c.check("ZRANGESTORE {k}a {k}none 0 -1", ":0");
    c.check("EXISTS {k}a", ":0");
    c.check("SET {k}str v", "+OK");
    c.check(
        "ZRANGESTORE {k}dst {k}str 0 -1",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("ZRANGESTORE {k}dst {k}l 0 -1 WITHSCORES", "-ERR syntax error");
    c.check(
        "ZRANGESTORE {k}dst {k}l 0 -1 LIMIT 0 1",
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
    c.check("ZRANGESTORE {k}dst {k}l a b", "-ERR value is not an integer or out of range");
    c.check("ZRANGESTORE {k}dst {k}l a b BYLEX", "-ERR min or max not valid string range item");
    c.check("ZRANGESTORE {k}dst {k}l a b BYSCORE", "-ERR min or max is not a float");
    c.check("ZRANGESTORE {k}dst {k}l 0 -1 WITHSCORES LIMIT a b", "-ERR syntax error");
    c.check("ZRANGESTORE {k}dst {k}l 0 -1 FOO", "-ERR syntax error");
    c.check("ZRANGESTORE {k}dst {k}l 0", "-ERR wrong number of arguments for 'zrangestore' command");
}

fn zmpop_takes_from_the_first_that_has_members(c: &mut Script) {
    c.check("ZADD {k}a 1 a 2 b 3 c", ":3");
    c.check("ZADD {k}b 1.5 x", ":1");
    c.check("ZMPOP 1 {k}a MIN", r#"["{k}a", [["a", "1"]]]"#);
    c.check("ZMPOP 2 {k}none {k}a MAX COUNT 5", r#"["{k}a", [["c", "3"], ["b", "2"]]]"#);
    c.check("EXISTS {k}a", ":0");
    c.check("ZMPOP 2 {k}a {k}b min count 1", r#"["{k}b", [["x", "1.5"]]]"#);
    c.check("ZMPOP 2 {k}a {k}b MIN", "nil[]");
    c.check("ZADD {k}a 1 a 2 b 3 c", ":3");
    c.check("ZMPOP 1 {k}a MAX COUNT 2", r#"["{k}a", [["c", "3"], ["b", "2"]]]"#);
    c.check("SET {k}str v", "+OK");
    c.check("ZMPOP 1 {k}str MIN", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check(
        "ZMPOP 2 {k}none {k}str MIN",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("ZMPOP 2 {k}a {k}str MIN", r#"["{k}a", [["a", "1"]]]"#);
    c.check("ZMPOP 0 {k}a MIN", "-ERR numkeys should be greater than 0");
    c.check("ZMPOP x {k}a MIN", "-ERR numkeys should be greater than 0");
    c.check("ZMPOP 1 {k}a LEFT", "-ERR syntax error");
    c.check("ZMPOP 2 {k}a {k}MIN", "-ERR syntax error");
    c.check("ZMPOP 3 {k}a {k}b {k}MIN", "-ERR syntax error");
    c.check("ZMPOP 1 {k}a MIN COUNT 0", "-ERR count should be greater than 0");
    c.check("ZMPOP 1 {k}a MIN COUNT -1", "-ERR count should be greater than 0");
    c.check("ZMPOP 1 {k}a MIN COUNT x", "-ERR count should be greater than 0");
    c.check("ZMPOP 1 {k}a MIN COUNT", "-ERR syntax error");
    c.check("ZMPOP 1 {k}a MIN COUNT 1 COUNT 1", "-ERR syntax error");
    c.check("ZMPOP 9223372036854775807 {k}a MIN", "-ERR syntax error");
    c.check("ZMPOP 1 {k}a", "-ERR wrong number of arguments for 'zmpop' command");
    c.resp3();
    c.check("ZADD {k}a 1 a 2.5 b", ":2");
    c.check("ZMPOP 1 {k}a MIN COUNT 2", r#"["{k}a", [["a", ,1], ["b", ,2.5]]]"#);
    c.check("ZMPOP 1 {k}a MIN", "_");
}

facts! { data:
    unions_add_scores_up,
    intersections_have_what_all_have,
    differences_keep_the_scores_of_the_first,
    stores_replace_the_destination,
    an_empty_result_leaves_no_destination,
    infinities_never_make_a_nan,
    errors_come_in_redis_order,
    zintercard_counts_up_to_a_limit,
    zrangestore_keeps_a_range,
    zmpop_takes_from_the_first_that_has_members,
}

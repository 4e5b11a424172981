//! ZADD with each of its options, and which scores are scores.

use crate::script::Script;

fn zadd_counts_new_members(c: &mut Script) {
    c.check("ZADD z 1 a", ":1");
    c.check("ZADD z 1 a 2 b 3 c", ":2");
    c.check("ZADD z 5 a", ":0");
    c.check("ZADD z 1 d 2 d", ":1");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["b", "2", "d", "2", "c", "3", "a", "5"]"#);
}

fn zadd_ch_counts_changes_too(c: &mut Script) {
    c.check("ZADD z CH 1 a", ":1");
    c.check("ZADD z CH 1 a", ":0");
    c.check("ZADD z CH 2 a 3 b", ":2");
    c.check("ZADD z ch XX 4 a 5 new", ":1");
}

fn zadd_nx_only_adds(c: &mut Script) {
    c.check("ZADD z 1 a", ":1");
    c.check("ZADD z NX 2 a 3 b", ":1");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["a", "1", "b", "3"]"#);
    c.check("ZADD z NX CH 9 a", ":0");
}

fn zadd_xx_only_updates(c: &mut Script) {
    c.check("ZADD z XX 1 a", ":0");
    c.check("EXISTS z", ":0");
    c.check("ZADD z 1 a", ":1");
    c.check("ZADD z XX 2 a 3 b", ":0");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["a", "2"]"#);
}

fn zadd_gt_and_lt_move_one_way(c: &mut Script) {
    c.check("ZADD z 5 a", ":1");
    c.check("ZADD z GT CH 4 a", ":0");
    c.check("ZADD z GT CH 6 a", ":1");
    c.check("ZADD z LT CH 7 a", ":0");
    c.check("ZADD z LT CH 3 a", ":1");
    c.check("ZSCORE z a", r#""3""#);
    c.check("ZADD z GT 1 new", ":1");
    c.check("ZADD z LT 1 newer", ":1");
    c.check("ZADD z XX GT 9 a 9 newest", ":0");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["new", "1", "newer", "1", "a", "9"]"#);
}

fn zadd_incr_returns_the_new_score(c: &mut Script) {
    c.check("ZADD z INCR 5 a", r#""5""#);
    c.check("ZADD z INCR 2.5 a", r#""7.5""#);
    c.check("ZADD z INCR -10 a", r#""-2.5""#);
    c.check("ZADD z NX INCR 1 a", "nil");
    c.check("ZADD z XX INCR 1 b", "nil");
    c.check("ZADD z GT INCR -1 a", "nil");
    c.check("ZADD z LT INCR 1 a", "nil");
    c.check("ZADD z XX LT INCR -1 a", r#""-3.5""#);
    c.resp3();
    c.check("ZADD z INCR 1 a", ",-2.5");
    c.check("ZADD z NX INCR 1 a", "_");
}

fn zadd_incr_takes_one_pair(c: &mut Script) {
    c.check("ZADD z INCR 1 a 2 b", "-ERR INCR option supports a single increment-element pair");
    c.check("EXISTS z", ":0");
}

fn zadd_refuses_options_that_exclude_each_other(c: &mut Script) {
    const GT_LT_NX: &str = "-ERR GT, LT, and/or NX options at the same time are not compatible";
    c.check("ZADD z NX XX 1 a", "-ERR XX and NX options at the same time are not compatible");
    c.check("ZADD z NX GT 1 a", GT_LT_NX);
    c.check("ZADD z LT NX 1 a", GT_LT_NX);
    c.check("ZADD z GT LT 1 a", GT_LT_NX);
    c.check("EXISTS z", ":0");
}

fn zadd_needs_pairs(c: &mut Script) {
    c.check("ZADD z", "-ERR wrong number of arguments for 'zadd' command");
    c.check("ZADD z 1", "-ERR wrong number of arguments for 'zadd' command");
    c.check("ZADD z 1 a 2", "-ERR syntax error");
    c.check("ZADD z NX 1", "-ERR syntax error");
    c.check("ZADD z NX XX", "-ERR syntax error");
    c.check("ZADD z 1 a NX 2 b", "-ERR syntax error");
    c.check("ZADD z CH CH", "-ERR syntax error");
}

fn zadd_refuses_what_is_no_number_and_changes_nothing(c: &mut Script) {
    for score in ["x", "''", "1x", "' 1'", "nan", "NaN", "1,5", "0x", "1e", "--1", "infin"] {
        c.check(&format!("ZADD z 1 a {score} b"), "-ERR value is not a valid float");
    }
    c.check(r#"ZADD z "1\x00" b"#, "-ERR value is not a valid float");
    c.check("ZADD z INCR x a", "-ERR value is not a valid float");
    c.check("EXISTS z", ":0");
}

fn zadd_takes_infinities_and_no_sum_of_both(c: &mut Script) {
    c.check("ZADD z inf a -inf b +inf c Infinity d", ":4");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["b", "-inf", "a", "inf", "c", "inf", "d", "inf"]"#);
    c.check("ZADD z INCR -inf a", "-ERR resulting score is not a number (NaN)");
    c.check("ZADD z INCR -1 a", r#""inf""#);
    c.check("ZSCORE z a", r#""inf""#);
}

fn scores_are_written_with_the_digits_that_they_need(c: &mut Script) {
    for (score, on_7_0, on_7_2) in [
        ("1", "1", "1"),
        ("1.0", "1", "1"),
        ("+1", "1", "1"),
        ("-0", "0", "0"),
        ("0.1", "0.10000000000000001", "0.1"),
        ("3.14", "3.1400000000000001", "3.14"),
        ("-2.5", "-2.5", "-2.5"),
        ("1e3", "1000", "1000"),
        ("1e16", "10000000000000000", "10000000000000000"),
        ("1e17", "1e+17", "100000000000000000"),
        ("1e21", "1e+21", "1e+21"),
        ("1e-5", "1.0000000000000001e-05", "0.00001"),
        ("1e-7", "9.9999999999999995e-08", "1e-7"),
        ("1.5e-9", "1.5e-09", "1.5e-9"),
        ("123456789012345678", "1.2345678901234568e+17", "123456789012345680"),
        ("9007199254740993", "9007199254740992", "9007199254740992"),
        ("-9223372036854775808", "-9.2233720368547758e+18", "-9223372036854776000"),
        ("1.7976931348623157e308", "1.7976931348623157e+308", "1.7976931348623157e+308"),
        ("5e-324", "4.9406564584124654e-324", "5e-324"),
        ("0x10", "16", "16"),
        (".5", "0.5", "0.5"),
        ("5.", "5", "5"),
        ("007", "7", "7"),
    ] {
        c.given("DEL z");
        c.check(&format!("ZADD z {score} m"), ":1");
        c.check_since_7_2("ZSCORE z m", &format!("\"{on_7_0}\""), &format!("\"{on_7_2}\""));
    }
}

facts! { data:
    zadd_counts_new_members,
    zadd_ch_counts_changes_too,
    zadd_nx_only_adds,
    zadd_xx_only_updates,
    zadd_gt_and_lt_move_one_way,
    zadd_incr_returns_the_new_score,
    zadd_incr_takes_one_pair,
    zadd_refuses_options_that_exclude_each_other,
    zadd_needs_pairs,
    zadd_refuses_what_is_no_number_and_changes_nothing,
    zadd_takes_infinities_and_no_sum_of_both,
    scores_are_written_with_the_digits_that_they_need,
}

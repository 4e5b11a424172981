//! Sorted sets: reading by rank and member, popping the lowest.

use crate::script::Script;

fn zscore_is_text_and_a_double_in_resp3(c: &mut Script) {
    c.check("ZADD z 1.5 a inf b -inf c 3 d", ":4");
    c.check("ZSCORE z a", r#""1.5""#);
    c.check("ZSCORE z b", r#""inf""#);
    c.check("ZSCORE z c", r#""-inf""#);
    c.check("ZSCORE z x", "nil");
    c.check("ZSCORE missing a", "nil");
    c.resp3();
    c.check("ZSCORE z a", ",1.5");
    c.check("ZSCORE z b", ",inf");
    c.check("ZSCORE z c", ",-inf");
    c.check("ZSCORE z d", ",3");
    c.check("ZSCORE z x", "_");
    c.check("ZSCORE missing a", "_");
}

fn equal_scores_are_ordered_by_bytes(c: &mut Script) {
    c.check(r#"ZADD z 0 b 0 B 0 a 0 aa 0 "" 0 "\xff" 0 10 0 9 -0 c"#, ":9");
    c.check("ZRANGE z 0 -1", r#"["", "10", "9", "B", "a", "aa", "b", "c", "\xff"]"#);
}

fn zrange_counts_ranks_from_both_ends(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d", ":4");
    for (range, members) in [
        ("0 0", r#"["a"]"#),
        ("1 2", r#"["b", "c"]"#),
        ("-2 -1", r#"["c", "d"]"#),
        ("0 100", r#"["a", "b", "c", "d"]"#),
        ("-100 0", r#"["a"]"#),
        ("2 1", "[]"),
        ("4 5", "[]"),
        ("0 0 REV", r#"["d"]"#),
        ("0 -1 rev", r#"["d", "c", "b", "a"]"#),
        ("1 2 REV WITHSCORES", r#"["c", "3", "b", "2"]"#),
        ("0 1 WITHSCORES REV", r#"["d", "4", "c", "3"]"#),
        ("-1 -1 withscores", r#"["d", "4"]"#),
    ] {
        c.check(&format!("ZRANGE z {range}"), members);
    }
    c.check("ZRANGE missing 0 -1", "[]");
    c.check("ZRANGE missing 0 -1 WITHSCORES", "[]");
}

fn zrange_with_scores_nests_pairs_in_resp3(c: &mut Script) {
    c.check("ZADD z 1 a 2.5 b", ":2");
    c.resp3();
    c.check("ZRANGE z 0 -1", r#"["a", "b"]"#);
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"[["a", ,1], ["b", ,2.5]]"#);
    c.check("ZRANGE z 0 -1 REV WITHSCORES", r#"[["b", ,2.5], ["a", ,1]]"#);
    c.check("ZRANGE missing 0 -1 WITHSCORES", "[]");
}

fn zrange_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("ZRANGE z a 1", "-ERR value is not an integer or out of range");
    c.check("ZRANGE z 0 1.5", "-ERR value is not an integer or out of range");
    c.check("ZRANGE z 0 1 FOO", "-ERR syntax error");
    c.check("ZRANGE z 0 1 LIMIT 0", "-ERR syntax error");
    c.check(
        "ZRANGE z 0 1 LIMIT 0 1",
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
}

fn zpopmin_takes_the_lowest_first(c: &mut Script) {
    c.check("ZADD z 3 c 1 a 2 b", ":3");
    c.check("ZPOPMIN z", r#"["a", "1"]"#);
    c.check("ZPOPMIN z 10", r#"["b", "2", "c", "3"]"#);
    c.check("EXISTS z", ":0");
    c.check("ZPOPMIN z", "[]");
    c.check("ZPOPMIN z 2", "[]");
}

fn zpopmin_of_equal_scores_follows_the_bytes(c: &mut Script) {
    c.check("ZADD z 1 b 1 a 1 c", ":3");
    c.check("ZPOPMIN z 2", r#"["a", "1", "b", "1"]"#);
    c.check("ZPOPMIN z 0", "[]");
    c.check("ZPOPMIN z 1", r#"["c", "1"]"#);
}

fn zpopmin_nests_pairs_in_resp3_where_a_count_is_given(c: &mut Script) {
    c.resp3();
    c.check("ZADD z 1 a 2 b 3.5 c", ":3");
    c.check("ZPOPMIN z", r#"["a", ,1]"#);
    c.check("ZPOPMIN z 1", r#"[["b", ,2]]"#);
    c.check("ZPOPMIN z 5", r#"[["c", ,3.5]]"#);
    c.check("ZPOPMIN z", "[]");
    c.check("ZPOPMIN z 1", "[]");
}

fn zpopmin_counts_upwards_from_zero(c: &mut Script) {
    c.check("ZADD z 1 a", ":1");
    c.check("ZPOPMIN z -1", "-ERR value is out of range, must be positive");
    c.check("ZPOPMIN z x", "-ERR value is out of range, must be positive");
    c.check("ZPOPMIN missing x", "-ERR value is out of range, must be positive");
    c.check("ZPOPMIN z 1 2", "-ERR syntax error");
    c.check("ZSCORE z a", r#""1""#);
}

fn large_sorted_sets_stay_in_order(c: &mut Script) {
    let mut expected = Vec::new();
    for number in 0..600 {
        let score = (number * 7919) % 600;
        c.given(&format!("ZADD z {score} member:{score:03}"));
    }
    for number in 0..600 {
        expected.push(format!("\"member:{number:03}\""));
    }
    c.check("ZRANGE z 0 -1", &format!("[{}]", expected.join(", ")));
    expected.reverse();
    c.check("ZRANGE z 0 -1 REV", &format!("[{}]", expected.join(", ")));
    c.check("ZADD z 1000 member:000", ":0");
    c.check("ZRANGE z -1 -1 WITHSCORES", r#"["member:000", "1000"]"#);
    c.check("ZRANGE z 299 300", r#"["member:300", "member:301"]"#);
    c.check("ZPOPMIN z 2", r#"["member:001", "1", "member:002", "2"]"#);
}

fn sorted_set_commands_count_their_arguments(c: &mut Script) {
    for (command, name) in
        [("ZSCORE z", "zscore"), ("ZSCORE z a b", "zscore"), ("ZRANGE z 0", "zrange"), ("ZPOPMIN", "zpopmin")]
    {
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
}

facts! { data:
    zscore_is_text_and_a_double_in_resp3,
    equal_scores_are_ordered_by_bytes,
    zrange_counts_ranks_from_both_ends,
    zrange_with_scores_nests_pairs_in_resp3,
    zrange_refuses_what_it_cannot_read,
    zpopmin_takes_the_lowest_first,
    zpopmin_of_equal_scores_follows_the_bytes,
    zpopmin_nests_pairs_in_resp3_where_a_count_is_given,
    zpopmin_counts_upwards_from_zero,
    large_sorted_sets_stay_in_order,
    sorted_set_commands_count_their_arguments,
}

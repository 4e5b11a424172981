//! Elements of a list by index and by value: LINDEX, LPOS.

use crate::script::Script;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const RANK_ZERO: &str = "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative \
                         to start from the end of the list";

fn lindex_counts_from_both_ends(c: &mut Script) {
    c.check(r#"RPUSH l a 12 "" "\x00\xff" e"#, ":5");
    for (index, element) in [
        ("0", r#""a""#),
        ("1", r#""12""#),
        ("2", r#""""#),
        ("3", r#""\x00\xff""#),
        ("4", r#""e""#),
        ("-1", r#""e""#),
        ("-2", r#""\x00\xff""#),
        ("-5", r#""a""#),
        ("5", "nil"),
        ("-6", "nil"),
        ("9223372036854775807", "nil"),
        ("-9223372036854775808", "nil"),
    ] {
        c.check(&format!("LINDEX l {index}"), element);
    }
    c.check("LINDEX missing 0", "nil");
    c.resp3();
    c.check("LINDEX l -4", r#""12""#);
    c.check("LINDEX l 5", "_");
    c.check("LINDEX missing 0", "_");
}

fn lindex_looks_at_its_index_last(c: &mut Script) {
    c.check("LINDEX missing x", "nil");
    c.check("RPUSH l a", ":1");
    for index in ["x", "1.0", "''", "00", "+0", "9223372036854775808", "-9223372036854775809"] {
        c.check(&format!("LINDEX l {index}"), NOT_AN_INTEGER);
    }
    c.check("SET s v", "+OK");
    c.check("LINDEX s 0", WRONG_TYPE);
    c.check("LINDEX s x", WRONG_TYPE);
    c.check("LINDEX l", "-ERR wrong number of arguments for 'lindex' command");
    c.check("LINDEX l 0 1", "-ERR wrong number of arguments for 'lindex' command");
    c.check("LINDEX", "-ERR wrong number of arguments for 'lindex' command");
}

fn lindex_reaches_into_long_lists(c: &mut Script) {
    for number in 0..1_000 {
        c.given(&format!("RPUSH l element:with:some:length:{number}"));
    }
    for index in [0, 1, 250, 499, 500, 501, 750, 998, 999] {
        c.check(&format!("LINDEX l {index}"), &format!(r#""element:with:some:length:{index}""#));
        let from_end = i64::from(index) - 1_000;
        c.check(&format!("LINDEX l {from_end}"), &format!(r#""element:with:some:length:{index}""#));
    }
    c.check("LINDEX l 1000", "nil");
    c.check("LINDEX l -1001", "nil");
}

/// a b c 1 2 3 c c b
fn nine_elements(c: &mut Script) {
    c.given("RPUSH l a b c 1 2 3 c c b");
}

fn lpos_finds_the_first_one(c: &mut Script) {
    nine_elements(c);
    c.check("LPOS l a", ":0");
    c.check("LPOS l c", ":2");
    c.check("LPOS l 3", ":5");
    c.check("LPOS l 03", "nil");
    c.check("LPOS l C", "nil");
    c.check("LPOS l ''", "nil");
    c.check("LPOS missing c", "nil");
    c.resp3();
    c.check("LPOS l c", ":2");
    c.check("LPOS l z", "_");
    c.check("LPOS missing c", "_");
}

fn lpos_rank_passes_over_matches(c: &mut Script) {
    nine_elements(c);
    for (rank, position) in [
        ("1", ":2"),
        ("2", ":6"),
        ("3", ":7"),
        ("4", "nil"),
        ("-1", ":7"),
        ("-2", ":6"),
        ("-3", ":2"),
        ("-4", "nil"),
        ("9223372036854775807", "nil"),
        ("-9223372036854775807", "nil"),
        ("1 RANK 2", ":6"),
        ("-1 RANK 1", ":2"),
    ] {
        c.check(&format!("LPOS l c RANK {rank}"), position);
    }
    c.check("LPOS l b rank -1", ":8");
    c.check("LPOS l b Rank -2", ":1");
}

fn lpos_count_returns_an_array(c: &mut Script) {
    nine_elements(c);
    for (count, positions) in [
        ("0", "[:2, :6, :7]"),
        ("1", "[:2]"),
        ("2", "[:2, :6]"),
        ("3", "[:2, :6, :7]"),
        ("4", "[:2, :6, :7]"),
        ("9223372036854775807", "[:2, :6, :7]"),
        ("0 RANK 2", "[:6, :7]"),
        ("0 RANK 4", "[]"),
        ("0 RANK -1", "[:7, :6, :2]"),
        ("2 RANK -1", "[:7, :6]"),
        ("2 RANK -2", "[:6, :2]"),
        ("5 RANK -3", "[:2]"),
        ("5 RANK -4", "[]"),
        ("1 COUNT 2", "[:2, :6]"),
    ] {
        c.check(&format!("LPOS l c COUNT {count}"), positions);
    }
    c.check("LPOS l z COUNT 0", "[]");
    c.check("LPOS missing c COUNT 0", "[]");
    c.check("LPOS missing c COUNT 1", "[]");
    c.resp3();
    c.check("LPOS l c COUNT 2", "[:2, :6]");
    c.check("LPOS l z COUNT 2", "[]");
    c.check("LPOS missing c COUNT 2", "[]");
}

fn lpos_maxlen_limits_the_comparisons(c: &mut Script) {
    nine_elements(c);
    for (options, reply) in [
        ("MAXLEN 0", ":2"),
        ("MAXLEN 1", "nil"),
        ("MAXLEN 2", "nil"),
        ("MAXLEN 3", ":2"),
        ("MAXLEN 9223372036854775807", ":2"),
        ("MAXLEN 7 RANK 2", ":6"),
        ("MAXLEN 6 RANK 2", "nil"),
        ("MAXLEN 1 RANK -1", "nil"),
        ("MAXLEN 2 RANK -1", ":7"),
        ("MAXLEN 2 RANK -2", "nil"),
        ("MAXLEN 3 COUNT 0", "[:2]"),
        ("MAXLEN 7 COUNT 0", "[:2, :6]"),
        ("MAXLEN 2 COUNT 0", "[]"),
        ("COUNT 0 MAXLEN 3 RANK -1", "[:7, :6]"),
        ("RANK -1 MAXLEN 7 COUNT 3", "[:7, :6, :2]"),
        ("COUNT 1 MAXLEN 0 RANK 3", "[:7]"),
        ("maxlen 3 count 1", "[:2]"),
        ("MAXLEN 1 MAXLEN 3", ":2"),
    ] {
        c.check(&format!("LPOS l c {options}"), reply);
    }
}

fn lpos_reads_all_options_first(c: &mut Script) {
    c.check("RPUSH l c", ":1");
    c.check("SET s v", "+OK");
    for key in ["l", "s", "missing"] {
        for (options, error) in [
            ("RANK 0", RANK_ZERO),
            ("RANK x", NOT_AN_INTEGER),
            ("RANK 1.5", NOT_AN_INTEGER),
            ("RANK 9223372036854775808", NOT_AN_INTEGER),
            ("COUNT -1", "-ERR COUNT can't be negative"),
            ("COUNT x", "-ERR COUNT can't be negative"),
            ("COUNT ''", "-ERR COUNT can't be negative"),
            ("COUNT 9223372036854775808", "-ERR COUNT can't be negative"),
            ("MAXLEN -1", "-ERR MAXLEN can't be negative"),
            ("MAXLEN x", "-ERR MAXLEN can't be negative"),
            ("MAXLEN 9223372036854775808", "-ERR MAXLEN can't be negative"),
            ("FIRST 1", "-ERR syntax error"),
            ("'' 1", "-ERR syntax error"),
            ("RANK", "-ERR syntax error"),
            ("COUNT", "-ERR syntax error"),
            ("MAXLEN", "-ERR syntax error"),
            ("COUNT 1 RANK", "-ERR syntax error"),
            ("COUNT 1 x", "-ERR syntax error"),
            ("RANK 0 COUNT -1", RANK_ZERO),
            ("COUNT -1 RANK 0", "-ERR COUNT can't be negative"),
            ("MAXLEN -1 COUNT -1", "-ERR MAXLEN can't be negative"),
        ] {
            c.check(&format!("LPOS {key} c {options}"), error);
        }
    }
    c.check("LPOS s c", WRONG_TYPE);
    c.check("LPOS s c COUNT 0 RANK -1 MAXLEN 5", WRONG_TYPE);
    c.check("LPOS l", "-ERR wrong number of arguments for 'lpos' command");
    c.check("LPOS", "-ERR wrong number of arguments for 'lpos' command");
}

fn lpos_refuses_a_rank_without_an_opposite_since_7_2(c: &mut Script) {
    nine_elements(c);
    c.check_since_7_2(
        "LPOS l c RANK -9223372036854775808",
        ":7",
        "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
    );
}

fn lpos_searches_long_lists_from_both_ends(c: &mut Script) {
    for number in 0..1_000 {
        c.given(&format!("RPUSH l {}", if number % 100 == 42 { "wanted" } else { "something:else" }));
    }
    c.check("LPOS l wanted", ":42");
    c.check("LPOS l wanted RANK 7", ":642");
    c.check("LPOS l wanted RANK -1", ":942");
    c.check("LPOS l wanted RANK -10", ":42");
    c.check("LPOS l wanted RANK -11", "nil");
    c.check("LPOS l wanted RANK -3 COUNT 2", "[:742, :642]");
    c.check("LPOS l wanted COUNT 0 MAXLEN 543", "[:42, :142, :242, :342, :442, :542]");
    c.check("LPOS l wanted COUNT 0 MAXLEN 542", "[:42, :142, :242, :342, :442]");
    c.check("LPOS l wanted COUNT 0 MAXLEN 158 RANK -1", "[:942, :842]");
    c.check("LPOS l wanted COUNT 0 MAXLEN 157 RANK -1", "[:942]");
}

fn searches_refuse_every_other_type(c: &mut Script) {
    for make in ["SADD k a", "HSET k f v", "ZADD k 1 a"] {
        c.given("DEL k");
        c.given(make);
        for search in ["LINDEX k 0", "LPOS k a", "LPOS k a COUNT 1", "LPOS k a MAXLEN 1"] {
            c.check(search, WRONG_TYPE);
        }
    }
}

facts! { data:
    lindex_counts_from_both_ends,
    lindex_looks_at_its_index_last,
    lindex_reaches_into_long_lists,
    lpos_finds_the_first_one,
    lpos_rank_passes_over_matches,
    lpos_count_returns_an_array,
    lpos_maxlen_limits_the_comparisons,
    lpos_reads_all_options_first,
    lpos_refuses_a_rank_without_an_opposite_since_7_2,
    lpos_searches_long_lists_from_both_ends,
    searches_refuse_every_other_type,
}

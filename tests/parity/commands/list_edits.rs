//! Lists changed in the middle: LSET, LINSERT, LREM, LTRIM; and pushes onto lists that exist.

use crate::script::Script;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";

fn pushx_pushes_only_onto_what_exists(c: &mut Script) {
    c.check("LPUSHX l a", ":0");
    c.check("RPUSHX l a b", ":0");
    c.check("EXISTS l", ":0");
    c.check("RPUSH l m", ":1");
    c.check("LPUSHX l a", ":2");
    c.check("RPUSHX l z", ":3");
    c.check("LPUSHX l 1 2 3", ":6");
    c.check("RPUSHX l 4 5 6", ":9");
    c.check("LRANGE l 0 -1", r#"["3", "2", "1", "a", "m", "z", "4", "5", "6"]"#);
    c.resp3();
    c.check("LPUSHX missing a", ":0");
    c.check("RPUSHX l 7", ":10");
}

fn pushx_refuses_other_types(c: &mut Script) {
    c.check("SET s v", "+OK");
    c.check("LPUSHX s a", WRONG_TYPE);
    c.check("RPUSHX s a b", WRONG_TYPE);
    c.check("LPUSHX s", "-ERR wrong number of arguments for 'lpushx' command");
    c.check("RPUSHX s", "-ERR wrong number of arguments for 'rpushx' command");
    c.check("LPUSHX", "-ERR wrong number of arguments for 'lpushx' command");
    c.check("RPUSHX", "-ERR wrong number of arguments for 'rpushx' command");
    c.check("GET s", r#""v""#);
}

fn lset_replaces_one_element(c: &mut Script) {
    c.check("RPUSH l a b c d", ":4");
    c.check("LSET l 0 A", "+OK");
    c.check("LSET l -1 D", "+OK");
    c.check("LSET l 2 12", "+OK");
    c.check(r#"LSET l -3 """#, "+OK");
    c.check("LRANGE l 0 -1", r#"["A", "", "12", "D"]"#);
    c.check("LSET l -4 first", "+OK");
    c.check("LSET l 3 last", "+OK");
    c.check("LRANGE l 0 -1", r#"["first", "", "12", "last"]"#);
    c.check("LLEN l", ":4");
    c.resp3();
    c.check("LSET l 0 x", "+OK");
    c.check("LINDEX l 0", r#""x""#);
}

fn lset_needs_a_list_and_an_index_in_it(c: &mut Script) {
    c.check("LSET missing 0 a", "-ERR no such key");
    c.check("LSET missing x a", "-ERR no such key");
    c.check("EXISTS missing", ":0");
    c.check("RPUSH l a b", ":2");
    for index in ["2", "-3", "100", "-100", "9223372036854775807", "-9223372036854775808"] {
        c.check(&format!("LSET l {index} x"), "-ERR index out of range");
    }
    for index in ["x", "1.5", "''", "01", "+1", "9223372036854775808"] {
        c.check(&format!("LSET l {index} x"), NOT_AN_INTEGER);
    }
    c.check("SET s v", "+OK");
    c.check("LSET s 0 a", WRONG_TYPE);
    c.check("LSET s x a", WRONG_TYPE);
    c.check("LSET l 0", "-ERR wrong number of arguments for 'lset' command");
    c.check("LSET l 0 a b", "-ERR wrong number of arguments for 'lset' command");
    c.check("LSET", "-ERR wrong number of arguments for 'lset' command");
    c.check("LRANGE l 0 -1", r#"["a", "b"]"#);
}

fn linsert_stands_before_or_after_its_pivot(c: &mut Script) {
    c.check("RPUSH l a b c", ":3");
    c.check("LINSERT l BEFORE a first", ":4");
    c.check("LINSERT l AFTER c last", ":5");
    c.check("LINSERT l before c 7", ":6");
    c.check("LINSERT l aFTer 7 8", ":7");
    c.check("LRANGE l 0 -1", r#"["first", "a", "b", "7", "8", "c", "last"]"#);
    c.check("LINSERT l BEFORE missing x", ":-1");
    c.check("LINSERT l AFTER A x", ":-1");
    c.check("LINSERT l AFTER 07 x", ":-1");
    c.check("LLEN l", ":7");
    c.resp3();
    c.check("LINSERT l BEFORE missing x", ":-1");
    c.check("LINSERT l BEFORE first 0", ":8");
}

fn linsert_takes_the_first_of_equal_pivots(c: &mut Script) {
    c.check("RPUSH l x y x y x", ":5");
    c.check("LINSERT l BEFORE x 1", ":6");
    c.check("LINSERT l AFTER y 2", ":7");
    c.check("LINSERT l AFTER x x", ":8");
    c.check("LRANGE l 0 -1", r#"["1", "x", "x", "y", "2", "x", "y", "x"]"#);
}

fn linsert_takes_empty_and_binary_elements(c: &mut Script) {
    c.check(r#"RPUSH l "" "\x00\xff""#, ":2");
    c.check(r#"LINSERT l AFTER "" "\r\n""#, ":3");
    c.check(r#"LINSERT l BEFORE "\x00\xff" """#, ":4");
    c.check("LRANGE l 0 -1", r#"["", "\r\n", "", "\x00\xff"]"#);
}

fn linsert_looks_at_its_word_first(c: &mut Script) {
    c.check("LINSERT missing BEFORE a b", ":0");
    c.check("LINSERT missing AFTER a b", ":0");
    c.check("EXISTS missing", ":0");
    c.check("LINSERT missing NEAR a b", "-ERR syntax error");
    c.check("LINSERT missing '' a b", "-ERR syntax error");
    c.check("LINSERT missing BEFOREHAND a b", "-ERR syntax error");
    c.check("SET s v", "+OK");
    c.check("LINSERT s NEAR a b", "-ERR syntax error");
    c.check("LINSERT s AFTER a b", WRONG_TYPE);
    c.check("LINSERT s BEFORE a b", WRONG_TYPE);
    c.check("LINSERT s BEFORE a", "-ERR wrong number of arguments for 'linsert' command");
    c.check("LINSERT s BEFORE a b c", "-ERR wrong number of arguments for 'linsert' command");
    c.check("LINSERT", "-ERR wrong number of arguments for 'linsert' command");
}

fn lrem_counts_from_either_end(c: &mut Script) {
    c.check("RPUSH l a b a c a d a", ":7");
    c.check("LREM l 1 a", ":1");
    c.check("LRANGE l 0 -1", r#"["b", "a", "c", "a", "d", "a"]"#);
    c.check("LREM l -1 a", ":1");
    c.check("LRANGE l 0 -1", r#"["b", "a", "c", "a", "d"]"#);
    c.check("LREM l -2 d", ":1");
    c.check("LREM l 5 b", ":1");
    c.check("LRANGE l 0 -1", r#"["a", "c", "a"]"#);
    c.check("LREM l 0 a", ":2");
    c.check("LRANGE l 0 -1", r#"["c"]"#);
    c.check("LREM l 0 a", ":0");
    c.check("LREM l 9223372036854775807 a", ":0");
    c.check("LREM l -9223372036854775808 a", ":0");
    c.resp3();
    c.check("LREM l -9223372036854775808 c", ":1");
    c.check("EXISTS l", ":0");
}

fn lrem_takes_neighbours_together(c: &mut Script) {
    c.check("RPUSH l 1 1 1 2 2 1 1", ":7");
    c.check("LREM l 2 1", ":2");
    c.check("LREM l -3 1", ":3");
    c.check("LRANGE l 0 -1", r#"["2", "2"]"#);
    c.check("LREM l -1 2", ":1");
    c.check("LREM l 02 2", NOT_AN_INTEGER);
    c.check("LREM l 2 02", ":0");
    c.check("LREM l 2 2", ":1");
    c.check("TYPE l", "+none");
}

fn lrem_reads_its_count_first(c: &mut Script) {
    c.check("LREM missing 0 a", ":0");
    c.check("LREM missing x a", NOT_AN_INTEGER);
    c.check("LREM missing 9223372036854775808 a", NOT_AN_INTEGER);
    c.check("SET s v", "+OK");
    c.check("LREM s x a", NOT_AN_INTEGER);
    c.check("LREM s 0 a", WRONG_TYPE);
    c.check("LREM s 0", "-ERR wrong number of arguments for 'lrem' command");
    c.check("LREM s 0 a b", "-ERR wrong number of arguments for 'lrem' command");
    c.check("LREM", "-ERR wrong number of arguments for 'lrem' command");
}

fn ltrim_keeps_a_range(c: &mut Script) {
    for (range, kept) in [
        ("0 -1", r#"["a", "b", "c", "d", "e"]"#),
        ("1 3", r#"["b", "c", "d"]"#),
        ("0 0", r#"["a"]"#),
        ("-1 -1", r#"["e"]"#),
        ("-3 -2", r#"["c", "d"]"#),
        ("2 100", r#"["c", "d", "e"]"#),
        ("-100 1", r#"["a", "b"]"#),
        ("-9223372036854775808 9223372036854775807", r#"["a", "b", "c", "d", "e"]"#),
        ("3 1", "[]"),
        ("5 9", "[]"),
        ("-9 -8", "[]"),
        ("0 -6", "[]"),
        ("9223372036854775807 9223372036854775807", "[]"),
    ] {
        c.given("DEL l");
        c.given("RPUSH l a b c d e");
        c.check(&format!("LTRIM l {range}"), "+OK");
        c.check("LRANGE l 0 -1", kept);
    }
}

fn ltrim_to_nothing_removes_the_key(c: &mut Script) {
    c.check("RPUSH l a b", ":2");
    c.check("LTRIM l 2 -1", "+OK");
    c.check("EXISTS l", ":0");
    c.check("TYPE l", "+none");
    c.check("LTRIM missing 0 1", "+OK");
    c.check("LTRIM missing 1 0", "+OK");
    c.check("EXISTS missing", ":0");
    c.resp3();
    c.check("LTRIM l 0 -1", "+OK");
}

fn ltrim_reads_its_numbers_first(c: &mut Script) {
    c.check("LTRIM missing x 1", NOT_AN_INTEGER);
    c.check("LTRIM missing 0 x", NOT_AN_INTEGER);
    c.check("LTRIM missing 0 9223372036854775808", NOT_AN_INTEGER);
    c.check("SET s v", "+OK");
    c.check("LTRIM s x 1", NOT_AN_INTEGER);
    c.check("LTRIM s 0 1.0", NOT_AN_INTEGER);
    c.check("LTRIM s 0 1", WRONG_TYPE);
    c.check("LTRIM s 1 0", WRONG_TYPE);
    c.check("LTRIM s 1", "-ERR wrong number of arguments for 'ltrim' command");
    c.check("LTRIM s 1 2 3", "-ERR wrong number of arguments for 'ltrim' command");
    c.check("LTRIM", "-ERR wrong number of arguments for 'ltrim' command");
}

fn edits_refuse_every_other_type(c: &mut Script) {
    for make in ["SET k v", "SADD k a", "HSET k f v", "ZADD k 1 a"] {
        c.given("DEL k");
        c.given(make);
        for edit in ["LSET k 0 a", "LINSERT k BEFORE a b", "LREM k 0 a", "LTRIM k 0 0", "RPUSHX k a"] {
            c.check(edit, WRONG_TYPE);
        }
    }
}

fn edits_keep_an_expiry(c: &mut Script) {
    c.check("RPUSH l a b c d e", ":5");
    c.check("EXPIRE l 100", ":1");
    c.check("LSET l 0 A", "+OK");
    c.check("LINSERT l AFTER A x", ":6");
    c.check("LREM l 0 b", ":1");
    c.check("LTRIM l 0 3", "+OK");
    c.check("RPUSHX l y", ":5");
    c.check("LRANGE l 0 -1", r#"["A", "x", "c", "d", "y"]"#);
    c.check("TTL l", ":90..100");
}

/// Enough elements of 100 bytes for several blocks.
fn long_list(c: &mut Script, len: usize) -> Vec<String> {
    let elements: Vec<String> = (0..len).map(|number| format!("{number:0>100}")).collect();
    for batch in elements.chunks(100) {
        c.given(&format!("RPUSH l {}", batch.join(" ")));
    }
    elements
}

#[track_caller]
fn check_all(c: &mut Script, elements: &[String]) {
    let quoted: Vec<String> = elements.iter().map(|element| format!("\"{element}\"")).collect();
    c.check("LRANGE l 0 -1", &format!("[{}]", quoted.join(", ")));
}

fn long_lists_are_edited_in_every_block(c: &mut Script) {
    let mut elements = long_list(c, 500);
    for index in [0, 80, 81, 82, 250, 499] {
        c.check(&format!("LSET l {index} set{index}"), "+OK");
        elements[index] = format!("set{index}");
    }
    check_all(c, &elements);
    for index in [490, 300, 161, 1] {
        let pivot = elements[index].clone();
        let len = elements.len() + 1;
        c.check(&format!("LINSERT l BEFORE {pivot} in{index}"), &format!(":{len}"));
        elements.insert(index, format!("in{index}"));
    }
    check_all(c, &elements);
    for index in [400, 399, 200, 3] {
        let removed = elements.remove(index);
        c.check(&format!("LREM l 0 {removed}"), ":1");
    }
    check_all(c, &elements);
    c.check("LTRIM l 30 -40", "+OK");
    elements.drain(..30);
    elements.truncate(elements.len() - 39);
    check_all(c, &elements);
    c.check("LLEN l", ":431");
}

fn long_lists_lose_equal_elements_everywhere(c: &mut Script) {
    for number in 0..1_000 {
        c.given(&format!("RPUSH l {}", ["odd", "even", "both:123456789"][number % 3]));
    }
    c.check("LREM l 200 odd", ":200");
    c.check("LREM l -200 even", ":200");
    c.check("LREM l 0 both:123456789", ":333");
    c.check("LLEN l", ":267");
    c.check("LPOS l odd", ":133");
    c.check("LREM l 0 odd", ":134");
    c.check("LREM l 1000 even", ":133");
    c.check("EXISTS l", ":0");
}

fn large_elements_are_set_and_inserted(c: &mut Script) {
    let large = "x".repeat(20_000);
    c.check("RPUSH l a b c", ":3");
    c.check_arguments(&["LSET", "l", "1", &large], "+OK", "LSET l 1 20,000*x");
    c.check("LRANGE l 0 -1", &format!(r#"["a", "{large}", "c"]"#));
    c.check_arguments(&["LINSERT", "l", "BEFORE", &large, "before"], ":4", "LINSERT l BEFORE 20,000*x ..");
    c.check_arguments(&["LINSERT", "l", "AFTER", "a", &large], ":5", "LINSERT l AFTER a 20,000*x");
    c.check_arguments(&["LPOS", "l", &large], ":1", "LPOS l 20,000*x");
    c.check_arguments(&["LREM", "l", "0", &large], ":2", "LREM l 0 20,000*x");
    c.check("LRANGE l 0 -1", r#"["a", "before", "c"]"#);
    c.check_arguments(&["LSET", "l", "-1", &large], "+OK", "LSET l -1 20,000*x");
    c.check("LTRIM l 0 1", "+OK");
    c.check("LRANGE l 0 -1", r#"["a", "before"]"#);
}

facts! { data:
    pushx_pushes_only_onto_what_exists,
    pushx_refuses_other_types,
    lset_replaces_one_element,
    lset_needs_a_list_and_an_index_in_it,
    linsert_stands_before_or_after_its_pivot,
    linsert_takes_the_first_of_equal_pivots,
    linsert_takes_empty_and_binary_elements,
    linsert_looks_at_its_word_first,
    lrem_counts_from_either_end,
    lrem_takes_neighbours_together,
    lrem_reads_its_count_first,
    ltrim_keeps_a_range,
    ltrim_to_nothing_removes_the_key,
    ltrim_reads_its_numbers_first,
    edits_refuse_every_other_type,
    edits_keep_an_expiry,
    long_lists_are_edited_in_every_block,
    long_lists_lose_equal_elements_everywhere,
    large_elements_are_set_and_inserted,
}

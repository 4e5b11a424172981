//! Lists: pushing, popping in both protocols, ranges.

use crate::script::Script;

fn pushes_return_the_length(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    c.check("RPUSH l b c", ":3");
    c.check("LPUSH l z", ":4");
    c.check("LRANGE l 0 -1", r#"["z", "a", "b", "c"]"#);
    c.check("LLEN l", ":4");
    c.check("LLEN missing", ":0");
}

fn lpush_of_several_ends_with_the_last_in_front(c: &mut Script) {
    c.check("LPUSH l a b c", ":3");
    c.check("LRANGE l 0 -1", r#"["c", "b", "a"]"#);
}

fn pops_take_from_their_end(c: &mut Script) {
    c.check("RPUSH l a b c d", ":4");
    c.check("LPOP l", r#""a""#);
    c.check("RPOP l", r#""d""#);
    c.check("LRANGE l 0 -1", r#"["b", "c"]"#);
}

fn the_last_pop_removes_the_key(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    c.check("LPOP l", r#""a""#);
    c.check("EXISTS l", ":0");
    c.check("RPUSH l a b", ":2");
    c.check("RPOP l 10", r#"["b", "a"]"#);
    c.check("EXISTS l", ":0");
    c.check("TYPE l", "+none");
}

fn pops_of_a_missing_list_are_null(c: &mut Script) {
    c.check("LPOP l", "nil");
    c.check("RPOP l", "nil");
    c.check("LPOP l 2", "nil[]");
    c.check("RPOP l 2", "nil[]");
    c.check("LPOP l 0", "nil[]");
    c.resp3();
    c.check("LPOP l", "_");
    c.check("LPOP l 2", "_");
    c.check("RPOP l 0", "_");
}

fn pops_with_a_count_return_arrays(c: &mut Script) {
    c.check("RPUSH l a b c d e", ":5");
    c.check("LPOP l 2", r#"["a", "b"]"#);
    c.check("RPOP l 1", r#"["e"]"#);
    c.check("LPOP l 0", "[]");
    c.resp3();
    c.check("RPOP l 0", "[]");
    c.check("RPOP l 2", r#"["d", "c"]"#);
}

fn pops_count_upwards_from_zero(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    c.check("LPOP l -1", "-ERR value is out of range, must be positive");
    c.check("RPOP l -1", "-ERR value is out of range, must be positive");
    c.check("LPOP l x", "-ERR value is out of range, must be positive");
    c.check("LPOP l 1.5", "-ERR value is out of range, must be positive");
    c.check("RPOP l 9223372036854775808", "-ERR value is out of range, must be positive");
    c.check("LPOP missing -1", "-ERR value is out of range, must be positive");
    c.check("LLEN l", ":1");
}

fn lrange_counts_from_both_ends(c: &mut Script) {
    c.check("RPUSH l a b c d", ":4");
    for (range, elements) in [
        ("0 0", r#"["a"]"#),
        ("1 2", r#"["b", "c"]"#),
        ("-2 -1", r#"["c", "d"]"#),
        ("0 100", r#"["a", "b", "c", "d"]"#),
        ("-100 1", r#"["a", "b"]"#),
        ("-100 -100", "[]"),
        ("2 1", "[]"),
        ("4 10", "[]"),
        ("3 3", r#"["d"]"#),
        ("-1 0", "[]"),
        ("0 -9223372036854775808", "[]"),
        ("-9223372036854775808 9223372036854775807", r#"["a", "b", "c", "d"]"#),
    ] {
        c.check(&format!("LRANGE l {range}"), elements);
    }
    c.check("LRANGE missing 0 -1", "[]");
    c.resp3();
    c.check("LRANGE l 0 1", r#"["a", "b"]"#);
    c.check("LRANGE missing 0 -1", "[]");
}

fn lrange_takes_integers(c: &mut Script) {
    c.check("LRANGE l a 1", "-ERR value is not an integer or out of range");
    c.check("LRANGE l 0 1.5", "-ERR value is not an integer or out of range");
    c.check("RPUSH l a", ":1");
    c.check("LRANGE l 0 9223372036854775808", "-ERR value is not an integer or out of range");
    c.check("LRANGE l '' 1", "-ERR value is not an integer or out of range");
}

fn elements_hold_any_bytes(c: &mut Script) {
    c.check(r#"RPUSH l "" "\x00\r\n\xff" 12 -5 012 9223372036854775807"#, ":6");
    c.check("LRANGE l 0 -1", r#"["", "\x00\r\n\xff", "12", "-5", "012", "9223372036854775807"]"#);
    c.check("LPOP l", r#""""#);
    c.check("RPOP l", r#""9223372036854775807""#);
}

fn long_lists_keep_their_order(c: &mut Script) {
    let mut expected = Vec::new();
    for number in 0..2000 {
        c.given(&format!("RPUSH l element:{number}"));
        expected.push(format!("\"element:{number}\""));
    }
    c.check("LLEN l", ":2000");
    c.check("LRANGE l 0 -1", &format!("[{}]", expected.join(", ")));
    c.check("LRANGE l 1000 1001", r#"["element:1000", "element:1001"]"#);
    c.check("LRANGE l -2 -1", r#"["element:1998", "element:1999"]"#);
    c.check("LPOP l", r#""element:0""#);
    c.check("RPOP l 2", r#"["element:1999", "element:1998"]"#);
    c.check("LLEN l", ":1997");
}

fn large_elements_come_back_whole(c: &mut Script) {
    let large = "x".repeat(20_000);
    c.check_arguments(&["RPUSH", "l", "a", &large, "b"], ":3", "RPUSH l a 20,000*x b");
    c.check("LRANGE l 0 -1", &format!(r#"["a", "{large}", "b"]"#));
    c.check("LPOP l 2", &format!(r#"["a", "{large}"]"#));
    c.check("LRANGE l 0 -1", r#"["b"]"#);
}

fn list_commands_count_their_arguments(c: &mut Script) {
    for (command, name) in [
        ("LPUSH l", "lpush"),
        ("RPUSH l", "rpush"),
        ("RPUSH", "rpush"),
        ("LPOP", "lpop"),
        ("LPOP l 1 2", "lpop"),
        ("RPOP", "rpop"),
        ("RPOP l 1 2", "rpop"),
        ("LRANGE l 0", "lrange"),
        ("LRANGE l 0 1 2", "lrange"),
        ("LLEN", "llen"),
    ] {
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
}

facts! { data:
    pushes_return_the_length,
    lpush_of_several_ends_with_the_last_in_front,
    pops_take_from_their_end,
    the_last_pop_removes_the_key,
    pops_of_a_missing_list_are_null,
    pops_with_a_count_return_arrays,
    pops_count_upwards_from_zero,
    lrange_counts_from_both_ends,
    lrange_takes_integers,
    elements_hold_any_bytes,
    long_lists_keep_their_order,
    large_elements_come_back_whole,
    list_commands_count_their_arguments,
}

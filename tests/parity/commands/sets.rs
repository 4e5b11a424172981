//! Sets: members, and taking random ones out.

use crate::script::Script;

fn sadd_counts_new_members(c: &mut Script) {
    c.check("SADD s a", ":1");
    c.check("SADD s a b c", ":2");
    c.check("SADD s d d", ":1");
    c.check("SADD s a", ":0");
    c.check("SCARD s", ":4");
    c.check("SCARD missing", ":0");
}

fn smembers_is_an_array_and_a_set_in_resp3(c: &mut Script) {
    c.check("SADD s a b 3", ":3");
    c.check("SMEMBERS s", r#"unordered["a", "b", "3"]"#);
    c.check("SMEMBERS missing", "[]");
    c.resp3();
    c.check("SMEMBERS s", r#"~{"a", "b", "3"}"#);
    c.check("SMEMBERS missing", "~{}");
}

fn sismember_says_one_or_zero(c: &mut Script) {
    c.check("SADD s a 1", ":2");
    c.check("SISMEMBER s a", ":1");
    c.check("SISMEMBER s 1", ":1");
    c.check("SISMEMBER s b", ":0");
    c.check("SISMEMBER s 01", ":0");
    c.check("SISMEMBER missing a", ":0");
    c.resp3();
    c.check("SISMEMBER s a", ":1");
}

fn members_are_bytes_however_they_are_kept(c: &mut Script) {
    c.check(r#"SADD s 1 2 -3 01 "" "\x00\xff" 9223372036854775808 1.0"#, ":8");
    c.check("SMEMBERS s", r#"unordered["1", "2", "-3", "01", "", "\x00\xff", "9223372036854775808", "1.0"]"#);
    c.check("SISMEMBER s ''", ":1");
    c.check("SADD s 1 ''", ":0");
}

fn sets_of_integers_stay_sets_when_words_join(c: &mut Script) {
    c.check("SADD s 1 2 3", ":3");
    c.check("SADD s 70000 -5000000000", ":2");
    c.check("SADD s word", ":1");
    c.check("SMEMBERS s", r#"unordered["1", "2", "3", "70000", "-5000000000", "word"]"#);
    c.check("SISMEMBER s -5000000000", ":1");
}

fn large_sets_hold_all_members(c: &mut Script) {
    let mut expected = Vec::new();
    for number in 0..600 {
        c.given(&format!("SADD s member:{number}"));
        expected.push(format!("\"member:{number}\""));
    }
    c.check("SCARD s", ":600");
    c.check("SADD s member:599", ":0");
    c.check("SISMEMBER s member:300", ":1");
    c.check("SISMEMBER s member:600", ":0");
    c.check("SMEMBERS s", &format!("unordered[{}]", expected.join(", ")));
}

fn spop_takes_one_member_out(c: &mut Script) {
    c.check("SADD s a b", ":2");
    c.check("SPOP s", r#""a" | "b""#);
    c.check("SCARD s", ":1");
    c.check("SPOP s", r#""a" | "b""#);
    c.check("EXISTS s", ":0");
    c.check("SPOP s", "nil");
    c.resp3();
    c.check("SPOP s", "_");
}

fn spop_with_a_count_takes_distinct_members(c: &mut Script) {
    c.check("SADD s a b c", ":3");
    c.check("SPOP s 0", "[]");
    c.check("SPOP s 2", r#"[.."", .."" ]"#);
    c.check("SCARD s", ":1");
    c.check("SADD s a b c", ":2");
    c.check("SPOP s 10", r#"unordered["a", "b", "c"]"#);
    c.check("EXISTS s", ":0");
    c.check("SPOP s 3", "[]");
}

fn spop_with_a_count_is_a_set_in_resp3(c: &mut Script) {
    c.resp3();
    c.check("SADD s a b c", ":3");
    c.check("SPOP s 3", r#"~{"a", "b", "c"}"#);
    c.check("SPOP s 3", "~{}");
    c.check("SADD s a", ":1");
    c.check("SPOP s 0", "~{}");
    c.check("SPOP s", r#""a""#);
}

fn spop_counts_upwards_from_zero(c: &mut Script) {
    c.check("SADD s a", ":1");
    c.check("SPOP s -1", "-ERR value is out of range, must be positive");
    c.check("SPOP s x", "-ERR value is out of range, must be positive");
    c.check("SPOP s 1 2", "-ERR syntax error");
    c.check("SCARD s", ":1");
}

fn set_commands_count_their_arguments(c: &mut Script) {
    for (command, name) in [
        ("SADD s", "sadd"),
        ("SCARD", "scard"),
        ("SCARD a b", "scard"),
        ("SMEMBERS", "smembers"),
        ("SMEMBERS a b", "smembers"),
        ("SISMEMBER s", "sismember"),
        ("SISMEMBER s a b", "sismember"),
        ("SPOP", "spop"),
    ] {
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
}

facts! { data:
    sadd_counts_new_members,
    smembers_is_an_array_and_a_set_in_resp3,
    sismember_says_one_or_zero,
    members_are_bytes_however_they_are_kept,
    sets_of_integers_stay_sets_when_words_join,
    large_sets_hold_all_members,
    spop_takes_one_member_out,
    spop_with_a_count_takes_distinct_members,
    spop_with_a_count_is_a_set_in_resp3,
    spop_counts_upwards_from_zero,
    set_commands_count_their_arguments,
}

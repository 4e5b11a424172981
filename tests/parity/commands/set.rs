//! SET with each of its options.

use crate::script::Script;

const YEAR_3000_S: &str = "32503680000";
const YEAR_3000_MS: &str = "32503680000000";

fn set_answers_ok_and_get_returns_the_value(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("GET k", r#""v""#);
    c.check("SET k w", "+OK");
    c.check("GET k", r#""w""#);
}

fn get_of_a_missing_key_is_null(c: &mut Script) {
    c.check("GET k", "nil");
    c.resp3();
    c.check("GET k", "_");
}

fn set_ex_and_px_set_a_lifetime(c: &mut Script) {
    c.check("SET k v EX 100", "+OK");
    c.check("TTL k", ":90..100");
    c.check("SET k v PX 100000", "+OK");
    c.check("PTTL k", ":90000..100000");
    c.check("SET k v px 1", "+OK");
    c.check_eventually("GET k", "nil");
    c.check("EXISTS k", ":0");
}

fn set_exat_and_pxat_set_the_moment_of_expiry(c: &mut Script) {
    c.check(&format!("SET k v EXAT {YEAR_3000_S}"), "+OK");
    c.check("EXPIRETIME k", &format!(":{YEAR_3000_S}"));
    c.check(&format!("SET k v PXAT {YEAR_3000_MS}"), "+OK");
    c.check("PEXPIRETIME k", &format!(":{YEAR_3000_MS}"));
    c.check("SET k v EXAT 1", "+OK");
    c.check("EXISTS k", ":0");
    c.check("SET k v PXAT 1", "+OK");
    c.check("GET k", "nil");
}

fn set_takes_the_lifetime_away_unless_keepttl(c: &mut Script) {
    c.check("SET k v EX 100", "+OK");
    c.check("SET k w KEEPTTL", "+OK");
    c.check("TTL k", ":90..100");
    c.check("GET k", r#""w""#);
    c.check("SET k x", "+OK");
    c.check("TTL k", ":-1");
    c.check("SET new v KEEPTTL", "+OK");
    c.check("TTL new", ":-1");
}

fn set_nx_sets_only_a_missing_key(c: &mut Script) {
    c.check("SET k v NX", "+OK");
    c.check("SET k w NX", "nil");
    c.check("GET k", r#""v""#);
    c.check("SET k w nx EX 10", "nil");
    c.check("TTL k", ":-1");
    c.resp3();
    c.check("SET k w NX", "_");
}

fn set_xx_sets_only_an_existing_key(c: &mut Script) {
    c.check("SET k v XX", "nil");
    c.check("EXISTS k", ":0");
    c.check("SET k v", "+OK");
    c.check("SET k w XX", "+OK");
    c.check("GET k", r#""w""#);
}

fn set_get_returns_the_old_value(c: &mut Script) {
    c.check("SET k v GET", "nil");
    c.check("SET k w GET", r#""v""#);
    c.check("SET k x get EX 100", r#""w""#);
    c.check("TTL k", ":90..100");
    c.check("GET k", r#""x""#);
    c.resp3();
    c.check("SET new v GET", "_");
}

fn set_get_goes_with_nx_and_xx(c: &mut Script) {
    c.check("SET k v XX GET", "nil");
    c.check("EXISTS k", ":0");
    c.check("SET k v NX GET", "nil");
    c.check("GET k", r#""v""#);
    c.check("SET k w NX GET", r#""v""#);
    c.check("GET k", r#""v""#);
    c.check("SET k w XX GET", r#""v""#);
    c.check("GET k", r#""w""#);
}

fn set_get_of_another_type_is_an_error_and_changes_nothing(c: &mut Script) {
    c.check("RPUSH k a", ":1");
    c.check("SET k v GET", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("TYPE k", "+list");
    c.check("SET k v", "+OK");
    c.check("TYPE k", "+string");
}

fn set_replaces_values_of_any_type(c: &mut Script) {
    for make in ["RPUSH k a", "SADD k a", "HSET k f v", "ZADD k 1 a"] {
        c.given("DEL k");
        c.check(make, ":1");
        c.check("SET k v", "+OK");
        c.check("GET k", r#""v""#);
    }
}

fn set_refuses_options_that_exclude_each_other(c: &mut Script) {
    for options in [
        "NX XX",
        "XX NX",
        "EX 10 PX 10",
        "EX 10 KEEPTTL",
        "KEEPTTL PX 10",
        "EXAT 10 EX 10",
        "PXAT 10 EXAT 10",
        "KEEPTTL EXAT 10",
        "EX 10 EX 10 NX XX",
    ] {
        c.check(&format!("SET k v {options}"), "-ERR syntax error");
    }
    c.check("EXISTS k", ":0");
}

fn set_takes_an_option_twice_where_redis_does(c: &mut Script) {
    c.check("SET k v NX NX", "+OK");
    c.check("SET k v GET GET", r#""v""#);
    c.check("SET k v KEEPTTL KEEPTTL", "+OK");
    c.check("SET k v EX 10 EX 20", "+OK");
    c.check("TTL k", ":10..20");
    c.check("SET k v PX 10 PX x", "-ERR value is not an integer or out of range");
}

fn set_refuses_unknown_and_incomplete_options(c: &mut Script) {
    for options in ["FOO", "EX", "PX", "EXAT", "PXAT", "EX 10 FOO", "10", "GET EX", "PERSIST"] {
        c.check(&format!("SET k v {options}"), "-ERR syntax error");
    }
    c.check("SET k v ''", "-ERR syntax error");
}

fn set_refuses_lifetimes_that_are_none(c: &mut Script) {
    for option in ["EX", "PX", "EXAT", "PXAT"] {
        c.check(&format!("SET k v {option} 0"), "-ERR invalid expire time in 'set' command");
        c.check(&format!("SET k v {option} -1"), "-ERR invalid expire time in 'set' command");
        c.check(&format!("SET k v {option} x"), "-ERR value is not an integer or out of range");
        c.check(&format!("SET k v {option} 1.5"), "-ERR value is not an integer or out of range");
        c.check(
            &format!("SET k v {option} 9223372036854775808"),
            "-ERR value is not an integer or out of range",
        );
    }
    c.check("SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command");
    c.check("SET k v PX 9223372036854775807", "-ERR invalid expire time in 'set' command");
    c.check("SET k v EXAT 9223372036854775807", "-ERR invalid expire time in 'set' command");
    c.check("EXISTS k", ":0");
}

fn set_pxat_takes_the_largest_moment(c: &mut Script) {
    c.check("SET k v PXAT 9223372036854775807", "+OK");
    c.check("PEXPIRETIME k", ":9223372036854775807");
}

facts! { data:
    set_answers_ok_and_get_returns_the_value,
    get_of_a_missing_key_is_null,
    set_ex_and_px_set_a_lifetime,
    set_exat_and_pxat_set_the_moment_of_expiry,
    set_takes_the_lifetime_away_unless_keepttl,
    set_nx_sets_only_a_missing_key,
    set_xx_sets_only_an_existing_key,
    set_get_returns_the_old_value,
    set_get_goes_with_nx_and_xx,
    set_get_of_another_type_is_an_error_and_changes_nothing,
    set_replaces_values_of_any_type,
    set_refuses_options_that_exclude_each_other,
    set_takes_an_option_twice_where_redis_does,
    set_refuses_unknown_and_incomplete_options,
    set_refuses_lifetimes_that_are_none,
    set_pxat_takes_the_largest_moment,
}

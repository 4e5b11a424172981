//! Strings set or read along with their lifetimes: SETEX, PSETEX and GETEX.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn setex_sets_value_and_lifetime(c: &mut Script) {
    c.check("SETEX k 100 v", "+OK");
    c.check("GET k", r#""v""#);
    c.check("TTL k", ":90..100");
    c.check("PSETEX k 200000 w", "+OK");
    c.check("GET k", r#""w""#);
    c.check("TTL k", ":190..200");
    c.check("PTTL k", ":190000..200000");
    c.check("SETEX k 50 7", "+OK");
    c.check("INCR k", ":8");
    c.check("TTL k", ":40..50");
}

fn setex_replaces_any_type(c: &mut Script) {
    c.check("RPUSH k a", ":1");
    c.check("SETEX k 100 v", "+OK");
    c.check("TYPE k", "+string");
    c.check("DEL k", ":1");
    c.check("SADD k a", ":1");
    c.check("PSETEX k 100000 v", "+OK");
    c.check("GET k", r#""v""#);
}

fn a_short_lifetime_ends(c: &mut Script) {
    c.check("PSETEX k 1 v", "+OK");
    c.check_eventually("EXISTS k", ":0");
    c.check("GETEX k", "nil");
}

fn setex_takes_positive_lifetimes_only(c: &mut Script) {
    for (command, name) in [("SETEX", "setex"), ("PSETEX", "psetex")] {
        let invalid = format!("-ERR invalid expire time in '{name}' command");
        c.check(&format!("{command} k 0 v"), &invalid);
        c.check(&format!("{command} k -1 v"), &invalid);
        c.check(&format!("{command} k -9223372036854775808 v"), &invalid);
        c.check(&format!("{command} k 9223372036854775807 v"), &invalid);
        c.check(&format!("{command} k x v"), NOT_AN_INTEGER);
        c.check(&format!("{command} k 1.5 v"), NOT_AN_INTEGER);
        c.check(&format!("{command} k '' v"), NOT_AN_INTEGER);
        c.check(&format!("{command} k 9223372036854775808 v"), NOT_AN_INTEGER);
        let arity = format!("-ERR wrong number of arguments for '{name}' command");
        c.check(&format!("{command} k"), &arity);
        c.check(&format!("{command} k 10"), &arity);
        c.check(&format!("{command} k 10 v x"), &arity);
    }
    c.check("SETEX k 9223372036854776 v", "-ERR invalid expire time in 'setex' command");
    c.check("EXISTS k", ":0");
}

fn getex_alone_is_get(c: &mut Script) {
    c.check("GETEX k", "nil");
    c.check("SET k v EX 100", "+OK");
    c.check("GETEX k", r#""v""#);
    c.check("TTL k", ":90..100");
    c.check("SET n 12", "+OK");
    c.check("GETEX n", r#""12""#);
    c.check("TTL n", ":-1");
    c.resp3();
    c.check("GETEX missing", "_");
    c.check("GETEX n", r#""12""#);
}

fn getex_sets_the_lifetime_in_any_unit(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("GETEX k EX 100", r#""v""#);
    c.check("TTL k", ":90..100");
    c.check("GETEX k PX 200000", r#""v""#);
    c.check("TTL k", ":190..200");
    c.check("GETEX k EXAT 32503680000", r#""v""#);
    c.check("EXPIRETIME k", ":32503680000");
    c.check("GETEX k pxat 32503680001500", r#""v""#);
    c.check("PEXPIRETIME k", ":32503680001500");
    c.check("GETEX k ex 10 EX 300", r#""v""#);
    c.check("TTL k", ":290..300");
}

fn getex_persist_takes_the_lifetime_away(c: &mut Script) {
    c.check("SET k v EX 100", "+OK");
    c.check("GETEX k PERSIST", r#""v""#);
    c.check("TTL k", ":-1");
    c.check("GETEX k persist", r#""v""#);
    c.check("GETEX k PERSIST PERSIST", r#""v""#);
    c.check("GETEX missing PERSIST", "nil");
}

fn getex_of_a_moment_in_the_past_deletes(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("GETEX k EXAT 1", r#""v""#);
    c.check("EXISTS k", ":0");
    c.check("SET k v", "+OK");
    c.check("GETEX k PXAT 1000", r#""v""#);
    c.check("DBSIZE", ":0");
}

fn getex_takes_one_option(c: &mut Script) {
    c.check("SET k v", "+OK");
    for options in [
        "EX",
        "PX",
        "EXAT",
        "PXAT",
        "EX 10 PX 10",
        "EX 10 EXAT 32503680000",
        "PX 10 PXAT 32503680000000",
        "PERSIST EX 10",
        "EX 10 PERSIST",
        "PXAT 32503680000000 PERSIST",
        "EX 10 10",
        "EX 10 EX",
        "KEEPTTL",
        "NX",
        "GET",
        "FOO",
        "''",
    ] {
        c.check(&format!("GETEX k {options}"), SYNTAX);
        c.check(&format!("GETEX missing {options}"), SYNTAX);
    }
    c.check("TTL k", ":-1");
}

fn getex_takes_positive_lifetimes_only(c: &mut Script) {
    const INVALID: &str = "-ERR invalid expire time in 'getex' command";
    c.check("SET k v", "+OK");
    for option in ["EX", "PX", "EXAT", "PXAT"] {
        c.check(&format!("GETEX k {option} 0"), INVALID);
        c.check(&format!("GETEX k {option} -1"), INVALID);
        c.check(&format!("GETEX k {option} x"), NOT_AN_INTEGER);
        c.check(&format!("GETEX missing {option} 0"), "nil");
        c.check(&format!("GETEX missing {option} x"), "nil");
    }
    c.check("GETEX k EX 9223372036854775807", INVALID);
    c.check("GETEX k PX 9223372036854775807", INVALID);
    c.check("GETEX k EXAT 9223372036854775807", INVALID);
    c.check("TTL k", ":-1");
    c.check("GETEX", "-ERR wrong number of arguments for 'getex' command");
}

fn getex_is_for_strings(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    c.check("GETEX l", WRONG_TYPE);
    c.check("GETEX l EX 100", WRONG_TYPE);
    c.check("GETEX l EX 0", WRONG_TYPE);
    c.check("GETEX l FOO", SYNTAX);
    c.check("TTL l", ":-1");
}

facts! { data:
    setex_sets_value_and_lifetime,
    setex_replaces_any_type,
    a_short_lifetime_ends,
    setex_takes_positive_lifetimes_only,
    getex_alone_is_get,
    getex_sets_the_lifetime_in_any_unit,
    getex_persist_takes_the_lifetime_away,
    getex_of_a_moment_in_the_past_deletes,
    getex_takes_one_option,
    getex_takes_positive_lifetimes_only,
    getex_is_for_strings,
}

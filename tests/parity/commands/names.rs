//! RENAME and RENAMENX. The keys share a hash tag, so that they are on one shard.

use crate::script::Script;

fn rename_moves_values_of_every_type(c: &mut Script) {
    for (make, read, value) in [
        ("SET {t}a v", "GET {t}b", r#""v""#),
        ("SET {t}a 12", "INCR {t}b", ":13"),
        ("RPUSH {t}a x y", "LRANGE {t}b 0 -1", r#"["x", "y"]"#),
        ("SADD {t}a x", "SMEMBERS {t}b", r#"["x"]"#),
        ("HSET {t}a f v", "HGETALL {t}b", r#"["f", "v"]"#),
        ("ZADD {t}a 1.5 m", "ZSCORE {t}b m", r#""1.5""#),
    ] {
        c.given("FLUSHALL");
        c.given(make);
        c.check("RENAME {t}a {t}b", "+OK");
        c.check(read, value);
        c.check("EXISTS {t}a", ":0");
        c.check("DBSIZE", ":1");
    }
}

fn rename_moves_long_values_and_keys(c: &mut Script) {
    let value = "v".repeat(100_000);
    let key = format!("{{t}}{}", "k".repeat(3000));
    c.check_arguments(&["SET", "{t}a", &value], "+OK", "SET of 100000 bytes");
    c.check_arguments(&["RENAME", "{t}a", &key], "+OK", "RENAME to a key of 3003 bytes");
    c.check_arguments(&["STRLEN", &key], ":100000", "STRLEN of a key of 3003 bytes");
    c.check_arguments(&["RENAME", &key, "{t}b"], "+OK", "RENAME of a key of 3003 bytes");
    c.check("GETRANGE {t}b 99998 -1", r#""vv""#);
    for number in 0..600 {
        c.given(&format!("HSET {{t}}h f{number} v{number}"));
    }
    c.check("RENAME {t}h {t}i", "+OK");
    c.check("HGET {t}i f599", r#""v599""#);
    c.check("OBJECT ENCODING {t}i", r#""hashtable""#);
}

fn rename_overwrites_whatever_is_there(c: &mut Script) {
    c.check("SET {t}a v", "+OK");
    c.check("RPUSH {t}b x", ":1");
    c.check("RENAME {t}a {t}b", "+OK");
    c.check("GET {t}b", r#""v""#);
    c.check("DBSIZE", ":1");
}

fn rename_takes_the_lifetime_along_and_no_other(c: &mut Script) {
    c.check("SET {t}a v EX 100", "+OK");
    c.check("SET {t}b w EX 1000", "+OK");
    c.check("RENAME {t}a {t}b", "+OK");
    c.check("TTL {t}b", ":90..100");
    c.check("TTL {t}a", ":-2");
    c.check("SET {t}a v", "+OK");
    c.check("RENAME {t}a {t}b", "+OK");
    c.check("TTL {t}b", ":-1");
    c.check("SET {t}c v PX 1", "+OK");
    c.check_eventually("EXISTS {t}c", ":0");
    c.check("RENAME {t}c {t}b", "-ERR no such key");
    c.check("GET {t}b", r#""v""#);
}

fn rename_keeps_the_encoding(c: &mut Script) {
    c.check("SET {t}a abc", "+OK");
    c.check("APPEND {t}a d", ":4");
    c.check("RENAME {t}a {t}b", "+OK");
    c.check("OBJECT ENCODING {t}b", r#""raw""#);
    c.check("SET {t}a abc", "+OK");
    c.check("RENAME {t}a {t}b", "+OK");
    c.check("OBJECT ENCODING {t}b", r#""embstr""#);
    c.check("SADD {t}s 1 2 3", ":3");
    c.check("RENAME {t}s {t}b", "+OK");
    c.check("OBJECT ENCODING {t}b", r#""intset""#);
}

fn rename_needs_a_key(c: &mut Script) {
    c.check("RENAME {t}a {t}b", "-ERR no such key");
    c.check("RENAME {t}a {t}a", "-ERR no such key");
    c.check("SET {t}b v", "+OK");
    c.check("RENAME {t}a {t}b", "-ERR no such key");
    c.check("GET {t}b", r#""v""#);
    c.check("RENAME {t}b {t}b", "+OK");
    c.check("GET {t}b", r#""v""#);
    c.check("RENAME", "-ERR wrong number of arguments for 'rename' command");
    c.check("RENAME {t}a", "-ERR wrong number of arguments for 'rename' command");
    c.check("RENAME {t}a {t}b {t}c", "-ERR wrong number of arguments for 'rename' command");
}

fn renamenx_overwrites_nothing(c: &mut Script) {
    c.check("RENAMENX {t}a {t}b", "-ERR no such key");
    c.check("RENAMENX {t}a {t}a", "-ERR no such key");
    c.check("SET {t}a v EX 100", "+OK");
    c.check("RENAMENX {t}a {t}a", ":0");
    c.check("RENAMENX {t}a {t}b", ":1");
    c.check("TTL {t}b", ":90..100");
    c.check("RPUSH {t}a x", ":1");
    c.check("RENAMENX {t}a {t}b", ":0");
    c.check("GET {t}b", r#""v""#);
    c.check("LLEN {t}a", ":1");
    c.check("RENAMENX {t}missing {t}b", "-ERR no such key");
    c.check("SET {t}c w PX 1", "+OK");
    c.check_eventually("EXISTS {t}c", ":0");
    c.check("RENAMENX {t}a {t}c", ":1");
    c.check("TTL {t}c", ":-1");
    c.check("RENAMENX {t}a", "-ERR wrong number of arguments for 'renamenx' command");
    c.check("RENAMENX {t}a {t}b {t}c", "-ERR wrong number of arguments for 'renamenx' command");
}

fn a_key_has_any_name(c: &mut Script) {
    c.check(r#"SET "{t}\x00\r\n" v"#, "+OK");
    c.check(r#"RENAME "{t}\x00\r\n" "{t}\xff""#, "+OK");
    c.check("KEYS *", r#"["{t}\xff"]"#);
    c.check("SET '' v", "+OK");
    c.check("RENAME '' ''", "+OK");
    c.check("RENAMENX '' ''", ":0");
}

facts! { data:
    rename_moves_values_of_every_type,
    rename_moves_long_values_and_keys,
    rename_overwrites_whatever_is_there,
    rename_takes_the_lifetime_along_and_no_other,
    rename_keeps_the_encoding,
    rename_needs_a_key,
    renamenx_overwrites_nothing,
    a_key_has_any_name,
}

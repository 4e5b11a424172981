//! Strings beside SET: many keys at once, lengths, the older forms of SET, and what bytes a string may hold.

use crate::script::Script;

fn mset_and_mget_keep_the_order_of_the_keys(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3 d 4 e 5", "+OK");
    c.check("MGET e d c b a", r#"["5", "4", "3", "2", "1"]"#);
    c.check("MGET a missing a", r#"["1", nil, "1"]"#);
    c.resp3();
    c.check("MGET missing a", r#"[_, "1"]"#);
}

fn mset_of_a_key_twice_keeps_the_last_value(c: &mut Script) {
    c.check("MSET a 1 b 2 a 3", "+OK");
    c.check("MGET a b", r#"["3", "2"]"#);
}

fn mset_needs_pairs(c: &mut Script) {
    c.check("MSET a", "-ERR wrong number of arguments for 'mset' command");
    c.check("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command");
    c.check("EXISTS a", ":0");
}

fn msetnx_sets_all_or_nothing(c: &mut Script) {
    c.check("MSETNX {t}a 1 {t}b 2", ":1");
    c.check("MGET {t}a {t}b", r#"["1", "2"]"#);
    c.check("MSETNX {t}c 3 {t}a 4", ":0");
    c.check("MSETNX {t}a 4 {t}c 3", ":0");
    c.check("EXISTS {t}c", ":0");
    c.check("GET {t}a", r#""1""#);
    c.check("MSETNX {t}c 3 {t}d 4 {t}c 5", ":1");
    c.check("MGET {t}c {t}d", r#"["5", "4"]"#);
    c.check("RPUSH {t}l x", ":1");
    c.check("MSETNX {t}l 1 {t}m 2", ":0");
    c.check("TYPE {t}l", "+list");
    c.check("MSETNX {t}m abc", ":1");
    c.check("TTL {t}m", ":-1");
    c.check("SET {t}n v PX 1", "+OK");
    c.check_eventually("EXISTS {t}n", ":0");
    c.check("MSETNX {t}n 1 {t}o 2", ":1");
}

fn msetnx_needs_pairs(c: &mut Script) {
    for command in ["MSETNX", "MSETNX a", "MSETNX a 1 b", "MSETNX a 1 b 2 c"] {
        c.check(command, "-ERR wrong number of arguments for 'msetnx' command");
    }
    c.check("EXISTS a", ":0");
}

fn mset_replaces_any_type_and_takes_lifetimes_away(c: &mut Script) {
    c.check("RPUSH a x", ":1");
    c.check("SET b x EX 100", "+OK");
    c.check("MSET a 1 b 2", "+OK");
    c.check("TYPE a", "+string");
    c.check("TTL b", ":-1");
}

fn mget_shows_other_types_as_null(c: &mut Script) {
    c.check("RPUSH l x", ":1");
    c.check("SET s x", "+OK");
    c.check("MGET l s", r#"[nil, "x"]"#);
}

fn append_creates_and_extends(c: &mut Script) {
    c.check("APPEND k ab", ":2");
    c.check("APPEND k cd", ":4");
    c.check("GET k", r#""abcd""#);
    c.check("APPEND k ''", ":4");
    c.check("SET n 12", "+OK");
    c.check("APPEND n 3", ":3");
    c.check("INCR n", ":124");
}

fn append_keeps_the_lifetime(c: &mut Script) {
    c.check("SET k v EX 100", "+OK");
    c.check("APPEND k w", ":2");
    c.check("TTL k", ":90..100");
}

fn append_of_nothing_to_nothing_makes_an_empty_string(c: &mut Script) {
    c.check("APPEND k ''", ":0");
    c.check("GET k", r#""""#);
    c.check("EXISTS k", ":1");
}

fn strlen_counts_bytes(c: &mut Script) {
    c.check("STRLEN k", ":0");
    c.check(r#"SET k "a\x00\xff""#, "+OK");
    c.check("STRLEN k", ":3");
    c.check("SET k -12345", "+OK");
    c.check("STRLEN k", ":6");
    c.check("SET k ''", "+OK");
    c.check("STRLEN k", ":0");
}

fn setnx_says_whether_it_set(c: &mut Script) {
    c.check("SETNX k v", ":1");
    c.check("SETNX k w", ":0");
    c.check("GET k", r#""v""#);
    c.check("RPUSH l x", ":1");
    c.check("SETNX l w", ":0");
    c.check("TYPE l", "+list");
}

fn getset_returns_the_old_value_and_takes_the_lifetime_away(c: &mut Script) {
    c.check("GETSET k v", "nil");
    c.check("EXPIRE k 100", ":1");
    c.check("GETSET k w", r#""v""#);
    c.check("TTL k", ":-1");
    c.check("GET k", r#""w""#);
    c.resp3();
    c.check("GETSET new v", "_");
}

fn getdel_returns_and_removes(c: &mut Script) {
    c.check("GETDEL k", "nil");
    c.check("SET k v", "+OK");
    c.check("GETDEL k", r#""v""#);
    c.check("EXISTS k", ":0");
    c.check("RPUSH l x", ":1");
    c.check("GETDEL l", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("EXISTS l", ":1");
}

fn keys_and_values_hold_any_bytes(c: &mut Script) {
    c.check(r#"SET "k\x00\r\n\xff" "v\x00\r\n\xfe""#, "+OK");
    c.check(r#"GET "k\x00\r\n\xff""#, r#""v\x00\r\n\xfe""#);
    c.check(r#"GET "k\x00\r\n""#, "nil");
    c.check("KEYS *", r#"["k\x00\r\n\xff"]"#);
    c.check(r#"APPEND "k\x00\r\n\xff" "\x00""#, ":6");
    c.check(r#"MGET "k\x00\r\n\xff" "k\x00""#, r#"["v\x00\r\n\xfe\x00", nil]"#);
}

fn all_bytes_come_back_in_order(c: &mut Script) {
    let all: Vec<u8> = (0..=255).collect();
    let quoted: Vec<_> = all.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    c.check_arguments(&[b"SET", &b"k"[..], &all], "+OK", "SET k with all bytes");
    c.check("GET k", &format!("\"{}\"", quoted.concat()));
    c.check_arguments(&[b"SET", &all[..], b"v"], "+OK", "SET with all bytes as the key");
    c.check_arguments(&[b"GET", &all[..]], r#""v""#, "GET of all bytes as the key");
}

fn the_empty_key_is_a_key(c: &mut Script) {
    c.check("EXISTS ''", ":0");
    c.check("SET '' v", "+OK");
    c.check("GET ''", r#""v""#);
    c.check("EXISTS ''", ":1");
    c.check("KEYS *", r#"[""]"#);
    c.check("DEL ''", ":1");
}

fn the_empty_value_is_a_value(c: &mut Script) {
    c.check("SET k ''", "+OK");
    c.check("GET k", r#""""#);
    c.check("EXISTS k", ":1");
    c.check("SET k v GET", r#""""#);
}

fn numbers_come_back_as_they_were_written(c: &mut Script) {
    for text in
        ["0", "-0", "+1", "01", " 1", "1 ", "1.0", "1e3", "-1", "9223372036854775807", "9223372036854775808"]
    {
        c.check(&format!("SET k '{text}'"), "+OK");
        c.check("GET k", &format!("\"{text}\""));
    }
}

fn long_strings_come_back_whole(c: &mut Script) {
    for length in [43, 44, 45, 255, 256, 1000, 16 * 1024, 100_000, 1 << 20] {
        let value = "x".repeat(length);
        c.check_arguments(&["SET", "k", &value], "+OK", &format!("SET of {length} bytes"));
        c.check("STRLEN k", &format!(":{length}"));
        c.check_arguments(&["GET", "k"], &format!("\"{value}\""), &format!("GET of {length} bytes"));
    }
}

fn string_commands_count_their_arguments(c: &mut Script) {
    for (command, name) in [
        ("GET", "get"),
        ("GET a b", "get"),
        ("SET k", "set"),
        ("MGET", "mget"),
        ("APPEND k", "append"),
        ("STRLEN", "strlen"),
        ("STRLEN a b", "strlen"),
        ("SETNX k", "setnx"),
        ("GETSET k", "getset"),
        ("GETSET k v w", "getset"),
        ("GETDEL", "getdel"),
        ("getdel a b", "getdel"),
    ] {
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
}

facts! { data:
    mset_and_mget_keep_the_order_of_the_keys,
    mset_of_a_key_twice_keeps_the_last_value,
    mset_needs_pairs,
    msetnx_sets_all_or_nothing,
    msetnx_needs_pairs,
    mset_replaces_any_type_and_takes_lifetimes_away,
    mget_shows_other_types_as_null,
    append_creates_and_extends,
    append_keeps_the_lifetime,
    append_of_nothing_to_nothing_makes_an_empty_string,
    strlen_counts_bytes,
    setnx_says_whether_it_set,
    getset_returns_the_old_value_and_takes_the_lifetime_away,
    getdel_returns_and_removes,
    keys_and_values_hold_any_bytes,
    all_bytes_come_back_in_order,
    the_empty_key_is_a_key,
    the_empty_value_is_a_value,
    numbers_come_back_as_they_were_written,
    long_strings_come_back_whole,
    string_commands_count_their_arguments,
}

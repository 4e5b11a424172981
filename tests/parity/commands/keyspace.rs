//! Looking at the keyspace: EXISTS, TOUCH, TYPE, KEYS, SCAN, DBSIZE, RANDOMKEY.

use crate::script::Script;

fn exists_counts_each_mention(c: &mut Script) {
    c.check("MSET a 1 b 2", "+OK");
    c.check("EXISTS a", ":1");
    c.check("EXISTS a b missing", ":2");
    c.check("EXISTS a a a", ":3");
    c.check("EXISTS", "-ERR wrong number of arguments for 'exists' command");
}

fn touch_counts_each_mention(c: &mut Script) {
    c.check("MSET a 1 b 2", "+OK");
    c.check("RPUSH l x", ":1");
    c.check("TOUCH a", ":1");
    c.check("TOUCH missing", ":0");
    c.check("TOUCH a b missing l", ":3");
    c.check("TOUCH a a b a", ":4");
    c.check("SET c 1 PX 1", "+OK");
    c.check_eventually("TOUCH c", ":0");
    c.check("TOUCH", "-ERR wrong number of arguments for 'touch' command");
}

fn type_names_the_type(c: &mut Script) {
    c.check("SET s v", "+OK");
    c.check("RPUSH l a", ":1");
    c.check("SADD u a", ":1");
    c.check("HSET h f v", ":1");
    c.check("ZADD z 1 a", ":1");
    for (key, name) in
        [("s", "string"), ("l", "list"), ("u", "set"), ("h", "hash"), ("z", "zset"), ("x", "none")]
    {
        c.check(&format!("TYPE {key}"), &format!("+{name}"));
    }
    c.check("TYPE", "-ERR wrong number of arguments for 'type' command");
}

fn dbsize_counts_keys(c: &mut Script) {
    c.check("DBSIZE", ":0");
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("DBSIZE", ":3");
    c.check("DEL b", ":1");
    c.check("DBSIZE", ":2");
    c.check("DBSIZE x", "-ERR wrong number of arguments for 'dbsize' command");
}

fn randomkey_is_a_key(c: &mut Script) {
    c.check("RANDOMKEY", "nil");
    c.check("MSET a 1 b 2", "+OK");
    for _ in 0..5 {
        c.check("RANDOMKEY", r#""a" | "b""#);
    }
    c.check("DEL a", ":1");
    c.check("RANDOMKEY", r#""b""#);
    c.check("DEL b", ":1");
    c.resp3();
    c.check("RANDOMKEY", "_");
}

fn keys_matches_globs(c: &mut Script) {
    c.check("MSET hello 1 hallo 1 hxllo 1 hllo 1 heeello 1 'h*llo' 1 'h[llo' 1 '' 1", "+OK");
    for (glob, keys) in [
        ("h?llo", r#"unordered["hello", "hallo", "hxllo", "h*llo", "h[llo"]"#),
        ("h*llo", r#"unordered["hello", "hallo", "hxllo", "hllo", "heeello", "h*llo", "h[llo"]"#),
        ("h[ae]llo", r#"unordered["hello", "hallo"]"#),
        ("h[^e]llo", r#"unordered["hallo", "hxllo", "h*llo", "h[llo"]"#),
        ("h[a-e]llo", r#"unordered["hello", "hallo"]"#),
        ("h[e-a]llo", r#"unordered["hello", "hallo"]"#),
        ("'h\\*llo'", r#"["h*llo"]"#),
        ("'h\\[llo'", r#"["h[llo"]"#),
        ("'h[\\[]llo'", r#"["h[llo"]"#),
        ("h[*[]llo", r#"unordered["h*llo", "h[llo"]"#),
        ("hello", r#"["hello"]"#),
        ("HELLO", "[]"),
        ("''", r#"[""]"#),
        ("x*", "[]"),
        ("*x*", r#"["hxllo"]"#),
        ("**e**e**", r#"["heeello"]"#),
        ("*o?", "[]"),
        ("h[", r"[]"),
        ("h[ae", "[]"),
        ("'hell[o'", r#"["hello"]"#),
        (r#""hello\\""#, "[]"),
        ("*", r#"unordered["hello", "hallo", "hxllo", "hllo", "heeello", "h*llo", "h[llo", ""]"#),
    ] {
        c.check(&format!("KEYS {glob}"), keys);
    }
    c.check("KEYS", "-ERR wrong number of arguments for 'keys' command");
}

fn keys_of_nothing_is_an_empty_array(c: &mut Script) {
    c.check("KEYS *", "[]");
    c.resp3();
    c.check("KEYS *", "[]");
}

fn scan_returns_every_key(c: &mut Script) {
    c.check_scan("SCAN CURSOR", "[]");
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check_scan("SCAN CURSOR", r#"unordered["a", "b", "c"]"#);
    c.check_scan("SCAN CURSOR COUNT 1", r#"unordered["a", "b", "c"]"#);
    c.check_scan("SCAN CURSOR count 1000", r#"unordered["a", "b", "c"]"#);
}

fn scan_returns_every_key_of_many(c: &mut Script) {
    let mut all = Vec::new();
    for number in 0..500 {
        c.given(&format!("SET key:{number} v"));
        all.push(format!("\"key:{number}\""));
    }
    let all = format!("unordered[{}]", all.join(", "));
    c.check_scan("SCAN CURSOR", &all);
    c.check_scan("SCAN CURSOR COUNT 100", &all);
    c.check_scan("SCAN CURSOR MATCH key:49?", &all_of(490..500));
    c.check_scan("SCAN CURSOR MATCH key:7", r#"["key:7"]"#);
    c.check("KEYS key:1?", &all_of(10..20));
    c.check("DBSIZE", ":500");
}

fn all_of(numbers: std::ops::Range<u32>) -> String {
    let keys: Vec<_> = numbers.map(|number| format!("\"key:{number}\"")).collect();
    format!("unordered[{}]", keys.join(", "))
}

fn scan_filters_by_glob_and_type(c: &mut Script) {
    c.check("MSET a1 1 a2 1 b1 1", "+OK");
    c.check("RPUSH alist x", ":1");
    c.check("HSET ahash f v", ":1");
    c.check("ZADD azset 1 a", ":1");
    c.check("SADD aset x", ":1");
    c.check_scan("SCAN CURSOR MATCH a?", r#"unordered["a1", "a2"]"#);
    c.check_scan("SCAN CURSOR TYPE list", r#"["alist"]"#);
    c.check_scan("SCAN CURSOR TYPE HASH", r#"["ahash"]"#);
    c.check_scan("SCAN CURSOR TYPE zset", r#"["azset"]"#);
    c.check_scan("SCAN CURSOR TYPE set", r#"["aset"]"#);
    c.check_scan("SCAN CURSOR TYPE string MATCH a* COUNT 100", r#"unordered["a1", "a2"]"#);
    c.check_scan("SCAN CURSOR MATCH b* TYPE list", "[]");
    c.check_scan("SCAN CURSOR MATCH x MATCH b*", r#"["b1"]"#);
    c.check_scan("SCAN CURSOR TYPE nope", "[]");
    c.check_scan("SCAN CURSOR TYPE ''", "[]");
    c.check_scan("SCAN CURSOR TYPE none", "[]");
    c.check_scan("SCAN CURSOR TYPE list TYPE set", r#"["aset"]"#);
}

fn scan_skips_expired_keys(c: &mut Script) {
    c.check("SET a 1", "+OK");
    c.check("SET b 1 PX 1", "+OK");
    c.check_eventually("TTL b", ":-2");
    c.check_scan("SCAN CURSOR", r#"["a"]"#);
}

fn scan_refuses_what_is_no_cursor_or_option(c: &mut Script) {
    c.check("SCAN x", "-ERR invalid cursor");
    c.check("SCAN -1", "any");
    c.check("SCAN 1.5", "-ERR invalid cursor");
    c.check("SCAN 0x", "-ERR invalid cursor");
    c.check("SCAN +", "-ERR invalid cursor");
    c.check("SCAN -", "-ERR invalid cursor");
    c.check("SCAN --0", "-ERR invalid cursor");
    c.check("SCAN '0 '", "-ERR invalid cursor");
    c.check("SCAN 18446744073709551616", "-ERR invalid cursor");
    c.check("SCAN '' COUNT 100", r#"["".., []]"#);
    c.check("SCAN +0 COUNT 100", r#"["".., []]"#);
    c.check("SCAN -0 COUNT 100", r#"["".., []]"#);
    c.check("SCAN 000 COUNT 100", r#"["".., []]"#);
    c.check("SCAN 18446744073709551615", r#"["0", []]"#);
    c.check("SCAN -18446744073709551615 COUNT 100", r#"["".., []]"#);
    c.check("SCAN 0 TYPE", "-ERR syntax error");
    c.check("SCAN 0 TYPE list MATCH", "-ERR syntax error");
    c.check("SCAN ' 0'", "-ERR invalid cursor");
    c.check("SCAN 99999999999999999999999", "-ERR invalid cursor");
    c.check("SCAN 0 COUNT 0", "-ERR syntax error");
    c.check("SCAN 0 COUNT -1", "-ERR syntax error");
    c.check("SCAN 0 COUNT x", "-ERR value is not an integer or out of range");
    c.check("SCAN 0 COUNT", "-ERR syntax error");
    c.check("SCAN 0 MATCH", "-ERR syntax error");
    c.check("SCAN 0 FOO 1", "-ERR syntax error");
    c.check("SCAN 0 TYPE", "-ERR syntax error");
    c.check("SCAN", "-ERR wrong number of arguments for 'scan' command");
}

facts! { data:
    exists_counts_each_mention,
    touch_counts_each_mention,
    type_names_the_type,
    dbsize_counts_keys,
    randomkey_is_a_key,
    keys_matches_globs,
    keys_of_nothing_is_an_empty_array,
    scan_returns_every_key,
    scan_returns_every_key_of_many,
    scan_filters_by_glob_and_type,
    scan_skips_expired_keys,
    scan_refuses_what_is_no_cursor_or_option,
}

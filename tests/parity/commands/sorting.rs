//! SORT and `SORT_RO`.

use crate::script::Script;

fn numbers_are_sorted_by_value(c: &mut Script) {
    c.check("RPUSH {k}l 10 9 -1 2.5 1e2 0x10", ":6");
    c.check("SORT {k}l", r#"["-1", "2.5", "9", "10", "0x10", "1e2"]"#);
    c.check("SORT {k}l DESC", r#"["1e2", "0x10", "10", "9", "2.5", "-1"]"#);
    c.check("SORT {k}l desc asc", r#"["-1", "2.5", "9", "10", "0x10", "1e2"]"#);
    c.check("SORT {k}l ALPHA", r#"["-1", "0x10", "10", "1e2", "2.5", "9"]"#);
    c.check("SORT {k}l ALPHA DESC", r#"["9", "2.5", "1e2", "10", "0x10", "-1"]"#);
    c.check("SORT {k}l LIMIT 1 2", r#"["2.5", "9"]"#);
    c.check("SORT {k}l LIMIT 4 10", r#"["0x10", "1e2"]"#);
    c.check("SORT {k}l LIMIT 6 1", "[]");
    c.check("SORT {k}l LIMIT -5 2", r#"["-1", "2.5"]"#);
    c.check("SORT {k}l LIMIT 0 -1", r#"["-1", "2.5", "9", "10", "0x10", "1e2"]"#);
    c.check("SORT {k}l LIMIT 1 -9", r#"["2.5", "9", "10", "0x10", "1e2"]"#);
    c.check("SORT {k}l LIMIT 2 0", "[]");
    c.check("SORT {k}l DESC LIMIT 0 2", r#"["1e2", "0x10"]"#);
    c.check("SORT_RO {k}l", r#"["-1", "2.5", "9", "10", "0x10", "1e2"]"#);
    c.check("SORT {k}none", "[]");
    c.check("SORT_RO {k}none", "[]");
    c.check("SADD {k}s 3 1 2", ":3");
    c.check("SORT {k}s", r#"["1", "2", "3"]"#);
    c.check("ZADD {k}z 1 9 2 8 3 7", ":3");
    c.check("SORT {k}z", r#"["7", "8", "9"]"#);
    c.check("SORT {k}z DESC", r#"["9", "8", "7"]"#);
    c.check("RPUSH {k}same b1 1 1.0 01", ":4");
    c.check("SORT {k}same", "-ERR One or more scores can't be converted into double");
    c.check("RPUSH {k}ties 1 1.0 01", ":3");
    c.check("SORT {k}ties", r#"["01", "1", "1.0"]"#);
    c.check("SORT {k}ties DESC", r#"["1.0", "1", "01"]"#);
    c.check(r#"RPUSH {k}odd "" 5 " 3""#, ":3");
    c.check("SORT {k}odd", r#"["", " 3", "5"]"#);
    c.check("RPUSH {k}w b a C", ":3");
    c.check("SORT {k}w", "-ERR One or more scores can't be converted into double");
    c.check("SORT {k}w ALPHA", r#"["C", "a", "b"]"#);
    c.resp3();
    c.check("SORT {k}l", r#"["-1", "2.5", "9", "10", "0x10", "1e2"]"#);
    c.check("SORT {k}none", "[]");
}

fn weights_come_from_other_keys(c: &mut Script) {
    c.check("RPUSH {k}l 1 2 3", ":3");
    c.check("MSET {k}w_1 30 {k}w_2 20 {k}w_3 10", "+OK");
    c.check("MSET {k}o_1 one {k}o_3 three", "+OK");
    c.check("HSET {k}h_1 f 5 n x", ":2");
    c.check("HSET {k}h_2 f 9", ":1");
    c.check("SORT {k}l BY {k}w_*", r#"["3", "2", "1"]"#);
    c.check("SORT {k}l BY {k}w_* DESC", r#"["1", "2", "3"]"#);
    c.check("SORT {k}l BY {k}w_* GET # GET {k}o_*", r#"["3", "three", "2", nil, "1", "one"]"#);
    c.check("SORT {k}l GET {k}o_*", r#"["one", nil, "three"]"#);
    c.check("SORT {k}l BY {k}h_*->f", r#"["3", "1", "2"]"#);
    c.check("SORT {k}l BY {k}h_*->f GET {k}h_*->f GET {k}h_*->n", r#"[nil, nil, "5", "x", "9", nil]"#);
    c.check("SORT {k}l BY {k}none_*", r#"["1", "2", "3"]"#);
    c.check("SORT {k}l BY {k}o_* ALPHA", r#"["2", "1", "3"]"#);
    c.check("SORT {k}l BY {k}o_* ALPHA DESC", r#"["3", "1", "2"]"#);
    c.check("SORT {k}l BY {k}o_*", "-ERR One or more scores can't be converted into double");
    c.check("SORT {k}l BY {k}h_*", r#"["1", "2", "3"]"#);
    c.check("SORT {k}l BY {k}w_*->f", r#"["1", "2", "3"]"#);
    c.check("SORT {k}l BY {k}w_* LIMIT 0 2", r#"["3", "2"]"#);
    c.check("SORT {k}l BY {k}w_* LIMIT 1 1 GET #", r#"["2"]"#);
    c.check("SORT {k}l GET fixed", "[nil, nil, nil]");
    c.check("SORT {k}l GET {k}h_*->", "[nil, nil, nil]");
    c.check("SORT {k}l GET {k}h_*->missing", "[nil, nil, nil]");
    c.check("SORT_RO {k}l BY {k}w_* GET {k}o_*", r#"["three", nil, "one"]"#);
    c.resp3();
    c.check("SORT {k}l GET {k}o_*", r#"["one", _, "three"]"#);
}

fn a_constant_weight_keeps_the_order(c: &mut Script) {
    c.check("RPUSH {k}l b c a", ":3");
    c.check("SORT {k}l BY nosort", r#"["b", "c", "a"]"#);
    c.check("SORT {k}l BY nosort DESC", r#"["a", "c", "b"]"#);
    c.check("SORT {k}l BY nosort LIMIT 1 1", r#"["c"]"#);
    c.check("SORT {k}l BY nosort DESC LIMIT 0 2", r#"["a", "c"]"#);
    c.check("SORT {k}l BY nosort LIMIT 5 1", "[]");
    c.check("SORT {k}l BY # GET #", r#"["b", "c", "a"]"#);
    c.check("ZADD {k}z 3 a 1 b 2 c", ":3");
    c.check("SORT {k}z BY nosort", r#"["b", "c", "a"]"#);
    c.check("SORT {k}z BY nosort DESC", r#"["a", "c", "b"]"#);
    c.check("SORT {k}z BY nosort LIMIT 1 5", r#"["c", "a"]"#);
    c.check("SORT {k}z BY nosort DESC LIMIT 1 1", r#"["c"]"#);
    c.check("SORT {k}z BY nosort DESC LIMIT 0 2", r#"["a", "c"]"#);
    c.check("SADD {k}s c a b", ":3");
    c.check("SORT {k}s BY nosort", r#"unordered["b", "a", "c"]"#);
    c.check("SORT {k}s BY nosort STORE {k}dst", ":3");
    c.check("LRANGE {k}dst 0 -1", r#"["a", "b", "c"]"#);
    c.check("SORT {k}s BY nosort DESC STORE {k}dst", ":3");
    c.check("LRANGE {k}dst 0 -1", r#"["c", "b", "a"]"#);
    c.check("SORT {k}l BY nosort BY {k}w_*", r#"["b", "c", "a"]"#);
}

fn store_keeps_a_list(c: &mut Script) {
    c.check("RPUSH {k}l 3 1 2", ":3");
    c.check("SET {k}dst v EX 100", "+OK");
    c.check("SORT {k}l STORE {k}dst", ":3");
    c.check("LRANGE {k}dst 0 -1", r#"["1", "2", "3"]"#);
    c.check("TTL {k}dst", ":-1");
    c.check_since_7_2("OBJECT ENCODING {k}dst", r#""quicklist""#, r#""listpack""#);
    c.check("SORT {k}l GET {k}none_* GET # STORE {k}dst", ":6");
    c.check("LRANGE {k}dst 0 -1", r#"["", "1", "", "2", "", "3"]"#);
    c.check("SORT {k}l STORE {k}l", ":3");
    c.check("LRANGE {k}l 0 -1", r#"["1", "2", "3"]"#);
    c.check("SORT {k}l STORE {k}x STORE {k}y DESC", ":3");
    c.check("EXISTS {k}x", ":0");
    c.check("LRANGE {k}y 0 -1", r#"["3", "2", "1"]"#);
    c.check("SORT {k}l LIMIT 9 1 STORE {k}y", ":0");
    c.check("EXISTS {k}y", ":0");
    c.check("SET {k}y v", "+OK");
    c.check("SORT {k}none STORE {k}y", ":0");
    c.check("EXISTS {k}y", ":0");
    c.check("SORT_RO {k}l STORE {k}y", "-ERR syntax error");
}

fn sort_checks_options_then_types(c: &mut Script) {
    c.check("SET {k}str v", "+OK");
    c.check("HSET {k}h f v", ":1");
    c.check("RPUSH {k}l a", ":1");
    c.check("SORT {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SORT {k}h", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SORT_RO {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SORT {k}str FOO", "-ERR syntax error");
    c.check("SORT {k}str LIMIT a b", "-ERR value is not an integer or out of range");
    c.check("SORT {k}l LIMIT 1", "-ERR syntax error");
    c.check("SORT {k}l LIMIT 1 x", "-ERR value is not an integer or out of range");
    c.check("SORT {k}l BY", "-ERR syntax error");
    c.check("SORT {k}l GET", "-ERR syntax error");
    c.check("SORT {k}l STORE", "-ERR syntax error");
    c.check("SORT {k}l FOO", "-ERR syntax error");
    c.check("SORT {k}l", "-ERR One or more scores can't be converted into double");
    c.check("SORT {k}l STORE {k}dst", "-ERR One or more scores can't be converted into double");
    c.check("EXISTS {k}dst", ":0");
    c.check("SORT", "-ERR wrong number of arguments for 'sort' command");
    c.check("SORT_RO", "-ERR wrong number of arguments for 'sort_ro' command");
}

fn patterns_name_keys_wherever_they_are(c: &mut Script) {
    c.check("RPUSH list 1 2 3 10", ":4");
    c.check("MSET w_1 5 w_2 3 w_3 9 w_10 1", "+OK");
    c.check("MSET name_1 one name_2 two name_10 ten", "+OK");
    c.check("HSET h_1 weight 2 name eins", ":2");
    c.check("HSET h_2 weight 1", ":1");
    c.check("SORT list BY w_*", r#"["10", "2", "1", "3"]"#);
    c.check("SORT list BY w_* LIMIT 1 2 GET # GET name_*", r#"["2", "two", "1", "one"]"#);
    c.check(
        "SORT_RO list BY w_* DESC GET name_* GET h_*->name",
        r#"[nil, nil, "one", "eins", "two", nil, "ten", nil]"#,
    );
    c.check(
        "SORT list BY h_*->weight GET # GET h_*->name",
        r#"["10", nil, "3", nil, "2", nil, "1", "eins"]"#,
    );
    c.check("SORT list BY nosort GET name_*", r#"["one", "two", nil, "ten"]"#);
    c.check("SORT list BY w_* STORE result", ":4");
    c.check("LRANGE result 0 -1", r#"["10", "2", "1", "3"]"#);
    c.check("SORT list BY name_*", "-ERR One or more scores can't be converted into double");
    c.check("SORT list BY name_* ALPHA", r#"["3", "1", "10", "2"]"#);
    c.check("SORT none BY w_* GET name_*", "[]");
    c.check("SET list2 v", "+OK");
    c.check("SORT list2 BY w_*", "-WRONGTYPE Operation against a key holding the wrong kind of value");
}

fn patterns_work_within_transactions(c: &mut Script) {
    c.check("MULTI", "+OK");
    for command in [
        "SADD set a b c",
        "MSET w_a 3 w_b 2 w_c 1",
        "SORT set BY w_* GET # GET w_*",
        "SET w_a 0",
        "SORT set BY w_* STORE {x}sorted",
        "RENAME {x}sorted elsewhere",
        "LRANGE elsewhere 0 -1",
        "SORT elsewhere ALPHA DESC GET w_*",
        "SORT nothing BY w_*",
    ] {
        c.check(command, "+QUEUED");
    }
    c.check(
        "EXEC",
        r#"[:3, +OK, ["c", "1", "b", "2", "a", "3"], +OK, :3, +OK, ["a", "c", "b"], ["1", "2", "0"], []]"#,
    );
    c.check("GET w_a", r#""0""#);
    c.check("DBSIZE", ":5");
}

fn a_sorted_set_that_was_sorted_stays_large(c: &mut Script) {
    for sort in ["SORT z ALPHA", "SORT_RO z ALPHA", "SORT z BY nosort", "SORT z"] {
        c.given("DEL z");
        c.check("ZADD z 1 b 2 a", ":2");
        c.check("SORT z BY x GET", "-ERR syntax error");
        c.check("OBJECT ENCODING z", r#""listpack""#);
        let reply = match sort {
            "SORT z" => "-ERR One or more scores can't be converted into double",
            "SORT z BY nosort" => r#"["b", "a"]"#,
            _ => r#"["a", "b"]"#,
        };
        c.check(sort, reply);
        c.check("OBJECT ENCODING z", r#""skiplist""#);
        c.check("ZADD z -0 c", ":1");
        c.check("ZRANGE z 0 -1 WITHSCORES", r#"["c", "-0", "b", "1", "a", "2"]"#);
    }
    c.check("WATCH z", "+OK");
    c.check("SORT z ALPHA LIMIT 0 1", r#"["a"]"#);
    c.check("MULTI", "+OK");
    c.check("EXEC", "[]");
}

fn texts_end_at_a_zero_byte_unless_they_are_kept(c: &mut Script) {
    c.check(r#"RPUSH {k}l "a\x00z" "a\x00b" a "" "\x00""#, ":5");
    c.check("SORT {k}l ALPHA", r#"["", "\x00", "a\x00z", "a\x00b", "a"]"#);
    c.check("SORT {k}l ALPHA DESC", r#"["a\x00z", "a\x00b", "a", "", "\x00"]"#);
    c.check("SORT {k}l ALPHA STORE {k}dst", ":5");
    c.check("LRANGE {k}dst 0 -1", r#"["", "\x00", "a", "a\x00b", "a\x00z"]"#);
    c.check(r#"MSET w_1 "x\x00b" w_2 "x\x00a""#, "+OK");
    c.check("RPUSH {k}m 1 2", ":2");
    c.check("SORT {k}m BY w_* ALPHA", r#"["1", "2"]"#);
    c.check("SORT {k}m BY w_* ALPHA STORE {k}dst", ":2");
    c.check("LRANGE {k}dst 0 -1", r#"["2", "1"]"#);
}

facts! { data:
    texts_end_at_a_zero_byte_unless_they_are_kept,
    a_sorted_set_that_was_sorted_stays_large,
    patterns_name_keys_wherever_they_are,
    patterns_work_within_transactions,
    numbers_are_sorted_by_value,
    weights_come_from_other_keys,
    a_constant_weight_keeps_the_order,
    store_keeps_a_list,
    sort_checks_options_then_types,
}

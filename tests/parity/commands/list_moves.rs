//! Elements from one list to another, and from the first of several.

use crate::script::Script;

fn lmove_takes_from_one_end_to_another(c: &mut Script) {
    c.check("RPUSH {k}a 1 2 3", ":3");
    c.check("LMOVE {k}a {k}b LEFT RIGHT", r#""1""#);
    c.check("LMOVE {k}a {k}b right left", r#""3""#);
    c.check("LRANGE {k}b 0 -1", r#"["3", "1"]"#);
    c.check("LMOVE {k}a {k}b LEFT LEFT", r#""2""#);
    c.check("EXISTS {k}a", ":0");
    c.check("LRANGE {k}b 0 -1", r#"["2", "3", "1"]"#);
    c.check("LMOVE {k}a {k}b LEFT LEFT", "nil");
    c.check("LMOVE {k}b {k}b LEFT RIGHT", r#""2""#);
    c.check("LRANGE {k}b 0 -1", r#"["3", "1", "2"]"#);
    c.check("LMOVE {k}b {k}b RIGHT RIGHT", r#""2""#);
    c.check("LRANGE {k}b 0 -1", r#"["3", "1", "2"]"#);
    c.check("LMOVE {k}b {k}b RIGHT LEFT", r#""2""#);
    c.check("LRANGE {k}b 0 -1", r#"["2", "3", "1"]"#);
    c.check("RPUSH {k}one x", ":1");
    c.check("LMOVE {k}one {k}one LEFT RIGHT", r#""x""#);
    c.check("LRANGE {k}one 0 -1", r#"["x"]"#);
    c.check_since_7_2("OBJECT ENCODING {k}one", r#""quicklist""#, r#""listpack""#);
    c.resp3();
    c.check("LMOVE {k}none {k}b LEFT LEFT", "_");
}

fn rpoplpush_moves_the_last_to_the_front(c: &mut Script) {
    c.check("RPUSH {k}a 1 2 3", ":3");
    c.check("RPOPLPUSH {k}a {k}b", r#""3""#);
    c.check("RPOPLPUSH {k}a {k}a", r#""2""#);
    c.check("LRANGE {k}a 0 -1", r#"["2", "1"]"#);
    c.check("LRANGE {k}b 0 -1", r#"["3"]"#);
    c.check("RPOPLPUSH {k}none {k}b", "nil");
    c.check("RPOPLPUSH {k}b {k}c", r#""3""#);
    c.check("EXISTS {k}b", ":0");
    c.resp3();
    c.check("RPOPLPUSH {k}none {k}b", "_");
}

fn moves_check_words_before_keys(c: &mut Script) {
    c.check("SET {k}str v", "+OK");
    c.check("RPUSH {k}a 1", ":1");
    c.check("LMOVE {k}str {k}a FOO LEFT", "-ERR syntax error");
    c.check("LMOVE {k}a {k}a LEFT FOO", "-ERR syntax error");
    c.check(
        "LMOVE {k}str {k}a LEFT LEFT",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check(
        "LMOVE {k}a {k}str LEFT LEFT",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("LMOVE {k}none {k}str LEFT LEFT", "nil");
    c.check("RPOPLPUSH {k}str {k}a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("RPOPLPUSH {k}a {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("RPOPLPUSH {k}none {k}str", "nil");
    c.check("LRANGE {k}a 0 -1", r#"["1"]"#);
    c.check("LMOVE {k}a {k}a LEFT", "-ERR wrong number of arguments for 'lmove' command");
    c.check("RPOPLPUSH {k}a", "-ERR wrong number of arguments for 'rpoplpush' command");
}

fn an_expiry_stays_with_its_list(c: &mut Script) {
    c.check("RPUSH {k}a 1 2", ":2");
    c.check("RPUSH {k}b 9", ":1");
    c.check("EXPIRE {k}b 100", ":1");
    c.check("LMOVE {k}a {k}b LEFT LEFT", r#""1""#);
    c.check("TTL {k}b", ":90..100");
    c.check("EXPIRE {k}a 100", ":1");
    c.check("LMOVE {k}a {k}a LEFT RIGHT", r#""2""#);
    c.check("TTL {k}a", ":90..100");
    c.check("LMOVE {k}a {k}c LEFT RIGHT", r#""2""#);
    c.check("TTL {k}c", ":-1");
}

fn lmpop_takes_from_the_first_that_has_elements(c: &mut Script) {
    c.check("RPUSH {k}a 1 2 3", ":3");
    c.check("RPUSH {k}b x", ":1");
    c.check("LMPOP 1 {k}a LEFT", r#"["{k}a", ["1"]]"#);
    c.check("LMPOP 2 {k}none {k}a RIGHT COUNT 5", r#"["{k}a", ["3", "2"]]"#);
    c.check("EXISTS {k}a", ":0");
    c.check("LMPOP 2 {k}a {k}b left count 1", r#"["{k}b", ["x"]]"#);
    c.check("LMPOP 2 {k}a {k}b LEFT", "nil[]");
    c.check("RPUSH {k}a 1 2 3", ":3");
    c.check("LMPOP 1 {k}a RIGHT COUNT 2", r#"["{k}a", ["3", "2"]]"#);
    c.check("SET {k}str v", "+OK");
    c.check("LMPOP 1 {k}str LEFT", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check(
        "LMPOP 2 {k}none {k}str LEFT",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("LMPOP 2 {k}a {k}str LEFT", r#"["{k}a", ["1"]]"#);
    c.check("LMPOP 0 {k}a LEFT", "-ERR numkeys should be greater than 0");
    c.check("LMPOP -1 {k}a LEFT", "-ERR numkeys should be greater than 0");
    c.check("LMPOP x {k}a LEFT", "-ERR numkeys should be greater than 0");
    c.check("LMPOP 1 {k}a MIN", "-ERR syntax error");
    c.check("LMPOP 2 {k}a {k}LEFT", "-ERR syntax error");
    c.check("LMPOP 3 {k}a {k}b {k}LEFT", "-ERR syntax error");
    c.check("LMPOP 1 {k}a LEFT COUNT 0", "-ERR count should be greater than 0");
    c.check("LMPOP 1 {k}a LEFT COUNT -1", "-ERR count should be greater than 0");
    c.check("LMPOP 1 {k}a LEFT COUNT x", "-ERR count should be greater than 0");
    c.check("LMPOP 1 {k}a LEFT COUNT", "-ERR syntax error");
    c.check("LMPOP 1 {k}a LEFT FOO", "-ERR syntax error");
    c.check("LMPOP 1 {k}a LEFT COUNT 1 COUNT 1", "-ERR syntax error");
    c.check("LMPOP 9223372036854775807 {k}a LEFT", "-ERR syntax error");
    c.check("LMPOP 1 {k}a", "-ERR wrong number of arguments for 'lmpop' command");
    c.resp3();
    c.check("RPUSH {k}a a b", ":2");
    c.check("LMPOP 1 {k}a LEFT COUNT 2", r#"["{k}a", ["a", "b"]]"#);
    c.check("LMPOP 1 {k}a LEFT", "_");
}

facts! { data:
    lmove_takes_from_one_end_to_another,
    rpoplpush_moves_the_last_to_the_front,
    moves_check_words_before_keys,
    an_expiry_stays_with_its_list,
    lmpop_takes_from_the_first_that_has_elements,
}

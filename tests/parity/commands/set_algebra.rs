//! Intersections, unions and differences of sets.

use crate::script::Script;

fn sinter_returns_what_all_sets_have(c: &mut Script) {
    c.check("SADD {k}a 1 2 3 4 5 x", ":6");
    c.check("SADD {k}b 2 4 6 x", ":4");
    c.check("SADD {k}c 4 x y", ":3");
    c.check("SINTER {k}a", r#"unordered["2", "1", "x", "3", "5", "4"]"#);
    c.check("SINTER {k}a {k}b", r#"unordered["2", "x", "4"]"#);
    c.check("SINTER {k}a {k}b {k}c", r#"unordered["x", "4"]"#);
    c.check("SINTER {k}c {k}b {k}a {k}a", r#"unordered["x", "4"]"#);
    c.check("SINTER {k}a {k}a", r#"unordered["2", "1", "x", "3", "5", "4"]"#);
    c.check("SINTER {k}a {k}none", "[]");
    c.check("SINTER {k}none {k}a", "[]");
    c.check("SINTER {k}none", "[]");
    c.resp3();
    c.check("SINTER {k}a {k}b {k}c", r#"~{"x", "4"}"#);
    c.check("SINTER {k}a {k}none", "~{}");
}

fn sunion_and_sdiff(c: &mut Script) {
    c.check("SADD {k}a 1 2 3 x", ":4");
    c.check("SADD {k}b 3 4 y", ":3");
    c.check("SADD {k}c 1 9", ":2");
    c.check("SUNION {k}a {k}b", r#"unordered["1", "2", "x", "3", "4", "y"]"#);
    c.check("SUNION {k}a {k}b {k}c {k}a {k}none", r#"unordered["2", "1", "x", "3", "9", "4", "y"]"#);
    c.check("SUNION {k}a", r#"unordered["2", "3", "x", "1"]"#);
    c.check("SUNION {k}none", "[]");
    c.check("SUNION {k}none {k}nothing", "[]");
    c.check("SDIFF {k}a {k}b", r#"unordered["2", "x", "1"]"#);
    c.check("SDIFF {k}a {k}b {k}c", r#"unordered["2", "x"]"#);
    c.check("SDIFF {k}a", r#"unordered["2", "3", "x", "1"]"#);
    c.check("SDIFF {k}a {k}none", r#"unordered["2", "3", "x", "1"]"#);
    c.check("SDIFF {k}a {k}a", "[]");
    c.check("SDIFF {k}a {k}b {k}a", "[]");
    c.check("SDIFF {k}none {k}a", "[]");
    c.resp3();
    c.check("SUNION {k}a {k}b", r#"~{"1", "2", "x", "3", "4", "y"}"#);
    c.check("SDIFF {k}a {k}b", r#"~{"2", "x", "1"}"#);
    c.check("SDIFF {k}a {k}a", "~{}");
    c.check("SUNION {k}none", "~{}");
}

fn stores_count_members_and_replace_what_was_there(c: &mut Script) {
    c.check("SADD {k}a 1 2 3 x", ":4");
    c.check("SADD {k}b 2 3 y", ":3");
    c.check("SET {k}dst string EX 100", "+OK");
    c.check("SINTERSTORE {k}dst {k}a {k}b", ":2");
    c.check("TYPE {k}dst", "+set");
    c.check("TTL {k}dst", ":-1");
    c.check("SMEMBERS {k}dst", r#"unordered["2", "3"]"#);
    c.check("SUNIONSTORE {k}dst {k}a {k}b", ":5");
    c.check("SMEMBERS {k}dst", r#"unordered["1", "2", "x", "3", "y"]"#);
    c.check("SDIFFSTORE {k}dst {k}a {k}b", ":2");
    c.check("SMEMBERS {k}dst", r#"unordered["x", "1"]"#);
    c.check("SUNIONSTORE {k}one {k}a", ":4");
    c.check("SCARD {k}one", ":4");
    c.check("SDIFFSTORE {k}one {k}b", ":3");
    c.check("SCARD {k}one", ":3");
}

fn an_empty_result_leaves_no_destination(c: &mut Script) {
    c.check("SADD {k}a 1 2", ":2");
    c.check("SADD {k}b 3", ":1");
    c.check("SET {k}dst v", "+OK");
    c.check("SINTERSTORE {k}dst {k}a {k}b", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("SET {k}dst v", "+OK");
    c.check("SDIFFSTORE {k}dst {k}a {k}a", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("SET {k}dst v", "+OK");
    c.check("SUNIONSTORE {k}dst {k}none", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("SET {k}dst v", "+OK");
    c.check("SINTERSTORE {k}dst {k}a {k}none", ":0");
    c.check("EXISTS {k}dst", ":0");
    c.check("SINTERSTORE {k}dst {k}none", ":0");
    c.check("SDIFFSTORE {k}dst {k}none {k}a", ":0");
}

fn the_destination_may_be_a_source(c: &mut Script) {
    c.check("SADD {k}a 1 2 3", ":3");
    c.check("SADD {k}b 2 3 4", ":3");
    c.check("SINTERSTORE {k}a {k}a {k}b", ":2");
    c.check("SMEMBERS {k}a", r#"unordered["2", "3"]"#);
    c.check("SUNIONSTORE {k}a {k}b {k}a", ":3");
    c.check("SMEMBERS {k}a", r#"unordered["2", "3", "4"]"#);
    c.check("SADD {k}a 9", ":1");
    c.check("SDIFFSTORE {k}a {k}a {k}b", ":1");
    c.check("SMEMBERS {k}a", r#"unordered["9"]"#);
    c.check("SDIFFSTORE {k}a {k}a {k}a", ":0");
    c.check("EXISTS {k}a", ":0");
}

fn other_types_are_refused_wherever_they_stand(c: &mut Script) {
    c.given("SET {k}str v");
    c.given("RPUSH {k}list a");
    c.check("SADD {k}a 1 2", ":2");
    c.check("SINTER {k}a {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SINTER {k}none {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SINTER {k}str {k}none", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SUNION {k}a {k}list", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SUNION {k}none {k}list", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SDIFF {k}a {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("SDIFF {k}none {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check(
        "SINTERSTORE {k}dst {k}none {k}str",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check(
        "SUNIONSTORE {k}str {k}a {k}list",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("SDIFFSTORE {k}dst {k}str", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check(
        "SINTERCARD 2 {k}none {k}str",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    c.check("GET {k}str", r#""v""#);
    c.check("EXISTS {k}dst", ":0");
}

fn sintercard_counts_up_to_a_limit(c: &mut Script) {
    c.check("SADD {k}a 1 2 3 4 5 x", ":6");
    c.check("SADD {k}b 2 3 4 x y", ":5");
    c.check("SINTERCARD 1 {k}a", ":6");
    c.check("SINTERCARD 2 {k}a {k}b", ":4");
    c.check("SINTERCARD 2 {k}a {k}b LIMIT 0", ":4");
    c.check("SINTERCARD 2 {k}a {k}b LIMIT 2", ":2");
    c.check("SINTERCARD 2 {k}a {k}b limit 100", ":4");
    c.check("SINTERCARD 2 {k}a {k}b LIMIT 1 LIMIT 3", ":3");
    c.check("SINTERCARD 2 {k}a {k}none", ":0");
    c.check("SINTERCARD 2 {k}a {k}a", ":6");
    c.check("SINTERCARD 3 {k}a {k}b {k}a LIMIT 1", ":1");
    c.check("SINTERCARD 0 {k}a", "-ERR numkeys should be greater than 0");
    c.check("SINTERCARD -1 {k}a", "-ERR numkeys should be greater than 0");
    c.check("SINTERCARD x {k}a", "-ERR numkeys should be greater than 0");
    c.check("SINTERCARD 2 {k}a", "-ERR Number of keys can't be greater than number of args");
    c.check("SINTERCARD 3 {k}a {k}b", "-ERR Number of keys can't be greater than number of args");
    c.check("SINTERCARD 1 {k}a {k}b", "-ERR syntax error");
    c.check("SINTERCARD 1 {k}a LIMIT", "-ERR syntax error");
    c.check("SINTERCARD 1 {k}a LIMIT -1", "-ERR LIMIT can't be negative");
    c.check("SINTERCARD 1 {k}a LIMIT x", "-ERR LIMIT can't be negative");
    c.check("SINTERCARD 1 {k}a FOO 1", "-ERR syntax error");
    c.check("SINTERCARD 1", "-ERR wrong number of arguments for 'sintercard' command");
    c.check("SINTERCARD 99999999999999999999 {k}a", "-ERR numkeys should be greater than 0");
}

fn results_have_the_smallest_encoding(c: &mut Script) {
    c.check("SADD {k}ints 1 2 3", ":3");
    c.check("SADD {k}words a b 1", ":3");
    c.check("SUNIONSTORE {k}dst {k}ints {k}ints", ":3");
    c.check("OBJECT ENCODING {k}dst", r#""intset""#);
    c.check("SUNIONSTORE {k}dst {k}ints {k}words", ":5");
    c.check_since_7_2("OBJECT ENCODING {k}dst", r#""hashtable""#, r#""listpack""#);
    c.check("SINTERSTORE {k}dst {k}words {k}ints", ":1");
    c.check("OBJECT ENCODING {k}dst", r#""intset""#);
    c.check("SDIFFSTORE {k}dst {k}words {k}ints", ":2");
    c.check_since_7_2("OBJECT ENCODING {k}dst", r#""hashtable""#, r#""listpack""#);
    c.check(
        "SADD {k}long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1 2",
        ":3",
    );
    c.check("SINTERSTORE {k}dst {k}long {k}ints", ":2");
    c.check("OBJECT ENCODING {k}dst", r#""intset""#);
    c.check("SUNIONSTORE {k}dst {k}long {k}ints", ":4");
    c.check("OBJECT ENCODING {k}dst", r#""hashtable""#);
}

fn arguments_are_counted(c: &mut Script) {
    c.check("SINTER", "-ERR wrong number of arguments for 'sinter' command");
    c.check("SUNION", "-ERR wrong number of arguments for 'sunion' command");
    c.check("SDIFF", "-ERR wrong number of arguments for 'sdiff' command");
    c.check("SINTERSTORE {k}a", "-ERR wrong number of arguments for 'sinterstore' command");
    c.check("SUNIONSTORE {k}a", "-ERR wrong number of arguments for 'sunionstore' command");
    c.check("SDIFFSTORE {k}a", "-ERR wrong number of arguments for 'sdiffstore' command");
    c.check("SINTERCARD", "-ERR wrong number of arguments for 'sintercard' command");
}

facts! { data:
    sinter_returns_what_all_sets_have,
    sunion_and_sdiff,
    stores_count_members_and_replace_what_was_there,
    an_empty_result_leaves_no_destination,
    the_destination_may_be_a_source,
    other_types_are_refused_wherever_they_stand,
    sintercard_counts_up_to_a_limit,
    results_have_the_smallest_encoding,
    arguments_are_counted,
}

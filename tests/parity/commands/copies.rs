//! COPY and MOVE: values under another key or in another database.

use crate::script::Script;

fn copies_stand_alone(c: &mut Script) {
    c.check("SET {k}s text", "+OK");
    c.check("RPUSH {k}l a b c", ":3");
    c.check("SADD {k}set a 1", ":2");
    c.check("SADD {k}ints 1 2", ":2");
    c.check("HSET {k}h f v", ":1");
    c.check("ZADD {k}z 1.5 m", ":1");
    c.check("COPY {k}s {k}s2", ":1");
    c.check("COPY {k}l {k}l2", ":1");
    c.check("COPY {k}set {k}set2", ":1");
    c.check("COPY {k}ints {k}ints2", ":1");
    c.check("COPY {k}h {k}h2", ":1");
    c.check("COPY {k}z {k}z2", ":1");
    c.check("APPEND {k}s more", ":8");
    c.check("RPUSH {k}l d", ":4");
    c.check("SADD {k}set b", ":1");
    c.check("HSET {k}h g w", ":1");
    c.check("ZADD {k}z 2 n", ":1");
    c.check("GET {k}s2", r#""text""#);
    c.check("LRANGE {k}l2 0 -1", r#"["a", "b", "c"]"#);
    c.check("SMEMBERS {k}set2", r#"unordered["a", "1"]"#);
    c.check("OBJECT ENCODING {k}ints2", r#""intset""#);
    c.check("HGETALL {k}h2", r#"["f", "v"]"#);
    c.check("ZRANGE {k}z2 0 -1 WITHSCORES", r#"["m", "1.5"]"#);
    c.check("SET {k}n 17", "+OK");
    c.check("COPY {k}n {k}n2", ":1");
    c.check("OBJECT ENCODING {k}n2", r#""int""#);
    c.check("COPY {k}s {k}s3", ":1");
    c.check("OBJECT ENCODING {k}s3", r#""raw""#);
    c.check("GET {k}s3", r#""textmore""#);
}

fn a_destination_stays_unless_replaced(c: &mut Script) {
    c.check("SET {k}a 1 EX 100", "+OK");
    c.check("SET {k}b 2", "+OK");
    c.check("COPY {k}a {k}b", ":0");
    c.check("GET {k}b", r#""2""#);
    c.check("COPY {k}a {k}b REPLACE", ":1");
    c.check("GET {k}b", r#""1""#);
    c.check("TTL {k}b", ":90..100");
    c.check("SET {k}c 3 EX 50", "+OK");
    c.check("SET {k}d 4", "+OK");
    c.check("COPY {k}d {k}c replace", ":1");
    c.check("TTL {k}c", ":-1");
    c.check("RPUSH {k}l x", ":1");
    c.check("COPY {k}l {k}c REPLACE", ":1");
    c.check("TYPE {k}c", "+list");
    c.check("COPY {k}none {k}c REPLACE", ":0");
    c.check("EXISTS {k}c", ":1");
    c.check("COPY {k}none {k}new", ":0");
}

fn copies_reach_other_databases(c: &mut Script) {
    c.check("SET {k}a 1", "+OK");
    c.check("COPY {k}a {k}a DB 3", ":1");
    c.check("COPY {k}a {k}a DB 3", ":0");
    c.check("COPY {k}a {k}b DB 3 REPLACE", ":1");
    c.check("COPY {k}a {k}a DB 3 DB 4", ":1");
    c.check("COPY {k}a {k}c DB 0", ":1");
    c.check("SELECT 3", "+OK");
    c.check("MGET {k}a {k}b {k}c", r#"["1", "1", nil]"#);
    c.check("COPY {k}b {k}z DB 0", ":1");
    c.check("SELECT 0", "+OK");
    c.check("GET {k}z", r#""1""#);
    c.check("EXISTS {k}b", ":0");
    c.check("SELECT 4", "+OK");
    c.check("GET {k}a", r#""1""#);
}

fn copy_checks_its_options(c: &mut Script) {
    c.check("SET {k}a 1", "+OK");
    c.check("COPY {k}a {k}a", "-ERR source and destination objects are the same");
    c.check("COPY {k}a {k}a REPLACE", "-ERR source and destination objects are the same");
    c.check("COPY {k}a {k}a DB 0", "-ERR source and destination objects are the same");
    c.check("COPY {k}a {k}b DB", "-ERR syntax error");
    c.check("COPY {k}a {k}b FOO", "-ERR syntax error");
    c.check("COPY {k}a {k}b DB x", "-ERR value is not an integer or out of range");
    c.check("COPY {k}a {k}b DB 16", "-ERR DB index is out of range");
    c.check("COPY {k}a {k}b DB -1", "-ERR DB index is out of range");
    c.check(
        "COPY {k}a {k}b DB 9999999999",
        "-ERR value is out of range, value must between -2147483648 and 2147483647",
    );
    c.check("COPY {k}a {k}b DB 99999999999999999999", "-ERR value is not an integer or out of range");
    c.check("COPY {k}a {k}a DB 99 FOO", "-ERR DB index is out of range");
    c.check("COPY {k}a {k}a FOO", "-ERR syntax error");
    c.check("COPY {k}none {k}none", "-ERR source and destination objects are the same");
    c.check("COPY {k}a", "-ERR wrong number of arguments for 'copy' command");
    c.check("EXISTS {k}b", ":0");
}

fn move_takes_a_key_to_another_database(c: &mut Script) {
    c.check("SET {k}a 1 EX 100", "+OK");
    c.check("MOVE {k}a 2", ":1");
    c.check("EXISTS {k}a", ":0");
    c.check("MOVE {k}a 2", ":0");
    c.check("SET {k}a 2", "+OK");
    c.check("MOVE {k}a 2", ":0");
    c.check("GET {k}a", r#""2""#);
    c.check("SELECT 2", "+OK");
    c.check("GET {k}a", r#""1""#);
    c.check("TTL {k}a", ":90..100");
    c.check("RPUSH {k}l x y", ":2");
    c.check("MOVE {k}l 0", ":1");
    c.check("EXISTS {k}l", ":0");
    c.check("SELECT 0", "+OK");
    c.check("LRANGE {k}l 0 -1", r#"["x", "y"]"#);
    c.check("DBSIZE", ":2");
    c.check("MOVE {k}a 0", "-ERR source and destination objects are the same");
    c.check("MOVE {k}none 0", "-ERR source and destination objects are the same");
    c.check("MOVE {k}a x", "-ERR value is not an integer or out of range");
    c.check("MOVE {k}a 16", "-ERR DB index is out of range");
    c.check("MOVE {k}a -1", "-ERR DB index is out of range");
    c.check(
        "MOVE {k}a 9999999999",
        "-ERR value is out of range, value must between -2147483648 and 2147483647",
    );
    c.check("MOVE {k}a", "-ERR wrong number of arguments for 'move' command");
    c.check("MOVE {k}a 1 2", "-ERR wrong number of arguments for 'move' command");
}

facts! { data:
    copies_stand_alone,
    a_destination_stays_unless_replaced,
    copies_reach_other_databases,
    copy_checks_its_options,
    move_takes_a_key_to_another_database,
}

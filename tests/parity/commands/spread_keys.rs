//! Commands with several keys, which may be on different shards.

use crate::script::Script;

fn sets_meet_wherever_they_are(c: &mut Script) {
    c.check("SADD a 1 2 3 x", ":4");
    c.check("SADD b 2 3 y", ":3");
    c.check("SADD c 3", ":1");
    c.check("SINTER a b", r#"unordered["2", "3"]"#);
    c.check("SINTER a b c", r#"unordered["3"]"#);
    c.check("SUNION a b c", r#"unordered["2", "1", "x", "3", "y"]"#);
    c.check("SDIFF a b c", r#"unordered["x", "1"]"#);
    c.check("SINTERCARD 3 a b c LIMIT 5", ":1");
    c.check("SINTERSTORE d a b", ":2");
    c.check("SMEMBERS d", r#"unordered["2", "3"]"#);
    c.check("SUNIONSTORE d a b c none", ":5");
    c.check("SCARD d", ":5");
    c.check("SDIFFSTORE a b c", ":2");
    c.check("SMEMBERS a", r#"unordered["2", "y"]"#);
    c.check("SDIFFSTORE a c b", ":0");
    c.check("EXISTS a", ":0");
}

fn sorted_sets_meet_wherever_they_are(c: &mut Script) {
    c.check("ZADD a 1 x 2 y", ":2");
    c.check("ZADD b 10 y 20 z", ":2");
    c.check("ZUNION 2 a b WITHSCORES", r#"["x", "1", "y", "12", "z", "20"]"#);
    c.check("ZINTER 2 a b WITHSCORES", r#"["y", "12"]"#);
    c.check("ZDIFF 2 a b WITHSCORES", r#"["x", "1"]"#);
    c.check("ZINTERCARD 2 a b", ":1");
    c.check("ZUNIONSTORE d 2 a b WEIGHTS 2 1", ":3");
    c.check("ZRANGE d 0 -1 WITHSCORES", r#"["x", "2", "y", "14", "z", "20"]"#);
    c.check("ZINTERSTORE e 2 a b AGGREGATE MAX", ":1");
    c.check("ZRANGE e 0 -1 WITHSCORES", r#"["y", "10"]"#);
    c.check("ZDIFFSTORE f 2 a b", ":1");
    c.check("ZRANGE f 0 -1 WITHSCORES", r#"["x", "1"]"#);
    c.check("ZRANGESTORE g b 0 0", ":1");
    c.check("ZRANGE g 0 -1 WITHSCORES", r#"["y", "10"]"#);
    c.check("ZMPOP 3 none a b MIN COUNT 2", r#"["a", [["x", "1"], ["y", "2"]]]"#);
    c.check("ZMPOP 3 none a b MAX", r#"["b", [["z", "20"]]]"#);
}

fn lists_and_copies_cross_over(c: &mut Script) {
    c.check("RPUSH a 1 2 3", ":3");
    c.check("LMOVE a b LEFT RIGHT", r#""1""#);
    c.check("RPOPLPUSH a b", r#""3""#);
    c.check("LRANGE b 0 -1", r#"["3", "1"]"#);
    c.check("RPOPLPUSH a c", r#""2""#);
    c.check("EXISTS a", ":0");
    c.check("LMPOP 3 a b c RIGHT COUNT 5", r#"["b", ["1", "3"]]"#);
    c.check("COPY c d", ":1");
    c.check("COPY c e DB 5", ":1");
    c.check("SORT c STORE f", ":1");
    c.check("LRANGE f 0 -1", r#"["2"]"#);
    c.check("SELECT 5", "+OK");
    c.check("LRANGE e 0 -1", r#"["2"]"#);
}

fn mistakes_are_told_wherever_the_keys_are(c: &mut Script) {
    c.check("SET s v", "+OK");
    c.check("ZMPOP 2 a MIN", "-ERR syntax error");
    c.check("LMPOP 2 a LEFT", "-ERR syntax error");
    c.check("SINTER a b s", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZUNION 3 a b s", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZUNION 2 a b FOO", "-ERR syntax error");
    c.check("SINTERCARD 2 a b FOO", "-ERR syntax error");
    c.check("COPY a b FOO", "-ERR syntax error");
    c.check("LMOVE a b FOO LEFT", "-ERR syntax error");
}

facts! { data:
    sets_meet_wherever_they_are,
    sorted_sets_meet_wherever_they_are,
    lists_and_copies_cross_over,
    mistakes_are_told_wherever_the_keys_are,
}

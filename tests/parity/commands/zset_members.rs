//! Sorted sets: members, their scores and ranks, and how many there are.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const NOT_A_FLOAT: &str = "-ERR value is not a valid float";
const SYNTAX_ERROR: &str = "-ERR syntax error";
const NO_SCORE_RANGE: &str = "-ERR min or max is not a float";
const NO_NAME_RANGE: &str = "-ERR min or max not valid string range item";

fn zincrby_adds_to_a_score(c: &mut Script) {
    c.check("ZINCRBY z 1 a", r#""1""#);
    c.check("ZINCRBY z 2.5 a", r#""3.5""#);
    c.check("ZINCRBY z -10 a", r#""-6.5""#);
    c.check("ZINCRBY z 0 a", r#""-6.5""#);
    c.check("ZINCRBY z 0 b", r#""0""#);
    c.check("ZINCRBY z -1.5 c", r#""-1.5""#);
    c.check("ZINCRBY z 1e2 c", r#""98.5""#);
    c.check("ZINCRBY z 0x10 d", r#""16""#);
    c.check("ZINCRBY z inf e", r#""inf""#);
    c.check("ZINCRBY z -5 e", r#""inf""#);
    c.check("ZINCRBY z +inf e", r#""inf""#);
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["a", "-6.5", "b", "0", "d", "16", "c", "98.5", "e", "inf"]"#);
    c.check("ZCARD z", ":5");
    c.resp3();
    c.check("ZINCRBY z 1 a", ",-5.5");
    c.check("ZINCRBY z 3 new", ",3");
    c.check("ZINCRBY z -inf f", ",-inf");
}

fn zincrby_refuses_what_is_no_score(c: &mut Script) {
    c.check("ZINCRBY z x a", NOT_A_FLOAT);
    c.check("ZINCRBY z '' a", NOT_A_FLOAT);
    c.check("ZINCRBY z ' 1' a", NOT_A_FLOAT);
    c.check("ZINCRBY z nan a", NOT_A_FLOAT);
    c.check("ZINCRBY z 1e999 a", NOT_A_FLOAT);
    c.check("ZINCRBY z (1 a", NOT_A_FLOAT);
    c.check("EXISTS z", ":0");
    c.check("ZINCRBY z inf a", r#""inf""#);
    c.check("ZINCRBY z -inf a", "-ERR resulting score is not a number (NaN)");
    c.check("ZSCORE z a", r#""inf""#);
    c.check("ZINCRBY", "-ERR wrong number of arguments for 'zincrby' command");
    c.check("ZINCRBY z 1", "-ERR wrong number of arguments for 'zincrby' command");
    c.check("ZINCRBY z 1 a 2 b", "-ERR wrong number of arguments for 'zincrby' command");
    c.check("ZINCRBY z 1 a b", "-ERR wrong number of arguments for 'zincrby' command");
}

fn zmscore_answers_in_the_order_of_the_members(c: &mut Script) {
    c.check("ZADD z 1 a 2.5 b inf c -inf d", ":4");
    c.check("ZMSCORE z a", r#"["1"]"#);
    c.check("ZMSCORE z c a b d", r#"["inf", "1", "2.5", "-inf"]"#);
    c.check("ZMSCORE z a x a", r#"["1", nil, "1"]"#);
    c.check("ZMSCORE z x", "[nil]");
    c.check("ZMSCORE missing a", "[nil]");
    c.check("ZMSCORE missing a b", "[nil, nil]");
    c.check("ZMSCORE z", "-ERR wrong number of arguments for 'zmscore' command");
    c.check("ZMSCORE", "-ERR wrong number of arguments for 'zmscore' command");
    c.resp3();
    c.check("ZMSCORE z a b c d x", "[,1, ,2.5, ,inf, ,-inf, _]");
    c.check("ZMSCORE missing a b", "[_, _]");
}

fn zcard_counts_members(c: &mut Script) {
    c.check("ZCARD z", ":0");
    c.check("ZADD z 1 a 1 b", ":2");
    c.check("ZCARD z", ":2");
    c.check("ZREM z a", ":1");
    c.check("ZCARD z", ":1");
    c.check("ZCARD", "-ERR wrong number of arguments for 'zcard' command");
    c.check("ZCARD z z", "-ERR wrong number of arguments for 'zcard' command");
}

fn zcount_counts_between_two_scores(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 2 c 3 d inf e -inf f", ":6");
    c.check("ZCOUNT z -inf +inf", ":6");
    c.check("ZCOUNT z (-inf (+inf", ":4");
    c.check("ZCOUNT z 1 2", ":3");
    c.check("ZCOUNT z (1 2", ":2");
    c.check("ZCOUNT z 1 (2", ":1");
    c.check("ZCOUNT z (1 (2", ":0");
    c.check("ZCOUNT z 2 2", ":2");
    c.check("ZCOUNT z (2 (2", ":0");
    c.check("ZCOUNT z 3 1", ":0");
    c.check("ZCOUNT z 4 100", ":0");
    c.check("ZCOUNT z 1.5 2.5", ":2");
    c.check("ZCOUNT z '' 1", ":1");
    c.check("ZCOUNT z ' 1' 2", ":3");
    c.check("ZCOUNT missing 1 2", ":0");
    c.resp3();
    c.check("ZCOUNT z 1 3", ":4");
}

fn zcount_refuses_what_is_no_score(c: &mut Script) {
    c.check("ZCOUNT z x 1", NO_SCORE_RANGE);
    c.check("ZCOUNT z 1 x", NO_SCORE_RANGE);
    c.check("ZCOUNT z nan 1", NO_SCORE_RANGE);
    c.check("ZCOUNT z [1 2", NO_SCORE_RANGE);
    c.check("ZCOUNT z 1 '2 '", NO_SCORE_RANGE);
    c.check("ZCOUNT missing x y", NO_SCORE_RANGE);
    c.check("ZCOUNT z 1", "-ERR wrong number of arguments for 'zcount' command");
    c.check("ZCOUNT z 1 2 3", "-ERR wrong number of arguments for 'zcount' command");
}

fn zlexcount_counts_between_two_names(c: &mut Script) {
    c.check("ZADD z 0 a 0 b 0 c 0 d", ":4");
    c.check("ZLEXCOUNT z - +", ":4");
    c.check("ZLEXCOUNT z + -", ":0");
    c.check("ZLEXCOUNT z [b [c", ":2");
    c.check("ZLEXCOUNT z (b [c", ":1");
    c.check("ZLEXCOUNT z [b (c", ":1");
    c.check("ZLEXCOUNT z (b (c", ":0");
    c.check("ZLEXCOUNT z [bb [x", ":2");
    c.check("ZLEXCOUNT z - (b", ":1");
    c.check("ZLEXCOUNT z [ [zz", ":4");
    c.check("ZLEXCOUNT z [c [b", ":0");
    c.check("ZLEXCOUNT missing - +", ":0");
    c.check("ZLEXCOUNT z a b", NO_NAME_RANGE);
    c.check("ZLEXCOUNT z - b", NO_NAME_RANGE);
    c.check("ZLEXCOUNT missing '' +", NO_NAME_RANGE);
    c.check("ZLEXCOUNT z -", "-ERR wrong number of arguments for 'zlexcount' command");
    c.check("ZLEXCOUNT z - + x", "-ERR wrong number of arguments for 'zlexcount' command");
}

fn zrank_counts_from_either_side(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 2 c 30 d", ":4");
    c.check("ZRANK z a", ":0");
    c.check("ZRANK z b", ":1");
    c.check("ZRANK z c", ":2");
    c.check("ZRANK z d", ":3");
    c.check("ZRANK z x", "nil");
    c.check("ZRANK missing a", "nil");
    c.check("ZREVRANK z a", ":3");
    c.check("ZREVRANK z b", ":2");
    c.check("ZREVRANK z c", ":1");
    c.check("ZREVRANK z d", ":0");
    c.check("ZREVRANK z x", "nil");
    c.check("ZREVRANK missing a", "nil");
    c.check("ZRANK z", "-ERR wrong number of arguments for 'zrank' command");
    c.check("ZREVRANK z", "-ERR wrong number of arguments for 'zrevrank' command");
    c.check("ZRANK", "-ERR wrong number of arguments for 'zrank' command");
    c.resp3();
    c.check("ZRANK z b", ":1");
    c.check("ZREVRANK z b", ":2");
    c.check("ZRANK z x", "_");
    c.check("ZREVRANK missing x", "_");
}

fn members_that_look_like_numbers_are_text(c: &mut Script) {
    c.check("ZADD z 1 12 2 012 3 1.0 4 -7", ":4");
    c.check("ZSCORE z 12", r#""1""#);
    c.check("ZSCORE z 012", r#""2""#);
    c.check("ZRANK z 1.0", ":2");
    c.check("ZREM z 1", ":0");
    c.check("ZREM z 7 -7", ":1");
    c.check("ZRANGE z 0 -1", r#"["12", "012", "1.0"]"#);
}

fn sorted_set_commands_refuse_other_types(c: &mut Script) {
    for make in ["SET k 1", "RPUSH k a", "SADD k a", "HSET k a 1"] {
        c.given("DEL k");
        c.given(make);
        for command in [
            "ZINCRBY k 1 a",
            "ZADD k NX 1 a",
            "ZMSCORE k a",
            "ZCARD k",
            "ZCOUNT k 1 2",
            "ZLEXCOUNT k - +",
            "ZRANGE k 0 1 BYSCORE",
            "ZRANGE k - + BYLEX",
            "ZREVRANGE k 0 -1",
            "ZRANGEBYSCORE k 1 2",
            "ZREVRANGEBYSCORE k 2 1",
            "ZRANGEBYLEX k - +",
            "ZREVRANGEBYLEX k + -",
            "ZRANK k a",
            "ZREVRANK k a",
            "ZREM k a",
            "ZREMRANGEBYRANK k 0 -1",
            "ZREMRANGEBYSCORE k 1 2",
            "ZREMRANGEBYLEX k - +",
            "ZPOPMIN k 0",
            "ZPOPMAX k",
            "ZPOPMAX k 0",
            "ZPOPMAX k 2",
            "ZRANDMEMBER k",
            "ZRANDMEMBER k 0",
            "ZRANDMEMBER k -1 WITHSCORES",
            "ZSCAN k 0",
            "ZSCAN k 0 COUNT 0",
        ] {
            c.check(command, "-WRONGTYPE Operation against a key holding the wrong kind of value");
        }
    }
}

fn sorted_set_commands_look_at_arguments_before_the_key(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("ZINCRBY k x a", NOT_A_FLOAT);
    c.check("ZCOUNT k x 1", NO_SCORE_RANGE);
    c.check("ZLEXCOUNT k x +", NO_NAME_RANGE);
    c.check("ZREVRANGE k x 1", NOT_AN_INTEGER);
    c.check("ZRANGEBYSCORE k x 1", NO_SCORE_RANGE);
    c.check("ZRANGEBYSCORE k x 1 FOO", SYNTAX_ERROR);
    c.check("ZREVRANGEBYLEX k x -", NO_NAME_RANGE);
    c.check("ZREMRANGEBYRANK k x 1", NOT_AN_INTEGER);
    c.check("ZREMRANGEBYSCORE k 1 x", NO_SCORE_RANGE);
    c.check("ZREMRANGEBYLEX k x +", NO_NAME_RANGE);
    c.check("ZPOPMAX k -1", "-ERR value is out of range, must be positive");
    c.check("ZPOPMAX k 1 2", SYNTAX_ERROR);
    c.check("ZRANDMEMBER k x", NOT_AN_INTEGER);
    c.check("ZRANDMEMBER k 1 x", SYNTAX_ERROR);
    c.check("ZSCAN k x", "-ERR invalid cursor");
    c.check("GET k", r#""v""#);
}

fn zrank_takes_withscore_since_7_2(c: &mut Script) {
    const ZRANK_ARITY: &str = "-ERR wrong number of arguments for 'zrank' command";
    const ZREVRANK_ARITY: &str = "-ERR wrong number of arguments for 'zrevrank' command";
    c.check("ZADD z 1 a 2.5 b 3 c", ":3");
    c.check_since_7_2("ZRANK z b WITHSCORE", ZRANK_ARITY, r#"[:1, "2.5"]"#);
    c.check_since_7_2("ZRANK z a withscore", ZRANK_ARITY, r#"[:0, "1"]"#);
    c.check_since_7_2("ZREVRANK z a WITHSCORE", ZREVRANK_ARITY, r#"[:2, "1"]"#);
    c.check_since_7_2("ZRANK z x WITHSCORE", ZRANK_ARITY, "nil[]");
    c.check_since_7_2("ZRANK missing a WITHSCORE", ZRANK_ARITY, "nil[]");
    c.check_since_7_2("ZREVRANK missing a WITHSCORE", ZREVRANK_ARITY, "nil[]");
    c.check_since_7_2("ZRANK z a WITHSCORES", ZRANK_ARITY, SYNTAX_ERROR);
    c.check_since_7_2("ZREVRANK z a x", ZREVRANK_ARITY, SYNTAX_ERROR);
    c.check("ZRANK z a WITHSCORE x", ZRANK_ARITY);
    c.check("ZREVRANK z a x y", ZREVRANK_ARITY);
    c.resp3();
    c.check_since_7_2("ZRANK z b WITHSCORE", ZRANK_ARITY, "[:1, ,2.5]");
    c.check_since_7_2("ZREVRANK z c WITHSCORE", ZREVRANK_ARITY, "[:0, ,3]");
    c.check_since_7_2("ZRANK z x WITHSCORE", ZRANK_ARITY, "_");
    c.check_since_7_2("ZREVRANK missing a WITHSCORE", ZREVRANK_ARITY, "_");
}

facts! { data:
    zincrby_adds_to_a_score,
    zincrby_refuses_what_is_no_score,
    zmscore_answers_in_the_order_of_the_members,
    zcard_counts_members,
    zcount_counts_between_two_scores,
    zcount_refuses_what_is_no_score,
    zlexcount_counts_between_two_names,
    zrank_counts_from_either_side,
    members_that_look_like_numbers_are_text,
    sorted_set_commands_refuse_other_types,
    sorted_set_commands_look_at_arguments_before_the_key,
    zrank_takes_withscore_since_7_2,
}

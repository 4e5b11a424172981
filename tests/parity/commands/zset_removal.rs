//! Sorted sets: removing members by name, index and score.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const NO_SCORE_RANGE: &str = "-ERR min or max is not a float";
const NO_NAME_RANGE: &str = "-ERR min or max not valid string range item";

fn zrem_counts_what_it_removed(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d 5 7", ":5");
    c.check("ZREM z a", ":1");
    c.check("ZREM z a", ":0");
    c.check("ZREM z b x b 7", ":2");
    c.check("ZRANGE z 0 -1", r#"["c", "d"]"#);
    c.check("ZREM z x y", ":0");
    c.check("ZREM z c d e", ":2");
    c.check("EXISTS z", ":0");
    c.check("ZREM missing a", ":0");
    c.check("ZREM z", "-ERR wrong number of arguments for 'zrem' command");
    c.check("ZREM", "-ERR wrong number of arguments for 'zrem' command");
}

fn zremrangebyrank_removes_by_index(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d 5 e", ":5");
    c.check("ZREMRANGEBYRANK z 1 2", ":2");
    c.check("ZRANGE z 0 -1", r#"["a", "d", "e"]"#);
    c.check("ZREMRANGEBYRANK z -1 -1", ":1");
    c.check("ZREMRANGEBYRANK z 2 1", ":0");
    c.check("ZREMRANGEBYRANK z 5 9", ":0");
    c.check("ZREMRANGEBYRANK z -9 -5", ":0");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["a", "1", "d", "4"]"#);
    c.check("ZREMRANGEBYRANK z -9 0", ":1");
    c.check("ZREMRANGEBYRANK z 0 100", ":1");
    c.check("EXISTS z", ":0");
    c.check("ZREMRANGEBYRANK missing 0 -1", ":0");
    c.check("ZREMRANGEBYRANK z x 1", NOT_AN_INTEGER);
    c.check("ZREMRANGEBYRANK z 1 x", NOT_AN_INTEGER);
    c.check("ZREMRANGEBYRANK missing 1.5 1", NOT_AN_INTEGER);
    c.check("ZREMRANGEBYRANK z 0", "-ERR wrong number of arguments for 'zremrangebyrank' command");
    c.check("ZREMRANGEBYRANK z 0 1 2", "-ERR wrong number of arguments for 'zremrangebyrank' command");
}

fn zremrangebyscore_removes_by_score(c: &mut Script) {
    c.check("ZADD z 1 a 2 b 3 c 4 d 5 e inf f -inf g", ":7");
    c.check("ZREMRANGEBYSCORE z (1 (3", ":1");
    c.check("ZREMRANGEBYSCORE z 3 (4", ":1");
    c.check("ZREMRANGEBYSCORE z (4 5", ":1");
    c.check("ZREMRANGEBYSCORE z 4 1", ":0");
    c.check("ZREMRANGEBYSCORE z 100 200", ":0");
    c.check("ZRANGE z 0 -1", r#"["g", "a", "d", "f"]"#);
    c.check("ZREMRANGEBYSCORE z inf inf", ":1");
    c.check("ZREMRANGEBYSCORE z -inf (1", ":1");
    c.check("ZREMRANGEBYSCORE z -inf +inf", ":2");
    c.check("EXISTS z", ":0");
    c.check("ZREMRANGEBYSCORE missing 1 2", ":0");
    c.check("ZREMRANGEBYSCORE z x 1", NO_SCORE_RANGE);
    c.check("ZREMRANGEBYSCORE z 1 x", NO_SCORE_RANGE);
    c.check("ZREMRANGEBYSCORE missing nan 1", NO_SCORE_RANGE);
    c.check("ZREMRANGEBYSCORE z 1", "-ERR wrong number of arguments for 'zremrangebyscore' command");
    c.check("ZREMRANGEBYSCORE z 1 2 3", "-ERR wrong number of arguments for 'zremrangebyscore' command");
}

fn zremrangebylex_removes_by_name(c: &mut Script) {
    c.check("ZADD z 0 a 0 b 0 c 0 d 0 e", ":5");
    c.check("ZREMRANGEBYLEX z (a (c", ":1");
    c.check("ZREMRANGEBYLEX z - (a", ":0");
    c.check("ZREMRANGEBYLEX z [d [d", ":1");
    c.check("ZREMRANGEBYLEX z [e [c", ":0");
    c.check("ZREMRANGEBYLEX z [x +", ":0");
    c.check("ZRANGE z 0 -1", r#"["a", "c", "e"]"#);
    c.check("ZREMRANGEBYLEX z + -", ":0");
    c.check("ZREMRANGEBYLEX z - +", ":3");
    c.check("EXISTS z", ":0");
    c.check("ZREMRANGEBYLEX missing - +", ":0");
    c.check("ZREMRANGEBYLEX z a b", NO_NAME_RANGE);
    c.check("ZREMRANGEBYLEX z - b", NO_NAME_RANGE);
    c.check("ZREMRANGEBYLEX missing a +", NO_NAME_RANGE);
    c.check("ZREMRANGEBYLEX z -", "-ERR wrong number of arguments for 'zremrangebylex' command");
    c.check("ZREMRANGEBYLEX z - + x", "-ERR wrong number of arguments for 'zremrangebylex' command");
}

facts! { data:
    zrem_counts_what_it_removed,
    zremrangebyrank_removes_by_index,
    zremrangebyscore_removes_by_score,
    zremrangebylex_removes_by_name,
}

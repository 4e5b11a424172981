//! Sorted sets: ranges of names, from either side.

use crate::script::Script;

const SYNTAX_ERROR: &str = "-ERR syntax error";
const NO_NAME_RANGE: &str = "-ERR min or max not valid string range item";
const NO_SCORES_BY_NAME: &str = "-ERR syntax error, WITHSCORES not supported in combination with BYLEX";

fn zrange_by_lex_selects_between_two_names(c: &mut Script) {
    c.check("ZADD z 0 a 0 b 0 c 0 d 0 dd 0 ''", ":6");
    c.check("ZRANGE z - + BYLEX", r#"["", "a", "b", "c", "d", "dd"]"#);
    c.check("ZRANGE z [b [d BYLEX", r#"["b", "c", "d"]"#);
    c.check("ZRANGE z (b [d BYLEX", r#"["c", "d"]"#);
    c.check("ZRANGE z [b (d BYLEX", r#"["b", "c"]"#);
    c.check("ZRANGE z (b (d BYLEX", r#"["c"]"#);
    c.check("ZRANGE z [ [a BYLEX", r#"["", "a"]"#);
    c.check("ZRANGE z ( (a BYLEX", "[]");
    c.check("ZRANGE z - (c bylex", r#"["", "a", "b"]"#);
    c.check("ZRANGE z [c + BYLEX", r#"["c", "d", "dd"]"#);
    c.check("ZRANGE z + - BYLEX", "[]");
    c.check("ZRANGE z + + BYLEX", "[]");
    c.check("ZRANGE z - - BYLEX", "[]");
    c.check("ZRANGE z [d [b BYLEX", "[]");
    c.check("ZRANGE z (b [b BYLEX", "[]");
    c.check("ZRANGE z [b [b BYLEX", r#"["b"]"#);
    c.check("ZRANGE z [x [z BYLEX", "[]");
    c.check("ZRANGE z + - BYLEX REV", r#"["dd", "d", "c", "b", "a", ""]"#);
    c.check("ZRANGE z [d [b BYLEX REV", r#"["d", "c", "b"]"#);
    c.check("ZRANGE z (dd - BYLEX REV LIMIT 1 2", r#"["c", "b"]"#);
    c.check("ZRANGE z - + BYLEX LIMIT 2 2", r#"["b", "c"]"#);
    c.check("ZRANGE z - + BYLEX LIMIT 2 -1", r#"["b", "c", "d", "dd"]"#);
    c.check("ZRANGE z - + BYLEX LIMIT -1 2", "[]");
    c.check("ZRANGE z - + BYLEX LIMIT 9 2", "[]");
    c.check("ZRANGE missing - + BYLEX", "[]");
    c.resp3();
    c.check("ZRANGE z [b [d BYLEX", r#"["b", "c", "d"]"#);
}

fn zrangebylex_selects_between_two_names(c: &mut Script) {
    c.check("ZADD z 0 alpha 0 bar 0 cool 0 down 0 elephant 0 foo 0 great 0 hill 0 omega", ":9");
    c.check("ZRANGEBYLEX z - [cool", r#"["alpha", "bar", "cool"]"#);
    c.check("ZRANGEBYLEX z [bar [down", r#"["bar", "cool", "down"]"#);
    c.check("ZRANGEBYLEX z [g +", r#"["great", "hill", "omega"]"#);
    c.check("ZRANGEBYLEX z - (cool", r#"["alpha", "bar"]"#);
    c.check("ZRANGEBYLEX z (bar (down", r#"["cool"]"#);
    c.check("ZRANGEBYLEX z (great +", r#"["hill", "omega"]"#);
    c.check("ZRANGEBYLEX z (az (b", "[]");
    c.check("ZRANGEBYLEX z (z +", "[]");
    c.check("ZRANGEBYLEX z - [aaaa", "[]");
    c.check("ZRANGEBYLEX z + -", "[]");
    c.check("ZRANGEBYLEX z [omega [alpha", "[]");
    c.check("ZRANGEBYLEX z - [cool LIMIT 0 2", r#"["alpha", "bar"]"#);
    c.check("ZRANGEBYLEX z - [cool LIMIT 1 2", r#"["bar", "cool"]"#);
    c.check("ZRANGEBYLEX z [bar [down LIMIT 0 0", "[]");
    c.check("ZRANGEBYLEX z [bar [down LIMIT 2 0", "[]");
    c.check("ZRANGEBYLEX z [bar [down LIMIT 0 1", r#"["bar"]"#);
    c.check("ZRANGEBYLEX z [bar [down LIMIT 1 1", r#"["cool"]"#);
    c.check("ZRANGEBYLEX z [bar [down LIMIT 0 100", r#"["bar", "cool", "down"]"#);
    c.check("ZRANGEBYLEX z [bar [down LIMIT -1 1", "[]");
    c.check("ZRANGEBYLEX missing - +", "[]");
    c.resp3();
    c.check("ZRANGEBYLEX z [bar [down", r#"["bar", "cool", "down"]"#);
}

fn zrevrangebylex_takes_the_later_name_first(c: &mut Script) {
    c.check("ZADD z 0 alpha 0 bar 0 cool 0 down 0 elephant 0 foo 0 great 0 hill 0 omega", ":9");
    c.check("ZREVRANGEBYLEX z [cool -", r#"["cool", "bar", "alpha"]"#);
    c.check("ZREVRANGEBYLEX z [down [bar", r#"["down", "cool", "bar"]"#);
    c.check("ZREVRANGEBYLEX z + [d", r#"["omega", "hill", "great", "foo", "elephant", "down"]"#);
    c.check("ZREVRANGEBYLEX z (cool -", r#"["bar", "alpha"]"#);
    c.check("ZREVRANGEBYLEX z (down (bar", r#"["cool"]"#);
    c.check("ZREVRANGEBYLEX z + (great", r#"["omega", "hill"]"#);
    c.check("ZREVRANGEBYLEX z - +", "[]");
    c.check("ZREVRANGEBYLEX z [bar [down", "[]");
    c.check("ZREVRANGEBYLEX z (hill (omega", "[]");
    c.check("ZREVRANGEBYLEX z + - LIMIT 1 2", r#"["hill", "great"]"#);
    c.check("ZREVRANGEBYLEX z + [g LIMIT 2 5", r#"["great"]"#);
    c.check("ZREVRANGEBYLEX z + [d LIMIT 0 -1", r#"["omega", "hill", "great", "foo", "elephant", "down"]"#);
    c.check("ZREVRANGEBYLEX missing + -", "[]");
}

fn ranges_by_lex_refuse_what_they_cannot_read(c: &mut Script) {
    c.check("ZRANGEBYLEX z -", "-ERR wrong number of arguments for 'zrangebylex' command");
    c.check("ZRANGEBYLEX z foo bar", NO_NAME_RANGE);
    c.check("ZRANGEBYLEX z [foo bar", NO_NAME_RANGE);
    c.check("ZRANGEBYLEX z foo [bar", NO_NAME_RANGE);
    c.check("ZRANGEBYLEX z +x [bar", NO_NAME_RANGE);
    c.check("ZRANGEBYLEX z - +x", NO_NAME_RANGE);
    c.check("ZRANGEBYLEX z - + BYLEX", SYNTAX_ERROR);
    c.check("ZRANGEBYLEX z - + REV", SYNTAX_ERROR);
    c.check("ZRANGEBYLEX z - + WITHSCORES", NO_SCORES_BY_NAME);
    c.check("ZRANGEBYLEX z x y WITHSCORES", NO_SCORES_BY_NAME);
    c.check("ZRANGEBYLEX z - + LIMIT 0", SYNTAX_ERROR);
    c.check("ZRANGEBYLEX z - + LIMIT x 1", "-ERR value is not an integer or out of range");
    c.check("ZREVRANGEBYLEX z +", "-ERR wrong number of arguments for 'zrevrangebylex' command");
    c.check("ZREVRANGEBYLEX z foo bar", NO_NAME_RANGE);
    c.check("ZREVRANGEBYLEX z + - WITHSCORES", NO_SCORES_BY_NAME);
    c.check("ZREVRANGEBYLEX z + - REV", SYNTAX_ERROR);
}

fn names_of_any_bytes_are_in_the_order_of_their_bytes(c: &mut Script) {
    c.check(r#"ZADD z 0 "\x00" 0 "\xff" 0 12 0 9 0 a 0 "a\x00" 0 ''"#, ":7");
    c.check("ZRANGEBYLEX z - +", r#"["", "\x00", "12", "9", "a", "a\x00", "\xff"]"#);
    c.check(r#"ZRANGEBYLEX z "[\x00" "(\xff""#, r#"["\x00", "12", "9", "a", "a\x00"]"#);
    c.check("ZRANGEBYLEX z [12 [9", r#"["12", "9"]"#);
    c.check("ZRANGEBYLEX z (1 [12", r#"["12"]"#);
    c.check(r#"ZRANGEBYLEX z [ "(\x00""#, r#"[""]"#);
    c.check(r#"ZLEXCOUNT z [a "[a\x00""#, ":2");
}

facts! { data:
    zrange_by_lex_selects_between_two_names,
    zrangebylex_selects_between_two_names,
    zrevrangebylex_takes_the_later_name_first,
    ranges_by_lex_refuse_what_they_cannot_read,
    names_of_any_bytes_are_in_the_order_of_their_bytes,
}

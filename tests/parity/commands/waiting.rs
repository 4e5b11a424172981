//! Commands that wait for elements, where they need not wait: something is there, or something is wrong, or they are part of a
//! transaction. The waiting itself is told in `server/blocking.rs`.

use crate::script::Script;

fn lists_that_are_there_are_popped_at_once(c: &mut Script) {
    c.check("RPUSH b 1 2 3 4 5", ":5");
    c.check("BLPOP a b 0", r#"["b", "1"]"#);
    c.check("BRPOP b a 0", r#"["b", "5"]"#);
    c.check("BLMPOP 0 2 a b LEFT COUNT 2", r#"["b", ["2", "3"]]"#);
    c.check("BLMPOP 0.5 1 b right count 9", r#"["b", ["4"]]"#);
    c.check("EXISTS b", ":0");
    c.check("RPUSH a 1", ":1");
    c.check("RPUSH b 2", ":1");
    c.check("blpop b a 1.5", r#"["b", "2"]"#);
    c.check("blpop b a 0x1", r#"["a", "1"]"#);
    c.check("DBSIZE", ":0");
}

fn elements_that_are_there_are_moved_at_once(c: &mut Script) {
    c.check("RPUSH a 1 2 3", ":3");
    c.check("BLMOVE a b LEFT RIGHT 0", r#""1""#);
    c.check("BLMOVE a b right left 0.1", r#""3""#);
    c.check("BRPOPLPUSH a b 0", r#""2""#);
    c.check("LRANGE b 0 -1", r#"["2", "3", "1"]"#);
    c.check("EXISTS a", ":0");
    c.check("BLMOVE b b LEFT RIGHT 0", r#""2""#);
    c.check("BRPOPLPUSH b b 0", r#""2""#);
    c.check("LRANGE b 0 -1", r#"["2", "3", "1"]"#);
}

fn members_that_are_there_are_popped_at_once(c: &mut Script) {
    c.check("ZADD z 1 a 2.5 b 3 c 4 d", ":4");
    c.check("BZPOPMIN y z 0", r#"["z", "a", "1"]"#);
    c.check("BZPOPMAX z y 0", r#"["z", "d", "4"]"#);
    c.check("BZMPOP 0 2 y z MIN COUNT 5", r#"["z", [["b", "2.5"], ["c", "3"]]]"#);
    c.check("EXISTS z", ":0");
    c.check("ZADD z 1 a 2 b", ":2");
    c.check("bzmpop 1 1 z max", r#"["z", [["b", "2"]]]"#);
    c.resp3();
    c.check("BZPOPMIN z 0", r#"["z", "a", ,1]"#);
    c.check("ZADD z 1 a 2 b", ":2");
    c.check("BZMPOP 0 1 z MIN COUNT 2", r#"["z", [["a", ,1], ["b", ,2]]]"#);
}

fn what_is_wrong_is_said_at_once(c: &mut Script) {
    const NO_TIME: &str = "-ERR timeout is not a float or out of range";
    for command in
        ["BLPOP k", "BRPOP k j", "BZPOPMIN k", "BZPOPMAX k", "BRPOPLPUSH k j", "BLMOVE k j LEFT LEFT"]
    {
        for wrong in ["x", "''", "' 1'", "1x", "nan"] {
            c.check(&format!("{command} {wrong}"), NO_TIME);
        }
        for negative in ["-1", "-0.1", "inf", "-inf", "1e30"] {
            c.check(&format!("{command} {negative}"), "-ERR timeout is negative");
        }
    }
    for command in ["BLMPOP", "BZMPOP"] {
        let end = if command == "BLMPOP" { "LEFT" } else { "MIN" };
        c.check(&format!("{command} x 1 k {end}"), NO_TIME);
        c.check(&format!("{command} -1 1 k {end}"), "-ERR timeout is negative");
        c.check(&format!("{command} x 0 k {end}"), "-ERR numkeys should be greater than 0");
        c.check(&format!("{command} 0 x k {end}"), "-ERR numkeys should be greater than 0");
        c.check(&format!("{command} 0 2 k {end}"), "-ERR syntax error");
        c.check(&format!("{command} 0 1 k NOPE"), "-ERR syntax error");
        c.check(&format!("{command} 0 1 k {end} COUNT"), "-ERR syntax error");
        c.check(&format!("{command} 0 1 k {end} COUNT 0"), "-ERR count should be greater than 0");
        c.check(&format!("{command} 0 1 k {end} COUNT 1 COUNT 1"), "-ERR syntax error");
        let name = command.to_lowercase();
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
    c.check("BLMOVE a b UP LEFT 0", "-ERR syntax error");
    c.check("BLMOVE a b LEFT UP x", "-ERR syntax error");
    c.check("BLPOP 0", "-ERR wrong number of arguments for 'blpop' command");
    c.check("BLMOVE a b LEFT LEFT", "-ERR wrong number of arguments for 'blmove' command");
    c.check("BRPOPLPUSH a b", "-ERR wrong number of arguments for 'brpoplpush' command");
}

fn another_type_is_refused_before_waiting(c: &mut Script) {
    const WRONG: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
    c.check("SET s v", "+OK");
    c.check("RPUSH l 1", ":1");
    c.check("ZADD z 1 a", ":1");
    for command in [
        "BLPOP none s 0",
        "BRPOP z 0",
        "BLMPOP 0 2 none s LEFT",
        "BLMOVE s l LEFT LEFT 0",
        "BLMOVE l s LEFT LEFT 0",
        "BRPOPLPUSH l z 0",
        "BZPOPMIN none s 0",
        "BZPOPMAX l 0",
        "BZMPOP 0 2 none l MIN",
    ] {
        c.check(command, WRONG);
    }
    c.check("BLPOP l s 0", r#"["l", "1"]"#);
}

fn within_a_transaction_nothing_waits(c: &mut Script) {
    let ask = |c: &mut Script| {
        c.check("MULTI", "+OK");
        for command in [
            "BLPOP a b 0",
            "BRPOP a 0",
            "BLMOVE a b LEFT LEFT 0",
            "BRPOPLPUSH a b 0",
            "BLMPOP 0 2 a b LEFT",
            "BZPOPMIN a b 0",
            "BZPOPMAX a 0",
            "BZMPOP 0 1 a MAX",
        ] {
            c.check(command, "+QUEUED");
        }
    };
    ask(c);
    c.check("EXEC", "[nil[], nil[], nil, nil, nil[], nil[], nil[], nil[]]");
    c.resp3();
    ask(c);
    c.check("EXEC", "[_, _, _, _, _, _, _, _]");
    c.check("MULTI", "+OK");
    c.check("RPUSH a 1 2", "+QUEUED");
    c.check("BLPOP b a 0", "+QUEUED");
    c.check("BLMOVE a b LEFT LEFT 0", "+QUEUED");
    c.check("BLPOP b x", "+QUEUED");
    c.check("EXEC", r#"[:2, ["a", "1"], "2", -ERR timeout is not a float or out of range]"#);
}

facts! { data:
    lists_that_are_there_are_popped_at_once,
    elements_that_are_there_are_moved_at_once,
    members_that_are_there_are_popped_at_once,
    what_is_wrong_is_said_at_once,
    another_type_is_refused_before_waiting,
    within_a_transaction_nothing_waits,
}

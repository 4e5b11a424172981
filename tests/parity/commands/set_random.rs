//! SRANDMEMBER, and SPOP's counts.

use crate::harness::resp::Value;
use crate::script::Script;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";

fn srandmember_leaves_the_set_alone(c: &mut Script) {
    c.check("SADD s a b", ":2");
    c.check("SRANDMEMBER s", r#""a" | "b""#);
    c.check("SRANDMEMBER s 1", r#"["a"] | ["b"]"#);
    c.check("SRANDMEMBER s -1", r#"["a"] | ["b"]"#);
    c.check("SRANDMEMBER s 2", r#"unordered["a", "b"]"#);
    c.check("SCARD s", ":2");
    c.check("SADD i 5", ":1");
    c.check("SRANDMEMBER i", r#""5""#);
    c.check("SRANDMEMBER i 3", r#"["5"]"#);
    c.check("SRANDMEMBER i -3", r#"["5", "5", "5"]"#);
}

fn srandmember_of_a_missing_set(c: &mut Script) {
    c.check("SRANDMEMBER missing", "nil");
    for count in ["0", "1", "-1", "100", "-100", "9223372036854775807", "-9223372036854775807"] {
        c.check(&format!("SRANDMEMBER missing {count}"), "[]");
    }
    c.resp3();
    c.check("SRANDMEMBER missing", "_");
    c.check("SRANDMEMBER missing 0", "[]");
    c.check("SRANDMEMBER missing 5", "[]");
    c.check("SRANDMEMBER missing -5", "[]");
}

fn srandmember_of_a_positive_count_is_distinct(c: &mut Script) {
    c.check("SADD s a b c", ":3");
    c.check("SRANDMEMBER s 0", "[]");
    c.check("SRANDMEMBER s 2", r#"unordered["a", "b"] | unordered["a", "c"] | unordered["b", "c"]"#);
    for count in ["3", "4", "1000", "9223372036854775807"] {
        c.check(&format!("SRANDMEMBER s {count}"), r#"unordered["a", "b", "c"]"#);
    }
    c.resp3();
    c.check("SRANDMEMBER s 0", "[]");
    c.check("SRANDMEMBER s 1", r#"["a"] | ["b"] | ["c"]"#);
    c.check("SRANDMEMBER s 5", r#"unordered["a", "b", "c"]"#);
}

fn srandmember_of_a_negative_count_repeats(c: &mut Script) {
    c.check("SADD s a", ":1");
    c.check("SRANDMEMBER s -1", r#"["a"]"#);
    c.check("SRANDMEMBER s -4", r#"["a", "a", "a", "a"]"#);
    c.check("SADD s b", ":1");
    let any_ten = [r#""a" | "b""#; 10].join(", ");
    c.check("SRANDMEMBER s -10", &format!("[{any_ten}]"));
    c.resp3();
    c.check("SRANDMEMBER s -3", r#"["a" | "b", "a" | "b", "a" | "b"]"#);
}

fn srandmember_from_large_sets(c: &mut Script) {
    let mut expected = Vec::new();
    for number in 0..600 {
        c.given(&format!("SADD s member:{number}"));
        expected.push(format!("\"member:{number}\""));
    }
    c.check("SRANDMEMBER s", r#""member:".."#);
    c.check("SRANDMEMBER s 3", r#"["member:".., "member:".., "member:"..]"#);
    c.check("SRANDMEMBER s -3", r#"["member:".., "member:".., "member:"..]"#);
    c.check("SRANDMEMBER s 600", &format!("unordered[{}]", expected.join(", ")));
    c.check("SRANDMEMBER s 10000", &format!("unordered[{}]", expected.join(", ")));
    for count in [50, 400, 599] {
        let distinct = distinct(c, &format!("SRANDMEMBER s {count}"));
        assert_eq!(distinct, count, "distinct members of {count}");
    }
    assert!(distinct(c, "SRANDMEMBER s -5000") > 500, "all but a few of 600 members in 5000 draws");
    c.check("SCARD s", ":600");
}

/// How many different elements the reply has.
fn distinct(c: &mut Script, command: &str) -> usize {
    match c.ask(command) {
        Value::Array(elements) => {
            let mut different: Vec<Value> = Vec::new();
            for element in elements {
                if !different.contains(&element) {
                    different.push(element);
                }
            }
            different.len()
        }
        other => panic!("{command} was answered with {other:?}"),
    }
}

fn every_member_comes_up(c: &mut Script) {
    c.check("SADD ints 1 2 3", ":3");
    c.check("SADD words a b c", ":3");
    for (key, members) in [("ints", ["1", "2", "3"]), ("words", ["a", "b", "c"])] {
        for member in members {
            c.check_eventually(&format!("SRANDMEMBER {key}"), &format!("\"{member}\""));
            c.check_eventually(&format!("SRANDMEMBER {key} 1"), &format!("[\"{member}\"]"));
            c.check_eventually(&format!("SRANDMEMBER {key} -2"), &format!("[\"{member}\", \"{member}\"]"));
        }
    }
}

fn srandmember_reads_its_count_first(c: &mut Script) {
    c.check("SADD s a", ":1");
    c.check("SET str v", "+OK");
    for key in ["s", "str", "missing"] {
        for count in ["x", "1.5", "''", "01", "+1", "9223372036854775808", "-9223372036854775809"] {
            c.check(&format!("SRANDMEMBER {key} {count}"), NOT_AN_INTEGER);
        }
        c.check(
            &format!("SRANDMEMBER {key} -9223372036854775808"),
            "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        );
        c.check(&format!("SRANDMEMBER {key} 1 2"), "-ERR syntax error");
        c.check(&format!("SRANDMEMBER {key} x y"), "-ERR syntax error");
        c.check(&format!("SRANDMEMBER {key} 1 WITHVALUES"), "-ERR syntax error");
    }
    c.check("SRANDMEMBER", "-ERR wrong number of arguments for 'srandmember' command");
    for make in ["SET k v", "RPUSH k a", "HSET k f v", "ZADD k 1 a"] {
        c.given("DEL k");
        c.given(make);
        for command in ["SRANDMEMBER k", "SRANDMEMBER k 0", "SRANDMEMBER k 1", "SRANDMEMBER k -1"] {
            c.check(command, WRONG_TYPE);
        }
    }
}

fn spop_takes_counts_of_every_size(c: &mut Script) {
    for number in 0..600 {
        c.given(&format!("SADD s member:{number}"));
    }
    let popped = distinct(c, "SPOP s 250");
    assert_eq!(popped, 250);
    c.check("SCARD s", ":350");
    assert_eq!(distinct(c, "SPOP s 9223372036854775807"), 350);
    c.check("EXISTS s", ":0");
    c.check("SADD i 1 2 3", ":3");
    c.check("SPOP i 1", r#"["1"] | ["2"] | ["3"]"#);
    c.check("SCARD i", ":2");
    c.check("SPOP i 9223372036854775808", "-ERR value is out of range, must be positive");
    c.check("SPOP missing 0", "[]");
    c.check("SPOP missing x", "-ERR value is out of range, must be positive");
    c.check("SPOP missing 1 2", "-ERR syntax error");
    c.check("SCARD i", ":2");
}

facts! { data:
    srandmember_leaves_the_set_alone,
    srandmember_of_a_missing_set,
    srandmember_of_a_positive_count_is_distinct,
    srandmember_of_a_negative_count_repeats,
    srandmember_from_large_sets,
    every_member_comes_up,
    srandmember_reads_its_count_first,
    spop_takes_counts_of_every_size,
}

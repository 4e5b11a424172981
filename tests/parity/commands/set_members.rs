//! Sets: members asked for, removed and moved.

use crate::script::Script;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn srem_counts_removed_members(c: &mut Script) {
    c.check("SADD s a b c 1 2 3", ":6");
    c.check("SREM s a", ":1");
    c.check("SREM s a", ":0");
    c.check("SREM s b 1 missing", ":2");
    c.check("SREM s c c c", ":1");
    c.check("SMEMBERS s", r#"unordered["2", "3"]"#);
    c.check("SREM s 02", ":0");
    c.check("SREM missing a b", ":0");
    c.resp3();
    c.check("SREM s 2", ":1");
}

fn the_last_srem_removes_the_key(c: &mut Script) {
    for members in ["1 2 3", "a b 3", "1", "''"] {
        let added = members.split(' ').count();
        c.check(&format!("SADD s {members}"), &format!(":{added}"));
        c.check(&format!("SREM s x {members} y"), &format!(":{added}"));
        c.check("EXISTS s", ":0");
        c.check("TYPE s", "+none");
    }
}

fn srem_from_sets_of_integers(c: &mut Script) {
    c.check("SADD s -1 0 1 70000 -5000000000 9223372036854775807 -9223372036854775808", ":7");
    c.check("SREM s word", ":0");
    c.check("SREM s 00", ":0");
    c.check("SREM s -0", ":0");
    c.check("SREM s 9223372036854775808", ":0");
    c.check("SREM s -9223372036854775808 70000", ":2");
    c.check("SMEMBERS s", r#"unordered["-5000000000", "-1", "0", "1", "9223372036854775807"]"#);
}

fn srem_from_large_sets(c: &mut Script) {
    for number in 0..700 {
        c.given(&format!("SADD s member:{number}"));
    }
    for number in (0..700).filter(|number| number % 7 != 0) {
        c.given(&format!("SREM s member:{number}"));
    }
    c.check("SCARD s", ":100");
    c.check("SISMEMBER s member:693", ":1");
    c.check("SISMEMBER s member:694", ":0");
    c.check("SREM s member:0 member:1 member:7", ":2");
    let left: Vec<String> = (2..100).map(|number| format!(r#""member:{}""#, number * 7)).collect();
    c.check("SMEMBERS s", &format!("unordered[{}]", left.join(", ")));
}

fn smismember_answers_for_each(c: &mut Script) {
    c.check("SADD s a 1 ''", ":3");
    c.check("SMISMEMBER s a", "[:1]");
    c.check("SMISMEMBER s b", "[:0]");
    c.check("SMISMEMBER s a b 1 01 '' a", "[:1, :0, :1, :0, :1, :1]");
    c.check("SMISMEMBER missing a b", "[:0, :0]");
    c.check("SADD i 1 2 3", ":3");
    c.check("SMISMEMBER i 1 4 x 3", "[:1, :0, :0, :1]");
    c.resp3();
    c.check("SMISMEMBER s a b", "[:1, :0]");
    c.check("SMISMEMBER missing a", "[:0]");
}

fn smismember_of_a_large_set(c: &mut Script) {
    for number in 0..600 {
        c.given(&format!("SADD s member:{number}"));
    }
    c.check("SMISMEMBER s member:0 member:599 member:600 599", "[:1, :1, :0, :0]");
}

fn smove_moves_one_member(c: &mut Script) {
    c.check("SADD {t}a x y 3", ":3");
    c.check("SADD {t}b z 4", ":2");
    c.check("SMOVE {t}a {t}b x", ":1");
    c.check("SMEMBERS {t}a", r#"unordered["y", "3"]"#);
    c.check("SMEMBERS {t}b", r#"unordered["z", "4", "x"]"#);
    c.check("SMOVE {t}a {t}b missing", ":0");
    c.check("SMOVE {t}a {t}b 03", ":0");
    c.check("SADD {t}a z", ":1");
    c.check("SMOVE {t}a {t}b z", ":1");
    c.check("SCARD {t}b", ":3");
    c.check("SISMEMBER {t}a z", ":0");
    c.resp3();
    c.check("SMOVE {t}a {t}b y", ":1");
    c.check("SMOVE {t}a {t}b y", ":0");
}

fn smove_makes_and_removes_keys(c: &mut Script) {
    c.check("SADD {t}a x", ":1");
    c.check("SMOVE {t}a {t}b x", ":1");
    c.check("EXISTS {t}a", ":0");
    c.check("SMEMBERS {t}b", r#"["x"]"#);
    c.check("SMOVE {t}b {t}c missing", ":0");
    c.check("EXISTS {t}c", ":0");
    c.check("SMOVE {t}a {t}b x", ":0");
    c.check("SMOVE {t}a {t}missing x", ":0");
    c.check("SCARD {t}b", ":1");
}

fn smove_between_encodings(c: &mut Script) {
    c.check("SADD {t}ints 1 2 3", ":3");
    c.check("SADD {t}words a b", ":2");
    c.check("SMOVE {t}words {t}ints a", ":1");
    c.check("SMEMBERS {t}ints", r#"unordered["1", "2", "3", "a"]"#);
    c.check("SMOVE {t}ints {t}words 2", ":1");
    c.check("SMEMBERS {t}words", r#"unordered["b", "2"]"#);
    for number in 0..600 {
        c.given(&format!("SADD {{t}}large member:{number}"));
    }
    c.check("SMOVE {t}large {t}words member:300", ":1");
    c.check("SMOVE {t}words {t}large b", ":1");
    c.check("SCARD {t}large", ":600");
    c.check("SMISMEMBER {t}large member:300 b", "[:0, :1]");
}

fn smove_onto_itself_changes_nothing(c: &mut Script) {
    c.check("SADD s a", ":1");
    c.check("SMOVE s s a", ":1");
    c.check("SMOVE s s b", ":0");
    c.check("SMEMBERS s", r#"["a"]"#);
    c.check("SMOVE missing missing a", ":0");
    c.check("SET str v", "+OK");
    c.check("SMOVE str str a", WRONG_TYPE);
}

fn smove_looks_at_the_source_first(c: &mut Script) {
    c.check("SADD {t}s a", ":1");
    c.check("SET {t}str v", "+OK");
    c.check("SMOVE {t}missing {t}str a", ":0");
    c.check("SMOVE {t}s {t}str a", WRONG_TYPE);
    c.check("SMOVE {t}s {t}str missing", WRONG_TYPE);
    c.check("SMOVE {t}str {t}s a", WRONG_TYPE);
    c.check("SMOVE {t}str {t}missing a", WRONG_TYPE);
    c.check("SCARD {t}s", ":1");
    c.check("SMOVE {t}s {t}d", "-ERR wrong number of arguments for 'smove' command");
    c.check("SMOVE {t}s {t}d a b", "-ERR wrong number of arguments for 'smove' command");
    c.check("SMOVE", "-ERR wrong number of arguments for 'smove' command");
}

fn smove_leaves_expiries_alone(c: &mut Script) {
    c.check("SADD {t}a x y", ":2");
    c.check("SADD {t}b z", ":1");
    c.check("EXPIRE {t}a 100", ":1");
    c.check("SMOVE {t}a {t}b x", ":1");
    c.check("TTL {t}a", ":90..100");
    c.check("TTL {t}b", ":-1");
    c.check("EXPIRE {t}b 200", ":1");
    c.check("SMOVE {t}a {t}b y", ":1");
    c.check("TTL {t}a", ":-2");
    c.check("TTL {t}b", ":190..200");
}

fn set_members_refuse_every_other_type(c: &mut Script) {
    for make in ["SET {t}k v", "RPUSH {t}k a", "HSET {t}k f v", "ZADD {t}k 1 a"] {
        c.given("DEL {t}k {t}s");
        c.given("SADD {t}s a");
        c.given(make);
        for command in [
            "SREM {t}k a",
            "SREM {t}k a b",
            "SMISMEMBER {t}k a",
            "SMOVE {t}k {t}s a",
            "SMOVE {t}s {t}k a",
            "SMOVE {t}k {t}k a",
        ] {
            c.check(command, WRONG_TYPE);
        }
        c.check("SCARD {t}s", ":1");
    }
}

fn set_members_count_their_arguments(c: &mut Script) {
    for (command, name) in
        [("SREM", "srem"), ("SREM s", "srem"), ("SMISMEMBER", "smismember"), ("SMISMEMBER s", "smismember")]
    {
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
}

facts! { data:
    srem_counts_removed_members,
    the_last_srem_removes_the_key,
    srem_from_sets_of_integers,
    srem_from_large_sets,
    smismember_answers_for_each,
    smismember_of_a_large_set,
    smove_moves_one_member,
    smove_makes_and_removes_keys,
    smove_between_encodings,
    smove_onto_itself_changes_nothing,
    smove_looks_at_the_source_first,
    smove_leaves_expiries_alone,
    set_members_refuse_every_other_type,
    set_members_count_their_arguments,
}

//! How hashes and sorted sets are stored: compactly, up to the sizes that Redis has for that by default.

use crate::script::Script;

fn given_a_hash_of(c: &mut Script, fields: usize) {
    let pairs: Vec<String> = (0..fields).map(|number| format!("f{number} v")).collect();
    c.given(&format!("HSET h {}", pairs.join(" ")));
}

fn given_a_sorted_set_of(c: &mut Script, members: usize) {
    let pairs: Vec<String> = (0..members).map(|number| format!("{number} m{number}")).collect();
    c.given(&format!("ZADD z {}", pairs.join(" ")));
}

fn hashes_are_compact_up_to_512_fields(c: &mut Script) {
    given_a_hash_of(c, 512);
    c.check("OBJECT ENCODING h", r#""listpack""#);
    c.check("HSET h f0 w", ":0");
    c.check("HINCRBY h f1 1", "-ERR hash value is not an integer");
    c.check("HSETNX h f511 w", ":0");
    c.check("OBJECT ENCODING h", r#""listpack""#);
    c.check("HINCRBY h f512 1", ":1");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
    c.check("HDEL h f512", ":1");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
}

fn hashes_are_compact_up_to_64_bytes_a_field_or_value(c: &mut Script) {
    let (at, beyond) = ("x".repeat(64), "y".repeat(65));
    c.check_arguments(&["HSET", "h", &at, &at], ":1", "HSET h 64*x 64*x");
    c.check("OBJECT ENCODING h", r#""listpack""#);
    c.check_arguments(&["HSETNX", "h", &at, &beyond], ":0", "HSETNX h 64*x 65*y");
    c.check("OBJECT ENCODING h", r#""listpack""#);
    c.check_arguments(&["HSETNX", "h", "f", &beyond], ":1", "HSETNX h f 65*y");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
    c.check("DEL h", ":1");
    c.check_arguments(&["HSET", "h", "a", "1", &beyond, "2"], ":2", "HSET h a 1 65*y 2");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
    c.check_arguments(&["HDEL", "h", &beyond], ":1", "HDEL h 65*y");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
    c.check("DEL h", ":1");
    c.given("HINCRBYFLOAT h f 1e70");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
}

fn sorted_sets_are_compact_up_to_128_members(c: &mut Script) {
    given_a_sorted_set_of(c, 128);
    c.check("OBJECT ENCODING z", r#""listpack""#);
    c.check("ZADD z 1000 m0", ":0");
    c.check("ZINCRBY z 1 m1", r#""2""#);
    c.check("ZADD z XX 1 m128", ":0");
    c.check("OBJECT ENCODING z", r#""listpack""#);
    c.check("ZINCRBY z 1 m128", r#""1""#);
    c.check("OBJECT ENCODING z", r#""skiplist""#);
    c.check("ZREM z m128", ":1");
    c.check("ZREMRANGEBYRANK z 1 -1", ":127");
    c.check("OBJECT ENCODING z", r#""skiplist""#);
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["m1", "2"]"#);
}

fn sorted_sets_are_compact_up_to_64_bytes_a_member(c: &mut Script) {
    let (at, beyond) = ("x".repeat(64), "y".repeat(65));
    c.check_arguments(&["ZADD", "z", "1.5", &at], ":1", "ZADD z 1.5 64*x");
    c.check("OBJECT ENCODING z", r#""listpack""#);
    c.check_arguments(&["ZADD", "z", "XX", "1", &beyond], ":0", "ZADD z XX 1 65*y");
    c.check("OBJECT ENCODING z", r#""listpack""#);
    c.check_arguments(&["ZINCRBY", "z", "1", &beyond], r#""1""#, "ZINCRBY z 1 65*y");
    c.check("OBJECT ENCODING z", r#""skiplist""#);
    c.check("ZCARD z", ":2");
    c.check("DEL z", ":1");
    c.check_arguments(&["ZADD", "z", "1", "a", "2", &beyond], ":2", "ZADD z 1 a 2 65*y");
    c.check("OBJECT ENCODING z", r#""skiplist""#);
}

facts! { data:
    hashes_are_compact_up_to_512_fields,
    hashes_are_compact_up_to_64_bytes_a_field_or_value,
    sorted_sets_are_compact_up_to_128_members,
    sorted_sets_are_compact_up_to_64_bytes_a_member,
}

//! Hashes beyond the compact form.

use crate::script::Script;

const HASH_VALUE_NOT_AN_INTEGER: &str = "-ERR hash value is not an integer";
const SYNTAX_ERROR: &str = "-ERR syntax error";

/// `HSET h` of this many fields `field:N` with the values `value:N`: more than a small hash has.
const FIELDS: usize = 700;

fn given_a_large_hash(c: &mut Script) {
    let pairs: Vec<String> = (0..FIELDS).map(|number| format!("field:{number} value:{number}")).collect();
    c.given(&format!("HSET h {}", pairs.join(" ")));
}

/// The names with this prefix, as the elements of an array in any order.
fn all_of(prefix: &str) -> String {
    let names: Vec<String> = (0..FIELDS).map(|number| format!("\"{prefix}:{number}\"")).collect();
    format!("unordered[{}]", names.join(", "))
}

fn large_hashes_answer_as_small_ones(c: &mut Script) {
    given_a_large_hash(c);
    c.check("HLEN h", ":700");
    c.check("HMGET h field:0 field:699 field:700", r#"["value:0", "value:699", nil]"#);
    c.check("HEXISTS h field:350", ":1");
    c.check("HEXISTS h field:700", ":0");
    c.check("HSTRLEN h field:350", ":9");
    c.check("HSTRLEN h field:700", ":0");
    c.check("HSETNX h field:350 x", ":0");
    c.check("HSETNX h field:700 x", ":1");
    c.check("HDEL h field:700 field:700 field:701", ":1");
    c.check("HKEYS h", &all_of("field"));
    c.check("HVALS h", &all_of("value"));
    c.check("HINCRBY h field:1 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBYFLOAT h field:1 1", "-ERR hash value is not a float");
    c.check("HINCRBY h number 41", ":41");
    c.check("HINCRBY h number 1", ":42");
    c.check("HINCRBYFLOAT h number 0.5", r#""42.5""#);
    c.check("HINCRBY h number 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HGET h number", r#""42.5""#);
}

fn large_hashes_go_with_their_last_field(c: &mut Script) {
    given_a_large_hash(c);
    let fields: Vec<String> = (1..FIELDS).map(|number| format!("field:{number}")).collect();
    c.check(&format!("HDEL h {}", fields.join(" ")), ":699");
    c.check("HGETALL h", r#"["field:0", "value:0"]"#);
    c.check("HRANDFIELD h", r#""field:0""#);
    c.check("HRANDFIELD h 2 WITHVALUES", r#"["field:0", "value:0"]"#);
    c.check("HDEL h field:0 field:1", ":1");
    c.check("EXISTS h", ":0");
}

fn hscan_returns_all_of_a_large_hash(c: &mut Script) {
    given_a_large_hash(c);
    let names: Vec<String> =
        (0..FIELDS).map(|number| format!("\"field:{number}\", \"value:{number}\"")).collect();
    let all = format!("unordered[{}]", names.join(", "));
    c.check_scan("HSCAN h CURSOR", &all);
    c.check_scan("HSCAN h CURSOR COUNT 1", &all);
    c.check_scan("HSCAN h CURSOR COUNT 100", &all);
    c.check_scan("HSCAN h CURSOR COUNT 100000 MATCH field:*", &all);
    c.check("HSCAN h 0 COUNT 100000", &format!("[\"0\", {all}]"));
    c.check("HSCAN h 0 COUNT 9223372036854775807 MATCH field:33", r#"["0", ["field:33", "value:33"]]"#);
    c.check_scan("HSCAN h CURSOR MATCH field:69?", &{
        let names: Vec<String> =
            (690..700).map(|number| format!("\"field:{number}\", \"value:{number}\"")).collect();
        format!("unordered[{}]", names.join(", "))
    });
    c.check_scan("HSCAN h CURSOR MATCH value:*", "[]");
    c.check("HSCAN h 0 FOO", SYNTAX_ERROR);
    c.check("HSCAN h 0 COUNT 0", SYNTAX_ERROR);
}

fn fields_and_values_beyond_the_small_sizes(c: &mut Script) {
    let (at, beyond) = ("x".repeat(64), "y".repeat(65));
    c.check_arguments(&["HSET", "h", "f", &at], ":1", "HSET h f 64*x");
    c.check_arguments(&["HSETNX", "h", "f", &beyond], ":0", "HSETNX h f 65*y");
    c.check_arguments(&["HSETNX", "h", "g", &beyond], ":1", "HSETNX h g 65*y");
    c.check_arguments(&["HSETNX", "h", &beyond, "v"], ":1", "HSETNX h 65*y v");
    c.check_arguments(&["HEXISTS", "h", &beyond], ":1", "HEXISTS h 65*y");
    c.check_arguments(&["HDEL", "h", &beyond], ":1", "HDEL h 65*y");
    c.check("HSTRLEN h f", ":64");
    c.check("HSTRLEN h g", ":65");
    c.check("HMGET h f g", &format!("[\"{at}\", \"{beyond}\"]"));
    c.check("HLEN h", ":2");
}

fn hrandfield_draws_different_fields_or_any(c: &mut Script) {
    const TWO_OF_THREE: &str = r#"unordered["a", "b"] | unordered["a", "c"] | unordered["b", "c"]"#;
    c.check("HSET h a 1 b 2 c 3", ":3");
    for _ in 0..10 {
        c.check("HRANDFIELD h", r#""a" | "b" | "c""#);
        c.check("HRANDFIELD h 2", TWO_OF_THREE);
        c.check("HRANDFIELD h 3", r#"unordered["a", "b", "c"]"#);
        c.check("HRANDFIELD h 4", r#"unordered["a", "b", "c"]"#);
        c.check("HRANDFIELD h -2", r#"["a" | "b" | "c", "a" | "b" | "c"]"#);
        c.check("HRANDFIELD h 1 WITHVALUES", r#"["a", "1"] | ["b", "2"] | ["c", "3"]"#);
        c.check("HRANDFIELD h 3 WITHVALUES", r#"unordered["a", "1", "b", "2", "c", "3"]"#);
        c.check("HRANDFIELD h -1 WITHVALUES", r#"["a", "1"] | ["b", "2"] | ["c", "3"]"#);
    }
    c.resp3();
    for _ in 0..10 {
        c.check("HRANDFIELD h 2", TWO_OF_THREE);
        c.check("HRANDFIELD h 1 WITHVALUES", r#"[["a", "1"] | ["b", "2"] | ["c", "3"]]"#);
        c.check("HRANDFIELD h 9 WITHVALUES", r#"unordered[["a", "1"], ["b", "2"], ["c", "3"]]"#);
        c.check("HRANDFIELD h -1 WITHVALUES", r#"[["a", "1"] | ["b", "2"] | ["c", "3"]]"#);
    }
}

fn hrandfield_of_a_large_hash(c: &mut Script) {
    given_a_large_hash(c);
    c.check("HRANDFIELD h", r#""field:".."#);
    c.check("HRANDFIELD h 700", &all_of("field"));
    c.check("HRANDFIELD h 9000", &all_of("field"));
    c.check("HRANDFIELD h 3", r#"["field:".., "field:".., "field:"..]"#);
    c.check("HRANDFIELD h 2 WITHVALUES", r#"["field:".., "value:".., "field:".., "value:"..]"#);
    c.check("HRANDFIELD h -2 WITHVALUES", r#"["field:".., "value:".., "field:".., "value:"..]"#);
    c.resp3();
    c.check("HRANDFIELD h 2 WITHVALUES", r#"[["field:".., "value:"..], ["field:".., "value:"..]]"#);
    c.check("HRANDFIELD h -2 WITHVALUES", r#"[["field:".., "value:"..], ["field:".., "value:"..]]"#);
}

facts! { data:
    given_a_large_hash,
    large_hashes_answer_as_small_ones,
    large_hashes_go_with_their_last_field,
    hscan_returns_all_of_a_large_hash,
    fields_and_values_beyond_the_small_sizes,
    hrandfield_draws_different_fields_or_any,
    hrandfield_of_a_large_hash,
}

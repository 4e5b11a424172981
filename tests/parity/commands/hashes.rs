//! Hashes: fields and values.

use crate::script::Script;

fn hset_counts_new_fields(c: &mut Script) {
    c.check("HSET h a 1", ":1");
    c.check("HSET h a 2 b 3", ":1");
    c.check("HSET h c 1 c 2", ":1");
    c.check("HGET h a", r#""2""#);
    c.check("HGET h c", r#""2""#);
    c.check("HSET h a 9", ":0");
}

fn hget_of_nothing_is_null(c: &mut Script) {
    c.check("HGET h f", "nil");
    c.check("HSET h f v", ":1");
    c.check("HGET h g", "nil");
    c.resp3();
    c.check("HGET h g", "_");
    c.check("HGET missing g", "_");
}

fn hmset_answers_ok(c: &mut Script) {
    c.check("HMSET h a 1 b 2", "+OK");
    c.check("HMSET h a 3", "+OK");
    c.check("HGETALL h", r#"["a", "3", "b", "2"]"#);
}

fn hgetall_is_flat_and_a_map_in_resp3(c: &mut Script) {
    c.check("HGETALL h", "[]");
    c.check("HSET h a 1 b 2", ":2");
    c.check("HGETALL h", r#"["a", "1", "b", "2"]"#);
    c.resp3();
    c.check("HGETALL h", r#"{"a": "1", "b": "2"}"#);
    c.check("HGETALL missing", "{}");
}

fn small_hashes_keep_the_order_of_insertion(c: &mut Script) {
    c.check("HSET h z 1 y 2 x 3", ":3");
    c.check("HSET h y 5 w 4", ":1");
    c.check("HGETALL h", r#"["z", "1", "y", "5", "x", "3", "w", "4"]"#);
}

fn fields_and_values_hold_any_bytes(c: &mut Script) {
    c.check(r#"HSET h "" "" "\x00\r\n" "\xff" 12 012"#, ":3");
    c.check("HGET h ''", r#""""#);
    c.check(r#"HGET h "\x00\r\n""#, r#""\xff""#);
    c.check("HGET h 12", r#""012""#);
    c.check("HGET h 012", "nil");
}

fn large_hashes_hold_all_fields(c: &mut Script) {
    let mut expected = Vec::new();
    for number in 0..600 {
        c.given(&format!("HSET h field:{number} value:{number}"));
        expected.push(format!("\"field:{number}\": \"value:{number}\""));
    }
    c.check("HSET h field:599 value:599", ":0");
    c.check("HGET h field:300", r#""value:300""#);
    c.check("HGET h field:600", "nil");
    c.resp3();
    c.check("HGETALL h", &format!("unordered{{{}}}", expected.join(", ")));
}

fn large_values_come_back_whole(c: &mut Script) {
    let large = "x".repeat(10_000);
    c.check_arguments(&["HSET", "h", "f", &large, "g", "1"], ":2", "HSET h f 10,000*x g 1");
    c.check("HGET h f", &format!("\"{large}\""));
    c.check("HGET h g", r#""1""#);
}

fn hset_needs_pairs(c: &mut Script) {
    c.check("HSET h f", "-ERR wrong number of arguments for 'hset' command");
    c.check("HSET h f v g", "-ERR wrong number of arguments for 'hset' command");
    c.check("HMSET h f v g", "-ERR wrong number of arguments for 'hmset' command");
    c.check("HMSET h", "-ERR wrong number of arguments for 'hmset' command");
    c.check("HGET h", "-ERR wrong number of arguments for 'hget' command");
    c.check("HGET h f g", "-ERR wrong number of arguments for 'hget' command");
    c.check("HGETALL", "-ERR wrong number of arguments for 'hgetall' command");
    c.check("HGETALL a b", "-ERR wrong number of arguments for 'hgetall' command");
    c.check("EXISTS h", ":0");
}

facts! { data:
    hset_counts_new_fields,
    hget_of_nothing_is_null,
    hmset_answers_ok,
    hgetall_is_flat_and_a_map_in_resp3,
    small_hashes_keep_the_order_of_insertion,
    fields_and_values_hold_any_bytes,
    large_hashes_hold_all_fields,
    large_values_come_back_whole,
    hset_needs_pairs,
}

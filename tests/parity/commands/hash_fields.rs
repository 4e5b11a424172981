//! Hashes: fields one by one, several at once, and all of them.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";

fn hsetnx_sets_what_is_not_there(c: &mut Script) {
    c.check("HSETNX h f 1", ":1");
    c.check("HSETNX h f 2", ":0");
    c.check("HGET h f", r#""1""#);
    c.check("HSETNX h g ''", ":1");
    c.check("HSETNX h g x", ":0");
    c.check("HGET h g", r#""""#);
    c.check("HSETNX h '' empty", ":1");
    c.check("HSETNX h '' other", ":0");
    c.check("HGETALL h", r#"["f", "1", "g", "", "", "empty"]"#);
    c.resp3();
    c.check("HSETNX h f 3", ":0");
    c.check("HSETNX other f 3", ":1");
}

fn hsetnx_refuses_nothing_but_a_wrong_number_of_arguments(c: &mut Script) {
    c.check("HSETNX", "-ERR wrong number of arguments for 'hsetnx' command");
    c.check("HSETNX h", "-ERR wrong number of arguments for 'hsetnx' command");
    c.check("HSETNX h f", "-ERR wrong number of arguments for 'hsetnx' command");
    c.check("HSETNX h f v w", "-ERR wrong number of arguments for 'hsetnx' command");
    c.check("EXISTS h", ":0");
}

fn hmget_answers_in_the_order_of_the_fields(c: &mut Script) {
    c.check("HSET h a 1 b 2 c 3 12 x", ":4");
    c.check("HMGET h a", r#"["1"]"#);
    c.check("HMGET h c a b", r#"["3", "1", "2"]"#);
    c.check("HMGET h a x b", r#"["1", nil, "2"]"#);
    c.check("HMGET h x", "[nil]");
    c.check("HMGET h a a a", r#"["1", "1", "1"]"#);
    c.check("HMGET h 12 012", r#"["x", nil]"#);
    c.check("HMGET h ''", "[nil]");
    c.check("HMGET missing a", "[nil]");
    c.check("HMGET missing a b", "[nil, nil]");
    c.resp3();
    c.check("HMGET h a x", r#"["1", _]"#);
    c.check("HMGET missing a b", "[_, _]");
}

fn hmget_needs_a_field(c: &mut Script) {
    c.check("HMGET", "-ERR wrong number of arguments for 'hmget' command");
    c.check("HMGET h", "-ERR wrong number of arguments for 'hmget' command");
}

fn hdel_counts_what_it_removed(c: &mut Script) {
    c.check("HSET h a 1 b 2 c 3 d 4", ":4");
    c.check("HDEL h a", ":1");
    c.check("HDEL h a", ":0");
    c.check("HDEL h x y", ":0");
    c.check("HDEL h b x b c", ":2");
    c.check("HGETALL h", r#"["d", "4"]"#);
    c.check("EXISTS h", ":1");
    c.check("HDEL h d d", ":1");
    c.check("EXISTS h", ":0");
    c.check("HDEL h d", ":0");
    c.check("HDEL missing a b c", ":0");
}

fn hdel_of_the_last_field_removes_the_key(c: &mut Script) {
    c.check("HSET h a 1 b 2", ":2");
    c.check("HDEL h a b c", ":2");
    c.check("TYPE h", "+none");
    c.check("EXISTS h", ":0");
    c.check("HSET h a 2", ":1");
    c.check("HGETALL h", r#"["a", "2"]"#);
}

fn hdel_needs_a_field(c: &mut Script) {
    c.check("HDEL", "-ERR wrong number of arguments for 'hdel' command");
    c.check("HDEL h", "-ERR wrong number of arguments for 'hdel' command");
}

fn hlen_counts_fields(c: &mut Script) {
    c.check("HLEN h", ":0");
    c.check("HSET h a 1 b 2 a 3", ":2");
    c.check("HLEN h", ":2");
    c.check("HDEL h a", ":1");
    c.check("HLEN h", ":1");
    c.check("HLEN missing", ":0");
    c.check("HLEN", "-ERR wrong number of arguments for 'hlen' command");
    c.check("HLEN h x", "-ERR wrong number of arguments for 'hlen' command");
}

fn hexists_asks_for_one_field(c: &mut Script) {
    c.check("HSET h a 1 '' 2 7 3", ":3");
    c.check("HEXISTS h a", ":1");
    c.check("HEXISTS h ''", ":1");
    c.check("HEXISTS h 7", ":1");
    c.check("HEXISTS h 07", ":0");
    c.check("HEXISTS h x", ":0");
    c.check("HEXISTS missing a", ":0");
    c.check("HEXISTS h", "-ERR wrong number of arguments for 'hexists' command");
    c.check("HEXISTS h a b", "-ERR wrong number of arguments for 'hexists' command");
    c.resp3();
    c.check("HEXISTS h a", ":1");
    c.check("HEXISTS h x", ":0");
}

fn hstrlen_is_the_length_of_the_text(c: &mut Script) {
    c.check(
        r#"HSET h a abc empty '' bytes "\x00\xff" n 12345 neg -7 zero 0 min -9223372036854775808 text 007"#,
        ":8",
    );
    c.check("HSTRLEN h a", ":3");
    c.check("HSTRLEN h empty", ":0");
    c.check("HSTRLEN h bytes", ":2");
    c.check("HSTRLEN h n", ":5");
    c.check("HSTRLEN h neg", ":2");
    c.check("HSTRLEN h zero", ":1");
    c.check("HSTRLEN h min", ":20");
    c.check("HSTRLEN h text", ":3");
    c.check("HSTRLEN h x", ":0");
    c.check("HSTRLEN missing a", ":0");
    c.check("HSTRLEN h", "-ERR wrong number of arguments for 'hstrlen' command");
    c.check("HSTRLEN h a b", "-ERR wrong number of arguments for 'hstrlen' command");
}

fn hkeys_and_hvals_are_arrays_in_both_protocols(c: &mut Script) {
    c.check("HKEYS h", "[]");
    c.check("HVALS h", "[]");
    c.check("HSET h a 1 b 2 7 ''", ":3");
    c.check("HKEYS h", r#"["a", "b", "7"]"#);
    c.check("HVALS h", r#"["1", "2", ""]"#);
    c.resp3();
    c.check("HKEYS h", r#"["a", "b", "7"]"#);
    c.check("HVALS h", r#"["1", "2", ""]"#);
    c.check("HKEYS missing", "[]");
    c.check("HVALS missing", "[]");
    c.check("HGETALL h", r#"{"a": "1", "b": "2", "7": ""}"#);
}

fn hkeys_and_hvals_take_one_key(c: &mut Script) {
    c.check("HKEYS", "-ERR wrong number of arguments for 'hkeys' command");
    c.check("HKEYS h x", "-ERR wrong number of arguments for 'hkeys' command");
    c.check("HVALS", "-ERR wrong number of arguments for 'hvals' command");
    c.check("HVALS h x", "-ERR wrong number of arguments for 'hvals' command");
}

fn small_hashes_close_the_gap_behind_a_removed_field(c: &mut Script) {
    c.check("HSET h a 1 b 2 c 3", ":3");
    c.check("HDEL h b", ":1");
    c.check("HKEYS h", r#"["a", "c"]"#);
    c.check("HSET h b 4", ":1");
    c.check("HGETALL h", r#"["a", "1", "c", "3", "b", "4"]"#);
    c.check("HSET h a 5", ":0");
    c.check("HGETALL h", r#"["a", "5", "c", "3", "b", "4"]"#);
    c.check("HVALS h", r#"["5", "3", "4"]"#);
}

fn values_that_look_like_numbers_stay_as_they_were_written(c: &mut Script) {
    c.check("HSET h a 01 b +1 c 1.0 d -0 e ' 1' f 9223372036854775808 g 1e3", ":7");
    c.check("HVALS h", r#"["01", "+1", "1.0", "-0", " 1", "9223372036854775808", "1e3"]"#);
    c.check("HMGET h a b c d e f g", r#"["01", "+1", "1.0", "-0", " 1", "9223372036854775808", "1e3"]"#);
}

fn hset_and_hmset_take_the_last_of_equal_fields(c: &mut Script) {
    c.check("HSET h a 1 a 2 b 3 a 4", ":2");
    c.check("HGET h a", r#""4""#);
    c.check("HMSET h a 1 a 2", "+OK");
    c.check("HMGET h a b", r#"["2", "3"]"#);
    c.resp3();
    c.check("HMSET h c 1", "+OK");
    c.check("HSET h d 1 e 2", ":2");
}

fn hash_commands_refuse_other_types(c: &mut Script) {
    for make in ["SET k v", "RPUSH k a", "SADD k a", "ZADD k 1 a"] {
        c.given("DEL k");
        c.given(make);
        for command in [
            "HSETNX k f v",
            "HMGET k f",
            "HMGET k f g",
            "HDEL k f",
            "HLEN k",
            "HEXISTS k f",
            "HKEYS k",
            "HVALS k",
            "HSTRLEN k f",
            "HINCRBY k f 1",
            "HINCRBYFLOAT k f 1.5",
            "HRANDFIELD k",
            "HRANDFIELD k 1",
            "HRANDFIELD k 0",
            "HRANDFIELD k -1 WITHVALUES",
            "HSCAN k 0",
            "HSCAN k 0 COUNT 0",
        ] {
            c.check(command, "-WRONGTYPE Operation against a key holding the wrong kind of value");
        }
    }
}

fn hash_commands_look_at_numbers_before_the_key(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("HINCRBY k f x", NOT_AN_INTEGER);
    c.check("HINCRBYFLOAT k f x", "-ERR value is not a valid float");
    c.check("HINCRBYFLOAT k f inf", "-ERR value is NaN or Infinity");
    c.check("HRANDFIELD k x", NOT_AN_INTEGER);
    c.check("HRANDFIELD k 1 x", "-ERR syntax error");
    c.check("HSCAN k x", "-ERR invalid cursor");
    c.check("GET k", "\"v\"");
}

facts! { data:
    hsetnx_sets_what_is_not_there,
    hsetnx_refuses_nothing_but_a_wrong_number_of_arguments,
    hmget_answers_in_the_order_of_the_fields,
    hmget_needs_a_field,
    hdel_counts_what_it_removed,
    hdel_of_the_last_field_removes_the_key,
    hdel_needs_a_field,
    hlen_counts_fields,
    hexists_asks_for_one_field,
    hstrlen_is_the_length_of_the_text,
    hkeys_and_hvals_are_arrays_in_both_protocols,
    hkeys_and_hvals_take_one_key,
    small_hashes_close_the_gap_behind_a_removed_field,
    values_that_look_like_numbers_stay_as_they_were_written,
    hset_and_hmset_take_the_last_of_equal_fields,
    hash_commands_refuse_other_types,
    hash_commands_look_at_numbers_before_the_key,
}

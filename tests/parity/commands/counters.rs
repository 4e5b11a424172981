//! INCR and its family: results, limits, and what counts as an integer.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const WOULD_OVERFLOW: &str = "-ERR increment or decrement would overflow";

fn counters_start_at_zero(c: &mut Script) {
    c.check("INCR a", ":1");
    c.check("DECR b", ":-1");
    c.check("INCRBY c 5", ":5");
    c.check("DECRBY d 5", ":-5");
    c.check("GET a", r#""1""#);
    c.check("GET d", r#""-5""#);
}

fn counters_count_on(c: &mut Script) {
    c.check("SET k 10", "+OK");
    c.check("INCR k", ":11");
    c.check("INCRBY k 100", ":111");
    c.check("INCRBY k -11", ":100");
    c.check("DECR k", ":99");
    c.check("DECRBY k 100", ":-1");
    c.check("DECRBY k -3", ":2");
    c.check("INCRBY k 0", ":2");
}

fn counting_keeps_the_lifetime(c: &mut Script) {
    c.check("SET k 1 EX 100", "+OK");
    c.check("INCR k", ":2");
    c.check("TTL k", ":90..100");
}

fn counters_stop_at_the_ends_of_64_bits(c: &mut Script) {
    c.check("SET k 9223372036854775806", "+OK");
    c.check("INCR k", ":9223372036854775807");
    c.check("INCR k", WOULD_OVERFLOW);
    c.check("INCRBY k 1", WOULD_OVERFLOW);
    c.check("DECRBY k -1", WOULD_OVERFLOW);
    c.check("GET k", r#""9223372036854775807""#);
    c.check("SET k -9223372036854775807", "+OK");
    c.check("DECR k", ":-9223372036854775808");
    c.check("DECR k", WOULD_OVERFLOW);
    c.check("INCRBY k -1", WOULD_OVERFLOW);
    c.check("GET k", r#""-9223372036854775808""#);
    c.check("INCRBY k 9223372036854775807", ":-1");
}

fn decrby_refuses_the_one_number_it_cannot_negate(c: &mut Script) {
    c.check("DECRBY k -9223372036854775808", "-ERR decrement would overflow");
    c.check("INCRBY k -9223372036854775808", ":-9223372036854775808");
}

fn only_plain_decimal_strings_count(c: &mut Script) {
    for text in
        ["abc", "1.5", "1 ", " 1", "+1", "01", "-0", "", "0x10", "1e3", "9223372036854775808", "--1", "-"]
    {
        c.check(&format!("SET k '{text}'"), "+OK");
        c.check("INCR k", NOT_AN_INTEGER);
        c.check("GET k", &format!("\"{text}\""));
    }
    c.check(r#"SET k "1\x00""#, "+OK");
    c.check("DECR k", NOT_AN_INTEGER);
}

fn only_plain_decimal_steps_count(c: &mut Script) {
    for step in ["abc", "1.5", "''", "+1", "01", "'1 '", "9223372036854775808"] {
        c.check(&format!("INCRBY k {step}"), NOT_AN_INTEGER);
        c.check(&format!("DECRBY k {step}"), NOT_AN_INTEGER);
    }
    c.check("EXISTS k", ":0");
}

fn counting_a_list_is_wrongtype(c: &mut Script) {
    c.check("RPUSH l 1", ":1");
    for command in ["INCR l", "DECR l", "INCRBY l 1", "DECRBY l 1"] {
        c.check(command, "-WRONGTYPE Operation against a key holding the wrong kind of value");
    }
    c.check("INCRBY l x", NOT_AN_INTEGER);
}

fn counters_count_their_arguments(c: &mut Script) {
    c.check("INCR", "-ERR wrong number of arguments for 'incr' command");
    c.check("INCR a b", "-ERR wrong number of arguments for 'incr' command");
    c.check("DECR", "-ERR wrong number of arguments for 'decr' command");
    c.check("INCRBY a", "-ERR wrong number of arguments for 'incrby' command");
    c.check("DECRBY a 1 2", "-ERR wrong number of arguments for 'decrby' command");
}

facts! { data:
    counters_start_at_zero,
    counters_count_on,
    counting_keeps_the_lifetime,
    counters_stop_at_the_ends_of_64_bits,
    decrby_refuses_the_one_number_it_cannot_negate,
    only_plain_decimal_strings_count,
    only_plain_decimal_steps_count,
    counting_a_list_is_wrongtype,
    counters_count_their_arguments,
}

//! Hashes: fields that hold numbers.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const HASH_VALUE_NOT_AN_INTEGER: &str = "-ERR hash value is not an integer";
const OVERFLOW: &str = "-ERR increment or decrement would overflow";
const NOT_A_FLOAT: &str = "-ERR value is not a valid float";
const HASH_VALUE_NOT_A_FLOAT: &str = "-ERR hash value is not a float";
const WOULD_BE_INFINITE: &str = "-ERR increment would produce NaN or Infinity";
const INFINITE: &str = "-ERR value is NaN or Infinity";

fn hincrby_adds_to_integers(c: &mut Script) {
    c.check("HINCRBY h f 5", ":5");
    c.check("HINCRBY h f -7", ":-2");
    c.check("HINCRBY h f 0", ":-2");
    c.check("HGET h f", r#""-2""#);
    c.check("HINCRBY h g -9223372036854775808", ":-9223372036854775808");
    c.check("HINCRBY h g 9223372036854775807", ":-1");
    c.check("HSET h n 10 m -10 z 0", ":3");
    c.check("HINCRBY h n 10", ":20");
    c.check("HINCRBY h m 10", ":0");
    c.check("HINCRBY h m -1", ":-1");
    c.check("HINCRBY h z -1", ":-1");
    c.check("HGETALL h", r#"["f", "-2", "g", "-1", "n", "20", "m", "-1", "z", "-1"]"#);
    c.resp3();
    c.check("HINCRBY h f 1", ":-1");
}

fn hincrby_stops_at_the_limits(c: &mut Script) {
    c.check("HSET h max 9223372036854775807 min -9223372036854775808", ":2");
    c.check("HINCRBY h max 1", OVERFLOW);
    c.check("HINCRBY h min -1", OVERFLOW);
    c.check("HINCRBY h max 9223372036854775807", OVERFLOW);
    c.check("HINCRBY h min -9223372036854775808", OVERFLOW);
    c.check("HINCRBY h max -1", ":9223372036854775806");
    c.check("HINCRBY h min 1", ":-9223372036854775807");
    c.check("HINCRBY h max 0", ":9223372036854775806");
    c.check("HMGET h max min", r#"["9223372036854775806", "-9223372036854775807"]"#);
}

fn hincrby_takes_integers_only(c: &mut Script) {
    c.check("HINCRBY h f x", NOT_AN_INTEGER);
    c.check("HINCRBY h f 1.5", NOT_AN_INTEGER);
    c.check("HINCRBY h f ''", NOT_AN_INTEGER);
    c.check("HINCRBY h f ' 1'", NOT_AN_INTEGER);
    c.check("HINCRBY h f '1 '", NOT_AN_INTEGER);
    c.check("HINCRBY h f +1", NOT_AN_INTEGER);
    c.check("HINCRBY h f 01", NOT_AN_INTEGER);
    c.check("HINCRBY h f -0", NOT_AN_INTEGER);
    c.check("HINCRBY h f 9223372036854775808", NOT_AN_INTEGER);
    c.check("HINCRBY h f -9223372036854775809", NOT_AN_INTEGER);
    c.check("HINCRBY h f 1e3", NOT_AN_INTEGER);
    c.check("EXISTS h", ":0");
}

fn hincrby_refuses_values_that_are_no_integers(c: &mut Script) {
    c.check(r#"HSET h a x b 1.5 c '' d ' 1' e '1 ' f 01 g -0 h 9223372036854775808 i +1 j "1\x00""#, ":10");
    c.check("HINCRBY h a 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h b 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h c 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h d 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h e 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h f 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h g 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h h 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h i 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HINCRBY h j 1", HASH_VALUE_NOT_AN_INTEGER);
    c.check("HGET h b", r#""1.5""#);
}

fn hincrby_counts_its_arguments(c: &mut Script) {
    c.check("HINCRBY", "-ERR wrong number of arguments for 'hincrby' command");
    c.check("HINCRBY h", "-ERR wrong number of arguments for 'hincrby' command");
    c.check("HINCRBY h f", "-ERR wrong number of arguments for 'hincrby' command");
    c.check("HINCRBY h f 1 2", "-ERR wrong number of arguments for 'hincrby' command");
    c.check("HINCRBYFLOAT", "-ERR wrong number of arguments for 'hincrbyfloat' command");
    c.check("HINCRBYFLOAT h", "-ERR wrong number of arguments for 'hincrbyfloat' command");
    c.check("HINCRBYFLOAT h f", "-ERR wrong number of arguments for 'hincrbyfloat' command");
    c.check("HINCRBYFLOAT h f 1 2", "-ERR wrong number of arguments for 'hincrbyfloat' command");
    c.check("EXISTS h", ":0");
}

fn hincrbyfloat_adds_in_eighty_bits(c: &mut Script) {
    c.check("HINCRBYFLOAT h f 10.5", r#""10.5""#);
    c.check("HINCRBYFLOAT h f 0.1", r#""10.6""#);
    c.check("HINCRBYFLOAT h f -5", r#""5.6""#);
    c.check("HINCRBYFLOAT h f 5.0e3", r#""5005.60000000000000009""#);
    c.check("HINCRBYFLOAT h f 2.0e2", r#""5205.60000000000000009""#);
    c.check("HGET h f", r#""5205.60000000000000009""#);
    c.check("HSET h g 3", ":1");
    c.check("HINCRBYFLOAT h g 1.1", r#""4.1""#);
    c.check("HINCRBYFLOAT h g -1.1", r#""3""#);
    c.check("HINCRBYFLOAT h g -3", r#""0""#);
    c.check("HINCRBYFLOAT h g -0", r#""0""#);
    c.check("HINCRBYFLOAT h i 1", r#""1""#);
    c.check("HINCRBYFLOAT h i 1", r#""2""#);
    c.check("HINCRBY h i 1", ":3");
    c.check("HSET h big 9223372036854775807", ":1");
    c.check("HINCRBYFLOAT h big 1", r#""9223372036854775808""#);
    c.check("HINCRBYFLOAT h big 0.5", r#""9223372036854775808""#);
    c.check("HSET h min -9223372036854775808", ":1");
    c.check("HINCRBYFLOAT h min -1", r#""-9223372036854775809""#);
    c.check("HSET h t 0.1", ":1");
    c.check("HINCRBYFLOAT h t 0.2", r#""0.3""#);
    c.check("HINCRBYFLOAT h small 1e-17", r#""0.00000000000000001""#);
    c.check("HINCRBYFLOAT h small 1e-18", r#""0.00000000000000001""#);
    c.check("HINCRBYFLOAT h tiny 1e-20", r#""0""#);
    c.check("HINCRBYFLOAT h tiny -1e-20", r#""0""#);
    c.check("HINCRBYFLOAT h third 0.33333333333333333333", r#""0.33333333333333333""#);
    c.check("HINCRBYFLOAT h third 0.33333333333333333333", r#""0.66666666666666666""#);
    c.check("HINCRBYFLOAT h neg -1.5", r#""-1.5""#);
    c.check("HINCRBYFLOAT h e 1e20", r#""100000000000000000000""#);
    c.check("HINCRBYFLOAT h e 1", r#""100000000000000000000""#);
    c.check("HINCRBYFLOAT h large 1e30", r#""1000000000000000000024696061952""#);
    c.check("HINCRBYFLOAT h large 1.25", r#""1000000000000000000024696061952""#);
    c.resp3();
    c.check("HINCRBYFLOAT h f 0.25", r#""5205.85000000000000009""#);
    c.check("HINCRBYFLOAT h new 1.50", r#""1.5""#);
}

fn hincrbyfloat_reads_what_strtold_reads(c: &mut Script) {
    c.check("HINCRBYFLOAT h a +1.5", r#""1.5""#);
    c.check("HINCRBYFLOAT h b 0x10", r#""16""#);
    c.check("HINCRBYFLOAT h c .5", r#""0.5""#);
    c.check("HINCRBYFLOAT h d 5.", r#""5""#);
    c.check("HINCRBYFLOAT h e 1E2", r#""100""#);
    c.check("HINCRBYFLOAT h f 0x1p-3", r#""0.125""#);
    c.check("HINCRBYFLOAT h g 007", r#""7""#);
    c.check("HINCRBYFLOAT h i -0.0", r#""0""#);
    c.check("HSET h x 0x1f y 1e2 z +2", ":3");
    c.check("HINCRBYFLOAT h x 1", r#""32""#);
    c.check("HINCRBYFLOAT h y 1", r#""101""#);
    c.check("HINCRBYFLOAT h z 1", r#""3""#);
}

fn hincrbyfloat_takes_numbers_only(c: &mut Script) {
    c.check("HINCRBYFLOAT h f x", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f ''", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f ' 1'", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f '1 '", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f nan", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f -nan", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f 1e5000", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f 1e-5000", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f 1,5", NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f 0x", NOT_A_FLOAT);
    c.check(r#"HINCRBYFLOAT h f "1\x00""#, NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f inf", INFINITE);
    c.check("HINCRBYFLOAT h f -inf", INFINITE);
    c.check("HINCRBYFLOAT h f +Infinity", INFINITE);
    c.check("EXISTS h", ":0");
}

fn hincrbyfloat_refuses_values_that_are_no_numbers(c: &mut Script) {
    c.check(r#"HSET h a x b '' c ' 1' d '1 ' e nan f inf g -infinity i 1e5000 j "1\x00""#, ":9");
    c.check("HINCRBYFLOAT h a 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h b 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h c 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h d 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h e 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h f 1", WOULD_BE_INFINITE);
    c.check("HINCRBYFLOAT h g 1", WOULD_BE_INFINITE);
    c.check("HINCRBYFLOAT h i 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HINCRBYFLOAT h j 1", HASH_VALUE_NOT_A_FLOAT);
    c.check("HMGET h a b c", r#"["x", "", " 1"]"#);
    c.check("HSET h huge 1e4932", ":1");
    c.given("HINCRBYFLOAT h huge 1");
    c.check("HINCRBYFLOAT h huge 1e4932", WOULD_BE_INFINITE);
}

facts! { data:
    hincrby_adds_to_integers,
    hincrby_stops_at_the_limits,
    hincrby_takes_integers_only,
    hincrby_refuses_values_that_are_no_integers,
    hincrby_counts_its_arguments,
    hincrbyfloat_adds_in_eighty_bits,
    hincrbyfloat_reads_what_strtold_reads,
    hincrbyfloat_takes_numbers_only,
    hincrbyfloat_refuses_values_that_are_no_numbers,
}

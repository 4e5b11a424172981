//! Sorted sets beyond the compact form.

use crate::script::Script;

/// Members `member:000` to `member:999` with their numbers as scores: more than a small sorted set has.
fn given_a_large_set(c: &mut Script) {
    let pairs: Vec<String> = (0..1_000).map(|number| format!("{number} member:{number:03}")).collect();
    c.given(&format!("ZADD z {}", pairs.join(" ")));
}

/// These members as elements of a reply, one after the other.
fn members(numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| format!("\"member:{number:03}\"")).collect::<Vec<_>>().join(", ")
}

fn large_sorted_sets_find_ranges(c: &mut Script) {
    given_a_large_set(c);
    c.check("ZCARD z", ":1000");
    c.check("ZCOUNT z -inf +inf", ":1000");
    c.check("ZCOUNT z (100 900", ":800");
    c.check("ZCOUNT z 99.5 (900", ":800");
    c.check("ZCOUNT z 500 400", ":0");
    c.check("ZRANGEBYSCORE z (499 501", r#"["member:500", "member:501"]"#);
    c.check("ZRANGEBYSCORE z 200 700 LIMIT 300 3", &format!("[{}]", members(500..503)));
    c.check("ZRANGEBYSCORE z 990 inf", &format!("[{}]", members(990..1_000)));
    c.check("ZRANGEBYSCORE z -inf 299", &format!("[{}]", members(0..300)));
    c.check("ZREVRANGEBYSCORE z 700 200 LIMIT 300 3", &format!("[{}]", members((398..401).rev())));
    c.check("ZREVRANGEBYSCORE z 299 -inf", &format!("[{}]", members((0..300).rev())));
    c.check(
        "ZREVRANGE z 0 2 WITHSCORES",
        r#"["member:999", "999", "member:998", "998", "member:997", "997"]"#,
    );
    c.check("ZREVRANGE z 400 699", &format!("[{}]", members((300..600).rev())));
    c.check("ZRANGE z 400 699", &format!("[{}]", members(400..700)));
    c.check("ZRANGE z 1000 2000", "[]");
    c.check("ZRANK z member:637", ":637");
    c.check("ZREVRANK z member:637", ":362");
    c.check("ZRANK z member:1000", "nil");
    c.check("ZMSCORE z member:000 member:999 x", r#"["0", "999", nil]"#);
    c.resp3();
    c.check("ZRANGE z 998 -1 WITHSCORES", r#"[["member:998", ,998], ["member:999", ,999]]"#);
    c.check("ZMSCORE z member:001 x", "[,1, _]");
}

fn large_sorted_sets_find_ranges_of_names(c: &mut Script) {
    let pairs: Vec<String> = (0..1_000).map(|number| format!("0 member:{number:03}")).collect();
    c.given(&format!("ZADD z {}", pairs.join(" ")));
    c.check("ZLEXCOUNT z - +", ":1000");
    c.check("ZLEXCOUNT z [member:1 (member:2", ":100");
    c.check("ZLEXCOUNT z (member:100 [member:200", ":100");
    c.check("ZLEXCOUNT z [member:2 [member:1", ":0");
    c.check("ZRANGEBYLEX z [member:77 (member:78", &format!("[{}]", members(770..780)));
    c.check("ZRANGEBYLEX z - + LIMIT 500 2", r#"["member:500", "member:501"]"#);
    c.check("ZREVRANGEBYLEX z (member:78 [member:77", &format!("[{}]", members((770..780).rev())));
    c.check("ZREVRANGEBYLEX z + - LIMIT 999 5", r#"["member:000"]"#);
    c.check("ZREMRANGEBYLEX z [member:2 (member:5", ":300");
    c.check("ZLEXCOUNT z - +", ":700");
    c.check("ZRANGEBYLEX z [member:199 [member:500", r#"["member:199", "member:500"]"#);
    c.check("ZREMRANGEBYLEX z - +", ":700");
    c.check("EXISTS z", ":0");
}

fn large_sorted_sets_lose_ranges_from_table_and_order(c: &mut Script) {
    given_a_large_set(c);
    c.check("ZREMRANGEBYRANK z 100 299", ":200");
    c.check("ZCARD z", ":800");
    c.check("ZRANGE z 98 102", &format!("[{}]", members([98, 99, 300, 301, 302].into_iter())));
    c.check("ZSCORE z member:100", "nil");
    c.check("ZSCORE z member:299", "nil");
    c.check("ZSCORE z member:300", r#""300""#);
    c.check("ZRANK z member:300", ":100");
    c.check("ZREMRANGEBYSCORE z (400 900", ":500");
    c.check("ZRANGEBYSCORE z 399 902", &format!("[{}]", members([399, 400, 901, 902].into_iter())));
    c.check("ZMSCORE z member:401 member:900 member:901", r#"[nil, nil, "901"]"#);
    c.check("ZCARD z", ":300");
    c.check("ZADD z 1 member:500", ":1");
    c.check("ZRANK z member:500", ":2");
    c.check("ZREM z member:500 member:600 member:000", ":2");
    c.check("ZPOPMAX z 2", r#"["member:999", "999", "member:998", "998"]"#);
    c.check("ZPOPMIN z 2", r#"["member:001", "1", "member:002", "2"]"#);
    c.check("ZCARD z", ":295");
    c.check("ZREMRANGEBYRANK z -1 -1", ":1");
    c.check("ZREMRANGEBYRANK z 0 -1", ":294");
    c.check("EXISTS z", ":0");
    c.check("ZADD z 1 member:500", ":1");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["member:500", "1"]"#);
}

fn large_sorted_sets_may_be_popped_whole(c: &mut Script) {
    let flat = |numbers: Vec<usize>| {
        let pairs: Vec<String> =
            numbers.iter().map(|number| format!("\"member:{number:03}\", \"{number}\"")).collect();
        format!("[{}]", pairs.join(", "))
    };
    given_a_large_set(c);
    c.check("ZPOPMIN z 1000", &flat((0..1_000).collect()));
    c.check("EXISTS z", ":0");
    given_a_large_set(c);
    c.check("ZPOPMAX z 999", &flat((1..1_000).rev().collect()));
    c.check("ZPOPMAX z 5000", r#"["member:000", "0"]"#);
    c.check("EXISTS z", ":0");
}

fn scores_move_members_of_a_large_set(c: &mut Script) {
    given_a_large_set(c);
    c.check("ZINCRBY z 1000 member:000", r#""1000""#);
    c.check("ZRANK z member:000", ":999");
    c.check("ZINCRBY z -0.5 member:500", r#""499.5""#);
    c.check("ZRANGE z 498 500", &format!("[{}]", members(499..502)));
    c.check("ZINCRBY z -2 member:500", r#""497.5""#);
    c.check("ZRANGE z 496 499", &format!("[{}]", members([497, 500, 498, 499].into_iter())));
    c.check("ZADD z XX GT CH 5 member:900 950.5 member:901", ":1");
    c.check("ZREVRANK z member:901", ":50");
    c.check("ZADD z LT CH 1 member:902", ":1");
    c.check("ZRANGEBYSCORE z 1 1", r#"["member:001", "member:902"]"#);
    c.check("ZINCRBY z nan member:001", "-ERR value is not a valid float");
    c.check("ZINCRBY z inf member:001", r#""inf""#);
    c.check("ZINCRBY z -inf member:001", "-ERR resulting score is not a number (NaN)");
    c.check("ZREVRANGE z 0 0 WITHSCORES", r#"["member:001", "inf"]"#);
}

fn zscan_returns_all_of_a_large_set(c: &mut Script) {
    given_a_large_set(c);
    let all: Vec<String> = (0..1_000).map(|number| format!("\"member:{number:03}\", \"{number}\"")).collect();
    let all = format!("unordered[{}]", all.join(", "));
    c.check_scan("ZSCAN z CURSOR", &all);
    c.check_scan("ZSCAN z CURSOR COUNT 1", &all);
    c.check_scan("ZSCAN z CURSOR COUNT 1000", &all);
    c.check("ZSCAN z 0 COUNT 100000", &format!("[\"0\", {all}]"));
    c.check("ZSCAN z 0 COUNT 100000 MATCH *:777", r#"["0", ["member:777", "777"]]"#);
    c.check_scan("ZSCAN z CURSOR MATCH nobody", "[]");
    c.check("ZSCAN z 0 FOO", "-ERR syntax error");
}

fn zscan_writes_seventeen_digits_of_the_scores_of_a_large_set(c: &mut Script) {
    given_a_large_set(c);
    for (score, text) in [
        ("0.1", "0.10000000000000001"),
        ("3.14", "3.1400000000000001"),
        ("-2.5", "-2.5"),
        ("1e16", "10000000000000000"),
        ("1e17", "1e+17"),
        ("123456789012345678", "1.2345678901234568e+17"),
        ("0.0001", "0.0001"),
        ("0.000123", "0.00012300000000000001"),
        ("1e-5", "1.0000000000000001e-05"),
        ("1125899906842624.25", "1125899906842624.2"),
        ("1125899906842624.75", "1125899906842624.8"),
        ("5e-324", "4.9406564584124654e-324"),
        ("inf", "inf"),
        ("-inf", "-inf"),
    ] {
        c.given(&format!("ZADD z {score} it"));
        c.check("ZSCAN z 0 MATCH it COUNT 100000", &format!(r#"["0", ["it", "{text}"]]"#));
    }
    c.given("DEL z");
    c.check("ZADD z 0.1 it", ":1");
    c.check_since_7_2("ZSCAN z 0", r#"["0", ["it", "0.10000000000000001"]]"#, r#"["0", ["it", "0.1"]]"#);
}

fn zrandmember_of_a_large_set(c: &mut Script) {
    given_a_large_set(c);
    let all = format!("unordered[{}]", members(0..1_000));
    c.check("ZRANDMEMBER z", r#""member:".."#);
    c.check("ZRANDMEMBER z 1000", &all);
    c.check("ZRANDMEMBER z 5000", &all);
    c.check("ZRANDMEMBER z 3", r#"["member:".., "member:".., "member:"..]"#);
    c.check("ZRANDMEMBER z 1 WITHSCORES", r#"["member:".., ""..]"#);
    c.check("ZRANDMEMBER z -2 WITHSCORES", r#"["member:".., "".., "member:".., ""..]"#);
    c.resp3();
    c.check("ZRANDMEMBER z 2 WITHSCORES", r#"[["member:".., any], ["member:".., any]]"#);
    c.check("ZRANDMEMBER z -2 WITHSCORES", r#"[["member:".., any], ["member:".., any]]"#);
}

fn members_beyond_the_small_size(c: &mut Script) {
    let (at, beyond) = ("x".repeat(64), "y".repeat(65));
    c.check_arguments(&["ZADD", "z", "1", &at, "2", "m"], ":2", "ZADD z 1 64*x 2 m");
    c.check_arguments(&["ZADD", "z", "1.5", &beyond], ":1", "ZADD z 1.5 65*y");
    c.check("ZRANGE z 0 -1", &format!(r#"["{at}", "{beyond}", "m"]"#));
    c.check_arguments(&["ZRANK", "z", &beyond], ":1", "ZRANK z 65*y");
    c.check_arguments(&["ZINCRBY", "z", "1", &beyond], r#""2.5""#, "ZINCRBY z 1 65*y");
    c.check_arguments(&["ZREM", "z", &beyond, &at], ":2", "ZREM z 65*y 64*x");
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["m", "2"]"#);
}

fn zrangestore_by_index_keeps_the_sign_of_zero_in_a_large_set(c: &mut Script) {
    let pairs: Vec<String> = (1..=130).map(|number| format!("{number} m{number}")).collect();
    c.given(&format!("ZADD {{k}}z {} -0 zero", pairs.join(" ")));
    c.check("ZRANGESTORE {k}dst {k}z 0 128", ":129");
    c.check("ZSCORE {k}dst zero", r#""-0""#);
    c.check("ZRANGESTORE {k}dst {k}z 0 127", ":128");
    c.check("ZSCORE {k}dst zero", r#""0""#);
    c.check("ZRANGESTORE {k}dst {k}z -inf +inf BYSCORE", ":131");
    c.check("OBJECT ENCODING {k}dst", r#""skiplist""#);
    c.check("ZSCORE {k}dst zero", r#""0""#);
}

facts! { data:
    zrangestore_by_index_keeps_the_sign_of_zero_in_a_large_set,
    given_a_large_set,
    large_sorted_sets_find_ranges,
    large_sorted_sets_find_ranges_of_names,
    large_sorted_sets_lose_ranges_from_table_and_order,
    large_sorted_sets_may_be_popped_whole,
    scores_move_members_of_a_large_set,
    zscan_returns_all_of_a_large_set,
    zscan_writes_seventeen_digits_of_the_scores_of_a_large_set,
    zrandmember_of_a_large_set,
    members_beyond_the_small_size,
}

//! EXPIRE and TTL in all their units, PERSIST, and what an expired key looks like.

use crate::script::Script;

fn each_unit_sets_and_reads_the_same_lifetime(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100", ":1");
    c.check("TTL k", ":90..100");
    c.check("PTTL k", ":90000..100000");
    c.check("PEXPIRE k 200000", ":1");
    c.check("TTL k", ":190..200");
    c.check("EXPIREAT k 32503680000", ":1");
    c.check("EXPIRETIME k", ":32503680000");
    c.check("PEXPIRETIME k", ":32503680000000");
    c.check("PEXPIREAT k 32503680001500", ":1");
    c.check("PEXPIRETIME k", ":32503680001500");
}

fn seconds_are_rounded_to_the_nearest(c: &mut Script) {
    c.check("SET k v PXAT 32503680001499", "+OK");
    c.check("EXPIRETIME k", ":32503680001");
    c.check("SET k v PXAT 32503680001500", "+OK");
    c.check("EXPIRETIME k", ":32503680002");
    c.check("SET k v PX 100", "+OK");
    c.check("TTL k", ":0 | :-2");
}

fn the_last_moment_there_is(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("PEXPIREAT k 9223372036854775807", ":1");
    c.check("PEXPIRETIME k", ":9223372036854775807");
    c.check("EXPIRETIME k", ":9223372036854776");
    c.check("TTL k", ":9223370000000000..9223372000000000");
    c.check("PTTL k", ":9223370000000000000..9223372000000000000");
    c.check("EXPIREAT k 9223372036854775", ":1");
    c.check("EXPIRETIME k", ":9223372036854775");
    c.check("EXPIREAT k 9223372036854776", "-ERR invalid expire time in 'expireat' command");
    c.check("EXPIREAT k -9223372036854776", "-ERR invalid expire time in 'expireat' command");
    c.check("SET k v PXAT 9223372036854775807", "+OK");
    c.check("EXPIRETIME k", ":9223372036854776");
    c.check("PEXPIRE k -9223372036854775808", ":1");
    c.check("EXISTS k", ":0");
}

fn missing_keys_and_keys_without_a_lifetime_differ(c: &mut Script) {
    c.check("SET k v", "+OK");
    for command in ["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"] {
        c.check(&format!("{command} missing"), ":-2");
        c.check(&format!("{command} k"), ":-1");
    }
    for command in ["EXPIRE missing 10", "PEXPIRE missing 10", "EXPIREAT missing 10", "PEXPIREAT missing 10"]
    {
        c.check(command, ":0");
    }
}

fn a_moment_in_the_past_deletes_at_once(c: &mut Script) {
    for expire in
        ["EXPIRE k 0", "EXPIRE k -1", "PEXPIRE k 0", "PEXPIRE k -100", "EXPIREAT k 1", "PEXPIREAT k 1"]
    {
        c.check("SET k v", "+OK");
        c.check(expire, ":1");
        c.check("EXISTS k", ":0");
    }
    c.check("EXPIREAT k 0", ":0");
    c.check("SET k v", "+OK");
    c.check("EXPIREAT k -1", ":1");
    c.check("DBSIZE", ":0");
}

fn expired_keys_are_invisible(c: &mut Script) {
    c.check("SET k v PX 1", "+OK");
    c.check_eventually("GET k", "nil");
    for (command, reply) in [
        ("EXISTS k", ":0"),
        ("TYPE k", "+none"),
        ("TTL k", ":-2"),
        ("STRLEN k", ":0"),
        ("MGET k", "[nil]"),
        ("KEYS *", "[]"),
        ("EXPIRE k 10", ":0"),
        ("PERSIST k", ":0"),
        ("SET k v XX", "nil"),
        ("RANDOMKEY", "nil"),
        ("SETNX k w", ":1"),
        ("TTL k", ":-1"),
    ] {
        c.check(command, reply);
    }
}

fn collections_expire_whole(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    c.check("HSET h f v", ":1");
    c.check("PEXPIRE l 1", ":1");
    c.check("PEXPIRE h 1", ":1");
    c.check_eventually("LLEN l", ":0");
    c.check_eventually("HGETALL h", "[]");
    c.check("RPUSH l b", ":1");
    c.check("TTL l", ":-1");
}

fn nx_sets_only_where_there_is_none(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100 NX", ":1");
    c.check("EXPIRE k 200 NX", ":0");
    c.check("TTL k", ":90..100");
}

fn xx_sets_only_where_there_is_one(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100 XX", ":0");
    c.check("TTL k", ":-1");
    c.check("EXPIRE k 100", ":1");
    c.check("PEXPIRE k 200000 xx", ":1");
    c.check("TTL k", ":190..200");
}

fn gt_only_prolongs_and_none_is_the_longest(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100 GT", ":0");
    c.check("TTL k", ":-1");
    c.check("EXPIRE k 100", ":1");
    c.check("EXPIRE k 50 GT", ":0");
    c.check("EXPIRE k 200 GT", ":1");
    c.check("TTL k", ":190..200");
    c.check("EXPIREAT k 32503680000 GT", ":1");
    c.check("EXPIREAT k 32503680000 GT", ":0");
}

fn lt_only_shortens_and_none_is_the_longest(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100 LT", ":1");
    c.check("EXPIRE k 200 LT", ":0");
    c.check("EXPIRE k 50 LT", ":1");
    c.check("TTL k", ":40..50");
    c.check("PEXPIREAT k 1 LT", ":1");
    c.check("EXISTS k", ":0");
}

fn xx_goes_with_gt_and_lt(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100 XX LT", ":0");
    c.check("EXPIRE k 100", ":1");
    c.check("EXPIRE k 50 XX LT", ":1");
    c.check("EXPIRE k 20 GT XX", ":0");
    c.check("EXPIRE k 300 XX GT", ":1");
    c.check("TTL k", ":290..300");
}

fn conditions_that_exclude_each_other_are_refused(c: &mut Script) {
    const NX_ALONE: &str = "-ERR NX and XX, GT or LT options at the same time are not compatible";
    c.check("SET k v", "+OK");
    c.check("EXPIRE k 100 NX XX", NX_ALONE);
    c.check("EXPIRE k 100 NX GT", NX_ALONE);
    c.check("PEXPIRE k 100 LT NX", NX_ALONE);
    c.check("EXPIREAT k 100 GT LT", "-ERR GT and LT options at the same time are not compatible");
    c.check("PEXPIREAT k 100 FOO", "-ERR Unsupported option FOO");
    c.check("EXPIRE k 100 NX foo", "-ERR Unsupported option foo");
    c.check("EXPIRE missing 100 FOO", "-ERR Unsupported option FOO");
    c.check("TTL k", ":-1");
}

fn lifetimes_are_integers_within_reach(c: &mut Script) {
    c.check("SET k v", "+OK");
    for (command, name) in
        [("EXPIRE", "expire"), ("PEXPIRE", "pexpire"), ("EXPIREAT", "expireat"), ("PEXPIREAT", "pexpireat")]
    {
        c.check(&format!("{command} k x"), "-ERR value is not an integer or out of range");
        c.check(&format!("{command} k 1.5"), "-ERR value is not an integer or out of range");
        c.check(&format!("{command} k ''"), "-ERR value is not an integer or out of range");
        c.check(&format!("{command} k"), &format!("-ERR wrong number of arguments for '{name}' command"));
    }
    c.check("EXPIRE k 9223372036854775807", "-ERR invalid expire time in 'expire' command");
    c.check("EXPIRE k -9223372036854775808", "-ERR invalid expire time in 'expire' command");
    c.check("PEXPIRE k 9223372036854775807", "-ERR invalid expire time in 'pexpire' command");
    c.check("EXPIREAT k 9223372036854775807", "-ERR invalid expire time in 'expireat' command");
    c.check("EXPIRE missing 9223372036854775807", "-ERR invalid expire time in 'expire' command");
    c.check("TTL k", ":-1");
}

fn persist_takes_the_lifetime_away(c: &mut Script) {
    c.check("PERSIST k", ":0");
    c.check("SET k v EX 100", "+OK");
    c.check("PERSIST k", ":1");
    c.check("TTL k", ":-1");
    c.check("PERSIST k", ":0");
    c.check("PERSIST", "-ERR wrong number of arguments for 'persist' command");
}

fn reading_a_lifetime_counts_its_arguments(c: &mut Script) {
    for (command, name) in [
        ("TTL", "ttl"),
        ("PTTL a b", "pttl"),
        ("EXPIRETIME", "expiretime"),
        ("PEXPIRETIME a b", "pexpiretime"),
    ] {
        c.check(command, &format!("-ERR wrong number of arguments for '{name}' command"));
    }
}

facts! { data:
    each_unit_sets_and_reads_the_same_lifetime,
    seconds_are_rounded_to_the_nearest,
    the_last_moment_there_is,
    missing_keys_and_keys_without_a_lifetime_differ,
    a_moment_in_the_past_deletes_at_once,
    expired_keys_are_invisible,
    collections_expire_whole,
    nx_sets_only_where_there_is_none,
    xx_sets_only_where_there_is_one,
    gt_only_prolongs_and_none_is_the_longest,
    lt_only_shortens_and_none_is_the_longest,
    xx_goes_with_gt_and_lt,
    conditions_that_exclude_each_other_are_refused,
    lifetimes_are_integers_within_reach,
    persist_takes_the_lifetime_away,
    reading_a_lifetime_counts_its_arguments,
}

//! DEBUG, as far as tests of Redis and of clients use it.

use crate::script::Script;

const NO_VALUE: &str = "+0000000000000000000000000000000000000000";

fn protocol_has_a_reply_of_each_type(c: &mut Script) {
    c.check("DEBUG PROTOCOL string", r#""Hello World""#);
    c.check("DEBUG PROTOCOL integer", ":12345");
    c.check("DEBUG PROTOCOL double", r#""3.141""#);
    c.check("DEBUG PROTOCOL bignum", r#""1234567999999999999999999999999999999""#);
    c.check("DEBUG PROTOCOL null", "nil");
    c.check("DEBUG PROTOCOL array", "[:0, :1, :2]");
    c.check("DEBUG PROTOCOL set", "[:0, :1, :2]");
    c.check("DEBUG PROTOCOL map", "[:0, :0, :1, :1, :2, :0]");
    c.check("DEBUG PROTOCOL attrib", r#""Some real reply following the attribute""#);
    c.check("DEBUG PROTOCOL push", "-ERR RESP2 is not supported by this command");
    c.check("DEBUG PROTOCOL verbatim", r#""This is a verbatim\nstring""#);
    c.check("DEBUG PROTOCOL true", ":1");
    c.check("DEBUG PROTOCOL false", ":0");
}

fn protocol_has_a_reply_of_each_type_in_resp3(c: &mut Script) {
    c.resp3();
    c.check("debug protocol STRING", r#""Hello World""#);
    c.check("DEBUG PROTOCOL integer", ":12345");
    c.check("DEBUG PROTOCOL double", ",3.141");
    c.check("DEBUG PROTOCOL bignum", "(1234567999999999999999999999999999999");
    c.check("DEBUG PROTOCOL null", "_");
    c.check("DEBUG PROTOCOL array", "[:0, :1, :2]");
    c.check("DEBUG PROTOCOL set", "~{:0, :1, :2}");
    c.check("DEBUG PROTOCOL map", "{:0 : #f, :1 : #t, :2 : #f}");
    c.check("DEBUG PROTOCOL verbatim", r#"="This is a verbatim\nstring""#);
    c.check("DEBUG PROTOCOL true", "#t");
    c.check("DEBUG PROTOCOL false", "#f");
    c.raw(
        b"DEBUG PROTOCOL attrib\r\n",
        b"|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n\
          $39\r\nSome real reply following the attribute\r\n",
    );
    c.raw(
        b"DEBUG PROTOCOL push\r\n",
        b">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n",
    );
}

fn protocol_names_the_types_it_knows(c: &mut Script) {
    c.check(
        "DEBUG PROTOCOL foo",
        "-ERR Wrong protocol type name. Please use one of the following: \
         string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
    );
    c.check(
        "DEBUG PROTOCOL",
        "-ERR unknown subcommand or wrong number of arguments for 'PROTOCOL'. Try DEBUG HELP.",
    );
    c.check(
        "DEBUG PROTOCOL a b",
        "-ERR unknown subcommand or wrong number of arguments for 'PROTOCOL'. Try DEBUG HELP.",
    );
}

fn error_is_the_error_given(c: &mut Script) {
    c.check("DEBUG ERROR 'MYCODE what'", "-MYCODE what");
    c.raw(b"*3\r\n$5\r\nDEBUG\r\n$5\r\nERROR\r\n$6\r\na\r\nb\xffc\r\n", b"-a  b\xffc\r\n");
    c.check(
        "DEBUG ERROR",
        "-ERR unknown subcommand or wrong number of arguments for 'ERROR'. Try DEBUG HELP.",
    );
    c.check(
        "DEBUG ERROR a b",
        "-ERR unknown subcommand or wrong number of arguments for 'ERROR'. Try DEBUG HELP.",
    );
    c.check("DEBUG LOG 'a line'", "+OK");
    c.check("DEBUG LOG", "-ERR unknown subcommand or wrong number of arguments for 'LOG'. Try DEBUG HELP.");
}

fn populate_makes_keys(c: &mut Script) {
    c.check("DEBUG POPULATE 100", "+OK");
    c.check("DBSIZE", ":100");
    c.check("GET key:0", r#""value:0""#);
    c.check("GET key:99", r#""value:99""#);
    c.check("SET p:1 own", "+OK");
    c.check("DEBUG POPULATE 3 p 10", "+OK");
    c.check("MGET p:0 p:1 p:2 p:3", r#"["value:0\0\0\0", "own", "value:2\0\0\0", nil]"#);
    c.check("DEBUG POPULATE 1 q 3", "+OK");
    c.check("GET q:0", r#""val""#);
    c.check("DEBUG POPULATE 1 r 0", "+OK");
    c.check("GET r:0", r#""value:0""#);
    c.check("DEBUG POPULATE 0", "+OK");
    c.check("DEBUG POPULATE x", "-ERR value is out of range, must be positive");
    c.check("DEBUG POPULATE -1", "-ERR value is out of range, must be positive");
    c.check("DEBUG POPULATE 1 a x", "-ERR value is out of range, must be positive");
    c.check(
        "DEBUG POPULATE",
        "-ERR unknown subcommand or wrong number of arguments for 'POPULATE'. Try DEBUG HELP.",
    );
    c.check(
        "DEBUG POPULATE 1 a 1 1",
        "-ERR unknown subcommand or wrong number of arguments for 'POPULATE'. Try DEBUG HELP.",
    );
    c.check("SELECT 5", "+OK");
    c.check("DEBUG POPULATE 4", "+OK");
    c.check("DBSIZE", ":4");
}

fn object_describes_a_key(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("DEBUG OBJECT k", "+Value at:0x..");
    c.check("SADD intset 1 2 3", ":3");
    c.check("RPUSH list a", ":1");
    c.check("DEBUG object list", "+Value at:0x..");
    c.check("DEBUG OBJECT missing", "-ERR no such key");
    c.check("SELECT 3", "+OK");
    c.check("DEBUG OBJECT k", "-ERR no such key");
    c.check(
        "DEBUG OBJECT",
        "-ERR unknown subcommand or wrong number of arguments for 'OBJECT'. Try DEBUG HELP.",
    );
    c.check(
        "DEBUG OBJECT a b",
        "-ERR unknown subcommand or wrong number of arguments for 'OBJECT'. Try DEBUG HELP.",
    );
}

fn listpacks_are_shown_to_the_operator(c: &mut Script) {
    c.check("HSET h f v", ":1");
    c.check("DEBUG LISTPACK h", "+Listpack structure printed on stdout");
    c.check("ZADD z 1 a", ":1");
    c.check("DEBUG LISTPACK z", "+Listpack structure printed on stdout");
    c.check("SET k v", "+OK");
    c.check("DEBUG LISTPACK k", "-ERR Not a listpack encoded object.");
    c.check("DEBUG LISTPACK missing", "-ERR no such key");
    c.check(
        "DEBUG LISTPACK",
        "-ERR unknown subcommand or wrong number of arguments for 'LISTPACK'. Try DEBUG HELP.",
    );
}

fn digests_of_values_are_those_of_redis(c: &mut Script) {
    c.check("SET s text", "+OK");
    c.check("SET n 12345", "+OK");
    c.check("RPUSH l a 1 b", ":3");
    c.check("SADD ints 3 1 2", ":3");
    c.check("SADD words x y 7", ":3");
    c.check("HSET h f 1 g two", ":2");
    c.check("ZADD z 1.5 a 2 b -inf c", ":3");
    c.check("SET e text EX 1000", "+OK");
    c.check("DEBUG DIGEST-VALUE s", "[+2ce3f57ae020966eb041fa6a47e5221ee0d42d6b]");
    c.check("DEBUG DIGEST-VALUE n", "[+e1cf90774e995ae03de66e8109dc5cb9d9c2dc83]");
    c.check("DEBUG DIGEST-VALUE l", "[+d5f44352f6226abea9252dad248ef5de0d964396]");
    c.check("DEBUG DIGEST-VALUE ints", "[+2a462a3f51a1db89738ebbeef0c47ce1bbc85246]");
    c.check("DEBUG DIGEST-VALUE words", "[+a6afcc473373536adb071da403abcb70a693d104]");
    c.check("DEBUG DIGEST-VALUE h", "[+7b57bf77b0541c5c586d58fd253ba2accedca094]");
    c.check("DEBUG DIGEST-VALUE z", "[+72aaa0a57eb80a1519771e51cdad96ffaeaecdad]");
    c.check("DEBUG DIGEST-VALUE e", "[+ca660b853c197c3a71571192028fed85fa7a6ce8]");
    c.check(
        "DEBUG DIGEST-VALUE missing s missing",
        &format!("[{NO_VALUE}, +2ce3f57ae020966eb041fa6a47e5221ee0d42d6b, {NO_VALUE}]"),
    );
    c.check("DEBUG DIGEST-VALUE", "[]");
}

fn equal_data_have_equal_digests(c: &mut Script) {
    c.check("DEBUG DIGEST", NO_VALUE);
    c.check("MSET a 1 b 2 c 3 d 4 e 5", "+OK");
    c.check("DEBUG DIGEST", "+99276e8cacbab6bb3c788a919bf136388e86044f");
    c.check("DEL e d c b a", ":5");
    c.check("DEBUG DIGEST", NO_VALUE);
    c.check("MSET e 5 d 4 c 3 b 2 a 1", "+OK");
    c.check("DEBUG DIGEST", "+99276e8cacbab6bb3c788a919bf136388e86044f");
    c.check("SELECT 9", "+OK");
    c.check("RPUSH list x y z", ":3");
    c.check("SADD set x y z", ":3");
    c.check("HSET hash f v g w", ":2");
    c.check("ZADD zset 1 x 2.25 y", ":2");
    c.check("DEBUG DIGEST", "+7e17c15ff5158a45e6c9b5e4e950a97702079077");
    c.check("SELECT 0", "+OK");
    c.check("FLUSHDB", "+OK");
    c.check("DEBUG DIGEST", "+f7dccd4be830d387995e9a01a0d808c3c95afb78");
    c.check(
        "DEBUG DIGEST x",
        "-ERR unknown subcommand or wrong number of arguments for 'DIGEST'. Try DEBUG HELP.",
    );
}

fn a_digest_knows_large_values_too(c: &mut Script) {
    for number in 0..600 {
        c.given(&format!("SADD set member:{number}"));
        c.given(&format!("HSET hash field:{number} {number}"));
        c.given(&format!("ZADD zset {number}.5 member:{number}"));
        c.given(&format!("RPUSH list element:{number}"));
        c.given(&format!("SADD ints {number}"));
    }
    c.check("DEBUG DIGEST-VALUE set hash zset list ints", "[+056b372e361a44d77e4081677de873789346b6b4, +62de58a10ba26815411428d45aab58015c26b28c, +3a4392ab59c203c1fb64993eb2906176217b8854, +342ed21caa8f01dbc1583babe2696ffe9a915d1d, +04d81c0962ffde34acf89d01fe2057bd59abc03f]");
    c.check("DEBUG DIGEST", "+ccc9441850211dcb81211102658afe3f6583c3fe");
}

fn expiry_by_itself_can_be_switched_off(c: &mut Script) {
    c.check("DEBUG SET-ACTIVE-EXPIRE 0", "+OK");
    c.check("SET k v PX 300", "+OK");
    c.check("GET k", r#""v""#);
    c.check_eventually("PTTL k", ":-2");
    c.check("SET k v PX 1", "+OK");
    c.check("DEBUG SLEEP 0.005", "+OK");
    c.check("RANDOMKEY", "nil");
    c.check("SET k v PX 1", "+OK");
    c.check("SET lasting v", "+OK");
    c.check("DEBUG SLEEP 0.005", "+OK");
    c.check("RANDOMKEY", r#""lasting""#);
    c.check("DEBUG SET-ACTIVE-EXPIRE 1", "+OK");
    c.check("debug set-active-expire x", "+OK");
    c.check("DEBUG SET-ACTIVE-EXPIRE 1", "+OK");
    c.check(
        "DEBUG SET-ACTIVE-EXPIRE",
        "-ERR unknown subcommand or wrong number of arguments for 'SET-ACTIVE-EXPIRE'. Try DEBUG HELP.",
    );
}

fn the_threshold_of_plain_nodes_is_checked(c: &mut Script) {
    const TOO_LARGE: &str = "-ERR argument must be a memory value bigger than 1 and smaller than 4gb";
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD 1b", "+OK");
    c.check("RPUSH l a bb ccc", ":3");
    c.check("LRANGE l 0 -1", r#"["a", "bb", "ccc"]"#);
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD 100b", "+OK");
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD 4095mb", "+OK");
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD 0", "+OK");
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD x", TOO_LARGE);
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD 4gb", TOO_LARGE);
    c.check("DEBUG QUICKLIST-PACKED-THRESHOLD -1", TOO_LARGE);
}

fn tables_have_figures(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("DEBUG HTSTATS 0", r#""[Dictionary HT]\n".."#);
    c.check("DEBUG HTSTATS 0", r#".."[Expires HT]\n".."#);
    c.check("DEBUG HTSTATS 0", r#".."number of elements: 1\n".."#);
    c.check("DEBUG HTSTATS 16", "-ERR Out of range database");
    c.check("DEBUG HTSTATS -1", "-ERR Out of range database");
    c.check("DEBUG HTSTATS x", "-ERR value is not an integer or out of range");
    c.check(
        "DEBUG HTSTATS",
        "-ERR unknown subcommand or wrong number of arguments for 'HTSTATS'. Try DEBUG HELP.",
    );
}

fn help_lists_what_there_is(c: &mut Script) {
    c.check("DEBUG HELP", "[+DEBUG <subcommand> .., ..]");
    c.check(
        "DEBUG HELP x",
        "-ERR unknown subcommand or wrong number of arguments for 'HELP'. Try DEBUG HELP.",
    );
    c.check(
        "DEBUG nope a b c",
        "-ERR unknown subcommand or wrong number of arguments for 'nope'. Try DEBUG HELP.",
    );
}

fn lolwut_ends_in_the_version(c: &mut Script) {
    for command in ["LOLWUT", "lolwut version 9", "LOLWUT VERSION", "LOLWUT a b c"] {
        c.check_since_7_2(command, r#".."Redis ver. 7.0.15\n""#, r#".."Redis ver. 7.2.4\n""#);
    }
    c.check("LOLWUT VERSION x", "-ERR value is not an integer or out of range");
    c.check("COMMAND INFO lolwut", r#"[["lolwut", :-1, unordered[+readonly, +fast], :0, :0, :0, unordered[+@read, +@fast], [], [], []]]"#);
    c.resp3();
    c.check_since_7_2("LOLWUT", r#"=.."Redis ver. 7.0.15\n""#, r#"=.."Redis ver. 7.2.4\n""#);
}

fn pause_cron_stops_what_is_periodic(c: &mut Script) {
    const WRONG: &str =
        "-ERR unknown subcommand or wrong number of arguments for 'pause-cron'. Try DEBUG HELP.";
    c.check("DEBUG PAUSE-CRON 1", "+OK");
    c.check("SET k v PX 1", "+OK");
    c.check("DBSIZE", ":1");
    // What is no number is 0.
    c.check("debug pause-cron x", "+OK");
    c.check_eventually("DBSIZE", ":0");
    c.check("DEBUG pause-cron", WRONG);
    c.check("DEBUG pause-cron 1 2", WRONG);
}

fn scripts_run_debug_if_they_may(c: &mut Script) {
    let script = r#"EVAL "return redis.pcall('debug', 'protocol', ARGV[1])" 0 integer"#;
    c.check(script, "-ERR This Redis command is not allowed from script");
    c.check("DEBUG SET-DISABLE-DENY-SCRIPTS 1", "+OK");
    c.check(script, ":12345");
    let slow = r#"EVAL "redis.call('set', KEYS[1], 'v', 'px', 1) redis.call('debug', 'sleep', 0.01) return redis.call('exists', KEYS[1])" 1 k"#;
    c.check(slow, ":1");
    c.check("EXISTS k", ":0");
    c.check("DEBUG SET-DISABLE-DENY-SCRIPTS 0", "+OK");
    c.check(script, "-ERR This Redis command is not allowed from script");
}

facts! { server:
    scripts_run_debug_if_they_may,
    protocol_has_a_reply_of_each_type,
    protocol_has_a_reply_of_each_type_in_resp3,
    protocol_names_the_types_it_knows,
    error_is_the_error_given,
    populate_makes_keys,
    object_describes_a_key,
    listpacks_are_shown_to_the_operator,
    digests_of_values_are_those_of_redis,
    equal_data_have_equal_digests,
    a_digest_knows_large_values_too,
    expiry_by_itself_can_be_switched_off,
    the_threshold_of_plain_nodes_is_checked,
    tables_have_figures,
    help_lists_what_there_is,
    lolwut_ends_in_the_version,
    pause_cron_stops_what_is_periodic,
}

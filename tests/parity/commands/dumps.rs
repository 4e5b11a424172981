//! DUMP and RESTORE: values as bytes, and values out of bytes, whoever wrote them.

use shards::rdb::seal;

use crate::harness::resp::Value;
use crate::script::Script;

/// What DUMP answers for a key.
fn dumped(c: &mut Script, key: &str) -> Vec<u8> {
    match c.ask(&format!("DUMP {key}")) {
        Value::Bulk(payload) => payload,
        other => panic!("{other:?} for DUMP {key}"),
    }
}

/// RESTORE with a payload that stands for `shown`.
#[track_caller]
fn restore(c: &mut Script, key: &str, payload: &[u8], options: &[&str], expected: &str, shown: &str) {
    let mut arguments = vec![b"RESTORE".to_vec(), key.as_bytes().to_vec(), b"0".to_vec(), payload.to_vec()];
    arguments.extend(options.iter().map(|option| option.as_bytes().to_vec()));
    c.check_arguments(&arguments, expected, &format!("RESTORE {key} 0 <{shown}> {}", options.join(" ")));
}

fn small_values_are_written_as_redis_writes_them(c: &mut Script) {
    for (command, payload) in [
        ("SET k 12", r"\x00\xc0\x0c\n\x00<*\xf8Q\\\x04\xbc\xd5"),
        ("SET k -300", r"\x00\xc1\xd4\xfe\n\x00\xc6\xc4\x86#\xfe\xbe\xde."),
        ("SET k 100000", r"\x00\xc2\xa0\x86\x01\x00\n\x00\xf1$\x03Po/\xa6t"),
        ("SET k 12345678901", r"\x00\x0b12345678901\n\x000NR\xd7'\x17e\x10"),
        ("SET k hello", r"\x00\x05hello\n\x00cr\xdfve4 \n"),
        ("SET k ''", r"\x00\x00\n\x00]\x9b\\@\x0f\x7f\xa2\xda"),
        (
            "RPUSH k a 1 -70000 ''",
            r"\x12\x01\x02\x13\x13\x00\x00\x00\x04\x00\x81a\x02\x01\x01\xf2\x90\xee\xfe\x04\x80\x01\xff\n\x00\x1c\xc6\xcf\xaeq@O\x95",
        ),
        (
            "SADD k 1 2 300",
            r"\x0b\x0e\x02\x00\x00\x00\x03\x00\x00\x00\x01\x00\x02\x00,\x01\n\x00\xe5\x10\xb2\x8e{\x95)\xaa",
        ),
        ("SADD k m", r"\x02\x01\x01m\n\x00\xc6\xfc\xb6W\xe0\x86\xa5\xb0"),
        (
            "HSET k f v n 7",
            r"\x10\x12\x12\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81n\x02\x07\x01\xff\n\x00\xb8*\xde\xa8@\x7f\xfa\xa8",
        ),
        (
            "ZADD k 1 a 2.5 b -inf c",
            "\\x11\\x1d\\x1d\\x00\\x00\\x00\\x06\\x00\\x81c\\x02\\x84-inf\\x05\\x81a\\x02\\x01\\x01\\x81b\\x02\\x832.5\\x04\\xff\
             \\n\\x009\\x923\\x9b\\xe1\\x1f2=",
        ),
    ] {
        c.given("DEL k");
        c.given(command);
        c.check("DUMP k", &format!("\"{payload}\""));
        c.check(&format!("RESTORE copy:k 0 \"{payload}\" REPLACE"), "+OK");
        c.check("DUMP copy:k", &format!("\"{payload}\""));
    }
    c.check("DUMP none", "nil");
    c.resp3();
    c.check("DUMP none", "_");
    c.check("DUMP copy:k", r#""\x11".."#);
}

fn values_come_back(c: &mut Script) {
    let many: Vec<String> =
        (0..300).map(|number| format!("member:{number:04}:{}", "x".repeat(number % 90))).collect();
    for (key, verb) in
        [("s", "SET"), ("l", "RPUSH"), ("set", "SADD"), ("ints", "SADD"), ("h", "HSET"), ("z", "ZADD")]
    {
        let mut arguments = vec![verb.to_owned(), key.to_owned()];
        match key {
            "s" => arguments.push(many.concat()),
            "ints" => arguments.extend((0..2_000).map(|number| (number * 77_777_777i64).to_string())),
            "h" => {
                arguments.extend(many.iter().flat_map(|member| [member.clone(), member.len().to_string()]));
            }
            "z" => {
                let scored = |(at, member): (usize, &String)| [(at as f64 / 7.0).to_string(), member.clone()];
                arguments.extend(many.iter().enumerate().flat_map(scored));
            }
            _ => arguments.extend(many.iter().cloned()),
        }
        c.check_arguments(&arguments, "any", &format!("{verb} {key} .."));
        let payload = dumped(c, key);
        restore(c, "copy", &payload, &["REPLACE"], "+OK", key);
        let again = dumped(c, "copy");
        restore(c, "again", &again, &["REPLACE"], "+OK", key);
        match verb {
            "SET" => {
                c.check_arguments(&["GET", "again"], &format!("\"{}\"", many.concat()), "GET again (of s)");
            }
            "RPUSH" => {
                let quoted: Vec<String> = many.iter().map(|member| format!("\"{member}\"")).collect();
                c.check("LRANGE again 0 -1", &format!("[{}]", quoted.join(", ")));
            }
            "SADD" => {
                let before = if key == "ints" { ":2000" } else { ":300" };
                c.check(&format!("SCARD {key}"), before);
                c.check(&format!("SINTERCARD 2 {key} again"), before);
                c.check("SCARD again", before);
                c.check("OBJECT ENCODING again", r#""hashtable""#);
            }
            "HSET" => {
                for (at, member) in many.iter().enumerate().step_by(29) {
                    c.check(&format!("HGET again {member}"), &format!("\"{}\"", 12 + at % 90));
                }
                c.check("HLEN again", ":300");
                c.check("OBJECT ENCODING again", r#""hashtable""#);
            }
            _ => {
                let names: Vec<String> = many.iter().map(|member| format!("\"{member}\"")).collect();
                c.check("ZRANGE again 0 -1", &format!("[{}]", names.join(", ")));
                c.check("ZSCORE again member:0001:x", r#""0.14285714285714285""#);
                c.check("ZINTERCARD 2 z again", ":300");
                c.check("OBJECT ENCODING again", r#""skiplist""#);
            }
        }
    }
}

fn scores_come_back_bit_by_bit(c: &mut Script) {
    c.check("ZADD z 0.1 a -0.25 b 1e300 c inf d -inf e 3 f -17 g 9007199254740993 h 1e-9 i", ":9");
    let scores = r#"["e", "-inf", "g", "-17", "b", "-0.25", "i", "1.0000000000000001e-09", "a", "0.10000000000000001", "f", "3", "h", "9007199254740992", "c", "1.0000000000000001e+300", "d", "inf"]"#;
    let since = r#"["e", "-inf", "g", "-17", "b", "-0.25", "i", "1e-9", "a", "0.1", "f", "3", "h", "9007199254740992", "c", "1e+300", "d", "inf"]"#;
    c.check_since_7_2("ZRANGE z 0 -1 WITHSCORES", scores, since);
    let compact = dumped(c, "z");
    restore(c, "y", &compact, &[], "+OK", "a sorted set in a listpack");
    c.check_since_7_2("ZRANGE y 0 -1 WITHSCORES", scores, since);
    c.check("OBJECT ENCODING y", r#""listpack""#);
    let long = "x".repeat(65);
    c.check_arguments(&["ZADD", "z", "4", &long], ":1", "ZADD z 4 <65 x>");
    c.check("OBJECT ENCODING z", r#""skiplist""#);
    let large = dumped(c, "z");
    restore(c, "x", &large, &[], "+OK", "a sorted set of doubles");
    c.check("OBJECT ENCODING x", r#""skiplist""#);
    c.check_arguments(&["ZREM", "x", &long], ":1", "ZREM x <65 x>");
    c.check_since_7_2("ZRANGE x 0 -1 WITHSCORES", scores, since);
    c.check("ZADD z -0 zero", ":1");
    let large = dumped(c, "z");
    restore(c, "v", &large, &[], "+OK", "a sorted set with a score of -0");
    c.check("ZSCORE v zero", r#""-0""#);
    // What has become small is compact when it comes back.
    let small = dumped(c, "x");
    restore(c, "w", &small, &[], "+OK", "a small sorted set of doubles");
    c.check("OBJECT ENCODING w", r#""listpack""#);
}

fn restore_checks_its_arguments_in_their_order(c: &mut Script) {
    const HELLO: &str = r#""\x00\x05hello\n\x00cr\xdfve4 \n""#;
    c.check("SET k 1", "+OK");
    for (command, error) in [
        ("RESTORE k x {p} FOO", "-ERR syntax error"),
        ("RESTORE k x {p} IDLETIME", "-ERR syntax error"),
        ("RESTORE k x {p} FREQ", "-ERR syntax error"),
        ("RESTORE k x {p} IDLETIME -1", "-ERR Invalid IDLETIME value, must be >= 0"),
        ("RESTORE k x {p} IDLETIME a", "-ERR value is not an integer or out of range"),
        ("RESTORE k x {p} FREQ -1", "-ERR Invalid FREQ value, must be >= 0 and <= 255"),
        ("RESTORE k x {p} FREQ 256", "-ERR Invalid FREQ value, must be >= 0 and <= 255"),
        ("RESTORE k x {p} FREQ a", "-ERR value is not an integer or out of range"),
        ("RESTORE k x {p} FREQ 1 IDLETIME 1", "-ERR syntax error"),
        ("RESTORE k x {p} IDLETIME 1 FREQ 1", "-ERR syntax error"),
        ("RESTORE k x {p}", "-BUSYKEY Target key name already exists."),
        ("RESTORE k 0 {p}", "-BUSYKEY Target key name already exists."),
        ("RESTORE k 0 ''", "-BUSYKEY Target key name already exists."),
        ("RESTORE k x {p} REPLACE", "-ERR value is not an integer or out of range"),
        ("RESTORE k 1.5 {p} REPLACE", "-ERR value is not an integer or out of range"),
        ("RESTORE k -1 {p} REPLACE", "-ERR Invalid TTL value, must be >= 0"),
        ("RESTORE k -1 '' REPLACE ABSTTL", "-ERR Invalid TTL value, must be >= 0"),
        ("RESTORE k 0 '' REPLACE", "-ERR DUMP payload version or checksum are wrong"),
        ("RESTORE k 0 hello REPLACE", "-ERR DUMP payload version or checksum are wrong"),
        (
            r#"RESTORE k 0 "\x00\x05hellO\n\x00cr\xdfve4 \n" REPLACE"#,
            "-ERR DUMP payload version or checksum are wrong",
        ),
        ("RESTORE k 0", "-ERR wrong number of arguments for 'restore' command"),
        ("DUMP", "-ERR wrong number of arguments for 'dump' command"),
        ("DUMP k k", "-ERR wrong number of arguments for 'dump' command"),
    ] {
        c.check(&command.replace("{p}", HELLO), error);
    }
    c.check("GET k", r#""1""#);
    c.check(&format!("RESTORE k 0 {HELLO} replace idletime 5 IDLETIME 7 absttl"), "+OK");
    c.check("OBJECT IDLETIME k", ":7..9");
    c.check("GET k", r#""hello""#);
    c.check(&format!("RESTORE k 0 {HELLO} REPLACE FREQ 5 FREQ 255"), "+OK");
    c.check("OBJECT IDLETIME k", ":0..2");
    // A longer time than the clock has run is as long.
    c.check(&format!("RESTORE k 0 {HELLO} REPLACE IDLETIME 1000000"), "+OK");
    c.check("OBJECT IDLETIME k", ":1000000..1000002");
    // Finding the key in its way is a use of it.
    c.check(&format!("RESTORE k 0 {HELLO}"), "-BUSYKEY Target key name already exists.");
    c.check("OBJECT IDLETIME k", ":0..2");
}

fn restored_keys_expire(c: &mut Script) {
    const HELLO: &str = r#""\x00\x05hello\n\x00cr\xdfve4 \n""#;
    c.check(&format!("RESTORE a 100000 {HELLO}"), "+OK");
    c.check("PTTL a", ":90000..100000");
    c.check(&format!("RESTORE a 4000000000000 {HELLO} REPLACE ABSTTL"), "+OK");
    c.check("PEXPIRETIME a", ":4000000000000");
    c.check(&format!("RESTORE a 0 {HELLO} REPLACE ABSTTL"), "+OK");
    c.check("TTL a", ":-1");
    c.check("EXPIRE a 100", ":1");
    c.check(&format!("RESTORE a 0 {HELLO} REPLACE"), "+OK");
    c.check("TTL a", ":-1");
    c.check(&format!("RESTORE a 1 {HELLO} REPLACE ABSTTL"), "+OK");
    c.check("EXISTS a", ":0");
    c.check(&format!("RESTORE a 1 {HELLO} ABSTTL"), "+OK");
    c.check("EXISTS a", ":0");
    c.check(&format!("RESTORE a 9223372036854775807 {HELLO}"), "+OK");
    c.check("EXISTS a", ":0");
    c.check(&format!("RESTORE a 9223372036854775807 {HELLO} ABSTTL"), "+OK");
    c.check("PEXPIRETIME a", ":9223372036854775807");
    c.check("DBSIZE", ":1");
    c.check("SET b 1 PX 1", "+OK");
    c.check_eventually("EXISTS b", ":0");
    c.check(&format!("RESTORE b 0 {HELLO}"), "+OK");
    c.check("DUMP b", HELLO);
}

fn encodings_follow_the_thresholds(c: &mut Script) {
    for (command, before, after) in [
        ("SET n 12", "int", "int"),
        ("APPEND n 3", "raw", "int"),
        ("SET n text", "embstr", "embstr"),
        ("APPEND n s", "raw", "embstr"),
        ("SADD i 1 2 3", "intset", "intset"),
        ("HSET h f v", "listpack", "listpack"),
        ("ZADD z 1 m", "listpack", "listpack"),
    ] {
        c.given(command);
        let key = command.split(' ').nth(1).unwrap_or_default();
        c.check(&format!("OBJECT ENCODING {key}"), &format!("\"{before}\""));
        let payload = dumped(c, key);
        restore(c, "copy", &payload, &["REPLACE"], "+OK", command);
        c.check("OBJECT ENCODING copy", &format!("\"{after}\""));
    }
    c.check("RPUSH l a b", ":2");
    let payload = dumped(c, "l");
    restore(c, "copy", &payload, &["REPLACE"], "+OK", "a list");
    c.check_since_7_2("OBJECT ENCODING copy", r#""quicklist""#, r#""listpack""#);
    c.check("SADD s a b", ":2");
    let payload = dumped(c, "s");
    restore(c, "copy", &payload, &["REPLACE"], "+OK", "a set");
    c.check_since_7_2("OBJECT ENCODING copy", r#""hashtable""#, r#""listpack""#);
    c.check("SMEMBERS copy", r#"unordered["a", "b"]"#);
}

/// A ziplist of short texts.
fn ziplist(entries: &[&str]) -> Vec<u8> {
    let mut block = vec![0; 8];
    block.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    let (mut before, mut tail) = (0, 10);
    for entry in entries {
        tail = block.len() as u32;
        block.extend_from_slice(&[before, entry.len() as u8]);
        block.extend_from_slice(entry.as_bytes());
        before = entry.len() as u8 + 2;
    }
    block.push(0xFF);
    let total = block.len() as u32;
    block[..4].copy_from_slice(&total.to_le_bytes());
    block[4..8].copy_from_slice(&tail.to_le_bytes());
    string(&block)
}

/// A string with its length in one byte.
fn string(bytes: &[u8]) -> Vec<u8> {
    [&[bytes.len() as u8], bytes].concat()
}

fn values_of_older_servers_are_taken(c: &mut Script) {
    let list = ziplist(&["a", "b", "10"]);
    let pairs = ziplist(&["f", "1", "g", "2.5"]);
    for (of, parts, question, answer) in [
        (
            1,
            vec![b"\x03".to_vec(), string(b"a"), string(b""), b"\xc0\x0a".to_vec()],
            "LRANGE k 0 -1",
            r#"["a", "", "10"]"#,
        ),
        (10, vec![list.clone()], "LRANGE k 0 -1", r#"["a", "b", "10"]"#),
        (
            14,
            vec![b"\x02".to_vec(), list.clone(), list],
            "LRANGE k 0 -1",
            r#"["a", "b", "10", "a", "b", "10"]"#,
        ),
        (18, vec![b"\x01\x01".to_vec(), string(b"plain")], "LRANGE k 0 -1", r#"["plain"]"#),
        (13, vec![pairs.clone()], "HGETALL k", r#"["f", "1", "g", "2.5"]"#),
        (
            9,
            vec![string(b"\x02\x01f\x01\x001\x01g\x03\x022.5..\xff")],
            "HGETALL k",
            r#"["f", "1", "g", "2.5"]"#,
        ),
        (4, vec![b"\x01".to_vec(), string(b"f"), string(b"v")], "HGETALL k", r#"["f", "v"]"#),
        (12, vec![pairs], "ZRANGE k 0 -1 WITHSCORES", r#"["f", "1", "g", "2.5"]"#),
        (
            3,
            vec![
                b"\x03".to_vec(),
                string(b"a"),
                string(b"1.5"),
                string(b"b"),
                b"\xfe".to_vec(),
                string(b"c"),
                b"\xff".to_vec(),
            ],
            "ZRANGE k 0 -1 WITHSCORES",
            r#"["c", "-inf", "a", "1.5", "b", "inf"]"#,
        ),
    ] {
        let payload = seal([vec![of], parts.concat()].concat());
        restore(c, "k", &payload, &["REPLACE"], "+OK", &format!("type {of}"));
        c.check(question, answer);
        let again = dumped(c, "k");
        restore(c, "k", &again, &["REPLACE"], "+OK", &format!("type {of}, written again"));
        c.check(question, answer);
    }
}

fn what_is_no_value_is_refused(c: &mut Script) {
    const REFUSED: &str = "-ERR Bad data format";
    for (of, bytes, what) in [
        (8, &b"\x01"[..], "no type"),
        (22, b"\x01", "a type to come"),
        (0, b"\xc4", "a form to come"),
        (0, b"\xc3\x03\x05\x20\x00\x00", "nothing to repeat"),
        (0, b"\x7f\xff", "a text that is cut off"),
        (1, b"\x00", "an empty list"),
        (2, b"\x00", "an empty set"),
        (3, b"\x00", "an empty sorted set"),
        (4, b"\x00", "an empty hash"),
        (5, b"\x00", "an empty sorted set of doubles"),
        (18, b"\x00", "an empty quicklist"),
        (18, b"\x01\x03\x01a", "an unknown part of a quicklist"),
        (18, b"\x01\x02\x07\x07\x00\x00\x00\x00\x00\xff", "a quicklist of an empty listpack"),
        (2, b"\x02\x01a\x01a", "a member twice"),
        (2, b"\x02\xc0\x01\xc0\x01", "a number twice"),
        (5, b"\x01\x01a\x00\x00\x00\x00\x00\x00\xf8\x7f", "a score that is no number"),
        (11, b"\x08\x02\x00\x00\x00\x00\x00\x00\x00", "an empty array"),
        (11, b"\x0a\x03\x00\x00\x00\x01\x00\x00\x00\x01\x00", "an array of odd integers"),
        (16, b"\x07\x07\x00\x00\x00\x00\x00\xff", "an empty listpack"),
        (16, b"\x07\x08\x00\x00\x00\x00\x00\xff", "a listpack of another size"),
        (16, b"\x07\x07\x00\x00\x00\x00\x00\xfe", "a listpack without its end"),
        (9, b"\x02\x00\xff", "an empty zipmap"),
    ] {
        restore(c, "k", &seal([&[of], bytes].concat()), &[], REFUSED, what);
        c.check("EXISTS k", ":0");
    }
    // A key that is there stays.
    c.check("SET k 1", "+OK");
    restore(c, "k", &seal(b"\x01\x00".to_vec()), &["REPLACE"], REFUSED, "an empty list");
    c.check("GET k", r#""1""#);
    // What follows the value is not looked at.
    restore(c, "j", &seal(b"\x00\x01a and more".to_vec()), &[], "+OK", "a text with more behind it");
    c.check("GET j", r#""a""#);
}

fn dump_and_restore_take_part_in_transactions(c: &mut Script) {
    c.check("SET a hello", "+OK");
    let payload = dumped(c, "a");
    c.check("MULTI", "+OK");
    c.check("DUMP a", "+QUEUED");
    restore(c, "b", &payload, &[], "+QUEUED", "hello");
    restore(c, "a", &payload, &[], "+QUEUED", "hello");
    c.check("GET b", "+QUEUED");
    c.check(
        "EXEC",
        r#"["\x00\x05hello\n\x00cr\xdfve4 \n", +OK, -BUSYKEY Target key name already exists., "hello"]"#,
    );
    let mut other = c.second_client();
    c.check("WATCH b", "+OK");
    restore(&mut other, "b", &payload, &["REPLACE"], "+OK", "hello");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH b", "+OK");
    restore(&mut other, "b", &payload, &[], "-BUSYKEY Target key name already exists.", "hello");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "[+PONG]");
}

fn a_restored_list_serves_who_waits_for_it(c: &mut Script) {
    c.check("RPUSH l a b", ":2");
    let payload = dumped(c, "l");
    let mut other = c.second_client();
    for key in ["w1", "w2", "w3", "w4"] {
        other.send(&format!("BLPOP {key} 0"));
        c.check_eventually(&format!("RPUSHX {key} x"), ":0");
        restore(c, key, &payload, &[], "+OK", "a list");
        other.check_next(&format!(r#"["{key}", "a"]"#));
        c.check(&format!("LRANGE {key} 0 -1"), r#"["b"]"#);
    }
}

facts! { data:
    small_values_are_written_as_redis_writes_them,
    values_come_back,
    scores_come_back_bit_by_bit,
    restore_checks_its_arguments_in_their_order,
    restored_keys_expire,
    encodings_follow_the_thresholds,
    values_of_older_servers_are_taken,
    what_is_no_value_is_refused,
    dump_and_restore_take_part_in_transactions,
    a_restored_list_serves_who_waits_for_it,
}

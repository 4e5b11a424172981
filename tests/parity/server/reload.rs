//! DEBUG RELOAD: keys that were written out and read back; and what else concerns values as bytes and needs a server.

use shards::rdb::seal;

use crate::harness::resp::Value;
use crate::script::Script;

fn keys_are_the_same_after_a_reload(c: &mut Script) {
    for (key, command) in [
        ("s", "SET s text"),
        ("n", "SET n 17"),
        ("l", "RPUSH l a b 3"),
        ("i", "SADD i 1 2 3"),
        ("t", "SADD t a b"),
        ("h", "HSET h f v g w"),
        ("z", "ZADD z 1 a 2.5 b"),
    ] {
        c.given(command);
        c.given(&format!("COPY {key} {key}:3 DB 3"));
        c.given(&format!("EXPIRE {key} 1000"));
    }
    let digest = c.ask("DEBUG DIGEST");
    c.check("DEBUG RELOAD", "+OK");
    c.check("DBSIZE", ":7");
    c.check("MGET s n", r#"["text", "17"]"#);
    c.check("LRANGE l 0 -1", r#"["a", "b", "3"]"#);
    c.check("SMEMBERS i", r#"unordered["1", "2", "3"]"#);
    c.check("SMEMBERS t", r#"unordered["a", "b"]"#);
    c.check("HGETALL h", r#"["f", "v", "g", "w"]"#);
    c.check("ZRANGE z 0 -1 WITHSCORES", r#"["a", "1", "b", "2.5"]"#);
    for key in ["s", "n", "l", "i", "t", "h", "z"] {
        c.check(&format!("TTL {key}"), ":990..1000");
    }
    for (key, encoding) in
        [("s", "embstr"), ("n", "int"), ("i", "intset"), ("h", "listpack"), ("z", "listpack")]
    {
        c.check(&format!("OBJECT ENCODING {key}"), &format!("\"{encoding}\""));
    }
    c.check("SELECT 3", "+OK");
    c.check("DBSIZE", ":7");
    c.check("TTL s:3", ":-1");
    c.check("GET s:3", r#""text""#);
    let again = c.ask("DEBUG DIGEST");
    assert_eq!(digest, again);
}

fn what_has_expired_is_not_reloaded(c: &mut Script) {
    c.check("DEBUG SET-ACTIVE-EXPIRE 0", "+OK");
    c.check("SET gone 1 PX 1", "+OK");
    c.check("SET stays 1", "+OK");
    c.check_eventually("EXISTS gone", ":0");
    c.check("DEBUG RELOAD", "+OK");
    c.check("DBSIZE", ":1");
    c.check("DEBUG SET-ACTIVE-EXPIRE 1", "+OK");
}

fn reload_takes_options(c: &mut Script) {
    const OPTIONS: &str = "-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.";
    for key in ["a", "b", "c", "d", "e"] {
        c.check(&format!("SET {key} 1 EX 1000"), "+OK");
    }
    c.check("DEBUG RELOAD FOO", OPTIONS);
    c.check("DEBUG RELOAD MERGE x", OPTIONS);
    c.check("DEBUG RELOAD merge", "+OK");
    c.check("DEBUG RELOAD NOFLUSH MERGE", "+OK");
    c.check("DBSIZE", ":5");
    c.check("MGET a b c d e", r#"["1", "1", "1", "1", "1"]"#);
    c.check("TTL a", ":990..1000");
    c.check("FLUSHALL", "+OK");
    c.check("DEBUG RELOAD NOFLUSH", "+OK");
    c.check("MULTI", "+OK");
    c.check("SET a 1", "+QUEUED");
    c.check("DEBUG RELOAD", "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("EXEC", r#"[+OK, +OK, "1"]"#);
}

fn a_reload_follows_the_thresholds(c: &mut Script) {
    c.check("HSET h a 1 b 2 c 3", ":3");
    c.check("ZADD z 1 a 2 b 3 c", ":3");
    c.check("SADD i 1 2 3", ":3");
    c.check(
        "CONFIG SET hash-max-listpack-entries 2 zset-max-listpack-entries 2 set-max-intset-entries 2",
        "+OK",
    );
    c.check("DEBUG RELOAD", "+OK");
    c.check("OBJECT ENCODING h", r#""hashtable""#);
    c.check("OBJECT ENCODING z", r#""skiplist""#);
    c.check("OBJECT ENCODING i", r#""hashtable""#);
    c.check(
        "CONFIG SET hash-max-listpack-entries 512 zset-max-listpack-entries 128 set-max-intset-entries 512",
        "+OK",
    );
    c.check("DEBUG RELOAD", "+OK");
    c.check("OBJECT ENCODING h", r#""listpack""#);
    c.check("OBJECT ENCODING z", r#""listpack""#);
    c.check("OBJECT ENCODING i", r#""intset""#);
    c.check("HLEN h", ":3");
    c.check("ZRANGE z 0 -1", r#"["a", "b", "c"]"#);
    // How long the elements of a compact form are does not count when it is read.
    c.check("CONFIG SET hash-max-listpack-value 1 zset-max-listpack-value 1", "+OK");
    c.check("HSET g f v", ":1");
    c.check("DEBUG RELOAD", "+OK");
    c.check("OBJECT ENCODING g", r#""listpack""#);
    c.check("CONFIG SET hash-max-listpack-value 64 zset-max-listpack-value 64", "+OK");
}

fn a_reload_ends_watches_of_keys(c: &mut Script) {
    c.check("SET a 1", "+OK");
    let mut other = c.second_client();
    c.check("WATCH a", "+OK");
    other.check("DEBUG RELOAD", "+OK");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH none", "+OK");
    other.check("DEBUG RELOAD", "+OK");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "[+PONG]");
}

fn listeners_hear_of_restored_keys(c: &mut Script) {
    const HELLO: &str = r#""\x00\x05hello\n\x00cr\xdfve4 \n""#;
    let mut other = c.second_client();
    other.check("CONFIG SET notify-keyspace-events KEAnm", "+OK");
    c.check("PSUBSCRIBE __keyevent*", r#"["psubscribe", "__keyevent*", :1]"#);
    let heard = |c: &mut Script, events: &[&str], key: &str| {
        for event in events {
            c.check_next(&format!(r#"["pmessage", "__keyevent*", "__keyevent@0__:{event}", "{key}"]"#));
        }
    };
    for key in ["a", "b", "c", "d"] {
        other.check(&format!("RESTORE {key} 0 {HELLO}"), "+OK");
        heard(c, &["new", "restore"], key);
        other.check(&format!("RESTORE {key} 100000 {HELLO} REPLACE"), "+OK");
        heard(c, &["new", "restore"], key);
        other.check(&format!("RESTORE {key} 0 {HELLO}"), "-BUSYKEY Target key name already exists.");
        other.check(&format!("RESTORE {key} 1 {HELLO} REPLACE ABSTTL"), "+OK");
        heard(c, &["del"], key);
        other.check(&format!("RESTORE {key} 1 {HELLO} REPLACE ABSTTL"), "+OK");
        other.check(&format!("DUMP {key}"), "nil");
        heard(c, &["keymiss"], key);
    }
    other.check("CONFIG SET notify-keyspace-events ''", "+OK");
}

fn clients_that_track_hear_of_restored_keys(c: &mut Script) {
    const HELLO: &str = r#""\x00\x05hello\n\x00cr\xdfve4 \n""#;
    let mut other = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING ON", "+OK");
    for key in ["a", "b", "c"] {
        other.check(&format!("SET {key} hello"), "+OK");
        c.check(&format!("DUMP {key}"), HELLO);
        other.check(&format!("RESTORE {key} 0 {HELLO} REPLACE"), "+OK");
        c.check_next(&format!(r#">["invalidate", ["{key}"]]"#));
    }
    c.check("GET a", r#""hello""#);
    other.check("DEBUG RELOAD", "+OK");
    c.check_next(r#">["invalidate", _]"#);
}

fn strings_are_compressed_where_that_is_asked_for(c: &mut Script) {
    let text = "a".repeat(100);
    c.check_arguments(&["SET", "k", &text], "+OK", "SET k <100 a>");
    c.check("DUMP k", r#""\x00\xc3".."#);
    c.check("CONFIG SET rdbcompression no", "+OK");
    c.check("DUMP k", r#""\x00@daaaaaaaaaaaaaaaaaaaa".."#);
    let Value::Bulk(payload) = c.ask("DUMP k") else { panic!("a payload") };
    c.check("CONFIG SET rdbcompression yes", "+OK");
    c.check_arguments(&[&b"RESTORE"[..], b"j", b"0", &payload], "+OK", "RESTORE j 0 <100 a>");
    c.check_arguments(&["GET", "j"], &format!("\"{text}\""), "GET j");
    c.check("CONFIG GET rdbcompression", r#"["rdbcompression", "yes"]"#);
    // DEBUG OBJECT counts the bytes as they would be written.
    for (command, bytes) in
        [("SET n 12", 2), ("SET n 30000", 3), ("SET n hello", 6), ("LPUSH l a b", 16), ("SADD i 1 2", 13)]
    {
        c.given(command);
        let key = command.split(' ').nth(1).unwrap_or_default();
        let Value::Simple(line) = c.ask(&format!("DEBUG OBJECT {key}")) else { panic!("no line on {key}") };
        let line = String::from_utf8_lossy(&line).into_owned();
        assert!(line.contains(&format!(" serializedlength:{bytes} ")), "{command}: {line}");
    }
}

fn info_counts_what_was_looked_through(c: &mut Script) {
    c.check("CONFIG SET sanitize-dump-payload yes", "+OK");
    c.check("CONFIG RESETSTAT", "+OK");
    for (command, counted) in [
        ("HSET h f v", 1),
        ("RPUSH l a b", 2),
        ("SADD s a", 2),
        ("SADD i 1 2", 3),
        ("SET t 1", 3),
        ("ZADD z 1 a", 4),
    ] {
        c.given(command);
        let key = command.split(' ').nth(1).unwrap_or_default();
        let Value::Bulk(payload) = c.ask(&format!("DUMP {key}")) else { panic!("a payload") };
        c.check_arguments(
            &[&b"RESTORE"[..], b"copy", b"0", &payload, b"REPLACE"],
            "+OK",
            "RESTORE copy 0 ..",
        );
        c.check("INFO stats", &format!("..\"dump_payload_sanitizations:{counted}\\r\\n\".."));
    }
    c.check("CONFIG SET sanitize-dump-payload no", "+OK");
    c.check("CONFIG RESETSTAT", "+OK");
    c.check("DEBUG RELOAD", "+OK");
    c.check("INFO stats", "..\"dump_payload_sanitizations:0\\r\\n\"..");
}

fn a_reload_within_a_transaction_over_all_shards_changes_nothing(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3 d 4", "+OK");
    for command in
        ["MULTI", "RENAME a e", "LPUSH f x", "DEBUG RELOAD", "RPOPLPUSH f g", "DEBUG RELOAD", "MGET b c d e"]
    {
        c.check(command, if command == "MULTI" { "+OK" } else { "+QUEUED" });
    }
    c.check("EXEC", r#"[+OK, :1, +OK, "x", +OK, ["2", "3", "4", "1"]]"#);
    c.check("DBSIZE", ":5");
    c.check("LRANGE g 0 -1", r#"["x"]"#);
}

fn compact_values_are_looked_through_where_that_is_asked_for(c: &mut Script) {
    c.check("CONFIG GET sanitize-dump-payload", r#"["sanitize-dump-payload", "no"]"#);
    let twice = seal(b"\x10\x13\x13\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81f\x02\x81w\x02\xff".to_vec());
    let once = seal(b"\x10\x13\x13\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81g\x02\x81w\x02\xff".to_vec());
    let unordered = seal(b"\x0b\x0c\x02\x00\x00\x00\x02\x00\x00\x00\x02\x00\x01\x00".to_vec());
    let cut = seal(b"\x10\x0a\x0a\x00\x00\x00\x02\x00\x8fv\x02\xff".to_vec());
    for mode in ["yes", "clients"] {
        c.check(&format!("CONFIG SET sanitize-dump-payload {mode}"), "+OK");
        for payload in [&twice, &unordered, &cut] {
            c.check_arguments(
                &[&b"RESTORE"[..], b"k", b"0", payload],
                "-ERR Bad data format",
                "RESTORE k 0 <disorder>",
            );
        }
        c.check_arguments(
            &[&b"RESTORE"[..], b"k", b"0", &once, b"REPLACE"],
            "+OK",
            "RESTORE k 0 <hash> REPLACE",
        );
        c.check("HGETALL k", r#"["f", "v", "g", "w"]"#);
        c.check("DEL k", ":1");
    }
    c.check("CONFIG SET sanitize-dump-payload maybe", "-ERR CONFIG SET failed (possibly related to argument 'sanitize-dump-payload') - argument(s) must be one of the following: no, yes, clients");
    c.check("CONFIG SET sanitize-dump-payload no", "+OK");
}

fn a_reload_keeps_functions(c: &mut Script) {
    c.given("FUNCTION FLUSH");
    c.check(
        r##"FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 1 end)""##,
        r#""a""#,
    );
    c.check("DEBUG RELOAD", "+OK");
    c.check("FCALL f 0", ":1");
    c.check("DEBUG RELOAD NOFLUSH MERGE", "+OK");
    c.check_since_7_2(
        "DEBUG RELOAD NOFLUSH",
        "-ERR Error trying to load the RDB dump",
        "-ERR Error trying to load the RDB dump, check server logs.",
    );
    c.check(
        "FUNCTION STATS",
        r#"["running_script", nil, "engines", ["LUA", ["libraries_count", :1, "functions_count", :1]]]"#,
    );
    c.check("FUNCTION FLUSH", "+OK");
}

facts! { server:
    a_reload_keeps_functions,
    keys_are_the_same_after_a_reload,
    what_has_expired_is_not_reloaded,
    reload_takes_options,
    a_reload_follows_the_thresholds,
    a_reload_ends_watches_of_keys,
    listeners_hear_of_restored_keys,
    clients_that_track_hear_of_restored_keys,
    strings_are_compressed_where_that_is_asked_for,
    info_counts_what_was_looked_through,
    a_reload_within_a_transaction_over_all_shards_changes_nothing,
    compact_values_are_looked_through_where_that_is_asked_for,
}

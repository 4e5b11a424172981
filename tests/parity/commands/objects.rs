//! OBJECT and MEMORY USAGE: what lies behind a key.

use crate::script::Script;

const NO_FREQUENCY: &str = "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that \
                            when switching between policies at runtime LRU and LFU data will take some time to adjust.";

fn encoding(c: &mut Script, name: &str) {
    c.check("OBJECT ENCODING k", &format!("\"{name}\""));
}

fn strings_are_int_embstr_or_raw(c: &mut Script) {
    for (text, name) in [
        ("0", "int"),
        ("-7", "int"),
        ("9223372036854775807", "int"),
        ("-9223372036854775808", "int"),
        ("9223372036854775808", "embstr"),
        ("-0", "embstr"),
        ("01", "embstr"),
        ("+1", "embstr"),
        ("1.5", "embstr"),
        ("' 1'", "embstr"),
        ("''", "embstr"),
        ("abc", "embstr"),
    ] {
        c.check(&format!("SET k {text}"), "+OK");
        encoding(c, name);
    }
    for (length, name) in [(44, "embstr"), (45, "raw"), (1000, "raw"), (1001, "raw"), (40_000, "raw")] {
        c.check_arguments(&["SET", "k", &"x".repeat(length)], "+OK", &format!("SET k of {length} bytes"));
        encoding(c, name);
    }
}

fn changed_strings_are_raw(c: &mut Script) {
    c.check("SET k abc", "+OK");
    c.check("APPEND k d", ":4");
    encoding(c, "raw");
    c.check("SET k 12", "+OK");
    c.check("APPEND k 3", ":3");
    encoding(c, "raw");
    c.check("INCR k", ":124");
    encoding(c, "int");
    c.check("SETRANGE k 0 9", ":3");
    encoding(c, "raw");
    c.check("GETSET k 5", r#""924""#);
    encoding(c, "int");
    c.check("DEL k", ":1");
    c.check("APPEND k 12", ":2");
    encoding(c, "int");
    c.check("DEL k", ":1");
    c.check("APPEND k abc", ":3");
    encoding(c, "embstr");
    c.check("DEL k", ":1");
    c.check("SETRANGE k 0 abc", ":3");
    encoding(c, "raw");
    c.check("SETEX k 100 12", "+OK");
    encoding(c, "int");
    c.check("MSET k 1.5", "+OK");
    encoding(c, "embstr");
    c.check("EXPIRE k 100", ":1");
    encoding(c, "embstr");
    c.check("DEL k", ":1");
    c.check("SETNX k 7", ":1");
    encoding(c, "int");
    c.check("DECRBY k 9", ":-2");
    encoding(c, "int");
}

fn small_collections_are_compact(c: &mut Script) {
    for (make, on_7_0, on_7_2) in [
        ("RPUSH k a b", "quicklist", "listpack"),
        ("HSET k f v", "listpack", "listpack"),
        ("ZADD k 1 a", "listpack", "listpack"),
        ("SADD k 1 2 3", "intset", "intset"),
        ("SADD k a b", "hashtable", "listpack"),
        ("SADD k 1 a", "hashtable", "listpack"),
    ] {
        c.given("FLUSHALL");
        c.given(make);
        c.check_since_7_2("OBJECT ENCODING k", &format!("\"{on_7_0}\""), &format!("\"{on_7_2}\""));
    }
}

fn collections_of_many_elements_are_not(c: &mut Script) {
    for (command, element, most, small, large) in [
        ("HSET k", "f# v", 512, "listpack", "hashtable"),
        ("ZADD k", "# m#", 128, "listpack", "skiplist"),
        ("SADD k", "#", 512, "intset", "hashtable"),
    ] {
        c.given("FLUSHALL");
        for number in 0..most {
            c.given(&format!("{command} {}", element.replace('#', &number.to_string())));
        }
        encoding(c, small);
        c.given(&format!("{command} {}", element.replace('#', &most.to_string())));
        encoding(c, large);
    }
}

fn collections_of_long_elements_are_not(c: &mut Script) {
    for (command, most, small, large) in [
        ("HSET k f #", 64, "listpack", "hashtable"),
        ("HSET k # v", 64, "listpack", "hashtable"),
        ("ZADD k 1 #", 64, "listpack", "skiplist"),
    ] {
        c.given("FLUSHALL");
        c.given(&command.replace('#', &"x".repeat(most)));
        encoding(c, small);
        c.given(&command.replace('#', &"x".repeat(most + 1)));
        encoding(c, large);
    }
    c.given("FLUSHALL");
    c.given(&format!("RPUSH k {}", "x".repeat(9000)));
    c.given("RPUSH k y");
    encoding(c, "quicklist");
}

fn a_missing_key_has_no_object(c: &mut Script) {
    for word in ["ENCODING", "FREQ", "IDLETIME", "REFCOUNT"] {
        c.check(&format!("OBJECT {word} k"), "nil");
    }
    c.check("SET k v PX 1", "+OK");
    c.check_eventually("OBJECT ENCODING k", "nil");
    c.resp3();
    c.check("OBJECT encoding k", "_");
    c.check("OBJECT refcount k", "_");
}

fn small_integers_count_as_shared(c: &mut Script) {
    for (text, count) in
        [("0", i32::MAX), ("9999", i32::MAX), ("10000", 1), ("-1", 1), ("abc", 1), ("01", 1), ("''", 1)]
    {
        c.check(&format!("SET k {text}"), "+OK");
        c.check("OBJECT REFCOUNT k", &format!(":{count}"));
    }
    c.check("RPUSH l 1", ":1");
    c.check("OBJECT REFCOUNT l", ":1");
    c.check("SET k 9998", "+OK");
    c.check("INCR k", ":9999");
    c.check("OBJECT REFCOUNT k", ":2147483647");
    c.check("INCR k", ":10000");
    c.check("OBJECT REFCOUNT k", ":1");
}

fn frequencies_are_not_counted(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("OBJECT FREQ k", NO_FREQUENCY);
    c.check("object freq k", NO_FREQUENCY);
}

fn only_an_access_ends_the_idle_time(c: &mut Script) {
    c.check("MSET k v l v", "+OK");
    c.check("OBJECT IDLETIME k", ":0..1");
    c.check_eventually("OBJECT IDLETIME k", ":2..");
    for (question, answer) in [
        ("EXISTS k", ":1"),
        ("TYPE k", "+string"),
        ("TTL k", ":-1"),
        ("PTTL k", ":-1"),
        ("EXPIRETIME k", ":-1"),
        ("OBJECT ENCODING k", r#""embstr""#),
        ("MEMORY USAGE k", ":1.."),
        ("SCAN 0", "any"),
        ("OBJECT IDLETIME k", ":2.."),
    ] {
        c.check(question, answer);
    }
    c.check("TOUCH k", ":1");
    c.check("OBJECT IDLETIME k", ":0..1");
    c.check("OBJECT IDLETIME l", ":2..");
    c.check("GET l", r#""v""#);
    c.check("OBJECT IDLETIME l", ":0..1");
}

fn object_knows_its_subcommands(c: &mut Script) {
    c.check("OBJECT", "-ERR wrong number of arguments for 'object' command");
    c.check("OBJECT FOO k", "-ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
    c.check("OBJECT foo", "-ERR unknown subcommand 'foo'. Try OBJECT HELP.");
    for (word, arguments) in [
        ("encoding", ""),
        ("encoding", "a b"),
        ("freq", ""),
        ("idletime", "a b"),
        ("refcount", ""),
        ("help", "x"),
    ] {
        c.check(
            &format!("OBJECT {word} {arguments}"),
            &format!("-ERR wrong number of arguments for 'object|{word}' command"),
        );
    }
}

fn object_help_lists_them(c: &mut Script) {
    const LINES: [&str; 15] = [
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>.",
        "HELP",
        "    Prints this help.",
    ];
    let lines: Vec<String> = LINES.iter().map(|line| format!("+{line}\r\n")).collect();
    c.raw(b"OBJECT HELP\r\n", format!("*15\r\n{}", lines.concat()).as_bytes());
}

fn memory_usage_grows_with_the_value(c: &mut Script) {
    c.check("MEMORY USAGE k", "nil");
    c.check("SET k 1", "+OK");
    c.check("MEMORY USAGE k", ":16..100");
    c.check_arguments(&["SET", "k", &"x".repeat(10_000)], "+OK", "SET k of 10000 bytes");
    c.check("MEMORY USAGE k", ":10000..21000");
    c.check("MEMORY USAGE k SAMPLES 5", ":10000..21000");
    for (make, least) in [
        ("RPUSH k ", ":20000.."),
        ("SADD k ", ":20000.."),
        ("HSET k f# ", ":20000.."),
        ("ZADD k 1 ", ":20000.."),
    ] {
        c.given("DEL k");
        for number in 0..300 {
            let make = make.replace('#', &number.to_string());
            c.given(&format!("{make}{number:0>80}"));
        }
        for samples in ["", " SAMPLES 0", " samples 1", " SAMPLES 100", " SAMPLES 9223372036854775807"] {
            c.check(&format!("MEMORY USAGE k{samples}"), least);
        }
    }
    c.resp3();
    c.check("MEMORY USAGE missing", "_");
}

fn memory_usage_checks_its_options(c: &mut Script) {
    c.check("SET k v", "+OK");
    for options in ["SAMPLES", "SAMPLES -1", "FOO", "FOO 1", "SAMPLES 1 2", "SAMPLES 1 SAMPLES"] {
        c.check(&format!("MEMORY USAGE k {options}"), "-ERR syntax error");
        c.check(&format!("MEMORY USAGE missing {options}"), "-ERR syntax error");
    }
    c.check("MEMORY USAGE k SAMPLES x", "-ERR value is not an integer or out of range");
    c.check("MEMORY USAGE k SAMPLES 1.5", "-ERR value is not an integer or out of range");
    c.check("MEMORY USAGE k SAMPLES 3 SAMPLES 4", ":1..");
    c.check("MEMORY USAGE", "-ERR wrong number of arguments for 'memory|usage' command");
    c.check("MEMORY", "-ERR wrong number of arguments for 'memory' command");
    c.check("MEMORY FOO", "-ERR unknown subcommand 'FOO'. Try MEMORY HELP.");
    c.check("MEMORY HELP x", "-ERR wrong number of arguments for 'memory|help' command");
    c.check("MEMORY HELP", "[+MEMORY .., ..]");
}

facts! { data:
    strings_are_int_embstr_or_raw,
    changed_strings_are_raw,
    small_collections_are_compact,
    collections_of_many_elements_are_not,
    collections_of_long_elements_are_not,
    a_missing_key_has_no_object,
    small_integers_count_as_shared,
    frequencies_are_not_counted,
    only_an_access_ends_the_idle_time,
    object_knows_its_subcommands,
    object_help_lists_them,
    memory_usage_grows_with_the_value,
    memory_usage_checks_its_options,
}

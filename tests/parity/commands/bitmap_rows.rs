//! What COMMAND says of the commands for bits, what listeners hear of them, their limits, and how they run in transactions.

use crate::script::Script;

fn info_shows_the_rows(c: &mut Script) {
    let specification = |flags: &str, first: i32, last: i32| {
        format!(
            r#"["flags", [{flags}], "begin_search", ["type", "index", "spec", ["index", :{first}]], "find_keys", ["type", "range", "spec", ["lastkey", :{last}, "keystep", :1, "limit", :0]]]"#
        )
    };
    let read = specification("+RO, +access", 1, 0);
    for (name, arity, flags, keys, categories, specifications) in [
        (
            "setbit",
            4,
            "+write, +denyoom",
            ":1, :1, :1",
            "+@write, +@bitmap, +@slow",
            specification("+RW, +access, +update", 1, 0),
        ),
        ("getbit", 3, "+readonly, +fast", ":1, :1, :1", "+@read, +@bitmap, +@fast", read.clone()),
        ("bitcount", -2, "+readonly", ":1, :1, :1", "+@read, +@bitmap, +@slow", read.clone()),
        ("bitpos", -3, "+readonly", ":1, :1, :1", "+@read, +@bitmap, +@slow", read.clone()),
        (
            "bitop",
            -4,
            "+write, +denyoom",
            ":2, :-1, :1",
            "+@write, +@bitmap, +@slow",
            format!("{}, {}", specification("+OW, +update", 2, 0), specification("+RO, +access", 3, -1)),
        ),
        ("bitfield_ro", -2, "+readonly, +fast", ":1, :1, :1", "+@read, +@bitmap, +@fast", read.clone()),
    ] {
        c.check(
            &format!("COMMAND INFO {name}"),
            &format!(
                r#"[["{name}", :{arity}, [{flags}], {keys}, [{categories}], [], [{specifications}], []]]"#
            ),
        );
    }
    c.check(
        "COMMAND INFO bitfield",
        r#"[["bitfield", :-2, [+write, +denyoom], :1, :1, :1, [+@write, +@bitmap, +@slow], [], any, []]]"#,
    );
    c.check(
        "COMMAND LIST FILTERBY ACLCAT bitmap",
        r#"unordered["setbit", "getbit", "bitcount", "bitpos", "bitop", "bitfield", "bitfield_ro"]"#,
    );
}

fn docs_name_group_and_version(c: &mut Script) {
    for (name, since) in [
        ("setbit", "2.2.0"),
        ("getbit", "2.2.0"),
        ("bitcount", "2.6.0"),
        ("bitpos", "2.8.7"),
        ("bitop", "2.6.0"),
        ("bitfield", "3.2.0"),
        ("bitfield_ro", "6.0.0"),
    ] {
        c.check(
            &format!("COMMAND DOCS {name}"),
            &format!(r#"["{name}", ["summary", "".., "since", "{since}", "group", "bitmap", "complexity", "O(".., ..]]"#),
        );
    }
}

fn getkeys_tells_what_becomes_of_the_keys(c: &mut Script) {
    c.check("COMMAND GETKEYS BITOP AND d a b", r#"["d", "a", "b"]"#);
    c.check("COMMAND GETKEYS BITOP NOT d a", r#"["d", "a"]"#);
    c.check("COMMAND GETKEYS BITOP AND d", "-ERR Invalid number of arguments specified for command");
    c.check("COMMAND GETKEYS SETBIT k 1 1", r#"["k"]"#);
    c.check("COMMAND GETKEYS BITCOUNT k 0 1", r#"["k"]"#);
    c.check("COMMAND GETKEYS BITFIELD k GET u8 0", r#"["k"]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS BITOP OR d a b",
        r#"[["d", [+OW, +update]], ["a", [+RO, +access]], ["b", [+RO, +access]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS SETBIT k 1 1", r#"[["k", [+RW, +access, +update]]]"#);
    for (operations, flags) in [
        ("", "+RO, +access"),
        ("GET u8 0", "+RO, +access"),
        ("GET u8 0 get u8 1", "+RO, +access"),
        ("OVERFLOW SAT GET u8 0", "+RO, +access"),
        ("SET u8 0 1", "+RW, +access, +update"),
        ("GET u8 0 INCRBY u8 0 1", "+RW, +access, +update"),
        ("GET u8", "+RW, +access, +update"),
        ("foo", "+RW, +access, +update"),
    ] {
        c.check(
            &format!("COMMAND GETKEYSANDFLAGS BITFIELD k {operations}"),
            &format!(r#"[["k", [{flags}]]]"#),
        );
    }
    c.check("COMMAND GETKEYSANDFLAGS BITFIELD_RO k SET u8 0 1", r#"[["k", [+RO, +access]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SET k v", r#"[["k", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SET k v GET", r#"[["k", [+RW, +access, +update]]]"#);
}

fn listeners_hear_of_changes(c: &mut Script) {
    let mut other = c.second_client();
    other.check("CONFIG SET notify-keyspace-events EAnm", "+OK");
    c.check("PSUBSCRIBE __key*", r#"["psubscribe", "__key*", :1]"#);
    other.check("SETBIT a 1 1", ":0");
    c.check_events(&[("new", "a"), ("setbit", "a")]);
    other.check("SETBIT a 1 1", ":1");
    other.check("SETBIT a 9 0", ":0");
    c.check_events(&[("setbit", "a")]);
    other.check("GETBIT a 1", ":1");
    other.check("GETBIT missing 1", ":0");
    c.check_events(&[("keymiss", "missing")]);
    other.check("BITCOUNT missing", ":0");
    c.check_events(&[("keymiss", "missing")]);
    other.check("BITPOS missing 1", ":-1");
    c.check_events(&[("keymiss", "missing")]);
    other.check("BITOP NOT b a", ":2");
    c.check_events(&[("new", "b"), ("set", "b")]);
    other.check("BITOP AND b a missing", ":2");
    c.check_events(&[("keymiss", "missing"), ("set", "b")]);
    other.check("BITOP AND b missing", ":0");
    c.check_events(&[("keymiss", "missing"), ("del", "b")]);
    other.check("BITOP AND b missing", ":0");
    c.check_events(&[("keymiss", "missing")]);
    other.check("BITFIELD a SET u8 0 64", "[:64]");
    other.check("BITFIELD a SET u8 0 65 INCRBY u8 8 1", "[:64, :1]");
    c.check_events(&[("setbit", "a")]);
    other.check("BITFIELD a OVERFLOW FAIL SET u8 0 256", "[nil]");
    other.check("BITFIELD c OVERFLOW FAIL SET u8 0 256", "[nil]");
    c.check_events(&[("new", "c")]);
    other.check("BITFIELD c SET u8 8 0", "[:0]");
    c.check_events(&[("setbit", "c")]);
    other.check("BITFIELD missing GET u8 0", "[:0]");
    c.check_events(&[("keymiss", "missing")]);
    other.check("BITFIELD_RO missing GET u8 0", "[:0]");
    c.check_events(&[("keymiss", "missing")]);
    other.check("CONFIG SET notify-keyspace-events ''", "+OK");
}

fn no_bit_lies_beyond_the_longest_string(c: &mut Script) {
    c.check("CONFIG SET proto-max-bulk-len 2097152", "+OK");
    let no_offset = "-ERR bit offset is not an integer or out of range";
    c.check("GETBIT k 16777215", ":0");
    c.check("GETBIT k 16777216", no_offset);
    c.check("SETBIT k 16777216 1", no_offset);
    c.check("BITFIELD k GET u8 16777215", "[:0]");
    c.check("BITFIELD k GET u8 16777216", no_offset);
    c.check("BITFIELD k SET u8 16777216 1", no_offset);
    c.check("BITFIELD k SET u16 16777215 1", "[:0]");
    c.check("STRLEN k", ":2097154");
    c.check("BITPOS k 1", ":16777230");
    c.check("CONFIG SET proto-max-bulk-len 536870912", "+OK");
}

fn bits_change_in_transactions(c: &mut Script) {
    c.check("MULTI", "+OK");
    for command in [
        "SETBIT a 0 1",
        "SETBIT b 1 1",
        "BITOP OR c a b",
        "BITCOUNT c",
        "BITPOS c 0",
        "BITFIELD c INCRBY u8 0 5",
        "BITFIELD_RO c GET u8 0",
        "GETBIT b 1",
        "BITOP AND d x y",
    ] {
        c.check(command, "+QUEUED");
    }
    c.check("EXEC", "[:0, :0, :1, :2, :2, [:197], [:197], :1, :0]");
    c.check("MULTI", "+OK");
    c.check("SETBIT a 0", "-ERR wrong number of arguments for 'setbit' command");
    c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    let mut other = c.second_client();
    c.check("WATCH a b", "+OK");
    other.check("SETBIT a 0 1", ":1");
    other.check("BITFIELD b GET u8 0", "[:64]");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "[+PONG]");
    c.check("WATCH a b", "+OK");
    other.check("BITOP NOT b a", ":1");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
}

facts! { server:
    info_shows_the_rows,
    docs_name_group_and_version,
    getkeys_tells_what_becomes_of_the_keys,
    listeners_hear_of_changes,
    no_bit_lies_beyond_the_longest_string,
    bits_change_in_transactions,
}

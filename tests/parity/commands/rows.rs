//! COMMAND on the commands of strings and keys whose rows are out of the common: subcommands with a key, two kinds of keys.

use crate::script::Script;

/// A specification of keys as COMMAND INFO shows it.
fn specification(flags: &str, first: i32, last: i32, step: i32) -> String {
    format!(
        r#"["flags", [{flags}], "begin_search", ["type", "index", "spec", ["index", :{first}]], "find_keys", ["type", "range", "spec", ["lastkey", :{last}, "keystep", :{step}, "limit", :0]]]"#
    )
}

fn info_shows_arity_flags_keys_and_categories(c: &mut Script) {
    for (name, arity, flags, keys, categories) in [
        ("setex", 4, "+write, +denyoom", ":1, :1, :1", "+@write, +@string, +@slow"),
        ("psetex", 4, "+write, +denyoom", ":1, :1, :1", "+@write, +@string, +@slow"),
        ("getex", -2, "+write, +fast", ":1, :1, :1", "+@write, +@string, +@fast"),
        ("msetnx", -3, "+write, +denyoom", ":1, :-1, :2", "+@write, +@string, +@slow"),
        ("getrange", 4, "+readonly", ":1, :1, :1", "+@read, +@string, +@slow"),
        ("substr", 4, "+readonly", ":1, :1, :1", "+@read, +@string, +@slow"),
        ("setrange", 4, "+write, +denyoom", ":1, :1, :1", "+@write, +@string, +@slow"),
        ("incrbyfloat", 3, "+write, +denyoom, +fast", ":1, :1, :1", "+@write, +@string, +@fast"),
        ("lcs", -3, "+readonly", ":1, :2, :1", "+@read, +@string, +@slow"),
        ("touch", -2, "+readonly, +fast", ":1, :-1, :1", "+@keyspace, +@read, +@fast"),
        ("dump", 2, "+readonly", ":1, :1, :1", "+@keyspace, +@read, +@slow"),
        ("restore", -4, "+write, +denyoom", ":1, :1, :1", "+@keyspace, +@write, +@slow, +@dangerous"),
        ("rename", 3, "+write", ":1, :2, :1", "+@keyspace, +@write, +@slow"),
        ("renamenx", 3, "+write, +fast", ":1, :2, :1", "+@keyspace, +@write, +@fast"),
        ("swapdb", 3, "+write, +fast", ":0, :0, :0", "+@keyspace, +@write, +@fast, +@dangerous"),
        ("object", -2, "", ":0, :0, :0", "+@slow"),
        ("object|encoding", 3, "+readonly", ":2, :2, :1", "+@keyspace, +@read, +@slow"),
        ("object|freq", 3, "+readonly", ":2, :2, :1", "+@keyspace, +@read, +@slow"),
        ("object|idletime", 3, "+readonly", ":2, :2, :1", "+@keyspace, +@read, +@slow"),
        ("object|refcount", 3, "+readonly", ":2, :2, :1", "+@keyspace, +@read, +@slow"),
        ("object|help", 2, "+loading, +stale", ":0, :0, :0", "+@keyspace, +@slow"),
        ("memory", -2, "", ":0, :0, :0", "+@slow"),
        ("memory|usage", -3, "+readonly", ":2, :2, :1", "+@read, +@slow"),
        ("memory|help", 2, "+loading, +stale", ":0, :0, :0", "+@slow"),
    ] {
        c.check(
            &format!("COMMAND INFO {name}"),
            &format!(r#"[["{name}", :{arity}, [{flags}], {keys}, [{categories}], ..]]"#),
        );
    }
}

fn info_shows_what_becomes_of_the_keys(c: &mut Script) {
    for (name, specifications) in [
        ("setex", vec![specification("+OW, +update", 1, 0, 1)]),
        ("msetnx", vec![specification("+OW, +insert", 1, -1, 2)]),
        ("getrange", vec![specification("+RO, +access", 1, 0, 1)]),
        ("setrange", vec![specification("+RW, +update", 1, 0, 1)]),
        ("incrbyfloat", vec![specification("+RW, +access, +update", 1, 0, 1)]),
        ("lcs", vec![specification("+RO, +access", 1, 1, 1)]),
        ("touch", vec![specification("+RO", 1, -1, 1)]),
        ("dump", vec![specification("+RO, +access", 1, 0, 1)]),
        ("restore", vec![specification("+OW, +update", 1, 0, 1)]),
        ("swapdb", vec![]),
        ("object|encoding", vec![specification("+RO", 2, 0, 1)]),
        ("memory|usage", vec![specification("+RO", 2, 0, 1)]),
        (
            "rename",
            vec![specification("+RW, +access, +delete", 1, 0, 1), specification("+OW, +update", 2, 0, 1)],
        ),
        (
            "renamenx",
            vec![specification("+RW, +access, +delete", 1, 0, 1), specification("+OW, +insert", 2, 0, 1)],
        ),
    ] {
        let specifications = specifications.join(", ");
        c.check(
            &format!("COMMAND INFO {name}"),
            &format!(r#"[["{name}", any, any, any, any, any, any, any, [{specifications}], []]]"#),
        );
    }
}

fn info_of_object_and_memory_has_their_subcommands(c: &mut Script) {
    c.check(
        "COMMAND INFO object",
        r#"[["object", :-2, [], :0, :0, :0, [+@slow], [], [], unordered[["object|encoding", :3, ..], ["object|freq", :3, ..], ["object|help", :2, ..], ["object|idletime", :3, ..], ["object|refcount", :3, ..]]]]"#,
    );
    c.check(
        "COMMAND INFO memory",
        r#"[["memory", :-2, [], :0, :0, :0, [+@slow], [], [], unordered[["memory|usage", :-3, ..], ["memory|help", :2, ..], ..]]]"#,
    );
    c.check(
        "COMMAND DOCS object",
        r#"["object", ["summary", "".., "since", "2.2.3", "group", "generic", "complexity", "".., "subcommands", unordered["object|encoding", any, "object|freq", any, "object|help", any, "object|idletime", any, "object|refcount", any]]]"#,
    );
}

fn docs_of_rename_tell_its_keys_apart(c: &mut Script) {
    let docs = |key: &str, newkey: &str| {
        format!(
            r#"["rename", ["summary", "".., "since", "1.0.0", "group", "generic", "complexity", "".., "arguments", [["name", "key", "type", "key", {key}"key_spec_index", :0], ["name", "newkey", "type", "key", {newkey}"key_spec_index", :1]]]]"#
        )
    };
    let on_7_2 = docs(r#""display_text", "key", "#, r#""display_text", "newkey", "#);
    c.check_since_7_2("COMMAND DOCS rename", &docs("", ""), &on_7_2);
}

fn getkeys_finds_the_keys(c: &mut Script) {
    for (command, keys) in [
        ("RENAME a b", r#"["a", "b"]"#),
        ("LCS a b IDX", r#"["a", "b"]"#),
        ("MSETNX a 1 b 2", r#"["a", "b"]"#),
        ("TOUCH a b c", r#"["a", "b", "c"]"#),
        ("SETEX a 10 v", r#"["a"]"#),
        ("OBJECT ENCODING a", r#"["a"]"#),
        ("OBJECT HELP", "-ERR The command has no key arguments"),
        ("MEMORY USAGE a SAMPLES 5", r#"["a"]"#),
        ("SWAPDB 0 1", "-ERR The command has no key arguments"),
        ("RENAME a", "-ERR Invalid number of arguments specified for command"),
    ] {
        c.check(&format!("COMMAND GETKEYS {command}"), keys);
    }
    c.check(
        "COMMAND GETKEYSANDFLAGS RENAME a b",
        r#"[["a", [+RW, +access, +delete]], ["b", [+OW, +update]]]"#,
    );
    c.check(
        "COMMAND GETKEYSANDFLAGS RENAMENX a b",
        r#"[["a", [+RW, +access, +delete]], ["b", [+OW, +insert]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS OBJECT FREQ a", r#"[["a", [+RO]]]"#);
}

facts! { data:
    info_shows_arity_flags_keys_and_categories,
    info_shows_what_becomes_of_the_keys,
    info_of_object_and_memory_has_their_subcommands,
    docs_of_rename_tell_its_keys_apart,
    getkeys_finds_the_keys,
}

//! COMMAND on the commands of lists and sets.

use crate::script::Script;

const LIST_WRITE: &str = "+@write, +@list, +@slow";
const LIST_READ: &str = "+@read, +@list, +@slow";
const SET_READ: &str = "+@read, +@set, +@slow";

fn info_shows_arity_flags_keys_and_categories(c: &mut Script) {
    for (name, arity, flags, keys, categories) in [
        ("lpushx", -3, "+write, +denyoom, +fast", ":1, :1, :1", "+@write, +@list, +@fast"),
        ("rpushx", -3, "+write, +denyoom, +fast", ":1, :1, :1", "+@write, +@list, +@fast"),
        ("lpop", -2, "+write, +fast", ":1, :1, :1", "+@write, +@list, +@fast"),
        ("rpop", -2, "+write, +fast", ":1, :1, :1", "+@write, +@list, +@fast"),
        ("lset", 4, "+write, +denyoom", ":1, :1, :1", LIST_WRITE),
        ("linsert", 5, "+write, +denyoom", ":1, :1, :1", LIST_WRITE),
        ("lrem", 4, "+write", ":1, :1, :1", LIST_WRITE),
        ("ltrim", 4, "+write", ":1, :1, :1", LIST_WRITE),
        ("lindex", 3, "+readonly", ":1, :1, :1", LIST_READ),
        ("lrange", 4, "+readonly", ":1, :1, :1", LIST_READ),
        ("lpos", -3, "+readonly", ":1, :1, :1", LIST_READ),
        ("srem", -3, "+write, +fast", ":1, :1, :1", "+@write, +@set, +@fast"),
        ("smismember", -3, "+readonly, +fast", ":1, :1, :1", "+@read, +@set, +@fast"),
        ("smove", 4, "+write, +fast", ":1, :2, :1", "+@write, +@set, +@fast"),
        ("spop", -2, "+write, +fast", ":1, :1, :1", "+@write, +@set, +@fast"),
        ("srandmember", -2, "+readonly", ":1, :1, :1", SET_READ),
        ("sscan", -3, "+readonly", ":1, :1, :1", SET_READ),
    ] {
        c.check(
            &format!("COMMAND INFO {name}"),
            &format!(r#"[["{name}", :{arity}, [{flags}], {keys}, [{categories}], ..]]"#),
        );
    }
}

fn keys_come_with_what_is_done_to_them(c: &mut Script) {
    for (command, flags) in [
        ("LPUSHX k a", "+RW, +insert"),
        ("RPUSHX k a", "+RW, +insert"),
        ("LSET k 0 a", "+RW, +update"),
        ("LINSERT k BEFORE a b", "+RW, +insert"),
        ("LREM k 0 a", "+RW, +delete"),
        ("LTRIM k 0 1", "+RW, +delete"),
        ("LPOP k 2", "+RW, +access, +delete"),
        ("LINDEX k 0", "+RO, +access"),
        ("LPOS k a RANK 1", "+RO, +access"),
        ("SREM k a b", "+RW, +delete"),
        ("SPOP k", "+RW, +access, +delete"),
        ("SMISMEMBER k a b", "+RO, +access"),
        ("SRANDMEMBER k 5", "+RO, +access"),
        ("SSCAN k 0 MATCH x", "+RO, +access"),
    ] {
        c.check(&format!("COMMAND GETKEYSANDFLAGS {command}"), &format!(r#"[["k", [{flags}]]]"#));
        c.check(&format!("COMMAND GETKEYS {command}"), r#"["k"]"#);
    }
    c.check("COMMAND GETKEYS SMOVE a b member", r#"["a", "b"]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS SMOVE a b member",
        r#"[["a", [+RW, +access, +delete]], ["b", [+RW, +insert]]]"#,
    );
}

facts! { server:
    info_shows_arity_flags_keys_and_categories,
    keys_come_with_what_is_done_to_them,
}

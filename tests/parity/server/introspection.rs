//! COMMAND: the server describes its own commands.

use crate::script::Script;

fn count_is_the_number_of_commands(c: &mut Script) {
    c.check("COMMAND COUNT", ":50..");
    c.check("COMMAND COUNT x", "-ERR wrong number of arguments for 'command|count' command");
}

fn info_has_ten_parts(c: &mut Script) {
    c.check(
        "COMMAND INFO GET",
        r#"[["get", :2, unordered[+readonly, +fast], :1, :1, :1, unordered[+@read, +@string, +@fast], [], [any], []]]"#,
    );
    c.check(
        "COMMAND INFO set",
        r#"[["set", :-3, unordered[+write, +denyoom], :1, :1, :1, unordered[+@write, +@string, +@slow], [], [any], []]]"#,
    );
}

fn info_knows_arity_and_keys(c: &mut Script) {
    for (command, arity, first, last, step) in [
        ("ping", -1, 0, 0, 0),
        ("mset", -3, 1, -1, 2),
        ("mget", -2, 1, -1, 1),
        ("del", -2, 1, -1, 1),
        ("lpush", -3, 1, 1, 1),
        ("lpop", -2, 1, 1, 1),
        ("zadd", -4, 1, 1, 1),
        ("hset", -4, 1, 1, 1),
        ("expire", -3, 1, 1, 1),
        ("scan", -2, 0, 0, 0),
        ("dbsize", 1, 0, 0, 0),
        ("quit", -1, 0, 0, 0),
        ("select", 2, 0, 0, 0),
        ("echo", 2, 0, 0, 0),
        ("hello", -1, 0, 0, 0),
        ("smembers", 2, 1, 1, 1),
        ("zscore", 3, 1, 1, 1),
        ("zrange", -4, 1, 1, 1),
        ("incrby", 3, 1, 1, 1),
    ] {
        c.check(
            &format!("COMMAND INFO {command}"),
            &format!(r#"[["{command}", :{arity}, any, :{first}, :{last}, :{step}, ..]]"#),
        );
    }
}

fn info_of_what_is_unknown_is_null(c: &mut Script) {
    c.check("COMMAND INFO nope", "[nil]");
    c.check("COMMAND INFO get nope set", r#"[["get", ..], nil, ["set", ..]]"#);
    c.resp3();
    c.check("COMMAND INFO nope", "[_]");
    c.check(
        "COMMAND INFO get",
        "[[\"get\", :2, ~{+readonly, +fast}, :1, :1, :1, ~{+@read, +@string, +@fast}, ~{}, ~{any}, ~{} | []]]",
    );
}

fn info_of_containers_has_subcommands(c: &mut Script) {
    c.check("COMMAND INFO client|id", r#"[["client|id", :2, ..]]"#);
    c.check("COMMAND INFO client", r#"[["client", :-2, any, :0, :0, :0, any, any, [], unordered[["client|id", ..], ["client|list", ..], ["client|kill", ..], ["client|setname", ..], ["client|getname", ..], ..]]]"#);
}

fn docs_describe_a_command(c: &mut Script) {
    c.check("COMMAND DOCS nope", "[]");
    c.check(
        "COMMAND DOCS get",
        r#"["get", ["summary", ..""..  , "since", "1.0.0", "group", "string", "complexity", "O(1)", ..]]"#,
    );
    c.resp3();
    c.check("COMMAND DOCS nope", "{}");
    c.check("COMMAND DOCS ping nope", r#"{"ping": any}"#);
}

fn list_has_the_names(c: &mut Script) {
    c.check("COMMAND LIST", r#"unordered["get", "set", "mget", "zadd", "client", "client|id", ..]"#);
    c.check("COMMAND LIST FILTERBY PATTERN hget*", r#"unordered["hget", "hgetall", ..]"#);
    c.check("COMMAND LIST FILTERBY PATTERN mse?", r#"["mset"]"#);
    c.check("COMMAND LIST FILTERBY ACLCAT hash", r#"unordered["hget", "hset", ..]"#);
    c.check("COMMAND LIST FILTERBY ACLCAT nope", "[]");
    c.check("COMMAND LIST FILTERBY MODULE nope", "[]");
    c.check("COMMAND LIST FILTERBY NOPE x", "-ERR syntax error");
    c.check("COMMAND LIST FOO", "-ERR syntax error");
}

fn the_whole_table_is_an_array_of_descriptions(c: &mut Script) {
    c.check("COMMAND", r#"unordered[["get", :2, ..], ["set", :-3, ..], ["ping", :-1, ..], ..]"#);
    c.check("COMMAND INFO", r#"unordered[["get", :2, ..], ["set", :-3, ..], ..]"#);
    c.check("COMMAND NOPE", "-ERR unknown subcommand 'NOPE'. Try COMMAND HELP.");
}

facts! { server:
    count_is_the_number_of_commands,
    info_has_ten_parts,
    info_knows_arity_and_keys,
    info_of_what_is_unknown_is_null,
    info_of_containers_has_subcommands,
    docs_describe_a_command,
    list_has_the_names,
    the_whole_table_is_an_array_of_descriptions,
}

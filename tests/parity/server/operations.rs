//! What operators do: look at figures, change settings, ask for keys, keep the server from growing.

use crate::script::Script;

fn several_sections_come_in_their_own_order(c: &mut Script) {
    c.check("INFO keyspace server", r##""# Server\r\n".."##);
    c.check("INFO keyspace server", r#".."\r\n\r\n# Keyspace\r\n""#);
    c.check("INFO commandstats cluster nope", r##""# Commandstats\r\n".."##);
    c.check("INFO default", r#".."\r\n# Errorstats\r\n".."#);
}

fn errors_are_counted_by_their_codes(c: &mut Script) {
    c.check("CONFIG RESETSTAT", "+OK");
    c.check("LPUSH list a", ":1");
    c.check("GET list", "-WRONGTYPE ..");
    c.check("GET", "-ERR ..");
    c.check("NOPE", "-ERR ..");
    c.check("CONFIG SET nope 1", "-ERR ..");
    c.check("CONFIG GET", "-ERR ..");
    c.check(
        "INFO errorstats",
        r##""# Errorstats\r\nerrorstat_ERR:count=4\r\nerrorstat_WRONGTYPE:count=1\r\n""##,
    );
    c.check("INFO stats", r#".."\r\ntotal_error_replies:5\r\n".."#);
    c.check("INFO commandstats", r#".."\r\ncmdstat_get:calls=1,".."#);
    c.check("INFO commandstats", r#"..",rejected_calls=1,failed_calls=1\r\n".."#);
}

fn commands_are_counted_once_however_many_shards_they_concern(c: &mut Script) {
    c.check("CONFIG RESETSTAT", "+OK");
    c.check("MSET a 1 b 2 c 3 d 4 e 5 f 6", "+OK");
    c.check("DBSIZE", ":6");
    c.check("DBSIZE", ":6");
    c.check("DEL a b c d e f", ":6");
    c.check("CONFIG SET timeout 0", "+OK");
    c.check("INFO commandstats", r#".."\r\ncmdstat_mset:calls=1,".."#);
    c.check("INFO commandstats", r#".."\r\ncmdstat_dbsize:calls=2,".."#);
    c.check("INFO commandstats", r#".."\r\ncmdstat_del:calls=1,".."#);
    c.check("INFO commandstats", r#".."\r\ncmdstat_config|set:calls=1,".."#);
}

fn hits_and_misses_are_those_of_all_keys(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("CONFIG RESETSTAT", "+OK");
    c.check("MGET a b c d e f", r#"["1", "2", "3", nil, nil, nil]"#);
    c.check("INFO stats", r#".."\r\nkeyspace_hits:3\r\nkeyspace_misses:3\r\n".."#);
}

fn writes_that_need_memory_are_refused_beyond_maxmemory(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("CONFIG SET maxmemory 1", "+OK");
    c.check("SET k v", "-OOM command not allowed when used memory > 'maxmemory'.");
    c.check("MSET a 1 b 2 c 3 d 4", "-OOM command not allowed when used memory > 'maxmemory'.");
    c.check("LPUSH l a", "-OOM command not allowed when used memory > 'maxmemory'.");
    c.check("GET k", r#""v""#);
    c.check("DEL k", ":1");
    c.check(
        "INFO memory",
        r#".."\r\nmaxmemory:1\r\nmaxmemory_human:1B\r\nmaxmemory_policy:noeviction\r\n".."#,
    );
    c.check("INFO errorstats", r#".."\r\nerrorstat_OOM:count=".."#);
    c.check("CONFIG SET maxmemory 0", "+OK");
    c.check("SET k v", "+OK");
}

fn getkeys_finds_the_keys_of_a_command(c: &mut Script) {
    c.check("COMMAND GETKEYS GET k", r#"["k"]"#);
    c.check("COMMAND GETKEYS mset a 1 b 2", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS DEL a b c", r#"["a", "b", "c"]"#);
    c.check("COMMAND GETKEYS SET k v EX 10", r#"["k"]"#);
    for line in ["EVAL x 0", "EVALSHA x 0", "EVAL_RO x 1", "EVAL x a", "EVAL x -1", "EVAL x 2 a"] {
        c.check(&format!("COMMAND GETKEYS {line}"), "[]");
        c.check(&format!("COMMAND GETKEYSANDFLAGS {line}"), "[]");
    }
    c.check("COMMAND GETKEYS EVAL x 2 a b c", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS SINTERCARD 0 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS nope a", "-ERR Invalid command specified");
    c.check("COMMAND GETKEYS PING a", "-ERR The command has no key arguments");
    for line in ["SPUBLISH a b", "SPUBLISH a", "SSUBSCRIBE a", "SUNSUBSCRIBE a"] {
        c.check(&format!("COMMAND GETKEYS {line}"), "-ERR The command has no key arguments");
        c.check(&format!("COMMAND GETKEYSANDFLAGS {line}"), "-ERR The command has no key arguments");
    }
    c.check("COMMAND GETKEYS GET a b", "-ERR Invalid number of arguments specified for command");
    c.check("COMMAND GETKEYSANDFLAGS GET k", r#"[["k", [+RO, +access]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS MSET a 1 b 2", r#"[["a", [+OW, +update]], ["b", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SET k v", r#"[["k", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SET k v EX 10", r#"[["k", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SET k v XX get", r#"[["k", [+RW, +access, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SET k GET", r#"[["k", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYS client|kill a", "-ERR Invalid command specified");
    c.check("COMMAND GETKEYS config nope k", "-ERR Invalid command specified");
    c.check("COMMAND GETKEYS config get k", "-ERR The command has no key arguments");
    c.check("COMMAND GETKEYS MSET a", "-ERR Invalid number of arguments specified for command");
    c.check("COMMAND GETKEYS object encoding k", r#"["k"]"#);
    c.check("COMMAND GETKEYS memory usage k", r#"["k"]"#);
    c.check("COMMAND GETKEYS", "-ERR wrong number of arguments for 'command|getkeys' command");
    c.check(
        "COMMAND GETKEYSANDFLAGS",
        "-ERR wrong number of arguments for 'command|getkeysandflags' command",
    );
    c.check("COMMAND GETKEYSANDFLAGS LPOP k", r#"[["k", [+RW, +access, +delete]]]"#);
    c.resp3();
    c.check("COMMAND GETKEYSANDFLAGS DEL k", r#"[["k", ~{+RM, +delete}]]"#);
}

fn key_specifications_say_where_keys_are(c: &mut Script) {
    c.check(
        "COMMAND INFO mget",
        r#"[["mget", :-2, any, :1, :-1, :1, any, ["request_policy:multi_shard"],
            [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]],
              "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#,
    );
    c.resp3();
    c.check(
        "COMMAND INFO getdel",
        r#"[["getdel", :2, any, :1, :1, :1, any, ~{},
            ~{{"flags": ~{+RW, +access, +delete}, "begin_search": {"type": "index", "spec": {"index": :1}},
              "find_keys": {"type": "range", "spec": {"lastkey": :0, "keystep": :1, "limit": :0}}}}, ~{}]]"#,
    );
}

fn docs_have_a_tree_of_arguments(c: &mut Script) {
    c.check_since_7_2(
        "COMMAND DOCS scan",
        r#"["scan", ["summary", any, "since", "2.8.0", "group", "generic", "complexity", any, "history", any, "arguments",
            [["name", "cursor", "type", "integer"],
             ["name", "pattern", "type", "pattern", "token", "MATCH", "flags", [+optional]],
             ["name", "count", "type", "integer", "token", "COUNT", "flags", [+optional]], any]]]"#,
        r#"["scan", ["summary", any, "since", "2.8.0", "group", "generic", "complexity", any, "arguments",
            [["name", "cursor", "type", "integer", "display_text", "cursor"],
             ["name", "pattern", "type", "pattern", "display_text", "pattern", "token", "MATCH", "flags", [+optional]],
             ["name", "count", "type", "integer", "display_text", "count", "token", "COUNT", "flags", [+optional]], any]]]"#,
    );
    c.check("COMMAND DOCS config|resetstat", r#"["config|resetstat", any]"#);
}

fn containers_print_their_help(c: &mut Script) {
    c.check("CONFIG HELP", "[+CONFIG <subcommand> .., +GET <pattern>, ..]");
    c.check("COMMAND HELP", "[+COMMAND <subcommand> .., +(no subcommand), ..]");
    c.check("CONFIG HELP x", "-ERR wrong number of arguments for 'config|help' command");
    c.check("COMMAND HELP x", "-ERR wrong number of arguments for 'command|help' command");
}

fn debug_names_what_it_does_not_know(c: &mut Script) {
    c.check("DEBUG", "-ERR wrong number of arguments for 'debug' command");
    c.check("DEBUG foo", "-ERR unknown subcommand or wrong number of arguments for 'foo'. Try DEBUG HELP.");
    c.check(
        "DEBUG SLEEP",
        "-ERR unknown subcommand or wrong number of arguments for 'SLEEP'. Try DEBUG HELP.",
    );
    c.check(
        "DEBUG sleep 0 1",
        "-ERR unknown subcommand or wrong number of arguments for 'sleep'. Try DEBUG HELP.",
    );
    c.check("DEBUG SLEEP x", "+OK");
}

fn shutdown_refuses_what_does_not_go_together(c: &mut Script) {
    c.check("SHUTDOWN foo", "-ERR syntax error");
    c.check("SHUTDOWN SAVE NOSAVE", "-ERR syntax error");
    c.check("SHUTDOWN ABORT NOW", "-ERR syntax error");
    c.check("SHUTDOWN ABORT", "-ERR No shutdown in progress.");
    c.check("PING", "+PONG");
}

facts! { server:
    several_sections_come_in_their_own_order,
    errors_are_counted_by_their_codes,
    commands_are_counted_once_however_many_shards_they_concern,
    hits_and_misses_are_those_of_all_keys,
    writes_that_need_memory_are_refused_beyond_maxmemory,
    getkeys_finds_the_keys_of_a_command,
    key_specifications_say_where_keys_are,
    docs_have_a_tree_of_arguments,
    containers_print_their_help,
    debug_names_what_it_does_not_know,
    shutdown_refuses_what_does_not_go_together,
}

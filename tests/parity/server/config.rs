//! CONFIG GET, SET and RESETSTAT.

use crate::script::Script;

fn get_returns_names_and_values(c: &mut Script) {
    c.check("CONFIG GET databases", r#"["databases", "16"]"#);
    c.check("CONFIG GET DataBases", r#"["DataBases", "16"]"#);
    c.check("CONFIG GET DATABASE?", r#"["databases", "16"]"#);
    c.check("config get maxclients", r#"["maxclients", ..""..]"#);
    c.check("CONFIG GET no-such-parameter", "[]");
    c.resp3();
    c.check("CONFIG GET databases", r#"{"databases": "16"}"#);
    c.check("CONFIG GET no-such-parameter", "{}");
}

fn get_takes_globs_and_several_names(c: &mut Script) {
    c.resp3();
    c.check("CONFIG GET databas?s", r#"{"databases": "16"}"#);
    c.check("CONFIG GET databases maxmemory", r#"unordered{"databases": "16", "maxmemory": "0"}"#);
    c.check("CONFIG GET databases data*", r#"{"databases": "16"}"#);
    c.check(
        "CONFIG GET requirepass proto-max-bulk-len",
        r#"unordered{"requirepass": "", "proto-max-bulk-len": "536870912"}"#,
    );
}

fn set_changes_what_get_returns(c: &mut Script) {
    c.check("CONFIG SET timeout 300", "+OK");
    c.check("CONFIG GET timeout", r#"["timeout", "300"]"#);
    c.check("CONFIG SET TIMEOUT 0 maxmemory 1gb", "+OK");
    c.check("CONFIG GET timeout", r#"["timeout", "0"]"#);
    c.check("CONFIG GET maxmemory", r#"["maxmemory", "1073741824"]"#);
    c.check("CONFIG SET maxmemory 0", "+OK");
    c.check("CONFIG GET maxmemory", r#"["maxmemory", "0"]"#);
}

fn set_refuses_and_changes_nothing(c: &mut Script) {
    c.check(
        "CONFIG SET no-such-parameter 1",
        "-ERR Unknown option or number of arguments for CONFIG SET - 'no-such-parameter'",
    );
    c.check("CONFIG SET timeout x", "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer");
    c.check("CONFIG SET timeout -1", "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and 2147483647 inclusive");
    c.check(
        "CONFIG SET databases 8",
        "-ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config",
    );
    c.check(
        "CONFIG SET timeout 5 no-such-parameter 1",
        "-ERR Unknown option or number of arguments for CONFIG SET - 'no-such-parameter'",
    );
    c.check(
        "CONFIG SET timeout 5 timeout 6",
        "-ERR CONFIG SET failed (possibly related to argument 'timeout') - duplicate parameter",
    );
    c.check(
        "CONFIG SET maxmemory x",
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value",
    );
    c.check("CONFIG SET maxmemory-policy x", "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - argument(s) must be one of the following: ..");
    c.check("CONFIG SET timeout 5 maxmemory x", "-ERR CONFIG SET failed ..");
    c.check("CONFIG GET timeout", r#"["timeout", "0"]"#);
}

fn resetstat_answers_ok_and_starts_counting_anew(c: &mut Script) {
    c.check("GET missing", "nil");
    c.check("CONFIG RESETSTAT", "+OK");
    c.check("INFO stats", r#".."keyspace_misses:0\r\n".."#);
    c.check("GET missing", "nil");
    c.check("INFO stats", r#".."keyspace_misses:1\r\n".."#);
    c.check("CONFIG RESETSTAT x", "-ERR wrong number of arguments for 'config|resetstat' command");
}

fn config_subcommands_count_their_arguments(c: &mut Script) {
    c.check("CONFIG", "-ERR wrong number of arguments for 'config' command");
    c.check("CONFIG GET", "-ERR wrong number of arguments for 'config|get' command");
    c.check("CONFIG SET timeout", "-ERR wrong number of arguments for 'config|set' command");
    c.check("CONFIG SET", "-ERR wrong number of arguments for 'config|set' command");
    c.check("CONFIG SET timeout 1 maxmemory", "-ERR syntax error");
    c.check("CONFIG NOPE", "-ERR unknown subcommand 'NOPE'. Try CONFIG HELP.");
}

fn event_classes_are_letters_shown_in_redis_s_order(c: &mut Script) {
    c.given("CONFIG SET notify-keyspace-events ''");
    c.check("CONFIG GET notify-keyspace-events", r#"["notify-keyspace-events", ""]"#);
    for (given, shown) in [
        ("KEA", "AKE"),
        ("AKEn", "AKE"),
        ("mKE", "KEm"),
        ("g$lshzxetdnmKE", "AKEm"),
        ("gxE", "gxE"),
        ("EKz", "zKE"),
        ("nEg", "gnE"),
        ("Kd", "dK"),
        ("lslsK", "lsK"),
        ("A", "A"),
    ] {
        c.check(&format!("CONFIG SET notify-keyspace-events {given}"), "+OK");
        c.check("CONFIG GET notify-keyspace-events", &format!(r#"["notify-keyspace-events", "{shown}"]"#));
    }
    for wrong in ["q", "KEa", "'K E'", "AKE*"] {
        c.check(
            &format!("CONFIG SET notify-keyspace-events {wrong}"),
            "-ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class \
             character. Use 'Ag$lshzxeKEtmdn'.",
        );
    }
    c.check("CONFIG GET notify-keyspace-events", r#"["notify-keyspace-events", "A"]"#);
    c.check("CONFIG SET notify-keyspace-events ''", "+OK");
    c.check("CONFIG GET notify-keyspace-events", r#"["notify-keyspace-events", ""]"#);
}

facts! { server:
    event_classes_are_letters_shown_in_redis_s_order,
    get_returns_names_and_values,
    get_takes_globs_and_several_names,
    set_changes_what_get_returns,
    set_refuses_and_changes_nothing,
    resetstat_answers_ok_and_starts_counting_anew,
    config_subcommands_count_their_arguments,
}

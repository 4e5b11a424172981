//! Listeners as clients: what they may run, how they are listed, what ends them; MONITOR; the rows.

use super::pubsub::check_not_here;
use crate::script::Script;

fn a_resp3_listener_may_run_everything(c: &mut Script) {
    c.resp3();
    c.check("SUBSCRIBE a3", r#">["subscribe", "a3", :1]"#);
    c.check("SET k v", "+OK");
    c.check("GET k", r#""v""#);
    c.check("PING", "+PONG");
    c.check("PING hi", r#""hi""#);
    c.check("CLIENT SETNAME me", "+OK");
    c.check("CLIENT INFO", r#"=.." flags=P db=0 sub=1 psub=0 ssub=0 ".."#);
}

fn pubsub_refuses_other_forms(c: &mut Script) {
    c.check("PUBSUB", "-ERR wrong number of arguments for 'pubsub' command");
    c.check("PUBSUB FOO", "-ERR unknown subcommand 'FOO'. Try PUBSUB HELP.");
    c.check(
        "PUBSUB CHANNELS a b",
        "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.",
    );
    c.check(
        "PUBSUB shardchannels a b",
        "-ERR unknown subcommand or wrong number of arguments for 'shardchannels'. Try PUBSUB HELP.",
    );
    c.check("PUBSUB NUMPAT a", "-ERR wrong number of arguments for 'pubsub|numpat' command");
    c.check("PUBSUB HELP a", "-ERR wrong number of arguments for 'pubsub|help' command");
    c.check("PUBLISH a", "-ERR wrong number of arguments for 'publish' command");
    c.check("PUBLISH a b c", "-ERR wrong number of arguments for 'publish' command");
    c.check("SPUBLISH a", "-ERR wrong number of arguments for 'spublish' command");
    c.check("PSUBSCRIBE", "-ERR wrong number of arguments for 'psubscribe' command");
    c.check("SSUBSCRIBE", "-ERR wrong number of arguments for 'ssubscribe' command");
    c.check("PUBSUB HELP", "[+PUBSUB <subcommand> .., ..]");
}

fn reset_and_goodbye_end_what_a_client_listens_to(c: &mut Script) {
    let mut listener = c.second_client();
    listener.check("SUBSCRIBE gone", r#"["subscribe", "gone", :1]"#);
    listener.check("PSUBSCRIBE gon*", r#"["psubscribe", "gon*", :2]"#);
    listener.check("SSUBSCRIBE gone", r#"["ssubscribe", "gone", :1]"#);
    c.check("PUBLISH gone 1", ":2");
    listener.check_next(r#"["message", "gone", "1"]"#);
    listener.check_next(r#"["pmessage", "gon*", "gone", "1"]"#);
    listener.check("RESET", "+RESET");
    c.check("PUBLISH gone 2", ":0");
    c.check("SPUBLISH gone 2", ":0");
    listener.check("CLIENT INFO", r#".." flags=N db=0 sub=0 psub=0 ssub=0 ".."#);
    listener.check("SUBSCRIBE gone", r#"["subscribe", "gone", :1]"#);
    c.check("PUBLISH gone 3", ":1");
    drop(listener);
    c.check_eventually("PUBLISH gone 4", ":0");
}

fn listeners_are_a_class_of_clients(c: &mut Script) {
    let mut listener = c.second_client();
    listener.check("CLIENT SETNAME kind", "+OK");
    listener.check("SUBSCRIBE kind:a kind:b", r#"["subscribe", "kind:a", :1]"#);
    listener.check_next(r#"["subscribe", "kind:b", :2]"#);
    listener.check("PSUBSCRIBE kind:*", r#"["psubscribe", "kind:*", :3]"#);
    listener.check("SSUBSCRIBE kind:a", r#"["ssubscribe", "kind:a", :1]"#);
    c.check("CLIENT LIST TYPE PUBSUB", r#".." name=kind ".."#);
    c.check("CLIENT LIST TYPE pubsub", r#".." flags=P db=0 sub=2 psub=1 ssub=1 ".."#);
    c.check("CLIENT LIST", r#".." flags=P db=0 sub=2 psub=1 ssub=1 ".."#);
    c.check("CLIENT KILL TYPE pubsub", ":1");
    listener.check_closed("CLIENT KILL");
    c.check_eventually("PUBLISH kind:a x", ":0");
    c.check("CLIENT KILL TYPE pubsub", ":0");
}

fn strangers_neither_listen_nor_publish(c: &mut Script) {
    c.check("CONFIG SET requirepass pw", "+OK");
    let mut stranger = c.second_client();
    for command in [
        "SUBSCRIBE a",
        "PSUBSCRIBE a",
        "SSUBSCRIBE a",
        "PUBLISH a b",
        "UNSUBSCRIBE",
        "MONITOR",
        "PUBSUB NUMPAT",
    ] {
        stranger.check(command, "-NOAUTH Authentication required.");
    }
    c.check("CONFIG SET requirepass ''", "+OK");
}

fn a_monitor_sees_the_commands_of_all_clients(c: &mut Script) {
    let mut clients: Vec<Script> = (0..4).map(|_| c.second_client()).collect();
    c.check("MONITOR", "+OK");
    for client in &mut clients {
        client.check("SET k v", "+OK");
        c.check_next("+1..");
    }
    // Nothing of these is shown: refused for their form, or for administrators.
    for client in &mut clients {
        client.check("GET", "-ERR wrong number of arguments for 'get' command");
        client.check("NOPE", "-ERR unknown command 'NOPE', with args beginning with: ");
        client.check("CLIENT NOPE", "-ERR unknown subcommand 'NOPE'. Try CLIENT HELP.");
        client.check("CONFIG GET maxmemory", r#"["maxmemory", any]"#);
        client.check("CLIENT KILL ID 1000000", ":0");
    }
    c.check("PING", "+PONG");
    c.check_next("+1..");
}

fn a_monitor_sees_a_transaction_when_it_runs(c: &mut Script) {
    let mut client = c.second_client();
    c.check("MONITOR", "+OK");
    client.check("MSET a 1 b 2", "+OK");
    c.check_shown("MSET a 1 b 2");
    for watched in [false, true] {
        if watched {
            client.check("WATCH q", "+OK");
            c.check_shown("WATCH q");
        }
        client.check("MULTI", "+OK");
        c.check_shown("MULTI");
        client.check("RENAME a c", "+QUEUED");
        client.check("GET b", "+QUEUED");
        client.check("RENAME c a", "+QUEUED");
        client.check("EXEC", r#"[+OK, "2", +OK]"#);
        c.check_shown("RENAME a c");
        c.check_shown("GET b");
        c.check_shown("RENAME c a");
        c.check_shown("EXEC");
    }
}

fn a_monitor_may_not_touch_keys(c: &mut Script) {
    c.check("MONITOR", "+OK");
    // To say so again has no effect and no reply.
    c.send("MONITOR");
    c.check("GET x", "-ERR Replica can't interact with the keyspace");
    c.check("SET x y", "-ERR Replica can't interact with the keyspace");
    c.check("PUBLISH a b", "-ERR Replica can't interact with the keyspace");
    c.check("SPUBLISH a b", "-ERR Replica can't interact with the keyspace");
    c.check("OBJECT ENCODING x", "-ERR Replica can't interact with the keyspace");
    c.check("CLIENT INFO", r#".." flags=O db=0 sub=0 ".."#);
    c.check_next("+1..");
    c.check("SUBSCRIBE q", r#"["subscribe", "q", :1]"#);
    c.check_next("+1..");
    check_not_here(c, "GET x", "get");
    c.check("PING", r#"["pong", ""]"#);
    c.check_next("+1..");
    c.check("UNSUBSCRIBE", r#"["unsubscribe", "q", :0]"#);
    c.check_next("+1..");
    c.check("GET x", "-ERR Replica can't interact with the keyspace");
    c.check("RESET", "+RESET");
    c.check("GET x", "nil");
    c.check("MONITOR x", "-ERR wrong number of arguments for 'monitor' command");
    c.check("CLIENT INFO", r#".." flags=N db=0 ".."#);
}

fn rows_of_publish_subscribe(c: &mut Script) {
    let listening = "[+pubsub, +noscript, +loading, +stale]";
    for (command, arity) in [("subscribe", -2), ("psubscribe", -2), ("unsubscribe", -1), ("punsubscribe", -1)]
    {
        c.check(
            &format!("COMMAND INFO {command}"),
            &format!(r#"[["{command}", :{arity}, {listening}, :0, :0, :0, [+@pubsub, +@slow], [], [], []]]"#),
        );
    }
    for (command, arity) in [("ssubscribe", -2), ("sunsubscribe", -1)] {
        c.check(
            &format!("COMMAND INFO {command}"),
            &format!(
                r#"[["{command}", :{arity}, {listening}, :1, :-1, :1, [+@pubsub, +@slow], [], [any], []]]"#
            ),
        );
    }
    let publishing = "[+pubsub, +loading, +stale, +fast]";
    c.check(
        "COMMAND INFO publish",
        &format!(r#"[["publish", :3, {publishing}, :0, :0, :0, [+@pubsub, +@fast], [], [], []]]"#),
    );
    c.check(
        "COMMAND INFO spublish",
        &format!(
            r#"[["spublish", :3, {publishing}, :1, :1, :1, [+@pubsub, +@fast], [], [["flags", [+not_key], ..]], []]]"#
        ),
    );
    c.check(
        "COMMAND INFO monitor",
        r#"[["monitor", :1, [+admin, +noscript, +loading, +stale], :0, :0, :0, [+@admin, +@slow, +@dangerous], [], [], []]]"#,
    );
    for (subcommand, arity) in
        [("numpat", 2), ("channels", -2), ("numsub", -2), ("shardchannels", -2), ("shardnumsub", -2)]
    {
        c.check(
            &format!("COMMAND INFO pubsub|{subcommand}"),
            &format!(
                r#"[["pubsub|{subcommand}", :{arity}, [+pubsub, +loading, +stale], :0, :0, :0, [+@pubsub, +@slow], [], [], []]]"#
            ),
        );
    }
    c.check(
        "COMMAND INFO pubsub|help",
        r#"[["pubsub|help", :2, [+loading, +stale], :0, :0, :0, [+@slow], ..]]"#,
    );
    c.check("COMMAND INFO pubsub", r#"[["pubsub", :-2, [], :0, :0, :0, [+@slow], ..]]"#);
}

facts! {
    server:
    a_resp3_listener_may_run_everything,
    pubsub_refuses_other_forms,
    reset_and_goodbye_end_what_a_client_listens_to,
    listeners_are_a_class_of_clients,
    strangers_neither_listen_nor_publish,
    a_monitor_sees_the_commands_of_all_clients,
    a_monitor_sees_a_transaction_when_it_runs,
    a_monitor_may_not_touch_keys,
    rows_of_publish_subscribe,
}

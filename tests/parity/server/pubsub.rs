//! Publish/subscribe: what listeners and publishers are told, on one connection and between several.

use crate::script::Script;

const ONLY: &str = "only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";

/// The command is none for a RESP2 client that listens.
#[track_caller]
pub(super) fn check_not_here(c: &mut Script, command: &str, name: &str) {
    c.check(command, &format!("-ERR Can't execute '{name}': {ONLY}"));
}

fn subscribe_confirms_each_channel_with_the_count(c: &mut Script) {
    c.check("SUBSCRIBE a b a", r#"["subscribe", "a", :1]"#);
    c.check_next(r#"["subscribe", "b", :2]"#);
    c.check_next(r#"["subscribe", "a", :2]"#);
    c.check("PSUBSCRIBE p*", r#"["psubscribe", "p*", :3]"#);
    c.check("SSUBSCRIBE s", r#"["ssubscribe", "s", :1]"#);
    c.check("SSUBSCRIBE s t", r#"["ssubscribe", "s", :1]"#);
    c.check_next(r#"["ssubscribe", "t", :2]"#);
    c.check("SUBSCRIBE ''", r#"["subscribe", "", :4]"#);
    c.check("UNSUBSCRIBE a", r#"["unsubscribe", "a", :3]"#);
    c.check("UNSUBSCRIBE zz b", r#"["unsubscribe", "zz", :3]"#);
    c.check_next(r#"["unsubscribe", "b", :2]"#);
    c.check("PUNSUBSCRIBE p", r#"["punsubscribe", "p", :2]"#);
    c.check("PUNSUBSCRIBE p*", r#"["punsubscribe", "p*", :1]"#);
    c.check("SUNSUBSCRIBE t", r#"["sunsubscribe", "t", :1]"#);
    c.check("UNSUBSCRIBE ''", r#"["unsubscribe", "", :0]"#);
    c.check("SUNSUBSCRIBE s", r#"["sunsubscribe", "s", :0]"#);
    c.check("GET k", "nil");
}

fn unsubscribe_from_everything_always_answers(c: &mut Script) {
    c.check("UNSUBSCRIBE", r#"["unsubscribe", nil, :0]"#);
    c.check("PUNSUBSCRIBE", r#"["punsubscribe", nil, :0]"#);
    c.check("SUNSUBSCRIBE", r#"["sunsubscribe", nil, :0]"#);
    c.check("UNSUBSCRIBE q", r#"["unsubscribe", "q", :0]"#);
    c.check("PUNSUBSCRIBE q q", r#"["punsubscribe", "q", :0]"#);
    c.check_next(r#"["punsubscribe", "q", :0]"#);
    c.check("SUNSUBSCRIBE q", r#"["sunsubscribe", "q", :0]"#);
    c.check("SUBSCRIBE a", r#"["subscribe", "a", :1]"#);
    c.check("PSUBSCRIBE a", r#"["psubscribe", "a", :2]"#);
    c.check("UNSUBSCRIBE", r#"["unsubscribe", "a", :1]"#);
    c.check("UNSUBSCRIBE", r#"["unsubscribe", nil, :1]"#);
    c.check("PUNSUBSCRIBE", r#"["punsubscribe", "a", :0]"#);
    c.check("SSUBSCRIBE a", r#"["ssubscribe", "a", :1]"#);
    c.check("SUNSUBSCRIBE", r#"["sunsubscribe", "a", :0]"#);
    c.check("SUBSCRIBE a b", r#"["subscribe", "a", :1]"#);
    c.check_next(r#"["subscribe", "b", :2]"#);
    c.check("UNSUBSCRIBE", r#"["unsubscribe", "a" | "b", :1]"#);
    c.check_next(r#"["unsubscribe", "a" | "b", :0]"#);
}

fn resp3_confirmations_are_pushes(c: &mut Script) {
    c.resp3();
    c.check("SUBSCRIBE a", r#">["subscribe", "a", :1]"#);
    c.check("PSUBSCRIBE a*", r#">["psubscribe", "a*", :2]"#);
    c.check("SSUBSCRIBE a", r#">["ssubscribe", "a", :1]"#);
    c.check("UNSUBSCRIBE", r#">["unsubscribe", "a", :1]"#);
    c.check("UNSUBSCRIBE", r#">["unsubscribe", _, :1]"#);
    c.check("UNSUBSCRIBE q", r#">["unsubscribe", "q", :1]"#);
    c.check("PUNSUBSCRIBE", r#">["punsubscribe", "a*", :0]"#);
    c.check("PUNSUBSCRIBE", r#">["punsubscribe", _, :0]"#);
    c.check("SUNSUBSCRIBE", r#">["sunsubscribe", "a", :0]"#);
    c.check("SUNSUBSCRIBE", r#">["sunsubscribe", _, :0]"#);
}

fn a_resp2_listener_may_run_little(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("SUBSCRIBE a", r#"["subscribe", "a", :1]"#);
    check_not_here(c, "GET k", "get");
    c.check("EXEC", &format!("-EXECABORT Transaction discarded because of: Can't execute 'exec': {ONLY}"));
    check_not_here(c, "SET k v", "set");
    check_not_here(c, "MGET k l m", "mget");
    check_not_here(c, "DBSIZE", "dbsize");
    check_not_here(c, "PUBLISH a b", "publish");
    check_not_here(c, "SPUBLISH a b", "spublish");
    check_not_here(c, "HELLO 3", "hello");
    check_not_here(c, "AUTH x", "auth");
    check_not_here(c, "SELECT 1", "select");
    check_not_here(c, "ECHO x", "echo");
    check_not_here(c, "MONITOR", "monitor");
    check_not_here(c, "CLIENT LIST", "client|list");
    check_not_here(c, "client setname x", "client|setname");
    check_not_here(c, "PUBSUB NUMPAT", "pubsub|numpat");
    check_not_here(c, "COMMAND", "command");
    check_not_here(c, "COMMAND COUNT", "command|count");
    check_not_here(c, "OBJECT ENCODING k", "object|encoding");
    // What is wrong with the form comes first.
    c.check("GET", "-ERR wrong number of arguments for 'get' command");
    c.check("CLIENT", "-ERR wrong number of arguments for 'client' command");
    c.check("CLIENT FOO", "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.");
    c.check("CLIENT SETNAME", "-ERR wrong number of arguments for 'client|setname' command");
    c.check("FOO", "-ERR unknown command 'FOO', with args beginning with: ");
    c.check("SUBSCRIBE", "-ERR wrong number of arguments for 'subscribe' command");
    c.check("PING", r#"["pong", ""]"#);
    c.check("PING hi", r#"["pong", "hi"]"#);
    c.check("PING a b", "-ERR wrong number of arguments for 'ping' command");
    c.check("UNSUBSCRIBE", r#"["unsubscribe", "a", :0]"#);
    c.check("PING", "+PONG");
    c.check("GET k", r#""v""#);
    for (subscribe, word) in [("PSUBSCRIBE", "psubscribe"), ("SSUBSCRIBE", "ssubscribe")] {
        c.check(&format!("{subscribe} a"), &format!(r#"["{word}", "a", :1]"#));
        check_not_here(c, "GET k", "get");
        c.check("PING", r#"["pong", ""]"#);
        c.check("RESET", "+RESET");
        c.check("GET k", r#""v""#);
    }
}

fn a_listener_may_quit(c: &mut Script) {
    c.check("SUBSCRIBE quitting", r#"["subscribe", "quitting", :1]"#);
    c.check("QUIT", "+OK");
    c.check_closed("QUIT");
    let mut other = c.second_client();
    other.check_eventually("PUBLISH quitting x", ":0");
}

fn messages_come_before_the_reply_to_their_publisher(c: &mut Script) {
    c.resp3();
    c.check("SUBSCRIBE self", r#">["subscribe", "self", :1]"#);
    c.check("PUBLISH self hi", r#">["message", "self", "hi"]"#);
    c.check_next(":1");
    c.check("PSUBSCRIBE sel*", r#">["psubscribe", "sel*", :2]"#);
    c.check("PUBLISH self hi", r#">["message", "self", "hi"]"#);
    c.check_next(r#">["pmessage", "sel*", "self", "hi"]"#);
    c.check_next(":2");
    c.check("SSUBSCRIBE self", r#">["ssubscribe", "self", :1]"#);
    c.check("SPUBLISH self x", r#">["smessage", "self", "x"]"#);
    c.check_next(":1");
    c.raw(
        b"PUBLISH self 1\r\nGET k\r\nPUBLISH self 2\r\n",
        b">3\r\n$7\r\nmessage\r\n$4\r\nself\r\n$1\r\n1\r\n>4\r\n$8\r\npmessage\r\n$4\r\nsel*\r\n$4\r\nself\r\n$1\r\n1\r\n:2\r\n\
          _\r\n\
          >3\r\n$7\r\nmessage\r\n$4\r\nself\r\n$1\r\n2\r\n>4\r\n$8\r\npmessage\r\n$4\r\nsel*\r\n$4\r\nself\r\n$1\r\n2\r\n:2\r\n",
    );
}

fn messages_come_though_replies_are_switched_off(c: &mut Script) {
    c.resp3();
    c.send("CLIENT REPLY OFF");
    c.check("SUBSCRIBE muted", r#">["subscribe", "muted", :1]"#);
    c.send("SET k v");
    c.check("PUBLISH muted hi", r#">["message", "muted", "hi"]"#);
    c.send("PING");
    c.check("CLIENT REPLY ON", "+OK");
    c.send("CLIENT REPLY SKIP");
    c.check("SUBSCRIBE skipped", r#">["subscribe", "skipped", :2]"#);
    c.check("PING", "+PONG");
}

fn every_listener_gets_every_message_once_per_subscription(c: &mut Script) {
    let mut clients: Vec<Script> = (0..5).map(|_| c.second_client()).collect();
    for (index, client) in clients.iter_mut().enumerate() {
        if index == 4 {
            client.resp3();
            client.check("SUBSCRIBE room", r#">["subscribe", "room", :1]"#);
        } else {
            client.check("SUBSCRIBE room", r#"["subscribe", "room", :1]"#);
        }
    }
    clients[0].check("PSUBSCRIBE r* roo? x*", r#"["psubscribe", "r*", :2]"#);
    clients[0].check_next(r#"["psubscribe", "roo?", :3]"#);
    clients[0].check_next(r#"["psubscribe", "x*", :4]"#);
    c.check("PUBLISH room hello", ":7");
    c.check("PUBLISH elsewhere hello", ":0");
    c.check("PUBLISH rest '\\x00\\xff'", ":1");
    c.check("SPUBLISH room hello", ":0");
    for client in &mut clients[1..4] {
        client.check_next(r#"["message", "room", "hello"]"#);
    }
    clients[4].check_next(r#">["message", "room", "hello"]"#);
    clients[0].check_next(r#"["message", "room", "hello"]"#);
    let pattern = r#"["pmessage", "r*" | "roo?", "room", "hello"]"#;
    clients[0].check_next(pattern);
    clients[0].check_next(pattern);
    clients[0].check_next(r#"["pmessage", "r*", "rest", any]"#);
    for client in &mut clients[..4] {
        client.check("UNSUBSCRIBE room", r#"["unsubscribe", "room", any]"#);
    }
    c.check("PUBLISH room hello", ":3");
    clients[4].check_next(r#">["message", "room", "hello"]"#);
    clients[0].check_next(pattern);
    clients[0].check_next(pattern);
}

fn shard_channels_are_apart_from_channels(c: &mut Script) {
    let (mut one, mut two) = (c.second_client(), c.second_client());
    one.check("SSUBSCRIBE sh1 sh2", r#"["ssubscribe", "sh1", :1]"#);
    one.check_next(r#"["ssubscribe", "sh2", :2]"#);
    two.check("SUBSCRIBE sh1", r#"["subscribe", "sh1", :1]"#);
    two.check("PSUBSCRIBE sh*", r#"["psubscribe", "sh*", :2]"#);
    two.check("SSUBSCRIBE sh1", r#"["ssubscribe", "sh1", :1]"#);
    c.check("SPUBLISH sh1 s", ":2");
    c.check("SPUBLISH sh2 t", ":1");
    c.check("SPUBLISH sh3 t", ":0");
    c.check("PUBLISH sh1 p", ":2");
    one.check_next(r#"["smessage", "sh1", "s"]"#);
    one.check_next(r#"["smessage", "sh2", "t"]"#);
    two.check_next(r#"["smessage", "sh1", "s"]"#);
    two.check_next(r#"["message", "sh1", "p"]"#);
    two.check_next(r#"["pmessage", "sh*", "sh1", "p"]"#);
    one.check("PING", r#"["pong", ""]"#);
}

fn messages_keep_their_order(c: &mut Script) {
    let mut clients: Vec<Script> = (0..4).map(|_| c.second_client()).collect();
    for client in &mut clients {
        client.check("SUBSCRIBE line", r#"["subscribe", "line", :1]"#);
    }
    for number in 0..20 {
        c.check(&format!("PUBLISH line {number}"), ":4");
    }
    for client in &mut clients {
        for number in 0..20 {
            client.check_next(&format!(r#"["message", "line", "{number}"]"#));
        }
    }
}

fn large_messages_arrive_whole(c: &mut Script) {
    let mut listener = c.second_client();
    let mut third = c.second_client();
    listener.check("SUBSCRIBE large", r#"["subscribe", "large", :1]"#);
    third.resp3();
    third.check("PSUBSCRIBE lar*", r#">["psubscribe", "lar*", :1]"#);
    for length in [1_000, 20_000, 200_000] {
        let payload = "x".repeat(length);
        c.check_arguments(&["PUBLISH", "large", &payload], ":2", &format!("PUBLISH large <{length} bytes>"));
        listener.check_next(&format!(r#"["message", "large", "{payload}"]"#));
        third.check_next(&format!(r#">["pmessage", "lar*", "large", "{payload}"]"#));
    }
}

fn pubsub_tells_who_listens(c: &mut Script) {
    let mut clients: Vec<Script> = (0..5).map(|_| c.second_client()).collect();
    for client in &mut clients {
        client.check("SUBSCRIBE who:a", r#"["subscribe", "who:a", :1]"#);
    }
    clients[0].check("SUBSCRIBE who:b", r#"["subscribe", "who:b", :2]"#);
    clients[1].check("PSUBSCRIBE who:*", r#"["psubscribe", "who:*", :2]"#);
    clients[2].check("SSUBSCRIBE who:s", r#"["ssubscribe", "who:s", :1]"#);
    clients[3].check("SSUBSCRIBE who:s", r#"["ssubscribe", "who:s", :1]"#);
    c.check("PUBSUB CHANNELS who:*", r#"unordered["who:a", "who:b"]"#);
    c.check("PUBSUB CHANNELS who:b", r#"["who:b"]"#);
    c.check("PUBSUB CHANNELS who:c", "[]");
    c.check("pubsub channels", r#"unordered["who:a", "who:b", ..]"#);
    c.check("PUBSUB SHARDCHANNELS who:*", r#"["who:s"]"#);
    c.check("PUBSUB SHARDCHANNELS", r#"unordered["who:s", ..]"#);
    c.check("PUBSUB SHARDCHANNELS who:a", "[]");
    c.check("PUBSUB NUMSUB", "[]");
    c.check("PUBSUB NUMSUB who:a", r#"["who:a", :5]"#);
    c.check(
        "PUBSUB NUMSUB who:b who:a who:s who:b",
        r#"["who:b", :1, "who:a", :5, "who:s", :0, "who:b", :1]"#,
    );
    c.check("PUBSUB SHARDNUMSUB", "[]");
    c.check("PUBSUB SHARDNUMSUB who:s who:a", r#"["who:s", :2, "who:a", :0]"#);
    c.check_eventually("PUBSUB NUMPAT", ":1");
    clients[2].check("PSUBSCRIBE who:*", r#"["psubscribe", "who:*", :2]"#);
    c.check("PUBSUB NUMPAT", ":1");
    clients[2].check("PSUBSCRIBE who:?", r#"["psubscribe", "who:?", :3]"#);
    c.check("PUBSUB NUMPAT", ":2");
    c.check_eventually(
        "INFO stats",
        r#".."\r\npubsub_channels:2\r\npubsub_patterns:2\r\npubsubshard_channels:1\r\n".."#,
    );
    drop(clients);
    c.check_eventually("PUBSUB CHANNELS who:*", "[]");
    c.check_eventually("PUBSUB NUMPAT", ":0");
    c.check_eventually("PUBSUB NUMSUB who:a", r#"["who:a", :0]"#);
    c.check_eventually("PUBSUB SHARDCHANNELS", "[]");
}

fn pubsub_in_resp3(c: &mut Script) {
    c.resp3();
    c.check("SUBSCRIBE third", r#">["subscribe", "third", :1]"#);
    c.check("PUBSUB CHANNELS third", r#"["third"]"#);
    c.check("PUBSUB NUMSUB third x", r#"["third", :1, "x", :0]"#);
    c.check("PUBSUB SHARDNUMSUB third", r#"["third", :0]"#);
    c.check("PUBSUB SHARDCHANNELS third", "[]");
    c.check("PUBSUB NUMPAT", ":0..");
}

facts! {
    data:
    subscribe_confirms_each_channel_with_the_count,
    unsubscribe_from_everything_always_answers,
    resp3_confirmations_are_pushes,
    a_resp2_listener_may_run_little,
    a_listener_may_quit,
    messages_come_before_the_reply_to_their_publisher,
    messages_come_though_replies_are_switched_off,
    every_listener_gets_every_message_once_per_subscription,
    shard_channels_are_apart_from_channels,
    messages_keep_their_order,
    large_messages_arrive_whole,
    pubsub_tells_who_listens,
    pubsub_in_resp3,
}

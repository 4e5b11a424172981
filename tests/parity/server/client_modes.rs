//! What a client may switch for its connection, and for all: CLIENT REPLY, PAUSE, UNPAUSE, NO-EVICT, NO-TOUCH.

use crate::harness::resp::Value;
use crate::script::Script;

fn id_of(c: &mut Script) -> i64 {
    match c.ask("CLIENT ID") {
        Value::Integer(id) => id,
        other => panic!("CLIENT ID is an integer, not {other:?}"),
    }
}

fn replies_can_be_switched_off_and_on(c: &mut Script) {
    c.raw(b"CLIENT REPLY OFF\r\nPING\r\nSET k 1\r\nNOPE\r\nGET\r\nCLIENT REPLY ON\r\n", b"+OK\r\n");
    c.check("GET k", r#""1""#);
    c.raw(
        b"CLIENT REPLY off\r\nclient reply skip\r\nPING\r\nPING\r\nclient reply on\r\nPING\r\n",
        b"+OK\r\n+PONG\r\n",
    );
    c.check("CLIENT REPLY ON", "+OK");
}

fn one_reply_can_be_skipped(c: &mut Script) {
    c.raw(b"CLIENT REPLY SKIP\r\nPING\r\nPING a\r\n", b"$1\r\na\r\n");
    c.raw(b"CLIENT REPLY SKIP\r\nNOPE\r\nPING b\r\n", b"$1\r\nb\r\n");
    c.raw(b"CLIENT REPLY SKIP\r\nCLIENT REPLY SKIP\r\nPING\r\nPING c\r\n", b"$1\r\nc\r\n");
    c.raw(b"CLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\nPING\r\n", b"+OK\r\n+PONG\r\n");
    c.raw(
        b"CLIENT REPLY SKIP\r\nMSET a 1 b 2 c 3 d 4\r\nMGET a b c d\r\n",
        b"*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n",
    );
}

fn unwanted_replies_of_many_keys_leave_no_gap(c: &mut Script) {
    let mut sent = b"SET first 0\r\nCLIENT REPLY OFF\r\n".to_vec();
    for number in 0..50 {
        sent.extend(format!("SET key:{number} {number}\r\nGET key:{number}\r\n").bytes());
    }
    sent.extend(b"DBSIZE\r\nMGET key:1 key:2 key:3\r\nCLIENT REPLY ON\r\nGET key:7\r\nDBSIZE\r\n");
    c.raw(&sent, b"+OK\r\n+OK\r\n$1\r\n7\r\n:51\r\n");
}

fn reply_refuses_other_words(c: &mut Script) {
    c.check("CLIENT REPLY foo", "-ERR syntax error");
    c.check("CLIENT REPLY ''", "-ERR syntax error");
    c.check("CLIENT REPLY", "-ERR wrong number of arguments for 'client|reply' command");
    c.check("CLIENT REPLY ON x", "-ERR wrong number of arguments for 'client|reply' command");
    c.check("CLIENT REPLY ON", "+OK");
}

fn reset_brings_replies_back(c: &mut Script) {
    c.raw(b"CLIENT REPLY OFF\r\nPING\r\nRESET\r\nPING\r\n", b"+RESET\r\n+PONG\r\n");
}

fn a_pause_of_writes_holds_writes_alone(c: &mut Script) {
    let mut writer = c.second_client();
    let writer_id = id_of(&mut writer);
    c.check("SET k old", "+OK");
    c.check("CLIENT PAUSE 100000 WRITE", "+OK");
    c.check("GET k", r#""old""#);
    c.check("PING", "+PONG");
    writer.send("SET k new");
    c.check_eventually(&format!("CLIENT LIST ID {writer_id}"), r#".." flags=b ".."#);
    c.check("INFO clients", r#".."\r\nblocked_clients:1\r\n".."#);
    c.check("GET k", r#""old""#);
    c.check("CLIENT UNPAUSE", "+OK");
    writer.check_next("+OK");
    c.check("GET k", r#""new""#);
    c.check_eventually(&format!("CLIENT LIST ID {writer_id}"), r#".." flags=N ".."#);
    c.check("INFO clients", r#".."\r\nblocked_clients:0\r\n".."#);
}

fn a_pause_of_everything_ends_by_itself(c: &mut Script) {
    let mut other = c.second_client();
    c.check("CLIENT PAUSE 150", "+OK");
    other.send("PING");
    other.send("SET k v");
    c.send("GET k");
    other.check_next("+PONG");
    other.check_next("+OK");
    c.check_next(r#"nil | "v""#);
    c.check("CLIENT PAUSE 100 all", "+OK");
    c.check("MSET a 1 b 2 c 3 d 4", "+OK");
    c.check("DBSIZE", ":5");
}

fn pipelines_go_on_in_order_after_a_pause(c: &mut Script) {
    let mut writer = c.second_client();
    let writer_id = id_of(&mut writer);
    c.check("CLIENT PAUSE 100000 write", "+OK");
    writer.send("GET k");
    writer.send("SET k 1");
    writer.send("GET k");
    writer.send("INCR k");
    writer.check_next("nil");
    c.check_eventually(&format!("CLIENT LIST ID {writer_id}"), r#".." flags=b ".."#);
    c.check("CLIENT UNPAUSE", "+OK");
    writer.check_next("+OK");
    writer.check_next(r#""1""#);
    writer.check_next(":2");
}

fn what_is_wrong_is_refused_during_a_pause(c: &mut Script) {
    c.check("CLIENT PAUSE 100000 WRITE", "+OK");
    c.check("SET k", "-ERR wrong number of arguments for 'set' command");
    c.check("NOPE", "-ERR unknown command ..");
    c.check("CLIENT UNPAUSE", "+OK");
    c.check("CLIENT UNPAUSE", "+OK");
    c.check("SET k v", "+OK");
}

fn a_second_pause_is_neither_shorter_nor_milder(c: &mut Script) {
    let mut writer = c.second_client();
    let writer_id = id_of(&mut writer);
    c.check("CLIENT PAUSE 100000 WRITE", "+OK");
    c.check("CLIENT PAUSE 1 WRITE", "+OK");
    c.check("CLIENT PAUSE 0 WRITE", "+OK");
    writer.send("SET k v");
    c.check_eventually(&format!("CLIENT LIST ID {writer_id}"), r#".." flags=b ".."#);
    c.check("CLIENT UNPAUSE", "+OK");
    writer.check_next("+OK");
    c.check("CLIENT PAUSE 0 ALL", "+OK");
    c.check("SET k v", "+OK");
}

fn who_leaves_during_a_pause_has_done_nothing(c: &mut Script) {
    c.check("CLIENT PAUSE 100000 WRITE", "+OK");
    let mut writer = c.second_client();
    let writer_id = id_of(&mut writer);
    writer.send("SET k v");
    c.check_eventually(&format!("CLIENT LIST ID {writer_id}"), r#".." flags=b ".."#);
    c.check(&format!("CLIENT KILL ID {writer_id}"), ":1");
    writer.check_closed("CLIENT KILL");
    c.check("CLIENT UNPAUSE", "+OK");
    c.check("GET k", "nil");
}

fn pause_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("CLIENT PAUSE x", "-ERR timeout is not an integer or out of range");
    c.check("CLIENT PAUSE 1.5", "-ERR timeout is not an integer or out of range");
    c.check("CLIENT PAUSE ''", "-ERR timeout is not an integer or out of range");
    c.check("CLIENT PAUSE -1", "-ERR timeout is negative");
    c.check("CLIENT PAUSE 0 FOO", "-ERR CLIENT PAUSE mode must be WRITE or ALL");
    c.check("CLIENT PAUSE x FOO", "-ERR CLIENT PAUSE mode must be WRITE or ALL");
    c.check("CLIENT PAUSE", "-ERR wrong number of arguments for 'client|pause' command");
    c.check(
        "CLIENT PAUSE 0 ALL x",
        "-ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.",
    );
    c.check(
        "client pause 0 ALL x",
        "-ERR unknown subcommand or wrong number of arguments for 'pause'. Try CLIENT HELP.",
    );
    c.check("CLIENT UNPAUSE x", "-ERR wrong number of arguments for 'client|unpause' command");
}

fn modes_show_in_the_list(c: &mut Script) {
    c.check("CLIENT INFO", r#".." flags=N ".."#);
    c.check("CLIENT NO-EVICT ON", "+OK");
    c.check("CLIENT INFO", r#".." flags=e ".."#);
    c.check("CLIENT NO-EVICT off", "+OK");
    c.check("CLIENT INFO", r#".." flags=N ".."#);
    c.check("CLIENT NO-EVICT foo", "-ERR syntax error");
    c.check("CLIENT NO-EVICT", "-ERR wrong number of arguments for 'client|no-evict' command");
    c.check("CLIENT NO-EVICT ON x", "-ERR wrong number of arguments for 'client|no-evict' command");
    const UNKNOWN: &str = "-ERR unknown subcommand 'NO-TOUCH'. Try CLIENT HELP.";
    c.check_since_7_2("CLIENT NO-TOUCH ON", UNKNOWN, "+OK");
    c.check_since_7_2("CLIENT INFO", r#".." flags=N ".."#, r#".." flags=T ".."#);
    c.check_since_7_2("CLIENT NO-TOUCH foo", UNKNOWN, "-ERR syntax error");
    c.check_since_7_2(
        "CLIENT NO-TOUCH",
        "-ERR unknown subcommand 'NO-TOUCH'. Try CLIENT HELP.",
        "-ERR wrong number of arguments for 'client|no-touch' command",
    );
    c.check("CLIENT NO-EVICT ON", "+OK");
    c.check_since_7_2("CLIENT INFO", r#".." flags=e ".."#, r#".." flags=eT ".."#);
    c.check("RESET", "+RESET");
    c.check_since_7_2("CLIENT INFO", r#".." flags=e ".."#, r#".." flags=N ".."#);
}

fn the_query_buffer_holds_the_command_that_asks(c: &mut Script) {
    c.check("CLIENT LIST", r#".." multi=-1 qbuf=26 qbuf-free=".."#);
    c.check("CLIENT INFO", r#".." multi=-1 qbuf=26 qbuf-free=".."#);
    c.check("CLIENT INFO", r#".." obl=0 oll=0 omem=0 tot-mem=".."#);
    c.check("CLIENT INFO", r#".." events=r cmd=client|info user=default redir=-1 resp=2".."#);
    let id = id_of(c);
    let mut other = c.second_client();
    other.check(&format!("CLIENT LIST ID {id}"), r#".." multi=-1 qbuf=0 qbuf-free=".."#);
}

fn subcommands_are_described(c: &mut Script) {
    for (name, arity, since) in
        [("pause", -3, "2.9.50"), ("unpause", 2, "6.2.0"), ("reply", 3, "3.2.0"), ("no-evict", 3, "7.0.0")]
    {
        c.check(&format!("COMMAND INFO client|{name}"), &format!(r#"[["client|{name}", :{arity}, ..]]"#));
        c.check(
            &format!("COMMAND DOCS client|{name}"),
            &format!(r#"["client|{name}", ["summary", any, "since", "{since}", "group", "connection", ..]]"#),
        );
    }
    c.check(
        "COMMAND INFO client|pause",
        r#"[["client|pause", :-3, unordered[+admin, +noscript, +loading, +stale], :0, :0, :0,
            unordered[+@admin, +@slow, +@dangerous, +@connection], [], [], []]]"#,
    );
    c.check(
        "COMMAND INFO client|reply",
        r#"[["client|reply", :3, unordered[+noscript, +loading, +stale], :0, :0, :0, unordered[+@slow, +@connection], [], [], []]]"#,
    );
}

facts! { server:
    replies_can_be_switched_off_and_on,
    one_reply_can_be_skipped,
    unwanted_replies_of_many_keys_leave_no_gap,
    reply_refuses_other_words,
    reset_brings_replies_back,
    a_pause_of_writes_holds_writes_alone,
    a_pause_of_everything_ends_by_itself,
    pipelines_go_on_in_order_after_a_pause,
    what_is_wrong_is_refused_during_a_pause,
    a_second_pause_is_neither_shorter_nor_milder,
    who_leaves_during_a_pause_has_done_nothing,
    pause_refuses_what_it_cannot_read,
    modes_show_in_the_list,
    the_query_buffer_holds_the_command_that_asks,
    subcommands_are_described,
}

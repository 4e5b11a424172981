//! Clients that wait for elements: who is served, by what, in which order, and how waiting ends.

use crate::harness::resp::Value;
use crate::script::Script;

fn id_of(c: &mut Script) -> i64 {
    match c.ask("CLIENT ID") {
        Value::Integer(id) => id,
        other => panic!("CLIENT ID is an integer, not {other:?}"),
    }
}

/// So many clients wait, and the server knows.
#[track_caller]
fn blocked(c: &mut Script, clients: usize) {
    c.check_eventually("INFO clients", &format!(r#".."\r\nblocked_clients:{clients}\r\n".."#));
}

fn a_push_serves_who_waits(c: &mut Script) {
    let mut other = c.second_client();
    for (command, push, reply) in [
        ("BLPOP a b 0", "RPUSH b 1 2", r#"["b", "1"]"#),
        ("BRPOP a b 0", "LPUSH a 1 2", r#"["a", "1"]"#),
        ("BLMPOP 0 2 a b RIGHT COUNT 3", "RPUSH b 1 2", r#"["b", ["2", "1"]]"#),
        ("BLMOVE a b LEFT RIGHT 0", "RPUSH a x", r#""x""#),
        ("BRPOPLPUSH a b 0", "RPUSH a x y", r#""y""#),
        ("BZPOPMIN a b 0", "ZADD b 2 m 1 n", r#"["b", "n", "1"]"#),
        ("BZPOPMAX a b 0", "ZADD a 2 m 1 n", r#"["a", "m", "2"]"#),
        ("BZMPOP 0 2 a b MAX COUNT 2", "ZADD b 2 m 1 n 0 o", r#"["b", [["m", "2"], ["n", "1"]]]"#),
    ] {
        c.check("FLUSHALL", "+OK");
        other.send(command);
        blocked(c, 1);
        c.given(push);
        other.check_next(reply);
        blocked(c, 0);
    }
    c.check("ZRANGE b 0 -1", r#"["o"]"#);
}

fn replies_are_in_the_protocol_of_who_waits(c: &mut Script) {
    let mut other = c.second_client();
    other.resp3();
    other.send("BZPOPMIN z 0");
    blocked(c, 1);
    c.check("ZADD z 1.5 m", ":1");
    other.check_next(r#"["z", "m", ,1.5]"#);
    other.check("BLPOP z 0.01", "_");
    other.check("BLMOVE z y LEFT LEFT 0.01", "_");
}

fn waiting_ends_with_its_time(c: &mut Script) {
    for (command, reply) in [
        ("BLPOP a b 0.01", "nil[]"),
        ("BRPOP a 0.01", "nil[]"),
        ("BLMPOP 0.01 2 a b LEFT", "nil[]"),
        ("BLMOVE a b LEFT LEFT 0.01", "nil[]"),
        ("BRPOPLPUSH a b 0.01", "nil[]"),
        ("BZPOPMIN a b 0.01", "nil[]"),
        ("BZPOPMAX a 0.0001", "nil[]"),
        ("BZMPOP 0.01 1 a MIN", "nil[]"),
        ("WAIT 1 10", ":0"),
    ] {
        c.check(command, reply);
    }
    c.check("RPUSH a 1", ":1");
    c.check("LRANGE a 0 -1", r#"["1"]"#);
    blocked(c, 0);
}

fn who_came_first_is_served_first(c: &mut Script) {
    let mut others: Vec<Script> = (0..4).map(|_| c.second_client()).collect();
    for (index, command) in
        ["BLPOP k 0", "BRPOP j k 0", "BLMPOP 0 1 k LEFT COUNT 2", "BLPOP k 0"].iter().enumerate()
    {
        others[index].send(command);
        blocked(c, index + 1);
    }
    c.check("RPUSH k 1 2 3 4", ":4");
    others[0].check_next(r#"["k", "1"]"#);
    others[1].check_next(r#"["k", "4"]"#);
    others[2].check_next(r#"["k", ["2", "3"]]"#);
    blocked(c, 1);
    c.check("EXISTS k", ":0");
    c.check("RPUSH k 5", ":1");
    others[3].check_next(r#"["k", "5"]"#);
}

fn who_waits_for_another_type_waits_on(c: &mut Script) {
    let (mut lists, mut zsets) = (c.second_client(), c.second_client());
    zsets.send("BZPOPMIN k 0");
    blocked(c, 1);
    lists.send("BLPOP k 0");
    blocked(c, 2);
    c.check("SET k v", "+OK");
    c.check("DEL k", ":1");
    c.check("SADD k m", ":1");
    c.check("DEL k", ":1");
    c.check("RPUSH k 1 2", ":2");
    lists.check_next(r#"["k", "1"]"#);
    c.check("DEL k", ":1");
    c.check("ZADD k 1 m", ":1");
    zsets.check_next(r#"["k", "m", "1"]"#);
}

fn a_transaction_is_over_before_anybody_is_served(c: &mut Script) {
    let mut other = c.second_client();
    other.send("BLPOP k 0");
    blocked(c, 1);
    c.check("MULTI", "+OK");
    c.check("RPUSH k 1", "+QUEUED");
    c.check("DEL k", "+QUEUED");
    c.check("EXEC", "[:1, :1]");
    c.check("MULTI", "+OK");
    c.check("LPUSH k a", "+QUEUED");
    c.check("LPUSH k b", "+QUEUED");
    c.check("LPUSH k c", "+QUEUED");
    c.check("SET elsewhere v", "+QUEUED");
    c.check("EXEC", "[:1, :2, :3, +OK]");
    other.check_next(r#"["k", "c"]"#);
    c.check("LRANGE k 0 -1", r#"["b", "a"]"#);
}

fn elements_that_come_in_other_ways_serve_too(c: &mut Script) {
    let mut other = c.second_client();
    for how in [
        "RENAME source k",
        "RENAMENX source k",
        "COPY source k",
        "LMOVE source k LEFT LEFT",
        "RPOPLPUSH source k",
        "SORT source BY nosort STORE k",
        "LINSERT k BEFORE x y",
    ] {
        c.check("FLUSHALL", "+OK");
        c.check("RPUSH source e", ":1");
        other.send("BLPOP k 0");
        blocked(c, 1);
        c.given(how);
        if how.starts_with("LINSERT") {
            c.given("RPUSH k e");
        }
        other.check_next(r#"["k", "e"]"#);
    }
    for how in [
        "ZUNIONSTORE k 1 source",
        "ZRANGESTORE k source 0 -1",
        "RENAME source k",
        "ZADD k 3 e",
        "ZINCRBY k 3 e",
    ] {
        c.check("FLUSHALL", "+OK");
        c.check("ZADD source 3 e", ":1");
        other.send("BZPOPMAX k 0");
        blocked(c, 1);
        c.given(how);
        other.check_next(r#"["k", "e", "3"]"#);
    }
}

fn a_key_that_comes_from_another_database_serves(c: &mut Script) {
    let mut other = c.second_client();
    other.send("BLPOP k 0");
    blocked(c, 1);
    c.check("SELECT 1", "+OK");
    c.check("RPUSH k here", ":1");
    c.check("SWAPDB 0 1", "+OK");
    other.check_next(r#"["k", "here"]"#);
    other.send("BLPOP k 0");
    blocked(c, 1);
    c.check("RPUSH k there", ":1");
    c.check("MOVE k 0", ":1");
    other.check_next(r#"["k", "there"]"#);
}

fn moves_may_follow_one_another(c: &mut Script) {
    let mut others: Vec<Script> = (0..3).map(|_| c.second_client()).collect();
    others[0].send("BLMOVE a b LEFT RIGHT 0");
    blocked(c, 1);
    others[1].send("BLMOVE b c LEFT RIGHT 0");
    blocked(c, 2);
    others[2].send("BLPOP c 0");
    blocked(c, 3);
    c.check("RPUSH a e", ":1");
    others[0].check_next(r#""e""#);
    others[1].check_next(r#""e""#);
    others[2].check_next(r#"["c", "e"]"#);
    c.check("EXISTS a b c", ":0");
}

fn a_move_to_another_type_fails_and_leaves_the_element(c: &mut Script) {
    let (mut first, mut second) = (c.second_client(), c.second_client());
    c.check("SET dest v", "+OK");
    first.send("BLMOVE k dest LEFT RIGHT 0");
    blocked(c, 1);
    second.send("BLPOP k 0");
    blocked(c, 2);
    c.check("RPUSH k e", ":1");
    first.check_next("-WRONGTYPE Operation against a key holding the wrong kind of value");
    second.check_next(r#"["k", "e"]"#);
}

fn what_follows_in_the_pipeline_waits_too(c: &mut Script) {
    let mut other = c.second_client();
    other.send("SET k1 before");
    other.send("BLPOP list 0");
    other.send("GET k1");
    other.send("BLPOP none 0.01");
    other.send("PING");
    other.check_next("+OK");
    blocked(c, 1);
    c.check("SET k1 after", r"+OK");
    c.check("RPUSH list e", ":1");
    other.check_next(r#"["list", "e"]"#);
    other.check_next(r#""after""#);
    other.check_next("nil[]");
    other.check_next("+PONG");
}

fn who_leaves_takes_nothing(c: &mut Script) {
    let mut other = c.second_client();
    let id = id_of(&mut other);
    other.send("BLPOP a b 0");
    blocked(c, 1);
    c.check(&format!("CLIENT KILL ID {id}"), ":1");
    other.check_closed("CLIENT KILL");
    blocked(c, 0);
    c.check("RPUSH a e", ":1");
    c.check("RPUSH b e", ":1");
    c.check("LRANGE a 0 -1", r#"["e"]"#);
    c.check("LRANGE b 0 -1", r#"["e"]"#);
}

fn clients_can_be_unblocked(c: &mut Script) {
    let mut other = c.second_client();
    let id = id_of(&mut other);
    c.check(&format!("CLIENT UNBLOCK {id}"), ":0");
    for (command, reply) in [
        ("BLPOP a b 0", "nil[]"),
        ("BLMOVE a b LEFT LEFT 0", "nil[]"),
        ("BZMPOP 0 1 a MIN", "nil[]"),
        ("WAIT 3 0", ":0"),
    ] {
        other.send(command);
        blocked(c, 1);
        c.check_eventually(&format!("CLIENT LIST ID {id}"), r#".." flags=b ".."#);
        c.check(&format!("CLIENT UNBLOCK {id}"), ":1");
        other.check_next(reply);
        other.send(command);
        blocked(c, 1);
        c.check(&format!("client unblock {id} error"), ":1");
        other.check_next("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
        c.check(&format!("CLIENT UNBLOCK {id} TIMEOUT"), ":0");
    }
    c.check("CLIENT UNBLOCK 1000000", ":0");
    c.check("CLIENT UNBLOCK x", "-ERR value is not an integer or out of range");
    c.check("CLIENT UNBLOCK 1 nope", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    c.check("CLIENT UNBLOCK", "-ERR wrong number of arguments for 'client|unblock' command");
    c.check("RPUSH a e", ":1");
    c.check("LLEN a", ":1");
}

fn waiting_for_replicas_that_are_none(c: &mut Script) {
    c.check("WAIT 0 0", ":0");
    c.check("WAIT -1 0", ":0");
    c.check("WAIT x 0", "-ERR value is not an integer or out of range");
    c.check("WAIT 1 x", "-ERR timeout is not an integer or out of range");
    c.check("WAIT 1 -1", "-ERR timeout is negative");
    c.check("WAIT 1", "-ERR wrong number of arguments for 'wait' command");
    c.check("MULTI", "+OK");
    c.check("WAIT 1 0", "+QUEUED");
    c.check("WAIT 0 x", "+QUEUED");
    c.check("EXEC", "[:0, -ERR timeout is not an integer or out of range]");
}

fn messages_overtake_the_reply_that_is_waited_for(c: &mut Script) {
    let mut other = c.second_client();
    other.resp3();
    other.check("SUBSCRIBE news", r#">["subscribe", "news", :1]"#);
    other.send("BLPOP k 0");
    blocked(c, 1);
    c.check("PUBLISH news hello", ":1");
    other.check_next(r#">["message", "news", "hello"]"#);
    c.check("RPUSH k e", ":1");
    other.check_next(r#"["k", "e"]"#);
}

fn watched_keys_feel_who_is_served(c: &mut Script) {
    let (mut waiter, mut pusher) = (c.second_client(), c.second_client());
    c.check("WATCH k", "+OK");
    waiter.send("BLPOP k 0");
    blocked(c, 1);
    pusher.check("RPUSH k e", ":1");
    waiter.check_next(r#"["k", "e"]"#);
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
}

fn serving_is_told_as_popping(c: &mut Script) {
    let mut waiter = c.second_client();
    c.check("CONFIG SET notify-keyspace-events KA", "+OK");
    let mut listener = c.second_client();
    listener.check("SUBSCRIBE __keyspace@0__:k", r#"["subscribe", "__keyspace@0__:k", :1]"#);
    waiter.send("BLPOP k 0");
    blocked(c, 1);
    c.check("RPUSH k e", ":1");
    for event in ["rpush", "lpop", "del"] {
        listener.check_next(&format!(r#"["message", "__keyspace@0__:k", "{event}"]"#));
    }
    waiter.check_next(r#"["k", "e"]"#);
}

fn the_rows_are_those_of_redis(c: &mut Script) {
    c.check(
        "COMMAND INFO blpop",
        r#"[["blpop", :-3, unordered[+write, +noscript, +blocking], :1, :-2, :1,
            unordered[+@write, +@list, +@slow, +@blocking], [],
            [["flags", unordered[+RW, +access, +delete], ..]], []]]"#,
    );
    c.check(
        "COMMAND INFO bzpopmax",
        r#"[["bzpopmax", :-3, unordered[+write, +noscript, +blocking, +fast], :1, :-2, :1,
            unordered[+@write, +@sortedset, +@fast, +@blocking], [],
            [["flags", unordered[+RW, +access, +delete], ..]], []]]"#,
    );
    c.check(
        "COMMAND INFO wait",
        r#"[["wait", :3, unordered[+noscript], :0, :0, :0, unordered[+@slow, +@connection],
            ["request_policy:all_shards", "response_policy:agg_min"], [], []]]"#,
    );
    c.check("COMMAND GETKEYS BLPOP a b 0", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS BLMPOP 0 2 a b LEFT", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS BLMOVE a b LEFT LEFT 0", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS BZMPOP 0 1 a MIN", r#"["a"]"#);
}

facts! { server:
    a_push_serves_who_waits,
    replies_are_in_the_protocol_of_who_waits,
    waiting_ends_with_its_time,
    who_came_first_is_served_first,
    who_waits_for_another_type_waits_on,
    a_transaction_is_over_before_anybody_is_served,
    elements_that_come_in_other_ways_serve_too,
    a_key_that_comes_from_another_database_serves,
    moves_may_follow_one_another,
    a_move_to_another_type_fails_and_leaves_the_element,
    what_follows_in_the_pipeline_waits_too,
    who_leaves_takes_nothing,
    clients_can_be_unblocked,
    waiting_for_replicas_that_are_none,
    messages_overtake_the_reply_that_is_waited_for,
    watched_keys_feel_who_is_served,
    serving_is_told_as_popping,
    the_rows_are_those_of_redis,
}

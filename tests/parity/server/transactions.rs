//! MULTI, EXEC, DISCARD, WATCH, UNWATCH, and commands with keys on several shards. The keys a, b, c, .. are on different shards of
//! four.

use crate::script::Script;

fn a_transaction_queues_and_runs(c: &mut Script) {
    c.check("MULTI", "+OK");
    c.check("SET a 1", "+QUEUED");
    c.check("INCR a", "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("PING", "+QUEUED");
    c.check("EXEC", r#"[+OK, :2, "2", +PONG]"#);
    c.check("GET a", r#""2""#);
    c.check("MULTI", "+OK");
    c.check("EXEC", "[]");
}

fn a_transaction_over_all_shards_is_one(c: &mut Script) {
    c.check("MULTI", "+OK");
    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        c.check(&format!("SET {key} {key}1"), "+QUEUED");
    }
    c.check("MGET a b c d e f g h nope", "+QUEUED");
    c.check("DBSIZE", "+QUEUED");
    c.check("DEL a b c nope", "+QUEUED");
    c.check("EXISTS a b c d e", "+QUEUED");
    c.check(
        "EXEC",
        r#"[+OK, +OK, +OK, +OK, +OK, +OK, +OK, +OK, ["a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", nil], :8, :3, :2]"#,
    );
    c.check("DBSIZE", ":5");
}

fn transactions_in_one_pipeline_keep_their_order(c: &mut Script) {
    c.raw(
        b"SET a 0\r\nMULTI\r\nINCR a\r\nINCR b\r\nINCR c\r\nEXEC\r\nINCR a\r\nMULTI\r\nINCR b\r\nINCR a\r\nEXEC\r\nMGET a b c\r\n",
        b"+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n:1\r\n:1\r\n:1\r\n:2\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:2\r\n:3\r\n*3\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n",
    );
}

fn what_is_malformed_behind_many_keys_is_refused(c: &mut Script) {
    for key in ["a", "b", "c", "d"] {
        let sent =
            format!("MSET a 1 b 2 c 3 d 4\r\nMSET {key} 1 b\r\nMSETNX {key} 1 b\r\nEXISTS a b c d\r\n");
        let mset = "-ERR wrong number of arguments for 'mset' command\r\n";
        let msetnx = "-ERR wrong number of arguments for 'msetnx' command\r\n";
        c.raw(sent.as_bytes(), format!("+OK\r\n{mset}{msetnx}:4\r\n").as_bytes());
    }
}

fn an_error_while_running_stops_nothing(c: &mut Script) {
    c.check("SET a text", "+OK");
    c.check("MULTI", "+OK");
    c.check("INCR a", "+QUEUED");
    c.check("LPUSH a x", "+QUEUED");
    c.check("SET b 1", "+QUEUED");
    c.check(
        "EXEC",
        "[-ERR value is not an integer or out of range, -WRONGTYPE Operation against a key holding the wrong kind of value, +OK]",
    );
    c.check("GET b", r#""1""#);
}

fn an_error_while_queueing_aborts(c: &mut Script) {
    for wrong in ["NOPE x", "GET", "CLIENT NOPE", "SET a", "WATCH", "MULTI x", "DISCARD x", "RESET x"] {
        c.check("MULTI", "+OK");
        c.check("SET a 1", "+QUEUED");
        c.check(wrong, "-ERR ..");
        c.check("SET b 1", "+QUEUED");
        c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
        c.check("EXISTS a b", ":0");
    }
    c.check("MULTI", "+OK");
    c.check("NOPE", "-ERR unknown command 'NOPE', with args beginning with: ");
    c.check("DISCARD", "+OK");
    c.check("PING", "+PONG");
}

fn out_of_place(c: &mut Script) {
    c.check("EXEC", "-ERR EXEC without MULTI");
    c.check("DISCARD", "-ERR DISCARD without MULTI");
    c.check("MULTI", "+OK");
    c.check("MULTI", "-ERR MULTI calls can not be nested");
    c.check("WATCH a", "-ERR WATCH inside MULTI is not allowed");
    c.check("SET a 1", "+QUEUED");
    c.check("EXEC", "[+OK]");
    c.check(
        "EXEC x",
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command",
    );
    c.check("MULTI", "+OK");
    c.check("EXEC x", "-EXECABORT ..");
    c.check("EXEC", "-ERR EXEC without MULTI");
    c.check("MULTI x", "-ERR wrong number of arguments for 'multi' command");
    c.check("DISCARD x", "-ERR wrong number of arguments for 'discard' command");
    c.check("WATCH", "-ERR wrong number of arguments for 'watch' command");
    c.check("UNWATCH x", "-ERR wrong number of arguments for 'unwatch' command");
    c.check("MULTI", "+OK");
    c.check("MONITOR", "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("EXEC", r#"[-ERR MONITOR isn't allowed for DENY BLOCKING client, "1"]"#);
    c.check("UNWATCH", "+OK");
}

fn discard_forgets(c: &mut Script) {
    c.check("MULTI", "+OK");
    c.check("SET a 1", "+QUEUED");
    c.check("DISCARD", "+OK");
    c.check("GET a", "nil");
    c.check("MULTI", "+OK");
    c.check("SET a 2", "+QUEUED");
    c.check("RESET", "+RESET");
    c.check("GET a", "nil");
    c.check("EXEC", "-ERR EXEC without MULTI");
}

fn a_database_selected_in_a_transaction(c: &mut Script) {
    c.check("MULTI", "+OK");
    c.check("SET a 0", "+QUEUED");
    c.check("SELECT 3", "+QUEUED");
    c.check("SET a 3", "+QUEUED");
    c.check("SET b 3", "+QUEUED");
    c.check("EXEC", "[+OK, +OK, +OK, +OK]");
    c.check("MGET a b", r#"["3", "3"]"#);
    c.check("SELECT 0", "+OK");
    c.check("MGET a b", r#"["0", nil]"#);
}

fn a_watched_key_that_stays_lets_exec_run(c: &mut Script) {
    for keys in ["a", "a b c d"] {
        c.check(&format!("WATCH {keys}"), "+OK");
        c.check("MULTI", "+OK");
        c.check("SET a 1", "+QUEUED");
        c.check("SET e 1", "+QUEUED");
        c.check("EXEC", "[+OK, +OK]");
        c.check("SET a 2", "+OK");
        c.check("MULTI", "+OK");
        c.check("EXEC", "[]");
    }
}

fn a_watched_key_that_changes_stops_exec(c: &mut Script) {
    let mut other = c.second_client();
    c.check("MSET a 0 b 0 c 0 d 0 kept 0", "+OK");
    for (keys, change) in [
        ("a", "SET a 1"),
        ("a b c d", "SET d 1"),
        ("a b c d", "INCR b"),
        ("nope", "SET nope 1"),
        ("a b", "DEL a"),
        ("c", "EXPIRE c 1000"),
        ("d", "FLUSHALL"),
        ("a b", "MSET x 1 b 2"),
        ("b", "RENAME b moved"),
        ("moved", "RENAME moved away"),
    ] {
        c.check(&format!("WATCH {keys}"), "+OK");
        other.ask(change);
        c.check("MULTI", "+OK");
        c.check("SET never 1", "+QUEUED");
        c.check("EXEC", "nil[]");
        c.check("GET never", "nil");
        c.check("MULTI", "+OK");
        c.check("PING", "+QUEUED");
        c.check("EXEC", "[+PONG]");
    }
}

fn what_changes_nothing_does_not_stop_exec(c: &mut Script) {
    let mut other = c.second_client();
    c.check("MSET a 0 b 0", "+OK");
    c.check("SADD s x", ":1");
    for (keys, change) in
        [("a", "GET a"), ("a", "SET b 1"), ("s", "SADD s x"), ("nope", "DEL nope"), ("nope", "FLUSHDB")]
    {
        c.check(&format!("WATCH {keys}"), "+OK");
        other.ask(change);
        c.check("MULTI", "+OK");
        c.check("SET ran 1", "+QUEUED");
        c.check("EXEC", "[+OK]");
    }
}

fn a_command_with_several_keys_leaves_the_watch_as_it_is(c: &mut Script) {
    let mut other = c.second_client();
    for (command, reply) in
        [("SINTER b c d", "[]"), ("SMOVE b c x", ":0"), ("RPOPLPUSH b c", "nil"), ("COPY b c", ":0")]
    {
        c.check("WATCH a", "+OK");
        c.check(command, reply);
        other.ask("INCR a");
        c.check("MULTI", "+OK");
        c.check("PING", "+QUEUED");
        c.check("EXEC", "nil[]");
    }
}

fn an_end_of_the_watch(c: &mut Script) {
    let mut other = c.second_client();
    for end in [&["UNWATCH"][..], &["MULTI", "DISCARD"], &["MULTI", "EXEC"]] {
        c.check("WATCH a b c", "+OK");
        for command in end {
            c.ask(command);
        }
        other.check("MSET a 1 b 1 c 1", "+OK");
        c.check("MULTI", "+OK");
        c.check("PING", "+QUEUED");
        c.check("EXEC", "[+PONG]");
    }
}

fn own_changes_count_too(c: &mut Script) {
    c.check("WATCH a", "+OK");
    c.check("SET a 1", "+OK");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
}

fn a_transaction_shows_in_the_list(c: &mut Script) {
    let mut other = c.second_client();
    c.check("CLIENT SETNAME me", "+OK");
    c.check("MULTI", "+OK");
    c.check("SET a 1", "+QUEUED");
    c.check("SET b 1", "+QUEUED");
    other.check("CLIENT LIST", r#".." name=me ".."#);
    other.check("CLIENT LIST", r#".." db=0 sub=0 psub=0 ssub=0 multi=2 ".."#);
    c.check("DISCARD", "+OK");
    other.check("CLIENT LIST", r#".." name=me age=0 idle=0 ".."#);
}

fn in_resp3(c: &mut Script) {
    let mut other = c.second_client();
    c.check("HELLO 3", "any");
    c.check("WATCH a", "+OK");
    other.check("SET a 1", "+OK");
    c.check("MULTI", "+OK");
    c.check("EXEC", "_");
    c.check("MULTI", "+OK");
    c.check("HSET h f v", "+QUEUED");
    c.check("HGETALL h", "+QUEUED");
    c.check("GET nope", "+QUEUED");
    c.check("EXEC", r#"[:1, {"f": "v"}, _]"#);
}

fn a_key_moves_between_shards(c: &mut Script) {
    for name in ["b", "c", "d", "e"] {
        c.check("RPUSH a x y z", ":3");
        c.check("EXPIRE a 1000", ":1");
        c.check(&format!("RENAME a {name}"), "+OK");
        c.check(&format!("LRANGE {name} 0 -1"), r#"["x", "y", "z"]"#);
        c.check(&format!("TTL {name}"), ":998..1000");
        c.check("EXISTS a", ":0");
        c.check(&format!("RENAME a {name}"), "-ERR no such key");
    }
    c.check("SET a 1", "+OK");
    c.check("RENAMENX a b", ":0");
    c.check("RENAMENX a nope", ":1");
    c.check("GET nope", r#""1""#);
    c.check("DBSIZE", ":5");
}

fn members_move_between_shards(c: &mut Script) {
    c.check("SADD a 1 2 x", ":3");
    for name in ["b", "c", "d", "e"] {
        c.check(&format!("SMOVE a {name} x"), ":1");
        c.check(&format!("SMOVE a {name} x"), ":0");
        c.check(&format!("SMEMBERS {name}"), r#"["x"]"#);
        c.check(&format!("SMOVE {name} a x"), ":1");
        c.check(&format!("EXISTS {name}"), ":0");
    }
    c.check("SET text 1", "+OK");
    c.check("SMOVE a text x", "-WRONGTYPE ..");
    c.check("SCARD a", ":3");
}

fn many_keys_or_none_between_shards(c: &mut Script) {
    c.check("MSETNX a 1 b 2 c 3 d 4 e 5", ":1");
    c.check("MSETNX x 1 y 2 c 4", ":0");
    c.check("EXISTS x y", ":0");
    c.check("MGET a b c d e", r#"["1", "2", "3", "4", "5"]"#);
    c.check("SET a ohmytext", "+OK");
    c.check("SET b mynewtext", "+OK");
    c.check("LCS a b", r#""mytext""#);
}

fn keys_that_move_in_a_transaction(c: &mut Script) {
    let mut other = c.second_client();
    c.check("SADD a x", ":1");
    c.check("MULTI", "+OK");
    c.check("SMOVE a b x", "+QUEUED");
    c.check("RENAME b c", "+QUEUED");
    c.check("SMEMBERS c", "+QUEUED");
    c.check("SET d 1", "+QUEUED");
    c.check("MGET d e", "+QUEUED");
    c.check("RENAME nope f", "+QUEUED");
    c.check("EXEC", r#"[:1, +OK, ["x"], +OK, ["1", nil], -ERR no such key]"#);
    c.check("EXISTS a b c d", ":2");
    c.check("WATCH c", "+OK");
    other.check("RENAME d c", "+OK");
    c.check("MULTI", "+OK");
    c.check("SET never 1", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH away", "+OK");
    other.check("RENAME c away", "+OK");
    c.check("MULTI", "+OK");
    c.check("EXEC", "nil[]");
}

fn moves_and_commands_about_all_keys_in_one_transaction(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("RPUSH list x y", ":2");
    c.check("MULTI", "+OK");
    for command in [
        "DBSIZE",
        "RENAME a d",
        "LMOVE list other LEFT LEFT",
        "DBSIZE",
        "KEYS d",
        "MGET a b c d",
        "RENAME d a",
        "PUBLISH nobody hears",
        "SORT list BY w_*",
        "RENAME list {x}l",
        "LRANGE {x}l 0 -1",
        "FLUSHALL",
        "DBSIZE",
        "SET a new",
        "RENAME a b",
        "GET b",
        "EXISTS a b c d list other",
        "PING",
    ] {
        c.check(command, "+QUEUED");
    }
    c.check(
        "EXEC",
        r#"[:4, +OK, "x", :5, ["d"], [nil, "2", "3", "1"], +OK, :0, ["y"], +OK, ["y"], +OK, :0, +OK, +OK, "new", :1, +PONG]"#,
    );
    c.check("GET b", r#""new""#);
    c.check("DBSIZE", ":1");
    c.check("WATCH b", "+OK");
    c.check("MULTI", "+OK");
    c.check("RENAME b a", "+QUEUED");
    c.check("SWAPDB 0 1", "+QUEUED");
    c.check("EXISTS a", "+QUEUED");
    c.check("SWAPDB 0 1", "+QUEUED");
    c.check("MSETNX a 1 b 2", "+QUEUED");
    c.check("EXEC", "[+OK, +OK, :0, +OK, :0]");
    c.check("GET a", r#""new""#);
}

facts! { data:
    a_transaction_queues_and_runs,
    a_transaction_over_all_shards_is_one,
    transactions_in_one_pipeline_keep_their_order,
    what_is_malformed_behind_many_keys_is_refused,
    an_error_while_running_stops_nothing,
    an_error_while_queueing_aborts,
    out_of_place,
    discard_forgets,
    a_database_selected_in_a_transaction,
    a_watched_key_that_stays_lets_exec_run,
    a_watched_key_that_changes_stops_exec,
    what_changes_nothing_does_not_stop_exec,
    a_command_with_several_keys_leaves_the_watch_as_it_is,
    an_end_of_the_watch,
    own_changes_count_too,
    a_transaction_shows_in_the_list,
    in_resp3,
    a_key_moves_between_shards,
    members_move_between_shards,
    many_keys_or_none_between_shards,
    keys_that_move_in_a_transaction,
    moves_and_commands_about_all_keys_in_one_transaction,
}

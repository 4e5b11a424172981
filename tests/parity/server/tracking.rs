//! Client-side caching: CLIENT TRACKING, CACHING, TRACKINGINFO, GETREDIR, and who hears of which change when.

use crate::harness::resp::Value;
use crate::script::Script;

const NO_REDIRECT: &str = "-ERR The client ID you want redirect to does not exist";

fn id_of(c: &mut Script) -> i64 {
    match c.ask("CLIENT ID") {
        Value::Integer(id) => id,
        other => panic!("CLIENT ID is an integer, not {other:?}"),
    }
}

/// The next message says that these keys are stale, written as in an expectation.
fn check_stale(c: &mut Script, keys: &str) {
    c.check_next(&format!(r#">["invalidate", [{keys}]]"#));
}

/// No message is on its way that a change before this one led to.
fn check_no_more(c: &mut Script, writer: &mut Script) {
    c.check("GET last", "any");
    writer.check("INCR last", ":..");
    check_stale(c, r#""last""#);
}

fn tracking_refuses_what_it_cannot_do(c: &mut Script) {
    c.check("CLIENT TRACKING", "-ERR wrong number of arguments for 'client|tracking' command");
    for options in
        ["maybe", "on FOO", "off FOO", "maybe FOO", "on BCAST PREFIX", "on REDIRECT", "off on", "on x y"]
    {
        c.check(&format!("CLIENT TRACKING {options}"), "-ERR syntax error");
    }
    c.check("CLIENT TRACKING on PREFIX a", "-ERR PREFIX option requires BCAST mode to be enabled");
    c.check("CLIENT TRACKING on REDIRECT x", "-ERR value is not an integer or out of range");
    for number in ["999999999", "-1", "0", "0 REDIRECT 0", "999999999 FOO"] {
        c.check(&format!("CLIENT TRACKING on REDIRECT {number}"), NO_REDIRECT);
        c.check(&format!("CLIENT TRACKING off REDIRECT {number}"), NO_REDIRECT);
    }
    let id = id_of(c);
    c.check(
        &format!("CLIENT TRACKING on REDIRECT {id} REDIRECT {id}"),
        "-ERR A client can only redirect to a single other client",
    );
    c.check("CLIENT TRACKING on BCAST OPTIN", "-ERR OPTIN and OPTOUT are not compatible with BCAST");
    c.check("CLIENT TRACKING on BCAST OPTOUT", "-ERR OPTIN and OPTOUT are not compatible with BCAST");
    c.check("CLIENT TRACKING on OPTIN OPTOUT", "-ERR You can't specify both OPTIN mode and OPTOUT mode");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["off"], "redirect", :-1, "prefixes", []]"#);
    c.check("CLIENT TRACKING off PREFIX a", "+OK");
    c.check("CLIENT TRACKING off BCAST OPTIN", "+OK");
    c.check("client tracking ON noloop NOLOOP", "+OK");
    c.check("CLIENT TRACKING OFF", "+OK");
    c.check("CLIENT TRACKING OFF", "+OK");
}

fn modes_change_only_while_tracking_is_off(c: &mut Script) {
    const BCAST: &str = "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.";
    const CHOICE: &str = "-ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.";
    c.check("CLIENT TRACKING on BCAST", "+OK");
    c.check("CLIENT TRACKING on", BCAST);
    c.check("CLIENT TRACKING on OPTIN", BCAST);
    c.check("CLIENT TRACKING off", "+OK");
    c.check("CLIENT TRACKING on OPTIN", "+OK");
    c.check("CLIENT TRACKING on BCAST OPTIN", BCAST);
    c.check("CLIENT TRACKING on OPTOUT", CHOICE);
    c.check("CLIENT TRACKING on NOLOOP", "+OK");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "noloop"], "redirect", :0, "prefixes", []]"#);
    c.check("CLIENT TRACKING on OPTOUT", "+OK");
    c.check("CLIENT TRACKING on OPTIN", CHOICE);
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "optout"], "redirect", :0, "prefixes", []]"#);
}

fn prefixes_add_up_and_never_overlap(c: &mut Script) {
    const REASON: &str = "Prefixes for a single client must not overlap.";
    c.check(
        "CLIENT TRACKING on BCAST PREFIX foobar PREFIX foo",
        &format!("-ERR Prefix 'foobar' overlaps with another provided prefix 'foo'. {REASON}"),
    );
    c.check(
        "CLIENT TRACKING on BCAST PREFIX a PREFIX ab",
        &format!("-ERR Prefix 'a' overlaps with another provided prefix 'ab'. {REASON}"),
    );
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["off"], ..]"#);
    c.check("CLIENT TRACKING on BCAST PREFIX foo PREFIX bar", "+OK");
    c.check(
        "CLIENT TRACKINGINFO",
        r#"["flags", ["on", "bcast"], "redirect", :0, "prefixes", ["bar", "foo"]]"#,
    );
    c.check(
        "CLIENT TRACKING on BCAST PREFIX fo",
        &format!("-ERR Prefix 'fo' overlaps with an existing prefix 'foo'. {REASON}"),
    );
    c.check(
        "CLIENT TRACKING on BCAST PREFIX barb",
        &format!("-ERR Prefix 'barb' overlaps with an existing prefix 'bar'. {REASON}"),
    );
    c.check("CLIENT TRACKING on BCAST PREFIX x NOLOOP", "+OK");
    c.resp3();
    c.check(
        "CLIENT TRACKINGINFO",
        r#"{"flags": ~{"on", "bcast", "noloop"}, "redirect": :0, "prefixes": ["bar", "foo", "x"]}"#,
    );
    c.check("CLIENT TRACKING on BCAST", "+OK");
    c.check(
        "CLIENT TRACKINGINFO",
        r#"{"flags": ~{"on", "bcast"}, "redirect": :0, "prefixes": ["", "bar", "foo", "x"]}"#,
    );
    c.check("CLIENT TRACKING off", "+OK");
    c.check("CLIENT TRACKINGINFO", r#"{"flags": ~{"off"}, "redirect": :-1, "prefixes": []}"#);
}

fn caching_fits_its_mode(c: &mut Script) {
    const OFF: &str = "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled";
    const YES: &str = "-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.";
    const NO: &str = "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.";
    c.check("CLIENT CACHING", "-ERR wrong number of arguments for 'client|caching' command");
    c.check("CLIENT CACHING yes no", "-ERR wrong number of arguments for 'client|caching' command");
    for word in ["yes", "no", "maybe"] {
        c.check(&format!("CLIENT CACHING {word}"), OFF);
    }
    c.check("CLIENT TRACKING on", "+OK");
    c.check("CLIENT CACHING yes", YES);
    c.check("CLIENT CACHING no", NO);
    c.check("CLIENT CACHING maybe", "-ERR syntax error");
    c.check("CLIENT TRACKING on OPTIN", "+OK");
    c.check("CLIENT CACHING NO", NO);
    c.check("CLIENT CACHING YES", "+OK");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "optin", "caching-yes"], ..]"#);
    c.check("CLIENT ID", ":..");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "optin", "caching-yes"], ..]"#);
    c.check("PING", "+PONG");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "optin"], ..]"#);
    c.check("CLIENT TRACKING off", "+OK");
    c.check("CLIENT TRACKING on OPTOUT NOLOOP", "+OK");
    c.check("CLIENT CACHING yes", YES);
    c.check("CLIENT CACHING no", "+OK");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "optout", "caching-no", "noloop"], ..]"#);
    c.check("NOPE", "-ERR unknown command ..");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["on", "optout", "noloop"], ..]"#);
}

fn getredir_tells_who_is_told(c: &mut Script) {
    let id = id_of(&mut c.second_client());
    let mut other = c.second_client();
    let other_id = id_of(&mut other);
    c.check("CLIENT GETREDIR", ":-1");
    c.check("CLIENT TRACKING on", "+OK");
    c.check("CLIENT GETREDIR", ":0");
    c.check(&format!("CLIENT TRACKING on REDIRECT {other_id}"), "+OK");
    c.check("CLIENT GETREDIR", &format!(":{other_id}"));
    c.check("CLIENT TRACKINGINFO", &format!(r#"["flags", ["on"], "redirect", :{other_id}, "prefixes", []]"#));
    c.check("CLIENT INFO", &format!(r#".." redir={other_id} ".."#));
    c.check("CLIENT TRACKING off", "+OK");
    c.check("CLIENT GETREDIR", ":-1");
    c.check("CLIENT GETREDIR x", "-ERR wrong number of arguments for 'client|getredir' command");
    c.check("CLIENT TRACKINGINFO x", "-ERR wrong number of arguments for 'client|trackinginfo' command");
    // A client that has left is there no more.
    c.check_eventually(&format!("CLIENT TRACKING on REDIRECT {id}"), NO_REDIRECT);
}

fn a_change_is_told_once(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", "_");
    writer.check("SET k 1", "+OK");
    check_stale(c, r#""k""#);
    writer.check("SET k 2", "+OK");
    c.check("GET k", r#""2""#);
    writer.check("GET k", r#""2""#);
    writer.check("DEL nope", ":0");
    writer.check("SELECT 1", "+OK");
    // As in Redis, whatever the database.
    writer.check("SET k 3", "+OK");
    check_stale(c, r#""k""#);
    c.check("LPUSH l x", ":1");
    c.check("GET l", "-WRONGTYPE ..");
    writer.check("SELECT 0", "+OK");
    writer.check("LPUSH l y", ":2");
    check_stale(c, r#""l""#);
    // What a command writes is not read.
    c.check("GETSET k 4", r#""2""#);
    writer.check("SET k 5", "+OK");
    check_no_more(c, &mut writer);
}

fn own_changes_are_told_behind_the_reply(c: &mut Script) {
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", "_");
    c.check("SET k 1", "+OK");
    check_stale(c, r#""k""#);
    c.check("SET k 1", "+OK");
    c.check("HSET h f v", ":1");
    c.check("HGET h f", r#""v""#);
    c.check("HDEL h f", ":1");
    check_stale(c, r#""h""#);
    c.check("MSET a{t} 1 b{t} 2", "+OK");
    c.check("GET a{t}", r#""1""#);
    c.check("MULTI", "+OK");
    c.check("INCR a{t}", "+QUEUED");
    c.check("GET b{t}", "+QUEUED");
    c.check("EXEC", r#"[:2, "2"]"#);
    check_stale(c, r#""a{t}""#);
    c.check("PING", "+PONG");
    c.check("SET b{t} 3", "+OK");
    check_stale(c, r#""b{t}""#);
}

fn noloop_spares_own_changes(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on NOLOOP", "+OK");
    c.check("MGET a b c d", "[_, _, _, _]");
    c.check("SET a 1", "+OK");
    c.check("MSET b 1 c 1", "+OK");
    writer.check("SET d 1", "+OK");
    check_stale(c, r#""d""#);
    // Its own change ends the remembering too.
    writer.check("SET a 2", "+OK");
    check_no_more(c, &mut writer);
    c.check("GET a", r#""2""#);
    c.check("MULTI", "+OK");
    c.check("SET a 3", "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("EXEC", r#"[+OK, "3"]"#);
    writer.check("SET a 4", "+OK");
    check_stale(c, r#""a""#);
}

fn optin_keeps_what_it_is_told_to_keep(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on OPTIN", "+OK");
    c.check("GET a", "_");
    c.check("CLIENT CACHING yes", "+OK");
    c.check("GET b", "_");
    c.check("GET c", "_");
    writer.check("SET a 1", "+OK");
    writer.check("SET c 1", "+OK");
    writer.check("SET b 1", "+OK");
    check_stale(c, r#""b""#);
    // It counts for a whole transaction.
    c.check("CLIENT CACHING yes", "+OK");
    c.check("MULTI", "+OK");
    c.check("GET a{t}", "+QUEUED");
    c.check("GET b{t}", "+QUEUED");
    c.check("EXEC", "[_, _]");
    c.check("GET c{t}", "_");
    for key in ["c{t}", "b{t}", "a{t}"] {
        writer.check(&format!("SET {key} 1"), "+OK");
    }
    check_stale(c, r#""b{t}""#);
    check_stale(c, r#""a{t}""#);
    c.check("MULTI", "+OK");
    c.check("GET a{t}", "+QUEUED");
    c.check("CLIENT CACHING yes", "+QUEUED");
    c.check("GET b{t}", "+QUEUED");
    c.check("EXEC", r#"["1", +OK, "1"]"#);
    c.check("GET c{t}", r#""1""#);
    for key in ["a{t}", "c{t}", "b{t}"] {
        writer.check(&format!("SET {key} 2"), "+OK");
    }
    check_stale(c, r#""b{t}""#);
}

fn optout_keeps_all_but_what_it_is_told(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on OPTOUT", "+OK");
    c.check("CLIENT CACHING no", "+OK");
    c.check("GET a", "_");
    c.check("GET b", "_");
    writer.check("SET a 1", "+OK");
    writer.check("SET b 1", "+OK");
    check_stale(c, r#""b""#);
    check_no_more(c, &mut writer);
}

fn resp2_clients_hear_through_another_one(c: &mut Script) {
    let mut writer = c.second_client();
    let mut told = c.second_client();
    let id = id_of(&mut told);
    told.check("SUBSCRIBE __redis__:invalidate", r#"["subscribe", "__redis__:invalidate", :1]"#);
    c.check(&format!("CLIENT TRACKING on REDIRECT {id}"), "+OK");
    c.check("GET k", "nil");
    writer.check("SET k 1", "+OK");
    told.check_next(r#"["message", "__redis__:invalidate", ["k"]]"#);
    c.check("GET k", r#""1""#);
    c.check("SET k 2", "+OK");
    told.check_next(r#"["message", "__redis__:invalidate", ["k"]]"#);
    writer.check("FLUSHALL", "+OK");
    told.check_next(r#"["message", "__redis__:invalidate", nil]"#);
    // Any subscription will do; without one there is no form for a message.
    told.check("SUBSCRIBE other", r#"["subscribe", "other", :2]"#);
    told.check("UNSUBSCRIBE __redis__:invalidate", r#"["unsubscribe", "__redis__:invalidate", :1]"#);
    c.check("GET k", "nil");
    writer.check("SET k 1", "+OK");
    told.check_next(r#"["message", "__redis__:invalidate", ["k"]]"#);
    told.check("UNSUBSCRIBE", r#"["unsubscribe", "other", :0]"#);
    c.check("GET k", r#""1""#);
    writer.check("SET k 2", "+OK");
    told.check("PING", "+PONG");
    told.check("HELLO 3", "any");
    c.check("GET k", r#""2""#);
    writer.check("SET k 3", "+OK");
    check_stale(&mut told, r#""k""#);
}

fn without_resp3_and_redirection_nobody_is_told(c: &mut Script) {
    let mut writer = c.second_client();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", "nil");
    writer.check("SET k 1", "+OK");
    writer.check("FLUSHALL", "+OK");
    c.check("PING", "+PONG");
    c.check("GET k", "nil");
    c.resp3();
    writer.check("SET k 2", "+OK");
    check_stale(c, r#""k""#);
}

fn a_redirection_breaks_when_its_target_leaves(c: &mut Script) {
    let mut writer = c.second_client();
    let mut told = c.second_client();
    let id = id_of(&mut told);
    c.resp3();
    c.check(&format!("CLIENT TRACKING on REDIRECT {id}"), "+OK");
    c.check("GET k", "_");
    c.check("GET k2", "_");
    told.check("QUIT", "+OK");
    told.check_closed("QUIT");
    let unbroken = format!(r#"{{"flags": ~{{"on"}}, "redirect": :{id}, "prefixes": []}}"#);
    c.check("CLIENT TRACKINGINFO", &unbroken);
    writer.check("SET k 1", "+OK");
    c.check_next(&format!(r#">["tracking-redir-broken", :{id}]"#));
    c.check(
        "CLIENT TRACKINGINFO",
        &format!(r#"{{"flags": ~{{"on", "broken_redirect"}}, "redirect": :{id}, "prefixes": []}}"#),
    );
    c.check("CLIENT INFO", r#"=.." flags=tR ".."#);
    c.check("CLIENT INFO", &format!(r#"=.." redir={id} ".."#));
    writer.check("FLUSHALL", "+OK");
    c.check_next(&format!(r#">["tracking-redir-broken", :{id}]"#));
    c.check(&format!("CLIENT TRACKING on REDIRECT {id}"), NO_REDIRECT);
    c.check("CLIENT TRACKING on", "+OK");
    c.check("CLIENT TRACKINGINFO", r#"{"flags": ~{"on"}, "redirect": :0, "prefixes": []}"#);
    c.check("GET k", "_");
    writer.check("SET k 1", "+OK");
    check_stale(c, r#""k""#);
}

fn bcast_tells_of_all_keys_with_a_prefix(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on BCAST PREFIX b: PREFIX a:", "+OK");
    writer.check("MSET a:2{t} 1 b:1{t} 1 a:1{t} 1 c:1{t} 1", "+OK");
    check_stale(c, r#""a:1{t}", "a:2{t}""#);
    check_stale(c, r#""b:1{t}""#);
    writer.check("DEL a:nope", ":0");
    writer.check("MULTI", "+OK");
    writer.check("INCR a:2{t}", "+QUEUED");
    writer.check("INCR a:1{t}", "+QUEUED");
    writer.check("INCR a:2{t}", "+QUEUED");
    writer.check("EXEC", "[:2, :2, :3]");
    check_stale(c, r#""a:1{t}", "a:2{t}""#);
    c.check("SET b:2 1", "+OK");
    check_stale(c, r#""b:2""#);
    // It remembers no keys in particular.
    c.check("GET c:1{t}", r#""1""#);
    writer.check("SET c:1{t} 2", "+OK");
    writer.check("FLUSHDB", "+OK");
    c.check_next(r#">["invalidate", _]"#);
    c.check("CLIENT INFO", r#"=.." flags=tB ".."#);
    c.check("CLIENT TRACKING off", "+OK");
    writer.check("SET a:1 1", "+OK");
    c.check("PING", "+PONG");
}

fn bcast_with_noloop_spares_own_changes(c: &mut Script) {
    let mut writer = c.second_client();
    let mut both = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on BCAST NOLOOP", "+OK");
    both.resp3();
    both.check("CLIENT TRACKING on BCAST", "+OK");
    c.check("SET a 1", "+OK");
    check_stale(&mut both, r#""a""#);
    writer.check("SET b 1", "+OK");
    check_stale(c, r#""b""#);
    check_stale(&mut both, r#""b""#);
    c.check("MSET a{t} 1 b{t} 1", "+OK");
    check_stale(&mut both, r#""a{t}", "b{t}""#);
    // Nobody's own: the time of the key has come.
    c.check("SET e 1 PX 30", "+OK");
    check_stale(&mut both, r#""e""#);
    check_stale(c, r#""e""#);
    check_stale(&mut both, r#""e""#);
}

fn emptied_databases_are_told_to_all(c: &mut Script) {
    let mut writer = c.second_client();
    let mut none = c.second_client();
    c.resp3();
    none.resp3();
    c.check("CLIENT TRACKING on NOLOOP", "+OK");
    c.check("FLUSHALL", "+OK");
    c.check_next(r#">["invalidate", _]"#);
    writer.check("SELECT 3", "+OK");
    writer.check("FLUSHDB", "+OK");
    c.check_next(r#">["invalidate", _]"#);
    writer.check("FLUSHALL nope", "-ERR syntax error");
    c.check("MULTI", "+OK");
    c.check("FLUSHDB ASYNC", "+QUEUED");
    c.check("EXEC", "[+OK]");
    c.check_next(r#">["invalidate", _]"#);
    // All that was remembered is forgotten.
    c.check("GET k", "_");
    writer.check("FLUSHALL SYNC", "+OK");
    c.check_next(r#">["invalidate", _]"#);
    writer.check("SELECT 0", "+OK");
    writer.check("SET k 1", "+OK");
    check_no_more(c, &mut writer);
    none.check("PING", "+PONG");
}

fn keys_that_expire_are_told(c: &mut Script) {
    let mut writer = c.second_client();
    writer.check("SET k v PX 40", "+OK");
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", r#""v""#);
    check_stale(c, r#""k""#);
    c.check("GET k", "_");
    writer.check("SET k v EX 100", "+OK");
    check_stale(c, r#""k""#);
    c.check("TTL k", ":99..100");
    writer.check("EXPIRE k 50", ":1");
    check_stale(c, r#""k""#);
    c.check("EXISTS k", ":1");
    writer.check("PERSIST k", ":1");
    check_stale(c, r#""k""#);
}

fn keys_of_several_shards_are_told(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    for number in 0..6 {
        let (from, to) = (format!("from:{number}"), format!("to:{number}"));
        writer.check(&format!("SET {from} v"), "+OK");
        c.check(&format!("MGET {from} {to}"), r#"["v", _]"#);
        writer.check(&format!("RENAME {from} {to}"), "+OK");
        for _ in 0..2 {
            c.check_next(&format!(r#">["invalidate", ["{from}"]] | >["invalidate", ["{to}"]]"#));
        }
        c.check(&format!("MGET {from} {to}"), r#"[_, "v"]"#);
        c.check(&format!("RENAME {to} {from}"), "+OK");
        for _ in 0..2 {
            c.check_next(&format!(r#">["invalidate", ["{from}"]] | >["invalidate", ["{to}"]]"#));
        }
        // Read across shards, as one.
        writer.check(&format!("SADD s:{number} 1 2"), ":2");
        writer.check(&format!("SADD t:{number} 2 3"), ":2");
        c.check(&format!("SINTER s:{number} t:{number}"), r#"~{"2"}"#);
        writer.check(&format!("SMOVE s:{number} t:{number} 1"), ":1");
        for _ in 0..2 {
            c.check_next(&format!(r#">["invalidate", ["s:{number}"]] | >["invalidate", ["t:{number}"]]"#));
        }
    }
    check_no_more(c, &mut writer);
}

fn transactions_over_shards_remember_what_they_leave_as_read(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on NOLOOP", "+OK");
    for number in 0..4 {
        c.check(&format!("MSET a:{number} 1 b:{number} 2"), "+OK");
        c.check("MULTI", "+OK");
        c.check(&format!("GET a:{number}"), "+QUEUED");
        c.check(&format!("RENAME a:{number} b:{number}"), "+QUEUED");
        c.check(&format!("GET b:{number}"), "+QUEUED");
        c.check("EXEC", r#"["1", +OK, "1"]"#);
        // Read before it was changed: not remembered.
        writer.check(&format!("SET a:{number} 3"), "+OK");
        // Read after it was changed.
        writer.check(&format!("SET b:{number} 3"), "+OK");
        check_stale(c, &format!(r#""b:{number}""#));
    }
    check_no_more(c, &mut writer);
}

fn what_was_read_counts_whenever_tracking_is_on(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", "_");
    c.check("CLIENT TRACKING off", "+OK");
    c.check("CLIENT TRACKING on", "+OK");
    writer.check("SET k 1", "+OK");
    check_stale(c, r#""k""#);
    c.check("GET k", r#""1""#);
    c.check("CLIENT TRACKING off", "+OK");
    writer.check("SET k 2", "+OK");
    c.check("PING", "+PONG");
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", r#""2""#);
    c.check("CLIENT TRACKING off", "+OK");
    c.check("CLIENT TRACKING on BCAST PREFIX x", "+OK");
    writer.check("SET k 3", "+OK");
    c.check("PING", "+PONG");
}

fn commands_that_wait_are_told_and_tell(c: &mut Script) {
    const WAITS: &str = r#".."\r\nblocked_clients:1\r\n".."#;
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    for number in 0..4 {
        let (from, to) = (format!("from:{number}"), format!("to:{number}"));
        c.check("GET k", "any");
        c.check(&format!("LRANGE {to} 0 -1"), "[]");
        c.send(&format!("BLMOVE {from} {to} LEFT LEFT 0"));
        writer.check_eventually("INFO clients", WAITS);
        // A message does not wait for the reply of a command that waits.
        writer.check("INCR k", ":..");
        check_stale(c, r#""k""#);
        writer.check(&format!("RPUSH {from} x"), ":1");
        c.check_next(r#""x""#);
        check_stale(c, &format!(r#""{to}""#));
        // Nothing waits: the change is its own.
        c.check(&format!("LRANGE {to} 0 -1"), r#"["x"]"#);
        c.check(&format!("BLPOP {to} 0"), &format!(r#"["{to}", "x"]"#));
        check_stale(c, &format!(r#""{to}""#));
    }
    check_no_more(c, &mut writer);
}

fn databases_that_change_places_are_not_told(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", "_");
    writer.check("SWAPDB 0 1", "+OK");
    writer.check("SWAPDB 0 1", "+OK");
    check_no_more(c, &mut writer);
    writer.check("SET k 1", "+OK");
    check_stale(c, r#""k""#);
}

fn messages_come_while_replies_are_off(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on", "+OK");
    c.check("GET k", "_");
    c.send("CLIENT REPLY OFF");
    writer.check("SET k 1", "+OK");
    check_stale(c, r#""k""#);
    c.check("CLIENT REPLY ON", "+OK");
    c.check("PING", "+PONG");
}

fn reset_ends_tracking(c: &mut Script) {
    let mut writer = c.second_client();
    c.resp3();
    c.check("CLIENT TRACKING on BCAST PREFIX p", "+OK");
    c.check("INFO stats", r#"=.."\r\ntracking_total_prefixes:1\r\n".."#);
    c.check("RESET", "+RESET");
    writer.check("SET p 1", "+OK");
    c.check("CLIENT TRACKINGINFO", r#"["flags", ["off"], "redirect", :-1, "prefixes", []]"#);
    c.check("CLIENT INFO", r#".." flags=N ".."#);
    c.check("CLIENT INFO", r#".." redir=-1 ".."#);
    c.check("INFO stats", r#".."\r\ntracking_total_prefixes:0\r\n".."#);
}

fn info_counts_what_is_tracked(c: &mut Script) {
    let mut others: Vec<Script> = (0..4).map(|_| c.second_client()).collect();
    for other in &mut others {
        other.check("CLIENT TRACKING on", "+OK");
        other.check("MGET a b c", "[nil, nil, nil]");
        other.check("GET a", "nil");
        other.check("CLIENT INFO", r#".." flags=t ".."#);
        other.check("CLIENT INFO", r#".." redir=0 ".."#);
    }
    let mut broadcast = c.second_client();
    broadcast.check("CLIENT TRACKING on BCAST PREFIX a PREFIX b", "+OK");
    let mut broadcast_too = c.second_client();
    broadcast_too.check("CLIENT TRACKING on BCAST PREFIX b PREFIX c", "+OK");
    c.check("INFO clients", r#".."\r\ntracking_clients:6\r\n".."#);
    c.check(
        "INFO stats",
        r#".."\r\ntracking_total_keys:3\r\ntracking_total_items:12\r\ntracking_total_prefixes:3\r\n".."#,
    );
    c.check("SET a 1", "+OK");
    c.check("INFO stats", r#".."\r\ntracking_total_keys:2\r\ntracking_total_items:8\r\n".."#);
    drop(broadcast);
    drop(others);
    c.check_eventually("INFO clients", r#".."\r\ntracking_clients:1\r\n".."#);
    c.check_eventually("INFO stats", r#".."\r\ntracking_total_prefixes:2\r\n".."#);
    c.check("FLUSHALL", "+OK");
    c.check("INFO stats", r#".."\r\ntracking_total_keys:0\r\ntracking_total_items:0\r\n".."#);
}

fn keys_beyond_the_limit_are_told(c: &mut Script) {
    c.check("CONFIG GET tracking-table-max-keys", r#"["tracking-table-max-keys", "1000000"]"#);
    c.check("CONFIG SET tracking-table-max-keys -1", "-ERR CONFIG SET failed ..");
    c.check("CONFIG SET tracking-table-max-keys x", "-ERR CONFIG SET failed ..");
    let mut reader = c.second_client();
    reader.resp3();
    reader.check("CLIENT TRACKING on NOLOOP", "+OK");
    for number in 0..40 {
        reader.check(&format!("GET key:{number}"), "_");
    }
    c.check("INFO stats", r#".."\r\ntracking_total_keys:40\r\n".."#);
    c.check("CONFIG SET tracking-table-max-keys 8", "+OK");
    for _ in 0..32 {
        reader.check_next(r#">["invalidate", [any]]"#);
    }
    c.check("INFO stats", r#".."\r\ntracking_total_keys:8\r\ntracking_total_items:8\r\n".."#);
    reader.check("PING", "+PONG");
    c.check("CONFIG SET tracking-table-max-keys 0", "+OK");
    reader.check("MGET a b c d", "[_, _, _, _]");
    c.check("INFO stats", r#".."\r\ntracking_total_keys:12\r\n".."#);
    c.check("CONFIG SET tracking-table-max-keys 1000000", "+OK");
    c.check("FLUSHALL", "+OK");
    reader.check_next(r#">["invalidate", _]"#);
}

fn tracking_subcommands_are_described(c: &mut Script) {
    for (name, arity, since) in [
        ("tracking", -3, "6.0.0"),
        ("caching", 3, "6.0.0"),
        ("trackinginfo", 2, "6.2.0"),
        ("getredir", 2, "6.0.0"),
    ] {
        c.check(
            &format!("COMMAND INFO client|{name}"),
            &format!(
                r#"[["client|{name}", :{arity}, unordered[+noscript, +loading, +stale], :0, :0, :0,
                    unordered[+@slow, +@connection], [], [], []]]"#
            ),
        );
        c.check(
            &format!("COMMAND DOCS client|{name}"),
            &format!(r#"["client|{name}", ["summary", any, "since", "{since}", "group", "connection", ..]]"#),
        );
    }
}

facts! { server:
    tracking_refuses_what_it_cannot_do,
    modes_change_only_while_tracking_is_off,
    prefixes_add_up_and_never_overlap,
    caching_fits_its_mode,
    getredir_tells_who_is_told,
    a_change_is_told_once,
    own_changes_are_told_behind_the_reply,
    noloop_spares_own_changes,
    optin_keeps_what_it_is_told_to_keep,
    optout_keeps_all_but_what_it_is_told,
    resp2_clients_hear_through_another_one,
    without_resp3_and_redirection_nobody_is_told,
    a_redirection_breaks_when_its_target_leaves,
    bcast_tells_of_all_keys_with_a_prefix,
    bcast_with_noloop_spares_own_changes,
    emptied_databases_are_told_to_all,
    keys_that_expire_are_told,
    keys_of_several_shards_are_told,
    transactions_over_shards_remember_what_they_leave_as_read,
    what_was_read_counts_whenever_tracking_is_on,
    commands_that_wait_are_told_and_tell,
    databases_that_change_places_are_not_told,
    messages_come_while_replies_are_off,
    reset_ends_tracking,
    info_counts_what_is_tracked,
    keys_beyond_the_limit_are_told,
    tracking_subcommands_are_described,
}

//! MIGRATE: keys that go to another server, a redis-server of the fact's own.

use std::net::TcpListener;

use crate::harness::resp::Value;
use crate::harness::server::Server;
use crate::script::Script;

/// The other server, and how it is named in MIGRATE.
struct Other {
    server: Server,
    name: String,
}

impl Other {
    fn start(options: &[&str]) -> Self {
        let server = Server::redis(options);
        let name = format!("127.0.0.1 {}", server.port());
        Self { server, name }
    }

    /// What it answers.
    #[track_caller]
    fn check(&self, command: &[&str], expected: &str) {
        let mut connection = self.server.connect();
        let reply = connection.command(command).expect("a reply");
        let shown = match reply {
            Value::Bulk(text) | Value::Simple(text) | Value::Error(text) => {
                String::from_utf8_lossy(&text).into_owned()
            }
            Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(shown, expected, "{command:?} there");
    }
}

fn requests_are_checked_in_their_order(c: &mut Script) {
    const WITH_KEYS: &str =
        "-ERR When using MIGRATE KEYS option, the key argument must be set to the empty string";
    const NO_INTEGER: &str = "-ERR value is not an integer or out of range";
    c.check("MIGRATE", "-ERR wrong number of arguments for 'migrate' command");
    c.check("MIGRATE h 1 k 0", "-ERR wrong number of arguments for 'migrate' command");
    c.check("MIGRATE h 1 k 0 1 FOO", "-ERR syntax error");
    c.check("MIGRATE h 1 k 0 1 COPY FOO", "-ERR syntax error");
    c.check("MIGRATE h 1 k 0 1 AUTH", "-ERR syntax error");
    c.check("MIGRATE h 1 k 0 1 AUTH2", "-ERR syntax error");
    c.check("MIGRATE h 1 k 0 1 AUTH2 a", "-ERR syntax error");
    c.check("MIGRATE h 1 k x y AUTH", "-ERR syntax error");
    c.check("MIGRATE h 1 k x y KEYS", WITH_KEYS);
    c.check("MIGRATE h 1 k 0 1 KEYS a b", WITH_KEYS);
    c.check("MIGRATE h 1 k 0 1 FOO KEYS a b", "-ERR syntax error");
    c.check("MIGRATE h 1 k x 1", NO_INTEGER);
    c.check("MIGRATE h 1 k 0 x", NO_INTEGER);
    c.check("MIGRATE h 1 k 0 1.5", NO_INTEGER);
    c.check("MIGRATE h 1 k 9223372036854775808 1", NO_INTEGER);
    c.check("MIGRATE h 1 '' x 1 KEYS", NO_INTEGER);
}

fn what_is_not_there_goes_nowhere(c: &mut Script) {
    c.check("MIGRATE h 1 k 0 1", "+NOKEY");
    c.check("MIGRATE h port k -1 -1 copy replace auth a auth2 b c", "+NOKEY");
    c.check("MIGRATE h 1 '' 0 1", "+NOKEY");
    c.check("MIGRATE h 1 '' 0 1 KEYS", "+NOKEY");
    c.check("MIGRATE h 1 '' 0 1 KEYS a b c d", "+NOKEY");
    c.check("MIGRATE h 1 '' 0 1 AUTH keys KEYS copy replace", "+NOKEY");
    c.check("SET a 1 PX 1", "+OK");
    c.check_eventually("EXISTS a", ":0");
    c.check("MIGRATE h 1 '' 0 1 KEYS a b", "+NOKEY");
    c.resp3();
    c.check("MIGRATE h 1 k 0 1", "+NOKEY");
}

fn a_key_goes_with_its_value_and_its_time(c: &mut Script) {
    let other = Other::start(&[]);
    let to = &other.name;
    c.check("SET k hello", "+OK");
    c.check(&format!("MIGRATE {to} k 9 1000"), "+OK");
    c.check("EXISTS k", ":0");
    c.check(&format!("MIGRATE {to} k 9 1000"), "+NOKEY");
    other.check(&["EXISTS", "k"], "0");
    let mut there = other.server.connect();
    let mut ask = |command: &[&str]| there.command(command).expect("a reply");
    ask(&["SELECT", "9"]);
    assert_eq!(ask(&["GET", "k"]), Value::Bulk(b"hello".to_vec()));
    assert_eq!(ask(&["PTTL", "k"]), Value::Integer(-1));
    c.check("RPUSH l a b 3", ":3");
    c.check("PEXPIRE l 100000", ":1");
    c.check(&format!("migrate {to} l 9 0"), "+OK");
    assert_eq!(ask(&["LLEN", "l"]), Value::Integer(3));
    assert!(matches!(ask(&["PTTL", "l"]), Value::Integer(90_000..=100_000)));
    c.check("HSET h f v", ":1");
    c.check("ZADD z 1.5 m", ":1");
    c.check("SADD s m", ":1");
    c.check(&format!("MIGRATE {to} '' 3 1000 KEYS h nothing z s"), "+OK");
    c.check("EXISTS h z s", ":0");
    ask(&["SELECT", "3"]);
    assert_eq!(ask(&["ZSCORE", "z", "m"]), Value::Bulk(b"1.5".to_vec()));
    assert_eq!(ask(&["EXISTS", "h", "z", "s", "nothing"]), Value::Integer(3));
}

fn copies_stay_and_replace_replaces(c: &mut Script) {
    let other = Other::start(&[]);
    let to = &other.name;
    const BUSY: &str = "-ERR Target instance replied with error: BUSYKEY Target key name already exists.";
    c.check("SET k 1", "+OK");
    c.check(&format!("MIGRATE {to} k 0 1000 COPY"), "+OK");
    c.check("SET k 2", "+OK");
    c.check(&format!("MIGRATE {to} k 0 1000 COPY"), BUSY);
    other.check(&["GET", "k"], "1");
    c.check(&format!("MIGRATE {to} k 0 1000"), BUSY);
    c.check("GET k", r#""2""#);
    c.check(&format!("MIGRATE {to} k 0 1000 copy Replace"), "+OK");
    other.check(&["GET", "k"], "2");
    c.check("GET k", r#""2""#);
    c.check(&format!("MIGRATE {to} k 0 1000 REPLACE"), "+OK");
    c.check("GET k", "nil");
    // Those that it took are gone, whichever it did not.
    c.check("MSET a 1 b 2 c 3 d 4 e 5", "+OK");
    other.check(&["SET", "c", "busy"], "OK");
    c.check(&format!("MIGRATE {to} '' 0 1000 KEYS a b c d e"), BUSY);
    c.check("MGET a b c d e", r#"[nil, nil, "3", nil, nil]"#);
    other.check(&["EXISTS", "a", "b", "c", "d", "e"], "5");
    // The second one of the same name is refused.
    c.check("SET x 1", "+OK");
    c.check(&format!("MIGRATE {to} '' 0 1000 KEYS x x"), BUSY);
    c.check("EXISTS x", ":0");
    c.check("SET x 1", "+OK");
    c.check(&format!("MIGRATE {to} '' 0 1000 REPLACE KEYS x x"), "+OK");
    c.check("EXISTS x", ":0");
}

fn what_the_other_server_says_is_told(c: &mut Script) {
    let other = Other::start(&[]);
    let to = &other.name;
    c.check("SET k 1", "+OK");
    c.check(
        &format!("MIGRATE {to} k 99 1000"),
        "-ERR Target instance replied with error: ERR DB index is out of range",
    );
    c.check(
        &format!("MIGRATE {to} k 0 1000 AUTH pw COPY"),
        "-ERR Target instance replied with error: ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
    c.check("EXISTS k", ":1");
    other.check(&["FLUSHALL"], "OK");
    c.check(
        &format!("MIGRATE {to} k 0 1000 AUTH2 nobody pw"),
        "-ERR Target instance replied with error: WRONGPASS invalid username-password pair or user is disabled.",
    );
    c.check("EXISTS k", ":1");
    // No number of a database is that of none known.
    other.check(&["FLUSHALL"], "OK");
    c.check(&format!("MIGRATE {to} k -1 1000"), "+OK");
    c.check("EXISTS k", ":0");
    other.check(&["CONFIG", "SET", "requirepass", "pw"], "OK");
    c.check("SET k 1", "+OK");
    let fresh = format!("localhost {}", other.server.port());
    c.check(
        &format!("MIGRATE {fresh} k 5 1000"),
        "-ERR Target instance replied with error: NOAUTH Authentication required.",
    );
    c.check("EXISTS k", ":1");
    c.check(&format!("MIGRATE {fresh} k 5 1000 AUTH pw"), "+OK");
    c.check("EXISTS k", ":0");
    c.check("SET k 1", "+OK");
    c.check(&format!("MIGRATE {fresh} k 6 1000 AUTH2 default pw"), "+OK");
    c.check("EXISTS k", ":0");
}

fn nobody_there_leaves_the_keys(c: &mut Script) {
    c.check("MSET k 1 l 2", "+OK");
    c.check("MIGRATE '' 1 k 0 1000", "-IOERR error or timeout connecting to the client");
    c.check("MIGRATE 127.0.0.1 -7 k 0 1000", "-IOERR error or timeout connecting to the client");
    c.check("MIGRATE 127.0.0.1 0 k 0 1000", "-IOERR error or timeout ..");
    c.check("MIGRATE 127.0.0.1 1 '' 0 1000 KEYS k l", "-IOERR error or timeout ..");
    // It takes connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its address").port();
    c.check(
        &format!("MIGRATE 127.0.0.1 {port} '' 0 50 KEYS k l"),
        "-IOERR error or timeout reading to target instance",
    );
    c.check("MGET k l", r#"["1", "2"]"#);
}

fn transactions_send_keys_away(c: &mut Script) {
    let other = Other::start(&[]);
    let to = &other.name;
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("MULTI", "+OK");
    c.check(&format!("MIGRATE {to} a 0 1000"), "+QUEUED");
    c.check("GET a", "+QUEUED");
    c.check("SET a 9", "+QUEUED");
    c.check("MIGRATE h 1 nothing 0 1", "+QUEUED");
    c.check("MIGRATE h 1 k 0 1 FOO", "+QUEUED");
    c.check(&format!("MIGRATE {to} '' 0 1000 KEYS a b"), "+QUEUED");
    c.check("MGET a b c", "+QUEUED");
    c.check("DBSIZE", "+QUEUED");
    c.check(
        "EXEC",
        r#"[+OK, nil, +OK, +NOKEY, -ERR syntax error, -ERR Target instance replied with error: BUSYKEY Target key name already exists., ["9", nil, "3"], :2]"#,
    );
    c.check("MGET a b c", r#"["9", nil, "3"]"#);
    c.check("MULTI", "+OK");
    c.check("MIGRATE h 1 k 0", "-ERR wrong number of arguments for 'migrate' command");
    c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    c.check("MULTI", "+OK");
    c.check("MIGRATE h 1 '' 0 1 KEYS", "+QUEUED");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "[+NOKEY, +PONG]");
}

fn who_watches_a_key_learns_that_it_went(c: &mut Script) {
    let other = Other::start(&[]);
    let to = &other.name;
    let mut watcher = c.second_client();
    for (options, expected) in [("COPY", "[+PONG]"), ("REPLACE", "nil[]")] {
        c.check("SET k 1", "+OK");
        watcher.check("WATCH k", "+OK");
        c.check(&format!("MIGRATE {to} k 0 1000 {options}"), "+OK");
        watcher.check("MULTI", "+OK");
        watcher.check("PING", "+QUEUED");
        watcher.check("EXEC", expected);
    }
    // A watched key that goes with the transaction itself.
    c.check("SET k 1", "+OK");
    watcher.check("WATCH k", "+OK");
    watcher.check("MULTI", "+OK");
    watcher.check(&format!("MIGRATE {to} k 7 1000"), "+QUEUED");
    watcher.check("EXEC", "[+OK]");
}

fn keys_that_go_are_told_of(c: &mut Script) {
    let other = Other::start(&[]);
    let to = &other.name;
    let mut listener = c.second_client();
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("CONFIG SET notify-keyspace-events KEg", "+OK");
    listener.check("PSUBSCRIBE __keyevent*", r#"["psubscribe", "__keyevent*", :1]"#);
    c.check(&format!("MIGRATE {to} '' 0 1000 KEYS a b"), "+OK");
    c.check(&format!("MIGRATE {to} c 0 1000 COPY"), "+OK");
    c.check("DEL c", ":1");
    for key in ["a", "b", "c"] {
        listener.check_next(&format!(r#"["pmessage", "__keyevent*", "__keyevent@0__:del", "{key}"]"#));
    }
    c.check("CONFIG SET notify-keyspace-events ''", "+OK");
}

fn getkeys_finds_the_keys(c: &mut Script) {
    c.check("COMMAND GETKEYS MIGRATE h 1 k 0 1", r#"["k"]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1", r#"[""]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1 KEYS a b", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 k 0 1 KEYS a b", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1 COPY AUTH keys KEYS a", r#"["a"]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1 AUTH2 u keys KEYS a", r#"["a"]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1 AUTH keys a", r#"[""]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1 AUTH2 KEYS a b", r#"[""]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 k 0 1 KEYS", r#"["k"]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 '' 0 1 foo KEYS a", r#"["a"]"#);
    c.check("COMMAND GETKEYS MIGRATE h 1 k 0", "-ERR Invalid number of arguments specified for command");
    c.check("COMMAND GETKEYSANDFLAGS MIGRATE h 1 k 0 1", r#"[["k", [+RW, +access, +delete]]]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS MIGRATE h 1 '' 0 1 KEYS a b",
        r#"[["a", [+RW, +access, +delete]], ["b", [+RW, +access, +delete]]]"#,
    );
    c.check("COMMAND INFO migrate", r#"[["migrate", :-6, [+write, +movablekeys], :3, :3, :1, [+@keyspace, +@write, +@slow, +@dangerous], ["nondeterministic_output"], [["flags", [+RW, +access, +delete], "begin_search", ["type", "index", "spec", ["index", :3]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RW, +access, +delete, +incomplete], "begin_search", ["type", "keyword", "spec", ["keyword", "KEYS", "startfrom", :-2]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
}

fn nodes_of_a_cluster_send_restore_asking(c: &mut Script) {
    c.check("RESTORE-ASKING k 0", "-ERR wrong number of arguments for 'restore-asking' command");
    c.check("RESTORE-ASKING k 0 x", "-ERR DUMP payload version or checksum are wrong");
    c.check("SET k 12", "+OK");
    c.check("RESTORE-ASKING k 0 x", "-BUSYKEY Target key name already exists.");
    c.check(
        r#"RESTORE-ASKING k 0 "\x00\xc0\x0d\n\x00<*\xf8Q\\\x04\xbc\xd5" REPLACE"#,
        "-ERR DUMP payload version or checksum are wrong",
    );
    c.check(r#"RESTORE-ASKING l 0 "\x00\xc0\x0c\n\x00<*\xf8Q\\\x04\xbc\xd5""#, "+OK");
    c.check("GET l", r#""12""#);
    c.check("COMMAND INFO restore-asking", r#"[["restore-asking", :-4, [+write, +denyoom, +asking], :1, :1, :1, [+@keyspace, +@write, +@slow, +@dangerous], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]], []]]"#);
}

facts! { data:
    nodes_of_a_cluster_send_restore_asking,
    requests_are_checked_in_their_order,
    what_is_not_there_goes_nowhere,
    a_key_goes_with_its_value_and_its_time,
    copies_stay_and_replace_replaces,
    what_the_other_server_says_is_told,
    nobody_there_leaves_the_keys,
    transactions_send_keys_away,
    who_watches_a_key_learns_that_it_went,
    keys_that_go_are_told_of,
    getkeys_finds_the_keys,
}

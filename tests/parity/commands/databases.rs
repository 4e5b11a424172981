//! SWAPDB: two databases change places, for every client at once.

use crate::script::Script;

fn swapdb_exchanges_two_databases(c: &mut Script) {
    c.check("MSET a 1 b 2", "+OK");
    c.check("SELECT 1", "+OK");
    c.check("SET a one", "+OK");
    c.check("SWAPDB 0 1", "+OK");
    c.check("MGET a b", r#"["1", "2"]"#);
    c.check("DBSIZE", ":2");
    c.check("SELECT 0", "+OK");
    c.check("MGET a b", r#"["one", nil]"#);
    c.check("DBSIZE", ":1");
    c.check("SWAPDB 1 0", "+OK");
    c.check("DBSIZE", ":2");
}

fn every_client_sees_the_exchange(c: &mut Script) {
    let mut other = c.second_client();
    other.check("SELECT 9", "+OK");
    c.check("SET k v EX 100", "+OK");
    other.check("GET k", "nil");
    c.check("SWAPDB 0 9", "+OK");
    other.check("GET k", r#""v""#);
    other.check("TTL k", ":90..100");
    c.check("GET k", "nil");
    c.check("KEYS *", "[]");
    other.check("FLUSHDB", "+OK");
    c.check("SWAPDB 9 0", "+OK");
    c.check("DBSIZE", ":0");
}

fn a_database_with_itself_and_empty_ones(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("SWAPDB 0 0", "+OK");
    c.check("GET k", r#""v""#);
    c.check("SWAPDB 3 4", "+OK");
    c.check("SWAPDB 0 15", "+OK");
    c.check("EXISTS k", ":0");
    c.check("SELECT 15", "+OK");
    c.check("EXISTS k", ":1");
}

fn keys_expire_in_their_new_place(c: &mut Script) {
    c.check("SET k v PX 30", "+OK");
    c.check("SET l v", "+OK");
    c.check("SWAPDB 0 2", "+OK");
    c.check("SELECT 2", "+OK");
    c.check_eventually("DBSIZE", ":1");
    c.check("EXISTS k l", ":1");
}

fn indexes_are_checked(c: &mut Script) {
    for (indexes, error) in [
        ("a 1", "-ERR invalid first DB index"),
        ("a b", "-ERR invalid first DB index"),
        ("1.0 1", "-ERR invalid first DB index"),
        ("'' 1", "-ERR invalid first DB index"),
        ("9999999999 1", "-ERR invalid first DB index"),
        ("1 b", "-ERR invalid second DB index"),
        ("99 b", "-ERR invalid second DB index"),
        ("1 2147483648", "-ERR invalid second DB index"),
        ("16 0", "-ERR DB index is out of range"),
        ("0 16", "-ERR DB index is out of range"),
        ("-1 0", "-ERR DB index is out of range"),
        ("0 -1", "-ERR DB index is out of range"),
        ("0 2147483647", "-ERR DB index is out of range"),
    ] {
        c.check(&format!("SWAPDB {indexes}"), error);
    }
    for command in ["SWAPDB", "SWAPDB 0", "SWAPDB 0 1 2"] {
        c.check(command, "-ERR wrong number of arguments for 'swapdb' command");
    }
}

facts! { data:
    swapdb_exchanges_two_databases,
    every_client_sees_the_exchange,
    a_database_with_itself_and_empty_ones,
    keys_expire_in_their_new_place,
    indexes_are_checked,
}

//! DEL, UNLINK, FLUSHDB, FLUSHALL: how keys go.

use crate::script::Script;

fn del_counts_the_keys_that_were_there(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("DEL a b missing", ":2");
    c.check("DEL a", ":0");
    c.check("DEL c c", ":1");
    c.check("DBSIZE", ":0");
}

fn unlink_counts_the_keys_that_were_there(c: &mut Script) {
    c.check("MSET a 1 b 2 c 3", "+OK");
    c.check("UNLINK a b missing", ":2");
    c.check("UNLINK c c", ":1");
    c.check("EXISTS a b c", ":0");
}

fn values_of_every_type_are_deleted(c: &mut Script) {
    for delete in ["DEL", "UNLINK"] {
        c.check("SET s v", "+OK");
        c.check("RPUSH l a b", ":2");
        c.check("SADD u a b", ":2");
        c.check("HSET h f v", ":1");
        c.check("ZADD z 1 a", ":1");
        c.check(&format!("{delete} s l u h z"), ":5");
        c.check("DBSIZE", ":0");
    }
}

fn a_deleted_key_forgets_its_lifetime(c: &mut Script) {
    c.check("SET k v EX 100", "+OK");
    c.check("DEL k", ":1");
    c.check("TTL k", ":-2");
    c.check("SETNX k v", ":1");
    c.check("TTL k", ":-1");
}

fn expired_keys_are_not_deleted_again(c: &mut Script) {
    c.check("SET k v PX 1", "+OK");
    c.check_eventually("EXISTS k", ":0");
    c.check("DEL k", ":0");
    c.check("UNLINK k", ":0");
}

fn flushall_empties_everything(c: &mut Script) {
    for flush in ["FLUSHALL", "FLUSHALL ASYNC", "FLUSHALL SYNC", "flushall async"] {
        c.check("MSET a 1 b 2", "+OK");
        c.check(flush, "+OK");
        c.check("DBSIZE", ":0");
        c.check("GET a", "nil");
    }
}

fn flushdb_empties_the_selected_database(c: &mut Script) {
    for flush in ["FLUSHDB", "FLUSHDB ASYNC", "FLUSHDB SYNC"] {
        c.check("SET a 1", "+OK");
        c.check(flush, "+OK");
        c.check("DBSIZE", ":0");
    }
}

fn flushing_takes_no_other_words(c: &mut Script) {
    c.check("SET a 1", "+OK");
    c.check("FLUSHALL NOW", "-ERR syntax error");
    c.check("FLUSHDB NOW", "-ERR syntax error");
    c.check("FLUSHALL ASYNC SYNC", "-ERR syntax error");
    c.check("FLUSHDB SYNC SYNC", "-ERR syntax error");
    c.check("DBSIZE", ":1");
}

fn deletion_counts_its_arguments(c: &mut Script) {
    c.check("DEL", "-ERR wrong number of arguments for 'del' command");
    c.check("UNLINK", "-ERR wrong number of arguments for 'unlink' command");
}

facts! { data:
    del_counts_the_keys_that_were_there,
    unlink_counts_the_keys_that_were_there,
    values_of_every_type_are_deleted,
    a_deleted_key_forgets_its_lifetime,
    expired_keys_are_not_deleted_again,
    flushall_empties_everything,
    flushdb_empties_the_selected_database,
    flushing_takes_no_other_words,
    deletion_counts_its_arguments,
}

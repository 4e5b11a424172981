//! Each command against keys of the types that it is not made for.

use crate::script::Script;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

const MAKERS: [(&str, &str, &str); 5] = [
    ("string", "SET k v", "+OK"),
    ("list", "RPUSH k a", ":1"),
    ("set", "SADD k a", ":1"),
    ("hash", "HSET k f v", ":1"),
    ("zset", "ZADD k 1 a", ":1"),
];

/// All but the one type refuse the commands, and stay as they were.
fn refused_except_on(c: &mut Script, own: &str, commands: &[&str]) {
    for (kind, make, made) in MAKERS {
        if kind == own {
            continue;
        }
        c.given("DEL k");
        c.check(make, made);
        for command in commands {
            c.check(command, WRONG_TYPE);
        }
        c.check("TYPE k", &format!("+{kind}"));
    }
}

fn string_commands_are_for_strings(c: &mut Script) {
    let commands =
        ["GET k", "APPEND k x", "STRLEN k", "GETSET k v", "GETDEL k", "INCR k", "DECRBY k 2", "SET k v GET"];
    refused_except_on(c, "string", &commands);
}

fn list_commands_are_for_lists(c: &mut Script) {
    let commands =
        ["LPUSH k a", "RPUSH k a", "LPOP k", "RPOP k", "LPOP k 2", "RPOP k 0", "LLEN k", "LRANGE k 0 1"];
    refused_except_on(c, "list", &commands);
}

fn set_commands_are_for_sets(c: &mut Script) {
    refused_except_on(
        c,
        "set",
        &["SADD k a", "SPOP k", "SPOP k 1", "SPOP k 0", "SCARD k", "SMEMBERS k", "SISMEMBER k a"],
    );
}

fn hash_commands_are_for_hashes(c: &mut Script) {
    refused_except_on(c, "hash", &["HSET k f v", "HMSET k f v", "HGET k f", "HGETALL k"]);
}

fn sorted_set_commands_are_for_sorted_sets(c: &mut Script) {
    let commands = [
        "ZADD k 1 a",
        "ZADD k INCR 1 a",
        "ZADD k XX 1 a",
        "ZPOPMIN k",
        "ZPOPMIN k 1",
        "ZSCORE k a",
        "ZRANGE k 0 -1",
    ];
    refused_except_on(c, "zset", &commands);
}

fn key_commands_are_for_all_types(c: &mut Script) {
    for (kind, make, made) in MAKERS {
        c.check(make, made);
        c.check("TYPE k", &format!("+{kind}"));
        c.check("EXPIRE k 100", ":1");
        c.check("TTL k", ":90..100");
        c.check("PERSIST k", ":1");
        c.check("EXISTS k", ":1");
        c.check("UNLINK k", ":1");
    }
}

fn arguments_are_looked_at_in_redis_order(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("LRANGE k a b", "-ERR value is not an integer or out of range");
    c.check("ZADD k x a", "-ERR value is not a valid float");
    c.check("INCRBY k x", "-ERR value is not an integer or out of range");
    c.check("LPOP k -1", "-ERR value is out of range, must be positive");
    c.check("ZRANGE k a 1", "-ERR value is not an integer or out of range");
    c.check("HSET k f v g", "-ERR wrong number of arguments for 'hset' command");
    c.check("RPUSH l a", ":1");
    c.check("SET l v GET EX x", "-ERR value is not an integer or out of range");
}

facts! { data:
    string_commands_are_for_strings,
    list_commands_are_for_lists,
    set_commands_are_for_sets,
    hash_commands_are_for_hashes,
    sorted_set_commands_are_for_sorted_sets,
    key_commands_are_for_all_types,
    arguments_are_looked_at_in_redis_order,
}

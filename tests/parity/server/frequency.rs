//! How often keys are used, where a policy asks for it.

use crate::script::Script;

/// What DUMP makes of `hello`.
const HELLO: &str = r#""\x00\x05hello\n\x00cr\xdfve4 \n""#;

const NOT_TIMED: &str = "-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching \
                         between policies at runtime LRU and LFU data will take some time to adjust.";

/// Runs `facts` under a policy that counts uses.
fn by_frequency(c: &mut Script, policy: &str, facts: fn(&mut Script)) {
    c.check(&format!("CONFIG SET maxmemory-policy {policy}"), "+OK");
    c.check("CONFIG GET maxmemory-policy", &format!(r#"["maxmemory-policy", "{policy}"]"#));
    facts(c);
    c.check("CONFIG SET maxmemory-policy noeviction lfu-log-factor 10 lfu-decay-time 1", "+OK");
}

fn a_new_key_counts_five_and_its_first_use_is_counted(c: &mut Script) {
    for policy in ["allkeys-lfu", "volatile-lfu"] {
        by_frequency(c, policy, |c| {
            c.check("FLUSHALL", "+OK");
            for (name, create, read) in [
                ("s", "SET s v", "GET s"),
                ("l", "RPUSH l a", "LRANGE l 0 -1"),
                ("h", "HSET h f v", "HGET h f"),
                ("u", "SADD u m", "SISMEMBER u m"),
                ("z", "ZADD z 1 m", "ZSCORE z m"),
            ] {
                let ask = format!("OBJECT FREQ {name}");
                c.check(create, "any");
                c.check(&ask, ":5");
                c.check(&ask, ":5");
                c.check(read, "any");
                c.check(&ask, ":6");
            }
            c.check("OBJECT FREQ nothing", "nil");
        });
    }
}

fn the_factor_says_how_soon_the_counter_is_full(c: &mut Script) {
    by_frequency(c, "allkeys-lfu", |c| {
        c.check("CONFIG SET lfu-log-factor 0 lfu-decay-time 0", "+OK");
        c.check("SET k v", "+OK");
        for used in 6..20 {
            c.check("GET k", r#""v""#);
            c.check("OBJECT FREQ k", &format!(":{used}"));
        }
        // The value is new, the key is not.
        c.check("SET k w", "+OK");
        c.check("OBJECT FREQ k", ":20");
        c.check("RENAME k {k}l", "+OK");
        c.check("OBJECT FREQ {k}l", ":21");
        c.check("COPY {k}l k", ":1");
        c.check("OBJECT FREQ k", ":5");
        for _ in 0..260 {
            c.check("STRLEN k", ":1");
        }
        c.check("OBJECT FREQ k", ":255");
    });
}

fn looking_at_a_key_is_no_use(c: &mut Script) {
    by_frequency(c, "allkeys-lfu", |c| {
        c.check("SET k v", "+OK");
        for look in ["TTL k", "TYPE k", "EXISTS k", "OBJECT ENCODING k", "SCAN 0 MATCH k"] {
            c.check(look, "any");
        }
        c.check("OBJECT FREQ k", ":5");
        c.check("CLIENT NO-EVICT ON", "+OK");
        c.check("CLIENT NO-EVICT OFF", "+OK");
        c.check("TOUCH k", ":1");
        c.check("OBJECT FREQ k", ":6");
    });
}

fn there_is_no_idle_time_then(c: &mut Script) {
    by_frequency(c, "volatile-lfu", |c| {
        c.check("SET k v", "+OK");
        c.check("OBJECT IDLETIME k", NOT_TIMED);
        c.check("OBJECT IDLETIME nothing", "nil");
    });
    c.check("OBJECT FREQ k", "-ERR An LFU maxmemory policy is not selected, ..");
}

fn a_restored_key_counts_what_is_said(c: &mut Script) {
    by_frequency(c, "allkeys-lfu", |c| {
        for (said, counted) in
            [("", 5), ("FREQ 0", 0), ("FREQ 100", 100), ("FREQ 255", 255), ("IDLETIME 100", 5)]
        {
            c.check(&format!("RESTORE k 0 {HELLO} REPLACE {said}"), "+OK");
            c.check("OBJECT FREQ k", &format!(":{counted}"));
        }
        c.check("CONFIG SET lfu-decay-time 0", "+OK");
        c.check("DEBUG RELOAD", "+OK");
        c.check("OBJECT FREQ k", ":5");
    });
    c.check(&format!("RESTORE k 0 {HELLO} REPLACE FREQ 100"), "+OK");
    c.check("OBJECT IDLETIME k", ":0");
}

facts! { server:
    a_new_key_counts_five_and_its_first_use_is_counted,
    the_factor_says_how_soon_the_counter_is_full,
    looking_at_a_key_is_no_use,
    there_is_no_idle_time_then,
    a_restored_key_counts_what_is_said,
}

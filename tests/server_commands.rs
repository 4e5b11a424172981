//! The commands about the server, run on cores without any machine around them: one and several cores, both protocols.

use std::sync::Arc;

use kvadrant::{
    commands::{Node, Server},
    config::{Gate, MaxmemoryPolicy, Settings},
    cores::Core,
    mesh::Push,
    session::{Closing, Origin, Session, SessionId},
};

/// A moment in 2026, microseconds since 1970.
const NOW_US: i64 = 1_790_000_000_123_456;

/// Cores that hand their envelopes to each other at once, and one client of core 0.
struct Cores {
    cores: Vec<Core>,
    client: SessionId,
}

impl Cores {
    fn new(count: usize, settings: &Settings) -> Self {
        let server = Arc::new(Server::new("f".repeat(40), NOW_US / 1_000 - 90_061_000, (0..count).collect()));
        let mut cores: Vec<Core> = (0..count)
            .map(|core| Core::new(Node::new(core, settings.clone(), Arc::clone(&server), core as u64)))
            .collect();
        for core in &mut cores {
            core.begin_turn(NOW_US);
        }
        let origin = Origin::Unix("/tmp/socket".into());
        let client = cores[0].open(Session::new(1, origin, 5, NOW_US / 1_000, true));
        Self { cores, client }
    }

    fn session(&mut self) -> &mut Session {
        self.cores[0].node.sessions.get_mut(self.client).expect("the client")
    }

    /// Sends a line and returns what comes back, line ends shown as `|`.
    fn ask(&mut self, command: &str) -> String {
        let client = self.client;
        self.cores[0].receive(client, format!("{command}\r\n").as_bytes());
        loop {
            let mut pushes = Vec::new();
            for core in &mut self.cores {
                core.seal();
                pushes.extend(std::iter::from_fn(|| core.next_push()));
            }
            if pushes.is_empty() {
                break;
            }
            for push in pushes {
                match push {
                    Push::Request(to, envelope) | Push::Reply(to, envelope) => {
                        self.cores[usize::from(to)].arrive(envelope, |_| u64::MAX);
                    }
                    Push::Publish(_) | Push::Begin | Push::End => {}
                }
            }
        }
        let out = self.session().replies.out();
        let reply = String::from_utf8(out.to_vec()).expect("text");
        out.clear();
        reply.replace("\r\n", "|")
    }
}

/// Runs on one core and on four.
fn on_cores(settings: &Settings, run: impl Fn(&mut Cores)) {
    for count in [1, 4] {
        run(&mut Cores::new(count, settings));
    }
}

fn field<'a>(info: &'a str, name: &str) -> &'a str {
    let prefix = format!("{name}:");
    info.split('|').find_map(|line| line.strip_prefix(&*prefix)).unwrap_or_else(|| panic!("{name} in {info}"))
}

#[test]
fn info_adds_up_what_cores_count() {
    on_cores(&Settings::default(), |cores| {
        assert_eq!(cores.ask("MSET a 1 b 2 c 3 d 4 e 5"), "+OK|");
        cores.ask("GET a");
        cores.ask("GET missing");
        cores.ask("GET");
        let info = cores.ask("INFO everything");
        assert_eq!(field(&info, "uptime_in_seconds"), "90061");
        assert_eq!(field(&info, "uptime_in_days"), "1");
        assert_eq!(field(&info, "shards"), cores.cores.len().to_string());
        assert_eq!(field(&info, "connected_clients"), "1");
        assert_eq!((field(&info, "keyspace_hits"), field(&info, "keyspace_misses")), ("1", "1"));
        // Neither what was rejected nor the running INFO counts.
        assert_eq!(field(&info, "total_commands_processed"), "3");
        assert_eq!(field(&info, "db0"), "keys=5,expires=0,avg_ttl=0");
        assert_eq!(
            field(&info, "cmdstat_get"),
            "calls=2,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0"
        );
        assert!(field(&info, "cmdstat_mset").starts_with("calls=1,"), "{info}");
        assert_eq!(field(&info, "errorstat_ERR"), "count=1");
        let keys: usize = (0..cores.cores.len())
            .map(|core| {
                let line = field(&info, &format!("shard{core}"));
                let (_, rest) = line.split_once("keys=").expect("keys");
                rest.split(',').next().and_then(|keys| keys.parse::<usize>().ok()).expect("a number")
            })
            .sum();
        assert_eq!(keys, 5);
    });
}

#[test]
fn info_is_verbatim_in_resp3() {
    on_cores(&Settings::default(), |cores| {
        cores.session().resp3 = true;
        assert_eq!(cores.ask("INFO keyspace"), "=16|txt:# Keyspace||");
        assert_eq!(cores.ask("INFO nope"), "=4|txt:|");
    });
}

#[test]
fn settings_change_on_every_core_or_on_none() {
    on_cores(&Settings::default(), |cores| {
        let errors = cores.ask("CONFIG SET timeout 5 maxmemory x");
        assert!(errors.starts_with("-ERR CONFIG SET failed"), "{errors}");
        assert!(cores.cores.iter().all(|core| core.node.settings.timeout_s == 0));
        assert_eq!(cores.ask("CONFIG SET timeout 5 hash-max-listpack-entries 7 requirepass secret"), "+OK|");
        for core in &cores.cores {
            assert_eq!(core.node.settings.timeout_s, 5);
            assert_eq!(core.node.shard.keyspace.limits.encodings.hash_max_listpack_entries, 7);
            assert!(core.node.requires_password());
        }
        cores.session().resp3 = true;
        assert_eq!(cores.ask("CONFIG GET TimeOut"), "%1|$7|TimeOut|$1|5|");
    });
}

#[test]
fn resetstat_forgets_on_every_core() {
    on_cores(&Settings::default(), |cores| {
        cores.ask("MSET a 1 b 2 c 3 d 4 e 5");
        cores.ask("NOPE");
        assert_eq!(cores.ask("CONFIG RESETSTAT"), "+OK|");
        let info = cores.ask("INFO everything");
        assert!(!info.contains("cmdstat_mset") && !info.contains("errorstat_"), "{info}");
        assert!(field(&info, "rdb_changes_since_last_save").parse::<u64>().is_ok_and(|n| n > 0));
    });
}

#[test]
fn memory_beyond_the_limit_refuses_writes_that_need_more() {
    let settings = Settings { maxmemory_bytes: 1_000, ..Settings::default() };
    on_cores(&settings, |cores| {
        for (used_bytes, reply) in [
            (1_000, "+OK|"),
            (1_001, "-OOM command not allowed when used memory > 'maxmemory'.|"),
            (999, "+OK|"),
        ] {
            for core in &mut cores.cores {
                core.node.set_memory_used(used_bytes);
            }
            assert_eq!(cores.ask("MSET a 1 b 2 c 3 d 4 e 5"), reply);
            assert_eq!(cores.ask("GET a"), "$1|1|");
        }
        assert_eq!(
            field(&cores.ask("INFO errorstats"), "errorstat_OOM").split_once('=').map(|(_, n)| n),
            Some("1")
        );
        assert!(cores.cores[0].node.server.peak_bytes() >= 1_001);
    });
}

#[test]
fn time_is_that_of_the_turn() {
    on_cores(&Settings::default(), |cores| {
        assert_eq!(cores.ask("TIME"), "*2|$10|1790000000|$6|123456|");
    });
}

#[test]
fn shutdown_ends_without_a_reply() {
    for how in ["SHUTDOWN", "shutdown nosave", "SHUTDOWN NOW FORCE"] {
        let mut cores = Cores::new(2, &Settings::default());
        assert_eq!(cores.ask(how), "");
        assert!(cores.cores[0].node.shutdown);
        assert_eq!(cores.session().closing, Closing::AfterReplies);
    }
    let mut cores = Cores::new(1, &Settings::default());
    let refused = cores.ask("SHUTDOWN SAVE");
    assert!(refused.starts_with("-ERR cannot save: nothing is kept on disk"), "{refused}");
    assert!(!cores.cores[0].node.shutdown);
}

#[test]
fn debug_is_for_whom_the_gate_admits_and_holds_every_core() {
    on_cores(&Settings::default(), |cores| {
        let refused = cores.ask("DEBUG SLEEP 1");
        assert!(
            refused.starts_with("-ERR DEBUG command not allowed. If the enable-debug-command option is"),
            "{refused}"
        );
    });
    let settings = Settings { enable_debug_command: Gate::Local, ..Settings::default() };
    on_cores(&settings, |cores| {
        assert_eq!(cores.ask("DEBUG SLEEP 0.25"), "+OK|");
        assert!(cores.cores.iter().all(|core| core.node.sleep_us == 250_000));
    });
}

#[test]
fn command_describes_in_both_protocols() {
    let mut cores = Cores::new(1, &Settings::default());
    let resp2 = "*1|*10|$3|get|:2|*2|+readonly|+fast|:1|:1|:1|*3|+@read|+@string|+@fast|*0|*1|*6|$5|flags|*2|+RO|+access|\
                 $12|begin_search|*4|$4|type|$5|index|$4|spec|*2|$5|index|:1|\
                 $9|find_keys|*4|$4|type|$5|range|$4|spec|*6|$7|lastkey|:0|$7|keystep|:1|$5|limit|:0|*0|";
    assert_eq!(cores.ask("COMMAND INFO get"), resp2);
    assert_eq!(cores.ask("COMMAND INFO nope"), "*1|$-1|");
    assert_eq!(cores.ask("COMMAND DOCS nope"), "*0|");
    cores.session().resp3 = true;
    let resp3 = "*1|*10|$3|get|:2|~2|+readonly|+fast|:1|:1|:1|~3|+@read|+@string|+@fast|~0|~1|%3|$5|flags|~2|+RO|+access|\
                 $12|begin_search|%2|$4|type|$5|index|$4|spec|%1|$5|index|:1|\
                 $9|find_keys|%2|$4|type|$5|range|$4|spec|%3|$7|lastkey|:0|$7|keystep|:1|$5|limit|:0|~0|";
    assert_eq!(cores.ask("COMMAND INFO get"), resp3);
    assert_eq!(cores.ask("COMMAND INFO nope"), "*1|_|");
    let docs = cores.ask("COMMAND DOCS get");
    let tree =
        "$9|arguments|*1|%4|$4|name|$3|key|$4|type|$3|key|$12|display_text|$3|key|$14|key_spec_index|:0|";
    assert!(docs.starts_with("%1|$3|get|%5|$7|summary|") && docs.ends_with(tree), "{docs}");
}

#[test]
fn command_alone_lists_every_row_once() {
    let mut cores = Cores::new(1, &Settings::default());
    let count = kvadrant::commands::commands().ids().count();
    assert_eq!(cores.ask("COMMAND COUNT"), format!(":{count}|"));
    for whole in ["COMMAND", "COMMAND INFO"] {
        assert!(cores.ask(whole).starts_with(&format!("*{count}|*10|")));
    }
    let subcommands = cores.ask("COMMAND LIST FILTERBY PATTERN config|*");
    assert_eq!(
        subcommands,
        "*5|$10|config|get|$11|config|help|$16|config|resetstat|$14|config|rewrite|$10|config|set|"
    );
}

#[test]
fn writes_are_refused_where_nothing_may_be_evicted() {
    let settings = Settings {
        maxmemory_bytes: 1_000_000,
        maxmemory_policy: MaxmemoryPolicy::VolatileTtl,
        ..Settings::default()
    };
    let mut cores = Cores::new(1, &settings);
    assert_eq!(cores.ask("SET lasting value"), "+OK|");
    assert_eq!(cores.ask("SET passing value EX 100"), "+OK|");
    cores.cores[0].node.set_memory_used(9_000_000);
    assert_eq!(cores.ask("SET k v"), "-OOM command not allowed when used memory > 'maxmemory'.|");
    assert_eq!(cores.ask("GET passing"), "$-1|");
    assert_eq!(cores.ask("GET lasting"), "$5|value|");
}

/// Lets time pass for all cores.
fn pass_s(cores: &mut Cores, seconds: i64) {
    for core in &mut cores.cores {
        let now_us = core.node.now_us + seconds * 1_000_000;
        core.begin_turn(now_us);
    }
}

#[test]
fn a_transaction_has_one_time() {
    on_cores(&Settings::default(), |cores| {
        // Each core's turn began later than that of the one before.
        for (number, core) in cores.cores.iter_mut().enumerate() {
            core.begin_turn(NOW_US + 10_000 * number as i64);
        }
        for key in ["a", "b", "c", "d"] {
            // DBSIZE asks all cores: what was borrowed for the script goes back for it, and is lent again.
            let script = "redis.call('SET', KEYS[1], 'v', 'PX', 1) local size = redis.call('DBSIZE') \
                          return {size, redis.call('EXISTS', KEYS[1]), redis.call('PTTL', KEYS[1])}";
            assert_eq!(cores.ask(&format!("EVAL \"{script}\" 1 {key}")), "*3|:1|:1|:1|", "{key}");
            assert_eq!(cores.ask(&format!("DEL {key}")), ":1|", "{key}");
        }
        for key in ["a", "b", "c", "d"] {
            assert_eq!(cores.ask("MULTI"), "+OK|");
            for command in [format!("SET {key} v PX 1"), "DBSIZE".to_owned(), format!("RENAME {key} e")] {
                assert_eq!(cores.ask(&command), "+QUEUED|");
            }
            assert_eq!(cores.ask("EXISTS e a b c d"), "+QUEUED|");
            assert_eq!(cores.ask("EXEC"), "*4|+OK|:1|+OK|:1|", "{key}");
            assert_eq!(cores.ask("FLUSHALL"), "+OK|");
        }
    });
}

#[test]
fn what_a_client_reads_without_touching_does_not_count_as_used() {
    let settings = Settings { enable_debug_command: Gate::Yes, ..Settings::default() };
    on_cores(&settings, |cores| {
        assert_eq!(cores.ask("MSET a 1 b 2 c 3 d 4"), "+OK|");
        assert_eq!(cores.ask("RPUSH list x"), ":1|");
        let idle_s = |cores: &mut Cores, key: &str| {
            let line = cores.ask(&format!("DEBUG OBJECT {key}"));
            let (_, idle_s) = line.rsplit_once("lru_seconds_idle:").expect("a line");
            idle_s.trim_end_matches('|').parse::<u32>().expect("seconds")
        };
        pass_s(cores, 10);
        assert_eq!(cores.ask("CLIENT NO-TOUCH ON"), "+OK|");
        for command in ["GET a", "MGET a b c d", "LRANGE list 0 -1", "RPUSH list y", "APPEND b x"] {
            cores.ask(command);
        }
        for key in ["a", "b", "c", "d", "list"] {
            assert_eq!(idle_s(cores, key), 10, "{key}");
        }
        assert_eq!(cores.ask("CLIENT NO-TOUCH OFF"), "+OK|");
        assert_eq!(cores.ask("MGET a b"), "*2|$1|1|$2|2x|");
        assert_eq!(cores.ask("RPUSH list z"), ":3|");
        for (key, expected) in [("a", 0), ("b", 0), ("list", 0), ("c", 10), ("d", 10)] {
            assert_eq!(idle_s(cores, key), expected, "{key}");
        }
    });
}

#[test]
fn nothing_expires_by_itself_during_a_pause() {
    let settings = Settings { enable_debug_command: Gate::Yes, ..Settings::default() };
    on_cores(&settings, |cores| {
        assert_eq!(cores.ask("CLIENT PAUSE 5000 WRITE"), "+OK|");
        assert_eq!(cores.ask("SET k v"), "");
        pass_s(cores, 4);
        assert_eq!(cores.ask(""), "");
        pass_s(cores, 1);
        for core in &mut cores.cores {
            core.resume();
        }
        assert_eq!(cores.ask("GET k"), "+OK|$1|v|");
    });
}

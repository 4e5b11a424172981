//! Facts about replies to sorted set commands, each as redis-server 7.0.15 answers (doubles as 7.2 prints them).

use crate::{
    command::{Args, Registry, Run},
    commands,
    keyspace::{Keyspace, Settings},
    resp::{Out, Reply, Span},
};

struct Client {
    db: Keyspace,
    registry: Registry,
    resp3: bool,
}

fn client() -> Client {
    let settings = Settings { slots: 0..16384, databases: 1, seed: 1 };
    Client { db: Keyspace::new(&settings), registry: Registry::new(commands::rows(), []), resp3: false }
}

impl Client {
    /// Runs a command, words apart by single spaces, and compares the reply, whose line ends are written as spaces.
    fn check(&mut self, command: &str, expected: &str) {
        let mut base = Vec::new();
        let spans: Vec<Span> = command
            .split(' ')
            .map(|word| {
                let start = base.len() as u32;
                base.extend_from_slice(word.as_bytes());
                Span { start, len: word.len() as u32 }
            })
            .collect();
        let args = Args::new(&base, &spans, &[]);
        let row = self.registry.row(self.registry.find(args.get(0)).expect("a command"));
        let (Run::Local(handler) | Run::Split(handler, _)) = row.run else { panic!("{command}") };
        let mut out = Out::new();
        let reply = match handler(&mut self.db, &args, &mut Reply::new(&mut out, self.resp3)) {
            Ok(_) => String::from_utf8(out.to_vec()).expect("text").trim_end().replace("\r\n", " "),
            Err(error) => format!("-{error}"),
        };
        assert_eq!(reply, expected, "{command}");
    }
}

#[test]
fn zadd_leaves_no_empty_set_behind() {
    let mut c = client();
    for (command, reply) in [
        ("ZADD z XX 1 a", ":0"),
        ("ZADD z XX INCR 1 a", "$-1"),
        ("ZADD z XX CH GT 1 a 2 b", ":0"),
        ("ZADD z 1 a x b", "-ERR value is not a valid float"),
        ("ZADD z NX XX 1 a", "-ERR XX and NX options at the same time are not compatible"),
        ("ZADD z INCR 1 a 2 b", "-ERR INCR option supports a single increment-element pair"),
    ] {
        c.check(command, reply);
        c.check("EXISTS z", ":0");
        assert!(c.db.is_empty());
    }
}

#[test]
fn zadd_names_the_first_of_several_mistakes() {
    let mut c = client();
    c.check("SET s v", "+OK");
    c.check("ZADD s NX XX GT 1", "-ERR syntax error");
    c.check("ZADD s NX XX GT 1 a", "-ERR XX and NX options at the same time are not compatible");
    c.check(
        "ZADD s NX GT INCR 1 a 2 b",
        "-ERR GT, LT, and/or NX options at the same time are not compatible",
    );
    c.check("ZADD s INCR x a y b", "-ERR INCR option supports a single increment-element pair");
    c.check("ZADD s 1 a y b", "-ERR value is not a valid float");
    c.check("ZADD s 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("ZADD s XX 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
}

#[test]
fn zadd_of_one_infinity_to_the_other_changes_nothing() {
    let mut c = client();
    c.check("ZADD z inf a", ":1");
    c.check("ZADD z INCR -inf a", "-ERR resulting score is not a number (NaN)");
    c.check("ZSCORE z a", "$3 inf");
    c.check("ZADD z 1e999 b", "-ERR value is not a valid float");
    c.check("ZADD z 1e-999 b", "-ERR value is not a valid float");
    c.check("ZCARD z", ":1");
}

#[test]
fn zrange_selects_by_index_score_and_name() {
    let mut c = client();
    c.check("ZADD z 1 a 2 b 3 c 4 d", ":4");
    c.check("ZRANGE z 1 -2", "*2 $1 b $1 c");
    c.check("ZRANGE z 0 1 REV WITHSCORES", "*4 $1 d $1 4 $1 c $1 3");
    c.check("ZRANGE z (1 3 BYSCORE", "*2 $1 b $1 c");
    c.check("ZRANGE z +inf (1 BYSCORE REV LIMIT 1 2", "*2 $1 c $1 b");
    c.check("ZRANGE z -inf inf BYSCORE LIMIT -1 2", "*0");
    c.check("ZRANGE z -inf inf BYSCORE LIMIT 3 -5", "*1 $1 d");
    c.check("ZRANGE z 3 1 BYSCORE", "*0");
    c.check("ZRANGE z 0 0 LIMIT 5 -1", "*1 $1 a");
    c.check("ZADD n 0 a 0 b 0 c", ":3");
    c.check("ZRANGE n - (c BYLEX", "*2 $1 a $1 b");
    c.check("ZRANGE n + [b BYLEX REV LIMIT 0 1", "*1 $1 c");
}

#[test]
fn zrange_refuses_what_redis_refuses() {
    let mut c = client();
    c.check("ZRANGE z a b BYSCORE", "-ERR min or max is not a float");
    c.check("ZRANGE z a b BYLEX", "-ERR min or max not valid string range item");
    c.check("ZRANGE z 0 1 BYSCORE BYLEX", "-ERR syntax error");
    c.check("ZRANGE z 0 1 REV REV", "-ERR syntax error");
    c.check("ZRANGE z 0 1 BYSCORE LIMIT 0", "-ERR syntax error");
    c.check("ZRANGE z 0 1 BYSCORE LIMIT a 1", "-ERR value is not an integer or out of range");
    c.check(
        "ZRANGE z - + BYLEX WITHSCORES",
        "-ERR syntax error, WITHSCORES not supported in combination with BYLEX",
    );
    c.check(
        "ZRANGE z a 1 LIMIT 0 1",
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
}

#[test]
fn scores_are_doubles_in_nested_pairs_in_resp3() {
    let mut c = client();
    c.resp3 = true;
    c.check("ZADD z 1 a 2.5 b inf c", ":3");
    c.check("ZADD z INCR 1 a", ",2");
    c.check("ZRANGE z 0 1 WITHSCORES", "*2 *2 $1 a ,2 *2 $1 b ,2.5");
    c.check("ZRANGE z (2 inf BYSCORE WITHSCORES", "*2 *2 $1 b ,2.5 *2 $1 c ,inf");
    c.check("ZPOPMIN z", "*2 $1 a ,2");
    c.check("ZPOPMIN z 1", "*1 *2 $1 b ,2.5");
    c.check("ZPOPMIN z 0", "*0");
    c.check("ZPOPMIN z 9", "*1 *2 $1 c ,inf");
    c.check("EXISTS z", ":0");
    c.check("ZPOPMIN z 9", "*0");
}

//! Random commands, valid and nearly valid, to redis-server and to Kvadrant: both must answer alike.
//!
//! Each seed is a case: some dozens of commands of several clients, drawn from the forms of `forms.txt` (`grammar`, `words`,
//! `case`). It runs on redis-server and on Kvadrant with one shard and with four (`subject`). Compared are the replies, what
//! is in the keyspace in the end, also as the other server reads it out of a dump, what a listener heard of it and what
//! caching clients were told (`compare`). A case that fails is cut down to the commands that matter (`shrink`), and printed
//! as lines for redis-cli.
//!
//! What two right servers may answer differently is not asked, or asked otherwise: `forms.txt` marks it, and
//! `compare::is_excused` names the differences between Redis 7.0, which answers here, and Redis 7.2, as which Kvadrant does.
//!
//! `KVADRANT_SEED=7` replays one seed; `KVADRANT_FIRST_SEED` and `KVADRANT_SEEDS` choose a range.

#[path = "../harness/mod.rs"]
mod harness;

mod case;
mod compare;
mod grammar;
mod shrink;
mod subject;
mod words;

use harness::{seeds::seeds, server::Server};
use subject::Subject;

/// Seeds in a run of the tests.
const SEEDS: u64 = 300;
/// Failing cases that are shown.
const SHOWN: usize = 5;

#[test]
fn random_commands_are_answered_as_redis_answers_them() {
    // Redis 7.0 has no compact form of lists and of sets that are not of integers.
    let older = ["--compact-lists", "no", "--set-max-listpack-entries", "0"];
    let mut redis = Subject::new("redis-server", Server::redis(&[]));
    let mut servers = [
        Subject::new("1 shard", Server::kvadrant(1, &older)),
        Subject::new("4 shards", Server::kvadrant(4, &older)),
    ];
    let forms = grammar::forms();
    let (mut failures, mut commands) = (Vec::new(), 0);
    for seed in seeds(SEEDS) {
        let steps = case::case(seed, &forms);
        commands += steps.len();
        let expected = redis.run(&steps, None, None);
        for (at, here) in servers.iter_mut().enumerate() {
            let outcome = here.run(&steps, Some(redis.aside()), Some(&expected));
            if let Some(first) = compare::difference(&steps, &expected, &outcome, at == 0) {
                let report = shrink::report(&steps, first, |steps| {
                    let expected = redis.run(steps, None, None);
                    let outcome = here.run(steps, Some(redis.aside()), Some(&expected));
                    compare::difference(steps, &expected, &outcome, at == 0)
                });
                println!("KVADRANT_SEED={seed}, {}\n{report}", here.name);
                failures.push(seed);
                break;
            }
        }
        if failures.len() >= SHOWN {
            break;
        }
    }
    println!("{} forms, {commands} commands", forms.len());
    assert!(failures.is_empty(), "seeds {failures:?}; see above");
    for here in &mut servers {
        assert!(here.server.is_running() && !here.server.log().contains("panic"), "{}", here.server.log());
    }
}

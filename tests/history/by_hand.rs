//! Histories written by hand, with what must be said of them.

use super::history::{Call, History, Verdict, judge};
use crate::resp::Value;

/// Steps that a history in these tests may take.
const STEPS: usize = 10_000;

/// Takes a history down: `(session, from, until, call, reply)`.
struct Told {
    history: History,
}

impl Told {
    fn new() -> Told {
        Told { history: History::default() }
    }

    fn call(mut self, session: usize, (from, until): (u64, u64), call: Call, reply: Value) -> Told {
        let number = self.history.ask(session, call, from);
        self.history.answer(number, reply, until);
        self
    }

    fn one(self, session: usize, times: (u64, u64), line: &str, reply: Value) -> Told {
        self.call(session, times, Call::one(line), reply)
    }

    fn unanswered(mut self, session: usize, from: u64, line: &str) -> Told {
        self.history.ask(session, Call::one(line), from);
        self
    }

    #[track_caller]
    fn legal(&self) {
        let verdict = judge(&self.history, STEPS);
        assert!(matches!(verdict, Verdict::Legal), "{verdict:?}");
    }

    /// Returns what is said of it.
    #[track_caller]
    fn illegal(&self) -> String {
        match judge(&self.history, STEPS) {
            Verdict::Illegal(text) => text,
            verdict => panic!("{verdict:?} of\n{}", self.history),
        }
    }
}

fn ok() -> Value {
    Value::Simple(b"OK".to_vec())
}

fn text(text: &str) -> Value {
    Value::Bulk(text.as_bytes().to_vec())
}

fn texts(all: &[&str]) -> Value {
    Value::Array(all.iter().map(|one| text(one)).collect())
}

fn number(number: i64) -> Value {
    Value::Integer(number)
}

const NIL: Value = Value::NullBulk;

#[test]
fn a_read_during_a_write_finds_either() {
    let told = |reply| Told::new().one(0, (1, 10), "SET k 1", ok()).one(1, (2, 9), "GET k", reply);
    told(text("1")).legal();
    told(NIL).legal();
    told(text("2")).illegal();
}

#[test]
fn a_stale_read_is_illegal() {
    let told = |asked| Told::new().one(0, (1, 5), "SET k 1", ok()).one(1, (asked, 9), "GET k", NIL);
    told(5).legal();
    let said = told(6).illegal();
    assert!(said.contains("#1 GET k: it was answered nil, not \"1\""), "{said}");
}

#[test]
fn what_one_reader_has_seen_the_next_sees_too() {
    let told = |first, second| {
        Told::new().one(0, (1, 20), "SET k 1", ok()).one(1, (2, 5), "GET k", first).one(
            2,
            (6, 9),
            "GET k",
            second,
        )
    };
    told(NIL, text("1")).legal();
    told(text("1"), NIL).illegal();
}

#[test]
fn a_torn_read_of_two_keys_is_illegal() {
    let told = |reply| Told::new().one(0, (1, 9), "MSET a 1 b 1", ok()).one(1, (2, 8), "MGET a b", reply);
    told(texts(&["1", "1"])).legal();
    told(Value::Array(vec![NIL, NIL])).legal();
    told(Value::Array(vec![text("1"), NIL])).illegal();
}

#[test]
fn two_readers_see_two_writes_in_one_order() {
    let told = |second| {
        Told::new()
            .one(0, (1, 20), "SET a 1", ok())
            .one(1, (1, 20), "SET b 1", ok())
            .one(2, (2, 19), "MGET a b", Value::Array(vec![text("1"), NIL]))
            .one(3, (2, 19), "MGET a b", second)
    };
    told(texts(&["1", "1"])).legal();
    told(Value::Array(vec![NIL, text("1")])).illegal();
}

#[test]
fn an_element_that_is_moved_is_always_somewhere() {
    let told = |reply| {
        Told::new()
            .one(0, (1, 2), "RPUSH a 1", number(1))
            .one(0, (3, 9), "LMOVE a b LEFT LEFT", text("1"))
            .call(1, (4, 8), Call::exec(&["LRANGE a 0 -1", "LRANGE b 0 -1"]), Value::Array(reply))
    };
    told(vec![texts(&["1"]), texts(&[])]).legal();
    told(vec![texts(&[]), texts(&["1"])]).legal();
    told(vec![texts(&[]), texts(&[])]).illegal();
    told(vec![texts(&["1"]), texts(&["1"])]).illegal();
}

#[test]
fn an_element_popped_twice_or_by_nobody_is_illegal() {
    let told = |first, second, rest: &[&str]| {
        Told::new()
            .one(0, (1, 2), "RPUSH a 1 2", number(2))
            .one(1, (3, 9), "LPOP a", first)
            .one(2, (3, 9), "LPOP a", second)
            .one(0, (10, 11), "LRANGE a 0 -1", texts(rest))
    };
    told(text("2"), text("1"), &[]).legal();
    told(text("1"), text("1"), &["2"]).illegal();
    told(text("1"), NIL, &[]).illegal();
}

#[test]
fn operations_in_each_others_time_may_change_places_and_others_not() {
    let told = |asked| {
        Told::new().one(0, (1, 5), "RPUSH a 1", number(2)).one(1, (asked, 9), "RPUSH a 2", number(1)).one(
            0,
            (10, 11),
            "LRANGE a 0 -1",
            texts(&["2", "1"]),
        )
    };
    told(4).legal();
    told(6).illegal();
}

#[test]
fn a_pipeline_keeps_its_order_at_each_key() {
    let told =
        |second: &str, reply| Told::new().one(0, (1, 9), "SET a 1", ok()).one(0, (1, 9), second, reply);
    told("GET a", text("1")).legal();
    told("GET a", NIL).illegal();
    told("MGET b a", Value::Array(vec![NIL, NIL])).illegal();
}

#[test]
fn an_unanswered_write_may_come_late_or_never_and_once() {
    let told = |replies: [i64; 2]| {
        Told::new().unanswered(0, 1, "INCR k").one(1, (10, 11), "INCR k", number(replies[0])).one(
            1,
            (12, 13),
            "INCR k",
            number(replies[1]),
        )
    };
    told([1, 2]).legal();
    told([2, 3]).legal();
    told([1, 3]).legal();
    told([1, 4]).illegal();
    told([3, 4]).illegal();
}

#[test]
fn an_unanswered_write_comes_not_before_it_was_asked() {
    let told = |asked| Told::new().one(1, (1, 5), "GET k", text("1")).unanswered(0, asked, "SET k 1");
    told(5).legal();
    told(6).illegal();
}

#[test]
fn a_late_answer_may_have_come_into_effect_at_any_time_before() {
    // As of a command that waits for an element.
    let told = |pushed| {
        Told::new().one(0, (1, 100), "LPOP a", text("1")).one(1, pushed, "RPUSH a 1", number(1)).one(
            1,
            (60, 61),
            "LRANGE a 0 -1",
            texts(&[]),
        )
    };
    told((50, 51)).legal();
    told((101, 102)).illegal();
}

#[test]
fn who_waits_is_served_from_any_key_and_who_does_not_from_the_first() {
    let told = |asked, key, element| {
        Told::new()
            .one(0, (1, 20), "RPUSH b 2", number(1))
            .one(0, (21, 30), "RPUSH a 1", number(1))
            .one(1, (asked, 40), "BLPOP a b 0", texts(&[key, element]))
            .one(0, (41, 42), "EXISTS a", number(i64::from(key == "b")))
    };
    told(10, "b", "2").legal();
    told(31, "a", "1").legal();
    told(31, "b", "2").illegal();
    told(10, "b", "1").illegal();
}

#[test]
fn time_runs_out_only_where_nothing_is() {
    let told = |asked| {
        Told::new()
            .one(0, (1, 5), "RPUSH b 1", number(1))
            .one(1, (asked, 9), "BLPOP a b 0.1", Value::NullArray)
            .one(2, (10, 11), "LPOP b", text("1"))
    };
    told(4).legal();
    told(6).illegal();
}

#[test]
fn nothing_is_there_at_the_end_for_who_waits_to_the_end() {
    let told = |rest: &[&str]| {
        let mut told = Told::new().one(0, (1, 2), "RPUSH a 1", number(1)).one(0, (3, 4), "LPOP a", text("1"));
        told.history.ask(1, Call::one("BLMOVE a b LEFT LEFT 0"), 1);
        assert!(told.history.waits_in_vain(1));
        let pushed = told.one(0, (5, 6), "RPUSH b 2", number(1));
        pushed.one(0, (7, 8), "LRANGE b 0 -1", texts(rest))
    };
    told(&["2"]).legal();
    told(&["1", "2"]).illegal();
    let mut told = Told::new().one(0, (5, 6), "RPUSH a 1", number(1));
    told.history.ask(1, Call::one("BLMOVE a b LEFT LEFT 0"), 1);
    assert!(told.history.waits_in_vain(1));
    told.illegal();
}

#[test]
fn who_vanished_while_it_waited_has_taken_something_or_nothing() {
    let told = |rest: &[&str]| {
        Told::new()
            .unanswered(1, 1, "BLMPOP 0 2 b a LEFT COUNT 2")
            .one(0, (2, 3), "RPUSH a 1 2 3", number(3))
            .one(0, (4, 5), "LRANGE a 0 -1", texts(rest))
    };
    told(&["1", "2", "3"]).legal();
    told(&["3"]).legal();
    told(&["2", "3"]).illegal();
}

#[test]
fn what_is_sent_behind_a_command_that_waits_comes_behind_it() {
    let told = |value| {
        Told::new()
            .one(1, (1, 9), "BLPOP a 0", texts(&["a", "1"]))
            .one(1, (1, 10), "SET k 1", ok())
            .one(0, (2, 3), "GET k", value)
            .one(0, (4, 5), "RPUSH a 1", number(1))
    };
    told(NIL).legal();
    told(text("1")).illegal();
    let told = |wait| {
        Told::new().unanswered(1, 1, wait).unanswered(1, 1, "SET k 1").one(0, (2, 3), "GET k", text("1"))
    };
    told("BLPOP a 0.1").legal();
    told("BLPOP a 0").illegal();
}

#[test]
fn a_transaction_is_one_operation() {
    let told =
        |sum| {
            Told::new()
                .call(0, (1, 9), Call::exec(&["SET a 1", "SET b 1"]), Value::Array(vec![ok(), ok()]))
                .call(1, (1, 9), Call::exec(&["INCR a", "INCR b"]), Value::Array(sum))
        };
    told(vec![number(1), number(1)]).legal();
    told(vec![number(2), number(2)]).legal();
    told(vec![number(1), number(2)]).illegal();
}

#[test]
fn a_watched_key_lets_exec_run_only_if_nobody_has_touched_it() {
    let ran = || Value::Array(vec![ok()]);
    let told = |set, exec| {
        Told::new().one(0, (1, 2), "WATCH a b", ok()).one(1, set, "SET b 1", ok()).call(
            0,
            (11, 12),
            Call::exec(&["SET a 2"]),
            exec,
        )
    };
    told((3, 4), Value::NullArray).legal();
    told((3, 4), ran()).illegal();
    told((3, 11), ran()).legal();
    told((13, 14), ran()).legal();
    told((13, 14), Value::NullArray).illegal();
}

#[test]
fn unwatch_and_exec_end_a_watch() {
    let touched = |told: Told| told.one(1, (5, 6), "SET a 1", ok());
    let ran = || Value::Array(vec![ok()]);
    touched(Told::new().one(0, (1, 2), "WATCH a", ok()).one(0, (3, 4), "UNWATCH", ok()))
        .call(0, (7, 8), Call::exec(&["SET b 1"]), ran())
        .legal();
    touched(Told::new().one(0, (1, 2), "WATCH a", ok()).call(0, (3, 4), Call::exec(&["SET b 1"]), ran()))
        .call(0, (7, 8), Call::exec(&["SET b 2"]), ran())
        .legal();
}

#[test]
fn members_of_sets_come_in_any_order() {
    let told = |reply| {
        let both = Call::exec(&["SMEMBERS a", "SUNION a b"]);
        Told::new()
            .one(0, (1, 2), "SADD a x y", number(2))
            .one(0, (3, 4), "SMEMBERS a", texts(&["y", "x"]))
            .call(0, (5, 6), both, Value::Array(vec![texts(&["y", "x"]), reply]))
    };
    told(texts(&["y", "x"])).legal();
    told(texts(&["y"])).illegal();
}

#[test]
fn a_search_without_steps_left_decides_nothing() {
    let history = (0..20).fold(Told::new(), |told, session| {
        let line = format!("SET k {session}");
        told.one(session, (1, 9), &line, ok())
    });
    let history = history.one(20, (10, 11), "GET k", text("none")).history;
    assert!(matches!(judge(&history, 100), Verdict::Undecided));
}

#[test]
fn a_history_is_shown_with_its_times() {
    let told = Told::new().one(0, (100, 300), "SET k 1", ok()).unanswered(1, 200, "INCR k");
    let expected = "  #0   s0  |-|   SET k 1  ->  +OK\n  #1   s1   |->  INCR k  ->  no answer\n";
    assert_eq!(told.history.to_string(), expected);
}

//! Whether what came of a case on two servers is the same.

use std::collections::BTreeMap;

use crate::case::Step;
use crate::grammar::Rule;
use crate::harness::connection::Failure;
use crate::harness::resp::Value;
use crate::subject::Outcome;

/// What passes between two servers, in milliseconds at most.
const NEAR: i64 = 3_000;

/// Something that is not the same.
pub struct Difference {
    /// Where: a step, or no step.
    pub step: Option<usize>,
    pub what: String,
    pub redis: String,
    pub here: String,
}

impl Difference {
    /// What is the same of all differences with one cause: what differs, and the errors.
    pub fn kind(&self) -> [String; 3] {
        let error = |reply: &str| if reply.starts_with("(error)") { reply } else { "" }.to_owned();
        [self.what.clone(), error(&self.redis), error(&self.here)]
    }
}

/// The first difference. With several shards, no order is promised of what shards tell of their keys.
pub fn difference(steps: &[Step], redis: &Outcome, here: &Outcome, one_shard: bool) -> Option<Difference> {
    reply_difference(steps, redis, here)
        .or_else(|| state_difference(redis, here))
        .or_else(|| {
            // Where a key has expired that a command overwrites or removes, Redis may still tell of its removal.
            let lapses = steps.iter().any(|step| step.lapses);
            if lapses { None } else { heard_difference(redis, here, one_shard) }
        })
        .or_else(|| stale_difference(steps, redis, here, one_shard))
}

fn shown(reply: &Result<Value, Failure>) -> String {
    reply.as_ref().map_or_else(Failure::to_string, shown_value)
}

/// As redis-cli would print it, more or less, on one line.
fn shown_value(value: &Value) -> String {
    let list = |values: &[Value]| values.iter().map(shown_value).collect::<Vec<_>>().join(", ");
    let quoted = |text: &[u8]| format!("\"{}\"", text.escape_ascii());
    match value {
        Value::Simple(text) => text.escape_ascii().to_string(),
        Value::Error(text) => format!("(error) {}", text.escape_ascii()),
        Value::Integer(number) => number.to_string(),
        Value::Bulk(text) => quoted(text),
        Value::NullBulk | Value::Null => "(nil)".into(),
        Value::NullArray => "(nil array)".into(),
        Value::Array(values) => format!("[{}]", list(values)),
        Value::Set(values) => format!("set [{}]", list(values)),
        Value::Push(values) => format!("push [{}]", list(values)),
        Value::Double(text) => format!("(double) {}", text.escape_ascii()),
        Value::Map(pairs) => {
            let pairs =
                pairs.iter().map(|(key, value)| format!("{}: {}", shown_value(key), shown_value(value)));
            format!("map [{}]", pairs.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn reply_difference(steps: &[Step], redis: &Outcome, here: &Outcome) -> Option<Difference> {
    let mut queues: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let (theirs, ours) = (&redis.replies[at], &here.replies[at]);
        let agreed = match (theirs, ours) {
            (Ok(Value::Array(theirs)), Ok(Value::Array(ours))) if step.is("EXEC") => {
                let queue = queues.remove(&step.client).unwrap_or_default();
                let mut replies = queue.iter().zip(theirs.iter().zip(ours));
                // A single step of an iteration is what it likes.
                theirs.len() == ours.len()
                    && queue.len() == theirs.len()
                    && replies.all(|(step, (one, other))| {
                        step.rule == Rule::Scan || answers_agree(step, one, other)
                    })
            }
            (Ok(theirs), Ok(ours)) => {
                if *theirs == Value::Simple("QUEUED".into()) {
                    queues.entry(step.client).or_default().push(step);
                } else if step.is("MULTI") && *theirs == Value::Simple("OK".into()) {
                    queues.remove(&step.client);
                }
                answers_agree(step, theirs, ours)
            }
            _ => theirs == ours,
        };
        if !agreed {
            let what = String::from("the last command is answered otherwise");
            return Some(Difference { step: Some(at), what, redis: shown(theirs), here: shown(ours) });
        }
    }
    None
}

fn answers_agree(step: &Step, redis: &Value, here: &Value) -> bool {
    agree(step.rule, redis, here) || is_excused(step, redis, here)
}

/// Differences that are known, and why they are none to mend.
fn is_excused(step: &Step, redis: &Value, here: &Value) -> bool {
    let says = |value: &Value, text: &str| matches!(value, Value::Error(error) if error.windows(text.len()).any(|window| window == text.as_bytes()));
    // Redis 7.0.15 takes an overflow of a number that was read before, by any command, for one of SORT's.
    if step.is("SORT") || step.is("SORT_RO") {
        return says(redis, "can't be converted into double");
    }
    // The least number is refused since Redis 7.2.
    step.is("LPOS") && says(here, "value must between -9223372036854775807")
}

fn state_difference(redis: &Outcome, here: &Outcome) -> Option<Difference> {
    let mut pairs = redis.state.iter().zip(&here.state);
    let differs =
        |((label, rule, theirs), (other, _, ours)): &(&(String, Rule, Value), &(String, Rule, Value))| {
            label != other || !agree(*rule, theirs, ours)
        };
    let (theirs, ours) = match pairs.find(differs) {
        Some((theirs, ours)) => (Some(theirs), Some(ours)),
        None if redis.state.len() == here.state.len() => return None,
        None => (redis.state.get(here.state.len()), here.state.get(redis.state.len())),
    };
    let shown = |state: Option<&(String, Rule, Value)>| {
        state.map_or_else(
            || "nothing".to_owned(),
            |(label, _, value)| format!("{label}: {}", shown_value(value)),
        )
    };
    let what = String::from("the keyspace differs");
    Some(Difference { step: None, what, redis: shown(theirs), here: shown(ours) })
}

type Heard = [(Vec<u8>, Vec<u8>)];

fn heard_difference(redis: &Outcome, here: &Outcome, one_shard: bool) -> Option<Difference> {
    // When an expired key is removed is nobody's business.
    let timely = |heard: &Heard| {
        let is_expired = |(channel, message): &&(Vec<u8>, Vec<u8>)| {
            channel.ends_with(b"__:expired") || (channel.starts_with(b"__keyspace") && message == b"expired")
        };
        heard.iter().filter(|heard| !is_expired(heard)).cloned().collect::<Vec<_>>()
    };
    let (redis_heard, here_heard) = (timely(&redis.heard), timely(&here.heard));
    let by_channel = |heard: &Heard| {
        let mut channels: BTreeMap<Vec<u8>, Vec<Vec<u8>>> = BTreeMap::new();
        for (channel, message) in heard {
            channels.entry(channel.clone()).or_default().push(message.clone());
        }
        for (channel, messages) in &mut channels {
            if channel.starts_with(b"__key") {
                messages.sort();
            }
        }
        channels
    };
    // A core tells what happened to keys at the end of its turn, behind what was published meanwhile. In which order SORT looks
    // keys up is its own business.
    let parts = |heard: &Heard| {
        let is_missed =
            |(channel, message): &(Vec<u8>, Vec<u8>)| channel.ends_with(b":keymiss") || message == b"keymiss";
        let (of_keys, published): (Vec<_>, Vec<_>) =
            heard.iter().cloned().partition(|(channel, _)| channel.starts_with(b"__key"));
        let (mut missed, changed): (Vec<_>, Vec<_>) = of_keys.into_iter().partition(is_missed);
        missed.sort();
        (published, changed, missed)
    };
    let same = if one_shard {
        parts(&redis_heard) == parts(&here_heard)
    } else {
        by_channel(&redis_heard) == by_channel(&here_heard)
    };
    if same {
        return None;
    }
    let shown = |heard: &Heard| {
        let all: Vec<String> = heard
            .iter()
            .map(|(channel, text)| format!("{} {}", channel.escape_ascii(), text.escape_ascii()))
            .collect();
        all.join(", ")
    };
    let what = String::from("listeners hear otherwise");
    Some(Difference { step: None, what, redis: shown(&redis_heard), here: shown(&here_heard) })
}

fn stale_difference(steps: &[Step], redis: &Outcome, here: &Outcome, one_shard: bool) -> Option<Difference> {
    for (client, (theirs, ours)) in redis.stale.iter().zip(&here.stale).enumerate() {
        // A key that changes twice in one turn of the server is told once.
        let once = |keys: &[Value]| {
            let mut keys = sorted(keys);
            keys.dedup();
            keys
        };
        let (theirs_once, ours_once) = (once(theirs), once(ours));
        // One of several shards may tell of a change from before the client asked to be told of all. Since Redis 7.2 only, what a
        // waiting client takes away makes copies stale, and a script's client has read what the script read.
        let since_7_2 = |step: &Step| step.rule == Rule::Waits || step.is_script();
        let exact = one_shard && !steps.iter().any(since_7_2);
        // Nor is anything owed to a client that has asked to be told no longer.
        let stopped = |step: &Step| step.client == client && (step.is("RESET") || step.stops_tracking());
        let enough = if !one_shard && steps.iter().any(stopped) {
            true
        } else if exact {
            theirs_once == ours_once
        } else {
            theirs_once.iter().all(|key| ours_once.contains(key))
        };
        if !enough {
            let what = format!("client {client} is told of other stale keys");
            return Some(Difference {
                step: None,
                what,
                redis: shown_value(&Value::Array(theirs.clone())),
                here: shown_value(&Value::Array(ours.clone())),
            });
        }
    }
    None
}

fn agree(rule: Rule, redis: &Value, here: &Value) -> bool {
    if same(redis, here) {
        return true;
    }
    match (rule, redis, here) {
        (Rule::Near, Value::Integer(one), Value::Integer(other)) => {
            *one >= 0 && *other >= 0 && one.abs_diff(*other) <= NEAR as u64
        }
        (Rule::Dump, Value::Bulk(_), Value::Bulk(_)) => true,
        (Rule::Shape, one, other) => is_alike(one, other),
        (Rule::Unordered | Rule::Scan, Value::Array(one), Value::Array(other))
        | (Rule::Unordered, Value::Set(one), Value::Set(other)) => same_all(&sorted(one), &sorted(other)),
        (Rule::Pairs, Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && same_all(&sorted(&paired(one)), &sorted(&paired(other)))
        }
        (Rule::Pairs, Value::Map(one), Value::Map(other)) => {
            let flat = |pairs: &[(Value, Value)]| {
                let arrays = pairs.iter().map(|(key, value)| Value::Array(vec![key.clone(), value.clone()]));
                sorted(&arrays.collect::<Vec<_>>())
            };
            same_all(&flat(one), &flat(other))
        }
        _ => false,
    }
}

/// The same values, but that Redis 7.0 writes seventeen digits of a double and Redis 7.2 as many as it needs.
fn same(redis: &Value, here: &Value) -> bool {
    if redis == here {
        return true;
    }
    match (redis, here) {
        (Value::Bulk(one), Value::Bulk(other)) | (Value::Double(one), Value::Double(other)) => {
            is_long_form(one) && number(one).is_some_and(|number_of_one| Some(number_of_one) == number(other))
        }
        (Value::Array(one), Value::Array(other)) | (Value::Set(one), Value::Set(other)) => {
            same_all(one, other)
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(&one.0, &other.0) && same(&one.1, &other.1))
        }
        _ => false,
    }
}

fn same_all(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}

fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether C's `%.17g` may have written this: seventeen digits, or an exponent.
fn is_long_form(text: &[u8]) -> bool {
    text.contains(&b'e') || text.iter().filter(|byte| byte.is_ascii_digit()).count() >= 17
}

fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Bulk(_), Value::Bulk(_)) | (Value::Double(_), Value::Double(_)) => true,
        (Value::Array(one), Value::Array(other)) | (Value::Set(one), Value::Set(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        }
        _ => false,
    }
}

fn paired(flat: &[Value]) -> Vec<Value> {
    flat.chunks(2).map(|pair| Value::Array(pair.to_vec())).collect()
}

/// In an order that does not depend on how doubles are written.
fn sorted(values: &[Value]) -> Vec<Value> {
    fn rank(value: &Value) -> String {
        match value {
            Value::Bulk(text) | Value::Double(text) if is_long_form(text) => {
                number(text).map_or_else(|| format!("{value:?}"), |number| format!("{number:?}"))
            }
            Value::Bulk(text) | Value::Double(text) => match number(text) {
                Some(number) => format!("{number:?} {value:?}"),
                None => format!("{value:?}"),
            },
            Value::Array(values) => values.iter().map(rank).collect::<Vec<_>>().join(" "),
            other => format!("{other:?}"),
        }
    }
    let mut sorted = values.to_vec();
    sorted.sort_by_cached_key(rank);
    sorted
}

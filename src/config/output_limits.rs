//! `client-output-buffer-limit`: how many bytes of replies may wait for a client, per class of client.

use super::stored::Stored;
use super::value::{Value, memory};

/// The limits of one class; 0 switches a limit off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputLimit {
    /// Beyond this the client is disconnected at once.
    pub hard_bytes: u64,
    /// Beyond this for [`soft_s`](Self::soft_s) in a row the client is disconnected.
    pub soft_bytes: u64,
    /// Seconds.
    pub soft_s: u64,
}

/// The limits of all classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputLimits {
    /// Clients that send commands.
    pub normal: OutputLimit,
    /// Replicas.
    pub replica: OutputLimit,
    /// Clients subscribed to at least one channel.
    pub pubsub: OutputLimit,
}

impl Default for OutputLimits {
    fn default() -> Self {
        Self {
            normal: OutputLimit { hard_bytes: 0, soft_bytes: 0, soft_s: 0 },
            replica: OutputLimit { hard_bytes: 256 << 20, soft_bytes: 64 << 20, soft_s: 60 },
            pubsub: OutputLimit { hard_bytes: 32 << 20, soft_bytes: 8 << 20, soft_s: 60 },
        }
    }
}

impl OutputLimits {
    /// Takes over the classes that `words` name, groups of class, hard, soft and seconds; the others stay.
    fn merge(&mut self, words: &[&[u8]]) -> Result<(), String> {
        if !words.len().is_multiple_of(4) {
            return Err("Wrong number of arguments in buffer limit configuration.".into());
        }
        let mut changed = *self;
        for group in words.chunks_exact(4) {
            let class = match group[0].to_ascii_lowercase().as_slice() {
                b"normal" => &mut changed.normal,
                b"slave" | b"replica" => &mut changed.replica,
                b"pubsub" => &mut changed.pubsub,
                _ => return Err("Invalid client class specified in buffer limit configuration.".into()),
            };
            let (Some(hard), Some(soft), Some(soft_s)) =
                (memory(group[1]), memory(group[2]), seconds(group[3]))
            else {
                return Err(
                    "Error in hard, soft or soft_seconds setting in buffer limit configuration.".into()
                );
            };
            let bytes = |number: i128| u64::try_from(number).unwrap_or(u64::MAX);
            *class = OutputLimit { hard_bytes: bytes(hard), soft_bytes: bytes(soft), soft_s };
        }
        *self = changed;
        Ok(())
    }
}

fn seconds(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Checks the words of the directive on their own.
pub fn check(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let mut slices: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    if slices == [b""] {
        // A single empty word names no class, and leaves all as they are.
        slices.clear();
    }
    OutputLimits::default().merge(&slices)?;
    Ok(words.join(&b' '))
}

/// Merges a checked value into the limits in force.
pub fn apply(limits: &mut OutputLimits, value: Value) -> Result<(), String> {
    let text = Vec::from_value(value)?;
    let words: Vec<&[u8]> =
        if text.is_empty() { Vec::new() } else { text.split(|&byte| byte == b' ').collect() };
    limits.merge(&words)
}

/// All classes, with the names Redis gives them in CONFIG GET.
pub fn show(limits: &OutputLimits) -> Value {
    let class = |name: &str, limit: &OutputLimit| {
        format!("{name} {} {} {}", limit.hard_bytes, limit.soft_bytes, limit.soft_s)
    };
    let classes =
        [class("normal", &limits.normal), class("slave", &limits.replica), class("pubsub", &limits.pubsub)];
    Value::Text(classes.join(" ").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(limits: &mut OutputLimits, text: &str) -> Result<(), String> {
        let words: Vec<Vec<u8>> = text.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        apply(limits, Value::Text(check(&words)?))
    }

    #[test]
    fn classes_that_are_not_named_stay() {
        let mut limits = OutputLimits::default();
        set(&mut limits, "normal 1mb 2 3 pubsub 1gb 512mb 7").unwrap();
        let shown = b"normal 1048576 2 3 slave 268435456 67108864 60 pubsub 1073741824 536870912 7";
        assert_eq!(show(&limits), Value::Text(shown.to_vec()));
    }

    #[test]
    fn errors_are_redis_s_and_change_nothing() {
        let mut limits = OutputLimits::default();
        let wrong_number = "Wrong number of arguments in buffer limit configuration.";
        let wrong_class = "Invalid client class specified in buffer limit configuration.";
        let wrong_value = "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
        for (text, error) in [
            ("foo", wrong_number),
            ("normal 1", wrong_number),
            ("foo 1 2 3", wrong_class),
            ("master 1 2 3", wrong_class),
            ("normal a 2 3", wrong_value),
            ("normal 1 2 -3", wrong_value),
            ("normal 1 2 3 pubsub 1 x 3", wrong_value),
        ] {
            assert_eq!(set(&mut limits, text), Err(error.into()), "{text}");
        }
        assert_eq!(limits, OutputLimits::default());
    }
}
